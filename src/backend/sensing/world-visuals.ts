/**
 * The shapes that rays meet, as a renderer takes them: fixtures, objects, the robot's capsules, people.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { identityPose, quatFromAxisAngle, quatFromZ, type Pose } from "../../core/pose.ts";
import type { VisualCamera, VisualPart, VisualShape } from "../../core/visual-scene.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { boxCenter, type Shape } from "../../geometry/index.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { paintersLight } from "./paint.ts";
import type { Visuals } from "./renderer.ts";
import type { PosedCamera } from "./rig.ts";
import { solidsOf, type Solid } from "./solid-scene.ts";

export function worldVisuals(world: WorldSpec, collision: CollisionModel): Visuals {
  const atHome = {
    qRad: Array.from(collision.robot.homeRad),
    atMs: 0,
    objects: world.objects.map(({ name, positionM, yawRad }) => ({
      name,
      worldFromObject: { position: positionM, orientation: quatFromAxisAngle([0, 0, 1], yawRad) },
    })),
  };
  return {
    scene: { light: paintersLight, parts: solidsOf({ world, collision, seen: atHome }).map(partOf), meshes: [] },
    shot(camera, seen) {
      const solids = solidsOf({ world, collision, seen });
      return {
        camera: visualCamera(camera),
        worldFromParts: solids.flatMap(placeOf),
        unseen: solids.flatMap(({ link, there }, part) => (!there || (link >= 0 && link === camera.link) ? [part] : [])),
      };
    },
  };
}

export function partOf({ name, rgb, shape }: Solid): VisualPart {
  return { name, rgb, shape: drawn(shape).shape };
}

/** As `VisualShot.worldFromParts` has it. */
export function placeOf({ shape }: Pick<Solid, "shape">): readonly number[] {
  const { position, orientation } = drawn(shape).pose;
  // JSON knows no -0.
  return [...position, ...orientation].map((value) => value + 0);
}

export function visualCamera({ worldFromCamera, verticalFovRad, width, height }: PosedCamera): VisualCamera {
  return { worldFromCamera, verticalFovRad, width, height };
}

function drawn(shape: Shape): { readonly shape: VisualShape; readonly pose: Pose } {
  const upright = identityPose.orientation;
  switch (shape.kind) {
    case "box": {
      const [x, y, z] = boxCenter(shape);
      const halfM = [shape.maxM[0] - x, shape.maxM[1] - y, shape.maxM[2] - z] as const;
      return { shape: { kind: "box", halfM }, pose: { position: [x, y, z], orientation: upright } };
    }
    case "oriented-box":
      return { shape: { kind: "box", halfM: shape.halfM }, pose: { position: shape.centerM, orientation: shape.orientation } };
    case "sphere":
      return { shape: { kind: "sphere", radiusM: shape.radiusM }, pose: { position: shape.centerM, orientation: upright } };
    case "capsule": {
      const { fromM: a, toM: b, radiusM } = shape;
      const [x, y, z] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
      const halfLengthM = Math.sqrt(x * x + y * y + z * z) / 2;
      const position = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2] as const;
      const orientation = halfLengthM > 0 ? quatFromZ([x, y, z]) : upright;
      return { shape: { kind: "capsule", radiusM, halfLengthM }, pose: { position, orientation } };
    }
    case "cylinder": {
      const { radiusM, halfHeightM, centerM, axis } = shape;
      return { shape: { kind: "cylinder", radiusM, halfHeightM }, pose: { position: centerM, orientation: quatFromZ(axis) } };
    }
    case "half-space": {
      // The shape's normal points into the solid, a plane's out of it.
      const { normal, offsetM } = shape;
      const [x, y, z] = normal;
      const pose = { position: [-x * offsetM, -y * offsetM, -z * offsetM], orientation: quatFromZ([-x, -y, -z]) } as const;
      return { shape: { kind: "plane", halfM: [0, 0] }, pose };
    }
    case "polytope":
      // No world file has one.
      throw new ClearanceError("backend.unsupported", "a renderer draws no polytope", { backend: "renderer", what: shape.kind });
    default:
      return shape satisfies never;
  }
}
