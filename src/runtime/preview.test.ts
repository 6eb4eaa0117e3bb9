import { describe, expect, test } from "vitest";
import { compositePrimitive } from "../intent/composite.ts";
import { intentPlan } from "../policy/planner/planner.ts";
import { kinematicRobot } from "../policy/llm/testing/robots.ts";
import type { ApprovalChannel } from "./approvals.ts";
import { runPlan } from "./run-plan.ts";

const sub = (name: string, args = {}) => ({ name, args, rationale: "" });
const moveTo = (x: number, y: number, z: number) => sub("move_to", { x, y, z });

describe("a plan judged as a whole", () => {
  test("policies row 29 the last step leaves the fence: nothing moves, and the step is named", async () => {
    const robot = await kinematicRobot("arm");
    const before = (await robot.runtime.observe()).qRad;
    const plan = intentPlan("test", [sub("pick", { object: "red_cube" }), moveTo(0.4, 0, 0.5), moveTo(5, 0, 0.5)]);
    const report = await runPlan(robot.runtime, plan, "far");
    expect(report).toMatchObject({ reached: false, endedBy: "preview", steps: [], preview: { ok: false } });
    expect(report.message).toMatch(/^nothing moved: move_to, step 3 of the preview, would be refused by \w+: /);
    expect((await robot.runtime.observe()).qRad).toEqual(before);
    expect(robot.steps()).toEqual([]);
    expect(robot.trace.records.at(-1)).toMatchObject({ kind: "note", note: "plan-refused", fields: { intent: "move_to" } });
  });

  test("policies row 29 each step starts at the predicted end of the one before, and that is where the arm then is", async () => {
    const robot = await kinematicRobot("arm");
    const intents = [sub("pick", { object: "red_cube" }), moveTo(0.4, 0.1, 0.5), sub("place", { x: 0.45, y: -0.25 })];
    const { ok, steps, end } = await robot.runtime.preview(intents);
    expect(ok).toBe(true);
    // `place` could not be planned with an empty hand, nor `pick` with a full one.
    expect(steps.every(({ plan }) => plan !== undefined && plan.segments.length > 0)).toBe(true);
    expect(await robot.runtime.preview([...intents.slice(0, 1), ...intents])).toMatchObject({ ok: false });
    await runPlan(robot.runtime, intentPlan("test", intents), "place");
    const seen = await robot.runtime.observe();
    for (const [i, q] of seen.qRad.entries()) expect(end.qRad[i]).toBeCloseTo(q, 3);
    expect(end.gripper?.holding).toBe(seen.gripper?.holding);
    const at = (name: string, from: typeof seen) => from.objects.find((object) => object.name === name)!.worldFromObject.position;
    for (const axis of [0, 1, 2]) expect(at("red_cube", end)[axis]).toBeCloseTo(at("red_cube", seen)[axis]!, 2);
  });

  test("policies row 29 sub-steps of composites are judged; unknown names and bad arguments end it", async () => {
    const robot = await kinematicRobot("arm");
    robot.registry.register(
      compositePrimitive("far", ["go_home", "move_to"], robot.registry, { mapArgs: (_args, i) => (i === 0 ? {} : { x: 5, y: 0, z: 0.5 }) }),
    );
    const composite = await robot.runtime.preview([sub("far")]);
    expect(composite.steps.map(({ intent, parent }) => [intent.name, parent])).toEqual([
      ["far", undefined],
      ["go_home", "preview-1"],
      ["move_to", "preview-1"],
    ]);
    expect(composite.ok).toBe(false);
    for (const bad of [sub("fly"), sub("move_to", { x: "a" }), sub("", {})])
      expect(await robot.runtime.preview([bad])).toMatchObject({ ok: false });
  });

  test("policies row 29 a preview counts nothing and asks nobody", async () => {
    const asked: string[] = [];
    const approvals: ApprovalChannel = { name: "test", ask: async () => Promise.reject(new Error(String(asked.push("asked")))) };
    const robot = await kinematicRobot("arm", { approvals }, (loaded) => ({
      ...loaded,
      profile: { ...loaded.profile, hitl_primitives: ["pick"] },
    }));
    const { ok, steps } = await robot.runtime.preview([sub("pick", { object: "red_cube" })]);
    expect([ok, steps[0]?.verdict.kind, asked]).toEqual([true, "hold", []]);
    for (let i = 0; i < 200; i++) await robot.runtime.preview([sub("scan")]);
    expect((await robot.runtime.step(sub("scan"))).result.status).toBe("ok");
  });
});
