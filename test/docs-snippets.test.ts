import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("docs/policies.md: the policy of one's own runs as it stands, and hears of the refusal", { timeout: 60_000 }, async () => {
  const page = readFileSync(new URL("../docs/policies.md", import.meta.url), "utf8");
  const [, section = ""] = page.split("## A policy of your own");
  const [, snippet = ""] = /```ts\n([^]*?)```/.exec(section) ?? [];
  const source = snippet.replaceAll(/"clearance\/(\w+)"/g, (_all, folder: string) =>
    JSON.stringify(new URL(`../src/${folder}/index.ts`, import.meta.url).href),
  );
  const folder = mkdtempSync(join(tmpdir(), "clearance-docs-"));
  const file = join(folder, "mine.mts");
  writeFileSync(file, source);
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  rmSync(folder, { recursive: true });
  const promised = /console\.log\(.*\); +\/\/ (.*)/.exec(snippet)?.[1];
  expect(stdout).toBe(`${promised}\n`);
});
