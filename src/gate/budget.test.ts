import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BudgetBucket, budgetRate } from "./budget-bucket.ts";
import { budgetCounters, parseBudgetOptions, TenantBudgets, type BudgetOptions, type BudgetReservation } from "./budget-tenants.ts";

const seed = 20261121;

class HandClock {
  ms = 0;
  nowMs(): number {
    return this.ms;
  }
}

function budgets(options: BudgetOptions = {}): { clock: HandClock; budgets: TenantBudgets } {
  const clock = new HandClock();
  return { clock, budgets: new TenantBudgets({ clock, ...options }) };
}

/** How many of `calls` units are taken now. */
function takes(of: TenantBudgets, calls: number, tenant = "a"): number {
  let taken = 0;
  for (let i = 0; i < calls; i++) if (of.consume(tenant, "inverse_kinematics") === null) taken += 1;
  return taken;
}

function reserved(answer: ReturnType<TenantBudgets["reserve"]>): BudgetReservation {
  if (answer.kind !== "reserved") throw new Error(answer.message);
  return answer;
}

describe("the bucket", () => {
  test("G32 no burst at a window boundary", () => {
    const { clock, budgets: of } = budgets();
    expect(takes(of, 1)).toBe(1);
    clock.ms = 59_900;
    expect(takes(of, 40)).toBe(30);
    clock.ms = 60_000;
    expect(takes(of, 40)).toBe(0);
    clock.ms = 61_899.999_999;
    expect(takes(of, 1)).toBe(0);
    clock.ms = 61_900;
    expect(takes(of, 40)).toBe(1);
  });

  test("G50 60,000 calls at 1 kHz within 60,000 per 60 s are all accepted", () => {
    const { clock, budgets: of } = budgets({ limits: { action_validations: 60_000 } });
    let accepted = 0;
    for (let i = 0; i < 60_000; i++) {
      clock.ms = i;
      if (of.consume("a", "action_validations") === null) accepted += 1;
    }
    expect(accepted).toBe(60_000);
  });

  test("G50 an emptied bucket goes on at exactly its rate for a minute", () => {
    const { clock, budgets: of } = budgets({ limits: { action_validations: 60_000 } });
    let accepted = 0;
    while (of.consume("a", "action_validations") === null);
    for (let i = 1; i <= 60_000; i++) {
      clock.ms = i;
      if (of.consume("a", "action_validations") === null) accepted += 1;
    }
    expect(accepted).toBe(60_000);
    expect(of.consume("a", "action_validations")).not.toBeNull();
  });

  test("D14 a refusal names counter, limit and window, and when to come back, to the ns", () => {
    const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: 7 } });
    expect(takes(of, 9)).toBe(7);
    const refusal = of.consume("a", "inverse_kinematics");
    expect(refusal).toMatchObject({ kind: "refused", tenant: "a", counter: "inverse_kinematics", limit: 7, windowS: 60 });
    expect(refusal?.message).toBe("physical budget exceeded for inverse_kinematics: limit 7 per 60.000s window");
    // 60 s / 7 = 8571428571.43 ns
    expect(refusal?.retryAfterMs).toBe(8571.428572);
    clock.ms = 8571.428571;
    expect(takes(of, 1)).toBe(0);
    clock.ms = 8571.428572;
    expect(takes(of, 1)).toBe(1);
  });

  test("D14 a clock that runs backwards, or is no clock, stands still", () => {
    const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: 2 }, windowS: 1 });
    clock.ms = 10_000;
    expect(takes(of, 5)).toBe(2);
    for (const ms of [0, -1e9, Number.NaN, Infinity, -Infinity]) {
      clock.ms = ms;
      expect(takes(of, 5)).toBe(0);
    }
    clock.ms = 10_500;
    expect(takes(of, 5)).toBe(1);
  });

  test("D14 the bucket itself stands still when its time runs backwards", () => {
    const bucket = new BudgetBucket(budgetRate("x", 1, 1), 0);
    bucket.take(1, 5_000_000_000);
    for (const atNs of [0, -1e9, Number.NaN]) expect(bucket.fits(1, atNs)).toBe(false);
    expect(bucket.fits(1, 5_999_999_999)).toBe(false);
    expect(bucket.fits(1, 6_000_000_000)).toBe(true);
  });

  test("D14 property: the same answers as tat in exact integers, for any limit, window and times", () => {
    const steps = fc.array(fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 })), fc.integer({ min: 1, max: 3 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 997 }),
        fc.integer({ min: 1, max: 997 }),
        fc.integer({ min: 1, max: 50_000_000 }),
        steps,
        (limit, wanted, windowNs, calls) => {
          const burst = Math.min(wanted, limit);
          const { clock, budgets: of } = budgets({
            limits: { sensor_fusion: limit },
            bursts: { sensor_fusion: burst },
            windowS: windowNs / 1e9,
          });
          const rate = budgetRate("x", limit, windowNs / 1e9, burst);
          // In units of 1 / limit ns: T is the window.
          const unit = BigInt(rate.windowNs);
          let tat = 0n;
          let nowNs = 0;
          for (const [passNs, units] of calls) {
            nowNs += passNs;
            clock.ms = nowNs / 1e6;
            const now = BigInt(nowNs) * BigInt(limit);
            const next = (tat > now ? tat : now) + BigInt(units) * unit;
            const accept = next - now <= unit * BigInt(burst);
            if (accept) tat = next;
            expect(of.consume("a", "sensor_fusion", units) === null).toBe(accept);
          }
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  test("D14 property: at most twice the limit in any window, and never starved", () => {
    const times = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 50, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 13 }), times, (limit, gaps) => {
        const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: limit }, windowS: 0.1 });
        const accepted: number[] = [];
        for (const gap of gaps) {
          clock.ms += gap;
          const refusal = of.consume("a", "inverse_kinematics");
          if (refusal === null) accepted.push(clock.ms);
          expect(refusal?.retryAfterMs ?? 0).toBeLessThanOrEqual(100 / limit + 1e-6);
        }
        for (const from of accepted) expect(accepted.filter((ms) => ms >= from && ms <= from + 100).length).toBeLessThanOrEqual(2 * limit);
      }),
      { seed, numRuns: 200 },
    );
  });

  test("D14 limits and windows that no number of ns divides are counted without drift", () => {
    const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: 999_983 }, windowS: 86_400 });
    while (of.consume("a", "inverse_kinematics", 999_983) === null);
    clock.ms = 86_400_000 - 0.000001;
    expect(of.consume("a", "inverse_kinematics", 999_983)).not.toBeNull();
    clock.ms = 86_400_000;
    expect(of.consume("a", "inverse_kinematics", 999_983)).toBeNull();
  });
});

