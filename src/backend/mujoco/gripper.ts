/**
 * What opens and closes at the end of the arm: the one actuator that drives none of the arm's joints. A position servo on a finger
 * joint or on a tendon is a two-finger gripper; an adhesion actuator is a suction tool, where closed means pulling.
 *
 * An object is held when it is pressed from two sides: contacts with two different fingers, each of at least 0.3 N, with normals that
 * oppose. Suction holds what its cup touches with that force while it pulls. Lying on a table at the same time does not matter.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { MjModel } from "./mujoco-module.ts";
import { namesAt } from "./model-names.ts";
import { notAPositionServo, settledLength } from "./joint-servos.ts";

const transmissionJoint = 0;
const transmissionTendon = 3;
const transmissionBody = 5;
const equalityJoint = 2;
const wrapJoint = 1;

export interface GripperOptions {
  /** Name of the actuator, where the model has several beside the arm's. */
  readonly actuator?: string;
  /** Controls at which it is closed and open; by default the ends of its control range, closed first (for suction: pulling). */
  readonly closedCtrl?: number;
  readonly openCtrl?: number;
  /** Where nothing can be told to be the gripper the robot has none; the reason is noted. Default false: an error. */
  readonly optional?: boolean;
}

export interface Gripper {
  readonly kind: "fingers" | "suction";
  readonly actuator: number;
  readonly closedCtrl: number;
  readonly openCtrl: number;
  /** Transmission lengths at those controls; both 0 for suction. */
  readonly closedLength: number;
  readonly openLength: number;
  /** Fastest change of the opening, 1/s: fingers are driven, not shot. Infinity for suction. */
  readonly maxRatePerS: number;
  /** Shape `[nGeoms]`: which finger a geom belongs to, -1 for none. Fingers are numbered from 0; a suction cup is finger 0. */
  readonly fingerOfGeom: Int32Array;
}

/** Fully open to fully closed takes this long at the least. */
const fullTravelS = 0.4;

/** Undefined where the arm has nothing at its end. Throws `config.invalid` where several actuators could be the gripper. */
export function findGripper(model: MjModel, armActuators: ArrayLike<number>, options: GripperOptions = {}): Gripper | undefined {
  const names = namesAt(model, model.name_actuatoradr);
  const arm = new Set(Array.from(armActuators));
  const others = names.map((_name, a) => a).filter((a) => !arm.has(a));
  const wanted = options.actuator;
  const candidates = wanted === undefined ? others : others.filter((a) => names[a] === wanted);
  const actuator = candidates[0];
  if (actuator === undefined && wanted === undefined) return undefined;
  if (actuator === undefined || candidates.length > 1) {
    const listed = others.map((a) => `"${names[a] ?? ""}"`).join(", ");
    const problem =
      wanted === undefined
        ? `several actuators could be the gripper: ${listed}`
        : `no gripper actuator "${wanted}"; there are: ${listed || "none"}`;
    throw new ClearanceError("config.invalid", `${problem}; name one as gripper: { actuator }`, {
      source: "mujoco model",
      problems: [problem],
    });
  }
  return model.actuator_trntype[actuator] === transmissionBody
    ? suction(model, actuator, options)
    : fingers(model, actuator, names[actuator] ?? "", options);
}

function suction(model: MjModel, actuator: number, options: GripperOptions): Gripper {
  const [low, high] = controlRange(model, actuator);
  const cup = model.actuator_trnid[2 * actuator] ?? 0;
  return {
    kind: "suction",
    actuator,
    closedCtrl: options.closedCtrl ?? high,
    openCtrl: options.openCtrl ?? low,
    closedLength: 0,
    openLength: 0,
    maxRatePerS: Infinity,
    fingerOfGeom: Int32Array.from(model.geom_bodyid, (body) => (body === cup ? 0 : -1)),
  };
}

function fingers(model: MjModel, actuator: number, name: string, options: GripperOptions): Gripper {
  const why = notAPositionServo(model, actuator);
  if (why !== undefined) {
    const problem = `gripper actuator "${name}" is no position servo: ${why}`;
    throw new ClearanceError("config.invalid", problem, { source: "mujoco model", problems: [problem] });
  }
  const [low, high] = controlRange(model, actuator);
  const closedCtrl = options.closedCtrl ?? low;
  const openCtrl = options.openCtrl ?? high;
  return {
    kind: "fingers",
    actuator,
    closedCtrl,
    openCtrl,
    closedLength: settledLength(model, actuator, closedCtrl),
    openLength: settledLength(model, actuator, openCtrl),
    maxRatePerS: 1 / fullTravelS,
    fingerOfGeom: fingersOf(model, drivenJoints(model, actuator)),
  };
}

function controlRange(model: MjModel, actuator: number): readonly [low: number, high: number] {
  const low = model.actuator_ctrlrange[2 * actuator] ?? Number.NaN;
  const high = model.actuator_ctrlrange[2 * actuator + 1] ?? Number.NaN;
  if (low < high) return [low, high];
  const problem = "the gripper's actuator has no control range; give gripper: { closedCtrl, openCtrl }";
  throw new ClearanceError("config.invalid", problem, { source: "mujoco model", problems: [problem] });
}

/** The joints an actuator moves, itself or through a tendon, and those coupled to them by joint equalities. */
function drivenJoints(model: MjModel, actuator: number): ReadonlySet<number> {
  const target = model.actuator_trnid[2 * actuator] ?? -1;
  const driven = new Set<number>();
  if (model.actuator_trntype[actuator] === transmissionJoint) driven.add(target);
  if (model.actuator_trntype[actuator] === transmissionTendon) {
    const from = model.tendon_adr[target] ?? 0;
    for (let w = from; w < from + (model.tendon_num[target] ?? 0); w++)
      if (model.wrap_type[w] === wrapJoint) driven.add(model.wrap_objid[w] ?? -1);
  }
  // Chains of couplings settle after as many rounds as there are equalities.
  for (let round = 0; round < model.neq; round++)
    for (let e = 0; e < model.neq; e++) {
      if (model.eq_type[e] !== equalityJoint) continue;
      const one = model.eq_obj1id[e] ?? -1;
      const two = model.eq_obj2id[e] ?? -1;
      if (one >= 0 && two >= 0 && (driven.has(one) || driven.has(two))) driven.add(one).add(two);
    }
  return driven;
}

/** Each topmost body that a driven joint moves is a finger, with everything below it. */
function fingersOf(model: MjModel, driven: ReadonlySet<number>): Int32Array {
  const fingerOfBody = new Int32Array(model.nbody).fill(-1);
  let nFingers = 0;
  // Bodies come after their parents.
  for (let body = 1; body < model.nbody; body++) {
    const inherited = fingerOfBody[model.body_parentid[body] ?? 0] ?? -1;
    const from = model.body_jntadr[body] ?? -1;
    const moved = from >= 0 && Array.from({ length: model.body_jntnum[body] ?? 0 }, (_, k) => from + k).some((joint) => driven.has(joint));
    fingerOfBody[body] = inherited >= 0 ? inherited : moved ? nFingers++ : -1;
  }
  return Int32Array.from(model.geom_bodyid, (body) => fingerOfBody[body] ?? -1);
}
