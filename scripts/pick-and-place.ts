/**
 * The episode that the demo's promise is about: pick the red cube, place it, be refused the human zone. Used by the seed check and the
 * bench.
 * @module
 */
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";

export interface EpisodeResult {
  readonly seed: number;
  readonly picked: boolean;
  /** Horizontal distance of the cube from where it was meant to be, m. */
  readonly errorM: number;
  /** The gate that refused the move into the human zone, and why; empty when it was not refused. */
  readonly refusedBy: string;
  readonly refusal: string;
  readonly headHash: string;
  readonly simulatedMs: number;
}

const target = { x: 0.45, y: -0.25 };

export async function pickAndPlace(seed: number): Promise<EpisodeResult> {
  const clock = new SimulatedClock();
  const trace = new MemoryTrace();
  const setup = { backend: "mujoco", seed, clock, trace, version: "check", lossWindow: "in memory" } as const;
  const robot = await buildRobot(loadProfile("arm"), setup);
  await using backend = robot.backend;
  robot.open({ goal: "pick and place", policy: "check" });
  const pick = await robot.runtime.step({ name: "pick", args: { object: "red_cube" } });
  await robot.runtime.step({ name: "place", args: target });
  const unsafe = await robot.runtime.step({ name: "move_to", args: { x: 0.15, y: 0.6, z: 0.4 } });
  await robot.runtime.step({ name: "go_home" });
  const cube = (await backend.observe()).objects.find((object) => object.name === "red_cube");
  const [x = Number.NaN, y = Number.NaN] = cube?.worldFromObject.position ?? [];
  const refused = unsafe.result.status === "blocked";
  return {
    seed,
    picked: pick.result.status === "ok",
    errorM: Math.hypot(x - target.x, y - target.y),
    refusedBy: refused ? unsafe.decision.gateName : "",
    refusal: refused ? unsafe.decision.reason : "",
    headHash: trace.head().headHash,
    simulatedMs: clock.nowMs(),
  };
}
