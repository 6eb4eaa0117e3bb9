/**
 * A robot whose base floats, made into a body that is carried: its free joint becomes slides along x, y, z and a heading about the
 * vertical, and the joints that nobody commands are held where the model's home has them. What legs and rotors would have to do for
 * that is the machine's own business and is not simulated; where the body is and what it touches is.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { composePoses, poseFromMatrix34, matrix34FromPose, quatConjugate, quatFromAxisAngle, quatMultiply } from "../../core/pose.ts";
import { quatNormalize, rotateVector, yawOf, type Pose, type QuatWxyz } from "../../core/pose.ts";
import { vec3, type Vec3 } from "../../core/vec3.ts";
import { movedBy } from "../../robot/kinematic-tree.ts";
import { compiledMjcfFrom, type CompiledMjcf } from "../../robot/mjcf-arrays.ts";
import { poseAt, rowAt } from "../../robot/mjcf-shapes.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE } from "../../robot/robot-model.ts";
import type { MjModel, MjsBody, MujocoModule } from "./mujoco-module.ts";
import { dropKeyframes, type PreparedSpec } from "./prepare-spec.ts";
import { elements } from "./strip-visuals.ts";

/** Names for the joints that carry the body. */
export interface Carrier {
  readonly x: string;
  readonly y: string;
  readonly z: string;
  readonly heading: string;
  /** Joints of the model that stay joints. */
  readonly keep: readonly string[];
}

export interface CarriedBody {
  /** The body that floated. */
  readonly root: string;
  /** Of every joint that the edited model has, m or rad. */
  readonly home: Readonly<Record<string, number>>;
}

const jointFree = 0;
const jointBall = 1;
const jointSlide = 2;
/** Of positions that must not change by the edit, m. */
const samePlaceM = 1e-6;

/**
 * Edits the spec. Undefined where no base floats: the spec is then as it was.
 * @throws ClearanceError `config.invalid` where several bodies float, or for a model that cannot be edited so
 */
export function carryFreeBody(
  mujoco: MujocoModule,
  prepared: PreparedSpec,
  carrier: Carrier,
  homeKey: string | undefined,
): CarriedBody | undefined {
  const { spec, notes } = prepared;
  const floats = elements(mujoco, spec, mujoco.mjtObj.mjOBJ_JOINT).some(
    (element) => mujoco.mjs_asJoint(element)?.type.value === mujoco.mjtJoint.mjJNT_FREE.value,
  );
  if (!floats) return undefined;
  nameTheNameless(mujoco, prepared);
  const model = prepared.compile();
  try {
    const compiled = compiledMjcfFrom(model);
    const free = [...compiled.jntType.keys()].filter((joint) => compiled.jntType[joint] === jointFree);
    const floating = free.map((joint) => compiled.bodyName[compiled.jntBody[joint]!]!);
    const [root = "", another] = floating;
    if (another !== undefined)
      throw unusable(`several bodies float: ${floating.join(", ")}; give the robot's model alone, without objects`);
    const qpos = homeOf(compiled, homeKey);
    const before = positionsAt(mujoco, model, qpos);
    const inTree = (body: number): boolean => {
      let at = body;
      while (compiled.bodyParent[at]! > 0) at = compiled.bodyParent[at]!;
      return compiled.bodyName[at] === root;
    };
    const kept = new Set(carrier.keep);
    const held = [...compiled.jntType.keys()].filter(
      (joint) => compiled.jntType[joint] !== jointFree && inTree(compiled.jntBody[joint]!) && !kept.has(compiled.jntName[joint]!),
    );
    dropKeyframes(mujoco, spec);
    const { mjOBJ_SENSOR, mjOBJ_TENDON, mjOBJ_EQUALITY, mjOBJ_ACTUATOR, mjOBJ_JOINT } = mujoco.mjtObj;
    for (const kind of [mjOBJ_SENSOR, mjOBJ_TENDON, mjOBJ_EQUALITY])
      for (const element of elements(mujoco, spec, kind)) mujoco.mjs_delete(spec, element);
    let idle = 0;
    for (const element of elements(mujoco, spec, mjOBJ_ACTUATOR)) {
      if (kept.has(mujoco.mjs_asActuator(element)?.target ?? "")) continue;
      mujoco.mjs_delete(spec, element);
      idle++;
    }
    const gone = new Set([...free, ...held].map((joint) => compiled.jntName[joint]!));
    for (const element of elements(mujoco, spec, mjOBJ_JOINT)) if (gone.has(mujoco.mjs_getName(element))) mujoco.mjs_delete(spec, element);
    for (const body of new Set(held.map((joint) => compiled.jntBody[joint]!)))
      placeBody(mujoco, bodyNamed(mujoco, prepared, compiled.bodyName[body]!), heldPose(compiled, body, held, qpos));
    const home = Object.fromEntries(
      [...compiled.jntType.keys()]
        .filter((joint) => kept.has(compiled.jntName[joint]!))
        .map((joint) => [compiled.jntName[joint]!, qpos[compiled.jntQposAdr[joint]!]!]),
    );
    Object.assign(home, addCarrier(mujoco, prepared, root, carrier, qpos.subarray(compiled.jntQposAdr[free[0]!]!)));
    refuseMoved(mujoco, prepared, before, home);
    notes.push(
      `${root} floats: it is carried along ${carrier.x}, ${carrier.y}, ${carrier.z} and turned by ${carrier.heading}` +
        (held.length > 0 ? `; ${held.length} joints are held as at home` : "") +
        (idle > 0 ? `; ${idle} actuators (legs, rotors) are not simulated` : ""),
    );
    return { root, home };
  } finally {
    model.delete();
  }
}

