/**
 * What the kernel refuses in a model, whoever made it. Arrays can come from anywhere; nothing is taken on trust.
 * @module
 */
import type { CollisionModel } from "./collision-model.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, type RobotModel } from "./robot-model.ts";

/** Axis lengths and rotations may be off by this much. */
const unitTolerance = 1e-6;

/** Every problem, with its element (links that share an index of `q` follow one joint, by their mimic scale and offset); empty for a sound model. `acknowledgeNoPairs`: a robot of which nothing is checked is meant so. */
export function modelProblems(collision: CollisionModel, acknowledgeNoPairs = false): readonly string[] {
  const { robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs } = collision;
  const problems = [...lengthProblems(collision)];
  // Elements of arrays that disagree in length cannot be named.
  if (problems.length > 0) return problems;
  for (let link = 0; link < robot.nLinks; link++) problems.push(...linkProblems(robot, link));
  const name = (c: number): string => `capsule ${c} of link "${robot.linkNames[linkOfCapsule[c]!] ?? linkOfCapsule[c]}"`;
  for (let c = 0; c < nCapsules; c++) {
    if (!(linkOfCapsule[c]! >= 0 && linkOfCapsule[c]! < robot.nLinks))
      problems.push(`capsule ${c} is on link ${linkOfCapsule[c]}, which does not exist`);
    const numbers = capsulesInLink.subarray(c * 7, c * 7 + 7);
    if (!numbers.every(Number.isFinite)) problems.push(`${name(c)} holds a number that is not finite`);
    else if (!(numbers[6]! > 0)) problems.push(`${name(c)} has radius ${numbers[6]}; it must be > 0`);
  }
  for (let p = 0; p + 1 < selfPairs.length; p += 2) {
    const [i, j] = [selfPairs[p]!, selfPairs[p + 1]!];
    if (!(i >= 0 && i < nCapsules && j >= 0 && j < nCapsules))
      problems.push(`pair ${p / 2} names capsule ${i} or ${j}, which does not exist`);
    else if (linkOfCapsule[i] === linkOfCapsule[j]) problems.push(`pair ${p / 2} is ${name(i)} with itself`);
  }
  if (nCapsules > 0 && selfPairs.length === 0 && !acknowledgeNoPairs) problems.push("no pair of capsules is checked");
  return problems;
}

function lengthProblems({ robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs }: CollisionModel): readonly string[] {
  const { nLinks, nJoints } = robot;
  const sizes: readonly (readonly [string, number, number])[] = [
    ["linkNames", robot.linkNames.length, nLinks],
    ["parentOfLink", robot.parentOfLink.length, nLinks],
    ["jointKindOfLink", robot.jointKindOfLink.length, nLinks],
    ["qIndexOfLink", robot.qIndexOfLink.length, nLinks],
    ["mimicScale", robot.mimicScale.length, nLinks],
    ["mimicOffset", robot.mimicOffset.length, nLinks],
    ["parentFromLink", robot.parentFromLink.length, nLinks * 12],
    ["axisInLink", robot.axisInLink.length, nLinks * 3],
    ["anchorInLink", robot.anchorInLink.length, nLinks * 3],
    ["jointNames", robot.jointNames.length, nJoints],
    ["lowerRad", robot.lowerRad.length, nJoints],
    ["upperRad", robot.upperRad.length, nJoints],
    ["homeRad", robot.homeRad.length, nJoints],
    ["linkOfCapsule", linkOfCapsule.length, nCapsules],
    ["capsulesInLink", capsulesInLink.length, nCapsules * 7],
    ["selfPairs", selfPairs.length % 2, 0],
  ];
  const problems = sizes
    .filter(([, length, expected]) => length !== expected)
    .map(([field, length, expected]) =>
      field === "selfPairs" ? "selfPairs has an odd number of entries" : `${field} has ${length} entries, not ${expected}`,
    );
  return nLinks > 0 ? problems : ["there are no links"];
}

function linkProblems(robot: RobotModel, link: number): readonly string[] {
  const name = `link "${robot.linkNames[link]}"`;
  const problems: string[] = [];
  const parent = robot.parentOfLink[link]!;
  if (link === 0 ? parent !== -1 : !(parent >= 0 && parent < link))
    problems.push(
      parent < 0
        ? `${name} is a second root beside "${robot.linkNames[0]}"; declare where it is mounted`
        : `${name} comes before its parent "${robot.linkNames[parent] ?? parent}", or is in a cycle with it`,
    );
  const kind = robot.jointKindOfLink[link]!;
  const q = robot.qIndexOfLink[link]!;
  if (kind > JOINT_PRISMATIC) problems.push(`${name} has joint kind ${kind}, which does not exist`);
  if (kind === JOINT_FIXED ? q !== -1 : !(q >= 0 && q < robot.nJoints)) problems.push(`${name} has joint index ${q}, out of range`);
  const numbers = [
    ...robot.parentFromLink.subarray(link * 12, link * 12 + 12),
    ...robot.axisInLink.subarray(link * 3, link * 3 + 3),
    ...robot.anchorInLink.subarray(link * 3, link * 3 + 3),
    robot.mimicScale[link]!,
    robot.mimicOffset[link]!,
  ];
  if (!numbers.every(Number.isFinite)) return [...problems, `${name} holds a number that is not finite`];
  const [x = 0, y = 0, z = 0] = robot.axisInLink.subarray(link * 3, link * 3 + 3);
  const length = Math.sqrt(x * x + y * y + z * z);
  if (kind !== JOINT_FIXED && !(Math.abs(length - 1) <= unitTolerance))
    problems.push(`${name} has a joint axis of length ${length}; it must be 1`);
  if (!isRotation(robot.parentFromLink.subarray(link * 12, link * 12 + 12))) problems.push(`${name} stands in a frame that is no rotation`);
  return problems;
}

function isRotation(m: Float64Array): boolean {
  const row = (r: number): readonly [number, number, number] => [m[r * 4]!, m[r * 4 + 1]!, m[r * 4 + 2]!];
  const dot = (a: readonly number[], b: readonly number[]): number => a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!;
  const [x, y, z] = [row(0), row(1), row(2)];
  const determinant = dot(x, [y[1] * z[2] - y[2] * z[1], y[2] * z[0] - y[0] * z[2], y[0] * z[1] - y[1] * z[0]]);
  const off = [dot(x, x) - 1, dot(y, y) - 1, dot(z, z) - 1, dot(x, y), dot(x, z), dot(y, z), determinant - 1];
  return off.every((value) => Math.abs(value) <= unitTolerance);
}
