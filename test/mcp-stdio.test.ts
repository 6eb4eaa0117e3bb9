import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readTrace } from "../src/trace/read-trace.ts";
import { liveFolderOf, runCli } from "./run-cli.ts";

const bin = fileURLToPath(new URL("../bin/clearance.mjs", import.meta.url));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-mcp-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A real client that has started `clearance mcp` as its child. */
async function connected(era: "legacy" | "auto", args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: era } });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, "mcp", "--backend", "kinematic", ...args],
    cwd: folder,
    env: { ...env, CLEARANCE_STATE_DIR: liveFolderOf(folder), PATH: process.env["PATH"] ?? "" },
    stderr: "pipe",
  });
  const problems: string[] = [];
  client.onerror = (error) => void problems.push(error.message);
  await client.connect(transport);
  return { client, transport, problems, [Symbol.asyncDispose]: () => client.close() };
}

function alive(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}

const textOf = (result: { readonly content: readonly unknown[] }): string => JSON.stringify(result.content[0]);

describe("clearance mcp over standard input and output", () => {
  test.for(["legacy", "auto"] as const)(
    "policies row 47 MCP tools: named arguments move the arm, x = 9 is refused by the fence, the trace has both (%s)",
    { timeout: 60_000 },
    async (era) => {
      await using session = await connected(era);
      const { client, problems } = session;
      expect(client.getNegotiatedProtocolVersion()).toBe(era === "auto" ? "2026-07-28" : "2025-11-25");
      const { tools } = await client.listTools();
      expect(tools.slice(0, 6).map(({ name }) => name)).toEqual(["step", "state", "list_primitives", "recent_trace", "plan", "stop"]);
      const rest = tools.slice(6).map(({ name }) => name);
      expect(rest).toEqual([...rest].sort());
      expect(rest).toEqual(expect.arrayContaining(["move_to", "pick", "scan", "primitive_stop"]));

      const moved = await client.callTool({ name: "move_to", arguments: { x: 0.4, y: 0, z: 0.5 } });
      expect(moved.structuredContent).toMatchObject({ status: "ok" });
      const state = await client.callTool({ name: "state" });
      const [x, y, z] = (state.structuredContent as { position: [number, number, number] }).position;
      expect([x, y, z]).toEqual([expect.closeTo(0.4, 2), expect.closeTo(0, 2), expect.closeTo(0.5, 2)]);

      const refused = await client.callTool({ name: "move_to", arguments: { x: 9, y: 0, z: 0.5 } });
      expect(refused.isError).toBe(true);
      expect(refused.structuredContent).toMatchObject({ status: "blocked", gate: "workspace" });
      const wrong = await client.callTool({ name: "move_to", arguments: { x: "far", y: 0, z: 0.5 } });
      expect(wrong.isError).toBe(true);
      expect(textOf(wrong)).toMatch(/blocked: schema: move_to\.x: /);

      const trace = await client.callTool({ name: "recent_trace", arguments: { n: 2 } });
      expect(trace.structuredContent).toMatchObject({ n_events_total: 3, events: [{ step: 2 }, { step: 3 }] });
      // Whatever is on standard output besides the protocol would be a problem here.
      expect(problems).toEqual([]);
    },
  );

  test("policies row 47 MCP tools: stop does not wait behind a motion, which it ends", { timeout: 60_000 }, async () => {
    await using session = await connected("auto", ["--profile", "gantry"]);
    const { client } = session;
    let moving: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      moving = resolve;
    });
    const far = client.callTool({ name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } }, { onprogress: () => moving() });
    await begun;
    const stopped = await client.callTool({ name: "stop", arguments: { reason: "enough" } });
    expect(stopped.structuredContent).toMatchObject({ acknowledged: true });
    const ended = await far;
    expect([ended.isError, ended.structuredContent]).toEqual([true, expect.objectContaining({ status: "stopped" })]);
    const [x = 9] = ((await client.callTool({ name: "state" })).structuredContent as { position: number[] }).position;
    expect(x).toBeLessThan(1.2);
    // A stop is not a latch: the next call moves again.
    const again = await client.callTool({ name: "move_relative", arguments: { dz: 0.01 } });
    expect(textOf(again)).toMatch(/ok: moved/);
  });

  test(
    "policies row 48 MCP transports: a cancelled call stops the motion; instructions are sent; resources are read",
    { timeout: 60_000 },
    async () => {
      await using session = await connected("auto", ["--profile", "gantry"], { GHOSTLOOP_INSTRUCTIONS: "Be kind to the hall." });
      const { client } = session;
      expect(client.getInstructions()).toMatch(/gantry crane[^]*Limits: [^]*0\.5 m\/s[^]*\n\nBe kind to the hall\.$/);
      const cancel = new AbortController();
      const far = client.callTool(
        { name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } },
        { signal: cancel.signal, onprogress: () => cancel.abort() },
      );
      await expect(far).rejects.toThrow();
      const events = async () =>
        (await client.callTool({ name: "recent_trace" })).structuredContent as { events: { result: { status: string } }[] };
      await expect.poll(async () => (await events()).events.map(({ result }) => result.status)).toEqual(["stopped"]);
      const { resources } = await client.listResources();
      expect(resources.map(({ uri }) => uri)).toEqual(["clearance://state", "clearance://profile", "clearance://trace"]);
      const [profile] = (await client.readResource({ uri: "clearance://profile" })).contents;
      expect(JSON.parse(String(profile && "text" in profile ? profile.text : ""))).toMatchObject({ profile: { name: "gantry" } });
    },
  );

  test(
    "policies row 47 MCP tools: with --trace the pictures that a client gets lie beside it, taken by a step or read from a camera",
    { timeout: 60_000 },
    async () => {
      const { client, transport } = await connected("legacy", ["--trace", "t.jsonl"]);
      const { pid } = transport;
      const photo = await client.callTool({ name: "take_photo", arguments: { camera: "wrist" } });
      const [taken] = photo.content.flatMap((part) => (part.type === "image" ? [part.data] : []));
      const [read] = (await client.readResource({ uri: "clearance://camera/scene" })).contents;
      const shown = read !== undefined && "blob" in read ? read.blob : "";
      await client.close();
      await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
      const { code, stdout } = await runCli(["trace", "show", "t.jsonl", "--json"], folder);
      expect(code).toBe(0);
      const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line)); // prettier-ignore
      const [step, camera] = [lines[0], lines.at(-1)];
      const fileOf = ({ path }: { readonly path: string }) => readFileSync(join(folder, path)).toString("base64");
      expect(step.pictures.taken.map(fileOf)).toEqual([taken]);
      expect(camera.shown_without_step).toMatchObject({ to: "mcp:local", pictures: [{ camera: "scene" }] });
      expect(camera.shown_without_step.pictures.map(fileOf)).toEqual([shown]);
      const verified = await runCli(["trace", "verify", "t.jsonl"], folder);
      expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("2 referred to; 2 unchanged")]);
    },
  );

  test("policies row 47 MCP tools: the server's name is the profile's, or as it is told", { timeout: 60_000 }, async () => {
    await using gantry = await connected("legacy", ["--profile", "gantry"]);
    await using ward = await connected("legacy", ["--profile", "gantry", "--name", "ward-3"]);
    expect([gantry, ward].map(({ client }) => client.getServerVersion()?.name)).toEqual(["clearance-gantry", "ward-3"]);
  });

  test("a client that is gone leaves a whole trace behind, and no process", { timeout: 60_000 }, async () => {
    const { client, transport } = await connected("auto", ["--profile", "gantry", "--trace", "t.jsonl"]);
    const { pid } = transport;
    const begun = new Promise<void>((resolve) => {
      void client
        .callTool({ name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } }, { onprogress: () => resolve() })
        .catch(() => undefined);
    });
    await begun;
    await client.close();
    await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
    // The newest client asks a first process what it speaks, and works with a second one.
    const texts = ["t.jsonl", "t-2.jsonl"].map((name) => readFileSync(join(folder, name), "utf8"));
    const traces = texts.map((text) => readTrace(text));
    expect(traces).toEqual([0, 1].map(() => expect.objectContaining({ ok: true, trace: expect.objectContaining({ complete: true }) })));
    const statuses = traces.flatMap((read) => (read.ok ? read.trace.steps : [])).map(({ result }) => result.status);
    expect(statuses).toContain("stopped");
  });
});
