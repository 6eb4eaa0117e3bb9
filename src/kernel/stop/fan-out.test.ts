import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../core/clock.ts";
import { stopReportJson, stopTargets } from "./fan-out.ts";
import { proveRest } from "./rest-proof.ts";
import type { MotionSample } from "./stop-target.ts";
import { StopFlag } from "./stop-flag.ts";
import { retainedOf, StopTopic, type RetainedStop } from "./stop-topic.ts";
import { UNCONFIGURED } from "./stop-machine.ts";
import { FakeArm } from "./testing/machines.ts";
import { WaitingClock } from "./testing/waiting-clock.ts";

describe("safety-kernel row 26: the stop flag", () => {
  test("fresh memory is a raised flag; a flag on the same memory is the same flag", () => {
    const flag = new StopFlag();
    const elsewhere = new StopFlag(flag.buffer);
    expect(flag.stopped).toBe(true);
    expect(flag.clear(flag.raised)).toBe(true);
    expect(elsewhere.stopped).toBe(false);
    elsewhere.raise(7);
    expect(flag.stopped).toBe(true);
    expect(flag.epoch).toBe(7);
    expect(flag.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("a stop raised while an older one is being cleared is never lost", () => {
    const flag = new StopFlag();
    const seen = flag.raised;
    flag.raise();
    expect(flag.clear(seen)).toBe(false);
    expect(flag.stopped).toBe(true);
  });

  test("counts wrap around, and still tell stopped from not", () => {
    const flag = new StopFlag();
    new Int32Array(flag.buffer)[0] = 0x7fffffff;
    const raised = flag.raise();
    expect(raised).toBe(flag.raised);
    expect(flag.clear(raised)).toBe(true);
  });

  test("foreign memory is refused", () => {
    expect(() => new StopFlag(new ArrayBuffer(4))).toThrow(/12 bytes/);
  });
});

describe("safety-kernel row 26: adapters stop and acknowledge", () => {
  test("every target is called before the call returns, with category and epoch; one that throws stops no other", async () => {
    const clock = new WaitingClock();
    const arms = ["a", "b", "c"].map((name) => new FakeArm(clock, name));
    arms[0]!.answer = "throws";
    arms[1]!.answer = undefined;
    const report = stopTargets(arms, 1, 4, { clock, attempts: 1 });
    expect(arms.map(({ calls }) => calls[0])).toEqual(["stop 1 4", "stop 1 4", "stop 1 4"]);
    await clock.advance(1000);
    const { acknowledged, proved, targets } = await report;
    expect({ acknowledged, proved }).toEqual({ acknowledged: false, proved: false });
    expect(targets.map((stop) => [stop.name, stop.acknowledged, stop.escalated, stop.rest.proved])).toEqual([
      ["a", false, true, false],
      ["b", false, true, false],
      ["c", true, false, true],
    ]);
  });

  test("acknowledged with time and distance, and seen at rest twice: proved", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    const report = stopTargets([arm], 1, 4, { clock });
    await clock.advance(1000);
    expect(stopReportJson(await report)).toMatchObject({
      acknowledged: true,
      proved: true,
      category: 1,
      epoch: 4,
      targets: [{ name: "arm", attempts: 1, escalated: false, stopping_time_ms: 12, stopping_distance_m: 0.003, rest_proved: true }],
    });
    expect(arm.looks).toBe(2);
    expect(arm.calls).toEqual(["stop 1 4"]);
  });

  test.for([
    ["silence", undefined],
    ["a throw", "throws"],
    ["a rejection", "rejects"],
    ["an answer that is no acknowledgement", { acknowledged: false }],
  ] as const)("%s escalates to estop, is told at once, and is asked again", async ([, answer]) => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    arm.answer = answer;
    const told: string[] = [];
    const report = stopTargets([arm], 1, 4, { clock, attempts: 3, onUnacknowledged: (name) => told.push(`${name} at ${clock.nowMs()}`) });
    await clock.advance(100);
    expect(told).toEqual([`arm at ${answer === undefined ? 100 : 0}`]);
    expect(arm.calls.slice(0, 2)).toEqual(["stop 1 4", "estop"]);
    await clock.advance(1000);
    expect(await report).toMatchObject({ acknowledged: false, proved: false, targets: [{ attempts: 3, escalated: true }] });
    expect(told).toHaveLength(1);
  });

  test("one that answers when asked again has stopped, but that is no proof", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    arm.answer = undefined;
    const report = stopTargets([arm], 1, 4, { clock });
    await clock.advance(150);
    arm.answer = {};
    await clock.advance(1000);
    expect(await report).toMatchObject({ acknowledged: true, proved: false, targets: [{ attempts: 2, rest: { proved: true } }] });
  });

  test.for([
    ["stoppingTimeMs", Number.NaN],
    ["stoppingTimeMs", -1],
    ["stoppingDistanceM", Infinity],
    ["stoppingDistanceM", Number.NaN],
  ] as const)("an acknowledgement with %s %s is no proof", async ([field, value]) => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    arm.answer = { [field]: value };
    const report = stopTargets([arm], 1, 4, { clock });
    await clock.advance(1000);
    expect(await report).toMatchObject({ acknowledged: true, proved: false, targets: [{ [field]: null }] });
  });

  test("hardware that blocks the caller for longer than the limit has answered late", async () => {
    const clock = new SimulatedClock();
    const arm = new FakeArm(clock);
    const slow = Object.assign(arm, {
      stop() {
        clock.advanceTo(clock.nowMs() + 101);
        return { acknowledged: true, atMs: clock.nowMs(), stoppingTimeMs: 1, stoppingDistanceM: 0 };
      },
    });
    expect(await stopTargets([slow], 1, 1, { clock })).toMatchObject({ acknowledged: true, proved: false, targets: [{ inTime: false }] });
  });

  test("nothing to stop is nothing stopped", async () => {
    expect(await stopTargets([], 1, 1, { clock: new SimulatedClock() })).toMatchObject({ acknowledged: false, proved: false });
  });

  test("a robot that was reset meanwhile is not stopped by an old stop", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    arm.answer = "throws";
    let wanted = true;
    const report = stopTargets([arm], 1, 4, { clock, wanted: () => wanted });
    await clock.advance(250);
    wanted = false;
    await clock.advance(5000);
    expect((await report).targets[0]?.attempts).toBeLessThan(6);
  });

  test("in simulated time, one that never answers is given up as well", async () => {
    const clock = new SimulatedClock();
    const arm = new FakeArm(clock);
    arm.answer = undefined;
    const report = await stopTargets([arm], 1, 4, { clock, acknowledgeWithinMs: 1, attempts: 2 });
    expect(report.acknowledged).toBe(false);
  });
});

