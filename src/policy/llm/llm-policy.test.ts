import * as z from "zod";
import { afterEach, describe, expect, test } from "vitest";
import { definePrimitive } from "../../intent/define-primitive.ts";
import { cataloguePrimitives } from "../../intent/catalogue/catalogue.ts";
import { compositePrimitive } from "../../intent/composite.ts";
import { PrimitiveRegistry } from "../../intent/registry.ts";
import { Random } from "../../core/random.ts";
import { runPolicy } from "../../runtime/run-policy.ts";
import { observationOf, runToEnd } from "../testing/turns.ts";
import { endpointModel, type EndpointOptions } from "./endpoint-model.ts";
import { llmPolicy, type LlmPolicyOptions } from "./llm-policy.ts";
import { kinematicRobot } from "./testing/robots.ts";
import { openScriptedEndpoint, resultIdsIn, toolsIn, type Scripted, type ScriptedEndpoint } from "./testing/scripted-endpoint.ts";

const key = "sk-secret-0123456789";
const registry = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
const done: Scripted = { calls: [{ name: "done", args: { reason: "as asked" } }] };
const call = (name: string, args: object | string = {}, id?: string): Scripted => ({
  calls: [{ name, args, ...(id === undefined ? {} : { id }) }],
});
const move = (x: unknown, y: unknown = 0, z: unknown = 0.5): Scripted => call("move_to", { x, y, z });

let endpoint: ScriptedEndpoint | undefined;
afterEach(() => endpoint?.close());

type Options = Partial<LlmPolicyOptions> & { readonly wire?: EndpointOptions["wire"]; readonly maxAnswerBytes?: number };

async function policyOn(script: Parameters<typeof openScriptedEndpoint>[0], { wire = "openai", maxAnswerBytes, ...options }: Options = {}) {
  endpoint = await openScriptedEndpoint(script);
  const { baseUrl } = endpoint;
  const limit = maxAnswerBytes === undefined ? {} : { maxAnswerBytes };
  const model = endpointModel({ wire, model: "scripted", baseUrl, apiKey: key, ...limit });
  return llmPolicy({ model, registry, sleep: () => Promise.resolve(), random: new Random(1), ...options });
}

