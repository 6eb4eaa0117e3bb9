/**
 * What the robot must keep clear of, as flat arrays: one row a shape, several rows to a name. Built once per view of the world and
 * read by many checks; nothing in it changes.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import { aabbOf, flattenShapes, type FlatShapes, type Shape } from "../geometry/index.ts";

/** Radius of a sphere around what has no bounds; finite, so that differences of such radii are numbers. */
export const unboundedM = 1e200;
/** Beyond this, squares come near to overflowing; such a place counts as unbounded, and no capsule may be there. */
export const largestM = 1e100;

export interface NamedShape {
  readonly name: string;
  readonly shape: Shape;
}

export class ObstacleSet {
  /** Rows, not names. */
  readonly count: number;
  /** Shape `[count]`: the name of each row. */
  readonly nameOfRow: readonly string[];
  /** Each name once, in order of first appearance. */
  readonly names: readonly string[];
  readonly shapes: FlatShapes;
  /** Shape `[count, 4]`: centre and radius of a sphere around each shape, m; `unboundedM` for half-spaces and the like. */
  readonly boundingSpheres: Float64Array;
  readonly #rowsOfName = new Map<string, number[]>();

  constructor(entries: readonly NamedShape[]) {
    this.count = entries.length;
    this.nameOfRow = Object.freeze(entries.map((entry) => entry.name));
    this.shapes = flattenShapes(entries.map((entry) => entry.shape));
    this.boundingSpheres = new Float64Array(entries.length * 4);
    entries.forEach(({ name, shape }, row) => {
      this.boundingSpheres.set(boundingSphere(shape), row * 4);
      const rows = this.#rowsOfName.get(name);
      if (rows === undefined) this.#rowsOfName.set(name, [row]);
      else rows.push(row);
    });
    this.names = Object.freeze([...this.#rowsOfName.keys()]);
    Object.freeze(this);
  }

  /** The rows of one name; empty for a name that is not in the set. */
  rowsOf(name: string): readonly number[] {
    return this.#rowsOfName.get(name) ?? [];
  }
}

export function obstacleSetFromShapes(entries: readonly NamedShape[]): ObstacleSet {
  return new ObstacleSet(entries);
}

function boundingSphere(shape: Shape): readonly [number, number, number, number] {
  const sphere = sphereAround(shape);
  return sphere.every((number) => Math.abs(number) < largestM) ? sphere : [0, 0, 0, unboundedM];
}

function sphereAround(shape: Shape): readonly [number, number, number, number] {
  if (shape.kind === "half-space") return [0, 0, 0, unboundedM];
  // The sphere around a box is tight; for the others the box around them costs little more than their own sphere.
  if (shape.kind === "sphere") return [...shape.centerM, shape.radiusM + shape.inflationM];
  if (shape.kind === "oriented-box") {
    const [x, y, z] = shape.halfM;
    const m = shape.inflationM;
    return [...shape.centerM, rounded(hypot3(x + m, y + m, z + m))];
  }
  if (shape.kind === "capsule") {
    const [a, b] = [shape.fromM, shape.toM];
    const half = hypot3(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2;
    const radius = rounded(half + shape.radiusM + shape.inflationM);
    return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2, radius];
  }
  const { min, max } = aabbOf(shape);
  const [x, y, z] = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const radius = rounded(hypot3(max[0] - x, max[1] - y, max[2] - z));
  return [x, y, z, radius];
}

/** Rounding must not leave a corner outside. */
function rounded(radiusM: number): number {
  return radiusM * (1 + 1e-12) + 1e-12;
}
