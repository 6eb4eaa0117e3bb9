/**
 * What is wrong with a model given as data: every fault, with the element it is in (safety-geometry.md §1).
 * @module
 */
import type { CollisionModel } from "../../robot/collision-model.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../../robot/robot-model.ts";

const unitTolerance = 1e-6;

export function modelFaults(collision: CollisionModel, mimicLinks: readonly string[]): readonly string[] {
  const { robot } = collision;
  const faults = [...lengthFaults(collision)];
  // Indices into arrays that are too short would read nothing.
  if (faults.length > 0) return faults;
  faults.push(...nameFaults(robot), ...treeFaults(robot), ...jointFaults(robot, mimicLinks), ...frameFaults(robot));
  faults.push(...limitFaults(robot), ...capsuleFaults(collision), ...pairFaults(collision), ...allowedFaults(collision));
  return faults;
}

function lengthFaults({ robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs }: CollisionModel): readonly string[] {
  const { nLinks, nJoints } = robot;
  const counts = [nLinks, nJoints, nCapsules].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!counts) return [`${nLinks} links, ${nJoints} joints, ${nCapsules} capsules: counts must be whole numbers`];
  if (nLinks === 0) return ["the model has 0 links"];
  const expected: readonly (readonly [string, ArrayLike<unknown>, number])[] = [
    ["linkNames", robot.linkNames, nLinks],
    ["parentOfLink", robot.parentOfLink, nLinks],
    ["jointKindOfLink", robot.jointKindOfLink, nLinks],
    ["qIndexOfLink", robot.qIndexOfLink, nLinks],
    ["mimicScale", robot.mimicScale, nLinks],
    ["mimicOffset", robot.mimicOffset, nLinks],
    ["parentFromLink", robot.parentFromLink, nLinks * 12],
    ["axisInLink", robot.axisInLink, nLinks * 3],
    ["anchorInLink", robot.anchorInLink, nLinks * 3],
    ["jointNames", robot.jointNames, nJoints],
    ["lowerRad", robot.lowerRad, nJoints],
    ["upperRad", robot.upperRad, nJoints],
    ["homeRad", robot.homeRad, nJoints],
    ["linkOfCapsule", linkOfCapsule, nCapsules],
    ["capsulesInLink", capsulesInLink, nCapsules * 7],
  ];
  const faults = expected
    .filter(([, array, n]) => array.length !== n)
    .map(([name, array, n]) => `${name} has ${array.length} entries, not ${n}`);
  return selfPairs.length % 2 === 0 ? faults : [...faults, `selfPairs has an odd number of entries, ${selfPairs.length}`];
}

function nameFaults({ linkNames, jointNames }: RobotModel): readonly string[] {
  const twice = (what: string, names: readonly string[]): string[] =>
    names.filter((name, i) => names.indexOf(name) < i).map((name) => `two ${what} are named "${name}"`);
  return [...twice("links", linkNames), ...twice("joints", jointNames)];
}

function treeFaults({ nLinks, linkNames, parentOfLink }: RobotModel): readonly string[] {
  const faults: string[] = [];
  const roots: string[] = [];
  for (let link = 0; link < nLinks; link++) {
    const parent = parentOfLink[link]!;
    if (parent === -1) roots.push(linkNames[link]!);
    else if (!(parent >= 0 && parent < nLinks)) faults.push(`link "${linkNames[link]}": parent ${parent} is no link`);
    else if (onCycle(parentOfLink, link)) faults.push(`link "${linkNames[link]}" is its own ancestor`);
    else if (!(parent < link)) faults.push(`link "${linkNames[link]}" stands before its parent "${linkNames[parent]}"`);
  }
  if (roots.length > 1) faults.push(`two undeclared roots: ${roots.map((name) => `"${name}"`).join(" and ")}; fix one to the other`);
  if (parentOfLink[0] !== -1 && roots.length > 0) faults.push(`link "${linkNames[0]}" is first and not the root`);
  return faults;
}

function onCycle(parentOfLink: Int32Array, link: number): boolean {
  let at = parentOfLink[link]!;
  for (let steps = 0; steps < parentOfLink.length && at >= 0 && at < parentOfLink.length; steps++) {
    if (at === link) return true;
    at = parentOfLink[at]!;
  }
  return false;
}

function jointFaults(robot: RobotModel, mimicLinks: readonly string[]): readonly string[] {
  const { nLinks, nJoints, linkNames, jointKindOfLink, qIndexOfLink, mimicScale, mimicOffset, axisInLink, anchorInLink } = robot;
  const faults: string[] = [];
  const firstWith = new Map<number, number>();
  for (const name of mimicLinks) if (!linkNames.includes(name)) faults.push(`mimic link "${name}" is no link`);
  for (let link = 0; link < nLinks; link++) {
    const name = `link "${linkNames[link]}"`;
    const kind = jointKindOfLink[link]!;
    const index = qIndexOfLink[link]!;
    if (kind === JOINT_FIXED) {
      if (index !== -1) faults.push(`${name}: a fixed joint holds dof index ${index}`);
      continue;
    }
    if (kind !== JOINT_REVOLUTE && kind !== JOINT_PRISMATIC) faults.push(`${name}: joint kind ${kind} is unknown`);
    if (link === 0) faults.push(`${name}: the root has a joint`);
    if (!(index >= 0 && index < nJoints)) faults.push(`${name}: dof index ${index} is out of range, there are ${nJoints} joints`);
    const first = firstWith.get(index);
    const follows = mimicScale[link] !== 1 || mimicOffset[link] !== 0 || mimicLinks.includes(linkNames[link]!);
    if (first === undefined) firstWith.set(index, link);
    else if (!follows) faults.push(`${name}: dof index ${index} is used twice, by "${linkNames[first]}" too, without a mimic rule`);
    if (!(Number.isFinite(mimicScale[link]) && Number.isFinite(mimicOffset[link]))) faults.push(`${name}: its mimic rule is not finite`);
    const axis = [...axisInLink.subarray(link * 3, link * 3 + 3)];
    const length = Math.sqrt(axis.reduce((sum, value) => sum + value * value, 0));
    if (!(Math.abs(length - 1) <= unitTolerance)) faults.push(`${name}: its axis has length ${length}`);
    if (![...anchorInLink.subarray(link * 3, link * 3 + 3)].every(Number.isFinite)) faults.push(`${name}: its anchor is not finite`);
  }
  for (let joint = 0; joint < nJoints; joint++) {
    if (!firstWith.has(joint)) faults.push(`joint "${robot.jointNames[joint]}" moves no link`);
  }
  return faults;
}

