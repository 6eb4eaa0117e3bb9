/**
 * `clearance llm --goal TEXT`: `clearance run --policy llm`, whose goal may also be the environment's.
 * @module
 */
import { parseOptions } from "./arguments.ts";
import { fromEnvironment } from "./environment.ts";
import { runCommand, runOptions } from "./run-command.ts";
import { llmUsage, UsageError } from "./usage.ts";

export async function llmCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...runOptions, goal: { type: "string" } });
  if (values.help) {
    process.stdout.write(llmUsage);
    return 0;
  }
  if (values.policy !== undefined) throw new UsageError("clearance llm runs --policy llm; leave out --policy");
  const goal = values.goal ?? (positionals.length > 0 ? undefined : fromEnvironment("GOAL"));
  if (goal === undefined && positionals.length === 0) throw new UsageError("say what to do: clearance llm --goal TEXT, or CLEARANCE_GOAL");
  if (goal !== undefined && positionals.length > 0) throw new UsageError(`the goal stands twice: --goal, and '${positionals.join(" ")}'`);
  const given = args.filter((arg, i) => arg !== "--goal" && args[i - 1] !== "--goal" && !arg.startsWith("--goal="));
  return runCommand(["--policy=llm", ...given, ...(goal === undefined ? [] : ["--", goal])]);
}
