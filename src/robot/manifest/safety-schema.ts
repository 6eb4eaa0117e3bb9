/**
 * Schema of a manifest's `safety` block: the robot's own limits under the names that manifests use.
 * @module
 */
import * as z from "zod";
import { finite, name, optional, positive, vec3, withDefault } from "./fields.ts";

const zone = z
  .strictObject({
    name: optional(name),
    /** Corners of a convex polygon, m, base frame. */
    polygon_xy: z.array(z.tuple([finite, finite])).min(3),
    z_min: finite,
    z_max: finite,
  })
  .refine((given) => given.z_min < given.z_max, "z_min must be less than z_max");

const fields = z.strictObject({
  max_ee_speed_m_s: withDefault(positive, 0.5),
  /** Enforced only where `written` names it. */
  max_ee_accel_m_s2: withDefault(positive, 1),
  /** Share of each joint's velocity limit. */
  max_joint_speed_factor: withDefault(positive.max(1), 0.7),
  max_force_n: withDefault(positive, 50),
  max_torque_nm: withDefault(positive, 10),
  contact_force_threshold_n: withDefault(positive, 30),
  deadman_required: withDefault(z.boolean(), true),
  e_stop_topic: withDefault(name, "/safety/e_stop"),
  e_stop_qos: withDefault(name, "reliable"),
  cycle_time_violation_threshold_ms: withDefault(positive, 5),
  no_go_zones: withDefault(z.array(zone), []),
  human_in_loop_required: withDefault(z.array(name), []),
  workspace_box_min_xyz: optional(vec3),
  workspace_box_max_xyz: optional(vec3),
  max_ee_angular_speed_rad_s: optional(positive),
  max_cartesian_step_m: optional(positive),
  max_cartesian_step_rad: optional(positive),
  max_base_linear_speed_m_s: optional(positive),
  max_base_angular_speed_rad_s: optional(positive),
  gripper_min: optional(finite),
  gripper_max: optional(finite),
  /** Joint values in the order of the movable joints, rad or m. */
  home_poses: withDefault(z.record(z.string(), z.array(finite)), {}),
  acknowledged_unbounded: withDefault(z.array(name), []),
});

export const safetySchema = fields.superRefine((safety, context) => {
  const say = (key: string, message: string): void => context.addIssue({ code: "custom", path: [key], message });
  const low = safety.workspace_box_min_xyz;
  const high = safety.workspace_box_max_xyz;
  if ((low === undefined) !== (high === undefined))
    say(low === undefined ? "workspace_box_max_xyz" : "workspace_box_min_xyz", "a workspace box needs both corners");
  if (low !== undefined && high !== undefined)
    for (const axis of [0, 1, 2] as const)
      if (!(low[axis] < high[axis]))
        say("workspace_box_min_xyz", `must be less than workspace_box_max_xyz on axis ${"xyz"[axis]}: ${low[axis]} and ${high[axis]}`);
  const { gripper_min: closed, gripper_max: opened } = safety;
  if (closed !== undefined && opened !== undefined && !(closed < opened)) say("gripper_min", "must be less than gripper_max");
});
