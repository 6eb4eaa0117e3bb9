/**
 * The last step of every description reader: from a tree of links and joints to the flat {@link RobotModel} of one arm in it.
 *
 *     root ── … ── base ══ j1 ══ j2 ══ … ══ tip        ══ commanded: the joints between base and tip, in this order
 *      │            └══ … ══ end of a branch               then those of each branch that is commanded too
 *      └── other branches                               ── frozen: every other joint, at one value; its links still count
 *
 * A joint that mimics is not commanded itself: its master is, and the link follows with scale and offset.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import { quatFromAxisAngle, matrix34FromPose, type Pose } from "../core/pose.ts";
import type { Vec3 } from "../core/vec3.ts";
import { multiply34Into } from "./kinematics.ts";
import { JOINT_PRISMATIC, type JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

export interface JointLimits {
  readonly lowerRad: number;
  readonly upperRad: number;
  readonly maxVelocityRadPerS: number;
  readonly maxAccelerationRadPerS2: number;
  readonly maxJerkRadPerS3: number;
  readonly maxEffortNm: number;
}
/** By joint name; replaces what the file says, or says what the file does not. m, m/s … N for prismatic joints. */
export type LimitOverrides = Readonly<Record<string, Partial<JointLimits>>>;

export interface TreeJoint {
  readonly name: string;
  readonly kind: typeof JOINT_REVOLUTE | typeof JOINT_PRISMATIC;
  /** Unit vector, and a point on it, in the link's frame. */
  readonly axis: Vec3;
  readonly anchor: Vec3;
  /** Undefined values are errors once the joint is commanded, except for acceleration, jerk and effort. */
  readonly limits: Partial<JointLimits>;
  readonly mimic?: { readonly joint: string; readonly scale: number; readonly offset: number };
}

export interface TreeLink {
  readonly name: string;
  /** Earlier in the list; -1 for the root. */
  readonly parent: number;
  /** Undefined: fixed to the parent. */
  readonly joint: TreeJoint | undefined;
  /** Shape `[12]`, at joint value 0; of the root: worldFromRoot. */
  readonly parentFromLink: Float64Array;
}

export interface ArmChoice {
  readonly name: string;
  /** Positions in the list of links. */
  readonly base: number;
  readonly tip: number;
  /** Positions of the links that end further chains from the base (another arm, a head), whose joints follow those to the tip. */
  readonly branches?: readonly number[];
  /** Positions of the links whose joints are `q`, in this order; default: those from base to tip and branches. None of them may mimic. */
  readonly commanded?: readonly number[];
  readonly tipLinkFromTip: Pose | undefined;
  readonly limits: LimitOverrides;
  /** Joint values, rad or m; a joint not named rests at 0, or mid-range where 0 is out of its limits. */
  readonly frozen: Readonly<Record<string, number>>;
  readonly home: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly fail: (link: number, problem: string, fix?: string) => never;
}

/**
 * Without a limit of its own in the file a joint is given this multiple of its greatest speed, per second, as its greatest
 * acceleration: full speed after 0.2 s, gentle for arms of every size. Jerk has no default limit.
 */
export const accelerationPerVelocity = 5;

/** Where one joint's value comes from: `scale × master + offset`, the master being a joint that mimics nothing. */
interface Source {
  readonly link: number;
  readonly scale: number;
  readonly offset: number;
}

