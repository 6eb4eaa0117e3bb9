/**
 * Stops a robot whose commands stop coming. Quiet while idle; the first vetted command of a goal arms it.
 * @module
 */
import { HEARTBEAT_MS, positiveMs, timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

/** A goal whose first command takes longer fails; the robot, which never moved, is not stopped, ms. */
export const FIRST_COMMAND_MS = 30_000;
/** Beyond the end of the rows, ms. */
const graceMs = 50;
const defaultDeadlineMs = 200;

export class CommandWatchdog implements Watchdog {
  readonly kind = "command";
  readonly name = "command";
  readonly liveWithinMs = HEARTBEAT_MS;
  readonly #deadlineMs: number;
  #limitMs = 0;
  /** Of the last vetted command or hold; absent while not armed. */
  #lastMs: number | undefined;
  /** Since when a goal waits for its first command. */
  #grantedMs: number | undefined;
  #tickedMs = Number.NaN;

  constructor(options: { readonly deadlineMs?: number } = {}) {
    this.#deadlineMs = positiveMs("deadlineMs", options.deadlineMs ?? defaultDeadlineMs);
  }

  get armed(): boolean {
    return this.#lastMs !== undefined;
  }

  start(nowMs: number): void {
    this.#tickedMs = nowMs;
  }

  grant(nowMs: number): void {
    this.disarm();
    this.#grantedMs = nowMs;
  }

  /** The next command is due when these rows are over, and not before the deadline. */
  noteVetted(nowMs: number, rows: number, rowPeriodMs: number): void {
    const rowsMs = rows * rowPeriodMs + graceMs;
    // Rows of no finite length earn no time.
    this.#limitMs = rowsMs < Infinity ? Math.max(this.#deadlineMs, rowsMs) : this.#deadlineMs;
    this.#lastMs = nowMs;
    this.#grantedMs = undefined;
  }

  /** A hold is a command too, of no length. Does not arm. */
  noteHold(nowMs: number): void {
    if (this.#lastMs === undefined) return;
    this.#lastMs = nowMs;
    this.#limitMs = this.#deadlineMs;
  }

  /** No command is due but the end of a controlled stop, within `limitMs`. */
  awaitStop(nowMs: number, limitMs: number): void {
    this.#lastMs = nowMs;
    this.#limitMs = limitMs;
    this.#grantedMs = undefined;
  }

  /** The machine stood still for so long: for that time no command was due. */
  excuse(standstillMs: number): void {
    if (this.#lastMs !== undefined && standstillMs > 0) this.#lastMs += standstillMs;
  }

  disarm(): void {
    this.#lastMs = undefined;
    this.#grantedMs = undefined;
  }

  tick(nowMs: number): Trip | undefined {
    this.#tickedMs = nowMs;
    if (this.#lastMs === undefined) return undefined;
    const elapsedMs = nowMs - this.#lastMs;
    return within(elapsedMs, this.#limitMs) ? undefined : timeoutTrip("watchdog", "safe_action", this.#limitMs, elapsedMs);
  }

  /** Whether a goal waited too long for its first command. */
  firstCommandOverdue(nowMs: number): Trip | undefined {
    if (this.#grantedMs === undefined) return undefined;
    const elapsedMs = nowMs - this.#grantedMs;
    return within(elapsedMs, FIRST_COMMAND_MS) ? undefined : timeoutTrip("watchdog", "first_command", FIRST_COMMAND_MS, elapsedMs);
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#tickedMs;
  }
}
