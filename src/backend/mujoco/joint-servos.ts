/**
 * How joint targets become actuator controls. Each joint of the robot needs one position servo, force = g·ctrl + b0 - kp·length - kv·speed;
 * anything else is refused at load time.
 *
 * A servo whose damping works against the absolute speed lags a moving target by kv/kp seconds (0.1 s in some models). The control is
 * therefore the target plus the target's speed times that lead, less the step that the engine looks ahead, so that at the end of a
 * step the joint stands where the row of that step said. At rest the control is the target.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { MjModel } from "./mujoco-module.ts";
import { namesAt } from "./model-names.ts";

const transmissionJoint = 0;
const gainFixed = 0;
const biasAffine = 1;
const dynamicsNone = 0;

/** Flat, one entry per joint of the robot in the order of `RobotModel.jointNames`. */
export interface JointServos {
  readonly nJoints: number;
  readonly actuator: Int32Array;
  readonly qposAdr: Int32Array;
  readonly dofAdr: Int32Array;
  /** ctrl = scale × joint position + offset holds the joint there. */
  readonly scale: Float64Array;
  readonly offset: Float64Array;
  /** Seconds of the target's own speed added to the target while it moves. */
  readonly leadS: Float64Array;
}

/** Throws `config.invalid` naming every joint without exactly one position servo. */
export function findJointServos(model: MjModel, jointNames: readonly string[]): JointServos {
  const nJoints = jointNames.length;
  const servos: JointServos = {
    nJoints,
    actuator: new Int32Array(nJoints),
    qposAdr: new Int32Array(nJoints),
    dofAdr: new Int32Array(nJoints),
    scale: new Float64Array(nJoints),
    offset: new Float64Array(nJoints),
    leadS: new Float64Array(nJoints),
  };
  const jointIds = jointIdsOf(model, jointNames);
  const actuatorNames = namesAt(model, model.name_actuatoradr);
  const problems: string[] = [];
  jointIds.forEach((joint, j) => {
    const own = actuatorsOn(model, joint);
    const actuator = own[0];
    if (actuator === undefined || own.length > 1) {
      problems.push(`joint "${jointNames[j] ?? ""}" has ${own.length} actuators instead of one position servo`);
      return;
    }
    const label = `actuator "${actuatorNames[actuator] ?? ""}" of joint "${jointNames[j] ?? ""}"`;
    const why = notAPositionServo(model, actuator);
    if (why === undefined) fillServo(model, servos, j, joint, actuator);
    else problems.push(`${label} is no position servo: ${why}`);
  });
  if (problems.length === 0) return servos;
  throw new ClearanceError(
    "config.invalid",
    `${problems.join("; ")}; open the model with servos: "add" to replace its actuators by position servos`,
    {
      source: "mujoco model",
      problems,
    },
  );
}

/** By the names of `RobotModel`, where an unnamed joint is called `joint<id>`. Throws `config.invalid` for a name the model lacks. */
export function jointIdsOf(model: MjModel, jointNames: readonly string[]): readonly number[] {
  const names = namesAt(model, model.name_jntadr).map((name, id) => (name === "" ? `joint${id}` : name));
  return jointNames.map((name) => {
    const id = names.indexOf(name);
    if (id >= 0) return id;
    throw new ClearanceError("config.invalid", `the compiled model has no joint "${name}"`, {
      source: "mujoco model",
      problems: [`no joint "${name}"`],
    });
  });
}

export function actuatorsOn(model: MjModel, joint: number): readonly number[] {
  const found: number[] = [];
  for (let a = 0; a < model.nu; a++)
    if (model.actuator_trntype[a] === transmissionJoint && model.actuator_trnid[2 * a] === joint) found.push(a);
  return found;
}

/** Undefined for a position servo, otherwise what is wrong with it. */
export function notAPositionServo(model: MjModel, actuator: number): string | undefined {
  const { gain, kp } = gainsOf(model, actuator);
  if (model.actuator_dyntype[actuator] !== dynamicsNone) return "it has dynamics of its own (integrator, filter, muscle)";
  if (model.actuator_gaintype[actuator] !== gainFixed) return "its gain is not fixed";
  if (model.actuator_biastype[actuator] !== biasAffine) return "it has no position feedback (a motor)";
  if (!(kp > 0)) return "it has no position feedback (a motor or velocity servo)";
  if (!(Math.abs(gain) > 0)) return "its gain is 0";
  if (!(Math.abs(gearOf(model, actuator)) > 0)) return "its gear is 0";
  return undefined;
}

/** The transmission length a servo settles at for a control, in the transmission's unit. */
export function settledLength(model: MjModel, actuator: number, ctrl: number): number {
  const { gain, bias, kp } = gainsOf(model, actuator);
  return (gain * ctrl + bias) / kp;
}

function fillServo(model: MjModel, servos: JointServos, j: number, joint: number, actuator: number): void {
  const { gain, bias, kp, kv } = gainsOf(model, actuator);
  const gear = gearOf(model, actuator);
  const dof = model.jnt_dofadr[joint] ?? 0;
  // Joint damping acts beside the servo's own: in the joint's unit the servo's gains are gear² times larger.
  const damping = kv * gear * gear + (model.dof_damping[dof] ?? 0);
  servos.actuator[j] = actuator;
  servos.qposAdr[j] = model.jnt_qposadr[joint] ?? 0;
  servos.dofAdr[j] = dof;
  servos.scale[j] = (kp * gear) / gain;
  servos.offset[j] = -bias / gain;
  servos.leadS[j] = damping / (kp * gear * gear) - model.opt.timestep;
}

function gainsOf(
  model: MjModel,
  actuator: number,
): { readonly gain: number; readonly bias: number; readonly kp: number; readonly kv: number } {
  const width = model.actuator_gainprm.length / model.nu;
  const at = actuator * width;
  return {
    gain: model.actuator_gainprm[at] ?? Number.NaN,
    bias: model.actuator_biasprm[at] ?? Number.NaN,
    kp: -(model.actuator_biasprm[at + 1] ?? Number.NaN),
    kv: -(model.actuator_biasprm[at + 2] ?? Number.NaN),
  };
}

function gearOf(model: MjModel, actuator: number): number {
  return model.actuator_gear[6 * actuator] ?? Number.NaN;
}
