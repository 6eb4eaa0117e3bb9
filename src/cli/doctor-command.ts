/**
 * `clearance doctor`: what works on this machine, and how to mend what does not.
 * @module
 */
import { accessSync, constants } from "node:fs";
import { performance } from "node:perf_hooks";
import { loadMujoco } from "../backend/mujoco/index.ts";
import { loadProfile, profileNames } from "../profile/files.ts";
import { noMore, parseOptions } from "./arguments.ts";
import { openTerminal } from "./terminal.ts";
import { doctorUsage } from "./usage.ts";
import { version } from "./version.ts";

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly fix?: string;
}

const oldestNode = [20, 19] as const;

/** Exit code 0 when everything that the demo needs works. */
export async function doctorCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(doctorUsage);
    return 0;
  }
  noMore("doctor", positionals);
  const findings = [node(), await physics(), ...profiles(), traceFolder(), approvals()];
  const ok = findings.every((finding) => finding.ok);
  if (values.json) process.stdout.write(`${JSON.stringify({ ok, version: version(), findings })}\n`);
  else {
    const terminal = openTerminal(process.stdout);
    terminal.line(`clearance ${version()}`);
    const width = Math.max(...findings.map(({ name }) => name.length));
    for (const { name, ok: fine, detail, fix } of findings) {
      terminal.line(`${fine ? terminal.paint("good", "✓") : terminal.paint("bad", "✗")} ${name.padEnd(width)} ${detail}`);
      if (fix !== undefined) terminal.line(`  ${terminal.paint("warn", fix)}`);
    }
  }
  return ok ? 0 : 1;
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const finding = { name: "Node", ok, detail: process.version };
  return ok ? finding : { ...finding, fix: `install Node ${oldestNode.join(".")} or newer` };
}

async function physics(): Promise<Finding> {
  const startedMs = performance.now();
  try {
    await loadMujoco();
    return { name: "MuJoCo", ok: true, detail: `loaded in ${(performance.now() - startedMs).toFixed(0)} ms` };
  } catch (error) {
    return { name: "MuJoCo", ok: false, detail: text(error), fix: "npm install @mujoco/mujoco; until then use --backend kinematic" };
  }
}

function profiles(): readonly Finding[] {
  return profileNames().map((name) => {
    try {
      const { profile, world } = loadProfile(name);
      return { name: `profile ${name}`, ok: true, detail: `${profile.description}; world ${world.name}` };
    } catch (error) {
      return { name: `profile ${name}`, ok: false, detail: text(error) };
    }
  });
}

function traceFolder(): Finding {
  try {
    accessSync(process.cwd(), constants.W_OK);
    return { name: "traces", ok: true, detail: "runs/ in this folder" };
  } catch {
    return { name: "traces", ok: false, detail: "this folder cannot be written", fix: "give --trace FILE somewhere else" };
  }
}

function approvals(): Finding {
  const asks = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return { name: "approvals", ok: true, detail: asks ? "asked at this terminal" : "no terminal to ask at: what needs approval is refused" };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
