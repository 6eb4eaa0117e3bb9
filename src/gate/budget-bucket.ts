/**
 * A token bucket that counts exactly: the generic cell rate algorithm in integers.
 *
 * The bucket owes `debt`, a time. Taking a unit adds T = window / limit to it, and it falls by one ns every ns until it is 0, a full
 * bucket. T need not be a whole number of ns, so a debt is kept as ns + parts / limit, both whole: no rounding, no drift, no overflow.
 * (With tat = now + debt this is the usual "accept when max(tat, now) + T - now <= window".)
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber } from "../core/finite.ts";

/** How fast one counter refills; shared by the buckets of every tenant. */
export interface BudgetRate {
  /** Units that come back in a window. */
  readonly limit: number;
  /** Units that a full bucket holds, 1 … limit. */
  readonly burst: number;
  readonly windowNs: number;
  /** T = unitNs + unitParts / limit, in ns. */
  readonly unitNs: number;
  readonly unitParts: number;
  /** burst × T, in the same form. */
  readonly capacityNs: number;
  readonly capacityParts: number;
}

/**
 * `limit` and `burst` in whole units, `windowS` in s, counted in whole ns (1 ns to 104 days).
 * @throws ClearanceError `value.invalid`, naming `field`.
 */
export function budgetRate(field: string, limit: number, windowS: number, burst = limit): BudgetRate {
  if (!(Number.isSafeInteger(limit) && limit > 0)) throw invalid(field, `must be an integer > 0, got ${String(limit)}`);
  if (!(Number.isSafeInteger(burst) && burst > 0 && burst <= limit))
    throw invalid(`${field} burst`, `must be an integer from 1 to the limit ${limit}, got ${String(burst)}`);
  const windowNs = Math.round(finiteNumber("window_seconds", windowS) * 1e9);
  if (!(windowNs > 0 && Number.isSafeInteger(windowNs)))
    throw invalid("window_seconds", `must be > 0 and at most 9007199 (104 days), got ${windowS}`);
  const unitNs = Math.floor(windowNs / limit);
  const capacity = (BigInt(burst) * BigInt(windowNs)) / BigInt(limit);
  const capacityParts = (BigInt(burst) * BigInt(windowNs)) % BigInt(limit);
  return Object.freeze({
    limit,
    burst,
    windowNs,
    unitNs,
    unitParts: windowNs - unitNs * limit,
    capacityNs: Number(capacity),
    capacityParts: Number(capacityParts),
  });
}

/** Times are whole ns on the caller's clock; one that runs backwards counts as standing still. */
export class BudgetBucket {
  readonly #rate: BudgetRate;
  #debtNs = 0;
  #debtParts = 0;
  #heldUnits = 0;
  #atNs: number;

  constructor(rate: BudgetRate, atNs: number) {
    this.#rate = rate;
    this.#atNs = atNs;
  }

  /** Whether `units` could be taken now. */
  fits(units: number, atNs: number): boolean {
    this.#drain(atNs);
    const rate = this.#rate;
    if (units !== 1 || this.#heldUnits !== 0) return this.#shortfall(units) <= 0n;
    let parts = this.#debtParts + rate.unitParts;
    let ns = this.#debtNs + rate.unitNs;
    if (parts >= rate.limit) {
      parts -= rate.limit;
      ns += 1;
    }
    return ns < rate.capacityNs || (ns === rate.capacityNs && parts <= rate.capacityParts);
  }

  /** Charges `units`, which must fit. */
  take(units: number, atNs: number): void {
    this.#drain(atNs);
    const { limit, unitNs, unitParts, windowNs } = this.#rate;
    if (units !== 1) {
      const debt = this.#debt() + BigInt(units) * BigInt(windowNs);
      this.#debtNs = Number(debt / BigInt(limit));
      this.#debtParts = Number(debt % BigInt(limit));
      return;
    }
    this.#debtNs += unitNs;
    this.#debtParts += unitParts;
    if (this.#debtParts >= limit) {
      this.#debtParts -= limit;
      this.#debtNs += 1;
    }
  }

  /**
   * Sets units aside, which must fit. They occupy the bucket, without coming back, until `settle`: so that giving them back leaves
   * the bucket exactly as if they had never been asked for.
   */
  hold(units: number): void {
    this.#heldUnits += units;
  }

  /** Ends a hold: the units are charged as of now, or given back. */
  settle(units: number, charge: boolean, atNs: number): void {
    this.#heldUnits -= units;
    if (charge) this.take(units, atNs);
  }

  /** Units that could be taken now. */
  available(atNs: number): number {
    this.#drain(atNs);
    const { windowNs } = this.#rate;
    return Number((this.#capacity() - this.#debt()) / BigInt(windowNs)) - this.#heldUnits;
  }

  /** ns until one unit fits: 0 if it does, Infinity while held units alone fill the bucket. */
  retryAfterNs(atNs: number): number {
    this.#drain(atNs);
    if (this.#heldUnits >= this.#rate.burst) return Infinity;
    const short = this.#shortfall(1);
    const limit = BigInt(this.#rate.limit);
    return short <= 0n ? 0 : Number((short + limit - 1n) / limit);
  }

  /** Nothing owed and nothing held: forgetting such a bucket loses nothing. */
  isFull(atNs: number): boolean {
    this.#drain(atNs);
    return this.#debtNs === 0 && this.#debtParts === 0 && this.#heldUnits === 0;
  }

  fork(): BudgetBucket {
    const copy = new BudgetBucket(this.#rate, this.#atNs);
    copy.#debtNs = this.#debtNs;
    copy.#debtParts = this.#debtParts;
    copy.#heldUnits = this.#heldUnits;
    return copy;
  }

  #drain(atNs: number): void {
    if (!(atNs > this.#atNs)) return;
    this.#debtNs -= atNs - this.#atNs;
    this.#atNs = atNs;
    if (this.#debtNs < 0) {
      this.#debtNs = 0;
      this.#debtParts = 0;
    }
  }

  // In units of 1 / limit ns: there T is the window in ns, a whole number.
  #debt(): bigint {
    return BigInt(this.#debtNs) * BigInt(this.#rate.limit) + BigInt(this.#debtParts);
  }

  #capacity(): bigint {
    return BigInt(this.#rate.burst) * BigInt(this.#rate.windowNs);
  }

  #shortfall(units: number): bigint {
    return this.#debt() + BigInt(this.#heldUnits + units) * BigInt(this.#rate.windowNs) - this.#capacity();
  }
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
