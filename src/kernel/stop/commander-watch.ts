/**
 * Stops a robot whose commander falls silent: the policy, the operator's hand, a page, an MCP client, each with a deadman of its own.
 * @module
 */
import { positiveMs, timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

export class CommanderWatch implements Watchdog {
  readonly kind = "commander";
  /** For example `policy`, `operator:anna`, `page:3`, `mcp:desk`. */
  readonly name: string;
  readonly liveWithinMs: number;
  #beatMs = Number.NEGATIVE_INFINITY;
  #commanding = false;

  constructor(options: { readonly name: string; readonly deadmanMs: number }) {
    this.name = options.name;
    this.liveWithinMs = positiveMs(`deadman of ${options.name}`, options.deadmanMs);
  }

  start(): void {}

  /** It commands from now on, which is its first sign of life. */
  takeOver(nowMs: number): void {
    this.#commanding = true;
    this.#beatMs = nowMs;
  }

  /** Its silence means nothing any more. */
  handOver(): void {
    this.#commanding = false;
  }

  beat(nowMs: number): void {
    this.#beatMs = nowMs;
  }

  tick(nowMs: number, moving: boolean): Trip | undefined {
    if (!(moving && this.#commanding)) return undefined;
    const ageMs = this.ageMs(nowMs);
    return within(ageMs, this.liveWithinMs) ? undefined : timeoutTrip("commander", `commander:${this.name}`, this.liveWithinMs, ageMs);
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#beatMs;
  }
}
