/**
 * Times a call many times and says how long it takes. Medians, because other processes share the machine.
 * @module
 */
import { performance } from "node:perf_hooks";

export interface Timing {
  readonly medianUs: number;
  readonly p99Us: number;
  readonly n: number;
}

/** Calls `run` one by one; for calls of a microsecond or more. */
export function timeEach(n: number, run: (index: number) => unknown): Timing {
  for (let i = 0; i < Math.min(n, 5000); i++) run(i);
  const us = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const startedMs = performance.now();
    run(i);
    us[i] = (performance.now() - startedMs) * 1000;
  }
  return timing(us);
}

/** As many calls again come first: what a whole step runs through is compiled late. */
export async function timeEachAsync(n: number, run: (index: number) => Promise<unknown>): Promise<Timing> {
  for (let i = 0; i < n; i++) await run(i);
  const us = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const startedMs = performance.now();
    await run(i);
    us[i] = (performance.now() - startedMs) * 1000;
  }
  return timing(us);
}

/** Calls `run` in batches and divides; for calls below a microsecond. p99 is over the batches. */
export function timeBatches(batches: number, size: number, run: (index: number) => unknown): Timing {
  for (let i = 0; i < size; i++) run(i);
  const us = new Float64Array(batches);
  for (let b = 0; b < batches; b++) {
    const startedMs = performance.now();
    for (let i = 0; i < size; i++) run(b * size + i);
    us[b] = ((performance.now() - startedMs) * 1000) / size;
  }
  return timing(us);
}

function timing(us: Float64Array): Timing {
  const sorted = us.sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { medianUs: at(0.5), p99Us: at(0.99), n: sorted.length };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
