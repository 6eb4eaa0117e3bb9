import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import { cooldownGate } from "./cooldown-gate.ts";
import type { Ask } from "./gate.ts";
import { askOf, worldOf } from "./testing/asks.ts";

const world = worldOf();
const askAt = (name: string, atMs: number): Ask => askOf({ name, atMs, world });

test("runtime row 12 default 10 s, scan 0: scan, scan", () => {
  const chain = createGateChain([cooldownGate({ defaultS: 10, perPrimitiveS: { scan: 0 } })]);
  expect([0, 0].map((atMs) => chain.clear(askAt("scan", atMs)).verdict.kind)).toEqual(["allow", "allow"]);
});

test("runtime row 12 a second call inside the interval waits, in words", () => {
  const chain = createGateChain([cooldownGate({ defaultS: 2 })]);
  expect(chain.clear(askAt("pick", 1000)).verdict.kind).toBe("allow");
  expect(chain.clear(askAt("pick", 1500)).verdict).toMatchObject({
    kind: "deny",
    gate: "cooldown",
    reason: "pick on cooldown (0.5s < 2s, wait 1.5s)",
    evidence: { elapsedS: 0.5, intervalS: 2, waitS: 1.5 },
  });
  expect(chain.clear(askAt("scan", 1500)).verdict.kind).toBe("allow");
  expect(chain.clear(askAt("pick", 3000)).verdict.kind).toBe("allow");
});

test("runtime row 12 only cleared intents restart it", () => {
  const gate = cooldownGate({ defaultS: 1 });
  gate.commit?.(askAt("pick", 0));
  for (const atMs of [100, 500, 900]) expect(gate.check(askAt("pick", atMs)).kind).toBe("deny");
  expect(gate.check(askAt("pick", 1000)).kind).toBe("allow");
});

test("runtime row 12 allowed exactly when the interval has passed, for any times", () => {
  assert(
    property(integer({ min: 0, max: 100_000 }), integer({ min: 0, max: 100_000 }), (intervalMs, elapsedMs) => {
      const gate = cooldownGate({ perPrimitiveS: { pick: intervalMs / 1000 } });
      gate.commit?.(askAt("pick", 5000));
      expect(gate.check(askAt("pick", 5000 + elapsedMs)).kind).toBe(elapsedMs >= intervalMs ? "allow" : "deny");
    }),
    { seed: 20261121, numRuns: 300 },
  );
});

test("runtime row 12 hostile times and configuration", () => {
  const gate = cooldownGate({ defaultS: 1 });
  gate.commit?.(askAt("pick", 10_000));
  for (const atMs of [Number.NaN, -Infinity, 0]) expect(gate.check(askAt("pick", atMs)).kind).toBe("deny");
  for (const defaultS of [Number.NaN, Infinity, -1]) expect(() => cooldownGate({ defaultS })).toThrow(/cooldown of default/);
  expect(() => cooldownGate({ perPrimitiveS: { pick: Number.NaN } })).toThrow(/cooldown of pick/);
});