const thrown = async (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.for(["openai", "anthropic"] as const)("policies row 28 %s wire format", (wire) => {
  test("policies row 28 typed tools: one a primitive, sorted, with units, and no others", async () => {
    const policy = await policyOn([done], { wire });
    await runToEnd(policy, "nothing");
    const { body, headers, path } = endpoint!.requests[0]!;
    const tools = toolsIn(endpoint!.requests[0]!);
    expect(tools.map((tool) => tool.name)).toEqual([...registry.names(), "ask", "done"]);
    expect(tools.every((tool) => tool.schema.additionalProperties === false && tool.schema.type === "object")).toBe(true);
    const moveTo = tools.find((tool) => tool.name === "move_to")!;
    expect(moveTo.schema.required).toEqual(["x", "y", "z"]);
    expect(moveTo.schema.properties.x).toEqual({ type: "number", minimum: -100, maximum: 100, description: "tip x, in m, world frame" });
    expect(tools.find((tool) => tool.name === "set_gripper")!.schema.properties.state.enum).toEqual(["open", "close"]);
    expect(body.tool_choice).toEqual(wire === "openai" ? "auto" : { type: "auto" });
    expect(path).toBe(wire === "openai" ? "/v1/chat/completions" : "/v1/messages");
    expect(wire === "openai" ? headers.authorization : headers["x-api-key"]).toContain(key);
  });

  test("policies row 28 a robot without stop among its primitives is offered it, and stopped", async () => {
    const robot = await kinematicRobot("tello");
    expect(robot.registry.has("stop")).toBe(false);
    const policy = await policyOn([call("stop"), done], { wire, registry: robot.registry });
    const report = await runPolicy(robot.runtime, policy, "nothing");
    expect(toolsIn(endpoint!.requests[0]!).filter(({ name }) => name === "stop")).toHaveLength(1);
    expect(report.endedBy).toBe("stop");
    expect(robot.steps().map(({ intent, result }) => [intent.name, result.status])).toEqual([["stop", "ok"]]);
  });

  test("policies row 28 a model drives the arm: each call a step, each result back under the call's own id", async () => {
    const policy = await policyOn(
      [
        { text: "Looking first.", calls: [{ id: "call_7", name: "scan", args: { radius: 1 } }] },
        {
          calls: [
            { id: "call_8", name: "pick", args: { object: "red_cube" } },
            { id: "call_9", name: "place", args: { x: 0.45, y: -0.25 } },
          ],
        },
        done,
      ],
      { wire },
    );
    const robot = await kinematicRobot("arm");
    const report = await runPolicy(robot.runtime, policy, "put the red cube at (0.45, -0.25)");
    expect(report).toMatchObject({ reached: true, endedBy: "done", message: "as asked" });
    expect(robot.steps().map(({ intent, result }) => [intent.name, result.status])).toEqual([
      ["scan", "ok"],
      ["pick", "ok"],
      ["place", "ok"],
    ]);
    expect(robot.steps()[0]!.intent.rationale).toBe("Looking first.");
    expect(robot.steps().every((step) => step.gates.length > 0)).toBe(true);
    const [, second, third] = endpoint!.requests.map((request) => request.text);
    expect(second).toContain("call_7");
    expect(second).not.toContain("call_8");
    expect(third).toMatch(/call_8[\s\S]*call_9/);
    expect(third).toContain("holding red_cube");
    expect(resultIdsIn(endpoint!.requests[2]!)).toEqual(["call_7", "call_8", "call_9"]);
    expect(policy.used).toMatchObject({ requests: 3, retries: 0, inputTokens: 300, outputTokens: 30 });
    expect(JSON.stringify(robot.trace.records.map((record) => ({ ...record, tNs: 0 })))).not.toContain(key);
  });

  test("policies row 28 a refusal's reason goes back, the rest is not executed, and the model is asked again", async () => {
    const policy = await policyOn(
      [
        {
          calls: [
            { id: "far", name: "move_to", args: { x: 9, y: 0, z: 0.5 } },
            { id: "next", name: "go_home" },
          ],
        },
        done,
      ],
      { wire },
    );
    const robot = await kinematicRobot("arm");
    await runPolicy(robot.runtime, policy, "go far");
    expect(robot.steps()).toMatchObject([{ intent: { name: "move_to" }, decision: { action: "deny" } }]);
    const { text } = endpoint!.requests[1]!;
    expect(text).toContain("not executed");
    expect(text).toContain("workspace");
    expect(text).toContain("refused_by");
  });

  test("policies row 28 server answers 503 twice, then a call: one intent, two retries counted", async () => {
    const policy = await policyOn([{ status: 503 }, { status: 503 }, call("scan"), done], { wire });
    const { proposals } = await runToEnd(policy, "look");
    expect(proposals).toHaveLength(1);
    expect(policy.used).toMatchObject({ requests: 4, retries: 2 });
  });

  test.for([
    [429, 3],
    [500, 3],
    [400, 1],
    [404, 1],
  ] as const)("policies row 28 HTTP %i for good: asked %i times, then one clear error", async ([status, requests]) => {
    const policy = await policyOn([{ status, message: `no, says ${key}` }], { wire });
    const error = await thrown(runToEnd(policy, "look"));
    expect(error).toMatchObject({ name: "LlmPolicyError", code: "http_error", status });
    expect(String(error)).toMatch(new RegExp(`http://127.0.0.1:\\d+/v1 answered HTTP ${status}: no, says \\[key\\]`));
    expect(endpoint!.requests).toHaveLength(requests);
    expect(policy.terminated).toBe("error");
  });

  test("policies row 28 401: the key is named as the trouble, and not shown", async () => {
    const policy = await policyOn([{ status: 401, message: `Incorrect API key provided: ${key}` }], { wire });
    const error = await thrown(runToEnd(policy, "look"));
    expect(error).toMatchObject({ code: "unauthorized", status: 401 });
    expect(String(error)).not.toContain(key);
    expect(endpoint!.requests).toHaveLength(1);
  });

  test("policies row 28 an endpoint that hangs: over at the deadline, the connection closed", async () => {
    const policy = await policyOn(["hang"], { wire, requestTimeoutMs: 60 });
    expect(await thrown(runToEnd(policy, "look"))).toMatchObject({ code: "timeout" });
    expect(endpoint!.requests).toHaveLength(1);
  });

  test("policies row 28 one deadline holds for all tries together", async () => {
    const policy = await policyOn([{ status: 500 }, "hang"], { wire, requestTimeoutMs: 250 });
    expect(await thrown(runToEnd(policy, "look"))).toMatchObject({ code: "timeout" });
    expect(endpoint!.requests).toHaveLength(2);
  });

  test("policies row 28 an abort ends the waiting at once", async () => {
    const stopping = new AbortController();
    const policy = await policyOn(
      () => {
        stopping.abort();
        return "hang";
      },
      { wire },
    );
    const asked = policy.propose({ goal: "look", observation: observationOf(), last: undefined, signal: stopping.signal });
    expect(await thrown(asked)).toMatchObject({ code: "aborted" });
  });

  test.for([
    ["not JSON", "{choices: no"],
    ["another shape", '{"hello": 1}'],
    ["no choices", '{"id":"1","choices":[],"content":null}'],
    ["empty", ""],
    ["a stream that nobody asked for", 'data: {"choices":[{"delta":{"content":"go"}}]}\n\ndata: [DONE]\n\n'],
  ] as const)("policies row 28 an answer that cannot be read (%s) is one clear error", async ([, raw]) => {
    const policy = await policyOn([{ raw }], { wire });
    expect(await thrown(runToEnd(policy, "look"))).toMatchObject({ name: "LlmPolicyError", code: "bad_answer" });
    expect(endpoint!.requests).toHaveLength(1);
  });

  test("policies row 28 hallucination: an unknown tool is blocked by the resolver, and the model is told", async () => {
    const policy = await policyOn([call("fly", { high: 3 }), done], { wire });
    const robot = await kinematicRobot("arm");
    await runPolicy(robot.runtime, policy, "fly");
    expect(robot.steps()).toMatchObject([
      {
        intent: { name: "fly", args: {}, rationale: "hallucinated tool: fly" },
        decision: { gateName: "resolver" },
        result: { status: "blocked" },
      },
    ]);
    expect(endpoint!.requests[1]!.text).toContain("unknown primitive");
  });

  test("a flood of 10,000 calls is one refused record, and nothing is executed", async () => {
    const calls = Array.from({ length: 10_000 }, (_, i) => ({ name: "move_relative", args: { dz: 0.001 * (i % 2) } }));
    const policy = await policyOn([{ calls }, done], { wire });
    const robot = await kinematicRobot("arm");
    await runPolicy(robot.runtime, policy, "flood");
    expect(robot.steps()).toMatchObject([
      { result: { status: "blocked" }, intent: { rationale: "10000 tool calls in one answer, at most 32 are read" } },
    ]);
    expect(endpoint!.requests[1]!.text.length).toBeLessThan(30_000);
  });

  test("a flood of 50 MB is cut off and is one refused record", async () => {
    const policy = await policyOn([{ floodBytes: 50e6 }, done], { wire });
    const robot = await kinematicRobot("arm");
    const report = await runPolicy(robot.runtime, policy, "flood");
    expect(robot.steps()).toMatchObject([{ result: { status: "blocked" } }]);
    expect(robot.steps()[0]!.intent.rationale).toMatch(/longer than 4194304 bytes/);
    expect(report.reached).toBe(true);
  });
});

describe("policies row 28 arguments", () => {
  test('policies row 28 x = "0.4" becomes a number; "nan" and "left" are denied by schema; the loop goes on', async () => {
    const policy = await policyOn([move("0.4"), move("nan"), move("left"), move(""), done]);
    const robot = await kinematicRobot("arm");
    const report = await runPolicy(robot.runtime, policy, "move");
    expect(robot.steps().map(({ intent, decision }) => [intent.args["x"], decision.gateName])).toEqual([
      [0.4, "pipeline"],
      ["nan", "schema"],
      ["left", "schema"],
      ["", "schema"],
    ]);
    expect(report.endedBy).toBe("done");
  });

  test.for(["{x: 1", "[1, 2]", '"text"', "null", "7"])("policies row 28 %s is no argument object: refused, nothing moves", async (args) => {
    // go_home and move_relative would run on empty arguments.
    const policy = await policyOn([call("go_home", args), call("move_relative", args), call("move_to", args), done]);
    const robot = await kinematicRobot("arm");
    const before = (await robot.runtime.observe()).qRad;
    await runPolicy(robot.runtime, policy, "move");
    expect(robot.steps().map(({ intent, decision }) => [intent.name, intent.rationale, decision.gateName])).toEqual([
      ["go_home", "unparsable arguments", "schema"],
      ["move_relative", "unparsable arguments", "schema"],
      ["move_to", "unparsable arguments", "schema"],
    ]);
    expect((await robot.runtime.observe()).qRad).toEqual(before);
  });

  test("a primitive that takes anything is not run on arguments that could not be read", async () => {
    const open = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
    open.register(compositePrimitive("wander", ["go_home"], open));
    const policy = await policyOn([call("wander", "{broken"), done], { registry: open });
    expect((await runToEnd(policy, "wander")).proposals).toEqual([]);
    expect(endpoint!.requests[1]!.text).toContain("unparsable arguments");
  });

  test("policies row 28 done and ask; done says whether the goal is reached", async () => {
    expect((await runToEnd(await policyOn([done]), "x")).end).toEqual({ kind: "done", reached: true, message: "as asked" });
    const gaveUp = await policyOn([call("done", { reason: "there is no cube", reached: false })]);
    expect((await runToEnd(gaveUp, "x")).end).toEqual({ kind: "done", reached: false, message: "there is no cube" });
    const asks = await policyOn([call("ask", { question: "which cube?" })]);
    expect((await runToEnd(asks, "x")).end).toEqual({ kind: "ask", code: "model_asks", question: "which cube?" });
    expect(asks.terminated).toBe("ask");
  });

  test("a primitive named like a pseudo-tool is refused at construction", async () => {
    const taken = definePrimitive({
      name: "done",
      summary: "",
      risk: "sense",
      args: z.strictObject({}),
      plan: () => ({ segments: [] }),
      report: () => ({ ok: true, observation: {}, message: "" }),
    });
    await expect(policyOn([done], { registry: new PrimitiveRegistry([taken]) })).rejects.toThrow(/the name is taken/);
  });
});

describe("policies row 28 the loop ends", () => {
  test("policies row 28 plain text: one reminder, then it ends", async () => {
    const policy = await policyOn([{ text: "I would move the arm." }]);
    const { end } = await runToEnd(policy, "move");
    expect(end).toMatchObject({ kind: "done", reached: false, message: expect.stringContaining("I would move the arm.") });
    expect(policy.terminated).toBe("no_tool_call");
    expect(endpoint!.requests).toHaveLength(2);
    expect(endpoint!.requests[1]!.text).toContain("Call a tool, or call done.");
  });

  test("policies row 28 the same refused call three times ends it, also with looks between", async () => {
    let n = 0;
    const policy = await policyOn(() => (n++ % 2 === 0 ? move(9) : call("scan")));
    const robot = await kinematicRobot("arm");
    const report = await runPolicy(robot.runtime, policy, "move");
    expect(report).toMatchObject({ reached: false, endedBy: "done", message: expect.stringMatching(/three times unchanged/) });
    expect(robot.steps().filter((step) => step.intent.name === "move_to")).toHaveLength(3);
    expect(policy.terminated).toBe("repeated_refusal");
  });

  test("policies row 28 retries wait as the endpoint asks, and not beyond the deadline", async () => {
    const waits: number[] = [];
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    const asked = await policyOn([{ status: 429, headers: { "retry-after": "2" } }, call("scan"), done], { sleep });
    await runToEnd(asked, "look");
    expect(waits).toEqual([2000]);
    const late = await policyOn([{ status: 429, headers: { "retry-after": "3600" } }], { sleep });
    expect(await thrown(runToEnd(late, "look"))).toMatchObject({ code: "http_error", status: 429 });
    expect(waits).toEqual([2000]);
  });

  test("policies row 28 nobody listens: unreachable, with the address", async () => {
    const policy = await policyOn([done]);
    const { baseUrl } = endpoint!;
    await endpoint!.close();
    const error = await thrown(runToEnd(policy, "look"));
    expect(error).toMatchObject({ code: "unreachable" });
    expect(String(error)).toContain(`cannot reach ${baseUrl}`);
  });

  test("a redirect is not followed: the key would go along", async () => {
    const policy = await policyOn([{ status: 302, headers: { location: "http://127.0.0.1:1/v1/chat/completions" } }]);
    expect(await thrown(runToEnd(policy, "look"))).toMatchObject({ code: "unreachable" });
  });
});

describe("policies row 28 budget and accounting", () => {
  test("policies row 28 budget: the context stays within it, goal and instructions in every request", async () => {
    const policy = await policyOn((_request, i) => (i < 60 ? call("scan", { radius: i / 100 }) : done), {
      contextBudgetTokens: 3000,
      instructions: "INSTRUCTED",
    });
    const objects = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`thing ${i}`, [i, 0, 0] as const]));
    await runToEnd(policy, "GOALWORDS", undefined, () => ({ objects }));
    const talk = endpoint!.requests.map(({ body }) => JSON.stringify(body.messages.slice(1)).length);
    expect(endpoint!.requests).toHaveLength(61);
    expect(Math.max(...talk)).toBeLessThan(3000 * 3 * 1.3);
    for (const { text } of endpoint!.requests) expect(text).toMatch(/INSTRUCTED[\s\S]*Goal: GOALWORDS/);
  });

  test("costs are counted where prices are given, and only there", async () => {
    const priced = await policyOn([call("scan"), done], { prices: { inputPerMillion: 3, outputPerMillion: 15 } });
    await runToEnd(priced, "look");
    expect(priced.used.cost).toBeCloseTo((200 * 3 + 20 * 15) / 1e6, 12);
    const free = await policyOn([{ ...(done as object), usage: false }]);
    await runToEnd(free, "look");
    expect(free.used).toEqual({ requests: 1, retries: 0, inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, uncountedAnswers: 1 });
  });

  test("the header's facts: model, endpoint and a hash that changes with the configuration; no key", async () => {
    const [one, two] = [await policyOn([done], { temperature: 0 }), await policyOn([done], { temperature: 1 })];
    expect(Object.keys(one.config)).toEqual(["model", "endpoint", "config_sha256"]);
    expect(one.config["config_sha256"]).not.toBe(two.config["config_sha256"]);
    expect(JSON.stringify([one.config, one.used, one.messages])).not.toContain(key);
  });

  test("the limit of an answer goes under the name that the endpoint knows", async () => {
    endpoint = await openScriptedEndpoint([done]);
    const { baseUrl } = endpoint;
    const model = endpointModel({ wire: "openai", model: "m", baseUrl, maxTokensField: "max_completion_tokens" });
    await runToEnd(llmPolicy({ model, registry, temperature: null }), "x");
    const { body } = endpoint.requests[0]!;
    expect([body.max_completion_tokens, body.max_tokens, body.temperature]).toEqual([512, undefined, undefined]);
  });

  test("an address with a password is printed without it", () => {
    const { endpoint: shown } = endpointModel({ wire: "openai", model: "m", baseUrl: "http://me:pass@host/v1?token=t" });
    expect(shown).toBe("http://host/v1");
    expect(() => endpointModel({ wire: "openai", model: "m", baseUrl: "ftp://host" })).toThrow(/is not an http or https address/);
  });
});
