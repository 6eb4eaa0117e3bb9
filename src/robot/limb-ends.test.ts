import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { limbEndsOf } from "./limb-ends.ts";
import { JointPath } from "./joint-path.ts";
import { forwardKinematics } from "./kinematics.ts";
import { planTrajectory, type TrajectoryLimits } from "./plan-trajectory.ts";
import { gantry } from "./testing/gantry.ts";
import { humanoidBody } from "./testing/humanoid.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { robotFromUrdf } from "./urdf.ts";

const { robot } = humanoidBody();

describe("ends of limbs", () => {
  test("are the hands of a robot whose tip is its head, and the head and the other hand of one whose tip is a hand", () => {
    expect(limbEndsOf(robot).map(({ name }) => name)).toEqual(["right_hand", "left_hand"]);
    const rightHanded = limbEndsOf(robot)[0]!.model;
    expect(rightHanded.linkNames[rightHanded.tipLink]).toBe("right_hand");
    expect(limbEndsOf(rightHanded).map(({ name }) => name)).toEqual(["eyes", "left_hand"]);
    expect(limbEndsOf(robot)).toBe(limbEndsOf(robot));
  });

  test("only of limbs that are commanded: not of fingers beside the tip", () => {
    expect(limbEndsOf(humanoidBody(["left_hand"]).robot).map(({ name }) => name)).toEqual(["left_hand"]);
    const file = new URL("../../models/panda/panda.urdf", import.meta.url);
    const panda = robotFromUrdf(readFileSync(file, "utf8"), { where: "panda.urdf", tipLink: "panda_hand_tcp" }).model;
    for (const arm of [panda, pandaLike(), gantry()]) expect(limbEndsOf(arm)).toEqual([]);
  });
});

const free: Omit<TrajectoryLimits, "model"> = {
  jointSpeedScale: 1,
  jointAccelerationScale: 1,
  maxTipSpeedMps: Infinity,
  maxTipAccelerationMps2: Infinity,
  maxTipAngularSpeedRadPerS: Infinity,
};

/** The fastest that a link's origin goes, m/s, by small differences. */
function fastestOf(link: string, limits: Partial<TrajectoryLimits>): number {
  const to = Float64Array.from(robot.homeRad);
  for (const name of ["right_shoulder_pitch", "right_elbow"]) to[robot.jointNames.indexOf(name)] = 0.9;
  const planned = planTrajectory(new JointPath(robot.nJoints, [...robot.homeRad, ...to]), { ...free, ...limits, model: robot });
  if (planned.kind === "failed") throw new Error(planned.reason);
  const q = new Float64Array(robot.nJoints);
  const frames = new Float64Array(robot.nLinks * 12);
  const origin = (atMs: number): readonly number[] => {
    planned.sampleInto(atMs, q);
    forwardKinematics(robot, q, frames);
    return [3, 7, 11].map((at) => frames[robot.linkNames.indexOf(link) * 12 + at]!);
  };
  let fastest = 0;
  for (let atMs = 1; atMs < planned.durationMs; atMs++) {
    const [a, b] = [origin(atMs - 1), origin(atMs)];
    fastest = Math.max(fastest, Math.hypot(...a.map((x, axis) => b[axis]! - x)) / 1e-3);
  }
  return fastest;
}

test("the caps on the tip hold for a hand that moves while the head, the tip, stands still", () => {
  expect(fastestOf("right_hand", {})).toBeGreaterThan(0.6);
  const capped = fastestOf("right_hand", { maxTipSpeedMps: 0.3 });
  expect(capped).toBeLessThan(0.3 * (1 + 1e-6));
  expect(capped).toBeGreaterThan(0.28);
});
