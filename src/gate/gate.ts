import type { Intent } from "../intent/intent.ts";
import type { Plan } from "../intent/plan.ts";
import type { PrimitiveInfo } from "../intent/primitive.ts";
import type { WorldView } from "../intent/world-view.ts";
import type { Verdict } from "./verdict.ts";

export interface Actor {
  /** `policy`, `operator`, `controller`, `composite`, … */
  readonly role: string;
  readonly id: string;
  /** Whose budget pays; "" is nobody's. */
  readonly tenant: string;
}

/** What a gate is asked. Everything in it is frozen. */
export interface Ask {
  readonly intent: Intent;
  readonly primitive: PrimitiveInfo;
  readonly plan: Plan;
  readonly world: WorldView;
  readonly atMs: number;
  /** Wall time, ns since the epoch, for windows of the day. */
  readonly wallNs: bigint;
  readonly actor: Actor;
}

/**
 * A gate is pure: it looks and answers. `commit` is called once, after every gate allowed, so counters, timers and
 * baselines move only for cleared intents; `fork` gives an independent copy of that state for replay and dry runs.
 */
export interface Gate {
  /** Compatible snake_case name: `deny_list`, `rate_limit`, `geofence`, … */
  readonly id: string;
  check(ask: Ask): Verdict;
  commit?(ask: Ask): void;
  fork?(): Gate;
}
