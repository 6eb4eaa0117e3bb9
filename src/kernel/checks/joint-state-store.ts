/**
 * Joint states as messages bring them: by name, some joints at a time, each with its source's stamp. Only what a message names is
 * refreshed, so that each joint is as old as its own last measurement.
 * @module
 */
import type { MeasuredState } from "../decode-command.ts";
import type { SourceClock } from "./source-clock.ts";

export interface JointStateMessage {
  readonly names: readonly string[];
  /** In the order of `names`; rad or m. */
  readonly positionRad: ArrayLike<number>;
  /** Empty or absent where the source measures none. */
  readonly velocityRadPerS?: ArrayLike<number>;
  /** Of the source's own clock. */
  readonly stampMs: number;
}

export class JointStateStore {
  readonly #columnOf: ReadonlyMap<string, number>;
  readonly #clock: SourceClock;
  /** Shape `[nJoints]` each; NaN where never measured. */
  readonly measuredRad: Float64Array;
  readonly measuredRadPerS: Float64Array;
  readonly stampMs: Float64Array;

  constructor(jointNames: readonly string[], clock: SourceClock) {
    this.#columnOf = new Map(jointNames.map((name, column) => [name, column]));
    this.#clock = clock;
    this.measuredRad = new Float64Array(jointNames.length).fill(Number.NaN);
    this.measuredRadPerS = new Float64Array(jointNames.length).fill(Number.NaN);
    this.stampMs = new Float64Array(jointNames.length).fill(Number.NaN);
  }

  /** Takes what the message says of joints it names; how many of them are the robot's. A value that is not finite makes its joint stale. */
  receive({ names, positionRad, velocityRadPerS, stampMs }: JointStateMessage, receivedMs: number): number {
    const atMs = this.#clock.toLocalMs(stampMs, receivedMs);
    let refreshed = 0;
    for (let i = 0; i < names.length; i++) {
      const column = this.#columnOf.get(names[i]!);
      if (column === undefined) continue;
      const q = positionRad[i] ?? Number.NaN;
      this.measuredRad[column] = q;
      this.measuredRadPerS[column] = velocityRadPerS?.[i] ?? Number.NaN;
      this.stampMs[column] = Number.isFinite(q) ? atMs : Number.NaN;
      refreshed += 1;
    }
    return refreshed;
  }

  /** A view for the kernel; its arrays change with the next message. */
  stateAt(nowMs: number): MeasuredState {
    return { nowMs, measuredRad: this.measuredRad, measuredRadPerS: this.measuredRadPerS, jointStampMs: this.stampMs };
  }
}
