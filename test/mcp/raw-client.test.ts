import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { servedGantry } from "../../src/mcp/testing/served-gantry.ts";
import { realClock } from "../../src/runtime/real-clock.ts";
import { readTrace } from "../../src/trace/read-trace.ts";
import { liveFolderOf } from "../run-cli.ts";
import { overHttp, overPipe, type Answering, type Step } from "./raw-client.ts";

const bin = fileURLToPath(new URL("../../bin/clearance.mjs", import.meta.url));
const far = { name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } };

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-raw-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});
const surroundings = () => ({ cwd: folder, env: { ...process.env, CLEARANCE_STATE_DIR: liveFolderOf(folder) } });
const serve = (profile = "gantry", ...more: readonly string[]) => [bin, "mcp", "--profile", profile, "--backend", "kinematic", ...more];

/** The gantry, whose moves need a person. */
function askingProfile(): string {
  const models = fileURLToPath(new URL("../../models/", import.meta.url));
  const text = readFileSync(join(models, "profiles/gantry.yaml"), "utf8").replaceAll(": ../", `: ${models}`);
  const path = join(folder, "asks.yaml");
  writeFileSync(path, `${text.replace("name: gantry", "name: asks")}\nhitl_primitives: [move_relative]\n`);
  return path;
}

const says =
  (said: { readonly action: string; readonly content?: object }, cards: string[]): Answering =>
  (method, params) => {
    cards.push(`${method}: ${String(params["message"])}`);
    return said;
  };
const yes = { action: "accept", content: { approve: true } };

