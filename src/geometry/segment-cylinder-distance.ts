/**
 * Segment against solid cylinder, part of the hot kernel (see capsule-distance.ts for the conventions).
 *
 * The distance f(t) along the segment is convex. A secant iteration on its slope finds the minimum, and convexity proves how good the
 * answer is: f >= f(t) - |f'(t)| × (length of the bracket) everywhere in the bracket. That lower bound is what is returned, and the
 * iteration ends when it is within 1e-10 m of f(t).
 * @module
 */

/** Start (3), direction (3), axis (3), radius, half height, then f and f' of the last evaluation. */
const scratch = new Float64Array(13);
const toleranceM = 1e-10;
const maxRounds = 60;

/** Segment against the cylinder at `cylinderAt`: centre (3), unit axis (3), radius, half height. 0 where they meet. */
export function segmentCylinderDistance(segment: Float64Array, at: number, cylinder: Float64Array, cylinderAt: number): number {
  for (let i = 0; i < 3; i++) {
    scratch[i] = segment[at + i]! - cylinder[cylinderAt + i]!;
    scratch[3 + i] = segment[at + 3 + i]! - segment[at + i]!;
    scratch[6 + i] = cylinder[cylinderAt + 3 + i]!;
  }
  scratch[9] = cylinder[cylinderAt + 6]!;
  scratch[10] = cylinder[cylinderAt + 7]!;

  evaluate(0);
  let lowValue = scratch[11]!;
  let lowSlope = scratch[12]!;
  if (!(lowValue > 0 && lowSlope < 0)) return lowValue;
  evaluate(1);
  let highSlope = scratch[12]!;
  if (!(scratch[11]! > 0 && highSlope > 0)) return scratch[11]!;

  let low = 0;
  let high = 1;
  let bound = 0;
  let lastSide = 0;
  for (let round = 0; round < maxRounds; round++) {
    // Illinois: the weight of an end that stays is halved. Every fourth round bisects, so that the bracket shrinks in any case.
    let t = low + ((high - low) * lowSlope) / (lowSlope - highSlope);
    if ((round & 3) === 3 || !(t > low && t < high)) t = 0.5 * (low + high);
    evaluate(t);
    const value = scratch[11]!;
    const slope = scratch[12]!;
    if (!(value > 0)) return value;
    const reach = slope < 0 ? high - t : t - low;
    bound = Math.max(bound, value - Math.abs(slope) * reach);
    if (!(value - bound > toleranceM) || slope === 0) return bound;
    if (slope < 0) {
      low = t;
      lowValue = value;
      lowSlope = slope;
      if (lastSide < 0) highSlope *= 0.5;
      lastSide = -1;
    } else {
      high = t;
      highSlope = slope;
      if (lastSide > 0) lowSlope *= 0.5;
      lastSide = 1;
    }
  }
  return bound;
}

/** Distance of the segment's point at t from the cylinder, and how it changes with t; 0 and 0 within. */
function evaluate(t: number): void {
  const dx = scratch[3]!;
  const dy = scratch[4]!;
  const dz = scratch[5]!;
  const nx = scratch[6]!;
  const ny = scratch[7]!;
  const nz = scratch[8]!;
  const x = scratch[0]! + t * dx;
  const y = scratch[1]! + t * dy;
  const z = scratch[2]! + t * dz;
  const axial = x * nx + y * ny + z * nz;
  const rx = x - axial * nx;
  const ry = y - axial * ny;
  const rz = z - axial * nz;
  const radial = Math.sqrt(rx * rx + ry * ry + rz * rz);
  const side = Math.max(radial - scratch[9]!, 0);
  const end = Math.max(Math.abs(axial) - scratch[10]!, 0);
  const distance = Math.sqrt(side * side + end * end);
  const alongAxis = dx * nx + dy * ny + dz * nz;
  let slope = 0;
  if (distance > 0) {
    if (side > 0) slope += (side * (rx * dx + ry * dy + rz * dz)) / radial;
    if (end > 0) slope += end * (axial < 0 ? -alongAxis : alongAxis);
    slope /= distance;
  }
  scratch[11] = distance;
  scratch[12] = slope;
}
