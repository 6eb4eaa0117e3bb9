/**
 * Gates that say one thing.
 * @module
 */
import type { Gate } from "../gate.ts";
import { allow, deny, hold, slow, type Verdict } from "../verdict.ts";

export const says = (id: string, verdict: (gate: string) => Verdict): Gate => ({
  id,
  check: () => verdict(id),
});
export const yes = (id: string): Gate => says(id, (gate) => allow(gate));
export const no = (id: string): Gate => says(id, (gate) => deny(gate, "nope", `${gate} says no`));
export const slower = (id: string, scale: number): Gate => says(id, (gate) => slow(gate, "slow", scale, "slower"));
export const wait = (id: string, timeoutMs = 1000): Gate => says(id, (gate) => hold(gate, "approval_required", timeoutMs, "ask somebody"));
/** A plug-in without types. */
export const plugIn = (answer: unknown): Gate => ({ id: "plug_in", check: () => answer as Verdict });
