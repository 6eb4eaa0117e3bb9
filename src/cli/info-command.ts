/**
 * `clearance info`: what this version has.
 * @module
 */
import { loadMujoco } from "../backend/mujoco/index.ts";
import { gateNames } from "../gate/gate-names.ts";
import { profileNames } from "../profile/files.ts";
import { noMore, parseOptions } from "./arguments.ts";
import { describeRobot } from "./profiles-command.ts";
import { infoUsage } from "./usage.ts";
import { version } from "./version.ts";

interface BackendInfo {
  readonly name: string;
  readonly available: boolean;
  readonly reason: string;
}

export async function infoCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, {
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(infoUsage);
    return 0;
  }
  noMore("info", positionals);
  const presets = profileNames();
  const primitives = new Set<string>();
  for (const name of presets) for (const primitive of (await describeRobot(name)).primitives) primitives.add(primitive);
  const info = { version: version(), gates: gateNames, primitives: [...primitives].sort(), backends: await backends(), presets };
  process.stdout.write(values.json ? `${JSON.stringify(info)}\n` : text(info));
  return 0;
}

async function backends(): Promise<readonly BackendInfo[]> {
  return [
    { name: "kinematic", available: true, reason: "ideal motion, no physics" },
    await mujoco(),
    { name: "randomized", available: true, reason: "around either, where a profile says randomized" },
  ];
}

async function mujoco(): Promise<BackendInfo> {
  try {
    await loadMujoco();
    return { name: "mujoco", available: true, reason: "physics" };
  } catch (error) {
    return { name: "mujoco", available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

interface Info {
  readonly version: string;
  readonly gates: readonly string[];
  readonly primitives: readonly string[];
  readonly backends: readonly BackendInfo[];
  readonly presets: readonly string[];
}

function text(info: Info): string {
  const rows = [
    ["clearance", info.version],
    ["gates", info.gates.join(", ")],
    ["primitives", info.primitives.join(", ")],
    ...info.backends.map(({ name, available, reason }, i) => [
      i === 0 ? "backends" : "",
      `${name.padEnd(11)} ${available ? "available" : "not available"}: ${reason}`,
    ]),
    ["presets", info.presets.join(", ")],
  ];
  return rows.map(([key = "", value = ""]) => `${key.padEnd(12)}${value}\n`).join("");
}
