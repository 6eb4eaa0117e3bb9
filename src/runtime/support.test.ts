import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { backoffS } from "../core/backoff.ts";
import { SimulatedClock } from "../core/clock.ts";
import { Random } from "../core/random.ts";
import { step } from "../trace/testing/records.ts";
import { ApprovalQueue, requestApproval, type ApprovalRequest } from "./approvals.ts";
import { DeadlineMonitor } from "./deadline-monitor.ts";
import { ObservationBuffer } from "./observation-buffer.ts";
import { isTransientError, stepWithRetry } from "./retry.ts";
import { StepQueue } from "./step-queue.ts";

describe("deadline monitor", () => {
  const stampsS = [0, 0.1, 0.25, 0.35, 0.6, 0.85, 1.1];

  test("runtime row 21 misses, jitter and the run of misses as printed in the specification", () => {
    const clock = new SimulatedClock();
    const monitor = new DeadlineMonitor({ targetHz: 10, clock });
    const misses = stampsS.map((at) => {
      clock.advanceTo(at * 1000);
      return monitor.observe();
    });
    const seen = misses.filter((miss) => miss !== undefined);
    expect(seen.map((miss) => [miss.timestamp, miss.consecutive_misses])).toEqual([
      [0.25, 1],
      [0.6, 1],
      [0.85, 2],
      [1.1, 3],
    ]);
    expect(seen[2]?.overrun_ratio).toBeCloseTo(2.5, 9);
    expect(seen[2]?.rolling_jitter_s).toBeCloseTo(0.067823, 6);
    expect(seen[3]?.rolling_jitter_s).toBeCloseTo(0.068718, 6);
    expect(monitor.consecutiveMisses).toBe(3);
  });

  test("runtime row 21 its statistics", () => {
    const clock = new SimulatedClock();
    const monitor = new DeadlineMonitor({ targetHz: 10, clock });
    for (const at of stampsS) monitor.observe(at);
    const stats = monitor.stats();
    expect(stats.n).toBe(6);
    for (const [value, wanted] of [
      [stats.minS, 0.1],
      [stats.maxS, 0.25],
      [stats.meanS, 0.183333],
      [stats.medianS, 0.2],
      [stats.jitterS, 0.068718],
    ] as const)
      expect(value).toBeCloseTo(wanted, 6);
  });

  test("runtime row 21 a stall is seen while it lasts, and an on-time period forgives", () => {
    const clock = new SimulatedClock();
    const monitor = new DeadlineMonitor({ targetHz: 10, clock });
    monitor.observe();
    clock.advanceTo(500);
    expect(monitor.consecutiveMisses).toBe(4);
    expect(monitor.inViolation).toBe(true);
    monitor.observe();
    clock.advanceTo(600);
    monitor.observe();
    expect(monitor.consecutiveMisses).toBe(0);
  });

  test.for([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("a target of %s Hz is refused", (targetHz) => {
    expect(() => new DeadlineMonitor({ targetHz, clock: new SimulatedClock() })).toThrow(RangeError);
  });

  test("a time that is not a number or runs backwards counts as a miss", () => {
    const monitor = new DeadlineMonitor({ targetHz: 10, clock: new SimulatedClock() });
    monitor.observe(0);
    expect(monitor.observe(Number.NaN)).toBeDefined();
    monitor.reset();
    monitor.observe(1);
    expect(monitor.observe(0.5)).toBeDefined();
  });
});

describe("retry", () => {
  const erring = (message: string) => step(1, { result: { status: "error", observation: {}, message, durationMs: 0 } });
  const options = () => ({ clock: new SimulatedClock(), random: new Random(1), jitterFrac: 0 });

  test("runtime row 23 transient errors are tried again on the schedule, others and refusals are not", async () => {
    const attempts = async (record: ReturnType<typeof step>) => {
      const settings = options();
      let tries = 0;
      await stepWithRetry(() => Promise.resolve((tries++, record)), settings);
      return [tries, settings.clock.nowMs()];
    };
    expect(await attempts(erring("503 from the arm"))).toEqual([3, 300]);
    expect(await attempts(erring("syntax error in arg"))).toEqual([1, 0]);
    expect(await attempts(step(1, { result: { status: "blocked", observation: {}, message: "timeout reason", durationMs: 0 } }))).toEqual([
      1, 0,
    ]);
    expect(await attempts(step(1, { result: { status: "timeout", observation: {}, message: "timeout", durationMs: 0 } }))).toEqual([1, 0]);
    expect(await attempts(step(1))).toEqual([1, 0]);
    expect(isTransientError(erring("Connection Reset by peer"))).toBe(true);
  });

  test("runtime row 23 the wait is bounded by the jitter, whatever the seed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), (seed, failures) => {
        const waitS = backoffS(failures, { random: new Random(seed) });
        const planned = Math.min(0.1 * 2 ** (failures - 1), 5);
        expect(waitS).toBeGreaterThanOrEqual(planned * 0.9 - 1e-12);
        expect(waitS).toBeLessThanOrEqual(planned * 1.1 + 1e-12);
      }),
      { seed: 20261121 },
    );
  });

  test("runtime row 23 a stop ends the waiting at once", async () => {
    const controller = new AbortController();
    let tries = 0;
    await stepWithRetry(
      () => {
        tries += 1;
        controller.abort();
        return Promise.resolve(erring("busy"));
      },
      { ...options(), signal: controller.signal },
    );
    expect(tries).toBe(1);
  });
});

