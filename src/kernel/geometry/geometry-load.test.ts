import { describe, expect, test } from "vitest";
import type { CollisionModel } from "../../robot/collision-model.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { modelHash } from "../../robot/lowering/model-hash.ts";
import { GEOMETRY_CLEAR, GEOMETRY_COLLISION } from "./codes.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import { loadedModelHash } from "./model-hash.ts";
import type { KernelGeometryOptions } from "./options.ts";
import { modelOf, oneLink, ur5e, worldOf, yArm } from "./testing/fixtures.ts";

const none = new Float64Array(0);
const q = (...values: number[]): Float64Array => Float64Array.from(values);

/** The Y arm with something of it replaced. */
function broken(
  change: (robot: RobotModel, collision: CollisionModel) => Partial<RobotModel> & Partial<Omit<CollisionModel, "robot">>,
): CollisionModel {
  const replaced = change(yArm.robot, yArm);
  const ofCollision = ["nCapsules", "linkOfCapsule", "capsulesInLink", "selfPairs", "allowedBecause"];
  const entries = Object.entries(replaced);
  const robot = { ...yArm.robot, ...Object.fromEntries(entries.filter(([key]) => !ofCollision.includes(key))) };
  return { ...yArm, ...Object.fromEntries(entries.filter(([key]) => ofCollision.includes(key))), robot };
}

/** A copy of a typed array with one entry replaced. */
function withEntry<T extends Int32Array | Float64Array | Uint8Array>(array: T, at: number, value: number): T {
  const copy = array.slice() as T;
  copy[at] = value;
  return copy;
}

