/**
 * Steps 2 to 6: whether the kernel may listen to this chunk at all. Latch, lease, epoch, age, order. Nothing here looks at the rows.
 * @module
 */
import { N_MODES } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import type { JudgeParameters } from "./judge-parameters.ts";
import type { NumericLimits } from "./numeric-limits.ts";
import { code } from "./verdict-codes.ts";
import { NO_JOINT, type VerdictRecord } from "./verdict-record.ts";

const LAST_SEQ = 0;
const LAST_RECEIVED = 1;
const HALF_OF_U32 = 0x8000_0000;

export interface AdmissionMark {
  readonly seq: number;
  readonly tick: number;
  readonly anyTick: boolean;
  readonly vetted: Uint8Array;
}

export class Admission {
  latched = false;
  /** Raised by every latch; chunks of an older one are refused. */
  epoch = 0;
  /** Number of the goal that holds the lease; 0 for none. */
  goal = 0;
  /** Without leases every chunk belongs to the one standing goal, and stamps are optional. */
  readonly standing: boolean;
  /** Whether the lease's model and envelope are the loaded ones. */
  modelMatches = true;
  readonly #parameters: JudgeParameters;
  readonly #nParts: number;
  readonly #numbers = Float64Array.of(-1, Number.NaN);
  readonly #lastTick = new Uint32Array(1);
  #anyTick = false;
  /** Shape `[modes, parts]`: which chunks of the last tick were vetted. */
  readonly #vetted: Uint8Array;

  constructor(parameters: JudgeParameters, nParts: number, standing: boolean) {
    this.#parameters = parameters;
    this.#nParts = nParts;
    this.#vetted = new Uint8Array(N_MODES * nParts);
    this.standing = standing;
  }

  get lastSeq(): number {
    return this.#numbers[LAST_SEQ]!;
  }

  /** Of the last vetted chunk that had one. */
  get lastTick(): number {
    return this.#lastTick[0]!;
  }

  /** What `restore` needs to take back the commits that follow. */
  mark(): AdmissionMark {
    return { seq: this.lastSeq, tick: this.lastTick, anyTick: this.#anyTick, vetted: this.#vetted.slice() };
  }

  restore({ seq, tick, anyTick, vetted }: AdmissionMark): void {
    this.#numbers[LAST_SEQ] = seq;
    this.#lastTick[0] = tick;
    this.#anyTick = anyTick;
    this.#vetted.set(vetted);
  }

  /** A goal begins: its ticks are its own. */
  enter(goal: number, modelMatches: boolean): void {
    this.goal = goal;
    this.modelMatches = modelMatches;
    this.#anyTick = false;
    this.#numbers[LAST_RECEIVED] = Number.NaN;
    this.#vetted.fill(0);
  }

  leave(): void {
    this.goal = 0;
  }

  check(limits: NumericLimits | undefined, chunk: ChunkFrame, nowMs: number, record: VerdictRecord): number {
    record.step = 2;
    if (this.latched) return record.found(code.estopLatched, NO_JOINT, 0, 0, 0);
    record.step = 3;
    if (limits === undefined) return record.found(code.envelopeMissing, NO_JOINT, 0, 0, 0);
    record.step = 4;
    if (!this.#holdsLease(chunk)) return record.found(code.noLease, NO_JOINT, 0, chunk.epoch, this.epoch);
    record.step = 5;
    if (!this.modelMatches) return record.found(code.modelMismatch, NO_JOINT, 0, 0, 0);
    record.step = 6;
    return this.#checkAge(chunk, nowMs, record) || this.#checkOrder(chunk, record) || this.#checkCycle(limits, nowMs, record);
  }

  #holdsLease(chunk: ChunkFrame): boolean {
    if (!(chunk.epoch === this.epoch)) return false;
    return this.standing || (this.goal !== 0 && chunk.goal === this.goal);
  }

  #checkAge(chunk: ChunkFrame, nowMs: number, record: VerdictRecord): number {
    const { maxChunkAgeMs, maxAheadMs, maxObservationAgeMs } = this.#parameters;
    const untilMs = chunk.validUntilMs;
    // Neither a clock nor an expiry that is infinite says anything.
    if (!(nowMs <= untilMs && nowMs - nowMs === 0 && untilMs - untilMs === 0))
      return record.found(code.chunkExpired, NO_JOINT, 0, nowMs, untilMs);
    const issuedMs = chunk.issuedMs;
    if (!(issuedMs === Infinity && this.standing)) {
      const maxAgeMs = Math.min(maxChunkAgeMs, chunk.validForMs);
      const ageMs = nowMs - issuedMs;
      if (!(ageMs >= -maxAheadMs && ageMs <= maxAgeMs)) return record.found(code.chunkAge, NO_JOINT, 0, ageMs, maxAgeMs);
    }
    const observedMs = chunk.observedAtMs;
    if (!(observedMs === Infinity && this.standing)) {
      const ageMs = nowMs - observedMs;
      if (!(ageMs >= -maxAheadMs && ageMs <= maxObservationAgeMs))
        return record.found(code.observationAge, NO_JOINT, 0, ageMs, maxObservationAgeMs);
    }
    return code.pass;
  }

  #checkOrder(chunk: ChunkFrame, record: VerdictRecord): number {
    if (!(chunk.hasTick || this.standing)) return record.found(code.tickOutOfOrder, NO_JOINT, 0, Number.NaN, this.#lastTick[0]!);
    if (chunk.hasTick) {
      const tick = chunk.tick;
      const last = this.#lastTick[0]!;
      if (!(tick >>> 0 === tick)) return record.found(code.tickOutOfOrder, NO_JOINT, 0, tick, last);
      // Serial numbers (RFC 1982): half of the circle lies ahead, the other half behind.
      if (this.#anyTick && (tick - last) >>> 0 >= HALF_OF_U32) return record.found(code.tickOutOfOrder, NO_JOINT, 0, tick, last);
      if (this.#anyTick && tick === last && this.#vetted[this.#slot(chunk)] === 1)
        return record.found(code.chunkReplay, NO_JOINT, 0, tick, last);
    }
    const seq = chunk.seq;
    const basedOn = chunk.basedOnSeq;
    if (!(Number.isSafeInteger(seq) && seq > this.lastSeq && Number.isSafeInteger(basedOn) && basedOn >= 0))
      return record.found(code.seqOutOfOrder, NO_JOINT, 0, seq, this.lastSeq);
    return code.pass;
  }

  /** The policy's cycle: a chunk that comes too long after the one before it is not executed; the one after it may be. */
  #checkCycle({ cycleTimeMs }: NumericLimits, nowMs: number, record: VerdictRecord): number {
    const before = this.#numbers[LAST_RECEIVED]!;
    this.#numbers[LAST_RECEIVED] = nowMs;
    if (Number.isNaN(before) || nowMs - before <= cycleTimeMs) return code.pass;
    return record.found(code.cycleTime, NO_JOINT, 0, nowMs - before, cycleTimeMs);
  }

  /** Marks a chunk as vetted: its seq and tick are used up. */
  commit(chunk: ChunkFrame): void {
    this.#numbers[LAST_SEQ] = chunk.seq;
    if (!chunk.hasTick) return;
    if (!this.#anyTick || chunk.tick !== this.#lastTick[0]) {
      this.#vetted.fill(0);
      this.#lastTick[0] = chunk.tick;
      this.#anyTick = true;
    }
    this.#vetted[this.#slot(chunk)] = 1;
  }

  #slot({ mode, part }: ChunkFrame): number {
    return mode * this.#nParts + part;
  }
}