describe("tenants", () => {
  test("D14 counters and tenants are independent", () => {
    const { budgets: of } = budgets();
    expect(takes(of, 40, "a")).toBe(30);
    expect(takes(of, 40, "b")).toBe(30);
    expect(of.consume("a", "simulation_checks")).toBeNull();
  });

  test("D14 the nameless tenant is shown as default and shares nothing with one so named", () => {
    const { budgets: of } = budgets();
    expect(takes(of, 40, "")).toBe(30);
    expect(takes(of, 40, "default")).toBe(30);
    expect(of.snapshot("").tenant).toBe("default");
  });

  test("D14 requireTenant refuses the nameless one", () => {
    const { budgets: of } = budgets({ requireTenant: true });
    expect(of.consume("", "action_validations")).toMatchObject({ kind: "refused", counter: "tenant" });
    expect(of.consume("a", "action_validations")).toBeNull();
  });

  test("D14 names of objects' own properties are ordinary tenants", () => {
    const { budgets: of } = budgets();
    for (const name of ["__proto__", "constructor", "toString"]) expect(takes(of, 40, name)).toBe(30);
  });

  test("D14 at most maxTenants; full ones are forgotten, others hold their place", () => {
    const { clock, budgets: of } = budgets({ maxTenants: 2, windowS: 1 });
    expect(takes(of, 1, "a")).toBe(1);
    expect(takes(of, 1, "b")).toBe(1);
    expect(of.consume("c", "inverse_kinematics")).toMatchObject({ counter: "tenants", limit: 2 });
    expect(of.reserve("c", {})).toMatchObject({ counter: "tenants" });
    expect(takes(of, 1, "a")).toBe(1);
    clock.ms = 40;
    // b has its unit back; a still owes one of two.
    expect(takes(of, 1, "c")).toBe(1);
    expect(of.snapshot("a").counters.inverse_kinematics.used).toBe(1);
    expect(of.consume("b", "inverse_kinematics")).toMatchObject({ counter: "tenants" });
  });

  test("D14 a snapshot counts as of now and remembers nobody", () => {
    const { clock, budgets: of } = budgets({ maxTenants: 1 });
    expect(takes(of, 3)).toBe(3);
    clock.ms = 2000;
    expect(of.snapshot("a").counters).toEqual({
      action_validations: { used: 0, limit: 120, available: 120, retryAfterMs: 0 },
      inverse_kinematics: { used: 2, limit: 30, available: 28, retryAfterMs: 0 },
      simulation_checks: { used: 0, limit: 60, available: 60, retryAfterMs: 0 },
      sensor_fusion: { used: 0, limit: 60, available: 60, retryAfterMs: 0 },
    });
    expect(of.snapshot("stranger").counters.inverse_kinematics.used).toBe(0);
    expect(takes(of, 1)).toBe(1);
  });

  test("D14 a fork goes its own way", () => {
    const { budgets: of } = budgets();
    expect(takes(of, 10)).toBe(10);
    const held = reserved(of.reserve("a", { inverse_kinematics: 5 }));
    const fork = of.fork();
    expect(takes(fork, 40)).toBe(15);
    expect(fork.release(held)).toBe(true);
    expect(takes(fork, 40)).toBe(5);
    expect(takes(of, 40)).toBe(15);
    expect(of.commit(held)).toBe(true);
    fork.advanceTo(2000);
    expect(takes(fork, 40)).toBe(1);
    expect(takes(of, 40)).toBe(0);
  });
});

