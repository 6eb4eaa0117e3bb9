/**
 * How long the runtime really takes to react: a histogram of fixed size, each bin at most 1/32 wide, and every answer rounded up to
 * its bin's upper edge, so that no percentile is below the true one of the samples.
 * @module
 */

/** Below this many samples none may be beyond the true 99.9th percentile: 1 - 0.999^2995 = 95 %. */
export const ENOUGH_SAMPLES = 3000;
/** Reaction time assumed until it is measured, ms. A choice of this project, far beyond any chunk period; not a measured number. */
export const UNMEASURED_REACTION_MS = 1000;

const subBins = 32;
const exactUs = 2 * subBins;
const exactOctave = 6;
const mostUs = 2_147_483_647;

export class LatencyMeter {
  readonly #counts = new Float64Array(exactUs + (31 - exactOctave) * subBins);
  readonly #enough: number;
  #n = 0;
  #maxMs = 0;

  /** @param enough samples below which there is no number; never below 1000, where p99.9 would be the maximum by definition. */
  constructor(enough = ENOUGH_SAMPLES) {
    this.#enough = enough >= 1000 ? enough : ENOUGH_SAMPLES;
  }

  get count(): number {
    return this.#n;
  }

  /** Longest sample, ms; 0 before the first. */
  get maxMs(): number {
    return this.#maxMs;
  }

  get measured(): boolean {
    return this.#n >= this.#enough;
  }

  /** One latency, ms. What is not a finite number >= 0 counts as infinitely long. */
  record(latencyMs: number): void {
    const ms = latencyMs >= 0 ? latencyMs : Infinity;
    const us = Math.ceil(Math.min(ms * 1000, mostUs));
    const bin = binOf(us);
    this.#counts[bin] = this.#counts[bin]! + 1;
    this.#n += 1;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  /** Percentile in ms, for a share in [0, 1]; NaN before enough samples and for any other share. */
  percentileMs(share: number): number {
    if (!(this.measured && share >= 0 && share <= 1)) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.#n));
    let seen = 0;
    for (let bin = 0; bin < this.#counts.length; bin++) {
      seen += this.#counts[bin]!;
      if (seen >= rank) return bin === this.#counts.length - 1 ? this.#maxMs : Math.min(upperUs(bin) / 1000, this.#maxMs);
    }
    return this.#maxMs;
  }

  /** T_r for speed and separation, s: the measured p99.9, or before enough samples the longest of what is assumed and what was seen. */
  reactionS(): number {
    if (this.measured) return this.percentileMs(0.999) / 1000;
    return Math.max(UNMEASURED_REACTION_MS, this.#maxMs) / 1000;
  }

  /** Forgets all samples: after anything that changes the loop's timing. */
  reset(): void {
    this.#counts.fill(0);
    this.#n = 0;
    this.#maxMs = 0;
  }
}

function binOf(us: number): number {
  if (us < exactUs) return us;
  const octave = 31 - Math.clz32(us);
  return exactUs + (octave - exactOctave) * subBins + ((us >>> (octave - 5)) & (subBins - 1));
}

function upperUs(bin: number): number {
  if (bin < exactUs) return bin;
  const octave = exactOctave + Math.floor((bin - exactUs) / subBins);
  return (subBins + ((bin - exactUs) % subBins) + 1) * (1 << (octave - 5));
}
