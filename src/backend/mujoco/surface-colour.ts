/**
 * What a point of a geom looks like before light falls on it: its colour squared (so that a square root at the end shows it as given), with a
 * checker on the floor and grain on wood.
 * @module
 */
import type { MjModel } from "./mujoco-module.ts";
import { namesAt } from "./model-names.ts";

const planeType = 0;
const checkM = 0.5;
const plankM = 0.15;

export interface Surfaces {
  /** Linear colour, shape `[nGeoms, 4]`. */
  readonly rgba: Float64Array;
  readonly pattern: readonly ("plain" | "checker" | "wood")[];
}

/** `wooden`: beginnings of the names of geoms that are drawn as planks, for example `fixture/table`. */
export function surfacesOf(model: MjModel, wooden: readonly string[]): Surfaces {
  const names = namesAt(model, model.name_geomadr);
  const rgba = new Float64Array(model.ngeom * 4);
  for (let g = 0; g < model.ngeom; g++) {
    const from = rgbaOf(model, g);
    for (let k = 0; k < 3; k++) rgba[4 * g + k] = (from[k] ?? 0) * (from[k] ?? 0);
    rgba[4 * g + 3] = from[3] ?? 1;
  }
  const pattern = names.map((name, g) => {
    if (model.geom_type[g] === planeType) return "checker";
    return wooden.some((beginning) => name.startsWith(beginning)) ? "wood" : "plain";
  });
  return { rgba, pattern };
}

/** As the model gives it: a geom without a colour of its own (all 0.5) shows its material's. A live view. */
export function rgbaOf(model: MjModel, g: number): Float32Array {
  const material = model.geom_matid[g] ?? -1;
  const own = [0, 1, 2].some((k) => model.geom_rgba[4 * g + k] !== 0.5);
  return own || material < 0 ? model.geom_rgba.subarray(4 * g, 4 * g + 4) : model.mat_rgba.subarray(4 * material, 4 * material + 4);
}

/** Writes the colour of geom `g` at a world point into `out3`. `blur` 0 … 1 fades patterns that are too fine to see. */
export function colourInto(surfaces: Surfaces, g: number, x: number, y: number, z: number, blur: number, out3: Float64Array): void {
  let shade = 1;
  if (surfaces.pattern[g] === "checker") {
    const odd = (Math.floor(x / checkM) + Math.floor(y / checkM)) % 2 !== 0;
    shade = 1 + (odd ? -0.13 : 0.13) * (1 - blur);
  } else if (surfaces.pattern[g] === "wood") shade = woodShade(x, y, z);
  for (let k = 0; k < 3; k++) out3[k] = surfaces.rgba[4 * g + k]! * shade;
}

/** Planks along x, each of its own tone, with streaks, and a dark seam between them. */
function woodShade(x: number, y: number, z: number): number {
  const across = y / plankM + 0.5;
  const plank = Math.floor(across);
  const within = across - plank;
  const tone = 0.9 + 0.2 * chance(plank, 7);
  const shifted = x + chance(plank, 3) * 5;
  const streak = smoothNoise(shifted * 3, y * 90 + z * 90) * 0.16 + smoothNoise(shifted * 9, y * 260 + z * 260) * 0.1;
  const seam = within < 0.012 || within > 0.988 ? 0.72 : 1;
  return tone * (0.87 + streak) * seam;
}

function smoothNoise(x: number, y: number): number {
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = (x - i) * (x - i) * (3 - 2 * (x - i));
  const v = (y - j) * (y - j) * (3 - 2 * (y - j));
  const low = chance(i, j) * (1 - u) + chance(i + 1, j) * u;
  const high = chance(i, j + 1) * (1 - u) + chance(i + 1, j + 1) * u;
  return low * (1 - v) + high * v;
}

/** A number in [0, 1) that looks random but is the same every time. */
function chance(i: number, j: number): number {
  let h = Math.imul(i | 0, 0x27d4eb2d) ^ Math.imul(j | 0, 0x165667b1);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}
