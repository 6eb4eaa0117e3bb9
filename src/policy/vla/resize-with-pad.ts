/**
 * Pictures in the size that a model was trained with, made as openpi's `image_tools.resize_with_pad` makes them: as large as fits without
 * distortion, in the middle, black around. Scaling is Pillow's BILINEAR, a triangle as wide as what it averages, columns first and then
 * rows, in whole numbers with 22 fractional bits: a model sees the very pixels that it would have been trained with.
 * @module
 */

export interface PixelSize {
  readonly height: number;
  readonly width: number;
}

const one = 1 << 22;

/** `pixels`: shape `[height, width, 3]`, rows first. The result has the size `to`; a picture of that size is returned as it is. */
export function resizeWithPad(pixels: Uint8Array, from: PixelSize, to: PixelSize): Uint8Array {
  if (from.height === to.height && from.width === to.width) return pixels;
  const ratio = Math.max(from.width / to.width, from.height / to.height);
  const height = Math.max(1, Math.trunc(from.height / ratio));
  const width = Math.max(1, Math.trunc(from.width / ratio));
  const narrowed = scaled(pixels, { lines: from.height, line: [3 * from.width, 3 * width], step: [3, 3], length: [from.width, width] });
  const inner = scaled(narrowed, { lines: width, line: [3, 3], step: [3 * width, 3 * width], length: [from.height, height] });
  const padded = new Uint8Array(to.height * to.width * 3);
  const [top, left] = [Math.trunc((to.height - height) / 2), Math.trunc((to.width - width) / 2)];
  for (let row = 0; row < height; row++)
    padded.set(inner.subarray(row * width * 3, (row + 1) * width * 3), ((top + row) * to.width + left) * 3);
  return padded;
}

/** One direction of a picture, source first, result second: bytes between two lines, bytes between two pixels of a line, its pixels. */
interface Axis {
  readonly lines: number;
  readonly line: readonly [number, number];
  readonly step: readonly [number, number];
  readonly length: readonly [number, number];
}

function scaled(pixels: Uint8Array, { lines, line, step, length }: Axis): Uint8Array {
  if (length[0] === length[1]) return pixels;
  const result = new Uint8Array(lines * length[1] * 3);
  const kernels = Array.from({ length: length[1] }, (_, at) => kernelAt(at, length[0], length[1]));
  for (let index = 0; index < lines; index++)
    for (let at = 0; at < length[1]; at++) {
      const { first, weights } = kernels[at]!;
      const source = index * line[0] + first * step[0];
      const target = index * line[1] + at * step[1];
      for (let channel = 0; channel < 3; channel++) {
        let sum = one / 2;
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * pixels[source + i * step[0] + channel]!;
        result[target + channel] = Math.min(255, Math.floor(sum / one));
      }
    }
  return result;
}

/** What pixel `at` of `to` is made of: the first of `from` source pixels and how much of each, in parts of `one`. */
function kernelAt(at: number, from: number, to: number): { readonly first: number; readonly weights: readonly number[] } {
  const scale = from / to;
  const reach = Math.max(1, scale);
  const middle = (at + 0.5) * scale;
  const first = Math.max(0, Math.trunc(middle - reach + 0.5));
  const end = Math.min(from, Math.trunc(middle + reach + 0.5));
  const heights = Array.from({ length: end - first }, (_, i) => Math.max(0, 1 - Math.abs((i + first - middle + 0.5) * (1 / reach))));
  const whole = heights.reduce((sum, height) => sum + height, 0);
  return { first, weights: heights.map((height) => Math.trunc(0.5 + (height / whole) * one)) };
}