/** Ends of the way of a joint that carries a body, for the physics, m. */
export function limitCarrier(mujoco: MujocoModule, { spec }: PreparedSpec, name: string, lower: number, upper: number): void {
  const element = mujoco.mjs_findElement(spec, mujoco.mjtObj.mjOBJ_JOINT, name);
  const joint = element === undefined ? undefined : mujoco.mjs_asJoint(element);
  if (joint === undefined) throw unusable(`the joint "${name}" is not found again`);
  if (!(lower > -Infinity && upper < Infinity && lower < upper)) return;
  joint.limited = mujoco.mjtLimited.mjLIMITED_TRUE;
  joint.range.set([lower, upper]);
}

/** What is found again by its name after the edit needs one. */
function nameTheNameless(mujoco: MujocoModule, { spec }: PreparedSpec): void {
  for (const [kind, word] of [
    [mujoco.mjtObj.mjOBJ_BODY, "body"],
    [mujoco.mjtObj.mjOBJ_JOINT, "joint"],
  ] as const)
    for (const [index, element] of elements(mujoco, spec, kind).entries())
      if (mujoco.mjs_getName(element) === "") mujoco.mjs_setName(element, `unnamed ${word} ${index}`);
}

function homeOf(compiled: CompiledMjcf, homeKey: string | undefined): Float64Array {
  if (compiled.nkey === 0) return compiled.qpos0;
  const key = Math.max(0, compiled.keyName.indexOf(homeKey ?? "home"));
  return compiled.keyQpos.subarray(key * compiled.nq, (key + 1) * compiled.nq);
}

/** Where the body is in its parent once the joints that are held no longer move it. */
function heldPose(compiled: CompiledMjcf, body: number, held: readonly number[], qpos: Float64Array): Pose {
  let pose = poseAt(compiled.bodyPos, compiled.bodyQuat, body);
  for (const joint of held.filter((id) => compiled.jntBody[id] === body)) {
    const adr = compiled.jntQposAdr[joint]!;
    const anchor = rowAt(compiled.jntPos, joint);
    if (compiled.jntType[joint] === jointBall) {
      const [w = 1, x = 0, y = 0, z = 0] = qpos.subarray(adr, adr + 4);
      const orientation = quatNormalize([w, x, y, z]);
      const [mx, my, mz] = rotateVector(orientation, vec3(...anchor));
      pose = composePoses(pose, { position: [anchor[0] - mx, anchor[1] - my, anchor[2] - mz], orientation });
      continue;
    }
    const kind = compiled.jntType[joint] === jointSlide ? JOINT_PRISMATIC : JOINT_REVOLUTE;
    const moving = { name: "", kind, axis: rowAt(compiled.jntAxis, joint), anchor, limits: {} } as const;
    pose = poseFromMatrix34(movedBy(matrix34FromPose(pose), moving, qpos[adr]! - compiled.qpos0[adr]!));
  }
  return pose;
}

