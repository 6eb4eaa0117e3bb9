import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { denyListGate } from "./deny-list-gate.ts";
import { askOf } from "./testing/asks.ts";

const gate = denyListGate({ denied: ["pick"] });

test("runtime row 10 denied {pick}: pick is denied, scan allowed", () => {
  expect(gate.check(askOf({ name: "pick" }))).toMatchObject({
    kind: "deny",
    gate: "deny_list",
    reason: "pick is on the deny list",
  });
  expect(gate.check(askOf({ name: "scan" })).kind).toBe("allow");
});

test("runtime row 10 the primitive's own name is looked up as well, so an alias hides nothing", () => {
  expect(gate.check(askOf({ name: "grab", primitive: { name: "pick" } }))).toMatchObject({
    reason: "pick is on the deny list",
  });
});

test("runtime row 10 names of the language are ordinary names", () => {
  for (const name of ["__proto__", "constructor", "toString", ""]) {
    expect(gate.check(askOf({ name })).kind).toBe("allow");
    expect(denyListGate({ denied: [name] }).check(askOf({ name })).kind).toBe("deny");
  }
  expect(denyListGate().check(askOf({ name: "pick" })).kind).toBe("allow");
});

test("runtime row 10 for every name: denied exactly when listed", () => {
  assert(
    property(string(), string(), (listed, name) => {
      expect(denyListGate({ denied: [listed] }).check(askOf({ name })).kind).toBe(name === listed ? "deny" : "allow");
    }),
    { seed: 20261121, numRuns: 200 },
  );
});
