/**
 * Which link pairs touch at every one of many poses: their capsules overlap by the way they are built, and checking them would refuse
 * everything. A sample proves nothing about pairs that touch sometimes or never; those stay checked.
 * @module
 */
import { linkPairKey } from "../self-pairs.ts";
import type { RobotModel } from "../robot-model.ts";
import { CapsuleField, type CapsuleSet } from "./capsule-field.ts";
import { Pcg64 } from "./pcg64.ts";

export interface PairSample {
  readonly link1: string;
  readonly link2: string;
  /** At how many of the poses they touch. */
  readonly touching: number;
  /** Over all poses, m; negative where they overlap. */
  readonly leastM: number;
}

export interface SampleOptions {
  /** Default 2000. */
  readonly poses?: number;
  /** Default 20260610. */
  readonly seed?: number;
  /** Called now and then with the poses done. */
  readonly onProgress?: (done: number, total: number) => void;
}

export const sampledPoses = 2000;
export const samplingSeed = 20260610;

/**
 * Every pair of links with capsules, sorted by name. Poses are drawn one after the other, joints in the order of `q`, uniform between
 * their limits; [-π, π] where there are none or they are equal.
 */
export function samplePairs(robot: RobotModel, set: CapsuleSet, options: SampleOptions = {}): readonly PairSample[] {
  const poses = options.poses ?? sampledPoses;
  const random = new Pcg64(options.seed ?? samplingSeed);
  const field = new CapsuleField(robot, set);
  const links = [...new Set(set.linkOfCapsule)].sort((a, b) => a - b);
  const capsulesOf = new Map(links.map((link) => [link, capsuleIndices(set, link)]));
  const pairs = links.flatMap((a, index) => links.slice(index + 1).map((b) => ({ a, b, touching: 0, leastM: Infinity })));
  const q = new Float64Array(robot.nJoints);
  for (let pose = 0; pose < poses; pose++) {
    for (let j = 0; j < robot.nJoints; j++) q[j] = random.uniform(...samplingRange(robot, j));
    field.pose(q);
    for (const pair of pairs) {
      let leastM = Infinity;
      for (const i of capsulesOf.get(pair.a)!)
        for (const j of capsulesOf.get(pair.b)!) {
          const distanceM = field.distanceM(i, j);
          if (!(distanceM >= leastM)) leastM = distanceM;
        }
      if (!(leastM > 0)) pair.touching += 1;
      if (!(leastM >= pair.leastM)) pair.leastM = leastM;
    }
    if (pose % 100 === 99) options.onProgress?.(pose + 1, poses);
  }
  return pairs
    .map(({ a, b, touching, leastM }): PairSample => {
      const [link1, link2] = sortedNames(robot.linkNames[a]!, robot.linkNames[b]!);
      return { link1, link2, touching, leastM };
    })
    .toSorted((x, y) => byName(x.link1, y.link1) || byName(x.link2, y.link2));
}

/** Limits a sample is drawn from, rad or m. */
export function samplingRange({ lowerRad, upperRad }: RobotModel, joint: number): readonly [number, number] {
  const low = lowerRad[joint]!;
  const high = upperRad[joint]!;
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? [low, high] : [-Math.PI, Math.PI];
}

export function capsuleIndices({ linkOfCapsule }: CapsuleSet, link: number): readonly number[] {
  return Array.from(linkOfCapsule.keys()).filter((c) => linkOfCapsule[c] === link);
}

/** Sorted by UTF-16 code unit, as in every list of pairs here. */
export function sortedNames(a: string, b: string): readonly [string, string] {
  return byName(a, b) <= 0 ? [a, b] : [b, a];
}

export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Key of a pair given by name, as `linkPairKey` of the model makes it. */
export function keyOfNames(robot: RobotModel, link1: string, link2: string): string {
  return linkPairKey(robot, robot.linkNames.indexOf(link1), robot.linkNames.indexOf(link2));
}
