/**
 * Records to lines: the keys of ghostloop's traces first and in their order, ours after them, and a hash that chains each line to
 * the one before.
 *
 *     line N:  {…, "prev_hash": H(N-1), "hash": H(N)}     H(N) = SHA-256 of line N as it reads without `,"hash":"…"`
 *
 * @module
 */
import { isJson } from "../core/is-json.ts";
import { toJsonValue, type JsonObject } from "../core/json.ts";
import { sha256Hex, type HashFunction } from "../core/sha256.ts";
import type { NoteRecord, StepRecord, TraceHeader, TraceRecord } from "./records.ts";

export const traceSchema = "clearance.trace.v1";
export const genesisHash = "0".repeat(64);

export interface EncodedLine {
  /** Without the newline. */
  readonly text: string;
  readonly hash: string;
}

export function encodeRecord(record: TraceRecord, prevHash: string, hashOf: HashFunction = sha256Hex): EncodedLine {
  return chained(recordToJson(record), prevHash, hashOf);
}

export function encodeFooter(steps: number, prevHash: string, hashOf: HashFunction = sha256Hex): EncodedLine {
  return chained({ footer: true, n_steps: steps }, prevHash, hashOf);
}

/** The fields of a line, in their order; made for it alone. */
type Line = Record<string, unknown>;

function chained(line: Line, prevHash: string, hashOf: HashFunction): EncodedLine {
  line["prev_hash"] = prevHash;
  const unsigned = JSON.stringify(line);
  const hash = hashOf(unsigned);
  return { text: `${unsigned.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** A record with the keys of its line, without the chain. Not yet plain JSON: what is absent stands as undefined. */
export function recordToJson(record: TraceRecord): Record<string, unknown> {
  switch (record.kind) {
    case "header":
      return headerToJson(record);
    case "step":
      return stepToJson(record);
    case "note":
      return noteToJson(record);
    default:
      return record satisfies never;
  }
}

function headerToJson(header: TraceHeader): Line {
  return {
    episode_id: header.episodeId,
    backend: header.backend,
    started_at: header.startedAt,
    // Unknown while the file is open; the footer has it.
    n_steps: null,
    schema: traceSchema,
    goal: header.goal,
    policy: header.policy,
    seed: header.seed,
    profile: header.profile,
    profile_sha256: header.profileSha256,
    runtime_version: header.runtimeVersion,
    robot: header.robot,
    world: header.world,
    clock: header.clock,
    epoch_ns: header.epochNs,
    units: header.units,
    frames: header.frames,
    loss_window: header.lossWindow,
    config: header.config,
  };
}

function stepToJson(step: StepRecord): Line {
  const { intent, decision, result } = step;
  const nonFinite: string[] = [];
  const nonJson: string[] = [];
  const clean = (value: JsonObject | null, at: string): unknown => {
    if (isJson(value)) return value;
    // Written by primitives, possibly somebody else's: JSON.stringify would turn a NaN into null without a word.
    const copy = toJsonValue(value);
    for (const pointer of copy.nonFinite) nonFinite.push(at + pointer);
    for (const pointer of copy.nonJson) nonJson.push(at + pointer);
    return copy.value;
  };
  return {
    step: step.step,
    timestamp: step.timestamp,
    intent: { name: intent.name, args: clean(intent.args, "/intent/args"), rationale: intent.rationale },
    decision: { action: decision.action, reason: decision.reason, gate_name: decision.gateName },
    result: {
      status: result.status,
      observation: clean(result.observation, "/result/observation"),
      message: result.message,
      duration_ms: round3(result.durationMs),
    },
    state_before: clean(step.stateBefore, "/state_before"),
    state_after: clean(step.stateAfter, "/state_after"),
    t_ns: step.tNs.toString(),
    intent_id: intent.id,
    based_on: intent.basedOn,
    valid_for_ms: intent.validForMs,
    shown: step.shown,
    verdict: decision.verdict,
    code: decision.code,
    scale: decision.scale,
    escalated_by: decision.escalatedBy,
    gates: step.gates,
    plan: step.plan && { hash: step.plan.hash, duration_ms: step.plan.durationMs, segments: step.plan.segments },
    parent: step.parent,
    children: step.children,
    approval: step.approval,
    stop: step.stop,
    kernel: step.kernel,
    actor: step.actor,
    limits: step.limits,
    late_result: step.lateResult,
    state_error: step.stateError,
    non_finite: nonFinite.length > 0 ? nonFinite : undefined,
    non_json: nonJson.length > 0 ? nonJson : undefined,
  };
}

function noteToJson(note: NoteRecord): Line {
  return { note: note.note, t_ns: note.tNs.toString(), fields: isJson(note.fields) ? note.fields : toJsonValue(note.fields).value };
}

function round3(x: number): number {
  return Math.round(x * 1000) / 1000;
}
