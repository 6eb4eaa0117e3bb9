import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../shared/models/", import.meta.url));

/** Whether the robot descriptions used by some tests lie beside this checkout. In CI a missing folder fails the test that needs it. */
export const sharedModelsPresent = existsSync(root) || process.env["CI"] === "true";

/** Absolute path of a robot description, for example `sharedModelPath("menagerie/franka_emika_panda/panda.xml")`. */
export function sharedModelPath(relative: string): string {
  return root + relative;
}
