/**
 * One model and its data, stepped by position targets. Owns the WASM memory; knows joints and grippers by index only.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { DataViews } from "./data-views.ts";
import type { Gripper } from "./gripper.ts";
import type { JointServos } from "./joint-servos.ts";
import type { MjData, MjModel, MujocoModule, OutBuffer } from "./mujoco-module.ts";

export interface SimulationParts {
  readonly mujoco: MujocoModule;
  readonly model: MjModel;
  readonly servos: JointServos;
  readonly gripper: Gripper | undefined;
  /** Shape `[nJoints]`: bound on the speed fed forward; Infinity where there is none. */
  readonly maxVelocityRadPerS: Float64Array;
}

/** A generalised speed beyond this (m/s, rad/s) is an explosion, not motion: MuJoCo's own bound is 1e10. */
const explodedSpeed = 1e4;

export class Simulation {
  readonly mujoco: MujocoModule;
  readonly model: MjModel;
  readonly data: MjData;
  readonly servos: JointServos;
  readonly gripper: Gripper | undefined;
  readonly #maxVelocity: Float64Array;
  readonly #signature: number;
  readonly #stateOut: OutBuffer<Float64Array>;
  readonly #timestepS: number;
  /** Commanded joint positions, shape `[nJoints]`. */
  readonly #target: Float64Array;
  #views: DataViews;
  /** Opening asked for, and the one driven to at this instant; 1 where there is no gripper. */
  #openingGoal = 1;
  #opening = 1;
  /** Which derived quantities belong to the current state: after a step they are those of the state before it. */
  #fresh: "nothing" | "poses" | "everything" = "nothing";
  #disposed = false;

  constructor(parts: SimulationParts) {
    this.mujoco = parts.mujoco;
    this.model = parts.model;
    this.servos = parts.servos;
    this.gripper = parts.gripper;
    this.#maxVelocity = parts.maxVelocityRadPerS;
    this.#signature = parts.mujoco.mjtState.mjSTATE_INTEGRATION.value;
    this.data = new parts.mujoco.MjData(parts.model);
    this.#stateOut = new parts.mujoco.DoubleBuffer(parts.mujoco.mj_stateSize(parts.model, this.#signature));
    this.#timestepS = parts.model.opt.timestep;
    this.#target = new Float64Array(parts.servos.nJoints);
    this.#views = new DataViews(this.data);
  }

