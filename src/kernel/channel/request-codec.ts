/**
 * A command and the state it is judged by, as numbers in a record. Everything crosses as it is, also NaN and nonsense: judging is the
 * kernel's business. Only what the record has no room for is refused here.
 *
 *     │ head: state 0-7, command 8-23 │ rows │ rowTimes │ goal │ part │ measured │ velocities │ stamps │
 *                    └───────────── content that the verdict is about ────────┘
 *
 * The content is one range, and its hash is what ties a verdict to a command (see `mint.ts`).
 * @module
 */
import type { Command, ControlMode } from "../command.ts";
import type { MeasuredState } from "../decode-command.ts";
import { hashWords, type HashLanes } from "./content-hash.ts";
import { MAX_NAME, REQUEST_HEAD_NUMBERS, requestCapacity, type ChannelShape } from "./memory.ts";
import { controlModes } from "../modes.ts";
import { wordRecord, type WordRecord } from "./word-record.ts";

/** What keeps a command from being written into a record; 0 is none. */
export const UNFIT = { none: 0, mode: 1, numbers: 2, joints: 3, name: 4 } as const;
export type Unfit = (typeof UNFIT)[keyof typeof UNFIT];

// Indices of the head; a length of -1 says that the field is absent.
const NOW = 0;
const MEASURED_AT = 1;
const N_MEASURED = 2;
const N_VELOCITIES = 3;
const N_STAMPS = 4;
const PRESENT = 5;
const CONTACT_FORCE = 6;
const CONTENT = 8;
const MODE = 8;
const WIDTH = 9;
const N_NUMBERS = 10;
const PERIOD = 11;
const SEQ = 12;
const BASED_ON = 13;
const VALID_UNTIL = 14;
const ISSUED = 15;
const OBSERVED_AT = 16;
const VALID_FOR = 17;
const EPOCH = 18;
const TICK = 19;
const N_TIMES = 20;
const N_GOAL = 21;
const N_PART = 22;
const CONTENT_PRESENT = 23;
const DATA = REQUEST_HEAD_NUMBERS;

export class RequestWriter {
  readonly record: WordRecord;
  readonly #shape: ChannelShape;
  /** Numbers written last, and where the content ends in them. */
  length = 0;
  #contentEnd = 0;
  #at = 0;

  constructor(shape: ChannelShape) {
    this.#shape = shape;
    this.record = wordRecord(requestCapacity(shape));
  }

  /** Allocates nothing. */
  write(command: Command, state: MeasuredState): Unfit {
    const unfit = this.writeContent(command);
    if (unfit !== UNFIT.none) return unfit;
    const n = this.record.numbers;
    const { maxJoints } = this.#shape;
    const { measuredRad, measuredRadPerS, jointStampMs } = state;
    if (!(measuredRad.length <= maxJoints)) return UNFIT.joints;
    if (!(measuredRadPerS === undefined || measuredRadPerS.length <= maxJoints)) return UNFIT.joints;
    if (!(jointStampMs === undefined || jointStampMs.length <= maxJoints)) return UNFIT.joints;
    n[NOW] = state.nowMs;
    n[MEASURED_AT] = state.measuredAtMs ?? 0;
    n[CONTACT_FORCE] = state.contactForceN ?? 0;
    n[PRESENT] = (state.measuredAtMs === undefined ? 0 : 1) | (state.contactForceN === undefined ? 0 : 2);
    n[N_MEASURED] = this.#list(measuredRad);
    n[N_VELOCITIES] = this.#list(measuredRadPerS);
    n[N_STAMPS] = this.#list(jointStampMs);
    n[7] = 0;
    this.length = this.#at;
    return UNFIT.none;
  }