describe("a stop is measured again", () => {
  const cases: readonly (readonly [string, (arm: FakeArm) => void, RegExp])[] = [
    ["still moving", (arm) => (arm.speed = 0.011), /moving at 0.011/],
    ["moving backwards", (arm) => (arm.speed = -1), /moving at 1/],
    ["a speed that is not a number", (arm) => (arm.speed = Number.NaN), /moving at NaN/],
    ["joints that creep while their speeds say zero", (arm) => (arm.creep = 0.003), /joints move/],
    ["a position that is not a number", (arm) => (arm.creep = Number.NaN), /joints move/],
    ["a frozen sensor", (arm) => (arm.stampFrozen = true), /repeats its stamp/],
  ];
  test.for(cases)("not proved: %s", async ([, change, problem]) => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    change(arm);
    const proof = proveRest(arm, clock, 0);
    await clock.advance(2000);
    expect(await proof).toMatchObject({ proved: false, restAtMs: null, problem: expect.stringMatching(problem) });
  });

  test("not proved: measured before the stop, not measured, no joints", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    const early = proveRest(arm, clock, 5000);
    const blind = proveRest(Object.assign(new FakeArm(clock), { observe: () => Promise.reject(new Error("no camera")) }), clock, 0);
    const mute = proveRest(Object.assign(new FakeArm(clock), { observe: () => new Promise<never>(() => {}) }), clock, 0);
    const none = proveRest(Object.assign(new FakeArm(clock), { observe: () => ({ atMs: 1, qRad: [], qdRadPerS: [] }) }), clock, 0);
    await clock.advance(2000);
    expect((await early).problem).toMatch(/before the stop/);
    expect((await blind).problem).toMatch(/no camera/);
    expect((await mute).problem).toMatch(/no answer within 20 ms/);
    expect((await none).proved).toBe(false);
  });

  test.for<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a number", 42],
    ["no joints", { atMs: 1 }],
    ["joints that are none", { atMs: 1, qRad: null, qdRadPerS: "0" }],
    ["a stamp in words", { atMs: "1", qRad: [0], qdRadPerS: [0] }],
  ])("not proved, and nothing thrown, by a machine that answers %s", async ([, sample]) => {
    const clock = new SimulatedClock();
    const arm = Object.assign(new FakeArm(clock), { observe: () => sample as MotionSample });
    expect(await proveRest(arm, clock, 0)).toMatchObject({ proved: false, restAtMs: null });
  });

  test("one that comes to rest while it is looked at is proved from then on, with its peak", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    arm.speed = 0.5;
    const proof = proveRest(arm, clock, 0);
    await clock.advance(100);
    arm.speed = 0.001;
    await clock.advance(100);
    expect(await proof).toEqual({ proved: true, restAtMs: 120, peakSpeed: 0.5, problem: "" });
  });

  test("one look at rest between two in motion is none", async () => {
    const clock = new WaitingClock();
    const arm = new FakeArm(clock);
    const flicker = Object.assign(arm, {
      observe: () => ({ atMs: clock.nowMs(), qRad: [0], qdRadPerS: [(arm.looks += 1) % 2 === 0 ? 0 : 1] }),
    });
    const proof = proveRest(flicker, clock, 0);
    await clock.advance(2000);
    expect((await proof).proved).toBe(false);
  });

  test("a simulation, whose time stands still, is looked at twice and no more", async () => {
    const clock = new SimulatedClock();
    const arm = Object.assign(new FakeArm(clock), { kind: "simulated" as const });
    expect(await proveRest(arm, clock, 0)).toMatchObject({ proved: true });
    arm.speed = 1;
    expect(await proveRest(arm, clock, 0)).toMatchObject({ proved: false });
    expect(arm.looks).toBe(4);
    expect(clock.nowMs()).toBe(0);
  });
});

test("safety-kernel row 26: a late joiner is told at once, and a listener that throws silences no other", () => {
  const errors: unknown[] = [];
  const topic = new StopTopic(retainedOf(UNCONFIGURED), (cause) => errors.push(cause));
  const latch = { source: "human", reason: "stop", atMs: 5, epoch: 3, evidence: {} } as const;
  topic.subscribe(() => {
    throw new Error("broken page");
  });
  topic.publish(retainedOf({ ...UNCONFIGURED, state: "latched", epoch: 3, latch }));
  const heard: RetainedStop[] = [];
  const leave = topic.subscribe((state) => heard.push(state));
  expect(heard).toEqual([{ latched: true, epoch: 3, reason: "stop", source: "human", at: 5, stop_unproven: false }]);
  topic.publish(retainedOf(UNCONFIGURED));
  leave();
  topic.publish(retainedOf(UNCONFIGURED));
  expect(heard.map(({ latched }) => latched)).toEqual([true, false]);
  expect(errors).toHaveLength(4);
});
