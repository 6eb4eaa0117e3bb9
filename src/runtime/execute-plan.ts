/**
 * Carries a cleared plan out, chunk by chunk, each chunk through the kernel. Owns time: the clock moves with the rows applied.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import { ClearanceError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import { isCleared, type Cleared } from "../gate/cleared.ts";
import type { Plan, Segment } from "../intent/plan.ts";
import type { ControlMode } from "../kernel/command.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { measuredState } from "./measured-state.ts";
import type { PaceView, PlanPacer } from "./pace.ts";
import type { SoundClock } from "./sound-clock.ts";

export interface ExecutionContext {
  readonly backend: Backend;
  readonly kernel: Kernel;
  readonly clock: SoundClock;
  /** The backend's observation, stamped by this clock. */
  readonly observe: () => Observation | Promise<Observation>;
  /** Control period and length of a chunk, ms. */
  readonly periodMs: number;
  readonly chunkMs: number;
  /** A chunk later than this after it was made is not applied, ms. */
  readonly commandValidMs: number;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Lets the host's event loop run, so that a Ctrl-C or a page is heard during a long simulation. */
  readonly breathe?: (() => void | Promise<void>) | undefined;
  /** Asked before each chunk how fast the plan is followed; absent: as planned. */
  readonly pacer?: PlanPacer | undefined;
  /** Counts up over the episode. */
  readonly nextSeq: () => number;
}

export interface Progress {
  readonly segment: string;
  /** Of the whole plan, 0 … 1. */
  readonly fraction: number;
  readonly atMs: number;
  /** Where something paces the plan. */
  readonly pace?: PaceView;
}

/** How many chunks the kernel slowed, and the last of them. */
export interface Slowing {
  readonly chunks: number;
  readonly last: JsonObject;
}

/** `after` is the newest observation: no need to measure again. */
export interface Done {
  readonly kind: "done";
  readonly chunks: number;
  readonly slowed?: Slowing;
  readonly after: Observation;
}

export type Halt =
  /** `lateResult`: an effect was still at work; what it answers afterwards is dropped. */
  | { readonly kind: "aborted" | "timeout"; readonly chunks: number; readonly lateResult?: true }
  | { readonly kind: "clock"; readonly chunks: number; readonly problem: string }
  /** Whoever paces the plan found that it can neither go on nor wait. */
  | { readonly kind: "unsafe-pace"; readonly chunks: number; readonly reason: string; readonly evidence: JsonObject }
  /** The kernel refused a chunk; nothing of it, and nothing after it, was applied. */
  | { readonly kind: "refused"; readonly chunks: number; readonly code: string; readonly reason: string; readonly evidence: JsonObject };

export type Execution = Done | Halt;

/** Part of a gripper segment in which the opening moves; the rest lets the grip settle. */
const gripperTravel = 0.7;

/** @throws ClearanceError `plan.uncleared` for a plan that the chain did not make; whatever the backend throws */
export async function executePlan(plan: Cleared<Plan>, before: Observation, context: ExecutionContext): Promise<Execution> {
  if (!isCleared(plan))
    throw new ClearanceError("plan.uncleared", "the plan was not cleared by the gate chain; nothing was moved", {
      intent: (plan as Plan).intent.name,
    });
  const run = new PlanRun(plan, before, context);
  for (const segment of plan.segments) {
    const nRows = run.rowsOf(segment);
    for (let done = 0; done < nRows; done += run.coveredRows) {
      // Awaited only where there is something to wait for: a kinematic step is over in microseconds.
      const applied = run.chunk(segment, done, nRows);
      const halted = applied instanceof Promise ? await applied : applied;
      if (halted !== undefined) return halted;
    }
  }
  return { kind: "done", chunks: run.chunks, after: run.measured, ...(run.slowed === undefined ? {} : { slowed: run.slowed }) };
}

/** Rows on their way to the kernel, which copies them. Nobody waits in between, so one buffer serves every run. */
let rowBuffer = new Float64Array(1024);

function rowsToFill(n: number): Float64Array {
  if (rowBuffer.length < n) rowBuffer = new Float64Array(n);
  return rowBuffer.subarray(0, n);
}

class PlanRun {
  readonly rowsPerChunk: number;
  readonly #context: ExecutionContext;
  readonly #planMs: number;
  /** Where the joints were last sent: holding the measurement instead would let a sagging arm walk. */
  readonly #commandedRad: Float64Array;
  #opening: number;
  measured: Observation;
  #spentMs = 0;
  /** Rows of the plan that the last chunk carried out; fewer than it has where it was slowed. */
  coveredRows = 0;
  chunks = 0;
  slowed: Slowing | undefined = undefined;

  constructor(plan: Plan, before: Observation, context: ExecutionContext) {
    this.#context = context;
    this.rowsPerChunk = Math.max(1, Math.round(context.chunkMs / context.periodMs));
    this.#planMs = plan.durationMs;
    this.#commandedRad = new Float64Array(before.qRad.length);
    for (let j = 0; j < before.qRad.length; j++) this.#commandedRad[j] = before.qRad[j]!;
    this.#opening = before.gripper?.opening ?? 0;
    this.measured = before;
  }

