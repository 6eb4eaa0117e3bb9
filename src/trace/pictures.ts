/**
 * The pictures that a trace speaks of: those that a step took, and those that a model was shown before it decided. A trace may say
 * anything, so only references that are whole are given back.
 * @module
 */
import * as z from "zod";
import { modalities, referencesIn, type Modality } from "../core/capture.ts";
import type { JsonValue } from "../core/json.ts";
import type { NoteRecord, StepRecord } from "./records.ts";

export interface PictureReference {
  /** SHA-256, hex. */
  readonly sha256: string;
  /** Of what: the file's bytes, or the pixels (red, green, blue; rows from the top). */
  readonly of: "file" | "pixels";
  readonly mediaType: string;
  readonly camera: string;
  readonly modality: Modality;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The name by which a model knew it. */
  readonly as?: string;
}

/** One time that a model was shown pictures. */
export interface Showing {
  readonly id: string;
  readonly tNs: bigint;
  /** Name of the policy, or of who else was shown them. */
  readonly to: string;
  readonly observationId: string;
  readonly pictures: readonly PictureReference[];
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const pixels = z.int().positive();
const common = { media_type: z.string(), camera: z.string(), modality: z.enum(modalities), width: pixels, height: pixels };
const reference = z.union([z.object({ ...common, sha256: hash }), z.object({ ...common, pixels_sha256: hash, as: z.string().optional() })]);
const shownFields = z.object({ id: z.string(), to: z.string().default(""), observation: z.string().default("") });

/** In order, each once. */
export function picturesTaken({ result }: Pick<StepRecord, "result">): readonly PictureReference[] {
  return picturesIn(result.observation);
}

/** In the order of the trace. */
export function showingsIn({ notes }: { readonly notes: readonly NoteRecord[] }): readonly Showing[] {
  return notes.flatMap(({ note, tNs, fields }) => {
    const parsed = note === "shown" ? shownFields.safeParse(fields) : undefined;
    if (parsed?.success !== true) return [];
    const { id, to, observation } = parsed.data;
    return [{ id, tNs, to, observationId: observation, pictures: picturesIn(fields["pictures"] ?? []) }];
  });
}

function picturesIn(value: JsonValue): readonly PictureReference[] {
  const found = new Map<string, PictureReference>();
  for (const object of referencesIn(value)) {
    const parsed = reference.safeParse(object);
    if (!parsed.success) continue;
    const { media_type: mediaType, camera, modality, width, height } = parsed.data;
    const told = { mediaType, camera, modality, width, height };
    if ("sha256" in parsed.data) found.set(parsed.data.sha256, { sha256: parsed.data.sha256, of: "file", ...told });
    else {
      const { pixels_sha256: sha256, as } = parsed.data;
      found.set(`${sha256} ${as ?? ""}`, { sha256, of: "pixels", ...told, ...(as === undefined ? {} : { as }) });
    }
  }
  return [...found.values()];
}
