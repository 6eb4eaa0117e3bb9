/**
 * A kernel's parameter file: compatible names, defaults, and what each part of the kernel reads of it.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { nearestName } from "../../core/nearest.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE } from "../../robot/robot-model.ts";
import type { JudgeParameters } from "../checks/judge-parameters.ts";
import { isFiniteNumber, textOf } from "./read-fields.ts";
import type { EnvelopeRobot } from "./safety-envelope.ts";

const noNumbers: readonly number[] = [];
const noNames: readonly string[] = [];

export const parameterDefaults = Object.freeze({
  estop_reset_cooldown_s: 0.5,
  chunk_validation_deadline_us: 1000,
  n_dof: 0,
  robot_name: "",
  rskill_id: "",
  skill_revision: "",
  joint_position_min: noNumbers,
  joint_position_max: noNumbers,
  joint_velocity_max: noNumbers,
  joint_torque_max: noNumbers,
  workspace_box_min_xyz: noNumbers,
  workspace_box_max_xyz: noNumbers,
  self_collision_enabled: false,
  self_collision_margin_m: 0,
  world_collision_enabled: false,
  world_collision_margin_m: 0,
  world_collision_deadline_ms: 500,
  world_collision_max_primitives: 64,
  world_voxel_enabled: false,
  world_voxel_margin_m: 0,
  world_voxel_deadline_ms: 500,
  world_voxel_max_cells: 262_144,
  collision_n_links: 0,
  collision_parent: noNumbers,
  collision_joint_kind: noNumbers,
  collision_dof_index: noNumbers,
  collision_origin_xyzrpy: noNumbers,
  collision_axis: noNumbers,
  collision_link_names: noNames,
  collision_capsule_link: noNumbers,
  collision_capsule_radius: noNumbers,
  collision_capsule_half_length: noNumbers,
  collision_capsule_origin_xyzrpy: noNumbers,
  collision_allowed_pairs: noNumbers,
  collision_joint_names: noNames,
  collision_state_deadline_ms: 200,
  collision_base_dofs: noNumbers,
  collision_ee_link_index: -1,
  collision_predict_lambda: 0.05,
  collision_predict_margin_growth_m: 0.01,
  collision_predict_max_steps: 0,
  collision_seed_dt_s: 0,
});
type Widened<Value> = Value extends number ? number : Value extends boolean ? boolean : Value extends string ? string : Value;
export type KernelParameters = { readonly [Name in keyof typeof parameterDefaults]: Widened<(typeof parameterDefaults)[Name]> };
export type ParameterName = keyof KernelParameters;

/** Lists whose entries are names; every other list holds numbers. */
const nameLists: ReadonlySet<string> = new Set(["collision_link_names", "collision_joint_names"]);
/** The only parameters that may be below 0: positions, coordinates, and -1 where it means none or not set. */
const signed = /position|workspace_box|_xyz|parent|dof_index|axis|velocity_max|torque_max|ee_link_index/;

/** @throws ClearanceError `config.invalid` naming every parameter that is unknown, of another type, or not finite. */
export function parseParameters(raw: Readonly<Record<string, unknown>>): KernelParameters {
  const problems: string[] = [];
  const known = Object.keys(parameterDefaults);
  for (const [name, value] of Object.entries(raw)) {
    const fallback: unknown = Object.hasOwn(parameterDefaults, name) ? Reflect.get(parameterDefaults, name) : undefined;
    if (fallback === undefined) {
      const near = nearestName(name, known);
      problems.push(`${name} is no parameter${near === undefined ? "" : `; did you mean ${near}?`}`);
    } else problems.push(...valueProblems(name, value, fallback));
  }
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `kernel parameters: ${problems.join("; ")}`, { source: "kernel parameters", problems });
  return Object.freeze({ ...parameterDefaults, ...raw });
}

function valueProblems(name: string, value: unknown, fallback: unknown): string[] {
  if (Array.isArray(fallback)) {
    if (!Array.isArray(value)) return [`${name} must be a list, got ${textOf(value)}`];
    if (nameLists.has(name)) return value.every((item) => typeof item === "string") ? [] : [`${name} must hold names`];
    if (name === "collision_allowed_pairs" && value.length % 2 !== 0)
      return [`${name} has ${value.length} links: pairs need an even number`];
    return value.flatMap((item: unknown, i) => numberProblems(`${name}[${i}]`, item));
  }
  if (typeof fallback === "number") return numberProblems(name, value);
  return typeof value === typeof fallback ? [] : [`${name} must be a ${typeof fallback}, got ${textOf(value)}`];
}

