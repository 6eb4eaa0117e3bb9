/**
 * The machine of a profile: its robot description read, and the backend that carries commands out.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import { openKinematicBackend } from "../backend/kinematic/kinematic-backend.ts";
import { sceneSensors } from "../backend/sensing/scene-sensors.ts";
import type { Sensors } from "../core/capture.ts";
import type { Observation } from "../core/observation.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { robotFromUrdf } from "../robot/urdf.ts";
import { readBytes, readText, type LoadedProfile } from "./files.ts";
import { jointLimitsOf } from "./joint-limits.ts";
import { openMujocoRobot } from "./open-mujoco-robot.ts";
import { rigOf } from "./sensing-schema.ts";

export interface OpenedBackend {
  readonly backend: Backend;
  readonly collision: CollisionModel;
}

/** @throws ClearanceError `format.invalid` or `config.invalid` for a description that cannot be used */
export async function openBackend(loaded: LoadedProfile, world: WorldSpec, kind: "kinematic" | "mujoco"): Promise<OpenedBackend> {
  if (kind === "mujoco" || loaded.urdfPath === undefined) {
    const opened = await openMujocoRobot(loaded, world);
    if (kind === "mujoco") return opened;
    // An MJCF without a URDF beside it: MuJoCo has compiled it, ideal motion carries it out.
    await opened.backend[Symbol.asyncDispose]();
    return { collision: opened.collision, backend: kinematic(loaded, opened.collision, world) };
  }
  const path = loaded.urdfPath;
  const { tip_link, branches, home, frozen } = loaded.profile.robot;
  const { collision } = robotFromUrdf(readText(path, "robot description"), {
    where: path,
    ...(tip_link === undefined ? {} : { tipLink: tip_link }),
    branchLinks: branches,
    home,
    frozen,
    limits: jointLimitsOf(loaded.profile),
    meshes: (uri) => meshBeside(path, uri),
  });
  return { collision, backend: kinematic(loaded, collision, world) };
}

function kinematic(loaded: LoadedProfile, collision: CollisionModel, world: WorldSpec): Backend {
  const rig = rigOf(loaded.profile);
  const sensors = (look: () => Observation): Sensors => sceneSensors({ rig: rig ?? { cameras: [] }, world, collision, look });
  const { gripper } = loaded.profile.robot;
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
