/**
 * `clearance robot`: lowers a robot description to the model that the kernel checks, checks that it still holds, and shows it.
 * @module
 */
import { nearestName } from "../core/nearest.ts";
import { parseOptions } from "./arguments.ts";
import { robotCheck } from "./robot-check.ts";
import { robotLower } from "./robot-lower.ts";
import type { RobotArguments } from "./robot-arguments.ts";
import { robotShow } from "./robot-show.ts";
import { robotUsage, UsageError } from "./usage.ts";

const actions: Readonly<Record<string, (args: RobotArguments) => Promise<number>>> = {
  lower: robotLower,
  check: robotCheck,
  show: robotShow,
};

export function robotCommand(args: readonly string[]): Promise<number> {
  return command("robot", actions, args);
}

/** The spelling of other tools: `collision lower --robot FILE`, `collision check`, `collision report`. */
export function collisionCommand(args: readonly string[]): Promise<number> {
  return command("collision", { lower: robotLower, check: robotCheck, report: robotShow }, args);
}

function command(word: string, known: typeof actions, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    robot: { type: "string" },
    srdf: { type: "string" },
    urdf: { type: "string" },
    mjcf: { type: "string" },
    out: { type: "string" },
    margin: { type: "string" },
    home: { type: "string", multiple: true },
    "allow-missing": { type: "string", multiple: true },
    "joint-match": { type: "string", default: "name" },
    write: { type: "boolean", default: false },
    single: { type: "boolean", default: false },
    accept: { type: "boolean", default: false },
    lenient: { type: "boolean", default: false },
    real: { type: "boolean", default: false },
    spheres: { type: "boolean", default: false },
    "acm-only": { type: "boolean", default: false },
    "geometry-only": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help || positionals.length === 0) {
    process.stdout.write(robotUsage);
    return Promise.resolve(values.help ? 0 : 2);
  }
  const [name = "", positional, extra] = positionals;
  const action = Object.hasOwn(known, name) ? known[name] : undefined;
  if (action === undefined) {
    const near = nearestName(name, Object.keys(known));
    throw new UsageError(
      `unknown '${word} ${name}'; ${near === undefined ? `try ${Object.keys(known).join(", ")}` : `did you mean '${word} ${near}'?`}`,
    );
  }
  const path = positional ?? values.robot;
  if (path === undefined) throw new UsageError(`${word} ${name} needs a file, for example: clearance ${word} ${name} robot.yaml`);
  if (extra !== undefined) throw new UsageError(`${word} ${name} reads one file; '${extra}' is one too many`);
  return action({
    path,
    srdf: values.srdf,
    urdf: values.urdf,
    mjcf: values.mjcf,
    out: values.out,
    marginM: metres(values.margin),
    homes: values.home ?? [],
    allowMissing: values["allow-missing"] ?? [],
    jointMatch: jointMatch(values["joint-match"]),
    write: values.write,
    single: values.single,
    accept: values.accept,
    lenient: values.lenient,
    real: values.real,
    spheres: values.spheres,
    acmOnly: values["acm-only"],
    geometryOnly: values["geometry-only"],
    json: values.json,
  });
}

function metres(text: string | undefined): number {
  if (text === undefined) return 0;
  const value = Number(text);
  if (!(text.trim() !== "" && value >= 0 && value <= 1)) throw new UsageError(`--margin takes metres from 0 to 1, not '${text}'`);
  return value;
}

function jointMatch(text: string): "name" | "order" {
  if (text === "name" || text === "order") return text;
  throw new UsageError(`--joint-match takes name or order, not '${text}'`);
}
