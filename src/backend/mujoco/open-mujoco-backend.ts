/**
 * From a model text and a world to a running backend. The robot is compiled alone first, for its description, then together with the
 * world, for the physics; both come from one spec, so they cannot disagree.
 * @module
 */
import type { Sensors } from "../../core/capture.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import type { LimitOverrides } from "../../robot/kinematic-tree.ts";
import { compiledMjcfFrom, type CompiledMjcf } from "../../robot/mjcf-arrays.ts";
import { bodyFromCompiledMjcf, robotFromCompiledMjcf } from "../../robot/mjcf.ts";
import type { MjcfOptions, MjcfRobot } from "../../robot/mjcf.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { parseUrdf } from "../../robot/urdf-document.ts";
import type { Renderer } from "../sensing/renderer.ts";
import type { SensorRig } from "../sensing/rig.ts";
import { sceneSensors } from "../sensing/scene-sensors.ts";
import { addServos } from "./add-servos.ts";
import { addWorld } from "./add-world.ts";
import { carryFreeBody, limitCarrier, type CarriedBody, type Carrier } from "./carry-body.ts";
import { findGripper } from "./gripper.ts";
import type { Gripper, GripperOptions } from "./gripper.ts";
import { findJointServos, jointIdsOf } from "./joint-servos.ts";
import { customNumbers, namesAt } from "./model-names.ts";
import { controlPeriodMs, MujocoBackend } from "./mujoco-backend.ts";
import type { MjModel, MujocoModule } from "./mujoco-module.ts";
import { mujocoEye } from "./mujoco-eye.ts";
import { Observer } from "./observer.ts";
import { compensateGravity, dropKeyframes, prepareSpec } from "./prepare-spec.ts";
import type { MujocoModelSource, PreparedSpec } from "./prepare-spec.ts";
import { Simulation } from "./simulation.ts";

export interface MujocoBackendOptions {
  /** From `loadMujoco()`. */
  readonly mujoco: MujocoModule;
  readonly model: MujocoModelSource;
  /** Or what it is for the body that was read. */
  readonly world: WorldSpec | ((collision: CollisionModel) => WorldSpec);
  /** Default "mujoco". */
  readonly name?: string;
  /** The frame that is moved to places. Default: the robot's only site, else its only leaf body. */
  readonly tip?: { readonly site: string } | { readonly body: string } | "body of the first hinge";
  /** Bodies that end further chains whose joints are commanded too: another arm, a head. */
  readonly branches?: readonly string[];
  /** A base that floats is carried on these joints, on which the robot then goes; see `carryFreeBody`. Ignored for any other base. */
  readonly carrier?: Carrier;
  /** By joint name. Over the model's own: `<custom>` numerics `joint_velocity_limit` and `joint_acceleration_limit`, URDF `<limit>`. */
  readonly limits?: LimitOverrides | ((robot: RobotModel) => LimitOverrides);
  /** Values of joints that are not commanded, rad or m, at the start and for the collision model. */
  readonly frozen?: Readonly<Record<string, number>>;
  /** Home by joint name, rad or m; wins over the model's keyframe. */
  readonly home?: Readonly<Record<string, number>>;
  /** Joint positions at the start, shape `[nJoints]`. Default: the robot's home. */
  readonly initialRad?: ArrayLike<number>;
  /** Keyframe that is home. Default `home`, else the first. */
  readonly homeKey?: string;
  /** `false`: leave whatever is at the end of the arm alone. */
  readonly gripper?: GripperOptions | false;
  /**
   * `own`: the model's actuators, which must be position servos. `add`: replace them, or add what is missing. Default: `add` for a model
   * without any actuator, else `own`. `fitting`: `own` where each joint has one, else `add`.
   */
  readonly servos?: "own" | "add" | "fitting";
  /** The arm carries its own weight, as arms with a controller do. Default true. */
  readonly gravityCompensation?: boolean;
  /** Leave out geoms that only paint, and their mesh files. Default false. */
  readonly stripVisuals?: boolean;
  /** Cameras and a range sensor. */
  readonly rig?: SensorRig | ((robot: RobotModel) => SensorRig | undefined);
  /** Draws the colour pictures in place of rays. */
  readonly renderer?: Renderer | undefined;
}

// mjtJoint
const jointHinge = 3;

/** Free bodies that room is kept for where the world is known only once the robot has been read. */
const mostObjects = 32;

/**
 * Throws `format.invalid` for a model the engine refuses, `config.invalid` for one it cannot be driven by (no position servos, no unique
 * tip or gripper) and for a world with doubled names. Nothing moves and no time passes.
 *
 * Version 3.14.0 of the engine never frees a parsed model text: each opening keeps about 0.4 MB of its 2 GB for good. To run thousands of
 * episodes in one process, open once and `restore` a snapshot of the start.
 */
