import {
  withInputRequired,
  specTypeSchemas,
  type CallToolResult,
  type Client,
  type InputRequiredResult,
} from "@modelcontextprotocol/client";
import { describe, expect, test } from "vitest";
import { realClock } from "../runtime/real-clock.ts";
import { clientOf, servedGantry, tokens, withTokens, type Era } from "./testing/served-gantry.ts";

const eras: readonly Era[] = ["legacy", "auto"];
const asked = { hitl_primitives: ["move_to"] };
const target = { x: 0.4, y: 0.2, z: 0.5 };
const moveTo = { name: "move_to", arguments: target };

type Served = Awaited<ReturnType<typeof servedGantry>>;

const position = async ({ robot }: Served) => (await robot.runtime.observe()).worldFromTip.position;
const messageOf = (result: CallToolResult): string => {
  const [first] = result.content;
  return first?.type === "text" ? first.text : "";
};

/** One round by hand: what came back, which may be a question. */
function round(client: Client, params: object): Promise<CallToolResult | InputRequiredResult> {
  return client.request({ method: "tools/call", params: { ...params } }, withInputRequired(specTypeSchemas.CallToolResult), {
    allowInputRequired: true,
  });
}

const isQuestion = (result: object): result is InputRequiredResult => "inputRequests" in result;

async function questionFor(client: Client, call: object): Promise<string> {
  const result = await round(client, call);
  if (!isQuestion(result) || result.requestState === undefined) throw new Error("no question came back");
  expect(Object.keys(result.inputRequests ?? {})).toEqual(["approve"]);
  return result.requestState;
}

const yes = { approve: { action: "accept", content: { approve: true } } };

