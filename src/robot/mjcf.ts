/**
 * A robot from a compiled MuJoCo model: the kinematic tree that holds the tip, with the physics left to MuJoCo.
 *
 * MuJoCo turns joint by `qpos - qpos0`, one joint of a body after the other, each in the frame that the one before left. So a body with
 * several joints becomes as many links, named `body@joint` but for the last, and the reference value goes into the fixed transform.
 *
 * MJCF knows no velocity limits. Where `limits` gives none a hinge has 2 rad/s and a slide 0.5 m/s, slow enough for any arm.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import { matrix34FromPose, poseFromMatrix34, composePoses, type Pose, type QuatWxyz } from "../core/pose.ts";
import type { CollisionModel } from "./collision-model.ts";
import { armFromTree, identity34, movedBy, type LimitOverrides, type TreeJoint, type TreeLink } from "./kinematic-tree.ts";
import type { LinkShape } from "./link-shape.ts";
import { lowerLinks, type LinkFit } from "./lowering.ts";
import type { CompiledMjcf } from "./mjcf-arrays.ts";
import { couplingOf, jointLimits } from "./mjcf-joints.ts";
import { poseAt, rowAt, shapesOfBody } from "./mjcf-shapes.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { standingOn } from "./ground-height.ts";
import { collisionModel, type DeclaredPair } from "./self-pairs.ts";

export interface MjcfOptions {
  /** The site that is the tip. Without `tipSite` and `tipBody`: the only site of the only robot, else its only leaf body, else the one that all leaves (fingers) hang from. */
  readonly tipSite?: string;
  readonly tipBody?: string;
  /** With `tipBody`: where the tip is in that body. */
  readonly tipBodyFromTip?: Pose;
  /** Ends of further chains whose joints are commanded too: another arm, a head. */
  readonly branchBodies?: readonly string[];
  /** Where the commanded chain begins; default the root of the tip's tree. */
  readonly baseBody?: string;
  /** Keyframe whose qpos is home, and where frozen joints rest; default `home`, else the first, else qpos0. */
  readonly homeKey?: string;
  readonly home?: Readonly<Record<string, number>>;
  readonly frozen?: Readonly<Record<string, number>>;
  readonly limits?: LimitOverrides;
  readonly maxCapsulesPerLink?: number;
  /** Joints beside those between base and tip that are commanded too. */
  readonly alsoCommanded?: readonly string[];
  /** A slide along the world's z that carries the body: its lower limit, and home, are raised until no capsule reaches the ground at z = 0. */
  readonly standsOn?: string;
}

export interface MjcfRobot {
  readonly model: RobotModel;
  readonly collision: CollisionModel;
  readonly fits: readonly LinkFit[];
}

// mjtJoint
const jointFree = 0;
const jointBall = 1;
const jointSlide = 2;

/** The arm and what its body is made of, not lowered yet. */
export interface MjcfBody {
  readonly model: RobotModel;
  /** Shape `[nLinks]`, order of the model. */
  readonly shapesOfLink: readonly (readonly LinkShape[])[];
  /** Contact excludes, by link. */
  readonly excluded: readonly DeclaredPair[];
}

/** @throws ClearanceError `config.invalid`: no such tip, several candidates, a base that floats, a ball joint in the arm. */
export function robotFromCompiledMjcf(compiled: CompiledMjcf, options: MjcfOptions = {}): MjcfRobot {
  const { model, shapesOfLink, excluded } = bodyFromCompiledMjcf(compiled, options);
  const lowered = lowerLinks(model.linkNames, shapesOfLink, options);
  const standing = options.standsOn === undefined ? model : standingOn(model, lowered, options.standsOn);
  const collision = collisionModel(standing, lowered, excluded);
  return { model: collision.robot, collision, fits: lowered.fits };
}

