/**
 * The kernel's robot from a manifest: every movable joint of every branch in `q`, in the order of the manifest, so that a column of an
 * action is a joint of the model by name and fixed joints shift nothing.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { identityPose } from "../../core/pose.ts";
import type { CollisionModel } from "../collision-model.ts";
import { armFromTree, type TreeLink } from "../kinematic-tree.ts";
import { modelHash } from "../lowering/model-hash.ts";
import type { RobotModel } from "../robot-model.ts";
import { controlLinkIndex, fingerJoints } from "./control-link.ts";
import { homeProblem, type HomePose } from "./home-clearance.ts";
import { isMovable, manifestLinks, type Mount } from "./link-order.ts";
import { capsulesOfManifest, manifestCollision } from "./manifest-collision.ts";
import type { ParsedManifest } from "./parse-manifest.ts";
import type { ManifestSafety } from "./schema.ts";

export interface ManifestRobotOptions {
  /** Besides the manifest's own: for manifests that cannot be edited. */
  readonly mounts?: readonly Mount[];
  /** Default: on where the manifest has collision geometry. */
  readonly selfCollision?: boolean;
  /** Accept a robot of which no pair is checked. */
  readonly acknowledgeNoPairs?: boolean;
  /** Distance that home poses keep, m; default 0. */
  readonly marginM?: number;
  /** A real robot: normalised joints, missing geometry and a missing model hash are refused. */
  readonly realHardware?: boolean;
}

export interface ManifestRobot {
  readonly model: RobotModel;
  readonly collision: CollisionModel;
  readonly safety: ManifestSafety;
  /** Order of `q`, of action columns, and of `home_poses`. */
  readonly jointNames: readonly string[];
  /** Fixed and base-mount joints: no index anywhere. */
  readonly fixedJointNames: readonly string[];
  readonly baseJointNames: readonly string[];
  readonly fingerJointNames: readonly string[];
  readonly controlLink: string;
  readonly mounts: readonly Mount[];
  readonly homePoses: readonly HomePose[];
  /** Shape `[nJoints]`, rad or m; 0 where the manifest states none. */
  readonly trackingError: Float64Array;
  readonly supportedControlModes: readonly string[];
  /** Of one row of an action. */
  readonly rowPeriodS: number;
  /** False: no geometry, nothing of the body is checked. */
  readonly selfCollisionEnabled: boolean;
  /** Link pairs that nothing watches although they are not adjacent. */
  readonly unprotectedPairs: readonly string[];
  /** `sha256:…` of the model as loaded. */
  readonly modelHash: string;
  readonly warnings: readonly string[];
}

/** @throws ClearanceError `config.invalid` with every refusal */
export function robotFromManifest(parsed: ParsedManifest, options: ManifestRobotOptions = {}): ManifestRobot {
  const { robot, refusals } = inspectManifest(parsed, options);
  const source = parsed.manifest.name;
  if (robot !== undefined && refusals.length === 0) return robot;
  throw new ClearanceError("config.invalid", refusals.map((refusal) => `${source}: ${refusal}`).join("\n"), {
    source,
    problems: refusals,
  });
}

/** The robot with all that speaks against using it; without a robot where no model can be built at all. */
export function inspectManifest(
  parsed: ParsedManifest,
  options: ManifestRobotOptions = {},
): { readonly robot: ManifestRobot | undefined; readonly refusals: readonly string[] } {
  const { manifest } = parsed;
  const mounts = [...manifest.mounts, ...(options.mounts ?? [])];
  const tree = manifestLinks(manifest.joints, mounts, manifest.base_frame);
  if ("problems" in tree) return { robot: undefined, refusals: tree.problems };
  const fingers = fingerJoints(manifest);
  const refusals: string[] = [];
  const model = modelOf(parsed, tree.links, new Set(fingers), refusals);
  if (model === undefined) return { robot: undefined, refusals };
  const bodies = capsulesOfManifest(manifest, model, refusals);
  const { collision, unprotectedPairs } = manifestCollision(manifest, model, bodies, refusals);
  const enabled = options.selfCollision ?? collision.nCapsules > 0;
  const homePoses = homePosesOf(manifest.safety, model);
  const hash = modelHash(collision);
  refusals.push(
    ...geometryRefusals(collision, enabled, options),
    ...(enabled ? homePoses.flatMap((home) => homeProblem(collision, home, options.marginM ?? 0) ?? []) : []),
    ...hashRefusals(manifest.model_hash, hash, options),
    ...(options.realHardware === true
      ? manifest.joints
          .filter((joint) => joint.x_normalised)
          .map((joint) => `joint "${joint.name}" is in normalised numbers; real hardware needs m or rad`)
      : []),
  );
  const tracking = new Map(manifest.joints.map(({ name, tracking_error }) => [name, tracking_error ?? 0]));
  const robot: ManifestRobot = {
    model,
    collision,
    safety: manifest.safety,
    jointNames: model.jointNames,
    fixedJointNames: manifest.joints.filter((joint) => !isMovable(joint)).map(({ name }) => name),
    baseJointNames: manifest.base_joints ?? manifest.joints.filter(({ role }) => role === "base").map(({ name }) => name),
    fingerJointNames: fingers,
    controlLink: model.linkNames[model.tipLink]!,
    mounts,
    homePoses,
    trackingError: Float64Array.from(model.jointNames, (name) => tracking.get(name) ?? 0),
    supportedControlModes: manifest.capabilities.supported_control_modes,
    rowPeriodS: 1 / (manifest.action_spec?.control_freq_hz ?? 30),
    selfCollisionEnabled: enabled,
    unprotectedPairs,
    modelHash: hash,
    warnings: [
      ...parsed.warnings,
      ...(enabled ? [] : ["no collision geometry: self-collision is off and nothing of the body is checked"]),
      ...unprotectedPairs.map((pair) => `contact of ${pair} is allowed and nothing watches it`),
    ],
  };
  return { robot, refusals };
}