describe("observation buffer", () => {
  test("runtime row 9 the oldest leaves first, and nothing is the last zero", () => {
    const buffer = new ObservationBuffer(2);
    for (const n of [1, 2, 3]) buffer.append(step(n));
    expect(buffer.recent(5).map((record) => record.step)).toEqual([2, 3]);
    expect(buffer.recent(0)).toEqual([]);
    expect(buffer.recent(-1)).toEqual([]);
    expect(buffer.latest()?.step).toBe(3);
    for (let n = 4; n < 20; n++) {
      buffer.append(step(n));
      expect(buffer.recent(5).map((record) => record.step)).toEqual([n - 1, n]);
      expect([buffer.size, buffer.toJSON()["n_records"]]).toEqual([2, 2]);
    }
    expect(() => new ObservationBuffer(0)).toThrow(RangeError);
  });
});

describe("approval queue", () => {
  const request: ApprovalRequest = {
    planHash: "sha256:1",
    intent: { id: "i-1", name: "move_to", args: {}, rationale: "" },
    observation: "obs-1",
    reason: "listed",
    robot: "gantry",
    motion: { fromInWorld: [0, 0, 0], toInWorld: [[1, 0, 0]], durationMs: 1000, fastestMps: 1 },
    expiresAtMs: 1000,
  };
  const timing = () => ({ clock: new SimulatedClock(), timeoutMs: 1000, signal: new AbortController().signal });

  test("a question waits until somebody answers it by the plan's hash, once", async () => {
    const queue = new ApprovalQueue();
    const waiting = requestApproval(queue, request, timing());
    expect(queue.pending()).toEqual([request]);
    expect(queue.answer("sha256:2", { approved: true, operatorId: "ann" })).toBe(false);
    expect(queue.answer("sha256:1", { approved: true, operatorId: "ann" })).toBe(true);
    expect(queue.answer("sha256:1", { approved: true, operatorId: "ann" })).toBe(false);
    expect(await waiting).toEqual({ kind: "approved", operatorId: "ann" });
    expect(queue.pending()).toEqual([]);
  });

  test.for([{ approved: true, operatorId: "" }, { approved: 1, operatorId: "ann" }, null])(
    "an answer that is none refuses: %j",
    async (answer) => {
      const queue = new ApprovalQueue();
      const waiting = requestApproval(queue, request, timing());
      // @ts-expect-error an answer from outside
      queue.answer("sha256:1", answer);
      expect(await waiting).toMatchObject({ kind: "refused", code: answer === null ? "approval_malformed" : "approval_malformed" });
    },
  );
});

test("the queue hands the turn on in order and refuses what is over its limit", async () => {
  const queue = new StepQueue(1);
  expect(queue.enter()).toBe(true);
  const second = queue.enter();
  expect(second).toBeInstanceOf(Promise);
  expect(queue.enter()).toBeUndefined();
  queue.done();
  expect(await second).toBe(true);
  queue.done();
  expect(queue.enter()).toBe(true);
});