/** With `everyJoint` all joints of the tip's tree are commanded, in the order of the file, and a free joint of its root is where it stands. */
export function bodyFromCompiledMjcf(compiled: CompiledMjcf, options: MjcfOptions & { readonly everyJoint?: boolean } = {}): MjcfBody {
  const name = compiled.name === "" ? "robot" : compiled.name;
  const fail = (problem: string, fix?: string): never => {
    throw new ClearanceError("config.invalid", `${name}: ${problem}${fix === undefined ? "" : `; ${fix}`}`, {
      source: name,
      problems: [problem],
    });
  };
  const every = options.everyJoint === true;
  const tip = chooseTip(compiled, options, fail);
  const root = rootOf(compiled, tip.body);
  const warnings: string[] = [];
  const qpos = homeQpos(compiled, options, fail);
  const tree = buildTree(compiled, root, qpos, warnings, fail, every);
  const linkOfBody = (body: number): number => tree.bodyOfLink.lastIndexOf(body);
  const masters = [...tree.links.keys()].filter(
    (link) => tree.links[link]!.joint !== undefined && tree.links[link]!.joint.mimic === undefined,
  );
  const branches = (options.branchBodies ?? []).map((branch) => {
    const link = linkOfBody(bodyIndex(compiled, branch, fail));
    return link >= 0 ? link : fail(`body "${branch}" is not in the tree of the tip "${compiled.bodyName[tip.body]}"`);
  });
  const isCommanded = (link: number): boolean =>
    [linkOfBody(tip.body), ...branches].some((end) => isAbove(tree.links, link, end)) ||
    options.alsoCommanded?.includes(tree.links[link]!.joint!.name) === true;
  const arm = {
    name,
    base: options.baseBody === undefined ? 0 : linkOfBody(bodyIndex(compiled, options.baseBody, fail)),
    tip: linkOfBody(tip.body),
    branches,
    ...(every ? { commanded: masters } : options.alsoCommanded === undefined ? {} : { commanded: masters.filter(isCommanded) }),
    tipLinkFromTip: tip.bodyFromTip,
    limits: options.limits ?? {},
    frozen: { ...tree.atHome, ...options.frozen },
    home: { ...tree.atHome, ...options.home },
    warnings,
    fail: (_link: number, problem: string, fix?: string): never => fail(problem, fix),
  };
  if (arm.base < 0) fail(`body "${options.baseBody}" is not in the tree of the tip "${compiled.bodyName[tip.body]}"`);
  for (const end of [tip.body, ...branches.map((link) => tree.bodyOfLink[link]!)])
    refuseBallJoints(compiled, end, tree.bodyOfLink[arm.base]!, fail);
  return {
    model: armFromTree(tree.links, arm),
    shapesOfLink: tree.shapesOfLink,
    excluded: excludedPairs(compiled, linkOfBody, tree.links),
  };
}

function isAbove(links: readonly TreeLink[], link: number, tip: number): boolean {
  for (let at = tip; at >= 0; at = links[at]!.parent) if (at === link) return true;
  return false;
}

type Fail = (problem: string, fix?: string) => never;

/** The one body that every leaf hangs from directly: what fingers are mounted on. */
function handOf(compiled: CompiledMjcf, leaves: readonly number[]): number | undefined {
  const parents = new Set(leaves.map((leaf) => compiled.bodyParent[leaf] ?? 0));
  const [hand] = parents;
  return parents.size === 1 && hand !== undefined && hand > 0 ? hand : undefined;
}

function bodyIndex(compiled: CompiledMjcf, name: string, fail: Fail): number {
  const body = compiled.bodyName.indexOf(name);
  return body > 0 ? body : fail(`has no body "${name}"`, `its bodies are ${compiled.bodyName.slice(1).join(", ")}`);
}

function chooseTip(compiled: CompiledMjcf, options: MjcfOptions, fail: Fail): { body: number; bodyFromTip: Pose | undefined } {
  const atSite = (site: number): { body: number; bodyFromTip: Pose | undefined } => ({
    body: compiled.siteBody[site] ?? 0,
    bodyFromTip: poseAt(compiled.sitePos, compiled.siteQuat, site),
  });
  if (options.tipSite !== undefined) {
    const site = compiled.siteName.indexOf(options.tipSite);
    if (site < 0) fail(`has no site "${options.tipSite}"`, `its sites are ${compiled.siteName.join(", ") || "none"}`);
    if (!(atSite(site).body > 0)) fail(`site "${options.tipSite}" is fixed to the world`);
    return atSite(site);
  }
  if (options.tipBody !== undefined) return { body: bodyIndex(compiled, options.tipBody, fail), bodyFromTip: options.tipBodyFromTip };
  const movable = (body: number): boolean => {
    for (let at = body; at > 0; at = compiled.bodyParent[at]!) {
      const joints = jointsOf(compiled, at);
      if (joints.some((joint) => compiled.jntType[joint] !== jointFree)) return true;
    }
    return false;
  };
  const sites = compiled.siteName.map((_, site) => site).filter((site) => movable(compiled.siteBody[site]!));
  if (sites.length === 1) return atSite(sites[0]!);
  const parents = new Set(compiled.bodyParent.subarray(1));
  const leaves = compiled.bodyName.map((_, body) => body).filter((body) => body > 0 && !parents.has(body) && movable(body));
  if (sites.length === 0 && leaves.length === 1) return { body: leaves[0]!, bodyFromTip: undefined };
  const hand = sites.length === 0 ? handOf(compiled, leaves) : undefined;
  if (hand !== undefined) return { body: hand, bodyFromTip: undefined };
  const names = (list: readonly number[], of: readonly string[]): string => list.map((index) => of[index]).join(", ") || "none";
  return fail(
    "the tip is not unique",
    `choose tipSite (${names(sites, compiled.siteName)}) or tipBody (${names(leaves, compiled.bodyName)})`,
  );
}

