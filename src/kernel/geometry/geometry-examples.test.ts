/** Every fixture and every example row of safety-geometry.md §8 and §9. */
import { describe, expect, test } from "vitest";
import { matrix34FromPose, quatFromRpy } from "../../core/pose.ts";
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import { bodiesOf, pairPaths } from "./bodies.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_PREDICTION_RESIDUAL,
  KIND_OUTSIDE,
  KIND_VOXEL,
  PHASE_MEASURED,
  PHASE_PREDICTED,
  PHASE_SWEEP,
} from "./codes.ts";
import { DampedStep } from "./damped-step.ts";
import { geometryEvidence } from "./evidence.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { ModePredictor } from "./mode-predictor.ts";
import {
  capsuleRow,
  gridA,
  mobile,
  mobileGrid,
  modelOf,
  oneLink,
  statues,
  triLink,
  twoR,
  ur5e,
  wallAtY,
  worldOf,
  yArm,
  type Xyzrpy,
} from "./testing/fixtures.ts";

const none = new Float64Array(0);
const at = (x: number, y: number, z: number, roll = 0, pitch = 0, yaw = 0): Xyzrpy => [x, y, z, roll, pitch, yaw];
const q = (...values: number[]): Float64Array => Float64Array.from(values);

function capsuleDistance(a: readonly [number, number, Xyzrpy], b: readonly [number, number, Xyzrpy]): number {
  const [rowA, rowB] = [Float64Array.from(capsuleRow(...a)), Float64Array.from(capsuleRow(...b))];
  return segmentSegmentDistance(rowA, 0, rowB, 0) - rowA[6]! - rowB[6]!;
}

/** `judge` of the measured state alone. */
function still(geometry: KernelGeometry, ...joints: number[]): number {
  return geometry.judge(q(...joints), none, 0, 1, 0);
}

describe("safety-geometry §9: distances", () => {
  test.for<readonly [string, readonly [number, number, Xyzrpy], readonly [number, number, Xyzrpy], number]>([
    ["(0.1,0.2) at 0 and at x 0.5", [0.1, 0.2, at(0, 0, 0)], [0.1, 0.2, at(0.5, 0, 0)], 0.3],
    ["(0.1,0.2) at 0 and at z 1.0", [0.1, 0.2, at(0, 0, 0)], [0.1, 0.2, at(0, 0, 1)], 0.4],
    ["same r, h at (0.3, 0, 1.0)", [0.1, 0.2, at(0, 0, 0)], [0.1, 0.2, at(0.3, 0, 1)], 0.47082039325],
    ["(0.1,0.2) and sphere 0.05 at (0, 0, 0.5)", [0.1, 0.2, at(0, 0, 0)], [0.05, 0, at(0, 0, 0.5)], 0.15],
    ["(0.05,0.2) at 0 and T(0,0,0.4; 0,π/2,0)", [0.05, 0.2, at(0, 0, 0)], [0.05, 0.2, at(0, 0, 0.4, 0, Math.PI / 2, 0)], 0.1],
    [
      "(0.05,0.2) and (0.06,0.1) T(0.2,−0.3,0.1; 0.3,−0.5,1.2)",
      [0.05, 0.2, at(0, 0, 0)],
      [0.06, 0.1, at(0.2, -0.3, 0.1, 0.3, -0.5, 1.2)],
      0.200731417966,
    ],
  ])("safety-geometry §9: %s", ([, a, b, expected]) => {
    expect(capsuleDistance(a, b)).toBeCloseTo(expected, 11);
    expect(capsuleDistance(b, a)).toBeCloseTo(expected, 11);
  });

  test("safety-geometry §9: rpy (0.4, 0.5, 0.6)", () => {
    const m = matrix34FromPose({ position: [0, 0, 0], orientation: quatFromRpy(0.4, 0.5, 0.6) });
    const rows = [
      0.724300143, -0.365982393, 0.584333971, 0, 0.495520388, 0.865601553, -0.072065911, 0, -0.479425539, 0.341746746, 0.808307067, 0,
    ];
    for (const [k, value] of rows.entries()) expect(m[k]).toBeCloseTo(value, 9);
  });

  test("safety-geometry §9: segments that cross, far apart and within a millimetre", () => {
    expect(segmentSegmentDistance(q(0, 0, 0, 1, 1, 0), 0, q(0, 1, 0.5, 1, 0, 0.5), 0)).toBeCloseTo(0.5, 15);
    expect(segmentSegmentDistance(q(0, 0, 0, 0.001, 0, 0), 0, q(0.0005, -0.0005, 0, 0.0005, 0.0005, 0), 0)).toBe(0);
  });
});

