/**
 * One seeded episode under one arm: what was asked, what was refused, what came of it, and how near the body came.
 * @module
 */
import type { Backend } from "../../backend/backend.ts";
import { hypot2, hypot3 } from "../../core/elementary.ts";
import { SimulatedClock } from "../../core/clock.ts";
import type { Observation } from "../../core/observation.ts";
import { buildRobot } from "../../profile/build-robot.ts";
import type { LoadedProfile } from "../../profile/files.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { MemoryTrace } from "../../trace/memory-trace.ts";
import type { StepRecord } from "../../trace/records.ts";
import { gatesOfArm, type Arm } from "./arms.ts";
import { ClearanceWatch } from "./clearance-watch.ts";
import { clutteredTask, type ClutteredTask } from "./cluttered-table.ts";

export interface EpisodeOutcome {
  readonly seed: number;
  readonly arm: Arm;
  /** Every goal reached, 1 cm. */
  readonly success: boolean;
  /** Smallest distance of the body from posts and zones, m, measured every `watchEveryMs`; contact is 0 or less. */
  readonly minClearanceM: number;
  readonly nearestTo: string;
  readonly maxSpeedNearMps: number;
  /** Simulated time, s. */
  readonly durationS: number;
  /** Motions that a gate slowed. */
  readonly slowed: number;
  /** Steps that did not run to their end, by what ended them: a gate's id, `kernel`, or the step's status. */
  readonly stops: Readonly<Record<string, number>>;
}

/** Chunks of the bench's runs, and so how often the body is measured, ms. */
export const watchEveryMs = 20;
export const toleranceM = 0.01;

export interface SafetyCostSetup {
  readonly profile: LoadedProfile;
  readonly backend: "kinematic" | "mujoco";
  /** A motion that comes nearer than this to a post keeps the tip to `slowMps`. */
  readonly slowM: number;
  readonly slowMps: number;
}

export async function safetyCostEpisode(setup: SafetyCostSetup, arm: Arm, seed: number): Promise<EpisodeOutcome> {
  const task = clutteredTask(setup.profile.world, seed);
  const clock = new SimulatedClock();
  // Filled once there is a robot to watch.
  const watches: ClearanceWatch[] = [];
  const robot = await buildRobot(cluttered(setup, task), {
    backend: setup.backend,
    seed,
    clock,
    trace: new MemoryTrace(),
    version: "bench",
    lossWindow: "in memory",
    arrangeGates: (gates) => gatesOfArm(arm, gates),
    watchers: [{ onProgress: () => watches.forEach((watch) => watch.see(observed(robot.backend))) }],
  });
  await using backend = robot.backend;
  const watch = new ClearanceWatch(robot.collision, robot.world, task.postNames, setup.slowM);
  watches.push(watch);
  const tally = new Tally();
  let success = true;
  for (const goal of task.goals) success = (await pursue(goal, robot.runtime, tally)) && success;
  success &&= placedAt(task, observed(backend));
  return {
    seed,
    arm,
    success,
    minClearanceM: watch.minClearanceM,
    nearestTo: watch.against,
    maxSpeedNearMps: watch.maxSpeedNearMps,
    durationS: clock.nowMs() / 1000,
    slowed: tally.slowed,
    stops: Object.fromEntries(tally.stops),
  };
}

function cluttered({ profile, slowM, slowMps }: SafetyCostSetup, { world, postNames }: ClutteredTask): LoadedProfile {
  const near = { obstacle_slow_m: slowM, obstacle_slow_mps: slowMps, obstacle_slow_near: [...postNames] };
  // What the gates cost and buy is measured: the kernel's own proof keeps the arm off the posts in every arm of the comparison.
  const settings = { ...near, chunk_ms: watchEveryMs, rate_limit_per_min: 100_000, kernel_geometry: "off" as const };
  return { ...profile, world, profile: { ...profile.profile, ...settings } };
}

/** Simulations answer at once. */
function observed(backend: Backend): Observation {
  const seen = backend.observe();
  if (seen instanceof Promise) throw new TypeError(`${backend.name} does not answer at once; the cost of safety is measured in simulation`);
  return seen;
}

class Tally {
  slowed = 0;
  readonly stops = new Map<string, number>();

  count(record: StepRecord): boolean {
    const { decision, result } = record;
    if (decision.verdict === "slow") this.slowed += 1;
    if (result.status === "ok") return true;
    const cause = result.status === "blocked" ? decision.gateName : record.kernel?.["refused"] === undefined ? result.status : "kernel";
    this.stops.set(cause, (this.stops.get(cause) ?? 0) + 1);
    return false;
  }
}

/** Height from which a blocked goal is tried again, m. */
const detourM = 0.5;

async function pursue(goal: ClutteredTask["goals"][number], runtime: Runtime, tally: Tally): Promise<boolean> {
  if (goal.kind === "reach") {
    const { x, y, z } = goal;
    if (!(await insist({ name: "move_to", args: { x, y, z } }, goal, runtime, tally))) return false;
    const { position } = (await runtime.observe()).worldFromTip;
    return hypot3(position[0] - x, position[1] - y, position[2] - z) <= toleranceM;
  }
  const object = (await runtime.observe()).objects.find(({ name }) => name === goal.object);
  if (object === undefined) return false;
  const [x, y] = object.worldFromObject.position;
  if (!(await insist({ name: "pick", args: { object: goal.object } }, { x, y }, runtime, tally))) return false;
  return insist({ name: "place", args: { x: goal.x, y: goal.y } }, goal, runtime, tally);
}

/** Asks; when that did not work, goes up and across, and asks once more: what a proposer does that reads its refusals. */
async function insist(
  intent: { readonly name: string; readonly args: Readonly<Record<string, unknown>> },
  over: { readonly x: number; readonly y: number },
  runtime: Runtime,
  tally: Tally,
): Promise<boolean> {
  if (tally.count(await runtime.step(intent))) return true;
  const [x, y] = (await runtime.observe()).worldFromTip.position;
  const up = await runtime.step({ name: "move_to", args: { x, y, z: detourM } });
  const across = await runtime.step({ name: "move_to", args: { x: over.x, y: over.y, z: detourM } });
  tally.count(up);
  tally.count(across);
  return tally.count(await runtime.step(intent));
}

function placedAt({ goals }: ClutteredTask, { objects }: Observation): boolean {
  return goals.every((goal) => {
    if (goal.kind !== "place") return true;
    const [x = Number.NaN, y = Number.NaN] = objects.find(({ name }) => name === goal.object)?.worldFromObject.position ?? [];
    return hypot2(x - goal.x, y - goal.y) <= toleranceM;
  });
}