/** @throws ClearanceError through `choice.fail`, and `config.invalid` for options that name no joint. */
export function armFromTree(links: readonly TreeLink[], choice: ArmChoice): RobotModel {
  const linkOfJoint = new Map<string, number>();
  for (const [index, link] of links.entries()) if (link.joint !== undefined) linkOfJoint.set(link.joint.name, index);
  checkJointNames(choice, linkOfJoint);
  const sources = links.map((_, index) => sourceOf(links, linkOfJoint, index, choice));
  const masters = choice.commanded ?? commandedMasters(links, sources, choice);
  const limits = masters.map((master) => limitsOf(links, sources, master, choice));
  const arrays = linkArrays(links, sources, masters, choice);
  const joints = masters.map((master) => links[master]!.joint!);
  const column = (key: keyof JointLimits): Float64Array => Float64Array.from(limits, (limit) => limit[key]);
  const model: RobotModel = {
    name: choice.name,
    nJoints: masters.length,
    nLinks: links.length,
    jointNames: Object.freeze(joints.map((joint) => joint.name)),
    linkNames: Object.freeze(links.map((link) => link.name)),
    ...arrays,
    lowerRad: column("lowerRad"),
    upperRad: column("upperRad"),
    maxVelocityRadPerS: column("maxVelocityRadPerS"),
    maxAccelerationRadPerS2: column("maxAccelerationRadPerS2"),
    maxJerkRadPerS3: column("maxJerkRadPerS3"),
    maxEffortNm: column("maxEffortNm"),
    homeRad: Float64Array.from(joints, (joint, index) => homeOf(joint, limits[index]!, choice)),
    tipLink: choice.tip,
    tipLinkFromTip: choice.tipLinkFromTip === undefined ? identity34() : matrix34FromPose(choice.tipLinkFromTip),
    warnings: Object.freeze([...choice.warnings]),
  };
  checkFinite(model);
  return Object.freeze(model);
}

export function identity34(): Float64Array {
  return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
}

/** parentFromLink of a joint at `value`: `parentFromLink · motion(value)`. */
export function movedBy(parentFromLink: Float64Array, joint: TreeJoint, value: number): Float64Array {
  const [x, y, z] = joint.axis;
  const out = new Float64Array(12);
  if (joint.kind === JOINT_PRISMATIC) {
    multiply34Into(parentFromLink, 0, Float64Array.of(1, 0, 0, x * value, 0, 1, 0, y * value, 0, 0, 1, z * value), 0, out, 0);
    return out;
  }
  const turn = matrix34FromPose({ position: [0, 0, 0], orientation: quatFromAxisAngle(joint.axis, value) });
  const [px, py, pz] = joint.anchor;
  for (let row = 0; row < 3; row++)
    turn[row * 4 + 3] = joint.anchor[row]! - (turn[row * 4]! * px + turn[row * 4 + 1]! * py + turn[row * 4 + 2]! * pz);
  multiply34Into(parentFromLink, 0, turn, 0, out, 0);
  return out;
}

function sourceOf(links: readonly TreeLink[], linkOfJoint: ReadonlyMap<string, number>, index: number, choice: ArmChoice): Source {
  let source: Source = { link: index, scale: 1, offset: 0 };
  // A chain of mimics longer than the number of links is a cycle; the readers refuse those with their line.
  for (let steps = 0; steps <= links.length; steps++) {
    const mimic = links[source.link]!.joint?.mimic;
    if (mimic === undefined) return source;
    const link = linkOfJoint.get(mimic.joint);
    if (link === undefined)
      return choice.fail(index, `link "${links[index]!.name}" follows the joint "${mimic.joint}", which does not exist`);
    source = { link, scale: source.scale * mimic.scale, offset: source.offset + source.scale * mimic.offset };
  }
  return choice.fail(index, `link "${links[index]!.name}" follows itself through other joints, a cycle`);
}

function commandedMasters(links: readonly TreeLink[], sources: readonly Source[], choice: ArmChoice): readonly number[] {
  const ends = [choice.tip, ...(choice.branches ?? [])];
  return [...new Set(ends.flatMap((end) => mastersTo(end, links, sources, choice)))];
}

