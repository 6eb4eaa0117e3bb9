/**
 * An envelope from outside data and the robot's own limits. Of two limits for one thing the tighter holds.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { JOINT_PRISMATIC } from "../../robot/robot-model.ts";
import { capFields, compatibleNames, type CapName } from "./envelope-fields.ts";
import { modeProblems } from "./mode-bounds.ts";
import { RawFields, textOf } from "./read-fields.ts";
import { readLimits, readModes, type Limits } from "./read-limits.ts";
import type { EnvelopeRobot, SafetyEnvelope } from "./safety-envelope.ts";

/** Rows a chunk may have, unless the envelope says otherwise; compatible. */
export const MAX_HORIZON = 256;

/**
 * `raw` holds fields of `SafetyEnvelope` under our names or the compatible ones; per-joint limits are arrays in the order of
 * `joint_names` (default: the robot's) or objects by joint name. Position, velocity and effort limits of the robot hold as well.
 * @throws ClearanceError `config.invalid` naming every field that cannot be enforced.
 */
export function loadEnvelope(raw: unknown, robot: EnvelopeRobot): SafetyEnvelope {
  const fields = new RawFields(raw, compatibleNames);
  const robotProblems = jointProblems(robot);
  if (robotProblems.length > 0) throw envelopeError(robot.name, [...fields.problems, ...robotProblems]);
  const fixed = fields.names("fixedJointNames") ?? [];
  const limits = readLimits(fields, robot.jointNames, fixed);
  const envelope = joined(fields, limits, robot);
  const problems = [...fields.problems, ...rangeProblems(envelope)];
  if (problems.length === 0) problems.push(...modeProblems(envelope), ...forceProblems(fields, envelope));
  if (problems.length > 0) throw envelopeError(robot.name, problems);
  return envelope;
}

export function envelopeError(robot: string, problems: readonly string[]): ClearanceError {
  return new ClearanceError("config.invalid", `the kernel for ${robot} cannot run: ${problems.join("; ")}`, { source: "kernel", problems });
}

/** What is wrong with the robot's own limits, as a robot model states them. */
export function jointProblems(robot: EnvelopeRobot): string[] {
  const { nJoints, jointNames, lowerRad, upperRad, maxVelocityRadPerS, maxEffortNm } = robot;
  if (!(nJoints >= 1)) return ["the robot has no joint: n_dof is 0"];
  const lengths = { jointNames, lowerRad, upperRad, maxVelocityRadPerS, maxEffortNm };
  const wrong = Object.entries(lengths).filter(([, values]) => values.length !== nJoints);
  if (wrong.length > 0) return wrong.map(([name, values]) => `${name} has ${values.length} entries for ${nJoints} joints`);
  return jointNames.flatMap((name, j) => {
    const lower = lowerRad[j]!;
    const upper = upperRad[j]!;
    const problems: string[] = [];
    if (!(lower <= upper && lower < Infinity && upper > -Infinity)) problems.push(`limits of ${name} are [${lower}, ${upper}]`);
    if (!(maxVelocityRadPerS[j]! >= 0)) problems.push(`speed limit of ${name} is ${maxVelocityRadPerS[j]!}`);
    if (!(maxEffortNm[j]! >= 0)) problems.push(`effort limit of ${name} is ${maxEffortNm[j]!}`);
    return problems;
  });
}

