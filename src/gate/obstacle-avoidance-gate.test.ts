import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { WorldSpec } from "../core/world-spec.ts";
import { slowedPlan } from "../intent/make-plan.ts";
import { obstacleAvoidanceGate } from "./obstacle-avoidance-gate.ts";
import { askOf, emptyWorld, moveAsk, worldOf } from "./testing/asks.ts";
import { gantryBody } from "./testing/gantry.ts";
import { swingArmBody } from "./testing/swing-arm.ts";

/** A post 0.2 m wide at x = 1, from the floor to z = 2. The mast is 0.1 m wide. */
const post: WorldSpec = {
  ...emptyWorld,
  fixtures: [{ name: "post", shapes: [{ kind: "box", centerM: [1, 0, 1], halfM: [0.1, 0.1, 1] }] }],
};
const gate = obstacleAvoidanceGate({ marginM: 0.01 });

describe("obstacle avoidance", () => {
  test("all links, all along the way: what, by how much, where", () => {
    expect(gate.check(moveAsk([1.6, 0, 1], { spec: post }))).toMatchObject({
      kind: "deny",
      gate: "obstacle_avoidance",
      code: "collision",
      evidence: { link: "mast", obstacle: "post", segment: 0, label: "move", marginM: 0.01 },
    });
    expect(gate.check(moveAsk([0.8, 0, 1], { spec: post }))).toMatchObject({
      kind: "allow",
      reason: expect.stringMatching(/^clear, nearest seen 0.05 m: mast to post$/),
    });
    // 0.9 - 0.05 leaves 0.01 exactly at 0.84.
    expect(gate.check(moveAsk([0.8399, 0, 1], { spec: post })).kind).toBe("allow");
    expect(gate.check(moveAsk([0.8401, 0, 1], { spec: post })).kind).toBe("deny");
  });

  test("the tip passes below, the mast does not", () => {
    const beam: WorldSpec = {
      ...emptyWorld,
      fixtures: [{ name: "beam", shapes: [{ kind: "box", centerM: [1, 0, 1.4], halfM: [0.05, 1, 0.05] }] }],
    };
    expect(gate.check(moveAsk([1.6, 0, 1], { spec: beam }))).toMatchObject({
      kind: "deny",
      evidence: { obstacle: "beam" },
    });
    expect(
      gate.check(
        moveAsk([1.6, 0, 0.5], {
          spec: beam,
          rows: [
            [0, 0, 1],
            [0, 0, 0.5],
            [1.6, 0, 0.5],
          ],
        }),
      ).kind,
    ).toBe("allow");
  });

  test("what a segment may touch, it may; every other segment may not", () => {
    const touching = { mayTouch: ["post"] };
    expect(gate.check(moveAsk([0.9, 0, 1], { spec: post, motion: touching })).kind).toBe("allow");
    expect(gate.check(moveAsk([0.9, 0, 1], { spec: post, motion: { mayTouch: ["cube"] } })).kind).toBe("deny");
  });

  test("what is carried is swept along", () => {
    const carrying = {
      name: "plank",
      capsuleInTip: [0, 0, 0, 0.5, 0, 0, 0.02] as const,
      mayTouch: [],
    };
    expect(gate.check(moveAsk([0.3, 0, 1], { spec: post, motion: { carrying } })).kind).toBe("allow");
    expect(gate.check(moveAsk([0.5, 0, 1], { spec: post, motion: { carrying } }))).toMatchObject({
      kind: "deny",
      evidence: { obstacle: "post" },
    });
  });

  test("the robot itself: a forearm folded onto the upper arm", () => {
    const body = {
      ...swingArmBody,
      selfPairs: Int32Array.of(0, 1),
      capsulesInLink: Float64Array.of(0, 0, 0, 0.3, 0, 0, 0.04, 0.1, 0, 0, 0.3, 0, 0, 0.04),
    };
    const fold = (to: number) =>
      gate.check(
        askOf({
          body,
          qRad: [0, 0],
          rows: [
            [0, 0],
            [0, to],
          ],
        }),
      );
    expect(fold(1).kind).toBe("allow");
    expect(fold(3)).toMatchObject({ kind: "deny", code: "collision" });
  });

  test("slow band: follows the same path so that the tip keeps the speed, and the slowed plan passes", () => {
    const graded = obstacleAvoidanceGate({ marginM: 0.01, slowM: 0.1, slowMps: 0.2 });
    const near = moveAsk([0.8, 0, 1], { spec: post });
    const answer = graded.check(near);
    expect(answer).toMatchObject({
      kind: "slow",
      code: "near_obstacle",
      evidence: { obstacle: "post", slowM: 0.1 },
    });
    if (answer.kind !== "slow") return;
    expect(answer.scale).toBeCloseTo(0.25, 6);
    expect(graded.check({ ...near, plan: slowedPlan(near.plan, answer.scale) }).kind).toBe("allow");
    expect(graded.check(moveAsk([0.7, 0, 1], { spec: post })).kind).toBe("allow");
    expect(graded.check(moveAsk([0.8, 0, 1], { spec: post, durationMs: 4000 })).kind).toBe("allow");
    expect(graded.check(moveAsk([0.9, 0, 1], { spec: post })).kind).toBe("deny");
  });

  test("slow band: only near what is named, and the margin still holds for everything", () => {
    const near = moveAsk([0.8, 0, 1], { spec: post });
    const slowNear = (...names: string[]) => obstacleAvoidanceGate({ marginM: 0.01, slowM: 0.1, slowMps: 0.2, slowNear: names });
    expect(slowNear("post").check(near).kind).toBe("slow");
    expect(slowNear("table").check(near).kind).toBe("allow");
    expect(slowNear("table").check(moveAsk([0.9, 0, 1], { spec: post })).kind).toBe("deny");
    expect(() => obstacleAvoidanceGate({ slowNear: ["post"] })).toThrow(/slowNear/);
  });

  test("slow band: the arm's own links do not slow it", () => {
    const body = {
      ...swingArmBody,
      selfPairs: Int32Array.of(0, 1),
      capsulesInLink: Float64Array.of(0, 0, 0, 0.3, 0, 0, 0.04, 0.1, 0, 0, 0.3, 0, 0, 0.04),
    };
    const graded = obstacleAvoidanceGate({ marginM: 0.01, slowM: 0.5, slowMps: 0.01 });
    expect(
      graded.check(
        askOf({
          body,
          qRad: [0, 0],
          rows: [
            [0, 0],
            [0, 1],
          ],
        }),
      ).kind,
    ).toBe("allow");
  });

  test("needs joints measured lately, objects where there are any, and a plan that starts there", () => {
    expect(gate.check(moveAsk([0.5, 0, 1], { atMs: 300 }))).toMatchObject({
      reason: "joints is 300 ms old",
    });
    const cube = {
      name: "cube",
      aliases: [],
      shape: { kind: "sphere", radiusM: 0.02 },
      positionM: [1, 1, 0],
      yawRad: 0,
      massKg: 1,
      rgba: [0, 0, 0, 1],
    } as const;
    const withCube = { ...emptyWorld, objects: [cube] };
    expect(gate.check(moveAsk([0.5, 0, 1], { spec: withCube, observation: { ageMs: { joints: 0 } } }))).toMatchObject({
      reason: "objects unknown",
    });
    expect(
      gate.check(
        moveAsk([0.5, 0, 1], {
          rows: [
            [0.3, 0, 1],
            [0.5, 0, 1],
          ],
        }),
      ),
    ).toMatchObject({ code: "wrong_start" });
    expect(gate.check(askOf({ name: "scan", observation: { ageMs: {} } })).kind).toBe("allow");
  });

  test.for([Number.NaN, Infinity, -Infinity, 1e308])("a joint at %s is never proved clear", (bad) => {
    expect(
      gate.check(
        askOf({
          spec: post,
          rows: [
            [0, 0, 1],
            [bad, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
  });

  test("a proof is kept with its plan, and made anew for another world", () => {
    const ask = moveAsk([1.6, 0, 1], { spec: emptyWorld });
    expect(gate.check(ask).kind).toBe("allow");
    expect(gate.check({ ...ask, world: worldOf({ spec: post }) }).kind).toBe("deny");
    expect(gate.check(ask).kind).toBe("allow");
  });

  test("a robot whose body is unknown is not clear of anything", () => {
    const body = { ...gantryBody, nCapsules: 0, linkOfCapsule: new Int32Array(0), capsulesInLink: new Float64Array(0) };
    expect(gate.check(moveAsk([0.1, 0, 1], { body }))).toMatchObject({ kind: "deny", code: "no_body" });
  });

  test("configuration", () => {
    for (const bad of [Number.NaN, -1, Infinity]) expect(() => obstacleAvoidanceGate({ marginM: bad })).toThrow(/marginM/);
    expect(() => obstacleAvoidanceGate({ slowM: 1 })).toThrow(/belong together/);
    expect(() => obstacleAvoidanceGate({ marginM: 0.1, slowM: 0.05, slowMps: 1 })).toThrow(/at least marginM/);
    expect(() => obstacleAvoidanceGate({ slowM: 1, slowMps: Number.NaN })).toThrow(/slowMps/);
  });

  test("allowed motions keep the margin, sampled densely, for any two points", () => {
    const m = double({ min: -1.5, max: 1.5, noNaN: true });
    assert(
      property(tuple(m, m), tuple(m, m), ([ax, ay], [bx, by]) => {
        if (gate.check(moveAsk([bx, by, 1], { qRad: [ax, ay, 1], spec: post })).kind === "deny") return;
        for (let i = 0; i <= 100; i++) {
          const [x, y] = [ax + (bx - ax) * (i / 100), ay + (by - ay) * (i / 100)];
          const away = Math.sqrt(Math.max(0, Math.abs(x - 1) - 0.1) ** 2 + Math.max(0, Math.abs(y) - 0.1) ** 2);
          expect(away).toBeGreaterThanOrEqual(0.06 - 1e-9);
        }
      }),
      { seed: 20261121, numRuns: 150 },
    );
  });
});
