/**
 * What a deployment turns on, and what the load says about it.
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import type { ControlPoint } from "./bodies.ts";
import type { FingerJoints } from "./finger-motion.ts";
import type { KernelFixture } from "./fixture-check.ts";
import type { NoGoZone } from "./zone-check.ts";

/** Names in parentheses: the parameters of safety-kernel.md §11. */
export interface KernelGeometryOptions {
  readonly collision: CollisionModel;
  /** Order of the joints in the state and the rows that are judged, by name; the model's order unless given. */
  readonly columns?: readonly string[];
  /** Columns that have no place in the model, such as a gripper whose fingers are frozen. */
  readonly columnsWithoutGeometry?: readonly string[];
  /** Names of the joints that move the base (`collision_base_dofs`). */
  readonly baseJoints?: readonly string[];
  /** Links that follow another link's joint at scale 1 and offset 0 on purpose; without, a joint index used twice is refused. */
  readonly mimicLinks?: readonly string[];
  /** SHA-256 of the model that was reviewed; another is refused. */
  readonly expectedModelHash?: string;
  /** Rows of a chunk, 256 unless given. */
  readonly maxRows?: number;
  /** Per column, rad or m: how far the robot may be from where it is commanded. Grows every margin by Σ of it times the reach. */
  readonly trackingError?: ArrayLike<number>;
  /** Looks at everything, without culling; the verdicts are the same bit by bit. For tests. */
  readonly exhaustive?: boolean;

  /** (`self_collision_*`) */
  readonly self?: { readonly marginM?: number; readonly acknowledgeNoPairs?: boolean };
  /** (`world_collision_*`) */
  readonly world?: {
    readonly marginM?: number;
    readonly deadlineMs?: number;
    readonly maxPrimitives?: number;
    readonly exemptLinks?: readonly string[];
    readonly sourceLiveness?: boolean;
  };
  /**
   * What stands in the world for good, world frame, m. It holds for the robot's own links and for what is held; a link that no joint
   * moves and that touches a fixture at home is mounted on it, and may go on touching it. `exemptLinks` are not looked at: wheels.
   */
  readonly fixtures?: {
    readonly fixtures: readonly KernelFixture[];
    readonly marginM?: number;
    readonly exemptLinks?: readonly string[];
  };
  /** (`world_voxel_*`) */
  readonly voxels?: {
    readonly marginM?: number;
    readonly deadlineMs?: number;
    readonly maxCells?: number;
    readonly shape?: "sphere" | "box";
    readonly unknown?: "block" | "free";
    readonly outside?: "block" | "free";
    readonly exemptLinks?: readonly string[];
    readonly sourceLiveness?: boolean;
    /** Telemetry: cells farther than this above the margin are not looked for, m; 0.05 unless given. */
    readonly horizonM?: number;
  };
  /**
   * What gripper and hand modes move, so that the way of the fingers is judged. `"still"`: the model has no joints for them, and they
   * count as they stand in it; the report says so. Without either, a kernel with such a mode refuses this geometry.
   */
  readonly fingers?: FingerJoints | "still";
  readonly controlPoints?: readonly ControlPoint[];
  readonly zones?: { readonly zones: readonly NoGoZone[]; readonly marginM?: number };
  /** (`workspace_box_min_xyz`, `workspace_box_max_xyz`) For control points, base frame, m. */
  readonly box?: {
    readonly minM: readonly [number, number, number];
    readonly maxM: readonly [number, number, number];
    /** Between rows, m; 0.001 unless given. */
    readonly toleranceM?: number;
  };
  /** (`max_ee_speed_m_s`, `max_ee_accel_m_s2`) For control points. */
  readonly eeSpeed?: { readonly maxMps?: number; readonly maxAccelMps2?: number; readonly jumpToleranceM?: number };
}

export interface UnprotectedPair {
  readonly links: readonly [string, string];
  /** The reason in `CollisionModel.allowedBecause`, or that the pair is in neither list. */
  readonly because: string;
}

export interface Mount {
  readonly link: string;
  readonly fixture: string;
}

/** What is enforced, in words and numbers, for people and the trace. */
export interface GeometryLoadReport {
  readonly modelHash: string;
  readonly nLinks: number;
  readonly nJoints: number;
  readonly nCapsules: number;
  readonly self: { readonly on: boolean; readonly marginM: number; readonly checkedPairs: number; readonly allowedLinkPairs: number };
  /** Pairs of links that may touch although they are not adjacent. */
  readonly unprotected: readonly UnprotectedPair[];
  readonly world: { readonly on: boolean; readonly marginM: number; readonly deadlineMs: number; readonly exemptLinks: readonly string[] };
  readonly fixtures: {
    readonly on: boolean;
    readonly marginM: number;
    readonly names: readonly string[];
    readonly exemptLinks: readonly string[];
    /** Links that no joint moves and the fixture that each touches at home: they are not looked at against it. */
    readonly mounts: readonly Mount[];
  };
  readonly voxels: {
    readonly on: boolean;
    readonly marginM: number;
    readonly deadlineMs: number;
    readonly shape: "sphere" | "box";
    readonly unknown: "block" | "free";
    readonly outside: "block" | "free";
    readonly exemptLinks: readonly string[];
  };
  readonly zones: number;
  readonly box: boolean;
  readonly eeSpeed: boolean;
  readonly eeAccel: boolean;
  readonly controlPoints: readonly string[];
  readonly fingers: "swept" | "taken as still" | "not declared";
  /** Name of the joint in each column that has one. */
  readonly columns: readonly string[];
  /** Distance of the nearest checked pair at the home pose, m; Infinity where none is checked. */
  readonly homeDistanceM: number;
}
