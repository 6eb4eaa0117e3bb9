/**
 * A robot, its world, its gates and its limits in one YAML: what `--profile` names. Keys that ghostloop's profiles have keep their
 * names; unknown keys are errors.
 * @module
 */
import * as z from "zod";
import { categoryNames } from "../intent/catalogue/catalogue.ts";
import { backendSchema } from "./backend-choice.ts";
import { extraGateSchema } from "./gate-kinds.ts";
import { morphologyNames } from "./morphologies.ts";
import { batterySchema, camerasSchema, rangeSensorSchema } from "./sensing-schema.ts";
import { separationSchema } from "./separation-schema.ts";

const count = z.int().nonnegative();
const cap = z.number().nonnegative();
const positive = z.number().positive();
const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const names = z.array(z.string().min(1)).default([]);
const perName = z.record(z.string(), cap);

const direction = z.enum(["+x", "-x", "+y", "-y"]);

const jointValues = z.record(z.string(), z.number());
const arm = z.strictObject({
  link: z.string(),
  aim: z.array(z.string()).min(1).max(4),
  pointing: jointValues.default({}),
  waving: jointValues.default({}),
  swings: z.string(),
});
const jointLimits = z.strictObject({ velocity: positive.optional(), acceleration: positive.optional(), jerk: positive.optional() });

const robotSchema = z.strictObject({
  urdf: z.string().optional(),
  mjcf: z.string().optional(),
  tip_link: z.string().optional(),
  tip_site: z.string().optional(),
  /** Links that end further chains from the base whose joints are commanded too: another arm, a head. */
  branches: z.array(z.string().min(1)).default([]),
  gripper: z.boolean().default(false),
  /** Joints that carry the whole robot through the world: slides along its axes, and a heading about its vertical. */
  body: z.strictObject({ x: z.string(), y: z.string(), z: z.string().optional(), heading: z.string() }).optional(),
  /** What a quadruped's postures are, rad or m, by joint name. */
  postures: z.strictObject({ stand: jointValues, sit: jointValues.optional(), lie_down: jointValues.optional() }).optional(),
  /** A head that looks along the x of a link, and arms that point along the x of theirs; joints by name. */
  head: z.strictObject({ yaw: z.string(), pitch: z.string(), link: z.string() }).optional(),
  arms: z
    .strictObject({ right: arm.optional(), left: arm.optional() })
    .refine((arms) => Object.values(arms).some((one) => one !== undefined), { message: "name right, left or both" })
    .optional(),
  /** Joint values of the home pose, rad or m, by joint name. */
  home: z.record(z.string(), z.number()).default({}),
  /** Values of joints that are not commanded (an open finger), rad or m. */
  frozen: z.record(z.string(), z.number()).default({}),
  /** What the description does not say, or says too generously; rad or m, per s, s² and s³. */
  joint_limits: z.record(z.string(), jointLimits).default({}),
});

/** Primitives that users bring: a module, by path or package, and what in it makes them. */
const customPrimitive = z.union([z.string(), z.strictObject({ module: z.string().min(1), factory: z.string().min(1) })]);

