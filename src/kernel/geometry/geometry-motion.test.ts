import { describe, expect, test } from "vitest";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_EE_ACCEL,
  GEOMETRY_EE_SPEED,
  GEOMETRY_NO_GO_ZONE,
  GEOMETRY_STATE_UNAVAILABLE,
  GEOMETRY_SWEEP_UNPROVEN,
  GEOMETRY_WORKSPACE,
  KIND_BOX,
  KIND_SELF,
  KIND_SPEED,
  KIND_VOXEL,
  KIND_WORLD,
  KIND_ZONE,
  PHASE_MEASURED,
  PHASE_ROW,
  PHASE_SWEEP,
} from "./codes.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { gridOf, oneLink, worldOf, yArm, type Xyzrpy } from "./testing/fixtures.ts";

const none = new Float64Array(0);
const q = (...values: number[]): Float64Array => Float64Array.from(values);
const at = (x: number, y: number, z: number): Xyzrpy => [x, y, z, 0, 0, 0];
const tip = [{ name: "tip", link: "arm", offsetM: [0, 0, 0.4] as const }];

describe("zones, box and speeds by forward kinematics", () => {
  test("a capsule or a control point in a no-go zone is refused at the row that enters it", () => {
    const zone = {
      polygonM: [
        [0.3, -0.2],
        [0.3, 0.2],
        [0.6, 0],
      ] as const,
      zMinM: 0,
    };
    const geometry = new KernelGeometry({
      collision: { ...oneLink, nCapsules: 0, linkOfCapsule: new Int32Array(0), capsulesInLink: new Float64Array(0) },
      controlPoints: tip,
      zones: { zones: [zone] },
    });
    const angles = Array.from({ length: 15 }, (_, i) => 0.1 * (i + 1));
    expect(geometry.judge(q(0), q(...angles), 15, 0.1, 0)).toBe(GEOMETRY_NO_GO_ZONE);
    // sin(0.9) · 0.4 is the first beyond 0.3 m.
    expect(geometry.finding).toMatchObject({ row: 8, phase: PHASE_ROW });
    expect(geometry.nameOfBody(geometry.finding.bodyA)).toBe("tip");
  });

  test("a joint row that moves a control point out of the box is refused; on its face is inside; along a face is proven", () => {
    const box = { minM: [-0.4, -0.4, 0] as const, maxM: [0.4, 0.4, 0.4] as const };
    const geometry = new KernelGeometry({ collision: oneLink, controlPoints: tip, box });
    expect(geometry.judge(q(0), q(0.05, 0.1), 2, 0.1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(1.5), q(1.55, 1.6), 2, 0.1, 0)).toBe(GEOMETRY_WORKSPACE);
    expect(geometry.finding).toMatchObject({ row: 1, other: 2, kind: KIND_BOX });
    expect(geometry.finding.distanceM).toBeCloseTo(0.4 * Math.cos(1.6), 9);
    // Measured outside, coming back in.
    expect(geometry.judge(q(1.6), q(1.5), 1, 0.1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(1.6), none, 0, 0.1, 0)).toBe(GEOMETRY_WORKSPACE);
  });

  test("between rows a control point may not swing out of the box", () => {
    const box = { minM: [-0.3, -0.4, 0] as const, maxM: [0.3, 0.4, 0.39] as const };
    const geometry = new KernelGeometry({ collision: oneLink, controlPoints: tip, box });
    // At ±0.5 rad the tip is at z 0.351, at 0 it is at 0.4.
    expect(geometry.judge(q(-0.5), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(-0.5), q(0.5), 1, 1, 0)).toBe(GEOMETRY_WORKSPACE);
    expect(geometry.finding.phase).toBe(PHASE_SWEEP);
  });

  test("speed of a control point between rows, and its change over 100 ms", () => {
    const limits = { maxMps: 0.5, maxAccelMps2: 2, jumpToleranceM: 0.01 };
    const geometry = new KernelGeometry({ collision: oneLink, controlPoints: tip, eeSpeed: limits });
    const rows = (...steps: number[]): Float64Array =>
      Float64Array.from(steps.map((_, i) => steps.slice(0, i + 1).reduce((a, b) => a + b, 0)));
    // 0.4 m · 0.0624 rad / 0.05 s is 0.499 m/s.
    expect(geometry.judge(q(0), rows(0.0624, 0.0624), 2, 0.05, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(0), rows(0.0624, 0.0627), 2, 0.05, 0)).toBe(GEOMETRY_EE_SPEED);
    expect(geometry.finding).toMatchObject({ row: 1, kind: KIND_SPEED, limit: 0.5 });
    // From the measured state tracking may lag by 10 mm, unless the rows were predicted from it.
    expect(geometry.judge(q(0), rows(0.085), 1, 0.05, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q(0), rows(0.09), 1, 0.05, 0)).toBe(GEOMETRY_EE_SPEED);
    expect(geometry.judgePredicted(q(0), rows(0.085), 1, 0.05, 0, 0, 0)).toBe(GEOMETRY_EE_SPEED);
    // 0.3 m/s more within two rows is 3 m/s²; over four it is 1.5.
    expect(geometry.judge(q(0), rows(0, 0, 0, 0.0375, 0.0375), 5, 0.05, 0)).toBe(GEOMETRY_EE_ACCEL);
    expect(geometry.judge(q(0), rows(0, 0, 0.0094, 0.0188, 0.0281, 0.0375), 6, 0.05, 0)).toBe(GEOMETRY_CLEAR);
  });
});

