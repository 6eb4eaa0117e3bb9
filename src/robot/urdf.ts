/**
 * A robot from URDF text, and what an SRDF adds: which joints make the arm, where home is, which links need no checking.
 *
 * World: the frame of the root link, unless `worldFromRoot` places it. Commanded: the movable joints from `baseLink` (default: the root,
 * or the base of the SRDF group) to `tipLink` (default: the tip of the SRDF group, else the only leaf), and to each of `branchLinks`.
 * Every other joint is frozen, and its links stay part of the body.
 * @module
 */
import { identityPose, matrix34FromPose, type Pose } from "../core/pose.ts";
import type { CollisionModel } from "./collision-model.ts";
import { armFromTree, type JointLimits, type LimitOverrides, type TreeJoint, type TreeLink } from "./kinematic-tree.ts";
import type { LinkShape } from "./link-shape.ts";
import { lowerLinks, type LinkFit } from "./lowering.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { collisionModel, type DeclaredPair } from "./self-pairs.ts";
import { parseSrdf, type Srdf } from "./srdf.ts";
import { parseUrdf, type UrdfDocument, type UrdfJoint } from "./urdf-document.ts";
import { readShapes, type MeshSource, type UnresolvedMesh } from "./urdf-shapes.ts";
import { urdfTree, type UrdfTreeLink } from "./urdf-tree.ts";

export interface UrdfOptions {
  /** Named in errors; a file name. */
  readonly where?: string;
  /** Text of the SRDF that belongs to it. */
  readonly srdf?: string;
  /** Which SRDF group is the arm; needed where several are chains. */
  readonly group?: string;
  readonly baseLink?: string;
  readonly tipLink?: string;
  /** Ends of further chains from the base whose joints are commanded too: another arm, a head. */
  readonly branchLinks?: readonly string[];
  readonly tipLinkFromTip?: Pose;
  readonly worldFromRoot?: Pose;
  /** The bytes of a mesh, by the URI as the file writes it (`package://…`, `file://…` or a path); undefined where it is not to be had. */
  readonly meshes?: MeshSource;
  /** Values of joints that are not commanded, rad or m. */
  readonly frozen?: Readonly<Record<string, number>>;
  /** Home values by joint, rad or m; they win over the SRDF's. */
  readonly home?: Readonly<Record<string, number>>;
  /** SRDF state to take home from; default `home`, else `ready`, else the first of the group. */
  readonly homeState?: string;
  readonly limits?: LimitOverrides;
  readonly maxCapsulesPerLink?: number;
}

export interface UrdfStats {
  readonly n_joints: number;
  /** Revolute and continuous. */
  readonly n_revolute_joints: number;
  readonly n_prismatic_joints: number;
  readonly n_links: number;
  readonly n_collision_shapes: number;
  readonly parser_warnings: readonly string[];
}

export interface UrdfRobot {
  readonly model: RobotModel;
  readonly collision: CollisionModel;
  readonly stats: UrdfStats;
  /** Collision meshes that could not be read: these links have a hole in their body, fit for no hardware. */
  readonly unresolvedMeshes: readonly UnresolvedMesh[];
  readonly fits: readonly LinkFit[];
}

/** @throws ClearanceError `format.invalid` with file, line and column, and `config.invalid` for options that fit no link or joint. */
export function robotFromUrdf(text: string, options: UrdfOptions = {}): UrdfRobot {
  const document = parseUrdf(text, options.where);
  const tree = urdfTree(document);
  const srdf = options.srdf === undefined ? undefined : parseSrdf(options.srdf, `${document.reader.where} srdf`);
  const warnings = [...document.warnings, ...(srdf?.warnings ?? [])];
  const arm = chooseArm(document, tree, srdf, options);
  const { shapesOfLink, unresolved } = readShapes(tree, options.meshes, warnings);
  const model = armFromTree(
    tree.map((entry): TreeLink => ({
      name: entry.link.name,
      parent: entry.parent,
      joint: entry.joint === undefined || entry.joint.type === "fixed" ? undefined : treeJoint(entry.joint),
      parentFromLink: entry.joint?.parentFromChild ?? matrix34FromPose(options.worldFromRoot ?? identityPose),
    })),
    {
      name: document.name,
      base: arm.base,
      tip: arm.tip,
      branches: arm.branches,
      tipLinkFromTip: options.tipLinkFromTip,
      limits: options.limits ?? {},
      frozen: options.frozen ?? {},
      home: { ...homeFromSrdf(document, srdf, arm.group, options, warnings), ...options.home },
      warnings,
      fail: (link, problem, fix) => document.reader.fail(tree[link]!.joint?.element ?? tree[link]!.link.element, problem, fix),
    },
  );
  const lowered = lowerLinks(model.linkNames, shapesOfLink, options);
  const collision = collisionModel(model, lowered, declaredPairs(srdf));
  const stats = urdfStats(document, shapesOfLink, unresolved, collision.robot.warnings);
  return { model: collision.robot, collision, stats, unresolvedMeshes: unresolved, fits: lowered.fits };
}

