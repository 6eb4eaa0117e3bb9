/**
 * From a robot and its shapes to the reviewed model: capsules, allowed pairs, proofs, homes, and what speaks against it.
 * @module
 */
import { formatG } from "../../core/format.ts";
import type { CollisionModel } from "../collision-model.ts";
import type { LinkShape } from "../link-shape.ts";
import { lowerLinks, type LinkFit } from "../lowering.ts";
import { homeProblem, type HomePose } from "../manifest/home-clearance.ts";
import type { RobotModel } from "../robot-model.ts";
import { allowedMatrix, type AllowedMatrix } from "./allowed-matrix.ts";
import { keyOfNames, sampledPoses, samplePairs, samplingSeed, type PairSample } from "./always-colliding.ts";
import { CapsuleField, type CapsuleSet } from "./capsule-field.ts";
import { modelHash } from "./model-hash.ts";
import { proveNever, type NeverCertificate } from "./never-colliding.ts";
import { roundedSet, type CapsuleRow } from "./rounded-set.ts";
import { singleCapsules } from "./single-capsule.ts";

export interface LowerBodyOptions {
  /** Distance that home poses keep, m; default 0. It enters nothing else. */
  readonly marginM?: number;
  /** One capsule a link, in the form that other tools write. */
  readonly single?: boolean;
  /** Default 4; links of an always-colliding pair may take up to 8. */
  readonly maxCapsulesPerLink?: number;
  readonly seed?: number;
  readonly poses?: number;
  /** Accept always-colliding pairs as unprotected. */
  readonly accept?: boolean;
  /** Look for proofs that pairs never meet; default true. */
  readonly prove?: boolean;
  readonly onProgress?: (stage: string, done: number, total: number) => void;
}

export interface LoweredBody {
  /** `selfPairs` are those that are neither allowed nor proved never to meet. */
  readonly collision: CollisionModel;
  /** The capsules as they are written, rounded outward; empty where they were given. */
  readonly rows: readonly CapsuleRow[];
  /** Empty where the capsules were given. */
  readonly fits: readonly LinkFit[];
  readonly matrix: AllowedMatrix;
  readonly samples: readonly PairSample[];
  readonly poses: number;
  readonly seed: number;
  readonly never: readonly NeverCertificate[];
  readonly homePoses: readonly HomePose[];
  readonly hash: string;
  readonly warnings: readonly string[];
  /** Empty: fit for review. */
  readonly refusals: readonly string[];
}

/** The tighter fits go up to this many capsules a link. */
const mostCapsules = 8;
/** They add a capsule for less gain. */
const tightSaving = 0.02;

export type BodySource = { readonly shapesOfLink: readonly (readonly LinkShape[])[] } | { readonly capsules: CapsuleSet };

/** `declared`: pairs of an SRDF or of MJCF excludes. */
export function lowerBody(
  model: RobotModel,
  source: BodySource,
  declared: readonly { readonly link1: string; readonly link2: string }[],
  homePoses: readonly HomePose[],
  options: LowerBodyOptions = {},
): LoweredBody {
  const poses = options.poses ?? sampledPoses;
  const seed = options.seed ?? samplingSeed;
  const sample = (set: CapsuleSet): readonly PairSample[] =>
    samplePairs(model, set, { poses, seed, onProgress: (done, total) => options.onProgress?.("sampling poses", done, total) });
  const { set, rows, fits, samples, matrix } = fitAndSample(model, source, declared, sample, poses, options);
  const refusals: string[] = [];
  const warnings: string[] = [];
  if (set.nCapsules === 0) refusals.push("no link has collision geometry: self-collision cannot be checked");
  for (const { link1, link2, because } of matrix.pairs) {
    if (because !== "always") continue;
    const leastM = samples.find((pair) => pair.link1 === link1 && pair.link2 === link2)?.leastM ?? Number.NaN;
    const what = `${link1} and ${link2} touch at all ${poses} poses, by up to ${formatG(-leastM)} m`;
    if (options.accept === true) warnings.push(`${what}; accepted, nothing watches this pair`);
    else refusals.push(`${what}; give a tighter fit, an SRDF that allows the pair, or accept it with --accept`);
  }
  const missing = declared.flatMap(({ link1, link2 }) => [link1, link2]).filter((link) => !model.linkNames.includes(link));
  for (const link of new Set(missing)) warnings.push(`allowed pairs name "${link}", which is no link here`);
  if (matrix.withoutGeometry > 0) warnings.push(`${matrix.withoutGeometry} declared pairs name a link without geometry and are left out`);

  const bare = model.linkNames.filter((_, link) => model.qIndexOfLink[link]! >= 0 && !set.linkOfCapsule.includes(link));
  if (set.nCapsules > 0 && bare.length > 0) warnings.push(`no collision geometry, nothing is checked: ${bare.join(", ")}`);

  const { collision, never } = checkedPairs(model, set, matrix, options);
  if (set.nCapsules > 0 && collision.selfPairs.length === 0 && never.length === 0)
    refusals.push("no pair of links is left to check: every one is allowed");
  for (const home of homePoses) refusals.push(...[homeProblem(collision, home, options.marginM ?? 0) ?? []].flat());
  return { collision, rows, fits, matrix, samples, poses, seed, never, homePoses, hash: modelHash(collision), warnings, refusals };
}

