import { describe, expect, test } from "vitest";
import * as z from "zod";
import { gantryRuntime } from "../../runtime/testing/gantry-runtime.ts";
import { definePrimitive } from "../define-primitive.ts";
import { argSchemaFrom } from "./arg-schema.ts";
import { fieldFromText } from "./arg-text.ts";
import { customPrimitive, type CallContext } from "./custom-primitive.ts";

function schemaOf(argSchema: unknown): z.ZodType {
  const answer = argSchemaFrom(argSchema);
  if (!answer.ok) throw new Error(answer.problems.join("\n"));
  return answer.schema;
}

const problemsOf = (raw: unknown): string => {
  const answer = customPrimitive(raw);
  return answer.ok ? "" : answer.problems.join("\n");
};

describe("runtime 1: arguments in words, as the reference writes them", () => {
  test.for<readonly [string, unknown, readonly unknown[], readonly unknown[]]>([
    ["float (optional, default 1.0)", 1, [0.5, -3], ["1", true, null, Number.NaN]],
    ["float", undefined, [1e3], [undefined]],
    ["int (0..50) — how many pills", undefined, [0, 50], [51, -1, 0.5, undefined]],
    ["int (between 1 and 3, default 2)", 2, [3], [0]],
    ["float (>= 0, m/s)", undefined, [0], [-0.1]],
    ["number (max 2.5)", undefined, [-9], [2.6]],
    ["str — camera name", undefined, ["front"], [1]],
    ["str (optional)", undefined, ["a", undefined], [null]],
    ["string (default 'default')", "default", ["x"], [1]],
    ["bool (default True)", true, [false], ["true"]],
    ["list[float]", undefined, [[1, 2]], [["a"], 1]],
    ["list of strings", undefined, [["a"]], [[1]]],
    ["tuple[float, float, float]", undefined, [[1, 2, 3]], [[1, 2]]],
    ["'open' | 'closed' (default 'open')", "open", ["closed"], ["ajar"]],
    ['one of "left", "right"', undefined, ["left"], ["up"]],
    ["dict: whatever else", undefined, [{ a: 1 }], [3]],
    ["float, m above the floor", undefined, [1], ["1"]],
  ])("%s", ([text, whenAbsent, good, bad]) => {
    const schema = schemaOf({ arg: text });
    if (whenAbsent !== undefined) expect(schema.parse({})).toEqual({ arg: whenAbsent });
    for (const value of good) expect([value, schema.safeParse({ arg: value }).success]).toEqual([value, true]);
    for (const value of bad) expect([value, schema.safeParse({ arg: value }).success]).toEqual([value, false]);
    expect(schema.safeParse({ arg: good[0], other: 1 }).success).toBe(false);
  });

  test.for([
    ["quaternion", "begins with no known type"],
    ["floaty", "begins with no known type"],
    ["float (about 3)", "'about 3' is not clear"],
    ["float 3", "'3' is not clear"],
    ["str (0..3)", "bounds what is no number"],
    ["int (5..2)", "5 is more than 2"],
    ["", "begins with no known type"],
    ["float, optional", "stand in brackets"],
    ["list[pose]", "begins with no known type"],
  ] as const)("%s cannot be read: %s", ([text, problem]) => {
    expect(fieldFromText(text)).toMatchObject({ problem: expect.stringContaining(problem) });
  });
});

