/**
 * Finds and reads profiles, worlds and robot descriptions. Node only.
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type * as z from "zod";
import type { Backend } from "../backend/backend.ts";
import { ClearanceError } from "../core/errors.ts";
import { canonicalJson, toJsonValue } from "../core/json.ts";
import { nearestName } from "../core/nearest.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { Custom } from "./custom-modules.ts";
import type { Issue } from "./fill-in.ts";
import type { profileSchema, RobotProfile } from "./profile.ts";
import { invalid, parseProfile, profileInCode, profileText, readProfile, type GivenProfile } from "./read-profile.ts";
import type { PlainPrimitive } from "../intent/custom/custom-primitive.ts";
import type { Primitive } from "../intent/primitive.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { emptyWorld, parseWorld } from "./world-file.ts";

/** Our own robots and worlds; beside `src/` in a clone and beside `dist/` in the package. */
export const modelsFolder = fileURLToPath(new URL("../../models/", import.meta.url));
/** How a profile that leaves its robot to us names our files. */
const ours = "clearance:models/";
const profilesFolder = join(modelsFolder, "profiles");

/** Descriptions larger than this are refused unread, bytes. */
const sizeLimit = 64_000_000;

/** A machine of the user's own, or another simulation, for a profile in code. */
export type BackendFactory = (parts: {
  readonly collision: CollisionModel;
  readonly world: WorldSpec;
  readonly gripper: boolean;
}) => Backend | Promise<Backend>;

export interface LoadedProfile {
  readonly profile: RobotProfile;
  readonly world: WorldSpec;
  /** Paths of the robot descriptions there are. */
  readonly urdfPath: string | undefined;
  readonly mjcfPath: string | undefined;
  /** What the profile says of its own robot, where another description was given with `--model`; `profile.robot` then says nothing. */
  readonly ownModel: RobotProfile["robot"] | undefined;
  /** Primitives that the profile's modules, or its code, bring. */
  readonly custom: readonly Custom[];
  /** It names no primitives at all, and has those four that the reference gives then. */
  readonly few: boolean;
  readonly openBackend?: BackendFactory;
  /** SHA-256 of profile, world, robot descriptions and modules: what the episode ran with. */
  readonly sha256: string;
}

export interface ProfileOverrides {
  readonly world?: string;
  readonly model?: string;
  /** Modules by the name that `custom_primitives` calls them, such as Python's; paths are relative to the profile. */
  readonly modules?: Readonly<Record<string, string>>;
}

/** The keys of a profile's file, and what only code can give. */
export type ProfileInCode = z.input<typeof profileSchema> & {
  /** Made with `definePrimitive`, or plain objects as a module's factory gives them. */
  readonly primitives?: readonly (Primitive | PlainPrimitive)[];
  readonly openBackend?: BackendFactory;
};

