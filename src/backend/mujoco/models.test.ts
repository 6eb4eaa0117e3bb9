import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { forwardKinematics, tipPose } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { robotFromUrdf } from "../../robot/urdf.ts";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { readModelFolder } from "./testing/model-folder.ts";
import { reach, topDown } from "./testing/reach.ts";
import { modelText, openScene, openTable, worldFile } from "./testing/scenes.ts";

/** a (m), alpha (quarter turns), d (m) of Craig's convention, as Franka Emika publishes them. */
const publishedDh = [
  [0, 0, 0.333],
  [0, -1, 0],
  [0, 1, 0.316],
  [0.0825, 1, 0],
  [-0.0825, -1, 0.384],
  [0, 1, 0],
  [0.088, 1, 0],
] as const;

function randomPosture(robot: RobotModel, random: Random): number[] {
  return Array.from({ length: robot.nJoints }, (_, j) => random.uniform(Math.max(-7, robot.lowerRad[j]!), Math.min(7, robot.upperRad[j]!)));
}

/** Rows of world-from-link for every link that both robots have, with their largest difference. */
function frameDifference(a: RobotModel, b: RobotModel, q: readonly number[]): number {
  const inA = new Float64Array(a.nLinks * 12);
  const inB = new Float64Array(b.nLinks * 12);
  forwardKinematics(a, q, inA);
  forwardKinematics(b, q, inB);
  let worst = 0;
  a.linkNames.forEach((name, i) => {
    const k = b.linkNames.indexOf(name);
    if (k >= 0) for (let e = 0; e < 12; e++) worst = Math.max(worst, Math.abs(inA[12 * i + e]! - inB[12 * k + e]!));
  });
  return worst;
}

const tipsAndFingers: Readonly<Record<string, readonly [tip: string, frozen: Readonly<Record<string, number>>]>> = {
  panda: ["panda_hand_tcp", { panda_finger_joint1: 0.04 }],
  gantry: ["tip", {}],
  "mobile-manipulator": ["grasp", { left_finger: 0.05 }],
};

