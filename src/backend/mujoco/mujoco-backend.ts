/**
 * A robot in MuJoCo, driven the way a joint controller drives a real one: rows of joint positions at 500 Hz, interpolated where they come
 * slower, tracked by the model's position servos.
 * @module
 */
import type { Sensors } from "../../core/capture.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Command, ControlMode, Vetted } from "../../kernel/command.ts";
import { CommandDoor } from "../../kernel/command-door.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import type { Backend, BackendState, StopReceipt } from "../backend.ts";
import { brake } from "./brake.ts";
import type { Camera } from "./camera.ts";
import type { Observer } from "./observer.ts";
import { renderScene } from "./render.ts";
import type { Picture, RenderOptions } from "./render.ts";
import type { Simulation } from "./simulation.ts";

/** Rows of commands come at multiples of this. */
export const controlPeriodMs = 2;

/** A sound state is kept about this often, to fall back to: it takes as long as half a step. */
const backupEverySteps = 100;

export interface MujocoBackendParts {
  readonly name: string;
  readonly robot: RobotModel;
  readonly collision: CollisionModel;
  readonly simulation: Simulation;
  readonly observer: Observer;
  /** Engine steps in one `controlPeriodMs`. */
  readonly stepsPerPeriod: number;
  readonly notes: readonly string[];
  readonly sensors?: ((look: () => Observation) => Sensors) | undefined;
}

/** What a snapshot carries beside the engine's numbers. */
interface Counters {
  readonly steps: number;
  readonly seq: number;
}

