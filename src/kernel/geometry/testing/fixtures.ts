/**
 * The fixtures of safety-geometry.md §8, as data.
 * @module
 */
import { matrix34FromPose, quatFromRpy } from "../../../core/pose.ts";
import type { CollisionModel } from "../../../robot/collision-model.ts";
import { linkPairKey } from "../../../robot/self-pairs.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "../../../robot/robot-model.ts";
import type { VoxelGrid } from "../voxel-store.ts";
import type { WorldCapsules } from "../world-check.ts";

export type Xyzrpy = readonly [number, number, number, number, number, number];
type Vector = readonly [number, number, number];

export interface LinkSpec {
  readonly name: string;
  readonly parent?: string;
  readonly kind?: "fixed" | "revolute" | "prismatic";
  readonly axis?: Vector;
  readonly origin?: Xyzrpy;
  readonly limit?: number;
  /** Follows the joint of another link. */
  readonly mimics?: string;
}
export interface CapsuleSpec {
  readonly link: string;
  readonly radius: number;
  readonly half: number;
  readonly origin?: Xyzrpy;
}
export interface ModelSpec {
  readonly name?: string;
  readonly links: readonly LinkSpec[];
  readonly capsules: readonly CapsuleSpec[];
  readonly allowed?: readonly (readonly [string, string])[];
  readonly home?: readonly number[];
  readonly tip?: string;
}

const zero: Xyzrpy = [0, 0, 0, 0, 0, 0];

/** ax ay az bx by bz radius of a capsule whose segment runs along the z axis of its origin. */
export function capsuleRow(
  radius: number,
  half: number,
  [x, y, z, roll, pitch, yaw]: Xyzrpy = zero,
): [number, number, number, number, number, number, number] {
  const m = matrix34FromPose({ position: [x, y, z], orientation: quatFromRpy(roll, pitch, yaw) });
  const [dx, dy, dz] = [m[2]! * half, m[6]! * half, m[10]! * half];
  return [x - dx, y - dy, z - dz, x + dx, y + dy, z + dz, radius];
}

/** A model in which every pair of capsules on different links is checked that is not allowed. */
export function modelOf({ name = "fixture", links, capsules, allowed = [], home, tip }: ModelSpec): CollisionModel {
  const linkNames = links.map((link) => link.name);
  const indexOf = (link: string): number => linkNames.indexOf(link);
  const movable = links.filter(({ kind = "fixed", mimics }) => kind !== "fixed" && mimics === undefined);
  const jointNames = movable.map((link) => `${link.name}_joint`);
  const nJoints = movable.length;
  const limits = (sign: number): Float64Array => Float64Array.from(movable, ({ limit = 7 }) => sign * limit);
  const robot: RobotModel = {
    name,
    nJoints,
    nLinks: links.length,
    jointNames,
    linkNames,
    parentOfLink: Int32Array.from(links, ({ parent }, i) => (i === 0 ? -1 : parent === undefined ? i - 1 : indexOf(parent))),
    jointKindOfLink: Uint8Array.from(links, ({ kind = "fixed" }) =>
      kind === "fixed" ? JOINT_FIXED : kind === "revolute" ? JOINT_REVOLUTE : JOINT_PRISMATIC,
    ),
    qIndexOfLink: Int32Array.from(links, (link) =>
      (link.kind ?? "fixed") === "fixed" ? -1 : movable.findIndex((one) => one.name === (link.mimics ?? link.name)),
    ),
    mimicScale: new Float64Array(links.length).fill(1),
    mimicOffset: new Float64Array(links.length),
    parentFromLink: Float64Array.from(
      links.flatMap(({ origin: [x, y, z, r, p, w] = zero }) => [
        ...matrix34FromPose({ position: [x, y, z], orientation: quatFromRpy(r, p, w) }),
      ]),
    ),
    axisInLink: Float64Array.from(links.flatMap(({ axis = [0, 0, 1] }) => axis)),
    anchorInLink: new Float64Array(links.length * 3),
    lowerRad: limits(-1),
    upperRad: limits(1),
    maxVelocityRadPerS: new Float64Array(nJoints).fill(10),
    maxAccelerationRadPerS2: new Float64Array(nJoints).fill(Infinity),
    maxJerkRadPerS3: new Float64Array(nJoints).fill(Infinity),
    maxEffortNm: new Float64Array(nJoints).fill(Infinity),
    homeRad: Float64Array.from({ length: nJoints }, (_, j) => home?.[j] ?? 0),
    tipLink: tip === undefined ? links.length - 1 : indexOf(tip),
    tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0),
    warnings: [],
  };
  const allowedBecause = new Map(allowed.map(([a, b]) => [linkPairKey(robot, indexOf(a), indexOf(b)), "adjacent" as const]));
  const selfPairs: number[] = [];
  for (let i = 0; i < capsules.length; i++)
    for (let j = i + 1; j < capsules.length; j++) {
      const [a, b] = [indexOf(capsules[i]!.link), indexOf(capsules[j]!.link)];
      if (a !== b && !allowedBecause.has(linkPairKey(robot, a, b))) selfPairs.push(i, j);
    }
  return {
    robot,
    nCapsules: capsules.length,
    linkOfCapsule: Int32Array.from(capsules, ({ link }) => indexOf(link)),
    capsulesInLink: Float64Array.from(capsules.flatMap(({ radius, half, origin }) => capsuleRow(radius, half, origin))),
    selfPairs: Int32Array.from(selfPairs),
    allowedBecause,
  };
}

