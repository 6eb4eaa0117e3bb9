import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { forwardKinematics, tipPose } from "../../robot/kinematics.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_PREDICTED_POSITION,
  GEOMETRY_PREDICTED_SPEED,
  GEOMETRY_PREDICTION_FAILED,
  GEOMETRY_PREDICTION_RESIDUAL,
  GEOMETRY_STATE_UNAVAILABLE,
} from "./codes.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { ModePredictor } from "./mode-predictor.ts";
import { inverse34Into, turnBetweenInto, twistMotionInto } from "./rigid.ts";
import { modelOf, oneLink, twoR, worldOf } from "./testing/fixtures.ts";

const q = (...values: number[]): Float64Array => Float64Array.from(values);
const panda = pandaLike();
const start = Float64Array.from(panda.homeRad);

describe("kernel 19 velocity look-ahead", () => {
  const geometry = new KernelGeometry({ collision: oneLink, world: {} });
  geometry.setWorld(worldOf([[0.03, 0, [0.2, 0, 0.2, 0, 0, 0]]]));
  const predictor = new ModePredictor({ robot: oneLink.robot });
  const run = (speeds: Float64Array): readonly [number, number] => {
    const rows = new Float64Array(speeds.length);
    const predicted = predictor.predict("joint_velocity", speeds, speeds.length, 0.1, q(0), rows);
    return [predicted, geometry.judgePredicted(q(0), rows, speeds.length, 0.1, 0, predictor.growthOf("joint_velocity"), 0)];
  };

  test("kernel 19 a clear seed passes, and what the speeds lead into is refused before contact", () => {
    expect(run(new Float64Array(4).fill(1))).toEqual([GEOMETRY_CLEAR, GEOMETRY_CLEAR]);
    expect(run(new Float64Array(8).fill(1))).toEqual([GEOMETRY_CLEAR, GEOMETRY_COLLISION]);
    expect(geometry.finding).toMatchObject({ row: 4 });
    expect(run(q(5, 5, 5))[1]).toBe(GEOMETRY_COLLISION);
  });

  test("kernel 19 speeds above the cap and positions beyond the limit are refused", () => {
    expect(predictor.predict("joint_velocity", q(10.1), 1, 0.1, q(0), new Float64Array(1))).toBe(GEOMETRY_PREDICTED_SPEED);
    expect(predictor.finding).toMatchObject({ row: 0, other: 0, limit: 10 });
    expect(predictor.predict("joint_velocity", q(0, 2), 2, 0.1, q(6.9), new Float64Array(2))).toBe(GEOMETRY_PREDICTED_POSITION);
    expect(predictor.finding).toMatchObject({ row: 1, other: 0, limit: 7 });
    expect(predictor.predict("joint_velocity", q(Number.NaN), 1, 0.1, q(0), new Float64Array(1))).toBe(GEOMETRY_PREDICTED_POSITION);
    for (const period of [0, -1, Number.NaN, Infinity]) {
      expect(predictor.predict("joint_velocity", q(0), 1, period, q(0), new Float64Array(1))).toBe(GEOMETRY_STATE_UNAVAILABLE);
    }
    expect(predictor.predict("joint_velocity", q(0), 1, 0.1, q(Number.NaN), new Float64Array(1))).toBe(GEOMETRY_STATE_UNAVAILABLE);
  });

  test("torque: what each joint can travel at its cap", () => {
    const travel = new Float64Array(1);
    predictor.travelInto(16, 0.05, travel);
    expect(travel[0]).toBeCloseTo(8, 12);
  });
});

