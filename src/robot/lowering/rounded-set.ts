/**
 * Capsules with the four decimals that a manifest holds, grown by as much as the rounding may have taken away.
 * @module
 */
import { hypot3 } from "../../core/elementary.ts";
import type { CapsuleSet } from "./capsule-field.ts";
import { numbersOf, roundedOutward, rpyOfAxis, type SingleCapsule } from "./single-capsule.ts";

export interface CapsuleRow extends SingleCapsule {
  readonly link: string;
}

/** The same capsules, each containing the one it comes from, and the rows that a manifest writes them as. */
export function roundedSet(
  linkNames: readonly string[],
  set: CapsuleSet,
): { readonly set: CapsuleSet; readonly rows: readonly CapsuleRow[] } {
  const rows = Array.from({ length: set.nCapsules }, (_, c): CapsuleRow => {
    const capsule = set.capsulesInLink.subarray(c * 7, c * 7 + 7);
    return { link: linkNames[set.linkOfCapsule[c]!]!, ...roundedOutward(asRow(capsule), endBalls(capsule)) };
  });
  const capsulesInLink = Float64Array.from(rows.flatMap((row) => numbersOf(row)));
  return { set: { nCapsules: set.nCapsules, linkOfCapsule: set.linkOfCapsule, capsulesInLink }, rows };
}

function asRow([ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, radiusM = 0]: Float64Array): SingleCapsule {
  const lengthM = hypot3(bx - ax, by - ay, bz - az);
  const center = [(ax + bx) / 2, (ay + by) / 2, (az + bz) / 2] as const;
  if (!(lengthM > 0)) return { radiusM, lengthM: 0, xyzRpy: [...center, 0, 0, 0] };
  return { radiusM, lengthM, xyzRpy: [...center, ...rpyOfAxis([(bx - ax) / lengthM, (by - ay) / lengthM, (bz - az) / lengthM])] };
}

function endBalls(capsule: Float64Array): Float64Array {
  return Float64Array.of(...capsule.subarray(0, 3), capsule[6]!, ...capsule.subarray(3, 6), capsule[6]!);
}
