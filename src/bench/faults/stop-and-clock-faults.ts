/**
 * A stop that does not stop, and time that does not pass as it should.
 * @module
 */
import type { StopReceipt } from "../../backend/backend.ts";
import type { Hooks, MotionFault } from "./fault.ts";

export const stopFaults: readonly MotionFault[] = [
  stop("throws", () => {
    throw new Error("no answer");
  }),
  stop("rejects", () => Promise.reject(new Error("no answer"))),
  stop("answers nothing", () => undefined),
  stop("answers text", () => "stopped"),
  receipt("is never acknowledged", { acknowledged: false }),
  receipt("acknowledged, but not at rest", { atRest: false }),
  receipt("with a stopping time of NaN", { stoppingTimeMs: Number.NaN }),
  receipt("with a negative stopping time", { stoppingTimeMs: -5 }),
  receipt("with an infinite stopping distance", { stoppingDistanceM: Number.POSITIVE_INFINITY }),
  {
    kind: "motion",
    group: "stop",
    name: "acknowledged, then moves on",
    stopped: true,
    hooks: () => {
      let stops = 0;
      return {
        stop(honest) {
          stops += 1;
          return honest();
        },
        // Each look finds the arm farther on.
        observe(seen, machine) {
          if (stops === 0) return seen;
          const qRad = machine.qRad.map((q, j) => (j === 0 ? q + 0.05 : q));
          machine.displace(qRad);
          return { ...seen, qRad };
        },
      };
    },
  },
];

export const clockFaults: readonly MotionFault[] = [
  clock("jumps ten seconds ahead", (ms) => ms + 10_000),
  clock("jumps ten seconds back", (ms) => ms - 10_000),
  clock("NaN", () => Number.NaN),
  clock("Infinity", () => Number.POSITIVE_INFINITY),
  clock("-Infinity", () => Number.NEGATIVE_INFINITY),
  clock("runs ten times too fast", (ms) => 10 * ms),
  clock("runs backwards", (ms) => -ms),
];

function stop(name: string, answer: () => unknown): MotionFault {
  return { kind: "motion", group: "stop", name, stopped: true, hooks: () => ({ stop: answer }) };
}

/** Stops truly, and says something else. */
function receipt(name: string, change: Partial<StopReceipt>): MotionFault {
  return { kind: "motion", group: "stop", name, stopped: true, hooks: (): Hooks => ({ stop: (honest) => ({ ...honest(), ...change }) }) };
}

function clock(name: string, nowMs: (trueMs: number) => number): MotionFault {
  return { kind: "motion", group: "clock", name, hooks: () => ({ nowMs }) };
}