describe("kernel 11 model load: each refusal with its reason and element", () => {
  test.for<readonly [string, CollisionModel, string]>([
    ["parent not before child", broken(({ parentOfLink }) => ({ parentOfLink: withEntry(parentOfLink, 1, 2) })), 'link "link1"'],
    ["cycle", broken(({ parentOfLink }) => ({ parentOfLink: withEntry(parentOfLink, 1, 3) })), 'link "link1" is its own ancestor'],
    [
      "parent out of range",
      broken(({ parentOfLink }) => ({ parentOfLink: withEntry(parentOfLink, 2, 9) })),
      'link "link2": parent 9 is no link',
    ],
    [
      "second root",
      broken(({ parentOfLink }) => ({ parentOfLink: withEntry(parentOfLink, 2, -1) })),
      'two undeclared roots: "base" and "link2"',
    ],
    [
      "dof out of range",
      broken(({ qIndexOfLink }) => ({ qIndexOfLink: withEntry(qIndexOfLink, 3, 3) })),
      'link "link3": dof index 3 is out of range',
    ],
    [
      "dof used twice",
      broken(({ qIndexOfLink }) => ({ qIndexOfLink: withEntry(qIndexOfLink, 3, 1) })),
      'dof index 1 is used twice, by "link2" too',
    ],
    [
      "fixed joint with a dof",
      broken(({ jointKindOfLink }) => ({ jointKindOfLink: withEntry(jointKindOfLink, 2, 0) })),
      "a fixed joint holds dof index 1",
    ],
    ["joint kind", broken(({ jointKindOfLink }) => ({ jointKindOfLink: withEntry(jointKindOfLink, 2, 5) })), "joint kind 5 is unknown"],
    [
      "axis length",
      broken(({ axisInLink }) => ({ axisInLink: withEntry(axisInLink, 4, 1.00001) })),
      'link "link1": its axis has length 1.00001',
    ],
    [
      "rotation",
      broken(({ parentFromLink }) => ({ parentFromLink: withEntry(parentFromLink, 12, 1.00001) })),
      'link "link1": its rotation is not orthonormal',
    ],
    [
      "mirrored",
      broken(({ parentFromLink }) => ({ parentFromLink: withEntry(parentFromLink, 12, -1) })),
      'link "link1": its rotation is not orthonormal',
    ],
    [
      "NaN origin",
      broken(({ parentFromLink }) => ({ parentFromLink: withEntry(parentFromLink, 15, Number.NaN) })),
      'link "link1": its origin is not finite',
    ],
    [
      "NaN axis",
      broken(({ axisInLink }) => ({ axisInLink: withEntry(axisInLink, 4, Number.NaN) })),
      'link "link1": its axis has length NaN',
    ],
    ["NaN anchor", broken(({ anchorInLink }) => ({ anchorInLink: withEntry(anchorInLink, 4, Number.NaN) })), 'link "link1": its anchor'],
    ["NaN mimic", broken(({ mimicScale }) => ({ mimicScale: withEntry(mimicScale, 1, Number.NaN) })), 'link "link1": its mimic rule'],
    ["NaN limit", broken(({ upperRad }) => ({ upperRad: withEntry(upperRad, 0, Number.NaN) })), 'joint "link1_joint": limits -7 to NaN'],
    ["NaN home", broken(({ homeRad }) => ({ homeRad: withEntry(homeRad, 0, Number.NaN) })), 'joint "link1_joint": its home is NaN'],
    [
      "radius 0",
      broken((_, { capsulesInLink }) => ({ capsulesInLink: withEntry(capsulesInLink, 6, 0) })),
      'capsule 0 of link "link1" has radius 0',
    ],
    [
      "radius NaN",
      broken((_, { capsulesInLink }) => ({ capsulesInLink: withEntry(capsulesInLink, 6, Number.NaN) })),
      'capsule 0 of link "link1" is not 7 finite',
    ],
    [
      "capsule end",
      broken((_, { capsulesInLink }) => ({ capsulesInLink: withEntry(capsulesInLink, 2, Infinity) })),
      'capsule 0 of link "link1" is not 7 finite',
    ],
    [
      "capsule link",
      broken((_, { linkOfCapsule }) => ({ linkOfCapsule: withEntry(linkOfCapsule, 1, 4) })),
      "capsule 1: link 4 is none of 4",
    ],
    ["pair index", broken(() => ({ selfPairs: Int32Array.of(0, 3) })), "pair 0 (0, 3): there are 3 capsules"],
    ["pair twice", broken(() => ({ selfPairs: Int32Array.of(0, 2, 2, 0) })), "pair 1 (2, 0) is listed twice"],
    ["odd pair list", broken(() => ({ selfPairs: Int32Array.of(0, 2, 1) })), "odd number of entries, 3"],
    ["array lengths", broken(() => ({ axisInLink: new Float64Array(9) })), "axisInLink has 9 entries, not 12"],
    ["0 links", broken(() => ({ nLinks: 0 })), "the model has 0 links"],
    [
      "allowed pair",
      broken(() => ({ allowedBecause: new Map([["link1|gripper", "srdf" as const]]) })),
      'allowed pair link1|gripper: "gripper" is no link',
    ],
    [
      "checked and allowed",
      broken(() => ({ selfPairs: Int32Array.of(0, 1) })),
      'pair 0 of "link1" and "link2" is both checked and allowed',
    ],
    ["zero pairs", broken(() => ({ selfPairs: new Int32Array(0) })), "self-collision is on and no pair is checked"],
    ["home in collision", broken(() => ({ homeRad: q(0, Math.PI, 0) })), 'the home pose collides: "link1"'],
  ])("kernel 11 %s", ([, collision, reason]) => {
    expect(() => new KernelGeometry({ collision, self: {} })).toThrow(reason);
  });

  test.for<readonly [string, Partial<KernelGeometryOptions>, string]>([
    ["home closer than the margin", { self: { marginM: 0.4 } }, "margin 0.4 m"],
    ["another hash", { expectedModelHash: "00" }, "the manifest was reviewed with 00"],
    ["NaN margin", { self: { marginM: Number.NaN } }, "self.marginM is NaN"],
    ["negative margin", { world: { marginM: -1 } }, "world.marginM is -1"],
    ["infinite margin", { voxels: { marginM: Infinity } }, "voxels.marginM is Infinity"],
    ["NaN deadline", { world: { deadlineMs: Number.NaN } }, "world.deadlineMs is NaN"],
    ["maximum of primitives", { world: { maxPrimitives: 0.5 } }, "world.maxPrimitives is 0.5"],
    ["NaN tracking error", { trackingError: [0, Number.NaN, 0] }, "trackingError[1] is NaN"],
    ["tracking error of another width", { trackingError: [0] }, "trackingError has 1 entries for 3 columns"],
    ["exempt link", { world: { exemptLinks: ["table"] } }, 'world.exemptLinks: "table" is no link'],
    ["control point", { controlPoints: [{ name: "tool", link: "tool0" }] }, 'control point "tool": "tool0" is no link'],
    ["control point offset", { controlPoints: [{ name: "tool", link: "link3", offsetM: [0, Number.NaN, 0] }] }, "not three finite numbers"],
    [
      "box corner",
      { box: { minM: [0, 0, 0], maxM: [1, Number.NaN, 1] }, controlPoints: [{ name: "tool", link: "link3" }] },
      "box: 0 to NaN on axis 1",
    ],
    ["box without a point", { box: { minM: [0, 0, 0], maxM: [1, 1, 1] } }, "no control point"],
    ["missing column", { columns: ["link1_joint", "link3_joint"] }, 'joint "link2_joint" has no column'],
    ["unknown column", { columns: ["link1_joint", "link2_joint", "link3_joint", "finger"] }, 'column "finger" is no joint'],
    ["base joint", { baseJoints: ["wheel"] }, 'base joint "wheel" is no joint'],
    ["no zone", { zones: { zones: [] } }, "zones are on and there is none"],
    [
      "two corners",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [0, 0],
                [1, 0],
              ],
            },
          ],
        },
      },
      "zone 0 has 2 corners",
    ],
    [
      "not convex",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [0, 0],
                [2, 0],
                [0.5, 0.5],
                [0, 2],
              ],
            },
          ],
        },
      },
      "zone 0 is not convex",
    ],
    [
      "star",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [0, 1],
                [0.6, -0.8],
                [-0.95, 0.3],
                [0.95, 0.3],
                [-0.6, -0.8],
              ],
            },
          ],
        },
      },
      "zone 0 crosses itself",
    ],
    [
      "NaN corner",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [0, 0],
                [1, 0],
                [0, Number.NaN],
              ],
            },
          ],
        },
      },
      "zone 0 has a corner that is not",
    ],
    [
      "upside down",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [0, 0],
                [1, 0],
                [0, 1],
              ],
              zMinM: 1,
              zMaxM: 0,
            },
          ],
        },
      },
      "zone 0 has no height",
    ],
    [
      "home in a zone",
      {
        zones: {
          zones: [
            {
              polygonM: [
                [-1, -1],
                [1, -1],
                [0, 1],
              ],
            },
          ],
        },
      },
      "the home pose is refused",
    ],
  ])("kernel 11 options: %s", ([, options, reason]) => {
    expect(() => new KernelGeometry({ collision: yArm, self: {}, ...options })).toThrow(reason);
  });

  test("kernel 11 all reasons are named at once, and no pairs can be acknowledged", () => {
    const collision = broken(({ axisInLink }, { capsulesInLink }) => ({
      axisInLink: withEntry(axisInLink, 4, 2),
      capsulesInLink: withEntry(capsulesInLink, 6, -1),
    }));
    expect(() => new KernelGeometry({ collision, self: {} })).toThrow(/axis has length 2.*radius -1/);
    const single = new KernelGeometry({ collision: oneLink, self: { acknowledgeNoPairs: true } });
    expect(single.judge(q(0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
  });

  test("kernel 11 the report says what is on, what is checked and what is unprotected", () => {
    const model = ur5e();
    const report = new KernelGeometry({ collision: model, self: { marginM: 0.01 }, voxels: { exemptLinks: ["shoulder_link"] } }).report;
    expect(report).toMatchObject({
      modelHash: loadedModelHash(model),
      nLinks: 7,
      nJoints: 6,
      nCapsules: 6,
      self: { on: true, marginM: 0.01, checkedPairs: 9, allowedLinkPairs: 6 },
      unprotected: [],
      world: { on: false },
      voxels: { on: true, shape: "sphere", unknown: "block", outside: "block", exemptLinks: ["shoulder_link"] },
      columns: model.robot.jointNames,
    });
    const allowedBecause = new Map(model.allowedBecause).set("wrist_1_link|wrist_3_link", "never");
    const fewer = { ...model, allowedBecause, selfPairs: model.selfPairs.slice(2) };
    expect(new KernelGeometry({ collision: fewer, self: {} }).report.unprotected).toEqual([
      { links: ["shoulder_link", "forearm_link"], because: "unlisted" },
      { links: ["wrist_1_link", "wrist_3_link"], because: "never" },
    ]);
    expect(new KernelGeometry({ collision: model, self: {}, expectedModelHash: loadedModelHash(model) }).report.modelHash).toBe(
      loadedModelHash(model),
    );
  });

  test("kernel 11 the hash that lowering wrote into a manifest is the one that is expected here", () => {
    const model = ur5e();
    expect(loadedModelHash(model)).toBe(modelHash(model));
    expect(() => new KernelGeometry({ collision: model, self: {}, expectedModelHash: modelHash(yArm) })).toThrow(/hash/);
  });

  test("kernel 11 every number of the model is part of its hash", () => {
    const hashes = new Set([
      loadedModelHash(yArm),
      loadedModelHash(yArm, ["link2_joint", "link1_joint", "link3_joint"]),
      loadedModelHash(broken(({ upperRad }) => ({ upperRad: withEntry(upperRad, 0, Infinity) }))),
      loadedModelHash(broken((_, { capsulesInLink }) => ({ capsulesInLink: withEntry(capsulesInLink, 6, 0.041) }))),
      loadedModelHash(broken(() => ({ allowedBecause: new Map() }))),
    ]);
    expect(hashes.size).toBe(5);
  });
});

describe("kernel 12 one index space", () => {
  const collision = modelOf({
    links: [
      { name: "base" },
      { name: "first", kind: "revolute", axis: [0, 1, 0] },
      { name: "plate", origin: [0, 0, 0.4, 0, 0, 0] },
      { name: "second", kind: "revolute", axis: [0, 1, 0], origin: [0, 0, 0.4, 0, 0, 0] },
    ],
    capsules: [{ link: "second", radius: 0.05, half: 0.1, origin: [0, 0, 0.2, 0, 0, 0] }],
  });
  const world = worldOf([[0.02, 0, [0.2, 0, 0.8, 0, 0, 0]]]);

  test("kernel 12 state and chunk columns in another order than the model, and with a column the model lacks", () => {
    const inOrder = new KernelGeometry({ collision, world: {} });
    const other = new KernelGeometry({
      collision,
      world: {},
      columns: ["gripper", "second_joint", "first_joint"],
      columnsWithoutGeometry: ["gripper"],
    });
    for (const geometry of [inOrder, other]) geometry.setWorld(world);
    // The second joint alone lays the last link onto the obstacle; the first one carries it past.
    expect(inOrder.judge(q(0, Math.PI / 2), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(other.judge(q(5, Math.PI / 2, 0), none, 0, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(inOrder.judge(q(Math.PI / 2, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(other.judge(q(5, 0, Math.PI / 2), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(other.judge(q(5, 0, 0), q(5, 0.1, 0, 5, 0.2, 0, 5, Math.PI / 2, 0), 3, 1, 0)).toBe(GEOMETRY_COLLISION);
    expect(other.finding.row).toBe(2);
  });

  test("kernel 12 rows or states that are too short are refused, not read beyond", () => {
    const geometry = new KernelGeometry({ collision, world: {} });
    geometry.setWorld(world);
    for (const [state, rows, n] of [
      [q(0), none, 0],
      [q(0, 0), q(0), 1],
      [q(0, 0), q(0, 0, 0), 2],
    ] as const) {
      expect(geometry.judge(state, rows, n, 1, 0)).not.toBe(GEOMETRY_CLEAR);
    }
  });
});