export function urdfStats(
  document: UrdfDocument,
  shapesOfLink: readonly (readonly LinkShape[])[],
  unresolved: readonly UnresolvedMesh[],
  warnings: readonly string[],
): UrdfStats {
  const count = (...types: readonly UrdfJoint["type"][]): number => document.joints.filter((joint) => types.includes(joint.type)).length;
  return {
    n_joints: document.joints.length,
    n_revolute_joints: count("revolute", "continuous"),
    n_prismatic_joints: count("prismatic"),
    n_links: document.links.length,
    n_collision_shapes: shapesOfLink.reduce((sum, shapes) => sum + shapes.length, unresolved.length),
    parser_warnings: warnings,
  };
}

export function treeJoint(joint: UrdfJoint): TreeJoint {
  const { name, type, axis, limit, mimic } = joint;
  const free: Partial<JointLimits> = type === "continuous" ? { lowerRad: -Infinity, upperRad: Infinity } : {};
  const limits: Partial<JointLimits> =
    limit === undefined
      ? free
      : { lowerRad: limit.lower, upperRad: limit.upper, maxVelocityRadPerS: limit.velocity, maxEffortNm: limit.effort };
  return {
    name,
    kind: type === "prismatic" ? JOINT_PRISMATIC : JOINT_REVOLUTE,
    axis,
    anchor: [0, 0, 0],
    limits,
    ...(mimic === undefined ? {} : { mimic: { joint: mimic.joint, scale: mimic.multiplier, offset: mimic.offset } }),
  };
}

interface Arm {
  readonly base: number;
  readonly tip: number;
  readonly branches: readonly number[];
  readonly group: string | undefined;
}

function chooseArm(document: UrdfDocument, tree: readonly UrdfTreeLink[], srdf: Srdf | undefined, options: UrdfOptions): Arm {
  const { reader, element: root } = document;
  const indexOf = (name: string): number => {
    const index = tree.findIndex((entry) => entry.link.name === name);
    return index >= 0
      ? index
      : reader.fail(root, `has no link "${name}"`, `its links are ${tree.map((entry) => entry.link.name).join(", ")}`);
  };
  const chains = (srdf?.groups ?? []).filter((group) => group.chain !== undefined);
  const named = options.group === undefined ? undefined : chains.find((group) => group.name === options.group);
  const chainNames = chains.map((group) => group.name).join(", ");
  if (options.group !== undefined && named === undefined)
    return reader.fail(root, `has no SRDF group "${options.group}" with a chain`, `its chains are ${chainNames || "none"}`);
  if (named === undefined && chains.length > 1 && options.tipLink === undefined)
    return reader.fail(root, `has several SRDF chains: ${chainNames}`, "choose one with the option group, or a tipLink");
  const group = named ?? (chains.length === 1 ? chains[0] : undefined);
  const base = options.baseLink ?? (options.tipLink === undefined || named !== undefined ? group?.chain?.baseLink : undefined);
  const tip = options.tipLink ?? group?.chain?.tipLink;
  return {
    base: base === undefined ? 0 : indexOf(base),
    tip: tip === undefined ? onlyLeaf(document, tree) : indexOf(tip),
    branches: (options.branchLinks ?? []).map(indexOf),
    group: group?.name,
  };
}

function onlyLeaf(document: UrdfDocument, tree: readonly UrdfTreeLink[]): number {
  const parents = new Set(tree.map((entry) => entry.parent));
  const leaves = tree.flatMap((_, index) => (parents.has(index) ? [] : [index]));
  const [leaf, other] = leaves;
  if (leaf !== undefined && other === undefined) return leaf;
  const names = leaves.map((index) => tree[index]!.link.name).join(", ");
  return document.reader.fail(document.element, `has several leaves: ${names}`, "choose one as tipLink, or give an SRDF");
}

function homeFromSrdf(
  document: UrdfDocument,
  srdf: Srdf | undefined,
  group: string | undefined,
  options: UrdfOptions,
  warnings: string[],
): Readonly<Record<string, number>> {
  const states = (srdf?.groupStates ?? []).filter((state) => group === undefined || state.group === group);
  const named = (name: string): Srdf["groupStates"][number] | undefined => states.find((state) => state.name === name);
  const state = options.homeState === undefined ? (named("home") ?? named("ready") ?? states[0]) : named(options.homeState);
  if (options.homeState !== undefined && state === undefined) {
    const known = states.map((candidate) => candidate.name).join(", ") || "none";
    return document.reader.fail(document.element, `has no SRDF state "${options.homeState}"`, `its states are ${known}`);
  }
  const movable = new Set(document.joints.filter((joint) => joint.type !== "fixed").map((joint) => joint.name));
  const entries = Object.entries(state?.joints ?? {});
  for (const [joint] of entries)
    if (!movable.has(joint)) warnings.push(`SRDF state "${state?.name}" sets "${joint}", which is no movable joint`);
  return Object.fromEntries(entries.filter(([joint]) => movable.has(joint)));
}

function declaredPairs(srdf: Srdf | undefined): readonly DeclaredPair[] {
  return (srdf?.disabledPairs ?? []).map(({ link1, link2, reason }) => ({ link1, link2, because: reason === "Never" ? "never" : "srdf" }));
}
