/**
 * Per-joint limits, given as arrays in the order of `joint_names` or as objects by joint name, brought into the robot's order.
 * @module
 */
import type { EnvelopeField } from "./envelope-fields.ts";
import { isFiniteNumber, textOf, type RawFields } from "./read-fields.ts";

/** Where each given column belongs: shape `[given]`, index of the robot's joint, -1 for a fixed one, which is skipped. */
export interface ColumnOrder {
  readonly given: readonly string[];
  readonly jointOfColumn: readonly number[];
  readonly jointNames: readonly string[];
}

export function columnOrder(fields: RawFields, jointNames: readonly string[], fixed: readonly string[]): ColumnOrder {
  const given = fields.names("jointNames") ?? jointNames;
  for (const name of given)
    if (!jointNames.includes(name) && !fixed.includes(name)) fields.problems.push(`joint_names: the robot has no joint ${name}`);
  return { given, jointNames, jointOfColumn: given.map((name) => jointNames.indexOf(name)) };
}

/** Shape `[nJoints]`, undefined where the field does not set it; nothing where the field is not given. */
export function readJointColumn(
  fields: RawFields,
  { name, compatible }: EnvelopeField,
  order: ColumnOrder,
  fixed: readonly string[],
): (number | undefined)[] | undefined {
  const value = fields.get(name);
  if (value === undefined) return undefined;
  const signed = name === "lowerRad" || name === "upperRad";
  const column = new Array<number | undefined>(order.jointNames.length).fill(undefined);
  const set = (joint: number, label: string, limit: unknown): void => {
    if (limit === undefined || limit === null) return;
    if (!isFiniteNumber(limit) || !(signed || limit >= 0))
      fields.problems.push(`${compatible}[${label}] must be a finite number${signed ? "" : " >= 0"}, got ${textOf(limit)}`);
    else if (joint >= 0) column[joint] = limit;
  };
  if (Array.isArray(value)) {
    if (value.length === order.given.length) order.given.forEach((label, i) => set(order.jointOfColumn[i]!, label, value[i]));
    else fields.problems.push(`${compatible} has ${value.length} entries for ${order.given.length} joints`);
  } else if (typeof value === "object" && value !== null) {
    for (const [label, limit] of Object.entries(value)) {
      const joint = order.jointNames.indexOf(label);
      if (joint < 0 && !fixed.includes(label)) fields.problems.push(`${compatible}: the robot has no joint ${label}`);
      else set(joint, label, limit);
    }
  } else fields.problems.push(`${compatible} must be a list of numbers or an object by joint name`);
  return column;
}
