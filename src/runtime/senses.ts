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

  constructor(backend: Backend, clock: Clock, nJoints: number, monitor?: MotionMonitor) {
    this.#backend = backend;
    this.#clock = clock;
    this.#border = new ObservationBorder(nJoints);
    this.#monitor = monitor;
  }

  /** @throws ClearanceError `observation.invalid`; whatever the backend throws */
  observe(): Observation | Promise<Observation> {
    const observed = this.#backend.observe();
    return observed instanceof Promise ? observed.then((seen) => this.#believed(seen)) : this.#believed(observed);
  }

  #believed(seen: Observation): Observation {
    const nowMs = this.#clock.nowMs();
    // A simulation that is paced by the wall clock counts its own time; what it shows is measured now.
    const paced = this.#backend.kind === "simulated" && this.#clock.kind === "real" && typeof seen === "object" && seen !== null;
    const sound = this.#border.pass(paced ? Object.freeze({ ...seen, atMs: nowMs }) : seen, nowMs);
    if (this.#monitor !== undefined) requireSound(this.#monitor, sound);
    return sound;
  }
}
