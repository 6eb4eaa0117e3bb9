/**
 * `clearance trace` and `clearance replay`: read a trace, whole or damaged.
 * @module
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { JsonObject } from "../core/json.ts";
import { nearestName } from "../core/nearest.ts";
import { cleanText } from "../policy/llm/quoted.ts";
import { encodeRecord, genesisHash } from "../trace/encode-record.ts";
import type { Showing } from "../trace/pictures.ts";
import { readTrace, type Trace } from "../trace/read-trace.ts";
import type { StepRecord } from "../trace/records.ts";
import { summarizeTrace } from "../trace/summary.ts";
import { parseOptions, wholeNumber } from "./arguments.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { sayChanged, TracePictures } from "./trace-pictures.ts";
import { replayUsage, traceUsage, UnreadableError, UsageError } from "./usage.ts";

const actions = { summary, show, verify } as const;

export function traceCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    step: { type: "string" },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(traceUsage);
    return Promise.resolve(values.help ? 0 : 2);
  }
  const [name = "", path, extra] = positionals;
  const action = Object.entries(actions).find(([known]) => known === name)?.[1];
  if (action === undefined) {
    const near = nearestName(name, Object.keys(actions));
    throw new UsageError(
      `unknown 'trace ${name}'; ${near === undefined ? "try summary, show or verify" : `did you mean 'trace ${near}'?`}`,
    );
  }
  if (path === undefined) throw new UsageError(`trace ${name} needs a file, for example: clearance trace ${name} run.jsonl`);
  if (extra !== undefined) throw new UsageError(`trace ${name} reads one file; '${extra}' is one too many`);
  const step = values.step === undefined ? undefined : wholeNumber("step", values.step);
  return Promise.resolve(action({ trace: load(path), path, json: values.json, step, terminal: openTerminal(process.stdout) }));
}

/** `clearance replay PATH`: what `clearance trace summary PATH` says, under the name that the reference gives it. */
export function replayCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(replayUsage);
    return Promise.resolve(0);
  }
  const [path, extra] = positionals;
  if (path === undefined || extra !== undefined) throw new UsageError("replay reads one file, for example: clearance replay run.jsonl");
  return Promise.resolve(summary({ trace: load(path), path, json: values.json, step: undefined, terminal: openTerminal(process.stdout) }));
}

interface Reading {
  readonly trace: Trace;
  readonly path: string;
  readonly json: boolean;
  readonly step: number | undefined;
  readonly terminal: Terminal;
}

