/**
 * The run as it happens: one line a step, a bar while moving, a table at the end. Plain lines where nobody watches.
 * @module
 */
import { imagesIn } from "../core/capture.ts";
import { sixDigits } from "../core/format.ts";
import type { JsonObject } from "../core/json.ts";
import type { StepRecord } from "../trace/records.ts";
import type { PaceView } from "../runtime/pace.ts";
import type { RuntimeWatcher } from "../runtime/runtime-setup.ts";
import { fit, type Style, type Terminal } from "./terminal.ts";

const barWidth = 24;
/** Characters of a step's line: what was asked for, and what stands beside it. */
const widestAsked = 52;
const narrowestAsked = 20;
const besideAsked = 23;
const statusStyle: Readonly<Record<StepRecord["result"]["status"], Style>> = {
  ok: "good",
  error: "bad",
  blocked: "bad",
  timeout: "bad",
  stopped: "warn",
};

/** A pace that changed by less is not said again. */
const paceStep = 0.1;

/** `pathOf`: where a picture lies, by its SHA-256. */
export function liveView(terminal: Terminal, pathOf: (sha256: string) => string | undefined = () => undefined): RuntimeWatcher {
  let said: PaceView = { state: "as planned", share: 1, because: "" };
  return {
    onProgress({ segment, fraction, atMs, pace }, intent) {
      if (pace !== undefined && (pace.state !== said.state || Math.abs(pace.share - said.share) >= paceStep)) {
        said = pace;
        terminal.line(`     ${terminal.paint("warn", paceWords(pace))}  ${terminal.paint("dim", `${(atMs / 1000).toFixed(1)} s`)}`);
      }
      if (!terminal.live) return;
      const full = Math.round(fraction * barWidth);
      const bar = `${"█".repeat(full)}${"░".repeat(barWidth - full)}`;
      terminal.status(fit(`     ${bar} ${intent.name}: ${segment}  ${(atMs / 1000).toFixed(1)} s`, terminal.columns - 1));
    },
    onStep(record) {
      for (const line of stepLines(record, terminal)) terminal.line(line);
      for (const sha256 of imagesIn(record.result.observation))
        terminal.line(`     ${terminal.paint("good", "picture")}  ${pathOf(sha256) ?? "could not be kept"}`);
    },
  };
}

/** Compatible: the marks that ghostloop's demo prints. */
const marks: Readonly<Record<StepRecord["result"]["status"], string>> = {
  ok: "[OK ]",
  error: "[ERR]",
  blocked: "[BLK]",
  timeout: "[TMO]",
  stopped: "[STP]",
};

/** One line a step: its mark, the intent, what became of it. */
export function markedView(terminal: Terminal): RuntimeWatcher {
  return {
    onStep({ intent, result }) {
      terminal.line(
        `${terminal.paint(statusStyle[result.status], marks[result.status])} ${intent.name}${shortArgs(intent.args)}  ${result.message}`,
      );
    },
  };
}

function paceWords({ state, share, because }: PaceView): string {
  if (state === "as planned") return "goes on as planned";
  if (state === "held") return `holds: ${because}`;
  return `slowed to ${share < 0.01 ? "under 1" : Math.round(share * 100)} %: ${because}`;
}

/** The step, and below it the verdict with the deciding gate and its numbers when there was an objection. */
function stepLines({ step, parent, intent, decision, gates, result }: StepRecord, terminal: Terminal): readonly string[] {
  const indent = parent === undefined ? "" : "  ";
  const number = String(step).padStart(3);
  const asked = `${intent.name}${shortArgs(intent.args)}`;
  const seconds = `${(result.durationMs / 1000).toFixed(2)} s`.padStart(8);
  const mark = terminal.paint(statusStyle[result.status], result.status.padEnd(7));
  const width = Math.min(widestAsked, Math.max(narrowestAsked, terminal.columns - besideAsked)) - indent.length;
  const head = `${number}  ${indent}${fit(asked, width).padEnd(width)} ${mark} ${seconds}`;
  if (decision.action === "deny") {
    const objections = gates.filter((gate) => gate.action === "deny" || gate.action === "hold");
    const more = objections.filter((gate) => gate.gate !== decision.gateName).map((gate) => gate.gate);
    const also = more.length === 0 ? "" : terminal.paint("dim", ` (also ${more.join(", ")})`);
    return [head, `     ${indent}${terminal.paint("bad", `refused by ${decision.gateName}`)}: ${decision.reason}${also}`];
  }
  const slowed =
    decision.verdict === "slow"
      ? terminal.paint("warn", ` slowed to ${((decision.scale ?? 1) * 100).toFixed(0)}% by ${decision.gateName}: ${decision.reason};`)
      : "";
  const passed = gates.length === 0 ? decision.reason : `${gates.length} gate${gates.length === 1 ? "" : "s"} passed`;
  return [head, `     ${indent}${terminal.paint("dim", `${passed};`)}${slowed} ${terminal.paint("dim", result.message)}`];
}

function shortArgs(args: JsonObject): string {
  const parts = Object.entries(args).map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value, rounded)}`);
  return parts.length === 0 ? "" : ` {${parts.join(", ")}}`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? sixDigits(value) : value;
}

export interface ClosingFacts {
  readonly reached: boolean;
  readonly message: string;
  readonly steps: readonly StepRecord[];
  readonly simulatedMs: number;
  readonly wallMs: number;
  readonly tracePath: string;
  readonly headHash: string;
  readonly records: number;
  readonly policyLine?: string | undefined;
  readonly pictures: number;
  readonly imageFolder: string;
}

export function closingTable(terminal: Terminal, facts: ClosingFacts): void {
  const count = (status: StepRecord["result"]["status"]): number => facts.steps.filter((step) => step.result.status === status).length;
  const counts = (["ok", "blocked", "error", "timeout", "stopped"] as const)
    .map((status) => [status, count(status)] as const)
    .filter(([, n]) => n > 0)
    .map(([status, n]) => `${n} ${status}`);
  const ratio = facts.wallMs > 0 ? ` (${(facts.simulatedMs / facts.wallMs).toFixed(0)}× real time)` : "";
  terminal.line("");
  terminal.line(`${terminal.paint(facts.reached ? "good" : "bad", facts.reached ? "reached" : "not reached")}: ${facts.message}`);
  terminal.line(`steps    ${[String(facts.steps.length), counts.join(", ")].filter((part) => part !== "").join(": ")}`);
  if (facts.policyLine !== undefined) terminal.line(`model    ${facts.policyLine}`);
  terminal.line(`time     ${(facts.simulatedMs / 1000).toFixed(2)} s simulated in ${(facts.wallMs / 1000).toFixed(2)} s${ratio}`);
  terminal.line(`trace    ${facts.tracePath}  ${facts.records} records, head ${facts.headHash.slice(0, 16)}…`);
  if (facts.pictures > 0) terminal.line(`pictures ${facts.pictures} in ${facts.imageFolder}`);
  for (const { step, intent, decision } of facts.steps.filter((record) => record.decision.action === "deny"))
    terminal.line(`refused  step ${step} ${intent.name}: ${decision.gateName}: ${decision.reason}`);
}
