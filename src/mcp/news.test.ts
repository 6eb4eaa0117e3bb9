import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../core/json.ts";
import { lookPrimitive } from "../runtime/testing/painted-cameras.ts";
import { News, stateUri } from "./news.ts";
import { robotService } from "./robot-server.ts";
import { clientOf, servedGantry, tokens, withTokens, type Era } from "./testing/served-gantry.ts";

const eras: readonly Era[] = ["legacy", "auto"];
const soon = { stateNoticeEveryMs: 10 };
const other = { name: "move_to", arguments: { x: 0.4, y: 0.2, z: 0.5 } };

/** What a client hears without asking. */
function heardBy(client: Client): { readonly updated: string[]; readonly lists: string[] } {
  const heard = { updated: [] as string[], lists: [] as string[] };
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => void heard.updated.push(params.uri));
  client.setNotificationHandler("notifications/tools/list_changed", ({ method }) => void heard.lists.push(method));
  return heard;
}

/** Each revision's own way. */
async function subscribed(client: Client, era: Era): Promise<void> {
  if (era === "legacy") await client.subscribeResource({ uri: stateUri });
  else await client.listen({ toolsListChanged: true, resourceSubscriptions: [stateUri] });
}

/** The pipe's way of serving, without a process. */
async function piped(served: Awaited<ReturnType<typeof servedGantry>>, era: Era) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const { factory, close } = robotService(served.robot, { version: "test", callsPerMinute: 100_000, ...soon });
  const handle = serveStdio(factory, { transport: far });
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: era } });
  await client.connect(near);
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      close();
      await handle.close();
    },
  };
}

const wires = [
  ["HTTP", (served, era) => clientOf(served.serving.url, era)],
  ["a pipe", piped],
] as const satisfies readonly (readonly [string, (served: Awaited<ReturnType<typeof servedGantry>>, era: Era) => Promise<unknown>])[];

describe.for(wires)("over %s", ([, connect]) => {
  test.for(eras)("47 MCP resources: a client that subscribed to the state is told when it changed (%s)", async (era) => {
    await using served = await servedGantry({ http: soon });
    await using session = await connect(served, era);
    const { client } = session;
    const heard = heardBy(client);
    await subscribed(client, era);
    await client.callTool(other);
    await expect.poll(() => heard.updated.length, { timeout: 5000 }).toBeGreaterThan(0);
    expect(new Set(heard.updated)).toEqual(new Set([stateUri]));
  });

  test.for(eras)(
    "policies row 47 MCP tools: the list is refreshed, sorted, with one notice, when the registry changes (%s)",
    async (era) => {
      await using served = await servedGantry({ http: soon });
      await using session = await connect(served, era);
      const { client } = session;
      const { registry } = served.robot;
      const heard = heardBy(client);
      await subscribed(client, era);
      const before = (await client.listTools()).tools.map(({ name }) => name);
      registry.register(lookPrimitive);
      registry.register({ ...lookPrimitive, name: "a_look" });
      await expect.poll(() => heard.lists.length, { timeout: 5000 }).toBe(1);
      const after = (await client.listTools()).tools.map(({ name }) => name);
      expect(after.slice(0, 6)).toEqual(before.slice(0, 6));
      expect(after.slice(6)).toEqual([...before.slice(6), "look", "a_look"].sort());
      expect((await client.callTool({ name: "list_primitives" })).structuredContent).toMatchObject({ primitives: { a_look: {} } });
      registry.replaceAll([lookPrimitive]);
      await expect.poll(() => heard.lists.length, { timeout: 5000 }).toBe(2);
      expect((await client.listTools()).tools.slice(6).map(({ name }) => name)).toEqual(["look"]);
      expect((await client.callTool({ name: "look", arguments: { cameras: ["none"] } })).structuredContent).toMatchObject({
        status: "error",
      });
    },
  );
});

test("only the state can be subscribed to, and only by a client that may look; who unsubscribes hears no more", async () => {
  await using served = await servedGantry({ http: { ...withTokens, ...soon } });
  await using session = await clientOf(served.serving.url, "legacy", { token: tokens.all });
  const { client } = session;
  await expect(client.subscribeResource({ uri: "clearance://trace" })).rejects.toThrow(/only changes of clearance:\/\/state are told/);
  await client.subscribeResource({ uri: stateUri });
  await client.unsubscribeResource({ uri: stateUri });
  const heard = heardBy(client);
  await client.callTool(other);
  await using plans = await clientOf(served.serving.url, "legacy", { token: tokens.plans });
  await expect(plans.client.subscribeResource({ uri: stateUri })).rejects.toThrow();
  await using listens = await clientOf(served.serving.url, "auto", { token: tokens.plans });
  const { honoredFilter } = await listens.client.listen({ resourceSubscriptions: [stateUri], toolsListChanged: true });
  expect(honoredFilter).toEqual({ toolsListChanged: true });
  expect(heard.updated).toEqual([]);
});

describe("when a look is taken", () => {
  function watched() {
    let state: JsonObject = { position: [0], id: "obs-1", at_ms: 0, age_ms: {} };
    let task: (() => void) | undefined;
    let broken = false;
    const look = () => (broken ? Promise.reject(new Error("no encoder answers")) : Promise.resolve(state));
    const news = new News(look, 500, (again, everyMs) => {
      expect(everyMs).toBe(500);
      task = again;
      return () => {
        task = undefined;
      };
    });
    const told: string[] = [];
    return {
      news,
      told,
      isLooking: () => task !== undefined,
      listen: () => news.bus.subscribe(({ kind }) => void told.push(kind)),
      set: (change: JsonObject) => {
        state = { ...state, ...change };
      },
      breakDown: (down: boolean) => {
        broken = down;
      },
    };
  }

  test("one notice for a change, however much changed since the last look, and none for the passing of time", async () => {
    const { news, told, listen, set, isLooking } = watched();
    expect(isLooking()).toBe(false);
    const leave = listen();
    await news.lookAgain();
    set({ id: "obs-2", at_ms: 500, age_ms: { joints: 3 } });
    await news.lookAgain();
    expect(told).toEqual([]);
    for (const x of [1, 2, 3]) set({ position: [x] });
    await news.lookAgain();
    await news.lookAgain();
    expect(told).toEqual(["resource_updated"]);
    leave();
    expect(isLooking()).toBe(false);
  });

  test("nobody listens, nobody looks; who listens later hears of what changes from then on", async () => {
    const { news, told, listen, set } = watched();
    const leave = listen();
    await news.lookAgain();
    leave();
    set({ position: [9] });
    await news.lookAgain();
    listen();
    await news.lookAgain();
    expect(told).toEqual([]);
    set({ position: [10] });
    await news.lookAgain();
    expect(told).toEqual(["resource_updated"]);
  });

  test("a state that cannot be measured is told of once it can be again and is another", async () => {
    const { news, told, listen, set, breakDown } = watched();
    listen();
    await news.lookAgain();
    breakDown(true);
    set({ position: [1] });
    await news.lookAgain();
    expect(told).toEqual([]);
    breakDown(false);
    await news.lookAgain();
    expect(told).toEqual(["resource_updated"]);
    news.close();
  });
});
