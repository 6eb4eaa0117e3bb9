/**
 * Ideal motion with limits and time, no physics: the joints are where the last row says. Time is counted in rows, so it never drifts.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Pose } from "../../core/pose.ts";
import { distance } from "../../core/vec3.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import type { Command, ControlMode, Vetted } from "../../kernel/command.ts";
import { isVetted } from "../../kernel/vetted.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { Backend, BackendState, StopReceipt } from "../backend.ts";
import { ObjectWorld } from "./object-world.ts";

export interface KinematicOptions {
  readonly robot: RobotModel;
  readonly world: WorldSpec;
  /** Whether there is a gripper or tool to open and close. */
  readonly gripper: boolean;
  /** Shape `[nJoints]`; the robot's home unless given. */
  readonly initialRad?: ArrayLike<number>;
  /** Default "kinematic". */
  readonly name?: string;
}

/** Below this opening the gripper grasps, above it lets go. */
const graspOpening = 0.5;
/** Braking is looked at this often, ms. */
const brakeStepMs = 1;

/** Throws `config.invalid` for an initial posture that does not fit the robot. Nothing moves and no time passes. */
export function openKinematicBackend(options: KinematicOptions): Backend {
  return new KinematicBackend(options);
}

class KinematicBackend implements Backend {
  readonly name: string;
  readonly kind = "simulated";
  readonly modes: ReadonlySet<ControlMode>;
  readonly #robot: RobotModel;
  readonly #objects: ObjectWorld;
  readonly #gripper: boolean;
  readonly #q: Float64Array;
  readonly #qd: Float64Array;
  #opening = 1;
  #worldFromTip: Pose;
  #tipSpeedMps = 0;
  #seq = 0;
  /** Time in rows of one period since the last change of period: a sum of many small numbers would drift. */
  #baseMs = 0;
  #rows = 0;
  #periodMs = 0;

  constructor({ robot, world, gripper, initialRad = robot.homeRad, name = "kinematic" }: KinematicOptions) {
    const fits = initialRad.length === robot.nJoints && Array.from(initialRad).every((q) => Number.isFinite(q));
    if (!fits) {
      const problem = `initialRad must hold ${robot.nJoints} finite joint positions`;
      throw new ClearanceError("config.invalid", problem, { source: name, problems: [problem] });
    }
    this.name = name;
    this.#robot = robot;
    this.#gripper = gripper;
    this.modes = new Set<ControlMode>(gripper ? ["joint_position", "gripper_position"] : ["joint_position"]);
    this.#objects = new ObjectWorld(world);
    this.#q = Float64Array.from(initialRad);
    this.#qd = new Float64Array(robot.nJoints);
    this.#worldFromTip = tipPose(robot, this.#q);
  }

