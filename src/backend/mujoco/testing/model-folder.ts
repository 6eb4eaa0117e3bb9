import { readdirSync, readFileSync } from "node:fs";
import type { MujocoModelSource } from "../prepare-spec.ts";

/** A model file with those files of its folder's `assets` whose names match. */
export function readModelFolder(folder: string, file: string, assets: RegExp): MujocoModelSource {
  const names = readdirSync(`${folder}assets`).filter((name) => assets.test(name));
  return {
    xml: readFileSync(folder + file, "utf8"),
    files: Object.fromEntries(names.map((name) => [`assets/${name}`, new Uint8Array(readFileSync(`${folder}assets/${name}`))])),
    where: file,
  };
}
