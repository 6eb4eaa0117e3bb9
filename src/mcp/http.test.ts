import { request as httpRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { realClock } from "../runtime/real-clock.ts";
import { isLoopback } from "./http/serve-http.ts";
import { parseTokens } from "./http/tokens.ts";
import { clientOf, secretOf, servedGantry, tokens, withTokens, type Era } from "./testing/served-gantry.ts";

const eras: readonly Era[] = ["legacy", "auto"];
const target = { x: 0.4, y: 0.2, z: 0.5 };

/** A POST as anybody may send it, forbidden headers included. */
function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body = "{}",
  path = "/mcp",
): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { hostname, port, path, method: "POST", headers: { "Content-Type": "application/json", ...headers } },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

const callBody = (name: string, args: object = {}): string =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: {
      name,
      arguments: args,
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    },
  });
const rawHeaders = (name: string) => ({
  Accept: "application/json, text/event-stream",
  "MCP-Protocol-Version": "2026-07-28",
  "Mcp-Method": "tools/call",
  "Mcp-Name": name,
});

describe("clearance mcp over HTTP", () => {
  test.for(eras)(
    "policies row 48 MCP transports: named arguments move the arm over a real socket, x = 9 is refused by the fence (%s)",
    async (era) => {
      await using served = await servedGantry();
      await using session = await clientOf(served.serving.url, era);
      const { client } = session;
      expect(client.getNegotiatedProtocolVersion()).toBe(era === "auto" ? "2026-07-28" : "2025-11-25");
      expect(client.getInstructions()).toMatch(/gantry crane/);
      const moved = await client.callTool({ name: "move_to", arguments: target });
      expect(moved.structuredContent).toMatchObject({ status: "ok", observation: { error_m: 0 } });
      expect((await served.robot.runtime.observe()).worldFromTip.position).toEqual([0.4, 0.2, 0.5].map((v) => expect.closeTo(v, 6)));
      const refused = await client.callTool({ name: "move_to", arguments: { ...target, x: 9 } });
      expect([refused.isError, refused.structuredContent]).toEqual([
        true,
        expect.objectContaining({ status: "blocked", gate: "workspace" }),
      ]);
      const stepped = await client.callTool({ name: "step", arguments: { name: "scan", args: { radius: 0.5 }, rationale: "look" } });
      expect(stepped.structuredContent).toMatchObject({ status: "ok" });
      const trace = await client.callTool({ name: "recent_trace", arguments: { n: 2 } });
      expect(trace.structuredContent).toMatchObject({
        n_events_total: 3,
        events: [{ step: 2 }, { step: 3, intent: { rationale: "look" } }],
      });
      expect(served.problems).toEqual([]);
    },
  );

  test("policies row 47 MCP tools: plan says which gate would refuse and why, and moves and counts nothing", async () => {
    await using served = await servedGantry({ profile: { hitl_primitives: ["go_home"] } });
    await using session = await clientOf(served.serving.url, "auto");
    const { client } = session;
    const before = await served.robot.runtime.observe();
    const planned = async (name: string, args: object) =>
      (await client.callTool({ name: "plan", arguments: { name, args } })).structuredContent;
    expect(await planned("move_to", target)).toMatchObject({ verdict: "allow", objections: [], plan: { to_in_world: [[0.4, 0.2, 0.5]] } });
    expect(await planned("move_to", { ...target, x: 9 })).toMatchObject({
      verdict: "deny",
      message: expect.stringMatching(/^would be refused: workspace: /),
      objections: expect.arrayContaining([expect.objectContaining({ gate: "workspace", kind: "deny" })]),
    });
    expect(await planned("move_to", { x: 1 })).toMatchObject({ verdict: "deny", objections: [{ gate: "schema" }], plan: null });
    expect(await planned("fly", {})).toMatchObject({ verdict: "deny", message: "would be refused: resolver: unknown primitive: 'fly'" });
    expect(await planned("go_home", {})).toMatchObject({
      verdict: "hold",
      message: expect.stringMatching(/would wait for a person: hitl/),
    });
    expect((await served.robot.runtime.observe()).qRad).toEqual(before.qRad);
    expect(served.robot.trace.nSteps).toBe(0);
    await served.robot.runtime.emergencyStop({ operator: "ann", reason: "test" });
    expect(await planned("move_to", target)).toMatchObject({ verdict: "deny", objections: [{ gate: "safety" }] });
  });

  test("policies row 47 MCP tools: every tool has a typed schema with units, refuses unknown names, and says whether it only looks", async () => {
    await using served = await servedGantry();
    await using session = await clientOf(served.serving.url, "auto");
    const { tools } = await session.client.listTools();
    for (const { name, inputSchema } of tools)
      expect([name, inputSchema.additionalProperties]).toEqual([name, inputSchema.properties && false]);
    const moveTo = tools.find(({ name }) => name === "move_to");
    expect(moveTo).toMatchObject({
      annotations: { readOnlyHint: false, destructiveHint: true },
      inputSchema: {
        required: ["x", "y", "z"],
        properties: { x: { type: "number", minimum: -100, maximum: 100, description: "tip x [m, world frame]" } },
      },
    });
    expect(tools.find(({ name }) => name === "scan")?.annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false });
    expect(JSON.stringify(tools)).not.toMatch(/"unit"|"frame"|prefixItems/);
  });

  test("policies row 48 MCP transports: 401 without a token, 403 for a foreign Origin or Host, 413 for a long body, 404 elsewhere", async () => {
    await using served = await servedGantry({ http: withTokens });
    const { url } = served.serving;
    const known = { Authorization: `Bearer ${secretOf(tokens.all)}` };
    const evil = { Origin: "http://evil.example" };
    expect((await post(url, evil)).status).toBe(401);
    expect((await post(url, { Authorization: "Bearer nobody-knows-this" })).status).toBe(401);
    expect((await post(url, { ...known, ...evil })).status).toBe(403);
    expect((await post(url, { ...known, Host: "evil.example" })).status).toBe(403);
    expect((await post(url, known, `"${"x".repeat(1_048_576)}"`)).status).toBe(413);
    expect((await post(url, known, "{}", "/other")).status).toBe(404);
    const stepped = await post(url, { ...known, ...rawHeaders("get_status") }, callBody("get_status"));
    expect(stepped.status).toBe(200);
    expect(served.robot.trace.nSteps).toBe(1);
    expect(
      JSON.stringify(served.robot.trace.recent(9), (_, value: unknown) => (typeof value === "bigint" ? `${value}` : value)),
    ).not.toContain(secretOf(tokens.all));
  });

  test("policies row 48 MCP transports: 403 without the scope, in every tool and behind step; stop is for every token", async () => {
    await using served = await servedGantry({ http: withTokens });
    const { url } = served.serving;
    const looks = { Authorization: `Bearer ${secretOf(tokens.looks)}` };
    const tried = async (name: string, args: object = {}) =>
      (await post(url, { ...looks, ...rawHeaders(name) }, callBody(name, args))).status;
    expect(await tried("move_to", target)).toBe(403);
    expect(await tried("step", { name: "move_to", args: target })).toBe(403);
    expect(await tried("step", { name: "nobody-knows-this" })).toBe(403);
    expect(await tried("plan", { name: "move_to", args: target })).toBe(403);
    expect(await tried("step", { name: "scan" })).toBe(200);
    expect(await tried("stop")).toBe(200);
    expect(await tried("primitive_stop")).toBe(200);
    expect(served.robot.trace.recent(9).map(({ intent }) => intent.name)).toEqual(["scan", "stop", "stop"]);
  });

  test("policies row 48 MCP transports: a robot without stop among its primitives is stopped by every token, however often, and may plan to", async () => {
    await using served = await servedGantry({ profile: { categories: ["dexterous"] }, http: { ...withTokens, callsPerMinute: 0 } });
    const { url } = served.serving;
    const looks = { Authorization: `Bearer ${secretOf(tokens.looks)}` };
    const asked = { name: "step", args: { name: "stop" } } as const;
    for (const { name, args } of [asked, asked, { name: "stop", args: {} }]) {
      const { status, text } = await post(url, { ...looks, ...rawHeaders(name) }, callBody(name, args));
      expect([status, text]).toEqual([200, expect.not.stringContaining('"isError":true')]);
    }
    expect(served.robot.registry.names()).toEqual(["set_gripper", "set_joint"]);
    expect(served.robot.trace.recent(9).map(({ intent, result }) => [intent.name, result.status])).toEqual(
      Array.from({ length: 3 }, () => ["stop", "ok"]),
    );
  });

  test("policies row 48 MCP transports: a session of one token is none of another's", async () => {
    await using served = await servedGantry({ http: withTokens });
    await using session = await clientOf(served.serving.url, "legacy", { token: tokens.all });
    const { sessionId = "" } = session.client.transport ?? {};
    expect(sessionId).not.toBe("");
    const list = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
    const accept = { Accept: "application/json, text/event-stream", "Mcp-Session-Id": sessionId };
    expect((await post(served.serving.url, { ...accept, Authorization: `Bearer ${secretOf(tokens.looks)}` }, list)).status).toBe(404);
    expect((await post(served.serving.url, { ...accept, Authorization: `Bearer ${secretOf(tokens.all)}` }, list)).status).toBe(200);
  });

  test("policies row 48 MCP transports: an address that others can reach needs a token", async () => {
    await expect(servedGantry({ http: { host: "0.0.0.0" } })).rejects.toThrow(/no token is set/);
    await using served = await servedGantry({ http: { host: "0.0.0.0", ...withTokens } });
    expect((await post(served.serving.url.replace("0.0.0.0", "127.0.0.1"), {})).status).toBe(401);
    expect(["127.0.0.1", "127.8.8.8", "localhost", "::1"].every(isLoopback)).toBe(true);
    expect(["0.0.0.0", "::", "192.168.0.2", "127.evil.example", "", "localhost.evil.example"].some(isLoopback)).toBe(false);
  });

  test.for([
    ["a-long-enough-token", /token-1: write TOKEN:SCOPE/],
    ["a-long-enough-token:", /token-1: write TOKEN:SCOPE/],
    ["a-long-enough-token:observe+fly", /scopes of observe, plan, move, approve, override/],
    ["a-long-enough-token:move,short:move", /token-2: a token has at least 16 characters/],
  ] as const)("tokens that are not well written are refused, and not quoted: %s", ([text, message]) => {
    expect(() => parseTokens(text)).toThrow(message);
    expect(() => parseTokens(text)).not.toThrow(/a-long-enough-token|short/);
  });

  test("a client that calls more than sixty times a minute is told to wait, and may still stop", async () => {
    await using served = await servedGantry({ http: { callsPerMinute: 60 } });
    await using session = await clientOf(served.serving.url, "auto");
    const { client } = session;
    for (let n = 0; n < 60; n++) expect((await client.callTool({ name: "state" })).isError).not.toBe(true);
    const refused = await client.callTool({ name: "get_status" });
    expect([refused.isError, refused.content]).toEqual([
      true,
      [{ type: "text", text: "blocked: rate limit: 60 calls a minute; try again in 60 s" }],
    ]);
    expect((await client.callTool({ name: "stop" })).structuredContent).toMatchObject({ acknowledged: true });
  });

  test.for(eras)(
    "policies row 48 MCP transports: progress arrives while the arm moves; a cancelled call and a client that is gone stop it (%s)",
    { timeout: 30_000 },
    async (era) => {
      await using served = await servedGantry({ clock: realClock() });
      const far = { name: "move_to", arguments: { x: 1.5, y: 1.5, z: 1 } };
      const statuses = () => served.robot.trace.recent(9).map(({ result }) => result.status);
      await using session = await clientOf(served.serving.url, era);
      const cancel = new AbortController();
      const seen: number[] = [];
      const onprogress = ({ progress }: { readonly progress: number }): void => {
        seen.push(progress);
        cancel.abort();
      };
      await expect(session.client.callTool(far, { signal: cancel.signal, onprogress })).rejects.toThrow();
      await expect.poll(statuses, { timeout: 5000 }).toEqual(["stopped"]);
      expect(seen.every((fraction) => fraction > 0 && fraction < 1)).toBe(true);
      const other = await clientOf(served.serving.url, era);
      await new Promise<void>((resolve) => {
        void other.client.callTool(far, { onprogress: () => resolve() }).catch(() => undefined);
      });
      await other.client.close();
      await expect.poll(statuses, { timeout: 5000 }).toEqual(["stopped", "stopped"]);
      expect(served.robot.runtime.safety.status().latched).toBe(false);
    },
  );

  test("while the arm moves its state is read and a plan is asked for, and the motion goes on", { timeout: 30_000 }, async () => {
    await using served = await servedGantry({ clock: realClock() });
    await using session = await clientOf(served.serving.url, "auto");
    const { client } = session;
    let begun: () => void = () => undefined;
    const moving = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const far = client.callTool({ name: "move_to", arguments: { x: 0.8, y: 0, z: 1 } }, { onprogress: () => begun() });
    await moving;
    const xs: number[] = [];
    for (let n = 0; n < 5; n++) {
      const { position } = (await client.callTool({ name: "state" })).structuredContent as { position: [number, number, number] };
      xs.push(position[0]);
      await client.callTool({ name: "plan", arguments: { name: "move_to", args: target } });
    }
    expect(Math.max(...xs)).toBeLessThan(0.8);
    expect((await far).structuredContent).toMatchObject({ status: "ok" });
    expect((await client.callTool({ name: "state" })).structuredContent).toMatchObject({ position: [expect.closeTo(0.8, 6), 0, 1] });
  });

  test("forty calls at once are each answered and recorded, and what is said to be done is done", async () => {
    await using served = await servedGantry();
    await using session = await clientOf(served.serving.url, "auto");
    const calls = Array.from({ length: 40 }, () => session.client.callTool({ name: "move_relative", arguments: { dz: 0.01 } }));
    const statuses = (await Promise.all(calls)).map(({ structuredContent }) => (structuredContent as { status: string }).status);
    expect(statuses).toHaveLength(40);
    const done = statuses.filter((status) => status === "ok").length;
    expect((await served.robot.runtime.observe()).worldFromTip.position[2]).toBeCloseTo(1 + done * 0.01, 2);
    expect(served.robot.trace.nSteps).toBe(40);
  });

  test("odd requests are answered, and the server goes on", async () => {
    await using served = await servedGantry();
    const { url } = served.serving;
    for (const [body, path] of [
      ["", "/mcp"],
      ["not json", "/mcp"],
      ["[]", "/mcp"],
      ["{}", "//"],
      ["{}", "/mcp?x=1"],
      [callBody("__proto__"), "/mcp"],
      [callBody("constructor"), "/mcp"],
      [callBody("move_to", { x: 1e308, y: null, __proto__: 1 }), "/mcp"],
    ] as const)
      expect((await post(url, rawHeaders("move_to"), body, path)).status).toBeGreaterThanOrEqual(200);
    expect((await post(url, rawHeaders("get_status"), callBody("get_status"))).status).toBe(200);
  });

  test("300 calls leave no listeners, calls or steps behind", { timeout: 60_000 }, async () => {
    await using served = await servedGantry({ profile: { hitl_primitives: ["go_home"] } });
    await using session = await clientOf(served.serving.url, "auto");
    const { client } = session;
    for (let n = 0; n < 300; n++) {
      const name = n % 3 === 0 ? "move_relative" : "get_status";
      const { structuredContent } = await client.callTool({ name, arguments: {} }, { onprogress: () => undefined });
      expect(structuredContent).toMatchObject({ status: "ok" });
    }
    expect(served.robot.trace.nSteps).toBe(300);
    expect([served.serving.running(), served.robot.events.size, served.robot.approvals.size]).toEqual([0, 0, 0]);
    expect(process.listenerCount("warning") + process.listenerCount("exit")).toBeLessThan(20);
  });
});
