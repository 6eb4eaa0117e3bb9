/** Neighbours that differ by more than this, of 1, are an edge. */
const edgeContrast = 0.045;

/** Of a picture of shape `[height, width, 3]`, values 0 … 1: pixels that differ from the one right of or below them, and those they differ from. */
export function edges(display: Float64Array, width: number, height: number): Int32Array {
  const marked = new Uint8Array(width * height);
  const differ = (a: number, b: number): boolean =>
    [0, 1, 2].some((k) => Math.abs(display[3 * a + k]! - display[3 * b + k]!) > edgeContrast);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const right = pixel % width < width - 1 ? pixel + 1 : pixel;
    const below = pixel + width < width * height ? pixel + width : pixel;
    for (const other of [right, below])
      if (differ(pixel, other)) {
        marked[pixel] = 1;
        marked[other] = 1;
      }
  }
  return Int32Array.from(marked.keys()).filter((pixel) => marked[pixel] === 1);
}
