/**
 * A minimum interval between cleared intents of one name.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

export interface CooldownConfig {
  /** Seconds for every name without an entry of its own. */
  readonly defaultS?: number;
  readonly perPrimitiveS?: Readonly<Record<string, number>>;
}

export function cooldownGate(config: CooldownConfig = {}): Gate {
  const perPrimitiveS = new Map(Object.entries(config.perPrimitiveS ?? {}));
  const defaultS = config.defaultS ?? 0;
  for (const [name, seconds] of [["default", defaultS] as const, ...perPrimitiveS])
    if (!(Number.isFinite(seconds) && seconds >= 0))
      throw new ClearanceError("value.invalid", `cooldown of ${name} is ${seconds} s; give a finite number of 0 or more`, {
        field: `cooldown.${name}`,
        problem: "not a finite number of 0 or more",
      });
  return new CooldownGate(defaultS, perPrimitiveS, new Map());
}

const id = "cooldown";
const passed = allow(id);

class CooldownGate implements Gate {
  readonly id = id;
  readonly #defaultS: number;
  readonly #perPrimitiveS: ReadonlyMap<string, number>;
  readonly #clearedMs: Map<string, number>;

  constructor(defaultS: number, perPrimitiveS: ReadonlyMap<string, number>, clearedMs: Map<string, number>) {
    this.#defaultS = defaultS;
    this.#perPrimitiveS = perPrimitiveS;
    this.#clearedMs = clearedMs;
  }

  check({ intent, atMs }: Ask): Verdict {
    const intervalS = this.#perPrimitiveS.get(intent.name) ?? this.#defaultS;
    const clearedMs = this.#clearedMs.get(intent.name);
    if (clearedMs === undefined || intervalS === 0) return passed;
    const elapsedS = (atMs - clearedMs) / 1000;
    if (elapsedS >= intervalS) return passed;
    const waitS = intervalS - elapsedS;
    const reason = `${intent.name} on cooldown (${elapsedS.toFixed(1)}s < ${formatG(intervalS)}s, wait ${waitS.toFixed(1)}s)`;
    if (!Number.isFinite(waitS)) return deny(this.id, "on_cooldown", reason);
    return deny(this.id, "on_cooldown", reason, { elapsedS, intervalS, waitS });
  }

  commit({ intent, atMs }: Ask): void {
    this.#clearedMs.set(intent.name, atMs);
  }

  fork(): Gate {
    return new CooldownGate(this.#defaultS, this.#perPrimitiveS, new Map(this.#clearedMs));
  }
}
