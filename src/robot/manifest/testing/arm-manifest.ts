/** An arm of two joints with a fixed link in the middle, standing up, its links clear of each other. For tests that change a line of it. */
export function armManifest(): string {
  return `schema_version: "0.2"
name: arm
embodiment_kind: manipulator
base_frame: base
assets:
  urdf: {ref: "file:arm.urdf"}
joints:
  - name: shoulder
    joint_type: revolute
    parent_link: base
    child_link: upper
    origin_xyz: [0, 0, 0.2]
    position_limits: [-2, 2]
    velocity_limit: 1
    effort_limit: 10
  - name: elbow
    joint_type: revolute
    parent_link: plate
    child_link: lower
    origin_xyz: [0, 0, 0.4]
    axis_xyz: [0, 1, 0]
    position_limits: [-2.5, 2.5]
    velocity_limit: 2
    effort_limit: 5
  - name: plate_mount
    joint_type: fixed
    parent_link: upper
    child_link: plate
    origin_xyz: [0, 0, 0]
capabilities: {}
safety:
  max_joint_speed_factor: 0.5
collision_geometry:
  - link_name: base
    shape: {shape: sphere, radius_m: 0.1}
  - link_name: upper
    shape: {shape: capsule, radius_m: 0.05, length_m: 0.3}
    origin_xyz_rpy: [0, 0, 0.2, 0, 0, 0]
  - link_name: lower
    shape: {shape: capsule, radius_m: 0.04, length_m: 0.3}
    origin_xyz_rpy: [0, 0, 0.2, 0, 0, 0]
allowed_collision_pairs:
  - [base, upper]
  - [lower, upper]
`;
}
