import { performance } from "node:perf_hooks";
import { SimulatedClock } from "../src/core/clock.ts";
import { denyListGate } from "../src/gate/deny-list-gate.ts";
import { forceCapGate } from "../src/gate/force-cap-gate.ts";
import { geofenceGate } from "../src/gate/geofence-gate.ts";
import { rateLimitGate } from "../src/gate/rate-limit-gate.ts";
import { workspaceGate } from "../src/gate/workspace-gate.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { openMujocoRobot } from "../src/profile/open-mujoco-robot.ts";
import { gantryRuntime } from "../src/runtime/testing/gantry-runtime.ts";
import type { BenchOptions } from "./main.ts";
import { timeEachAsync } from "./measure.ts";
import type { Row } from "./report.ts";
import { noTrace, openRoom } from "./worlds.ts";

export async function runtimeRows(options: BenchOptions): Promise<readonly Row[]> {
  return [...(await gantryStep(options)), await overhead(options)];
}

async function gantryStep({ quick }: BenchOptions): Promise<readonly Row[]> {
  const gates = [denyListGate(), rateLimitGate({ perMinute: 1_000_000_000 }), geofenceGate({ minCorner: [-2, -2, 0], maxCorner: [2, 2, 3] }), workspaceGate(), forceCapGate({ velocityMaxMps: 1 })];
  const { runtime } = gantryRuntime({ gates, world: openRoom, chunkMs: 5000, trace: noTrace });
  const targets = Array.from({ length: 64 }, (_, i) => ({ name: "move_to", args: { x: 0.1 * (i % 3), y: 0.1 * (i % 2), z: 0.5 } }));
  const { medianUs, p99Us, n } = await timeEachAsync(quick ? 3000 : 20_000, (i) => runtime.step(targets[i % targets.length]));
  const what = "one move_to on the kinematic gantry, whole";
  return [
    { what, measured: medianUs, unit: "µs", limit: 8, note: `${n} steps` },
    { what: `${what}, p99`, measured: p99Us, unit: "µs", limit: 60 },
  ];
}

/** The same simulated seconds, once raw and once through runtime, gates, kernel and trace; medians of interleaved runs. */
async function overhead({ quick }: BenchOptions): Promise<Row> {
  const loaded = loadProfile("panda");
  const seconds = quick ? 4 : 10;
  const raw: number[] = [];
  const whole: number[] = [];
  for (let run = 0; run < (quick ? 3 : 9); run++) {
    raw.push(await rawSeconds(seconds));
    whole.push(await wholeSeconds(seconds));
  }
  const [rawS, wholeS] = [median(raw), median(whole)];
  const note = `${seconds} simulated s: ${rawS.toFixed(3)} s raw, ${wholeS.toFixed(3)} s whole`;
  return { what: "runtime, gates and trace on top of raw MuJoCo stepping", measured: 100 * (wholeS / rawS - 1), unit: "%", limit: 5, note };

  async function rawSeconds(simulated: number): Promise<number> {
    const { backend } = await openMujocoRobot(loaded, loaded.world);
    await using _ = backend;
    const startedMs = performance.now();
    backend.stepRaw(Math.round(simulated * 500));
    return (performance.now() - startedMs) / 1000;
  }

  async function wholeSeconds(simulated: number): Promise<number> {
    const robot = await buildRobot(loaded, { backend: "mujoco", seed: 0, clock: new SimulatedClock(), trace: noTrace, version: "bench", lossWindow: "none" });
    await using _ = robot.backend;
    const startedMs = performance.now();
    for (let second = 0; second < simulated; second++) await robot.runtime.step({ name: "wait", args: { seconds: 1 } });
    return (performance.now() - startedMs) / 1000;
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
