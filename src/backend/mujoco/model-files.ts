/**
 * The meshes and textures of one model, where the engine's compiler opens them: a folder of its in-memory file system. The engine's other
 * way, `MjVFS.addBuffer`, costs a call for each byte (6 s for 6.6 MB).
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { MujocoModule } from "./mujoco-module.ts";

let opened = 0;

/** Owns memory of the engine until `dispose`. */
export class ModelFiles {
  /** Ends with a slash. No two models share one: the engine remembers assets by their path. */
  readonly folder: string;
  readonly #mujoco: MujocoModule;
  readonly #files: string[] = [];
  readonly #folders = new Set<string>();

  constructor(mujoco: MujocoModule) {
    this.#mujoco = mujoco;
    this.folder = `/clearance-model-${opened++}/`;
  }

  /** By path relative to the model. @throws ClearanceError `value.invalid` for a path that leaves its folder */
  add(files: readonly (readonly [name: string, content: Uint8Array | string])[]): void {
    const { FS } = this.#mujoco;
    for (const [name, content] of files) {
      const parts = name.split("/");
      if (name.startsWith("/") || parts.includes("..")) {
        const problem = "leaves the model's folder";
        throw new ClearanceError("value.invalid", `the model file ${name} ${problem}`, { field: "files", problem });
      }
      let folder = this.folder.slice(0, -1);
      for (const part of ["", ...parts.slice(0, -1)]) {
        if (part !== "") folder += `/${part}`;
        if (!this.#folders.has(folder)) FS.mkdir(folder);
        this.#folders.add(folder);
      }
      const path = `${folder}/${parts.at(-1) ?? ""}`;
      FS.writeFile(path, content);
      this.#files.push(path);
    }
  }

  dispose(): void {
    for (const file of this.#files.splice(0)) this.#mujoco.FS.unlink(file);
    for (const folder of [...this.#folders].toReversed()) this.#mujoco.FS.rmdir(folder);
    this.#folders.clear();
  }
}
