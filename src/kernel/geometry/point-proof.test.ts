/** What control points do is tried from the joints alone first: that changes no verdict, and spares slides the placing of rows. */
import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { matrix34FromPose } from "../../core/pose.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import { randomTurn } from "../../robot/testing/random-robot.ts";
import { GEOMETRY_CLEAR, GEOMETRY_EE_ACCEL, GEOMETRY_EE_SPEED, GEOMETRY_WORKSPACE } from "./codes.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import type { KernelGeometryOptions } from "./options.ts";

/** Without capsules: nothing but control points is looked at. */
function pointsOnly(robot: RobotModel, options: Partial<KernelGeometryOptions>): KernelGeometryOptions {
  const collision = {
    robot,
    nCapsules: 0,
    linkOfCapsule: new Int32Array(0),
    capsulesInLink: new Float64Array(0),
    selfPairs: new Int32Array(0),
    allowedBecause: new Map(),
  };
  const { linkNames, tipLink, tipLinkFromTip } = robot;
  const offsetM = [tipLinkFromTip[3]!, tipLinkFromTip[7]!, tipLinkFromTip[11]!] as const;
  return { collision, controlPoints: [{ name: "tip", link: linkNames[tipLink]!, offsetM }], ...options };
}

/** The same, standing askew: the axes of its slides are no axes of the world. */
function askew(robot: RobotModel, random: Random): RobotModel {
  const parentFromLink = robot.parentFromLink.slice();
  for (const link of [1, 3]) {
    matrix34FromPose({ position: [0, 0, 0], orientation: randomTurn(random) }, parentFromLink, link * 12);
  }
  return { ...robot, parentFromLink };
}

const none = new Float64Array(0);
const home = (robot: RobotModel): Float64Array => Float64Array.from(robot.homeRad);

describe("kernel 15 control points proven from the joints alone", () => {
  const random = new Random("control points from joints");
  test.for([
    ["a gantry", gantry()],
    ["a gantry with a lever", gantry({ tipOffsetM: 0.3 })],
    ["a gantry askew", askew(gantry({ tipOffsetM: 0.1 }), random)],
    ["a gantry with a lever longer than any unit", gantry({ tipOffsetM: 3 })],
    ["an arm", pandaLike()],
  ] as const)("%s: the verdicts are those of looking at every row", ([name, robot]) => {
    const widerM = Math.max(0, robot.tipLinkFromTip[3]! - 1);
    const limits = {
      box: { minM: [-1.2, -1.2 - widerM, 0.1], maxM: [1.2 + widerM, 1.2 + widerM, 1.9] },
      eeSpeed: { maxMps: 0.5, maxAccelMps2: 1, jumpToleranceM: 0.02 },
    } as const;
    const fast = new KernelGeometry(pointsOnly(robot, limits));
    const slow = new KernelGeometry(pointsOnly(robot, { ...limits, exhaustive: true }));
    const ways = new Random(name);
    const seen = new Map<number, number>();
    for (let run = 0; run < 1500; run++) {
      const n = robot.nJoints;
      const nRows = 3 + ways.integer(24);
      // Straight or wandering, from rest or not, slow to too fast.
      const from = robot.homeRad.map((q) => q + ways.uniform(-1.15, 1.15));
      const size = ways.uniform(0, 0.012) * (run % 7 === 0 ? 4 : 1);
      const direction = robot.homeRad.map(() => ways.uniform(-1, 1));
      const rows = new Float64Array(nRows * n);
      for (let row = 0; row < nRows; row++) {
        const pace = run % 3 === 0 ? Math.min(1, row / nRows) : 1;
        for (let j = 0; j < n; j++) {
          const step = run % 2 === 0 ? direction[j]! * pace : ways.uniform(-1, 1);
          rows[row * n + j] = (row === 0 ? from[j]! : rows[(row - 1) * n + j]!) + size * step;
        }
      }
      const measured = run % 5 === 0 ? from.map((q) => q + ways.uniform(-0.03, 0.03)) : from;
      const codes = [fast, slow].map((geometry) => geometry.judge(measured, rows, nRows, 0.01, 0));
      expect(codes[0]).toBe(codes[1]);
      expect([fast.finding.row, fast.finding.distanceM]).toEqual([slow.finding.row, slow.finding.distanceM]);
      seen.set(codes[0]!, (seen.get(codes[0]!) ?? 0) + 1);
    }
    for (const code of [GEOMETRY_CLEAR, GEOMETRY_EE_SPEED, GEOMETRY_EE_ACCEL, GEOMETRY_WORKSPACE])
      expect(seen.get(code)).toBeGreaterThan(20);
  });

  test("a slide there and back ends in the box and was outside of it between", () => {
    const robot = gantry();
    const geometry = new KernelGeometry(pointsOnly(robot, { box: { minM: [-1, -1, 0], maxM: [1, 1, 2] } }));
    const q = home(robot);
    const rows = Float64Array.from([0.9, 1.05, 0.9].flatMap((x) => [x, 0, 1, 0]));
    expect(geometry.judge(q, rows, 3, 1, 0)).toBe(GEOMETRY_WORKSPACE);
    expect(geometry.finding.row).toBe(1);
    const back = rows.map((value, at) => (at % 4 === 0 ? -value : value));
    expect(geometry.judge(q, back, 3, 1, 0)).toBe(GEOMETRY_WORKSPACE);
    rows[4] = 1;
    expect(geometry.judge(q, rows, 3, 1, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("on slides along a straight line the limit is exact", () => {
    const robot = gantry();
    const geometry = new KernelGeometry(pointsOnly(robot, { eeSpeed: { maxMps: 0.5, jumpToleranceM: 0 } }));
    const q = home(robot);
    // 0.3 and 0.4 are 0.5; a little more is not.
    const rows = (scale: number): Float64Array => Float64Array.from([1, 2, 3].flatMap((k) => [0.003 * k * scale, 0.004 * k * scale, 1, 0]));
    expect(geometry.judge(q, rows(1 - 1e-9), 3, 0.01, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.judge(q, rows(1 + 1e-6), 3, 0.01, 0)).toBe(GEOMETRY_EE_SPEED);
    expect(geometry.judge(q, none, 0, 0.01, 0)).toBe(GEOMETRY_CLEAR);
  });
});
