import { nearestName } from "../../core/nearest.ts";
import type { LastStep } from "../policy.ts";
import { reasonOf } from "../reason-of.ts";
import { stepStatuses, type Expectation, type StepStatus } from "./script.ts";
import { formatInvalid, type SourceValue } from "../../core/yaml/source.ts";

const keys = ["status", "gate", "code"] as const;

/** `ok`, or `{status: blocked, gate: prohibited_zones}`. */
export function parseExpectation(value: SourceValue): Expectation {
  if (value.kind === "scalar") return { status: statusOf(value) };
  if (value.kind === "list") throw formatInvalid(value.where, "expect must be a status or a mapping", "write expect: ok");
  const given: { gate?: string; code?: string } = {};
  let status: StepStatus | undefined;
  for (const [key, entry] of value.entries) {
    if (key === "status") status = statusOf(entry.value);
    else if (key === "gate" || key === "code") given[key] = nameOf(entry.value, key);
    else {
      const near = nearestName(key, keys);
      throw formatInvalid(
        entry.where,
        `unknown key '${key}' in expect`,
        near === undefined ? `known keys: ${keys.join(", ")}` : `did you mean '${near}'?`,
      );
    }
  }
  if (status === undefined && given.gate === undefined && given.code === undefined)
    throw formatInvalid(value.where, "expect says nothing", "write expect: ok or expect: {status: blocked}");
  // Only a refusal has a gate, so naming one without a status means blocked.
  return { status: status ?? "blocked", ...given };
}

/** Undefined when met; otherwise what was wanted and what came. */
export function unmetExpectation(expect: Expectation | undefined, last: LastStep): string | undefined {
  const wanted = expect ?? { status: "ok" };
  const met =
    last.status === wanted.status &&
    (wanted.gate === undefined || last.gate === wanted.gate) &&
    (wanted.code === undefined || last.code === wanted.code);
  if (met) return undefined;
  const reason = last.status === "ok" || last.message === "" ? "" : ` (${reasonOf(last)})`;
  return `expected ${described(wanted)}, got ${described(lastAsExpectation(wanted, last))}${reason}`;
}

function lastAsExpectation(wanted: Expectation, { status, gate, code }: LastStep): Expectation {
  const byGate = status === "ok" || gate === "" ? {} : { gate };
  return { status, ...byGate, ...(wanted.code === undefined || status === "ok" ? {} : { code: code ?? "no code" }) };
}

function described({ status, gate, code }: Expectation): string {
  return `${status}${gate === undefined ? "" : ` by ${gate}`}${code === undefined ? "" : ` with ${code}`}`;
}

function statusOf(value: SourceValue): StepStatus {
  const text = value.kind === "scalar" && typeof value.value === "string" ? value.value : undefined;
  const status = stepStatuses.find((each) => each === text);
  if (status !== undefined) return status;
  const near = text === undefined ? undefined : nearestName(text, stepStatuses);
  const shown = value.kind === "scalar" ? `'${value.source}'` : "this";
  throw formatInvalid(
    value.where,
    `${shown} is not a status`,
    near === undefined ? `use ${stepStatuses.join(", ")}` : `did you mean '${near}'?`,
  );
}

function nameOf(value: SourceValue, key: string): string {
  if (value.kind === "scalar" && typeof value.value === "string" && value.value !== "") return value.value;
  throw formatInvalid(value.where, `${key} must be a name`, `write ${key}: some_name`);
}
