/**
 * `backend`: a kind by itself, or the reference's `{kind, kwargs}`.
 * @module
 */
import * as z from "zod";
import { parseRandomizedConfig } from "../backend/randomized/index.ts";
import { ClearanceError } from "../core/errors.ts";
import { nearestName } from "../core/nearest.ts";

export interface BackendChoice {
  readonly kind: "kinematic" | "mujoco";
  /** A robot description, relative to the profile. */
  readonly model?: string;
  /** Name of the site at the tip. */
  readonly tip?: string;
  /** Noise and losses around it. */
  readonly randomized?: Readonly<Record<string, unknown>>;
}

/** Kinds that other builds of the reference's world have. */
const laterKinds = ["pybullet", "gymnasium", "ros2"];
export const backendKinds = ["kinematic", "mock", "mujoco", "randomized"] as const;

type Say = (path: readonly string[], message: string) => void;

export const backendSchema = z
  .unknown()
  .optional()
  .transform((raw, context): BackendChoice | undefined => {
    if (raw === undefined) return undefined;
    const problems: { readonly path: readonly string[]; readonly message: string }[] = [];
    const choice = choose(raw, [], (path, message) => problems.push({ path, message }));
    for (const { path, message } of problems) context.addIssue({ code: "custom", path: [...path], message });
    return choice ?? z.NEVER;
  });

/** What a kind on the command line or in the environment means. @throws nothing; the message where it means nothing */
export function backendNamed(text: string): BackendChoice["kind"] | { readonly problem: string } {
  let problem = "";
  const choice = choose(text, [], (_path, message) => {
    problem = message;
  });
  return choice?.kind ?? { problem };
}

function choose(raw: unknown, path: readonly string[], say: Say): BackendChoice | undefined {
  if (typeof raw === "string") return ofKind(raw, {}, [], say);
  if (!isRecord(raw)) {
    say(path, `expected ${backendKinds.join(", ")}, or {kind, kwargs}`);
    return undefined;
  }
  const { kind, kwargs, ...rest } = raw;
  for (const key of Object.keys(rest)) say([key], `unknown key; ${hint(key, ["kind", "kwargs"])}`);
  if (kwargs !== undefined && kwargs !== null && !isRecord(kwargs)) say(["kwargs"], "expected a mapping");
  return ofKind(kind ?? "mock", isRecord(kwargs) ? kwargs : {}, ["kind"], say);
}

function ofKind(kind: unknown, kwargs: Readonly<Record<string, unknown>>, path: readonly string[], say: Say): BackendChoice | undefined {
  switch (kind) {
    case "kinematic":
    case "mock":
      check(kind, kwargs, mockKwargs, say);
      return { kind: "kinematic" };
    case "mujoco": {
      check(kind, kwargs, mujocoKwargs, say);
      const { model_path: model, end_effector: tip } = kwargs;
      return { kind, ...(typeof model === "string" ? { model } : {}), ...(typeof tip === "string" ? { tip } : {}) };
    }
    case "randomized":
      return randomized(kwargs, say);
    default: {
      const name = typeof kind === "string" ? kind : JSON.stringify(kind);
      if (laterKinds.includes(name)) say(path, `this build has no ${name} backend; it has ${backendKinds.join(", ")}`);
      else say(path, `there is no backend '${name}'; ${hint(name, [...backendKinds, ...laterKinds])}`);
      return undefined;
    }
  }
}

function randomized(kwargs: Readonly<Record<string, unknown>>, say: Say): BackendChoice | undefined {
  const { wraps = "mock", wraps_kwargs, config = {}, ...rest } = kwargs;
  for (const key of Object.keys(rest)) say(["kwargs", key], `unknown argument; ${hint(key, ["wraps", "wraps_kwargs", "config"])}`);
  if (wraps === "randomized") say(["kwargs", "wraps"], "a randomized backend cannot wrap another");
  const base = wraps === "randomized" ? undefined : ofKind(wraps, isRecord(wraps_kwargs) ? wraps_kwargs : {}, ["kwargs", "wraps"], say);
  if (!isRecord(config)) {
    say(["kwargs", "config"], "expected a mapping");
    return undefined;
  }
  for (const problem of randomizedProblems(config)) say(["kwargs", "config"], problem);
  return base === undefined ? undefined : { ...base, randomized: config };
}

export function randomizedProblems(config: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    parseRandomizedConfig(config);
    return [];
  } catch (error) {
    if (ClearanceError.is(error, "config.invalid")) return error.data.problems;
    throw error;
  }
}

/** What an argument may be, or why it may not. */
type Rule = (value: unknown) => string | undefined;

const text: Rule = (value) => (typeof value === "string" && value !== "" ? undefined : "expected a text");
const only =
  (allowed: (value: unknown) => boolean, why: string): Rule =>
  (value) =>
    allowed(value) ? undefined : why;

const mockKwargs: Readonly<Record<string, Rule>> = {
  name: only((value) => value === "mock", "the backend is named by its kind; leave it out"),
  initial: only(
    (value) => Array.isArray(value) && value.length === 3 && value.every((at) => at === 0),
    "the robot starts at robot.home; leave it out",
  ),
  kinematic: only((value) => typeof value === "boolean", "expected true or false"),
  record_only: only((value) => value === false, "every action is carried out or refused here; leave it out"),
};

const mujocoKwargs: Readonly<Record<string, Rule>> = {
  model_path: text,
  end_effector: text,
  timestep: only((value) => value === 0.002, "the model's own is used, 0.002 s at most; leave it out"),
  name: only((value) => value === "mujoco", "the backend is named by its kind; leave it out"),
};

function check(kind: string, kwargs: Readonly<Record<string, unknown>>, rules: Readonly<Record<string, Rule>>, say: Say): void {
  for (const [key, value] of Object.entries(kwargs)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    const problem = rule === undefined ? `unknown argument of backend ${kind}; ${hint(key, Object.keys(rules))}` : rule(value);
    if (problem !== undefined) say(["kwargs", key], problem);
  }
}

function hint(name: string, known: readonly string[]): string {
  const near = nearestName(name, known);
  return near === undefined ? `known: ${known.join(", ")}` : `did you mean '${near}'?`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
