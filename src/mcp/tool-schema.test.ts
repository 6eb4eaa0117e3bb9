import { describe, expect, test } from "vitest";
import * as z from "zod";
import { definePrimitive } from "../intent/define-primitive.ts";
import { loadProfile, profileNames } from "../profile/files.ts";
import { instructionsFor } from "./instructions.ts";
import { primitiveTools } from "./primitive-tools.ts";
import { ClientRateLimit } from "./rate-limit.ts";
import { toolSchemaOf } from "./tool-schema.ts";

describe("the schema of a tool", () => {
  test("units and frames stand in descriptions; defaults are optional; tuples of equals are lists; nothing unknown", () => {
    const length = z.number().min(0).meta({ unit: "m" });
    const schema = toolSchemaOf(
      z.strictObject({
        d: length.describe("how far"),
        at: z.tuple([length, length]).meta({ unit: "m", frame: "world" }),
        pair: z.tuple([z.string(), z.number()]).optional(),
        n: z.int().default(3),
      }),
    );
    expect(schema).toEqual({
      type: "object",
      additionalProperties: false,
      required: ["d", "at"],
      properties: {
        d: { type: "number", minimum: 0, description: "how far [m]" },
        at: {
          type: "array",
          items: { type: "number", minimum: 0, description: "[m]" },
          minItems: 2,
          maxItems: 2,
          description: "[m, world frame]",
        },
        pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2, maxItems: 2 },
        n: { type: "integer", default: 3, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      },
    });
  });

  test("a primitive named like a built-in tool is offered under another name", () => {
    const named = (name: string) =>
      definePrimitive({
        name,
        summary: name,
        risk: "sense",
        args: z.strictObject({}),
        plan: () => ({ segments: [] }),
        report: () => ({ ok: true, observation: {}, message: "" }),
      });
    const tools = primitiveTools(["zoom", "state", "primitive_state", "alert"].map(named), new Set(["state"]));
    expect(tools.map(({ tool, primitive }) => [tool, primitive.name])).toEqual([
      ["alert", "alert"],
      ["primitive_primitive_state", "primitive_state"],
      ["primitive_state", "state"],
      ["zoom", "zoom"],
    ]);
  });
});

test.for(profileNames())("the instructions of %s say what it is, its limits and how to behave", (name) => {
  const { profile } = loadProfile(name);
  const text = instructionsFor(profile, "And one thing more.", ["sense", "scan_360"]);
  expect(text).toContain("Look before you act (`state`, `sense`).");
  expect(text).toContain(profile.instructions);
  if (profile.max_velocity !== undefined) expect(text).toContain(`${profile.max_velocity} m/s`);
  expect(text).toMatch(/never repeat a refused call[^]*\n\nAnd one thing more\.$/);
});

test("who must be asked and what is never allowed stand in the instructions", () => {
  const { profile } = loadProfile("gantry");
  const bounds = {
    workspace_bounds: [
      [-1, -1, 0],
      [1, 1, 2],
    ] as [[number, number, number], [number, number, number]],
  };
  const text = instructionsFor({ ...profile, ...bounds, hitl_primitives: ["pick"], denied_primitives: ["scan"] }, "", ["scan"]);
  expect(text).toMatch(/between \(-1, -1, 0\) and \(1, 1, 2\) m;.*never allowed: scan; a person is asked first, within 30 s, for: pick/);
  // Nobody is sent to a tool that is not there, or would be refused.
  expect(text).toContain("Look before you act (`state`).");
});

test("each client has its own minute", () => {
  let nowMs = 0;
  const limit = new ClientRateLimit(2, () => nowMs);
  expect([limit.refuse("a"), limit.refuse("a"), limit.refuse("b")]).toEqual([undefined, undefined, undefined]);
  nowMs = 30_000;
  expect(limit.refuse("a")).toBe("rate limit: 2 calls a minute; try again in 30 s");
  nowMs = 60_000;
  expect([limit.refuse("a"), limit.refuse("a")]).toEqual([undefined, undefined]);
  expect(limit.refuse("a")).toMatch(/try again in 60 s/);
});
