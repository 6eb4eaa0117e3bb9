import { afterEach, describe, expect, test } from "vitest";
import { cataloguePrimitives } from "../../intent/catalogue/catalogue.ts";
import { PrimitiveRegistry } from "../../intent/registry.ts";
import { runPlan } from "../../runtime/run-plan.ts";
import { endpointModel, type EndpointOptions } from "./endpoint-model.ts";
import { llmPlanner, type LlmPlannerOptions } from "./llm-planner.ts";
import { kinematicRobot } from "./testing/robots.ts";
import { openScriptedEndpoint, toolsIn, type Scripted, type ScriptedEndpoint } from "./testing/scripted-endpoint.ts";

const registry = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
let endpoint: ScriptedEndpoint | undefined;
afterEach(() => endpoint?.close());

type Options = Partial<LlmPlannerOptions> & { readonly wire?: EndpointOptions["wire"] };

async function plannerOn(scripted: Scripted, { wire = "openai", ...options }: Options = {}) {
  endpoint = await openScriptedEndpoint([scripted]);
  const model = endpointModel({ wire, model: "scripted", baseUrl: endpoint.baseUrl, apiKey: "k" });
  return llmPlanner({ model, registry, sleep: () => Promise.resolve(), ...options });
}
const submit = (intents: unknown, rationale = "so"): Scripted => ({ calls: [{ name: "submit_plan", args: { intents, rationale } }] });
const pickAndPlace = [
  { name: "pick", args: { object: "red_cube" }, rationale: "take it" },
  { name: "place", args: { x: "0.45", y: -0.25 }, rationale: "put it down" },
];

describe.for(["openai", "anthropic"] as const)("policies row 29 %s wire format", (wire) => {
  test("policies row 29 forced submit_plan, names enumerated, args typed and coerced; the plan runs", async () => {
    const planner = await plannerOn(submit(pickAndPlace), { wire });
    const robot = await kinematicRobot("arm");
    const plan = await planner.plan("put the red cube down", { observation: await robot.runtime.observe() });
    expect(plan).toMatchObject({ name: "llm", nSteps: 2, rationale: "so", issues: [] });
    expect(plan.intents[1]).toEqual({ name: "place", args: { x: 0.45, y: -0.25 }, rationale: "put it down" });
    const request = endpoint!.requests[0]!;
    const [tool, ...others] = toolsIn(request);
    expect(others).toEqual([]);
    const offered = tool!.schema.properties.intents.items.anyOf;
    expect(offered.map((step: { properties: { name: { enum: string[] } } }) => step.properties.name.enum[0])).toEqual(registry.names());
    const forced = { openai: { type: "function", function: { name: "submit_plan" } }, anthropic: { type: "tool", name: "submit_plan" } };
    expect(request.body.tool_choice).toEqual(forced[wire]);
    expect(planner.used).toMatchObject({ requests: 1, inputTokens: 100 });
    const report = await runPlan(robot.runtime, plan, "put the red cube down");
    expect(report).toMatchObject({ reached: true, endedBy: "done" });
    expect(robot.steps().map(({ intent, result }) => [intent.name, result.status])).toEqual([
      ["pick", "ok"],
      ["place", "ok"],
    ]);
  });

  test("policies row 29 an answer without submit_plan is a PlanError", async () => {
    const planner = await plannerOn({ text: "First I would pick." }, { wire });
    const error = await planner.plan("x").catch((thrown: unknown) => thrown);
    expect(String(error)).toBe("PlanError: the model did not call submit_plan; it said: First I would pick.");
  });
});

test("policies row 29 a plan may stop a robot that has no stop among its primitives, and its arguments are checked", async () => {
  const { registry: flying } = await kinematicRobot("tello");
  expect(flying.has("stop")).toBe(false);
  const planned = await (await plannerOn(submit([{ name: "stop", args: {} }]), { registry: flying })).plan("stop");
  expect(planned.intents).toEqual([{ name: "stop", args: {}, rationale: "" }]);
  await endpoint?.close();
  const wrong = await plannerOn(submit([{ name: "stop", args: { gently: true } }]), { registry: flying });
  await expect(wrong.plan("stop")).rejects.toThrow("stop.gently: is not an argument");
});

describe("policies row 29 what is no plan", () => {
  test.for([
    ["no intents", submit(undefined), /without a list of intents/],
    ["empty", submit([]), /the plan is empty/],
    ["not JSON", { calls: [{ name: "submit_plan", args: "{broken" }] }, /without a list of intents/],
    ["another tool", { calls: [{ name: "pick", args: { object: "red_cube" } }] }, /did not call submit_plan/],
    ["too long", submit(Array.from({ length: 10_000 }, () => ({ name: "scan", args: {} }))), /10000 intents, at most 64/],
  ] as const)("policies row 29 %s", async ([, scripted, message]) => {
    await expect((await plannerOn(scripted)).plan("x")).rejects.toThrow(message);
  });

  const faulty = [
    { name: "fly", args: {} },
    { name: "move_to", args: { x: "left", y: 0, z: 1 } },
    7,
    { name: "go_home", args: "up" },
    { name: "scan" },
  ];

  test("policies row 29 unknown names and bad args are all listed", async () => {
    const error = await (await plannerOn(submit(faulty))).plan("x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "PlanError" });
    expect((error as { issues: string[] }).issues.map((issue) => issue.slice(0, 32))).toEqual([
      "intents[0] 'fly' is not a primit",
      "intents[1] move_to.x: expected n",
      "intents[2] is not an intent with",
      "intents[3] go_home: its args are",
    ]);
  });

  test("policies row 29 lenient gives the plan with its issues, and nothing of it that is faulty ever runs", async () => {
    const plan = await (await plannerOn(submit(faulty), { lenient: true })).plan("x");
    expect([plan.nSteps, plan.issues.length]).toEqual([5, 4]);
    const robot = await kinematicRobot("arm");
    for (const intent of plan.intents.slice(0, 4))
      expect(await robot.runtime.step(intent)).toMatchObject({ result: { status: "blocked" } });
  });
});
