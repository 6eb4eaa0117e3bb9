/**
 * What every gate promises, whatever it judges.
 */
import { describe, expect, test } from "vitest";
import { deepFreeze } from "../core/json.ts";
import { slowedPlan } from "../intent/make-plan.ts";
import { sphere } from "../geometry/shapes.ts";
import { actionSmoothingGate } from "./action-smoothing-gate.ts";
import { createGateChain } from "./chain.ts";
import { cooldownGate } from "./cooldown-gate.ts";
import { deadlineGate } from "./deadline-gate.ts";
import { denyListGate } from "./deny-list-gate.ts";
import { forceCapGate } from "./force-cap-gate.ts";
import type { Ask, Gate } from "./gate.ts";
import { geofenceGate } from "./geofence-gate.ts";
import { hitlGate } from "./hitl-gate.ts";
import { interventionGate } from "./intervention-gate.ts";
import { jointLimitsGate } from "./joint-limits-gate.ts";
import { obstacleAvoidanceGate } from "./obstacle-avoidance-gate.ts";
import { prohibitedZonesGate } from "./prohibited-zones-gate.ts";
import { rateLimitGate } from "./rate-limit-gate.ts";
import { reachabilityGate } from "./reachability-gate.ts";
import { spatialGate } from "./spatial-gate.ts";
import { stateGate } from "./state-gate.ts";
import { stepSizeGate } from "./step-size-gate.ts";
import { askOf, emptyWorld, moveAsk, type AskChoices } from "./testing/asks.ts";
import { timeWindowGate } from "./time-window-gate.ts";
import { stopProofGate } from "./stop-proof-gate.ts";
import { torqueGate } from "./torque-gate.ts";
import { velocityGate } from "./velocity-gate.ts";
import { windowGate } from "./window-gate.ts";
import { workspaceGate } from "./workspace-gate.ts";

const spec = {
  ...emptyWorld,
  fixtures: [{ name: "post", shapes: [{ kind: "sphere", centerM: [1.5, 1.5, 1], radiusM: 0.1 } as const] }],
  zones: [{ name: "human", shape: { kind: "sphere", centerM: [-1.5, -1.5, 1], radiusM: 0.1 } as const }],
};

interface Case {
  readonly make: () => Gate;
  /** An ask this gate objects to; every gate must be able to. */
  readonly refused: AskChoices;
  /** Cleared once before the refused ask is put. */
  readonly before?: AskChoices;
}

const setpoint = { primitive: { timing: "setpoint" } } as const;
const cases: Readonly<Record<string, Case>> = {
  deny_list: { make: () => denyListGate({ denied: ["pick"] }), refused: { name: "pick" } },
  rate_limit: { make: () => rateLimitGate({ perMinute: 1 }), before: {}, refused: {} },
  cooldown: { make: () => cooldownGate({ defaultS: 1 }), before: {}, refused: {} },
  time_window: {
    make: () => timeWindowGate({ perPrimitive: { pick: [{ start: "01:00", end: "02:00" }] } }),
    refused: { name: "pick" },
  },
  geofence: { make: () => geofenceGate(), refused: { points: [[5, 0, 0]] } },
  workspace: { make: () => workspaceGate(), refused: { points: [[5, 0, 0]] } },
  force_cap: {
    make: () => forceCapGate({ forceMaxN: 1, velocityMaxMps: 1 }),
    refused: { args: { force: 2 } },
  },
  action_smoothing: {
    make: () => actionSmoothingGate(),
    refused: { ...setpoint, points: [[1.5, 0, 1]] },
  },
  "action_smoothing (interval)": {
    make: () => actionSmoothingGate({ basis: "interval" }),
    before: { points: [[0, 0, 1]] },
    refused: { points: [[1.5, 0, 1]] },
  },
  hitl: { make: () => hitlGate({ requiresApproval: ["pick"] }), refused: { name: "pick" } },
  deadline: {
    make: () => deadlineGate(Object.freeze({ consecutiveMisses: 0 }), { maxConsecutive: 1 }),
    refused: {},
  },
  intervention: {
    make: () => interventionGate(Object.freeze({ state: "running", operator: "alice", reason: "r", issued: () => false })),
    refused: {},
  },
  stop_proof: { make: () => stopProofGate(Object.freeze({ speedScale: 1 })), refused: {} },
  window: { make: () => windowGate(), refused: { intent: { basedOn: "obs-0" } } },
  state: { make: () => stateGate(), refused: { atMs: 1000 } },
  reachability: {
    make: () => reachabilityGate(),
    refused: {
      rows: [
        [0, 0, 1],
        [5, 0, 1],
      ],
    },
  },
  joint_limits: {
    make: () => jointLimitsGate(),
    refused: {
      rows: [
        [0, 0, 1],
        [5, 0, 1],
      ],
    },
  },
  obstacle_avoidance: {
    make: () => obstacleAvoidanceGate(),
    refused: {
      rows: [
        [0, 0, 1],
        [1.5, 1.5, 1],
      ],
    },
  },
  prohibited_zones: { make: () => prohibitedZonesGate(), refused: { points: [[-1.5, -1.5, 1]] } },
  spatial: {
    make: () => spatialGate({ name: "s", keepOut: [sphere([-1, 1, 1], 0.1)] }),
    refused: { points: [[-1, 1, 1]] },
  },
  velocity: {
    make: () => velocityGate({ maxTipSpeedMps: 1 }),
    refused: {
      rows: [
        [0, 0, 1],
        [0.9, 0.9, 1],
      ],
    },
  },
  "velocity (graded)": {
    make: () => velocityGate({ maxTipSpeedMps: 1, graded: true }),
    refused: {
      rows: [
        [0, 0, 1],
        [0.9, 0.9, 1],
      ],
    },
  },
  torque: { make: () => torqueGate({ torqueMaxNm: 1 }), refused: { args: { torque: 2 } } },
  step_size: { make: () => stepSizeGate({ maxStepM: 1 }), refused: { points: [[1.5, 0, 1]] } },
};
/** These judge what somebody else says, so another view stands in for another ask. */
const otherView: Readonly<Record<string, () => Gate>> = {
  deadline: () => deadlineGate({ consecutiveMisses: 1 }, { maxConsecutive: 1 }),
  intervention: () => interventionGate({ state: "paused", operator: "alice", reason: "r", issued: () => false }),
  stop_proof: () => stopProofGate({ speedScale: Number.NaN }),
};

