/**
 * What each tenant may spend on checking: four counters, a token bucket each. Costly work is charged before it runs.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import { BudgetBucket, budgetRate, type BudgetRate } from "./budget-bucket.ts";

/** Compatible names, in the order of the buckets. */
export const budgetCounters = Object.freeze(["action_validations", "inverse_kinematics", "simulation_checks", "sensor_fusion"] as const);
export type BudgetCounter = (typeof budgetCounters)[number];
export type BudgetUnits = { readonly [Counter in BudgetCounter]?: number };

const defaultLimits: Readonly<Record<BudgetCounter, number>> = Object.freeze({
  action_validations: 120,
  inverse_kinematics: 30,
  simulation_checks: 60,
  sensor_fusion: 60,
});

export interface BudgetOptions {
  /** Units per window; 120, 30, 60 and 60 unless given. */
  readonly limits?: BudgetUnits;
  /** Units a full bucket holds, where fewer than the limit. */
  readonly bursts?: BudgetUnits;
  /** 60 unless given. */
  readonly windowS?: number;
  /** Refuses nameless tenants; without it they share a bucket of their own. */
  readonly requireTenant?: boolean;
  /** 1024 unless given. */
  readonly maxTenants?: number;
  /** An unsettled reservation is given back after this; 60 000 unless given. */
  readonly reservationMs?: number;
  /** Monotonic. Without one, time moves by `advanceTo` alone. */
  readonly clock?: { nowMs(): number };
}

/** An answer, not an exception: budgets run out in normal operation. */
export interface BudgetRefusal {
  readonly kind: "refused";
  readonly tenant: string;
  /** `tenant`: a name is required. `tenants`: too many of them. */
  readonly counter: BudgetCounter | "tenant" | "tenants";
  readonly limit: number;
  readonly windowS: number;
  /** After this one unit fits. Capped at the life of a reservation where reserved units are in the way. */
  readonly retryAfterMs: number;
  readonly message: string;
}

export interface BudgetReservation {
  readonly kind: "reserved";
  readonly tenant: string;
  readonly units: BudgetUnits;
  readonly expiresAtMs: number;
}

export interface CounterSnapshot {
  readonly used: number;
  readonly limit: number;
  readonly available: number;
  readonly retryAfterMs: number;
}
export interface BudgetSnapshot {
  /** `default` for the nameless tenant. */
  readonly tenant: string;
  readonly counters: Readonly<Record<BudgetCounter, CounterSnapshot>>;
}

interface Held {
  /** In the order of `budgetCounters`. */
  readonly units: readonly number[];
  readonly expiresAtNs: number;
}

export class TenantBudgets {
  readonly #rates: readonly BudgetRate[];
  readonly #windowS: number;
  readonly #requireTenant: boolean;
  readonly #maxTenants: number;
  readonly #reservationNs: number;
  readonly #clock: { nowMs(): number } | undefined;
  readonly #options: BudgetOptions;
  readonly #tenants = new Map<string, readonly BudgetBucket[]>();
  /** In the order in which they expire: all live equally long. */
  readonly #held = new Map<BudgetReservation, Held>();
  #nowNs = 0;

  /** @throws ClearanceError `value.invalid` for limits that are not integers > 0, an unknown counter, or a bad window. */
  constructor(options: BudgetOptions = {}) {
    const { limits = {}, bursts = {}, windowS = 60, requireTenant = false, maxTenants = 1024, reservationMs = 60_000 } = options;
    for (const name of [...Object.keys(limits), ...Object.keys(bursts)]) indexOf(name);
    this.#rates = budgetCounters.map((name) => budgetRate(name, limits[name] ?? defaultLimits[name], windowS, bursts[name]));
    if (!(Number.isSafeInteger(maxTenants) && maxTenants > 0))
      throw invalid("maxTenants", `must be an integer > 0, got ${String(maxTenants)}`);
    this.#windowS = windowS;
    this.#requireTenant = requireTenant;
    this.#maxTenants = maxTenants;
    this.#reservationNs = Math.round(nonNegativeNumber("reservationMs", reservationMs) * 1e6);
    this.#clock = options.clock;
    this.#options = { limits, bursts, windowS, requireTenant, maxTenants, reservationMs };
  }

