/**
 * What planners and gates may look at: one measured instant of robot and world. Frozen; nothing in it is a live view.
 * @module
 */
import type { Observation } from "../core/observation.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { ObstacleSet } from "../robot/obstacle-set.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Shape } from "../geometry/shapes.ts";
import type { WorkspaceModel } from "../geometry/workspace-model.ts";

export interface MotionLimits {
  /** Caps on the tip; Infinity where there is none, 0 means no motion. */
  readonly maxTipSpeedMps: number;
  readonly maxTipAccelerationMps2: number;
  readonly maxTipAngularSpeedRadPerS: number;
  /** Factor on the robot's own joint velocity and acceleration limits, (0, 1]. */
  readonly jointSpeedScale: number;
  readonly jointAccelerationScale: number;
}

export interface WorldView {
  readonly robot: RobotModel;
  readonly collision: CollisionModel;
  readonly spec: WorldSpec;
  /** Bounds, fixtures and zones, for point and segment queries of the tip. Loose objects are not in it: grasping goes inside them. */
  readonly workspace: WorkspaceModel;
  /** Every solid thing as a shape: fixtures, and objects as measured, without the one that is held. */
  readonly solids: readonly { readonly name: string; readonly shape: Shape }[];
  /** Fixtures, and objects at their measured poses, without the one that is held: what no link may touch. */
  readonly obstacles: ObstacleSet;
  /** The zones that no link may enter. */
  readonly zones: ObstacleSet;
  readonly observation: Observation;
  readonly limits: MotionLimits;
  /** A measurement older than this is no measurement: gates that need it deny. */
  readonly maxStateAgeMs: number;
}
