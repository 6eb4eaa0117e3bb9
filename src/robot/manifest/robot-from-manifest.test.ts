import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { ClearanceError } from "../../core/errors.ts";
import { forwardKinematics } from "../kinematics.ts";
import { modelProblems } from "../check-model.ts";
import { clearanceAt } from "./home-clearance.ts";
import { parseManifest } from "./parse-manifest.ts";
import { inspectManifest, robotFromManifest, type ManifestRobot, type ManifestRobotOptions } from "./robot-from-manifest.ts";
import { armManifest } from "./testing/arm-manifest.ts";

const base = armManifest();

function load(text: string, options: ManifestRobotOptions = {}): ManifestRobot {
  return robotFromManifest(parseManifest(text, { where: "arm.yaml", lenient: true }), options);
}

function refusalOf(text: string, options: ManifestRobotOptions = {}): string {
  try {
    load(text, options);
  } catch (error) {
    if (ClearanceError.is(error)) return error.message;
    throw error;
  }
  return "";
}

describe("a manifest as the kernel's robot", () => {
  test("safety-geometry row 12: a fixed joint in the middle shifts nothing", () => {
    const robot = load(base);
    expect(robot.jointNames).toEqual(["shoulder", "elbow"]);
    expect(robot.fixedJointNames).toEqual(["plate_mount"]);
    expect(robot.model.linkNames).toEqual(["base", "upper", "plate", "lower"]);
    expect([...robot.model.parentOfLink]).toEqual([-1, 0, 1, 2]);
    expect([...robot.model.qIndexOfLink]).toEqual([-1, 0, -1, 1]);
    expect([...robot.model.maxVelocityRadPerS]).toEqual([1, 2]);
    expect(modelProblems(robot.collision)).toEqual([]);
  });

  test("joints keep the manifest's order where it is not the tree's", () => {
    const [head, first, second, fixed, tail] = base.split(/(?=  - name: (?:shoulder|elbow|plate_mount)\n)|(?=capabilities)/);
    const robot = load([head, second, first, fixed, tail].join(""));
    expect(robot.jointNames).toEqual(["elbow", "shoulder"]);
    expect([...robot.model.qIndexOfLink]).toEqual([-1, 1, -1, 0]);
    // The elbow bends the lower arm: its column is now the first.
    const frames = new Float64Array(48);
    forwardKinematics(robot.model, [Math.PI / 2, 0], frames);
    expect(Array.from(frames.subarray(36, 48), (value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([
      0, 0, 1, 0, 0, 1, 0, 0, -1, 0, 0, 0.6,
    ]);
  });

  test("capsules run along their own z, length without caps", () => {
    const robot = load(base.replace("[0, 0, 0.2, 0, 0, 0]", "[0.1, 0, 0.2, 0, 1.5707963267948966, 0]"));
    const numbers = [...robot.collision.capsulesInLink.subarray(7, 14)].map((value) => Math.round(value * 1e9) / 1e9 + 0);
    expect(numbers).toEqual([-0.05, 0, 0.2, 0.25, 0, 0.2, 0.05]);
  });

  test("checked is what the manifest does not allow", () => {
    const { collision, unprotectedPairs } = load(base);
    expect([...collision.selfPairs]).toEqual([0, 2]);
    expect(unprotectedPairs).toEqual([]);
    expect(Object.fromEntries(collision.allowedBecause)).toEqual({ "base|upper": "adjacent", "upper|lower": "adjacent" });
  });

  test("adjacent links are checked unless the manifest lists them", () => {
    const { collision } = load(base.replace("  - [base, upper]\n", ""));
    expect([...collision.selfPairs]).toEqual([0, 1, 0, 2]);
  });

  test("mimic joints follow, and carry no column", () => {
    const text = base.replace(
      "capabilities:",
      "  - {name: finger, joint_type: prismatic, parent_link: lower, child_link: left, position_limits: [0, 0.04], velocity_limit: 1, role: gripper}\n" +
        "  - {name: other, joint_type: prismatic, parent_link: lower, child_link: right, mimic: {joint: finger, multiplier: -1}}\ncapabilities:",
    );
    const robot = load(text);
    expect([robot.jointNames, robot.fingerJointNames]).toEqual([
      ["shoulder", "elbow", "finger"],
      ["finger", "other"],
    ]);
    expect([...robot.model.mimicScale].at(-1)).toBe(-1);
    expect(robot.controlLink).toBe("lower");
  });

  test("a declared control link and point win", () => {
    const text = `${base}end_effectors:\n  - {name: tool, kind: tool, control_link: upper, control_point_xyz: [0, 0, 0.1]}\n`;
    const robot = load(text);
    expect([robot.controlLink, robot.model.tipLinkFromTip[11]]).toEqual(["upper", 0.1]);
  });
});

describe("safety-geometry §1: load refuses, with the reason and the element", () => {
  const edit = (from: string | RegExp, to: string): string => base.replace(from, to);
  test.for<readonly [string, string, RegExp, ManifestRobotOptions?]>([
    [
      "an undeclared extra root, naming both",
      edit("parent_link: upper", "parent_link: stray"),
      /arm: "stray" is a root beside "base".*mounts/,
    ],
    ["a cycle", edit("parent_link: base", "parent_link: lower"), /arm: the links .* form a cycle/],
    [
      "a cycle apart from the root",
      edit(
        "capabilities:",
        "  - {name: a, joint_type: fixed, parent_link: p, child_link: r}\n  - {name: b, joint_type: fixed, parent_link: r, child_link: p}\ncapabilities:",
      ),
      /"p" is in a cycle apart from the root "base"/,
    ],
    ["two parents", edit("child_link: plate", "child_link: lower"), /"lower" has two parents/],
    ["a mount of nothing", `${base}mounts: [{root_link: gone, parent: base}]\n`, /mounts names the link "gone"/],
    ["a mount of a link that a joint holds", `${base}mounts: [{root_link: lower, parent: base}]\n`, /"lower", which a joint holds already/],
    ["an allowed pair of an unknown link", edit("[base, upper]", "[base, uper]"), /allowed_collision_pairs names "uper", which is no link/],
    ["geometry of an unknown link", edit("link_name: lower", "link_name: lowr"), /collision_geometry names "lowr", which is no link/],
    [
      "no capsule while self-collision is on",
      base.replace(/collision_geometry:[\s\S]*/, ""),
      /self-collision is on and there is no capsule/,
      { selfCollision: true },
    ],
    ["no pair while self-collision is on", `${base}  - [base, lower]\n`, /no pair of links is checked/],
    [
      "a rest pose in collision",
      edit("origin_xyz: [0, 0, 0.4]", "origin_xyz: [0, 0, -0.2]"),
      /home pose "rest": base and lower overlap by 0\.0900 m/,
    ],
    [
      "a home pose in collision",
      edit("max_joint_speed_factor: 0.5", "home_poses: {fold: [0, 3.0]}")
        .replace("[-2.5, 2.5]", "[-3.1, 3.1]")
        .replace("[0, 0, 0.4]", "[0, 0, 0.2]"),
      /home pose "fold": base and lower overlap/,
    ],
    [
      "a home pose outside the limits",
      edit("max_joint_speed_factor: 0.5", "home_poses: {far: [3, 0]}"),
      /joint "shoulder".* is 3, outside \[-2, 2\]|joint "shoulder" at 3 is outside/,
    ],
    [
      "a second home pose outside the limits",
      edit("max_joint_speed_factor: 0.5", "home_poses: {up: [0, 0], far: [0, -2.6]}"),
      /home pose "far": joint "elbow" at -2\.6 is outside \[-2\.5, 2\.5\]/,
    ],
    [
      "a home pose of another width",
      edit("max_joint_speed_factor: 0.5", "home_poses: {short: [0]}"),
      /home pose "short" has 1 values; the robot has 2 joints/,
    ],
    ["a home pose nearer than the margin", base, /are 0\.5100 m apart, not more than the margin of 0\.6000 m/, { marginM: 0.6 }],
    ["a joint without speed", edit("    velocity_limit: 1\n", ""), /joint "shoulder" is commanded but has no valid limits/],
    [
      "a mimic of nothing",
      edit("role: x", "").replace("    velocity_limit: 2", "    velocity_limit: 2\n    mimic: {joint: gone}"),
      /follows the joint "gone"/,
    ],
    ["an unknown control link", `${base}end_effectors: [{name: t, kind: tool, control_link: nope}]\n`, /control link "nope"/],
    [
      "normalised joints on real hardware",
      edit("    velocity_limit: 1", "    velocity_limit: 1\n    x_normalised: true"),
      /joint "shoulder" is in normalised numbers/,
      { realHardware: true },
    ],
    [
      "no geometry on real hardware",
      base.replace(/collision_geometry:[\s\S]*/, ""),
      /there is no collision geometry; real hardware needs it/,
      { realHardware: true },
    ],
  ])("%s", ([, text, pattern, options]) => {
    expect(refusalOf(text, options)).toMatch(pattern);
  });

  test("the margin is exclusive: equality is a hit", () => {
    const { collision, homePoses } = load(base);
    const { leastM, links } = clearanceAt(collision, homePoses[0]!.q);
    expect([leastM.toFixed(9), links]).toEqual(["0.510000000", ["base", "lower"]]);
    expect(refusalOf(base, { marginM: leastM })).toMatch(/not more than the margin/);
    expect(refusalOf(base, { marginM: leastM - 1e-9 })).toBe("");
  });

  test("without geometry self-collision is off and the report says so", () => {
    const robot = load(base.replace(/collision_geometry:[\s\S]*/, ""));
    expect(robot.selfCollisionEnabled).toBe(false);
    expect(robot.warnings.join()).toMatch(/self-collision is off/);
  });

  test("a declared mount makes the second root part of the tree", () => {
    const text = `${base.replace("parent_link: upper", "parent_link: stray")}mounts: [{root_link: stray, parent: upper, xyz_rpy: [0, 0, 0, 0, 0, 0]}]\n`;
    expect(load(text).model.linkNames).toEqual(["base", "upper", "stray", "plate", "lower"]);
  });
});

describe("safety-robot-model row 38: reviewed model", () => {
  const { modelHash } = load(base);

  test("the hash of the loaded model equals the manifest's; any other is refused", () => {
    expect(modelHash).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(load(`${base}model_hash: "${modelHash}"\n`).modelHash).toBe(modelHash);
    expect(load(`${base}model_hash: "${modelHash.slice(7)}"\n`).modelHash).toBe(modelHash);
    expect(refusalOf(`${base.replace("radius_m: 0.04", "radius_m: 0.041")}model_hash: "${modelHash}"\n`)).toMatch(/model_hash is sha256:/);
    expect(refusalOf(base, { realHardware: true })).toMatch(/there is no model_hash/);
  });

  test.for<readonly [string, string]>([
    ["a capsule", base.replace("radius_m: 0.04", "radius_m: 0.0401")],
    ["a limit", base.replace("[-2, 2]", "[-2, 2.0001]")],
    ["a joint's place", base.replace("[0, 0, 0.2]", "[0, 0, 0.2000001]")],
    ["a name", base.replaceAll("plate", "board")],
    ["an allowed pair", base.replace("  - [lower, upper]\n", "  - [lower, upper]\n  - [base, plate]\n")],
  ])("it changes with %s", ([, text]) => {
    const { robot } = inspectManifest(parseManifest(text));
    expect(robot!.modelHash).not.toBe(modelHash);
  });

  test("it does not change with comments, order of pairs, or home poses", () => {
    const text = base
      .replace("  - [base, upper]\n  - [lower, upper]\n", "  - [upper, lower] # reviewed\n  - [upper, base]\n")
      .replace("max_joint_speed_factor: 0.5", "home_poses: {up: [0.1, 0]}");
    expect(load(text).modelHash).toBe(modelHash);
  });
});

describe.skipIf(!sharedModelsPresent)("the fleet as kernel robots", () => {
  const text = (robot: string): string => readFileSync(sharedModelPath(`openral-robots/${robot}/robot.yaml`), "utf8");
  const inspect = (robot: string, options: ManifestRobotOptions = {}) =>
    inspectManifest(parseManifest(text(robot), { lenient: true }), options);

  test("safety-robot-model §8: franka_panda without a declared mount for panda_hand is refused; with it, it loads", () => {
    expect(refusalOf(text("franka_panda"))).toMatch(/"panda_hand" is a root beside "panda_link0"/);
    const mounts = [
      {
        root_link: "panda_hand",
        parent: "panda_link7",
        xyz_rpy: [0, 0, 0.107, 0, 0, -0.785398163] as [number, number, number, number, number, number],
      },
    ];
    expect(inspect("franka_panda", { mounts }).robot!.model).toMatchObject({ nJoints: 8, nLinks: 10 });
  });

  test("safety-geometry §8: UR5e at rest is refused, forearm and wrist_2 overlap by 0.005456 m, next 0.104734 m", () => {
    const { robot, refusals } = inspect("ur5e");
    expect(refusals).toEqual([expect.stringMatching(/forearm_link and wrist_2_link overlap by 0\.0055 m/)]);
    const { collision, model } = robot!;
    expect(clearanceAt(collision, model.homeRad).leastM).toBeCloseTo(-0.005456, 6);
    expect(clearanceAt({ ...collision, selfPairs: collision.selfPairs.slice(2) }, model.homeRad).leastM).toBeCloseTo(0.104734, 6);
    const frames = new Float64Array(model.nLinks * 12);
    forwardKinematics(model, model.homeRad, frames);
    const wrist = model.linkNames.indexOf("wrist_3_link") * 12;
    for (const [row, value] of [0.8172, 0.2329, 0.0628].entries()) expect(frames[wrist + row * 4 + 3]).toBeCloseTo(value, 4);
  });

  test("humanoids: the joints of every branch are in q", () => {
    const h1 = inspect("h1").robot!;
    expect([h1.model.nJoints, h1.collision.nCapsules, h1.collision.selfPairs.length / 2]).toEqual([19, 20, 171]);
    expect(h1.jointNames.filter((name) => /left_ankle|right_elbow/.test(name))).toHaveLength(2);
    const g1 = inspect("g1", { mounts: [{ root_link: "torso_link", parent: "pelvis", xyz_rpy: [0, 0, 0, 0, 0, 0] }] }).robot!;
    expect([g1.model.nJoints, g1.collision.nCapsules, new Set(g1.model.qIndexOfLink).size]).toEqual([29, 27, 30]);
    expect(g1.collision.selfPairs.length / 2).toBe(312);
  });

  test("a bimanual robot is mounted on its base frame", () => {
    const sides = ["left", "right"].map((side) => ({
      root_link: `openarm_${side}_link0`,
      parent: "openarm_base",
      xyz_rpy: [0, side === "left" ? 0.1 : -0.1, 0, 0, 0, 0] as [number, number, number, number, number, number],
    }));
    const { robot } = inspect("openarm", { mounts: sides });
    expect([robot!.model.linkNames[0], robot!.model.nJoints]).toEqual(["openarm_base", 16]);
  });

  test("panda_mobile names its base joints", () => {
    const { robot } = inspect("panda_mobile");
    expect([robot!.baseJointNames, robot!.controlLink]).toEqual([["base_x", "base_y", "base_yaw"], "panda_link7"]);
    expect(robot!.rowPeriodS).toBeCloseTo(1 / (robot!.model.nJoints > 0 ? 20 : 30), 1);
  });
});
