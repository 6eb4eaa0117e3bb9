/**
 * Robots from URDF with SRDF, and from compiled MJCF, ready to be lowered: every joint of every branch in `q`, in the order of the file.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { identity34, armFromTree, type TreeLink } from "../kinematic-tree.ts";
import type { LinkShape } from "../link-shape.ts";
import type { HomePose } from "../manifest/home-clearance.ts";
import { bodyFromCompiledMjcf, type MjcfBody } from "../mjcf.ts";
import type { CompiledMjcf } from "../mjcf-arrays.ts";
import type { RobotModel } from "../robot-model.ts";
import { parseSrdf, type Srdf } from "../srdf.ts";
import { parseUrdf } from "../urdf-document.ts";
import { readShapes, type MeshSource } from "../urdf-shapes.ts";
import { urdfTree } from "../urdf-tree.ts";
import { treeJoint } from "../urdf.ts";

export interface RobotBody {
  readonly model: RobotModel;
  /** Shape `[nLinks]`. */
  readonly shapesOfLink: readonly (readonly LinkShape[])[];
  /** From an SRDF or MJCF excludes. */
  readonly declared: readonly { readonly link1: string; readonly link2: string }[];
  readonly homePoses: readonly HomePose[];
  readonly warnings: readonly string[];
}

export interface UrdfBodyOptions {
  /** Named in errors; a file name. */
  readonly where?: string;
  readonly srdf?: string;
  readonly meshes?: MeshSource;
  /** Links whose mesh may be missing. */
  readonly allowMissing?: readonly string[];
}

/** @throws ClearanceError `format.invalid` with file, line and column; `config.invalid` for missing meshes that nobody allowed */
export function bodyFromUrdf(text: string, options: UrdfBodyOptions = {}): RobotBody {
  const document = parseUrdf(text, options.where);
  const tree = urdfTree(document);
  const srdf = options.srdf === undefined ? undefined : parseSrdf(options.srdf, `${document.reader.where} srdf`);
  const warnings = [...document.warnings, ...(srdf?.warnings ?? [])];
  const { shapesOfLink, unresolved } = readShapes(tree, options.meshes, warnings);
  const allowed = new Set(options.allowMissing);
  const missing = unresolved.filter(({ link }) => !allowed.has(link));
  if (missing.length > 0) {
    const problems = missing.map(({ link, uri }) => `mesh "${uri}" of link "${link}" is missing`);
    const fix = `put it beside the robot description, or accept a hole in the body with --allow-missing ${missing[0]!.link}`;
    throw new ClearanceError("config.invalid", `${document.reader.where}: ${problems.join("\n")}; ${fix}`, {
      source: document.reader.where,
      problems,
    });
  }
  const links = tree.map(({ link, parent, joint }): TreeLink => ({
    name: link.name,
    parent,
    joint: joint === undefined || joint.type === "fixed" ? undefined : treeJoint(joint),
    parentFromLink: joint?.parentFromChild ?? identity34(),
  }));
  const linkOfJoint = new Map(links.flatMap(({ joint }, index) => (joint === undefined ? [] : [[joint.name, index] as const])));
  const commanded = document.joints
    .filter(({ name, mimic }) => linkOfJoint.has(name) && mimic === undefined)
    .map(({ name }) => linkOfJoint.get(name)!);
  if (commanded.length === 0) document.reader.fail(document.element, "has no joint that moves");
  const state = (srdf?.groupStates ?? []).find(({ name }) => name === "home") ?? srdf?.groupStates[0];
  const known = Object.entries(state?.joints ?? {}).filter(([name]) => linkOfJoint.has(name));
  const model = armFromTree(links, {
    name: document.name,
    base: 0,
    tip: deepest(links),
    commanded,
    tipLinkFromTip: undefined,
    limits: {},
    frozen: {},
    home: Object.fromEntries(known),
    warnings: [],
    fail: (link, problem, fix) => document.reader.fail(tree[link]!.joint?.element ?? tree[link]!.link.element, problem, fix),
  });
  const declared = (srdf?.disabledPairs ?? []).map(({ link1, link2 }) => ({ link1, link2 }));
  const states = srdf === undefined ? [] : homesFromSrdf(srdf, model.jointNames, model.homeRad, warnings);
  return { model, shapesOfLink, declared, homePoses: states.length > 0 ? states : [restOf(model)], warnings };
}