export class MujocoBackend implements Backend {
  readonly name: string;
  readonly kind = "simulated";
  readonly modes: ReadonlySet<ControlMode>;
  readonly robot: RobotModel;
  readonly collision: CollisionModel;
  /** What was changed about the user's model to run it here, one line each. */
  readonly notes: readonly string[];
  readonly sensors?: Sensors;
  readonly #simulation: Simulation;
  readonly #observer: Observer;
  readonly #stepsPerPeriod: number;
  readonly #door: CommandDoor;
  readonly #target: Float64Array;
  readonly #from: Float64Array;
  readonly #velocity: Float64Array;
  #steps = 0;
  #seq = 0;
  #fault: ClearanceError | undefined;
  #backup: Float64Array | undefined;
  #backupAtStep = 0;
  #lastReceipt: StopReceipt = Object.freeze({
    acknowledged: false,
    atMs: 0,
    restAtMs: 0,
    stoppingTimeMs: 0,
    stoppingDistanceM: 0,
    atRest: false,
  });

  constructor(parts: MujocoBackendParts) {
    this.name = parts.name;
    this.#door = new CommandDoor(parts.name);
    this.robot = parts.robot;
    this.collision = parts.collision;
    this.notes = parts.notes;
    this.#simulation = parts.simulation;
    this.#observer = parts.observer;
    this.#stepsPerPeriod = parts.stepsPerPeriod;
    this.modes = new Set<ControlMode>(parts.simulation.gripper === undefined ? ["joint_position"] : ["joint_position", "gripper_position"]);
    this.#target = new Float64Array(parts.robot.nJoints);
    this.#from = new Float64Array(parts.robot.nJoints);
    this.#velocity = new Float64Array(parts.robot.nJoints);
    if (parts.sensors !== undefined) this.sensors = parts.sensors(() => this.#look());
  }

  /** After a divergence: the last sound state kept, at most a chunk and 100 engine steps old. Throws `backend.unavailable` once disposed. */
  observe(): Observation {
    this.#refuseDisposed();
    return this.#observer.observe(this.#seq++, this.#atMs);
  }

  /** Advances simulated time by the whole chunk. Throws `backend.diverged`, from then on at every call until `restore`. */
  apply(command: Vetted): void {
    this.#door.enter(command, this.#atMs);
    this.#refuseDisposed();
    if (this.#fault !== undefined) throw this.#fault;
    const periods = this.#periodsPerRow(command);
    this.#backUp();
    try {
      if (command.mode === "joint_position") this.#followJoints(command, periods);
      else this.#followGripper(command, periods);
    } catch (error) {
      this.#fall(error);
    }
  }

  stop(): StopReceipt {
    this.#door.shut();
    if (this.#simulation.disposed || this.#fault !== undefined)
      return Object.freeze({
        ...this.#lastReceipt,
        acknowledged: !this.#simulation.disposed,
        atMs: this.#atMs,
        restAtMs: this.#atMs,
        stoppingTimeMs: 0,
        stoppingDistanceM: 0,
        atRest: false,
      });
    this.#backUp();
    try {
      const stepMs = controlPeriodMs / this.#stepsPerPeriod;
      this.#lastReceipt = brake(this.#simulation, this.#observer, this.robot, this.#atMs, stepMs, () => this.#steps++);
      return this.#lastReceipt;
    } catch (error) {
      try {
        this.#fall(error);
      } catch {
        // Kept as the fault that every later `apply` throws; a stop itself never does.
      }
      return this.stop();
    }
  }

  snapshot(): BackendState {
    this.#refuseDisposed();
    const counters: Counters = Object.freeze({ steps: this.#steps, seq: this.#seq });
    return Object.freeze({ backend: this.name, atMs: this.#atMs, numbers: this.#simulation.state(), more: counters });
  }

  /** Continues bit for bit from `state`, also one of another backend opened from the same model and world. Clears a divergence. */
  restore(state: BackendState): void {
    this.#refuseDisposed();
    const { more } = state;
    if (state.backend !== this.name || !isCounters(more))
      throw new ClearanceError("config.invalid", `a state of backend "${state.backend}" cannot be restored into "${this.name}"`, {
        source: "backend state",
        problems: ["state of another backend"],
      });
    this.#simulation.setState(state.numbers);
    this.#steps = more.steps;
    this.#seq = more.seq;
    this.#backup = undefined;
    this.#fault = undefined;
  }

  /** What a camera sees now; takes 0.1 to 20 s, by size and samples. Nothing moves meanwhile. */
  picture(camera: Camera, options: RenderOptions = {}): Picture {
    this.#refuseDisposed();
    this.#simulation.refresh();
    return renderScene(this.#simulation.mujoco, this.#simulation.model, this.#simulation.data, camera, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#simulation.disposed) return;
    this.#observer.dispose();
    this.#simulation.dispose();
  }

  #look(): Observation {
    this.#refuseDisposed();
    return this.#observer.observe(this.#seq, this.#atMs);
  }

  get #atMs(): number {
    return (this.#steps * controlPeriodMs) / this.#stepsPerPeriod;
  }

  #followJoints(command: Command, periods: number): void {
    const { rows, width } = command;
    const simulation = this.#simulation;
    const steps = periods * this.#stepsPerPeriod;
    const rowS = (periods * controlPeriodMs) / 1000;
    const velocity = this.#velocity;
    let from = this.#from;
    let target = this.#target;
    simulation.readTargetInto(from);
    for (let row = 0; row < rows.length; row += width) {
      for (let j = 0; j < width; j++) velocity[j] = (rows[row + j]! - from[j]!) / rowS;
      for (let step = 1; step <= steps; step++) {
        for (let j = 0; j < width; j++) {
          const to = rows[row + j]!;
          target[j] = step === steps ? to : from[j]! + ((to - from[j]!) * step) / steps;
        }
        simulation.step(target, velocity);
        this.#steps++;
      }
      // What was just reached is what the next row starts from.
      const reached = target;
      target = from;
      from = reached;
    }
  }

  #followGripper(command: Command, periods: number): void {
    const simulation = this.#simulation;
    simulation.readTargetInto(this.#target);
    for (const opening of command.rows) {
      simulation.openingGoal = opening;
      for (let step = 0; step < periods * this.#stepsPerPeriod; step++) {
        simulation.step(this.#target, undefined);
        this.#steps++;
      }
    }
  }

  /** Control periods in one row. The kernel vetted the numbers; this is about what the backend can carry out. */
  #periodsPerRow(command: Command): number {
    if (!this.modes.has(command.mode))
      throw new ClearanceError("backend.unsupported", `${this.name} carries out ${[...this.modes].join(", ")}; not ${command.mode}`, {
        backend: this.name,
        what: command.mode,
      });
    const width = command.mode === "joint_position" ? this.robot.nJoints : 1;
    if (command.width !== width)
      throw new ClearanceError("shape.mismatch", `${command.mode} rows of ${this.name} hold ${width} numbers; got ${command.width}`, {
        what: `${command.mode} row`,
        expected: width,
        got: command.width,
      });
    const periods = command.periodMs / controlPeriodMs;
    if (!(periods >= 1 && Number.isInteger(periods)))
      throw new ClearanceError(
        "backend.unsupported",
        `${this.name} takes rows every ${controlPeriodMs} ms or a multiple of it; got ${command.periodMs} ms`,
        { backend: this.name, what: `period of ${command.periodMs} ms` },
      );
    return periods;
  }

  #backUp(): void {
    if (this.#backup !== undefined && this.#steps - this.#backupAtStep < backupEverySteps) return;
    this.#backup = this.#simulation.state(this.#backup);
    this.#backupAtStep = this.#steps;
  }

  /** Back to the last sound state kept, where nothing moves until someone restores a state on purpose. Clock and count run on. */
  #fall(error: unknown): never {
    this.#fault = ClearanceError.is(error)
      ? error
      : new ClearanceError(
          "backend.diverged",
          `${this.name}: ${error instanceof Error ? error.message : String(error)}`,
          { backend: this.name, problem: String(error) },
          { cause: error },
        );
    if (this.#backup !== undefined) this.#simulation.setState(this.#backup);
    throw this.#fault;
  }

  #refuseDisposed(): void {
    if (this.#simulation.disposed)
      throw new ClearanceError("backend.unavailable", `${this.name} is disposed; open it again`, {
        backend: this.name,
        problem: "disposed",
        fix: "open it again",
      });
  }
}

function isCounters(more: unknown): more is Counters {
  return (
    typeof more === "object" &&
    more !== null &&
    "steps" in more &&
    Number.isInteger(more.steps) &&
    "seq" in more &&
    Number.isInteger(more.seq)
  );
}
