/**
 * The numbers of a lowered robot, for people and as JSON.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { LoweredBody } from "../robot/lowering/lower-body.ts";
import { spheresOf } from "../robot/lowering/spheres.ts";
import { clearanceAt } from "../robot/manifest/home-clearance.ts";
import type { Terminal } from "./terminal.ts";

export function bodyJson(body: LoweredBody, warnings: readonly string[]) {
  const { collision, matrix, samples, never, homePoses, fits, refusals, hash, seed, poses } = body;
  return {
    ok: refusals.length === 0,
    model_hash: hash,
    joints: collision.robot.jointNames,
    capsules: collision.nCapsules,
    pairs: counts(body),
    allowed: matrix.pairs,
    always_colliding: samples.filter(({ touching }) => touching === poses),
    sampling: { seed, poses, generator: "pcg64" },
    never_colliding: never,
    homes: homePoses.map(({ name, q, source }) => ({ name, source, q: [...q], ...clearanceJson(collision, q) })),
    volume: fits.map(({ link, nCapsules, shapeVolumeM3, capsuleVolumeM3 }) => ({
      link,
      capsules: nCapsules,
      ratio: shapeVolumeM3 > 0 ? capsuleVolumeM3 / shapeVolumeM3 : null,
    })),
    warnings: [...warnings, ...body.warnings],
    refusals,
  };
}

export function clearanceJson(
  collision: CollisionModel,
  q: ArrayLike<number>,
): { readonly least_m: number | null; readonly links: readonly string[] } {
  const { leastM, links } = clearanceAt(collision, q);
  return { least_m: Number.isFinite(leastM) ? leastM : null, links: links ?? [] };
}

/** Of link pairs. */
export function counts({ collision, matrix, never }: Pick<LoweredBody, "collision" | "matrix" | "never">) {
  return {
    checked: checkedLinkPairs(collision),
    checked_capsule_pairs: collision.selfPairs.length / 2,
    allowed: matrix.pairs.length,
    unprotected: matrix.pairs.filter(({ unprotected }) => unprotected).length,
    never: never.length,
  };
}

export function checkedLinkPairs({ robot, selfPairs, linkOfCapsule }: CollisionModel): number {
  const pairs = new Set<number>();
  for (let p = 0; p < selfPairs.length; p += 2) {
    const [a, b] = [linkOfCapsule[selfPairs[p]!]!, linkOfCapsule[selfPairs[p + 1]!]!];
    pairs.add(Math.min(a, b) * robot.nLinks + Math.max(a, b));
  }
  return pairs.size;
}

export function summaryLines(body: LoweredBody, warnings: readonly string[], terminal: Terminal): readonly string[] {
  const { checked, checked_capsule_pairs, allowed, unprotected, never } = counts(body);
  return [
    `robot       ${body.collision.robot.name}: ${body.collision.robot.nJoints} joints, ${body.collision.nCapsules} capsules`,
    `pairs       ${checked} checked (${checked_capsule_pairs} of capsules), ${allowed} allowed, ${unprotected} of them unprotected, ${never} proved never`,
    ...body.homePoses.map((home) => `home        ${home.name}: ${clearanceText(body.collision, home.q)}`),
    ...(body.fits.length === 0 ? [] : [`volume      ${ratios(body)}`]),
    `model       ${body.hash}`,
    ...[...warnings, ...body.warnings].map((warning) => terminal.paint("warn", `warning     ${warning}`)),
    ...body.refusals.map((refusal) => terminal.paint("bad", `refused     ${refusal}`)),
  ];
}

export function clearanceText(collision: CollisionModel, q: ArrayLike<number>): string {
  const { leastM, links } = clearanceAt(collision, q);
  return links === undefined ? "nothing is checked" : `least distance ${leastM.toFixed(4)} m, ${links[0]} to ${links[1]}`;
}

function ratios({ fits }: LoweredBody): string {
  return fits
    .map(
      ({ link, shapeVolumeM3, capsuleVolumeM3 }) => `${link} ${shapeVolumeM3 > 0 ? (capsuleVolumeM3 / shapeVolumeM3).toFixed(2) : "flat"}`,
    )
    .join(", ");
}

/** Every capsule as spheres, in the frame of its link. */
export function spheresJson({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel) {
  return Array.from({ length: nCapsules }, (_, c) => {
    const { centers, radiusM } = spheresOf(capsulesInLink.subarray(c * 7, c * 7 + 7));
    return { link: robot.linkNames[linkOfCapsule[c]!], radius_m: radiusM, centers };
  });
}

/** Volume of all capsules of a link, overlaps counted twice, m³. */
export function capsuleVolumes({ robot, nCapsules, linkOfCapsule, capsulesInLink: p }: CollisionModel): ReadonlyMap<string, number> {
  const volumes = new Map<string, number>();
  for (let c = 0; c < nCapsules; c++) {
    const link = robot.linkNames[linkOfCapsule[c]!]!;
    const i = c * 7;
    const r = p[i + 6]!;
    const length = hypot3(p[i + 3]! - p[i]!, p[i + 4]! - p[i + 1]!, p[i + 5]! - p[i + 2]!);
    volumes.set(link, (volumes.get(link) ?? 0) + Math.PI * r * r * (length + (4 / 3) * r));
  }
  return volumes;
}
