/**
 * The numbers of geometry verdicts. The hot path knows only these; the words are for whoever asks afterwards.
 * @module
 */

/** What a judgement answers: 0 is proven clear. */
export const GEOMETRY_CLEAR = 0;
/** A joint value, a period or a stamp is not a finite number, or there are more rows than the memory made at load holds. */
export const GEOMETRY_STATE_UNAVAILABLE = 1;
export const GEOMETRY_COLLISION = 2;
export const GEOMETRY_NO_GO_ZONE = 3;
export const GEOMETRY_WORKSPACE = 4;
export const GEOMETRY_EE_SPEED = 5;
export const GEOMETRY_EE_ACCEL = 6;
export const GEOMETRY_SWEEP_UNPROVEN = 7;
export const GEOMETRY_WORLD_UNAVAILABLE = 8;
export const GEOMETRY_WORLD_OVERFLOW = 9;
export const GEOMETRY_WORLD_MALFORMED = 10;
export const GEOMETRY_VOXEL_UNAVAILABLE = 11;
export const GEOMETRY_VOXEL_OVERFLOW = 12;
export const GEOMETRY_VOXEL_MALFORMED = 13;
export const GEOMETRY_PREDICTION_FAILED = 14;
export const GEOMETRY_PREDICTION_RESIDUAL = 15;
export const GEOMETRY_PREDICTED_POSITION = 16;
export const GEOMETRY_PREDICTED_SPEED = 17;
/** In recovery: what is violated would get nearer than it was. */
export const GEOMETRY_RECOVERY_NEARER = 18;

/** The spelling of safety-kernel.md §4 and §5, by code. */
const words = [
  "clear",
  "state_unavailable",
  "collision",
  "no_go_zone",
  "workspace_xyz",
  "ee_speed",
  "ee_accel",
  "sweep_unproven",
  "world_unavailable",
  "world_overflow",
  "world_malformed",
  "voxel_unavailable",
  "voxel_overflow",
  "voxel_malformed",
  "prediction_failed",
  "prediction_residual",
  "joint_position",
  "joint_rate",
  "recovery_nearer",
] as const;
export type GeometryWord = (typeof words)[number];

export function geometryWord(code: number): GeometryWord {
  return words[code] ?? "state_unavailable";
}

/** Drops are not executed and latch nothing; violations latch (safety-kernel.md §4). An unknown code is a violation. */
export function geometrySeverity(code: number): "pass" | "drop" | "violation" {
  if (code === GEOMETRY_CLEAR) return "pass";
  const drops =
    code === GEOMETRY_STATE_UNAVAILABLE ||
    code === GEOMETRY_PREDICTION_FAILED ||
    code === GEOMETRY_PREDICTION_RESIDUAL ||
    (code >= GEOMETRY_SWEEP_UNPROVEN && code <= GEOMETRY_VOXEL_MALFORMED);
  return drops ? "drop" : "violation";
}

export const PHASE_NONE = 0;
export const PHASE_MEASURED = 1;
export const PHASE_ROW = 2;
export const PHASE_PREDICTED = 3;
export const PHASE_SWEEP = 4;
const phases = ["none", "measured", "row", "predicted", "sweep"] as const;
export type GeometryPhase = (typeof phases)[number];

export function phaseWord(phase: number): GeometryPhase {
  return phases[phase] ?? "none";
}

export const KIND_NONE = 0;
export const KIND_SELF = 1;
export const KIND_WORLD = 2;
export const KIND_VOXEL = 3;
/** Against what lies outside the voxel grid. */
export const KIND_OUTSIDE = 4;
export const KIND_ZONE = 5;
export const KIND_BOX = 6;
export const KIND_SPEED = 7;
/** Against what stands in the world for good. */
export const KIND_FIXTURE = 8;
