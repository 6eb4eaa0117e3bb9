/**
 * The robot's bodies against what stands in the world for good: tables, walls, bins, floors. Known at load, so it never goes stale.
 *
 * A body that no joint moves cannot come nearer to a fixture while the base stands, and is looked at only where the base moves. Where
 * it touches a fixture at home it is mounted on it: the two, by name, may touch from then on, and the report says so.
 * @module
 */
import type { FixtureSpec } from "../../core/world-spec.ts";
import { capsuleToShapeDistance, SHAPE_STRIDE } from "../../geometry/flat-shape.ts";
import { aabbOf, shapeFromSpec } from "../../geometry/shapes.ts";
import { ObstacleSet, type NamedShape } from "../../robot/obstacle-set.ts";
import { BodyCheck } from "./body-check.ts";
import { GEOMETRY_COLLISION, KIND_FIXTURE } from "./codes.ts";
import type { Motion } from "./motion.ts";

/** A fixture of a world file; its colour says nothing here. */
export type KernelFixture = Pick<FixtureSpec, "name" | "shapes">;

/** What the rounding of sums may take away from a bound, m. */
const roundingM = 1e-9;

/** The shapes of fixtures, each with a box around it. */
export class FixtureStore {
  readonly shapes: ObstacleSet;
  /** Shape `[count, 6]`: min x y z, max x y z, world frame, m; infinite where a shape has no end. */
  readonly boxes: Float64Array;
  /** What `GeometryFinding.other` is for the first row: the numbers below are obstacles'. */
  readonly first: number;

  constructor(entries: readonly NamedShape[], first: number) {
    this.shapes = new ObstacleSet(entries);
    this.boxes = Float64Array.from(
      entries.flatMap(({ shape }) => {
        const { min, max } = aabbOf(shape);
        return [...min, ...max];
      }),
    );
    this.first = first;
  }

  /** Name of the fixture that `GeometryFinding.other` stands for, undefined for an obstacle. */
  nameOf(other: number): string | undefined {
    return this.shapes.nameOfRow[other - this.first];
  }
}

/** Each shape of each fixture, or what is wrong with it. */
export function fixtureShapes(fixtures: readonly KernelFixture[]): readonly (NamedShape | string)[] {
  return fixtures.flatMap(({ name, shapes }): readonly (NamedShape | string)[] => {
    if (name === "") return ["a fixture has no name"];
    if (shapes.length === 0) return [`fixture "${name}" has no shape`];
    return shapes.map((spec, i) => {
      try {
        return { name, shape: shapeFromSpec(spec, name) };
      } catch (error) {
        return `fixture "${name}", shape ${i}: ${error instanceof Error ? error.message : String(error)}`;
      }
    });
  });
}

export class FixtureCheck extends BodyCheck {
  readonly #store: FixtureStore;
  /** Shape `[count]`: 1 for bodies that no joint moves. */
  readonly #still: Uint8Array;
  /** Shape `[count, nRows]`: 1 where the body may touch the shape. */
  readonly #mayTouch: Uint8Array;
  /** Shape `[count]`: the row that was nearest last. */
  readonly #hints: Int32Array;
  /** The capsule at hand in the world, and the middle and radius of the sphere around it. */
  readonly #capsule = new Float64Array(7);
  readonly #sphere = new Float64Array(4);

  constructor(store: FixtureStore, bodies: Int32Array, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    super(KIND_FIXTURE, GEOMETRY_COLLISION, bodies, margins, motion, exhaustive);
    const { start } = motion.placed.bodies.paths;
    this.#store = store;
    this.#still = Uint8Array.from(bodies, (b) => (start[b] === start[b + 1] ? 1 : 0));
    this.#mayTouch = new Uint8Array(bodies.length * store.shapes.count);
    this.#hints = new Int32Array(bodies.length);
  }

