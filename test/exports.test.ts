import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const manifest: { exports: Record<string, { types: string; default: string } | string>; bin: Record<string, string>; files: string[] } =
  JSON.parse(readFileSync(root("package.json"), "utf8"));
const layers: Record<string, string[]> = JSON.parse(readFileSync(root("test/layers.json"), "utf8"));

test("one folder is one subpath, and nothing else is public", () => {
  const folders = Object.keys(layers).filter((folder) => folder !== "cli");
  const inside = [
    "backend/battery",
    "backend/browser",
    "backend/kinematic",
    "backend/mujoco",
    "backend/randomized",
    "backend/sensing",
    "kernel/node",
    "policy/llm",
    "policy/vla",
    "runtime/loops",
    "trace/file",
  ];
  const wanted = [...folders, ...inside].map((path) => `./${path}`);
  expect(Object.keys(manifest.exports).sort()).toEqual([...wanted, "./package.json"].sort());
});

test.for(
  Object.entries(manifest.exports).filter((entry): entry is [string, { types: string; default: string }] => typeof entry[1] === "object"),
)("%s has its source, and its types lie beside it", ([, target]) => {
  const source = target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts");
  expect(existsSync(root(source))).toBe(true);
  expect(target.types).toBe(target.default.replace(/\.js$/, ".d.ts"));
});

test("no barrel exports everything, and nothing is exported by default", () => {
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === "string") continue;
    const text = readFileSync(root(target.default.replace("./dist/", "src/").replace(/\.js$/, ".ts")), "utf8");
    expect(text).not.toMatch(/export \*|export default/);
  }
});

test("the package carries what the command line reads", () => {
  expect(manifest.files).toEqual(expect.arrayContaining(["bin", "dist", "models", "examples/*.yaml"]));
  expect(Object.values(manifest.bin).every((path) => existsSync(root(path)))).toBe(true);
});
