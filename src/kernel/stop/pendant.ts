/**
 * The emergency button, read by level at 100 Hz. Whatever is not a fresh reading of "released" counts as pressed.
 * @module
 */
import { timeoutTrip, within, type Trip, type Watchdog } from "./watchdog.ts";

/** No answer for longer than this counts as pressed, ms. */
const silenceMs = 50;
/** How often the caller reads it, ms. */
export const PENDANT_PERIOD_MS = 10;

/** The line's level, or why there is none. */
export type PendantReading = 0 | 1 | "error" | "unplugged";

export class Pendant implements Watchdog {
  readonly kind = "pendant";
  readonly name = "pendant";
  readonly liveWithinMs = silenceMs;
  readonly #releasedLevel: 0 | 1;
  #reading: PendantReading = "unplugged";
  #readMs = Number.NEGATIVE_INFINITY;
  #startedMs = Number.NEGATIVE_INFINITY;

  /** `activeLow`: level 0 means pressed, so that a cut wire stops the robot. */
  constructor(options: { readonly activeLow: boolean }) {
    this.#releasedLevel = options.activeLow === true ? 1 : 0;
  }

  start(nowMs: number): void {
    this.#startedMs = nowMs;
  }

  read(reading: PendantReading, nowMs: number): void {
    this.#reading = reading;
    this.#readMs = nowMs;
  }

  released(nowMs: number): boolean {
    return this.#reading === this.#releasedLevel && within(this.ageMs(nowMs), silenceMs);
  }

  tick(nowMs: number): Trip | undefined {
    if (this.released(nowMs)) return undefined;
    const neverRead = this.#readMs === Number.NEGATIVE_INFINITY;
    const silentMs = neverRead ? nowMs - this.#startedMs : this.ageMs(nowMs);
    if (!within(silentMs, silenceMs)) return timeoutTrip("pendant", "pendant", silenceMs, silentMs);
    if (neverRead) return undefined;
    return typeof this.#reading === "number" ? pressed : unreadable(this.#reading);
  }

  ageMs(nowMs: number): number {
    return nowMs - this.#readMs;
  }
}

const pressed: Trip = {
  source: "pendant",
  reason: "the pendant is pressed",
  evidence: { kind: "human", actor: "human:pendant", reason: "pressed" },
};

function unreadable(state: string): Trip {
  const detail = `the pendant cannot be read: ${state}`;
  return { source: "pendant", reason: detail, evidence: { kind: "controller", controller_name: "pendant", state, detail } };
}