  /** The command alone, for its hash. */
  writeContent(command: Command): Unfit {
    const { rows, goal, part, rowTimesMs } = command;
    const { maxNumbers } = this.#shape;
    const mode = controlModes.indexOf(command.mode);
    if (!(mode >= 0)) return UNFIT.mode;
    if (!(rows.length <= maxNumbers && (rowTimesMs === undefined || rowTimesMs.length <= maxNumbers))) return UNFIT.numbers;
    if (!((goal?.length ?? 0) <= MAX_NAME && (part?.length ?? 0) <= MAX_NAME)) return UNFIT.name;
    const n = this.record.numbers;
    n[MODE] = mode;
    n[WIDTH] = command.width;
    n[PERIOD] = command.periodMs;
    n[SEQ] = command.seq;
    n[BASED_ON] = command.basedOnSeq;
    n[VALID_UNTIL] = command.validUntilMs;
    n[ISSUED] = command.issuedMs ?? 0;
    n[OBSERVED_AT] = command.observedAtMs ?? 0;
    n[VALID_FOR] = command.validForMs ?? 0;
    n[EPOCH] = command.epoch ?? 0;
    n[TICK] = command.tick ?? 0;
    n[CONTENT_PRESENT] =
      (command.issuedMs === undefined ? 0 : 1) |
      (command.observedAtMs === undefined ? 0 : 2) |
      (command.validForMs === undefined ? 0 : 4) |
      (command.epoch === undefined ? 0 : 8) |
      (command.tick === undefined ? 0 : 16);
    this.#at = DATA;
    n[N_NUMBERS] = this.#list(rows);
    n[N_TIMES] = this.#list(rowTimesMs);
    n[N_GOAL] = this.#name(goal);
    n[N_PART] = this.#name(part);
    this.#contentEnd = this.#at;
    return UNFIT.none;
  }

  /** Of the content written last, begun with the number of the request. */
  hashInto(request: number, lanes: HashLanes): void {
    hashWords(this.record.words, 2 * CONTENT, 2 * this.#contentEnd, request, lanes);
  }

  #list(values: ArrayLike<number> | undefined): number {
    if (values === undefined) return -1;
    const { numbers } = this.record;
    const at = this.#at;
    const count = values.length;
    for (let i = 0; i < count; i++) numbers[at + i] = values[i]!;
    this.#at = at + count;
    return count;
  }

  #name(text: string | undefined): number {
    if (text === undefined) return -1;
    const { numbers } = this.record;
    const at = this.#at;
    for (let i = 0; i < text.length; i++) numbers[at + i] = text.charCodeAt(i);
    this.#at = at + text.length;
    return text.length;
  }
}

/** A command as it came out of the record. One object is reused: whoever keeps it copies it, which a kernel does. */
class CommandView implements Command {
  mode: ControlMode = "joint_position";
  rows: Float64Array = new Float64Array(0);
  width = 0;
  periodMs = 0;
  seq = 0;
  basedOnSeq = 0;
  validUntilMs = 0;
  issuedMs: number | undefined = undefined;
  observedAtMs: number | undefined = undefined;
  validForMs: number | undefined = undefined;
  epoch: number | undefined = undefined;
  tick: number | undefined = undefined;
  goal: string | undefined = undefined;
  part: string | undefined = undefined;
  rowTimesMs: Float64Array | undefined = undefined;
}

class StateView implements MeasuredState {
  nowMs = 0;
  measuredRad: Float64Array = new Float64Array(0);
  measuredRadPerS: Float64Array | undefined = undefined;
  jointStampMs: Float64Array | undefined = undefined;
  measuredAtMs: number | undefined = undefined;
  contactForceN: number | undefined = undefined;
}

/** Reads a record; what it answers are views and one pair of objects, valid until the next `read`. */
export class RequestReader {
  readonly record: WordRecord;
  readonly command: Command;
  readonly state: MeasuredState;
  readonly #command = new CommandView();
  readonly #state = new StateView();
  readonly #shape: ChannelShape;
  /** One view for every place and length met, so that a stream of equal chunks makes none. */
  readonly #views = new Map<number, Float64Array>();
  #contentEnd = 0;
  #at = 0;

  constructor(shape: ChannelShape) {
    this.#shape = shape;
    this.record = wordRecord(requestCapacity(shape));
    this.command = this.#command;
    this.state = this.#state;
  }

