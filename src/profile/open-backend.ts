/**
 * The machine of a profile: its robot description read, and the backend that carries commands out.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import { openKinematicBackend } from "../backend/kinematic/kinematic-backend.ts";
import type { Renderer } from "../backend/sensing/renderer.ts";
import { sceneSensors } from "../backend/sensing/scene-sensors.ts";
import type { Sensors } from "../core/capture.ts";
import type { Observation } from "../core/observation.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { robotFromUrdf } from "../robot/urdf.ts";
import { readBytes, readText, type LoadedProfile } from "./files.ts";
import { jointLimitsOf } from "./joint-limits.ts";
import { openMujocoRobot } from "./open-mujoco-robot.ts";
import { adapted, limitsFor, underFeet } from "./own-model.ts";
import type { RobotProfile } from "./profile.ts";
import { rigOf } from "./sensing-schema.ts";

export interface OpenedBackend {
  readonly backend: Backend;
  readonly collision: CollisionModel;
  /** The world as the robot stands in it. */
  readonly world: WorldSpec;
  /** The profile as it runs with this robot. */
  readonly profile: RobotProfile;
  /** Primitives that a robot in place of the profile's own cannot do. */
  readonly leftOut: ReadonlySet<string>;
  /** What was changed for such a robot, one line each. */
  readonly notes: readonly string[];
}

/** @throws ClearanceError `format.invalid` or `config.invalid` for a description that cannot be used */
export async function openBackend(
  loaded: LoadedProfile,
  world: WorldSpec,
  kind: "kinematic" | "mujoco",
  renderer?: Renderer,
): Promise<OpenedBackend> {
  const inMujoco = kind === "mujoco" && loaded.openBackend === undefined;
  if (inMujoco || loaded.urdfPath === undefined) {
    const opened = await openMujocoRobot(loaded, world, renderer);
    const hasGripper = opened.backend.modes.has("gripper_position");
    try {
      const fitted = { ...opened, ...fit(loaded, opened.collision, hasGripper, opened.notes) };
      if (inMujoco) return fitted;
      // An MJCF without a URDF beside it: MuJoCo has compiled it, ideal motion carries it out.
      const ideal = await machineOf(loaded, fitted.profile, opened.collision, opened.world, renderer);
      await opened.backend[Symbol.asyncDispose]();
      return { ...fitted, backend: ideal };
    } catch (error) {
      await opened.backend[Symbol.asyncDispose]();
      throw error;
    }
  }
  const { collision, standing, notes } = fromUrdf(loaded, loaded.urdfPath, world);
  const fitted = fit(loaded, collision, false, notes);
  return { collision, world: standing, backend: await machineOf(loaded, fitted.profile, collision, standing, renderer), ...fitted };
}

function fit(
  loaded: LoadedProfile,
  collision: CollisionModel,
  hasGripper: boolean,
  notes: readonly string[],
): Pick<OpenedBackend, "profile" | "leftOut" | "notes"> {
  if (loaded.ownModel === undefined) return { profile: loaded.profile, leftOut: new Set(), notes };
  const found = adapted(loaded, loaded.ownModel, collision, hasGripper);
  return { ...found, notes: [...notes, ...found.notes] };
}

function fromUrdf(
  loaded: LoadedProfile,
  path: string,
  world: WorldSpec,
): { readonly collision: CollisionModel; readonly standing: WorldSpec; readonly notes: readonly string[] } {
  const { profile, ownModel: roles } = loaded;
  const { tip_link, branches, home, frozen } = profile.robot;
  const text = readText(path, "robot description");
  const common = { where: path, meshes: (uri: string) => meshBeside(path, uri) };
  if (roles === undefined) {
    const tip = tip_link === undefined ? {} : { tipLink: tip_link };
    const { collision } = robotFromUrdf(text, { ...common, ...tip, branchLinks: branches, home, frozen, limits: jointLimitsOf(profile) });
    return { collision, standing: world, notes: [] };
  }
  const notes: string[] = [];
  const bare = robotFromUrdf(text, common);
  const limits = limitsFor(profile, roles, bare.model);
  const { collision } = Object.keys(limits).length === 0 ? bare : robotFromUrdf(text, { ...common, limits });
  return { collision, standing: underFeet(world, collision, profile.obstacle_margin_m, notes), notes };
}

/** The user's own, where the profile has a factory; ideal motion otherwise. */
function machineOf(
  { openBackend: own }: LoadedProfile,
  profile: RobotProfile,
  collision: CollisionModel,
  world: WorldSpec,
  renderer: Renderer | undefined,
): Backend | Promise<Backend> {
  const { gripper } = profile.robot;
  if (own !== undefined) return own({ collision, world, gripper });
  const rig = rigOf(profile);
  const sensors = (look: () => Observation): Sensors => sceneSensors({ rig: rig ?? { cameras: [] }, world, collision, look, renderer });
  return openKinematicBackend({ robot: collision.robot, world, gripper, ...(rig === undefined ? {} : { sensors }) });
}

function meshBeside(path: string, uri: string): Uint8Array | undefined {
  const relative = uri.replace(/^package:\/\/[^/]+\//, "").replace(/^file:\/\//, "");
  try {
    return readBytes(relative.startsWith("/") ? relative : `${path.slice(0, path.lastIndexOf("/") + 1)}${relative}`, "mesh");
  } catch {
    // Absent is an answer here: the loader then names link and file.
    return undefined;
  }
}
