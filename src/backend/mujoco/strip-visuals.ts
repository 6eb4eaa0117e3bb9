import type { MjsElement, MjSpec, MujocoModule } from "./mujoco-module.ts";

export interface StrippedVisuals {
  /** How many geoms went. */
  readonly geoms: number;
  /** Files of meshes that nothing uses any more, as the model writes them; none whose base name is still in use in another folder. */
  readonly meshFiles: readonly string[];
}

/**
 * Removes geoms that touch nothing and the meshes that only they use, so that large visual files need not be there at all. Geoms with
 * a mass stay in a body without its own `<inertial>`: that of the body comes from them. Answers how many geoms went.
 */
export function stripVisuals(mujoco: MujocoModule, spec: MjSpec): StrippedVisuals {
  const doomed: MjsElement[] = [];
  const meshFiles: string[] = [];
  const filesInUse = new Set<string>();
  const meshesInUse = new Set<string>();
  for (const element of elements(mujoco, spec, mujoco.mjtObj.mjOBJ_GEOM)) {
    const geom = mujoco.mjs_asGeom(element);
    if (geom === undefined) continue;
    const paint = geom.contype === 0 && geom.conaffinity === 0;
    if (paint && (geom.mass === 0 || mujoco.mjs_getParent(element)?.explicitinertial === true)) doomed.push(element);
    else if (geom.meshname !== "") meshesInUse.add(geom.meshname);
  }
  const geoms = doomed.length;
  for (const element of elements(mujoco, spec, mujoco.mjtObj.mjOBJ_MESH)) {
    const file = mujoco.mjs_asMesh(element)?.file ?? "";
    const name = mujoco.mjs_getName(element) || stem(file);
    if (meshesInUse.has(name)) filesInUse.add(baseName(file));
    else {
      doomed.push(element);
      meshFiles.push(file);
    }
  }
  for (const element of doomed) mujoco.mjs_delete(spec, element);
  // Folders may hold a mesh to see and one to touch under the same name.
  return { geoms, meshFiles: meshFiles.filter((file) => !filesInUse.has(baseName(file))) };
}

/** All elements of a kind, collected first: deleting while walking would break the walk. */
export function elements(mujoco: MujocoModule, spec: MjSpec, kind: MujocoModule["mjtObj"]["mjOBJ_GEOM"]): readonly MjsElement[] {
  const found: MjsElement[] = [];
  for (let at = mujoco.mjs_firstElement(spec, kind); at !== undefined; at = mujoco.mjs_nextElement(spec, at)) found.push(at);
  return found;
}

/** A mesh without a name is called after its file. */
function stem(file: string): string {
  const base = baseName(file);
  const dot = base.lastIndexOf(".");
  return dot > 0 ? base.slice(0, dot) : base;
}

export function baseName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1);
}
