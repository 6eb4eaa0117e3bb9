import { describe, expect, test } from "vitest";
import { modelProblems } from "./check-model.ts";
import type { CollisionModel } from "./collision-model.ts";
import { parseManifest } from "./manifest/parse-manifest.ts";
import { robotFromManifest } from "./manifest/robot-from-manifest.ts";
import { armManifest } from "./manifest/testing/arm-manifest.ts";
import type { RobotModel } from "./robot-model.ts";

const sound = robotFromManifest(parseManifest(armManifest())).collision;

/** A copy whose arrays can be written to. */
function altered(change: (model: CollisionModel) => object): readonly string[] {
  const robot = structuredClone({ ...sound.robot }) as RobotModel;
  const copy: CollisionModel = { ...structuredClone({ ...sound, robot: undefined }), robot };
  return modelProblems({ ...copy, ...change(copy) });
}
function set(array: { [index: number]: number }, index: number, value: number): object {
  array[index] = value;
  return {};
}

describe("safety-geometry row 11: model load refuses", () => {
  test("nothing of a sound model", () => {
    expect(modelProblems(sound)).toEqual([]);
  });

  test.for<readonly [string, (model: CollisionModel) => object, RegExp]>([
    ["a parent after its child", ({ robot }) => set(robot.parentOfLink, 1, 2), /link "upper" comes before its parent "plate"/],
    [
      "a link that is its own parent",
      ({ robot }) => set(robot.parentOfLink, 2, 2),
      /link "plate" comes before its parent "plate", or is in a cycle/,
    ],
    ["a second root", ({ robot }) => set(robot.parentOfLink, 2, -1), /link "plate" is a second root beside "base"/],
    ["a first link with a parent", ({ robot }) => set(robot.parentOfLink, 0, 1), /link "base" comes before/],
    ["a joint index out of range", ({ robot }) => set(robot.qIndexOfLink, 1, 2), /link "upper" has joint index 2, out of range/],
    ["a fixed link with a joint index", ({ robot }) => set(robot.qIndexOfLink, 2, 0), /link "plate" has joint index 0/],
    ["a joint kind that does not exist", ({ robot }) => set(robot.jointKindOfLink, 1, 3), /joint kind 3/],
    ["a zero axis", ({ robot }) => set(robot.axisInLink, 5, 0), /link "upper" has a joint axis of length 0/],
    ["an axis too long by 2e-6", ({ robot }) => set(robot.axisInLink, 5, 1.000002), /axis of length 1\.000002/],
    [
      "a frame that is no rotation",
      ({ robot }) => set(robot.parentFromLink, 12, 1.00001),
      /link "upper" stands in a frame that is no rotation/,
    ],
    ["a mirrored frame", ({ robot }) => set(robot.parentFromLink, 12, -1), /no rotation/],
    ["a NaN in a frame", ({ robot }) => set(robot.parentFromLink, 15, Number.NaN), /link "upper" holds a number that is not finite/],
    ["a NaN axis", ({ robot }) => set(robot.axisInLink, 3, Number.NaN), /not finite/],
    ["a radius of 0", ({ capsulesInLink }) => set(capsulesInLink, 6, 0), /capsule 0 of link "base" has radius 0/],
    [
      "a NaN radius",
      ({ capsulesInLink }) => set(capsulesInLink, 13, Number.NaN),
      /capsule 1 of link "upper" holds a number that is not finite/,
    ],
    ["a capsule of no link", ({ linkOfCapsule }) => set(linkOfCapsule, 0, 9), /capsule 0 is on link 9/],
    ["a pair of no capsule", ({ selfPairs }) => set(selfPairs, 1, 3), /pair 0 names capsule 0 or 3/],
    ["a negative pair", ({ selfPairs }) => set(selfPairs, 0, -1), /pair 0 names capsule -1/],
    ["a pair on one link", ({ selfPairs }) => set(selfPairs, 1, 0), /pair 0 is capsule 0 of link "base" with itself/],
    ["an odd list of pairs", () => ({ selfPairs: Int32Array.of(0, 2, 1) }), /odd number/],
    ["no pair", () => ({ selfPairs: new Int32Array() }), /no pair of capsules is checked/],
    ["arrays that disagree", () => ({ linkOfCapsule: Int32Array.of(0) }), /linkOfCapsule has 1 entries, not 3/],
    ["limits that are missing", ({ robot }) => ({ robot: { ...robot, lowerRad: new Float64Array(1) } }), /lowerRad has 1 entries, not 2/],
    ["no links", ({ robot }) => ({ robot: { ...robot, nLinks: 0 } }), /there are no links/],
  ])("%s", ([, change, pattern]) => {
    expect(altered(change).join("\n")).toMatch(pattern);
  });

  test("no pair is fine where that is meant", () => {
    expect(modelProblems({ ...sound, selfPairs: new Int32Array() }, true)).toEqual([]);
  });
});