describe("our models", () => {
  test.for(["panda", "gantry", "mobile-manipulator"])(
    "the URDF and the MJCF of %s are one robot: frames, limits, collision shapes",
    async (name) => {
      const { backend } = await openScene({ model: { xml: modelText(`${name}/${name}.xml`) } });
      await using _ = backend;
      const [tipLink, frozen] = tipsAndFingers[name]!;
      const urdf = robotFromUrdf(modelText(`${name}/${name}.urdf`), { tipLink, frozen });
      const { model } = urdf;
      expect(model.jointNames).toEqual(backend.robot.jointNames);
      expect(backend.robot.warnings).toEqual([]);
      for (const key of ["lowerRad", "upperRad", "maxVelocityRadPerS", "maxEffortNm"] as const)
        model[key].forEach((value, j) => expect(value, `${key} ${j}`).toBeCloseTo(backend.robot[key][j]!, 12));
      const random = new Random(20261121);
      for (let round = 0; round < 200; round++) {
        const q = randomPosture(model, random);
        expect(frameDifference(backend.robot, model, q)).toBeLessThan(1e-9);
        const a = tipPose(model, q);
        const b = tipPose(backend.robot, q);
        for (let k = 0; k < 3; k++) expect(Math.abs(a.position[k]! - b.position[k]!)).toBeLessThan(1e-9);
      }
      // Capsules by the name of their link, each as its two ends in either order.
      const shapes = (robot: typeof urdf.collision): string[] =>
        Array.from({ length: robot.nCapsules }, (_unused, c) => {
          const [ax, ay, az, bx, by, bz, r] = Array.from(
            robot.capsulesInLink.subarray(7 * c, 7 * c + 7),
            (v) => Math.round(v * 1e7) / 1e7 + 0,
          );
          const ends = [`${ax} ${ay} ${az}`, `${bx} ${by} ${bz}`].toSorted();
          return `${robot.robot.linkNames[robot.linkOfCapsule[c]!]} ${ends.join(" to ")} r ${r}`;
        }).toSorted();
      expect(shapes(urdf.collision)).toEqual(shapes(backend.collision));
      expect(urdf.unresolvedMeshes).toEqual([]);
    },
  );

  test("the arm has the Panda's published kinematics and limits", async () => {
    const { backend } = await openScene({ model: { xml: modelText("panda/panda.xml") } });
    await using _ = backend;
    const { robot } = backend;
    const random = new Random("dh");
    for (let round = 0; round < 100; round++) {
      const q = randomPosture(robot, random);
      const links = new Float64Array(robot.nLinks * 12);
      forwardKinematics(robot, q, links);
      const flange = robot.linkNames.indexOf("panda_link8") * 12;
      dhFlange(q).forEach((value, e) => expect(Math.abs(value - links[flange + e]!)).toBeLessThan(1e-12));
    }
    expect(Array.from(robot.lowerRad)).toEqual([-2.8973, -1.7628, -2.8973, -3.0718, -2.8973, -0.0175, -2.8973]);
    expect(Array.from(robot.upperRad)).toEqual([2.8973, 1.7628, 2.8973, -0.0698, 2.8973, 3.7525, 2.8973]);
    expect(Array.from(robot.maxVelocityRadPerS)).toEqual([2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61]);
    expect(Array.from(robot.maxAccelerationRadPerS2)).toEqual([15, 7.5, 10, 12.5, 15, 20, 20]);
    expect(Array.from(robot.maxEffortNm)).toEqual([87, 87, 87, 87, 12, 12, 12]);
    expect(Array.from(robot.homeRad)).toEqual([0, -Math.PI / 4, 0, (-3 * Math.PI) / 4, 0, Math.PI / 2, Math.PI / 4]);
  });

  test.skipIf(!sharedModelsPresent)("the hand stands where Menagerie's Panda has it", async () => {
    const folder = readModelFolder(sharedModelPath("menagerie/franka_emika_panda/"), "panda.xml", /\.stl$|link5_collision|finger_0/);
    const theirs = (await openScene({ model: folder, tip: { body: "hand" }, stripVisuals: true })).backend;
    await using _ = theirs;
    const ours = (await openScene({ model: { xml: modelText("panda/panda.xml") }, tip: { body: "panda_hand" } })).backend;
    await using __ = ours;
    const random = new Random("menagerie");
    for (let round = 0; round < 50; round++) {
      const q = randomPosture(ours.robot, random);
      const a = tipPose(ours.robot, q);
      const b = tipPose(theirs.robot, q);
      for (let k = 0; k < 3; k++) expect(Math.abs(a.position[k]! - b.position[k]!)).toBeLessThan(1e-7);
      for (let k = 0; k < 4; k++) expect(Math.abs(a.orientation[k]! - b.orientation[k]!)).toBeLessThan(1e-6);
    }
  });

  test("a cube grasped at its centre leaves the fingers 14 mm and the hand 60 mm above the table", async () => {
    const { backend } = await openTable();
    await using _ = backend;
    const { robot, collision } = backend;
    const q = reach(robot, robot.homeRad, topDown(0.5, 0, 0.025));
    const links = new Float64Array(robot.nLinks * 12);
    forwardKinematics(robot, q, links);
    const lowest = new Map<string, number>();
    for (let c = 0; c < collision.nCapsules; c++) {
      const link = collision.linkOfCapsule[c]!;
      for (const end of [0, 3]) {
        const p = collision.capsulesInLink.subarray(7 * c + end, 7 * c + end + 3);
        const row = links.subarray(12 * link + 8, 12 * link + 12);
        const z = row[0]! * p[0]! + row[1]! * p[1]! + row[2]! * p[2]! + row[3]! - collision.capsulesInLink[7 * c + 6]!;
        const name = robot.linkNames[link]!;
        lowest.set(name, Math.min(lowest.get(name) ?? Infinity, z));
      }
    }
    expect(lowest.get("panda_leftfinger")).toBeGreaterThan(0.014);
    expect(lowest.get("panda_rightfinger")).toBeGreaterThan(0.014);
    expect(lowest.get("panda_hand")).toBeGreaterThan(0.06);
    // Everything that moves is above the table at home, too.
    expect(Math.min(...[...lowest].filter(([name]) => name !== "panda_link0").map(([, z]) => z))).toBeGreaterThan(0.014);
  });

  test("R23 the gantry's tip stands at its joint values, home is (0, 0, 1, 0)", async () => {
    const { backend } = await openScene({ model: { xml: modelText("gantry/gantry.xml") }, world: worldFile("gantry-default") });
    await using _ = backend;
    const { robot } = backend;
    expect(Array.from(robot.homeRad)).toEqual([0, 0, 1, 0]);
    expect([Array.from(robot.lowerRad), Array.from(robot.upperRad)]).toEqual([
      [-2, -2, 0, -2 * Math.PI],
      [2, 2, 3, 2 * Math.PI],
    ]);
    expect(Array.from(robot.maxVelocityRadPerS)).toEqual([0.5, 0.5, 0.5, Math.PI / 4]);
    expect(Array.from(robot.maxAccelerationRadPerS2)).toEqual([1, 1, 1, Math.PI / 2]);
    expect(tipPose(robot, [1.5, -1, 0.5, 1]).position).toEqual([1.5, -1, 0.5]);
  });

  test.for([
    ["panda/panda.xml", "table"],
    ["gantry/gantry.xml", "gantry-default"],
  ] as const)("%s in world %s: nothing stirs while the robot holds still", async ([model, world]) => {
    const spec = worldFile(world);
    const driver = await openScene({ model: { xml: modelText(model) }, world: spec });
    await using backend = driver.backend;
    driver.hold(backend.robot.homeRad, 1000);
    const seen = backend.observe();
    seen.objects.forEach(({ worldFromObject }, i) =>
      worldFromObject.position.forEach((value, k) => expect(Math.abs(value - spec.objects[i]!.positionM[k]!)).toBeLessThan(1e-3)),
    );
    seen.qRad.forEach((value, j) => expect(Math.abs(value - backend.robot.homeRad[j]!)).toBeLessThan(1e-6));
    expect(seen.gripper).toEqual({ opening: expect.closeTo(1, 3), holding: null });
  });
});

/** Rows of base-from-flange by the published parameters, with plain trigonometry. */
function dhFlange(q: readonly number[]): number[] {
  let m = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0];
  publishedDh.forEach(([a, quarters, d], i) => {
    const [ca, sa] = quarters === 0 ? [1, 0] : [0, quarters];
    const [c, s] = [Math.cos(q[i]!), Math.sin(q[i]!)];
    m = times(m, [c, -s, 0, a, s * ca, c * ca, -sa, -d * sa, s * sa, c * sa, ca, d * ca]);
  });
  return times(m, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0.107]);
}

function times(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 12 }, (_, e) => {
    const row = Math.floor(e / 4) * 4;
    const column = e % 4;
    return a[row]! * b[column]! + a[row + 1]! * b[4 + column]! + a[row + 2]! * b[8 + column]! + (column === 3 ? a[row + 3]! : 0);
  });
}