const good = (): Ask => deepFreeze(moveAsk([0.5, 0.2, 1], { spec }));
const bads = [Number.NaN, Infinity, -Infinity] as const;
const poisons: readonly (readonly [string, (bad: number) => AskChoices])[] = [
  ["a declared point", (bad) => ({ points: [[bad, 0, 1]] })],
  ["an argument", (bad) => ({ args: { force: bad, torque: bad } })],
  [
    "a waypoint",
    (bad) => ({
      rows: [
        [0, 0, 1],
        [bad, 0, 1],
        [0.5, 0.2, 1],
      ],
    }),
  ],
  ["a duration", (bad) => ({ segments: [{ kind: "hold", label: "wait", durationMs: bad }] })],
  [
    "a measured joint",
    (bad) => ({
      qRad: [0, bad, 1],
      rows: [
        [0, 0, 1],
        [0.5, 0.2, 1],
      ],
    }),
  ],
  ["a measured speed", (bad) => ({ observation: { tipSpeedMps: bad } })],
  ["the time asked", (bad) => ({ atMs: bad })],
];

describe.for(Object.entries(cases))("gate conformance: %s", ([, { make, refused, before }]) => {
  const id = make().id;

  test("has a compatible id and can allow", () => {
    expect(id).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(createGateChain([make()]).clear(good()).verdict).toMatchObject({
      kind: "allow",
      gate: "pipeline",
    });
  });

  test("can refuse, under its own name, with a code and finite evidence", () => {
    const gate = otherView[id]?.() ?? make();
    if (before !== undefined) gate.commit?.(askOf({ spec, ...before }));
    const { verdict, cleared } = createGateChain([gate]).clear(askOf({ spec, ...refused }));
    expect(verdict.kind).not.toBe("allow");
    expect(verdict).toMatchObject({
      gate: id,
      code: expect.stringMatching(/^[a-z_]+$/),
      reason: expect.stringMatching(/\S/),
    });
    expect(cleared === undefined).toBe(verdict.kind !== "slow");
    expect(() => JSON.stringify(verdict)).not.toThrow();
  });

  test.for(poisons)("denies NaN and infinities in %s", ([, poison]) => {
    for (const bad of bads) {
      const { verdict, cleared } = createGateChain([make()]).clear(askOf({ spec, ...poison(bad) }));
      expect(verdict.kind).toBe("deny");
      expect(cleared).toBeUndefined();
    }
  });

  test("looks and answers: the ask stays as it was, and asking twice gives the same answer", () => {
    const gate = make();
    if (before !== undefined) gate.commit?.(askOf({ spec, ...before }));
    for (const choices of [refused, { points: [[0.5, 0.2, 1]] } as const]) {
      const ask = deepFreeze(askOf({ spec, ...choices }));
      const shown = JSON.stringify([ask.intent, ask.primitive, ask.plan, ask.world.observation]);
      const first = gate.check(ask);
      expect(gate.check(ask)).toEqual(first);
      expect(JSON.stringify([ask.intent, ask.primitive, ask.plan, ask.world.observation])).toBe(shown);
    }
  });

  test("a fork is independent in both directions; a gate without state needs none", () => {
    const gate = make();
    expect("fork" in gate || !("commit" in gate)).toBe(true);
    if (before === undefined) return;
    const [first, then] = [askOf({ spec, ...before }), askOf({ spec, ...refused })];
    const copy = gate.fork?.() ?? make();
    gate.commit?.(first);
    expect(gate.check(then).kind).toBe("deny");
    expect(copy.check(then).kind).toBe("allow");
    const late = gate.fork?.();
    expect(late?.check(then).kind).toBe("deny");
    copy.commit?.(first);
    expect(copy.check(then).kind).toBe("deny");
  });

  test("a scale it asks for is one that passes", () => {
    const gate = make();
    const ask = askOf({ spec, ...refused });
    const verdict = gate.check(ask);
    const again = verdict.kind === "slow" ? gate.check({ ...ask, plan: slowedPlan(ask.plan, verdict.scale) }) : undefined;
    expect(again?.kind ?? "allow").toBe("allow");
  });
});
