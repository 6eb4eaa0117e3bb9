#!/usr/bin/env node
// In a clone the sources run as they are; the published package brings them compiled.
import { existsSync } from "node:fs";
import module from "node:module";

const source = new URL("../src/cli/main.ts", import.meta.url);
const fromSource = existsSync(source) && process.features.typescript;
const built = new URL("../dist/cli/main.js", import.meta.url);
if (!fromSource && !existsSync(built)) {
  process.stderr.write(
    "clearance: run `npm run build` first, or use Node 24, which runs the sources directly; `npm ci` puts it at node_modules/.bin/node\n",
  );
  process.exit(2);
}
// From the second start on, nothing is compiled again. Node 20 has no such cache.
module.enableCompileCache?.();
const { main } = await import((fromSource ? source : built).href);
await main(process.argv.slice(2));
