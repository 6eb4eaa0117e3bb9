import { describe, expect, test } from "vitest";
import type { Plan } from "../intent/plan.ts";
import type { Trajectory } from "../robot/trajectory.ts";
import { createGateChain } from "./chain.ts";
import type { Ask } from "./gate.ts";
import { askOf, intentOf, motionSegment, moveAsk, worldOf } from "./testing/asks.ts";
import { no, wait, yes } from "./testing/fake-gates.ts";

const ask = moveAsk([0.5, 0, 1]);

describe("runtime row 4 what the chain itself refuses, whichever gates are configured", () => {
  const chain = createGateChain([yes("a")]);
  const still: Trajectory = motionSegmentOf(ask).trajectory;

  test.for([
    ["a declared point", { points: [[Number.NaN, 0, 1]] }],
    ["an argument", { args: { x: Infinity } }],
    ["a nested argument", { args: { path: [{ speed: [1, -Infinity] }] } }],
    ["validForMs", { intent: { validForMs: Number.NaN } }],
    [
      "a waypoint",
      {
        rows: [
          [0, 0, 1],
          [0, Number.NaN, 1],
          [0, 0, 1],
        ],
      },
    ],
    ["a duration", { segments: [{ kind: "hold", label: "wait", durationMs: Number.NaN }] }],
    ["an endless duration", { segments: [{ kind: "hold", label: "wait", durationMs: Infinity }] }],
    [
      "a grip force",
      {
        segments: [{ kind: "gripper", label: "grip", durationMs: 1, opening: 0, forceN: Infinity }],
      },
    ],
    ["an opening", { segments: [{ kind: "gripper", label: "grip", durationMs: 1, opening: Number.NaN }] }],
    ["an effect", { draft: { effects: [{ kind: "tip-at", positionM: [0, Number.NaN, 0], toleranceM: 1 }] } }],
  ] as const)("NaN or infinity in %s", ([, choices]) => {
    const { verdict, cleared } = chain.clear(askOf(choices));
    expect(verdict).toMatchObject({ kind: "deny", gate: "plan", code: "non_finite" });
    expect(cleared).toBeUndefined();
  });

  test.for([
    ["a joint", { qRad: [0, Number.NaN, 1] }],
    ["an age", { observation: { ageMs: { joints: Number.NaN } } }],
    ["the tip speed", { observation: { tipSpeedMps: Infinity } }],
    ["the time asked", { atMs: Number.NaN }],
    ["a limit", { limits: { ...worldOf().limits, maxTipSpeedMps: Number.NaN } }],
    ["a negative age limit", { maxStateAgeMs: -1 }],
    ["too few joints", { observation: { qRad: [0, 0] } }],
  ] as const)("a measured world with a bad number in %s", ([, choices]) => {
    expect(chain.clear(askOf(choices)).verdict).toMatchObject({
      kind: "deny",
      gate: "state",
      code: "non_finite",
    });
  });

  test.for([
    ["a negative duration", { segments: [{ kind: "hold", label: "wait", durationMs: -1 }] }, "invalid_plan"],
    ["an impossible opening", { segments: [{ kind: "gripper", label: "grip", durationMs: 1, opening: 1.5 }] }, "invalid_plan"],
    [
      "a trajectory of another length",
      {
        rows: [
          [0, 0, 1],
          [1, 0, 1],
        ],
        motion: { durationMs: 10 },
      },
      "invalid_plan",
    ],
    [
      "another robot's joints",
      {
        rows: [
          [0, 0],
          [1, 0],
        ],
      },
      "invalid_plan",
    ],
    [
      "a gap between segments",
      {
        segments: [
          motionSegment(
            [
              [0, 0, 1],
              [0.1, 0, 1],
            ],
            1000,
          ),
          motionSegment(
            [
              [0.2, 0, 1],
              [0.3, 0, 1],
            ],
            1000,
          ),
        ],
      },
      "discontinuous",
    ],
    [
      "a trajectory that leaves its path",
      {
        rows: [
          [0, 0, 1],
          [1, 0, 1],
        ],
        motion: { trajectory: lying() },
      },
      "invalid_plan",
    ],
    [
      "a trajectory that throws",
      {
        rows: [
          [0, 0, 1],
          [1, 0, 1],
        ],
        motion: { trajectory: { ...still, path: still.path, sampleInto: () => fail() } },
      },
      "invalid_plan",
    ],
  ] as const)("a plan with %s", ([, choices, code]) => {
    expect(chain.clear(askOf(choices)).verdict).toMatchObject({ kind: "deny", gate: "plan", code });
  });

  test("a plan for another intent, and a primitive of another name", () => {
    expect(chain.clear({ ...ask, intent: intentOf({ name: "move_to" }) }).verdict).toMatchObject({
      gate: "plan",
      code: "plan_mismatch",
    });
    expect(chain.clear(askOf({ name: "pick", primitive: { name: "scan" } })).verdict).toMatchObject({ code: "plan_mismatch" });
  });

  test("a plan that is not frozen", () => {
    const { plan } = ask;
    const open: Plan = { ...plan, hash: "sha256:0" };
    expect(chain.clear({ ...ask, plan: open }).verdict).toMatchObject({
      kind: "deny",
      gate: "plan",
      code: "not_frozen",
    });
  });

  test("a failure of the planner denies with its own code and numbers, after what gates have to say", () => {
    const failure = { code: "unreachable", reason: "too far", evidence: { errorM: 0.12 } };
    const failed = askOf({ draft: { failure } });
    expect(chain.clear(failed).verdict).toEqual({ kind: "deny", gate: "planner", ...failure });
    expect(createGateChain([no("b")]).clear(failed).verdict).toMatchObject({ gate: "b" });
    expect(createGateChain([wait("b")]).clear(failed).verdict).toMatchObject({ gate: "planner" });
  });
});

function motionSegmentOf({ plan }: Ask) {
  const segment = plan.segments[0];
  if (segment?.kind !== "motion") throw new Error("no motion");
  return segment;
}
function fail(): never {
  throw new Error("broken");
}
function lying(): Trajectory {
  const honest = motionSegment(
    [
      [0, 0, 1],
      [1, 0, 1],
    ],
    1000,
  ).trajectory;
  return {
    ...honest,
    path: honest.path,
    sampleInto: (_atMs, out) => void out.fill(0.5),
    velocityInto: () => undefined,
    slowed: () => lying(),
    toJSON: () => ({}),
  };
}