function refuseBallJoints(compiled: CompiledMjcf, tip: number, base: number, fail: Fail): void {
  for (let body = tip; body > 0 && body !== base; body = compiled.bodyParent[body]!)
    for (const joint of jointsOf(compiled, body))
      if (compiled.jntType[joint] === jointBall)
        fail(`ball joint "${jointName(compiled, joint)}" lies between base and tip`, "model it as hinges, or choose a base beyond it");
}

function rootOf(compiled: CompiledMjcf, body: number): number {
  let root = body;
  while (compiled.bodyParent[root]! > 0) root = compiled.bodyParent[root]!;
  return root;
}

function jointsOf(compiled: CompiledMjcf, body: number): readonly number[] {
  return Array.from(compiled.jntBody.keys()).filter((joint) => compiled.jntBody[joint] === body);
}

function homeQpos(compiled: CompiledMjcf, options: MjcfOptions, fail: Fail): Float64Array {
  const named = compiled.keyName.indexOf(options.homeKey ?? "home");
  if (options.homeKey !== undefined && named < 0)
    fail(`has no keyframe "${options.homeKey}"`, `its keyframes are ${compiled.keyName.join(", ") || "none"}`);
  const key = named >= 0 ? named : 0;
  return compiled.nkey === 0 ? compiled.qpos0 : compiled.keyQpos.subarray(key * compiled.nq, (key + 1) * compiled.nq);
}

interface MjcfTree {
  readonly links: readonly TreeLink[];
  /** Body of each link, -1 for a world link. */
  readonly bodyOfLink: readonly number[];
  readonly shapesOfLink: readonly (readonly LinkShape[])[];
  /** qpos of each joint at home. */
  readonly atHome: Readonly<Record<string, number>>;
}

function buildTree(
  compiled: CompiledMjcf,
  root: number,
  qpos: Float64Array,
  warnings: string[],
  fail: Fail,
  freeIsMount: boolean,
): MjcfTree {
  const rootName = compiled.bodyName[root]!;
  const floats = jointsOf(compiled, root).some((joint) => compiled.jntType[joint] === jointFree);
  if (floats && !freeIsMount)
    fail(`body "${rootName}" floats (free joint)`, "choose a tip on a robot whose base is fixed, or fix the base in the MJCF");
  if ((compiled.bodyMocapId[root] ?? -1) >= 0) fail(`body "${rootName}" is a mocap body, moved from outside`, "fix the base in the MJCF");
  const links: TreeLink[] = [];
  const bodyOfLink: number[] = [];
  const shapesOfLink: (readonly LinkShape[])[] = [];
  const atHome: Record<string, number> = {};
  const add = (link: TreeLink, body: number, shapes: readonly LinkShape[]): void => {
    links.push(link);
    bodyOfLink.push(body);
    shapesOfLink.push(shapes);
  };
  // A base that moves hangs from a link for the world, for link 0 is fixed.
  if (!floats && jointsOf(compiled, root).length > 0)
    add({ name: "world", parent: -1, joint: undefined, parentFromLink: identity34() }, -1, []);
  for (let body = root; body < compiled.nbody; body++) {
    if (rootOf(compiled, body) !== root) continue;
    let parent = body === root ? links.length - 1 : bodyOfLink.lastIndexOf(compiled.bodyParent[body]!);
    let parentFromLink = matrix34FromPose(poseAt(compiled.bodyPos, compiled.bodyQuat, body));
    const name = bodyName(compiled, body);
    const joints = floats && body === root ? [] : jointsOf(compiled, body);
    if (joints.length === 0) add({ name, parent, joint: undefined, parentFromLink }, body, shapesOfBody(compiled, body));
    for (const [index, id] of joints.entries()) {
      const last = index === joints.length - 1;
      const joint = compiled.jntType[id] === jointBall ? undefined : jointFrom(compiled, id, warnings, fail);
      if (joint === undefined) parentFromLink = turnedByBall(compiled, id, parentFromLink, qpos, warnings);
      else {
        const adr = compiled.jntQposAdr[id]!;
        rest(joint, qpos[adr]!, atHome, warnings);
        parentFromLink = movedBy(parentFromLink, joint, -compiled.qpos0[adr]!);
      }
      add(
        { name: last ? name : `${name}@${jointName(compiled, id)}`, parent, joint, parentFromLink },
        last ? body : -1,
        last ? shapesOfBody(compiled, body) : [],
      );
      parent = links.length - 1;
      parentFromLink = identity34();
    }
  }
  return { links, bodyOfLink, shapesOfLink, atHome };
}

