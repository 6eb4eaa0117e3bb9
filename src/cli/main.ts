/**
 * `clearance …`. Commands are loaded when called, so that `--help` answers at once.
 * @module
 */
import { Console } from "node:console";
import { UnreadableError, usage, UsageError } from "./usage.ts";

type Command = (args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import("./run-command.ts")).runCommand,
  llm: async () => (await import("./llm-command.ts")).llmCommand,
  demo: async () => (await import("./demo-command.ts")).demoCommand,
  replay: async () => (await import("./trace-command.ts")).replayCommand,
  trace: async () => (await import("./trace-command.ts")).traceCommand,
  bench: async () => (await import("./bench-command.ts")).benchCommand,
  mcp: async () => (await import("./mcp-command.ts")).mcpCommand,
  kernel: async () => (await import("./kernel-command.ts")).kernelCommand,
  robot: async () => (await import("./robot-command.ts")).robotCommand,
  collision: async () => (await import("./robot-command.ts")).collisionCommand,
  stop: async () => (await import("./safety-command.ts")).stopCommand,
  status: async () => (await import("./safety-command.ts")).statusCommand,
  reset: async () => (await import("./safety-command.ts")).resetCommand,
  profiles: async () => (await import("./profiles-command.ts")).profilesCommand,
  calibrate: async () => (await import("./calibrate-command.ts")).calibrateCommand,
  info: async () => (await import("./info-command.ts")).infoCommand,
  doctor: async () => (await import("./doctor-command.ts")).doctorCommand,
};

/** Runs one command line and sets the exit code. Never throws; a failure is one line on stderr. */
export async function main(args: readonly string[]): Promise<void> {
  // Standard output carries answers and protocols; what a profile's modules print, from the moment they are loaded, is neither.
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  process.stdout.on("error", onUnread);
  process.on("exit", onUnfinished);
  try {
    process.exitCode = await dispatch(args);
  } catch (error) {
    process.exitCode = await report(error);
  }
  process.off("exit", onUnfinished);
}

/** A module that calls `process.exit(0)`, or waits for what never comes, ends the process in the middle: that is no success. */
function onUnfinished(code: number): void {
  if (code === 130) return;
  process.stderr.write("clearance: the process ended before the command did; does a module of the profile call process.exit?\n");
  process.exitCode = code === 0 ? 1 : code;
}

/** Nobody reads any more, as after `| head`: quiet for a command that only tells; a robot that nobody watches is stopped, as by Ctrl-C. */
function onUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  if (process.listenerCount("SIGINT") > 0) process.emit("SIGINT", "SIGINT");
}

async function dispatch(args: readonly string[]): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--help" || name === "-h" || name === "help") {
    process.stdout.write(usage);
    return 0;
  }
  if (name === "--version" || name === "-v") {
    const { version } = await import("./version.ts");
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    const { nearestName } = await import("../core/nearest.ts");
    const near = nearestName(name, Object.keys(commands));
    throw new UsageError(
      `unknown command '${name}'; ${near === undefined ? `commands: ${Object.keys(commands).join(", ")}` : `did you mean '${near}'?`}`,
    );
  }
  return (await load())(rest);
}

/** 2 for what the user can put right, 3 for a trace that cannot be read, 1 for the rest. */
async function report(error: unknown): Promise<number> {
  const { ClearanceError } = await import("../core/errors.ts");
  const unreadable = error instanceof UnreadableError;
  const mistake = unreadable || error instanceof UsageError || ClearanceError.is(error);
  const message = error instanceof Error ? error.message : String(error);
  for (const line of message.split("\n")) process.stderr.write(`clearance: ${line}\n`);
  if (!mistake && error instanceof Error && process.env["CLEARANCE_DEBUG"] !== undefined) process.stderr.write(`${error.stack ?? ""}\n`);
  return unreadable ? 3 : mistake ? 2 : 1;
}