  /** False when the first `length` numbers are not what a `RequestWriter` of this shape writes. */
  read(length: number): boolean {
    const n = this.record.numbers;
    const { maxNumbers, maxJoints } = this.#shape;
    const mode = controlModes[n[MODE]!];
    const present = n[CONTENT_PRESENT]!;
    if (!(length >= DATA && mode !== undefined && present >= 0 && present < 32)) return false;
    const counts =
      inRange(n[N_NUMBERS]!, 0, maxNumbers) &&
      inRange(n[N_TIMES]!, -1, maxNumbers) &&
      inRange(n[N_GOAL]!, -1, MAX_NAME) &&
      inRange(n[N_PART]!, -1, MAX_NAME) &&
      inRange(n[N_MEASURED]!, 0, maxJoints) &&
      inRange(n[N_VELOCITIES]!, -1, maxJoints) &&
      inRange(n[N_STAMPS]!, -1, maxJoints);
    if (!counts) return false;
    const content = DATA + n[N_NUMBERS]! + atLeast0(n[N_TIMES]!) + atLeast0(n[N_GOAL]!) + atLeast0(n[N_PART]!);
    if (!(length === content + n[N_MEASURED]! + atLeast0(n[N_VELOCITIES]!) + atLeast0(n[N_STAMPS]!))) return false;
    this.#contentEnd = content;
    this.#at = DATA;
    const command = this.#command;
    command.mode = mode;
    command.width = n[WIDTH]!;
    command.periodMs = n[PERIOD]!;
    command.seq = n[SEQ]!;
    command.basedOnSeq = n[BASED_ON]!;
    command.validUntilMs = n[VALID_UNTIL]!;
    command.issuedMs = (present & 1) === 0 ? undefined : n[ISSUED]!;
    command.observedAtMs = (present & 2) === 0 ? undefined : n[OBSERVED_AT]!;
    command.validForMs = (present & 4) === 0 ? undefined : n[VALID_FOR]!;
    command.epoch = (present & 8) === 0 ? undefined : n[EPOCH]!;
    command.tick = (present & 16) === 0 ? undefined : n[TICK]!;
    command.rows = this.#view(n[N_NUMBERS]!);
    command.rowTimesMs = n[N_TIMES]! < 0 ? undefined : this.#view(n[N_TIMES]!);
    command.goal = this.#name(n[N_GOAL]!, command.goal);
    command.part = this.#name(n[N_PART]!, command.part);
    this.#readState();
    return true;
  }

  /** Of the content as it now lies in the record: what was judged, whatever happened while it was. */
  hashInto(request: number, lanes: HashLanes): void {
    hashWords(this.record.words, 2 * CONTENT, 2 * this.#contentEnd, request, lanes);
  }

  #readState(): void {
    const n = this.record.numbers;
    const state = this.#state;
    state.nowMs = n[NOW]!;
    state.measuredAtMs = (n[PRESENT]! & 1) === 0 ? undefined : n[MEASURED_AT]!;
    state.contactForceN = (n[PRESENT]! & 2) === 0 ? undefined : n[CONTACT_FORCE]!;
    state.measuredRad = this.#view(n[N_MEASURED]!);
    state.measuredRadPerS = n[N_VELOCITIES]! < 0 ? undefined : this.#view(n[N_VELOCITIES]!);
    state.jointStampMs = n[N_STAMPS]! < 0 ? undefined : this.#view(n[N_STAMPS]!);
  }

  #view(count: number): Float64Array {
    const at = this.#at;
    this.#at = at + count;
    const key = at * 2_097_152 + count;
    let view = this.#views.get(key);
    if (view === undefined) {
      // Bounded, whatever lengths a client thinks up.
      if (this.#views.size >= 256) this.#views.clear();
      view = this.record.numbers.subarray(at, at + count);
      this.#views.set(key, view);
    }
    return view;
  }

  /** The same string object as before while the code units are the same. */
  #name(count: number, before: string | undefined): string | undefined {
    if (count < 0) return undefined;
    const n = this.record.numbers;
    const at = this.#at;
    this.#at = at + count;
    if (before?.length === count) {
      let same = true;
      for (let i = 0; i < count; i++) same &&= before.charCodeAt(i) === n[at + i];
      if (same) return before;
    }
    let text = "";
    for (let i = 0; i < count; i++) text += String.fromCharCode(n[at + i]!);
    return text;
  }
}

function inRange(count: number, least: number, most: number): boolean {
  return Number.isInteger(count) && count >= least && count <= most;
}

function atLeast0(count: number): number {
  return count < 0 ? 0 : count;
}
