/**
 * Objects as the planner sees them: where they are measured, how a gripper takes them, what they sweep when carried.
 * @module
 */
import { atan2 } from "../core/elementary.ts";
import { composePoses, invertPose, quatFromAxisAngle, quatMultiply, rotateVector, yawOf, type Pose, type QuatWxyz } from "../core/pose.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { ObjectSpec } from "../core/world-spec.ts";
import { distance } from "../geometry/shapes.ts";
import type { AttachedBody } from "../robot/collision-model.ts";
import type { WorldView } from "./world-view.ts";

export interface SeenObject {
  readonly spec: ObjectSpec;
  readonly worldFromObject: Pose;
}

/** The object's description and measured pose; undefined when the world does not know it or the backend does not see it. */
export function seenObject(world: WorldView, name: string): SeenObject | undefined {
  const spec = world.spec.objects.find((object) => object.name === name);
  const state = world.observation.objects.find((object) => object.name === name);
  return spec === undefined || state === undefined ? undefined : { spec, worldFromObject: state.worldFromObject };
}

/** A tilt below this (cosine of about 25°) counts as pointing straight up or down and is straightened. */
const verticalCosine = 0.9;

/** The measured tip orientation with its approach axis made exactly vertical where it nearly is; unchanged otherwise. */
export function levelled(orientation: QuatWxyz): QuatWxyz {
  const approach = rotateVector(orientation, [0, 0, 1]);
  if (!(Math.abs(approach[2]) >= verticalCosine)) return orientation;
  const side = rotateVector(orientation, [1, 0, 0]);
  return upright(atan2(side[1], side[0]), approach[2] > 0);
}

/** Tip z straight up or straight down, tip x at `yawRad` in the world's horizontal plane. */
function upright(yawRad: number, up: boolean): QuatWxyz {
  const turned = quatFromAxisAngle([0, 0, 1], yawRad);
  return up ? turned : quatMultiply(turned, [0, 1, 0, 0]);
}

/**
 * How the tip stands to take the object: vertical, turned by less than a quarter so that the fingers, which close along tip y,
 * meet the object's narrower faces.
 */
export function graspOrientation(tip: QuatWxyz, object: SeenObject): QuatWxyz {
  const approach = rotateVector(tip, [0, 0, 1]);
  const up = approach[2] >= verticalCosine;
  const side = rotateVector(tip, [1, 0, 0]);
  const yawRad = atan2(side[1], side[0]);
  const { shape } = object.spec;
  if (shape.kind !== "box") return upright(yawRad, up);
  const quarter = Math.PI / 2;
  const square = Math.abs(shape.halfM[0] - shape.halfM[1]) < 1e-3;
  const wanted = yawOf(object.worldFromObject.orientation) + (shape.halfM[1] <= shape.halfM[0] ? 0 : quarter);
  const period = square ? quarter : Math.PI;
  return upright(wanted + Math.round((yawRad - wanted) / period) * period, up);
}

/** The capsule that encloses the object, in the tip frame, for an object fixed at `tipFromObject`. */
export function attachedBody(object: ObjectSpec, tipFromObject: Pose, mayTouch: readonly string[] = []): AttachedBody {
  const { axis, halfLengthM, radiusM } = enclosingCapsule(object);
  const along = rotateVector(tipFromObject.orientation, axis);
  const [x, y, z] = tipFromObject.position;
  const [dx, dy, dz] = [along[0] * halfLengthM, along[1] * halfLengthM, along[2] * halfLengthM];
  return Object.freeze({
    name: object.name,
    capsuleInTip: [x - dx, y - dy, z - dz, x + dx, y + dy, z + dz, radiusM] as const,
    mayTouch: Object.freeze([...mayTouch]),
  });
}

/** What the tip carries now, at the measured offset; undefined with empty hands. */
export function carriedBody(world: WorldView, mayTouch: readonly string[] = []): AttachedBody | undefined {
  const holding = world.observation.gripper?.holding ?? null;
  const object = holding === null ? undefined : seenObject(world, holding);
  if (object === undefined) return undefined;
  const tipFromObject = composePoses(invertPose(world.observation.worldFromTip), object.worldFromObject);
  return attachedBody(object.spec, tipFromObject, mayTouch);
}

/** Along the longest side, so that a corner at an end lies on the cap's rim: contains the object exactly. */
function enclosingCapsule(object: ObjectSpec): { axis: Vec3; halfLengthM: number; radiusM: number } {
  const { shape } = object;
  switch (shape.kind) {
    case "sphere":
      return { axis: [0, 0, 1], halfLengthM: 0, radiusM: shape.radiusM };
    case "cylinder":
      return { axis: [0, 0, 1], halfLengthM: shape.halfHeightM, radiusM: shape.radiusM };
    case "box": {
      const [x, y, z] = shape.halfM;
      // A cube is held best by a ball: a capsule would add a cap on each side.
      if (x === y && y === z) return { axis: [0, 0, 1], halfLengthM: 0, radiusM: Math.sqrt(3) * x };
      if (x >= y && x >= z) return { axis: [1, 0, 0], halfLengthM: x, radiusM: Math.sqrt(y * y + z * z) };
      if (y >= z) return { axis: [0, 1, 0], halfLengthM: y, radiusM: Math.sqrt(x * x + z * z) };
      return { axis: [0, 0, 1], halfLengthM: z, radiusM: Math.sqrt(x * x + y * y) };
    }
    default:
      return shape satisfies never;
  }
}

/** How close to an object's base something must be to count as what it stands on, m. */
const supportReachM = 0.01;

/** Names of what is directly beneath a point, `except` left out. */
export function supportsAt(world: WorldView, baseInWorld: Vec3, except: string): readonly string[] {
  const names = new Set<string>();
  for (const { name, shape } of world.solids) if (name !== except && distance(shape, baseInWorld) <= supportReachM) names.add(name);
  return [...names];
}

/** Height of the highest thing under a point of the workspace, m; undefined where there is nothing. */
export function topBeneath(world: WorldView, x: number, y: number): number | undefined {
  const lowest = world.spec.workspace.minM[2] - 1;
  let z = world.spec.workspace.maxM[2];
  // No solid is nearer than the smallest distance, so stepping down by it cannot pass through one.
  while (z > lowest) {
    let gapM = Number.POSITIVE_INFINITY;
    for (const { shape } of world.solids) gapM = Math.min(gapM, distance(shape, [x, y, z]));
    if (gapM < touchingM) return z;
    z -= gapM;
  }
  return undefined;
}
const touchingM = 1e-4;
