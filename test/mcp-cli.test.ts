import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { profileNames } from "../src/profile/files.ts";
import { runCli } from "./run-cli.ts";

let folder = "";
const kept = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-mcp-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  for (const name of Object.keys(process.env)) if (/^(CLEARANCE|GHOSTLOOP)_/.test(name) && !(name in kept)) delete process.env[name];
});
const cli = (...args: readonly string[]) => runCli(["mcp", ...args], folder);

describe("clearance mcp at the command line", () => {
  test.for(profileNames())(
    "policies row 50 Selfcheck: %s lists profile, primitives and gates, and takes a harmless step",
    async (profile) => {
      const { code, stdout } = await cli("--selfcheck", "--profile", profile, "--backend", "kinematic");
      expect(stdout).toMatch(
        new RegExp(`^profile +${profile}\nbackend +.*\nprimitives +\\w.*\ngates +window, .*\nstop +acknowledged\n(scan|sense) +ok: `),
      );
      expect(code).toBe(0);
    },
  );

  test("policies row 50 Selfcheck: 1 where the harmless step is refused, 2 for a profile that is not there", async () => {
    const profile = readFileSync(fileURLToPath(new URL("../models/profiles/gantry.yaml", import.meta.url)), "utf8");
    const models = fileURLToPath(new URL("../models/", import.meta.url));
    const nothingAllowed = `${profile.replaceAll(": ../", `: ${models}`)}\ngate_mode: exhaustive\n`.replace(
      /rate_limit_per_min: \d+/,
      "rate_limit_per_min: 0",
    );
    writeFileSync(join(folder, "none.yaml"), nothingAllowed);
    const refused = await cli("--selfcheck", "--profile", "none.yaml");
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringMatching(/scan +blocked: rate_limit: /)]);
    expect((await cli("--selfcheck", "--profile", "nope")).code).toBe(2);
  });

  test.for([
    [{ CLEARANCE_PROFILE: "nope" }, [], new RegExp(`there is no profile 'nope'; .*profiles: ${profileNames().join(", ")}`)],
    [{ GHOSTLOOP_PROFILE: "nope" }, [], /there is no profile 'nope'/],
    [{ CLEARANCE_PROFILE: "gantry", CLEARANCE_BACKEND: "magic" }, [], /--backend 'magic' is not known; choices: kinematic, mujoco/],
    [
      { CLEARANCE_TRANSPORT: "carrier-pigeon" },
      [],
      /CLEARANCE_TRANSPORT 'carrier-pigeon' is not known; choices: stdio, streamable-http, sse/,
    ],
    [{ CLEARANCE_TRANSPORT: "streamable-http", CLEARANCE_PORT: "99999" }, [], /take.* HOST:PORT/],
    [{}, ["--http", "8765"], /--http takes HOST:PORT, for example 127\.0\.0\.1:8765, not '8765'/],
    [{}, ["--profile", "gantry", "--http", "0.0.0.0:0"], /can be reached by others, and no token is set/],
    [{ CLEARANCE_MCP_TOKEN: "secret-of-somebody" }, ["--profile", "gantry"], /CLEARANCE_MCP_TOKEN: token-1: write TOKEN:SCOPE/],
    [{}, ["config"], /needs --client; choices: claude-desktop, cursor/],
    [{}, ["config", "--client", "cursor", "--url", "robot:8765"], /--url takes the server's address, for example http/],
    [{}, ["config", "--client", "claude-desktop", "--url", "http://robot:8765/mcp"], /takes servers elsewhere in its Settings, Connectors/],
    [{}, ["config", "--client", "emacs"], /--client 'emacs' is not known/],
    [{}, ["--print-config", "emacs"], /--client 'emacs' is not known/],
    [{}, ["config", "--print-config", "zed"], /clearance mcp config takes --client/],
    [{}, ["serve"], /clearance mcp takes no 'serve'/],
  ] as const)("policies row 49 MCP environment: %j %j ends with exit code 2", async ([env, args, message]) => {
    Object.assign(process.env, env);
    const { code, stdout, stderr } = await cli(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("secret-of-somebody");
  });

  test(
    "policies row 49 MCP environment: profile, backend, transport, host, port and token, by either name; SIGTERM ends it with 0",
    { timeout: 60_000 },
    async () => {
      const secret = "a-secret-of-this-test";
      Object.assign(process.env, {
        GHOSTLOOP_PROFILE: "gantry",
        CLEARANCE_BACKEND: "kinematic",
        GHOSTLOOP_TRANSPORT: "streamable-http",
        CLEARANCE_HOST: "::1",
        CLEARANCE_PORT: "0",
        CLEARANCE_MCP_TOKEN: `${secret}:observe+move`,
      });
      let url = "";
      let kill: (signal: NodeJS.Signals) => void = () => undefined;
      const running = runCli(["mcp"], folder, undefined, undefined, (send, stderr) => {
        kill = send;
        url = /at (http:\S+)/.exec(stderr)?.[1] ?? "";
      });
      await expect.poll(() => url, { timeout: 20_000 }).toMatch(/^http:\/\/\[::1\]:\d+\/mcp$/);
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${secret}` } } }),
      );
      expect((await client.callTool({ name: "move_relative", arguments: { dz: 0.01 } })).structuredContent).toMatchObject({ status: "ok" });
      await client.close();
      expect((await runCli(["status", "--json"], folder)).stdout).toMatch(/"profile":"gantry"/);
      kill("SIGTERM");
      const { code, stdout, stderr } = await running;
      expect([code, stdout]).toEqual([0, ""]);
      expect(stderr).not.toContain(secret);
    },
  );

  test("policies row 49 MCP environment: the block for a client names the robot that would be served here", async () => {
    Object.assign(process.env, { CLEARANCE_PROFILE: "turtlebot", GHOSTLOOP_BACKEND: "mujoco" });
    const { stdout } = await cli("config", "--client", "cursor");
    expect(JSON.parse(stdout)).toMatchObject({
      mcpServers: { clearance: { env: { CLEARANCE_PROFILE: "turtlebot", CLEARANCE_BACKEND: "mujoco" } } },
    });
  });

  test("--help says what there is", async () => {
    expect(await cli("--help")).toMatchObject({ code: 0, stdout: expect.stringMatching(/clearance mcp config[^]*CLEARANCE_MCP_TOKEN/) });
  });
});