  rowsOf(segment: Segment): number {
    return Math.max(0, Math.ceil(segment.durationMs / this.#context.periodMs - 1e-9));
  }

  /** The next rows of a segment of `nRows`, of which `done` are over. */
  chunk(segment: Segment, done: number, nRows: number): Halt | undefined | Promise<Halt | undefined> {
    const { pacer, clock } = this.#context;
    const commandedRad = this.#commandedRad;
    const paced = pacer?.next({ segment, doneRows: done, nRows, nowMs: clock.nowMs(), measured: this.measured, commandedRad });
    if (paced?.kind === "halt") return { ...paced, kind: "unsafe-pace", chunks: this.chunks };
    if (paced?.kind === "rows") {
      this.coveredRows = paced.coveredRows;
      const width = commandedRad.length;
      commandedRad.set(paced.rows.subarray(paced.rows.length - width));
      return this.#apply(segment, "joint_position", width, paced.rows);
    }
    // After a slowed chunk the plan's rows lie between those that were counted.
    this.coveredRows = Math.min(this.rowsPerChunk, Math.ceil(nRows - done));
    const rows = this.#rows(segment, done, this.coveredRows, nRows);
    return segment.kind === "gripper"
      ? this.#apply(segment, "gripper_position", 1, rows)
      : this.#apply(segment, "joint_position", commandedRad.length, rows);
  }

  #rows(segment: Segment, first: number, count: number, nRows: number): Float64Array {
    const { periodMs } = this.#context;
    const width = segment.kind === "gripper" ? 1 : this.#commandedRad.length;
    const rows = rowsToFill(count * width);
    switch (segment.kind) {
      case "motion":
        segment.trajectory.sampleRowsInto((first + 1) * periodMs, periodMs, count, rows);
        for (let j = 0; j < width; j++) this.#commandedRad[j] = rows[rows.length - width + j] ?? Number.NaN;
        break;
      case "hold":
        for (let row = 0; row < count; row++) rows.set(this.#commandedRad, row * width);
        break;
      case "gripper": {
        const from = this.#opening;
        for (let row = 0; row < count; row++)
          rows[row] = from + (segment.opening - from) * Math.min(1, (first + row + 1) / (gripperTravel * nRows));
        if (first + count === nRows) this.#opening = segment.opening;
        break;
      }
      default:
        segment satisfies never;
    }
    return rows;
  }

  #apply(segment: Segment, mode: ControlMode, width: number, rows: Float64Array): Halt | undefined | Promise<Halt | undefined> {
    const { backend, kernel, clock, periodMs, commandValidMs, pacer } = this.#context;
    const stopped = this.#halt();
    if (stopped !== undefined) return stopped;
    const nowMs = clock.nowMs();
    const basedOnSeq = this.measured.seq;
    const command = { mode, rows, width, periodMs, seq: this.#context.nextSeq(), basedOnSeq, validUntilMs: nowMs + commandValidMs };
    const judged = kernel.vet(command, measuredState(this.measured, nowMs));
    if (judged.kind === "refused") {
      const { code, reason, evidence } = judged;
      return { kind: "refused", chunks: this.chunks, code, reason, evidence };
    }
    this.chunks += 1;
    if (judged.slowed !== undefined) this.slowed = { chunks: (this.slowed?.chunks ?? 0) + 1, last: { ...judged.slowed } };
    const untilMs = nowMs + (judged.command.rows.length / width) * periodMs;
    pacer?.applying(clock.nowMs());
    const applied = backend.apply(judged.command);
    const spentMs = this.coveredRows * periodMs;
    const finish = (): Halt | undefined | Promise<Halt | undefined> => this.#afterChunk(segment, untilMs, spentMs);
    return applied instanceof Promise ? applied.then(finish) : finish();
  }

  #afterChunk(segment: Segment, untilMs: number, spentMs: number): Halt | undefined | Promise<Halt | undefined> {
    const { clock, signal, observe, breathe } = this.#context;
    const slept = clock.sleepUntil(untilMs, signal);
    const breathed = breathe?.();
    const observed = slept instanceof Promise ? slept.then(observe) : observe();
    if (breathed instanceof Promise || observed instanceof Promise)
      return Promise.resolve(breathed).then(async () => this.#note(segment, await observed, untilMs, spentMs));
    return this.#note(segment, observed, untilMs, spentMs);
  }

  #note(segment: Segment, measured: Observation, untilMs: number, spentMs: number): Halt | undefined {
    this.measured = measured;
    this.#spentMs += spentMs;
    const { pacer, onProgress } = this.#context;
    const pace = pacer === undefined ? {} : { pace: pacer.view };
    onProgress?.({ segment: segment.label, fraction: Math.min(1, this.#spentMs / this.#planMs), atMs: untilMs, ...pace });
    return this.#halt();
  }

  #halt(): Halt | undefined {
    const { signal, clock, deadlineMs } = this.#context;
    if (signal.aborted) return { kind: "aborted", chunks: this.chunks };
    if (!(clock.nowMs() <= deadlineMs)) return { kind: "timeout", chunks: this.chunks };
    if (clock.problem !== undefined) return { kind: "clock", chunks: this.chunks, problem: clock.problem };
    return undefined;
  }
}
