import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import type { Policy } from "../policy/policy.ts";
import { InterventionController, type Hand, type InterventionAnswer, type InterventionState } from "./intervention.ts";

const policy = (name: string): Policy => ({ name, propose: () => Promise.resolve({ kind: "done", reached: true, message: "" }) });
const alice: Hand = { operator: "alice", reason: "look" };
const bob: Hand = { operator: "bob", reason: "checked" };

type Call = (controller: InterventionController) => InterventionAnswer;
const calls: Readonly<Record<string, Call>> = {
  pause: (controller) => controller.pause(bob),
  resume: (controller) => controller.resume(bob),
  swap: (controller) => controller.swapTo(policy("other"), bob),
  "e-stop": (controller) => controller.emergencyStop(bob),
};

/** A controller in `state`; in the middle of a swap `call` is made by whoever is told of it. */
function after(state: InterventionState, call: Call) {
  const clock = new SimulatedClock();
  const controller = new InterventionController(clock);
  if (state === "paused") controller.pause(alice);
  if (state === "emergency_stop") controller.emergencyStop(alice);
  if (state !== "swapping") return { controller, answer: call(controller) };
  let answer: InterventionAnswer | undefined;
  controller.attach({
    onChange: ({ state_after, metadata }) => {
      if (state_after === "swapping" && metadata["policy"] === "first") answer ??= call(controller);
    },
  });
  controller.swapTo(policy("first"), alice);
  return { controller, answer };
}

describe("runtime row 22 the table of calls and states", () => {
  test.for([
    ["pause", "running", true, "paused"],
    ["pause", "paused", true, "paused"],
    ["pause", "swapping", true, "paused"],
    ["pause", "emergency_stop", false, "emergency_stop"],
    ["resume", "running", true, "running"],
    ["resume", "paused", true, "running"],
    ["resume", "emergency_stop", true, "running"],
    ["swap", "running", true, "running"],
    ["swap", "paused", true, "paused"],
    ["swap", "swapping", false, "running"],
    ["swap", "emergency_stop", true, "emergency_stop"],
    ["e-stop", "running", true, "emergency_stop"],
    ["e-stop", "paused", true, "emergency_stop"],
    ["e-stop", "swapping", true, "emergency_stop"],
    ["e-stop", "emergency_stop", true, "emergency_stop"],
  ] as const)("runtime row 22 %s while %s: %s, then %s", ([name, state, ok, ends]) => {
    const { controller, answer } = after(state, calls[name]!);
    expect(answer?.ok).toBe(ok);
    expect(controller.state).toBe(ends);
    expect(controller.history().at(-1)?.state_after).toBe(ends);
    if (name === "swap") expect(controller.policy?.name).toBe(ok ? "other" : "first");
    if (name === "swap" && ends === "emergency_stop") expect([controller.operator, controller.reason]).toEqual(["alice", "look"]);
  });

  test.for([{}, { operator: "bob" }, { reason: "checked" }, { operator: " ", reason: "checked" }, { operator: "bob", reason: "" }])(
    "runtime row 22 a latched stop is not released by %j",
    (hand) => {
      const { controller } = after("emergency_stop", (latched) => latched.resume(hand));
      expect(controller.state).toBe("emergency_stop");
      expect(controller.history().at(-1)?.metadata).toEqual({
        call: "resume",
        refused: "a latched emergency stop is released by a named operator with a reason",
      });
    },
  );

  test("runtime row 22 history: newest last, refusals included, as many as are asked for", () => {
    const clock = new SimulatedClock();
    const controller = new InterventionController(clock);
    controller.pause(alice);
    clock.advanceTo(1500);
    controller.emergencyStop(bob);
    controller.pause(alice);
    expect(controller.history()).toEqual([
      { timestamp: 0, state_before: "running", state_after: "paused", operator: "alice", reason: "look", metadata: { call: "pause" } },
      {
        timestamp: 1.5,
        state_before: "paused",
        state_after: "emergency_stop",
        operator: "bob",
        reason: "checked",
        metadata: { call: "emergency_stop" },
      },
      {
        timestamp: 1.5,
        state_before: "emergency_stop",
        state_after: "emergency_stop",
        operator: "alice",
        reason: "look",
        metadata: { call: "pause", refused: "the emergency stop is latched" },
      },
    ]);
    expect(controller.history(1)).toEqual(controller.history().slice(-1));
    for (const limit of [0, -1, NaN]) expect(controller.history(limit)).toEqual([]);
    for (let i = 0; i < 60; i++) controller.emergencyStop(bob);
    expect(controller.history()).toHaveLength(50);
  });

  test("runtime row 22 an emergency stop is carried out at once, each time", () => {
    const stops: string[] = [];
    const controller = new InterventionController(new SimulatedClock());
    controller.attach({ onEmergencyStop: ({ reason }) => void stops.push(reason ?? "") });
    controller.emergencyStop({ reason: "smoke" });
    controller.emergencyStop({ reason: "fire" });
    expect(stops).toEqual(["smoke", "fire"]);
    expect(controller.reason).toBe("fire");
  });
});
