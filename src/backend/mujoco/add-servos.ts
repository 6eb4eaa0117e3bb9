/**
 * Position servos for models that have none (URDF) or drive their joints with motors. Gains come from the inertia each joint has to move
 * at the reference posture: critically damped at `bandwidthHz`.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { actuatorsOn, jointIdsOf } from "./joint-servos.ts";
import { namesAt } from "./model-names.ts";
import type { MjModel, MjSpec, MujocoModule } from "./mujoco-module.ts";

const bandwidthHz = 12;
const circle = 6.283185307179586;
/** Inertia of the drive itself, seen at the joint, as a share of what it moves; light wrists would otherwise be stiffer than the timestep bears. */
const driveShare = 0.3;
const leastDriveInertia = 0.02;
const implicitFast = 3;
const equalityJoint = 2;
const hinge = 3;
const slide = 2;

/**
 * Replaces whatever drives `jointNames` by position servos, and gives the one other movable joint of the robot, if there is exactly one
 * that no coupling drives, a gripper servo called `gripper`. `model` is the same spec, compiled before. `effortOf`: N or Nm, Infinity for none.
 */
export function addServos(
  mujoco: MujocoModule,
  spec: MjSpec,
  model: MjModel,
  jointNames: readonly string[],
  effortOf: (joint: string) => number,
  notes: string[],
): void {
  const actuatorNames = namesAt(model, model.name_actuatoradr);
  const joints = jointIdsOf(model, jointNames);
  for (const actuator of joints.flatMap((joint) => actuatorsOn(model, joint))) {
    const element = mujoco.mjs_findElement(spec, mujoco.mjtObj.mjOBJ_ACTUATOR, actuatorNames[actuator] ?? "");
    if (element === undefined || actuatorNames[actuator] === "") {
      const problem = "an actuator without a name cannot be replaced; name the model's actuators";
      throw new ClearanceError("config.invalid", problem, { source: "mujoco model", problems: [problem] });
    }
    mujoco.mjs_delete(spec, element);
  }
  joints.forEach((joint, j) =>
    addServo(mujoco, spec, model, joint, jointNames[j] ?? "", `servo/${jointNames[j] ?? ""}`, effortOf(jointNames[j] ?? "")),
  );
  // Explicit integration would blow up on their damping.
  spec.option.integrator = implicitFast;
  notes.push(`added position servos to ${jointNames.join(", ")}`);
  const finger = looseFinger(model, new Set(joints));
  if (finger === undefined) return;
  const name = namesAt(model, model.name_jntadr)[finger] ?? "";
  addServo(mujoco, spec, model, finger, name, "gripper", effortOf(name));
  notes.push(`added a gripper servo to ${name}`);
}

function addServo(
  mujoco: MujocoModule,
  spec: MjSpec,
  model: MjModel,
  joint: number,
  jointName: string,
  name: string,
  effort: number,
): void {
  const defaults = mujoco.mjs_getSpecDefault(spec);
  const servo = defaults === undefined ? undefined : mujoco.mjs_addActuator(spec, defaults);
  const element = mujoco.mjs_findElement(spec, mujoco.mjtObj.mjOBJ_JOINT, jointName);
  const edited = element === undefined ? undefined : mujoco.mjs_asJoint(element);
  if (servo === undefined || edited === undefined)
    throw new ClearanceError("backend.unsupported", `MuJoCo added no servo to joint "${jointName}"`, {
      backend: "mujoco",
      what: "actuator",
    });
  const moved = model.dof_M0[model.jnt_dofadr[joint] ?? 0] ?? 1;
  const drive = Math.max(leastDriveInertia, driveShare * moved);
  edited.armature += drive;
  const pace = circle * bandwidthHz;
  const kp = (moved + drive) * pace * pace;
  mujoco.mjs_setName(servo.element, name);
  servo.target = jointName;
  servo.trntype = mujoco.mjtTrn.mjTRN_JOINT;
  servo.dyntype = mujoco.mjtDyn.mjDYN_NONE;
  servo.gaintype = mujoco.mjtGain.mjGAIN_FIXED;
  servo.biastype = mujoco.mjtBias.mjBIAS_AFFINE;
  servo.gainprm.fill(0);
  servo.gainprm[0] = kp;
  servo.biasprm.fill(0);
  servo.biasprm[1] = -kp;
  servo.biasprm[2] = -2 * (moved + drive) * pace;
  const [low = 0, high = 0] = model.jnt_range.subarray(2 * joint, 2 * joint + 2);
  if (low < high) {
    servo.ctrllimited = mujoco.mjtLimited.mjLIMITED_TRUE;
    servo.ctrlrange.set([low, high]);
  }
  if (effort > 0 && effort < Infinity) {
    servo.forcelimited = mujoco.mjtLimited.mjLIMITED_TRUE;
    servo.forcerange.set([-effort, effort]);
  }
}

/** The only hinge or slide beside the arm's that no actuator and no coupling drives. */
function looseFinger(model: MjModel, arm: ReadonlySet<number>): number | undefined {
  const followers = new Set<number>();
  for (let e = 0; e < model.neq; e++) if (model.eq_type[e] === equalityJoint) followers.add(model.eq_obj1id[e] ?? -1);
  const loose: number[] = [];
  for (let joint = 0; joint < model.njnt; joint++) {
    const kind = model.jnt_type[joint];
    const free = !arm.has(joint) && !followers.has(joint) && (kind === hinge || kind === slide);
    if (free && actuatorsOn(model, joint).length === 0) loose.push(joint);
  }
  return loose.length === 1 ? loose[0] : undefined;
}
