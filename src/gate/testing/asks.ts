/**
 * Questions for gates, made by hand: a gantry (tip = joint values) in a small world unless told otherwise.
 * @module
 */
import { deepFreeze, type JsonObject } from "../../core/json.ts";
import type { Observation } from "../../core/observation.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { WorldViews } from "../../intent/build-world-view.ts";
import type { Intent } from "../../intent/intent.ts";
import { makePlan } from "../../intent/make-plan.ts";
import type { DeclaredMotion, MotionSegment, Plan, Segment } from "../../intent/plan.ts";
import type { PlanDraft, PrimitiveInfo } from "../../intent/primitive.ts";
import type { MotionLimits, WorldView } from "../../intent/world-view.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { Ask } from "../gate.ts";
import { gantryBody } from "./gantry.ts";
import { linearTrajectory } from "./linear-trajectory.ts";

export const emptyWorld: WorldSpec = deepFreeze({
  name: "empty",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
});

export const noLimits: MotionLimits = Object.freeze({
  maxTipSpeedMps: Infinity,
  maxTipAccelerationMps2: Infinity,
  maxTipAngularSpeedRadPerS: Infinity,
  jointSpeedScale: 1,
  jointAccelerationScale: 1,
});

export interface WorldChoices {
  readonly body?: CollisionModel;
  readonly spec?: WorldSpec;
  readonly limits?: MotionLimits;
  readonly maxStateAgeMs?: number;
  /** Measured joints; the robot's home unless given. */
  readonly qRad?: readonly number[];
  readonly observation?: Partial<Observation>;
}

export function worldOf(choices: WorldChoices = {}): WorldView {
  const { body = gantryBody, spec = emptyWorld, limits = noLimits, maxStateAgeMs = 250 } = choices;
  const qRad = choices.qRad ?? Array.from(body.robot.homeRad);
  const observation: Observation = deepFreeze({
    id: "obs-1",
    seq: 1,
    atMs: 0,
    qRad,
    qdRadPerS: qRad.map(() => 0),
    worldFromTip: tipPose(body.robot, qRad.every(Number.isFinite) ? new Float64Array(qRad) : body.robot.homeRad),
    tipSpeedMps: 0,
    objects: [],
    ageMs: { joints: 0, objects: 0 },
    ...choices.observation,
  });
  return new WorldViews({ collision: body, spec, limits, maxStateAgeMs }).at(observation);
}

export interface AskChoices extends WorldChoices {
  readonly world?: WorldView;
  readonly name?: string;
  readonly args?: JsonObject;
  readonly intent?: Partial<Intent>;
  readonly primitive?: Partial<PrimitiveInfo>;
  /** Declared points; kind `point`, or `waypoints` when there are several. */
  readonly points?: readonly Vec3[];
  readonly declared?: DeclaredMotion;
  /** Joint waypoints of one motion segment, moved at constant speed in `durationMs`. */
  readonly rows?: readonly (readonly number[])[];
  readonly durationMs?: number;
  readonly motion?: Partial<MotionSegment>;
  readonly segments?: readonly Segment[];
  readonly draft?: Partial<PlanDraft>;
  readonly plan?: Plan;
  readonly atMs?: number;
  readonly wallNs?: bigint;
  readonly role?: string;
}

export function intentOf(choices: AskChoices = {}): Intent {
  const { name = "move_to", args = {} } = choices;
  return deepFreeze({ id: "i-1", name, args, rationale: "", ...choices.intent });
}

export function motionSegment(rows: readonly (readonly number[])[], durationMs: number, more: Partial<MotionSegment> = {}): MotionSegment {
  const trajectory = linearTrajectory(rows, durationMs);
  return { kind: "motion", label: "move", durationMs, trajectory, mayTouch: [], ...more };
}

export function planOf(intent: Intent, choices: AskChoices = {}): Plan {
  const { points = [], rows, durationMs = 1000 } = choices;
  const kind = points.length === 0 ? "none" : points.length === 1 ? "point" : "waypoints";
  const declared = choices.declared ?? deepFreeze({ kind, pointsInWorld: points, straight: false } as const);
  const segments = choices.segments ?? (rows === undefined ? [] : [motionSegment(rows, durationMs, choices.motion)]);
  return makePlan(intent, { segments, declared, ...choices.draft });
}

export function askOf(choices: AskChoices = {}): Ask {
  const intent = choices.plan?.intent ?? intentOf(choices);
  const primitive: PrimitiveInfo = {
    name: intent.name,
    summary: "",
    risk: "move",
    timing: "planned",
    timeoutMs: 30_000,
    composite: false,
    ...choices.primitive,
  };
  return Object.freeze({
    intent,
    primitive: Object.freeze(primitive),
    plan: choices.plan ?? planOf(intent, choices),
    world: choices.world ?? worldOf(choices),
    atMs: choices.atMs ?? 0,
    wallNs: choices.wallNs ?? 0n,
    actor: Object.freeze({ role: choices.role ?? "policy", id: "test", tenant: "" }),
  });
}

/** A move of the gantry from where it is measured, declared and planned alike. */
export function moveAsk(to: Vec3, choices: AskChoices = {}): Ask {
  const from = choices.qRad ?? (choices.world === undefined ? [0, 0, 1] : choices.world.observation.qRad);
  return askOf({
    points: [to],
    rows: [from, to],
    args: { x: to[0], y: to[1], z: to[2] },
    ...choices,
  });
}
