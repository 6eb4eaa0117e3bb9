/**
 * `clearance demo`: the first five minutes. The arm picks a cube up, puts it down, and is refused a move into a person's space.
 * `--fence`: the demo plan of spec runtime.md §11, the gantry at the origin of a fence, one line a step.
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadProfile, modelsFolder } from "../profile/files.ts";
import { noMore, oneOf, parseOptions, wholeNumber } from "./arguments.ts";
import { byScript } from "./run-command.ts";
import { usage, UsageError } from "./usage.ts";

export async function demoCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    fence: { type: "boolean", default: false },
    backend: { type: "string" },
    seed: { type: "string", default: "0" },
    trace: { type: "string" },
    realtime: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  noMore("demo", positionals);
  if (values.fence && values.backend !== undefined)
    throw new UsageError("--fence has a robot and a backend of its own; leave out --backend");
  const common = {
    loaded: loadProfile(values.fence ? join(modelsFolder, "demo/fence.yaml") : "arm"),
    backend: values.fence ? ("kinematic" as const) : oneOf("backend", values.backend ?? "mujoco", ["kinematic", "mujoco"]),
    marked: values.fence,
    seed: wholeNumber("seed", values.seed),
    tracePath: values.trace,
    latchPath: undefined,
    verdictsPath: undefined,
    realtime: values.realtime,
    json: values.json,
    quiet: values.quiet,
    approve: false,
  };
  const { runEpisode } = await import("./episode.ts");
  const script = values.fence
    ? join(modelsFolder, "demo/fence-plan.yaml")
    : fileURLToPath(new URL("../../examples/demo.yaml", import.meta.url));
  return runEpisode(byScript(common, script));
}
