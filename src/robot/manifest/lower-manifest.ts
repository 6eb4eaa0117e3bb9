/**
 * A manifest lowered again from its files: kinematics of the file, capsules of the file's shapes or the manifest's own, allowed pairs.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { lowerBody, type LowerBodyOptions, type LoweredBody } from "../lowering/lower-body.ts";
import { homesFromSrdf, type RobotBody } from "../lowering/lower-files.ts";
import type { LoweringRoute } from "../lowering/select-lowering.ts";
import type { Srdf } from "../srdf.ts";
import { fileInManifest, type FileInManifest, type JointKinematics } from "./file-body.ts";
import type { HomePose } from "./home-clearance.ts";
import { isMovable } from "./link-order.ts";
import { capsulesOfManifest } from "./manifest-collision.ts";
import type { ParsedManifest } from "./parse-manifest.ts";
import { inspectManifest } from "./robot-from-manifest.ts";

export interface LowerManifestOptions extends LowerBodyOptions {
  /** The manifest's URDF or MJCF; without it kinematics and capsules stay the manifest's. */
  readonly file?: RobotBody;
  readonly srdf?: Srdf;
  readonly route?: LoweringRoute;
  /** Capsules and kinematics stay the manifest's. */
  readonly acmOnly?: boolean;
  readonly jointMatch?: "name" | "order";
}

export interface ManifestLowering {
  readonly body: LoweredBody;
  /** False: the manifest's capsules were kept. */
  readonly fitted: boolean;
  /** By joint; only those that the file knows. */
  readonly kinematics: ReadonlyMap<string, JointKinematics>;
  readonly warnings: readonly string[];
}

/** @throws ClearanceError `config.invalid` where the manifest gives no tree, or its joints are not in the file */
export function lowerManifest(parsed: ParsedManifest, options: LowerManifestOptions = {}): ManifestLowering {
  const { manifest } = parsed;
  const keeps = options.acmOnly === true || options.file === undefined;
  const found =
    options.file === undefined ? undefined : fileInManifest(manifest.name, manifest.joints, options.file, options.jointMatch === "order");
  const kinematics = keeps || found === undefined ? new Map<string, JointKinematics>() : found.kinematics;
  const joints = manifest.joints.map((joint) => ({ ...joint, ...rounded(kinematics.get(joint.name)) }));
  const placed: ParsedManifest = { ...parsed, manifest: { ...manifest, joints } };
  const { robot, refusals } = inspectManifest(placed, { acknowledgeNoPairs: true });
  if (robot === undefined)
    throw new ClearanceError("config.invalid", refusals.map((refusal) => `${manifest.name}: ${refusal}`).join("\n"), {
      source: manifest.name,
      problems: refusals,
    });
  const { model } = robot;
  const shapes = found?.shapes ?? new Map<string, never[]>();
  const fitted = !keeps && options.route !== "mjcf" && shapes.size > 0;
  const nameRefusals: string[] = [];
  const source = fitted
    ? { shapesOfLink: model.linkNames.map((link) => shapes.get(link) ?? []) }
    : { capsules: capsulesOfManifest(manifest, model, nameRefusals) };
  const warnings: string[] = [...(found?.warnings ?? [])];
  const body = lowerBody(model, source, declaredPairs(options, found), homesOf(parsed, robot.homePoses, options.srdf, warnings), options);
  return {
    body: { ...body, refusals: [...nameRefusals, ...body.refusals] },
    fitted,
    kinematics,
    warnings,
  };
}

function declaredPairs(options: LowerManifestOptions, found: FileInManifest | undefined): readonly { link1: string; link2: string }[] {
  const named = (link: string): string => found?.manifestLink.get(link) ?? link;
  return [...(options.srdf?.disabledPairs ?? []), ...(options.file?.declared ?? [])].map(({ link1, link2 }) => ({
    link1: named(link1),
    link2: named(link2),
  }));
}

/** The manifest's own poses, and the SRDF's states; the rest pose only where there is neither. */
function homesOf({ manifest }: ParsedManifest, own: readonly HomePose[], srdf: Srdf | undefined, warnings: string[]): readonly HomePose[] {
  if (Object.keys(manifest.safety.home_poses).length > 0 || srdf === undefined) return own;
  const movable = manifest.joints.filter((joint) => isMovable(joint) && joint.mimic === undefined);
  const states = homesFromSrdf(
    srdf,
    movable.map(({ name }) => name),
    own[0]!.q,
    warnings,
  );
  return states.length > 0 ? states : own;
}

/** Nine decimals, as the file holds them: what is checked is what is written. */
function rounded(kinematics: JointKinematics | undefined): Partial<JointKinematics> {
  if (kinematics === undefined) return {};
  const near = ([x, y, z]: readonly [number, number, number]): [number, number, number] => [nine(x), nine(y), nine(z)];
  return { origin_xyz: near(kinematics.origin_xyz), origin_rpy: near(kinematics.origin_rpy), axis_xyz: near(kinematics.axis_xyz) };
}

function nine(value: number): number {
  return Number(value.toFixed(9)) + 0;
}