  /**
   * Takes one unit, or `units`. Null when it was taken; a refusal takes nothing.
   * @throws ClearanceError `value.invalid` for an unknown counter.
   */
  consume(tenant: string, counter: BudgetCounter, units = 1): BudgetRefusal | null {
    const index = indexOf(counter);
    const refusal = this.refusal(tenant, counter, units);
    if (refusal !== null) return refusal;
    this.#bucketsOf(tenant)[index]!.take(units, this.#nowNs);
    return null;
  }

  /** What `consume` would answer, without charging. */
  refusal(tenant: string, counter: BudgetCounter, units = 1): BudgetRefusal | null {
    const index = indexOf(counter);
    if (!(Number.isSafeInteger(units) && units > 0)) throw invalid("units", `must be an integer > 0, got ${String(units)}`);
    this.#tick();
    const unwelcome = this.#unwelcome(tenant);
    if (unwelcome !== null) return unwelcome;
    const buckets = this.#tenants.get(tenant);
    const fits = buckets === undefined ? units <= this.#rates[index]!.burst : buckets[index]!.fits(units, this.#nowNs);
    return fits ? null : this.#refuse(tenant, index);
  }

  /** All of it or nothing, set aside until it is committed or released. */
  reserve(tenant: string, units: BudgetUnits): BudgetReservation | BudgetRefusal {
    for (const name of Object.keys(units)) indexOf(name);
    const wanted = budgetCounters.map((name) => units[name] ?? 0);
    this.#tick();
    const unwelcome = this.#unwelcome(tenant);
    if (unwelcome !== null) return unwelcome;
    for (const [index, count] of wanted.entries()) {
      const refusal = count === 0 ? null : this.refusal(tenant, budgetCounters[index]!, count);
      if (refusal !== null) return refusal;
    }
    const buckets = this.#bucketsOf(tenant);
    for (const [index, count] of wanted.entries()) buckets[index]!.hold(count);
    const expiresAtNs = this.#nowNs + this.#reservationNs;
    const reservation: BudgetReservation = Object.freeze({
      kind: "reserved",
      tenant,
      units: Object.freeze({ ...units }),
      expiresAtMs: expiresAtNs / 1e6,
    });
    this.#held.set(reservation, { units: wanted, expiresAtNs });
    return reservation;
  }

  /** Charges what was reserved, as of now. False when the reservation had expired or was settled before: nothing is charged then. */
  commit(reservation: BudgetReservation): boolean {
    this.#tick();
    return this.#settle(reservation, true);
  }

  /** Gives back what was reserved. False when there was nothing to give back any more. */
  release(reservation: BudgetReservation): boolean {
    this.#tick();
    return this.#settle(reservation, false);
  }

