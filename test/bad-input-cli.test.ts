import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
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

describe("command lines", () => {
  test.for([
    [["run", "--seed", "-1", "go home"], "--seed needs a value; one that begins with a dash is written --seed=-…"],
    [["run", "--trace"], "--trace needs a value; one that begins with a dash is written --trace=-…"],
    [["run", "--approve=yes", "go home"], "--approve takes no value; leave out what stands after the ="],
    [
      ["run", "--policy", "language", "--script", "steps.yaml"],
      "--policy language takes a goal in words; leave out --script or use --policy script",
    ],
    [["run", "--world", "gone.yaml", "go home"], "world gone.yaml: there is no such file"],
    [["run", "--script", "folder"], "script folder: it is a folder; give a file"],
    [["demo", "twice"], "clearance demo takes no 'twice'; try clearance demo --help"],
    [["doctor", "please"], "clearance doctor takes no 'please'; try clearance doctor --help"],
    [
      ["run", "--policy", "vla", "--url", "ws://127.0.0.1:1", "go"],
      "ws://127.0.0.1:1 cannot be reached: connect ECONNREFUSED 127.0.0.1:1; is the policy server running there?",
    ],
    [["mcp", "--json"], "--json is for clearance mcp --selfcheck"],
  ] as const)("%j", async ([args, line]) => {
    mkdirSync(join(folder, "folder"));
    expect(await cli(...args)).toMatchObject({ code: 2, stdout: "", stderr: `clearance: ${line}\n` });
  });

  test("a folder is no trace: exit code 3", async () => {
    mkdirSync(join(folder, "runs"));
    const line = "clearance: cannot read runs: it is a folder; give a trace, such as runs/arm-1.jsonl\n";
    expect(await cli("trace", "show", "runs")).toMatchObject({ code: 3, stderr: line });
  });

  test("a place where no trace can be written", async () => {
    file("runs", "a file");
    const { code, stderr } = await cli("run", "--backend", "kinematic", "go home");
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^clearance: cannot write the trace runs\/arm-1\.jsonl: .*; choose another place\n$/),
    ]);
  });

  test("policies row 49 MCP environment: a port that another program has is bad configuration", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await cli("mcp", "--profile", "gantry", "--http", `127.0.0.1:${port}`);
    other.close();
    expect(code).toBe(2);
    expect(stderr).toContain(
      `clearance: cannot listen at 127.0.0.1:${port}: another program does, perhaps another clearance mcp; give another port\n`,
    );
  });
});

test("policies row 50 Selfcheck: as one JSON object", async () => {
  const { code, stdout } = await cli("mcp", "--selfcheck", "--profile", "gantry", "--json");
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { ok: true, profile: "gantry", backend: "kinematic", stop: { acknowledged: true }, step: { name: "scan", status: "ok" } },
  ]);
});
