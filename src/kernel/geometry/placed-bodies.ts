/**
 * The bodies at one configuration, in the base frame, with a sphere around each. Placing allocates nothing.
 *
 * A mobile base counts as standing at its zero where it was measured, so that arm, obstacles and grid share the base frame:
 *
 *     baseFromLink = correction · worldFromLink(q),   correction = moved base · worldFromBase(measured)⁻¹
 *
 * @module
 */
import { forwardKinematics, multiply34Into } from "../../robot/kinematics.ts";
import { placeCapsules } from "../../robot/place-capsules.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { Bodies } from "./bodies.ts";
import { inverse34Into } from "./rigid.ts";

export class PlacedBodies {
  readonly bodies: Bodies;
  /** Shape `[count, 7]`: ax ay az bx by bz radius, base frame, m. */
  readonly ends: Float64Array;
  /** Shape `[count, 4]`: centre and radius of the sphere around each. */
  readonly spheres: Float64Array;
  /** Shape `[nLinks, 12]`: rows of the 3×4 matrices baseFromLink. */
  readonly frames: Float64Array;
  /** Whether every place is a finite number. */
  finite = false;
  readonly #robot: RobotModel;
  readonly #raw: Float64Array;
  readonly #baseLink: number;
  /** worldFromBaseLink where every base joint is 0, and its correction products. */
  readonly #zeroBase = new Float64Array(12);
  readonly #measuredInverse = new Float64Array(12);
  readonly #correction = new Float64Array(12);
  readonly #scratch = new Float64Array(12);
  /** Rows of the 3×4 matrix worldFromBase, and whether it is another than the identity: where the base frame of this judgement is. */
  readonly #worldFromBase = new Float64Array(12);
  readonly #mobile: boolean;
  #corrected = false;

  /** `baseJoints`: columns of q that move the base; none for a robot that stands. */
  constructor(robot: RobotModel, bodies: Bodies, baseJoints: readonly number[]) {
    const { count, inLink } = bodies;
    this.bodies = bodies;
    this.#robot = robot;
    this.ends = new Float64Array(count * 7);
    this.spheres = new Float64Array(count * 4);
    this.frames = new Float64Array(robot.nLinks * 12);
    this.#raw = baseJoints.length === 0 ? this.frames : new Float64Array(robot.nLinks * 12);
    this.#baseLink = baseLinkOf(robot, baseJoints);
    this.#mobile = baseJoints.length > 0;
    const q = Float64Array.from(robot.homeRad);
    for (const joint of baseJoints) q[joint] = 0;
    forwardKinematics(robot, q, this.#raw);
    this.#zeroBase.set(this.#raw.subarray(this.#baseLink * 12, this.#baseLink * 12 + 12));
    for (let b = 0; b < count; b++) {
      const at = b * 7;
      const x = inLink[at + 3]! - inLink[at]!;
      const y = inLink[at + 4]! - inLink[at + 1]!;
      const z = inLink[at + 5]! - inLink[at + 2]!;
      // The last term keeps rounding from leaving an end outside.
      this.spheres[b * 4 + 3] = Math.sqrt(x * x + y * y + z * z) / 2 + inLink[at + 6]! + 1e-12;
      this.ends[at + 6] = inLink[at + 6]!;
    }
  }

  /** From now on the base stands where it does at `q`, the measured state. */
  standAt(q: Float64Array): void {
    this.#corrected = this.#mobile;
    if (!this.#corrected) return;
    forwardKinematics(this.#robot, q, this.#raw);
    inverse34Into(this.#raw, this.#baseLink * 12, this.#measuredInverse);
    multiply34Into(this.#zeroBase, 0, this.#measuredInverse, 0, this.#correction, 0);
    inverse34Into(this.#correction, 0, this.#worldFromBase);
  }

  /** Whether the base frame is another than the world's. */
  get mobile(): boolean {
    return this.#mobile;
  }

  /** The capsule of a body in the world, `ax ay az bx by bz radius`, m. */
  inWorldInto(body: number, out: Float64Array): void {
    const { ends } = this;
    const m = this.#worldFromBase;
    const at = body * 7;
    for (let end = 0; end < 6; end += 3) {
      const x = ends[at + end]!;
      const y = ends[at + end + 1]!;
      const z = ends[at + end + 2]!;
      for (let row = 0; row < 3; row++) out[end + row] = m[row * 4]! * x + m[row * 4 + 1]! * y + m[row * 4 + 2]! * z + m[row * 4 + 3]!;
    }
    out[6] = ends[at + 6]!;
  }

  /** Moves the base, after `standAt`, by `baseFromMovedBase`, rows of a 3×4 matrix. */
  moveBase(baseFromMovedBase: Float64Array): void {
    if (!this.#mobile) inverse34Into(this.#zeroBase, 0, this.#measuredInverse);
    multiply34Into(this.#zeroBase, 0, baseFromMovedBase, 0, this.#scratch, 0);
    multiply34Into(this.#scratch, 0, this.#measuredInverse, 0, this.#correction, 0);
    this.#corrected = true;
  }

  /** `q`: shape `[nJoints]`, finite. */
  place(q: Float64Array): void {
    const { nLinks } = this.#robot;
    forwardKinematics(this.#robot, q, this.#raw);
    if (this.#corrected) {
      // In place where raw and frames are the same array: the product reads a link's rows before it writes them.
      for (let link = 0; link < nLinks; link++) {
        multiply34Into(this.#correction, 0, this.#raw, link * 12, this.#scratch, 0);
        for (let k = 0; k < 12; k++) this.frames[link * 12 + k] = this.#scratch[k]!;
      }
    }
    this.#placeEnds();
  }

  /** Largest distance of a body's points from the origin of the base's frame as it stands now, m. */
  farFromBase(body: number): number {
    const { frames, ends } = this;
    const o = this.#baseLink * 12;
    let most = 0;
    for (let end = body * 7; end < body * 7 + 6; end += 3) {
      const x = ends[end]! - frames[o + 3]!;
      const y = ends[end + 1]! - frames[o + 7]!;
      const z = ends[end + 2]! - frames[o + 11]!;
      most = Math.max(most, x * x + y * y + z * z);
    }
    return Math.sqrt(most) + ends[body * 7 + 6]!;
  }

  #placeEnds(): void {
    const { count, linkOf, inLink } = this.bodies;
    const { ends } = this;
    placeCapsules(inLink, linkOf, count, this.frames, ends, this.spheres);
    let sum = 0;
    // Not a number, or infinite, as soon as one of them is; the radii are finite.
    for (let i = 0, n = 7 * count; i < n; i++) sum += ends[i]! * 0;
    this.finite = sum === 0;
  }
}

/** The outermost link that a base joint moves; the root where there is none. */
function baseLinkOf({ nLinks, qIndexOfLink }: RobotModel, baseJoints: readonly number[]): number {
  let base = 0;
  for (let link = 1; link < nLinks; link++) if (baseJoints.includes(qIndexOfLink[link]!)) base = link;
  return base;
}