export async function openMujocoBackend(options: MujocoBackendOptions): Promise<MujocoBackend> {
  const { mujoco, world: given } = options;
  const prepared = prepareSpec(mujoco, options.model, {
    periodS: controlPeriodMs / 1000,
    nObjects: typeof given === "function" ? mostObjects : given.objects.length,
    stripVisuals: options.stripVisuals ?? false,
  });
  try {
    const carried = options.carrier === undefined ? undefined : carryFreeBody(mujoco, prepared, options.carrier, options.homeKey);
    if (options.gravityCompensation !== false) compensateGravity(mujoco, prepared.spec, prepared.notes);
    const alone = prepared.compile();
    try {
      const robot = describeRobot(alone, prepared, options, carried);
      const world = typeof given === "function" ? given(robot.collision) : given;
      const start = startPosture(alone, robot, options);
      const servos =
        alone.nu === 0 || carried !== undefined ? (options.servos === "own" ? "own" : "add") : servosFor(alone, robot, options);
      if (servos === "add") {
        const effort = (joint: string): number => robot.model.maxEffortNm[robot.model.jointNames.indexOf(joint)] ?? Infinity;
        addServos(mujoco, prepared.spec, alone, robot.model.jointNames, effort, prepared.notes);
      }
      dropKeyframes(mujoco, prepared.spec);
      // It comes down on the ground as on a stop: a controller alone would end a hair below its limit, from where no motion may begin.
      if (carried !== undefined && options.carrier !== undefined) {
        const z = robot.model.jointNames.indexOf(options.carrier.z);
        limitCarrier(mujoco, prepared, options.carrier.z, robot.model.homeRad[z]!, robot.model.upperRad[z]!);
      }
      addWorld(mujoco, prepared.spec, world);
      return assemble(prepared, robot, start, servos === "own" ? alone : undefined, { ...options, world });
    } finally {
      alone.delete();
    }
  } finally {
    prepared.dispose();
  }
}

/** Positions and controls of the robot alone, in its model's order. */
interface StartPosture {
  readonly qpos: Float64Array;
  /** Index of the home keyframe, -1 for none. */
  readonly key: number;
}

function assemble(
  prepared: PreparedSpec,
  robot: MjcfRobot,
  start: StartPosture,
  keyed: MjModel | undefined,
  options: MujocoBackendOptions & { readonly world: WorldSpec },
): MujocoBackend {
  const { mujoco, world } = options;
  const model = prepared.compile();
  let simulation: Simulation | undefined;
  try {
    const servos = findJointServos(model, robot.model.jointNames);
    const gripper = options.gripper === false ? undefined : gripperOf(model, servos.actuator, options.gripper, prepared.notes);
    simulation = new Simulation({ mujoco, model, servos, gripper, maxVelocityRadPerS: robot.model.maxVelocityRadPerS });
    const qpos = new Float64Array(model.qpos0);
    qpos.set(start.qpos);
    const ctrl = new Float64Array(model.nu);
    if (keyed !== undefined && start.key >= 0) ctrl.set(keyed.key_ctrl.subarray(start.key * keyed.nu, (start.key + 1) * keyed.nu));
    simulation.place(qpos, ctrl);
    const objectNames = world.objects.map((object) => object.name);
    const observer = new Observer(simulation, robot.model, objectNames);
    return new MujocoBackend({
      name: options.name ?? "mujoco",
      robot: robot.model,
      collision: robot.collision,
      simulation,
      observer,
      stepsPerPeriod: prepared.stepsPerPeriod,
      notes: Object.freeze([...prepared.notes]),
      sensors: sensorsOf(simulation, robot, options),
    });
  } catch (error) {
    if (simulation === undefined) model.delete();
    else simulation.dispose();
    throw error;
  }
}

function sensorsOf(simulation: Simulation, { model, collision }: MjcfRobot, options: MujocoBackendOptions & { readonly world: WorldSpec }) {
  const { rig: given, world, renderer } = options;
  const rig = typeof given === "function" ? given(model) : given;
  if (rig === undefined) return undefined;
  const eye = mujocoEye(simulation, world, model.linkNames);
  return (look: () => Observation): Sensors => sceneSensors({ rig, world, collision, look, eye, renderer });
}

function servosFor(alone: MjModel, { model }: MjcfRobot, { servos = "own" }: MujocoBackendOptions): "own" | "add" {
  if (servos !== "fitting") return servos;
  try {
    findJointServos(alone, model.jointNames);
    return "own";
  } catch (error) {
    if (error instanceof ClearanceError) return "add";
    throw error;
  }
}

function gripperOf(model: MjModel, arm: ArrayLike<number>, options: GripperOptions | undefined, notes: string[]): Gripper | undefined {
  try {
    return findGripper(model, arm, options);
  } catch (error) {
    if (options?.optional !== true || !(error instanceof ClearanceError)) throw error;
    notes.push(`nothing is moved as a gripper: ${error.message}`);
    return undefined;
  }
}

