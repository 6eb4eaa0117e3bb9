/**
 * The border parser for single numbers. Everything that comes from outside passes here before anything computes with it.
 * @module
 */
import { ClearanceError } from "./errors.ts";

/**
 * `value` itself when it is a finite number.
 * @throws ClearanceError `value.invalid`, naming the field, for NaN, infinities, strings, booleans, null and missing values.
 */
export function finiteNumber(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  const problem = `must be a finite number, got ${describe(value)}`;
  throw new ClearanceError("value.invalid", `${name} ${problem}`, { field: name, problem });
}

/** `value` itself when it is finite and at least 0: radii, tolerances, durations. */
export function nonNegativeNumber(name: string, value: unknown): number {
  const number = finiteNumber(name, value);
  if (number >= 0) return number;
  const problem = `must be >= 0, got ${number}`;
  throw new ClearanceError("value.invalid", `${name} ${problem}`, { field: name, problem });
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  return `a value of type ${typeof value}`;
}