describe("reservations", () => {
  test("D14 all or nothing", () => {
    const { budgets: of } = budgets({ limits: { sensor_fusion: 1 } });
    expect(of.reserve("a", { action_validations: 2, sensor_fusion: 2 })).toMatchObject({ kind: "refused", counter: "sensor_fusion" });
    expect(of.snapshot("a").counters.action_validations.used).toBe(0);
    expect(of.reserve("a", { action_validations: 2, sensor_fusion: 1 })).toMatchObject({ kind: "reserved", expiresAtMs: 60_000 });
    expect(of.consume("a", "sensor_fusion")).not.toBeNull();
    expect(of.snapshot("a").counters.action_validations.used).toBe(2);
  });

  test("D14 released units are there at once, committed ones come back in time, each settles once", () => {
    const { clock, budgets: of } = budgets();
    const first = reserved(of.reserve("a", { inverse_kinematics: 30 }));
    expect(takes(of, 1)).toBe(0);
    expect(of.release(first)).toBe(true);
    expect(of.release(first)).toBe(false);
    expect(of.commit(first)).toBe(false);
    const second = reserved(of.reserve("a", { inverse_kinematics: 30 }));
    expect(of.commit(second)).toBe(true);
    expect(takes(of, 1)).toBe(0);
    clock.ms = 2000;
    expect(takes(of, 40)).toBe(1);
  });

  test("D14 an unsettled reservation is given back after 60 s and can then no longer be committed", () => {
    const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: 2 }, windowS: 600 });
    const held = reserved(of.reserve("a", { inverse_kinematics: 2 }));
    expect(of.consume("a", "inverse_kinematics")?.retryAfterMs).toBe(60_000);
    clock.ms = 59_999;
    expect(takes(of, 1)).toBe(0);
    clock.ms = 60_000;
    expect(of.commit(held)).toBe(false);
    expect(takes(of, 3)).toBe(2);
  });

  test("D14 releasing never gives back more than was set aside, however long it was held", () => {
    const { clock, budgets: of } = budgets({ limits: { inverse_kinematics: 10 }, windowS: 1 });
    const held = reserved(of.reserve("a", { inverse_kinematics: 5 }));
    clock.ms = 30_000;
    expect(takes(of, 20)).toBe(5);
    of.release(held);
    expect(takes(of, 20)).toBe(5);
  });

  test("D14 a reservation of one is worth nothing to others", () => {
    const one = budgets().budgets;
    const other = budgets().budgets;
    const held = reserved(one.reserve("a", { inverse_kinematics: 1 }));
    expect(other.commit(held)).toBe(false);
    expect(one.commit({ ...held })).toBe(false);
    expect(one.commit(held)).toBe(true);
  });
});

