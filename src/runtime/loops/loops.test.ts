import { afterEach, describe, expect, test } from "vitest";
import { kinematicRobot } from "../../policy/llm/testing/robots.ts";
import { openScriptedEndpoint, type Scripted, type ScriptedEndpoint } from "../../policy/llm/testing/scripted-endpoint.ts";
import { chunkOf, fakeModel } from "../../policy/vla/testing/fake-model.ts";
import { llmPolicyLoop, vlaPolicyLoop } from "./index.ts";

let endpoint: ScriptedEndpoint | undefined;
afterEach(() => endpoint?.close());

const move: Scripted = { calls: [{ name: "move_to", args: { x: 0.4, y: 0, z: 0.5 } }] };
const done: Scripted = { calls: [{ name: "done", args: { reason: "there" } }] };

async function llmLoop(script: readonly Scripted[], maxSteps?: number, signal?: AbortSignal) {
  endpoint = await openScriptedEndpoint(script);
  const { registry, runtime } = await kinematicRobot("arm");
  const config = { baseUrl: endpoint.baseUrl, model: "scripted", maxRetries: 0 };
  return llmPolicyLoop({
    registry,
    runtime,
    goal: "go",
    config,
    ...(maxSteps === undefined ? {} : { maxSteps }),
    ...(signal === undefined ? {} : { signal }),
  });
}

describe("policies row 28: llmPolicyLoop", () => {
  test("keys, state and messages of a goal that is reached", async () => {
    const result = await llmLoop([move, done]);
    expect(Object.keys(result)).toEqual(["steps", "terminated", "last_observation", "messages"]);
    expect(result).toMatchObject({ steps: 1, terminated: "done", last_observation: { status: "ok", state: { held_object: null } } });
    expect(Object.keys(result.last_observation)).toEqual(["status", "message", "observation", "state"]);
    expect(result.last_observation.state["position"]).toEqual([expect.closeTo(0.4, 3), expect.closeTo(0, 3), expect.closeTo(0.5, 3)]);
    expect(result.messages[0]).toMatchObject({ role: "user", content: expect.stringContaining("Goal: go") });
    expect(Object.isFrozen(result.messages[0])).toBe(true);
  });

  const aborted = AbortSignal.abort();
  test.for([
    ["max_steps", [move], 3, undefined, 3],
    ["max_steps", [{ calls: [{ name: "get_status" }] }], undefined, undefined, 16],
    ["no_tool_call", [{ text: "I would move." }], undefined, undefined, 0],
    ["error", [{ status: 400 }], undefined, undefined, 0],
    ["stopped", [{ calls: [{ name: "stop" }] }], undefined, undefined, 1],
    ["stopped", [move], undefined, aborted, 0],
  ] as const)("terminated %s", async ([terminated, script, maxSteps, signal, steps]) => {
    expect(await llmLoop(script, maxSteps, signal)).toMatchObject({ terminated, steps });
  });
});

describe("policies row 30: vlaPolicyLoop", () => {
  const right = [0.01, 0, 0, 0, 0, 0, 0];
  const still = [0, 0, 0, 0, 0, 0, 0];

  test.for([
    ["max_steps", [right], 5, 5],
    ["idle", [still], undefined, 0],
    ["malformed", [[Number.NaN, 0, 0]], undefined, 0],
    ["no_action", [], undefined, 0],
  ] as const)("terminated %s", async ([terminated, rows, maxSteps, steps]) => {
    const { runtime } = await kinematicRobot("arm");
    await runtime.step({ name: "get_status", args: {} });
    const model = fakeModel(({ observationId }) =>
      rows.length === 0 ? { kind: "none", observationId, done: false } : chunkOf(observationId, rows),
    );
    const result = await vlaPolicyLoop({ model, runtime, ...(maxSteps === undefined ? {} : { maxSteps }) });
    expect(Object.keys(result)).toEqual(["steps", "terminated", "trace_episode_id", "n_events"]);
    expect(result).toEqual({ steps, terminated, trace_episode_id: expect.stringMatching(/^[0-9a-f-]{36}$/), n_events: steps + 1 });
  });

  test("terminated stopped", async () => {
    const { runtime } = await kinematicRobot("arm");
    const model = fakeModel(({ observationId }) => chunkOf(observationId, [right]));
    expect(await vlaPolicyLoop({ model, runtime, signal: AbortSignal.abort() })).toMatchObject({ steps: 0, terminated: "stopped" });
  });
});
