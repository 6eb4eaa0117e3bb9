/**
 * A backend whose insides can be made to fail. What it truly does is watched row by row; what it says may be something else.
 * @module
 */
import type { Backend, StopReceipt } from "../../backend/backend.ts";
import type { Observation } from "../../core/observation.ts";
import type { Vetted } from "../../kernel/command.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { BodyWatch } from "./body-watch.ts";
import type { Machine } from "./fault.ts";
import type { Seams } from "./rig.ts";

export class FaultyMachine implements Backend, Machine {
  readonly name: string;
  readonly kind = "simulated";
  readonly modes: Backend["modes"];
  readonly body: BodyWatch;
  readonly #base: Backend;
  readonly #seams: Seams;
  readonly #robot: RobotModel;
  beforeRad: readonly number[];
  /** True time at which the joints last were somewhere else than before, ms. */
  lastMotionMs = 0;
  /** Where a fault put the joints, when that is not where the base is. */
  #displacedRad: readonly number[] | undefined;

  constructor(base: Backend, robot: RobotModel, seams: Seams, body: BodyWatch) {
    this.name = base.name;
    this.modes = base.modes;
    this.body = body;
    this.#base = base;
    this.#seams = seams;
    this.#robot = robot;
    this.beforeRad = this.qRad;
  }

  get qRad(): readonly number[] {
    return this.#displacedRad ?? trueState(this.#base).qRad;
  }

  displace(qRad: readonly number[]): void {
    this.#displacedRad = Object.freeze([...qRad]);
  }

  observe(): Observation | Promise<Observation> {
    const seen = trueState(this.#base);
    const q = this.#displacedRad;
    const truth = q === undefined ? seen : Object.freeze({ ...seen, qRad: q, worldFromTip: tipPose(this.#robot, q) });
    const { observe } = this.#seams.active;
    return observe === undefined ? truth : (observe(truth, this) as Observation);
  }

  apply(command: Vetted): void {
    this.#seams.transport(command, (arrived) => this.#carryOut(arrived));
  }

  stop(): StopReceipt | Promise<StopReceipt> {
    const { stop } = this.#seams.active;
    const before = this.qRad;
    const honest = (): StopReceipt => {
      const receipt = this.#base.stop() as StopReceipt;
      this.#noteMotion(before, receipt.stoppingTimeMs);
      return receipt;
    };
    return stop === undefined ? honest() : (stop(honest) as StopReceipt);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#base[Symbol.asyncDispose]();
  }

  #carryOut(command: Vetted): void {
    const before = this.qRad;
    this.beforeRad = before;
    // The base is a simulation and has carried it out when it returns.
    void this.#base.apply(command);
    this.#displacedRad = undefined;
    this.#seams.active.moved?.(this);
    this.#watchRows(command, before);
    this.#noteMotion(before, (command.rows.length / command.width) * command.periodMs);
  }

  /** Row by row while the machine does what it was told; as one move where a fault put it elsewhere. */
  #watchRows({ mode, rows, width, periodMs }: Vetted, before: readonly number[]): void {
    if (mode !== "joint_position") return;
    if (this.#displacedRad !== undefined) {
      this.body.moved(before, this.#displacedRad, (rows.length / width) * periodMs);
      return;
    }
    let from: ArrayLike<number> = before;
    for (let at = 0; at < rows.length; at += width) {
      const to = rows.subarray(at, at + width);
      this.body.moved(from, to, periodMs);
      from = to;
    }
  }

  #noteMotion(before: readonly number[], durationMs: number): void {
    if (this.qRad.some((q, j) => q !== before[j])) this.lastMotionMs = this.#seams.trueMs + durationMs;
  }
}

function trueState(base: Backend): Observation {
  return base.observe() as Observation;
}