describe("torque and base", () => {
  const arm = new KernelGeometry({ collision: oneLink, world: {} });
  arm.setWorld(worldOf([[0.03, 0, at(0.2, 0, 0.2)]]));

  test("torque: proven for the worst travel over the horizon, else a drop", () => {
    // 0.12 m away, ρ 0.43 m.
    expect(arm.judgeTravel(q(0), q(0.27), 0)).toBe(GEOMETRY_CLEAR);
    expect(arm.judgeTravel(q(0), q(0.28), 0)).toBe(GEOMETRY_SWEEP_UNPROVEN);
    expect(arm.judgeTravel(q(Math.PI / 4), q(0), 0)).toBe(GEOMETRY_COLLISION);
    for (const travel of [Number.NaN, -1, Infinity]) expect(arm.judgeTravel(q(0), q(travel), 0)).toBe(GEOMETRY_STATE_UNAVAILABLE);
  });

  test("kernel 45 body twist: the whole robot is swept through the world, sliding and turning", () => {
    expect(arm.judgeBase(q(0), q(0.5, 0, 0, 0, 0, 0), 1, 0.1, 0)).toBe(GEOMETRY_CLEAR);
    expect(arm.judgeBase(q(0), q(1, 0, 0, 0, 0, 0), 1, 0.2, 0)).toBe(GEOMETRY_COLLISION);
    expect(arm.finding).toMatchObject({ phase: 3, row: 0 });
    // Through the obstacle and out on the other side.
    expect(arm.judgeBase(q(0), q(1, 0, 0, 0, 0, 0), 1, 0.4, 0)).toBe(GEOMETRY_COLLISION);
    expect(arm.finding).toMatchObject({ phase: PHASE_SWEEP, row: 0, fraction: 0.5 });
    // Lying along y, the arm is turned by a quarter about z into the obstacle, which neither row shows.
    const lying = new KernelGeometry({ collision: oneLink, world: {} });
    lying.setWorld(worldOf([[0.03, 0, at(0.15, 0.15, 0)]]));
    const quarter = (turns: number): Float64Array => q(0, 0, 0, 0, 0, (turns * Math.PI) / 2);
    expect(lying.judgeBase(q(Math.PI / 2), quarter(1), 1, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(lying.finding.phase).toBe(PHASE_SWEEP);
    expect(lying.judgeBase(q(Math.PI / 2), quarter(-1), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
    // Two rows: the second starts where the first ended, in the base's own axes: along x, a quarter turn, then x again is y.
    const turnThenGo = Float64Array.of(0, 0, 0, 0, 0, Math.PI / 2, 0.3, 0, 0, 0, 0, 0);
    const corner = new KernelGeometry({ collision: oneLink, world: {} });
    corner.setWorld(worldOf([[0.03, 0, at(0, 0.3, 0.2)]]));
    expect(corner.judgeBase(q(0), turnThenGo, 2, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(corner.judgeBase(q(0), Float64Array.of(0, 0, 0, 0, 0, 0, 0.3, 0, 0, 0, 0, 0), 2, 1, 0)).toBe(GEOMETRY_CLEAR);
    for (const bad of [Number.NaN, Infinity]) expect(arm.judgeBase(q(0), q(0, bad, 0, 0, 0, 0), 1, 1, 0)).toBe(GEOMETRY_STATE_UNAVAILABLE);
  });
});

test("canaries: each check alone refuses what it must", () => {
  const geometry = new KernelGeometry({
    collision: yArm,
    self: {},
    world: {},
    voxels: { outside: "free" },
    controlPoints: [{ name: "tip", link: "link3" }],
    zones: {
      zones: [
        {
          polygonM: [
            [0.25, -1],
            [0.35, -1],
            [0.35, 1],
            [0.25, 1],
          ],
          zMaxM: 0.5,
        },
      ],
    },
    box: { minM: [-1, -1, 0], maxM: [1, 1, 1] },
    eeSpeed: { maxMps: 0.1 },
  });
  geometry.setWorld(worldOf([[0.05, 0, at(0, 0, 1)]]));
  geometry.setVoxels(gridOf([4, 4, 4], 0.1, [-0.2, -0.2, 0.9], () => 1));
  const alone = (kind: number, joints: Float64Array, rows: Float64Array = none): number =>
    geometry.judgeOnly(kind, joints, rows, rows.length / 3, 0.1, 0);
  expect([
    alone(KIND_SELF, q(0, 3.1, 0)),
    alone(KIND_WORLD, q(0, 0, 0)),
    alone(KIND_VOXEL, q(0, 0, 0)),
    alone(KIND_ZONE, q(1.2, 0, 0)),
    alone(KIND_BOX, q(1.7, 0, 0)),
    alone(KIND_SPEED, q(0, 0, 0), q(1, 0, 0)),
    alone(KIND_SELF, q(0, 0, 0)),
  ]).toEqual([
    GEOMETRY_COLLISION,
    GEOMETRY_COLLISION,
    GEOMETRY_COLLISION,
    GEOMETRY_NO_GO_ZONE,
    GEOMETRY_WORKSPACE,
    GEOMETRY_EE_SPEED,
    GEOMETRY_CLEAR,
  ]);
  expect([KIND_SELF, KIND_WORLD, KIND_VOXEL, KIND_ZONE, KIND_BOX, KIND_SPEED].map((kind) => geometry.checks(kind))).toEqual(
    new Array(6).fill(true),
  );
  expect(geometry.judge(q(0, 0, 0), none, 0, 0.1, 0)).toBe(GEOMETRY_COLLISION);
  expect(geometry.finding.phase).toBe(PHASE_MEASURED);
});