describe("runtime row 20 approvals through the client, under MCP", () => {
  test.for(eras)("accepted: the card names the motion, the plan is carried out, the trace says by whom (%s)", async (era) => {
    await using served = await servedGantry({ profile: asked });
    const cards: string[] = [];
    await using session = await clientOf(served.serving.url, era, { answer: (card) => (cards.push(card), "accept") });
    const result = await session.client.callTool(moveTo);
    expect(result.structuredContent).toMatchObject({ status: "ok" });
    expect(cards).toEqual([
      expect.stringMatching(/'move_to' needs a person's approval\n.*move_to \{"x":0\.4,"y":0\.2,"z":0\.5\} from .* to .*, \d/),
    ]);
    expect(served.robot.trace.recent(1)[0]).toMatchObject({
      decision: { escalatedBy: "hitl" },
      approval: { operator: "mcp:local", approved: true },
    });
    expect(await position(served)).toEqual([0.4, 0.2, 0.5].map((v) => expect.closeTo(v, 6)));
  });

  test.for(eras.flatMap((era) => (["decline", "cancel", "tick-no"] as const).map((said) => [era, said] as const)))(
    "declined: nothing moves (%s, %s)",
    async ([era, said]) => {
      await using served = await servedGantry({ profile: asked });
      await using session = await clientOf(served.serving.url, era, { answer: () => said });
      const before = await position(served);
      const result = await session.client.callTool(moveTo);
      expect([result.isError, result.structuredContent]).toEqual([true, expect.objectContaining({ status: "blocked", gate: "hitl" })]);
      expect(messageOf(result)).toBe("blocked: hitl: human reviewer denied 'move_to' call");
      expect(await position(served)).toEqual(before);
    },
  );

  test.for(eras)("a client that cannot ask is denied at the approval's time-out, in words (%s)", async (era) => {
    await using served = await servedGantry({ profile: { ...asked, hitl_timeout_s: 0.2 }, clock: realClock() });
    await using session = await clientOf(served.serving.url, era);
    const result = await session.client.callTool(moveTo);
    expect([result.isError, messageOf(result)]).toEqual([true, "blocked: hitl: approval timed out after 0.2 s"]);
  });

  test("a token without the scope approve is not asked", async () => {
    await using served = await servedGantry({ profile: { ...asked, hitl_timeout_s: 0.2 }, clock: realClock(), http: withTokens });
    let cards = 0;
    await using session = await clientOf(served.serving.url, "auto", { token: tokens.moves, answer: () => (cards++, "accept") });
    expect(messageOf(await session.client.callTool(moveTo))).toMatch(/approval timed out/);
    await using other = await clientOf(served.serving.url, "auto", { token: tokens.all, answer: () => (cards++, "decline") });
    expect(messageOf(await other.client.callTool(moveTo))).toMatch(/human reviewer denied/);
    expect(cards).toBe(1);
  });

  test("expired: an answer after the time-out moves nothing", async () => {
    await using served = await servedGantry({ profile: { ...asked, hitl_timeout_s: 0.1 }, clock: realClock() });
    await using session = await clientOf(served.serving.url, "auto", { answer: () => "accept" });
    const requestState = await questionFor(session.client, moveTo);
    await expect.poll(() => served.robot.trace.nSteps).toBe(1);
    const late = await round(session.client, { ...moveTo, requestState, inputResponses: yes });
    expect(late).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/used already, or came too late; nothing was done/) }],
    });
    expect(served.robot.trace.recent(9)).toMatchObject([{ result: { message: "hitl: approval timed out after 0.1 s" } }]);
  });

  test("replayed: an approval counts once", async () => {
    await using served = await servedGantry({ profile: asked });
    await using session = await clientOf(served.serving.url, "auto", { answer: () => "accept" });
    const requestState = await questionFor(session.client, moveTo);
    const answered = { ...moveTo, requestState, inputResponses: yes };
    expect(await round(session.client, answered)).toMatchObject({ structuredContent: { status: "ok" } });
    await session.client.callTool({ name: "go_home" });
    const home = await position(served);
    expect(await round(session.client, answered)).toMatchObject({ isError: true });
    expect(await position(served)).toEqual(home);
    expect(served.serving.running()).toBe(0);
  });

  test.for([
    ["other arguments", { ...moveTo, arguments: { ...target, x: -0.4 } }],
    ["another tool", { name: "step", arguments: { name: "move_to", args: target } }],
  ] as const)("altered: an approval for %s is refused, and the plan that waited is gone", async ([, altered]) => {
    await using served = await servedGantry({ profile: asked });
    await using session = await clientOf(served.serving.url, "auto", { answer: () => "accept" });
    const before = await position(served);
    const requestState = await questionFor(session.client, moveTo);
    expect(await round(session.client, { ...altered, requestState, inputResponses: yes })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/the approval was for other arguments/) }],
    });
    await expect.poll(() => served.serving.running()).toBe(0);
    expect(await round(session.client, { ...moveTo, requestState, inputResponses: yes })).toMatchObject({ isError: true });
    expect(await position(served)).toEqual(before);
  });

  test("forged and foreign states are refused before anything is looked at", async () => {
    await using served = await servedGantry({ profile: asked, http: withTokens });
    await using session = await clientOf(served.serving.url, "auto", { token: tokens.all, answer: () => "accept" });
    const requestState = await questionFor(session.client, moveTo);
    const answered = { ...moveTo, inputResponses: yes };
    const [head = "", body = "", mac = ""] = requestState.split(".");
    const altered = JSON.parse(Buffer.from(body, "base64url").toString());
    altered.p.planHash = "another";
    const forged = [head, Buffer.from(JSON.stringify(altered)).toString("base64url"), mac].join(".");
    await expect(round(session.client, { ...answered, requestState: forged })).rejects.toThrow(/Invalid or expired requestState/);
    await using thief = await clientOf(served.serving.url, "auto", { token: tokens.moves, answer: () => "accept" });
    await expect(round(thief.client, { ...answered, requestState })).rejects.toThrow(/Invalid or expired requestState/);
    expect(served.robot.trace.nSteps).toBe(0);
    // Whoever was asked may still answer.
    expect(await round(session.client, { ...answered, requestState })).toMatchObject({ structuredContent: { status: "ok" } });
  });

  test("while a plan waits for its person a stop is heard at once, and ends the wait", async () => {
    await using served = await servedGantry({ profile: asked });
    await using session = await clientOf(served.serving.url, "auto", { answer: () => "accept" });
    const requestState = await questionFor(session.client, moveTo);
    expect((await session.client.callTool({ name: "stop" })).structuredContent).toMatchObject({ acknowledged: true });
    await expect.poll(() => served.serving.running()).toBe(0);
    expect(await round(session.client, { ...moveTo, requestState, inputResponses: yes })).toMatchObject({ isError: true });
    expect(served.robot.trace.recent(9).map(({ result }) => result.status)).toEqual(expect.arrayContaining(["ok", "blocked"]));
  });
});
