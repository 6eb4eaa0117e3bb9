/**
 * The last verdicts of a kernel, passed or not, as numbers in memory made at load; words and hashes are added for whoever asks.
 * @module
 */
import type { ChunkFrame } from "../checks/chunk-frame.ts";
import { codeMeanings, type RefusalCode, type Severity } from "../checks/verdict-codes.ts";
import { marginNames, MEASURED_ROW, NO_JOINT, PHASE_NONE, type VerdictRecord } from "../checks/verdict-record.ts";
import type { ControlMode } from "../command.ts";
import { modes } from "../modes.ts";
import { kernelVersion } from "./kernel-config.ts";

/** Verdicts kept. */
export const RING_CAPACITY = 256;
const phases = ["none", "measured", "row", "predicted", "sweep"] as const;

/** One verdict (safety-kernel §9). What did not apply is absent. */
export interface VerdictEntry {
  readonly verdict: RefusalCode | "pass";
  readonly severity: Severity;
  /** Row of the order of checks, 1 to 19. */
  readonly step: number;
  readonly field: string;
  readonly phase?: (typeof phases)[number];
  readonly joint?: number;
  readonly row?: number;
  readonly value: number;
  readonly limit: number;
  /** The nearest pair of bodies and exactly its distance, m. */
  readonly nearestM?: number;
  readonly pair?: readonly [body: number, other: number];
  /** What was left to each limit that was looked at. */
  readonly margins: Readonly<Partial<Record<(typeof marginNames)[number], number>>>;
  readonly mode?: ControlMode;
  readonly seq?: number;
  readonly tick?: number;
  readonly goal?: string;
  readonly epoch: number;
  /** ms of the episode's clock; `issuedMs` as the chunk says. */
  readonly issuedMs?: number;
  readonly receivedMs: number;
  readonly decidedMs: number;
  /** 0 without a clock. */
  readonly usedUs: number;
  readonly modelHash: string;
  readonly envelopeHash: string;
  readonly kernelVersion: string;
  readonly kernelKind: "ts";
}

const WITHDRAWN = -1;
const CODE = 0;
const STEP = 1;
const PHASE = 2;
const JOINT = 3;
const ROW = 4;
const VALUE = 5;
const LIMIT = 6;
const NEAREST = 7;
const BODY_A = 8;
const BODY_B = 9;
const MODE = 10;
const SEQ = 11;
const TICK = 12;
const EPOCH = 13;
const ISSUED = 14;
const RECEIVED = 15;
const USED = 16;
const MARGINS = 17;
const WIDTH = MARGINS + marginNames.length;
/** A margin to a limit that is not set is as large as numbers get. */
const unsetMargin = 1e300;

export class VerdictRing {
  readonly #numbers = new Float64Array(RING_CAPACITY * WIDTH);
  readonly #goals = new Array<string | undefined>(RING_CAPACITY).fill(undefined);
  readonly #modelHash: string;
  readonly #envelopeHash: string;
  #count = 0;

  constructor(modelHash: string, envelopeHash: string) {
    this.#modelHash = modelHash;
    this.#envelopeHash = envelopeHash;
  }

  /** Allocates nothing. `read`: whether the command could be read, so that `chunk` is the one that was judged. */
  push(record: VerdictRecord, chunk: ChunkFrame, goal: string | undefined, nowMs: number, read: boolean): void {
    const slot = this.#count % RING_CAPACITY;
    const at = slot * WIDTH;
    const n = this.#numbers;
    this.#count += 1;
    this.#goals[slot] = read ? goal : undefined;
    n[at + CODE] = record.code;
    n[at + STEP] = record.step;
    n[at + PHASE] = record.phase;
    n[at + JOINT] = record.joint;
    n[at + ROW] = record.row;
    n[at + VALUE] = record.value;
    n[at + LIMIT] = record.limit;
    n[at + NEAREST] = record.nearestM;
    n[at + BODY_A] = record.nearestA;
    n[at + BODY_B] = record.nearestB;
    n[at + MODE] = read ? chunk.mode : -1;
    n[at + SEQ] = read ? chunk.seq : Number.NaN;
    n[at + TICK] = read && chunk.hasTick ? chunk.tick : Number.NaN;
    n[at + EPOCH] = record.epoch;
    n[at + ISSUED] = read ? chunk.issuedMs : Infinity;
    n[at + RECEIVED] = nowMs;
    n[at + USED] = record.usedUs;
    for (let k = 0; k < marginNames.length; k++) n[at + MARGINS + k] = record.margins[k]!;
  }

  /** The last `n` passed, and not all of their bundle did: they are no verdicts. */
  withdraw(n: number): void {
    for (let back = 1; back <= n; back++) this.#numbers[((this.#count - back) % RING_CAPACITY) * WIDTH + CODE] = WITHDRAWN;
  }

  /** Oldest first. */
  entries(): readonly VerdictEntry[] {
    const kept = Math.min(this.#count, RING_CAPACITY);
    const slots = Array.from({ length: kept }, (_, i) => (this.#count - kept + i) % RING_CAPACITY);
    return slots.filter((slot) => this.#numbers[slot * WIDTH + CODE] !== WITHDRAWN).map((slot) => this.#entry(slot));
  }

  #entry(slot: number): VerdictEntry {
    const n = this.#numbers.subarray(slot * WIDTH, (slot + 1) * WIDTH);
    const { name, severity, field } = codeMeanings[n[CODE]!]!;
    const goal = this.#goals[slot];
    const mode = modes[n[MODE]!]?.name;
    const margins = marginNames.flatMap((margin, k) => (n[MARGINS + k]! < unsetMargin ? [[margin, n[MARGINS + k]!] as const] : []));
    return Object.freeze({
      verdict: name,
      severity,
      step: n[STEP]!,
      field,
      ...(n[PHASE] === PHASE_NONE ? {} : { phase: phases[n[PHASE]!]! }),
      ...(n[JOINT] === NO_JOINT ? {} : { joint: n[JOINT]! }),
      ...(n[ROW] === MEASURED_ROW ? {} : { row: n[ROW]! }),
      value: n[VALUE]!,
      limit: n[LIMIT]!,
      ...(Number.isFinite(n[NEAREST]) ? { nearestM: n[NEAREST]!, pair: [n[BODY_A]!, n[BODY_B]!] as const } : {}),
      margins: Object.fromEntries(margins),
      ...(mode === undefined ? {} : { mode }),
      ...(Number.isNaN(n[SEQ]) ? {} : { seq: n[SEQ]! }),
      ...(Number.isNaN(n[TICK]) ? {} : { tick: n[TICK]! }),
      ...(goal === undefined ? {} : { goal }),
      epoch: n[EPOCH]!,
      ...(Number.isFinite(n[ISSUED]) ? { issuedMs: n[ISSUED]! } : {}),
      receivedMs: n[RECEIVED]!,
      decidedMs: n[RECEIVED]! + n[USED]! / 1000,
      usedUs: n[USED]!,
      modelHash: this.#modelHash,
      envelopeHash: this.#envelopeHash,
      kernelVersion,
      kernelKind: "ts",
    });
  }
}