function load(path: string): Trace {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT") throw new UnreadableError(`there is no file ${path}`);
    if (code === "EISDIR") throw new UnreadableError(`cannot read ${path}: it is a folder; give a trace, such as ${path}/arm-1.jsonl`);
    throw new UnreadableError(`cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const read = readTrace(text, (line) => hash("sha256", line));
  if (!read.ok) throw new UnreadableError(`${path} is not a trace: ${read.problem}`);
  return read.trace;
}

function summary({ trace, path, json, terminal }: Reading): number {
  const counts = summarizeTrace(trace);
  const { counts: pictures } = new TracePictures(trace, path);
  const some = pictures.taken + pictures.shown > 0;
  if (json) {
    terminal.line(JSON.stringify({ ...counts, ...(some ? { pictures } : {}) }));
    return 0;
  }
  const { header } = trace;
  const count = (of: { readonly [key: string]: number }): string =>
    Object.entries(of)
      .map(([key, n]) => `${key} ${n}`)
      .join(", ");
  terminal.line(`episode   ${counts.episode_id}${header.goal === undefined ? "" : `  "${header.goal}"`}`);
  terminal.line(
    `backend   ${counts.backend}${header.profile === undefined ? "" : `, profile ${header.profile}`}${header.seed === undefined ? "" : `, seed ${header.seed}`}`,
  );
  terminal.line(`steps     ${counts.n_events}: ${count(counts.by_status)}`);
  terminal.line(`intents   ${count(counts.by_intent)}`);
  terminal.line(`time      ${(counts.total_duration_ms / 1000).toFixed(2)} s`);
  if (some) terminal.line(`pictures  ${pictures.taken} taken by steps, ${pictures.shown} shown to a model`);
  terminal.line(`refused   ${counts.denied}`);
  for (const reason of counts.deny_reasons) terminal.line(`          ${terminal.paint("bad", reason)}`);
  sayProblems(trace, terminal);
  return 0;
}

function show({ trace, path, json, step, terminal }: Reading): number {
  const steps = step === undefined ? trace.steps : trace.steps.filter((record) => record.step === step);
  if (step !== undefined && steps.length === 0) throw new UsageError(`there is no step ${step}; the trace has ${trace.steps.length} steps`);
  const pictures = new TracePictures(trace, path);
  for (const record of steps) {
    if (json) terminal.line(withoutHashes(record, pictures.jsonOf(record)));
    else showStep(record, pictures.linesOf(record), terminal);
  }
  for (const showing of step === undefined ? pictures.withoutStep : []) {
    if (json) terminal.line(JSON.stringify({ shown_without_step: pictures.jsonOfShowing(showing) }));
    else showShowing(showing, pictures, terminal);
  }
  if (!json) sayProblems(trace, terminal);
  return 0;
}

/** `pictures`: with where they lie, behind what the record says. */
function withoutHashes(record: StepRecord, pictures: JsonObject | undefined): string {
  const end = pictures === undefined ? "}" : `,"pictures":${JSON.stringify(pictures)}}`;
  return encodeRecord(record, genesisHash).text.replace(/,"prev_hash":"[0-9a-f]+","hash":"[0-9a-f]+"\}$/, () => end);
}

function showShowing(showing: Showing, pictures: TracePictures, terminal: Terminal): void {
  const { id, to, observationId, tNs } = showing;
  const at = (Number(tNs) / 1e9).toFixed(3);
  terminal.line(
    `${terminal.paint("bold", cleanText(id, 100))}  no step names it; to ${cleanText(to, 100)}, ${cleanText(observationId, 100)}, at ${at} s`,
  );
  for (const line of pictures.linesOfShowing(showing)) terminal.line(line);
  terminal.line("");
}

const marks = { ok: "good", error: "bad", blocked: "bad", timeout: "bad", stopped: "warn" } as const;

function showStep(
  { step, intent, decision, gates, result, plan, tNs }: StepRecord,
  pictureLines: readonly string[],
  terminal: Terminal,
): void {
  const at = (Number(tNs) / 1e9).toFixed(3);
  terminal.line(
    `${terminal.paint("bold", `step ${step}`)}  ${intent.name} ${JSON.stringify(intent.args)}  at ${at} s  ${terminal.paint(marks[result.status], result.status)}`,
  );
  if (intent.rationale !== "") terminal.line(`  why       ${intent.rationale}`);
  terminal.line(`  verdict   ${decision.verdict} by ${decision.gateName}: ${decision.reason}`);
  for (const gate of gates) {
    const objects = gate.action !== "allow";
    const text = `  ${objects ? "✗" : "✓"} ${gate.gate}${gate.reason === "" ? "" : `: ${gate.reason}`}`;
    terminal.line(objects ? terminal.paint("bad", text) : terminal.paint("dim", text));
    if (objects && gate.evidence !== undefined && Object.keys(gate.evidence).length > 0)
      terminal.line(`      ${JSON.stringify(gate.evidence)}`);
  }
  if (plan !== undefined) terminal.line(`  plan      ${plan.segments} segments, ${(plan.durationMs / 1000).toFixed(2)} s, ${plan.hash}`);
  terminal.line(`  result    ${result.message}  (${(result.durationMs / 1000).toFixed(2)} s)`);
  for (const line of pictureLines) terminal.line(line);
  terminal.line("");
}

function verify({ trace, path, json, terminal }: Reading): number {
  const { records, headHash, problems, complete, chained } = trace;
  const pictures = new TracePictures(trace, path).check();
  const ok = complete && pictures.changed.length === 0;
  const some = pictures.referred > 0;
  if (json) {
    const counts = { chained, records, steps: trace.steps.length, headHash: headHash ?? null, problems };
    terminal.line(JSON.stringify({ path, ok, ...counts, ...(some ? { pictures } : {}) }));
    return ok ? 0 : 1;
  }
  if (complete) {
    const chain = chained ? `hash chain intact, head ${headHash ?? ""}` : "no hash chain (not written by Clearance)";
    terminal.line(`${terminal.paint("good", "whole")}: ${records} records, ${trace.steps.length} steps, ${chain}`);
  } else sayProblems(trace, terminal);
  sayChanged(pictures, terminal);
  const { referred, unchanged, changed, notKept } = pictures;
  if (some) terminal.line(`pictures: ${referred} referred to; ${unchanged} unchanged, ${changed.length} changed, ${notKept} not kept`);
  return ok ? 0 : 1;
}

function sayProblems({ problems, records, nonFinite }: Trace, terminal: Terminal): void {
  for (const { line, kind, problem } of problems) terminal.line(terminal.paint("bad", `line ${line}: ${kind}: ${problem}`));
  if (problems.length > 0) terminal.line(`${records} records could be read`);
  if (nonFinite.length > 0)
    terminal.line(`${nonFinite.length} numbers were not finite and read as null: ${nonFinite.slice(0, 5).join(", ")}`);
}
