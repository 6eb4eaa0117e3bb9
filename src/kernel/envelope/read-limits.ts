/**
 * The limits of an envelope or of a skill, read from outside data. What is not given stays absent.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import type { ControlMode } from "../command.ts";
import { modes, wireOf } from "../modes.ts";
import { capFields, perJointFields, type CapName, type PerJointName } from "./envelope-fields.ts";
import { readZones } from "./no-go-zone.ts";
import { isFiniteNumber, type RawFields } from "./read-fields.ts";
import { columnOrder, readJointColumn } from "./read-joint-columns.ts";
import type { DeclaredColumns, DeclaredMode, NoGoZone } from "./safety-envelope.ts";

export interface Limits {
  /** Shape `[nJoints]` each, in the robot's order; undefined where a joint is not limited. */
  readonly columns: Partial<Record<PerJointName, (number | undefined)[]>>;
  readonly caps: Partial<Record<CapName, number>>;
  readonly maxJointSpeedFactor?: number;
  readonly gripperMin?: number;
  readonly gripperMax?: number;
  readonly box?: { readonly min: Vec3; readonly max: Vec3 };
  readonly noGoZones?: readonly NoGoZone[];
  readonly deadmanRequired?: boolean;
  readonly humanInLoopRequired?: boolean;
  readonly supportedModes?: readonly ControlMode[];
  readonly declaredColumns: Partial<Record<DeclaredMode, DeclaredColumns>>;
}

/** Adds to `fields.problems` what cannot be read. */
export function readLimits(fields: RawFields, jointNames: readonly string[], fixed: readonly string[]): Limits {
  const order = columnOrder(fields, jointNames, fixed);
  const columns: Limits["columns"] = {};
  for (const field of perJointFields) {
    const column = readJointColumn(fields, field, order, fixed);
    if (column !== undefined) columns[field.name] = column;
  }
  const caps: Limits["caps"] = {};
  for (const { name } of capFields) {
    const cap = fields.number(name, 0);
    if (cap !== undefined) caps[name] = cap;
  }
  return {
    columns,
    caps,
    ...given("maxJointSpeedFactor", readFactor(fields)),
    ...given("gripperMin", fields.number("gripperMin", -Number.MAX_VALUE)),
    ...given("gripperMax", fields.number("gripperMax", -Number.MAX_VALUE)),
    ...given("box", readBox(fields)),
    ...given("noGoZones", readZones(fields)),
    ...given("deadmanRequired", fields.flag("deadmanRequired")),
    ...given("humanInLoopRequired", fields.flag("humanInLoopRequired")),
    ...given("supportedModes", readModes(fields, "supportedModes")),
    declaredColumns: readDeclared(fields),
  };
}

type Given<Name extends string, Value> = { readonly [key in Name]?: Value };

function given<Name extends string, Value>(name: Name, value: Value | undefined): Given<Name, Value>;
function given(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}

export function readModes(fields: RawFields, name: "supportedModes" | "acknowledgedUnbounded"): readonly ControlMode[] | undefined {
  return fields.names(name)?.flatMap((word) => {
    const spec = modes[wireOf(word)];
    if (spec !== undefined) return [spec.name];
    fields.problems.push(`${name}: ${word} is no control mode`);
    return [];
  });
}

function readFactor(fields: RawFields): number | undefined {
  const factor = fields.number("maxJointSpeedFactor", 0, 1);
  if (factor === undefined || factor > 0) return factor;
  fields.problems.push(`max_joint_speed_factor must be within (0, 1], got ${factor}`);
  return undefined;
}

function readBox(fields: RawFields): Limits["box"] | undefined {
  const min = fields.point("boxMinM");
  const max = fields.point("boxMaxM");
  if (fields.get("boxMinM") === undefined && fields.get("boxMaxM") === undefined) return undefined;
  if (fields.get("boxMinM") === undefined) fields.problems.push("workspace_box_min_xyz is missing: a box needs both corners");
  if (fields.get("boxMaxM") === undefined) fields.problems.push("workspace_box_max_xyz is missing: a box needs both corners");
  if (min === undefined || max === undefined) return undefined;
  if (min.every((low, axis) => low <= max[axis]!)) return { min, max };
  fields.problems.push(`workspace_box_min_xyz (${min.join(", ")}) is above workspace_box_max_xyz (${max.join(", ")})`);
  return undefined;
}

const declaredModes: readonly DeclaredMode[] = ["foot_placement", "dex_hand_joint"];

function readDeclared(fields: RawFields): Partial<Record<DeclaredMode, DeclaredColumns>> {
  const value = fields.get("declaredColumns");
  const found: Partial<Record<DeclaredMode, DeclaredColumns>> = {};
  if (value === undefined) return found;
  if (typeof value !== "object" || value === null) {
    fields.problems.push("declared_columns must be an object by mode");
    return found;
  }
  for (const [key, raw] of Object.entries(value)) {
    const mode = declaredModes.find((name) => name === key);
    if (mode === undefined) fields.problems.push(`declared_columns: the columns of ${key} are not declared`);
    else {
      const columns = readColumns(raw);
      if (typeof columns === "string") fields.problems.push(`declared_columns[${mode}] ${columns}`);
      else found[mode] = columns;
    }
  }
  return found;
}

function readColumns(raw: unknown): DeclaredColumns | string {
  if (typeof raw !== "object" || raw === null) return "must be an object with min and max";
  const min: unknown = Reflect.get(raw, "min");
  const max: unknown = Reflect.get(raw, "max");
  if (!Array.isArray(min) || !Array.isArray(max) || min.length === 0 || min.length !== max.length)
    return "needs min and max of one length, at least 1";
  if (!min.every(isFiniteNumber) || !max.every(isFiniteNumber)) return "must have finite bounds";
  if (!min.every((low, i) => low <= max[i]!)) return "has a min above its max";
  return { min: [...min], max: [...max] };
}
