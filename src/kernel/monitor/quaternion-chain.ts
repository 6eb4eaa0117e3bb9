/**
 * Forward kinematics for the second channel: unit quaternions and vectors, where the kernel multiplies 3×4 matrices. Shares with it the
 * robot's numbers and the sine, and nothing else; an error in one formula is not in the other.
 *
 *     x in world = p + q · x · q*,   link = parent ∘ (fixed turn and shift) ∘ (joint turn about its anchor, or shift along its axis)
 *
 * @module
 */
import { cos, sin } from "../../core/elementary.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE } from "../../robot/robot-model.ts";

/** Farther than this from orthonormal is no rotation. */
const rotationTolerance = 1e-9;

export class QuaternionChain {
  readonly collision: CollisionModel;
  /** Shape `[nLinks, 4]`, wxyz, world from link, as placed last. */
  readonly turns: Float64Array;
  /** Shape `[nLinks, 3]`, m. */
  readonly positions: Float64Array;
  /** Shape `[nCapsules, 6]`: both ends of each capsule's segment in the world, m. */
  readonly ends: Float64Array;
  readonly #fixedTurns: Float64Array;
  readonly #turn = new Float64Array(4);
  readonly #shift = new Float64Array(3);
  readonly #scratch = new Float64Array(4);

  /** @throws ClearanceError `config.invalid` where a link's fixed transform is no rotation and shift */
  constructor(collision: CollisionModel) {
    const { robot, nCapsules } = collision;
    this.collision = collision;
    this.turns = new Float64Array(robot.nLinks * 4);
    this.positions = new Float64Array(robot.nLinks * 3);
    this.ends = new Float64Array(nCapsules * 6);
    this.#fixedTurns = new Float64Array(robot.nLinks * 4);
    const problems: string[] = [];
    for (let link = 0; link < robot.nLinks; link++)
      if (!quaternionOfMatrix(robot.parentFromLink, link * 12, this.#fixedTurns, link * 4))
        problems.push(`the transform of link ${robot.linkNames[link] ?? link} is no rotation`);
    if (problems.length > 0)
      throw new ClearanceError("config.invalid", `no second channel for ${robot.name}: ${problems.join("; ")}`, {
        source: "monitor",
        problems,
      });
  }

  /** `q`: shape `[nJoints]`. NaN in, NaN out. Allocates nothing. */
  place(q: ArrayLike<number>): void {
    const { robot } = this.collision;
    for (let link = 0; link < robot.nLinks; link++) this.#placeLink(link, q);
    this.#placeEnds();
  }

  #placeLink(link: number, q: ArrayLike<number>): void {
    const { parentOfLink, parentFromLink } = this.collision.robot;
    const turn = this.#turn;
    const shift = this.#shift;
    const { turns, positions } = this;
    const at = link * 12;
    for (let k = 0; k < 4; k++) turn[k] = this.#fixedTurns[link * 4 + k]!;
    for (let k = 0; k < 3; k++) shift[k] = parentFromLink[at + 3 + 4 * k]!;
    if (link > 0) {
      const parent = parentOfLink[link]!;
      // Position first: it needs the parent's turn alone.
      turnVectorInto(turns, parent * 4, shift, 0, this.#scratch);
      for (let k = 0; k < 3; k++) positions[link * 3 + k] = positions[parent * 3 + k]! + this.#scratch[k]!;
      multiplyInto(turns, parent * 4, turn, 0, turns, link * 4);
      this.#moveJoint(link, q);
    } else {
      for (let k = 0; k < 3; k++) positions[k] = shift[k]!;
      for (let k = 0; k < 4; k++) turns[k] = turn[k]!;
    }
  }

  #moveJoint(link: number, q: ArrayLike<number>): void {
    const { jointKindOfLink, qIndexOfLink, mimicScale, mimicOffset, axisInLink, anchorInLink } = this.collision.robot;
    const kind = jointKindOfLink[link]!;
    if (kind !== JOINT_REVOLUTE && kind !== JOINT_PRISMATIC) return;
    const value = mimicScale[link]! * q[qIndexOfLink[link]!]! + mimicOffset[link]!;
    const { turns, positions } = this;
    const shift = this.#shift;
    const scratch = this.#scratch;
    if (kind === JOINT_PRISMATIC) {
      for (let k = 0; k < 3; k++) shift[k] = value * axisInLink[link * 3 + k]!;
      turnVectorInto(turns, link * 4, shift, 0, scratch);
      for (let k = 0; k < 3; k++) positions[link * 3 + k]! += scratch[k]!;
      return;
    }
    // The anchor stays where it is: there before the turn, back from it after.
    turnVectorInto(turns, link * 4, anchorInLink, link * 3, scratch);
    for (let k = 0; k < 3; k++) positions[link * 3 + k]! += scratch[k]!;
    const half = value / 2;
    const s = sin(half);
    const turn = this.#turn;
    turn[0] = cos(half);
    for (let k = 0; k < 3; k++) turn[k + 1] = s * axisInLink[link * 3 + k]!;
    multiplyInto(turns, link * 4, turn, 0, turns, link * 4);
    turnVectorInto(turns, link * 4, anchorInLink, link * 3, scratch);
    for (let k = 0; k < 3; k++) positions[link * 3 + k]! -= scratch[k]!;
  }

  #placeEnds(): void {
    const { nCapsules, linkOfCapsule, capsulesInLink } = this.collision;
    const scratch = this.#scratch;
    for (let c = 0; c < nCapsules; c++) {
      const link = linkOfCapsule[c]!;
      for (let end = 0; end < 2; end++) {
        turnVectorInto(this.turns, link * 4, capsulesInLink, c * 7 + end * 3, scratch);
        for (let k = 0; k < 3; k++) this.ends[c * 6 + end * 3 + k] = this.positions[link * 3 + k]! + scratch[k]!;
      }
    }
  }
}

