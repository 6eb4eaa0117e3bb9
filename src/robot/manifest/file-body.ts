/**
 * A robot file's kinematics and shapes in the frames of a manifest: which link is which, where each joint is, what hangs on it.
 * @module
 */
import { atan2 } from "../../core/elementary.ts";
import { forwardKinematics, multiply34Into } from "../kinematics.ts";
import type { LinkShape } from "../link-shape.ts";
import type { RobotBody } from "../lowering/lower-files.ts";
import { matchJoints, type JointMatches } from "../lowering/match-joints.ts";
import type { RobotModel } from "../robot-model.ts";
import { isMovable, type ManifestJoint } from "./link-order.ts";

export interface JointKinematics {
  readonly origin_xyz: [number, number, number];
  readonly origin_rpy: [number, number, number];
  readonly axis_xyz: [number, number, number];
}

export interface FileInManifest {
  readonly matches: JointMatches;
  /** By joint of the manifest; joints that are not here keep the manifest's values. */
  readonly kinematics: ReadonlyMap<string, JointKinematics>;
  /** By link of the manifest, in its frame. */
  readonly shapes: ReadonlyMap<string, readonly LinkShape[]>;
  /** The name that the manifest has for a link of the file, where it has one. */
  readonly manifestLink: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
}

/** Gripper joints that the file does not know keep the manifest's values. @throws ClearanceError `config.invalid` for other joints that are missing */
export function fileInManifest(name: string, joints: readonly ManifestJoint[], file: RobotBody, matchByOrder: boolean): FileInManifest {
  const { model } = file;
  const movable = joints.filter((joint) => isMovable(joint) && joint.mimic === undefined);
  const known = (joint: ManifestJoint): boolean =>
    model.jointNames.includes(joint.name) || model.jointNames.includes(joint.sim_joint_name ?? "");
  const wanted = matchByOrder ? movable : movable.filter((joint) => joint.role !== "gripper" || known(joint));
  const matches = matchJoints(name, wanted, model.jointNames, matchByOrder);
  const warnings = [
    ...movable
      .filter((joint) => !wanted.includes(joint))
      .map((joint) => `joint "${joint.name}" is not in the file and keeps the manifest's values`),
    ...matches.held.map((joint) => `joint "${joint}" of the file is held at rest`),
  ];
  const mapped = mapLinks(model, joints, matches);
  const worldFromLinks = atZero(model, matches);
  const frameOf = (link: number): Float64Array => worldFromLinks.subarray(link * 12, link * 12 + 12);
  const kinematics = new Map<string, JointKinematics>();
  for (const { manifestJoint, fileJoint } of matches.matches) {
    const joint = joints.find((candidate) => candidate.name === manifestJoint)!;
    const parent = mapped.get(joint.parent_link);
    const child = mapped.get(joint.child_link);
    if (parent === undefined || child === undefined) {
      warnings.push(`joint "${manifestJoint}": "${joint.parent_link}" is no link of the file; the manifest's values stay`);
      continue;
    }
    const origin = relative(frameOf(parent), frameOf(child));
    const link = model.qIndexOfLink.indexOf(model.jointNames.indexOf(fileJoint));
    const [x = 0, y = 0, z = 0] = model.axisInLink.subarray(link * 3, link * 3 + 3);
    kinematics.set(manifestJoint, {
      origin_xyz: [origin[3]!, origin[7]!, origin[11]!],
      origin_rpy: rpyOfMatrix(origin),
      axis_xyz: [x, y, z],
    });
  }
  return { matches, kinematics, warnings, ...placeShapes(file, mapped, frameOf, warnings) };
}

function mapLinks(model: RobotModel, joints: readonly ManifestJoint[], { matches }: JointMatches): ReadonlyMap<string, number> {
  const mapped = new Map<string, number>();
  for (const { manifestJoint, fileJoint } of matches) {
    const link = model.qIndexOfLink.indexOf(model.jointNames.indexOf(fileJoint));
    mapped.set(joints.find(({ name }) => name === manifestJoint)!.child_link, link);
  }
  const byName = (name: string): void => {
    const link = model.linkNames.indexOf(name);
    if (!mapped.has(name) && link >= 0) mapped.set(name, link);
  };
  for (const { parent_link, child_link } of joints) {
    byName(parent_link);
    byName(child_link);
  }
  // A root with a name of its own is what the file has under its first joint.
  for (const { parent_link, child_link } of joints) {
    const child = mapped.get(child_link);
    if (mapped.has(parent_link) || child === undefined || joints.some((joint) => joint.child_link === parent_link)) continue;
    mapped.set(parent_link, model.parentOfLink[child]!);
  }
  return mapped;
}

/** World from links with the matched joints at 0 and the others at rest. */
function atZero(model: RobotModel, matches: JointMatches): Float64Array {
  const q = Float64Array.from(model.homeRad);
  for (const [j] of model.jointNames.entries()) if (matches.dofOfFileJoint[j]! >= 0) q[j] = 0;
  const worldFromLinks = new Float64Array(model.nLinks * 12);
  forwardKinematics(model, q, worldFromLinks);
  return worldFromLinks;
}

/** Every shape goes to the manifest's link that carries it: its own, or the nearest on the way to the base. */
function placeShapes(
  file: RobotBody,
  mapped: ReadonlyMap<string, number>,
  frameOf: (link: number) => Float64Array,
  warnings: string[],
): Pick<FileInManifest, "shapes" | "manifestLink"> {
  const nameAt = new Map(Array.from(mapped, ([name, link]) => [link, name]));
  const shapes = new Map<string, LinkShape[]>();
  for (const [link, own] of file.shapesOfLink.entries()) {
    if (own.length === 0) continue;
    let at = link;
    while (at >= 0 && !nameAt.has(at)) at = file.model.parentOfLink[at]!;
    const name = nameAt.get(at);
    if (name === undefined) {
      warnings.push(`link "${file.model.linkNames[link]}" of the file has a body and no link of the manifest carries it`);
      continue;
    }
    const carrier = relative(frameOf(at), frameOf(link));
    const placed = own.map((shape): LinkShape => {
      const linkFromShape = new Float64Array(12);
      multiply34Into(carrier, 0, shape.linkFromShape, 0, linkFromShape, 0);
      return { ...shape, linkFromShape };
    });
    shapes.set(name, [...(shapes.get(name) ?? []), ...placed]);
  }
  return { shapes, manifestLink: new Map(Array.from(nameAt, ([link, name]) => [file.model.linkNames[link]!, name])) };
}

/** a⁻¹ · b for rigid 3×4 matrices. */
function relative(a: Float64Array, b: Float64Array): Float64Array {
  const inverse = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) inverse[row * 4 + column] = a[column * 4 + row]!;
    inverse[row * 4 + 3] = -(a[row]! * a[3]! + a[4 + row]! * a[7]! + a[8 + row]! * a[11]!);
  }
  const out = new Float64Array(12);
  multiply34Into(inverse, 0, b, 0, out, 0);
  return out;
}

/** Roll, pitch, yaw of a 3×4 matrix, R = Rz(yaw) Ry(pitch) Rx(roll); at pitch ±π/2 yaw is 0. */
export function rpyOfMatrix(m: ArrayLike<number>): [number, number, number] {
  const cosPitch = Math.sqrt(m[0]! * m[0]! + m[4]! * m[4]!);
  const pitch = atan2(-m[8]!, cosPitch);
  if (cosPitch <= 1e-9) return [atan2(-m[6]!, m[5]!), pitch, 0];
  return [atan2(m[9]!, m[10]!), pitch, atan2(m[4]!, m[0]!)];
}