describe("runtime 1: typed arguments", () => {
  test("number with unit, integer, boolean, string, enum, arrays, nested objects, required, default, bounds", () => {
    const schema = schemaOf({
      speed: { type: "number", unit: "m/s", minimum: 0, maximum: 0.5, default: 0.1 },
      count: { type: "integer", minimum: 0, maximum: 50 },
      gently: { type: "boolean", required: false },
      hand: { enum: ["left", "right"], default: "right" },
      points: { type: "array", items: { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 }, default: [] },
      label: { type: "object", properties: { text: { type: "string" } }, required: false },
    });
    expect(schema.parse({ count: 3 })).toEqual({ speed: 0.1, count: 3, hand: "right", points: [] });
    expect(schema.safeParse({ count: 3, points: [[1, 2]] }).success).toBe(false);
    expect(schema.safeParse({ count: 3, label: { text: "a", more: 1 } }).success).toBe(false);
    const shape = (z.toJSONSchema(schema, { io: "input" }) as { properties: Record<string, unknown> }).properties;
    expect(shape["speed"]).toMatchObject({ unit: "m/s", minimum: 0, maximum: 0.5 });
  });

  test("a JSON schema of an object", () => {
    const schema = schemaOf({ type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a"] });
    expect([schema.safeParse({ a: "x" }).success, schema.safeParse({ b: 1 }).success]).toEqual([true, false]);
  });

  test("every problem at once", () => {
    const answer = argSchemaFrom({ a: { typ: "number" }, b: "pose", c: { type: "int", default: 0.5 }, d: 7 });
    expect(answer.ok ? [] : answer.problems).toEqual([
      expect.stringContaining("a: unknown key 'typ'; did you mean 'type'?"),
      expect.stringContaining("a: type undefined is not known"),
      expect.stringContaining("b: 'pose' begins with no known type"),
      expect.stringContaining("c: its default 0.5 is not allowed"),
      expect.stringContaining("d: is neither a text nor a mapping"),
    ]);
    expect(argSchemaFrom(z.object({}))).toMatchObject({ ok: false });
    expect(argSchemaFrom(z.strictObject({ a: z.string() })).ok).toBe(true);
  });
});

describe("runtime 45: a primitive that a user brings", () => {
  const plain = { name: "beep", description: "Beep.", argSchema: { times: "int (1..3, default 1)" } };
  const run = async (call: (context: CallContext, args: Record<string, unknown>) => unknown, args = {}) => {
    const answer = customPrimitive({ ...plain, call });
    if (!answer.ok) throw new Error(answer.problems.join());
    return (await gantryRuntime({ primitives: [answer.primitive] }).runtime.step({ name: "beep", args })).result;
  };

  test("is called with its arguments and what was measured, and with nothing that moves a robot", async () => {
    let seen: CallContext | undefined;
    const result = await run(
      (context, { times }) => {
        seen = context;
        return { status: "ok", observation: { beeped: times ?? null }, message: "beep" };
      },
      { times: 3 },
    );
    expect(result).toMatchObject({ status: "ok", observation: { beeped: 3 }, message: "beep" });
    expect(Object.keys(seen!).sort()).toEqual(["deadlineMs", "signal", "state"]);
    expect(seen!.state["position"]).toEqual([0, 0, expect.any(Number)]);
    expect(Object.isFrozen(seen!.state)).toBe(true);
  });

  test.for([
    [{ status: "ok" }, "ok", ""],
    [{ status: "error", message: "no sound" }, "error", "no sound"],
    [{ status: "blocked", message: "no" }, "error", "no"],
    [{ status: "fine" }, "error", "Error: malformed result: status is none of ok, error, blocked, timeout"],
    [{ ok: true, observation: {}, message: "beep" }, "ok", "beep"],
    ["beep", "error", "Error: malformed result: it is not an object"],
    [{ status: "ok", observation: { at: () => 0 } }, "error", "Error: malformed result: /observation/at is not JSON"],
  ] as const)("%j is recorded as %s: %s", async ([answer, status, message]) => {
    expect(await run(() => answer)).toMatchObject({ status, message });
  });

  test("arguments outside its schema are blocked before anything", async () => {
    let calls = 0;
    const result = await run(() => void calls++, { times: 4 });
    expect([result.status, calls]).toEqual(["blocked", 0]);
  });

  test.for<readonly [unknown, string]>([
    [7, "is not a primitive"],
    [{ ...plain }, "needs either call or steps"],
    [{ ...plain, call: 1 }, "call is not a function"],
    [{ ...plain, call: () => 0, steps: ["a"] }, "needs either call or steps"],
    [{ ...plain, cal: () => 0 }, "unknown key 'cal'; did you mean 'call'?"],
    [{ ...plain, steps: [{}] }, "steps is a list of names"],
    [{ ...plain, call: () => 0, risk: "stop" }, 'has the risk "stop"; choices: sense, move, contact'],
    [{ ...plain, call: () => 0, risk: "sense" }, "the risk 'sense' is for what only looks"],
    [{ ...plain, call: () => 0, timeoutMs: Number.POSITIVE_INFINITY }, "timeoutMs must be"],
    [{ ...plain, call: () => 0, name: "a b" }, 'has the name "a b"'],
    [{ ...plain, call: () => 0, argSchema: { a: "pose" } }, "argSchema a: 'pose'"],
    [{ name: "x", summary: "", risk: "stop", bind: () => ({}) }, 'has the risk "stop"'],
  ])("%o is refused: %s", ([raw, problem]) => {
    expect(problemsOf(raw)).toContain(problem);
  });

  test("one made with definePrimitive whose functions throw or answer nonsense ends in the record", async () => {
    const base = { name: "odd", summary: "", risk: "move", args: z.strictObject({}), plan: () => ({ segments: [] }) } as const;
    const bad = [
      { ...base, report: () => undefined as never },
      { ...base, report: () => ({ ok: "yes", observation: {}, message: "" }) as never },
      {
        ...base,
        report: () => ({ ok: true, observation: {}, message: "" }),
        plan: () => {
          throw new Error("no plan");
        },
      },
      { ...base, report: () => ({ ok: true, observation: {}, message: "" }), steps: () => "none" as never },
      { ...base, report: () => ({ ok: true, observation: {}, message: "" }), plan: () => ({}) as never },
    ];
    for (const definition of bad) {
      const answer = customPrimitive(definePrimitive(definition));
      if (!answer.ok) throw new Error(answer.problems.join());
      const { result } = await gantryRuntime({ primitives: [answer.primitive] }).runtime.step({ name: "odd", args: {} });
      expect(result.status).toMatch(/^(error|blocked)$/);
    }
  });

  test("steps that name themselves without end are ended", async () => {
    const answer = customPrimitive(
      definePrimitive({
        name: "again",
        summary: "",
        risk: "move",
        args: z.strictObject({}),
        plan: () => ({ segments: [] }),
        report: () => ({ ok: true, observation: {}, message: "" }),
        steps: () => [{ name: "again", args: {}, rationale: "" }],
      }),
    );
    if (!answer.ok) throw new Error(answer.problems.join());
    const { result } = await gantryRuntime({ primitives: [answer.primitive] }).runtime.step({ name: "again", args: {} });
    expect([result.status, result.message]).toEqual(["error", expect.stringContaining("nested deeper than 8")]);
    // Each level says its own name and its step's.
    expect(result.message.match(/again/g)?.length).toBeLessThan(20);
  });
});