/** Names that `--profile` takes. */
export function profileNames(): readonly string[] {
  return readdirSync(profilesFolder)
    .filter((file) => extname(file) === ".yaml")
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/**
 * `profile`: a name of ours, the path of a YAML or JSON file, its text, or the same in code. Loading one runs the modules that it names.
 * @throws ClearanceError naming every fault with its line and the fix
 */
export function loadProfile(profile: string | ProfileInCode, overrides: ProfileOverrides = {}): LoadedProfile {
  const { given, folder } = typeof profile === "string" ? givenBy(profile) : { given: inCode(profile), folder: "." };
  const model = overrides.model === undefined ? undefined : modelKind(overrides.model);
  const { modules = {} } = overrides;
  const read = readProfile(given, { folder, modules, shipped: ourOwn, ownModel: model !== undefined });
  const { robot, world: worldFile } = read.profile;
  const beside = (relative: string | undefined): string | undefined => (relative === undefined ? undefined : inPackage(folder, relative));
  const urdfPath = model === undefined ? beside(robot.urdf) : model.urdf;
  const mjcfPath = model === undefined ? beside(robot.mjcf) : model.mjcf;
  // The room is that of whatever goes about in it; a table is set for one arm.
  const staysWithRobot = model !== undefined && robot.body === undefined;
  const worldPath = overrides.world ?? (staysWithRobot ? undefined : beside(worldFile));
  const problems = [...read.problems];
  /** `given`: the file is not one that the profile names, so no line of the profile is to blame. */
  const trying = <Value>(path: Issue["path"], given: boolean, run: () => Value): Value | undefined => {
    try {
      return run();
    } catch (error) {
      if (!ClearanceError.is(error)) throw error;
      const line = given ? error.message : read.line({ path, problem: error.message });
      problems.push(...(ClearanceError.is(error, "config.invalid") ? error.data.problems : [line]));
      return undefined;
    }
  };
  const found =
    worldPath === undefined
      ? emptyWorld
      : trying(["world"], overrides.world !== undefined, () => parseWorld(readText(worldPath, "world"), shown(worldPath)));
  const parts = [urdfPath, mjcfPath].map((file, i) =>
    file === undefined ? "" : trying(["robot", ["urdf", "mjcf"][i]!], model !== undefined, () => readText(file, "robot description")),
  );
  if (found === undefined || problems.length > 0) throw invalid(given.where, problems);
  const bounds = read.standIn && overrides.world === undefined ? read.profile.workspace_bounds : undefined;
  const world = bounds === undefined ? found : atLeast(found, bounds);
  const configuration = canonicalJson([toJsonValue(read.profile).value, toJsonValue(world).value, ...parts.map(String), ...read.sources]);
  return {
    profile: model === undefined ? read.profile : withoutRobot(read.profile),
    world,
    urdfPath,
    mjcfPath,
    ownModel: model === undefined ? undefined : robot,
    custom: read.custom,
    few: read.few,
    ...(typeof profile === "string" || profile.openBackend === undefined ? {} : { openBackend: profile.openBackend }),
    sha256: createHash("sha256").update(configuration).digest("hex"),
  };
}

function givenBy(nameOrText: string): { readonly given: GivenProfile; readonly folder: string } {
  if (/\n|^\s*\{/.test(nameOrText)) return { given: profileText(nameOrText, "profile"), folder: "." };
  const path = findProfile(nameOrText);
  return { given: profileText(readText(path, "profile"), shown(path)), folder: dirname(path) };
}

function inCode({ primitives = [], openBackend: _later, ...keys }: ProfileInCode): GivenProfile {
  return profileInCode(keys, primitives);
}

/** One of our own profiles, with its files as they are told apart on every machine. */
function ourOwn(name: string): RobotProfile {
  const path = findProfile(name);
  const profile = parseProfile(readText(path, "profile"), shown(path));
  const { urdf, mjcf } = profile.robot;
  const from = (file: string): string => `clearance:${shown(resolve(profilesFolder, file))}`;
  return {
    ...profile,
    robot: { ...profile.robot, ...(urdf === undefined ? {} : { urdf: from(urdf) }), ...(mjcf === undefined ? {} : { mjcf: from(mjcf) }) },
    ...(profile.world === undefined ? {} : { world: from(profile.world) }),
  };
}

/** A path beside the profile, or one of ours as `shown` gives it. */
function inPackage(folder: string, relative: string): string {
  return relative.startsWith(ours) ? join(modelsFolder, relative.slice(ours.length)) : resolve(folder, relative);
}

/** Our own world, as large as the profile says that its robot may go. */
function atLeast(world: WorldSpec, [low, high]: NonNullable<RobotProfile["workspace_bounds"]>): WorldSpec {
  const { minM, maxM } = world.workspace;
  const workspace = {
    minM: [Math.min(minM[0], low[0]), Math.min(minM[1], low[1]), Math.min(minM[2], low[2])],
    maxM: [Math.max(maxM[0], high[0]), Math.max(maxM[1], high[1]), Math.max(maxM[2], high[2])],
  } as const;
  return { ...world, workspace };
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
  const problem = `--model ${path}: a robot description is MJCF (.xml) or URDF (.urdf); a language model goes with --policy llm`;
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
  const stats = statSync(path);
  if (stats.isDirectory()) throw fail("it is a folder; give a file");
  const { size } = stats;
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
