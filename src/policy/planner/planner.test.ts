import { describe, expect, test } from "vitest";
import type { Vec3 } from "../../core/vec3.ts";
import { cataloguePrimitives } from "../../intent/catalogue/catalogue.ts";
import { PrimitiveRegistry } from "../../intent/registry.ts";
import { runToEnd } from "../testing/turns.ts";
import { fixedPlan, pickAndPlacePlanner, sequentialPlanner, traversePlanner } from "./built-in-planners.ts";
import { planPolicy } from "./plan-policy.ts";
import { intentPlan, type IntentPlan } from "./planner.ts";

const goal = { object: "cube", pickM: [0.5, 0, 0.2] as Vec3, placeM: [0.3, 0.4, 0.2] as Vec3 };
const names = (plan: IntentPlan | Promise<IntentPlan>) => (plan instanceof Promise ? [] : plan.intents.map((intent) => intent.name));

describe("policies row 75 planners", () => {
  test("policies row 75 pick and place, defaults", () => {
    const plan = pickAndPlacePlanner().plan(goal);
    expect(names(plan)).toEqual(["scan", "move_to", "pick", "move_to", "place"]);
    expect(plan).toMatchObject({ name: "pick_and_place", nSteps: 5, metadata: { object: "cube" } });
    expect(plan).toMatchObject({
      intents: [
        { args: { radius: 0.5 } },
        { args: { x: 0.5, y: 0, z: 0.2 } },
        { args: { object: "cube" } },
        {},
        { args: { x: 0.3, y: 0.4 } },
      ],
    });
  });

  test("policies row 75 scanFirst: false begins with move_to; another radius is used", () => {
    expect(names(pickAndPlacePlanner({ scanFirst: false }).plan(goal))).toEqual(["move_to", "pick", "move_to", "place"]);
    expect(pickAndPlacePlanner({ scanRadius: 2 }).plan(goal)).toMatchObject({ intents: [{ args: { radius: 2 } }, {}, {}, {}, {}] });
  });

  test("policies row 75 an approach offset adds a point above before and after pick and place", () => {
    const plan = pickAndPlacePlanner({ approachOffsetZ: 0.1, scanFirst: false }).plan(goal);
    const move = "move_to";
    expect(names(plan)).toEqual([move, move, "pick", move, move, move, "place", move]);
    const heights = plan instanceof Promise ? [] : plan.intents.filter(({ name }) => name === move).map(({ args }) => args["z"]);
    expect(heights.map((z) => Number(z).toFixed(2))).toEqual(["0.30", "0.20", "0.30", "0.30", "0.20", "0.30"]);
  });

  test("policies row 75 useTrajectory interpolates from the previous known position", () => {
    const plan = pickAndPlacePlanner({ useTrajectory: true, trajectorySteps: 4, scanFirst: false }).plan({ ...goal, fromM: [0.1, 0, 0.2] });
    expect(names(plan)).toEqual(["follow_trajectory", "pick", "follow_trajectory", "place"]);
    const [first] = plan instanceof Promise ? [] : plan.intents;
    const xs = (first!.args["waypoints"] as number[][]).map(([x]) => Number(x!.toFixed(6)));
    expect(xs).toEqual([0.2, 0.3, 0.4, 0.5]);
    const unknown = pickAndPlacePlanner({ useTrajectory: true, scanFirst: false }).plan(goal);
    expect(unknown).toMatchObject({ intents: [{ args: { waypoints: [[0.5, 0, 0.2]] } }, {}, {}, {}] });
  });

  test("policies row 75 traverse, with and without looking", () => {
    const waypoints: Vec3[] = [
      [0.1, 0, 0.5],
      [0.2, 0, 0.5],
    ];
    expect(names(traversePlanner().plan(waypoints))).toEqual(["move_to", "move_to"]);
    expect(names(traversePlanner({ scanAtEach: true, scanRadius: 1 }).plan(waypoints))).toEqual(["move_to", "scan", "move_to", "scan"]);
    expect(traversePlanner({ scanAtEach: true, scanRadius: 1 }).plan(waypoints)).toMatchObject({
      intents: [{}, { args: { radius: 1 } }, {}, {}],
    });
  });

  test("policies row 75 fixed and sequential", async () => {
    const home = fixedPlan([{ name: "go_home", args: {}, rationale: "" }], "home");
    const both = await sequentialPlanner<typeof goal>([pickAndPlacePlanner({ scanFirst: false }), home]).plan(goal);
    expect(names(both)).toEqual(["move_to", "pick", "move_to", "place", "go_home"]);
    expect(both).toMatchObject({ nSteps: 5, metadata: { plans: ["pick_and_place", "home"] } });
  });

  test("policies row 75 what they propose passes the schemas", () => {
    const registry = new PrimitiveRegistry(cataloguePrimitives({ gripper: true }));
    for (const useTrajectory of [true, false])
      for (const approachOffsetZ of [0, 0.1]) {
        const plan = pickAndPlacePlanner({ useTrajectory, approachOffsetZ }).plan({ ...goal, fromM: [0, 0, 1] });
        if (plan instanceof Promise) throw new Error("a plan without a model needs no waiting");
        for (const { name, args } of plan.intents) expect(registry.get(name)?.bind(args)).toMatchObject({ ok: true });
      }
  });
});

describe("a plan as a policy", () => {
  const plan = intentPlan("two", [
    { name: "scan", args: {}, rationale: "" },
    { name: "go_home", args: {}, rationale: "" },
  ]);
  test("proposes in order and is done; a step that is not ok ends it", async () => {
    const policy = planPolicy(plan);
    expect((await runToEnd(policy, "x")).end).toMatchObject({ kind: "done", reached: true });
    const failed = await runToEnd(policy, "x", () => ({ status: "blocked", gate: "fence", message: "fence: too far" }));
    expect(failed.proposals).toHaveLength(1);
    expect(failed.end).toEqual({ kind: "done", reached: false, message: "step 1 scan: blocked by fence: too far" });
  });
});
