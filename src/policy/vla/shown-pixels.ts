import type { ShownPixels } from "../../core/capture.ts";
import type { WireMap, WireValue } from "./msgpack-numpy.ts";
import { NdArray } from "./nd-array.ts";

/** Deeper than anybody nests pictures. */
const maxDepth = 8;

/**
 * The pictures in what a model is shown, whoever put them there: every array of uint8 and shape `[height, width, 3]` or
 * `[3, height, width]`, at any depth, under names joined by `/`. `cameras`: by that name, which camera one is of; its name where none is given.
 */
export function shownPixels(observation: WireMap, cameras: Readonly<Record<string, string>> = {}): readonly ShownPixels[] {
  const found: ShownPixels[] = [];
  const look = (value: WireValue, as: string, depth: number): void => {
    if (typeof value !== "object" || value === null || depth > maxDepth) return;
    if (value instanceof NdArray) {
      const picture = pictureOf(value);
      if (picture !== undefined) found.push({ camera: Object.hasOwn(cameras, as) ? cameras[as]! : as, as, ...picture });
      return;
    }
    for (const [key, inner] of Object.entries(value)) look(inner, as === "" ? key : `${as}/${key}`, depth + 1);
  };
  look(observation, "", 0);
  return found;
}

function pictureOf({ dtype, shape, bytes }: NdArray): Pick<ShownPixels, "width" | "height" | "rgb"> | undefined {
  const [first = 0, second = 0, third = 0] = shape;
  if (dtype !== "|u1" || shape.length !== 3 || bytes.length === 0) return undefined;
  if (third === 3) return { height: first, width: second, rgb: bytes };
  return first === 3 ? { height: second, width: third, rgb: interleaved(bytes) } : undefined;
}

/** From one plane a colour to one triple a pixel. */
function interleaved(planes: Uint8Array): Uint8Array {
  const pixels = planes.length / 3;
  const rgb = new Uint8Array(planes.length);
  for (let pixel = 0; pixel < pixels; pixel++)
    for (let colour = 0; colour < 3; colour++) rgb[3 * pixel + colour] = planes[colour * pixels + pixel]!;
  return rgb;
}
