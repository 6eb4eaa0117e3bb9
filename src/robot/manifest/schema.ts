/**
 * Schema of robot.yaml, `schema_version "0.2"`: the manifests of OpenRAL, and what Clearance adds to them. Unknown keys are errors.
 * @module
 */
import * as z from "zod";
import { assetReference, finite, name, open, optional, positive, range, withDefault, xyzRpy } from "./fields.ts";
import { collisionGeometrySchema, endEffectorSchema, jointSchema, mountSchema, sensorBundleSchema, sensorSchema } from "./joint-schema.ts";
import { safetySchema } from "./safety-schema.ts";

const words = withDefault(z.array(z.string()), []);
const flag = withDefault(z.boolean(), false);
const amount = withDefault(z.number().nonnegative(), 0);
const addresses = withDefault(z.record(z.string(), z.int().nonnegative()), {});

export const controlModes = [
  "joint_position",
  "joint_velocity",
  "joint_torque",
  "joint_trajectory",
  "cartesian_pose",
  "cartesian_delta",
  "cartesian_twist",
  "body_twist",
  "foot_placement",
  "gripper_binary",
  "gripper_position",
  "dex_hand_joint",
  "composite_mode",
] as const;

const capabilities = z.strictObject({
  locomotion: withDefault(z.array(z.enum(["bipedal", "quadruped", "wheeled", "tracked", "none"])), ["none"]),
  can_lift_kg: amount,
  has_dexterous_hands: flag,
  has_tactile: flag,
  has_force_control: flag,
  has_vision: withDefault(z.boolean(), true),
  has_lidar: flag,
  has_audio: flag,
  bimanual: flag,
  onboard_compute_tops: amount,
  onboard_memory_gb: amount,
  gpu_vram_gb: amount,
  cuda_compute_capability: optional(z.union([z.string(), finite])),
  cuda_toolkit_version: optional(z.string()),
  tensorrt_version: optional(z.string()),
  gpu_supported_runtimes: words,
  gpu_supported_dtypes: words,
  supported_control_modes: withDefault(z.array(z.enum(controlModes)), []),
  supported_vla_embodiments: words,
  embodiment_tags: words,
  nvmm_available: flag,
});

const assets = z.strictObject({
  urdf: optional(z.strictObject({ ref: assetReference, root_frame: optional(name), base_to_root_xyz_rpy: optional(xyzRpy) })),
  mjcf: optional(assetReference),
  srdf: optional(assetReference),
});

const gripperWiring = z.strictObject({
  joint: name,
  ctrl_range: range,
  qpos_addrs: z.array(z.int().nonnegative()),
  qpos_scale: withDefault(finite, 1),
  read_mode: optional(z.string()),
  write_mode: optional(z.string()),
  actuator_index: optional(z.int().nonnegative()),
  mirror_actuator_index: optional(z.int().nonnegative()),
});

const sim = z.strictObject({
  floating_base: flag,
  joint_qpos_addr: addresses,
  joint_qvel_addr: addresses,
  actuator_index: addresses,
  grippers: withDefault(z.array(gripperWiring), []),
  settle_steps_default: withDefault(z.int().min(1), 1),
  keyframe_index: optional(z.int().nonnegative()),
  seed_ctrl_from_qpos: flag,
});

const hal = z.strictObject({
  sim: optional(z.string()),
  real: optional(z.string()),
  parameters: optional(z.strictObject({ defaults: withDefault(open, {}) })),
});

const observationSpec = z.strictObject({
  state_key: optional(z.string()),
  state_shape: optional(z.array(z.int().positive())),
  state_representation: optional(z.string()),
  image_flip_180: flag,
});

const actionSpec = z.strictObject({
  dim: optional(z.int().positive()),
  representation: optional(z.string()),
  control_freq_hz: withDefault(positive, 30),
  chunk_size: optional(z.int().positive()),
});

const embodimentKinds = ["humanoid", "manipulator", "bimanual", "quadruped", "mobile_base", "mobile_manipulator", "drone"] as const;

const fields = z.strictObject({
  schema_version: z.literal("0.2", { error: 'must be "0.2"' }),
  name,
  embodiment_kind: z.enum(embodimentKinds),
  base_frame: withDefault(name, "base_link"),
  odom_frame: withDefault(name, "odom"),
  map_frame: withDefault(name, "map"),
  ros2_namespace: withDefault(z.string(), ""),
  middleware: optional(z.string()),
  sdk_kind: optional(z.enum(["open", "closed_with_api", "closed"])),
  onboard_compute: withDefault(open, {}),
  compute_edge: optional(z.unknown()),
  compute_local: optional(z.unknown()),
  compute_cloud: optional(z.unknown()),
  scene_defaults: optional(open),
  assets: optional(assets),
  joints: z.array(jointSchema).min(1),
  end_effectors: withDefault(z.array(endEffectorSchema), []),
  sensors: withDefault(z.array(sensorSchema), []),
  sensor_bundles: withDefault(z.array(sensorBundleSchema), []),
  capabilities,
  safety: safetySchema,
  hal: optional(hal),
  sim: optional(sim),
  observation_spec: optional(observationSpec),
  action_spec: optional(actionSpec),
  base_joints: optional(z.array(name).min(3)),
  footprint_radius: optional(positive),
  footprint_polygon: optional(z.array(z.tuple([finite, finite])).min(3)),
  base_kinematics: optional(z.enum(["differential", "holonomic", "omni", "ackermann"])),
  collision_geometry: withDefault(z.array(collisionGeometrySchema), []),
  allowed_collision_pairs: withDefault(z.array(z.tuple([name, name])), []),
  mounts: withDefault(z.array(mountSchema), []),
  /** SHA-256 over the kernel's model as lowered and reviewed. */
  model_hash: optional(z.string().regex(/^(sha256:)?[0-9a-f]{64}$/, "must be sha256: and 64 hexadecimal digits")),
  attachments: withDefault(z.array(open), []),
});

export const manifestSchema = fields.superRefine((manifest, context) => {
  const say = (path: (string | number)[], message: string): void => context.addIssue({ code: "custom", path, message });
  const joints = new Map<string, number>();
  for (const [index, joint] of manifest.joints.entries()) {
    if (joints.has(joint.name)) say(["joints", index, "name"], `the name '${joint.name}' is taken by joint ${joints.get(joint.name)! + 1}`);
    joints.set(joint.name, index);
  }
  for (const [index, joint] of (manifest.base_joints ?? []).entries())
    if (!joints.has(joint)) say(["base_joints", index], `'${joint}' is no joint of the manifest`);
  for (const [index, { joint_type, name: joint }] of manifest.joints.entries())
    if ((joint_type === "floating" || joint_type === "planar") && manifest.base_joints?.includes(joint) !== true)
      say(["joints", index, "joint_type"], `a ${joint_type} joint must be one of base_joints`);
  for (const [index, [a, b]] of manifest.allowed_collision_pairs.entries())
    if (a === b) say(["allowed_collision_pairs", index], `names '${a}' twice`);
});

export type RobotManifest = z.output<typeof fields>;
export type ManifestSafety = z.output<typeof safetySchema> & {
  /** The keys that the file itself sets: what is only a default is not always enforced. */
  readonly written: readonly string[];
};
