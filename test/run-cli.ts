import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../bin/clearance.mjs", import.meta.url));

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where robots that run in `cwd` say that they are at work. */
export function liveFolderOf(cwd: string): string {
  return join(cwd, ".live");
}

/** Runs `clearance …` as a process of its own in `cwd`, without a terminal. `during` and `duringErrors` may send signals. */
export function runCli(
  args: readonly string[],
  cwd: string,
  during?: (kill: (signal: NodeJS.Signals) => void, stdout: string, stopReading: () => void) => void,
  interruptAfterMs?: number,
  duringErrors?: (kill: (signal: NodeJS.Signals) => void, stderr: string) => void,
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      // Robots of one test are found by that test alone.
      env: { ...process.env, NO_COLOR: "1", CLEARANCE_STATE_DIR: liveFolderOf(cwd) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      during?.(
        (signal) => child.kill(signal),
        stdout,
        () => child.stdout.destroy(),
      );
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      duringErrors?.((signal) => child.kill(signal), stderr);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
    if (interruptAfterMs !== undefined) setTimeout(() => child.kill("SIGINT"), interruptAfterMs);
  });
}