/** The joints on the way from the base to the end of one chain; none is an error. */
function mastersTo(end: number, links: readonly TreeLink[], sources: readonly Source[], choice: ArmChoice): readonly number[] {
  const onTheWay: number[] = [];
  const baseName = links[choice.base]!.name;
  const what = end === choice.tip ? `tip "${links[end]!.name}"` : `branch "${links[end]!.name}"`;
  for (let at = end; at !== choice.base; at = links[at]!.parent) {
    if (at < 0) choice.fail(end, `the ${what} does not hang from the base link "${baseName}"`, "choose a base link between root and tip");
    if (links[at]!.joint !== undefined) onTheWay.unshift(sources[at]!.link);
  }
  if (onTheWay.length === 0)
    choice.fail(end, `there is no movable joint between the base link "${baseName}" and the ${what}`, "choose another tip or base link");
  return onTheWay;
}

/** The master's limits, narrowed so that every joint that follows it stays inside its own. */
function limitsOf(links: readonly TreeLink[], sources: readonly Source[], master: number, choice: ArmChoice): JointLimits {
  const merged = (link: number): Partial<JointLimits> => {
    const joint = links[link]!.joint!;
    return { ...joint.limits, ...(Object.hasOwn(choice.limits, joint.name) ? choice.limits[joint.name] : {}) };
  };
  const own = merged(master);
  let lower = own.lowerRad ?? Number.NaN;
  let upper = own.upperRad ?? Number.NaN;
  let velocity = own.maxVelocityRadPerS ?? Number.NaN;
  if (!(lower <= upper && velocity > 0))
    choice.fail(
      master,
      `joint "${links[master]!.joint!.name}" is commanded but has no valid limits`,
      "give lower, upper and velocity in <limit>, or as the option limits",
    );
  for (const [link, { link: follows, scale, offset }] of sources.entries()) {
    if (link === master || follows !== master || scale === 0) continue;
    const { lowerRad = -Infinity, upperRad = Infinity, maxVelocityRadPerS = Infinity } = merged(link);
    const ends = [(lowerRad - offset) / scale, (upperRad - offset) / scale];
    lower = Math.max(lower, Math.min(...ends));
    upper = Math.min(upper, Math.max(...ends));
    velocity = Math.min(velocity, maxVelocityRadPerS / Math.abs(scale));
  }
  if (!(lower <= upper))
    choice.fail(master, `joint "${links[master]!.joint!.name}" cannot satisfy the limits of the joints that follow it`);
  const { maxAccelerationRadPerS2 = accelerationPerVelocity * velocity, maxJerkRadPerS3 = Infinity, maxEffortNm = Infinity } = own;
  for (const [key, value] of Object.entries({ maxAccelerationRadPerS2, maxJerkRadPerS3, maxEffortNm }))
    if (!(value > 0)) choice.fail(master, `joint "${links[master]!.joint!.name}" has ${key} ${formatG(value)}`, "give a number > 0");
  return { lowerRad: lower, upperRad: upper, maxVelocityRadPerS: velocity, maxAccelerationRadPerS2, maxJerkRadPerS3, maxEffortNm };
}

type LinkArrays = Pick<
  RobotModel,
  "parentOfLink" | "jointKindOfLink" | "qIndexOfLink" | "mimicScale" | "mimicOffset" | "parentFromLink" | "axisInLink" | "anchorInLink"
>;

function linkArrays(links: readonly TreeLink[], sources: readonly Source[], masters: readonly number[], choice: ArmChoice): LinkArrays {
  const n = links.length;
  const arrays = {
    parentOfLink: Int32Array.from(links, (link) => link.parent),
    jointKindOfLink: new Uint8Array(n),
    qIndexOfLink: new Int32Array(n).fill(-1),
    mimicScale: new Float64Array(n).fill(1),
    mimicOffset: new Float64Array(n),
    parentFromLink: new Float64Array(n * 12),
    axisInLink: new Float64Array(n * 3),
    anchorInLink: new Float64Array(n * 3),
  };
  for (const [index, { joint, parentFromLink }] of links.entries()) {
    const { link: master, scale, offset } = sources[index]!;
    const q = joint === undefined ? -1 : masters.indexOf(master);
    arrays.axisInLink.set(joint?.axis ?? [0, 0, 1], index * 3);
    if (joint === undefined) arrays.parentFromLink.set(parentFromLink, index * 12);
    else if (q < 0)
      arrays.parentFromLink.set(movedBy(parentFromLink, joint, frozenValue(links, sources[index]!, index, choice)), index * 12);
    else {
      arrays.parentFromLink.set(parentFromLink, index * 12);
      arrays.jointKindOfLink[index] = joint.kind;
      arrays.qIndexOfLink[index] = q;
      arrays.mimicScale[index] = scale;
      arrays.mimicOffset[index] = offset;
      arrays.anchorInLink.set(joint.anchor, index * 3);
    }
  }
  return arrays;
}

