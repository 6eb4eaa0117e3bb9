import { SPEED_TOLERANCE } from "./speed-peaks.ts";

/** Taken off a computed scale so that rounding cannot leave the slowed plan a hair above its cap. */
const ROUNDING = 1e-9;

/** Whether a peak keeps its cap, to rounding; a cap of 0 is kept by 0 alone, and NaN keeps none. */
export function within(peak: number, cap: number): boolean {
  return peak <= cap * (1 + SPEED_TOLERANCE);
}

/** The share of its speed at which a plan with this peak keeps the cap: 1 when it does already, 0 when none does, NaN included. */
export function scaleWithin(peak: number, cap: number): number {
  if (within(peak, cap)) return 1;
  const scale = (cap / peak) * (1 - ROUNDING);
  return scale > 0 && scale < 1 ? scale : 0;
}
