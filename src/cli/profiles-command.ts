/**
 * `clearance profiles`: which robots there are, what each can do, and what stands in its way. Each is built, so that what is listed
 * is what would run.
 * @module
 */
import { SimulatedClock } from "../core/clock.ts";
import { toJsonValue } from "../core/json.ts";
import { tableLines } from "../bench/text-table.ts";
import { buildRobot } from "../profile/build-robot.ts";
import { offeredNames } from "../intent/offered.ts";
import { loadProfile, profileNames } from "../profile/files.ts";
import type { RobotProfile } from "../profile/profile.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { parseOptions } from "./arguments.ts";
import { profilesUsage } from "./usage.ts";
import { version } from "./version.ts";

export interface Listed {
  readonly name: string;
  readonly description: string;
  readonly backend: string;
  readonly joints: readonly string[];
  readonly primitives: readonly string[];
  /** What can be asked for beside them. */
  readonly always: readonly string[];
  readonly cameras: readonly string[];
  /** In the order they are asked. */
  readonly gates: readonly string[];
  readonly approval: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  readonly bounds: readonly (readonly number[])[] | null;
  /** Of its world, which bound it where the profile says nothing, m. */
  readonly world: { readonly name: string; readonly min: readonly number[]; readonly max: readonly number[] };
}

export async function profilesCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(profilesUsage);
    return 0;
  }
  const listed: Listed[] = [];
  for (const name of positionals.length === 0 ? profileNames() : positionals) listed.push(await describeRobot(name));
  if (values.json) process.stdout.write(`${JSON.stringify(toJsonValue(listed).value)}\n`);
  else process.stdout.write(`${(positionals.length === 0 ? overview(listed) : listed.flatMap(inFull)).join("\n")}\n`);
  return 0;
}

/** The robot of a profile as it would run; it is built for that, with ideal motion. */
export async function describeRobot(nameOrPath: string): Promise<Listed> {
  const loaded = loadProfile(nameOrPath);
  const { profile } = loaded;
  const setup = { backend: "kinematic", seed: 0, clock: new SimulatedClock(), trace: new MemoryTrace() } as const;
  const robot = await buildRobot(loaded, { ...setup, version: version(), lossWindow: "nothing is recorded" });
  await robot.runtime.close();
  await robot.backend[Symbol.asyncDispose]();
  return {
    name: profile.name,
    description: profile.description,
    backend: profile.backend,
    joints: robot.collision.robot.jointNames,
    primitives: robot.registry.names(),
    always: offeredNames(robot.registry).filter((offered) => !robot.registry.has(offered)),
    cameras: profile.cameras.map((camera) => camera.name),
    gates: robot.chain.gates.map(({ id }) => id),
    approval: profile.hitl_primitives,
    limits: limitsOf(profile),
    bounds: profile.workspace_bounds ?? null,
    world: { name: loaded.world.name, min: loaded.world.workspace.minM, max: loaded.world.workspace.maxM },
  };
}

/** Caps that the profile sets, under its own keys and their units. */
function limitsOf(profile: RobotProfile): Readonly<Record<string, number>> {
  const keys = ["max_velocity", "max_acceleration", "max_angular_velocity", "max_joint_velocity", "max_force_n", "max_torque_nm"] as const;
  const caps = [...keys, "rate_limit_per_min" as const].map((key) => [key, profile[key]] as const);
  return Object.fromEntries(caps.filter((cap): cap is [(typeof cap)[0], number] => cap[1] !== undefined));
}

const units: Readonly<Record<string, string>> = {
  max_velocity: " m/s",
  max_acceleration: " m/s²",
  max_angular_velocity: " rad/s",
  max_joint_velocity: " rad/s",
  max_force_n: " N",
  max_torque_nm: " N m",
};

function overview(listed: readonly Listed[]): readonly string[] {
  const rows = listed.map((one) => [
    one.name,
    one.description,
    `${one.primitives.length} primitives`,
    `${one.gates.length} gates`,
    one.backend,
  ]);
  return [...tableLines(rows), "", "clearance profiles NAME shows one in full; clearance run --profile NAME runs it"];
}

function inFull(one: Listed): readonly string[] {
  const limits = Object.entries(one.limits).map(([key, value]) => `${key} ${value}${units[key] ?? ""}`);
  const { name, min, max } = one.world;
  const [low, high] = one.bounds ?? [min, max];
  const bounds = `${[low, high].map((corner = []) => `(${corner.join(", ")})`).join(" to ")} m${one.bounds === null ? `, of its world ${name}` : ""}`;
  const rows = [
    ["joints", one.joints.join(", ")],
    ["primitives", one.primitives.join(", ")],
    ...(one.always.length === 0 ? [] : [["always", one.always.join(", ")]]),
    ["cameras", one.cameras.length === 0 ? "none" : one.cameras.join(", ")],
    ["gates", one.gates.join(", ")],
    ["a person is asked", one.approval.length === 0 ? "never" : one.approval.join(", ")],
    ["limits", limits.join(", ")],
    ["bounds", bounds],
    ["backend", one.backend],
  ];
  return [one.description === "" ? one.name : `${one.name}: ${one.description}`, ...tableLines(rows).map((line) => `  ${line}`)];
}
