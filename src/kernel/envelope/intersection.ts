/**
 * A skill's own envelope within the robot's. The robot is the ceiling: the tighter of two limits holds, and a skill that asks for
 * more than the robot allows is refused, never clamped.
 * @module
 */
import type { ControlMode } from "../command.ts";
import { limitNames, capFields, perJointFields, rangeFields, speedFactorField, type EnvelopeField } from "./envelope-fields.ts";
import { capsOf, envelopeError, rangeProblems } from "./load-envelope.ts";
import { RawFields } from "./read-fields.ts";
import { readLimits, type Limits } from "./read-limits.ts";
import type { DeclaredColumns, DeclaredMode, SafetyEnvelope, SkillEnvelope } from "./safety-envelope.ts";

/** What rounding may leave between two statements of one limit. */
const EQUAL_WITHIN = 1e-9;

/**
 * @param skill only fields that it sets count; joints named in `fixedJoints` are skipped.
 * @throws ClearanceError `config.invalid` naming every field that is looser than the robot's, unknown or malformed.
 */
export function computeIntersection(robot: SafetyEnvelope, skill?: SkillEnvelope, fixedJoints: readonly string[] = []): SafetyEnvelope {
  if (skill === undefined) return robot;
  const fields = new RawFields(skill, limitNames);
  const limits = readLimits(fields, robot.jointNames, fixedJoints);
  const problems = [...fields.problems];
  const tighter = (field: EnvelopeField, own: number, set: number | undefined, of = ""): number => {
    if (set === undefined) return own;
    const over = field.tightens === "down" ? set - own : own - set;
    if (!(over <= EQUAL_WITHIN)) problems.push(`${field.compatible}${of} ${set} is looser than the robot's ${own} ${field.unit}`.trimEnd());
    return field.tightens === "down" ? Math.min(own, set) : Math.max(own, set);
  };
  const columns = Object.fromEntries(
    perJointFields.map((field) => [
      field.name,
      robot.jointNames.map((name, j) => tighter(field, robot[field.name][j]!, limits.columns[field.name]?.[j], `[${name}]`)),
    ]),
  );
  const result: SafetyEnvelope = {
    ...robot,
    ...columns,
    ...capsOf((name) =>
      tighter(
        capFields.find((field) => field.name === name)!,
        robot[name],
        limits.caps[name],
      ),
    ),
    gripperMin: tighter(rangeFields[0], robot.gripperMin, limits.gripperMin),
    gripperMax: tighter(rangeFields[1], robot.gripperMax, limits.gripperMax),
    maxJointSpeedFactor: tighter(speedFactorField, robot.maxJointSpeedFactor, limits.maxJointSpeedFactor),
    ...innerBox(robot, limits, problems),
    noGoZones: [...robot.noGoZones, ...(limits.noGoZones ?? [])],
    deadmanRequired: either("deadman_required", robot.deadmanRequired, limits.deadmanRequired, problems),
    humanInLoopRequired: either("human_in_loop_required", robot.humanInLoopRequired, limits.humanInLoopRequired, problems),
    supportedModes: innerModes(robot, limits, problems),
    declaredColumns: innerColumns(robot, limits, problems),
  };
  problems.push(...rangeProblems(result));
  if (problems.length > 0) throw envelopeError(robot.robotName, problems);
  return Object.freeze({ ...result, velocityCapRadPerS: result.velocityLimitRadPerS.map((limit) => limit * result.maxJointSpeedFactor) });
}

function either(name: string, own: boolean, set: boolean | undefined, problems: string[]): boolean {
  if (own && set === false) problems.push(`${name} is true for the robot; a skill cannot clear it`);
  return own || set === true;
}

function innerBox({ boxMinM, boxMaxM }: SafetyEnvelope, { box }: Limits, problems: string[]): Partial<SafetyEnvelope> {
  if (box === undefined) return {};
  if (boxMinM === undefined || boxMaxM === undefined) return { boxMinM: box.min, boxMaxM: box.max };
  if (!box.min.every((low, axis) => low >= boxMinM[axis]! - EQUAL_WITHIN))
    problems.push(`workspace_box_min_xyz (${box.min.join(", ")}) lies outside the robot's (${boxMinM.join(", ")})`);
  if (!box.max.every((high, axis) => high <= boxMaxM[axis]! + EQUAL_WITHIN))
    problems.push(`workspace_box_max_xyz (${box.max.join(", ")}) lies outside the robot's (${boxMaxM.join(", ")})`);
  const [ax, ay, az] = box.min;
  const [bx, by, bz] = box.max;
  return {
    boxMinM: [Math.max(ax, boxMinM[0]), Math.max(ay, boxMinM[1]), Math.max(az, boxMinM[2])],
    boxMaxM: [Math.min(bx, boxMaxM[0]), Math.min(by, boxMaxM[1]), Math.min(bz, boxMaxM[2])],
  };
}

function innerModes(robot: SafetyEnvelope, { supportedModes }: Limits, problems: string[]): readonly ControlMode[] {
  if (supportedModes === undefined) return robot.supportedModes;
  const beyond = supportedModes.filter((mode) => !robot.supportedModes.includes(mode));
  if (beyond.length > 0) problems.push(`supported_control_modes: the robot does not support ${beyond.join(", ")}`);
  return supportedModes;
}

function innerColumns(robot: SafetyEnvelope, limits: Limits, problems: string[]): SafetyEnvelope["declaredColumns"] {
  const result: Partial<Record<DeclaredMode, DeclaredColumns>> = { ...robot.declaredColumns };
  for (const mode of ["foot_placement", "dex_hand_joint"] as const) {
    const set = limits.declaredColumns[mode];
    const own = robot.declaredColumns[mode];
    if (set === undefined) continue;
    if (own === undefined || own.min.length !== set.min.length) {
      problems.push(`declared_columns[${mode}] has ${set.min.length} columns, the robot ${own?.min.length ?? 0}`);
      continue;
    }
    const loose = set.min.findIndex((low, i) => !(low >= own.min[i]! - EQUAL_WITHIN && set.max[i]! <= own.max[i]! + EQUAL_WITHIN));
    if (loose >= 0) problems.push(`declared_columns[${mode}][${loose}] is looser than the robot's`);
    result[mode] = { min: set.min.map((low, i) => Math.max(low, own.min[i]!)), max: set.max.map((high, i) => Math.min(high, own.max[i]!)) };
  }
  return result;
}
