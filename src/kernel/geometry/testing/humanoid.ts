/**
 * Humanoids of the sizes of well-known ones, with dimensions of our own: 20 capsules and 171 pairs, 27 capsules and 312 pairs.
 * @module
 */
import type { CollisionModel } from "../../../robot/collision-model.ts";
import { modelOf, type CapsuleSpec, type LinkSpec, type Xyzrpy } from "./fixtures.ts";

type Axis = readonly [number, number, number];
const roll: Axis = [1, 0, 0];
const pitch: Axis = [0, 1, 0];
const yaw: Axis = [0, 0, 1];

/** One link of a limb: name, axis, how far it is from the one before, m; and a capsule's length downwards, 0 for none. */
type Segment = readonly [name: string, axis: Axis, offset: readonly [number, number, number], length: number];

const leg: readonly Segment[] = [
  ["hip_yaw", yaw, [0, 0.1, -0.1], 0.02],
  ["hip_roll", roll, [0, 0.03, -0.06], 0.02],
  ["hip_pitch", pitch, [0, 0.02, -0.04], 0.3],
  ["knee", pitch, [0, 0, -0.4], 0.3],
  ["ankle", pitch, [0, 0, -0.4], 0.02],
  ["ankle_roll", roll, [0, 0, -0.04], 0.02],
];
const arm: readonly Segment[] = [
  ["shoulder_pitch", pitch, [0, 0.2, 0.3], 0.02],
  ["shoulder_roll", roll, [0, 0.06, 0], 0.02],
  ["shoulder_yaw", yaw, [0, 0.02, -0.1], 0.12],
  ["elbow", pitch, [0, 0, -0.2], 0.15],
  ["wrist_roll", yaw, [0, 0, -0.22], 0.02],
  ["wrist_pitch", pitch, [0, 0, -0.05], 0],
  ["wrist_yaw", roll, [0, 0, -0.03], 0.08],
];

/** 19 joints, 20 capsules, every pair checked but the 19 adjacent ones. */
export const h1Class = humanoid("h1-class", leg.slice(0, 5), arm.slice(0, 4), ["torso"], []);

/** 29 joints, 27 capsules; beside the adjacent pairs others close by are allowed, as reviewed lists do. */
export const g1Class = humanoid("g1-class", leg, arm, ["waist_yaw", "waist_roll", "torso"], ["waist_roll"]);

function humanoid(
  name: string,
  legOf: readonly Segment[],
  armOf: readonly Segment[],
  waist: readonly string[],
  bare: readonly string[],
): CollisionModel {
  const links: LinkSpec[] = [{ name: "pelvis" }];
  const capsules: CapsuleSpec[] = [{ link: "pelvis", radius: 0.08, half: 0.04 }];
  const allowed: [string, string][] = [];
  const add = (
    link: string,
    parent: string,
    axis: Axis,
    offset: readonly [number, number, number],
    length: number,
    radius: number,
  ): void => {
    links.push({ name: link, parent, kind: "revolute", axis, origin: [...offset, 0, 0, 0], limit: 2 });
    const origin: Xyzrpy = [0, 0, link === "torso" ? 0.15 : -length / 2, 0, 0, 0];
    if (length > 0) capsules.push({ link, radius, half: length / 2, origin });
  };
  waist.forEach((link, i) =>
    add(link, waist[i - 1] ?? "pelvis", yaw, [0, 0, i === 0 ? 0.1 : 0.03], bare.includes(link) ? 0 : link === "torso" ? 0.25 : 0.02, 0.08),
  );
  for (const [side, sign] of [
    ["left", 1],
    ["right", -1],
  ] as const) {
    const limb = (segments: readonly Segment[], from: string, radius: number): void => {
      let parent = from;
      for (const [link, axis, [x, y, z], length] of segments) {
        add(`${side}_${link}`, parent, axis, [x, y * sign, z], length, radius);
        parent = `${side}_${link}`;
      }
    };
    limb(legOf, "pelvis", 0.045);
    limb(armOf, "torso", 0.035);
  }
  // Neighbours, looking through links without a capsule, then whatever comes nearest along the limbs until the size is right.
  const solid = new Set(capsules.map(({ link }) => link));
  const parentOf = new Map(links.map((link) => [link.name, link.parent]));
  const solidParent = (link: string): string | undefined => {
    let at = parentOf.get(link);
    while (at !== undefined && !solid.has(at)) at = parentOf.get(at);
    return at;
  };
  for (const { link } of capsules) {
    const parent = solidParent(link);
    if (parent !== undefined) allowed.push([parent, link]);
  }
  const grandparents = capsules.flatMap(({ link }): [string, string][] => {
    const parent = solidParent(link);
    const grandparent = parent === undefined ? undefined : solidParent(parent);
    return grandparent === undefined ? [] : [[grandparent, link]];
  });
  const nPairs = name === "h1-class" ? 171 : 312;
  const surplus = (capsules.length * (capsules.length - 1)) / 2 - allowed.length - nPairs;
  allowed.push(...grandparents.slice(0, surplus));
  return modelOf({ name, links, capsules, allowed });
}
