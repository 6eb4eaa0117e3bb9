/**
 * Who watches the watchdogs: each member of a board counts up, in memory that threads share, and each side looks whether the others
 * still count. No clock is shared, so none can lie.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { HEARTBEAT_MS, positiveMs, timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

export class HeartbeatBoard {
  readonly names: readonly string[];
  /** Shape `[names.length]`. Hand it to another thread, which opens its own board on it with the same names. */
  readonly buffer: ArrayBufferLike;
  readonly #beats: Int32Array;

  /** @throws ClearanceError `shape.mismatch` when the buffer is not one of these names. */
  constructor(names: readonly string[], buffer: ArrayBufferLike = new ArrayBuffer(4 * names.length)) {
    if (buffer.byteLength !== 4 * names.length)
      throw new ClearanceError("shape.mismatch", `a board of ${names.length} members has ${4 * names.length} bytes`, {
        what: "bytes of the heartbeat board",
        expected: 4 * names.length,
        got: buffer.byteLength,
      });
    this.names = Object.freeze([...names]);
    this.buffer = buffer;
    this.#beats = new Int32Array(buffer);
  }

  /** Wraps around, which the other side does not mind. */
  beat(member: string): void {
    Atomics.add(this.#beats, this.#indexOf(member), 1);
  }

  count(member: string): number {
    return Atomics.load(this.#beats, this.#indexOf(member));
  }

  #indexOf(member: string): number {
    const index = this.names.indexOf(member);
    if (index >= 0) return index;
    const problem = `has no member ${member}, only ${this.names.join(", ")}`;
    throw new ClearanceError("value.invalid", `the heartbeat board ${problem}`, { field: "member", problem });
  }
}

/** One side's view of one other member. Mutual: give each side a watch on the other. */
export class HeartbeatWatch implements Watchdog {
  readonly kind = "heartbeat";
  readonly name: string;
  readonly liveWithinMs: number;
  readonly #board: HeartbeatBoard;
  #count: number;
  #changedMs = Number.NaN;

  constructor(board: HeartbeatBoard, member: string, options: { readonly limitMs?: number } = {}) {
    this.name = member;
    this.liveWithinMs = positiveMs(`heartbeat of ${member}`, options.limitMs ?? HEARTBEAT_MS);
    this.#board = board;
    this.#count = board.count(member);
  }

  start(nowMs: number): void {
    this.#changedMs = nowMs;
  }

  tick(nowMs: number): Trip | undefined {
    const count = this.#board.count(this.name);
    if (count !== this.#count) {
      this.#count = count;
      this.#changedMs = nowMs;
    }
    const ageMs = this.ageMs(nowMs);
    return within(ageMs, this.liveWithinMs) ? undefined : timeoutTrip("heartbeat", `heartbeat:${this.name}`, this.liveWithinMs, ageMs);
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#changedMs;
  }
}
