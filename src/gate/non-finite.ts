/**
 * Finds the number that is none. NaN compares false with every bound, so one that slips in makes every later check meaningless.
 * @module
 */

import { deepFreeze, isPlain } from "../core/json.ts";

/** Deeper than any argument list; a cycle ends here and counts as a fault. */
const MAX_DEPTH = 32;

/** Path of the first NaN or infinite number in plain data, `target[1]`; undefined when there is none. */
export function firstNonFinite(value: unknown): string | undefined {
  return allFinite(value, 0) ? undefined : pathOf(value, "", 0);
}

/** The same question without the path, which costs more than the looking. */
function allFinite(value: unknown, depth: number): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!allFinite(value[i], depth + 1)) return false;
    return true;
  }
  if (!isPlain(value)) return Object.values(value).every((item) => allFinite(item, depth + 1));
  for (const key in value) if (!allFinite(value[key], depth + 1)) return false;
  return true;
}

/** Freezes a value and everything reachable from it, and tells whether every number in it is finite. */
export function sealFinite(value: unknown, depth = 0): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth > MAX_DEPTH) return false;
  let finite = true;
  if (Array.isArray(value)) {
    Object.freeze(value);
    for (let i = 0; i < value.length; i++) finite = sealFinite(value[i], depth + 1) && finite;
  } else if (isPlain(value)) {
    Object.freeze(value);
    for (const key in value) finite = sealFinite(value[key], depth + 1) && finite;
  } else finite = allFinite(deepFreeze(value), depth);
  return finite;
}

function pathOf(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path || "value";
  if (typeof value !== "object" || value === null) return undefined;
  if (depth > MAX_DEPTH) return path;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = pathOf(value[i], `${path}[${i}]`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [key, item] of Object.entries(value)) {
    const found = pathOf(item, path === "" ? key : `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
