import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { motionAllowed, speedScale, transition, UNCONFIGURED } from "./stop-machine.ts";
import { STOP_TABLE } from "./stop-table.ts";
import { STOP_STATES, TRIP_SOURCES, type ResetRequest, type StopEvent, type StopMachine, type StoredLatch } from "./stop-types.ts";
import { broken, eventsIn, explore, firstSituation, follow, type Situation } from "./testing/stop-model.ts";

const nothingStored: StoredLatch = { epoch: 0, latch: undefined };
const configure: StopEvent = { kind: "configure", atMs: 0, problems: [], stored: nothingStored };
const activate: StopEvent = { kind: "activate", atMs: 0, notReady: [] };
const grant: StopEvent = { kind: "lease-granted", goal: "g", stateFresh: true, enabled: true, pendantReleased: true };
const trip = (atMs: number): StopEvent => ({ kind: "trip", source: "violation", reason: "too fast", atMs, evidence: { value: 2 } });
const request: ResetRequest = {
  operatorId: "anna",
  atMs: 1600,
  authenticated: true,
  allowed: true,
  humanStopReleased: true,
  pendantReleased: true,
  check: "clean",
  recovery: false,
};

function after(...events: readonly StopEvent[]): StopMachine {
  return events.reduce<StopMachine>((machine, event) => transition(machine, event).machine, UNCONFIGURED);
}
const running = after(configure, activate, grant);
const latched = after(configure, activate, grant, trip(1000));

describe("safety-kernel §8: the state machine, every event in every state that can be reached", () => {
  const found = explore();

  test("no sequence of events, of any length, breaks an invariant", () => {
    expect([...found.broken]).toEqual([]);
    // The numbers are the report: a machine that grew or shrank unnoticed is looked at again.
    expect({ states: found.states, depth: found.depth }).toMatchInlineSnapshot(`
      {
        "depth": 7,
        "states": 33,
      }
    `);
    expect(found.transitions).toBe(found.states * eventsIn(firstSituation).length);
  });

  test("the fixed point lies beyond, or is reached within, sequences of 8: both were searched", () => {
    const eight = explore(8);
    expect([...eight.broken]).toEqual([]);
    expect(eight.states).toBe(found.states);
  });

  test("every state is reached and every row of the table decides somewhere, so that none of this is empty", () => {
    expect([...STOP_STATES].filter((state) => !found.reached.has(state))).toEqual([]);
    expect(STOP_TABLE.filter(({ row }) => !found.rules.has(row)).map(({ row }) => row)).toEqual([]);
    expect(new Set(STOP_TABLE.map(({ row }) => row)).size).toBe(STOP_TABLE.length);
  });

  test("a random walk of 5,000 events with times of its own keeps them too", () => {
    const random = new Random(20_261_121);
    let at: Situation = firstSituation;
    const problems = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      const events = eventsIn(at).filter(
        (event) => random.next() < 0.05 || !["reset-requested", "reset-answered", "fault"].includes(event.kind),
      );
      const event = events[Math.floor(random.next() * events.length)]!;
      const step = follow(at, "atMs" in event && Number.isFinite(event.atMs) ? { ...event, atMs: event.atMs + i } : event);
      for (const problem of broken(step)) problems.add(problem);
      at = step.after;
    }
    expect([...problems]).toEqual([]);
    expect(at.machine.epoch).toBeGreaterThan(50);
  });
});