function numberProblems(label: string, value: unknown): string[] {
  if (isFiniteNumber(value) && (value >= 0 || signed.test(label))) return [];
  return [`${label} must be a finite number${signed.test(label) ? "" : " >= 0"}, got ${textOf(value)}`];
}

/** Fields for `loadEnvelope`, and the robot they are for. -1 in a list of caps means that a joint has none. */
export function envelopeFromParameters(p: KernelParameters): {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly robot: EnvelopeRobot;
} {
  const nJoints = p.n_dof;
  const jointNames = p.collision_joint_names.length > 0 ? p.collision_joint_names : Array.from({ length: nJoints }, (_, j) => `joint_${j}`);
  const free = (limit: number): Float64Array => new Float64Array(nJoints).fill(limit);
  const unset = (caps: readonly number[]): (number | null)[] => caps.map((cap) => (cap === -1 ? null : cap));
  const given = (name: ParameterName, value: readonly (number | null)[]): object => (value.length === 0 ? {} : { [name]: value });
  return {
    raw: {
      ...given("joint_position_min", p.joint_position_min),
      ...given("joint_position_max", p.joint_position_max),
      ...given("joint_velocity_max", unset(p.joint_velocity_max)),
      ...given("joint_torque_max", unset(p.joint_torque_max)),
      ...given("workspace_box_min_xyz", p.workspace_box_min_xyz),
      ...given("workspace_box_max_xyz", p.workspace_box_max_xyz),
    },
    robot: {
      name: p.robot_name,
      nJoints,
      nLinks: p.collision_n_links,
      jointNames,
      jointKindOfLink: Uint8Array.from(p.collision_joint_kind),
      qIndexOfLink: Int32Array.from(p.collision_dof_index),
      lowerRad: free(-Infinity),
      upperRad: free(Infinity),
      maxVelocityRadPerS: free(Infinity),
      maxEffortNm: free(Infinity),
    },
  };
}

export function judgeParametersFrom(p: KernelParameters): Partial<JudgeParameters> {
  return { budgetUs: p.chunk_validation_deadline_us, stateDeadlineMs: p.collision_state_deadline_ms };
}

/** What the stop chain reads; s. */
export function stopParametersFrom(p: KernelParameters): { readonly resetCooldownS: number } {
  return { resetCooldownS: p.estop_reset_cooldown_s };
}

/** Which skill the parameters were written for; it goes into every record. */
export function skillFrom(p: KernelParameters): { readonly id: string; readonly revision: string } {
  return { id: p.rskill_id, revision: p.skill_revision };
}

/** What geometry reads: switches, margins in m, deadlines in ms, sizes. */
export interface GeometryParameters {
  readonly self: { readonly on: boolean; readonly marginM: number };
  readonly world: { readonly on: boolean; readonly marginM: number; readonly deadlineMs: number; readonly maxPrimitives: number };
  readonly voxels: { readonly on: boolean; readonly marginM: number; readonly deadlineMs: number; readonly maxCells: number };
  /** Indices into `q` that move the base and count as 0 for the arm. */
  readonly baseJoints: readonly number[];
  /** Link of the control point; -1: the deepest link that is no finger. */
  readonly controlLink: number;
  readonly lambda: number;
  readonly marginGrowthM: number;
  /** Rows checked; 0: every row. */
  readonly maxSteps: number;
  /** s; 0: the chunk's own period. */
  readonly seedPeriodS: number;
}