function frameFaults({ nLinks, linkNames, parentFromLink: m }: RobotModel): readonly string[] {
  const faults: string[] = [];
  for (let link = 0; link < nLinks; link++) {
    const o = link * 12;
    const name = `link "${linkNames[link]}"`;
    if (!m.subarray(o, o + 12).every(Number.isFinite)) {
      faults.push(`${name}: its origin is not finite`);
      continue;
    }
    const column = (c: number): readonly [number, number, number] => [m[o + c]!, m[o + 4 + c]!, m[o + 8 + c]!];
    const dot = (a: number, b: number): number => column(a).reduce((sum, value, k) => sum + value * column(b)[k]!, 0);
    let worst = 0;
    for (let a = 0; a < 3; a++) for (let b = a; b < 3; b++) worst = Math.max(worst, Math.abs(dot(a, b) - (a === b ? 1 : 0)));
    const [x, y, z] = [column(0), column(1), column(2)];
    const handed = x[0] * (y[1] * z[2] - y[2] * z[1]) + x[1] * (y[2] * z[0] - y[0] * z[2]) + x[2] * (y[0] * z[1] - y[1] * z[0]);
    if (!(worst <= unitTolerance && handed > 0)) faults.push(`${name}: its rotation is not orthonormal and right-handed`);
  }
  return faults;
}

function limitFaults({ nJoints, jointNames, lowerRad, upperRad, homeRad }: RobotModel): readonly string[] {
  const faults: string[] = [];
  for (let joint = 0; joint < nJoints; joint++) {
    const name = `joint "${jointNames[joint]}"`;
    if (!(lowerRad[joint]! <= upperRad[joint]!)) faults.push(`${name}: limits ${lowerRad[joint]} to ${upperRad[joint]} are none`);
    if (!Number.isFinite(homeRad[joint])) faults.push(`${name}: its home is ${homeRad[joint]}`);
  }
  return faults;
}

function capsuleFaults({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel): readonly string[] {
  const faults: string[] = [];
  for (let c = 0; c < nCapsules; c++) {
    const link = linkOfCapsule[c]!;
    if (!(link >= 0 && link < robot.nLinks)) faults.push(`capsule ${c}: link ${link} is none of ${robot.nLinks}`);
    faults.push(...rowFaults(`capsule ${c} of link "${robot.linkNames[link] ?? link}"`, capsulesInLink.subarray(c * 7, c * 7 + 7)));
  }
  return faults;
}

/** Of one row `ax ay az bx by bz radius`. */
export function rowFaults(what: string, row: ArrayLike<number>): readonly string[] {
  if (row.length !== 7 || !Array.from(row).every(Number.isFinite)) return [`${what} is not 7 finite numbers`];
  return row[6]! > 0 ? [] : [`${what} has radius ${row[6]}`];
}

function pairFaults({ nCapsules, linkOfCapsule, selfPairs }: CollisionModel): readonly string[] {
  const faults: string[] = [];
  const seen = new Set<number>();
  for (let p = 0; p + 1 < selfPairs.length; p += 2) {
    const a = selfPairs[p]!;
    const b = selfPairs[p + 1]!;
    const name = `pair ${p / 2} (${a}, ${b})`;
    if (!(a >= 0 && a < nCapsules && b >= 0 && b < nCapsules)) faults.push(`${name}: there are ${nCapsules} capsules`);
    else if (linkOfCapsule[a] === linkOfCapsule[b]) faults.push(`${name}: both capsules are on one link`);
    const key = Math.min(a, b) * nCapsules + Math.max(a, b);
    if (seen.has(key)) faults.push(`${name} is listed twice`);
    seen.add(key);
  }
  return faults;
}

function allowedFaults({ robot, linkOfCapsule, selfPairs, allowedBecause }: CollisionModel): readonly string[] {
  const faults: string[] = [];
  const allowed = new Set<string>();
  for (const key of allowedBecause.keys()) {
    const names = key.split("|");
    for (const name of names) if (!robot.linkNames.includes(name)) faults.push(`allowed pair ${key}: "${name}" is no link`);
    if (names.length !== 2) faults.push(`allowed pair ${key} does not name two links`);
    else allowed.add(key).add(`${names[1]}|${names[0]}`);
  }
  for (let p = 0; p + 1 < selfPairs.length; p += 2) {
    const [a, b] = [selfPairs[p]!, selfPairs[p + 1]!].map((c) => robot.linkNames[linkOfCapsule[c]!]);
    if (allowed.has(`${a}|${b}`)) faults.push(`pair ${p / 2} of "${a}" and "${b}" is both checked and allowed`);
  }
  return faults;
}
