/**
 * A point against many solids, fast: boxes and spheres as flat numbers, everything else as it is.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import type { Vec3 } from "../core/vec3.ts";
import { signedDistance, type Shape } from "../geometry/shapes.ts";

/** Numbers of a box: min 3, max 3; of a sphere: centre 3, radius. Inflation included. */
interface FlatSolids {
  readonly boxes: Float64Array;
  readonly spheres: Float64Array;
  readonly others: readonly Shape[];
}

const flattened = new WeakMap<readonly Shape[], FlatSolids>();

/**
 * Whether any of the solids is within `clearanceM` of the point, equality included. A distance that is not finite counts as within.
 * Lists that are frozen are flattened once and remembered.
 */
export function touchesAny(point: Vec3, solids: readonly Shape[], clearanceM: number): boolean {
  if (solids.length === 0) return false;
  const flat = flattened.get(solids) ?? flatten(solids);
  const x = point[0];
  const y = point[1];
  const z = point[2];
  return (
    touchesBox(x, y, z, flat.boxes, clearanceM) ||
    touchesSphere(x, y, z, flat.spheres, clearanceM) ||
    flat.others.some((shape) => !(signedDistance(shape, point) > clearanceM))
  );
}

function touchesBox(x: number, y: number, z: number, boxes: Float64Array, clearanceM: number): boolean {
  for (let i = 0; i < boxes.length; i += 6) {
    const dx = Math.max(boxes[i]! - x, x - boxes[i + 3]!, 0);
    const dy = Math.max(boxes[i + 1]! - y, y - boxes[i + 4]!, 0);
    const dz = Math.max(boxes[i + 2]! - z, z - boxes[i + 5]!, 0);
    const away = length(dx, dy, dz);
    if (!(away > clearanceM && away < Infinity)) return true;
  }
  return false;
}

function touchesSphere(x: number, y: number, z: number, spheres: Float64Array, clearanceM: number): boolean {
  for (let i = 0; i < spheres.length; i += 4) {
    const away = length(x - spheres[i]!, y - spheres[i + 1]!, z - spheres[i + 2]!) - spheres[i + 3]!;
    if (!(away > clearanceM && away < Infinity)) return true;
  }
  return false;
}

function length(x: number, y: number, z: number): number {
  const squared = x * x + y * y + z * z;
  return squared > 1e-280 && squared < Infinity ? Math.sqrt(squared) : hypot3(x, y, z);
}

function flatten(solids: readonly Shape[]): FlatSolids {
  const boxes: number[] = [];
  const spheres: number[] = [];
  const others: Shape[] = [];
  for (const shape of solids) {
    const m = shape.inflationM;
    if (shape.kind === "box") boxes.push(...shape.minM.map((min) => min - m), ...shape.maxM.map((max) => max + m));
    else if (shape.kind === "sphere") spheres.push(...shape.centerM, shape.radiusM + m);
    else others.push(shape);
  }
  const flat: FlatSolids = { boxes: new Float64Array(boxes), spheres: new Float64Array(spheres), others };
  if (Object.isFrozen(solids)) flattened.set(solids, flat);
  return flat;
}