describe("safety-geometry §9: self", () => {
  const three = (third: Xyzrpy, allowed: readonly (readonly [number, number])[], second = at(5, 0, 0)): KernelGeometry =>
    new KernelGeometry({
      // The first joint at 1 m lifts capsule 0 away, so that home is clear; the zeros below put it back.
      collision: withHome(
        statues(
          [
            [0.1, 0.2, at(0, 0, 0)],
            [0.1, 0.2, second],
            [0.1, 0.2, third],
          ],
          allowed,
        ),
        [2, 0, -2],
      ),
      self: { acknowledgeNoPairs: true },
    });

  test("safety-geometry §9: three capsules at x 0, 5, 0.05; pairs 0-1, 1-2 allowed: hit (0,2), −0.15; with 0-2 allowed too: no hit", () => {
    const two: readonly (readonly [number, number])[] = [
      [0, 1],
      [1, 2],
    ];
    const geometry = three(at(0.05, 0, 0), two);
    expect(still(geometry, 0, 0, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ bodyA: 0, other: 2, phase: PHASE_MEASURED, row: -1 });
    expect(geometry.finding.distanceM).toBeCloseTo(-0.15, 12);
    expect(geometry.nearest.distanceM).toBe(geometry.finding.distanceM);
    expect(still(three(at(0.05, 0, 0), [...two, [0, 2]]), 0, 0, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("safety-geometry §9: same, third at x 1.0, margin 0: no hit, min 0.8", () => {
    const geometry = three(at(1, 0, 0), []);
    expect(still(geometry, 0, 0, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest).toMatchObject({ bodyA: 0, other: 2 });
    expect(geometry.nearest.distanceM).toBeCloseTo(0.8, 12);
  });

  test("safety-geometry §9: same at x 0, 0.19, (0.2, y 0.001), nothing allowed: closest pair (1,2), −0.189950124", () => {
    const geometry = three(at(0.2, 0.001, 0), [], at(0.19, 0, 0));
    expect(still(geometry, 0, 0, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ bodyA: 1, other: 2 });
    expect(geometry.finding.distanceM).toBeCloseTo(-0.189950124, 9);
    expect(geometryEvidence(geometry, geometry.finding)).toMatchObject({
      code: "collision",
      severity: "violation",
      collisionKind: "self",
      linkA: "c1",
      linkBOrObject: "c2",
      horizonStep: 0,
    });
  });

  test("safety-geometry §9: Y arm, q (0,0,0) / (0,2.9,0): 0.36 / 0.024260029, pair link1–link3", () => {
    const geometry = new KernelGeometry({ collision: yArm, self: {} });
    expect(still(geometry, 0, 0, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest.distanceM).toBeCloseTo(0.36, 12);
    expect(still(geometry, 0, 2.9, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest.distanceM).toBeCloseTo(0.024260029, 9);
    expect([geometry.nameOfBody(geometry.nearest.bodyA), geometry.nameOfBody(geometry.nearest.other)]).toEqual(["link1", "link3"]);
  });

  test("safety-geometry §9: tri-link, q (0,0,0): 0.34", () => {
    const geometry = new KernelGeometry({ collision: triLink, self: {} });
    expect(still(geometry, 0, 0, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest.distanceM).toBeCloseTo(0.34, 12);
    expect(geometry.report.homeDistanceM).toBeCloseTo(0.34, 12);
  });

  test("safety-geometry §9: UR5e q = 0: wrist_3 origin, min −0.005456 forearm/wrist_2, next 0.104734 forearm/wrist_3; refused as a model", () => {
    const zero = ur5e([0, 0, 0, 0, 0, 0]);
    const frames = new Float64Array(zero.robot.nLinks * 12);
    forwardKinematics(zero.robot, q(0, 0, 0, 0, 0, 0), frames);
    const origin = [3, 7, 11].map((k) => frames[6 * 12 + k]!);
    for (const [k, value] of [0.8172, 0.2329, 0.0628].entries()) expect(origin[k]).toBeCloseTo(value, 6);
    expect(() => new KernelGeometry({ collision: zero, self: {} })).toThrow('the home pose collides: "forearm_link"');

    const geometry = new KernelGeometry({ collision: ur5e(), self: {} });
    expect(still(geometry, 0, 0, 0, 0, 0, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding.distanceM).toBeCloseTo(-0.005456, 6);
    expect([geometry.nameOfBody(geometry.finding.bodyA), geometry.nameOfBody(geometry.finding.other)]).toEqual([
      "forearm_link",
      "wrist_2_link",
    ]);
    const model = ur5e();
    const next = new KernelGeometry({ collision: { ...model, ...without(model, "forearm_link", "wrist_2_link") }, self: {} });
    expect(still(next, 0, 0, 0, 0, 0, 0)).toBe(GEOMETRY_CLEAR);
    expect(next.nearest.distanceM).toBeCloseTo(0.104734, 6);
    expect([next.nameOfBody(next.nearest.bodyA), next.nameOfBody(next.nearest.other)]).toEqual(["forearm_link", "wrist_3_link"]);
  });
});

describe("safety-geometry §9: world", () => {
  test("safety-geometry §9: one capsule at 0, obstacle (0.1,0.2) at x 0.15: hit, −0.05", () => {
    const geometry = new KernelGeometry({ collision: statues([[0.1, 0.2, at(0, 0, 0)]]), world: {} });
    geometry.setWorld(worldOf([[0.1, 0.2, at(0.15, 0, 0), "crate"]]));
    expect(still(geometry, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding.distanceM).toBeCloseTo(-0.05, 12);
    expect(geometryEvidence(geometry, geometry.finding)).toMatchObject({ collisionKind: "world", linkA: "c0", linkBOrObject: "crate" });
  });

  const arm = (): KernelGeometry => {
    const geometry = new KernelGeometry({ collision: oneLink, world: {} });
    geometry.setWorld(worldOf([[0.03, 0, at(0.2, 0, 0.2)]]));
    return geometry;
  };

  test("safety-geometry §9: one-link arm, obstacle sphere 0.03 at (0.2,0,0.2), q = 0, π/8, π/4: 0.12, 0.02823922, −0.08", () => {
    const geometry = arm();
    const measured = [0, Math.PI / 8, Math.PI / 4].map((angle) => [still(geometry, angle), geometry.nearest.distanceM] as const);
    expect(measured.map(([code]) => code)).toEqual([GEOMETRY_CLEAR, GEOMETRY_CLEAR, GEOMETRY_COLLISION]);
    for (const [k, value] of [0.12, 0.02823922, -0.08].entries()) expect(measured[k]![1]).toBeCloseTo(value, 8);
    expect(geometryEvidence(geometry, geometry.finding).linkBOrObject).toBe("world_0");
  });

  test("safety-geometry §9: same, rows q = 0 then π/2, margin 0: collision, phase sweep (both rows are clear by 0.12)", () => {
    const geometry = arm();
    expect([still(geometry, Math.PI / 2), geometry.nearest.distanceM.toFixed(9)]).toEqual([GEOMETRY_CLEAR, "0.120000000"]);
    expect(geometry.judge(q(0), q(0, Math.PI / 2), 2, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ phase: PHASE_SWEEP, row: 1, fraction: 0.5, other: 0 });
    expect(geometry.finding.distanceM).toBeCloseTo(-0.08, 9);
  });

  test("safety-geometry §9: same, rows q = 0 then 0.1: proven without bisection: ρ 0.43, M 0.043, bound 0.08801707", () => {
    const geometry = arm();
    expect(bodiesOf(oneLink, [], []).paths.reachM[0]).toBeCloseTo(0.43, 8);
    expect(geometry.judge(q(0), q(0, 0.1), 2, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.extraConfigurations).toBe(0);
    expect(geometry.boundM[0]).toBeCloseTo(0.08801707, 8);
  });
});

describe("safety-geometry §9: voxels", () => {
  const capsuleIn = (origin: Xyzrpy, outside: "block" | "free"): KernelGeometry =>
    new KernelGeometry({ collision: statues([[0.1, 0.2, origin]]), voxels: { outside } });

  test("safety-geometry §9: grid A, capsule (0.1,0.2) at 0, cell (2,2,2) occupied, outside free: hit, index 62, −0.18660254", () => {
    const geometry = capsuleIn(at(0, 0, 0), "free");
    expect(geometry.setVoxels(gridA(([x, y, z]) => (x === 2 && y === 2 && z === 2 ? 1 : 0)))).toBe(GEOMETRY_CLEAR);
    expect(still(geometry, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ kind: KIND_VOXEL, other: 62 });
    expect(geometry.finding.distanceM).toBeCloseTo(-0.18660254, 8);
    expect(geometryEvidence(geometry, geometry.finding).linkBOrObject).toBe("voxel_62");
  });

  test("safety-geometry §9: grid A all free, capsule centre 10 m away, voxelOutside block / free: hit (outside) / no hit", () => {
    const blocked = capsuleIn(at(10, 0, 0), "block");
    blocked.setVoxels(gridA(() => 0));
    expect([still(blocked, 0), blocked.finding.kind]).toEqual([GEOMETRY_COLLISION, KIND_OUTSIDE]);
    expect(geometryEvidence(blocked, blocked.finding).linkBOrObject).toBe("voxel_outside");
    const free = capsuleIn(at(10, 0, 0), "free");
    free.setVoxels(gridA(() => 0));
    expect(still(free, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("safety-geometry §9: mobile, measured base 5 m, arm 0, any velocity chunk: hit, −0.115891862", () => {
    const geometry = new KernelGeometry({ collision: mobile, baseJoints: ["base_joint"], voxels: { outside: "free" } });
    geometry.setVoxels(mobileGrid);
    const predictor = new ModePredictor({ robot: mobile.robot });
    const rows = new Float64Array(2);
    expect(predictor.predict("joint_velocity", q(0.1, -0.2), 1, 0.1, q(5, 0), rows)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judgePredicted(q(5, 0), rows, 1, 0.1, 0, 0, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding.phase).toBe(PHASE_MEASURED);
    expect(geometry.finding.distanceM).toBeCloseTo(-0.115891862, 9);
  });
});

describe("safety-geometry §9: prediction", () => {
  const step = (
    joints: Float64Array,
    y: number,
    lambda: number,
    link = 3,
  ): { solved: boolean; dq: Float64Array; ee: readonly [number, number] } => {
    const frames = new Float64Array(48);
    const dq = Float64Array.of(7, 7);
    forwardKinematics(twoR.robot, joints, frames);
    const solved = new DampedStep(twoR.robot, link, [0, 0, 0], new Set()).solve(frames, q(0, y, 0, 0, 0, 0), q(lambda), dq);
    forwardKinematics(
      twoR.robot,
      joints.map((value, j) => value + dq[j]!),
      frames,
    );
    return { solved, dq, ee: [frames[3 * 12 + 3]!, frames[3 * 12 + 7]!] };
  };

  test("safety-geometry §9: 2R q (0,0), twist +y 0.01, λ 1e-4: dq (0.0099999995, −0.0099999992), EE (1.99995, 0.01)", () => {
    const { solved, dq, ee } = step(q(0, 0), 0.01, 1e-4);
    expect(solved).toBe(true);
    expect(dq[0]).toBeCloseTo(0.0099999995, 10);
    expect(dq[1]).toBeCloseTo(-0.0099999992, 10);
    expect(ee[0]).toBeCloseTo(1.99995, 6);
    expect(ee[1]).toBeCloseTo(0.01, 6);
  });

  test("safety-geometry §9: 2R q (0, π/2), +y 0.05, λ 0.02: dq (0.049960036, −0.049950046)", () => {
    const { dq } = step(q(0, Math.PI / 2), 0.05, 0.02);
    expect(dq[0]).toBeCloseTo(0.049960036, 9);
    expect(dq[1]).toBeCloseTo(-0.049950046, 9);
  });

  test("safety-geometry §9: EE link 99: false, dq zeroed", () => {
    const { solved, dq } = step(q(0, 0), 0.01, 1e-4, 99);
    expect([solved, ...dq]).toEqual([false, 0, 0]);
  });

  test("safety-geometry §9: 2R, ten delta rows +y 0.05, one solve per row, wall W(1.3): first hit at row 3: d 0.01948423 ≤ 0.08", () => {
    const measured = q(0, 1.57079632679);
    const deltas = Float64Array.from({ length: 60 }, (_, k) => (k % 6 === 1 ? 0.05 : 0));
    // One solve a row leaves row 3 by 5.04 mm of 50: the predictor of this kernel refuses that, so the rows come from the solver.
    const single = new ModePredictor({ robot: twoR.robot, lambda: 0.02, substepM: Infinity, substepRad: Infinity });
    expect(single.predict("cartesian_delta", deltas, 10, 0.1, measured, new Float64Array(20))).toBe(GEOMETRY_PREDICTION_RESIDUAL);
    expect(single.finding.row).toBe(3);
    const rows = new Float64Array(20);
    const predicted = Float64Array.from(measured);
    for (let row = 0; row < 10; row++) {
      const { dq } = step(predicted, 0.05, 0.02);
      dq.forEach((value, j) => (predicted[j]! += value));
      rows.set(predicted, row * 2);
    }
    const geometry = new KernelGeometry({ collision: twoR, voxels: { outside: "free" } });
    geometry.setVoxels(wallAtY(1.3));
    expect(geometry.judgePredicted(measured, rows, 10, 0.1, 0, 0.02, 0)).toBe(GEOMETRY_COLLISION);
    expect(geometry.finding).toMatchObject({ row: 3, phase: PHASE_PREDICTED, bodyA: 2 });
    expect(geometry.finding.distanceM).toBeCloseTo(0.01948423, 8);
    expect(geometry.finding.limit).toBeCloseTo(0.08, 12);
    const frames = new Float64Array(48);
    forwardKinematics(twoR.robot, rows.subarray(6, 8), frames);
    expect(frames[3 * 12 + 3]).toBeCloseTo(0.98752411, 8);
    expect(frames[3 * 12 + 7]).toBeCloseTo(1.19849085, 8);
  });

  test("safety-geometry §9: delta chunk on an arm with a prismatic finger in line with the request: finger column absent; dropped", () => {
    const { robot } = modelOf({
      links: [
        { name: "base" },
        { name: "link1", kind: "revolute" },
        { name: "link2", kind: "revolute", origin: [1, 0, 0, 0, 0, 0] },
        { name: "finger", kind: "prismatic", axis: [1, 0, 0], origin: [1, 0, 0, 0, 0, 0] },
      ],
      capsules: [],
    });
    const request = q(0.05, 0, 0, 0, 0, 0);
    const rows = new Float64Array(3);
    const free = new ModePredictor({ robot });
    expect(free.predict("cartesian_delta", request, 1, 0.1, q(0, 0, 0), rows)).toBe(GEOMETRY_CLEAR);
    expect(rows[2]).toBeGreaterThan(0.04);
    const blocked = new ModePredictor({ robot, blockedJoints: ["finger_joint"] });
    expect(blocked.predict("cartesian_delta", request, 1, 0.1, q(0, 0, 0), rows)).toBe(GEOMETRY_PREDICTION_RESIDUAL);
    expect(blocked.predict("cartesian_delta", q(0, 0.05, 0, 0, 0, 0), 1, 0.1, q(0, 1, 0), rows)).toBe(GEOMETRY_CLEAR);
    expect(rows[2]).toBe(0);
  });

  test("safety-geometry §9: delta chunk at a stretched 2R, +x 0.05: drop prediction_residual", () => {
    const predictor = new ModePredictor({ robot: twoR.robot });
    expect(predictor.predict("cartesian_delta", q(0.05, 0, 0, 0, 0, 0), 1, 0.1, q(0, 0), new Float64Array(2))).toBe(
      GEOMETRY_PREDICTION_RESIDUAL,
    );
  });
});

describe("safety-geometry §9: index space", () => {
  test("safety-geometry §9: two-link manifest: order base, link1, link2; parent −1, 0, 1; dof −1, 0, 1", () => {
    const { robot } = modelOf({
      links: [{ name: "base" }, { name: "link1", kind: "revolute" }, { name: "link2", kind: "revolute" }],
      capsules: [],
    });
    expect([robot.linkNames, [...robot.parentOfLink], [...robot.qIndexOfLink]]).toEqual([
      ["base", "link1", "link2"],
      [-1, 0, 1],
      [-1, 0, 1],
    ]);
  });

  test("safety-geometry §9: chain revolute, fixed, revolute: n_dof 2; dof −1 for the fixed link, 0 and 1 for the others; chunk width 2", () => {
    const collision = modelOf({
      links: [
        { name: "base" },
        { name: "upper", kind: "revolute", axis: [0, 1, 0] },
        { name: "plate", origin: [0, 0, 0.4, 0, 0, 0] },
        { name: "lower", kind: "revolute", axis: [0, 1, 0], origin: [0, 0, 0.4, 0, 0, 0] },
      ],
      capsules: [{ link: "lower", radius: 0.05, half: 0.1, origin: [0, 0, 0.2, 0, 0, 0] }],
    });
    expect([collision.robot.nJoints, [...collision.robot.qIndexOfLink]]).toEqual([2, [-1, 0, -1, 1]]);
    const geometry = new KernelGeometry({ collision, world: {} });
    geometry.setWorld(worldOf([[0.01, 0, at(0.5, 0, 0.8)]]));
    // Width 2: two rows in four numbers. The second joint alone lays the last link down onto the obstacle.
    expect(geometry.judge(q(0, 0), q(0, 0.1, 0, 0.2), 2, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(0, 0), q(0, 0.1), 2, 1, 0)).not.toBe(GEOMETRY_CLEAR);
    expect(still(geometry, 0, Math.PI / 2)).toBe(GEOMETRY_CLEAR);
    geometry.setWorld(worldOf([[0.01, 0, at(0.2, 0, 0.8)]]));
    expect(still(geometry, 0, Math.PI / 2)).toBe(GEOMETRY_COLLISION);
    expect(still(geometry, 0, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("safety-geometry §9: two undeclared roots: load refused, names both", () => {
    const collision = modelOf({ links: [{ name: "left" }, { name: "arm", kind: "revolute" }, { name: "right" }], capsules: [] });
    const robot = { ...collision.robot, parentOfLink: Int32Array.of(-1, 0, -1) };
    expect(() => new KernelGeometry({ collision: { ...collision, robot } })).toThrow('two undeclared roots: "left" and "right"');
  });
});

test("the paths between two links leave out what moves both", () => {
  const paths = pairPaths(yArm.robot, bodiesOf(yArm, [], []), yArm.selfPairs);
  expect([...paths.joint]).toEqual([1, 2]);
});

function withHome(collision: ReturnType<typeof statues>, home: readonly number[]): ReturnType<typeof statues> {
  return { ...collision, robot: { ...collision.robot, homeRad: Float64Array.from(home), lowerRad: q(-9, -9, -9), upperRad: q(9, 9, 9) } };
}

function without(model: ReturnType<typeof ur5e>, linkA: string, linkB: string): { selfPairs: Int32Array } {
  const names = (c: number): string => model.robot.linkNames[model.linkOfCapsule[c]!]!;
  const kept: number[] = [];
  for (let p = 0; p < model.selfPairs.length; p += 2) {
    const [a, b] = [model.selfPairs[p]!, model.selfPairs[p + 1]!];
    if (!(names(a) === linkA && names(b) === linkB)) kept.push(a, b);
  }
  return { selfPairs: Int32Array.from(kept) };
}
