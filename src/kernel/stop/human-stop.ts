/**
 * A stop by a person, from any client that is connected: a message that stops once, or a button that stays down until released.
 * @module
 */
import { HEARTBEAT_MS, type Trip, type Watchdog } from "./watchdog.ts";

export class HumanStop implements Watchdog {
  readonly kind = "human";
  readonly name = "human";
  readonly liveWithinMs = HEARTBEAT_MS;
  /** Channels whose button is down, and what was said. */
  readonly #down = new Map<string, string>();
  #tickedMs = Number.NaN;

  start(nowMs: number): void {
    this.#tickedMs = nowMs;
  }

  /**
   * The stop to pass on at once. `held`: the button stays down, and no reset succeeds, until `release` of the same channel; a
   * connection that breaks releases nothing.
   */
  press(channel: string, reason: string, options: { readonly held?: boolean } = {}): Trip {
    const name = channel === "" ? unknownChannel : channel;
    if (options.held === true) this.#down.set(name, reason);
    return humanTrip(name, reason);
  }

  release(channel: string): void {
    this.#down.delete(channel === "" ? unknownChannel : channel);
  }

  get released(): boolean {
    return this.#down.size === 0;
  }

  tick(nowMs: number): Trip | undefined {
    this.#tickedMs = nowMs;
    for (const [channel, reason] of this.#down) return humanTrip(channel, reason);
    return undefined;
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#tickedMs;
  }
}

const unknownChannel = "unknown_human_channel";

function humanTrip(channel: string, reason: string): Trip {
  const actor = `human:${channel}`;
  const said = reason === "" ? "no reason given" : reason;
  return { source: "human", reason: `${actor}: ${said}`, evidence: { kind: "human", actor, reason: said } };
}
