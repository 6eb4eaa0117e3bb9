import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { ClearanceError } from "../../core/errors.ts";
import { readAssetReference } from "./asset-reference.ts";
import { parseManifest, type ParseManifestOptions } from "./parse-manifest.ts";
import { armManifest } from "./testing/arm-manifest.ts";

function problemOf(text: string, options: ParseManifestOptions = {}): string {
  try {
    parseManifest(text, { where: "r.yaml", ...options });
  } catch (error) {
    if (ClearanceError.is(error)) return error.message;
    throw error;
  }
  return "";
}

const base = armManifest();

describe("safety-robot-model row 40: strictness", () => {
  test("the manifest these tests change is sound, and defaults are those of the specification", () => {
    const { manifest, warnings } = parseManifest(base);
    expect(warnings).toEqual([]);
    expect(manifest.safety).toMatchObject({
      max_ee_speed_m_s: 0.5,
      max_ee_accel_m_s2: 1,
      max_joint_speed_factor: 0.5,
      max_force_n: 50,
      max_torque_nm: 10,
      contact_force_threshold_n: 30,
      deadman_required: true,
      e_stop_topic: "/safety/e_stop",
      e_stop_qos: "reliable",
      cycle_time_violation_threshold_ms: 5,
      no_go_zones: [],
      human_in_loop_required: [],
    });
    expect(manifest.safety.written).toEqual(["max_joint_speed_factor"]);
    expect(manifest.safety.workspace_box_min_xyz).toBeUndefined();
    expect([manifest.odom_frame, manifest.capabilities.has_vision, manifest.joints[0]!.axis_xyz]).toEqual(["odom", true, [0, 0, 1]]);
  });

  const safety = (line: string): string => base.replace("max_joint_speed_factor: 0.5", line);
  test.for<readonly [string, string, RegExp]>([
    [
      "safety: {max_ee_sped_m_s: 0.5}",
      safety("max_ee_sped_m_s: 0.5"),
      /r\.yaml:\d+:3: unknown key 'safety\.max_ee_sped_m_s'; did you mean 'max_ee_speed_m_s'\?/,
    ],
    ["max_joint_speed_factor: 5", safety("max_joint_speed_factor: 5"), /'safety\.max_joint_speed_factor'/],
    ["max_joint_speed_factor: 0", safety("max_joint_speed_factor: 0"), /'safety\.max_joint_speed_factor'/],
    ["max_joint_speed_factor: .nan", safety("max_joint_speed_factor: .nan"), /\.nan is not a finite number/],
    ["limits [1, -1]", base.replace("[-2, 2]", "[1, -1]"), /'joints\.0\.position_limits': must be \[min, max\] with min < max/],
    ["limits that are equal", base.replace("[-2, 2]", "[1, 1]"), /position_limits/],
    ["an infinite limit", base.replace("[-2, 2]", "[-.inf, 2]"), /not a finite number/],
    ["a zero axis", base.replace("axis_xyz: [0, 1, 0]", "axis_xyz: [0, 0, 0]"), /'joints\.1\.axis_xyz': must have length 1/],
    ["an axis that is no unit vector", base.replace("axis_xyz: [0, 1, 0]", "axis_xyz: [0, 1.00001, 0]"), /axis_xyz/],
    ["a velocity of 0", base.replace("velocity_limit: 1", "velocity_limit: 0"), /velocity_limit/],
    ["one corner of the box", safety("workspace_box_min_xyz: [0, 0, 0]"), /needs both corners/],
    ["a box the wrong way round", safety("workspace_box_min_xyz: [0, 0, 0]\n  workspace_box_max_xyz: [1, -1, 1]"), /on axis y: 0 and -1/],
    [
      "asset http://…",
      base.replace("file:arm.urdf", "http://evil.example/arm.urdf"),
      /'assets\.urdf\.ref': 'http:.*' is no asset reference/,
    ],
    ["a file outside the folder", base.replace("file:arm.urdf", "file:../arm.urdf"), /leaves the manifest's folder/],
    [
      "a typo in a joint",
      base.replace("velocity_limit: 1", "velocty_limit: 1"),
      /unknown key 'joints\.0\.velocty_limit'; did you mean 'velocity_limit'\?/,
    ],
    ["a joint name twice", base.replace("name: elbow", "name: shoulder"), /'shoulder' is taken by joint 1/],
    ["another schema version", base.replace('"0.2"', '"0.3"'), /'schema_version': must be "0.2"/],
    [
      "a floating joint that is no base",
      base.replace("joint_type: fixed", "joint_type: floating"),
      /a floating joint must be one of base_joints/,
    ],
    ["a capsule without radius", base.replace("radius_m: 0.05", "radius_m: 0"), /radius_m/],
    ["a pair with itself", base.replace("[lower, upper]", "[upper, upper]"), /names 'upper' twice/],
    ["no safety block", base.replace(/safety:\n.*\n/, ""), /'safety'/],
  ])("%s is refused", ([, text, pattern]) => {
    expect(problemOf(text)).toMatch(pattern);
  });

  test("keys that start with x_ pass everywhere and are carried along", () => {
    const { extensions } = parseManifest(`${base.replace("effort_limit: 10", "effort_limit: 10\n    x_gear: 100")}x_notes: [a]\n`);
    expect(extensions).toEqual({ "joints.0.x_gear": 100, x_notes: ["a"] });
  });

  test("lenient import keeps unknown keys as x_ keys with a warning, except under safety", () => {
    const text = `${base}payload_kg: 3\n`;
    expect(problemOf(text)).toMatch(/unknown key 'payload_kg'/);
    const { warnings, extensions } = parseManifest(text, { where: "r.yaml", lenient: true });
    expect(warnings).toEqual([expect.stringMatching(/^r\.yaml:\d+:1: 'payload_kg' is not known here and kept as 'x_payload_kg'/)]);
    expect(extensions).toEqual({ x_payload_kg: 3 });
    expect(problemOf(safety("max_ee_sped_m_s: 0.5"), { lenient: true })).toMatch(/unknown key 'safety\.max_ee_sped_m_s'/);
    expect(problemOf(`${base}safty: {max_force_n: 1}\n`, { lenient: true })).toMatch(/unknown key 'safty'; did you mean 'safety'\?/);
  });

  test("null is the same as absence", () => {
    const { manifest } = parseManifest(safety("max_force_n: null\n  workspace_box_min_xyz: null"));
    expect([manifest.safety.max_force_n, manifest.safety.written]).toEqual([50, []]);
  });
});

describe("safety-robot-model §1: asset references", () => {
  test.for([
    "rd:panda_description",
    "file:a/b.urdf",
    "gym_aloha:x",
    "openarm:bimanual",
    "menagerie:trossen_wx250s",
    "ros2://robot_description",
  ])("%s", (text) => {
    expect(readAssetReference(text)).toMatchObject({ scheme: text.split(":")[0] });
  });
  test.for(["http://x", "file:/etc/passwd", "file:a/../../b", "file:", "rd:a b", "ros2://other", "panda", "", "file:c:x"])(
    "%s is refused",
    (text) => {
      expect(typeof readAssetReference(text)).toBe("string");
    },
  );
});

describe.skipIf(!sharedModelsPresent)("safety-robot-model §1: the fleet", () => {
  const folder = sharedModelPath("openral-robots/");
  const text = (robot: string): string => readFileSync(`${folder}${robot}/robot.yaml`, "utf8");
  const joints = {
    aloha_agilex: 14,
    aloha_bimanual: 14,
    franka_panda: 8,
    g1: 29,
    google_robot: 8,
    gr1: 17,
    h1: 19,
    openarm: 16,
    panda_mobile: 11,
    pusht_2d: 2,
    rizon4: 7,
    sawyer: 8,
    so100_follower: 6,
    so101_follower: 6,
    ur10e: 6,
    ur5e: 6,
    widowx: 6,
  };

  test("all 17 are here", () => {
    expect(
      readdirSync(folder)
        .filter((name) => name !== "LICENSE")
        .sort(),
    ).toEqual(Object.keys(joints).sort());
  });

  test.for(Object.entries(joints))("%s has %i joints, each with position, velocity and effort limits", ([robot, n]) => {
    const { manifest } = parseManifest(text(robot), { lenient: true });
    expect(manifest.joints).toHaveLength(n);
    for (const joint of manifest.joints) expect([joint.position_limits, joint.velocity_limit, joint.effort_limit]).not.toContain(undefined);
  });

  test("gr1 and panda_mobile need the lenient import: they carry keys of another tool; the other 15 load as they are", () => {
    const strict = Object.keys(joints).filter((robot) => problemOf(text(robot)) === "");
    expect(Object.keys(joints).filter((robot) => !strict.includes(robot))).toEqual(["gr1", "panda_mobile"]);
    const kept = (robot: string): readonly string[] => [
      ...new Set(Object.keys(parseManifest(text(robot), { lenient: true }).extensions).map((path) => path.split(".").at(-1)!)),
    ];
    expect(kept("gr1")).toEqual(["x_parent_link", "x_grasp_force_n", "x_has_humanoid_balance"]);
    expect(kept("panda_mobile")).toEqual(["x_parent_link", "x_grasp_force_n", "x_has_humanoid_balance", "x_n_channels"]);
  });
});
