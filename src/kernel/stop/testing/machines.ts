import type { Clock } from "../../../core/clock.ts";
import type { ResetAnswer, ResetParty } from "../reset-handshake.ts";
import type { MotionSample, StopAnswer, StopCategory, StopTarget } from "../stop-target.ts";

/** Hardware as it may be: it answers, or not, and stands still, or not. */
export class FakeArm implements StopTarget, ResetParty {
  readonly name: string;
  readonly kind: "simulated" | "hardware" = "hardware";
  readonly calls: string[] = [];
  speed = 0;
  /** Adds to the position with every look. */
  creep = 0;
  /** Undefined: never answers. */
  answer: Partial<StopAnswer> | "throws" | "rejects" | undefined = {};
  resetAnswer: Partial<ResetAnswer> | "throws" | undefined = {};
  stampFrozen = false;
  looks = 0;
  readonly #clock: Clock;

  constructor(clock: Clock, name = "arm") {
    this.#clock = clock;
    this.name = name;
  }

  stop(category: StopCategory, epoch: number): StopAnswer | Promise<StopAnswer> {
    this.calls.push(`stop ${category} ${epoch}`);
    if (this.answer === "throws") throw new Error("bus down");
    if (this.answer === "rejects") return Promise.reject(new Error("bus down"));
    if (this.answer === undefined) return new Promise(() => {});
    this.speed = 0;
    return Promise.resolve({ acknowledged: true, atMs: this.#clock.nowMs(), stoppingTimeMs: 12, stoppingDistanceM: 0.003, ...this.answer });
  }

  estop(): void {
    this.calls.push("estop");
    throw new Error("EStopRequested");
  }

  observe(): MotionSample {
    this.looks += 1;
    return { atMs: this.stampFrozen ? 0 : this.#clock.nowMs(), qRad: [0.1 + this.creep * this.looks], qdRadPerS: [this.speed] };
  }

  answerReset(epoch: number): ResetAnswer | Promise<ResetAnswer> {
    this.calls.push(`reset ${epoch}`);
    if (this.resetAnswer === "throws") throw new Error("not now");
    if (this.resetAnswer === undefined) return new Promise(() => {});
    return { stopped: true, ready: true, epoch, ...this.resetAnswer };
  }
}
