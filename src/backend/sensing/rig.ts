/**
 * What a robot looks with and where it is mounted: cameras and a ring of ranges, on a link or in the world.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest.ts";
import { composePoses, identityPose, poseFromMatrix34, quatFromMatrix, yawOf, type Pose } from "../../core/pose.ts";
import { vec3, type Vec3 } from "../../core/vec3.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";

/** Points and directions in the frame of `link`, or of the world where there is none. Up in the picture is that frame's z. */
export interface CameraSpec {
  readonly name: string;
  readonly link?: string | undefined;
  readonly positionM: Vec3;
  /** Any length above 0. */
  readonly forward: Vec3;
  readonly verticalFovRad: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Level rays all round, whatever the link does; the first where the link's x points. */
export interface RangeSpec {
  readonly link?: string | undefined;
  readonly positionM: Vec3;
  readonly rays: number;
  readonly maxM: number;
}

export interface SensorRig {
  /** The first is the default. */
  readonly cameras: readonly CameraSpec[];
  readonly ranges?: RangeSpec | undefined;
}

/** A camera at one instant. It looks along its x; y is left in the picture, z up. */
export interface PosedCamera {
  readonly name: string;
  readonly worldFromCamera: Pose;
  readonly verticalFovRad: number;
  readonly width: number;
  readonly height: number;
  /** The link that carries it, which it does not see; -1 for the world. */
  readonly link: number;
}

export interface MountedRig {
  readonly rig: SensorRig;
  camera(spec: CameraSpec, qRad: ArrayLike<number>): PosedCamera;
  /** Where the ring is, and the heading of its first ray from world x. */
  ring(spec: RangeSpec, qRad: ArrayLike<number>): { readonly originInWorld: Vec3; readonly firstRad: number };
}

/** @throws ClearanceError `config.invalid` for links that the robot does not have, directions that are none, names used twice */
export function mountRig(rig: SensorRig, robot: RobotModel): MountedRig {
  const problems = problemsOf(rig, robot);
  if (problems.length > 0) throw new ClearanceError("config.invalid", problems.join("\n"), { source: robot.name, problems });
  const cameras = new Map(rig.cameras.map((spec) => [spec, cameraInMount(spec)]));
  const linkOf = (link: string | undefined): number => (link === undefined ? -1 : robot.linkNames.indexOf(link));
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  const worldFromMount = (link: number, qRad: ArrayLike<number>): Pose => {
    if (link < 0) return identityPose;
    forwardKinematics(robot, qRad, worldFromLinks);
    return poseFromMatrix34(worldFromLinks, 12 * link);
  };
  return {
    rig,
    camera(spec, qRad) {
      const link = linkOf(spec.link);
      const { name, verticalFovRad, width, height } = spec;
      const worldFromCamera = composePoses(worldFromMount(link, qRad), cameras.get(spec) ?? cameraInMount(spec));
      return { name, worldFromCamera, verticalFovRad, width, height, link };
    },
    ring({ link, positionM }, qRad) {
      const { position, orientation } = composePoses(worldFromMount(linkOf(link), qRad), {
        position: positionM,
        orientation: identityPose.orientation,
      });
      return { originInWorld: position, firstRad: yawOf(orientation) };
    },
  };
}

/** x along `forward`, z up as far as that leaves it free; straight up or down, y is up in the picture. */
function cameraInMount({ positionM, forward }: CameraSpec): Pose {
  const [fx, fy, fz] = unit(forward);
  const [lx, ly, lz] = Math.abs(fz) > 0.999 ? [-1, 0, 0] : unit([-fy, fx, 0]);
  // What is left of the side after taking out the part along `forward`.
  const along = lx * fx + ly * fy + lz * fz;
  const [sx, sy, sz] = unit([lx - along * fx, ly - along * fy, lz - along * fz]);
  const up = [fy * sz - fz * sy, fz * sx - fx * sz, fx * sy - fy * sx] as const;
  const orientation = quatFromMatrix([fx, sx, up[0], fy, sy, up[1], fz, sz, up[2]]);
  return { position: vec3(positionM[0], positionM[1], positionM[2]), orientation };
}

function unit([x, y, z]: Vec3): Vec3 {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

function problemsOf({ cameras, ranges }: SensorRig, { name: robot, linkNames }: RobotModel): string[] {
  const problems: string[] = [];
  const taken = new Set<string>();
  const mounted = (what: string, link: string | undefined): void => {
    if (link === undefined || linkNames.includes(link)) return;
    const near = nearestName(link, linkNames);
    const hint = near === undefined ? "" : `; did you mean '${near}'?`;
    problems.push(`${what}: robot ${robot} has no link '${link}'${hint} It has ${linkNames.join(", ")}`);
  };
  for (const { name, link, forward } of cameras) {
    if (taken.has(name)) problems.push(`camera ${name}: the name is taken`);
    taken.add(name);
    mounted(`camera ${name}`, link);
    const [x, y, z] = forward;
    if (!(x * x + y * y + z * z > 1e-12)) problems.push(`camera ${name}: it looks nowhere; give look_at or forward away from its position`);
  }
  if (ranges !== undefined) mounted("range_sensor", ranges.link);
  return problems;
}
