/**
 * The hold-to-run switch (`deadman_required`): motion only while somebody holds it, and says so at least every 0.2 s.
 * @module
 */
import { timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

/** An older signal counts as released, ms; the device sends at 10 Hz or faster. */
const signalMs = 200;

export class EnableDevice implements Watchdog {
  readonly kind = "enable";
  readonly name = "enable";
  readonly liveWithinMs = signalMs;
  #held = false;
  #signalledMs = Number.NEGATIVE_INFINITY;

  start(nowMs: number): void {
    // What was held before says nothing about now.
    this.signal(false, nowMs);
  }

  /** Anything but `true` is a release. */
  signal(held: boolean, nowMs: number): void {
    this.#held = held === true;
    this.#signalledMs = nowMs;
  }

  held(nowMs: number): boolean {
    return this.#held && within(this.ageMs(nowMs), signalMs);
  }

  tick(nowMs: number, moving: boolean): Trip | undefined {
    if (!moving || this.held(nowMs)) return undefined;
    const ageMs = this.ageMs(nowMs);
    if (!within(ageMs, signalMs)) return timeoutTrip("enable", "enable_device", signalMs, ageMs);
    return {
      source: "enable",
      reason: "the enable device was released",
      evidence: { kind: "human", actor: "human:enable_device", reason: "released" },
    };
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#signalledMs;
  }
}