interface Fitted {
  readonly set: CapsuleSet;
  readonly rows: readonly CapsuleRow[];
  readonly fits: readonly LinkFit[];
  readonly samples: readonly PairSample[];
  readonly matrix: AllowedMatrix;
}

/** An always-colliding pair that nobody declared asks for a tighter fit before it is believed. */
function fitAndSample(
  model: RobotModel,
  source: BodySource,
  declared: readonly { readonly link1: string; readonly link2: string }[],
  sample: (set: CapsuleSet) => readonly PairSample[],
  poses: number,
  options: LowerBodyOptions,
): Fitted {
  const withMatrix = (set: CapsuleSet, rows: readonly CapsuleRow[], fits: readonly LinkFit[]): Fitted => {
    const samples = sample(set);
    return { set, rows, fits, samples, matrix: allowedMatrix(model, set, declared, samples, poses) };
  };
  if ("capsules" in source) return withMatrix(source.capsules, [], []);
  const nLinks = source.shapesOfLink.length;
  if (options.single === true) {
    const { fits, ...set } = singleCapsules(model.linkNames, source.shapesOfLink);
    const rounded = roundedSet(model.linkNames, set);
    return withMatrix(rounded.set, rounded.rows, fits);
  }
  const first = options.maxCapsulesPerLink ?? 4;
  let loose: Fitted | undefined;
  for (let most = first; most <= Math.max(first, mostCapsules); most += 2) {
    options.onProgress?.("fitting capsules", 0, nLinks);
    const worthwhileSaving = most > first ? tightSaving : undefined;
    const { fits, ...set } = lowerLinks(model.linkNames, source.shapesOfLink, {
      maxCapsulesPerLink: most,
      ...(worthwhileSaving === undefined ? {} : { worthwhileSaving }),
    });
    const rounded = roundedSet(model.linkNames, set);
    const fitted = withMatrix(rounded.set, rounded.rows, fits);
    loose ??= fitted;
    if (fitted.matrix.pairs.every(({ because }) => because !== "always")) return fitted;
  }
  // Capsules that did not help would only cost time in the kernel.
  return loose!;
}

/** The checked list, nearest at home first, without allowed pairs and without those proved never to meet. */
function checkedPairs(
  model: RobotModel,
  set: CapsuleSet,
  matrix: AllowedMatrix,
  options: LowerBodyOptions,
): { readonly collision: CollisionModel; readonly never: readonly NeverCertificate[] } {
  const allowed = new Map<string, "adjacent" | "same-link" | "always" | "srdf" | "reviewed">();
  for (const { link1, link2, because } of matrix.pairs) allowed.set(keyOfNames(model, link1, link2), because);
  const links = [...new Set(set.linkOfCapsule)].sort((a, b) => a - b);
  const open = links
    .flatMap((a, index) => links.slice(index + 1).map((b) => [a, b] as const))
    .filter(([a, b]) => !allowed.has(keyOfNames(model, model.linkNames[a]!, model.linkNames[b]!)));
  const never = new Map<string, NeverCertificate>();
  if (options.prove !== false)
    for (const [index, [a, b]] of open.entries()) {
      options.onProgress?.("proving pairs apart", index, open.length);
      const certificate = proveNever(model, set, a, b);
      if (certificate !== undefined) never.set(`${a} ${b}`, certificate);
    }
  const proved = new Set(never.keys());
  const checked = new Set(open.map(([a, b]) => `${a} ${b}`).filter((key) => !proved.has(key)));
  const field = new CapsuleField(model, set);
  field.pose(model.homeRad);
  const pairs: { readonly i: number; readonly j: number; readonly distanceM: number }[] = [];
  for (let i = 0; i < set.nCapsules; i++)
    for (let j = i + 1; j < set.nCapsules; j++) {
      const [a, b] = [set.linkOfCapsule[i]!, set.linkOfCapsule[j]!];
      if (checked.has(`${Math.min(a, b)} ${Math.max(a, b)}`)) pairs.push({ i, j, distanceM: field.distanceM(i, j) });
    }
  pairs.sort((x, y) => x.distanceM - y.distanceM || x.i - y.i || x.j - y.j);
  const collision: CollisionModel = Object.freeze({
    robot: model,
    nCapsules: set.nCapsules,
    linkOfCapsule: set.linkOfCapsule,
    capsulesInLink: set.capsulesInLink,
    selfPairs: Int32Array.from(pairs.flatMap(({ i, j }) => [i, j])),
    allowedBecause: allowed,
  });
  return { collision, never: [...never.values()] };
}
