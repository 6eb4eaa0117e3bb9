import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImageStore, ShownPixels, StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { ShownPicture } from "../policy/policy.ts";
import { ShownPictures, type ShownLimits } from "./shown-pictures.ts";

/** `busy`: takes no pixels. */
function ledger(limits?: ShownLimits, busy = false) {
  const notes: { note: string; fields: JsonObject }[] = [];
  const kept: string[] = [];
  const images = new Map<string, StoredImage>();
  const store: ImageStore = {
    put: (image) => {
      kept.push(image.sha256);
      images.set(image.sha256, image);
    },
    get: (sha256) => images.get(sha256),
    keep: (_pixels, sha256) => {
      if (!busy) kept.push(sha256);
      return !busy;
    },
  };
  const shown = new ShownPictures(store, (note, fields) => notes.push({ note, fields }), limits);
  const names = () => notes.map(({ note }) => note);
  return { shown, notes, names, kept, store };
}

/** 2 × 1 pixels, 6 bytes. */
const pixels = (n: number, as = "image"): ShownPicture & { pixels: ShownPixels } => {
  const rgb = Uint8Array.of(n & 255, n >> 8, 0, 0, 0, 0);
  return { kind: "pixels", pixels: { camera: "scene", as, width: 2, height: 1, rgb } };
};
const image = (n: number): ShownPicture & { image: StoredImage } => {
  const bytes = Uint8Array.of(n);
  return {
    kind: "image",
    image: { sha256: sha256Hex(bytes), mediaType: "image/png", bytes, camera: "wrist", modality: "rgb", width: 2, height: 1 },
  };
};

describe("what a model is shown outside of a step", () => {
  test("is a note with its name, its observation and a reference to each picture; nothing shown is no note", () => {
    const { shown, notes, kept } = ledger();
    expect(shown.show("vla", "obs-1", [])).toBeUndefined();
    expect(shown.show("vla", "obs-7", [pixels(1, "observation/image"), image(2)])).toBe("shown-1");
    const common = { media_type: "image/png", modality: "rgb", width: 2, height: 1 };
    const [hashOfPixels, hashOfFile] = [sha256Hex(pixels(1).pixels.rgb), image(2).image.sha256];
    expect(notes).toEqual([
      {
        note: "shown",
        fields: {
          id: "shown-1",
          to: "vla",
          observation: "obs-7",
          pictures: [
            { ...common, pixels_sha256: hashOfPixels, camera: "scene", as: "observation/image" },
            { ...common, sha256: hashOfFile, camera: "wrist" },
          ],
        },
      },
    ]);
    expect(kept).toEqual([hashOfPixels, hashOfFile]);
    expect(["shown-1", "shown-0", "shown-2", "shown-01", "shown-1 ", "", "other"].map((id) => shown.has(id))).toEqual([
      true,
      ...Array(6).fill(false),
    ]);
  });

  test("pixels that do not fill their picture are refused", () => {
    const { shown } = ledger();
    const wrong = { kind: "pixels", pixels: { ...pixels(1).pixels, width: 3 } } as const;
    expect(() => shown.show("vla", "obs-1", [wrong])).toThrow("6 bytes are no picture of 3 × 1 pixels");
  });

  test("what a step took is there already and costs nothing", () => {
    const { shown, kept, store, names } = ledger({ bytes: 6 });
    store.put(image(1).image);
    shown.show("llm", "obs-1", [image(1)]);
    shown.show("llm", "obs-2", [image(2)]);
    expect(kept).toEqual([image(1).image.sha256, image(2).image.sha256]);
    expect(names()).toEqual(["shown", "shown"]);
  });

  test("a store that has too much to do, or keeps no pixels: shown all the same, and counted", () => {
    const { shown, notes, names } = ledger({}, true);
    shown.show("vla", "obs-1", [pixels(1), pixels(2)]);
    shown.noteDropped();
    expect(names()).toEqual(["shown", "shown-dropped"]);
    expect(notes[1]?.fields).toEqual({ dropped: 2, kept: 0 });
    shown.noteDropped();
    expect(names()).toHaveLength(2);
  });

  test("once full it stays so: a smaller picture that would still fit is not kept either", () => {
    const { shown, kept, names } = ledger({ bytes: 12 });
    const large = { kind: "pixels", pixels: { ...pixels(2).pixels, width: 4, rgb: new Uint8Array(12) } } as const;
    shown.show("vla", "obs-1", [pixels(1), large]);
    shown.show("vla", "obs-2", [pixels(3)]);
    expect([kept.length, names()]).toEqual([1, ["shown", "shown-limit", "shown"]]);
  });

  test("whatever is shown: at most the budget is kept, each picture once; every showing is noted, where it ends is said once, and kept and dropped add up", () => {
    const limits = fc.record({ bytes: fc.integer({ min: 0, max: 90 }), pictures: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(limits, fc.array(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 3 }), { maxLength: 40 }), (most, showings) => {
        const { shown, kept, notes, names } = ledger(most);
        for (const [i, numbers] of showings.entries()) {
          shown.show(
            "vla",
            `obs-${i}`,
            numbers.map((n) => pixels(n)),
          );
        }
        shown.noteDropped();
        const all = showings.flat();
        const room = Math.min(most.pictures, Math.floor(most.bytes / 6));
        // The first different ones, as many as there is room for.
        const wanted = [...new Set(all)].slice(0, room);
        expect(kept).toEqual(wanted.map((n) => sha256Hex(pixels(n).pixels.rgb)));
        expect(names().filter((name) => name === "shown")).toHaveLength(showings.filter((numbers) => numbers.length > 0).length);
        const dropped = all.filter((n) => !wanted.includes(n)).length;
        const said = dropped > 0 ? [{ dropped, kept: wanted.length }] : [];
        expect(notes.filter(({ note }) => note === "shown-dropped").map(({ fields }) => fields)).toEqual(said);
        const limit = notes.findIndex(({ note }) => note === "shown-limit");
        expect(names().filter((name) => name === "shown-limit")).toHaveLength(dropped > 0 ? 1 : 0);
        if (limit >= 0) expect(notes[limit]?.fields["from"]).toBe(notes[limit - 1]?.fields["id"]);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("10,000 showings of new pictures keep no more than the budget says", () => {
    const { shown, kept, notes } = ledger({ bytes: 600 });
    for (let n = 0; n < 10_000; n++) shown.show("vla", `obs-${n}`, [pixels(n)]);
    shown.noteDropped();
    expect(kept).toHaveLength(100);
    expect(notes.at(-1)).toEqual({ note: "shown-dropped", fields: { dropped: 9900, kept: 100 } });
  });
});
