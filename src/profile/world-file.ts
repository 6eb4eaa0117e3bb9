/**
 * World files: the YAML form of `WorldSpec`, key for key.
 * @module
 */
import * as z from "zod";
import type { WorldSpec } from "../core/world-spec.ts";
import { parseStrictYaml } from "../core/yaml/strict.ts";

const number = z.number();
const positive = z.number().positive();
const vec3 = z.tuple([number, number, number]);
const rgba = z.tuple([number, number, number, number]);
const name = z.string().min(1);
const aliases = z.array(z.string().toLowerCase()).default([]);

export const shapeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("box"), centerM: vec3, halfM: z.tuple([positive, positive, positive]), yawRad: number.optional() }),
  z.strictObject({ kind: z.literal("sphere"), centerM: vec3, radiusM: positive }),
  z.strictObject({ kind: z.literal("capsule"), fromM: vec3, toM: vec3, radiusM: positive }),
  z.strictObject({ kind: z.literal("cylinder"), centerM: vec3, radiusM: positive, halfHeightM: positive }),
  z.strictObject({ kind: z.literal("half-space"), normal: vec3, offsetM: number }),
]);

const body = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("box"), halfM: z.tuple([positive, positive, positive]) }),
  z.strictObject({ kind: z.literal("sphere"), radiusM: positive }),
  z.strictObject({ kind: z.literal("cylinder"), radiusM: positive, halfHeightM: positive }),
]);

const person = z
  .strictObject({
    name,
    heightM: positive.default(1.8),
    radiusM: positive.default(0.3),
    walk: z.array(z.strictObject({ atS: z.number().nonnegative(), feetM: vec3 })).min(1),
  })
  .superRefine(({ heightM, radiusM, walk }, context) => {
    if (!(heightM >= 2 * radiusM))
      context.addIssue({
        code: "custom",
        path: ["heightM"],
        message: `a capsule of radius ${radiusM} m is at least ${2 * radiusM} m high`,
      });
    for (let i = 1; i < walk.length; i++)
      if (!(walk[i]!.atS > walk[i - 1]!.atS))
        context.addIssue({ code: "custom", path: ["walk", i, "atS"], message: `must be later than ${walk[i - 1]!.atS} s` });
  });

const worldSchema = z
  .strictObject({
    name,
    workspace: z.strictObject({ minM: vec3, maxM: vec3 }),
    fixtures: z.array(z.strictObject({ name, shapes: z.array(shapeSchema).min(1), rgba: rgba.optional() })).default([]),
    zones: z.array(z.strictObject({ name, shape: shapeSchema })).default([]),
    objects: z
      .array(
        z.strictObject({
          name,
          aliases,
          shape: body,
          positionM: vec3,
          yawRad: number.default(0),
          massKg: positive.default(0.1),
          rgba: rgba.default([0.6, 0.6, 0.6, 1]),
        }),
      )
      .default([]),
    places: z.array(z.strictObject({ name, aliases, positionM: vec3 })).default([]),
    people: z.array(person).optional(),
    scatter: z.strictObject({ positionM: z.number().nonnegative(), yawRad: z.number().nonnegative() }).optional(),
  })
  .superRefine((world, context) => {
    for (const axis of [0, 1, 2] as const)
      if (!(world.workspace.minM[axis] < world.workspace.maxM[axis]))
        context.addIssue({ code: "custom", path: ["workspace"], message: `minM must be less than maxM on axis ${"xyz"[axis]}` });
    for (const kind of ["fixtures", "zones", "objects", "places", "people"] as const) {
      const seen = new Set<string>();
      for (const [index, item] of (world[kind] ?? []).entries()) {
        if (seen.has(item.name))
          context.addIssue({ code: "custom", path: [kind, index, "name"], message: `the name '${item.name}' is taken` });
        seen.add(item.name);
      }
    }
  });

/** @throws ClearanceError naming file, line and fix */
export function parseWorld(text: string, where: string): WorldSpec {
  return parseStrictYaml(text, where, worldSchema) as WorldSpec;
}

/** An empty room: for a robot description without a world. */
export const emptyWorld: WorldSpec = Object.freeze({
  name: "empty",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 2] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
} as const);