export function geometryParametersFrom(p: KernelParameters): GeometryParameters {
  const { world_collision_margin_m: worldM, world_collision_deadline_ms: worldMs, world_collision_max_primitives: maxPrimitives } = p;
  const { world_voxel_margin_m: voxelM, world_voxel_deadline_ms: voxelMs, world_voxel_max_cells: maxCells } = p;
  return {
    self: { on: p.self_collision_enabled, marginM: p.self_collision_margin_m },
    world: { on: p.world_collision_enabled, marginM: worldM, deadlineMs: worldMs, maxPrimitives },
    voxels: { on: p.world_voxel_enabled, marginM: voxelM, deadlineMs: voxelMs, maxCells },
    baseJoints: p.collision_base_dofs,
    controlLink: p.collision_ee_link_index,
    lambda: p.collision_predict_lambda,
    marginGrowthM: p.collision_predict_margin_growth_m,
    maxSteps: p.collision_predict_max_steps,
    seedPeriodS: p.collision_seed_dt_s,
  };
}

/** The collision model as flat arrays, lengths checked; poses are x, y, z in m and roll, pitch, yaw in rad. */
export interface CollisionArrays {
  readonly linkNames: readonly string[];
  readonly parentOfLink: Int32Array;
  readonly jointKindOfLink: Uint8Array;
  readonly qIndexOfLink: Int32Array;
  /** Shape `[nLinks, 6]`. */
  readonly originOfLink: Float64Array;
  /** Shape `[nLinks, 3]`. */
  readonly axisInLink: Float64Array;
  /** Shape `[nCapsules]` each. */
  readonly linkOfCapsule: Int32Array;
  readonly radiusM: Float64Array;
  readonly halfLengthM: Float64Array;
  /** Shape `[nCapsules, 6]`. */
  readonly originOfCapsule: Float64Array;
  /** Shape `[nPairs, 2]`: links that may touch. */
  readonly allowedPairs: Int32Array;
}

const kinds: readonly number[] = [JOINT_FIXED, JOINT_REVOLUTE, JOINT_PRISMATIC];

/** @throws ClearanceError `config.invalid` naming every list of the wrong length and every switch without a model. */
export function collisionFromParameters(p: KernelParameters): CollisionArrays {
  const nLinks = p.collision_n_links;
  const nCapsules = p.collision_capsule_link.length;
  const problems: string[] = [];
  const long = (name: ParameterName, values: readonly unknown[], length: number): void => {
    if (values.length !== length) problems.push(`${name} has ${values.length} entries, must have ${length}`);
  };
  long("collision_parent", p.collision_parent, nLinks);
  long("collision_joint_kind", p.collision_joint_kind, nLinks);
  long("collision_dof_index", p.collision_dof_index, nLinks);
  long("collision_origin_xyzrpy", p.collision_origin_xyzrpy, 6 * nLinks);
  long("collision_axis", p.collision_axis, 3 * nLinks);
  long("collision_link_names", p.collision_link_names, nLinks);
  long("collision_capsule_radius", p.collision_capsule_radius, nCapsules);
  long("collision_capsule_half_length", p.collision_capsule_half_length, nCapsules);
  long("collision_capsule_origin_xyzrpy", p.collision_capsule_origin_xyzrpy, 6 * nCapsules);
  if (!p.collision_joint_kind.every((kind) => kinds.includes(kind))) problems.push("collision_joint_kind must be 0, 1 or 2");
  for (const link of [...p.collision_capsule_link, ...p.collision_allowed_pairs])
    if (!(Number.isInteger(link) && link < nLinks)) problems.push(`there is no link ${link}`);
  for (const name of ["self_collision_enabled", "world_collision_enabled", "world_voxel_enabled"] as const)
    if (p[name] && (nLinks === 0 || nCapsules === 0)) problems.push(`${name} is set, and there is no collision model`);
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `kernel parameters: ${problems.join("; ")}`, { source: "kernel parameters", problems });
  return {
    linkNames: p.collision_link_names,
    parentOfLink: Int32Array.from(p.collision_parent),
    jointKindOfLink: Uint8Array.from(p.collision_joint_kind),
    qIndexOfLink: Int32Array.from(p.collision_dof_index),
    originOfLink: Float64Array.from(p.collision_origin_xyzrpy),
    axisInLink: Float64Array.from(p.collision_axis),
    linkOfCapsule: Int32Array.from(p.collision_capsule_link),
    radiusM: Float64Array.from(p.collision_capsule_radius),
    halfLengthM: Float64Array.from(p.collision_capsule_half_length),
    originOfCapsule: Float64Array.from(p.collision_capsule_origin_xyzrpy),
    allowedPairs: Int32Array.from(p.collision_allowed_pairs),
  };
}