/** A joint frozen by its own name keeps that value; one that follows a frozen joint follows it. */
function frozenValue(links: readonly TreeLink[], source: Source, index: number, choice: ArmChoice): number {
  const own = links[index]!.joint!;
  if (Object.hasOwn(choice.frozen, own.name)) return resting(own, choice, index);
  return source.scale * resting(links[source.link]!.joint!, choice, source.link) + source.offset;
}

function resting(joint: TreeJoint, choice: ArmChoice, link: number): number {
  const { lowerRad = -Infinity, upperRad = Infinity } = joint.limits;
  const given = Object.hasOwn(choice.frozen, joint.name) ? choice.frozen[joint.name] : undefined;
  if (given === undefined) return restValue(lowerRad, upperRad);
  if (!(Number.isFinite(given) && given >= lowerRad - 1e-6 && given <= upperRad + 1e-6))
    return choice.fail(
      link,
      `joint "${joint.name}" cannot be frozen at ${formatG(given)}`,
      `choose a value in [${formatG(lowerRad)}, ${formatG(upperRad)}]`,
    );
  return given;
}

/** 0, or the middle where 0 is outside the limits. */
function restValue(lower: number, upper: number): number {
  if (lower <= 0 && upper >= 0) return 0;
  if (Number.isFinite(lower) && Number.isFinite(upper)) return (lower + upper) / 2;
  return Number.isFinite(lower) ? lower : upper;
}

function homeOf(joint: TreeJoint, limits: JointLimits, choice: ArmChoice): number {
  const home = Object.hasOwn(choice.home, joint.name) ? choice.home[joint.name]! : restValue(limits.lowerRad, limits.upperRad);
  if (home >= limits.lowerRad && home <= limits.upperRad) return home;
  const problem = `home of joint "${joint.name}" is ${formatG(home)}, outside [${formatG(limits.lowerRad)}, ${formatG(limits.upperRad)}]`;
  throw new ClearanceError("config.invalid", `${choice.name}: ${problem}; give another home`, { source: choice.name, problems: [problem] });
}

function checkJointNames(choice: ArmChoice, linkOfJoint: ReadonlyMap<string, number>): void {
  const problems: string[] = [];
  for (const option of ["limits", "frozen", "home"] as const)
    for (const name of Object.keys(choice[option]))
      if (!linkOfJoint.has(name)) problems.push(`${option} names the joint "${name}", which does not exist`);
  if (problems.length === 0) return;
  const known = [...linkOfJoint.keys()].join(", ");
  throw new ClearanceError("config.invalid", `${choice.name}: ${problems.join("; ")}; the joints are ${known}`, {
    source: choice.name,
    problems,
  });
}

function checkFinite(model: RobotModel): void {
  for (const field of [
    "parentFromLink",
    "axisInLink",
    "anchorInLink",
    "mimicScale",
    "mimicOffset",
    "homeRad",
    "tipLinkFromTip",
    "maxVelocityRadPerS",
    "maxAccelerationRadPerS2",
  ] as const) {
    if (model[field].every((value) => Number.isFinite(value))) continue;
    const problem = "holds a number that is not finite";
    throw new ClearanceError("value.invalid", `${model.name}: ${field} ${problem}`, { field, problem });
  }
}
