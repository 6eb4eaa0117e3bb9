/**
 * Verdicts on record: one JSON object a line, enough to judge every command again and get the same bits.
 *
 *     {"chain", "kind":"kernel", config …}   a new kernel from here on
 *     {"chain", "kind":"verdict", command, state, verdict}
 *     {"chain", "kind":"closed"}             the kernel was closed
 *
 * `chain` is the hash of the line and of all before it (chain.ts).
 *
 * A kernel remembers the last `seq` it passed, so a recording is replayed from its first line.
 * @module
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { Command } from "../command.ts";
import type { KernelOptions } from "../kernel-options.ts";
import type { MeasuredState } from "../decode-command.ts";
import { controlModes } from "../modes.ts";
import type { Kernel, Passed, Refused } from "../kernel.ts";
import { CHAIN_START, sealLine } from "./chain.ts";
import { kernelConfigHash, kernelConfigJson, kernelVersion } from "./kernel-config.ts";
import { exactNumber, readExactNumber, toExactJson } from "./plain-data.ts";

export const recordingFormat = 2;

/** One judged chunk. */
export interface KernelRecording {
  /** Of the kernel that judged, see `kernelConfigHash`. */
  readonly configHash: string;
  readonly kernelVersion: string;
  readonly command: Command;
  readonly state: MeasuredState;
  readonly verdict: Passed | Refused;
}

/** The line that begins a kernel, without its chain. */
function kernelLine(config: KernelOptions): string {
  return canonicalJson({
    kind: "kernel",
    format: recordingFormat,
    kernelVersion,
    configHash: kernelConfigHash(config),
    config: kernelConfigJson(config),
  });
}

/** One line, without its chain. A command that is not what its type says is recorded as `unreadable`: it cannot be judged again. */
export function verdictLine({ configHash, kernelVersion: version, command, state, verdict }: KernelRecording): string {
  const head = { kind: "verdict", configHash, kernelVersion: version, verdict: verdictJson(verdict) };
  try {
    return canonicalJson({ ...head, command: commandJson(command), state: stateJson(state) });
  } catch (cause) {
    return canonicalJson({ ...head, unreadable: cause instanceof Error ? cause.message : String(cause) });
  }
}

/** A kernel that judges as the given one does and hands every verdict on as a line. Lines are made outside the kernel's own thread. */
export function recordedKernel(kernel: Kernel, config: KernelOptions, write: (line: string) => void): Kernel {
  const configHash = kernelConfigHash(config);
  let chain = CHAIN_START;
  const keep = (text: string): void => {
    const next = sealLine(chain, text);
    write(next.line);
    chain = next.chain;
  };
  keep(kernelLine(config));
  return Object.freeze({
    modes: kernel.modes,
    vet(command: Command, state: MeasuredState): Passed | Refused {
      const verdict = kernel.vet(command, state);
      keep(verdictLine({ configHash, kernelVersion, command, state, verdict }));
      return verdict;
    },
    close(): void {
      kernel.close();
      keep(canonicalJson({ kind: "closed" }));
    },
  });
}

const numberFields = ["width", "periodMs", "seq", "basedOnSeq", "validUntilMs"] as const;
const optionalFields = ["issuedMs", "observedAtMs", "validForMs", "epoch", "tick"] as const;

function commandJson(command: Command): JsonObject {
  if (!(command.rows instanceof Float64Array)) throw new TypeError("rows are no Float64Array");
  if (!controlModes.includes(command.mode)) throw new TypeError(`there is no mode ${String(command.mode)}`);
  const { mode, rows, goal, part, rowTimesMs } = command;
  return {
    mode,
    rows: numbersJson(rows),
    ...Object.fromEntries(numberFields.map((field) => [field, numberJson(command[field])])),
    ...Object.fromEntries(
      optionalFields.flatMap((field) => {
        const value = command[field];
        return value === undefined ? [] : [[field, numberJson(value)]];
      }),
    ),
    ...(goal === undefined ? {} : { goal }),
    ...(part === undefined ? {} : { part }),
    ...(rowTimesMs === undefined ? {} : { rowTimesMs: numbersJson(rowTimesMs) }),
  };
}

