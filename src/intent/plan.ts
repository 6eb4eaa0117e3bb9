/**
 * What would happen, before it happens. Pure data and immutable objects; every segment starts where the one before ends.
 * @module
 */
import type { JsonObject } from "../core/json.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { AttachedBody } from "../robot/collision-model.ts";
import type { Trajectory } from "../robot/trajectory.ts";
import type { Intent } from "./intent.ts";

export type Segment = MotionSegment | GripperSegment | HoldSegment;

export interface MotionSegment {
  readonly kind: "motion";
  readonly label: string;
  readonly durationMs: number;
  readonly trajectory: Trajectory;
  /** Names of objects and fixtures this segment may touch (the cube being grasped); everything else is an obstacle. */
  readonly mayTouch: readonly string[];
  /** What is carried meanwhile; swept with the arm. */
  readonly carrying?: AttachedBody;
}

/** Moves the gripper or tool to `opening`, 0 closed … 1 open, arm still. */
export interface GripperSegment {
  readonly kind: "gripper";
  readonly label: string;
  readonly durationMs: number;
  readonly opening: number;
  /** Grip force cap in N where asked for. */
  readonly forceN?: number;
}

/** Keeps still under control. */
export interface HoldSegment {
  readonly kind: "hold";
  readonly label: string;
  readonly durationMs: number;
}

/** What the world should look like afterwards; the primitive's report holds it against the observation. */
export type Effect =
  | { readonly kind: "grasp"; readonly object: string }
  | { readonly kind: "release"; readonly object: string; readonly nearM?: Vec3 }
  | { readonly kind: "tip-at"; readonly positionM: Vec3; readonly toleranceM: number }
  | { readonly kind: "joints-at"; readonly qRad: readonly number[]; readonly toleranceRad: number };

/** Why no motion could be planned. A plan with a failure is never cleared. */
export interface PlanFailure {
  /** `unreachable`, `no-path`, `nothing-held`, `already-holding`, `unknown-object`, `invalid-target`, … */
  readonly code: string;
  readonly reason: string;
  /** Numbers with units in their names, for example `{errorM: 0.12}`. */
  readonly evidence: JsonObject;
}

/** Where the intent itself says the tip goes, for fences; see spec/runtime.md §4.2. */
export interface DeclaredMotion {
  readonly kind: "none" | "point" | "planar" | "altitude" | "waypoints" | "twist" | "joint";
  /** World frame, in the order visited. A planar target takes its z from the measured tip. */
  readonly pointsInWorld: readonly Vec3[];
  /** True where the tip goes straight from point to point, from the measured position on. */
  readonly straight: boolean;
}

export interface Plan {
  readonly intent: Intent;
  readonly segments: readonly Segment[];
  readonly effects: readonly Effect[];
  readonly durationMs: number;
  readonly declared: DeclaredMotion;
  readonly failure?: PlanFailure;
  /** `sha256:<hex>` over the canonical JSON of intent name and args, segments, effects and duration. Computed on first use. */
  readonly hash: string;
}