describe("kernel 20 Cartesian look-ahead", () => {
  const predictor = new ModePredictor({ robot: panda });

  test("kernel 20 delta, twist and pose arrive where the rows ask, at random configurations of a seven-joint arm", () => {
    const random = new Random(20);
    let [asked, cleared] = [0, 0];
    for (let run = 0; run < 200; run++) {
      const from = start.map((value) => value + random.uniform(-0.3, 0.3));
      const delta = Float64Array.from({ length: 6 }, () => random.uniform(-0.02, 0.02));
      const rows = new Float64Array(14);
      asked += 1;
      if (predictor.predict("cartesian_delta", Float64Array.of(...delta, ...delta), 2, 1, from, rows) !== GEOMETRY_CLEAR) continue;
      cleared += 1;
      const [before, after] = [tipPose(panda, from), tipPose(panda, rows.subarray(7))];
      const errors = [0, 1, 2].map((k) => after.position[k]! - before.position[k]! - 2 * delta[k]!);
      expect(Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0))).toBeLessThan(0.008);
      // The same as a twist over 0.2 s rows.
      const twists = new Float64Array(14);
      predictor.predict(
        "cartesian_twist",
        Float64Array.of(...delta.map((d) => d / 0.2), ...delta.map((d) => d / 0.2)),
        2,
        0.2,
        from,
        twists,
      );
      for (let k = 0; k < 14; k++) expect(twists[k]).toBeCloseTo(rows[k]!, 9);
      // And as the pose it led to.
      const { position, orientation } = after;
      const pose = Float64Array.of(orientation[1], orientation[2], orientation[3], orientation[0], ...position);
      const posed = new Float64Array(7);
      expect(predictor.predict("cartesian_pose", pose, 1, 1, from, posed)).toBe(GEOMETRY_CLEAR);
      const reached = tipPose(panda, posed);
      for (let k = 0; k < 3; k++) expect(Math.abs(reached.position[k]! - position[k]!)).toBeLessThan(0.008);
    }
    expect(cleared / asked).toBeGreaterThan(0.95);
  });

  test("kernel 20 in the tool's axes", () => {
    const inTool = new ModePredictor({ robot: panda, frame: "tool" });
    const rows = new Float64Array(7);
    expect(inTool.predict("cartesian_delta", q(0, 0, 0.02, 0, 0, 0), 1, 1, start, rows)).toBe(GEOMETRY_CLEAR);
    // At home the hand points down.
    expect(tipPose(panda, rows).position[2] - tipPose(panda, start).position[2]).toBeCloseTo(-0.02, 2);
  });

  test("kernel 20 no solve, no arrival, and what breaks a limit are refusals", () => {
    const failing = new ModePredictor({ robot: panda, blockedJoints: panda.jointNames });
    expect(failing.predict("cartesian_delta", q(0.01, 0, 0, 0, 0, 0), 1, 1, start, new Float64Array(7))).toBe(GEOMETRY_PREDICTION_FAILED);
    // 2 m in one row are more steps than a row may take.
    expect(predictor.predict("cartesian_delta", q(2, 0, 0, 0, 0, 0), 1, 1, start, new Float64Array(7))).toBe(GEOMETRY_PREDICTION_FAILED);
    expect(predictor.predict("cartesian_pose", q(0, 0, 0, 1, 0.5, 0, Number.NaN), 1, 1, start, new Float64Array(7))).toBe(
      GEOMETRY_PREDICTION_FAILED,
    );
    expect(predictor.predict("cartesian_delta", q(0.6, 0, 0, 0, 0, 0), 1, 1, start, new Float64Array(7))).toBe(
      GEOMETRY_PREDICTION_RESIDUAL,
    );
    expect(predictor.finding.row).toBe(0);
    expect(predictor.predict("cartesian_delta", q(0.05, 0, 0, 0, 0, 0), 1, 0.01, start, new Float64Array(7))).toBe(
      GEOMETRY_PREDICTED_SPEED,
    );
    // Damping so weak that a planar arm's system has pivots of 1e-14.
    const weak = new ModePredictor({ robot: twoR.robot, lambda: 1e-7 });
    expect(weak.predict("cartesian_delta", q(0, 0.01, 0, 0, 0, 0), 1, 1, q(0, 1), new Float64Array(2))).toBe(GEOMETRY_PREDICTION_FAILED);
    const short = { ...panda, upperRad: panda.homeRad.map((value) => value + 1e-4) };
    expect(new ModePredictor({ robot: short }).predict("cartesian_delta", q(0, 0, -0.05, 0, 0, 0), 1, 1, start, new Float64Array(7))).toBe(
      GEOMETRY_PREDICTED_POSITION,
    );
  });

  test("kernel 20 a robot whose controller tracks only some axes is held to those", () => {
    const measured = q(0, Math.PI / 2);
    const rows = new Float64Array(2);
    const request = q(0, 0.02, 0, 0, 0, 0.5);
    const all = new ModePredictor({ robot: twoR.robot, controlledAxes: [true, true, true, true, true, true] });
    expect(all.predict("cartesian_delta", request, 1, 1, measured, rows)).toBe(GEOMETRY_PREDICTION_RESIDUAL);
    const flat = new ModePredictor({ robot: twoR.robot, controlledAxes: [false, false, true, false, false, false] });
    expect(flat.predict("cartesian_delta", request, 1, 1, measured, rows)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 20 long rows are split: the same row in one solve ends too far off", () => {
    const request = q(0, -0.1, 0, 0, 0, 0);
    const [split, single] = [{}, { substepM: Infinity, substepRad: Infinity }].map((options) => {
      const rows = new Float64Array(2);
      const code = new ModePredictor({ robot: twoR.robot, lambda: 0.01, ...options }).predict(
        "cartesian_delta",
        request,
        1,
        1,
        q(0.3, 0.8),
        rows,
      );
      return { code, rows };
    });
    expect([split!.code, single!.code]).toEqual([GEOMETRY_CLEAR, GEOMETRY_PREDICTION_RESIDUAL]);
    const frames = new Float64Array(48);
    const eeY = (joints: Float64Array): number => {
      forwardKinematics(twoR.robot, joints, frames);
      return frames[43]!;
    };
    expect(eeY(split!.rows) - eeY(q(0.3, 0.8))).toBeCloseTo(-0.1, 2);
  });

  const wheeled = modelOf({
    links: [
      { name: "world" },
      { name: "base", kind: "prismatic", axis: [0, 1, 0], limit: 10 },
      { name: "spin", kind: "revolute", limit: 10 },
      { name: "link1", kind: "revolute", origin: [0.2, 0, 0, 0, 0, 0] },
      { name: "link2", kind: "revolute", origin: [1, 0, 0, 0, 0, 0] },
      { name: "left", kind: "prismatic", axis: [0, 1, 0], origin: [1, 0, 0, 0, 0, 0], limit: 0.1 },
      { name: "right", parent: "link2", kind: "prismatic", axis: [0, -1, 0], origin: [1, 0, 0, 0, 0, 0], mimics: "left" },
    ],
    capsules: [],
    tip: "left",
  });
  const mobile = new ModePredictor({
    robot: wheeled.robot,
    control: { link: "left" },
    baseJoints: ["base_joint", "spin_joint"],
    blockedJoints: ["left_joint"],
    grippers: [[{ joint: "left_joint", closed: 0, open: 0.04 }]],
  });

  test("kernel 20 neither base nor finger realises an arm motion, and the base's own axes turn with it", () => {
    const rows = new Float64Array(5);
    for (const turned of [0, 1.2]) {
      expect(mobile.predict("cartesian_delta", q(0, 0.02, 0, 0, 0, 0), 1, 1, q(5, turned, 0, 1, 0.01), rows)).toBe(GEOMETRY_CLEAR);
      expect([rows[0], rows[1], rows[4]]).toEqual([5, turned, 0.01]);
      expect(Math.abs(rows[2]!) + Math.abs(rows[3]! - 1)).toBeGreaterThan(0.01);
    }
    const straight = new Float64Array(5);
    const spun = new Float64Array(5);
    mobile.predict("cartesian_delta", q(0.01, 0.02, 0, 0, 0, 0), 1, 1, q(0, 0, 0, 1, 0), straight);
    mobile.predict("cartesian_delta", q(0.01, 0.02, 0, 0, 0, 0), 1, 1, q(5, 1.2, 0, 1, 0), spun);
    expect([spun[2], spun[3]]).toEqual([straight[2], straight[3]]);
  });

  test("gripper rows move the fingers and nothing else; without a gripper they cannot be predicted", () => {
    const rows = new Float64Array(10);
    expect(mobile.predict("gripper_position", q(0.5, 1), 2, 1, q(0, 0, 0.1, 0.2, 0), rows)).toBe(GEOMETRY_CLEAR);
    expect([...rows]).toEqual([0, 0, 0.1, 0.2, 0.02, 0, 0, 0.1, 0.2, 0.04]);
    expect(mobile.predict("gripper_binary", q(5), 1, 1, q(0, 0, 0, 0, 0), rows)).toBe(GEOMETRY_PREDICTED_POSITION);
    expect(predictor.predict("gripper_binary", q(1), 1, 1, start, new Float64Array(7))).toBe(GEOMETRY_PREDICTION_FAILED);
  });

  test("kernel 12 columns in another order than the model", () => {
    const columns = [...panda.jointNames].reverse();
    const reversed = new ModePredictor({ robot: panda, columns });
    const rows = new Float64Array(7);
    const other = new Float64Array(7);
    predictor.predict("cartesian_delta", q(0.02, 0, 0, 0, 0, 0), 1, 1, start, rows);
    expect(reversed.predict("cartesian_delta", q(0.02, 0, 0, 0, 0, 0), 1, 1, start.slice().reverse(), other)).toBe(GEOMETRY_CLEAR);
    expect([...other].reverse()).toEqual([...rows]);
  });

  test("options that make no sense are refused with their names", () => {
    const make = (options: object): ModePredictor => new ModePredictor({ robot: panda, ...options });
    expect(() => make({ blockedJoints: ["x"] })).toThrow('"x" is no joint');
    expect(() => make({ control: { link: "tool9" } })).toThrow('control link "tool9" is no link');
    expect(() => make({ lambda: Number.NaN })).toThrow("lambda is NaN");
    expect(() => make({ substepM: 0 })).toThrow("the longest steps are 0 m");
    expect(() => make({ growthPerRowM: Number.NaN })).toThrow("growthPerRowM is NaN");
    expect(() => make({ velocityCaps: new Array(7).fill(Number.NaN) })).toThrow("a velocity cap is not a number");
    expect(() => make({ columns: ["joint1"] })).toThrow('joint "joint2" has no column');
    expect([make({}).growthOf("cartesian_pose"), make({ growthPerRowM: 0.02 }).growthOf("cartesian_twist")]).toEqual([0.01, 0.02]);
    expect([make({}).growthOf("joint_velocity"), make({}).growthOf("joint_position")]).toEqual([0, -1]);
  });
});

