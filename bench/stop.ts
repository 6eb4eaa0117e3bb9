/**
 * How long a stop takes from the call to the machine's acknowledgement, while the same thread is busy with 50 other calls.
 * @module
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Clock } from "../src/core/clock.ts";
import { createKernel } from "../src/kernel/kernel.ts";
import { LatchFile } from "../src/kernel/node/latch-file.ts";
import { CommandWatchdog } from "../src/kernel/stop/command-watchdog.ts";
import { CommanderWatch } from "../src/kernel/stop/commander-watch.ts";
import { HumanStop } from "../src/kernel/stop/human-stop.ts";
import { MemoryLatchStore, type LatchStore } from "../src/kernel/stop/latch-store.ts";
import { SafetySupervisor } from "../src/kernel/stop/supervisor.ts";
import { robotFromUrdf } from "../src/robot/urdf.ts";
import { gantryRuntime } from "../src/runtime/testing/gantry-runtime.ts";
import type { BenchOptions } from "./main.ts";
import type { Row } from "./report.ts";
import { noTrace, openRoom } from "./worlds.ts";

const nCallers = 50;
/** Stops before those that count, as with every other bench: the compiler's time is not the chain's. */
const nWarmUp = 200;
const { robot: gantry } = robotFromUrdf(readFileSync(new URL("../models/gantry/gantry.urdf", import.meta.url), "utf8"), {
  tipLink: "tip",
  home: { x: 0, y: 0, z: 0.5, theta: 0 },
}).collision;

export async function stopRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 300 : 2000;
  const folder = mkdtempSync(join(tmpdir(), "clearance-bench-"));
  const callers = startCallers();
  try {
    // Until the compiler has seen the callers' code.
    await new Promise((resolve) => {
      setTimeout(resolve, 2000);
    });
    const memory = await latencies(new MemoryLatchStore(), n);
    const file = await latencies(new LatchFile(join(folder, "arm.latch")), n);
    const what = `stop, call to acknowledgement, ${nCallers} calls in flight`;
    return [
      {
        what: `${what}, p99`,
        measured: at(memory.acknowledgedMs, 0.99),
        unit: "ms",
        limit: 5,
        note: `${n} stops, ${memory.nLate} later than 100 ms`,
      },
      { what: `${what}, median`, measured: at(memory.acknowledgedMs, 0.5), unit: "ms" },
      { what: `${what}, latch on disk with fsync, p99`, measured: at(file.acknowledgedMs, 0.99), unit: "ms", limit: 5 },
      { what: "stop, call to flag up, latch with the system and adapter called, p99", measured: at(file.calledMs, 0.99), unit: "ms" },
      { what: "stop, call to flag up, latch with the system and adapter called, median", measured: at(file.calledMs, 0.5), unit: "ms" },
    ];
  } finally {
    await callers.end();
    rmSync(folder, { recursive: true });
  }
}

/** Each hands a chunk of 16 rows through a kernel to a machine that answers in a later turn, observes it, and goes on at once. */
function startCallers(): { end(): Promise<void> } {
  let going = true;
  const callers = Array.from({ length: nCallers }, async () => {
    const { backend } = gantryRuntime({ world: openRoom, trace: noTrace });
    const kernel = createKernel({ robot: gantry, gripper: true, modes: ["joint_position"] });
    const home = Array.from({ length: 16 }, () => [...gantry.homeRad]).flat();
    const chunk = { mode: "joint_position", rows: new Float64Array(home), width: gantry.nJoints, periodMs: 10, basedOnSeq: 0 } as const;
    for (let seq = 0; going; seq++) {
      await nextTurn();
      const { qRad, atMs } = await backend.observe();
      const verdict = kernel.vet({ ...chunk, seq, validUntilMs: Number.MAX_VALUE }, { nowMs: atMs, measuredRad: qRad });
      if (verdict.kind === "refused") throw new Error(verdict.reason);
      await backend.apply(verdict.command);
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
  /** Acknowledged after the limit of 100 ms: the machine that runs the bench was elsewhere. */
  readonly nLate: number;
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
  let nLate = 0;
  const calledMs: number[] = [];
  const acknowledgedMs: number[] = [];
  for (let i = -nWarmUp; i < n; i++) {
    supervisor.grant("bench", true);
    supervisor.noteVetted(16, 33);
    if (!supervisor.mayMove) throw new Error(`stop ${i}: the robot was not moving`);
    await nextTurn();
    const startedMs = performance.now();
    const report = await supervisor.estop("external", "bench");
    if (report?.acknowledged !== true) throw new Error(`stop ${i} was not acknowledged: ${JSON.stringify(report)}`);
    if (!report.proved) nLate += 1;
    if (i >= 0) {
      calledMs.push(calledAtMs - startedMs);
      acknowledgedMs.push(acknowledgedAtMs - startedMs);
    }
    clock.skip(600);
    await supervisor.requestReset({ credential: "bench" });
    await supervisor.confirmReset();
  }
  return { calledMs, acknowledgedMs, nLate };
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
