/**
 * What a run really sent, row by row, and what follows from nothing but that: whether it is the plan's path, and whether the protective
 * distance was kept. Shares no code with what it looks at but the forward kinematics.
 * @module
 */
import type { Plan } from "../../intent/plan.ts";
import type { Command } from "../../kernel/command.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { SeparationParameters } from "../../kernel/graded/separation.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import type { Trajectory } from "../../robot/trajectory.ts";

export interface SentRow {
  /** When the robot is there, ms. */
  readonly atMs: number;
  /** When the chunk it belongs to ends. */
  readonly untilMs: number;
  readonly q: Float64Array;
}

/** Keeps the joint rows of every chunk that the kernel passed. */
export class SentRows {
  readonly rows: SentRow[] = [];
  readonly chunks: number[] = [];

  around(kernel: Kernel): Kernel {
    return {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: (command, state) => {
        const verdict = kernel.vet(command, state);
        if (verdict.kind === "vetted" && command.mode === "joint_position") this.#keep(command, state.nowMs);
        return verdict;
      },
    };
  }

  #keep({ rows, width, periodMs }: Command, nowMs: number): void {
    const n = rows.length / width;
    this.chunks.push(n);
    for (let i = 0; i < n; i++)
      this.rows.push({
        atMs: nowMs + (i + 1) * periodMs,
        untilMs: nowMs + n * periodMs,
        q: Float64Array.from(rows.slice(i * width, (i + 1) * width)),
      });
  }
}

/** One place of a motion: a trajectory and a time in it. */
export interface PathTrouble {
  readonly row: number;
  readonly offRad: number;
}

/**
 * Follows the rows along the plan's motions: every row must be a motion's configuration at a time that does not go back and advances
 * by at most `periodMs`. Answers the first row that is not, or undefined when the whole plan was gone to its end.
 */
export function offThePlan(plan: Plan, rows: readonly SentRow[], periodMs: number): PathTrouble | undefined {
  const motions = plan.segments.flatMap((segment) => (segment.kind === "motion" ? [segment.trajectory] : []));
  let at = 0;
  let timeMs = 0;
  for (const [row, { q }] of rows.entries()) {
    let found = nearestAfter(motions[at]!, timeMs, periodMs, q);
    if (found.offRad > 1e-9 && at + 1 < motions.length && timeMs >= motions[at]!.durationMs - 1e-6) {
      at += 1;
      found = nearestAfter(motions[at]!, 0, periodMs, q);
    }
    if (!(found.offRad <= 1e-9)) return { row, offRad: found.offRad };
    timeMs = found.timeMs;
  }
  const ended = at === motions.length - 1 && timeMs >= motions[at]!.durationMs - 0.5;
  return ended ? undefined : { row: rows.length, offRad: Number.NaN };
}

/** The time within one period after `fromMs` at which the motion is nearest to `q`: a grid, then thirds. */
function nearestAfter(motion: Trajectory, fromMs: number, periodMs: number, q: Float64Array): { timeMs: number; offRad: number } {
  const there = new Float64Array(q.length);
  const off = (timeMs: number): number => {
    motion.sampleInto(timeMs, there);
    return there.reduce((most, value, j) => Math.max(most, Math.abs(value - q[j]!)), 0);
  };
  for (const timeMs of [fromMs + periodMs, fromMs]) if (off(timeMs) <= 1e-12) return { timeMs, offRad: off(timeMs) };
  let low = fromMs;
  let high = fromMs + periodMs * (1 + 1e-6);
  for (let i = 0; i < 80; i++) {
    const a = low + (high - low) / 3;
    const b = high - (high - low) / 3;
    if (off(a) <= off(b)) high = b;
    else low = a;
  }
  return { timeMs: (low + high) / 2, offRad: off((low + high) / 2) };
}

export interface Exposure {
  readonly atMs: number;
  readonly speedMps: number;
  readonly distanceM: number;
  /** Distance less S_p, with the reaction that is left until the chunk ends. */
  readonly spareM: number;
}

/** Where the person's feet are at a time, and the body. Upright. */
export interface Walker {
  readonly feetAt: (atMs: number) => readonly [number, number, number];
  readonly heightM: number;
  readonly radiusM: number;
}

/** For every row in which some link moves: its fastest capsule end, the distance then, and what S_p would have needed. */
export function exposures(
  collision: CollisionModel,
  before: ArrayLike<number>,
  rows: readonly SentRow[],
  periodMs: number,
  walker: Walker,
  separation: SeparationParameters,
): Exposure[] {
  const { humanSpeedMps: vh = 1.6, decelerationMps2: a, intrusionM, humanUncertaintyM, robotUncertaintyM } = separation;
  const found: Exposure[] = [];
  let last = endsOf(collision, before);
  for (const { atMs, untilMs, q } of rows) {
    const ends = endsOf(collision, q);
    let fastest = 0;
    for (let i = 0; i < ends.length; i += 3)
      fastest = Math.max(fastest, Math.hypot(ends[i]! - last[i]!, ends[i + 1]! - last[i + 1]!, ends[i + 2]! - last[i + 2]!));
    last = ends;
    const speedMps = (fastest / periodMs) * 1000;
    if (speedMps < 1e-9) continue;
    const distanceM = distanceOf(collision, ends, walker, atMs);
    const leftS = (untilMs - atMs) / 1000;
    const needed =
      vh * (leftS + speedMps / a) + speedMps * leftS + speedMps ** 2 / (2 * a) + intrusionM + humanUncertaintyM + robotUncertaintyM;
    found.push({ atMs, speedMps, distanceM, spareM: distanceM - needed });
  }
  return found;
}

/** Ends of all capsules, world frame, m: shape `[nCapsules, 2, 3]`. */
function endsOf({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel, q: ArrayLike<number>): Float64Array {
  const links = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, q, links);
  const ends = new Float64Array(nCapsules * 6);
  for (let c = 0; c < nCapsules; c++)
    for (let end = 0; end < 2; end++)
      for (let row = 0; row < 3; row++) {
        const m = linkOfCapsule[c]! * 12 + row * 4;
        const p = c * 7 + end * 3;
        ends[c * 6 + end * 3 + row] =
          links[m]! * capsulesInLink[p]! + links[m + 1]! * capsulesInLink[p + 1]! + links[m + 2]! * capsulesInLink[p + 2]! + links[m + 3]!;
      }
  return ends;
}

/** By sampling both axes: an upper bound of the distance, a few millimetres above it. */
function distanceOf(collision: CollisionModel, ends: Float64Array, { feetAt, heightM, radiusM }: Walker, atMs: number): number {
  const [x, y, z] = feetAt(atMs);
  let nearest = Infinity;
  for (let c = 0; c < collision.nCapsules; c++)
    for (let i = 0; i <= 20; i++) {
      const at = (k: number): number => ends[c * 6 + k]! + (i / 20) * (ends[c * 6 + 3 + k]! - ends[c * 6 + k]!);
      // The nearest point of an upright axis is at the same height, or at its end.
      const height = Math.min(z + heightM - radiusM, Math.max(z + radiusM, at(2)));
      nearest = Math.min(nearest, Math.hypot(at(0) - x, at(1) - y, at(2) - height) - radiusM - collision.capsulesInLink[c * 7 + 6]!);
    }
  return nearest;
}
