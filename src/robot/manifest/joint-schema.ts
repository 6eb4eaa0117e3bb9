/**
 * Schema of a manifest's joints, end effectors, sensors and capsules.
 * @module
 */
import * as z from "zod";
import { finite, name, open, optional, positive, range, unitAxis, vec3, withDefault, xyzRpy } from "./fields.ts";

export const jointSchema = z
  .strictObject({
    name,
    joint_type: z.enum(["revolute", "prismatic", "continuous", "fixed", "floating", "planar"]),
    parent_link: name,
    child_link: name,
    axis_xyz: withDefault(unitAxis, [0, 0, 1]),
    origin_xyz: withDefault(vec3, [0, 0, 0]),
    origin_rpy: withDefault(vec3, [0, 0, 0]),
    /** rad or m. */
    position_limits: optional(range),
    velocity_limit: optional(positive),
    effort_limit: optional(positive),
    acceleration_limit: optional(positive),
    mimic: optional(z.strictObject({ joint: name, multiplier: withDefault(finite, 1), offset: withDefault(finite, 0) })),
    /** Largest |commanded - measured|, rad or m. */
    tracking_error: optional(positive),
    has_position_sensor: withDefault(z.boolean(), true),
    has_velocity_sensor: withDefault(z.boolean(), true),
    has_torque_sensor: withDefault(z.boolean(), false),
    backlash_estimate: optional(z.number().nonnegative()),
    actuator_kind: optional(z.enum(["dc", "bldc", "stepper", "servo", "tendon", "hydraulic", "pneumatic"])),
    sim_joint_name: optional(name),
    role: withDefault(z.enum(["arm", "base", "gripper", "torso", "leg", "head", "neck", "wheel", "unknown"]), "unknown"),
    /** Its position and limits are a share of the travel, not m or rad; refused for real hardware. */
    x_normalised: withDefault(z.boolean(), false),
  })
  .superRefine((joint, context) => {
    const say = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
    if (joint.joint_type === "continuous" && joint.position_limits !== undefined)
      say("position_limits", "a continuous joint has none; make it revolute, or leave them out");
    const bounded = joint.joint_type === "revolute" || joint.joint_type === "prismatic";
    if (bounded && joint.position_limits === undefined && joint.mimic === undefined)
      say("joint_type", `a ${joint.joint_type} joint needs position_limits`);
    if (joint.joint_type === "fixed" && joint.mimic !== undefined) say("mimic", "a fixed joint follows nothing");
    if (joint.parent_link === joint.child_link) say("child_link", "joins the link to itself, a cycle");
  });

export const endEffectorSchema = z.strictObject({
  name,
  kind: z.enum(["parallel_gripper", "suction", "dexterous_hand", "tool", "none"]),
  hand: optional(z.string()),
  n_dof: withDefault(z.int().nonnegative(), 1),
  max_grip_force_n: optional(positive),
  max_payload_kg: optional(positive),
  workspace_radius_m: optional(positive),
  tactile_sensors: optional(z.array(z.unknown())),
  actuated: withDefault(z.boolean(), true),
  control_link: optional(name),
  control_point_xyz: optional(vec3),
  controlled_axes: optional(z.array(z.enum(["x", "y", "z", "rx", "ry", "rz"])).min(1)),
});

export const sensorSchema = z.strictObject({
  name,
  modality: z.string(),
  frame_id: z.string(),
  parent_frame: optional(z.string()),
  static_transform_xyz_rpy: optional(xyzRpy),
  rate_hz: positive,
  intrinsics: optional(open),
  encoding: optional(z.string()),
  fov_h_deg: optional(positive),
  fov_v_deg: optional(positive),
  sim_camera_name: optional(z.string()),
  sim_placement: optional(open),
  range_min_m: optional(z.number().nonnegative()),
  range_max_m: optional(positive),
  tactile_grid: optional(z.array(z.int().positive())),
  vla_feature_key: optional(z.string()),
  ros2_topic: optional(z.string()),
  qos_profile: optional(z.string()),
  catalog_id: optional(z.string()),
  vendor: optional(z.string()),
  model: optional(z.string()),
  driver_pkg: optional(z.string()),
  metadata: optional(open),
});

export const sensorBundleSchema = z.strictObject({
  bundle_name: name,
  sensors: z.array(name),
  sync: withDefault(z.enum(["hardware", "approximate", "none"]), "none"),
  sync_tolerance_ms: withDefault(positive, 30),
});

export const collisionGeometrySchema = z.strictObject({
  link_name: name,
  shape: z.discriminatedUnion("shape", [
    /** `length_m`: of the cylinder, without the caps. */
    z.strictObject({ shape: z.literal("capsule"), radius_m: positive, length_m: z.number().nonnegative() }),
    z.strictObject({ shape: z.literal("sphere"), radius_m: positive }),
  ]),
  /** The capsule runs along its own z; of its centre. */
  origin_xyz_rpy: withDefault(xyzRpy, [0, 0, 0, 0, 0, 0]),
});

/** Where a tree of joints with a root of its own is fixed to the rest. */
export const mountSchema = z.strictObject({ root_link: name, parent: name, xyz_rpy: withDefault(xyzRpy, [0, 0, 0, 0, 0, 0]) });
