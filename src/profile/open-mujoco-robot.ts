import { openMujocoBackend, loadMujoco, type MujocoBackend, type MujocoModelSource } from "../backend/mujoco/index.ts";
import type { Renderer } from "../backend/sensing/renderer.ts";
import { ClearanceError } from "../core/errors.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { parseUrdf } from "../robot/urdf-document.ts";
import { urdfTree } from "../robot/urdf-tree.ts";
import { assetsBeside, readBytes, readText, type LoadedProfile } from "./files.ts";
import { jointLimitsOf } from "./joint-limits.ts";
import { carrierFor, limitsFor, movesAnArm, sensingOn, underFeet } from "./own-model.ts";
import { rigOf } from "./sensing-schema.ts";

/** The machine of a profile, and what it means for the profile. */
export interface OpenedMujocoRobot {
  readonly backend: MujocoBackend;
  readonly collision: CollisionModel;
  readonly world: WorldSpec;
  /** What was changed to run another robot than the profile's own; none for the profile's own. */
  readonly notes: readonly string[];
}

/** The profile's robot in its world, in MuJoCo. A user's own model loses what only paints: its meshes cost seconds and move nothing. */
export async function openMujocoRobot(loaded: LoadedProfile, world: WorldSpec, renderer?: Renderer): Promise<OpenedMujocoRobot> {
  const path = loaded.mjcfPath ?? loaded.urdfPath;
  if (path === undefined) {
    const problem = `profile ${loaded.profile.name} names no robot description; give robot.mjcf or robot.urdf, or --model FILE`;
    throw new ClearanceError("config.invalid", problem, { source: loaded.profile.name, problems: [problem] });
  }
  const xml = readText(path, "robot description");
  // MuJoCo reads URDF, but names neither lines nor cycles; our own reader does.
  if (loaded.mjcfPath === undefined) urdfTree(parseUrdf(xml, path));
  const model = { xml, where: path, files: referredFiles(path) };
  const { profile, ownModel: roles } = loaded;
  if (roles === undefined) return openProfilesRobot(loaded, world, model, renderer);
  const notes: string[] = [];
  const carrier = carrierFor(roles);
  let standing = world;
  const backend = await openMujocoBackend({
    mujoco: await loadMujoco(),
    model,
    world: (collision) => (standing = underFeet(world, collision, profile.obstacle_margin_m, notes)),
    stripVisuals: true,
    ...(carrier === undefined ? {} : { carrier }),
    ...(movesAnArm(profile) ? {} : { tip: "body of the first hinge" }),
    limits: (robot) => limitsFor(profile, roles, robot),
    rig: (robot) => rigOf(sensingOn(robot, profile, roles)),
    gripper: roles.gripper ? { optional: true } : false,
    servos: "fitting",
    renderer,
  }).catch((cause: unknown) => {
    throw inUsersWords(path, xml, cause);
  });
  return { backend, collision: backend.collision, world: standing, notes: [...backend.notes, ...notes] };
}

/** What the engine's reader says of a robot that it cannot take, in the words of the command line. */
function inUsersWords(path: string, xml: string, cause: unknown): unknown {
  if (!(cause instanceof ClearanceError)) return cause;
  const said = cause.message.replace(/, or open with stripVisuals: true if only pictures need it/, "");
  const anew = (problem: string): ClearanceError =>
    new ClearanceError("config.invalid", problem, { source: path, problems: [problem] }, { cause });
  if (!/the tip is not unique/.test(said)) return said === cause.message ? cause : anew(said);
  if (/<freejoint|type\s*=\s*"free"/.test(xml))
    return anew(
      `${path}: its base floats, so it goes somewhere as a whole: ` +
        "try --profile spot for what walks, tello for what flies, turtlebot for what drives",
    );
  if (/tipSite \(none\) or tipBody \(none\)/.test(said))
    return anew(`${path}: nothing of it moves: it has no joints, and its base is fixed`);
  const choices = said.replace("tipSite", "a site").replace("tipBody", "a body");
  return anew(`${path}: ${choices}, as robot.tip_site or robot.tip_link of a profile that names the file as robot.mjcf`);
}

async function openProfilesRobot(
  loaded: LoadedProfile,
  world: WorldSpec,
  model: MujocoModelSource,
  renderer: Renderer | undefined,
): Promise<OpenedMujocoRobot> {
  const { profile, mjcfPath } = loaded;
  const { tip_site, tip_link, branches, gripper, home, frozen } = profile.robot;
  const rig = rigOf(profile);
  // MuJoCo makes a body of every link of a URDF, and has no sites there.
  const bodyName = tip_link ?? (mjcfPath === undefined ? tip_site : undefined);
  const body = bodyName === undefined ? undefined : { body: bodyName };
  const tip = tip_site === undefined || mjcfPath === undefined ? body : { site: tip_site };
  const carrier = carrierFor(profile.robot);
  const backend = await openMujocoBackend({
    mujoco: await loadMujoco(),
    model,
    world,
    ...(tip === undefined ? {} : { tip }),
    ...(carrier === undefined ? {} : { carrier }),
    limits: (robot) => ({ ...limitsFor(profile, profile.robot, robot), ...jointLimitsOf(profile) }),
    frozen,
    branches,
    // An MJCF says itself what its home is, in a keyframe.
    ...(mjcfPath !== undefined ? {} : { home }),
    ...(gripper ? {} : { gripper: false }),
    ...(rig === undefined ? {} : { rig }),
    renderer,
  });
  return { backend, collision: backend.collision, world, notes: [] };
}

/** Every file beside the description whose name stands in it or in a file it includes; the rest of the folder is not read. */
export function referredFiles(path: string): Readonly<Record<string, Uint8Array>> {
  const assets = assetsBeside(path);
  const files: Record<string, Uint8Array> = {};
  const pending = [readText(path, "robot description")];
  for (let text = pending.pop(); text !== undefined; text = pending.pop())
    for (const match of text.matchAll(/(?:file|filename)\s*=\s*"([^"]+)"/g)) {
      const name = match[1]?.split("/").at(-1) ?? "";
      for (const [relative, full] of assets)
        if (!(relative in files) && relative.split("/").at(-1) === name) {
          const bytes = readBytes(full, "model file");
          files[relative] = bytes;
          if (relative.endsWith(".xml")) pending.push(new TextDecoder().decode(bytes));
        }
    }
  return files;
}
