#!/usr/bin/env node
// In a clone the sources run as they are; the published package brings them compiled.
import { existsSync } from "node:fs";

const source = new URL("../src/cli/main.ts", import.meta.url);
const fromSource = existsSync(source) && process.features.typescript;
const built = new URL("../dist/cli/main.js", import.meta.url);
if (!fromSource && !existsSync(built)) {
  process.stderr.write("clearance: run `npm run build` first, or use Node 24, which runs the sources directly\n");
  process.exit(2);
}
const { main } = await import((fromSource ? source : built).href);
await main(process.argv.slice(2));