/** Capsules that stand still, one a link, for distances between them. */
export function statues(
  capsules: readonly (readonly [radius: number, half: number, origin: Xyzrpy])[],
  allowed: readonly (readonly [number, number])[] = [],
): CollisionModel {
  return modelOf({
    links: [
      { name: "base" },
      ...capsules.map(([, , origin], i): LinkSpec => ({
        name: `c${i}`,
        parent: "base",
        kind: "prismatic",
        axis: [0, 0, 1],
        origin,
        limit: 0,
      })),
    ],
    capsules: capsules.map(([radius, half], i) => ({ link: `c${i}`, radius, half })),
    allowed: allowed.map(([a, b]) => [`c${a}`, `c${b}`]),
  });
}

export const yArm = modelOf({
  links: [
    { name: "base" },
    { name: "link1", kind: "revolute", axis: [0, 1, 0] },
    { name: "link2", kind: "revolute", axis: [0, 1, 0], origin: [0, 0, 0.4, 0, 0, 0] },
    { name: "link3", kind: "revolute", axis: [0, 1, 0], origin: [0, 0, 0.4, 0, 0, 0] },
  ],
  capsules: ["link1", "link2", "link3"].map((link) => ({ link, radius: 0.04, half: 0.18, origin: [0, 0, 0.2, 0, 0, 0] })),
  allowed: [
    ["link1", "link2"],
    ["link2", "link3"],
  ],
});

export const triLink = modelOf({
  links: [
    { name: "base" },
    { name: "link1", kind: "revolute" },
    { name: "link2", kind: "revolute", origin: [0.4, 0, 0, 0, 0, 0] },
    { name: "link3", kind: "revolute", origin: [0.4, 0, 0, 0, 0, 0] },
  ],
  capsules: ["link1", "link2", "link3"].map((link) => ({ link, radius: 0.05, half: 0.18, origin: [0.18, 0, 0, 0, Math.PI / 2, 0] })),
  allowed: [
    ["link1", "link2"],
    ["link2", "link3"],
  ],
});

export const oneLink = modelOf({
  links: [{ name: "base" }, { name: "arm", kind: "revolute", axis: [0, 1, 0] }],
  capsules: [{ link: "arm", radius: 0.05, half: 0.18, origin: [0, 0, 0.2, 0, 0, 0] }],
});

/** Capsules on all three moving links, every pair of which is allowed. */
export const twoR = modelOf({
  links: [
    { name: "base" },
    { name: "link1", kind: "revolute" },
    { name: "link2", kind: "revolute", origin: [1, 0, 0, 0, 0, 0] },
    { name: "ee", origin: [1, 0, 0, 0, 0, 0] },
  ],
  capsules: ["link1", "link2", "ee"].map((link) => ({ link, radius: 0.05, half: 0.05 })),
  allowed: [
    ["link1", "link2"],
    ["link2", "ee"],
    ["link1", "ee"],
  ],
});

export const mobile = modelOf({
  links: [
    { name: "world" },
    { name: "base", kind: "prismatic", axis: [1, 0, 0], limit: 10 },
    { name: "arm", kind: "revolute", origin: [0.3, 0, 0, 0, 0, 0] },
  ],
  capsules: [
    { link: "base", radius: 0.05, half: 0.05 },
    { link: "arm", radius: 0.1, half: 0.1 },
  ],
  allowed: [["base", "arm"]],
});

