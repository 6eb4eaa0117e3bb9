/**
 * How long to wait before something is tried again.
 * @module
 */
import type { Random } from "./random.ts";

export interface Backoff {
  readonly backoffInitialS?: number;
  readonly backoffFactor?: number;
  readonly backoffMaxS?: number;
  readonly jitterFrac?: number;
  readonly random: Random;
}

/** min(initial × factor^(n-1), max) × (1 + jitter × U), U uniform in [-1, 1]; s. */
export function backoffS(failures: number, options: Backoff): number {
  const { backoffInitialS = 0.1, backoffFactor = 2, backoffMaxS = 5, jitterFrac = 0.1, random } = options;
  let waitS = backoffInitialS;
  for (let n = 1; n < failures; n++) waitS = Math.min(waitS * backoffFactor, backoffMaxS);
  return Math.min(waitS, backoffMaxS) * (1 + jitterFrac * random.uniform(-1, 1));
}
