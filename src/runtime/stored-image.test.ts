import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { imageReference, imagesIn, type Picture } from "../core/capture.ts";
import { sha256Hex } from "../core/sha256.ts";
import { RecentImages } from "./recent-images.ts";
import { storedImage } from "./stored-image.ts";

const from = {
  kind: "picture",
  camera: "scene",
  atMs: 0,
  width: 2,
  height: 1,
  verticalFovRad: 1,
  worldFromCamera: { position: [0, 0, 0], orientation: [1, 0, 0, 0] },
} as const satisfies Partial<Picture>;

describe("a picture as file", () => {
  test("colours come back as they were", () => {
    const image = storedImage({ ...from, modality: "rgb", rgba: Uint8Array.of(1, 2, 3, 255, 250, 251, 252, 255) });
    expect([...decode(image.bytes).data]).toEqual([1, 2, 3, 255, 250, 251, 252, 255]);
    expect(image.sha256).toBe(sha256Hex(image.bytes));
  });

  test.for([
    [1.2344, 1234],
    [0, 0],
    [Number.POSITIVE_INFINITY, 0],
    [Number.NaN, 0],
    [65.535, 65_535],
    [65.6, 0],
    [-1, 0],
  ])("%f m of depth is %i mm; 0 is nothing", ([depthM, mm]) => {
    const { data, depth } = decode(storedImage({ ...from, modality: "depth", depthM: Float32Array.of(depthM!, 2) }).bytes);
    expect(depth).toBe(16);
    expect([...data]).toEqual([mm, 2000]);
  });

  test("segments have a colour each, nothing is black", () => {
    const { bytes } = storedImage({ ...from, width: 3, modality: "segmentation", segments: Uint16Array.of(0, 1, 2), names: ["a", "b"] });
    const [nothing, a, b] = [0, 3, 6].map((at) => Array.from(decode(bytes).data.subarray(at, at + 3)));
    expect(nothing).toEqual([0, 0, 0]);
    expect(a).not.toEqual(b);
    expect(a!.some((channel) => channel >= 60) && b!.some((channel) => channel >= 60)).toBe(true);
  });
});

describe("images and the records that refer to them", () => {
  const image = (seed: number) => storedImage({ ...from, modality: "rgb", rgba: Uint8Array.of(seed, 0, 0, 255, 0, 0, 0, 255) });

  test("say what drew them where that was not rays, and are otherwise as they always were", () => {
    const picture: Picture = { ...from, modality: "rgb", rgba: new Uint8Array(8) };
    const { sha256 } = storedImage(picture);
    const reference = { sha256, media_type: "image/png", camera: "scene", modality: "rgb", width: 2, height: 1 };
    expect(imageReference(storedImage(picture))).toStrictEqual(reference);
    expect(imageReference(storedImage({ ...picture, renderer: "browser" }))).toStrictEqual({ ...reference, renderer: "browser" });
  });

  test("are found at any depth, in order, each once", () => {
    const [a, b] = [image(1), image(2)];
    const record = {
      composite: "round",
      parts: [{ image: imageReference(b) }, { image: imageReference(a) }, imageReference(b)],
      sha256: "x",
    };
    expect(imagesIn(record)).toEqual([b.sha256, a.sha256]);
  });

  test("the last few are kept, the oldest go first", () => {
    const images = new RecentImages(2);
    const [a, b, c] = [image(1), image(2), image(3)];
    for (const one of [a, b, a, c]) images.put(one);
    expect([a, b, c].map(({ sha256 }) => images.get(sha256)?.sha256)).toEqual([a.sha256, undefined, c.sha256]);
  });
});
