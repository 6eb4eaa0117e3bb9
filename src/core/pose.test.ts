import fc from "fast-check";
import { expect, test } from "vitest";
import {
  composePoses,
  identityPose,
  invertPose,
  matrix34FromPose,
  poseFromMatrix34,
  quatFromAxisAngle,
  quatFromMatrix,
  quatFromRpy,
  quatMultiply,
  quatNormalize,
  rotateVector,
  rotationAngleBetween,
  transformPoint,
  yawOf,
} from "./pose.ts";
import type { Pose, QuatWxyz } from "./pose.ts";
import { distance } from "./vec3.ts";
import type { Vec3 } from "./vec3.ts";

const runs = { seed: 20261121, numRuns: 500 };
const component = fc.double({ min: -5, max: 5, noNaN: true });
const point: fc.Arbitrary<Vec3> = fc.tuple(component, component, component);
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });
const turn: fc.Arbitrary<QuatWxyz> = fc
  .tuple(component, component, component, component)
  .filter((q) => Math.hypot(...q) > 1e-3)
  .map((q) => quatNormalize(q));
const pose: fc.Arbitrary<Pose> = fc.record({ position: point, orientation: turn });

/** Product of 3×3 matrices, row-major: the independent way to the same rotation. */
function product(a: readonly number[], b: readonly number[]): number[] {
  return [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => a[3 * i]! * b[j]! + a[3 * i + 1]! * b[3 + j]! + a[3 * i + 2]! * b[6 + j]!));
}
const rx = (t: number): number[] => [1, 0, 0, 0, Math.cos(t), -Math.sin(t), 0, Math.sin(t), Math.cos(t)];
const ry = (t: number): number[] => [Math.cos(t), 0, Math.sin(t), 0, 1, 0, -Math.sin(t), 0, Math.cos(t)];
const rz = (t: number): number[] => [Math.cos(t), -Math.sin(t), 0, Math.sin(t), Math.cos(t), 0, 0, 0, 1];
const apply = (m: readonly number[], v: Vec3): Vec3 => [
  m[0]! * v[0] + m[1]! * v[1] + m[2]! * v[2],
  m[3]! * v[0] + m[4]! * v[1] + m[5]! * v[2],
  m[6]! * v[0] + m[7]! * v[1] + m[8]! * v[2],
];

test("quarter turn about z takes x to y", () => {
  const [x, y, z] = rotateVector(quatFromAxisAngle([0, 0, 2], Math.PI / 2), [1, 0, 0]);
  expect([x, y, z]).toEqual([expect.closeTo(0, 15), expect.closeTo(1, 15), 0]);
});

test("rpy turns about the fixed x, y, z axes, as URDF says", () => {
  fc.assert(
    fc.property(angle, angle, angle, point, (roll, pitch, yaw, p) => {
      const matrix = product(rz(yaw), product(ry(pitch), rx(roll)));
      expect(distance(rotateVector(quatFromRpy(roll, pitch, yaw), p), apply(matrix, p))).toBeLessThan(1e-13);
    }),
    runs,
  );
});

test("composition agrees with applying one after the other, and the inverse undoes", () => {
  fc.assert(
    fc.property(pose, pose, point, (aFromB, bFromC, p) => {
      const once = transformPoint(composePoses(aFromB, bFromC), p);
      expect(distance(once, transformPoint(aFromB, transformPoint(bFromC, p)))).toBeLessThan(1e-12);
      expect(distance(transformPoint(invertPose(aFromB), transformPoint(aFromB, p)), p)).toBeLessThan(1e-12);
      expect(distance(transformPoint(identityPose, p), p)).toBe(0);
    }),
    runs,
  );
});

test("matrices carry poses there and back, at an offset too", () => {
  const out = new Float64Array(30);
  fc.assert(
    fc.property(pose, point, (aFromB, p) => {
      matrix34FromPose(aFromB, out, 12);
      const by = [12, 16, 20].map((row) => out[row]! * p[0] + out[row + 1]! * p[1] + out[row + 2]! * p[2] + out[row + 3]!);
      expect(distance([by[0]!, by[1]!, by[2]!], transformPoint(aFromB, p))).toBeLessThan(1e-12);
      const back = poseFromMatrix34(out, 12);
      expect(distance(back.position, aFromB.position)).toBe(0);
      expect(rotationAngleBetween(back.orientation, aFromB.orientation)).toBeLessThan(1e-7);
    }),
    runs,
  );
  expect(matrix34FromPose(identityPose)).toEqual(Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0));
});

test("quaternions from matrices are accurate at half turns, where the trace is -1", () => {
  fc.assert(
    fc.property(point, fc.double({ min: -1e-6, max: 1e-6, noNaN: true }), (axis, off) => {
      fc.pre(Math.hypot(...axis) > 1e-3);
      const q = quatFromAxisAngle(axis, Math.PI + off);
      const m = matrix34FromPose({ position: [0, 0, 0], orientation: q });
      const back = quatFromMatrix(m, 0, 4);
      const sign = back[0] * q[0] + back[1] * q[1] + back[2] * q[2] + back[3] * q[3] < 0 ? -1 : 1;
      for (const i of [0, 1, 2, 3] as const) expect(sign * back[i]).toBeCloseTo(q[i], 12);
    }),
    runs,
  );
});

test("yaw is the turn about z, and the angle between turns is the smallest", () => {
  fc.assert(
    fc.property(angle, turn, angle, (yaw, q, by) => {
      expect(Math.cos(yawOf(quatFromRpy(0, 0, yaw)) - yaw)).toBeCloseTo(1, 12);
      const turned = quatMultiply(q, quatFromAxisAngle([1, 2, -3], by));
      expect(rotationAngleBetween(q, turned)).toBeCloseTo(Math.abs(by), 12);
      expect(rotationAngleBetween(q, [-q[0], -q[1], -q[2], -q[3]])).toBeLessThan(1e-15);
    }),
    runs,
  );
  // Small angles keep their digits; acos would lose half of them.
  expect(rotationAngleBetween([1, 0, 0, 0], quatFromAxisAngle([0, 0, 1], 1e-9))).toBeCloseTo(1e-9, 20);
});

test("what stands for no rotation or no place is refused", () => {
  for (const q of [
    [0, 0, 0, 0],
    [Number.NaN, 0, 0, 0],
    [Infinity, 0, 0, 0],
  ] as const)
    expect(() => quatNormalize(q)).toThrowError(/finite length above 0/);
  expect(() => quatFromAxisAngle([0, 0, 0], 1)).toThrowError(/no direction/);
  expect(() => quatFromAxisAngle([0, 0, 1], Number.NaN)).toThrowError(/quaternion/);
  expect(() => poseFromMatrix34([1, 0, 0])).toThrowError(/finite/);
});
