import fc from "fast-check";
import * as z from "zod";
import { describe, expect, test } from "vitest";
import { JointPath } from "../robot/joint-path.ts";
import { cataloguePrimitives } from "./catalogue/catalogue.ts";
import { definePrimitive } from "./define-primitive.ts";
import { failedPlan, makePlan, slowedPlan } from "./make-plan.ts";
import { parseIntent } from "./parse-intent.ts";
import { PrimitiveRegistry } from "./registry.ts";

const intent = Object.freeze({ id: "i-1", name: "wait", args: {}, rationale: "" });

describe("intents", () => {
  test("runtime row 1 what is parsed is a frozen copy, whatever happens to the original", () => {
    const raw = { name: "move_to", args: { x: 1, deep: { list: [1, 2] } } };
    const parsed = parseIntent(raw, "i-1");
    raw.args.deep.list.push(3);
    raw.name = "pick";
    expect(parsed).toEqual({ ok: true, intent: { id: "i-1", name: "move_to", args: { x: 1, deep: { list: [1, 2] } }, rationale: "" } });
    if (parsed.ok) expect([parsed.intent, parsed.intent.args, parsed.intent.args["deep"]].every(Object.isFrozen)).toBe(true);
  });

  test("runtime row 1 JSON round trip", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (name, args, rationale) => {
        const parsed = parseIntent({ name, args, rationale }, "i");
        if (!parsed.ok) return expect(parsed.issues.length).toBeGreaterThan(0);
        expect(
          JSON.parse(JSON.stringify({ name: parsed.intent.name, args: parsed.intent.args, rationale: parsed.intent.rationale })),
        ).toEqual(JSON.parse(JSON.stringify({ name, args, rationale })));
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("anything at all gives an intent or issues, never an exception", () => {
    fc.assert(
      fc.property(fc.anything(), (raw) => {
        expect(typeof parseIntent(raw, "i").ok).toBe("boolean");
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  test("a getter is read once, so it cannot say one thing to the check and another to the copy; one that throws is an issue", () => {
    let reads = 0;
    const args = Object.defineProperty({}, "x", { enumerable: true, get: () => (reads++ === 0 ? 1 : Number.NaN) });
    const parsed = parseIntent({ name: "move_to", args }, "i");
    expect(parsed.ok && parsed.intent.args).toEqual({ x: 1 });
    const hostile = Object.defineProperty({}, "name", {
      enumerable: true,
      get: () => {
        throw new Error("no");
      },
    });
    expect(parseIntent(hostile, "i").ok).toBe(false);
  });

  test("issues name the place", () => {
    const parsed = parseIntent({ name: "move_to", args: { x: Number.NaN, f: () => 1 }, speed: 1, validForMs: -1 }, "i");
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.path).sort()).toEqual(["/args/f", "/args/x", "/speed", "/validForMs"]);
  });
});

describe("registry", () => {
  test("runtime row 2 names are sorted, unknown is undefined, a duplicate throws", () => {
    const registry = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
    expect(registry.names()).toEqual([...registry.names()].sort());
    expect(registry.get("constructor")).toBeUndefined();
    expect(registry.get("__proto__")).toBeUndefined();
    const scan = registry.get("scan")!;
    expect(() => registry.register(scan)).toThrow(/^primitive already registered: scan$/);
  });

  test("whoever watches hears of every change, until it no longer watches; a replacement is whole or is none", () => {
    const [first, second, third] = cataloguePrimitives({ gripper: true });
    const registry = new PrimitiveRegistry([first!]);
    const heard: string[] = [];
    const leave = registry.watch(() => void heard.push(registry.names().join(" ")));
    registry.register(second!);
    registry.replaceAll([third!]);
    expect(() => registry.replaceAll([first!, first!])).toThrow(/already registered/);
    expect(registry.names()).toEqual([third!.name]);
    leave();
    registry.replaceAll([]);
    expect(heard).toEqual([[first!.name, second!.name].sort().join(" "), third!.name]);
  });

  test("a robot without a gripper has no primitive that needs one", () => {
    const names = new PrimitiveRegistry(cataloguePrimitives({ gripper: false })).names();
    expect(names).not.toContain("pick");
    expect(names).toContain("move_to");
  });

  test("every primitive publishes a JSON Schema with units", () => {
    for (const primitive of cataloguePrimitives({ gripper: true })) {
      const schema = z.toJSONSchema(primitive.args, { io: "input" });
      expect(schema.type, primitive.name).toBe("object");
      expect(schema.additionalProperties, primitive.name).toBe(false);
    }
  });

  test("the audit argument of a repair is accepted everywhere and not handed on", () => {
    const seen: unknown[] = [];
    const primitive = definePrimitive({
      name: "probe",
      summary: "",
      risk: "sense",
      args: z.strictObject({ a: z.number() }),
      plan: (args) => (seen.push(args), { segments: [] }),
      report: () => ({ ok: true, observation: {}, message: "" }),
    });
    expect(primitive.bind({ a: 1, projected_from: [1, 2, 3] }).ok).toBe(true);
    expect(primitive.bind({ a: 1, other: 2 })).toEqual({ ok: false, problem: "probe.other: is not an argument" });
    expect(primitive.bind({})).toEqual({ ok: false, problem: "probe.a: is missing; it is a number" });
  });
});

describe("plans", () => {
  test("a plan, its segments and its effects are frozen, and a joint path cannot be changed", () => {
    const plan = makePlan(intent, { segments: [{ kind: "hold", label: "a", durationMs: 10 }], effects: [{ kind: "grasp", object: "x" }] });
    expect([plan, plan.segments, plan.segments[0], plan.effects, plan.effects[0]].every(Object.isFrozen)).toBe(true);
    const rows = [0, 1, 2, 3];
    const path = new JointPath(2, rows);
    rows[0] = 9;
    expect(path.toJSON()).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => new JointPath(3, rows)).toThrow(RangeError);
    expect(() => new JointPath(2, [])).toThrow(RangeError);
  });

  test("the hash is the same for the same plan and another for any difference", () => {
    const hold = (durationMs: number) => makePlan(intent, { segments: [{ kind: "hold", label: "a", durationMs }] }).hash;
    expect(hold(10)).toBe(hold(10));
    expect(hold(10)).toMatch(/^sha256:[0-9a-f]{64}$/);
    const others = [
      hold(10.000001),
      makePlan({ ...intent, args: { a: 1 } }, { segments: [{ kind: "hold", label: "a", durationMs: 10 }] }).hash,
      makePlan(intent, { segments: [{ kind: "gripper", label: "a", durationMs: 10, opening: 0 }] }).hash,
      failedPlan(intent, { code: "x", reason: "y", evidence: {} }).hash,
    ];
    expect(new Set([hold(10), ...others]).size).toBe(5);
  });

  test.for([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("a plan is not slowed by %s", (scale) => {
    expect(() => slowedPlan(makePlan(intent, { segments: [] }), scale)).toThrow(RangeError);
  });
});
