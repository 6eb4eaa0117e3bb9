import { performance } from "node:perf_hooks";
import { SimulatedClock } from "../src/core/clock.ts";
import { denyListGate } from "../src/gate/deny-list-gate.ts";
import { forceCapGate } from "../src/gate/force-cap-gate.ts";
import { geofenceGate } from "../src/gate/geofence-gate.ts";
import { rateLimitGate } from "../src/gate/rate-limit-gate.ts";
import { workspaceGate } from "../src/gate/workspace-gate.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadMujoco, type MujocoModule } from "../src/backend/mujoco/index.ts";
import { loadProfile } from "../src/profile/files.ts";
import { gantryRuntime } from "../src/runtime/testing/gantry-runtime.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import type { BenchOptions } from "./main.ts";
import { median, timeEachAsync } from "./measure.ts";
import type { Row } from "./report.ts";
import { noTrace, openRoom } from "./worlds.ts";

export async function runtimeRows(options: BenchOptions): Promise<readonly Row[]> {
  return [...(await gantryStep(options)), await overhead(options)];
}

async function gantryStep({ quick }: BenchOptions): Promise<readonly Row[]> {
  const gates = [
    denyListGate(),
    rateLimitGate({ perMinute: 1_000_000_000 }),
    geofenceGate({ minCorner: [-2, -2, 0], maxCorner: [2, 2, 3] }),
    workspaceGate(),
    forceCapGate({ velocityMaxMps: 1 }),
  ];
  const { runtime } = gantryRuntime({ gates, world: openRoom, chunkMs: 5000, trace: noTrace });
  const targets = Array.from({ length: 64 }, (_, i) => ({ name: "move_to", args: { x: 0.1 * (i % 3), y: 0.1 * (i % 2), z: 0.5 } }));
  const { medianUs, p99Us, n } = await timeEachAsync(quick ? 3000 : 20_000, (i) => runtime.step(targets[i % targets.length]));
  const what = "one move_to on the kinematic gantry, whole";
  return [
    { what, measured: medianUs, unit: "µs", limit: 8, note: `${n} steps` },
    { what: `${what}, p99`, measured: p99Us, unit: "µs", limit: 60 },
  ];
}

/**
 * A motion of the arm through runtime, gates, kernel and trace; the share of the time that is not spent inside MuJoCo's step. Both come
 * from one run: every call of the engine is timed, which itself counts as overhead.
 */
async function overhead({ quick }: BenchOptions): Promise<Row> {
  const mujoco: { mj_step: MujocoModule["mj_step"] } = await loadMujoco();
  const step = mujoco.mj_step;
  // In an array: a number that lives in a closure is boxed anew at each change, and that would count as overhead.
  const inEngineMs = new Float64Array(1);
  mujoco.mj_step = (model, data) => {
    const startedMs = performance.now();
    step(model, data);
    inEngineMs[0]! += performance.now() - startedMs;
  };
  const setup = {
    backend: "mujoco",
    seed: 0,
    clock: new SimulatedClock(),
    trace: new MemoryTrace(),
    version: "bench",
    lossWindow: "none",
  } as const;
  const robot = await buildRobot(loadProfile("arm"), setup);
  await using _ = robot.backend;
  const shares: number[] = [];
  const seconds = quick ? 4 : 20;
  for (let run = 0; run < (quick ? 5 : 21); run++) {
    inEngineMs[0] = 0;
    const startedMs = performance.now();
    for (let second = 0; second < seconds; second += 4) await robot.runtime.step({ name: "wait", args: { seconds: 4 } });
    shares.push(100 * ((performance.now() - startedMs) / inEngineMs[0] - 1));
  }
  mujoco.mj_step = step;
  const note = `${seconds} simulated seconds of holding still at 500 Hz, ${shares.length} runs`;
  return { what: "runtime, gates and trace on top of raw MuJoCo stepping", measured: median(shares), unit: "%", limit: 5, note };
}
