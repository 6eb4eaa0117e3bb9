/**
 * A robot's capsules, and what it carries, at one configuration: in the world, with bounding spheres, and how fast they move.
 * One instance is scratch for one checker; posing allocates nothing.
 * @module
 */
import type { AttachedBody, CollisionModel } from "./collision-model.ts";
import { forwardKinematics, linkTwistsInto } from "./kinematics.ts";
import { placeCapsules } from "./place-capsules.ts";

export class PosedCapsules {
  readonly collision: CollisionModel;
  /** Capsules in use: the robot's, and one more while something is carried. */
  count: number;
  /** Shape `[nCapsules + 1, 7]`: ax ay az bx by bz radius, world frame, m. */
  readonly capsules: Float64Array;
  /** Shape `[nCapsules + 1, 4]`: centre and radius of the sphere around each. */
  readonly spheres: Float64Array;
  readonly #inLink: Float64Array;
  readonly #linkOfCapsule: Int32Array;
  readonly #worldFromLinks: Float64Array;
  readonly #twists: Float64Array;

  constructor(collision: CollisionModel) {
    const { robot, nCapsules } = collision;
    this.collision = collision;
    this.count = nCapsules;
    this.capsules = new Float64Array((nCapsules + 1) * 7);
    this.spheres = new Float64Array((nCapsules + 1) * 4);
    this.#inLink = new Float64Array((nCapsules + 1) * 7);
    this.#inLink.set(collision.capsulesInLink.subarray(0, nCapsules * 7));
    this.#linkOfCapsule = new Int32Array(nCapsules + 1);
    this.#linkOfCapsule.set(collision.linkOfCapsule.subarray(0, nCapsules));
    this.#linkOfCapsule[nCapsules] = robot.tipLink;
    this.#worldFromLinks = new Float64Array(robot.nLinks * 12);
    this.#twists = new Float64Array(robot.nLinks * 6);
    for (let c = 0; c < nCapsules; c++) this.#fixRadii(c);
  }

  /** What the tip carries from now on; undefined for nothing. */
  carry(body: AttachedBody | undefined): void {
    const { nCapsules, robot } = this.collision;
    this.count = body === undefined ? nCapsules : nCapsules + 1;
    if (body === undefined) return;
    this.#inLink.set(capsuleInTipLink(robot.tipLinkFromTip, body), nCapsules * 7);
    this.#fixRadii(nCapsules);
  }

  /** `q`: shape `[nJoints]`. */
  pose(q: ArrayLike<number>): void {
    forwardKinematics(this.collision.robot, q, this.#worldFromLinks);
    placeCapsules(this.#inLink, this.#linkOfCapsule, this.count, this.#worldFromLinks, this.capsules, this.spheres);
  }

  /** Velocities for joints that move at `dq`, at the configuration posed last. */
  move(dq: Float64Array): void {
    linkTwistsInto(this.collision.robot, this.#worldFromLinks, dq, this.#twists);
  }

  /**
   * Upper bound of the speed of any point of capsule `b`, as seen from capsule `a` (from the world where `a` is -1): velocity is
   * linear in position, so the faster end of the segment has it. The ball that makes a capsule of a segment does not turn.
   */
  relativeSpeed(a: number, b: number): number {
    const t = this.#twists;
    const tb = this.#linkOfCapsule[b]! * 6;
    let wx = t[tb]!;
    let wy = t[tb + 1]!;
    let wz = t[tb + 2]!;
    let vx = t[tb + 3]!;
    let vy = t[tb + 4]!;
    let vz = t[tb + 5]!;
    if (a >= 0) {
      const ta = this.#linkOfCapsule[a]! * 6;
      wx -= t[ta]!;
      wy -= t[ta + 1]!;
      wz -= t[ta + 2]!;
      vx -= t[ta + 3]!;
      vy -= t[ta + 4]!;
      vz -= t[ta + 5]!;
    }
    const c = this.capsules;
    let most = 0;
    for (let end = b * 7; end < b * 7 + 6; end += 3) {
      const x = c[end]!;
      const y = c[end + 1]!;
      const z = c[end + 2]!;
      const sx = vx + wy * z - wz * y;
      const sy = vy + wz * x - wx * z;
      const sz = vz + wx * y - wy * x;
      most = Math.max(most, sx * sx + sy * sy + sz * sz);
    }
    return Math.sqrt(most);
  }

  #fixRadii(c: number): void {
    const p = this.#inLink;
    const i = c * 7;
    const x = p[i + 3]! - p[i]!;
    const y = p[i + 4]! - p[i + 1]!;
    const z = p[i + 5]! - p[i + 2]!;
    this.capsules[i + 6] = p[i + 6]!;
    // The last term keeps rounding from leaving an end outside.
    this.spheres[c * 4 + 3] = Math.sqrt(x * x + y * y + z * z) / 2 + p[i + 6]! + 1e-12;
  }
}

/** The carried capsule in the frame of the tip's link: ax ay az bx by bz radius. */
export function capsuleInTipLink(tipLinkFromTip: Float64Array, { capsuleInTip }: AttachedBody): Float64Array {
  const out = new Float64Array(capsuleInTip);
  for (let end = 0; end < 6; end += 3) {
    for (let row = 0; row < 3; row++) {
      const o = row * 4;
      out[end + row] =
        tipLinkFromTip[o]! * capsuleInTip[end]! +
        tipLinkFromTip[o + 1]! * capsuleInTip[end + 1]! +
        tipLinkFromTip[o + 2]! * capsuleInTip[end + 2]! +
        tipLinkFromTip[o + 3]!;
    }
  }
  return out;
}
