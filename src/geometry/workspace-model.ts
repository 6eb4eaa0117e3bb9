/**
 * Where a point may be: inside the bounds and outside every obstacle. Answers name the reason, bounds first, then obstacles in the
 * order added; numbers print as C's `%g`.
 * @module
 */
import { ClearanceError, formatG } from "../core/index.ts";
import type { Vec3 } from "../core/index.ts";
import { box } from "./box.ts";
import { firstContact } from "./segment-contact.ts";
import { mayContain, signedDistance } from "./shapes.ts";
import type { AxisAlignedBox, Shape, ShapeOptions } from "./shape.ts";
import { sphere } from "./sphere.ts";

const axes = [
  [0, "x"],
  [1, "y"],
  [2, "z"],
] as const;

export class WorkspaceModel {
  readonly #bounds: AxisAlignedBox;
  readonly #obstacles: Shape[];

  /** World frame, m. @throws ClearanceError `value.invalid` unless the bounds are finite and min <= max on every axis. */
  constructor(boundsMinM: Vec3 = [-1, -1, 0], boundsMaxM: Vec3 = [1, 1, 1], obstacles: readonly Shape[] = []) {
    this.#bounds = box(boundsMinM, boundsMaxM);
    this.#obstacles = [...obstacles];
  }

  get boundsMinM(): Vec3 {
    return this.#bounds.minM;
  }

  get boundsMaxM(): Vec3 {
    return this.#bounds.maxM;
  }

  /** A copy, in order. */
  get obstacles(): readonly Shape[] {
    return [...this.#obstacles];
  }

  addSphere(centerM: Vec3, radiusM: number, options: ShapeOptions = {}): this {
    return this.add(sphere(centerM, radiusM, options));
  }

  addBox(minM: Vec3, maxM: Vec3, options: ShapeOptions = {}): this {
    return this.add(box(minM, maxM, options));
  }

  /** Changes this model. @throws ClearanceError `value.invalid` once it is frozen (`Object.freeze`), as in a world view. */
  add(shape: Shape): this {
    if (Object.isFrozen(this)) {
      const problem = "is frozen: build a new one with the obstacle in it";
      throw new ClearanceError("value.invalid", `workspace ${problem}`, { field: "workspace", problem });
    }
    this.#obstacles.push(shape);
    return this;
  }

  /** Why the point is not allowed, the first reason in order; null where it is. */
  violates(p: Vec3): string | null {
    return this.#allows(p) ? null : (this.violations(p)[0] ?? null);
  }

  /** Every reason, in order. */
  violations(p: Vec3): readonly string[] {
    const unknown = axes.filter(([axis]) => !Number.isFinite(p[axis]));
    if (unknown.length > 0) return unknown.map(([, name]) => `${name} is not a finite number`);
    const { minM, maxM } = this.#bounds;
    const outside = axes.filter(([axis]) => !(p[axis] >= minM[axis] && p[axis] <= maxM[axis]));
    const inside = this.#obstacles.filter((shape) => mayContain(shape, p));
    return [...outside.map(([axis, name]) => this.#outside(axis, name, p[axis])), ...inside.map(insideText)];
  }

  /**
   * Why the straight way from a to b is not allowed, with the first parameter of contact (0 at a, 1 at b); null where it is. The first
   * reason in the order of `violates`, which need not be the earliest on the way.
   */
  violatesSegment(a: Vec3, b: Vec3): string | null {
    for (const [axis, name] of axes) {
      if (!Number.isFinite(a[axis])) return `${name} is not a finite number at t=0`;
      if (!Number.isFinite(b[axis])) return `${name} is not a finite number at t=1`;
    }
    for (const [axis, name] of axes) {
      const leaves = this.#leavesAt(axis, a[axis], b[axis]);
      if (leaves !== undefined) return `${this.#outside(axis, name, leaves.valueM)} at t=${formatG(leaves.t)}`;
    }
    for (const shape of this.#obstacles) {
      const t = firstContact(shape, a, b);
      if (t !== undefined) return `${insideText(shape)} at t=${formatG(t)}`;
    }
    return null;
  }

  /** min over axes of (p - min, max - p): positive inside; per axis, not Euclidean, outside. NaN for a NaN. */
  boundsDistance(p: Vec3): number {
    const { minM, maxM } = this.#bounds;
    return Math.min(p[0] - minM[0], maxM[0] - p[0], p[1] - minM[1], maxM[1] - p[1], p[2] - minM[2], maxM[2] - p[2]);
  }

  #allows(p: Vec3): boolean {
    const { minM, maxM } = this.#bounds;
    for (let axis = 0; axis < 3; axis++) if (!(p[axis]! >= minM[axis]! && p[axis]! <= maxM[axis]!)) return false;
    for (let i = 0; i < this.#obstacles.length; i++) if (mayContain(this.#obstacles[i]!, p)) return false;
    return true;
  }

  #outside(axis: 0 | 1 | 2, name: string, valueM: number): string {
    return `${name}=${formatG(valueM)} outside workspace [${formatG(this.boundsMinM[axis])},${formatG(this.boundsMaxM[axis])}]`;
  }

  /** Where one coordinate leaves the bounds for the first time, and the coordinate that lies outside: a's, or b's. */
  #leavesAt(axis: 0 | 1 | 2, from: number, to: number): { readonly t: number; readonly valueM: number } | undefined {
    const low = this.boundsMinM[axis];
    const high = this.boundsMaxM[axis];
    if (!(from >= low && from <= high)) return { t: 0, valueM: from };
    if (to >= low && to <= high) return undefined;
    const limit = to < low ? low : high;
    return { t: (limit / 2 - from / 2) / (to / 2 - from / 2), valueM: to };
  }
}

/**
 * Signed distance of a point in a workspace: the least over the bounds, the obstacles and `extras`; positive is clear.
 * @throws ClearanceError `value.invalid` for an extra of unknown kind.
 */
export function workspaceSignedDistance(p: Vec3, workspace: WorkspaceModel, extras: readonly Shape[] = []): number {
  let least = workspace.boundsDistance(p);
  for (const shape of workspace.obstacles) least = Math.min(least, signedDistance(shape, p));
  for (const shape of extras) least = Math.min(least, signedDistance(shape, p));
  return least;
}

function insideText({ kind, label }: Shape): string {
  const name = kind === "oriented-box" ? "box" : kind;
  return `target inside ${name} obstacle${label === "" ? "" : ` '${label}'`}`;
}