  /** As of now; a tenant never seen has used nothing, and is not remembered for the asking. */
  snapshot(tenant: string): BudgetSnapshot {
    this.#tick();
    const buckets = this.#tenants.get(tenant);
    const of = (index: number): CounterSnapshot => {
      const { limit, burst } = this.#rates[index]!;
      const available = buckets === undefined ? burst : buckets[index]!.available(this.#nowNs);
      return { used: burst - available, limit, available, retryAfterMs: this.#retryAfterMs(buckets?.[index]) };
    };
    return {
      tenant: tenant === "" ? "default" : tenant,
      counters: { action_validations: of(0), inverse_kinematics: of(1), simulation_checks: of(2), sensor_fusion: of(3) },
    };
  }

  /** Moves time forward; a time already past changes nothing, and one that is not finite is not a time. */
  advanceTo(nowMs: number): void {
    const nowNs = Math.round(nowMs * 1e6);
    if (nowNs > this.#nowNs && nowNs < Infinity) this.#nowNs = nowNs;
    for (const [reservation, { expiresAtNs }] of this.#held) {
      if (expiresAtNs > this.#nowNs) break;
      this.#settle(reservation, false);
    }
  }

  /** An independent copy for replay and dry runs. It has no clock: `advanceTo` moves its time. */
  fork(): TenantBudgets {
    const copy = new TenantBudgets(this.#options);
    copy.#nowNs = this.#nowNs;
    for (const [tenant, buckets] of this.#tenants)
      copy.#tenants.set(
        tenant,
        buckets.map((bucket) => bucket.fork()),
      );
    for (const [reservation, held] of this.#held) copy.#held.set(reservation, held);
    return copy;
  }

  #tick(): void {
    if (this.#clock !== undefined) this.advanceTo(this.#clock.nowMs());
  }

  #settle(reservation: BudgetReservation, charge: boolean): boolean {
    const held = this.#held.get(reservation);
    if (held === undefined) return false;
    this.#held.delete(reservation);
    const buckets = this.#tenants.get(reservation.tenant);
    for (const [index, units] of held.units.entries()) buckets?.[index]!.settle(units, charge, this.#nowNs);
    return true;
  }

  #unwelcome(tenant: string): BudgetRefusal | null {
    if (tenant === "" && this.#requireTenant) return this.#refuseTenant(tenant, "tenant", "physical budget needs a tenant: none was given");
    if (this.#tenants.has(tenant) || this.#tenants.size < this.#maxTenants || this.#forgettable() !== undefined) return null;
    return this.#refuseTenant(tenant, "tenants", `physical budget holds ${this.#maxTenants} tenants and none can be forgotten yet`);
  }

  #forgettable(): string | undefined {
    for (const [tenant, buckets] of this.#tenants) if (buckets.every((bucket) => bucket.isFull(this.#nowNs))) return tenant;
    return undefined;
  }

  #bucketsOf(tenant: string): readonly BudgetBucket[] {
    const known = this.#tenants.get(tenant);
    if (known !== undefined) return known;
    if (this.#tenants.size >= this.#maxTenants) this.#tenants.delete(this.#forgettable() ?? "");
    const buckets = this.#rates.map((rate) => new BudgetBucket(rate, this.#nowNs));
    this.#tenants.set(tenant, buckets);
    return buckets;
  }

  #refuse(tenant: string, index: number): BudgetRefusal {
    const { limit } = this.#rates[index]!;
    const counter = budgetCounters[index]!;
    const message = `physical budget exceeded for ${counter}: limit ${limit} per ${this.#windowS.toFixed(3)}s window`;
    const retryAfterMs = this.#retryAfterMs(this.#tenants.get(tenant)?.[index]);
    return Object.freeze({ kind: "refused", tenant, counter, limit, windowS: this.#windowS, retryAfterMs, message });
  }

  #refuseTenant(tenant: string, counter: "tenant" | "tenants", message: string): BudgetRefusal {
    const limit = counter === "tenants" ? this.#maxTenants : 0;
    const retryAfterMs = counter === "tenants" ? this.#windowS * 1000 : 0;
    return Object.freeze({ kind: "refused", tenant, counter, limit, windowS: this.#windowS, retryAfterMs, message });
  }

  #retryAfterMs(bucket: BudgetBucket | undefined): number {
    return bucket === undefined ? 0 : Math.min(bucket.retryAfterNs(this.#nowNs), this.#reservationNs) / 1e6;
  }
}

/**
 * Options from a file: `max_action_validations`, `max_inverse_kinematics`, `max_simulation_checks`, `max_sensor_fusion` and
 * `window_seconds`, each optional.
 * @throws ClearanceError `value.invalid` for any other key and for values that are not numbers in range.
 */
export function parseBudgetOptions(raw: Readonly<Record<string, unknown>>): BudgetOptions {
  const limits: { [Counter in BudgetCounter]?: number } = {};
  let windowS = 60;
  for (const [key, value] of Object.entries(raw)) {
    if (key === "window_seconds") windowS = finiteNumber(key, value);
    else {
      const counter = budgetCounters.find((name) => `max_${name}` === key);
      if (counter === undefined) throw invalid(key, "is not a setting of a physical budget");
      limits[counter] = finiteNumber(key, value);
    }
  }
  const options = { limits, windowS };
  void new TenantBudgets(options);
  return options;
}

function indexOf(counter: string): number {
  switch (counter) {
    case "action_validations":
      return 0;
    case "inverse_kinematics":
      return 1;
    case "simulation_checks":
      return 2;
    case "sensor_fusion":
      return 3;
    default: {
      const problem = `unknown physical budget counter '${counter}'`;
      throw new ClearanceError("value.invalid", problem, { field: "counter", problem });
    }
  }
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
