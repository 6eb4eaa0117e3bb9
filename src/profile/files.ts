/**
 * Finds and reads profiles, worlds and robot descriptions. Node only.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ClearanceError } from "../core/errors.ts";
import { canonicalJson, toJsonValue } from "../core/json.ts";
import { nearestName } from "../core/nearest.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import { parseProfile, type RobotProfile } from "./profile.ts";
import { emptyWorld, parseWorld } from "./world-file.ts";

/** Our own robots and worlds; beside `src/` in a clone and beside `dist/` in the package. */
export const modelsFolder = fileURLToPath(new URL("../../models/", import.meta.url));
const profilesFolder = join(modelsFolder, "profiles");

/** Descriptions larger than this are refused unread, bytes. */
const sizeLimit = 64_000_000;

export interface LoadedProfile {
  readonly profile: RobotProfile;
  readonly world: WorldSpec;
  /** Paths of the robot descriptions there are. */
  readonly urdfPath: string | undefined;
  readonly mjcfPath: string | undefined;
  /** What the profile says of its own robot, where another description was given with `--model`; `profile.robot` then says nothing. */
  readonly ownModel: RobotProfile["robot"] | undefined;
  /** SHA-256 of profile, world and robot descriptions: what the episode ran with. */
  readonly sha256: string;
}

export interface ProfileOverrides {
  readonly world?: string;
  readonly model?: string;
}

/** Names that `--profile` takes. */
export function profileNames(): readonly string[] {
  return readdirSync(profilesFolder)
    .filter((file) => extname(file) === ".yaml")
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/** @throws ClearanceError naming the file, the line and the fix */
export function loadProfile(nameOrPath: string, overrides: ProfileOverrides = {}): LoadedProfile {
  const path = findProfile(nameOrPath);
  const profile = parseProfile(readText(path, "profile"), shown(path));
  const beside = (relative: string | undefined): string | undefined =>
    relative === undefined ? undefined : resolve(dirname(path), relative);
  const model = overrides.model === undefined ? undefined : modelKind(overrides.model);
  const urdfPath = model === undefined ? beside(profile.robot.urdf) : model.urdf;
  const mjcfPath = model === undefined ? beside(profile.robot.mjcf) : model.mjcf;
  // The room is that of whatever goes about in it; a table is set for one arm.
  const staysWithRobot = model !== undefined && profile.robot.body === undefined;
  const worldPath = overrides.world ?? (staysWithRobot ? undefined : beside(profile.world));
  const world = worldPath === undefined ? emptyWorld : parseWorld(readText(worldPath, "world"), shown(worldPath));
  const parts = [urdfPath, mjcfPath].map((file) => (file === undefined ? "" : readText(file, "robot description")));
  const configuration = canonicalJson([toJsonValue(profile).value, toJsonValue(world).value, ...parts]);
  const sha256 = createHash("sha256").update(configuration).digest("hex");
  return {
    profile: model === undefined ? profile : withoutRobot(profile),
    world,
    urdfPath,
    mjcfPath,
    ownModel: model === undefined ? undefined : profile.robot,
    sha256,
  };
}

/** The profile's limits and gates for another robot: which of its joints are which is found once it has been read (`own-model.ts`). */
function withoutRobot(profile: RobotProfile): RobotProfile {
  return { ...profile, robot: { gripper: false, branches: [], home: {}, frozen: {}, joint_limits: {} } };
}

function findProfile(nameOrPath: string): string {
  if (/[/\\]|\.ya?ml$|\.json$/.test(nameOrPath)) return nameOrPath;
  const names = profileNames();
  if (names.includes(nameOrPath)) return join(profilesFolder, `${nameOrPath}.yaml`);
  const near = nearestName(nameOrPath, names);
  const problem = `there is no profile '${nameOrPath}'; ${near === undefined ? "" : `did you mean '${near}'? `}profiles: ${names.join(", ")}, or the path of a YAML file`;
  throw new ClearanceError("config.invalid", problem, { source: nameOrPath, problems: [problem] });
}

function modelKind(path: string): { readonly urdf: string | undefined; readonly mjcf: string | undefined } {
  const extension = extname(path).toLowerCase();
  if (extension === ".urdf") return { urdf: path, mjcf: undefined };
  if (extension === ".xml" || extension === ".mjcf") return { urdf: undefined, mjcf: path };
  const problem = `--model ${path}: a robot description is MJCF (.xml) or URDF (.urdf)`;
  throw new ClearanceError("config.invalid", problem, { source: path, problems: [problem] });
}

/** The file's text, or one line that says why not. */
export function readText(path: string, what: string): string {
  return new TextDecoder().decode(readBytes(path, what));
}

export function readBytes(path: string, what: string): Uint8Array {
  const fail = (problem: string): ClearanceError =>
    new ClearanceError("format.invalid", `${what} ${path}: ${problem}`, { where: path, problem });
  if (!existsSync(path)) throw fail("there is no such file");
  const { size } = statSync(path);
  if (size > sizeLimit) throw fail(`${(size / 1e6).toFixed(0)} MB is too large; the limit is ${sizeLimit / 1e6} MB`);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw fail(cause instanceof Error ? cause.message : String(cause));
  }
}

/** Our own files by their place in the package, so that messages and hashes are the same on every machine. */
function shown(path: string): string {
  return path.startsWith(modelsFolder) ? `models/${path.slice(modelsFolder.length)}` : path;
}

/** Files that a robot description refers to, by name, relative to its folder. */
export function assetsBeside(path: string): ReadonlyMap<string, string> {
  const folder = dirname(path);
  const assets = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const full = join(folder, entry);
    if (full !== path && statSync(full).isFile()) assets.set(entry.replaceAll("\\", "/"), full);
  }
  return assets;
}
