/**
 * Ideal motion in time, no physics: at the end of each row the joints are where it says. A pure function of the commands.
 * @module
 */
import type { Sensors } from "../../core/capture.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { GripperState, Observation } from "../../core/observation.ts";
import { poseFromMatrix34, type Pose } from "../../core/pose.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import type { ControlMode, Vetted } from "../../kernel/command.ts";
import { CommandDoor } from "../../kernel/command-door.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto, tipSpeedMps } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { Backend, BackendState, StopReceipt } from "../backend.ts";
import { frozenCopy } from "../frozen-copy.ts";
import { IdealGripper } from "./ideal-gripper.ts";
import { brakeAlongLine } from "./joint-brake.ts";
import { ObjectWorld } from "./object-world.ts";
import { ROW_CLOCK_NUMBERS, RowClock } from "./row-clock.ts";

export interface KinematicOptions {
  readonly robot: RobotModel;
  readonly world: WorldSpec;
  /**
   * Whether there is a gripper or tool. With `maxOpeningM`, the gap between the fingers when open, it closes on an object at the
   * object's width and stays that far open; a tool without a width takes and lets go when its opening passes one half.
   */
  readonly gripper: boolean | { readonly maxOpeningM: number };
  /** Shape `[nJoints]`; the robot's home unless given. */
  readonly initialRad?: ArrayLike<number>;
  /** Default "kinematic". */
  readonly name?: string;
  /** What it can be asked to look with; `look` is the state as it is, and counts as no observation. */
  readonly sensors?: (look: () => Observation) => Sensors;
}

/** Throws `config.invalid` for a posture or a gripper that does not fit the robot. Nothing moves and no time passes. */
export function openKinematicBackend(options: KinematicOptions): Backend {
  return new KinematicBackend(options);
}

/** What an observation says beside its number; kept until something moves. */
type Seen = Omit<Observation, "id" | "seq" | "gripper"> & { readonly gripper: GripperState | undefined };

class KinematicBackend implements Backend {
  readonly name: string;
  readonly kind = "simulated";
  readonly modes: ReadonlySet<ControlMode>;
  readonly sensors?: Sensors;
  readonly #robot: RobotModel;
  readonly #objects: ObjectWorld;
  readonly #gripper: IdealGripper | undefined;
  readonly #clock = new RowClock();
  readonly #door: CommandDoor;
  readonly #q: Float64Array;
  readonly #qd: Float64Array;
  readonly #worldFromLinks: Float64Array;
  readonly #tipMatrix = new Float64Array(12);
  readonly #jacobian: Float64Array;
  #seq = 0;
  #seen: Seen | undefined;
  #disposed = false;

