/**
 * `clearance kernel`: the safety kernel in a process of its own, and its verdicts judged again.
 * @module
 */
import { readFileSync } from "node:fs";
import { nearestName } from "../core/nearest.ts";
import { serveKernel } from "../kernel/node/serve-kernel.ts";
import { agrees, replayRecording, type ReplayReport } from "../kernel/recording/replay.ts";
import { parseOptions } from "./arguments.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage.ts";

const kernelUsage = `clearance kernel               the safety kernel on standard input and output, for a runtime that starts it (openKernelProcess)
clearance kernel replay FILE   judges recorded verdicts again and compares them bit for bit [--json]

Serving reads and writes binary frames: the configuration first, then requests; a heart beats both ways. It ends with its parent:
exit codes   0 closed · 2 the configuration was refused · 3 the parent is gone
replay       0 every verdict agreed and the hash chain is whole · 1 a verdict disagreed, or the file is damaged · 2 no such file
`;

/** Exit code as the usage says. */
export async function kernelCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(kernelUsage);
    return 0;
  }
  const [action, path, extra] = positionals;
  if (action === undefined) return serve();
  if (action !== "replay") {
    const near = nearestName(action, ["replay"]);
    throw new UsageError(`unknown 'kernel ${action}'; ${near === undefined ? "try replay" : `did you mean 'kernel ${near}'?`}`);
  }
  if (path === undefined) throw new UsageError("kernel replay needs a file, for example: clearance kernel replay verdicts.jsonl");
  if (extra !== undefined) throw new UsageError(`kernel replay reads one file; '${extra}' is one too many`);
  const report = replayRecording(read(path).split("\n"));
  if (values.json) process.stdout.write(`${JSON.stringify({ path, agrees: agrees(report), ...report })}\n`);
  else print(report, openTerminal(process.stdout));
  return agrees(report) ? 0 : 1;
}

async function serve(): Promise<number> {
  if (process.stdin.isTTY === true)
    throw new UsageError("clearance kernel is started by a runtime and speaks binary frames; see clearance kernel --help");
  // A signal to the terminal's group reaches the parent too, which stops the robot and then closes the pipe.
  process.on("SIGINT", () => undefined);
  return serveKernel(process.stdin, process.stdout);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    throw new UsageError(missing ? `there is no file ${path}` : `cannot read ${path}: ${cause instanceof Error ? cause.message : "?"}`);
  }
}

function print({ agreed, disagreed, unreadable, problems, chain, closed, kernelVersions }: ReplayReport, terminal: Terminal): void {
  terminal.line(`agreed      ${agreed}`);
  terminal.line(`disagreed   ${disagreed.length}`);
  if (unreadable > 0) terminal.line(`unreadable  ${unreadable} commands were none, and cannot be judged again`);
  if (chain !== "") terminal.line(`chain       ${problems.length === 0 ? "whole" : "see below"}, ends in ${chain}`);
  if (!closed) terminal.line("end         the kernel was not closed: it ended otherwise, or lines are missing at the end");
  if (kernelVersions.length > 0) terminal.line(`recorded by kernel ${kernelVersions.join(", ")}`);
  for (const { line, recorded, replayed } of disagreed.slice(0, 20)) {
    terminal.line(terminal.paint("bad", `line ${line}: recorded ${JSON.stringify(recorded)}`));
    terminal.line(terminal.paint("bad", `${" ".repeat(`line ${line}: `.length)}replayed ${JSON.stringify(replayed)}`));
  }
  if (disagreed.length > 20) terminal.line(`… and ${disagreed.length - 20} more`);
  for (const problem of problems.slice(0, 20)) terminal.line(terminal.paint("bad", problem));
}
