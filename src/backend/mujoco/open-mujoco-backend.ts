/**
 * From a model text and a world to a running backend. The robot is compiled alone first, for its description, then together with the
 * world, for the physics; both come from one spec, so they cannot disagree.
 * @module
 */
import type { Sensors } from "../../core/capture.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import type { LimitOverrides } from "../../robot/kinematic-tree.ts";
import { compiledMjcfFrom } from "../../robot/mjcf-arrays.ts";
import { robotFromCompiledMjcf } from "../../robot/mjcf.ts";
import type { MjcfOptions, MjcfRobot } from "../../robot/mjcf.ts";
import { parseUrdf } from "../../robot/urdf-document.ts";
import type { SensorRig } from "../sensing/rig.ts";
import { sceneSensors } from "../sensing/scene-sensors.ts";
import { addServos } from "./add-servos.ts";
import { addWorld } from "./add-world.ts";
import { findGripper } from "./gripper.ts";
import type { GripperOptions } from "./gripper.ts";
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
  readonly world: WorldSpec;
  /** Default "mujoco". */
  readonly name?: string;
  /** The frame that is moved to places. Default: the robot's only site, else its only leaf body. */
  readonly tip?: { readonly site: string } | { readonly body: string };
  /** Bodies that end further chains whose joints are commanded too: another arm, a head. */
  readonly branches?: readonly string[];
  /** By joint name. Over the model's own: `<custom>` numerics `joint_velocity_limit` and `joint_acceleration_limit`, URDF `<limit>`. */
  readonly limits?: LimitOverrides;
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
   * without any actuator, else `own`.
   */
  readonly servos?: "own" | "add";
  /** The arm carries its own weight, as arms with a controller do. Default true. */
  readonly gravityCompensation?: boolean;
  /** Leave out geoms that only paint, and their mesh files. Default false. */
  readonly stripVisuals?: boolean;
  /** Cameras and a range sensor. */
  readonly rig?: SensorRig;
}

/**
 * Throws `format.invalid` for a model the engine refuses, `config.invalid` for one it cannot be driven by (no position servos, no unique
 * tip or gripper) and for a world with doubled names. Nothing moves and no time passes.
 *
 * Version 3.14.0 of the engine never frees a parsed model text: each opening keeps about 0.4 MB of its 2 GB for good. To run thousands of
 * episodes in one process, open once and `restore` a snapshot of the start.
 */
export async function openMujocoBackend(options: MujocoBackendOptions): Promise<MujocoBackend> {
  const { mujoco, world } = options;
  const prepared = prepareSpec(mujoco, options.model, {
    periodS: controlPeriodMs / 1000,
    nObjects: world.objects.length,
    stripVisuals: options.stripVisuals ?? false,
  });
  try {
    if (options.gravityCompensation !== false) compensateGravity(mujoco, prepared.spec, prepared.notes);
    const alone = prepared.compile();
    try {
      const robot = describeRobot(alone, prepared, options);
      const start = startPosture(alone, robot, options);
      const servos = options.servos ?? (alone.nu === 0 ? "add" : "own");
      if (servos === "add") {
        const effort = (joint: string): number => robot.model.maxEffortNm[robot.model.jointNames.indexOf(joint)] ?? Infinity;
        addServos(mujoco, prepared.spec, alone, robot.model.jointNames, effort, prepared.notes);
      }
      dropKeyframes(mujoco, prepared.spec);
      addWorld(mujoco, prepared.spec, world);
      return assemble(prepared, robot, start, servos === "own" ? alone : undefined, options);
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
  options: MujocoBackendOptions,
): MujocoBackend {
  const { mujoco, world } = options;
  const model = prepared.compile();
  let simulation: Simulation | undefined;
  try {
    const servos = findJointServos(model, robot.model.jointNames);
    const gripper = options.gripper === false ? undefined : findGripper(model, servos.actuator, options.gripper);
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

function sensorsOf(simulation: Simulation, { model, collision }: MjcfRobot, { rig, world }: MujocoBackendOptions) {
  if (rig === undefined) return undefined;
  const eye = mujocoEye(simulation, world, model.linkNames);
  return (look: () => Observation): Sensors => sceneSensors({ rig, world, collision, look, eye });
}

function describeRobot(alone: MjModel, prepared: PreparedSpec, options: MujocoBackendOptions): MjcfRobot {
  const compiled = compiledMjcfFrom(alone);
  const { tip, branches, home, homeKey, frozen } = options;
  const common: MjcfOptions = {
    ...(tip === undefined ? {} : "site" in tip ? { tipSite: tip.site } : { tipBody: tip.body }),
    ...(branches === undefined ? {} : { branchBodies: branches }),
    ...(home === undefined ? {} : { home }),
    ...(homeKey === undefined ? {} : { homeKey }),
    ...(frozen === undefined ? {} : { frozen }),
  };
  const written = prepared.kind === "urdf" ? urdfLimits(options.model) : undefined;
  const velocity = customNumbers(alone, "joint_velocity_limit");
  const acceleration = customNumbers(alone, "joint_acceleration_limit");
  if (written === undefined && velocity === undefined && acceleration === undefined)
    return robotFromCompiledMjcf(compiled, { ...common, limits: options.limits ?? {} });
  // The custom numbers go by the order of the commanded joints, which is known once the robot has been read.
  const { jointNames } = robotFromCompiledMjcf(compiled, { ...common, limits: written ?? {} }).model;
  const custom: LimitOverrides = Object.fromEntries(
    jointNames.map((joint, j) => [
      joint,
      {
        ...(velocity?.[j] === undefined ? {} : { maxVelocityRadPerS: velocity[j] }),
        ...(acceleration?.[j] === undefined ? {} : { maxAccelerationRadPerS2: acceleration[j] }),
      },
    ]),
  );
  return robotFromCompiledMjcf(compiled, { ...common, limits: merged(merged(written ?? {}, custom), options.limits ?? {}) });
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