function stateJson(state: MeasuredState): JsonObject {
  const { nowMs, measuredRad, measuredRadPerS, jointStampMs, measuredAtMs, contactForceN } = state;
  return {
    nowMs: numberJson(nowMs),
    measuredRad: numbersJson(measuredRad),
    ...(measuredRadPerS === undefined ? {} : { measuredRadPerS: numbersJson(measuredRadPerS) }),
    ...(jointStampMs === undefined ? {} : { jointStampMs: numbersJson(jointStampMs) }),
    ...(measuredAtMs === undefined ? {} : { measuredAtMs: numberJson(measuredAtMs) }),
    ...(contactForceN === undefined ? {} : { contactForceN: numberJson(contactForceN) }),
  };
}

/** The verdict as it is compared: a passed command by the hash of all its fields. */
export function verdictJson(verdict: Passed | Refused): JsonValue {
  if (verdict.kind === "refused") return toExactJson(verdict);
  return { kind: "vetted", content: sha256Hex(canonicalJson(commandJson(verdict.command))) };
}

/** @throws ClearanceError `value.invalid`, or TypeError, for what no recorder wrote */
export function commandFrom(json: JsonValue | undefined): Command {
  const fields = objectOf(json, "command");
  const mode = controlModes.find((known) => known === fields["mode"]);
  if (mode === undefined) throw new TypeError(`there is no mode ${JSON.stringify(fields["mode"])}`);
  const [width, periodMs, seq, basedOnSeq, validUntilMs] = numberFields.map((field) => readExactNumber(fields[field]));
  const { goal, part, rowTimesMs } = fields;
  return {
    mode,
    rows: numbersFrom(fields["rows"]),
    width: width!,
    periodMs: periodMs!,
    seq: seq!,
    basedOnSeq: basedOnSeq!,
    validUntilMs: validUntilMs!,
    ...Object.fromEntries(
      optionalFields.flatMap((field) => (fields[field] === undefined ? [] : [[field, readExactNumber(fields[field])]])),
    ),
    ...(typeof goal === "string" ? { goal } : {}),
    ...(typeof part === "string" ? { part } : {}),
    ...(rowTimesMs === undefined ? {} : { rowTimesMs: numbersFrom(rowTimesMs) }),
  };
}

/** @throws as `commandFrom` */
export function stateFrom(json: JsonValue | undefined): MeasuredState {
  const fields = objectOf(json, "state");
  const { measuredRadPerS, jointStampMs, measuredAtMs, contactForceN } = fields;
  return {
    nowMs: readExactNumber(fields["nowMs"]),
    measuredRad: numbersFrom(fields["measuredRad"]),
    ...(measuredRadPerS === undefined ? {} : { measuredRadPerS: numbersFrom(measuredRadPerS) }),
    ...(jointStampMs === undefined ? {} : { jointStampMs: numbersFrom(jointStampMs) }),
    ...(measuredAtMs === undefined ? {} : { measuredAtMs: readExactNumber(measuredAtMs) }),
    ...(contactForceN === undefined ? {} : { contactForceN: readExactNumber(contactForceN) }),
  };
}

function numberJson(value: unknown): number | string {
  if (typeof value !== "number") throw new TypeError(`${typeof value} where a number belongs`);
  return exactNumber(value);
}

function numbersJson(values: ArrayLike<number>): (number | string)[] {
  return Array.from(values, numberJson);
}

function numbersFrom(json: JsonValue | undefined): Float64Array {
  if (!Array.isArray(json)) throw new TypeError("a list of numbers is missing");
  return Float64Array.from(json, readExactNumber);
}

function objectOf(json: JsonValue | undefined, what: string): JsonObject {
  if (!isJsonObject(json)) throw new TypeError(`${what} is missing`);
  return json;
}