  observe(): Observation {
    const seq = this.#seq++;
    const gripper = { opening: this.#opening, holding: this.#objects.holding };
    return Object.freeze({
      id: `obs-${seq}`,
      seq,
      atMs: this.#atMs,
      qRad: Object.freeze(Array.from(this.#q)),
      qdRadPerS: Object.freeze(Array.from(this.#qd)),
      worldFromTip: this.#worldFromTip,
      tipSpeedMps: this.#tipSpeedMps,
      ...(this.#gripper ? { gripper: Object.freeze(gripper) } : {}),
      objects: this.#objects.states(this.#worldFromTip),
      ageMs: freshAges,
    });
  }

  apply(command: Vetted): void {
    if (!isVetted(command)) throw new ClearanceError("command.unvetted", `${this.name} takes only commands that the kernel vetted`, { backend: this.name });
    if (!this.modes.has(command.mode))
      throw new ClearanceError("backend.unsupported", `${this.name} does not carry out ${command.mode}`, { backend: this.name, what: command.mode });
    if (command.mode === "joint_position") this.#followJoints(command);
    else this.#followGripper(command);
    this.#passRows(command.rows.length / command.width, command.periodMs);
  }

  /** Brakes each joint at its greatest acceleration, along straight lines in joint space. */
  stop(): StopReceipt {
    const atMs = this.#atMs;
    const { nJoints, maxAccelerationRadPerS2, lowerRad, upperRad } = this.#robot;
    const stepS = brakeStepMs / 1000;
    let distanceM = 0;
    let moving = this.#qd.some((qd) => qd !== 0);
    while (moving) {
      moving = false;
      for (let j = 0; j < nJoints; j++) {
        const before = this.#qd[j] ?? 0;
        const dropped = (maxAccelerationRadPerS2[j] ?? Number.POSITIVE_INFINITY) * stepS;
        const after = Math.abs(before) > dropped ? before - Math.sign(before) * dropped : 0;
        const q = (this.#q[j] ?? 0) + ((before + after) / 2) * stepS;
        this.#q[j] = Math.min(upperRad[j] ?? q, Math.max(lowerRad[j] ?? q, q));
        this.#qd[j] = after;
        moving ||= after !== 0;
      }
      const from = this.#worldFromTip.position;
      this.#worldFromTip = tipPose(this.#robot, this.#q);
      distanceM += distance(from, this.#worldFromTip.position);
      this.#passRows(1, brakeStepMs);
    }
    this.#tipSpeedMps = 0;
    const restAtMs = this.#atMs;
    return Object.freeze({ acknowledged: true, atMs, restAtMs, stoppingTimeMs: restAtMs - atMs, stoppingDistanceM: distanceM, atRest: true });
  }

  snapshot(): BackendState {
    const numbers = Float64Array.from([...this.#q, ...this.#qd, this.#opening, this.#tipSpeedMps, this.#baseMs, this.#rows, this.#periodMs, this.#seq]);
    return Object.freeze({ backend: this.name, atMs: this.#atMs, numbers, more: this.#objects.save() });
  }

  restore(state: BackendState): void {
    const n = this.#robot.nJoints;
    const expected = 2 * n + 6;
    if (state.numbers.length !== expected)
      throw new ClearanceError("shape.mismatch", `a state of ${state.numbers.length} numbers is not of this robot, which has ${expected}`, { what: "state", expected, got: state.numbers.length });
    this.#q.set(state.numbers.subarray(0, n));
    this.#qd.set(state.numbers.subarray(n, 2 * n));
    [this.#opening, this.#tipSpeedMps, this.#baseMs, this.#rows, this.#periodMs, this.#seq] = Array.from(state.numbers.subarray(2 * n)) as [number, number, number, number, number, number];
    this.#objects.load(state.more);
    this.#worldFromTip = tipPose(this.#robot, this.#q);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  get #atMs(): number {
    return this.#baseMs + this.#rows * this.#periodMs;
  }

  #passRows(count: number, periodMs: number): void {
    if (periodMs !== this.#periodMs) {
      this.#baseMs = this.#atMs;
      this.#rows = 0;
      this.#periodMs = periodMs;
    }
    this.#rows += count;
  }

  #followJoints({ rows, width, periodMs }: Command): void {
    const last = rows.length - width;
    const periodS = periodMs / 1000;
    const tipBefore = last >= width ? tipPose(this.#robot, rows.subarray(last - width, last)) : this.#worldFromTip;
    for (let j = 0; j < width; j++) {
      const q = rows[last + j] ?? Number.NaN;
      const before = last >= width ? (rows[last - width + j] ?? Number.NaN) : (this.#q[j] ?? Number.NaN);
      this.#qd[j] = (q - before) / periodS;
      this.#q[j] = q;
    }
    this.#worldFromTip = tipPose(this.#robot, this.#q);
    this.#tipSpeedMps = distance(tipBefore.position, this.#worldFromTip.position) / periodS;
  }

  #followGripper({ rows }: Command): void {
    this.#qd.fill(0);
    this.#tipSpeedMps = 0;
    for (const opening of rows) {
      if (opening < graspOpening && opening < this.#opening) this.#objects.grasp(this.#worldFromTip);
      if (opening >= graspOpening && opening > this.#opening) this.#objects.release(this.#worldFromTip);
      this.#opening = opening;
    }
  }
}

const freshAges = Object.freeze({ joints: 0, tip: 0, gripper: 0, objects: 0 });
