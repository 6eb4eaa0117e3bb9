/**
 * `clearance robot lower`: a description becomes the reviewed model, as YAML. Without `--write` only the difference is shown.
 * @module
 */
import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ClearanceError } from "../core/errors.ts";
import { readText } from "../profile/files.ts";
import {
  readManifestFiles,
  readRobotBody,
  robotFileKind,
  sourceFile,
  type ManifestFiles,
  type SourceFile,
} from "../profile/robot-files.ts";
import { lowerBody, type LowerBodyOptions, type LoweredBody } from "../robot/lowering/lower-body.ts";
import { homesFromSrdf } from "../robot/lowering/lower-files.ts";
import { isMovable } from "../robot/manifest/link-order.ts";
import { lowerManifest } from "../robot/manifest/lower-manifest.ts";
import { generatedHeader, geometryBlock, homeLines, pairsBlock, wholeManifest, type Provenance } from "../robot/manifest/manifest-text.ts";
import { parseManifest, type ParsedManifest } from "../robot/manifest/parse-manifest.ts";
import { JOINT_PRISMATIC, type RobotModel } from "../robot/robot-model.ts";
import { inspectManifest } from "../robot/manifest/robot-from-manifest.ts";
import { withBlock, withHomePoses, withKinematics } from "../robot/manifest/update-manifest.ts";
import type { RobotArguments } from "./robot-arguments.ts";
import { chosenHomes } from "./robot-homes.ts";
import { bodyJson, summaryLines } from "./robot-report.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unified-diff.ts";
import { version } from "./version.ts";

interface Lowered {
  readonly body: LoweredBody;
  readonly text: string;
  readonly target: string;
  readonly warnings: readonly string[];
}

/** Exit code 1 where something speaks against the model: nothing is written then. */
export async function robotLower(args: RobotArguments): Promise<number> {
  const progress = openTerminal(process.stderr, { quiet: args.json });
  const lowered = robotFileKind(args.path) === "manifest" ? await fromManifest(args, progress) : await fromFile(args, progress);
  progress.status("");
  const { body, text, target, warnings } = lowered;
  const refused = body.refusals.length > 0;
  const before = existsSync(target) ? readText(target, "manifest") : undefined;
  if (args.write && !refused) writeFileSync(target, text);
  if (args.json) {
    const diff = unifiedDiff(before, text, target);
    process.stdout.write(`${JSON.stringify({ ...bodyJson(body, warnings), target, written: args.write && !refused, diff })}\n`);
    return refused ? 1 : 0;
  }
  const terminal = openTerminal(process.stdout);
  if (!args.write)
    for (const line of unifiedDiff(before, text, target).split("\n")) if (line !== "") terminal.line(painted(line, terminal));
  for (const line of summaryLines(body, warnings, progress)) progress.line(line);
  if (refused) progress.line(progress.paint("bad", args.write ? `${target} was not written` : "refused as it is"));
  else if (args.write) progress.line(`${progress.paint("good", "written")} ${target}`);
  else progress.line(before === text ? "nothing to change" : `not written: give --write to write ${target}`);
  return refused ? 1 : 0;
}

async function fromFile(args: RobotArguments, progress: Terminal): Promise<Lowered> {
  progress.status(`reading ${args.path}`);
  const robot = await readRobotBody(args.path, args);
  refuseWithoutManifest(args.path, robot.model);
  const sources = [sourceFile(args.path, basename(args.path))];
  if (args.srdf !== undefined) sources.push(sourceFile(args.srdf, basename(args.srdf)));
  const homes = chosenHomes(robot.homePoses, args.homes, robot.model.nJoints);
  const body = lowerBody(robot.model, robot, robot.declared, homes, optionsOf(args, progress));
  const assets = {
    [robotFileKind(args.path)]: basename(args.path),
    ...(args.srdf === undefined ? {} : { srdf: basename(args.srdf) }),
  };
  const bare = wholeManifest(robot, assets, body.rows, body.matrix.pairs, homes, provenanceOf(body, sources));
  const target = args.out ?? join(dirname(args.path), `${basename(args.path).replace(/\.[^.]*$/, "")}.robot.yaml`);
  return { ...hashed(bare, target, body, args, false), target, warnings: robot.warnings };
}

/** What a manifest cannot say is said of the description, not of a manifest that nobody has written. */
function refuseWithoutManifest(path: string, { nJoints, jointNames, jointKindOfLink, qIndexOfLink, lowerRad, upperRad }: RobotModel): void {
  const refuse = (problem: string): ClearanceError =>
    new ClearanceError("config.invalid", `${path}: ${problem}`, { source: path, problems: [problem] });
  const elsewhere = `clearance robot show ${basename(path)} shows its body, clearance run --profile NAME --model ${basename(path)} moves it`;
  if (nJoints === 0) throw refuse(`it has no joints of its own, and a manifest is about joints; ${elsewhere}`);
  const endless = jointNames.filter(
    (_, j) => jointKindOfLink[qIndexOfLink.indexOf(j)] === JOINT_PRISMATIC && !(lowerRad[j]! > -Infinity && upperRad[j]! < Infinity),
  );
  if (endless.length > 0)
    throw refuse(`${endless.join(", ")} slide without end, and a manifest needs limits: give them a range in the file; ${elsewhere}`);
}

