/**
 * Proofs that two links can never come near each other, over the whole range of the joints between them. Only a proof takes a pair off
 * the list of checks.
 *
 * Branch and bound over boxes of joint values. A joint turned by δ moves a point of the pair by at most ρ·δ, where ρ is the proved
 * reach of `motion-reach`; so over a box of half widths hⱼ around q the distance is at least d(q) - Σ ρⱼ hⱼ. A box whose bound is not
 * enough is halved where it costs most. The relative pose depends on the joints between the two links alone.
 * @module
 */
import { isAncestor, linksBetween, reachOfJoint, travelPadM } from "../motion-reach.ts";
import { JOINT_FIXED, JOINT_REVOLUTE, type RobotModel } from "../robot-model.ts";
import { capsuleIndices } from "./always-colliding.ts";
import { CapsuleField, type CapsuleSet } from "./capsule-field.ts";

/** Joints are taken to reach this much beyond their limits, rad: a measured position just outside one breaks no proof. */
export const turnPadRad = 0.05;

export interface NeverCertificate {
  readonly link1: string;
  readonly link2: string;
  /** `interval`: boxes of joint values cover the range; `rigid`: no joint lies between. */
  readonly method: "interval" | "rigid";
  /** Proved: the distance is never less, m. A margin above it needs the check after all. */
  readonly leastM: number;
  readonly boxes: number;
}

export interface NeverOptions {
  /** What has to be proved, m; default 0.05. */
  readonly awayM?: number;
  /** Boxes for one pair of capsules before it counts as unproved; default 4000. */
  readonly maxBoxes?: number;
}

/** Undefined where nothing is proved: the links touch somewhere, come nearer than `awayM`, or the boxes ran out. */
export function proveNever(
  robot: RobotModel,
  set: CapsuleSet,
  linkA: number,
  linkB: number,
  options: NeverOptions = {},
): NeverCertificate | undefined {
  const awayM = options.awayM ?? 0.05;
  const field = new CapsuleField(robot, set);
  const joints = jointsBetween(robot, linkA, linkB);
  let leastM = Infinity;
  let boxes = 0;
  for (const i of capsuleIndices(set, linkA))
    for (const j of capsuleIndices(set, linkB)) {
      const proof = proveCapsules(robot, set, field, i, j, joints, awayM, options.maxBoxes ?? 4000);
      if (proof === undefined) return undefined;
      leastM = Math.min(leastM, proof.leastM);
      boxes += proof.boxes;
    }
  if (boxes === 0) return undefined;
  return {
    link1: robot.linkNames[linkA]!,
    link2: robot.linkNames[linkB]!,
    method: joints.length === 0 ? "rigid" : "interval",
    leastM,
    boxes,
  };
}

interface JointBetween {
  /** Of `q`. */
  readonly index: number;
  /** Links whose joint this value drives, on the way between the two. */
  readonly links: readonly number[];
}

function jointsBetween(robot: RobotModel, linkA: number, linkB: number): readonly JointBetween[] {
  let common = linkA;
  while (!isAncestor(robot, common, linkB)) common = robot.parentOfLink[common]!;
  const byIndex = new Map<number, number[]>();
  for (const link of [...linksBetween(robot, common, linkA), ...linksBetween(robot, common, linkB)]) {
    if (robot.jointKindOfLink[link] === JOINT_FIXED) continue;
    const index = robot.qIndexOfLink[link]!;
    byIndex.set(index, [...(byIndex.get(index) ?? []), link]);
  }
  return Array.from(byIndex, ([index, links]) => ({ index, links }));
}

/** Metres that the pair moves for each unit of a joint, over the whole range: Lipschitz constants of their distance. */
function slopes(robot: RobotModel, set: CapsuleSet, i: number, j: number, joints: readonly JointBetween[]): readonly number[] {
  const linkA = set.linkOfCapsule[i]!;
  const linkB = set.linkOfCapsule[j]!;
  const segment = (c: number): Float64Array => set.capsulesInLink.subarray(c * 7, c * 7 + 6);
  return joints.map(({ links }) =>
    links.reduce((sum, link) => {
      const onA = isAncestor(robot, link, linkA);
      const reach = onA ? reachOfJoint(robot, link, linkA, segment(i)) : reachOfJoint(robot, link, linkB, segment(j));
      return sum + Math.abs(robot.mimicScale[link]!) * reach;
    }, 0),
  );
}

function proveCapsules(
  robot: RobotModel,
  set: CapsuleSet,
  field: CapsuleField,
  i: number,
  j: number,
  joints: readonly JointBetween[],
  awayM: number,
  maxBoxes: number,
): { readonly leastM: number; readonly boxes: number } | undefined {
  const slope = slopes(robot, set, i, j, joints);
  const ranges = joints.map(({ index }) => paddedRange(robot, index));
  if (!ranges.flat().every(Number.isFinite)) return undefined;
  const q = Float64Array.from(robot.homeRad);
  const open: { readonly center: number[]; readonly half: number[] }[] = [
    { center: ranges.map(([low, high]) => (low + high) / 2), half: ranges.map(([low, high]) => (high - low) / 2) },
  ];
  let leastM = Infinity;
  let boxes = 0;
  for (let box = open.pop(); box !== undefined; box = open.pop()) {
    boxes += 1;
    if (!(boxes <= maxBoxes)) return undefined;
    for (const [k, { index }] of joints.entries()) q[index] = box.center[k]!;
    field.pose(q);
    const distanceM = field.distanceM(i, j);
    if (!(distanceM > awayM)) return undefined;
    const costs = box.half.map((half, k) => half * slope[k]!);
    const boundM = distanceM - costs.reduce((sum, cost) => sum + cost, 0);
    if (boundM > awayM) {
      leastM = Math.min(leastM, boundM);
      continue;
    }
    const widest = costs.indexOf(Math.max(...costs));
    if (widest < 0) return undefined;
    for (const side of [-1, 1]) {
      const half = box.half.with(widest, box.half[widest]! / 2);
      open.push({ center: box.center.with(widest, box.center[widest]! + side * half[widest]!), half });
    }
  }
  return { leastM, boxes };
}

/** A joint that turns without end covers the full circle. */
function paddedRange(robot: RobotModel, joint: number): readonly [number, number] {
  const low = robot.lowerRad[joint]!;
  const high = robot.upperRad[joint]!;
  const link = robot.qIndexOfLink.indexOf(joint);
  const turns = robot.jointKindOfLink[link] === JOINT_REVOLUTE;
  if (turns && !(high - low < 2 * Math.PI)) return [-Math.PI, Math.PI];
  const pad = turns ? turnPadRad : travelPadM;
  return [low - pad, high + pad];
}