function modelOf(
  { manifest }: ParsedManifest,
  links: readonly TreeLink[],
  fingers: ReadonlySet<string>,
  refusals: string[],
): RobotModel | undefined {
  const tip = controlLinkIndex(manifest, links, fingers);
  const effector = manifest.end_effectors.find(({ control_link }) => control_link !== undefined);
  if (tip === undefined) {
    refusals.push(`end_effectors names the control link "${effector?.control_link}", which does not exist`);
    return undefined;
  }
  const linkOfJoint = new Map(links.flatMap(({ joint }, index) => (joint === undefined ? [] : [[joint.name, index] as const])));
  const movable = manifest.joints.filter((joint) => isMovable(joint) && joint.mimic === undefined).map(({ name }) => name);
  const poses = manifest.safety.home_poses;
  const homeQ = poses["home"] ?? Object.values(poses)[0] ?? [];
  const home = homeQ.length === movable.length ? Object.fromEntries(movable.map((name, j) => [name, homeQ[j]!])) : {};
  const fail = (_link: number, problem: string, fix?: string): never => {
    throw new ClearanceError("config.invalid", `${problem}${fix === undefined ? "" : `; ${fix}`}`, {
      source: manifest.name,
      problems: [problem],
    });
  };
  try {
    if (movable.length === 0) fail(0, "no joint of the manifest moves");
    return armFromTree(links, {
      name: manifest.name,
      base: 0,
      tip,
      commanded: movable.map((name) => linkOfJoint.get(name)!),
      tipLinkFromTip: effector?.control_point_xyz === undefined ? undefined : { ...identityPose, position: effector.control_point_xyz },
      limits: {},
      frozen: {},
      home,
      warnings: [],
      fail,
    });
  } catch (error) {
    if (!ClearanceError.is(error)) throw error;
    refusals.push(...error.message.split("\n"));
    return undefined;
  }
}

/** A manifest that names no home rests at 0, or mid-range: that pose has to be free as well. */
function homePosesOf(safety: ManifestSafety, model: RobotModel): readonly HomePose[] {
  const declared = Object.entries(safety.home_poses);
  if (declared.length === 0) return [{ name: "rest", q: Float64Array.from(model.homeRad), source: "rest" }];
  return declared.map(([name, q]) => ({ name, q: Float64Array.from(q), source: "manifest" }));
}

function geometryRefusals(collision: CollisionModel, enabled: boolean, options: ManifestRobotOptions): readonly string[] {
  if (!enabled)
    return options.realHardware === true ? ["there is no collision geometry; real hardware needs it: run clearance robot lower"] : [];
  if (collision.nCapsules === 0) return ["self-collision is on and there is no capsule; run clearance robot lower, or switch it off"];
  if (collision.selfPairs.length === 0 && options.acknowledgeNoPairs !== true)
    return ["self-collision is on and no pair of links is checked; every pair is allowed"];
  return [];
}

function hashRefusals(written: string | undefined, loaded: string, options: ManifestRobotOptions): readonly string[] {
  if (written === undefined)
    return options.realHardware === true
      ? ["there is no model_hash; real hardware needs a reviewed model: run clearance robot lower --write"]
      : [];
  const hash = written.startsWith("sha256:") ? written : `sha256:${written}`;
  return hash === loaded
    ? []
    : [
        `model_hash is ${hash.slice(0, 23)}… but the model as loaded is ${loaded.slice(0, 23)}…; review it and run clearance robot lower --write`,
      ];
}
