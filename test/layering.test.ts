import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { importsOf, sourceFiles } from "./source-imports.ts";

const layers: Record<string, string[]> = JSON.parse(readFileSync(fileURLToPath(new URL("layers.json", import.meta.url)), "utf8"));

/** Files that may use Node modules although their folder is otherwise free of them. */
const nodeFiles = new Set(["trace/file-trace.ts"]);
const nodeFolders = new Set(["profile", "mcp", "cli"]);
/** The kernel's worker, process and files: a subpath of its own, which nothing else of the kernel imports. */
const kernelForNode = "kernel/node/";
/** The renderer in a browser: the same, but for the command line alone. */
const browserForNode = "backend/browser/";
const nodeModules = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

describe("architecture: every folder keeps its arrows", () => {
  test("every folder of src has a rule", () => {
    const folders = new Set(sourceFiles().map((file) => file.split("/")[0] ?? ""));
    expect([...folders].filter((folder) => !(folder in layers) && folder !== "index.ts")).toEqual([]);
  });

  test.for(Object.keys(layers))("%s imports only what its arrow names", (folder) => {
    const allowed = new Set([folder, ...(layers[folder] ?? [])]);
    const broken = sourceFiles()
      .filter((file) => file.startsWith(`${folder}/`))
      .flatMap(importsOf)
      .filter(({ target }) => target !== undefined && !allowed.has(target.split("/")[0] ?? ""))
      .map(({ file, line, target }) => `${file}:${line} imports ${target}`);
    expect(broken).toEqual([]);
  });

  test("no Node module outside the command line, the MCP server, the profile files and the trace file", () => {
    const broken = sourceFiles()
      .filter((file) => !isForNode(file))
      .flatMap(importsOf)
      .filter(({ specifier }) => nodeModules.has(specifier))
      .map(({ file, line, specifier }) => `${file}:${line} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  test("nothing but the command line and the profile imports the kernel's Node folder", () => {
    const broken = sourceFiles()
      .filter((file) => !isForNode(file))
      .flatMap(importsOf)
      .filter(({ target }) => target?.startsWith(kernelForNode) === true)
      .map(({ file, line, target }) => `${file}:${line} imports ${target}`);
    expect(broken).toEqual([]);
  });

  test("nothing but the command line imports the renderer in a browser", () => {
    const broken = sourceFiles()
      .filter((file) => !file.startsWith(browserForNode) && !file.startsWith("cli/"))
      .flatMap(importsOf)
      .filter(({ target }) => target?.startsWith(browserForNode) === true)
      .map(({ file, line, target }) => `${file}:${line} imports ${target}`);
    expect(broken).toEqual([]);
  });

  test("nothing outside the runtime's clock and the Node files reads a clock, a random source, the console or the environment", () => {
    const forbidden = /\b(Date\.now|new Date|Math\.random|console\.|performance\.|process\.)/;
    const broken = sourceFiles()
      .filter((file) => !isForNode(file) && file !== "runtime/real-clock.ts")
      .filter((file) => forbidden.test(withoutComments(file)));
    expect(broken).toEqual([]);
  });

  test("transcendental functions come from core/elementary, so that bits are equal on every engine", () => {
    const forbidden =
      /\bMath\.(sin|cos|tan|asin|acos|atan|atan2|exp|expm1|log|log1p|log2|log10|pow|hypot|cbrt|sinh|cosh|tanh)\b|(?<!\b2)\s\*\*\s/;
    const broken = sourceFiles()
      .filter((file) => !isForNode(file))
      .filter((file) => forbidden.test(withoutComments(file)));
    expect(broken).toEqual([]);
  });
});

function isForNode(file: string): boolean {
  return (
    nodeFolders.has(file.split("/")[0] ?? "") || nodeFiles.has(file) || file.startsWith(kernelForNode) || file.startsWith(browserForNode)
  );
}

function withoutComments(file: string): string {
  const text = readFileSync(fileURLToPath(new URL(`../src/${file}`, import.meta.url)), "utf8");
  return text
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
}