export const profileSchema = z.strictObject({
  name: z.string().min(1),
  /** 1 is the only version there is. */
  schema_version: z.union([z.literal(1), z.literal("1"), z.literal("1.0")], { error: "this build reads version 1" }).optional(),
  /** What the robot is; one of ours stands in for a profile that names none. */
  morphology: z.enum(morphologyNames).optional(),
  description: z.string().default(""),
  instructions: z.string().default(""),
  /** URDF for the kinematic backend, MJCF for MuJoCo; paths relative to the profile. Absent: the morphology's. */
  robot: robotSchema.optional(),
  /** The same as `robot: { urdf }`. */
  urdf: z.string().optional(),
  /** Groups of primitives, in place of everything an arm can do. */
  categories: z.array(z.enum(categoryNames)).default([]),
  /** Primitives made of others, each of which passes every gate as a step of its own. Later ones may use earlier ones. */
  composites: z
    .array(z.strictObject({ name: z.string().min(1), steps: z.array(z.string().min(1)).min(1), description: z.string().optional() }))
    .default([]),
  custom_primitives: z.array(customPrimitive).optional(),
  world: z.string().optional().describe("a world file, relative to the profile"),
  backend: backendSchema,
  /** What it looks with, on links or in the world, and lives on. docs/sensing.md */
  cameras: camerasSchema,
  range_sensor: rangeSensorSchema.optional(),
  battery: batterySchema.optional(),
  /** Noise, gaps, delays and lost commands around the backend: pos_noise_std, action_drop_prob, … */
  randomized: z.record(z.string(), z.unknown()).optional(),
  /** Where forward and left point in the world, for the language policy. */
  directions: z.strictObject({ forward: direction, left: direction }).optional(),
  control_period_ms: positive.optional(),
  chunk_ms: positive.optional(),
  workspace_bounds: z.tuple([vec3, vec3]).optional(),
  max_force_n: cap.optional(),
  max_torque_nm: cap.optional(),
  max_velocity: cap.optional().describe("tip speed, m/s"),
  max_acceleration: cap.optional().describe("tip acceleration, m/s²"),
  max_angular_velocity: cap.optional().describe("tip turning speed, rad/s"),
  max_joint_velocity: cap.optional(),
  joint_speed_scale: positive.max(1).default(1),
  joint_acceleration_scale: positive.max(1).default(1),
  obstacle_margin_m: cap.default(0.005),
  /** A motion that comes nearer than this to an obstacle is followed so slowly that the tip keeps `obstacle_slow_mps`. Both or neither. */
  obstacle_slow_m: positive.optional(),
  obstacle_slow_mps: positive.optional(),
  /** Fixtures and objects that this holds for; every one unless given. */
  obstacle_slow_near: z.array(z.string().min(1)).optional(),
  /**
   * The kernel too proves every chunk, swept from row to row: clear of the robot itself (`self`), and of the fixtures as well (`world`).
   * It does so without a margin, by what was measured and not by what was planned.
   */
  kernel_geometry: z.enum(["off", "self", "world"]).default("world"),
  /** Where the kernel judges: in the runtime's thread, in one of its own, or in a process of its own. */
  kernel: z.enum(["inside", "worker", "process"]).default("inside"),
  /** A chunk that only asks for too much speed or acceleration: refused, or gone more slowly on its own path. */
  on_rate_violation: z.enum(["reject", "slow"]).default("reject"),
  /** Silence of who commands (a connection, a process, a page) that stops a motion and latches. */
  commander_deadman_ms: positive.default(500),
  /** An independent monitor looks at every vetted command and every measurement as well. Costs about a tenth of a simulation's time. */
  second_channel: z.boolean().default(false),
  /** Plans are slowed, held and gone on with by the distance of people, who must be sensed. docs/speed-and-separation.md */
  speed_and_separation: separationSchema.optional(),
  max_state_age_ms: positive.default(250),
  rate_limit_per_min: count.default(60),
  cooldown_s: cap.default(0),
  per_primitive_cooldown: perName.default({}),
  denied_primitives: names,
  hitl_primitives: names,
  hitl_timeout_s: positive.default(30),
  safety_gates: z.array(extraGateSchema).default([]),
  allow_raw_actions: z.literal(false, { error: "raw actions have no way round the gates in this build; leave it out" }).optional(),
  stop_action: z.literal("stop", { error: "a stop has one path, and it is called stop; leave it out" }).optional(),
  gate_mode: z.enum(["exhaustive", "first-deny"]).default("exhaustive"),
  projection: z.enum(["off", "workspace", "sdf"]).default("off"),
});

export type ProfileFile = z.output<typeof profileSchema>;

/** A profile with everything that it leaves to its morphology. */
export type RobotProfile = Omit<ProfileFile, "backend" | "robot" | "directions" | "control_period_ms" | "chunk_ms"> & {
  readonly backend: "kinematic" | "mujoco";
  readonly robot: z.output<typeof robotSchema>;
  readonly directions: NonNullable<ProfileFile["directions"]>;
  readonly control_period_ms: number;
  readonly chunk_ms: number;
};