/** out = a · b (Hamilton); `out` may be `a`. */
function multiplyInto(a: Float64Array, ao: number, b: Float64Array, bo: number, out: Float64Array, oo: number): void {
  const aw = a[ao]!;
  const ax = a[ao + 1]!;
  const ay = a[ao + 2]!;
  const az = a[ao + 3]!;
  const bw = b[bo]!;
  const bx = b[bo + 1]!;
  const by = b[bo + 2]!;
  const bz = b[bo + 3]!;
  out[oo] = aw * bw - ax * bx - ay * by - az * bz;
  out[oo + 1] = aw * bx + ax * bw + ay * bz - az * by;
  out[oo + 2] = aw * by - ax * bz + ay * bw + az * bx;
  out[oo + 3] = aw * bz + ax * by - ay * bx + az * bw;
}

/** out = q v q*, as v + 2 w (u × v) + 2 u × (u × v) with q = (w, u). */
function turnVectorInto(q: Float64Array, qo: number, v: Float64Array, vo: number, out: Float64Array): void {
  const w = q[qo]!;
  const x = q[qo + 1]!;
  const y = q[qo + 2]!;
  const z = q[qo + 3]!;
  const vx = v[vo]!;
  const vy = v[vo + 1]!;
  const vz = v[vo + 2]!;
  const cx = 2 * (y * vz - z * vy);
  const cy = 2 * (z * vx - x * vz);
  const cz = 2 * (x * vy - y * vx);
  out[0] = vx + w * cx + y * cz - z * cy;
  out[1] = vy + w * cy + z * cx - x * cz;
  out[2] = vz + w * cz + x * cy - y * cx;
}

/** Rows of a 3×4 matrix to a unit quaternion wxyz, from its largest component (Shepperd, 1978); false when it is no rotation. */
function quaternionOfMatrix(m: Float64Array, o: number, out: Float64Array, at: number): boolean {
  const [a, b, c] = [m[o]!, m[o + 1]!, m[o + 2]!];
  const [d, e, f] = [m[o + 4]!, m[o + 5]!, m[o + 6]!];
  const [g, h, i] = [m[o + 8]!, m[o + 9]!, m[o + 10]!];
  const squares = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i];
  const largest = squares.indexOf(Math.max(...squares));
  const twice = Math.sqrt(squares[largest]!);
  const products = [
    [twice * twice, h - f, c - g, d - b],
    [h - f, twice * twice, b + d, c + g],
    [c - g, b + d, twice * twice, f + h],
    [d - b, c + g, f + h, twice * twice],
  ][largest] ?? [Number.NaN, Number.NaN, Number.NaN, Number.NaN];
  const norm = Math.sqrt(products.reduce((sum, x) => sum + x * x, 0));
  for (let k = 0; k < 4; k++) out[at + k] = products[k]! / norm;
  return turnsAs(out, at, m, o);
}

/** Whether the quaternion turns the unit vectors as the matrix does. */
function turnsAs(q: Float64Array, at: number, m: Float64Array, o: number): boolean {
  const unit = new Float64Array(3);
  const turned = new Float64Array(3);
  for (let column = 0; column < 3; column++) {
    unit.fill(0);
    unit[column] = 1;
    turnVectorInto(q, at, unit, 0, turned);
    for (let row = 0; row < 3; row++) if (!(Math.abs(turned[row]! - m[o + row * 4 + column]!) <= rotationTolerance)) return false;
  }
  return true;
}
