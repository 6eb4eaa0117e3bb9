/**
 * Readers of single envelope fields. Each says what is wrong with the field named, and goes on, so that one refusal lists all.
 * @module
 */
import { nearestName } from "../../core/nearest.ts";
import type { Vec3 } from "../../core/vec3.ts";
import { compatibleNames, ourNameOf } from "./envelope-fields.ts";

/** The raw fields under our names, and every problem met so far. */
export class RawFields {
  readonly problems: string[] = [];
  readonly #fields = new Map<string, unknown>();

  constructor(raw: unknown, known: ReadonlyMap<string, string>) {
    if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
      this.problems.push("an envelope must be an object of named limits");
      return;
    }
    for (const [key, value] of Object.entries(raw)) {
      const name = ourNameOf(key);
      if (name === undefined || !known.has(name)) {
        const near = nearestName(key, [...known.values(), ...known.keys()]);
        this.problems.push(`${key} is no field of an envelope here${near === undefined ? "" : `; did you mean ${near}?`}`);
      } else if (this.#fields.has(name)) this.problems.push(`${compatibleName(name)} is given twice`);
      else if (value !== undefined) this.#fields.set(name, value);
    }
  }

  get(name: string): unknown {
    return this.#fields.get(name);
  }

  /** A finite number within [min, max], or nothing where it is not given. */
  number(name: string, min: number, max = Number.MAX_VALUE): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === "number" && value >= min && value <= max) return value;
    const range = max === Number.MAX_VALUE ? `>= ${min}` : `within [${min}, ${max}]`;
    this.problems.push(
      `${compatibleName(name)} must be a finite number${min === -Number.MAX_VALUE ? "" : ` ${range}`}, got ${textOf(value)}`,
    );
    return undefined;
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === "boolean") return value;
    this.problems.push(`${compatibleName(name)} must be true or false, got ${textOf(value)}`);
    return undefined;
  }

  names(name: string): readonly string[] | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item): item is string => typeof item === "string" && item !== "")) {
      if (new Set(value).size === value.length) return value;
      this.problems.push(`${compatibleName(name)} names something twice`);
    } else this.problems.push(`${compatibleName(name)} must be a list of names`);
    return undefined;
  }

  point(name: string): Vec3 | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (isPoint(value)) return [value[0], value[1], value[2]];
    this.problems.push(`${compatibleName(name)} must be three finite numbers, m`);
    return undefined;
  }
}

export function compatibleName(name: string): string {
  return compatibleNames.get(name) ?? name;
}

export function textOf(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" || value === null ? String(value) : `a value of type ${typeof value}`;
}

export function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isPoint(value: unknown): value is [number, number, number] {
  return Array.isArray(value) && value.length === 3 && value.every(isFiniteNumber);
}
