import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { tipPose } from "../robot/kinematics.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../robot/robot-model.ts";
import { intentOf, motionSegment, planOf } from "./testing/asks.ts";
import { gantry } from "./testing/gantry.ts";
import { swingArm } from "./testing/swing-arm.ts";
import { CHORD_TOLERANCE_M, tipTrack } from "./tip-track.ts";

const planAlong = (...rows: number[][]) => planOf(intentOf(), { rows });

describe("tip track", () => {
  test("a gantry's tip goes straight: one point a waypoint, no error", () => {
    const track = tipTrack(planAlong([0, 0, 1], [1, 0, 1], [1, 2, 1]), gantry);
    expect(Array.from(track.pointsM)).toEqual([0, 0, 1, 1, 0, 1, 1, 2, 1]);
    expect(track).toMatchObject({
      nPoints: 3,
      lowM: Float64Array.of(0, 0, 1),
      highM: Float64Array.of(1, 2, 1),
      lengthM: 3,
      chordErrorM: 0,
      known: true,
    });
    expect(track.farthestM).toBeCloseTo(Math.sqrt(5), 12);
  });

  test("it is computed once a plan and robot", () => {
    const plan = planAlong([0, 0, 1], [1, 0, 1]);
    expect(tipTrack(plan, gantry)).toBe(tipTrack(plan, gantry));
    expect(tipTrack(plan, { ...gantry })).not.toBe(tipTrack(plan, gantry));
  });

  test("segments keep apart", () => {
    const segments = [
      motionSegment(
        [
          [0, 0, 1],
          [1, 0, 1],
        ],
        1,
      ),
      motionSegment(
        [
          [1, 0, 1],
          [0, 0, 1],
        ],
        1,
      ),
    ];
    const track = tipTrack(planOf(intentOf(), { segments }), gantry);
    expect(Array.from(track.segmentOfPoint)).toEqual([0, 0, 1, 1]);
    expect(track.farthestM).toBe(1);
  });

  test("an arm's tip is nowhere farther from the polyline than the chord tolerance", () => {
    const angle = double({ min: -3, max: 3, noNaN: true });
    assert(
      property(tuple(angle, angle), tuple(angle, angle), double({ min: 0, max: 1, noNaN: true }), (from, to, share) => {
        const track = tipTrack(planAlong(from, to), swingArm);
        const at = tipPose(swingArm, [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]).position;
        let nearest = Infinity;
        for (let i = 1; i < track.nPoints; i++) nearest = Math.min(nearest, pointToSegment(at, track.pointsM, i));
        expect(nearest).toBeLessThanOrEqual(CHORD_TOLERANCE_M);
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  test("so does the tip of an arm that turns and extends at once", () => {
    const polar: RobotModel = {
      ...swingArm,
      jointKindOfLink: Uint8Array.of(JOINT_FIXED, JOINT_REVOLUTE, JOINT_PRISMATIC),
      axisInLink: Float64Array.of(0, 0, 1, 0, 0, 1, 1, 0, 0),
      parentFromLink: new Float64Array(36).fill(0).map((_, i) => (i % 12 === 0 || i % 12 === 5 || i % 12 === 10 ? 1 : 0)),
      tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
    };
    const [from, to] = [
      [0, -0.2],
      [0.4, 0.2],
    ] as const;
    const track = tipTrack(planAlong([...from], [...to]), polar);
    for (let i = 0; i <= 200; i++) {
      const at = tipPose(polar, [0.4 * (i / 200), -0.2 + 0.4 * (i / 200)]).position;
      let nearest = Infinity;
      for (let k = 1; k < track.nPoints; k++) nearest = Math.min(nearest, pointToSegment(at, track.pointsM, k));
      expect(nearest).toBeLessThanOrEqual(CHORD_TOLERANCE_M);
    }
  });

  test.for([
    ["NaN", [Number.NaN, 0]],
    ["infinite", [Infinity, 0]],
    ["huge", [1e308, 0]],
    ["ten thousand turns", [62_831, 0]],
  ] as const)("nothing is known of a plan whose joints are %s", ([, wild]) => {
    expect(tipTrack(planAlong([0, 0], [...wild]), swingArm).known).toBe(false);
  });

  test("nothing is known of another robot's plan", () => {
    expect(tipTrack(planAlong([0, 0], [1, 0]), gantry).known).toBe(false);
  });
});

function pointToSegment(p: readonly number[], points: readonly number[], end: number): number {
  const a = points.slice(3 * end - 3, 3 * end);
  const b = points.slice(3 * end, 3 * end + 3);
  const along = [0, 1, 2].map((k) => (b[k] ?? 0) - (a[k] ?? 0));
  const offset = [0, 1, 2].map((k) => (p[k] ?? 0) - (a[k] ?? 0));
  const dot = (u: number[], v: number[]) => u.reduce((sum, x, k) => sum + x * (v[k] ?? 0), 0);
  const t = Math.min(1, Math.max(0, dot(along, offset) / (dot(along, along) || 1)));
  return Math.sqrt(offset.reduce((sum, x, k) => sum + (x - t * (along[k] ?? 0)) ** 2, 0));
}
