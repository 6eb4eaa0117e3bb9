import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import { denyListGate } from "./deny-list-gate.ts";
import type { Ask } from "./gate.ts";
import { rateLimitGate } from "./rate-limit-gate.ts";
import { askOf, worldOf } from "./testing/asks.ts";

const world = worldOf();
const scanAt = (atMs: number, name = "scan"): Ask => askOf({ name, atMs, world });

test("runtime row 11 per_minute 2: scan three times at once", () => {
  const chain = createGateChain([rateLimitGate({ perMinute: 2 })]);
  const answers = [0, 0, 0].map((atMs) => chain.clear(scanAt(atMs)).answers[0]);
  expect(answers.map((answer) => answer?.kind)).toEqual(["allow", "allow", "deny"]);
  expect(answers[0]?.reason).toBe("0/2 per minute");
  expect(answers[2]?.reason).toBe("scan exceeded 2/min (observed 2 in last 60s)");
});

test("runtime row 11 entries drop out when strictly older than 60 s", () => {
  const chain = createGateChain([rateLimitGate({ perMinute: 1 })]);
  expect(chain.clear(scanAt(1000)).verdict.kind).toBe("allow");
  expect(chain.clear(scanAt(61_000)).verdict.kind).toBe("deny");
  expect(chain.clear(scanAt(61_001)).verdict.kind).toBe("allow");
});

test("runtime row 11 over a long time each call sees exactly the calls of the last minute, in a copy too", () => {
  let gate = rateLimitGate({ perMinute: 1000 });
  for (let i = 0; i < 400; i++) {
    const ask = scanAt(i * 1000);
    expect(gate.check(ask).reason).toBe(`${Math.min(i, 60)}/1000 per minute`);
    gate.commit?.(ask);
    if (i % 7 === 0) gate = gate.fork?.() ?? gate;
  }
});

test("runtime row 11 each name has its own window; denied calls do not count", () => {
  const chain = createGateChain([rateLimitGate({ perMinute: 1 }), denyListGate({ denied: ["pick"] })]);
  expect(chain.clear(scanAt(0)).verdict.kind).toBe("allow");
  for (let i = 0; i < 3; i++) expect(chain.clear(scanAt(0, "pick")).verdict).toMatchObject({ gate: "deny_list" });
  expect(chain.clear(scanAt(0, "wave")).verdict.kind).toBe("allow");
  expect(chain.clear(scanAt(0)).verdict).toMatchObject({ gate: "rate_limit" });
});

test("runtime row 11 never more than N in any 60 s, for any times", () => {
  const times = array(integer({ min: 0, max: 30_000 }), { minLength: 1, maxLength: 40 });
  assert(
    property(times, integer({ min: 0, max: 4 }), (gaps, perMinute) => {
      const chain = createGateChain([rateLimitGate({ perMinute })]);
      const cleared: number[] = [];
      let atMs = 0;
      for (const gap of gaps) {
        atMs += gap;
        const inWindow = cleared.filter((earlier) => earlier >= atMs - 60_000).length;
        const { kind } = chain.clear(scanAt(atMs)).verdict;
        expect(kind).toBe(inWindow < perMinute ? "allow" : "deny");
        if (kind === "allow") cleared.push(atMs);
      }
    }),
    { seed: 20261121, numRuns: 100 },
  );
});

test("runtime row 11 an unusable time or limit opens nothing", () => {
  const gate = rateLimitGate({ perMinute: 1 });
  gate.commit?.(scanAt(0));
  expect(gate.check(scanAt(Number.NaN)).kind).toBe("deny");
  gate.commit?.(scanAt(Number.NaN, "wave"));
  expect(gate.check(scanAt(1e9, "wave")).kind).toBe("deny");
  for (const perMinute of [Number.NaN, Infinity, -1, 1.5]) expect(() => rateLimitGate({ perMinute })).toThrow(/perMinute/);
  expect(rateLimitGate({ perMinute: 0 }).check(scanAt(0)).kind).toBe("deny");
});
