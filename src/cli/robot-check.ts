/**
 * `clearance robot check`: whether a manifest is still what was reviewed, and whether anything speaks against using it.
 * @module
 */
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { readText } from "../profile/files.ts";
import { robotFileKind, sourceFile } from "../profile/robot-files.ts";
import { inspectManifest } from "../robot/manifest/robot-from-manifest.ts";
import { modelProblems } from "../robot/check-model.ts";
import type { RobotArguments } from "./robot-arguments.ts";
import { readManifest, robotLower } from "./robot-lower.ts";
import { checkedLinkPairs } from "./robot-report.ts";
import { openTerminal } from "./terminal.ts";

/** Exit code 1 for drift or a refusal. A URDF or MJCF is lowered and not written. */
export async function robotCheck(args: RobotArguments): Promise<number> {
  if (robotFileKind(args.path) !== "manifest") return robotLower({ ...args, write: false });
  const parsed = readManifest(args);
  const { robot, refusals } = inspectManifest(parsed, { marginM: args.marginM, realHardware: args.real });
  const problems = [...refusals, ...(robot === undefined ? [] : modelProblems(robot.collision))];
  const drift = driftOf(args.path, parsed.manifest.model_hash !== undefined);
  const ok = problems.length === 0 && drift.length === 0;
  if (args.json) {
    const found = { ok, model_hash: robot?.modelHash ?? null, refusals: problems, drift, warnings: robot?.warnings ?? parsed.warnings };
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return ok ? 0 : 1;
  }
  const terminal = openTerminal(process.stdout);
  for (const refusal of problems) terminal.line(terminal.paint("bad", `refused     ${refusal}`));
  for (const change of drift) terminal.line(terminal.paint("bad", `drift       ${change}`));
  for (const warning of robot?.warnings ?? parsed.warnings) terminal.line(terminal.paint("warn", `warning     ${warning}`));
  if (robot !== undefined) {
    const { collision, model } = robot;
    terminal.line(
      `robot       ${model.name}: ${model.nJoints} joints, ${collision.nCapsules} capsules, ${checkedLinkPairs(collision)} pairs checked`,
    );
    terminal.line(`model       ${robot.modelHash}`);
  }
  terminal.line(ok ? terminal.paint("good", "holds") : terminal.paint("bad", "does not hold"));
  return ok ? 0 : 1;
}

/** Files that the lowered blocks name in their header and that are other files now. */
function driftOf(path: string, hasHash: boolean): readonly string[] {
  const drift = hasHash ? [] : [`no model_hash: this manifest was never lowered and reviewed; run clearance robot lower ${path} --write`];
  const named = new Map<string, string>();
  for (const [, file = "", sha256 = ""] of readText(path, "manifest").matchAll(/^# {3}from (.+) sha256:([0-9a-f]{64})$/gm))
    named.set(file, sha256);
  for (const [file, sha256] of named) {
    const full = resolve(dirname(path), file);
    if (!existsSync(full)) drift.push(`${file}, which the model was lowered from, is gone`);
    else if (sourceFile(full, file).sha256 !== sha256)
      drift.push(`${file} has changed since the model was lowered; run clearance robot lower ${path}`);
  }
  return drift;
}
