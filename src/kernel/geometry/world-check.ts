/**
 * The robot's bodies against obstacle capsules in the base frame, received with ids and the sensor's stamp.
 * @module
 */
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import { matrix34FromPose, quatFromRpy } from "../../core/pose.ts";
import { BodyCheck } from "./body-check.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_WORLD_MALFORMED,
  GEOMETRY_WORLD_OVERFLOW,
  GEOMETRY_WORLD_UNAVAILABLE,
  KIND_WORLD,
} from "./codes.ts";
import type { Motion } from "./motion.ts";

/** Obstacle capsules: a segment of twice the half length along the local z axis, grown by the radius. Wire names in parentheses. */
export interface WorldCapsules {
  /** When the sensor saw them, ms of the kernel's clock. */
  readonly stampMs: number;
  /** (`radius[]`) m, > 0. */
  readonly radiusM: ArrayLike<number>;
  /** (`half_length[]`) m, >= 0. */
  readonly halfLengthM: ArrayLike<number>;
  /** (`origin_xyzrpy[6n]`) m and rad, base frame. */
  readonly originXyzRpy: ArrayLike<number>;
  /** (`object_id[]`) */
  readonly objectIds: readonly string[];
}

/** A segment of half this length counts as a point where obstacles are ruled out, and what that and rounding may leave out, m. */
const shortM = 1e-6;

/** How many milliseconds a stamp may lie in the future. */
const earlyMs = 5;

/** The last world that was received: kept across changes of what the robot holds. */
export class WorldStore {
  readonly maxCapsules: number;
  readonly deadlineMs: number;
  readonly sourceLiveness: boolean;
  count = 0;
  /** Shape `[maxCapsules, 7]` and `[maxCapsules, 4]`: ends and radius; sphere around each. Base frame, m. */
  readonly ends: Float64Array;
  readonly spheres: Float64Array;
  /** Shape `[maxCapsules, 4]`: half the segment, from its middle, m, and 1 over its square; zeros for a point. */
  readonly halves: Float64Array;
  objectIds: readonly string[] = [];
  readonly stampMs = Float64Array.of(Number.NaN);
  #status = GEOMETRY_WORLD_UNAVAILABLE;
  readonly #last: Float64Array;

  constructor(maxCapsules: number, deadlineMs: number, sourceLiveness: boolean) {
    this.maxCapsules = maxCapsules;
    this.deadlineMs = deadlineMs;
    this.sourceLiveness = sourceLiveness;
    this.ends = new Float64Array(maxCapsules * 7);
    this.spheres = new Float64Array(maxCapsules * 4);
    this.halves = new Float64Array(maxCapsules * 4);
    this.#last = new Float64Array(maxCapsules * 7);
  }

  /** 0, or why the world is not known from now on until a good message comes. */
  receive(message: WorldCapsules): number {
    this.#status = this.#read(message);
    if (this.#status !== GEOMETRY_CLEAR) {
      this.count = 0;
      this.stampMs[0] = Number.NaN;
    }
    return this.#status;
  }

  /** 0, or why the world cannot be relied on at `nowMs`. */
  available(nowMs: number): number {
    if (this.#status !== GEOMETRY_CLEAR) return this.#status;
    const age = nowMs - this.stampMs[0]!;
    return age >= -earlyMs && age <= this.deadlineMs ? GEOMETRY_CLEAR : GEOMETRY_WORLD_UNAVAILABLE;
  }

  #read(message: WorldCapsules): number {
    const { stampMs, radiusM, halfLengthM, originXyzRpy, objectIds } = message;
    const n = radiusM.length;
    if (!(halfLengthM.length === n && originXyzRpy.length === 6 * n && objectIds.length === n)) return GEOMETRY_WORLD_MALFORMED;
    if (!Number.isFinite(stampMs)) return GEOMETRY_WORLD_MALFORMED;
    if (!(n <= this.maxCapsules)) return GEOMETRY_WORLD_OVERFLOW;
    for (let i = 0; i < 6 * n; i++) if (!Number.isFinite(originXyzRpy[i])) return GEOMETRY_WORLD_MALFORMED;
    for (let i = 0; i < n; i++) {
      if (!(radiusM[i]! > 0 && radiusM[i]! < Infinity && halfLengthM[i]! >= 0 && halfLengthM[i]! < Infinity))
        return GEOMETRY_WORLD_MALFORMED;
    }
    for (let i = 0; i < n; i++) this.#place(i, radiusM[i]!, halfLengthM[i]!, originXyzRpy);
    const same = n === this.count && n > 0 && this.ends.subarray(0, n * 7).every((value, at) => value === this.#last[at]);
    this.#last.set(this.ends);
    this.count = n;
    this.objectIds = objectIds.map((id) => (typeof id === "string" ? id : ""));
    // An unchanged map under a new stamp says nothing of whether its source still sees.
    if (!(this.sourceLiveness && same)) this.stampMs[0] = stampMs;
    return GEOMETRY_CLEAR;
  }

  #place(i: number, radiusM: number, halfM: number, origins: ArrayLike<number>): void {
    const [x, y, z, roll, pitch, yaw] = Array.from({ length: 6 }, (_, k) => origins[i * 6 + k]!) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const m = matrix34FromPose({ position: [x, y, z], orientation: quatFromRpy(roll, pitch, yaw) });
    for (let row = 0; row < 3; row++) {
      const along = m[row * 4 + 2]! * halfM;
      this.ends[i * 7 + row] = m[row * 4 + 3]! - along;
      this.ends[i * 7 + 3 + row] = m[row * 4 + 3]! + along;
      this.spheres[i * 4 + row] = m[row * 4 + 3]!;
      this.halves[i * 4 + row] = along;
    }
    this.halves[i * 4 + 3] = halfM > shortM ? 1 / (halfM * halfM) : 0;
    this.ends[i * 7 + 6] = radiusM;
    this.spheres[i * 4 + 3] = halfM * (1 + 1e-12) + radiusM + 1e-12;
  }
}

