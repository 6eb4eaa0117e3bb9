import { describe, expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import { deadlineGate } from "./deadline-gate.ts";
import { hitlGate } from "./hitl-gate.ts";
import { stopProofGate } from "./stop-proof-gate.ts";
import { interventionGate, type InterventionView } from "./intervention-gate.ts";
import { stateGate } from "./state-gate.ts";
import { askOf, moveAsk, worldOf } from "./testing/asks.ts";
import { windowGate } from "./window-gate.ts";

describe("hitl", () => {
  const gate = hitlGate({ requiresApproval: ["pick"], timeoutMs: 5000 });

  test("runtime row 20 HITL {pick}: scan is allowed, nobody is asked; pick waits", () => {
    expect(gate.check(askOf({ name: "scan" })).kind).toBe("allow");
    const answer = gate.check(moveAsk([0.5, 0, 1], { name: "pick" }));
    expect(answer).toMatchObject({
      kind: "hold",
      gate: "hitl",
      code: "approval_required",
      approval: { timeoutMs: 5000 },
    });
    expect(answer).toMatchObject({
      evidence: { startM: [0, 0, 1], endM: [0.5, 0, 1], durationMs: 1000, peakTipMps: 0.5 },
    });
  });

  test("runtime row 20 a listed name that no primitive has is a configuration error", () => {
    expect(() => hitlGate({ requiresApproval: ["pikc"], registered: ["pick"] })).toThrow(/'pikc', which is not registered/);
    expect(hitlGate({ requiresApproval: ["pick"], registered: ["pick"] }).id).toBe("hitl");
    for (const timeoutMs of [Number.NaN, 0, -1, Infinity]) expect(() => hitlGate({ requiresApproval: [], timeoutMs })).toThrow(/timeoutMs/);
  });

  test("runtime row 20 numbers that are none do not turn a hold into a fault", () => {
    const segments = [{ kind: "gripper", label: "grip", durationMs: Number.NaN, opening: 0, forceN: Infinity }] as const;
    const answer = createGateChain([gate]).judge(askOf({ name: "pick", points: [[Number.NaN, 0, 0]], segments })).answers[0];
    expect(answer).toMatchObject({ kind: "hold", gate: "hitl" });
  });
});

describe("deadline", () => {
  test("runtime row 21 the gate denies from the third miss on, and lets the stop class pass", () => {
    const gate = (consecutiveMisses: number) => deadlineGate({ consecutiveMisses });
    expect([0, 1, 2].map((misses) => gate(misses).check(askOf()).kind)).toEqual(["allow", "allow", "allow"]);
    expect(gate(3).check(askOf())).toMatchObject({
      kind: "deny",
      gate: "deadline",
      reason: "deadline missed 3 times in a row",
    });
    expect(gate(9).check(askOf({ name: "land" })).kind).toBe("allow");
    expect(gate(9).check(askOf({ name: "land", primitive: { risk: "move" } })).kind).toBe("allow");
    for (const misses of [Number.NaN, -1, Infinity]) expect(gate(misses).check(askOf()).kind).toBe("deny");
    for (const maxConsecutive of [0, 1.5, Number.NaN])
      expect(() => deadlineGate({ consecutiveMisses: 0 }, { maxConsecutive })).toThrow(/maxConsecutive/);
  });

  test("runtime row 21 a fork keeps what was seen", () => {
    const monitor = { consecutiveMisses: 5 };
    const gate = deadlineGate(monitor, { maxConsecutive: 4 });
    const copy = gate.fork?.();
    monitor.consecutiveMisses = 0;
    expect(gate.check(askOf()).kind).toBe("allow");
    expect(copy?.check(askOf()).kind).toBe("deny");
  });
});

describe("intervention", () => {
  const view = (state: InterventionView["state"], more: Partial<InterventionView> = {}): InterventionView => ({
    state,
    operator: "alice",
    reason: "halting",
    issued: () => false,
    ...more,
  });

  test("runtime row 22 paused by alice, halting: move_to is denied with who and why", () => {
    expect(interventionGate(view("paused")).check(askOf())).toMatchObject({
      kind: "deny",
      gate: "intervention",
      code: "paused",
      reason: "controller PAUSED (paused by alice: halting)",
    });
  });

  test("runtime row 22 what passes in which state", () => {
    const asks = {
      move: askOf(),
      note: askOf({ name: "emit_event" }),
      land: askOf({ name: "land" }),
    };
    const table = (["running", "swapping", "paused", "emergency_stop"] as const).map((state) => {
      const gate = interventionGate(view(state));
      return [state, ...Object.values(asks).map((ask) => gate.check(ask).kind)];
    });
    expect(table).toEqual([
      ["running", "allow", "allow", "allow"],
      ["swapping", "allow", "allow", "allow"],
      ["paused", "deny", "allow", "allow"],
      ["emergency_stop", "deny", "allow", "allow"],
    ]);
    expect(interventionGate(view("emergency_stop")).check(asks.move)).toMatchObject({
      reason: "controller EMERGENCY_STOP (halting)",
    });
  });

  test("runtime row 22 paused: the fallback passes by origin, a namesake does not, and an e-stop stops even the fallback", () => {
    const own = askOf({ name: "go_home" });
    const issued = (intent: unknown) => intent === own.intent;
    expect(interventionGate(view("paused", { issued })).check(own).kind).toBe("allow");
    expect(interventionGate(view("paused", { issued })).check(askOf({ name: "go_home" })).kind).toBe("deny");
    expect(interventionGate(view("emergency_stop", { issued })).check(own).kind).toBe("deny");
  });

  test("runtime row 22 a state nobody knows denies, and an event that moves the arm is no note", () => {
    const state = "resting" as InterventionView["state"];
    expect(interventionGate(view(state)).check(askOf())).toMatchObject({
      kind: "deny",
      code: "unknown_state",
    });
    expect(interventionGate(view("paused")).check(moveAsk([0.1, 0, 1], { name: "emit_event" })).kind).toBe("deny");
    const truthy = (() => "yes") as unknown as () => boolean;
    expect(interventionGate(view("paused", { issued: truthy })).check(askOf()).kind).toBe("deny");
  });

  test("runtime row 22 a fork keeps the state it saw", () => {
    const controller = { ...view("paused") };
    const copy = interventionGate(controller).fork?.();
    expect(copy?.check(askOf()).kind).toBe("deny");
    Object.assign(controller, { state: "running" });
    expect(copy?.check(askOf()).kind).toBe("deny");
    expect(interventionGate(controller).check(askOf()).kind).toBe("allow");
  });
});

describe("window", () => {
  const world = worldOf({ observation: { id: "obs-7", seq: 7, atMs: 1000 } });
  const asked = (intent: object, atMs = 1000) => askOf({ world, intent, atMs });

  test("runtime row 3 an intent that names neither passes; one that expired says by how much", () => {
    const gate = windowGate();
    expect(gate.check(asked({}, 99_000)).kind).toBe("allow");
    expect(gate.check(asked({ basedOn: "obs-7", validForMs: 500 }, 1500)).kind).toBe("allow");
    expect(gate.check(asked({ basedOn: "obs-7", validForMs: 500 }, 1620))).toMatchObject({
      kind: "deny",
      gate: "window",
      code: "intent_expired",
      reason: "intent expired 120 ms ago",
    });
    expect(gate.check(asked({ validForMs: 500 }, 1501)).kind).toBe("deny");
  });

  test("runtime row 3 an answer to an older observation is dropped, one to a future or unknown observation too", () => {
    const gate = windowGate();
    for (const basedOn of ["obs-6", "obs-8", "", "obs-", "obs-7 ", "7", "obs-NaN"])
      expect(gate.check(asked({ basedOn }))).toMatchObject({
        kind: "deny",
        reason: "answers an older observation",
      });
    const lenient = windowGate({
      maxObservationsBehind: 2,
      observedAtMs: (id) => (id === "obs-6" ? 900 : undefined),
    });
    expect(lenient.check(asked({ basedOn: "obs-6" })).kind).toBe("allow");
    expect(lenient.check(asked({ basedOn: "obs-4" })).kind).toBe("deny");
    expect(lenient.check(asked({ basedOn: "obs-6", validForMs: 100 })).kind).toBe("allow");
    expect(lenient.check(asked({ basedOn: "obs-6", validForMs: 99 }))).toMatchObject({
      reason: "intent expired 1 ms ago",
    });
    expect(lenient.check(asked({ basedOn: "obs-5", validForMs: 5000 })).kind).toBe("deny");
  });

  test("runtime row 3 hostile numbers deny", () => {
    const gate = windowGate();
    for (const validForMs of [Number.NaN, -1, -Infinity]) expect(gate.check(asked({ validForMs })).kind).toBe("deny");
    for (const atMs of [Number.NaN, -Infinity, 0]) expect(gate.check(asked({ validForMs: 10 }, atMs)).kind).toBe("deny");
    for (const maxObservationsBehind of [Number.NaN, -1, 0.5])
      expect(() => windowGate({ maxObservationsBehind })).toThrow(/maxObservationsBehind/);
  });
});

describe("state", () => {
  test("state: stale is judged by age: unknown, old and future measurements deny by name", () => {
    const gate = stateGate({ sources: ["joints", "force"] });
    const seen = (ageMs: Record<string, number>, atMs = 0) => gate.check(askOf({ observation: { ageMs }, atMs }));
    expect(seen({ joints: 0, force: 250 }).kind).toBe("allow");
    expect(seen({ joints: 0 })).toMatchObject({
      kind: "deny",
      gate: "state",
      code: "stale_state",
      reason: "force unknown",
    });
    expect(seen({ joints: 251, force: 0 })).toMatchObject({ reason: "joints is 251 ms old" });
    expect(seen({ joints: 0, force: 0 }, 300)).toMatchObject({ reason: "joints is 300 ms old" });
    expect(seen({ joints: Number.NaN, force: 0 })).toMatchObject({ reason: "joints unknown" });
    expect(seen({ joints: 0, force: 0 }, -5)).toMatchObject({ reason: "joints unknown" });
    expect(stateGate({ sources: ["constructor"] }).check(askOf()).kind).toBe("deny");
  });

  test("state: sensing without motion needs no fresh state", () => {
    const gate = stateGate();
    const old = { observation: { ageMs: {} } };
    expect(gate.check(askOf({ ...old, name: "scan", primitive: { risk: "sense" } })).kind).toBe("allow");
    expect(gate.check(moveAsk([0.1, 0, 1], { ...old, primitive: { risk: "sense" } })).kind).toBe("deny");
  });
});

describe("stop_proof", () => {
  test.for([
    [1, "allow"],
    [0.1, "slow"],
    [0, "deny"],
    [1.5, "deny"],
    [Number.NaN, "deny"],
  ] as const)("a share of %s of the speed: %s", ([speedScale, kind]) => {
    const verdict = stopProofGate({ speedScale }).check(askOf());
    expect(verdict).toMatchObject({ kind, gate: "stop_proof" });
    if (verdict.kind === "slow") expect(verdict.scale).toBe(speedScale);
  });
});
