/**
 * What a runtime was built from, so that another profile can be applied to it.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { Intent } from "../intent/intent.ts";
import type { MotionLimits } from "../intent/world-view.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { Progress } from "../runtime/execute-plan.ts";
import type { InterventionController } from "../runtime/intervention.ts";
import type { PeopleSensor } from "../runtime/people-sensor.ts";
import type { RuntimeWatcher } from "../runtime/runtime-setup.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { StepRecord } from "../trace/records.ts";
import type { RobotProfile } from "./profile.ts";

/** The watchers that a profile's own gates ask for; another profile has others. */
export class ProfileWatchers implements RuntimeWatcher {
  watchers: readonly RuntimeWatcher[];

  constructor(watchers: readonly RuntimeWatcher[]) {
    this.watchers = watchers;
  }

  onProgress(progress: Progress, intent: Intent): void {
    for (const watcher of this.watchers) watcher.onProgress?.(progress, intent);
  }

  onStep(record: StepRecord): void {
    for (const watcher of this.watchers) watcher.onStep?.(record);
  }
}

export interface RuntimeParts {
  /** The one that the kernel was made for. */
  readonly profile: RobotProfile;
  readonly backend: Backend;
  readonly collision: CollisionModel;
  readonly world: WorldSpec;
  /** Whether the kernel knows a gripper. */
  readonly gripper: boolean;
  readonly intervention: InterventionController;
  readonly observedAtMs: (observationId: string) => number | undefined;
  readonly watchers: ProfileWatchers;
  readonly people: PeopleSensor | undefined;
}

const parts = new WeakMap<Runtime, RuntimeParts>();

export function rememberParts(runtime: Runtime, built: RuntimeParts): void {
  parts.set(runtime, built);
}

/** Undefined for a runtime that no profile built. */
export function partsOf(runtime: Runtime): RuntimeParts | undefined {
  return parts.get(runtime);
}

/** What planners keep. */
export function limitsOf(profile: RobotProfile): MotionLimits {
  return Object.freeze({
    maxTipSpeedMps: profile.max_velocity ?? Number.POSITIVE_INFINITY,
    maxTipAccelerationMps2: profile.max_acceleration ?? Number.POSITIVE_INFINITY,
    maxTipAngularSpeedRadPerS: profile.max_angular_velocity ?? Number.POSITIVE_INFINITY,
    jointSpeedScale: profile.joint_speed_scale,
    jointAccelerationScale: profile.joint_acceleration_scale,
  });
}

/** A state older than half a chunk means that the last one was not carried out: the next would begin with a jump. */
export function stateDeadlineMs({ max_state_age_ms, chunk_ms }: Pick<RobotProfile, "max_state_age_ms" | "chunk_ms">): number {
  return Math.min(max_state_age_ms, Math.max(50, chunk_ms / 2));
}