function joined(fields: RawFields, limits: Limits, robot: EnvelopeRobot): SafetyEnvelope {
  const { columns, box } = limits;
  const n = robot.nJoints;
  const cap = (own: ArrayLike<number> | undefined, set: (number | undefined)[] | undefined): number[] =>
    Array.from({ length: n }, (_, j) => Math.min(own?.[j] ?? Infinity, set?.[j] ?? Infinity));
  const velocityLimitRadPerS = cap(robot.maxVelocityRadPerS, columns.velocityLimitRadPerS);
  const maxJointSpeedFactor = limits.maxJointSpeedFactor ?? 1;
  return Object.freeze({
    robotName: robot.name,
    jointNames: [...robot.jointNames],
    jointUnits: robot.jointNames.map((_, joint) => jointUnit(robot, joint)),
    lowerRad: Array.from({ length: n }, (_, j) => Math.max(robot.lowerRad[j]!, columns.lowerRad?.[j] ?? -Infinity)),
    upperRad: cap(robot.upperRad, columns.upperRad),
    velocityLimitRadPerS,
    maxJointSpeedFactor,
    velocityCapRadPerS: velocityLimitRadPerS.map((limit) => limit * maxJointSpeedFactor),
    torqueCapNm: cap(robot.maxEffortNm, columns.torqueCapNm),
    maxAccelerationRadPerS2: cap(undefined, columns.maxAccelerationRadPerS2),
    maxJerkRadPerS3: cap(undefined, columns.maxJerkRadPerS3),
    ...capsOf((name) => limits.caps[name] ?? Infinity),
    ...(box === undefined ? {} : { boxMinM: box.min, boxMaxM: box.max }),
    gripperMin: limits.gripperMin ?? 0,
    gripperMax: limits.gripperMax ?? 1,
    noGoZones: limits.noGoZones ?? [],
    deadmanRequired: limits.deadmanRequired ?? false,
    humanInLoopRequired: limits.humanInLoopRequired ?? false,
    supportedModes: limits.supportedModes ?? [],
    declaredColumns: limits.declaredColumns,
    ...machine(fields),
  });
}

function machine(fields: RawFields) {
  return {
    acknowledgedUnbounded: readModes(fields, "acknowledgedUnbounded") ?? [],
    grippers: fields.names("grippers") ?? [],
    planarBase: fields.flag("planarBase") ?? false,
    halMode: readHalMode(fields),
    forceSensor: fields.flag("forceSensor") ?? false,
    jumpToleranceRad: fields.number("jumpToleranceRad", 0) ?? 0.05,
    jumpToleranceM: fields.number("jumpToleranceM", 0) ?? 0.01,
    positionTolerance: fields.number("positionTolerance", 0, 1e-3) ?? 0,
    rateTolerance: fields.number("rateTolerance", 1, 1.01) ?? 1,
    maxRows: Math.floor(fields.number("maxRows", 1, 4096) ?? MAX_HORIZON),
    maxPeriodMs: fields.number("maxPeriodMs", 0) ?? 1000,
  };
}

/** Every cap, from a function of its name. */
export function capsOf(value: (name: CapName) => number): Record<CapName, number> {
  const caps: Partial<Record<CapName, number>> = {};
  for (const { name } of capFields) caps[name] = value(name);
  return caps as Record<CapName, number>;
}

function readHalMode(fields: RawFields): "simulation" | "real" {
  const value = fields.get("halMode") ?? "simulation";
  if (value === "simulation" || value === "real") return value;
  fields.problems.push(`hal_mode must be simulation or real, got ${textOf(value)}`);
  return "real";
}

/** Lower above upper: of what was loaded, or of a robot and a skill that contradicts it without being looser. */
export function rangeProblems(envelope: SafetyEnvelope): string[] {
  const { jointNames, lowerRad, upperRad, gripperMin, gripperMax } = envelope;
  const problems = jointNames.flatMap((name, j) =>
    lowerRad[j]! <= upperRad[j]!
      ? []
      : [`joint_position_min[${name}] ${lowerRad[j]!} is above joint_position_max[${name}] ${upperRad[j]!}`],
  );
  if (!(gripperMin <= gripperMax)) problems.push(`gripper_min ${gripperMin} is above gripper_max ${gripperMax}`);
  return problems;
}

/** Force limits that nobody can enforce are refused where they are required. */
function forceProblems(fields: RawFields, { forceSensor, maxForceN, contactForceThresholdN }: SafetyEnvelope): string[] {
  if (fields.flag("forceLimitsRequired") !== true || forceSensor) return [];
  const set = [
    ...(Number.isFinite(maxForceN) ? ["max_force_n"] : []),
    ...(Number.isFinite(contactForceThresholdN) ? ["contact_force_threshold_n"] : []),
  ];
  return set.length === 0
    ? ["force_limits_required needs max_force_n"]
    : set.map((name) => `${name} cannot be enforced without a force sensor`);
}

function jointUnit(robot: EnvelopeRobot, joint: number): "rad" | "m" {
  for (let link = 0; link < robot.nLinks; link++)
    if (robot.qIndexOfLink[link] === joint && robot.jointKindOfLink[link] === JOINT_PRISMATIC) return "m";
  return "rad";
}