/** The tree of the deepest body, or of `tipBody`. Keyframes are home poses. */
export function bodyFromMjcf(compiled: CompiledMjcf, options: { readonly tipBody?: string } = {}): RobotBody {
  const tipBody = options.tipBody ?? compiled.bodyName[deepestBody(compiled)]!;
  const { model, shapesOfLink, excluded } = anchorsAtOrigins(bodyFromCompiledMjcf(compiled, { tipBody, everyJoint: true }));
  const homePoses = compiled.keyName.map((name, key): HomePose => {
    const qpos = compiled.keyQpos.subarray(key * compiled.nq, (key + 1) * compiled.nq);
    const q = Float64Array.from(model.jointNames, (joint, j) =>
      withinLimits(model, j, qpos[compiled.jntQposAdr[compiled.jntName.indexOf(joint)]!] ?? Number.NaN),
    );
    return { name: name === "" ? `key${key}` : name, q, source: "keyframe" };
  });
  return {
    model,
    shapesOfLink,
    declared: excluded,
    homePoses: homePoses.length > 0 ? homePoses : [restOf(model)],
    warnings: model.warnings,
  };
}

/**
 * The same robot with every moving link's frame on its joint's axis, where URDF and manifests have it. MJCF joints may stand elsewhere
 * in their body.
 */
function anchorsAtOrigins(body: MjcfBody): MjcfBody {
  const { model } = body;
  const parentFromLink = Float64Array.from(model.parentFromLink);
  const move = (m: Float64Array, at: number, anchor: Float64Array, sign: number): void => {
    for (const row of [at, at + 4, at + 8])
      m[row + 3]! += sign * (m[row]! * anchor[0]! + m[row + 1]! * anchor[1]! + m[row + 2]! * anchor[2]!);
  };
  const anchorOf = (link: number): Float64Array => model.anchorInLink.subarray(link * 3, link * 3 + 3);
  const minus = (m: Float64Array, at: number, anchor: Float64Array): void => {
    for (let row = 0; row < 3; row++) m[at + row * 4 + 3]! -= anchor[row]!;
  };
  for (let link = 0; link < model.nLinks; link++) {
    move(parentFromLink, link * 12, anchorOf(link), 1);
    if (link > 0) minus(parentFromLink, link * 12, anchorOf(model.parentOfLink[link]!));
  }
  const shapesOfLink = body.shapesOfLink.map((shapes, link) =>
    shapes.map((shape): LinkShape => {
      const linkFromShape = Float64Array.from(shape.linkFromShape);
      minus(linkFromShape, 0, anchorOf(link));
      return { ...shape, linkFromShape };
    }),
  );
  const tipLinkFromTip = Float64Array.from(model.tipLinkFromTip);
  minus(tipLinkFromTip, 0, anchorOf(model.tipLink));
  const anchorInLink = new Float64Array(model.nLinks * 3);
  return { ...body, shapesOfLink, model: Object.freeze({ ...model, parentFromLink, tipLinkFromTip, anchorInLink }) };
}

/** Group states, joints that they do not name at `rest`; a name that several groups use carries its group. */
export function homesFromSrdf(srdf: Srdf, jointNames: readonly string[], rest: Float64Array, warnings: string[]): readonly HomePose[] {
  return srdf.groupStates.flatMap(({ name, group, joints }): HomePose[] => {
    const known = Object.entries(joints).filter(([joint]) => jointNames.includes(joint));
    if (known.length === 0) {
      warnings.push(`state "${name}" of group "${group}" names no joint of this robot`);
      return [];
    }
    const q = Float64Array.from(rest);
    for (const [joint, value] of known) q[jointNames.indexOf(joint)] = value;
    const shared = srdf.groupStates.filter((state) => state.name === name).length > 1;
    return [{ name: shared ? `${group}_${name}` : name, q, source: "srdf" }];
  });
}

/** A compiler works limits and keyframes out apart from each other: what is outside by rounding alone is at the limit. */
function withinLimits(model: RobotModel, joint: number, value: number): number {
  const clamped = Math.min(model.upperRad[joint]!, Math.max(model.lowerRad[joint]!, value));
  return Math.abs(clamped - value) <= 1e-9 ? clamped : value;
}

function restOf(model: RobotModel): HomePose {
  return { name: "rest", q: Float64Array.from(model.homeRad), source: "rest" };
}

function deepest(links: readonly TreeLink[]): number {
  const depths: number[] = [];
  for (const { parent } of links) depths.push(parent < 0 ? 0 : depths[parent]! + 1);
  return depths.indexOf(Math.max(...depths));
}

function deepestBody(compiled: CompiledMjcf): number {
  const depths = [0];
  const moves = [false];
  let best = 0;
  for (let body = 1; body < compiled.nbody; body++) {
    const parent = compiled.bodyParent[body]!;
    depths[body] = depths[parent]! + 1;
    moves[body] = moves[parent]! || compiled.jntBody.includes(body);
    if (moves[body]! && (best === 0 || depths[body]! > depths[best]!)) best = body;
  }
  if (best > 0) return best;
  const problem = "no body of the model moves";
  throw new ClearanceError("config.invalid", `${compiled.name}: ${problem}`, { source: compiled.name, problems: [problem] });
}