function describeRobot(alone: MjModel, prepared: PreparedSpec, options: MujocoBackendOptions, carried: CarriedBody | undefined): MjcfRobot {
  const compiled = compiledMjcfFrom(alone);
  const { tip, branches, home, homeKey, frozen, carrier } = options;
  const common: MjcfOptions = {
    ...(tip === undefined || (carried !== undefined && typeof tip === "string") ? {} : tipOptions(tip, compiled)),
    ...(branches === undefined ? {} : { branchBodies: branches }),
    ...(home === undefined ? {} : { home }),
    ...(homeKey === undefined || carried !== undefined ? {} : { homeKey }),
    ...(frozen === undefined ? {} : { frozen }),
    ...(carried === undefined || carrier === undefined
      ? {}
      : carriedOptions(carried, carrier, tip === undefined || typeof tip === "string")),
  };
  const written = prepared.kind === "urdf" ? urdfLimits(options.model) : {};
  const velocity = customNumbers(alone, "joint_velocity_limit");
  const acceleration = customNumbers(alone, "joint_acceleration_limit");
  // Custom numbers go by the order of the commanded joints, which is known once the joints have been read.
  const read = once(() => bodyFromCompiledMjcf(compiled, { ...common, limits: written }).model);
  const custom = velocity === undefined && acceleration === undefined ? {} : customLimits(read().jointNames, velocity, acceleration);
  const given = typeof options.limits === "function" ? options.limits(read()) : (options.limits ?? {});
  return robotFromCompiledMjcf(compiled, { ...common, limits: merged(merged(written, custom), given) });
}

function tipOptions(tip: NonNullable<MujocoBackendOptions["tip"]>, compiled: CompiledMjcf): MjcfOptions {
  if (typeof tip === "object") return "site" in tip ? { tipSite: tip.site } : { tipBody: tip.body };
  const hinge = compiled.jntType.indexOf(jointHinge);
  return hinge < 0 ? {} : { tipBody: compiled.bodyName[compiled.jntBody[hinge]!]! };
}

/** A body that is carried is its own tip, unless another is named, and may come down to the ground. */
function carriedOptions({ root, home }: CarriedBody, { z, keep }: Carrier, isTip: boolean): MjcfOptions {
  return { ...(isTip ? { tipBody: root } : {}), home, alsoCommanded: keep, standsOn: z };
}

function customLimits(
  jointNames: readonly string[],
  velocity: readonly number[] | undefined,
  acceleration: readonly number[] | undefined,
): LimitOverrides {
  return Object.fromEntries(
    jointNames.map((joint, j) => [
      joint,
      {
        ...(velocity?.[j] === undefined ? {} : { maxVelocityRadPerS: velocity[j] }),
        ...(acceleration?.[j] === undefined ? {} : { maxAccelerationRadPerS2: acceleration[j] }),
      },
    ]),
  );
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** MuJoCo reads no velocities from URDF. */
function urdfLimits(source: MujocoModelSource): LimitOverrides {
  const { joints } = parseUrdf(source.xml, source.where);
  return Object.fromEntries(
    joints.flatMap(({ name, limit }) =>
      limit === undefined ? [] : [[name, { maxVelocityRadPerS: limit.velocity, maxEffortNm: limit.effort }]],
    ),
  );
}

function merged(under: LimitOverrides, over: LimitOverrides): LimitOverrides {
  const joints = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(Array.from(joints, (joint) => [joint, { ...under[joint], ...over[joint] }]));
}

function startPosture(alone: MjModel, robot: MjcfRobot, options: MujocoBackendOptions): StartPosture {
  const keys = namesAt(alone, alone.name_keyadr);
  const named = keys.indexOf(options.homeKey ?? "home");
  const key = named >= 0 ? named : keys.length > 0 ? 0 : -1;
  const qpos = key >= 0 ? alone.key_qpos.slice(key * alone.nq, (key + 1) * alone.nq) : new Float64Array(alone.qpos0);
  const qposAdr = Int32Array.from(alone.jnt_qposadr);
  const place = (joints: readonly string[], values: ArrayLike<number>): void =>
    jointIdsOf(alone, joints).forEach((id, j) => {
      qpos[qposAdr[id] ?? 0] = values[j] ?? Number.NaN;
    });
  const frozen = Object.entries(options.frozen ?? {});
  place(
    frozen.map(([joint]) => joint),
    frozen.map(([, value]) => value),
  );
  const { model } = robot;
  const initial = options.initialRad ?? model.homeRad;
  const inside =
    initial.length === model.nJoints &&
    model.jointNames.every((_, j) => initial[j]! >= model.lowerRad[j]! && initial[j]! <= model.upperRad[j]!);
  if (!inside) {
    const problem = `initialRad must hold ${model.nJoints} joint positions inside their limits`;
    throw new ClearanceError("config.invalid", `${problem}; got (${Array.from(initial).join(", ")})`, {
      source: "initialRad",
      problems: [problem],
    });
  }
  place(model.jointNames, initial);
  return { qpos, key };
}
