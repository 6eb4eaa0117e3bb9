/**
 * `--renderer browser` at the command line: a robot that draws, one that does not start, and what is left of the browser afterwards.
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chromium, describeWithBrowser, processes, type SystemProcess } from "./chromium.ts";
import { runCli } from "./run-cli.ts";

vi.setConfig({ testTimeout: 90_000 });

const cli = fileURLToPath(new URL("../bin/clearance.mjs", import.meta.url));
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "renderer-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.for([
  [
    "a typo",
    ["run", "--renderer", "brwser", "go home"],
    {},
    "--renderer 'brwser' is not known; did you mean 'browser'? choices: rays, browser",
  ],
  ["another word", ["llm", "--goal", "x", "--renderer", "webgl"], {}, "--renderer 'webgl' is not known; choices: rays, browser"],
  ["the environment", ["mcp", "--selfcheck"], { CLEARANCE_RENDERER: "magic" }, "--renderer 'magic' is not known; choices: rays, browser"],
  [
    "a browser that is not there",
    ["run", "--renderer=browser", "go home"],
    { CLEARANCE_BROWSER: "/nope" },
    "cannot start: '/nope' is no program that can be run; set",
  ],
  [
    "no browser on PATH",
    ["run", "--renderer=browser", "go home"],
    { PATH: "/nope" },
    "cannot start: there is no chromium, chromium-browser, google-chrome,",
  ],
  [
    "none for a server",
    ["mcp", "--selfcheck"],
    { CLEARANCE_RENDERER: "browser", PATH: "/nope" },
    "on PATH; install one (Debian: apt-get install chromium)",
  ],
  ["none for a client's block", ["mcp", "config", "--client=cursor", "--renderer=browser"], { PATH: "/nope" }, "there is no chromium,"],
] as const)("%s: one line, and nothing is started", async ([, args, environment, line]) => {
  vi.stubEnv("CLEARANCE_BROWSER", "");
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { code, stdout, stderr } = await runCli(args, folder);
  expect(stderr).toContain(line);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect([code, stdout, existsSync(join(folder, "runs"))]).toEqual([2, "", false]);
});

test("rays need no browser", async () => {
  vi.stubEnv("CLEARANCE_RENDERER", "browser");
  vi.stubEnv("CLEARANCE_BROWSER", "/nope");
  expect((await runCli(["run", "--profile", "turtlebot", "--renderer", "rays", "take a photo"], folder)).code).toBe(0);
  expect(readFileSync(join(folder, "runs/turtlebot-1.jsonl"), "utf8")).not.toContain('"renderer"');
});

describeWithBrowser("--renderer browser (needs a Chromium)", () => {
  test("a photo is drawn, kept, and its record says by what; the same run gives the same picture", async () => {
    vi.stubEnv("CLEARANCE_RENDERER", "browser");
    vi.stubEnv("CLEARANCE_BROWSER", chromium!);
    const hashes: string[][] = [];
    for (const name of ["one", "two"]) {
      const run = ["run", "--profile", "turtlebot", "--trace", `${name}.jsonl`, "take a photo"];
      const { code, stderr } = await runCli(run, folder);
      expect([code, stderr]).toEqual([0, ""]);
      hashes.push(readdirSync(join(folder, `${name}.images`)));
      expect(readFileSync(join(folder, `${name}.jsonl`), "utf8")).toContain('"renderer":"browser"');
    }
    expect(hashes[0]).toHaveLength(1);
    expect(hashes[1]).toEqual(hashes[0]);
  });

  test("mcp config names the browser in full, so that a client with another PATH finds it", async () => {
    vi.stubEnv("CLEARANCE_BROWSER", "");
    vi.stubEnv("PATH", dirname(chromium!));
    const { code, stdout } = await runCli(["mcp", "config", "--client", "cursor", "--renderer", "browser"], folder);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      mcpServers: { clearance: { env: { CLEARANCE_RENDERER: "browser", CLEARANCE_BROWSER: expect.stringContaining(dirname(chromium!)) } } },
    });
  });

  const ofBrowser = (first: SystemProcess) => processes().filter(({ group }) => group === first.group);

  test.skipIf(process.platform !== "linux").for(["SIGINT", "SIGHUP", "SIGKILL"] as const)(
    "%s to a server ends its browser with it",
    async (signal) => {
      const env = { ...process.env, CLEARANCE_BROWSER: chromium!, CLEARANCE_STATE_DIR: folder, TMPDIR: folder };
      const server = spawn(process.execPath, [cli, "mcp", "--profile", "turtlebot", "--renderer", "browser"], { cwd: folder, env });
      const ended = new Promise((resolve) => server.once("close", resolve));
      let said = "";
      server.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      try {
        await vi.waitFor(() => expect(said).toContain("over standard input and output"), { timeout: 60_000 });
        const first = processes().find(({ parent }) => parent === server.pid)!;
        expect(first.command).toContain("--remote-debugging-pipe");
        expect(ofBrowser(first).length).toBeGreaterThan(2);
        server.kill(signal);
        await ended;
        await vi.waitFor(() => expect(ofBrowser(first)).toEqual([]), { timeout: 20_000 });
        // Nobody is left to tidy up after a process that was killed outright.
        if (signal === "SIGINT") expect(readdirSync(folder).filter((name) => name.startsWith("clearance-browser-"))).toEqual([]);
      } finally {
        server.kill("SIGKILL");
      }
    },
  );
});
