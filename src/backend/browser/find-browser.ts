import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { ClearanceError } from "../../core/errors.ts";

/** Looked for on PATH, in this order. */
export const browserNames = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"] as const;

export interface BrowserPlaces {
  /** The program itself; looked for on `searchPath` unless given. */
  readonly chosen?: string | undefined;
  /** As the PATH variable has it. */
  readonly searchPath: string;
}

/** Where a Chromium is. @throws ClearanceError `backend.unavailable` that says what to install or set */
export function findBrowser({ chosen, searchPath }: BrowserPlaces): string {
  if (chosen !== undefined) {
    if (runs(chosen)) return chosen;
    throw noBrowser(`'${chosen}' is no program that can be run`, "set CLEARANCE_BROWSER to the path of Chromium, Chrome or Edge");
  }
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folders = searchPath.split(delimiter).filter((folder) => folder !== "");
  const found = browserNames.flatMap((name) => folders.map((folder) => join(folder, `${name}${suffix}`))).find(runs);
  if (found !== undefined) return found;
  throw noBrowser(
    `there is no ${browserNames.slice(0, -1).join(", ")} or ${browserNames.at(-1)} on PATH`,
    "install one (Debian: apt-get install chromium), or set CLEARANCE_BROWSER to the path of Chromium, Chrome or Edge",
  );
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** What keeps the renderer from starting, and what to do. */
export function noBrowser(problem: string, fix: string, cause?: unknown): ClearanceError {
  const line = `the browser renderer cannot start: ${problem}; ${fix}, or use --renderer rays`;
  return new ClearanceError("backend.unavailable", line, { backend: "browser", problem, fix }, { cause });
}
