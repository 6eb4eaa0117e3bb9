/**
 * A plan that every gate allowed, as a type. `chain.ts` alone can make one: the set that remembers them never leaves that file.
 * @module
 */
import type { Plan } from "../intent/plan.ts";

declare const cleared: unique symbol;

/** Frozen, without failure, already slowed as far as the gates asked for. The runtime executes nothing else. */
export type Cleared<P extends Plan = Plan> = P & { readonly [cleared]: true };

export { isCleared } from "./chain.ts";