/** `freeQpos` starts with position and quaternion. Answers home of the four joints. */
function addCarrier(
  mujoco: MujocoModule,
  prepared: PreparedSpec,
  root: string,
  carrier: Carrier,
  freeQpos: Float64Array,
): Readonly<Record<string, number>> {
  const [x = 0, y = 0, z = 0, qw = 1, qx = 0, qy = 0, qz = 0] = freeQpos;
  const upright = quatNormalize([qw, qx, qy, qz]);
  const heading = yawOf(upright);
  const tilt = quatMultiply(quatConjugate(quatFromAxisAngle([0, 0, 1], heading)), upright);
  const body = bodyNamed(mujoco, prepared, root);
  placeBody(mujoco, body, { position: [0, 0, 0], orientation: tilt });
  const { mjJNT_SLIDE, mjJNT_HINGE } = mujoco.mjtJoint;
  const add = (name: string, type: typeof mjJNT_SLIDE, along: Vec3): void => {
    const defaults = mujoco.mjs_getSpecDefault(prepared.spec);
    const joint = defaults === undefined ? undefined : mujoco.mjs_addJoint(body, defaults);
    if (joint === undefined)
      throw new ClearanceError("backend.unsupported", `MuJoCo added no joint "${name}" to ${root}`, { backend: "mujoco", what: "joint" });
    mujoco.mjs_setName(joint.element, name);
    // Every field that a default class of the robot's model could have changed is set. Axes are written in the body's own, tilted frame.
    joint.type = type;
    joint.pos.fill(0);
    joint.axis.set(rotateVector(quatConjugate(tilt), along));
    joint.limited = mujoco.mjtLimited.mjLIMITED_FALSE;
    joint.ref = 0;
    joint.armature = 0;
    joint.frictionloss = 0;
    joint.damping.fill(0);
  };
  add(carrier.x, mjJNT_SLIDE, [1, 0, 0]);
  add(carrier.y, mjJNT_SLIDE, [0, 1, 0]);
  add(carrier.z, mjJNT_SLIDE, [0, 0, 1]);
  add(carrier.heading, mjJNT_HINGE, [0, 0, 1]);
  return { [carrier.x]: x, [carrier.y]: y, [carrier.z]: z, [carrier.heading]: heading };
}

function placeBody(mujoco: MujocoModule, body: MjsBody, { position, orientation }: Pose): void {
  body.pos.set(position);
  body.quat.set(orientation satisfies QuatWxyz);
  body.alt.type = mujoco.mjtOrientation.mjORIENTATION_QUAT;
}

function bodyNamed(mujoco: MujocoModule, { spec }: PreparedSpec, name: string): MjsBody {
  const body = mujoco.mjs_findBody(spec, name);
  if (body === undefined) throw unusable(`the body "${name}" is not found again`);
  return body;
}

/** World positions of the bodies by name, m. */
function positionsAt(mujoco: MujocoModule, model: MjModel, qpos: ArrayLike<number>): ReadonlyMap<string, Vec3> {
  const data = new mujoco.MjData(model);
  try {
    data.qpos.set(qpos);
    mujoco.mj_kinematics(model, data);
    return new Map(compiledMjcfFrom(model).bodyName.map((name, body) => [name, vec3(...rowAt(Float64Array.from(data.xpos), body))]));
  } finally {
    data.delete();
  }
}

/** A model that writes its bodies in a way this edit does not know must not be carried with its legs elsewhere. */
function refuseMoved(
  mujoco: MujocoModule,
  prepared: PreparedSpec,
  before: ReadonlyMap<string, Vec3>,
  home: Readonly<Record<string, number>>,
): void {
  const model = prepared.compile();
  try {
    const { jntName, jntQposAdr, qpos0 } = compiledMjcfFrom(model);
    const qpos = Float64Array.from(qpos0);
    for (const [joint, name] of jntName.entries()) if (Object.hasOwn(home, name)) qpos[jntQposAdr[joint]!] = home[name]!;
    const after = positionsAt(mujoco, model, qpos);
    for (const [name, from] of before) {
      const to = after.get(name);
      if (!(to?.every((value, k) => Math.abs(value - from[k]!) <= samePlaceM) === true))
        throw unusable(`the body "${name}" would not stand where the model has it; write it without <frame> elements`);
    }
  } finally {
    model.delete();
  }
}

function unusable(problem: string): ClearanceError {
  const text = `a base that floats cannot be carried here: ${problem}`;
  return new ClearanceError("config.invalid", text, { source: "mujoco model", problems: [problem] });
}