function jointFrom(compiled: CompiledMjcf, id: number, warnings: string[], fail: Fail): TreeJoint {
  const slide = compiled.jntType[id] === jointSlide;
  const coupling = couplingOf(compiled, id, (joint) => jointName(compiled, joint), warnings);
  const [x, y, z] = rowAt(compiled.jntAxis, id);
  const length = Math.sqrt(x * x + y * y + z * z);
  if (!(length > 0.5)) fail(`joint "${jointName(compiled, id)}" has no axis`);
  return {
    name: jointName(compiled, id),
    kind: slide ? JOINT_PRISMATIC : JOINT_REVOLUTE,
    axis: [x / length, y / length, z / length],
    anchor: rowAt(compiled.jntPos, id),
    limits: jointLimits(compiled, id, slide),
    ...(coupling === undefined ? {} : { mimic: coupling }),
  };
}

/** qpos0 and keyframes may lie outside the limits; there the joint rests where `armFromTree` puts it. */
function rest(joint: TreeJoint, value: number, atHome: Record<string, number>, warnings: string[]): void {
  const { lowerRad = -Infinity, upperRad = Infinity } = joint.limits;
  if (value >= lowerRad && value <= upperRad) Object.defineProperty(atHome, joint.name, { value, enumerable: true });
  else
    warnings.push(
      `home of joint "${joint.name}" in the model, ${formatG(value)}, is outside [${formatG(lowerRad)}, ${formatG(upperRad)}] and not used`,
    );
}

/** A ball joint rests where home has it: it can carry geometry but not be commanded. */
function turnedByBall(
  compiled: CompiledMjcf,
  id: number,
  parentFromLink: Float64Array,
  qpos: Float64Array,
  warnings: string[],
): Float64Array {
  const adr = compiled.jntQposAdr[id]!;
  const [w = 1, x = 0, y = 0, z = 0] = qpos.subarray(adr, adr + 4);
  const orientation: QuatWxyz = [w, x, y, z];
  const [px, py, pz] = rowAt(compiled.jntPos, id);
  const toAnchor: Pose = { position: [px, py, pz], orientation: [1, 0, 0, 0] };
  const back: Pose = { position: [-px, -py, -pz], orientation: [1, 0, 0, 0] };
  warnings.push(`ball joint "${jointName(compiled, id)}" is frozen at home`);
  const moved = composePoses(composePoses(toAnchor, { position: [0, 0, 0], orientation }), back);
  return matrix34FromPose(composePoses(poseFromMatrix34(parentFromLink), moved));
}

function bodyName(compiled: CompiledMjcf, body: number): string {
  const name = compiled.bodyName[body];
  return name === undefined || name === "" ? `body${body}` : name;
}

function jointName(compiled: CompiledMjcf, id: number): string {
  const name = compiled.jntName[id];
  return name === undefined || name === "" ? `joint${id}` : name;
}

function excludedPairs(compiled: CompiledMjcf, linkOfBody: (body: number) => number, links: readonly TreeLink[]): readonly DeclaredPair[] {
  return Array.from(compiled.excludeSignature).flatMap((signature): DeclaredPair[] => {
    const a = links[linkOfBody(signature >> 16)];
    const b = links[linkOfBody(signature & 0xffff)];
    return a === undefined || b === undefined ? [] : [{ link1: a.name, link2: b.name, because: "srdf" }];
  });
}
