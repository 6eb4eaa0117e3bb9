import { lerp, type Vec3 } from "../core/vec3.ts";

/** `n` points from `start` to `end`, evenly spaced, both of them exactly; only the end for fewer than two. m. */
export function linearInterpolate(start: Vec3, end: Vec3, n = 10): readonly Vec3[] {
  if (!(n >= 2)) return [end];
  const last = Math.floor(n) - 1;
  return Array.from({ length: last + 1 }, (_, i) => (i === 0 ? start : i === last ? end : lerp(start, end, i / last)));
}
