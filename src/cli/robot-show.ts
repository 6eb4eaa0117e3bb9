/**
 * `clearance robot show`: the model in numbers, and as a picture.
 * @module
 */
import { writeFileSync } from "node:fs";
import { readRobotBody, robotFileKind } from "../profile/robot-files.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { lowerBody } from "../robot/lowering/lower-body.ts";
import { proveNever } from "../robot/lowering/never-colliding.ts";
import type { HomePose } from "../robot/manifest/home-clearance.ts";
import { inspectManifest } from "../robot/manifest/robot-from-manifest.ts";
import { ClearanceError } from "../core/errors.ts";
import type { RobotArguments } from "./robot-arguments.ts";
import { chosenHomes } from "./robot-homes.ts";
import { readManifest } from "./robot-lower.ts";
import { robotPicture } from "./robot-picture.ts";
import { capsuleVolumes, checkedLinkPairs, clearanceJson, clearanceText, spheresJson } from "./robot-report.ts";
import { openTerminal } from "./terminal.ts";

interface Shown {
  readonly collision: CollisionModel;
  readonly homes: readonly HomePose[];
  readonly hash: string;
  readonly unprotected: readonly string[];
  /** Capsule volume by shape volume; undefined where the shapes are not known. */
  readonly ratios: ReadonlyMap<string, number> | undefined;
  readonly never: number;
  readonly refusals: readonly string[];
}

export async function robotShow(args: RobotArguments): Promise<number> {
  const progress = openTerminal(process.stderr, { quiet: args.json });
  progress.status(`reading ${args.path}`);
  const shown = robotFileKind(args.path) === "manifest" ? ofManifest(args) : await ofFile(args);
  progress.status("");
  const { collision, hash, unprotected, ratios, never, refusals } = shown;
  const homes = chosenHomes(shown.homes, args.homes, collision.robot.nJoints);
  const home = homes[0]?.q ?? collision.robot.homeRad;
  if (args.out !== undefined)
    writeFileSync(args.out, robotPicture(collision, home, `${collision.robot.name}, ${homes[0]?.name ?? "home"}`));
  const volumes = capsuleVolumes(collision);
  if (args.json) {
    process.stdout.write(
      `${JSON.stringify({
        name: collision.robot.name,
        joints: collision.robot.jointNames,
        links: collision.robot.linkNames,
        capsules: collision.nCapsules,
        model_hash: hash,
        pairs: { checked: checkedLinkPairs(collision), allowed: collision.allowedBecause.size, unprotected, never },
        homes: homes.map(({ name, q }) => ({ name, q: [...q], ...clearanceJson(collision, q) })),
        capsule_volume_m3: Object.fromEntries(volumes),
        volume_ratio: ratios === undefined ? null : Object.fromEntries(ratios),
        ...(args.spheres ? { spheres: spheresJson(collision) } : {}),
        refusals,
      })}\n`,
    );
    return 0;
  }
  const terminal = openTerminal(process.stdout);
  const { robot } = collision;
  terminal.line(`${terminal.paint("bold", robot.name)}  ${robot.nJoints} joints, ${robot.nLinks} links, ${collision.nCapsules} capsules`);
  terminal.line(
    `pairs       ${checkedLinkPairs(collision)} checked, ${collision.allowedBecause.size} allowed, ${unprotected.length} of them unprotected, ${never} proved never`,
  );
  for (const pair of unprotected) terminal.line(terminal.paint("warn", `unprotected ${pair}`));
  for (const { name, q } of homes) terminal.line(`home        ${name}: ${clearanceText(collision, q)}`);
  for (const [link, volume] of volumes) {
    const ratio = ratios?.get(link);
    const n = collision.linkOfCapsule.filter((of) => robot.linkNames[of] === link).length;
    terminal.line(
      `link        ${link}: ${n} ${n === 1 ? "capsule" : "capsules"}, ${(volume * 1000).toFixed(2)} l${ratio === undefined ? "" : `, ${ratio.toFixed(2)} times its shapes`}`,
    );
  }
  terminal.line(`model       ${hash}`);
  for (const refusal of refusals) terminal.line(terminal.paint("bad", `refused     ${refusal}`));
  if (args.out !== undefined) terminal.line(`picture     ${args.out}`);
  return 0;
}

function ofManifest(args: RobotArguments): Shown {
  const { robot, refusals } = inspectManifest(readManifest(args), { marginM: args.marginM, realHardware: args.real });
  if (robot === undefined)
    throw new ClearanceError("config.invalid", refusals.map((refusal) => `${args.path}: ${refusal}`).join("\n"), {
      source: args.path,
      problems: refusals,
    });
  const { collision, homePoses, modelHash, unprotectedPairs } = robot;
  return {
    collision,
    homes: homePoses,
    hash: modelHash,
    unprotected: unprotectedPairs,
    ratios: undefined,
    never: provedNever(collision),
    refusals,
  };
}

/** Of the checked link pairs, how many can be proved never to meet. */
function provedNever(collision: CollisionModel): number {
  const { robot, selfPairs, linkOfCapsule } = collision;
  const pairs = new Map<string, readonly [number, number]>();
  for (let p = 0; p < selfPairs.length; p += 2) {
    const pair = [linkOfCapsule[selfPairs[p]!]!, linkOfCapsule[selfPairs[p + 1]!]!].sort((a, b) => a - b);
    pairs.set(pair.join(" "), [pair[0]!, pair[1]!]);
  }
  return [...pairs.values()].filter(([a, b]) => proveNever(robot, collision, a, b) !== undefined).length;
}

async function ofFile(args: RobotArguments): Promise<Shown> {
  const robot = await readRobotBody(args.path, args);
  const body = lowerBody(robot.model, robot, robot.declared, robot.homePoses, {
    marginM: args.marginM,
    single: args.single,
    accept: args.accept,
  });
  return {
    collision: body.collision,
    homes: body.homePoses,
    hash: body.hash,
    unprotected: body.matrix.pairs.filter(({ unprotected }) => unprotected).map(({ link1, link2 }) => `${link1} and ${link2}`),
    ratios: new Map(body.fits.map(({ link, shapeVolumeM3, capsuleVolumeM3 }) => [link, capsuleVolumeM3 / shapeVolumeM3])),
    never: body.never.length,
    refusals: body.refusals,
  };
}
