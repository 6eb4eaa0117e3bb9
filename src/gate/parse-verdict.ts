/**
 * A gate may be a plug-in written without types, so what it answers is parsed, not trusted. Written by hand: this runs for every
 * gate of every step. Each field is read once and copied, so an answer cannot change after it was judged.
 * @module
 */
import { deepFreeze, isJsonObject, toJsonValue, type JsonObject } from "../core/json.ts";
import { allow, deny, hold, slow, type Allow, type Deny, type Verdict } from "./verdict.ts";

/**
 * May throw where `raw` has throwing getters; the chain catches that like any other fault of a gate. `before` is the gate's last
 * parsed allow, given back when it says the same again: most answers are, and then nothing is allocated.
 */
export function parseVerdict(gate: string, raw: unknown, before?: Allow): Verdict {
  if (!isRecord(raw)) return malformed(gate, raw === undefined ? "the gate returned nothing" : `the gate returned ${kindOf(raw)}`);
  const { kind, reason } = raw;
  if (kind === undefined && typeof raw["then"] === "function") return promised(gate, raw);
  if (raw["gate"] !== gate) return malformed(gate, "gate is not the id of the gate that answered");
  if (typeof reason !== "string") return malformed(gate, "reason is not a text");
  if (kind === "allow") return before !== undefined && before.reason === reason ? before : allow(gate, reason);
  return parseObjection(gate, kind, reason, raw);
}

function parseObjection(gate: string, kind: unknown, reason: string, raw: Readonly<Record<string, unknown>>): Verdict {
  const { code } = raw;
  if (!(typeof code === "string" && code !== "")) return malformed(gate, "code is not a text");
  const evidence = parseEvidence(raw["evidence"]);
  if (typeof evidence === "string") return malformed(gate, evidence);
  switch (kind) {
    case "deny":
      return deny(gate, code, reason, evidence);
    case "slow": {
      const { scale } = raw;
      if (!(typeof scale === "number" && scale > 0 && scale <= 1)) return malformed(gate, "scale is not a number in (0, 1]");
      return slow(gate, code, scale, reason, evidence);
    }
    case "hold": {
      const { approval } = raw;
      const timeoutMs = isRecord(approval) ? approval["timeoutMs"] : undefined;
      if (!(typeof timeoutMs === "number" && timeoutMs > 0 && timeoutMs < Infinity))
        return malformed(gate, "approval.timeoutMs is not a positive number");
      return hold(gate, code, timeoutMs, reason, evidence);
    }
    default:
      return malformed(gate, `kind is ${typeof kind === "string" ? `"${kind}"` : kindOf(kind)}`);
  }
}

/** A frozen copy, or what is wrong. */
function parseEvidence(raw: unknown): JsonObject | string {
  const { value, nonFinite, nonJson } = toJsonValue(raw);
  if (nonFinite[0] !== undefined) return `evidence${nonFinite[0]} is not a finite number`;
  if (nonJson[0] !== undefined) return `evidence${nonJson[0]} is not JSON`;
  return isJsonObject(value) ? deepFreeze(value) : "evidence is not an object";
}

/** An async gate could answer late, or never; waiting is the runtime's business. */
function promised(gate: string, raw: Readonly<Record<string, unknown>>): Deny {
  // Nobody will await it, and an unhandled rejection would end the process.
  if (raw instanceof Promise) raw.catch(() => undefined);
  return deny(gate, "malformed_verdict", "malformed verdict: gates are pure and synchronous", {
    problem: "the gate returned a promise",
  });
}

function malformed(gate: string, problem: string): Deny {
  return deny(gate, "malformed_verdict", "malformed verdict", { problem });
}

/** `TYPE: TEXT` of anything thrown, however hostile. */
export function describeThrown(cause: unknown): string {
  try {
    if (cause instanceof Error) return `${cause.name}: ${cause.message}`;
    return `${kindOf(cause)}: ${String(cause)}`;
  } catch {
    return "unknown: the thrown value cannot be described";
  }
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
