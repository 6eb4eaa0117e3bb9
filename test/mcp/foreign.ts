/**
 * Foreign programs of `.ci/tools`, for tests. Where they are not installed such tests are skipped; in CI they must run.
 * @module
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe } from "vitest";

const folder = process.env["CLEARANCE_TOOLS"];
if (folder === undefined && process.env["CI"] === "true") throw new Error("CLEARANCE_TOOLS is not set, and CI needs it: see .ci/run");
if (folder === undefined) process.stdout.write("tests against foreign programs are skipped: CLEARANCE_TOOLS is not set, see .ci/run\n");

/** `describe`, where the programs are installed. */
// oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- both are given where it is called
export const describeWithTools = describe.skipIf(folder === undefined);

/** The file of a package there. */
export function foreignFile(name: string, file: string): string {
  return join(folder ?? "", "node_modules", name, file);
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a Node program to its end in `cwd`. */
export function runNode(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}
