/**
 * What a kernel is made of, as plain data: it goes into another thread or process, under a hash, and into recordings.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { canonicalJson, type JsonValue } from "../../core/json.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { fromExactJson, toExactJson } from "./plain-data.ts";

/** Changes whenever the same input may give another verdict. */
export const kernelVersion = "ts-1";

/** @throws ClearanceError `value.invalid` when something in it is no plain data */
export function kernelConfigJson(config: KernelOptions): JsonValue {
  return toExactJson(config);
}

/** Names the configuration: SHA-256 of its canonical JSON, hex. */
export function kernelConfigHash(config: KernelOptions): string {
  return sha256Hex(canonicalJson(kernelConfigJson(config)));
}

/** @throws ClearanceError `config.invalid` naming what is missing or of the wrong kind */
export function kernelConfigFrom(json: JsonValue): KernelOptions {
  const value = fromExactJson(json);
  const problems = configProblems(value);
  if (problems.length > 0 || !isConfig(value))
    throw new ClearanceError("config.invalid", `no kernel configuration: ${problems.join("; ")}`, { source: "kernel config", problems });
  return value;
}

const robotFields: Readonly<Record<keyof KernelOptions["robot"], "name" | "count" | "names" | "floats" | "ints" | "bytes">> = {
  name: "name",
  nJoints: "count",
  nLinks: "count",
  jointNames: "names",
  linkNames: "names",
  parentOfLink: "ints",
  jointKindOfLink: "bytes",
  qIndexOfLink: "ints",
  mimicScale: "floats",
  mimicOffset: "floats",
  parentFromLink: "floats",
  axisInLink: "floats",
  anchorInLink: "floats",
  lowerRad: "floats",
  upperRad: "floats",
  maxVelocityRadPerS: "floats",
  maxAccelerationRadPerS2: "floats",
  maxJerkRadPerS3: "floats",
  maxEffortNm: "floats",
  homeRad: "floats",
  tipLink: "count",
  tipLinkFromTip: "floats",
  warnings: "names",
};

const checks = {
  name: (value: unknown) => typeof value === "string",
  count: (value: unknown) => Number.isSafeInteger(value),
  names: (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  floats: (value: unknown) => value instanceof Float64Array,
  ints: (value: unknown) => value instanceof Int32Array,
  bytes: (value: unknown) => value instanceof Uint8Array,
} as const;

function configProblems(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return ["it is no object"];
  const robot: unknown = Reflect.get(value, "robot");
  const problems: string[] = [];
  if (typeof robot !== "object" || robot === null) problems.push("robot is missing");
  else
    for (const [field, kind] of Object.entries(robotFields))
      if (!checks[kind](Reflect.get(robot, field))) problems.push(`robot.${field} must be ${kind}`);
  if (typeof Reflect.get(value, "gripper") !== "boolean") problems.push("gripper must be true or false");
  if (!checks.names(Reflect.get(value, "modes"))) problems.push("modes must be a list of names");
  for (const field of ["maxTrackingErrorRad", "maxTrackingErrorM", "maxPeriodMs"]) {
    const limit: unknown = Reflect.get(value, field);
    if (limit !== undefined && typeof limit !== "number") problems.push(`${field} must be a number`);
  }
  return problems;
}

function isConfig(value: unknown): value is KernelOptions {
  return configProblems(value).length === 0;
}
