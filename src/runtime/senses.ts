import type { Backend } from "../backend/backend.ts";
import type { Clock } from "../core/clock.ts";
import type { Observation } from "../core/observation.ts";
import type { MotionMonitor } from "../kernel/monitor/motion-monitor.ts";
import { requireSound } from "./second-channel.ts";
import { ObservationBorder } from "./sound-observation.ts";

/** What the machine measures, on the runtime's clock, as far as it can be believed. */
export class Senses {
  readonly #backend: Backend;
  readonly #clock: Clock;
  readonly #border: ObservationBorder;
  readonly #monitor: MotionMonitor | undefined;
  readonly #onObserved: ((observation: Observation) => void) | undefined;
  /** Time that passed for the runtime while nobody stepped the simulation, ms. */
  #stoodMs = 0;

  constructor(backend: Backend, clock: Clock, nJoints: number, monitor?: MotionMonitor, onObserved?: (observation: Observation) => void) {
    this.#backend = backend;
    this.#clock = clock;
    this.#border = new ObservationBorder(nJoints);
    this.#monitor = monitor;
    this.#onObserved = onObserved;
  }

  /** @throws ClearanceError `observation.invalid`; whatever the backend throws */
  observe(): Observation | Promise<Observation> {
    const observed = this.#backend.observe();
    return observed instanceof Promise ? observed.then((seen) => this.#believed(seen)) : this.#believed(observed);
  }

  /** The clock moves by `ms` without the simulation, which from then on is behind by as much. */
  standStill(ms: number): void | Promise<void> {
    this.#stoodMs += ms;
    return this.#clock.sleepUntil(this.#clock.nowMs() + ms);
  }

  #believed(seen: Observation): Observation {
    const nowMs = this.#clock.nowMs();
    const sound = this.#border.pass(this.#onOurClock(seen, nowMs), nowMs);
    if (this.#monitor !== undefined) requireSound(this.#monitor, sound);
    this.#onObserved?.(sound);
    return sound;
  }

  /** A simulation counts its own time: paced by the wall clock what it shows is measured now, else it may have stood still meanwhile. */
  #onOurClock(seen: Observation, nowMs: number): Observation {
    const paced = this.#clock.kind === "real";
    if (this.#backend.kind !== "simulated" || !(paced || this.#stoodMs > 0) || typeof seen !== "object" || seen === null) return seen;
    return Object.freeze({ ...seen, atMs: paced ? nowMs : seen.atMs + this.#stoodMs });
  }
}
