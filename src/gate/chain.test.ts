import { assert, constantFrom, array, property } from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Plan } from "../intent/plan.ts";
import type { JointPath } from "../robot/joint-path.ts";
import { createGateChain } from "./chain.ts";
import { isSealed, sealPlan } from "../intent/make-plan.ts";
import { isCleared, type Cleared } from "./cleared.ts";
import type { Gate } from "./gate.ts";
import { rateLimitGate } from "./rate-limit-gate.ts";
import { askOf, intentOf, moveAsk, planOf } from "./testing/asks.ts";
import { no, plugIn, slower, wait, yes } from "./testing/fake-gates.ts";
import { allow } from "./verdict.ts";

const ask = moveAsk([0.5, 0, 1]);

describe("runtime row 5 pipeline", () => {
  test("all pass: gate pipeline, the reason lists the gates, the plan is cleared", () => {
    const answer = createGateChain([yes("a"), yes("b"), yes("c")]).clear(ask);
    expect(answer.verdict).toEqual({
      kind: "allow",
      gate: "pipeline",
      reason: "all 3 gate(s) passed: a, b, c",
    });
    expect(answer.scale).toBe(1);
    expect(answer.cleared).toBe(ask.plan);
    expect(answer.cleared !== undefined && isCleared(answer.cleared)).toBe(true);
  });

  test("an empty chain denies, or allows if built unguarded, which gates forbid", () => {
    expect(createGateChain([]).clear(ask).verdict).toMatchObject({
      kind: "deny",
      gate: "pipeline",
      reason: "no gates configured",
    });
    const open = createGateChain([], { unguarded: true }).clear(ask);
    expect(open.verdict).toEqual({
      kind: "allow",
      gate: "pipeline",
      reason: "no gates configured",
    });
    expect(open.cleared).toBe(ask.plan);
    expect(() => createGateChain([yes("a")], { unguarded: true })).toThrow(/unguarded/);
  });

  test("exhaustive asks every gate; first-deny stops; the first denial decides in both", () => {
    const gates = [yes("a"), no("b"), yes("c"), no("d")];
    const all = createGateChain(gates).clear(ask);
    const first = createGateChain(gates, { mode: "first-deny" }).clear(ask);
    expect(all.answers.map(({ gate, kind }) => `${gate} ${kind}`)).toEqual(["a allow", "b deny", "c allow", "d deny"]);
    expect(first.answers.map(({ gate }) => gate)).toEqual(["a", "b"]);
    for (const { verdict, cleared } of [all, first]) {
      expect(verdict).toMatchObject({ kind: "deny", gate: "b", reason: "b says no" });
      expect(cleared).toBeUndefined();
    }
    expect(createGateChain(gates, { mode: "first-deny" }).judge(ask).answers).toHaveLength(4);
  });

  test("severity is deny > hold > slow > allow, and the first of the highest decides, for every order of answers", () => {
    const kinds = ["allow", "slow", "hold", "deny"] as const;
    const make = { allow: yes, slow: (id: string) => slower(id, 0.5), hold: wait, deny: no };
    assert(
      property(array(constantFrom(...kinds), { minLength: 1, maxLength: 6 }), (order) => {
        const gates = order.map((kind, i) => make[kind](`g${i}`));
        const worst = Math.max(...order.map((kind) => kinds.indexOf(kind)));
        const answer = createGateChain(gates).clear(ask);
        const expected = kinds[worst];
        expect(answer.verdict.kind).toBe(expected);
        expect(answer.verdict.gate).toBe(expected === "allow" ? "pipeline" : `g${order.indexOf(expected ?? "deny")}`);
        expect(answer.cleared !== undefined).toBe(worst < 2);
        expect(answer.hold !== undefined).toBe(expected === "hold");
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("slow: the cleared plan follows the same path at the smallest scale asked for", () => {
    const fresh = moveAsk([0.5, 0, 1]);
    const answer = createGateChain([slower("a", 0.8), slower("b", 0.25), yes("c")]).clear(fresh);
    expect(answer).toMatchObject({ verdict: { kind: "slow", gate: "a", scale: 0.8 }, scale: 0.25 });
    expect(answer.cleared?.durationMs).toBe(4000);
    const [before, after] = [pathOf(fresh.plan), pathOf(answer.cleared)];
    expect(after?.toJSON()).toEqual(before?.toJSON());
    expect(isCleared(fresh.plan)).toBe(false);
  });

  test("gate ids are unique and not empty", () => {
    expect(() => createGateChain([yes("a"), yes("a")])).toThrow(/gate "a" is configured twice/);
    expect(() => createGateChain([yes(" ")])).toThrow(/no id/);
  });
});

function pathOf(plan: Plan | undefined): JointPath | undefined {
  const segment = plan?.segments[0];
  return segment?.kind === "motion" ? segment.trajectory.path : undefined;
}
describe("runtime row 22 stop is always allowed", () => {
  const stop = askOf({ name: "stop", primitive: { risk: "stop" } });

  test("no gate is asked, no queue, no empty chain in its way", () => {
    for (const chain of [createGateChain([no("a")]), createGateChain([]), createGateChain([plugIn(undefined)])]) {
      const answer = chain.clear(stop);
      expect(answer.verdict).toEqual({
        kind: "allow",
        gate: "stop-path",
        reason: "stop is always allowed",
      });
      expect(answer.cleared).toBe(stop.plan);
      expect(chain.clearApproved(stop, { planHash: "", operator: "", expiresAtMs: 0 }).cleared).toBe(stop.plan);
    }
    const blind = askOf({
      name: "stop",
      primitive: { risk: "stop" },
      qRad: [Number.NaN, 0, 0],
      atMs: Number.NaN,
    });
    expect(createGateChain([no("a")]).clear(blind).cleared).toBe(blind.plan);
  });

  test("something named stop that moves the arm is judged as a motion", () => {
    const moving = askOf({
      name: "stop",
      primitive: { risk: "stop" },
      rows: [
        [0, 0, 1],
        [1, 0, 1],
      ],
    });
    expect(createGateChain([no("geofence")]).clear(moving).verdict).toMatchObject({
      kind: "deny",
      gate: "geofence",
    });
  });

  test("the stop class skips the seven gates that exist to make motion rare, and no other", () => {
    const seven = ["rate_limit", "cooldown", "time_window", "deadline", "intervention", "action_smoothing", "hitl"];
    const asks = [askOf({ name: "land" }), askOf({ name: "lie_down" }), askOf({ name: "park", primitive: { risk: "stop" } })];
    for (const landing of asks) {
      expect(createGateChain([...seven.map(no), yes("geofence")]).clear(landing).verdict.kind).toBe("allow");
      expect(createGateChain([yes("rate_limit"), no("geofence")]).clear(landing).verdict).toMatchObject({ gate: "geofence" });
    }
    expect(createGateChain([no("hitl")]).clear(askOf({ name: "landing" })).verdict.kind).toBe("deny");
  });

  test("skipped gates are not committed either", () => {
    const land = askOf({ name: "land", atMs: 0 });
    const chain = createGateChain([rateLimitGate({ perMinute: 1 })]);
    for (let i = 0; i < 3; i++) expect(chain.clear(land).verdict.kind).toBe("allow");
  });
});

describe("runtime row 11 counters move only for intents that every gate cleared", () => {
  const counting = (id: string, log: string[]): Gate => ({
    id,
    check: () => allow(id),
    commit: () => void log.push(id),
    fork: () => counting(id, []),
  });

  test("judge commits nothing, clear commits every gate once, a denial or a hold commits none", () => {
    const log: string[] = [];
    const chain = createGateChain([counting("a", log), counting("b", log)]);
    chain.judge(ask);
    expect(log).toEqual([]);
    expect(chain.judge(ask).cleared).toBeUndefined();
    chain.clear(ask);
    expect(log).toEqual(["a", "b"]);
    createGateChain([counting("a", log), no("b")]).clear(ask);
    createGateChain([counting("a", log), wait("b")]).clear(ask);
    expect(log).toEqual(["a", "b"]);
  });

  test("a commit that throws denies before anything is minted", () => {
    const broken: Gate = {
      id: "broken",
      check: () => allow("broken"),
      commit: () => fail(),
      fork: () => broken,
    };
    const answer = createGateChain([yes("a"), broken]).clear(ask);
    expect(answer.verdict).toMatchObject({
      kind: "deny",
      gate: "broken",
      code: "commit_threw",
      reason: "commit threw: Error: broken",
    });
    expect(answer.cleared).toBeUndefined();
  });

  test("fork copies the state of every gate, and refuses a gate that keeps state but cannot", () => {
    const chain = createGateChain([rateLimitGate({ perMinute: 1 })]);
    const copy = chain.fork();
    expect(chain.clear(ask).verdict.kind).toBe("allow");
    expect(copy.clear(ask).verdict.kind).toBe("allow");
    expect(chain.fork().clear(ask).verdict.kind).toBe("deny");
    const stuck: Gate = { id: "stuck", check: () => allow("stuck"), commit: () => undefined };
    expect(() => createGateChain([stuck]).fork()).toThrow(/cannot fork/);
  });
});

describe("cleared is a type only the chain makes", () => {
  test("an unjudged plan is not cleared, nor is a copy of a cleared one", () => {
    expect(isCleared(planOf(intentOf()))).toBe(false);
    const { cleared } = createGateChain([yes("a")]).clear(moveAsk([0.1, 0, 1]));
    expect(cleared !== undefined && isCleared(cleared)).toBe(true);
    expect(cleared !== undefined && isCleared(Object.freeze({ ...cleared, hash: cleared.hash }))).toBe(false);
  });

  test("a seal with another key clears nothing, and does not keep the chain from clearing", () => {
    const asked = moveAsk([0.1, 0, 1]);
    const key = {};
    expect(sealPlan(asked.plan, key) && isSealed(asked.plan, key)).toBe(true);
    expect(isCleared(asked.plan)).toBe(false);
    expect(createGateChain([yes("a")]).clear(asked).cleared).toBe(asked.plan);
    expect(isCleared(asked.plan)).toBe(true);
  });

  test("a plan that was made by hand can be cleared too, and its copy is not", () => {
    const asked = moveAsk([0.1, 0, 1]);
    const plan = Object.freeze({ ...asked.plan, hash: asked.plan.hash });
    expect(createGateChain([yes("a")]).clear({ ...asked, plan }).cleared).toBe(plan);
    expect(isCleared(plan)).toBe(true);
    expect(isCleared(Object.freeze({ ...plan }))).toBe(false);
  });

  test("a plan does not compile where a cleared one is wanted", () => {
    expectTypeOf<Plan>().not.toExtend<Cleared>();
    expectTypeOf<Cleared>().toExtend<Plan>();
  });
});

function fail(): never {
  throw new Error("broken");
}
