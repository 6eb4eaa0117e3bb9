import { McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { Overtaking } from "./overtaking.ts";
import { StepCalls } from "./step-calls.ts";
import { servedGantry } from "./testing/served-gantry.ts";

type Answer = ReturnType<StepCalls["step"]>;

/** Calls of one pipe, told apart by their request. */
function callsOf({ robot }: Awaited<ReturnType<typeof servedGantry>>) {
  const calls = new StepCalls(robot);
  const overtaking = new Overtaking();
  const connection = { server: new McpServer({ name: "test", version: "1" }), era: "legacy", overtaking } as const;
  let requests = 0;
  const call = (primitive: string, args = {}, { id = --requests, signal = new AbortController().signal } = {}): Answer => {
    const context = { mcpReq: { id, signal, requestState: () => undefined } } as unknown as ServerContext;
    return calls.step({ tool: primitive, primitive, args, rationale: "" }, connection, context);
  };
  return { call, overtaking, joints: async () => (await robot.runtime.observe()).qRad };
}

async function statuses(answers: readonly Answer[]): Promise<readonly unknown[]> {
  const ended = await Promise.all(answers);
  return ended.map((answer) => ("structuredContent" in answer ? (answer.structuredContent as { status?: unknown }).status : answer));
}

const right = { x: 1, y: 0, z: 1 };

test("calls that came before a stop and have not begun end with it; those that come after it begin", async () => {
  await using served = await servedGantry();
  const { call, joints } = callsOf(served);
  const before = await joints();
  const moves = [call("move_to", right), call("move_to", { x: -1, y: 0, z: 1 })];
  const stop = call("stop");
  expect(await statuses([...moves, stop])).toEqual(["stopped", "stopped", "ok"]);
  expect(await joints()).toEqual(before);
  expect(await statuses([call("move_to", right)])).toEqual(["ok"]);
});

test("a call that a stop went past on its way here ends with it as well, once that stop was carried out", async () => {
  await using served = await servedGantry();
  const { call, overtaking, joints } = callsOf(served);
  const before = await joints();
  for (const id of [1, 2]) overtaking.note(id, 7);
  overtaking.note(3, 8);
  expect(await statuses([call("stop", {}, { id: 2 })])).toEqual(["ok"]);
  expect(await statuses([call("move_to", right, { id: 1 })])).toEqual(["stopped"]);
  expect(await joints()).toEqual(before);
  // The stop that went past this one was refused.
  expect(await statuses([call("move_to", right, { id: 3 })])).toEqual(["ok"]);
});

test("a call that is cancelled before its turn does not begin; a stop that is cancelled stops all the same", async () => {
  await using served = await servedGantry();
  const { call, joints } = callsOf(served);
  const before = await joints();
  const cancel = new AbortController();
  const cancelled = [call("move_to", right, { signal: cancel.signal }), call("stop", {}, { signal: cancel.signal })];
  cancel.abort();
  expect(await statuses(cancelled)).toEqual(["stopped", "ok"]);
  const late = call("move_to", right, { signal: cancel.signal });
  expect(await statuses([late])).toEqual(["stopped"]);
  expect(await joints()).toEqual(before);
});
