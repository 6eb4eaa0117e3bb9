/**
 * The real browser that tests draw with: `CLEARANCE_BROWSER`, else Chromium on PATH. Without one they skip and say so; in CI they fail.
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe } from "vitest";
import { findBrowser } from "../src/backend/browser/index.ts";

export const chromium = ((): string | undefined => {
  try {
    const { CLEARANCE_BROWSER: chosen, PATH: searchPath = "" } = process.env;
    return findBrowser({ chosen: chosen === "" ? undefined : chosen, searchPath });
  } catch (error) {
    if (process.env["CI"] === "true") throw new Error("there is no browser, and CI needs one: see .ci/run", { cause: error });
    process.stdout.write("tests with a browser are skipped: set CLEARANCE_BROWSER to a Chromium, or put one on PATH\n");
    return undefined;
  }
})();

/** `describe`, where there is one. */
// oxlint-disable-next-line vitest/valid-title, vitest/valid-describe-callback -- both are given where it is called
export const describeWithBrowser = describe.skipIf(chromium === undefined);

export interface SystemProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Those at work now; zombies are not. */
export function processes(): readonly SystemProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [state = "", parent, group] = (readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1] ?? "").split(" ");
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
        return state === "Z" ? [] : [{ pid: Number(name), parent: Number(parent), group: Number(group), command }];
      } catch {
        // Gone between the list and the look.
        return [];
      }
    });
}
