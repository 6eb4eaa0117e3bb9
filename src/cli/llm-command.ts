/**
 * `clearance llm --goal TEXT`: `clearance run --policy llm` with what the environment says of goal, steps, trace, profile and backend.
 * @module
 */
import { parseOptions } from "./arguments.ts";
import { fromEnvironment } from "./mcp-environment.ts";
import { runCommand, runOptions } from "./run-command.ts";
import { llmUsage, UsageError } from "./usage.ts";

/** An option of `run` that stands for the variable where the command line does not give it. */
const variables = { profile: "PROFILE", backend: "BACKEND", "max-steps": "MAX_STEPS", trace: "TRACE_OUT" } as const;

export async function llmCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { ...runOptions, profile: { type: "string" }, goal: { type: "string" } });
  if (values.help) {
    process.stdout.write(llmUsage);
    return 0;
  }
  if (values.policy !== undefined) throw new UsageError("clearance llm runs --policy llm; leave out --policy");
  const goal = values.goal ?? (positionals.length > 0 ? undefined : fromEnvironment("GOAL"));
  if (goal === undefined && positionals.length === 0) throw new UsageError("say what to do: clearance llm --goal TEXT, or CLEARANCE_GOAL");
  if (goal !== undefined && positionals.length > 0) throw new UsageError(`the goal stands twice: --goal, and '${positionals.join(" ")}'`);
  const given = args.filter((arg, i) => arg !== "--goal" && args[i - 1] !== "--goal" && !arg.startsWith("--goal="));
  const fromVariables = Object.entries(variables).flatMap(([option, variable]) => {
    const value = fromEnvironment(variable);
    return values[option as keyof typeof variables] !== undefined || value === undefined ? [] : [`--${option}=${value}`];
  });
  return runCommand(["--policy=llm", ...fromVariables, ...given, ...(goal === undefined ? [] : ["--", goal])]);
}
