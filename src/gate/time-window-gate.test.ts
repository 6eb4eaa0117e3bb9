import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { askOf, worldOf } from "./testing/asks.ts";
import { timeWindowGate, type DayWindow } from "./time-window-gate.ts";

const world = worldOf();
const at = (clock: string, day = "2026-11-21"): bigint => BigInt(Date.parse(`${day}T${clock}Z`)) * 1_000_000n;
const pickAt = (wallNs: bigint) => askOf({ name: "pick", wallNs, world });
const gateOf = (...windows: DayWindow[]) => timeWindowGate({ perPrimitive: { pick: windows } });

test("runtime row 13 09:00-17:00 at 16:59 and, end exclusive, at 17:00", () => {
  const gate = gateOf({ start: "09:00", end: "17:00" });
  expect(gate.check(pickAt(at("16:59:59.999"))).kind).toBe("allow");
  expect(gate.check(pickAt(at("09:00"))).kind).toBe("allow");
  expect(gate.check(pickAt(at("17:00")))).toMatchObject({
    kind: "deny",
    gate: "time_window",
    reason: "pick outside its time windows (now 17:00)",
  });
  expect(gate.check(pickAt(at("08:59:59.999"))).kind).toBe("deny");
});

test("runtime row 13 overnight, with the flag and without", () => {
  expect(gateOf({ start: "22:00", end: "06:00", endBeforeStart: true }).check(pickAt(at("05:59"))).kind).toBe("allow");
  expect(gateOf({ start: "22:00", end: "06:00" }).check(pickAt(at("23:30"))).kind).toBe("allow");
  expect(gateOf({ start: "22:00", end: "06:00" }).check(pickAt(at("06:00"))).kind).toBe("deny");
});

test("runtime row 13 any window will do; names without an entry pass at any time", () => {
  const gate = gateOf({ start: "08:00", end: "09:00" }, { start: "20:00", end: "24:00" });
  expect(gate.check(pickAt(at("08:30"))).kind).toBe("allow");
  expect(gate.check(pickAt(at("23:59:59"))).kind).toBe("allow");
  expect(gate.check(pickAt(at("12:00"))).kind).toBe("deny");
  expect(gate.check(askOf({ name: "scan", wallNs: at("12:00"), world })).kind).toBe("allow");
});

test("runtime row 13 the time zone decides what time it is", () => {
  const berlin = timeWindowGate({
    perPrimitive: { pick: [{ start: "09:00", end: "10:00" }] },
    timeZone: "Europe/Berlin",
  });
  expect(berlin.check(pickAt(at("08:30"))).kind).toBe("allow");
  expect(berlin.check(pickAt(at("07:30", "2026-07-01"))).kind).toBe("allow");
  expect(berlin.check(pickAt(at("09:30")))).toMatchObject({
    reason: "pick outside its time windows (now 10:30)",
  });
  const india = timeWindowGate({
    perPrimitive: { pick: [{ start: "00:00", end: "00:30" }] },
    timeZone: 330,
  });
  expect(india.check(pickAt(at("18:30"))).kind).toBe("allow");
});

test.for([
  ["no windows", []],
  ["start = end", [{ start: "09:00", end: "09:00" }]],
  ["25 hours", [{ start: "25:00", end: "09:00" }]],
  ["61 minutes", [{ start: "09:61", end: "10:00" }]],
  ["a start of 24:00", [{ start: "24:00", end: "10:00" }]],
  ["no time at all", [{ start: "", end: "noon" }]],
  ["a flag that disagrees", [{ start: "09:00", end: "17:00", endBeforeStart: true }]],
] as const)("runtime row 13 refused as configuration: %s", ([, windows]) => {
  expect(() => timeWindowGate({ perPrimitive: { pick: windows } })).toThrow(/time_window: /);
});

test("runtime row 13 unknown zones are refused; an unusable wall time denies", () => {
  for (const timeZone of ["Mars/Olympus", Number.NaN, 5000])
    expect(() => timeWindowGate({ perPrimitive: {}, timeZone })).toThrow(/time zone/);
  const zones = [undefined, "Europe/Berlin"] as const;
  for (const timeZone of zones) {
    const windows = { pick: [{ start: "00:00", end: "24:00" }] };
    const gate = timeWindowGate({
      perPrimitive: windows,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    expect(gate.check(pickAt(at("12:00"))).kind).toBe("allow");
    // A caller without types may hand over anything.
    expect(gate.check(pickAt(Number.NaN as unknown as bigint))).toMatchObject({
      kind: "deny",
      reason: "wall time unknown",
    });
  }
  const far = timeWindowGate({
    perPrimitive: { pick: [{ start: "00:00", end: "24:00" }] },
    timeZone: "Europe/Berlin",
  });
  expect(far.check(pickAt(10n ** 40n)).kind).toBe("deny");
});

test("runtime row 13 agrees with start <= t < end for every minute of every window", () => {
  const minute = integer({ min: 0, max: 1439 });
  const text = (m: number) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;
  assert(
    property(minute, minute, minute, integer({ min: -5, max: 20_000 }), (start, end, now, day) => {
      if (start === end) return;
      const gate = gateOf({ start: text(start), end: text(end) });
      const wallNs = (BigInt(day) * 86_400n + BigInt(now) * 60n) * 1_000_000_000n;
      const inside = start < end ? now >= start && now < end : now >= start || now < end;
      expect(gate.check(pickAt(wallNs)).kind).toBe(inside ? "allow" : "deny");
    }),
    { seed: 20261121, numRuns: 300 },
  );
});
