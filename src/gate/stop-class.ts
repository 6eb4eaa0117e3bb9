/**
 * What stopping is allowed to skip. A stop must never wait for a limit that exists to keep motion rare or slow.
 * @module
 */
import type { Ask } from "./gate.ts";
import { kindOfGate } from "./numbered-gates.ts";

const stopNames: ReadonlySet<string> = new Set(["stop", "land", "lie_down"]);

/** Gates that the stop class is not asked by; all others judge a landing like any other motion. */
const skipped: ReadonlySet<string> = new Set([
  "rate_limit",
  "cooldown",
  "time_window",
  "deadline",
  "intervention",
  "action_smoothing",
  "hitl",
]);

export function isStopClass(ask: Ask): boolean {
  return ask.primitive.risk === "stop" || stopNames.has(ask.primitive.name);
}

export function skipsGate(gateId: string): boolean {
  return skipped.has(kindOfGate(gateId));
}

/** `stop` itself, exempt from every gate. Something named `stop` that would move the arm is a motion, and is judged as one. */
export function isPlainStop(ask: Ask): boolean {
  if (!(ask.intent.name === "stop" && ask.primitive.name === "stop" && ask.plan.intent === ask.intent)) return false;
  return ask.plan.failure === undefined && ask.plan.segments.every((segment) => segment.kind === "hold");
}
