import { expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import { cooldownGate } from "./cooldown-gate.ts";
import type { Ask } from "./gate.ts";
import { numberedGates } from "./numbered-gates.ts";
import { askOf, worldOf } from "./testing/asks.ts";

const world = worldOf();
const askAt = (name: string, atMs: number): Ask => askOf({ name, atMs, world });
const two = () => createGateChain(numberedGates([cooldownGate({ defaultS: 1 }), cooldownGate({ perPrimitiveS: { pick: 5, land: 5 } })]));

test("runtime row 12 two gates of one kind both hold, and say which refused", () => {
  const chain = two();
  expect(chain.gates.map(({ id }) => id)).toEqual(["cooldown", "cooldown#2"]);
  expect(chain.clear(askAt("pick", 0)).verdict.kind).toBe("allow");
  expect(chain.clear(askAt("pick", 500)).verdict).toMatchObject({ kind: "deny", gate: "cooldown" });
  expect(chain.clear(askAt("pick", 2000)).verdict).toMatchObject({ kind: "deny", gate: "cooldown#2" });
  expect(chain.clear(askAt("pick", 5000)).verdict.kind).toBe("allow");
});

test("the stop class is exempt from the second as from the first", () => {
  const chain = two();
  for (const atMs of [0, 10, 20]) expect(chain.clear(askAt("land", atMs)).verdict.kind).toBe("allow");
});

test("a copy counts for itself and keeps the names", () => {
  const chain = two();
  const copy = chain.fork();
  expect(copy.gates.map(({ id }) => id)).toEqual(["cooldown", "cooldown#2"]);
  expect(copy.clear(askAt("pick", 0)).verdict.kind).toBe("allow");
  expect(chain.clear(askAt("pick", 2000)).verdict.kind).toBe("allow");
  expect(copy.clear(askAt("pick", 2000)).verdict).toMatchObject({ kind: "deny", gate: "cooldown#2" });
});
