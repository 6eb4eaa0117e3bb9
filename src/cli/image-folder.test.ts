import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { decode } from "fast-png";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ShownPixels, StoredImage } from "../core/capture.ts";
import { Random } from "../core/random.ts";
import { sha256Hex } from "../core/sha256.ts";
import { ImageFolder } from "./image-folder.ts";
import { pngLater } from "./png-later.ts";

const noisy = (width: number, height: number, seed: number): ShownPixels => {
  const random = new Random(seed);
  const rgb = Uint8Array.from({ length: 3 * width * height }, () => Math.floor(random.uniform(0, 256)));
  return { camera: "scene", as: "image", width, height, rgb };
};

test("pixels come back from their file as they were, whatever they are", async () => {
  const size = fc.integer({ min: 1, max: 20 });
  await fc.assert(
    fc.asyncProperty(size, size, fc.nat(), async (width, height, seed) => {
      const { rgb } = noisy(width, height, seed);
      const making = pngLater({ rgb, width, height });
      const before = rgb.slice();
      // Who gave the pixels may use their memory again.
      rgb.fill(0);
      const { data, ...facts } = decode(await making, { checkCrc: true });
      expect(facts).toMatchObject({ width, height, channels: 3, depth: 8 });
      expect([...data]).toEqual([...before]);
    }),
    { seed: 20261121, numRuns: 60 },
  );
});

describe("a folder of pictures", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "images-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test("pixels are written later, once, under their hash; what came while 32 wait is not taken", async () => {
    const images = new ImageFolder(join(folder, "run.images"));
    const pictures = Array.from({ length: 40 }, (_, i) => noisy(4, 3, i));
    const keep = (pixels: ShownPixels): boolean => images.keep(pixels, sha256Hex(pixels.rgb));
    expect(pictures.map(keep).filter((taken) => taken)).toHaveLength(32);
    expect([keep(pictures[0]!), keep(pictures[39]!), images.size]).toEqual([true, false, 0]);
    expect(images.sha256Hex(pictures[0]!.rgb)).toBe(sha256Hex(pictures[0]!.rgb));
    await images.settled();
    expect([images.size, images.problem]).toEqual([32, undefined]);
    expect(keep(pictures[39]!)).toBe(true);
    await images.settled();
    const path = images.pathOf(sha256Hex(pictures[39]!.rgb)) ?? "";
    expect([...decode(readFileSync(path)).data]).toEqual([...pictures[39]!.rgb]);
    expect(readdirSync(join(folder, "run.images"))).toHaveLength(33);
  });

  test("a full folder takes no more, of either kind, and says so", async () => {
    const images = new ImageFolder(folder, 1000);
    const file = (n: number): StoredImage => {
      const bytes = new Uint8Array(400).fill(n);
      return { sha256: sha256Hex(bytes), mediaType: "image/png", bytes, camera: "c", modality: "rgb", width: 1, height: 1 };
    };
    for (let n = 0; n < 4; n++) images.put(file(n));
    expect([images.size, readdirSync(folder).length]).toEqual([2, 2]);
    expect(images.problem).toBe("they fill 1000 bytes, and no more are kept");
    // What was taken last is still there for who asks for it now.
    expect(images.get(file(3).sha256)).toEqual(file(3));
    expect(images.keep(noisy(2, 2, 1), "a".repeat(64))).toBe(false);
    const later = new ImageFolder(join(folder, "later"), 1000);
    for (let n = 0; n < 4; n++) expect(later.keep(noisy(12, 10, n), `${n}`.repeat(64))).toBe(true);
    await later.settled();
    expect([later.size, readdirSync(join(folder, "later")).length]).toEqual([2, 2]);
  });

  test("a folder that cannot be made is a problem, and nothing else", async () => {
    writeFileSync(join(folder, "file"), "");
    const images = new ImageFolder(join(folder, "file"));
    const pixels = noisy(2, 2, 1);
    expect(images.keep(pixels, sha256Hex(pixels.rgb))).toBe(true);
    await images.settled();
    expect([images.size, images.pathOf(sha256Hex(pixels.rgb))]).toEqual([0, undefined]);
    expect(images.problem).toMatch(/EEXIST|ENOTDIR/);
  });
});
