/**
 * How fast any point of a robot can be, from what its joints do alone: a bound that holds at every configuration.
 * @module
 */
import { approachTable } from "./approach-table.ts";
import type { AttachedBody, CollisionModel } from "./collision-model.ts";

/** Rows of `reachM` belong to the capsules that a joint moves; `capsule[i]` names that of row i, `nCapsules` being what is carried. */
export interface LinkReach {
  readonly capsule: readonly number[];
  /** Shape `[capsule.length, nJoints]`: m of way of the capsule's farthest point per rad or m of the joint. */
  readonly reachM: Float64Array;
}

export function linkReach(collision: CollisionModel, carrying?: AttachedBody): LinkReach {
  const { robot, nCapsules, capsulesInLink } = collision;
  const table = approachTable(collision, carrying);
  const rows: number[] = [];
  for (let i = 0; i < table.count; i++) if (table.capsuleA[i]! < 0) rows.push(i);
  const reachM = new Float64Array(rows.length * robot.nJoints);
  const capsule = rows.map((i) => table.capsuleB[i]!);
  for (const [at, i] of rows.entries()) {
    const radiusM = capsule[at] === nCapsules ? (carrying?.capsuleInTip[6] ?? Number.NaN) : capsulesInLink[capsule[at]! * 7 + 6]!;
    for (let k = table.chainStart[i]!; k < table.chainStart[i + 1]!; k++) {
      const link = table.chainLink[k]!;
      const place = at * robot.nJoints + robot.qIndexOfLink[link]!;
      const alongM = table.chainReachM[k]! + (table.chainTurns[k] === 1 ? radiusM : 0);
      reachM[place] = reachM[place]! + alongM * Math.abs(robot.mimicScale[link]!);
    }
  }
  return { capsule, reachM };
}

/** Bound on the way of the robot's fastest point, m, from the joint values at `from[fromAt …]` to those at `to[toAt …]`; NaN for NaN. */
export function mostTravelM(
  reachM: Float64Array,
  width: number,
  from: Float64Array,
  fromAt: number,
  to: Float64Array,
  toAt: number,
): number {
  let most = 0;
  for (let at = 0; at < reachM.length; at += width) {
    let moved = 0;
    for (let j = 0; j < width; j++) moved += Math.abs(to[toAt + j]! - from[fromAt + j]!) * reachM[at + j]!;
    if (!(moved <= most)) most = moved;
    if (!(most >= 0)) return Number.NaN;
  }
  return most;
}
