/**
 * Turns a primitive's draft into a plan: frozen, with its duration, and hashed on first use.
 * @module
 */
import { canonicalJson, type JsonObject, type JsonValue } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { Intent } from "./intent.ts";
import type { DeclaredMotion, Effect, Plan, PlanFailure, Segment } from "./plan.ts";
import type { PlanDraft } from "./primitive.ts";

export const noMotion: DeclaredMotion = Object.freeze({ kind: "none", pointsInWorld: Object.freeze([]), straight: false });

export function makePlan(intent: Intent, draft: PlanDraft): Plan {
  return new FrozenPlan(intent, draft.segments, draft.effects ?? [], draft.declared ?? noMotion, draft.failure);
}

/** A plan that moves nothing and says why. Gates still judge what the intent declared; the chain never clears it. */
export function failedPlan(intent: Intent, failure: PlanFailure, declared: DeclaredMotion = noMotion): Plan {
  return new FrozenPlan(intent, [], [], declared, failure);
}

/** The same plan with every motion at `scale` times its speed, 0 < scale <= 1; gripper and hold segments keep their time. */
export function slowedPlan(plan: Plan, scale: number): Plan {
  if (!(scale > 0 && scale <= 1)) throw new RangeError(`a plan is slowed by a factor in (0, 1], not ${scale}`);
  if (scale === 1) return plan;
  const segments = plan.segments.map((segment): Segment => {
    if (segment.kind !== "motion") return segment;
    const trajectory = segment.trajectory.slowed(scale);
    return { ...segment, trajectory, durationMs: trajectory.durationMs };
  });
  return new FrozenPlan(plan.intent, segments, plan.effects, plan.declared, plan.failure);
}

let seal: (plan: Plan, key: object) => boolean;
let sealed: (plan: Plan, key: object) => boolean;

/** Marks a plan made here, once and for good; false for any other. Who has the key, and nobody else, can tell a plan sealed with it. */
export function sealPlan(plan: Plan, key: object): boolean {
  return seal(plan, key);
}

export function isSealed(plan: Plan, key: object): boolean {
  return sealed(plan, key);
}

class FrozenPlan implements Plan {
  readonly intent: Intent;
  readonly segments: readonly Segment[];
  readonly effects: readonly Effect[];
  readonly durationMs: number;
  readonly declared: DeclaredMotion;
  readonly failure?: PlanFailure;
  #hash: string | undefined;
  #seal: object | undefined;

  static {
    seal = (plan, key) => {
      if (!(#seal in plan)) return false;
      plan.#seal ??= key;
      return plan.#seal === key;
    };
    sealed = (plan, key) => #seal in plan && plan.#seal === key;
  }

  constructor(
    intent: Intent,
    segments: readonly Segment[],
    effects: readonly Effect[],
    declared: DeclaredMotion,
    failure: PlanFailure | undefined,
  ) {
    this.intent = intent;
    this.segments = Object.freeze(segments.map((segment) => Object.freeze({ ...segment })));
    this.effects = Object.freeze(effects.map((effect) => Object.freeze({ ...effect })));
    let durationMs = 0;
    for (const segment of segments) durationMs += segment.durationMs;
    this.durationMs = durationMs;
    this.declared = declared;
    if (failure !== undefined) this.failure = Object.freeze(failure);
    Object.freeze(this);
  }

  get hash(): string {
    // Most plans are executed and never shown to a person, so the hash waits until somebody asks.
    this.#hash ??= `sha256:${sha256Hex(canonicalJson(planToJson(this)))}`;
    return this.#hash;
  }
}

function planToJson(plan: Plan): JsonObject {
  return {
    intent: { name: plan.intent.name, args: plan.intent.args },
    segments: plan.segments.map(segmentToJson),
    effects: plan.effects.map((effect): JsonValue => ({ ...effect })),
    durationMs: plan.durationMs,
    ...(plan.failure === undefined ? {} : { failure: { ...plan.failure } }),
  };
}

function segmentToJson(segment: Segment): JsonValue {
  if (segment.kind !== "motion") return { ...segment };
  const { trajectory, mayTouch, carrying, kind, label, durationMs } = segment;
  return {
    kind,
    label,
    durationMs,
    path: trajectory.path.toJSON(),
    timing: trajectory.toJSON(),
    mayTouch,
    ...(carrying === undefined ? {} : { carrying: { name: carrying.name, capsuleInTip: carrying.capsuleInTip } }),
  };
}