test("rigid motions: the exponential of a twist against many short steps, its inverse, and the turn between two orientations", () => {
  const random = new Random("rigid");
  for (let run = 0; run < 200; run++) {
    const size = run % 4 === 0 ? 1e-4 : run % 4 === 1 ? 3.1 : 1;
    const twist = Float64Array.from({ length: 6 }, () => random.uniform(-1, 1) * size);
    const whole = new Float64Array(12);
    const half = new Float64Array(12);
    twistMotionInto(twist, 0, q(1), whole);
    twistMotionInto(twist, 0, q(0.5), half);
    for (let row = 0; row < 3; row++)
      for (let column = 0; column < 4; column++) {
        let sum = column === 3 ? half[row * 4 + 3]! : 0;
        for (let k = 0; k < 3; k++) sum += half[row * 4 + k]! * half[k * 4 + column]!;
        expect(Math.abs(sum - whole[row * 4 + column]!)).toBeLessThan(1e-12);
      }
    const inverse = new Float64Array(12);
    const back = new Float64Array(12);
    inverse34Into(whole, 0, inverse);
    twistMotionInto(twist, 0, q(-1), back);
    for (let k = 0; k < 12; k++) expect(Math.abs(inverse[k]! - back[k]!)).toBeLessThan(1e-12);
    const turn = new Float64Array(3);
    turnBetweenInto(whole, 0, Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0), 0, turn, 0);
    const angle = Math.sqrt(twist[3]! ** 2 + twist[4]! ** 2 + twist[5]! ** 2);
    if (angle < 3.1) for (let k = 0; k < 3; k++) expect(Math.abs(turn[k]! - twist[3 + k]!)).toBeLessThan(1e-9);
  }
});
