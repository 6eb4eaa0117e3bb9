/**
 * The border: whatever a policy, a file or a model emits becomes an `Intent` here, once, or a list of issues.
 * @module
 */
import { frozenJson } from "../core/is-json.ts";
import { deepFreeze, toJsonValue, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Intent } from "./intent.ts";

export interface IntentIssue {
  /** JSON pointer into the raw value; "" is the whole. */
  readonly path: string;
  readonly problem: string;
}

/** Each with its place, in one line. */
export function describeIssues(issues: readonly IntentIssue[]): string {
  return issues.map(({ path, problem }) => `${path === "" ? "the intent" : path} ${problem}`).join("; ");
}

export type ParsedIntent = { readonly ok: true; readonly intent: Intent } | { readonly ok: false; readonly issues: readonly IntentIssue[] };

const knownKeys = new Set(["id", "name", "args", "rationale", "basedOn", "validForMs"]);

/** `id` is used when the raw value brings none. The result is a deep frozen copy: later changes to `raw` have no effect. */
export function parseIntent(raw: unknown, id: string): ParsedIntent {
  const issues: IntentIssue[] = [];
  const value = frozen(raw) ?? repaired(raw, issues);
  if (!isObject(value)) return { ok: false, issues: [...issues, { path: "", problem: "is not an object" }] };
  for (const key in value) if (!knownKeys.has(key)) issues.push({ path: `/${key}`, problem: "is not a field of an intent" });

  const name = value["name"];
  const args = value["args"] ?? noArgs;
  const rationale = value["rationale"] ?? "";
  const ownId = value["id"] ?? id;
  const basedOn = value["basedOn"];
  const validForMs = value["validForMs"];
  if (typeof name !== "string" || name === "") issues.push({ path: "/name", problem: "must be a non-empty string" });
  if (!isObject(args)) issues.push({ path: "/args", problem: "must be an object" });
  if (typeof rationale !== "string") issues.push({ path: "/rationale", problem: "must be a string" });
  if (typeof ownId !== "string" || ownId === "") issues.push({ path: "/id", problem: "must be a non-empty string" });
  if (basedOn !== undefined && typeof basedOn !== "string") issues.push({ path: "/basedOn", problem: "must be the id of an observation" });
  if (validForMs !== undefined && !(typeof validForMs === "number" && validForMs >= 0))
    issues.push({ path: "/validForMs", problem: "must be a number of ms, 0 or more" });
  if (issues.length > 0 || typeof ownId !== "string" || typeof name !== "string" || typeof rationale !== "string" || !isObject(args))
    return { ok: false, issues };
  const intent: { -readonly [Key in keyof Intent]: Intent[Key] } = { id: ownId, name, args, rationale };
  if (typeof basedOn === "string") intent.basedOn = basedOn;
  if (typeof validForMs === "number") intent.validForMs = validForMs;
  return { ok: true, intent: Object.freeze(intent) };
}

const noArgs: JsonObject = Object.freeze({});

/** Undefined for what is not JSON as it stands, a getter that throws included. */
function frozen(raw: unknown): JsonValue | undefined {
  try {
    return frozenJson(raw);
  } catch {
    return undefined;
  }
}

/** What is not JSON stands as null in the copy, and is an issue. */
function repaired(raw: unknown, issues: IntentIssue[]): JsonValue {
  const { value, nonFinite, nonJson } = toJsonValue(raw);
  for (const pointer of nonFinite) issues.push({ path: pointer, problem: "is not a finite number" });
  for (const pointer of nonJson) issues.push({ path: pointer, problem: "is not JSON" });
  return deepFreeze(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
