/**
 * Segment against box, part of the hot kernel (see capsule-distance.ts for the conventions).
 *
 * In the frame of the box the squared distance along the segment, f(t) = Σ max(|p_i(t)| - h_i, 0)², is convex, and its derivative is
 * piecewise linear with at most six kinks, where the segment crosses the planes of the faces. Halving at the kinks leaves an interval
 * on which the derivative is linear, and its zero there is the exact minimum.
 * @module
 */

/** Segment against the axis-aligned box `minx miny minz maxx maxy maxz` at `boxAt`; 0 where they meet. */
export function segmentBoxDistance(segment: Float64Array, at: number, box: Float64Array, boxAt: number): number {
  const hx = (box[boxAt + 3]! - box[boxAt]!) * 0.5;
  const hy = (box[boxAt + 4]! - box[boxAt + 1]!) * 0.5;
  const hz = (box[boxAt + 5]! - box[boxAt + 2]!) * 0.5;
  const cx = box[boxAt]! + hx;
  const cy = box[boxAt + 1]! + hy;
  const cz = box[boxAt + 2]! + hz;
  scratch[0] = segment[at]! - cx;
  scratch[1] = segment[at + 1]! - cy;
  scratch[2] = segment[at + 2]! - cz;
  scratch[3] = segment[at + 3]! - segment[at]!;
  scratch[4] = segment[at + 4]! - segment[at + 1]!;
  scratch[5] = segment[at + 5]! - segment[at + 2]!;
  scratch[6] = hx;
  scratch[7] = hy;
  scratch[8] = hz;
  return minimum();
}

/** Segment against the oriented box at `boxAt`: centre (3), worldFromBox rotation row-major (9), half extents (3). */
export function segmentOrientedBoxDistance(segment: Float64Array, at: number, box: Float64Array, boxAt: number): number {
  const x = segment[at]! - box[boxAt]!;
  const y = segment[at + 1]! - box[boxAt + 1]!;
  const z = segment[at + 2]! - box[boxAt + 2]!;
  const u = segment[at + 3]! - segment[at]!;
  const v = segment[at + 4]! - segment[at + 1]!;
  const w = segment[at + 5]! - segment[at + 2]!;
  for (let axis = 0; axis < 3; axis++) {
    const rx = box[boxAt + 3 + axis]!;
    const ry = box[boxAt + 6 + axis]!;
    const rz = box[boxAt + 9 + axis]!;
    scratch[axis] = rx * x + ry * y + rz * z;
    scratch[3 + axis] = rx * u + ry * v + rz * w;
    scratch[6 + axis] = box[boxAt + 12 + axis]!;
  }
  return minimum();
}

/** Start (3), direction (3) and half extents (3), in the frame of the box. */
const scratch = new Float64Array(9);
/** The parameters to look at: both ends, then where the segment crosses the planes of the faces. */
const stations = Float64Array.of(0, 1, 0, 0, 0, 0, 0, 0);

function minimum(): number {
  const px = scratch[0]!;
  const py = scratch[1]!;
  const pz = scratch[2]!;
  const dx = scratch[3]!;
  const dy = scratch[4]!;
  const dz = scratch[5]!;
  const hx = scratch[6]!;
  const hy = scratch[7]!;
  const hz = scratch[8]!;
  // No direction, no crossing: infinities and NaN fail the comparison with the bracket below.
  stations[2] = (-hx - px) / dx;
  stations[3] = (hx - px) / dx;
  stations[4] = (-hy - py) / dy;
  stations[5] = (hy - py) / dy;
  stations[6] = (-hz - pz) / dz;
  stations[7] = (hz - pz) / dz;

  // The slope is below 0 at `low` and above it at `high`; the first two stations establish that or end the search.
  let low = -1;
  let high = 2;
  let lowSlope = 0;
  let highSlope = 0;
  let nearest = -1;
  for (let i = 0; i < 8; i++) {
    const t = stations[i]!;
    if (!(t > low && t < high)) continue;
    const x = px + t * dx;
    const y = py + t * dy;
    const z = pz + t * dz;
    // Half the derivative of the squared distance.
    const slope =
      dx * (x > hx ? x - hx : x < -hx ? x + hx : 0) +
      dy * (y > hy ? y - hy : y < -hy ? y + hy : 0) +
      dz * (z > hz ? z - hz : z < -hz ? z + hz : 0);
    if (slope < 0 && t < 1) {
      low = t;
      lowSlope = slope;
    } else if (slope > 0 && t > 0) {
      high = t;
      highSlope = slope;
    } else {
      nearest = t;
      break;
    }
  }
  if (nearest < 0) nearest = low + ((high - low) * lowSlope) / (lowSlope - highSlope);

  // Math.max, unlike a comparison, hands on a NaN.
  const x = Math.max(Math.abs(px + nearest * dx) - hx, 0);
  const y = Math.max(Math.abs(py + nearest * dy) - hy, 0);
  const z = Math.max(Math.abs(pz + nearest * dz) - hz, 0);
  return Math.sqrt(x * x + y * y + z * z);
}
