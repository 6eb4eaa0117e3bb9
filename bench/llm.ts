import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Observation } from "../src/core/observation.ts";
import { cataloguePrimitives, PrimitiveRegistry } from "../src/intent/index.ts";
import type { LastStep } from "../src/policy/index.ts";
import { endpointModel, llmPolicy } from "../src/policy/llm/index.ts";
import type { BenchOptions } from "./main.ts";
import { timeEachAsync } from "./measure.ts";
import type { Row } from "./report.ts";

/** Decisions of one goal, as many as `clearance run` allows unless told otherwise. */
const decisions = 16;

/**
 * What a decision costs besides the model: an endpoint in this process answers at once with one tool call, asked by the policy and asked
 * with the same bodies by `fetch` alone.
 */
export async function llmRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      if (bodies.length < decisions) bodies.push(Buffer.concat(parts).toString());
      response.writeHead(200, { "content-type": "application/json" }).end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const registry = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
  const policy = llmPolicy({ model: endpointModel({ wire: "openai", model: "bench", baseUrl }), registry });
  const { signal } = new AbortController();
  let last: LastStep | undefined;
  const n = quick ? 10 * decisions : 100 * decisions;
  const decided = await timeEachAsync(n, async (index) => {
    if (index % decisions === 0) last = undefined;
    const proposal = await policy.propose({ goal: "put the red cube in the bin", observation, last, signal });
    if (proposal.kind !== "intent") throw new Error("no intent came back");
    last = { intent: proposal.intent, status: "ok", message: "moved 0.4583 units", gate: "pipeline", observation: { moved_m: 0.4583 } };
  });
  const bare = await timeEachAsync(n, async (index) => {
    const body = bodies[index % decisions]!;
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    await response.json();
  });
  server.closeAllConnections();
  server.close();
  return [
    {
      what: `LLM policy, a decision more than the bare HTTP call, ${registry.names().length} tools`,
      measured: decided.medianUs - bare.medianUs,
      unit: "µs",
      limit: 1000,
      note: `p99 ${(decided.p99Us - bare.p99Us).toFixed(0)} µs; bare call ${bare.medianUs.toFixed(0)} µs`,
    },
  ];
}

const answer = JSON.stringify({
  id: "chat-1",
  object: "chat.completion",
  created: 0,
  model: "bench",
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_1", type: "function", function: { name: "move_to", arguments: '{"x":0.4,"y":0.1,"z":0.5}' } }],
      },
      finish_reason: "tool_calls",
    },
  ],
  usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 },
});

const observation: Observation = {
  id: "obs-1",
  seq: 1,
  atMs: 0,
  qRad: [0, -0.785, 0, -2.356, 0, 1.571, 0.785],
  qdRadPerS: [0, 0, 0, 0, 0, 0, 0],
  worldFromTip: { position: [0.307, 0, 0.59], orientation: [0, 1, 0, 0] },
  tipSpeedMps: 0,
  gripper: { opening: 1, holding: null },
  objects: ["red_cube", "green_cube", "blue_cube"].map((name, i) => ({
    name,
    worldFromObject: { position: [0.5, 0.1 * i, 0.025], orientation: [1, 0, 0, 0] },
  })),
  ageMs: { joints: 0, objects: 0 },
};
