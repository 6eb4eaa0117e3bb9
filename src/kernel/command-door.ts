/**
 * The second door as a backend has it: a vetted command goes through whole, in time, in order, and once.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { Vetted } from "./command.ts";
import { isVetted, lastVettedStamp, spendVetted, vettedStamp } from "./vetted.ts";

/**
 * One for each machine. Order is that in which commands were vetted, so a `seq` that starts anew with another kernel, or time that is
 * set back to a snapshot, closes nothing; and nothing that was executed, overtaken or vetted before a stop is ever executed again.
 */
export class CommandDoor {
  readonly #backend: string;
  /** Stamp of the last command let through, or of the last one vetted when the machine was stopped. */
  #lastStamp = 0;

  constructor(backend: string) {
    this.#backend = backend;
  }

  /**
   * Looks and leaves the command as it is: for a part on the way to the machine, which has a door of its own.
   * @throws ClearanceError `command.unvetted` for what no kernel made or what changed since, `command.repeated` for what was executed,
   * `command.outdated` for what is older than the command executed last or than the last stop
   */
  look(command: Vetted): void {
    const backend = this.#backend;
    if (!isVetted(command))
      throw new ClearanceError("command.unvetted", `${backend} takes only commands that the kernel vetted`, { backend });
    const stamp = vettedStamp(command);
    const { seq } = command;
    if (Number.isNaN(stamp))
      throw new ClearanceError("command.repeated", `command ${seq} was executed before; ${backend} takes a command once`, { backend, seq });
    if (!(stamp > this.#lastStamp)) throw this.#outdated(seq, "it was vetted before a stop, or before a command that overtook it");
  }

  /** @throws ClearanceError `command.outdated` past the command's validity; `nowMs` is the machine's time */
  beInTime({ seq, validUntilMs }: Vetted, nowMs: number): void {
    if (!(nowMs <= validUntilMs)) throw this.#outdated(seq, `it was valid until ${validUntilMs} ms, and it is ${nowMs} ms`);
  }

  /** Lets the command through to be carried out now; from then on every machine refuses it. Throws as `look` and `beInTime` do. */
  enter(command: Vetted, nowMs: number): void {
    this.look(command);
    this.beInTime(command, nowMs);
    this.#lastStamp = vettedStamp(command);
    spendVetted(command);
  }

  /** The machine was stopped: what was vetted before is outdated. */
  shut(): void {
    this.#lastStamp = lastVettedStamp();
  }

  #outdated(seq: number, problem: string): ClearanceError {
    const backend = this.#backend;
    return new ClearanceError("command.outdated", `${backend} does not execute command ${seq}: ${problem}`, { backend, seq, problem });
  }
}
