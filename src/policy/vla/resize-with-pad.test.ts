import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../core/sha256.ts";
import { resizeWithPad } from "./resize-with-pad.ts";

/** The linear congruence of C's `rand`, so that another program can make the same pixels. */
function pixelsOf(height: number, width: number): Uint8Array {
  let state = 12_345 + height * width;
  return Uint8Array.from({ length: height * width * 3 }, () => {
    state = Number((BigInt(state) * 1_103_515_245n + 12_345n) & 0x7fff_ffffn);
    return (state >> 16) & 255;
  });
}

const grey = (values: readonly number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));
const channel = (pixels: Uint8Array) => [...pixels].filter((_, i) => i % 3 === 0);

describe("pictures for a model", () => {
  // SHA-256 of what openpi's resize_with_pad made of the same pixels with Pillow 13.0.0.
  test.for([
    [6, 8, 4, 4, "9c86685be500b66df24a6fdcbe7ebc43bfe86628ec8d3793bbb8cbcdfdc91c33"],
    [48, 64, 22, 22, "69a47134aa86fb03f6396911bb6adc208200cbb9adb12ef292f36a7f739d6520"],
    [5, 3, 7, 7, "bb2887147f9e1d7b4d85aa5f6d3fe79d93003fb29facc326b5b5341c8dfc5844"],
    [480, 640, 224, 224, "8b806130a433f5f42369f13f079283e4afb52a248d067733a1c5b3de3f00f847"],
    [100, 37, 224, 224, "d1455d1d875439c3595aecc0597dff34ca301fe341cc56eb8b649918baf9a139"],
    [224, 100, 224, 224, "566c8b1fe86b54521f1bd105fc735177bef0129b4dde12443ae8cf9d914c5f66"],
    [13, 17, 5, 9, "8574ddf1b54afe98a97e0017686cdc034fa27726120b95beea9b93463580f740"],
  ] as const)("%d × %d to %d × %d: the very pixels that openpi makes", ([height, width, toHeight, toWidth, hash]) => {
    const resized = resizeWithPad(pixelsOf(height, width), { height, width }, { height: toHeight, width: toWidth });
    expect(sha256Hex(resized)).toBe(hash);
  });

  test("what is twice as wide as high keeps its form, between black bars; four columns become two by their weights", () => {
    const resized = resizeWithPad(grey([0, 0, 255, 255, 0, 0, 255, 255]), { height: 2, width: 4 }, { height: 3, width: 2 });
    expect(channel(resized)).toEqual([0, 0, 36, 219, 0, 0]);
  });

  test("one of the right size is the same one; a strip does not vanish", () => {
    const pixels = grey([1, 2, 3, 4]);
    expect(resizeWithPad(pixels, { height: 2, width: 2 }, { height: 2, width: 2 })).toBe(pixels);
    expect(channel(resizeWithPad(grey(Array(50).fill(9)), { height: 1, width: 50 }, { height: 7, width: 7 }))).toContain(9);
  });
});
