import type { Ranges } from "../../core/capture.ts";
import { atan2 } from "../../core/elementary.ts";
import type { ObjectState } from "../../core/observation.ts";
import { distance } from "../../core/vec3.ts";
import type { Report } from "../primitive.ts";

/** So many numbers a policy reads; each is the nearest of its share of the rays. */
const mostRanges = 72;

/** What a ring of ranges says, and which of the known objects are within its reach. Directions in rad from world x, counter-clockwise. */
export function rangeSummary({ originInWorld, firstRad, rangesM, maxM }: Ranges, objects: readonly ObjectState[]): Report {
  const n = rangesM.length;
  const returns = rangesM.filter((range) => range < Infinity);
  const nearest = rangesM.reduce((least, range, i) => (range < rangesM[least]! ? i : least), 0);
  const nearestM = rangesM[nearest] ?? Infinity;
  const around = objects
    .map(({ name, worldFromObject: { position } }) => ({
      name,
      distance_m: millis(distance(originInWorld, position)),
      direction_rad: millis(atan2(position[1] - originInWorld[1], position[0] - originInWorld[0])),
    }))
    .filter(({ distance_m }) => distance_m <= maxM)
    .sort((a, b) => a.distance_m - b.distance_m);
  const found =
    nearestM < Infinity ? { range_m: millis(nearestM), direction_rad: millis(wrapped(firstRad + (2 * Math.PI * nearest) / n)) } : null;
  const bins = Math.min(mostRanges, n);
  const ranges = Array.from({ length: bins }, (_, bin) => {
    const least = rangesM
      .subarray(Math.floor((bin * n) / bins), Math.floor(((bin + 1) * n) / bins))
      .reduce((a, b) => Math.min(a, b), Infinity);
    return least < Infinity ? millis(least) : null;
  });
  return {
    ok: true,
    observation: {
      origin: [...originInWorld],
      max_m: maxM,
      n_rays: n,
      n_returns: returns.length,
      nearest: found,
      first_rad: millis(firstRad),
      ranges_m: ranges,
      objects: around,
    },
    message:
      found === null
        ? `nothing within ${maxM} m`
        : `nearest ${found.range_m} m towards ${Math.round((found.direction_rad * 180) / Math.PI)}°; ${returns.length} of ${n} rays return`,
  };
}

/** Into (-π, π]. */
function wrapped(rad: number): number {
  return rad - 2 * Math.PI * Math.ceil(rad / (2 * Math.PI) - 0.5);
}

function millis(value: number): number {
  return Math.round(value * 1000) / 1000 + 0;
}
