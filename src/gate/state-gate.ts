import type { Ask, Gate } from "./gate.ts";
import { unlessFresh } from "./measured.ts";
import { allow, type Verdict } from "./verdict.ts";

/** Refuses everything but sensing and stopping while a listed source (`joints`, `objects`, …) is unknown or too old. */
export function stateGate(config: { readonly sources?: readonly string[] } = {}): Gate {
  const id = "state";
  const sources = Object.freeze([...(config.sources ?? ["joints"])]);
  const passed = allow(id);
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { risk } = ask.primitive;
      if ((risk === "sense" || risk === "stop") && ask.plan.segments.every((segment) => segment.kind === "hold")) return passed;
      return unlessFresh(id, ask, ...sources) ?? passed;
    },
  });
}
