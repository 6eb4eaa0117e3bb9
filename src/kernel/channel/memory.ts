/**
 * The shared memory of one kernel and its one client: control words, a ring of requests, a ring of answers.
 *
 *     │ control, Int32 │ request slot 0 … nSlots-1 │ answer slot 0 … nSlots-1 │
 *
 * Words that different sides write lie on cache lines of their own. Whoever opens the memory checks that it is what it should be.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";

/** What the rings can carry. */
export interface ChannelShape {
  /** Chunks under way at once; a power of two. */
  readonly nSlots: number;
  /** Numbers in the rows of one chunk: rows × width. */
  readonly maxNumbers: number;
  readonly maxJoints: number;
}
export const defaultShape: ChannelShape = { nSlots: 8, maxNumbers: 4096, maxJoints: 64 };

const magic = 0x436c7231; // "Clr1"

/** Indices of the control words. */
export const WORD = {
  magic: 0,
  nSlots: 1,
  maxNumbers: 2,
  maxJoints: 3,
  /** One of STATE; written by the kernel's side, and by the client's when it learns that the kernel is gone. */
  state: 16,
  /** 0, or one of STOP: why nothing may be executed any more. No queue lies before it. */
  stop: 32,
  /** Rises with every stop and every release of one; a verdict of another epoch is not executed. */
  epoch: 33,
  /** 1 while a goal runs: the kernel's side then takes the client's silence for a stop. */
  armed: 34,
  closing: 35,
  clientBeat: 48,
  serverBeat: 64,
  requestHead: 80,
  requestTail: 96,
  answerHead: 112,
  answerTail: 128,
} as const;
const controlWords = 144;

export const STATE = { starting: 0, serving: 1, closed: 2, failed: 3, lost: 4 } as const;

/** Why the flag was set. */
export const STOP = { none: 0, asked: 1, clientSilent: 2, kernelSilent: 3, kernelLost: 4, kernelFailed: 5 } as const;
export type StopCause = (typeof STOP)[keyof typeof STOP];

/** Int32 words before the numbers of a slot: begin, length, two of hash, end; padded to 32 bytes. */
export const SLOT_HEAD_WORDS = 8;

/** Numbers of a request besides rows, times and state: see `request-codec.ts`. */
export const REQUEST_HEAD_NUMBERS = 24;
/** Code units that the goal and the part may each have. */
export const MAX_NAME = 64;
/** Numbers of an answer besides its words: see `answer-codec.ts`. */
export const ANSWER_HEAD_NUMBERS = 16;
/** Bytes of words that an answer may carry, UTF-8. */
export const MAX_WORDS_BYTES = 4096;

export function requestCapacity({ maxNumbers, maxJoints }: ChannelShape): number {
  // A row is at least one number wide, so there are at most maxNumbers row times.
  return REQUEST_HEAD_NUMBERS + 2 * maxNumbers + 3 * maxJoints + 2 * MAX_NAME;
}

export function answerCapacity(): number {
  return ANSWER_HEAD_NUMBERS + MAX_WORDS_BYTES / 8;
}

export interface ChannelMemory {
  readonly buffer: SharedArrayBuffer;
  readonly control: Int32Array;
  readonly shape: ChannelShape;
  readonly requestsAtByte: number;
  readonly answersAtByte: number;
}

function slotBytes(capacity: number): number {
  return SLOT_HEAD_WORDS * 4 + capacity * 8;
}

function sizeOf(shape: ChannelShape): number {
  return controlWords * 4 + shape.nSlots * (slotBytes(requestCapacity(shape)) + slotBytes(answerCapacity()));
}

/** @throws ClearanceError `config.invalid` for a shape that no ring can have */
export function createChannelMemory(shape: ChannelShape = defaultShape): ChannelMemory {
  const problems = shapeProblems(shape);
  if (problems.length > 0) throw invalid(problems);
  const buffer = new SharedArrayBuffer(sizeOf(shape));
  const control = new Int32Array(buffer, 0, controlWords);
  control[WORD.nSlots] = shape.nSlots;
  control[WORD.maxNumbers] = shape.maxNumbers;
  control[WORD.maxJoints] = shape.maxJoints;
  Atomics.store(control, WORD.epoch, 1);
  Atomics.store(control, WORD.magic, magic);
  return laidOut(buffer, control, shape);
}

/** What another thread made. @throws ClearanceError `config.invalid` when it is anything else */
export function openChannelMemory(buffer: SharedArrayBuffer): ChannelMemory {
  if (!(buffer.byteLength >= controlWords * 4)) throw invalid([`${buffer.byteLength} bytes are no channel`]);
  const control = new Int32Array(buffer, 0, controlWords);
  const shape = { nSlots: control[WORD.nSlots]!, maxNumbers: control[WORD.maxNumbers]!, maxJoints: control[WORD.maxJoints]! };
  const problems = shapeProblems(shape);
  if (!(Atomics.load(control, WORD.magic) === magic)) problems.push("the memory was not made by createChannelMemory of this version");
  if (problems.length === 0 && !(buffer.byteLength === sizeOf(shape)))
    problems.push(`${buffer.byteLength} bytes, its own words say ${sizeOf(shape)}`);
  if (problems.length > 0) throw invalid(problems);
  return laidOut(buffer, control, shape);
}

function laidOut(buffer: SharedArrayBuffer, control: Int32Array, shape: ChannelShape): ChannelMemory {
  const requestsAtByte = controlWords * 4;
  const answersAtByte = requestsAtByte + shape.nSlots * slotBytes(requestCapacity(shape));
  return { buffer, control, shape, requestsAtByte, answersAtByte };
}

function shapeProblems({ nSlots, maxNumbers, maxJoints }: ChannelShape): string[] {
  const problems: string[] = [];
  if (!(Number.isInteger(nSlots) && nSlots >= 2 && nSlots <= 1024 && (nSlots & (nSlots - 1)) === 0))
    problems.push(`nSlots must be a power of two in 2 … 1024, got ${nSlots}`);
  if (!(Number.isInteger(maxNumbers) && maxNumbers >= 1 && maxNumbers <= 1_048_576))
    problems.push(`maxNumbers must be an integer in 1 … 1048576, got ${maxNumbers}`);
  if (!(Number.isInteger(maxJoints) && maxJoints >= 1 && maxJoints <= 1024))
    problems.push(`maxJoints must be an integer in 1 … 1024, got ${maxJoints}`);
  return problems;
}

function invalid(problems: readonly string[]): ClearanceError {
  return new ClearanceError("config.invalid", `no kernel channel: ${problems.join("; ")}`, { source: "kernel channel", problems });
}
