import { poseFromMatrix34 } from "../../core/pose.ts";
import type { Pose } from "../../core/pose.ts";
import { hypot3 } from "../../core/elementary.ts";
import type { GripperState, ObjectState, Observation } from "../../core/observation.ts";
import { vec3 } from "../../core/vec3.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { Grasp } from "./grasp.ts";
import type { MjModel } from "./mujoco-module.ts";
import { objectBodyName } from "./add-world.ts";
import { namesAt } from "./model-names.ts";
import type { Simulation } from "./simulation.ts";

interface TrackedObject {
  readonly name: string;
  /** Index of x in `qpos`; the quaternion follows the position. */
  readonly qposAdr: number;
}

/**
 * Reads a simulation the way sensors would: joint encoders, object poses, finger contacts. The tip is where the kinematics of the
 * measured joints put it. Everything answered is a frozen copy. Reading never changes what happens next.
 */
export class Observer {
  readonly #simulation: Simulation;
  readonly #robot: RobotModel;
  readonly #objects: readonly TrackedObject[];
  readonly #grasp: Grasp | undefined;
  readonly #q: Float64Array;
  readonly #qd: Float64Array;
  readonly #links: Float64Array;
  readonly #tip = new Float64Array(12);
  readonly #jacobian: Float64Array;

  constructor(simulation: Simulation, robot: RobotModel, objectNames: readonly string[]) {
    this.#simulation = simulation;
    this.#robot = robot;
    const { objects, objectOfGeom } = trackObjects(simulation.model, objectNames);
    this.#objects = objects;
    this.#grasp = simulation.gripper === undefined ? undefined : new Grasp(simulation, simulation.gripper, objectOfGeom);
    this.#q = new Float64Array(robot.nJoints);
    this.#qd = new Float64Array(robot.nJoints);
    this.#links = new Float64Array(robot.nLinks * 12);
    this.#jacobian = new Float64Array(6 * robot.nJoints);
  }

  observe(seq: number, atMs: number): Observation {
    const simulation = this.#simulation;
    simulation.readJointsInto(this.#q);
    simulation.readVelocitiesInto(this.#qd);
    this.#solveTip();
    const tipSpeedMps = this.#tipSpeed();
    const gripper = this.#grasp === undefined ? undefined : this.#readGripper(this.#grasp);
    return Object.freeze({
      id: `obs-${seq}`,
      seq,
      atMs,
      qRad: Object.freeze(Array.from(this.#q)),
      qdRadPerS: Object.freeze(Array.from(this.#qd)),
      worldFromTip: poseFromMatrix34(this.#tip),
      tipSpeedMps,
      ...(gripper === undefined ? {} : { gripper }),
      objects: Object.freeze(this.#objects.map((object) => this.#readObject(object))),
      ageMs: Object.freeze({ joints: 0, objects: 0 }),
    });
  }

  /** Writes the tip's position in the world, m, for the current joints. */
  tipPositionInto(out: Float64Array): void {
    this.#simulation.readJointsInto(this.#q);
    this.#solveTip();
    out[0] = this.#tip[3]!;
    out[1] = this.#tip[7]!;
    out[2] = this.#tip[11]!;
  }

  dispose(): void {
    this.#grasp?.dispose();
  }

  #solveTip(): void {
    forwardKinematics(this.#robot, this.#q, this.#links);
    tipMatrixInto(this.#robot, this.#links, this.#tip);
  }

  #tipSpeed(): number {
    geometricJacobianInto(this.#robot, this.#links, this.#jacobian);
    const n = this.#robot.nJoints;
    const row = (axis: number): number => {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += this.#jacobian[axis * n + j]! * this.#qd[j]!;
      return sum;
    };
    return hypot3(row(0), row(1), row(2));
  }

  #readGripper(grasp: Grasp): GripperState {
    const holding = this.#objects[grasp.held()]?.name ?? null;
    return Object.freeze({ opening: this.#simulation.measuredOpening(), holding });
  }

  #readObject({ name, qposAdr }: TrackedObject): ObjectState {
    const [x = Number.NaN, y = Number.NaN, z = Number.NaN, qw = 1, qx = 0, qy = 0, qz = 0] = this.#simulation.data.qpos.subarray(
      qposAdr,
      qposAdr + 7,
    );
    const worldFromObject: Pose = Object.freeze({ position: vec3(x, y, z), orientation: Object.freeze([qw, qx, qy, qz] as const) });
    return Object.freeze({ name, worldFromObject });
  }
}

function trackObjects(
  model: MjModel,
  objectNames: readonly string[],
): { readonly objects: readonly TrackedObject[]; readonly objectOfGeom: Int32Array } {
  const bodies = namesAt(model, model.name_bodyadr);
  const bodyIds = objectNames.map((name) => bodies.indexOf(objectBodyName(name)));
  return {
    objects: bodyIds.map((body, i) => ({ name: objectNames[i] ?? "", qposAdr: model.jnt_qposadr[model.body_jntadr[body] ?? 0] ?? 0 })),
    objectOfGeom: Int32Array.from(model.geom_bodyid, (body) => bodyIds.indexOf(body)),
  };
}
