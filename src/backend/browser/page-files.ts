/**
 * The only files that the page may load, under a name that no network knows: its own modules and those of three.js.
 * @module
 */
import { readFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { noBrowser } from "./find-browser.ts";

export const pageUrl = "http://renderer.invalid/";

export interface PageFile {
  readonly contentType: "text/html" | "text/javascript";
  readonly body: string;
}

/** TypeScript when run from the sources, JavaScript in the package. */
const own = fileURLToPath(new URL("page/", import.meta.url));
const suffix = extname(import.meta.url);

const page = `<!doctype html><meta charset="utf-8"><title>clearance</title><link rel="icon" href="data:,">
<script type="importmap">{"imports": {"three": "/three/build/three.module.js", "three/addons/": "/three/examples/jsm/"}}</script>
<script type="module" src="/page/main${suffix}"></script>`;

/** @throws ClearanceError `backend.unavailable` where three.js is not installed */
export function threeFolder(): string {
  try {
    return dirname(dirname(nodeModule.createRequire(import.meta.url).resolve("three")));
  } catch (cause) {
    throw notInstalled(cause);
  }
}

export function notInstalled(cause: unknown): Error {
  return noBrowser("playwright-core and three are not installed", "npm install playwright-core@1.65.1 three@0.187.0", cause);
}

/** What stands at an address of the page; undefined for everything else there is. */
export function pageFile(url: string, three: string): PageFile | undefined {
  if (!url.startsWith(pageUrl)) return undefined;
  const path = url.slice(pageUrl.length);
  if (path === "") return { contentType: "text/html", body: page };
  const [, folder, file = ""] = /^(page|three\/build|three\/examples\/jsm\/utils)\/([A-Za-z.]+)$/.exec(path) ?? [];
  if (folder === undefined) return undefined;
  const text = readFileSync(folder === "page" ? join(own, file) : join(three, folder.slice("three/".length), file), "utf8");
  return { contentType: "text/javascript", body: file.endsWith(".ts") ? withoutTypes(text) : text };
}

/** Only where the sources run as they are, for which Node has what it takes and warns that it may change. */
function withoutTypes(text: string): string {
  const warn = process.emitWarning;
  process.emitWarning = () => undefined;
  try {
    return nodeModule.stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = warn;
  }
}