describe("hostile", () => {
  test("D14 unknown counters are errors", () => {
    const { budgets: of } = budgets();
    const consume = (...args: unknown[]): unknown => Reflect.apply(Reflect.get(of, "consume"), of, args);
    const reserve = (...args: unknown[]): unknown => Reflect.apply(Reflect.get(of, "reserve"), of, args);
    expect(() => consume("a", "camera")).toThrow("unknown physical budget counter 'camera'");
    expect(() => consume("a", "toString")).toThrow("unknown physical budget counter 'toString'");
    expect(() => reserve("a", { camera: 1 })).toThrow("unknown physical budget counter 'camera'");
    expect(() => Reflect.construct(TenantBudgets, [{ limits: { camera: 1 } }])).toThrow("unknown physical budget counter 'camera'");
  });

  test.for<BudgetOptions>([
    { limits: { sensor_fusion: 0 } },
    { limits: { sensor_fusion: -1 } },
    { limits: { sensor_fusion: 1.5 } },
    { limits: { sensor_fusion: Number.NaN } },
    { limits: { sensor_fusion: Infinity } },
    { bursts: { sensor_fusion: 61 } },
    { bursts: { sensor_fusion: 0 } },
    { windowS: 0 },
    { windowS: -1 },
    { windowS: Number.NaN },
    { windowS: Infinity },
    { windowS: 1e-10 },
    { windowS: 1e9 },
    { maxTenants: 0 },
    { maxTenants: 1.5 },
    { reservationMs: -1 },
    { reservationMs: Number.NaN },
  ])("D14 %j is refused", (options) => {
    expect(() => new TenantBudgets(options)).toThrow(/must be/);
  });

  test.for([-1, 0.5, Number.NaN, Infinity])("D14 %d units are refused", (units) => {
    const { budgets: of } = budgets();
    expect(() => of.consume("a", "sensor_fusion", units)).toThrow(/units must be an integer > 0/);
    expect(() => of.reserve("a", { sensor_fusion: units })).toThrow(/units must be an integer > 0/);
  });

  test("D14 more units than a full bucket holds are refused, not owed", () => {
    const { budgets: of } = budgets();
    expect(of.consume("a", "sensor_fusion", 61)).not.toBeNull();
    expect(of.consume("a", "sensor_fusion", 60)).toBeNull();
  });
});

test("D14 limits come from a file under their compatible keys", () => {
  expect(parseBudgetOptions({ max_action_validations: 5, window_seconds: 10 })).toEqual({ limits: { action_validations: 5 }, windowS: 10 });
  expect(() => parseBudgetOptions({ max_camera: 5 })).toThrow(/max_camera/);
  expect(() => parseBudgetOptions({ max_sensor_fusion: "5" })).toThrow(/max_sensor_fusion/);
  expect(() => parseBudgetOptions({ window_seconds: 0 })).toThrow(/window_seconds/);
  expect(budgetCounters).toEqual(["action_validations", "inverse_kinematics", "simulation_checks", "sensor_fusion"]);
});
