import { openMujocoBackend, loadMujoco, type MujocoBackend } from "../backend/mujoco/index.ts";
import { ClearanceError } from "../core/errors.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { parseUrdf } from "../robot/urdf-document.ts";
import { urdfTree } from "../robot/urdf-tree.ts";
import { assetsBeside, readBytes, readText, type LoadedProfile } from "./files.ts";
import { jointLimitsOf } from "./joint-limits.ts";
import { rigOf } from "./sensing-schema.ts";

/** The profile's robot in its world, in MuJoCo. A user's own model loses what only paints: its meshes cost seconds and move nothing. */
export async function openMujocoRobot(
  loaded: LoadedProfile,
  world: WorldSpec,
): Promise<{ readonly backend: MujocoBackend; readonly collision: CollisionModel }> {
  const path = loaded.mjcfPath ?? loaded.urdfPath;
  if (path === undefined) {
    const problem = `profile ${loaded.profile.name} names no robot description; give robot.mjcf or robot.urdf, or --model FILE`;
    throw new ClearanceError("config.invalid", problem, { source: loaded.profile.name, problems: [problem] });
  }
  const xml = readText(path, "robot description");
  // MuJoCo reads URDF, but names neither lines nor cycles; our own reader does.
  if (loaded.mjcfPath === undefined) urdfTree(parseUrdf(xml, path));
  const { gripper, home, frozen, branches } = loaded.profile.robot;
  const own = loaded.ownModel;
  const tip = own ? undefined : tipIn(loaded);
  const rig = rigOf(loaded.profile);
  const backend = await openMujocoBackend({
    mujoco: await loadMujoco(),
    model: { xml, where: path, files: referredFiles(path) },
    world,
    ...(tip === undefined ? {} : { tip }),
    ...(own ? { stripVisuals: true } : { limits: jointLimitsOf(loaded.profile), frozen, branches }),
    // An MJCF says itself what its home is, in a keyframe.
    ...(own || loaded.mjcfPath !== undefined ? {} : { home }),
    ...(gripper ? {} : { gripper: false }),
    ...(rig === undefined ? {} : { rig }),
  });
  return { backend, collision: backend.collision };
}

/** MuJoCo makes a body of every link of a URDF; the tip of an MJCF is a site, its only one unless named. */
function tipIn({ profile, mjcfPath }: LoadedProfile): { readonly body: string } | { readonly site: string } | undefined {
  const { tip_site: site, tip_link: link } = profile.robot;
  if (mjcfPath !== undefined) return site === undefined ? undefined : { site };
  const body = link ?? site;
  return body === undefined ? undefined : { body };
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
