/**
 * Proof that a whole motion keeps its distance, from samples of it. If nothing moves more than `motionBoundM` while s runs from 0 to
 * 1, the distance between two samples d0 and d1 is nowhere less than (d0 + d1 - motionBoundM Δs) / 2. An interval whose bound is not
 * above the margin is halved until it is, until a sample is not above the margin, or until the evaluations are used up.
 * @module
 */
export interface Advancement {
  /** A lower bound of the distance at the fraction `s` of the motion, m. */
  readonly distanceAt: (s: number) => number;
  /** Upper bound of how far any point moves, for s from 0 to 1, at a rate per s that never exceeds it, m. */
  readonly motionBoundM: number;
  /** Equality is too near. */
  readonly marginM: number;
  readonly maxEvaluations: number;
}

export interface AdvancementResult {
  /** Proved to stay farther than the margin throughout. */
  readonly clear: boolean;
  /** Whether the answer is proved: false where the evaluations were used up or the distance was not a number; then `clear` is false. */
  readonly proved: boolean;
  /** Lower bound of the distance over the motion; where a sample was too near, that sample's. */
  readonly nearestM: number;
  /** Where that is. */
  readonly atFraction: number;
  readonly evaluations: number;
}

export function proveClear({ distanceAt, motionBoundM, marginM, maxEvaluations }: Advancement): AdvancementResult {
  let evaluations = 1;
  let low = 0;
  let lowM = distanceAt(0);
  if (!(lowM > marginM)) return tooNear(lowM, 0, evaluations);
  if (!(motionBoundM >= 0 && motionBoundM < Infinity && maxEvaluations >= 2)) return unproved(lowM, 0, evaluations);
  evaluations = 2;
  // Samples to the right of `low` that are already known, the nearest last.
  const aheadS = [1];
  const aheadM = [distanceAt(1)];
  if (!(aheadM[0]! > marginM)) return tooNear(aheadM[0]!, 1, evaluations);

  let nearestM = Infinity;
  let atFraction = 0;
  for (let last = aheadS.length - 1; last >= 0; last = aheadS.length - 1) {
    const high = aheadS[last]!;
    const highM = aheadM[last]!;
    const boundM = Math.min(lowM, highM, (lowM + highM - motionBoundM * (high - low)) / 2);
    const boundAt = motionBoundM > 0 && lowM < Infinity ? Math.min(low + (lowM - boundM) / motionBoundM, high) : low;
    if (boundM > marginM) {
      if (boundM < nearestM) {
        nearestM = boundM;
        atFraction = boundAt;
      }
      low = high;
      lowM = highM;
      aheadS.pop();
      aheadM.pop();
      continue;
    }
    const middle = (low + high) / 2;
    if (evaluations >= maxEvaluations || !(middle > low && middle < high)) return unproved(boundM, boundAt, evaluations);
    const middleM = distanceAt(middle);
    evaluations += 1;
    if (!(middleM > marginM)) return tooNear(middleM, middle, evaluations);
    aheadS.push(middle);
    aheadM.push(middleM);
  }
  return { clear: true, proved: true, nearestM, atFraction, evaluations };
}

function tooNear(nearestM: number, atFraction: number, evaluations: number): AdvancementResult {
  return { clear: false, proved: !Number.isNaN(nearestM), nearestM, atFraction, evaluations };
}

function unproved(nearestM: number, atFraction: number, evaluations: number): AdvancementResult {
  return { clear: false, proved: false, nearestM, atFraction, evaluations };
}
