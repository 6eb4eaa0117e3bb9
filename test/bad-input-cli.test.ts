import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCli } from "./run-cli.ts";

// Each test starts several processes.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-bad-input-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const cli = (...args: readonly string[]) => runCli(args, folder);
const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);

/** A rover whose profile names `module`. */
function roverWith(module: string): void {
  file("skills.mjs", module);
  file("rover.yaml", "name: rover\nmorphology: mobile_base\ncategories: [generic]\ncustom_primitives: [./skills.mjs:primitives]\n");
}

describe("modules of a profile", () => {
  test("what they print goes to standard error: at load, and when called", async () => {
    roverWith(`console.log("loaded");
export const primitives = () => [{ name: "ring", call() { console.log("ringing"); return { status: "ok", message: "rang" }; } }];`);
    file("ring.yaml", "steps: [ring]\n");
    const { code, stdout, stderr } = await cli("run", "--profile", "rover.yaml", "--script", "ring.yaml", "--json");
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, steps: [{ message: "rang" }] }]);
    expect(stderr).toBe("loaded\nringing\n");
  });

  test("nor is it part of a protocol", async () => {
    roverWith(`console.log("loaded");\nexport const primitives = () => [{ name: "ring", call: () => ({ status: "ok" }) }];`);
    const { code, stdout, stderr } = await cli("mcp", "--profile", "rover.yaml");
    expect([code, stdout, stderr]).toEqual([0, "", expect.stringMatching(/^loaded\n/)]);
  });

  test("one that ends the process is no success", async () => {
    roverWith("process.exit(0);");
    const { code, stderr } = await cli("profiles", "rover.yaml");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^clearance: the process ended before the command did; .*process\.exit\?\n$/),
    ]);
  });
});