describe("a client of the 2025 protocol, by hand, over a pipe", () => {
  test(
    "policies row 47 MCP tools: initialize, tools/list, a move with progress, cancellation is a stop",
    { timeout: 120_000 },
    async () => {
      await using served = overPipe(serve(), surroundings());
      const { client, strays } = served;
      const { result } = await client.initialize();
      expect(result).toMatchObject({
        protocolVersion: "2025-06-18",
        serverInfo: { name: "clearance-gantry" },
        instructions: expect.any(String),
      });
      const { tools } = (await client.request("tools/list")) as { tools: { name: string; inputSchema: object }[] };
      expect(tools.find(({ name }) => name === "move_to")?.inputSchema).toMatchObject({ type: "object", additionalProperties: false });

      expect(await client.call("move_relative", { dz: 0.05 })).toMatchObject({
        status: "ok",
        state: { position: [0, 0, expect.closeTo(1.05, 3)] },
      });
      expect(client.received.filter(({ method }) => method === "notifications/progress").length).toBeGreaterThan(0);

      const { id, moving } = client.begin("tools/call", far);
      await moving;
      await client.notify("notifications/cancelled", { requestId: id, reason: "enough" });
      const trace = async () => (await client.call("recent_trace")) as unknown as { events: { result: { status: string } }[] };
      await expect
        .poll(async () => (await trace()).events.map((event) => event.result.status), { timeout: 10_000 })
        .toEqual(["ok", "stopped"]);
      expect(((await client.call("state")) as unknown as { position: number[] }).position[0]).toBeLessThan(1.4);
      // A cancelled request is not answered.
      expect(client.received.filter((message) => message.id === id)).toEqual([]);
      expect(strays).toEqual([]);
    },
  );

  test.for([
    ["accepted", yes, "ok"],
    ["declined", { action: "decline" }, "blocked"],
  ] as const)("an approval is asked by elicitation within the call: %s", { timeout: 120_000 }, async ([, said, status]) => {
    const cards: string[] = [];
    await using served = overPipe(serve(askingProfile()), surroundings(), says(said, cards));
    await served.client.initialize();
    const before = (await served.client.call("state")) as unknown as { position: number[] };
    const moved = await served.client.call("move_relative", { dz: 0.05 });
    expect(moved.status).toBe(status);
    expect(cards).toEqual([expect.stringMatching(/^elicitation\/create: 'move_relative' needs a person's approval\n/)]);
    const rose = moved.state.position[2] - (before.position[2] ?? 9);
    expect(rose).toBeCloseTo(status === "ok" ? 0.05 : 0, 3);
  });

  test.for(["stop", "primitive_stop"])(
    "policies row 47 MCP tools: %s, sent after fifty calls, overtakes those that have not begun, and none of them begins afterwards",
    { timeout: 120_000 },
    async (stop) => {
      await using served = overPipe(serve(), surroundings());
      const { client } = served;
      await client.initialize();
      const calls = Array.from({ length: 50 }, () => client.begin("tools/call", far));
      const stopped = client.begin("tools/call", { name: stop, arguments: {} });
      expect((await stopped.answer).result).toMatchObject({ isError: false });
      const statuses = (await Promise.all(calls.map(({ answer }) => answer))).map(
        ({ result }) => (result?.["structuredContent"] as Step | undefined)?.status,
      );
      expect(new Set(statuses).has("ok")).toBe(false);
      const [x = 9] = ((await client.call("state")) as unknown as { position: number[] }).position;
      expect(x).toBeLessThan(0.5);
      const order = client.received.map(({ id }) => id);
      expect(order.indexOf(stopped.id)).toBeLessThan(order.indexOf(calls.at(-1)?.id));
      expect(await client.call("recent_trace", { n: 100 })).toMatchObject({ n_events_total: 51 });
    },
  );

  test(
    "a stop behind 200 calls in one piece is answered before them, and none of them begins afterwards",
    { timeout: 120_000 },
    async () => {
      await using served = overPipe(serve(), surroundings());
      const { client, together } = served;
      await client.initialize();
      const { calls, stopped } = together(() => ({
        calls: Array.from({ length: 200 }, () => client.begin("tools/call", { name: "move_to", arguments: far.arguments })),
        stopped: client.begin("tools/call", { name: "stop", arguments: {} }),
      }));
      expect((await stopped.answer).result).toMatchObject({ isError: false, structuredContent: { acknowledged: true } });
      const answers = await Promise.all(calls.map(({ answer }) => answer));
      const order = client.received.filter(({ result }) => result !== undefined).map(({ id }) => id);
      // The pipe may bring the piece in two; after `initialize` and what the first brought, the stop is next.
      expect(order.indexOf(stopped.id)).toBeLessThanOrEqual(2);
      expect(order.filter((id) => id !== stopped.id)).toEqual(
        [1, ...calls.map(({ id }) => id)].toSorted((a, b) => order.indexOf(a) - order.indexOf(b)),
      );
      const ended = answers.map(({ result }) => (result?.["structuredContent"] as Step | undefined)?.status ?? "too many");
      expect(new Set(ended)).toEqual(new Set(["stopped", "too many"]));
      // Reading is no call: those were too many.
      const { contents } = (await client.request("resources/read", { uri: "clearance://state" })) as { contents: { text: string }[] };
      expect(JSON.parse(contents[0]?.text ?? "")).toMatchObject({ position: [0, 0, 1] });
    },
  );

  test(
    "a stop that is refused has ended nothing; a call that is cancelled in the same piece has not begun",
    { timeout: 120_000 },
    async () => {
      await using served = overPipe(serve("gantry", "--trace", "t.jsonl"), surroundings());
      const { client, together } = served;
      await client.initialize();
      const up = { name: "move_relative", arguments: { dz: 0.02 } };
      const { before, refused, after } = together(() => {
        const first = client.begin("tools/call", up);
        const cancelled = client.begin("tools/call", far);
        void client.notify("notifications/cancelled", { requestId: cancelled.id });
        return {
          before: [first, client.begin("tools/call", up)],
          refused: client.begin("tools/call", { name: "stop", arguments: { now: true } }),
          after: client.begin("tools/call", up),
        };
      });
      expect((await refused.answer).result).toMatchObject({ isError: true });
      const moved = await Promise.all([...before, after].map(({ answer }) => answer));
      expect(moved.map(({ result }) => (result?.["structuredContent"] as Step | undefined)?.status)).toEqual(["ok", "ok", "ok"]);
      const [x, , z] = ((await client.call("state")) as unknown as { position: number[] }).position;
      expect([x, z]).toEqual([expect.closeTo(0, 2), expect.closeTo(1.06, 2)]);
      const events = (await client.call("recent_trace")) as unknown as { events: { result: { status: string } }[] };
      expect(events.events.map(({ result }) => result.status).toSorted()).toEqual(["ok", "ok", "ok", "stopped"]);
    },
  );

  test("a client that sends its calls and closes at once moves nothing and leaves a whole trace", { timeout: 120_000 }, async () => {
    const served = overPipe(serve("gantry", "--trace", "t.jsonl"), surroundings());
    await served.client.initialize();
    served.together(() => {
      for (let n = 0; n < 20; n++) void served.client.begin("tools/call", far);
    });
    await served[Symbol.asyncDispose]();
    expect(await served.ended).toBe(0);
    const read = readTrace(readFileSync(join(folder, "t.jsonl"), "utf8"));
    expect(read).toMatchObject({ ok: true, trace: { complete: true } });
    const moves = read.ok ? read.trace.steps.filter(({ intent }) => intent.name === "move_to") : [];
    expect(moves.map(({ result }) => result.status)).toEqual(moves.map(() => "stopped"));
  });

  test("a client that is killed in mid-motion: the robot stops within the deadman, its trace is whole", { timeout: 120_000 }, async () => {
    const script = join(import.meta.dirname, "dying-client.ts");
    const child = spawn(process.execPath, [script, ...serve("gantry", "--trace", "t.jsonl")], {
      ...surroundings(),
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const killedMs = Date.now();
    child.kill("SIGKILL");
    const trace = () => {
      const read = readTrace(readFileSync(join(folder, "t.jsonl"), "utf8"));
      return read.ok && read.trace.complete ? read.trace : undefined;
    };
    await expect.poll(() => trace() !== undefined, { timeout: 20_000 }).toBe(true);
    const steps = trace()?.steps ?? [];
    expect(steps.map(({ intent, result }) => [intent.name, result.status])).toEqual([
      ["move_to", "stopped"],
      ["stop", "ok"],
    ]);
    // The deadman of 500 ms, 500 ms of braking, and as much again for a machine that has more to do.
    expect(steps[0]!.timestamp * 1000 - killedMs).toBeLessThan(2000);
    expect((steps[0]!.stateAfter as { position: number[] }).position[0]).toBeLessThan(1.4);
  });
});

describe("a client of the 2025 protocol, by hand, over HTTP", () => {
  test("policies row 48 MCP transports: a session, events, progress, cancellation, its end", { timeout: 60_000 }, async () => {
    await using served = await servedGantry({ clock: realClock() });
    const { client, session, headers, end } = overHttp(served.serving.url);
    const { result } = await client.initialize();
    expect(result).toMatchObject({ protocolVersion: "2025-06-18", capabilities: { tools: {} } });
    expect(session()).toMatch(/^[\x21-\x7e]{16,}$/);
    expect(((await client.request("tools/list")) as { tools: object[] }).tools.length).toBeGreaterThan(6);
    expect(await client.call("move_relative", { dz: 0.05 })).toMatchObject({ status: "ok" });
    expect(client.received.some(({ method }) => method === "notifications/progress")).toBe(true);

    const { id, moving } = client.begin("tools/call", far);
    await moving;
    await client.notify("notifications/cancelled", { requestId: id });
    const statuses = () => served.robot.trace.recent(9).map((step) => step.result.status);
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(["ok", "stopped"]);

    const { moving: again } = client.begin("tools/call", far);
    await again;
    await end();
    await expect.poll(statuses, { timeout: 10_000 }).toEqual(["ok", "stopped", "stopped"]);
    const after = await fetch(served.serving.url, {
      method: "POST",
      headers: headers(),
      body: JSON.stringify({ jsonrpc: "2.0", id: 99, method: "tools/list" }),
    });
    expect(after.status).toBe(404);
  });

  test.for([
    ["accepted", yes, "ok"],
    ["declined", { action: "decline" }, "blocked"],
    ["cancelled", { action: "cancel" }, "blocked"],
    ["accepted without a tick", { action: "accept", content: {} }, "blocked"],
  ] as const)("an approval is asked by elicitation on the call's own stream: %s", { timeout: 60_000 }, async ([, said, status]) => {
    await using served = await servedGantry({ profile: { hitl_primitives: ["move_relative"] } });
    const cards: string[] = [];
    const { client } = overHttp(served.serving.url, says(said, cards));
    await client.initialize();
    expect(await client.call("move_relative", { dz: 0.05 })).toMatchObject({ status });
    expect(cards).toHaveLength(1);
    expect((await served.robot.runtime.observe()).worldFromTip.position[2]).toBeCloseTo(status === "ok" ? 1.05 : 1, 3);
  });

  test(
    "two clients at once: each hears of its own calls, one that vanishes stops its motion alone, a stop is for all",
    { timeout: 60_000 },
    async () => {
      await using served = await servedGantry({ clock: realClock() });
      const [one, two] = [overHttp(served.serving.url), overHttp(served.serving.url)];
      await Promise.all([one.client.initialize(), two.client.initialize()]);
      expect(one.session()).not.toBe(two.session());
      const statuses = () => served.robot.trace.recent(9).map(({ result }) => result.status);

      const first = one.client.begin("tools/call", far);
      await first.moving;
      // The second one's motion waits for the first one's, or is refused: never both at once.
      const second = two.client.begin("tools/call", { name: "move_relative", arguments: { dz: 0.01 } });
      expect(await two.client.call("state")).toMatchObject({ position: expect.any(Array) });
      expect(two.client.received.filter(({ method }) => method === "notifications/progress")).toEqual([]);
      one.vanish();
      const after = (await second.answer).result?.["structuredContent"];
      expect(after).toMatchObject({ status: "ok" });
      expect(statuses()).toEqual(["stopped", "ok"]);

      const third = two.client.begin("tools/call", far);
      await third.moving;
      const other = overHttp(served.serving.url);
      await other.client.initialize();
      expect(await other.client.call("stop", { reason: "another client" })).toMatchObject({ acknowledged: true });
      expect((await third.answer).result?.["structuredContent"]).toMatchObject({ status: "stopped" });
    },
  );
});
