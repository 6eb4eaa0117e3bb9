import { McpServer, type ServerContext } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { StepCalls } from "./step-calls.ts";
import { servedGantry } from "./testing/served-gantry.ts";

test("calls that came before a stop and have not begun end with it; those that come after it begin", async () => {
  await using served = await servedGantry();
  const { robot } = served;
  const calls = new StepCalls(robot);
  const connection = { server: new McpServer({ name: "test", version: "1" }), era: "legacy" } as const;
  const { signal } = new AbortController();
  const context = { mcpReq: { signal, requestState: () => undefined } } as unknown as ServerContext;
  const call = (primitive: string, args = {}) => calls.step({ tool: primitive, primitive, args, rationale: "" }, connection, context);
  const before = (await robot.runtime.observe()).qRad;
  const moves = [call("move_to", { x: 1, y: 0, z: 1 }), call("move_to", { x: -1, y: 0, z: 1 })];
  const stop = call("stop");
  const statuses = async (answers: readonly ReturnType<typeof call>[]) => {
    const ended = await Promise.all(answers);
    return ended.map((answer) => ("structuredContent" in answer ? (answer.structuredContent as { status?: unknown }).status : answer));
  };
  expect(await statuses([...moves, stop])).toEqual(["stopped", "stopped", "ok"]);
  expect((await robot.runtime.observe()).qRad).toEqual(before);
  expect(await statuses([call("move_to", { x: 1, y: 0, z: 1 })])).toEqual(["ok"]);
});
