import { describe, expect, test } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { MemoryTrace } from "./memory-trace.ts";
import { picturesTaken, showingsIn } from "./pictures.ts";
import { readTrace } from "./read-trace.ts";
import { header, step } from "./testing/records.ts";

const hash = (digit: string): string => digit.repeat(64);
const file = { sha256: hash("a"), media_type: "image/png", camera: "scene", modality: "rgb", width: 320, height: 240 };
const { sha256: _sha256, ...pixels } = { ...file, pixels_sha256: hash("b"), width: 224, height: 224, as: "observation/image" };
const shown = (fields: JsonObject) => ({ kind: "note", note: "shown", tNs: 5n, fields }) as const;

describe("pictures that a trace speaks of", () => {
  test("what a step took and what a model was shown before it, through a file and back; a step without has no such key", () => {
    const trace = new MemoryTrace();
    trace.append(header);
    trace.append(shown({ id: "shown-1", to: "vla", observation: "obs-2", pictures: [pixels, { ...pixels, as: "wrist" }, file] }));
    const observation = { image: file, again: { deep: [file] }, camera: { name: "scene" } };
    trace.append(step(1, { shown: "shown-1", result: { status: "ok", observation, message: "", durationMs: 0 } }));
    trace.append(step(2));
    const [, , first, second] = trace.toText().split("\n");
    expect(first).toContain('"shown":"shown-1"');
    expect(second).not.toContain("shown");
    const read = readTrace(trace.toText());
    if (!read.ok) throw new Error(read.problem);
    expect(read.trace.complete).toBe(true);
    expect(read.trace.steps.map((record) => record.shown)).toEqual(["shown-1", undefined]);
    const common = { mediaType: "image/png", camera: "scene", modality: "rgb" };
    const taken = { ...common, sha256: hash("a"), of: "file", width: 320, height: 240 };
    expect(read.trace.steps.map(picturesTaken)).toEqual([[taken], []]);
    const seen = { ...common, sha256: hash("b"), of: "pixels", width: 224, height: 224 };
    expect(showingsIn(read.trace)).toEqual([
      {
        id: "shown-1",
        tNs: 5n,
        to: "vla",
        observationId: "obs-2",
        pictures: [{ ...seen, as: "observation/image" }, { ...seen, as: "wrist" }, taken],
      },
    ]);
  });

  test.for<[string, JsonObject]>([
    ["a path in place of a hash", { ...file, sha256: "../../../../etc/passwd" }],
    ["a short hash", { ...file, sha256: "aa" }],
    ["capitals", { ...file, sha256: hash("A") }],
    ["a number", { ...file, sha256: 5 }],
    ["no camera", { ...file, camera: null }],
    ["half a pixel", { ...file, width: 1.5 }],
    ["a modality that is none", { ...file, modality: "sound" }],
    ["pixels by a path", { ...pixels, pixels_sha256: "/tmp/x" }],
  ])("a reference with %s is none", ([, reference]) => {
    expect(picturesTaken(step(1, { result: { status: "ok", observation: { image: reference }, message: "", durationMs: 0 } }))).toEqual([]);
    expect(showingsIn({ notes: [shown({ id: "shown-1", pictures: [reference] })] })).toMatchObject([{ pictures: [] }]);
  });

  test("a note of another kind, or without a name, shows nothing", () => {
    expect(showingsIn({ notes: [{ ...shown({ id: "shown-1" }), note: "alarm" }, shown({ pictures: [file] }), shown({ id: 5 })] })).toEqual(
      [],
    );
  });
});
