import { expect, test } from "vitest";
import { SimulatedClock, type Clock } from "../core/clock.ts";
import { requestApproval, type ApprovalChannel, type ApprovalRequest } from "./approvals.ts";

const request: ApprovalRequest = {
  planHash: "sha256:1",
  intent: { id: "i-1", name: "pick", args: {}, rationale: "" },
  observation: "obs-1",
  reason: "listed",
  robot: "gantry",
  motion: { fromInWorld: [0, 0, 0], toInWorld: [], durationMs: 0, fastestMps: 0 },
  expiresAtMs: 1000,
};
const silent: ApprovalChannel = { name: "silent", ask: () => new Promise(() => undefined) };

test("runtime row 20 silence: approval timed out after N s, on a real clock, and who was asked hears that it is over", async () => {
  const waits: number[] = [];
  const clock: Clock = {
    kind: "real",
    epochNs: 0n,
    nowMs: () => 500,
    sleepUntil: (atMs) => {
      waits.push(atMs);
      return Promise.resolve();
    },
  };
  let over: AbortSignal | undefined;
  const channel: ApprovalChannel = { ...silent, ask: (asked, signal) => ((over = signal), silent.ask(asked, signal)) };
  expect(await requestApproval(channel, request, { clock, timeoutMs: 30_000, signal: new AbortController().signal })).toEqual({
    kind: "refused",
    code: "approval_timeout",
    reason: "approval timed out after 30 s",
    operatorId: "",
  });
  expect(waits).toEqual([30_500]);
  expect(over?.aborted).toBe(true);
});

test("runtime row 20 a simulated clock does not run out while a person thinks", async () => {
  const clock = new SimulatedClock();
  const slow: ApprovalChannel = {
    name: "slow",
    ask: async () => {
      for (let turn = 0; turn < 100; turn++) await Promise.resolve();
      return { approved: true, operatorId: "ann" };
    },
  };
  const timing = { clock, timeoutMs: 1, signal: new AbortController().signal };
  expect(await requestApproval(slow, request, timing)).toEqual({ kind: "approved", operatorId: "ann" });
});