describe("safety-kernel §8: rows by name", () => {
  test("row 26: a violation while running fans out, raises the epoch, stores the latch", () => {
    const next = transition(running, trip(1000));
    expect(next.actions.slice(0, 4)).toEqual(["latch", "raise-epoch", "fan-out", "persist-latch"]);
    expect(next.machine).toMatchObject({
      state: "latched",
      epoch: running.epoch + 1,
      latch: { source: "violation", reason: "too fast", atMs: 1000, epoch: running.epoch + 1, evidence: { value: 2 } },
      lease: undefined,
    });
    expect(motionAllowed(running)).toBe(true);
    expect(motionAllowed(next.machine)).toBe(false);
  });

  test.for(TRIP_SOURCES)("row 26: %s stops ready, running and recovery alike", (source) => {
    const event: StopEvent = { kind: "trip", source, reason: "", atMs: 5, evidence: {} };
    for (const machine of [after(configure, activate), running]) expect(transition(machine, event).machine.state).toBe("latched");
  });

  test("motion needs each of its conditions by itself", () => {
    expect(motionAllowed(running)).toBe(true);
    for (const state of STOP_STATES) expect(motionAllowed({ ...running, state })).toBe(state === "running" || state === "recovery");
    expect(motionAllowed({ ...running, outputsOn: false })).toBe(false);
    expect(motionAllowed({ ...running, lease: undefined })).toBe(false);
    expect(motionAllowed({ ...running, lease: { goal: "g", ending: true } })).toBe(false);
  });

  test("row 25: reset at 0.2 s is refused with 0.3 s left, at 0.6 s it begins", () => {
    const early = transition(latched, { kind: "reset-requested", request: { ...request, atMs: 1200 } });
    expect(early.machine).toBe(latched);
    expect(early.refusal).toEqual({ code: "cooldown", reason: "reset refused: 0.3 s of the cooldown remain" });
    expect(transition(latched, { kind: "reset-requested", request }).machine.state).toBe("resetting");
  });

  test("row 25: another stop does not restart the cooldown, and keeps the first reason", () => {
    const again = transition(latched, { kind: "trip", source: "human", reason: "me too", atMs: 1499, evidence: {} });
    expect(again.machine).toMatchObject({ state: "latched", recorded: 1, latch: { source: "violation" } });
    expect(again.machine.epoch).toBe(latched.epoch);
    expect(transition(again.machine, { kind: "reset-requested", request: { ...request, atMs: 1500 } }).machine.state).toBe("resetting");
  });

  test.for([
    ["not_authenticated", { authenticated: false, allowed: false, humanStopReleased: false }],
    ["not_authenticated", { operatorId: "" }],
    ["not_allowed", { allowed: false, humanStopReleased: false }],
    ["human_stop_pressed", { humanStopReleased: false, pendantReleased: false }],
    ["pendant_pressed", { pendantReleased: false, check: "unknown" }],
    ["state_unavailable", { check: "unknown", recovery: true }],
    ["cause_present", { check: "violates" }],
    ["cooldown", { atMs: Number.NaN }],
    ["cooldown", { atMs: 999, authenticated: false }],
  ] as const)("row 25: %s is named, in the order of §8.1, and leaves the latch: %o", ([code, change]) => {
    const next = transition(latched, { kind: "reset-requested", request: { ...request, ...change } });
    expect(next.refusal?.code).toBe(code);
    expect(next.machine).toBe(latched);
  });

  test.for(["unconfigured", "inactive", "ready", "running"] as const)(
    "§13: not latched, %s: no estop to reset, which is a success",
    (state) => {
      const machine = { unconfigured: UNCONFIGURED, inactive: after(configure), ready: after(configure, activate), running }[state];
      const next = transition(machine, { kind: "reset-requested", request });
      expect(next).toMatchObject({ actions: ["nothing-to-reset"], refusal: undefined });
      expect(next.machine).toEqual(machine);
    },
  );

  const resetting = transition(latched, { kind: "reset-requested", request }).machine;
  const answers = {
    epoch: resetting.epoch,
    atMs: 1700,
    missing: [],
    humanStopReleased: true,
    pendantReleased: true,
    check: "clean",
  } as const;

  test("row 25: one handshake clears every latch, and the next trip works like the first", () => {
    const ready = transition(resetting, { kind: "reset-answered", answers });
    expect(ready.machine).toMatchObject({ state: "ready", latch: undefined, outputsOn: true });
    expect(ready.actions.indexOf("clear-latch")).toBeLessThan(ready.actions.indexOf("outputs-on"));
    const second = transition(transition(ready.machine, grant).machine, trip(3000));
    expect(second.machine).toMatchObject({ state: "latched", latch: { atMs: 3000 } });
    expect(second.actions).toContain("fan-out");
  });

  test.for([
    ["adapter_not_ready", { missing: ["gripper"] }],
    ["pendant_pressed", { pendantReleased: false }],
    ["human_stop_pressed", { humanStopReleased: false }],
    ["cause_present", { check: "violates" }],
    ["state_unavailable", { check: "unknown" }],
    ["reset_timeout", { atMs: 2600 }],
    ["reset_timeout", { atMs: Number.NaN }],
  ] as const)("row 25: %s ends the reset latched, and stops once more", ([code, change]) => {
    const next = transition(resetting, { kind: "reset-answered", answers: { ...answers, ...change } });
    expect(next.refusal?.code).toBe(code);
    expect(next.machine).toMatchObject({ state: "latched", reset: undefined, latch: { source: "violation" } });
    expect(next.actions).toContain("fan-out");
  });

  test("row 25: answers for an older epoch are no answers", () => {
    const next = transition(resetting, { kind: "reset-answered", answers: { ...answers, epoch: latched.epoch } });
    expect(next.machine).toBe(resetting);
  });

  test("§8: recovery, asked for, is slow, keeps the latch, and ends in ready when clean", () => {
    const asked = transition(latched, { kind: "reset-requested", request: { ...request, check: "violates", recovery: true } }).machine;
    const recovery = transition(asked, { kind: "reset-answered", answers: { ...answers, check: "violates" } }).machine;
    expect(recovery).toMatchObject({ state: "recovery", latch: { source: "violation" }, outputsOn: true });
    expect(motionAllowed(recovery)).toBe(true);
    expect(speedScale(recovery)).toBe(0.1);
    expect(transition(recovery, { kind: "recheck", check: "violates" }).machine).toBe(recovery);
    expect(transition(recovery, { kind: "recheck", check: "unknown" }).machine).toBe(recovery);
    expect(transition(recovery, { kind: "recheck", check: "clean" }).machine).toMatchObject({ state: "ready", latch: undefined });
    expect(transition(recovery, { kind: "lease-ending" }).machine).toMatchObject({ state: "latched", latch: { source: "violation" } });
  });

  test("an unproved stop makes motion slow, through the reset, until a stop of this epoch is proved", () => {
    const doubtful = transition(latched, { kind: "stop-outcome", epoch: latched.epoch, proved: false }).machine;
    const asked = transition(doubtful, { kind: "reset-requested", request }).machine;
    const old = transition(asked, { kind: "stop-outcome", epoch: latched.epoch, proved: true }).machine;
    const ready = transition(old, { kind: "reset-answered", answers }).machine;
    const slow = transition(ready, grant).machine;
    expect(slow.state).toBe("running");
    expect(speedScale(slow)).toBe(0.1);
    expect(speedScale(transition(slow, { kind: "stop-outcome", epoch: slow.epoch, proved: true }).machine)).toBe(1);
  });

  test("row 25: a restart while latched starts latched, stops once more, and counts its cooldown from the start", () => {
    const stored = { epoch: 9, latch: latched.latch };
    const next = transition(UNCONFIGURED, { kind: "configure", atMs: 50, problems: [], stored });
    expect(next.machine).toMatchObject({ state: "latched", epoch: 10, cooldownFromMs: 50, stopUnproven: true, latch: latched.latch });
    expect(next.actions).toContain("fan-out");
    expect(next.actions).not.toContain("clear-latch");
  });

  test("§8: the latch survives deactivate and cleanup", () => {
    const inactive = transition(latched, { kind: "deactivate" }).machine;
    expect(inactive).toMatchObject({ state: "inactive", latch: latched.latch, outputsOn: false });
    expect(transition(inactive, activate).machine).toMatchObject({ state: "latched", outputsOn: false });
    expect(transition(inactive, { kind: "reset-requested", request }).refusal?.code).toBe("wrong_state");
    expect(transition(latched, { kind: "cleanup" }).machine).toMatchObject({ state: "unconfigured", latch: latched.latch });
  });

  test("§8: a fault is left by restart and reset only", () => {
    const faulted = transition(running, { kind: "fault", source: "failed_canary", reason: "sweep", atMs: 7, evidence: {} });
    expect(faulted.actions).toContain("fan-out");
    expect(faulted.machine).toMatchObject({ state: "faulted", latch: { source: "failed_canary" } });
    expect(transition(faulted.machine, { kind: "reset-requested", request }).refusal?.code).toBe("restart_required");
    for (const kind of ["deactivate", "cleanup"] as const) expect(transition(faulted.machine, { kind }).machine.state).toBe("faulted");
  });

  test.for([
    ["state_unavailable", { stateFresh: false }],
    ["enable_not_held", { enabled: false }],
    ["pendant_pressed", { pendantReleased: false }],
    ["goal_missing", { goal: "" }],
  ] as const)("§8: no lease: %s", ([code, change]) => {
    const ready = after(configure, activate);
    const next = transition(ready, { ...grant, ...change });
    expect(next.refusal?.code).toBe(code);
    expect(next.machine).toEqual(ready);
  });

  test("§8: a lease is refused while latched and while another runs", () => {
    expect(transition(latched, grant).refusal?.code).toBe("estop_latched");
    expect(transition(running, grant).refusal?.code).toBe("wrong_state");
  });
});
