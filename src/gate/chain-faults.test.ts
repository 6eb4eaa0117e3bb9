import { assert, constantFrom, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import type { Ask, Gate } from "./gate.ts";
import { moveAsk } from "./testing/asks.ts";
import { plugIn, yes } from "./testing/fake-gates.ts";
import { allow, deny } from "./verdict.ts";

/** Looks like a promise where the key is `then`, and is none. */
const having = (key: string) => ({ [key]: () => undefined });

const ask = moveAsk([0.5, 0, 1]);

describe("runtime row 4 a gate that throws, returns nothing or garbage denies", () => {
  test("thrown: the type and the text", () => {
    const thrower = (cause: unknown): Gate => ({
      id: "bad",
      check: () => {
        throw cause;
      },
    });
    const reasonOf = (cause: unknown) => createGateChain([yes("a"), thrower(cause)]).clear(ask).verdict;
    expect(reasonOf(new Error("bad"))).toMatchObject({
      kind: "deny",
      gate: "bad",
      code: "gate_threw",
      reason: "gate threw: Error: bad",
    });
    expect(reasonOf(new TypeError("x"))).toMatchObject({ reason: "gate threw: TypeError: x" });
    expect(reasonOf("text")).toMatchObject({ kind: "deny", reason: "gate threw: string: text" });
    expect(reasonOf(null)).toMatchObject({ kind: "deny", reason: "gate threw: null: null" });
    const hostile = { toString: () => assert(property(constantFrom(1), () => false)) };
    expect(reasonOf(hostile)).toMatchObject({ kind: "deny", code: "gate_threw" });
  });

  test.for([
    ["nothing", undefined],
    ["null", null],
    ["a text", "allow"],
    ["true", true],
    ["an empty object", {}],
    ["an array", []],
    ["an unknown kind", { kind: "permit", gate: "plug_in", reason: "", code: "c", evidence: {} }],
    ["another gate's name", { kind: "allow", gate: "geofence", reason: "" }],
    ["no reason", { kind: "allow", gate: "plug_in" }],
    ["the reference's shape", { action: "allow", gate_name: "plug_in", reason: "" }],
    ["scale NaN", { kind: "slow", gate: "plug_in", code: "s", scale: Number.NaN, reason: "", evidence: {} }],
    ["scale infinite", { kind: "slow", gate: "plug_in", code: "s", scale: Infinity, reason: "", evidence: {} }],
    ["scale 0", { kind: "slow", gate: "plug_in", code: "s", scale: 0, reason: "", evidence: {} }],
    ["scale above 1", { kind: "slow", gate: "plug_in", code: "s", scale: 1.0001, reason: "", evidence: {} }],
    ["scale as text", { kind: "slow", gate: "plug_in", code: "s", scale: "0.5", reason: "", evidence: {} }],
    [
      "NaN in evidence",
      {
        kind: "slow",
        gate: "plug_in",
        code: "s",
        scale: 0.5,
        reason: "",
        evidence: { deep: [{ m: Number.NaN }] },
      },
    ],
    [
      "Infinity in evidence",
      {
        kind: "hold",
        gate: "plug_in",
        code: "h",
        reason: "",
        approval: { timeoutMs: 1 },
        evidence: { m: Infinity },
      },
    ],
    [
      "a function in evidence",
      {
        kind: "slow",
        gate: "plug_in",
        code: "s",
        scale: 0.5,
        reason: "",
        evidence: { f: () => 1 },
      },
    ],
    ["no evidence", { kind: "slow", gate: "plug_in", code: "s", scale: 0.5, reason: "" }],
    ["no time-out", { kind: "hold", gate: "plug_in", code: "h", reason: "", evidence: {} }],
    [
      "time-out NaN",
      {
        kind: "hold",
        gate: "plug_in",
        code: "h",
        reason: "",
        approval: { timeoutMs: Number.NaN },
        evidence: {},
      },
    ],
    ["no code", { kind: "deny", gate: "plug_in", reason: "", evidence: {} }],
  ] as const)("malformed verdict: %s", ([, answer]) => {
    const { verdict, cleared } = createGateChain([plugIn(answer)]).clear(ask);
    expect(verdict).toMatchObject({
      kind: "deny",
      gate: "plug_in",
      code: "malformed_verdict",
      reason: "malformed verdict",
    });
    expect(cleared).toBeUndefined();
  });

  test("the same shapes, well formed, are believed", () => {
    const evidence = { nearestM: 0.1, zones: ["a"] };
    const kinds = [
      { kind: "allow", gate: "plug_in", reason: "" },
      { kind: "slow", gate: "plug_in", code: "s", scale: 1, reason: "", evidence },
      {
        kind: "hold",
        gate: "plug_in",
        code: "h",
        reason: "",
        approval: { timeoutMs: 1 },
        evidence,
      },
      { kind: "deny", gate: "plug_in", code: "d", reason: "", evidence },
    ];
    expect(kinds.map((answer) => createGateChain([plugIn(answer)]).judge(ask).answers[0])).toEqual(kinds);
  });

  test("a promise is no verdict, not even one of an allow, and its rejection harms nobody", () => {
    for (const answer of [Promise.resolve(allow("plug_in")), Promise.reject(new Error("late")), having("then")]) {
      const { verdict } = createGateChain([plugIn(answer)]).clear(ask);
      expect(verdict).toMatchObject({
        kind: "deny",
        reason: "malformed verdict: gates are pure and synchronous",
      });
    }
  });

  test("an answer that changes after it was read changes nothing", () => {
    let reads = 0;
    const answer = {
      kind: "deny",
      gate: "plug_in",
      code: "d",
      evidence: {},
      get reason() {
        return `read ${(reads += 1)}`;
      },
    };
    const { verdict } = createGateChain([plugIn(answer)]).clear(ask);
    expect(verdict).toMatchObject({ kind: "deny", reason: "read 1" });
    expect(Object.isFrozen(verdict)).toBe(true);
  });

  test("a gate that tries to change what it was shown throws on the frozen input, and denies", () => {
    const meddlers: readonly ((shown: Ask) => unknown)[] = [
      (shown) => Reflect.set(shown, "atMs", 1),
      (shown) => void Object.assign(shown.plan, { durationMs: 0 }),
      (shown) => void Object.assign(shown.intent.args, { x: 0 }),
      (shown) => void (shown.plan.segments as unknown[]).push(null),
      (shown) => void Object.assign(shown.plan.segments[0] ?? {}, { durationMs: 1 }),
      (shown) => void Object.assign(shown.plan.declared.pointsInWorld, { 0: [9, 9, 9] }),
    ];
    const declared = { kind: "point", pointsInWorld: [[0.5, 0, 1] as const], straight: false } as const;
    const loose: Ask = { ...moveAsk([0.5, 0, 1], { declared }) };
    const before = JSON.stringify([loose.intent, loose.plan]);
    for (const [i, meddle] of meddlers.entries()) {
      const gate: Gate = {
        id: "meddler",
        check: (shown) => (meddle(shown) === false ? deny("meddler", "kept", "frozen") : allow("meddler")),
      };
      const { verdict } = createGateChain([gate]).clear(loose);
      expect(verdict.kind, `meddler ${i}`).toBe("deny");
    }
    expect(JSON.stringify([loose.intent, loose.plan])).toBe(before);
  });
});
