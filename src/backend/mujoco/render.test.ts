import { describe, expect, test } from "vitest";
import type { Camera } from "./camera.ts";
import { modelText, openScene, openTable, testTable } from "./testing/scenes.ts";
import type { Picture } from "./render.ts";

const fast = { supersample: 1, sunSamples: 1, skySamples: 2 };
const camera: Camera = { fromM: [1.55, -1.25, 0.95], atM: [0.28, -0.02, 0.2], verticalFovRad: 0.62, width: 64, height: 48 };
/** Straight down on the green cube. */
const overCube: Camera = { fromM: [0.6, 0, 0.6], atM: [0.6, 0, 0], verticalFovRad: 0.3, width: 24, height: 24 };

function pixel(picture: Picture, column: number, row: number): readonly [number, number, number] {
  const at = 4 * (row * picture.width + column);
  return [picture.rgba[at]!, picture.rgba[at + 1]!, picture.rgba[at + 2]!];
}

describe("pictures by ray casting", () => {
  test("colours are where the things are: green cube in the middle, wood around it, opaque everywhere", async () => {
    const { backend } = await openTable();
    await using _ = backend;
    const picture = backend.picture(overCube, fast);
    expect(picture.rgba.length).toBe(24 * 24 * 4);
    const [r, g, b] = pixel(picture, 12, 12);
    expect(g).toBeGreaterThan(1.5 * Math.max(r, b));
    const [wr, wg, wb] = pixel(picture, 1, 1);
    expect(wr > wg && wg > wb).toBe(true);
    expect(picture.rgba.filter((_value, i) => i % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
  });

  test("the arm's shadow lies on the table, and the sky is above", async () => {
    const { backend } = await openTable();
    await using _ = backend;
    const down: Camera = { fromM: [0.3, 0.3, 2.5], atM: [0.3, 0.3, 0], verticalFovRad: 0.5, width: 48, height: 48 };
    const lit = backend.picture(down, { ...fast, skySamples: 0 });
    const brightness = Array.from({ length: 48 * 48 }, (_unused, p) => lit.rgba[4 * p]! + lit.rgba[4 * p + 1]! + lit.rgba[4 * p + 2]!);
    const wood = brightness.toSorted((a, b) => a - b);
    // Wood varies by a third; shadow without sky light is far darker.
    expect(wood[Math.floor(wood.length * 0.02)]!).toBeLessThan(0.45 * wood[Math.floor(wood.length * 0.6)]!);
    const up = backend.picture({ ...camera, atM: [1.55, -1.24, 1.6] }, fast);
    const [r, g, b] = pixel(up, 32, 4);
    expect(b > g && g > r).toBe(true);
  });

  test("zones are glass: they tint what is behind them and hide nothing", async () => {
    const table = testTable;
    const through: Camera = { fromM: [0, -1.2, 0.4], atM: [0, 0.75, 0.4], verticalFovRad: 0.1, width: 8, height: 8 };
    const middle = async (zones: typeof table.zones): Promise<readonly [number, number, number]> => {
      const { backend } = await openScene({ model: { xml: modelText("gantry/gantry.xml") }, world: { ...table, zones } });
      await using _ = backend;
      return pixel(backend.picture({ ...through, fromM: [0.3, -1.2, 0.4], atM: [0.1, 0.75, 0.4] }, fast), 4, 4);
    };
    const [clearRed, clearGreen] = await middle([]);
    const [tintedRed, tintedGreen] = await middle(table.zones);
    expect(tintedRed / tintedGreen).toBeGreaterThan(1.04 * (clearRed / clearGreen));
    expect(tintedGreen).toBeGreaterThan(0.5 * clearGreen);
  });

  test("the same scene gives the same bytes, and looking moves nothing", async () => {
    const { backend } = await openTable();
    await using _ = backend;
    const before = backend.snapshot();
    const first = backend.picture(camera, { ...fast, supersample: 2 });
    expect(backend.picture(camera, { ...fast, supersample: 2 })).toEqual(first);
    expect(backend.snapshot()).toEqual(before);
    const finer = backend.picture(camera, { ...fast, supersample: 1 });
    expect(finer.rgba).not.toEqual(first.rgba);
  });

  test.for([
    ["no distance", { ...camera, atM: camera.fromM }],
    ["no angle", { ...camera, verticalFovRad: 0 }],
    ["not a number", { ...camera, verticalFovRad: Number.NaN }],
    ["no pixels", { ...camera, width: 0 }],
    ["half a pixel", { ...camera, height: 1.5 }],
    ["infinitely far", { ...camera, fromM: [Infinity, 0, 0] }],
  ] as const)("a camera with %s is an error", async ([, broken]) => {
    const { backend } = await openScene({ model: { xml: modelText("gantry/gantry.xml") } });
    await using _ = backend;
    expect(() => backend.picture(broken, fast)).toThrow(expect.objectContaining({ code: "value.invalid" }));
  });
});