  /** From now on an item may touch the shapes of these fixtures. */
  allow(item: number, fixtures: readonly string[]): void {
    const { count, nameOfRow } = this.#store.shapes;
    for (let row = 0; row < count; row++) if (fixtures.includes(nameOfRow[row]!)) this.#mayTouch[item * count + row] = 1;
  }

  /** Names of the fixtures that an item touches as placed, or is within its margin of, where it is one that no joint moves. */
  mountedOn(item: number): readonly string[] {
    const { count, nameOfRow, shapes } = this.#store.shapes;
    if (this.#still[item] === 0) return [];
    this.#take(item);
    const near = (row: number): boolean =>
      !(capsuleToShapeDistance(shapes.kinds[row]!, shapes.params, row * SHAPE_STRIDE, this.#capsule, 0) > this.margins[item]!);
    return [
      ...new Set(
        Array.from({ length: count }, (_, row) => row)
          .filter(near)
          .map((row) => nameOfRow[row]!),
      ),
    ];
  }

  /** The distance of one shape that was near will do. */
  protected override lookForSeed(item: number): void {
    const { count, shapes } = this.#store.shapes;
    const row = this.#hints[item]!;
    const counts = this.#counts(item) && this.#mayTouch[item * count + row] === 0;
    if (counts) this.#take(item);
    this.found[0] = counts ? capsuleToShapeDistance(shapes.kinds[row]!, shapes.params, row * SHAPE_STRIDE, this.#capsule, 0) : Infinity;
  }

  protected look(item: number): void {
    const { boxes, first } = this.#store;
    const { count, shapes } = this.#store.shapes;
    let best = this.cap[0]!;
    let other = -1;
    this.foundOther = -1;
    this.found[0] = Infinity;
    if (!this.#counts(item)) return;
    this.#take(item);
    const x = this.#sphere[0]!;
    const y = this.#sphere[1]!;
    const z = this.#sphere[2]!;
    const radius = this.#sphere[3]! + roundingM;
    for (let row = 0, o = 0; row < count; row++, o += 6) {
      // From the middle of the body to the box around the shape.
      const dx = beyond(x, boxes[o]!, boxes[o + 3]!);
      const dy = beyond(y, boxes[o + 1]!, boxes[o + 4]!);
      const dz = beyond(z, boxes[o + 2]!, boxes[o + 5]!);
      const apart = best + radius;
      if (!this.exhaustive && (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart)) continue;
      if (this.#mayTouch[item * count + row] === 1) continue;
      const distance = capsuleToShapeDistance(shapes.kinds[row]!, shapes.params, row * SHAPE_STRIDE, this.#capsule, 0);
      // Not above, rather than below: a distance that is not a number is taken, and stays.
      if (distance > best || (distance === best && other >= 0)) continue;
      best = distance;
      other = row;
      if (Number.isNaN(distance)) break;
    }
    if (other < 0) return;
    this.#hints[item] = other;
    this.foundOther = first + other;
    this.found[0] = best;
  }

  #counts(item: number): boolean {
    return this.#still[item] === 0 || this.motion.movesBase;
  }

  /** Takes the body of an item to the world, where the fixtures are. */
  #take(item: number): void {
    const { placed } = this.motion;
    const { ends, spheres, mobile } = placed;
    const capsule = this.#capsule;
    const sphere = this.#sphere;
    const b = this.bodies[item]!;
    sphere[3] = spheres[b * 4 + 3]!;
    if (mobile) {
      placed.inWorldInto(b, capsule);
      for (let axis = 0; axis < 3; axis++) sphere[axis] = (capsule[axis]! + capsule[axis + 3]!) * 0.5;
      return;
    }
    for (let k = 0; k < 7; k++) capsule[k] = ends[b * 7 + k]!;
    for (let axis = 0; axis < 3; axis++) sphere[axis] = spheres[b * 4 + axis]!;
  }
}

/** How far a coordinate lies outside of a range; 0 where it is not a number, so that nothing is ruled out by it. */
function beyond(value: number, low: number, high: number): number {
  return value < low ? low - value : value > high ? value - high : 0;
}
