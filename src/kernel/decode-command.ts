/**
 * From a `Command` and a `MeasuredState`, as callers hand them in, to the numbers the judge works with. Every field is read once,
 * so that what is judged is what is executed, whatever the objects do afterwards.
 * @module
 */
import type { Admission } from "./checks/admission.ts";
import { ChunkFrame } from "./checks/chunk-frame.ts";
import { StateFrame } from "./checks/state-frame.ts";
import type { Command } from "./command.ts";
import type { LeaseBook } from "./lease.ts";
import { JOINT_TRAJECTORY, wireOf } from "./modes.ts";
import { CommandCopy } from "./vetted.ts";

/** What the kernel knows of the robot when it judges. Times in ms of the episode's one monotonic clock. */
export interface MeasuredState {
  readonly nowMs: number;
  /** Shape `[nJoints]`, rad or m. */
  readonly measuredRad: ArrayLike<number>;
  /** Shape `[nJoints]`, rad/s or m/s. */
  readonly measuredRadPerS?: ArrayLike<number> | undefined;
  /** When each joint was measured, `[nJoints]`; absent: one stamp for all in `measuredAtMs`; both absent: just now. */
  readonly jointStampMs?: ArrayLike<number> | undefined;
  readonly measuredAtMs?: number | undefined;
  /** N, where the envelope's limits on it are enforced. */
  readonly contactForceN?: number | undefined;
}

/** Columns a row can have on the wire. */
const MAX_WIDTH = 255;

export class CommandDecoder {
  readonly chunk = new ChunkFrame();
  readonly state: StateFrame;
  readonly #nJoints: number;
  readonly #maxNumbers: number;
  readonly #partNumbers: ReadonlyMap<unknown, number>;
  readonly #leases: LeaseBook;
  readonly #admission: Admission;

  constructor(nJoints: number, maxRows: number, parts: readonly string[], leases: LeaseBook, admission: Admission) {
    this.state = new StateFrame(nJoints);
    this.#nJoints = nJoints;
    this.#maxNumbers = maxRows * Math.max(MAX_WIDTH, nJoints);
    this.#partNumbers = new Map(parts.map((part, number) => [part, number]));
    this.#leases = leases;
    this.#admission = admission;
  }

  /** The kernel's own copy of the command, and `chunk` and `state` filled from it; a text where the command is malformed. */
  decode(command: Command, state: MeasuredState): CommandCopy | string {
    const { rows } = command;
    if (!(ArrayBuffer.isView(rows) && rows instanceof Float64Array)) return "rows must be a Float64Array";
    if (!(rows.length <= this.#maxNumbers)) return `${rows.length} numbers in one chunk, at most ${this.#maxNumbers} can be read`;
    const own = new CommandCopy(command);
    if (!(ArrayBuffer.isView(own.rows) && own.rows instanceof Float64Array)) return "rows must be a Float64Array";
    this.#readState(state);
    return this.#readChunk(own) ?? this.#readOptional(own) ?? own;
  }

  #readChunk(own: CommandCopy): undefined {
    const { chunk } = this;
    const { rows, width } = own;
    const nDof = numberIn(width);
    chunk.mode = wireOf(own.mode);
    chunk.rows = rows;
    chunk.flatLength = rows.length;
    chunk.nDof = nDof;
    // Half a row counts as one, so that the length does not fit.
    chunk.horizon = Math.ceil(rows.length / nDof);
    chunk.periodMs = numberIn(own.periodMs);
    chunk.seq = numberIn(own.seq);
    chunk.basedOnSeq = numberIn(own.basedOnSeq);
    chunk.validUntilMs = numberIn(own.validUntilMs);
  }

  #readOptional(own: CommandCopy): string | undefined {
    const { chunk } = this;
    const { issuedMs, observedAtMs, validForMs, epoch, goal, tick, part, rowTimesMs } = own;
    chunk.issuedMs = issuedMs === undefined ? Infinity : numberIn(issuedMs);
    chunk.observedAtMs = observedAtMs === undefined ? Infinity : numberIn(observedAtMs);
    chunk.validForMs = validForMs === undefined ? Infinity : numberIn(validForMs);
    const standing = this.#admission.standing;
    chunk.epoch = epoch === undefined && standing ? this.#admission.epoch : numberIn(epoch);
    chunk.goal = this.#leases.numberOf(goal);
    chunk.hasTick = tick !== undefined;
    chunk.tick = tick === undefined ? 0 : numberIn(tick);
    chunk.nRowTimes = 0;
    if (rowTimesMs !== undefined) {
      if (chunk.mode !== JOINT_TRAJECTORY) return "row times belong to joint_trajectory; in every other mode a row takes periodMs";
      if (rowTimesMs.length === 0) return "rowTimesMs is empty: leave it out for rows that take periodMs each";
      chunk.rowTimesMs = rowTimesMs;
      chunk.nRowTimes = rowTimesMs.length;
    }
    const number = part === undefined ? 0 : this.#partNumbers.get(part);
    if (number === undefined) return `there is no part ${typeof part === "string" ? `'${part}'` : typeof part} to command`;
    chunk.part = number;
    return undefined;
  }

  #readState({ nowMs, measuredRad, measuredRadPerS, jointStampMs, measuredAtMs, contactForceN }: MeasuredState): void {
    const { state } = this;
    const now = numberIn(nowMs);
    state.nowMs = now;
    state.count = measuredRad.length;
    state.contactForceN = numberIn(contactForceN);
    const one = measuredAtMs === undefined ? now : numberIn(measuredAtMs);
    for (let j = 0; j < this.#nJoints; j++) {
      state.measuredRad[j] = numberIn(measuredRad[j]);
      state.measuredRadPerS[j] = measuredRadPerS === undefined ? Number.NaN : numberIn(measuredRadPerS[j]);
      state.stampMs[j] = jointStampMs === undefined ? one : numberIn(jointStampMs[j]);
    }
  }
}

/** NaN for what is no number: a text would be turned into one by an array of numbers. */
function numberIn(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}
