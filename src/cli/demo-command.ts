/**
 * `clearance demo`: the first five minutes. The arm picks a cube up, puts it down, and is refused a move into a person's space.
 * @module
 */
import { fileURLToPath } from "node:url";
import { loadProfile } from "../profile/files.ts";
import { oneOf, parseOptions, wholeNumber } from "./arguments.ts";
import { byScript } from "./run-command.ts";
import { usage } from "./usage.ts";

export async function demoCommand(args: readonly string[]): Promise<number> {
  const { values } = parseOptions(args, {
    backend: { type: "string", default: "mujoco" },
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
  const common = {
    loaded: loadProfile("arm"),
    backend: oneOf("backend", values.backend, ["kinematic", "mujoco"]),
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
  return runEpisode(byScript(common, fileURLToPath(new URL("../../examples/demo.yaml", import.meta.url))));
}