  /** The engine's arrays; valid until time passes. */
  get views(): DataViews {
    if (this.#views.stale) this.#views = new DataViews(this.data);
    return this.#views;
  }

  /** Sets positions and controls, in the model's own order, without time passing. The gripper is told to stay as it stands. */
  place(qpos: Float64Array, ctrl: Float64Array): void {
    this.views.qpos.set(qpos);
    this.views.ctrl.set(ctrl);
    this.readJointsInto(this.#target);
    this.#fresh = "nothing";
    this.#opening = this.measuredOpening();
    this.#openingGoal = this.#opening;
    this.#writeControls(this.#target, undefined);
    this.#fresh = "nothing";
  }

  /** 0 closed … 1 open; fingers by where they are, suction by whether it is told to pull. 1 where there is no gripper. */
  measuredOpening(): number {
    const gripper = this.gripper;
    if (gripper === undefined) return 1;
    if (gripper.kind === "suction") return this.#opening;
    this.refreshPoses();
    const length = this.views.actuatorLength[gripper.actuator] ?? Number.NaN;
    // Servos overshoot their ends by micrometres; an opening is a fraction.
    return Math.min(1, Math.max(0, (length - gripper.closedLength) / (gripper.openLength - gripper.closedLength)));
  }

  get openingGoal(): number {
    return this.#openingGoal;
  }

  /** 0 closed … 1 open; approached at the gripper's own rate while time passes. */
  set openingGoal(opening: number) {
    this.#openingGoal = opening;
  }

  readTargetInto(out: Float64Array): void {
    out.set(this.#target);
  }

  /** Advances one engine step towards `targets` at `velocity` (rad/s; undefined: standing still). Throws `backend.diverged`. */
  step(targets: Float64Array, velocity: Float64Array | undefined): void {
    this.#driveGripper();
    this.#writeControls(targets, velocity);
    this.#fresh = "nothing";
    try {
      this.mujoco.mj_step(this.model, this.data);
    } catch (cause) {
      throw diverged(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (!this.#sound()) throw diverged(`the state is not finite or faster than ${explodedSpeed} at t = ${this.data.time} s`);
  }

  /** Brings body poses and transmission lengths up to the current state; changes nothing of the state itself. */
  refreshPoses(): void {
    if (this.#fresh !== "nothing") return;
    this.mujoco.mj_kinematics(this.model, this.data);
    this.mujoco.mj_comPos(this.model, this.data);
    this.mujoco.mj_tendon(this.model, this.data);
    this.mujoco.mj_transmission(this.model, this.data);
    this.#fresh = "poses";
  }

  /** The same for everything derived, contacts and forces too; ten times dearer. */
  refresh(): void {
    if (this.#fresh === "everything") return;
    this.mujoco.mj_forward(this.model, this.data);
    this.#fresh = "everything";
  }

  readJointsInto(outRad: Float64Array): void {
    const { qpos } = this.views;
    const { nJoints, qposAdr } = this.servos;
    for (let j = 0; j < nJoints; j++) outRad[j] = qpos[qposAdr[j]!]!;
  }

  readVelocitiesInto(outRadPerS: Float64Array): void {
    const { qvel } = this.views;
    const { nJoints, dofAdr } = this.servos;
    for (let j = 0; j < nJoints; j++) outRadPerS[j] = qvel[dofAdr[j]!]!;
  }

  /** Everything the engine continues from (`mjSTATE_INTEGRATION`), then targets and openings; a copy, in `out` where that fits. */
  state(out?: Float64Array): Float64Array {
    this.mujoco.mj_getState(this.model, this.data, this.#stateOut, this.#signature);
    const engine = this.#stateOut.GetView();
    const length = engine.length + this.#target.length + 2;
    const all = out?.length === length ? out : new Float64Array(length);
    all.set(engine);
    all.set(this.#target, engine.length);
    all[all.length - 2] = this.#openingGoal;
    all[all.length - 1] = this.#opening;
    return all;
  }

  /** Throws `shape.mismatch` for the state of another model. */
  setState(all: Float64Array): void {
    const nEngine = this.#stateOut.GetView().length;
    const expected = nEngine + this.#target.length + 2;
    if (all.length !== expected)
      throw new ClearanceError("shape.mismatch", `a state of ${all.length} numbers belongs to another model; this one has ${expected}`, {
        what: "backend state",
        expected,
        got: all.length,
      });
    this.mujoco.mj_setState(this.model, this.data, all.slice(0, nEngine), this.#signature);
    this.#target.set(all.subarray(nEngine, nEngine + this.#target.length));
    this.#openingGoal = all[expected - 2] ?? 1;
    this.#opening = all[expected - 1] ?? 1;
    this.#fresh = "nothing";
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stateOut.delete();
    this.data.delete();
    this.model.delete();
  }

  #driveGripper(): void {
    const gripper = this.gripper;
    if (gripper === undefined || this.#opening === this.#openingGoal) return;
    const most = gripper.maxRatePerS * this.#timestepS;
    this.#opening += Math.min(most, Math.max(-most, this.#openingGoal - this.#opening));
  }

  #writeControls(targets: Float64Array, velocity: Float64Array | undefined): void {
    const { ctrl } = this.views;
    const { actuator, scale, offset, leadS, nJoints } = this.servos;
    const commanded = this.#target;
    const maxVelocity = this.#maxVelocity;
    for (let j = 0; j < nJoints; j++) {
      const target = targets[j]!;
      commanded[j] = target;
      const most = maxVelocity[j]!;
      const speed = velocity === undefined ? 0 : Math.min(most, Math.max(-most, velocity[j]!));
      ctrl[actuator[j]!] = scale[j]! * (target + leadS[j]! * speed) + offset[j]!;
    }
    const gripper = this.gripper;
    if (gripper !== undefined) ctrl[gripper.actuator] = gripper.closedCtrl + this.#opening * (gripper.openCtrl - gripper.closedCtrl);
  }

  #sound(): boolean {
    const { qvel } = this.views;
    for (let i = 0; i < qvel.length; i++) if (!(Math.abs(qvel[i]!) < explodedSpeed)) return false;
    return true;
  }
}

function diverged(problem: string, cause?: unknown): ClearanceError {
  return new ClearanceError(
    "backend.diverged",
    `the simulation diverged: ${problem}; check masses, gains and the timestep of the model`,
    { backend: "mujoco", problem },
    { cause },
  );
}
