/**
 * Finds the arguments that ask for force or speed, however they are nested.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";

export type Quantity = "force" | "torque" | "velocity" | "acceleration" | "effort" | "angularVelocity";

/** Argument names, lower case, as users write them (compatible). */
const quantityOfKey: ReadonlyMap<string, Quantity> = new Map([
  ["force", "force"],
  ["torque", "torque"],
  ["acceleration", "acceleration"],
  ["effort", "effort"],
  ["velocity", "velocity"],
  ["speed", "velocity"],
  ["linear_x", "velocity"],
  ["linear_y", "velocity"],
  ["linear_z", "velocity"],
  ["vx", "velocity"],
  ["vy", "velocity"],
  ["vz", "velocity"],
  ["angular_z", "angularVelocity"],
  ["wz", "angularVelocity"],
  ["yaw_rate", "angularVelocity"],
]);

/** Components that stand beside each other and make one vector. */
const vectors: readonly (readonly [name: string, keys: readonly string[]])[] = [
  ["linear", ["linear_x", "linear_y", "linear_z"]],
  ["v", ["vx", "vy", "vz"]],
];

const componentKeys: ReadonlySet<string> = new Set(vectors.flatMap(([, keys]) => keys));

const MAX_DEPTH = 32;

export interface CappedArg {
  /** As written by the caller; `linear` or `v` for components taken together. */
  readonly key: string;
  readonly quantity: Quantity;
  /** Signed for a single number, the norm for a vector; NaN for anything that is not all finite numbers. */
  readonly value: number;
}

const known = new LastSeen<JsonObject, readonly CappedArg[]>();

/** Every capped argument at any depth, in the order written. Frozen arguments are walked once. */
export function cappedArgs(args: JsonObject): readonly CappedArg[] {
  const before = known.get(args);
  if (before !== undefined) return before;
  const found: CappedArg[] = [];
  walk(args, 0, found);
  if (Object.isFrozen(args)) known.set(args, found);
  return found;
}

function walk(value: JsonValue, depth: number, found: CappedArg[]): void {
  if (typeof value !== "object" || value === null) return;
  // Nothing honest is nested this deep; what cannot be read counts as asking for the impossible.
  if (depth > MAX_DEPTH) return void found.push({ key: "args", quantity: "force", value: Number.NaN });
  if (isList(value)) {
    for (const item of value) walk(item, depth + 1, found);
    return;
  }
  let components = 0;
  for (const key of Object.keys(value)) {
    const item = value[key] ?? null;
    const lowerCase = key.toLowerCase();
    const quantity = quantityOfKey.get(lowerCase);
    if (quantity !== undefined) found.push({ key, quantity, value: magnitude(item) });
    if (componentKeys.has(lowerCase)) components += 1;
    walk(item, depth + 1, found);
  }
  if (components > 1) for (const [name, keys] of vectors) together(value, name, keys, found);
}

/** Three components below the cap may still be too fast together. */
function together(value: JsonObject, name: string, keys: readonly string[], found: CappedArg[]): void {
  let squared = 0;
  let components = 0;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (!keys.includes(key.toLowerCase()) || typeof item !== "number") continue;
    squared += item * item;
    components += 1;
  }
  if (components > 1) found.push({ key: name, quantity: "velocity", value: Math.sqrt(squared) });
}

function magnitude(value: JsonValue): number {
  if (typeof value === "number") return Number.isFinite(value) ? value : Number.NaN;
  const squared = squaredNorm(value, 0);
  return Math.sqrt(squared);
}

/** Sum of squares of all numbers inside; NaN unless there is at least one and nothing else. */
function squaredNorm(value: JsonValue, depth: number): number {
  if (typeof value === "number") return value * value;
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return Number.NaN;
  const items = isList(value) ? value : Object.values(value);
  if (items.length === 0) return Number.NaN;
  let sum = 0;
  for (const item of items) sum += squaredNorm(item, depth + 1);
  return sum;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
