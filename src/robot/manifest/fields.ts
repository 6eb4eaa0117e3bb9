/**
 * The small parts of the manifest's schema. `null` means the same as absence everywhere: the manifests in use write it so.
 * @module
 */
import * as z from "zod";
import { norm } from "../../core/vec3.ts";
import { readAssetReference } from "./asset-reference.ts";

export const finite = z.number();
export const positive = z.number().positive();
export const name = z.string().min(1);
export const vec3 = z.tuple([finite, finite, finite]);
/** x y z, m, then roll pitch yaw, rad. */
export const xyzRpy = z.tuple([finite, finite, finite, finite, finite, finite]);
/** Whatever it is, it is carried along and never acted on. */
export const open = z.record(z.string(), z.unknown());

export function optional<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullish().transform((value) => value ?? undefined);
}

export function withDefault<Schema extends z.ZodType>(schema: Schema, fallback: z.output<Schema>) {
  return schema.nullish().transform((value): z.output<Schema> => value ?? fallback);
}

/** Two numbers, the first less than the second. */
export const range = z.tuple([finite, finite]).refine(([low, high]) => low < high, "must be [min, max] with min < max");

export const unitAxis = vec3.refine((axis) => Math.abs(norm(axis) - 1) <= 1e-6, "must have length 1, within 1e-6");

export const assetReference = z.string().superRefine((text, context) => {
  const read = readAssetReference(text);
  if (typeof read === "string") context.addIssue({ code: "custom", message: read });
});
