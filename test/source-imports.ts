import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const sourceRoot = fileURLToPath(new URL("../src/", import.meta.url));

export interface SourceImport {
  /** File relative to `src/`. */
  readonly file: string;
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** Relative to `src/` when it is one of ours. */
  readonly target: string | undefined;
}

const importPattern = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;

/** Files of `src/`, tests left out unless asked for. */
export function sourceFiles(withTests = false): readonly string[] {
  return readdirSync(sourceRoot, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .filter((file) => withTests || !(file.endsWith(".test.ts") || file.includes("/testing/")))
    .sort();
}

export function importsOf(file: string): readonly SourceImport[] {
  const path = join(sourceRoot, file);
  const found: SourceImport[] = [];
  for (const [index, text] of readFileSync(path, "utf8").split("\n").entries()) {
    if (/^\s*(\*|\/\/|\/\*)/.test(text)) continue;
    for (const match of text.matchAll(importPattern)) {
      const specifier = match[1] ?? "";
      const target = specifier.startsWith(".") ? relative(sourceRoot, resolve(dirname(path), specifier)) : undefined;
      found.push({ file, line: index + 1, specifier, target });
    }
  }
  return found;
}
