/**
 * Human in the loop: listed primitives wait for a person. The gate only says so; asking, waiting and time-outs are the runtime's.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { evidenceNumber, type JsonObject } from "../core/json.ts";
import type { Ask, Gate } from "./gate.ts";
import { hardestGripN, planFacts } from "./plan-facts.ts";
import { speedPeaks } from "./speed-peaks.ts";
import { allow, hold, type Verdict } from "./verdict.ts";

export interface HitlConfig {
  readonly requiresApproval: Iterable<string>;
  /** How long a person may take. */
  readonly timeoutMs?: number;
  /** Names that exist; when given, an unknown name in the list is a configuration error rather than a hole. */
  readonly registered?: Iterable<string>;
}

/** Throws `config.invalid` on names that no primitive has, or a time-out that is not positive. */
export function hitlGate(config: HitlConfig): Gate {
  const id = "hitl";
  const names: ReadonlySet<string> = new Set(config.requiresApproval);
  const timeoutMs = config.timeoutMs ?? 30_000;
  const problems: string[] = [];
  if (!(timeoutMs > 0 && timeoutMs < Infinity)) problems.push(`timeoutMs is ${timeoutMs}; give a positive number`);
  if (config.registered !== undefined) {
    const registered = new Set(config.registered);
    for (const name of names) if (!registered.has(name)) problems.push(`requires_approval names '${name}', which is not registered`);
  }
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `hitl: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const passed = allow(id, "no approval needed");
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { name } = ask.intent;
      if (!names.has(name)) return passed;
      return hold(id, "approval_required", timeoutMs, `'${name}' needs a person's approval`, motionOf(ask));
    },
  });
}

/** What the person decides on: where from, where to, how long, how hard. */
function motionOf({ plan, world }: Ask): JsonObject {
  const { declared, segments, durationMs } = plan;
  const end = declared.pointsInWorld.at(-1);
  const forceN = hardestGripN(plan);
  return {
    startM: world.observation.worldFromTip.position.map(evidenceNumber),
    ...(end === undefined ? {} : { endM: end.map(evidenceNumber) }),
    durationMs: evidenceNumber(durationMs),
    ...(planFacts(plan).moves ? { peakTipMps: evidenceNumber(speedPeaks(plan, world.robot).fastest.mps) } : {}),
    segments: segments.map(({ label }) => label),
    ...(forceN === undefined ? {} : { forceN: evidenceNumber(forceN) }),
  };
}
