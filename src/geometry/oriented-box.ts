import { matrix34FromPose, nonNegativeNumber, quatNormalize, vec3 } from "../core/index.ts";
import type { QuatWxyz, Vec3 } from "../core/index.ts";
import { boxField, boxFieldGradient, sideOf } from "./box-field.ts";
import { copyVec3, shapeBase } from "./shape.ts";
import type { Bounds, OrientedBox, ShapeOptions } from "./shape.ts";

/** A box about its own centre, turned by `orientation` (worldFromBox, normalised here). */
export function orientedBox(centerM: Vec3, halfM: Vec3, orientation: QuatWxyz, options: ShapeOptions = {}): OrientedBox {
  const half = copyVec3(halfM);
  for (const extent of half) nonNegativeNumber("oriented box half extent", extent);
  const center = copyVec3(centerM);
  const turn = quatNormalize(orientation);
  const m = matrix34FromPose({ position: center, orientation: turn });
  const rotation = [0, 1, 2, 4, 5, 6, 8, 9, 10].map((index) => m[index]!);
  return Object.freeze({
    kind: "oriented-box",
    centerM: center,
    halfM: half,
    orientation: turn,
    rotation: Object.freeze(rotation),
    ...shapeBase(options),
  });
}

/** The point in the frame of the box: origin at its centre, axes along its edges. May overflow to infinities, never throws. */
export function pointInBox({ centerM, rotation: r }: OrientedBox, p: Vec3): readonly [number, number, number] {
  const x = p[0] - centerM[0];
  const y = p[1] - centerM[1];
  const z = p[2] - centerM[2];
  return [r[0]! * x + r[3]! * y + r[6]! * z, r[1]! * x + r[4]! * y + r[7]! * z, r[2]! * x + r[5]! * y + r[8]! * z];
}

export function orientedBoxSignedDistance(shape: OrientedBox, p: Vec3): number {
  const [x, y, z] = overhangs(shape, pointInBox(shape, p));
  return boxField(x, y, z);
}

export function orientedBoxGradient(shape: OrientedBox, p: Vec3): Vec3 {
  const local = pointInBox(shape, p);
  const [x, y, z] = boxFieldGradient(overhangs(shape, local), [sideOf(local[0]), sideOf(local[1]), sideOf(local[2])]);
  const r = shape.rotation;
  return vec3(r[0]! * x + r[1]! * y + r[2]! * z, r[3]! * x + r[4]! * y + r[5]! * z, r[6]! * x + r[7]! * y + r[8]! * z);
}

export function orientedBoxBounds({ centerM, halfM, rotation: r, inflationM: m }: OrientedBox): Bounds {
  const reach = (row: number): number =>
    Math.abs(r[row]!) * (halfM[0] + m) + Math.abs(r[row + 1]!) * (halfM[1] + m) + Math.abs(r[row + 2]!) * (halfM[2] + m);
  const [x, y, z] = [reach(0), reach(3), reach(6)];
  return {
    min: [centerM[0] - x, centerM[1] - y, centerM[2] - z],
    max: [centerM[0] + x, centerM[1] + y, centerM[2] + z],
  };
}

function overhangs({ halfM, inflationM }: OrientedBox, local: readonly [number, number, number]): readonly [number, number, number] {
  return [
    Math.abs(local[0]) - (halfM[0] + inflationM),
    Math.abs(local[1]) - (halfM[1] + inflationM),
    Math.abs(local[2]) - (halfM[2] + inflationM),
  ];
}