async function fromManifest(args: RobotArguments, progress: Terminal): Promise<Lowered> {
  const text = readText(args.path, "manifest");
  const parsed = parseManifest(text, { where: args.path, lenient: args.lenient });
  progress.status("reading the robot's files");
  const files = await readManifestFiles(args.path, parsed, args);
  const added = args.homes.length === 0 ? [] : chosenHomes(...posesOf(parsed, files.srdf, args.homes));
  const own = Object.fromEntries(added.map(({ name, q }) => [name, [...q]]));
  const safety = { ...parsed.manifest.safety, home_poses: { ...parsed.manifest.safety.home_poses, ...own } };
  const lowering = lowerManifest(
    { ...parsed, manifest: { ...parsed.manifest, safety } },
    {
      ...optionsOf(args, progress),
      ...(files.body === undefined ? {} : { file: files.body }),
      ...(files.srdf === undefined ? {} : { srdf: files.srdf }),
      ...(files.route === undefined ? {} : { route: files.route }),
      acmOnly: args.acmOnly,
      jointMatch: args.jointMatch,
    },
  );
  const { body } = lowering;
  const header = generatedHeader(provenanceOf(body, files.sources));
  let updated = withKinematics(text, args.path, lowering.kinematics);
  if (lowering.fitted) updated = withBlock(updated, "collision_geometry", geometryBlock(body.rows), header);
  if (!args.geometryOnly) updated = withBlock(updated, "allowed_collision_pairs", pairsBlock(body.matrix.pairs), header);
  if (added.length > 0) updated = withHomePoses(updated, homeLines(added));
  const warnings = [
    ...parsed.warnings,
    ...files.unresolved.map((reference) => `${reference} is not a file here; give --urdf, --mjcf or --srdf FILE to use it`),
    ...(files.route === undefined ? [] : [`lowered by way of ${files.route}`]),
    ...(lowering.fitted ? [] : ["the manifest's own capsules are kept"]),
    ...lowering.warnings,
  ];
  return { ...hashed(updated, args.path, body, args, args.lenient), target: args.out ?? args.path, warnings };
}

/** The poses that the SRDF names, in the order of the manifest's joints. */
function posesOf(parsed: ParsedManifest, srdf: ManifestFiles["srdf"], wanted: readonly string[]): Parameters<typeof chosenHomes> {
  const joints = parsed.manifest.joints.filter((joint) => isMovable(joint) && joint.mimic === undefined).map(({ name }) => name);
  const rest = inspectManifest(parsed).robot?.model.homeRad ?? new Float64Array(joints.length);
  return [srdf === undefined ? [] : homesFromSrdf(srdf, joints, rest, []), wanted, joints.length];
}

/** The model is read back from the text that is written, and named by its hash. */
function hashed(
  text: string,
  where: string,
  body: LoweredBody,
  args: RobotArguments,
  lenient: boolean,
): { readonly text: string; readonly body: LoweredBody } {
  const parsed = withoutHash(parseManifest(text, { where, lenient }));
  const { robot, refusals } = inspectManifest(parsed, { marginM: args.marginM });
  const hash = robot?.modelHash ?? body.hash;
  const written = withBlock(text, "model_hash", [`model_hash: "${hash}"`]);
  return { text: written, body: { ...body, hash, refusals: [...new Set([...body.refusals, ...refusals])] } };
}

function withoutHash(parsed: ParsedManifest): ParsedManifest {
  return { ...parsed, manifest: { ...parsed.manifest, model_hash: undefined } };
}

function optionsOf(args: RobotArguments, progress: Terminal): LowerBodyOptions {
  return {
    marginM: args.marginM,
    single: args.single,
    accept: args.accept,
    onProgress: (stage, done, total) => progress.status(`${stage} ${done} of ${total}`),
  };
}

function provenanceOf({ seed, poses }: LoweredBody, sources: readonly SourceFile[]): Provenance {
  return { tool: `clearance ${version()}`, sources, seed, poses };
}

function painted(line: string, terminal: Terminal): string {
  if (line.startsWith("+")) return terminal.paint("good", line);
  return line.startsWith("-") ? terminal.paint("bad", line) : line;
}

/** The manifest at `path`, for the commands that only read. @throws ClearanceError for other files */
export function readManifest(args: RobotArguments): ParsedManifest {
  if (robotFileKind(args.path) === "manifest")
    return parseManifest(readText(args.path, "manifest"), { where: args.path, lenient: args.lenient });
  const problem = `${args.path} is no manifest; run clearance robot lower ${args.path} --write first`;
  throw new ClearanceError("config.invalid", problem, { source: args.path, problems: [problem] });
}
