import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { clientPage } from "../../scripts/client-pages.ts";
import { clientNames } from "../../src/mcp/client-config.ts";
import { liveFolderOf, runCli } from "../run-cli.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), "utf8");
const bin = fileURLToPath(new URL("bin/clearance.mjs", root));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-clients-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The server's entry in a client's file, whatever that client calls it. Continue keeps YAML and a list, all others keep JSON. */
function entryIn(name: string, text: string): Entry {
  const file = (name === "continue" ? parse(text) : JSON.parse(text)) as Record<
    string,
    Record<string, Entry> | (Entry & { name: string })[]
  >;
  const [key = "", ...more] = Object.keys(file);
  expect([key, more]).toEqual([name === "zed" ? "context_servers" : "mcpServers", []]);
  const servers = file[key] ?? {};
  const entry = Array.isArray(servers) ? servers.find((server) => server.name === "clearance") : servers["clearance"];
  if (entry === undefined) throw new Error(`no server 'clearance' in the block of ${name}`);
  const { command, args, env } = entry;
  return { command, args, env };
}

/** Starts what a client would start, in a folder that has nothing to do with the server, and moves the arm. */
async function drive({ command, args, env }: Entry): Promise<void> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({
      command,
      args: [...args],
      cwd: folder,
      env: { ...env, CLEARANCE_STATE_DIR: liveFolderOf(folder), PATH: process.env["PATH"] ?? "" },
      stderr: "ignore",
    }),
  );
  try {
    expect(client.getServerVersion()).toMatchObject({ name: "clearance-arm" });
    const { structuredContent } = await client.callTool({ name: "move_relative", arguments: { dz: 0.02 } });
    expect(structuredContent, JSON.stringify(structuredContent)).toMatchObject({ status: "ok" });
  } finally {
    await client.close();
  }
}

/** What `npx clearance` runs where the package is installed. */
function local({ command, args, env }: Entry): Entry {
  expect([command, args[0]]).toEqual(["npx", "clearance"]);
  return { command: process.execPath, args: [bin, ...args.slice(1)], env };
}

describe("what clients are told to start", () => {
  test.for(clientNames)(
    "%s: the printed block and the page's block start the same server, which drives the arm from anywhere",
    { timeout: 120_000 },
    async (name) => {
      const { code, stdout, stderr } = await runCli(["mcp", "config", "--client", name], folder);
      expect(code).toBe(0);
      const printed = entryIn(name, stdout);
      const page = read(`docs/clients/${name}.md`);
      const shown = entryIn(name, /```(?:json|yaml)\n([^]*?)```/.exec(page)?.[1] ?? "");
      expect(local(shown)).toEqual(printed);
      expect(printed.env).toEqual({ CLEARANCE_PROFILE: "arm", CLEARANCE_BACKEND: "mujoco", CLEARANCE_TRANSPORT: "stdio" });
      expect([printed.command, printed.args]).toEqual([process.execPath, [bin, "mcp"]]);
      const places = [...stderr.matchAll(/^ {2}(macOS|Windows|Linux) +(.+)$/gm)].map(([, , place]) => place);
      expect(places).toHaveLength(3);
      for (const place of places) expect(page).toContain(`\`${place}\``);
      await drive(printed);
    },
  );

  test.for(clientNames)("docs/clients/%s.md is what scripts/client-pages.ts writes, and docs/mcp.md links it", (name) => {
    expect(read(`docs/clients/${name}.md`)).toBe(clientPage(name));
    expect(read("docs/mcp.md")).toContain(`(clients/${name}.md)`);
  });

  test("--print-config NAME is config --client NAME; a profile's path is told in full", { timeout: 60_000 }, async () => {
    const [printed, asked] = await Promise.all([
      runCli(["mcp", "--print-config", "zed", "--profile", "gantry"], folder),
      runCli(["mcp", "config", "--client", "zed", "--profile", "gantry"], folder),
    ]);
    expect(printed).toEqual(asked);
    const own = fileURLToPath(new URL("models/profiles/gantry.yaml", root));
    const { stdout } = await runCli(["mcp", "config", "--client", "zed", "--profile", own, "--backend", "mock"], folder);
    expect(entryIn("zed", stdout).env).toMatchObject({ CLEARANCE_PROFILE: own, CLEARANCE_BACKEND: "kinematic" });
  });

  test("the reference's block starts the server: backend mock, transport stdio, its names of variables", { timeout: 60_000 }, async () => {
    const env = { GHOSTLOOP_PROFILE: "arm", GHOSTLOOP_BACKEND: "mock", GHOSTLOOP_TRANSPORT: "stdio" };
    await drive({ command: process.execPath, args: [bin, "mcp"], env });
  });
});

interface Smithery {
  readonly startCommand: {
    readonly type: string;
    readonly configSchema: { readonly type: string; readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
    readonly commandFunction: string;
    readonly exampleConfig: Readonly<Record<string, unknown>>;
  };
}

describe("smithery.yaml", () => {
  const { startCommand } = parse(read("smithery.yaml")) as Smithery;
  const started = (config: object): Entry => runInNewContext(`(${startCommand.commandFunction})`)(config) as Entry;

  test("is shipped, and has the keys that directories read", () => {
    expect((JSON.parse(read("package.json")) as { files: string[] }).files).toContain("smithery.yaml");
    expect(startCommand).toMatchObject({ type: "stdio", configSchema: { type: "object" }, commandFunction: expect.any(String) });
    const known = Object.keys(startCommand.configSchema.properties);
    expect(known).toEqual(expect.arrayContaining(Object.keys(startCommand.exampleConfig)));
  });

  test("its function starts the robot that is asked for, and by itself the one of its defaults", { timeout: 60_000 }, async () => {
    const defaults = Object.entries(startCommand.configSchema.properties).map(([key, value]) => [key, value.default] as const);
    expect(started({})).toEqual(started(Object.fromEntries(defaults)));
    expect(started({ profile: "gantry", backend: "kinematic" }).env).toMatchObject({
      CLEARANCE_PROFILE: "gantry",
      CLEARANCE_BACKEND: "kinematic",
    });
    await drive(local(started(startCommand.exampleConfig)));
  });
});
