/**
 * What is asked for and what would happen: intents, primitives, plans, the catalogue.
 * @module
 */
export { WorldViews, type WorldSetup } from "./build-world-view.ts";
export { cataloguePrimitives } from "./catalogue/catalogue.ts";
export { compositePrimitive, type CompositeOptions } from "./composite.ts";
export { customPrimitive, type CallContext, type CustomAnswer, type PlainPrimitive } from "./custom/custom-primitive.ts";
export { definePrimitive, type PrimitiveDefinition } from "./define-primitive.ts";
export type { Intent } from "./intent.ts";
export { linearInterpolate } from "./linear-interpolate.ts";
export { failedPlan, makePlan, noMotion, slowedPlan } from "./make-plan.ts";
export { MorphologyError, MorphologyRegistry, type Coverage, type PrimitiveFactory } from "./morphology-registry.ts";
export { offeredNames, offeredPrimitive } from "./offered.ts";
export { parseIntent, type IntentIssue, type ParsedIntent } from "./parse-intent.ts";
export type { DeclaredMotion, Effect, GripperSegment, HoldSegment, MotionSegment, Plan, PlanFailure, Segment } from "./plan.ts";
export type { ActLimits, Bound, BoundCall, PlanDraft, Primitive, PrimitiveInfo, Report, Risk, Seen, SubIntent } from "./primitive.ts";
export { PrimitiveRegistry } from "./registry.ts";
export { stateFromObservation } from "./state-json.ts";
export type { MotionLimits, WorldView } from "./world-view.ts";
