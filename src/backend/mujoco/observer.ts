import { poseFromMatrix34 } from "../../core/pose.ts";
import type { GripperState, ObjectState, Observation } from "../../core/observation.ts";
import { vec3 } from "../../core/vec3.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto, tipSpeedMps } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { frozenCopy } from "../frozen-copy.ts";
import { Grasp } from "./grasp.ts";
import type { MjModel } from "./mujoco-module.ts";
import { objectBodyName } from "./add-world.ts";
import { namesAt } from "./model-names.ts";
import type { Simulation } from "./simulation.ts";

const freshAges = Object.freeze({ joints: 0, objects: 0 });

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
    const id = `obs-${seq}`;
    const qRad = frozenCopy(this.#q);
    const qdRadPerS = frozenCopy(this.#qd);
    const worldFromTip = poseFromMatrix34(this.#tip);
    const objects = Object.freeze(this.#objects.map((object) => this.#readObject(object)));
    if (gripper === undefined)
      return Object.freeze({ id, seq, atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, objects, ageMs: freshAges });
    return Object.freeze({ id, seq, atMs, qRad, qdRadPerS, worldFromTip, tipSpeedMps, gripper, objects, ageMs: freshAges });
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
    return tipSpeedMps(this.#jacobian, this.#qd);
  }

  #readGripper(grasp: Grasp): GripperState {
    const holding = this.#objects[grasp.held()]?.name ?? null;
    return Object.freeze({ opening: this.#simulation.measuredOpening(), holding });
  }

  #readObject({ name, qposAdr }: TrackedObject): ObjectState {
    const { qpos } = this.#simulation.views;
    const position = vec3(qpos[qposAdr]!, qpos[qposAdr + 1]!, qpos[qposAdr + 2]!);
    const orientation = Object.freeze([qpos[qposAdr + 3]!, qpos[qposAdr + 4]!, qpos[qposAdr + 5]!, qpos[qposAdr + 6]!] as const);
    return Object.freeze({ name, worldFromObject: Object.freeze({ position, orientation }) });
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
