/**
 * Robots no factory builds, for property tests: oblique axes off the origin, branches, mimic joints, prismatic joints, fixed links,
 * in any order. The tip is the last link.
 * @module
 */
import { matrix34FromPose, quatNormalize, rotateVector } from "../../core/pose.ts";
import type { Random } from "../../core/random.ts";
import { normalize, vec3, type Vec3 } from "../../core/vec3.ts";
import type { CollisionModel } from "../collision-model.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../robot-model.ts";

export interface RandomRobotOptions {
  readonly nLinks: number;
  readonly nJoints: number;
  /** Without: a serial chain. */
  readonly branches?: boolean;
  readonly prismatic?: boolean;
}

export function randomRobot(random: Random, options: RandomRobotOptions): RobotModel {
  const { nLinks, nJoints, branches = true, prismatic = true } = options;
  const links = Array.from({ length: nLinks }, (_, link) => link);
  const fromLink = (read: (link: number) => readonly number[]): Float64Array => Float64Array.from(links.flatMap(read));
  const kinds = links.map((link) => {
    if (link === 0 || random.next() < 0.15) return JOINT_FIXED;
    return prismatic && random.next() < 0.25 ? JOINT_PRISMATIC : JOINT_REVOLUTE;
  });
  // Every joint drives at least one link where there are enough; the others share by mimicry.
  let driven = 0;
  const qIndex = links.map((link) => (kinds[link] === JOINT_FIXED ? -1 : driven++ < nJoints ? driven - 1 : random.integer(nJoints)));
  const perJoint = (value: number): Float64Array => new Float64Array(nJoints).fill(value);
  return {
    name: "random",
    nJoints,
    nLinks,
    jointNames: Array.from({ length: nJoints }, (_, j) => `joint${j}`),
    linkNames: links.map((link) => `link${link}`),
    parentOfLink: Int32Array.from(links, (link) => (link === 0 ? -1 : branches ? random.integer(link) : link - 1)),
    jointKindOfLink: Uint8Array.from(kinds),
    qIndexOfLink: Int32Array.from(qIndex),
    mimicScale: Float64Array.from(links, (link) => (link > nJoints ? random.uniform(-1.5, 1.5) : 1)),
    mimicOffset: Float64Array.from(links, (link) => (link > nJoints ? random.uniform(-1, 1) : 0)),
    parentFromLink: fromLink(() => [...matrix34FromPose({ position: randomVec3(random, 0.4), orientation: randomTurn(random) })]),
    axisInLink: fromLink(() => (random.next() < 0.4 ? axisAligned(random) : normalize(randomVec3(random, 1)))),
    anchorInLink: fromLink(() => (random.next() < 0.5 ? [0, 0, 0] : randomVec3(random, 0.2))),
    lowerRad: perJoint(-1.2),
    upperRad: perJoint(1.3),
    maxVelocityRadPerS: perJoint(1),
    maxAccelerationRadPerS2: perJoint(1),
    maxJerkRadPerS3: perJoint(1),
    maxEffortNm: perJoint(1),
    homeRad: perJoint(0.1),
    tipLink: nLinks - 1,
    tipLinkFromTip: matrix34FromPose({ position: randomVec3(random, 0.2), orientation: randomTurn(random) }),
    warnings: [],
  };
}

/** One capsule a link, some of them spheres; all pairs of capsules on different links. */
export function randomCollision(random: Random, robot: RobotModel): CollisionModel {
  const { nLinks } = robot;
  const capsules: number[] = [];
  const pairs: number[] = [];
  for (let link = 0; link < nLinks; link++) {
    const a = randomVec3(random, 0.15);
    const b = random.next() < 0.3 ? a : randomVec3(random, 0.15);
    capsules.push(...a, ...b, random.uniform(0.005, 0.02));
    for (let other = 0; other < link; other++) pairs.push(other, link);
  }
  return {
    robot,
    nCapsules: nLinks,
    linkOfCapsule: Int32Array.from({ length: nLinks }, (_, link) => link),
    capsulesInLink: new Float64Array(capsules),
    selfPairs: Int32Array.from(pairs),
    allowedBecause: new Map(),
  };
}

/** Within the joint limits. */
export function randomConfiguration(random: Random, { nJoints, lowerRad, upperRad }: RobotModel): Float64Array {
  return Float64Array.from({ length: nJoints }, (_, j) => random.uniform(lowerRad[j] ?? 0, upperRad[j] ?? 0));
}

export function randomVec3(random: Random, size: number): Vec3 {
  return vec3(random.uniform(-size, size), random.uniform(-size, size), random.uniform(-size, size));
}

export function randomTurn(random: Random): ReturnType<typeof quatNormalize> {
  return quatNormalize([random.normal(), random.normal(), random.normal(), random.normal()]);
}

function axisAligned(random: Random): Vec3 {
  const axes: readonly Vec3[] = [vec3(1, 0, 0), vec3(0, 1, 0), vec3(0, 0, 1)];
  const axis = axes[random.integer(3)] ?? vec3(0, 0, 1);
  return random.next() < 0.5 ? axis : rotateVector([0, 0, 1, 0], axis);
}
