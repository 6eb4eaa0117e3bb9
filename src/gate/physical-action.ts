/**
 * One physical action, as grounding judges it: where the tip is to go, how fast, how hard, and in which posture if that is said.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import type { JsonObject } from "../core/json.ts";
import { vec3, type Vec3 } from "../core/vec3.ts";

export interface PhysicalAction {
  readonly actuatorId: string;
  /** World frame, m. */
  readonly targetInWorld: Vec3;
  /** m/s, >= 0. */
  readonly velocityMps: number;
  /** Nm, >= 0. */
  readonly torqueNm: number;
  /** rad, order of the model's joints; empty where the posture is left open. */
  readonly jointAnglesRad: readonly number[];
  /** Short text for people and for the forecaster. */
  readonly label?: string;
}

export interface PhysicalActionFields {
  readonly actuatorId: string;
  readonly targetInWorld: Vec3;
  readonly velocityMps?: number;
  readonly torqueNm?: number;
  readonly jointAnglesRad?: ArrayLike<number>;
  readonly label?: string;
}

/** Checked and frozen. @throws ClearanceError `value.invalid`, by its wire name, for a blank id and numbers that are not finite or negative. */
export function physicalAction(fields: PhysicalActionFields): PhysicalAction {
  const {
    actuatorId,
    targetInWorld: [x, y, z],
    velocityMps = 0,
    torqueNm = 0,
    jointAnglesRad = [],
    label,
  } = fields;
  if (!(typeof actuatorId === "string" && actuatorId.trim() !== "")) throw invalid("actuator_id", "must not be blank");
  if (!(label === undefined || typeof label === "string")) throw invalid("label", "must be a text");
  finiteNumber("target_position.x", x);
  finiteNumber("target_position.y", y);
  finiteNumber("target_position.z", z);
  return Object.freeze({
    actuatorId,
    targetInWorld: vec3(x, y, z),
    velocityMps: nonNegativeNumber("velocity_magnitude", velocityMps),
    torqueNm: nonNegativeNumber("torque_magnitude", torqueNm),
    jointAnglesRad: Object.freeze(Array.from(jointAnglesRad, (angle, joint) => finiteNumber(`joint_angles[${joint}]`, angle))),
    ...(label === undefined ? {} : { label }),
  });
}

const wireFields = new Set(["actuator_id", "target_position", "velocity_magnitude", "torque_magnitude", "joint_angles", "label"]);

/** From its wire form. @throws ClearanceError `value.invalid`, naming the field; unknown fields are refused. */
export function parsePhysicalAction(raw: unknown): PhysicalAction {
  const wire = record("physical action", raw);
  for (const key of Object.keys(wire)) if (!wireFields.has(key)) throw invalid(key, "is not a field of a physical action");
  const target = record("target_position", wire["target_position"]);
  for (const key of Object.keys(target))
    if (key !== "x" && key !== "y" && key !== "z") throw invalid(`target_position.${key}`, "is not a field of a position");
  const {
    actuator_id: actuatorId,
    velocity_magnitude: velocity = 0,
    torque_magnitude: torque = 0,
    joint_angles: angles = [],
    label,
  } = wire;
  if (typeof actuatorId !== "string") throw invalid("actuator_id", "must be a text");
  if (!Array.isArray(angles)) throw invalid("joint_angles", "must be a list of numbers");
  if (!(label === undefined || typeof label === "string")) throw invalid("label", "must be a text");
  const position = (axis: "x" | "y" | "z"): number => finiteNumber(`target_position.${axis}`, target[axis]);
  return physicalAction({
    actuatorId,
    targetInWorld: [position("x"), position("y"), position("z")],
    velocityMps: finiteNumber("velocity_magnitude", velocity),
    torqueNm: finiteNumber("torque_magnitude", torque),
    jointAnglesRad: angles.map((angle: unknown, joint) => finiteNumber(`joint_angles[${joint}]`, angle)),
    ...(label === undefined ? {} : { label }),
  });
}

/** The wire form: `parsePhysicalAction` gives the same action back. */
export function physicalActionJson(action: PhysicalAction): JsonObject {
  const [x, y, z] = action.targetInWorld;
  return {
    actuator_id: action.actuatorId,
    target_position: { x, y, z },
    velocity_magnitude: action.velocityMps,
    torque_magnitude: action.torqueNm,
    joint_angles: action.jointAnglesRad,
    ...(action.label === undefined ? {} : { label: action.label }),
  };
}

function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw invalid(name, "must be an object");
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
