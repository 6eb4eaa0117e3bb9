/**
 * Drives a backend through a kernel, as the runtime does, for tests.
 * @module
 */
import type { Backend } from "../src/backend/backend.ts";
import type { Observation } from "../src/core/observation.ts";
import { createKernel, type Command, type ControlMode, type Kernel } from "../src/kernel/index.ts";
import { JointPath } from "../src/robot/joint-path.ts";
import { planTrajectory } from "../src/robot/plan-trajectory.ts";
import type { RobotModel } from "../src/robot/robot-model.ts";

export interface ConformanceOptions {
  /** Period of a row, ms. */
  readonly periodMs?: number;
  /** How far each joint is sent, rad or m, from where it starts; the way must be free. */
  readonly travelRad?: readonly number[];
  /** How far a joint may be from where it was sent once it had time to settle. */
  readonly positionToleranceRad?: number;
  /** Speed that counts as standing still, rad/s or m/s. */
  readonly restSpeedRadPerS?: number;
  /** Time given to settle after a motion, ms. */
  readonly settleMs?: number;
  /** Measured opening may differ by this from the one sent. */
  readonly openingTolerance?: number;
  /** Lag of the joints behind their setpoints that the kernel puts up with. */
  readonly maxTrackingErrorRad?: number;
  readonly maxTrackingErrorM?: number;
}

type HandOptions = Required<Pick<ConformanceOptions, "periodMs" | "settleMs">> & ConformanceOptions;

export class Hand {
  readonly backend: Backend;
  readonly robot: RobotModel;
  readonly kernel: Kernel;
  readonly #options: HandOptions;
  #seq = 0;

  constructor(backend: Backend, robot: RobotModel, options: HandOptions) {
    const { maxTrackingErrorRad, maxTrackingErrorM } = options;
    this.backend = backend;
    this.robot = robot;
    this.#options = options;
    this.kernel = createKernel({
      robot,
      gripper: backend.modes.has("gripper_position"),
      modes: [...backend.modes],
      ...(maxTrackingErrorRad === undefined ? {} : { maxTrackingErrorRad }),
      ...(maxTrackingErrorM === undefined ? {} : { maxTrackingErrorM }),
    });
  }

  /** A configuration a little off `seen`, within the limits. */
  away(seen: Observation): number[] {
    const { lowerRad, upperRad, nJoints } = this.robot;
    const travel = this.#options.travelRad ?? Array.from({ length: nJoints }, (_, j) => (j % 2 === 0 ? 0.1 : -0.08));
    return seen.qRad.map((q, j) => Math.max(lowerRad[j]! + 1e-3, Math.min(upperRad[j]! - 1e-3, q + travel[j]!)));
  }

  chunk(mode: ControlMode, rows: Float64Array, width: number): Command {
    this.#seq += 1;
    return { mode, rows, width, periodMs: this.#options.periodMs, seq: this.#seq, basedOnSeq: 0, validUntilMs: 1e9 };
  }

  /** Moves as a plan would, in chunks of 100 ms, `part` of the way in time; at the end it waits to settle. Answers the rows sent. */
  async moveTo(target: readonly number[], part = 1): Promise<number> {
    const { robot } = this;
    const { periodMs, settleMs } = this.#options;
    const from = await this.backend.observe();
    const planned = planTrajectory(new JointPath(robot.nJoints, [...from.qRad, ...target]), {
      model: robot,
      jointSpeedScale: 0.5,
      jointAccelerationScale: 0.5,
      maxTipSpeedMps: Infinity,
      maxTipAccelerationMps2: Infinity,
      maxTipAngularSpeedRadPerS: Infinity,
    });
    if (planned.kind === "failed") throw new Error(planned.reason);
    const nRows = Math.ceil((part * planned.durationMs + (part < 1 ? 0 : settleMs)) / periodMs);
    const perChunk = Math.max(1, Math.round(100 / periodMs));
    for (let done = 0; done < nRows; done += perChunk) {
      const count = Math.min(perChunk, nRows - done);
      const rows = new Float64Array(count * robot.nJoints);
      planned.sampleRowsInto((done + 1) * periodMs, periodMs, count, rows);
      await this.#send("joint_position", rows, robot.nJoints);
    }
    return nRows;
  }

  /** Half a second for the way, and the time to settle. */
  async openTo(from: number, opening: number): Promise<void> {
    const { periodMs, settleMs } = this.#options;
    const moving = Math.ceil(500 / periodMs);
    const rows = Float64Array.from({ length: moving + Math.ceil(settleMs / periodMs) }, (_, i) => {
      const part = Math.min(1, (i + 1) / moving);
      return Math.max(0, Math.min(1, from + (opening - from) * part));
    });
    await this.#send("gripper_position", rows, 1);
  }

  async close(): Promise<void> {
    await this.backend[Symbol.asyncDispose]();
  }

  async #send(mode: ControlMode, rows: Float64Array, width: number): Promise<void> {
    const measured = await this.backend.observe();
    const verdict = this.kernel.vet(this.chunk(mode, rows, width), { nowMs: 0, measuredRad: measured.qRad });
    if (verdict.kind === "refused") throw new Error(`${verdict.code}: ${verdict.reason}`);
    await this.backend.apply(verdict.command);
  }
}
