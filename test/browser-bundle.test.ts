import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { build } from "vite";

const entries = [
  "core",
  "geometry",
  "robot",
  "intent",
  "gate",
  "kernel",
  "runtime",
  "trace",
  "policy",
  "backend/kinematic",
  "backend/mujoco",
  "backend/randomized",
];

test("the runtime and both simulations bundle for a browser, without a Node module", { timeout: 60_000 }, async () => {
  const out = mkdtempSync(join(tmpdir(), "clearance-bundle-"));
  try {
    const warnings: string[] = [];
    await build({
      configFile: false,
      logLevel: "silent",
      build: {
        outDir: out,
        minify: false,
        lib: {
          entry: Object.fromEntries(
            entries.map((name) => [name.replace("/", "-"), fileURLToPath(new URL(`../src/${name}/index.ts`, import.meta.url))]),
          ),
          formats: ["es"],
        },
        rollupOptions: { onwarn: (warning) => warnings.push(warning.message) },
      },
    });
    const files = readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js"));
    expect(files.length).toBeGreaterThanOrEqual(entries.length);
    const own = files.filter((file) => !file.includes("mujoco") || !readFileSync(join(out, file), "utf8").includes("emscripten"));
    const nodeImports = own.flatMap((file) =>
      [...readFileSync(join(out, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*["'](node:[^"']+)["']/g)].map(
        (match) => `${file}: ${match[1]}`,
      ),
    );
    expect(nodeImports).toEqual([]);
  } finally {
    rmSync(out, { recursive: true });
  }
});
