/**
 * A server in a process of its own, for `bench/mcp.ts`: the robot of a profile on simulated time, or one bare tool of the SDK.
 *
 *     node bench/mcp-server.ts bare|PROFILE stdio|http
 *
 * Over HTTP its first line on standard output is its address.
 * @module
 */
import { createServer } from "node:http";
import { toNodeHandler, type NodeIncomingMessageLike } from "@modelcontextprotocol/node";
import { createMcpHandler, isLegacyRequest, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import * as z from "zod";
import { SimulatedClock } from "../src/core/clock.ts";
import { LegacySessions } from "../src/mcp/http/legacy-sessions.ts";
import { openServedRobot, serveOverHttp, serveOverStdio } from "../src/mcp/index.ts";
import { loadProfile } from "../src/profile/files.ts";

// Heap after a collection and listeners, when the bench asks: one line on standard error.
process.on("SIGUSR2", () => {
  globalThis.gc?.();
  const emitters = [process, process.stdin, process.stdout];
  const listeners = emitters.reduce((sum, one) => sum + one.eventNames().reduce((n, name) => n + one.listenerCount(name), 0), 0);
  process.stderr.write(`${JSON.stringify({ heapMb: process.memoryUsage().heapUsed / 1e6, listeners })}\n`);
});

const [what = "bare", transport = "stdio"] = process.argv.slice(2);
const settings = { version: "bench", callsPerMinute: Number.MAX_SAFE_INTEGER };
const maxRequestBodySize = 1_048_576;

const move = { dx: z.number().default(0), dy: z.number().default(0), dz: z.number().default(0) };
const bare = (): McpServer => {
  const server = new McpServer({ name: "bare", version: "bench" });
  const answer = { content: [{ type: "text" as const, text: "ok" }], structuredContent: { status: "ok" } };
  const schemas = { inputSchema: z.object(move), outputSchema: z.object({ status: z.string() }) };
  server.registerTool("move_relative", { description: "Answers at once", ...schemas }, () => answer);
  return server;
};

if (what === "bare" && transport === "stdio") serveStdio(bare);
else if (what === "bare") {
  const modern = createMcpHandler(bare, { legacy: "reject", maxRequestBodySize });
  const sessions = new LegacySessions(bare, maxRequestBodySize);
  const fetch = async (request: Request): Promise<Response> =>
    (await isLegacyRequest(request, undefined, { maxRequestBodySize })) ? sessions.fetch(request) : modern.fetch(request);
  const handle = toNodeHandler({ fetch }, { maxRequestBodySize });
  const server = createServer((request, response) => void handle(request as NodeIncomingMessageLike, response));
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/mcp`);
  });
} else {
  const loaded = loadProfile(what);
  const profile = { ...loaded.profile, rate_limit_per_min: 1_000_000_000 };
  const robot = await openServedRobot({ ...loaded, profile }, { backend: "kinematic", clock: new SimulatedClock(), version: "bench" });
  if (transport === "stdio") serveOverStdio(robot, settings);
  else {
    const serving = await serveOverHttp(robot, { ...settings, host: "127.0.0.1", port: 0, tokens: [], log: () => undefined });
    console.log(serving.url);
  }
}