export class WorldCheck extends BodyCheck {
  readonly #store: WorldStore;
  /** Shape `[count, maxCapsules]`: 1 where the body may touch the obstacle. */
  readonly #mayTouch: Uint8Array;
  /** Shape `[count]`: the obstacle that was nearest last. */
  readonly #hints: Int32Array;

  constructor(store: WorldStore, bodies: Int32Array, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    super(KIND_WORLD, GEOMETRY_COLLISION, bodies, margins, motion, exhaustive);
    this.#store = store;
    this.#mayTouch = new Uint8Array(bodies.length * store.maxCapsules);
    this.#hints = new Int32Array(bodies.length);
  }

  /** `allowed[item]`: ids that the item may touch. Asked for at every message, outside the hot path. */
  allow(allowed: readonly (readonly string[])[]): void {
    const { maxCapsules, objectIds } = this.#store;
    this.#mayTouch.fill(0);
    allowed.forEach((ids, item) => {
      if (ids.length > 0) objectIds.forEach((id, k) => (this.#mayTouch[item * maxCapsules + k] = ids.includes(id) ? 1 : 0));
    });
  }

  /** The distance of one pair that was near will do. */
  protected override lookForSeed(item: number): void {
    const { ends: robotEnds } = this.motion.placed;
    const { count, ends, maxCapsules } = this.#store;
    const hint = this.#hints[item]!;
    const b = this.bodies[item]! * 7;
    const counts = hint < count && this.#mayTouch[item * maxCapsules + hint] === 0;
    this.found[0] = counts ? segmentSegmentDistance(robotEnds, b, ends, hint * 7) - robotEnds[b + 6]! - ends[hint * 7 + 6]! : Infinity;
  }

  protected look(item: number): void {
    const { ends: robotEnds, spheres } = this.motion.placed;
    const { count, ends, spheres: around, halves, maxCapsules } = this.#store;
    const { exhaustive } = this;
    const mayTouch = this.#mayTouch;
    const b = this.bodies[item]!;
    const s = b * 4;
    const x = spheres[s]!;
    const y = spheres[s + 1]!;
    const z = spheres[s + 2]!;
    const radius = spheres[s + 3]!;
    let best = this.cap[0]!;
    let other = -1;
    for (let k = 0, o = 0; k < count; k++, o += 4) {
      const dx = x - around[o]!;
      const dy = y - around[o + 1]!;
      const dz = z - around[o + 2]!;
      const apart = best + radius + around[o + 3]!;
      // Below 0 the spheres would have to be inside each other: nothing can be nearer than the best by so much.
      if (!exhaustive && (apart < 0 || dx * dx + dy * dy + dz * dz > apart * apart)) continue;
      if (mayTouch[item * maxCapsules + k] === 1) continue;
      if (!exhaustive) {
        // The sphere against the obstacle itself rather than the sphere around it.
        const ux = halves[o]!;
        const uy = halves[o + 1]!;
        const uz = halves[o + 2]!;
        let t = (dx * ux + dy * uy + dz * uz) * halves[o + 3]!;
        t = t < -1 ? -1 : t > 1 ? 1 : t;
        const ex = dx - t * ux;
        const ey = dy - t * uy;
        const ez = dz - t * uz;
        const near = best + radius + ends[k * 7 + 6]! + 2 * shortM;
        if (near < 0 || ex * ex + ey * ey + ez * ez > near * near) continue;
      }
      const distance = segmentSegmentDistance(robotEnds, b * 7, ends, k * 7) - robotEnds[b * 7 + 6]! - ends[k * 7 + 6]!;
      // Not above, rather than below: a distance that is not a number is taken, and stays.
      if (distance > best || (distance === best && other >= 0)) continue;
      best = distance;
      other = k;
      if (Number.isNaN(distance)) break;
    }
    if (other >= 0) this.#hints[item] = other;
    this.foundOther = other;
    this.found[0] = other < 0 ? Infinity : best;
  }
}
