/**
 * How long a stop takes from the call to the machine's acknowledgement, while the same thread is busy with 50 other calls.
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Clock } from "../src/core/clock.ts";
import { LatchFile } from "../src/kernel/node/latch-file.ts";
import { CommandWatchdog } from "../src/kernel/stop/command-watchdog.ts";
import { CommanderWatch } from "../src/kernel/stop/commander-watch.ts";
import { HumanStop } from "../src/kernel/stop/human-stop.ts";
import { MemoryLatchStore, type LatchStore } from "../src/kernel/stop/latch-store.ts";
import { SafetySupervisor } from "../src/kernel/stop/supervisor.ts";
import { gantryRuntime } from "../src/runtime/testing/gantry-runtime.ts";
import type { BenchOptions } from "./main.ts";
import type { Row } from "./report.ts";
import { noTrace, openRoom } from "./worlds.ts";

const nCallers = 50;

export async function stopRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 300 : 2000;
  const folder = mkdtempSync(join(tmpdir(), "clearance-bench-"));
  const callers = startCallers();
  try {
    const memory = await latencies(new MemoryLatchStore(), n);
    const file = await latencies(new LatchFile(join(folder, "arm.latch")), n);
    const what = `stop, call to acknowledgement, ${nCallers} calls in flight`;
    return [
      { what: `${what}, p99`, measured: at(memory.acknowledgedMs, 0.99), unit: "ms", limit: 5, note: `${n} stops` },
      { what: `${what}, median`, measured: at(memory.acknowledgedMs, 0.5), unit: "ms" },
      { what: `${what}, latch on disk with fsync, p99`, measured: at(file.acknowledgedMs, 0.99), unit: "ms", limit: 5 },
      { what: "stop, call to flag up and adapter called, latch on disk, p99", measured: at(file.calledMs, 0.99), unit: "ms", limit: 1 },
    ];
  } finally {
    await callers.end();
    rmSync(folder, { recursive: true });
  }
}

/** Each moves a gantry of its own through runtime, gates and kernel, again and again, giving way to the others after each step. */
function startCallers(): { end(): Promise<void> } {
  let going = true;
  const callers = Array.from({ length: nCallers }, async (_, caller) => {
    const { runtime } = gantryRuntime({ world: openRoom, chunkMs: 5000, trace: noTrace });
    for (let i = 0; going; i++) {
      await runtime.step({ name: "move_to", args: { x: 0.1 * (i % 3), y: 0.01 * caller, z: 0.5 } });
      await nextTurn();
    }
  });
  return {
    end: async () => {
      going = false;
      await Promise.all(callers);
    },
  };
}

interface Latencies {
  readonly calledMs: readonly number[];
  readonly acknowledgedMs: readonly number[];
}

/** The machine answers from another turn of the event loop, as anything behind a socket does. */
async function latencies(store: LatchStore, n: number): Promise<Latencies> {
  const clock = new SkippingClock();
  const { backend } = gantryRuntime({ world: openRoom, trace: noTrace });
  let calledAtMs = 0;
  let acknowledgedAtMs = 0;
  const supervisor = new SafetySupervisor({
    robot: "simulated",
    clock,
    store,
    watchdogs: {
      command: new CommandWatchdog(),
      human: new HumanStop(),
      commanders: [new CommanderWatch({ name: "policy", deadmanMs: 60_000 })],
    },
    targets: [
      {
        name: backend.name,
        kind: backend.kind,
        observe: () => backend.observe(),
        stop: async () => {
          calledAtMs = performance.now();
          await nextTurn();
          const receipt = await backend.stop();
          acknowledgedAtMs = performance.now();
          return receipt;
        },
      },
    ],
    resetParties: [{ name: backend.name, answerReset: (epoch) => ({ stopped: true, ready: true, epoch }) }],
    authorise: () => ({ operatorId: "bench", authenticated: true, allowed: true }),
    recheck: () => "clean",
    onEvent: () => {},
  });
  supervisor.configure([]);
  await supervisor.activate();
  const calledMs: number[] = [];
  const acknowledgedMs: number[] = [];
  for (let i = 0; i < n; i++) {
    supervisor.grant("bench", true);
    supervisor.noteVetted(16, 33);
    if (!supervisor.mayMove) throw new Error(`stop ${i}: the robot was not moving`);
    await nextTurn();
    const startedMs = performance.now();
    const report = await supervisor.estop("external", "bench");
    if (report?.proved !== true) throw new Error(`stop ${i} was not proved: ${JSON.stringify(report)}`);
    calledMs.push(calledAtMs - startedMs);
    acknowledgedMs.push(acknowledgedAtMs - startedMs);
    clock.skip(600);
    await supervisor.requestReset({ credential: "bench" });
    await supervisor.confirmReset();
  }
  return { calledMs, acknowledgedMs };
}

/** Real time, but for the cooldown, which nobody wants to wait for. */
class SkippingClock implements Clock {
  readonly kind = "real";
  readonly epochNs = 0n;
  #skippedMs = 0;

  nowMs(): number {
    return performance.now() + this.#skippedMs;
  }

  skip(ms: number): void {
    this.#skippedMs += ms;
  }

  sleepUntil(atMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, atMs - this.nowMs()));
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
