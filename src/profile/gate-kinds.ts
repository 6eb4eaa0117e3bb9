/**
 * `safety_gates`: extra gates, asked after the built-in order. Arguments are named as the reference's gate parameters.
 * @module
 */
import * as z from "zod";
import { nearestName } from "../core/nearest.ts";
import { shapeSchema } from "./world-file.ts";

const cap = z.number().nonnegative();
const positive = z.number().positive();
const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const names = z.array(z.string().min(1));
const axes = ["x", "y", "z"] as const;

/** Bounds are refused the wrong way round, on every axis. */
function boxed<Shape extends z.ZodObject>(schema: Shape, low: keyof z.output<Shape>, high: keyof z.output<Shape>) {
  return schema.superRefine((args, context) => {
    const [from, to] = [args[low], args[high]] as unknown as readonly (readonly number[])[];
    for (const [i, axis] of axes.entries())
      if (!(from![i]! < to![i]!))
        context.addIssue({
          code: "custom",
          path: [String(low)],
          message: `${axis} is ${from![i]}, and ${String(high)} is ${to![i]}: it must be less`,
        });
  });
}

const dayWindow = z.strictObject({ start: z.string(), end: z.string(), end_before_start: z.boolean().optional() });
const smoothing = { max_velocity: cap.optional(), max_acceleration: cap.optional() };

/** By kind. */
export const gateArgs = {
  deny_list: z.strictObject({ denied: names.default([]) }),
  rate_limit: z.strictObject({ per_minute: z.int().nonnegative().default(120) }),
  cooldown: z.strictObject({ default_s: cap.default(0), per_primitive: z.record(z.string(), cap).default({}) }),
  geofence: boxed(
    z.strictObject({ min_corner: vec3.default([-1, -1, 0]), max_corner: vec3.default([1, 1, 1]) }),
    "min_corner",
    "max_corner",
  ),
  workspace: boxed(
    z.strictObject({
      bounds_min: vec3.default([-1, -1, 0]),
      bounds_max: vec3.default([1, 1, 1]),
      obstacles: z.array(shapeSchema).default([]),
    }),
    "bounds_min",
    "bounds_max",
  ),
  force_cap: z.strictObject({
    force_max: cap.optional(),
    torque_max: cap.optional(),
    velocity_max: cap.optional(),
    acceleration_max: cap.optional(),
    effort_max: cap.optional(),
    angular_velocity_max: cap.optional(),
    joint_velocity_max: cap.optional(),
  }),
  action_smoothing: z.strictObject({ ...smoothing, per_primitive: z.record(z.string(), z.strictObject(smoothing)).default({}) }),
  human_in_the_loop: z.strictObject({ requires_approval: names, timeout_s: positive.default(30) }),
  time_window: z.strictObject({
    per_primitive: z.record(z.string(), z.array(dayWindow).min(1)),
    time_zone: z.union([z.number(), z.string()]).optional(),
  }),
  deadline: z.strictObject({ max_consecutive: z.int().positive().default(3), overrun_threshold: z.number().min(1).default(1.2) }),
  step_size: z.strictObject({ max_step_m: positive }),
  budget: z.strictObject({
    max_action_validations: z.int().positive().optional(),
    max_inverse_kinematics: z.int().positive().optional(),
    max_simulation_checks: z.int().positive().optional(),
    max_sensor_fusion: z.int().positive().optional(),
    window_seconds: positive.optional(),
  }),
} as const;

type GateKinds = typeof gateArgs;
export type GateKind = keyof GateKinds;
export type ExtraGate = { readonly [Kind in GateKind]: { readonly kind: Kind; readonly args: z.output<GateKinds[Kind]> } }[GateKind];

export const gateKinds = Object.keys(gateArgs) as readonly GateKind[];

export const extraGateSchema = z
  .strictObject({ kind: z.string(), args: z.record(z.string(), z.unknown()).default({}) })
  .transform((entry, context): ExtraGate => {
    const kind = gateKinds.find((known) => known === entry.kind);
    if (kind === undefined) {
      const near = nearestName(entry.kind, gateKinds);
      const hint = near === undefined ? `kinds: ${gateKinds.join(", ")}` : `did you mean '${near}'?`;
      context.addIssue({ code: "custom", path: ["kind"], message: `there is no gate '${entry.kind}'; ${hint}` });
      return z.NEVER;
    }
    const parsed = gateArgs[kind].safeParse(entry.args);
    if (parsed.success) return { kind, args: parsed.data } as ExtraGate;
    for (const issue of parsed.error.issues) {
      if (issue.code !== "unrecognized_keys") {
        context.addIssue({ code: "custom", path: ["args", ...issue.path], message: issue.message.replace(/^Invalid input: /, "") });
        continue;
      }
      const known = Object.keys(gateArgs[kind].shape);
      for (const key of issue.keys) {
        const near = nearestName(key, known);
        const hint = near === undefined ? `known: ${known.join(", ")}` : `did you mean '${near}'?`;
        context.addIssue({ code: "custom", path: ["args", ...issue.path, key], message: `unknown argument of gate ${kind}; ${hint}` });
      }
    }
    return z.NEVER;
  });