  constructor(options: KinematicOptions) {
    const { robot, world, gripper, initialRad = robot.homeRad, name = "kinematic" } = options;
    const problems = problemsOf(options);
    if (problems.length > 0)
      throw new ClearanceError("config.invalid", `${name} cannot carry ${robot.name}: ${problems.join("; ")}`, { source: name, problems });
    this.name = name;
    this.#door = new CommandDoor(name);
    this.modes = new Set<ControlMode>(gripper === false ? ["joint_position"] : ["joint_position", "gripper_position"]);
    this.#robot = robot;
    this.#objects = new ObjectWorld(world);
    this.#gripper = gripper === false ? undefined : new IdealGripper(this.#objects, gripper === true ? undefined : gripper.maxOpeningM);
    this.#q = new Float64Array(initialRad);
    this.#qd = new Float64Array(robot.nJoints);
    this.#worldFromLinks = new Float64Array(robot.nLinks * 12);
    this.#jacobian = new Float64Array(6 * robot.nJoints);
    if (options.sensors !== undefined) this.sensors = options.sensors(() => this.#observation(this.#seq));
  }

  observe(): Observation {
    return this.#observation(this.#seq++);
  }

  #observation(seq: number): Observation {
    this.#refuseDisposed();
    const { atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, gripper, objects, ageMs } = (this.#seen ??= this.#look());
    const id = `obs-${seq}`;
    if (gripper === undefined) return Object.freeze({ id, seq, atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, objects, ageMs });
    return Object.freeze({ id, seq, atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, objects, ageMs, gripper });
  }

  apply(command: Vetted): void {
    this.#door.enter(command, this.#clock.nowMs);
    this.#refuseDisposed();
    const { mode, rows, width, periodMs } = command;
    if (mode === "joint_position") this.#followJoints(rows, width, periodMs);
    else if (mode === "gripper_position" && this.#gripper !== undefined) this.#followGripper(this.#gripper, rows);
    else throw new ClearanceError("backend.unsupported", `${this.name} does not carry out ${mode}`, { backend: this.name, what: mode });
    this.#clock.advance(periodMs, rows.length / width);
    this.#seen = undefined;
  }

  /** Brakes all joints together along the line they were moving on, none beyond its acceleration limit. */
  stop(): StopReceipt {
    this.#door.shut();
    const atMs = this.#clock.nowMs;
    let stoppingDistanceM = 0;
    if (!this.#disposed && this.#qd.some((speed) => speed !== 0)) {
      const braked = brakeAlongLine(this.#robot, this.#q, this.#qd);
      stoppingDistanceM = braked.distanceM;
      this.#objects.carry(this.#solveTip());
      if (braked.durationMs > 0) this.#clock.advance(braked.durationMs, 1);
      this.#seen = undefined;
    }
    const restAtMs = this.#clock.nowMs;
    const stoppingTimeMs = restAtMs - atMs;
    return Object.freeze({ acknowledged: true, atMs, restAtMs, stoppingTimeMs, stoppingDistanceM, atRest: true });
  }

  snapshot(): BackendState {
    this.#refuseDisposed();
    const opening = this.#gripper?.opening ?? 0;
    const numbers = [...this.#q, ...this.#qd, this.#seq, opening, ...this.#clock.save(), ...this.#objects.save()];
    return Object.freeze({ backend: this.name, atMs: this.#clock.nowMs, numbers: new Float64Array(numbers), more: null });
  }

  /** Continues bit for bit from `state`, also one of another backend opened with the same robot and world. */
  restore({ numbers }: BackendState): void {
    this.#refuseDisposed();
    const n = this.#robot.nJoints;
    const fixed = 2 * n + 2;
    const expected = fixed + ROW_CLOCK_NUMBERS + this.#objects.nNumbers;
    if (numbers.length !== expected)
      throw new ClearanceError("shape.mismatch", `${this.name} keeps ${expected} numbers, the state has ${numbers.length}`, {
        what: "numbers of the state",
        expected,
        got: numbers.length,
      });
    this.#q.set(numbers.subarray(0, n));
    this.#qd.set(numbers.subarray(n, 2 * n));
    this.#seq = numbers[2 * n]!;
    if (this.#gripper !== undefined) this.#gripper.opening = numbers[2 * n + 1]!;
    this.#clock.load(Array.from(numbers.subarray(fixed, fixed + ROW_CLOCK_NUMBERS)));
    this.#objects.load(Array.from(numbers.subarray(fixed + ROW_CLOCK_NUMBERS)));
    this.#seen = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    this.#disposed = true;
    return Promise.resolve();
  }

  #followJoints(rows: Float64Array, width: number, periodMs: number): void {
    const last = rows.length - width;
    for (let j = 0; j < width; j++) {
      const before = last > 0 ? rows[last - width + j]! : this.#q[j]!;
      const q = rows[last + j]!;
      this.#qd[j] = ((q - before) / periodMs) * 1000;
      this.#q[j] = q;
    }
    if (this.#objects.holding !== null) this.#objects.carry(this.#solveTip());
  }

  #followGripper(gripper: IdealGripper, rows: Float64Array): void {
    this.#qd.fill(0);
    const worldFromTip = this.#solveTip();
    for (let row = 0; row < rows.length; row++) gripper.moveTo(rows[row]!, worldFromTip);
  }

  #look(): Seen {
    const worldFromTip = this.#solveTip();
    const gripper = this.#gripper && Object.freeze({ opening: this.#gripper.opening, holding: this.#objects.holding });
    return {
      atMs: this.#clock.nowMs,
      qRad: frozenCopy(this.#q),
      qdRadPerS: frozenCopy(this.#qd),
      worldFromTip,
      tipSpeedMps: this.#tipSpeed(),
      gripper,
      objects: this.#objects.states,
      ageMs: gripper === undefined ? freshAges : freshAgesWithGripper,
    };
  }

  #solveTip(): Pose {
    forwardKinematics(this.#robot, this.#q, this.#worldFromLinks);
    tipMatrixInto(this.#robot, this.#worldFromLinks, this.#tipMatrix);
    return poseFromMatrix34(this.#tipMatrix);
  }

  /** |J q̇|; the links are where `#solveTip` left them. */
  #tipSpeed(): number {
    const qd = this.#qd;
    const n = qd.length;
    let moving = false;
    for (let j = 0; j < n; j++) moving ||= qd[j] !== 0;
    if (!moving) return 0;
    geometricJacobianInto(this.#robot, this.#worldFromLinks, this.#jacobian);
    return tipSpeedMps(this.#jacobian, qd);
  }

  #refuseDisposed(): void {
    if (!this.#disposed) return;
    const problem = "it was closed";
    throw new ClearanceError("backend.unavailable", `${this.name} cannot be used: ${problem}`, {
      backend: this.name,
      problem,
      fix: "open another one",
    });
  }
}

const freshAges = Object.freeze({ joints: 0, tip: 0, objects: 0 });
const freshAgesWithGripper = Object.freeze({ joints: 0, tip: 0, gripper: 0, objects: 0 });

function problemsOf({ robot, gripper, initialRad = robot.homeRad }: KinematicOptions): string[] {
  const problems: string[] = [];
  if (initialRad.length !== robot.nJoints) problems.push(`initialRad has ${initialRad.length} values for ${robot.nJoints} joints`);
  robot.jointNames.forEach((name, j) => {
    const q = initialRad[j] ?? Number.NaN;
    const [lower, upper] = [robot.lowerRad[j]!, robot.upperRad[j]!];
    if (!(Number.isFinite(q) && q >= lower && q <= upper)) problems.push(`${name} starts at ${q}, outside [${lower}, ${upper}]`);
    const acceleration = robot.maxAccelerationRadPerS2[j]!;
    if (!(acceleration > 0)) problems.push(`${name} has an acceleration limit of ${acceleration}, and could not be stopped`);
  });
  if (typeof gripper === "object" && !(gripper.maxOpeningM > 0 && gripper.maxOpeningM < Number.POSITIVE_INFINITY))
    problems.push(`gripper.maxOpeningM must be a positive number, got ${gripper.maxOpeningM}`);
  return problems;
}