const ur5eLinks: readonly (readonly [name: string, origin: Xyzrpy, radius: number, length: number, capsule: Xyzrpy])[] = [
  ["shoulder_link", [0, 0, 0.1625, 0, 0, 3.1415927], 0.1168, 0.1591, [-0.0048, -0.0222, 0.0288, 1.9255, -0.1641, -0.2353]],
  ["upper_arm_link", [0, 0, 0, 1.5707963, 0, 0], 0.1219, 0.5459, [-0.2135, 0.0001, 0.1736, -3.1013, -1.5336, 3.0998]],
  ["forearm_link", [-0.425, 0, 0, 0, 0, 0], 0.0825, 0.4928, [-0.1845, -0.0004, 0.0022, 3.1136, -1.498, -3.1114]],
  ["wrist_1_link", [-0.3922, 0, 0.1333, 0, 0, 0], 0.0778, 0.1238, [0, 0.0007, -0.0052, -1.2441, -0.0016, 0.0012]],
  ["wrist_2_link", [0, -0.0997, 0, 1.5707963, 0, 0], 0.059, 0.1154, [0.0002, -0.0011, -0.0006, -1.673, 0.0046, -0.0051]],
  ["wrist_3_link", [0, 0.0996, 0, -1.5707963, 0, 0], 0.047, 0.0817, [0.0002, -0.002, -0.0178, 1.5352, 0.1169, 0.1128]],
];

/** The public manifest's UR5e. Its rest pose collides, so `home` is that of the vendor's simulation unless given. */
export function ur5e(home: readonly number[] = [-1.5708, -1.5708, 1.5708, -1.5708, -1.5708, 0]): CollisionModel {
  return modelOf({
    name: "ur5e",
    home,
    links: [{ name: "base_link" }, ...ur5eLinks.map(([name, origin]): LinkSpec => ({ name, kind: "revolute", origin }))],
    capsules: ur5eLinks.map(([link, , radius, length, origin]) => ({ link, radius, half: length / 2, origin })),
    allowed: [
      ["shoulder_link", "upper_arm_link"],
      ["upper_arm_link", "forearm_link"],
      ["forearm_link", "wrist_1_link"],
      ["wrist_1_link", "wrist_2_link"],
      ["wrist_2_link", "wrist_3_link"],
      ["wrist_1_link", "wrist_3_link"],
    ],
  });
}

/** Obstacles from rows radius, half length, origin. */
export function worldOf(
  capsules: readonly (readonly [radius: number, half: number, origin: Xyzrpy, id?: string])[],
  stampMs = 0,
): WorldCapsules {
  return {
    stampMs,
    radiusM: capsules.map(([radius]) => radius),
    halfLengthM: capsules.map(([, half]) => half),
    originXyzRpy: capsules.flatMap(([, , origin]) => origin),
    objectIds: capsules.map(([, , , id]) => id ?? ""),
  };
}

/** A grid whose cells are what `cell` says of their centres, m, and indices. */
export function gridOf(
  size: readonly [number, number, number],
  resolutionM: number,
  originM: Vector,
  cell: (x: number, y: number, z: number, index: Vector) => number,
  stampMs = 0,
): VoxelGrid {
  const [sx, sy, sz] = size;
  const cells = new Uint8Array(sx * sy * sz);
  for (let z = 0; z < sz; z++)
    for (let y = 0; y < sy; y++)
      for (let x = 0; x < sx; x++) {
        const at = (k: number, i: number): number => originM[k]! + (i + 0.5) * resolutionM;
        cells[x + sx * (y + sy * z)] = cell(at(0, x), at(1, y), at(2, z), [x, y, z]);
      }
  return { stampMs, originM, resolutionM, size, cells };
}

export const gridA = (cell: (index: Vector) => number): VoxelGrid =>
  gridOf([5, 5, 5], 0.1, [-0.25, -0.25, -0.25], (_x, _y, _z, index) => cell(index));
export const wallAtY = (fromY: number): VoxelGrid => gridOf([20, 20, 3], 0.1, [0, 0, -0.15], (_x, y) => (y >= fromY - 1e-9 ? 1 : 0));
export const mobileGrid: VoxelGrid = gridOf([8, 4, 4], 0.1, [0, -0.2, -0.2], (x) => (x >= 0.2 ? 1 : 0));
