import { describe, expect, test } from "vitest";
import { createGateChain } from "./chain.ts";
import { denyListGate } from "./deny-list-gate.ts";
import type { Gate } from "./gate.ts";
import { moveAsk } from "./testing/asks.ts";
import { slower, wait } from "./testing/fake-gates.ts";
import { allow, deny } from "./verdict.ts";

const ask = moveAsk([0.5, 0, 1]);

describe("runtime row 20 approvals", () => {
  const chain = () => createGateChain([wait("hitl", 5000), wait("value", 2000), slower("velocity", 0.5), denyListGate()]);
  const approval = { planHash: ask.plan.hash, operator: "alice", expiresAtMs: 10_000 };

  test("a hold names the plan, the gates that hold and the shortest time-out, and commits nothing", () => {
    const answer = chain().clear(ask);
    expect(answer.hold).toEqual({
      planHash: ask.plan.hash,
      gates: ["hitl", "value"],
      timeoutMs: 2000,
    });
    expect(answer.hold?.planHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(answer.cleared).toBeUndefined();
  });

  test("approved, the plan is cleared once, slowed as the other gates ask", () => {
    const gates = chain();
    const answer = gates.clearApproved(ask, approval);
    expect(answer).toMatchObject({ verdict: { kind: "hold", gate: "hitl" }, scale: 0.5 });
    expect(answer.cleared?.durationMs).toBe(2000);
    const again = gates.clearApproved(ask, { ...approval });
    expect(again.verdict).toMatchObject({
      kind: "deny",
      gate: "hitl",
      code: "approval_used",
      reason: "the approval was used before",
    });
    expect(again.cleared).toBeUndefined();
    expect(gates.clearApproved(ask, { ...approval, expiresAtMs: 10_001 }).cleared).toBeDefined();
  });

  test.for([
    ["another plan", { planHash: `sha256:${"0".repeat(64)}` }, "approval_mismatch"],
    ["nobody", { operator: " " }, "approval_anonymous"],
    ["a moment ago", { expiresAtMs: -1 }, "approval_expired"],
    ["no moment", { expiresAtMs: Number.NaN }, "approval_expired"],
    ["for ever", { expiresAtMs: Infinity }, "approval_expired"],
    ["used elsewhere", { used: true }, "approval_used"],
  ] as const)("refused: approved by or for %s", ([, change, code]) => {
    const gates = chain();
    const { verdict, cleared } = gates.clearApproved(ask, { ...approval, ...change });
    expect(verdict).toMatchObject({ kind: "deny", code });
    expect(cleared).toBeUndefined();
    expect(gates.clearApproved(ask, approval).cleared).toBeDefined();
  });

  test("other gates are asked again, as things are now: a denial outweighs the approval and leaves it unspent", () => {
    let open = false;
    const door: Gate = {
      id: "door",
      check: () => (open ? allow("door") : deny("door", "closed", "door closed")),
    };
    const gates = createGateChain([wait("hitl"), door]);
    expect(gates.clearApproved(ask, approval).verdict).toMatchObject({
      kind: "deny",
      gate: "door",
    });
    open = true;
    expect(gates.clearApproved(ask, approval).cleared).toBeDefined();
  });

  test("an approval is of one plan: the same words with another path need another", () => {
    const other = moveAsk([0.5, 0, 1], { durationMs: 500 });
    expect(chain().clearApproved(other, approval).verdict).toMatchObject({
      code: "approval_mismatch",
    });
  });

  test("a fork knows what was spent, and spends apart", () => {
    const gates = chain();
    const before = gates.fork();
    gates.clearApproved(ask, approval);
    expect(gates.fork().clearApproved(ask, approval).verdict).toMatchObject({
      code: "approval_used",
    });
    expect(before.clearApproved(ask, approval).cleared).toBeDefined();
  });
});
