import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { sharedModelPath, sharedModelsPresent } from "../../test/shared-models.ts";
import { segmentSegmentDistance } from "../geometry/capsule-distance.ts";
import { largestExcess, type CapsuleNumbers } from "./capsule-fit.ts";
import type { CollisionModel } from "./collision-model.ts";
import { forwardKinematics } from "./kinematics.ts";
import { robotFromCompiledMjcf, type MjcfOptions } from "./mjcf.ts";
import type { RobotModel } from "./robot-model.ts";
import { collisionOnly, kinematicsDifference, touchingConfigurations, withModel } from "./testing/mujoco-models.ts";
import { surfacePoints } from "./testing/surface-points.ts";
import { parseUrdf } from "./urdf-document.ts";
import { readShapes } from "./urdf-shapes.ts";
import { urdfTree } from "./urdf-tree.ts";
import { robotFromUrdf, type UrdfOptions } from "./urdf.ts";
import { workspaceFromUrdf } from "./workspace-from-urdf.ts";

const read = (path: string): string => readFileSync(sharedModelPath(path), "utf8");
const pandaMeshes = (uri: string): Uint8Array =>
  readFileSync(sharedModelPath(uri.replace("package://moveit_resources_panda_description/", "moveit/panda_description/")));
const pandaOptions: UrdfOptions = {
  where: "panda.urdf",
  srdf: sharedModelsPresent ? read("moveit/panda.srdf") : "",
  group: "panda_arm",
  tipLink: "panda_hand",
  meshes: pandaMeshes,
};

function randomConfigurations(robot: RobotModel, n: number, random: Random): readonly Float64Array[] {
  return Array.from({ length: n }, () =>
    Float64Array.from({ length: robot.nJoints }, (_, j) =>
      random.uniform(Math.max(robot.lowerRad[j]!, -7), Math.min(robot.upperRad[j]!, 7)),
    ),
  );
}

/** Least distance over the checked pairs at `q`, m; negative in collision. */
function selfDistance(collision: CollisionModel, q: ArrayLike<number>): number {
  const { robot, nCapsules, linkOfCapsule, capsulesInLink, selfPairs } = collision;
  const frames = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, q, frames);
  const placed = new Float64Array(nCapsules * 7);
  for (let c = 0; c < nCapsules; c++) {
    for (let k = 0; k < 6; k++) {
      const m = linkOfCapsule[c]! * 12 + (k % 3) * 4;
      const p = c * 7 + (k < 3 ? 0 : 3);
      placed[c * 7 + k] =
        frames[m]! * capsulesInLink[p]! +
        frames[m + 1]! * capsulesInLink[p + 1]! +
        frames[m + 2]! * capsulesInLink[p + 2]! +
        frames[m + 3]!;
    }
    placed[c * 7 + 6] = capsulesInLink[c * 7 + 6]!;
  }
  let least = Infinity;
  for (let pair = 0; pair < selfPairs.length; pair += 2) {
    const [a = 0, b = 0] = selfPairs.subarray(pair, pair + 2);
    least = Math.min(least, segmentSegmentDistance(placed, a * 7, placed, b * 7) - placed[a * 7 + 6]! - placed[b * 7 + 6]!);
  }
  return least;
}

describe.skipIf(!sharedModelsPresent)("URDF", () => {
  test("the Panda of MoveIt: chain, limits, home, pairs and stats", () => {
    const { model, collision, stats, unresolvedMeshes, fits } = robotFromUrdf(read("moveit/panda.urdf"), pandaOptions);
    expect(model).toMatchObject({ nJoints: 7, nLinks: 12, jointNames: Array.from({ length: 7 }, (_, j) => `panda_joint${j + 1}`) });
    expect([...model.homeRad]).toEqual([0, -0.785, 0, -2.356, 0, 1.571, 0.785]);
    expect([model.lowerRad[3], model.upperRad[3], model.maxVelocityRadPerS[6], model.maxEffortNm[0]]).toEqual([-3.1416, 0.0873, 2.871, 87]);
    expect(stats).toMatchObject({ n_links: 12, n_joints: 11, n_revolute_joints: 7, n_prismatic_joints: 2, n_collision_shapes: 11 });
    expect([
      unresolvedMeshes,
      collision.allowedBecause.get("panda_link0|panda_link1"),
      collision.allowedBecause.get("panda_link3|panda_link5"),
    ]).toEqual([[], "adjacent", "never"]);
    expect([...collision.allowedBecause.values()]).not.toContain("default");
    expect(selfDistance(collision, model.homeRad)).toBeGreaterThan(0.005);
    expect(Math.max(...fits.map((fit) => fit.capsuleVolumeM3 / fit.shapeVolumeM3))).toBeLessThan(2.7);
  });

  test("kernel 35 a hundred thousand points on each mesh of the Panda lie in the capsules of its link", () => {
    const text = read("moveit/panda.urdf");
    const { collision } = robotFromUrdf(text, pandaOptions);
    const { shapesOfLink } = readShapes(urdfTree(parseUrdf(text)), pandaMeshes, []);
    const random = new Random(20261121);
    const outside: string[] = [];
    for (const [link, shapes] of shapesOfLink.entries())
      for (const shape of shapes) {
        const points = surfacePoints(shape, 100_000, random);
        const capsules = Array.from(collision.linkOfCapsule.keys())
          .filter((c) => collision.linkOfCapsule[c] === link)
          .map((c) => [...collision.capsulesInLink.subarray(c * 7, c * 7 + 7)] as unknown as CapsuleNumbers);
        let worst = -Infinity;
        const ball = new Float64Array(4);
        for (let i = 0; i < points.length; i += 3) {
          for (let k = 0; k < 3; k++) ball[k] = points[i + k]!;
          let least = Infinity;
          for (const capsule of capsules) least = Math.min(least, largestExcess(capsule, ball));
          worst = Math.max(worst, least);
        }
        if (!(worst <= 1e-9)) outside.push(`${shape.label} by ${worst} m`);
      }
    expect(outside).toEqual([]);
  });

  test.for<readonly [string, UrdfOptions, number, number]>([
    ["moveit/fanuc.urdf", { srdf: "moveit/fanuc.srdf" }, 6, 0],
    ["openral-robots/ur5e/ur5e.urdf", { srdf: "openral-robots/ur5e/ur5e.srdf", tipLink: "tool0" }, 6, 0],
    ["openral-robots/ur10e/ur10e.urdf", { srdf: "openral-robots/ur10e/ur10e.srdf", tipLink: "tool0" }, 6, 0],
    ["openral-robots/rizon4/rizon4.urdf", { srdf: "openral-robots/rizon4/rizon4.srdf", tipLink: "flange" }, 7, 0],
    ["openral-robots/so101_follower/so101_follower.urdf", {}, 6, 0],
    ["openral-robots/openarm/openarm.urdf", { tipLink: "left_ee_link1" }, 8, 0],
    ["openral-robots/openarm/openarm.urdf", { tipLink: "right_ee_base_link" }, 7, 0],
    ["openral-robots/h1/h1.urdf", { tipLink: "left_elbow_link" }, 5, 23],
    ["openral-robots/h1/h1.urdf", { baseLink: "torso_link", tipLink: "right_elbow_link" }, 4, 23],
  ])("%s %o", ([path, options, nJoints, nBodies]) => {
    const srdf = options.srdf === undefined ? {} : { srdf: read(options.srdf) };
    const { model, fits } = robotFromUrdf(read(path), { ...options, ...srdf, where: path });
    expect([model.nJoints, fits.length]).toEqual([nJoints, nBodies]);
    expect(model.parentFromLink.every(Number.isFinite)).toBe(true);
  });

  test("SO-100 with meshes of nine thousand triangles", () => {
    const folder = "openral-robots/so100_follower/";
    const meshes = (uri: string): Uint8Array | undefined =>
      existsSync(sharedModelPath(folder + uri)) ? readFileSync(sharedModelPath(folder + uri)) : undefined;
    const { collision, unresolvedMeshes } = robotFromUrdf(read(`${folder}so100_follower.urdf`), { meshes, maxCapsulesPerLink: 2 });
    expect([unresolvedMeshes, collision.nCapsules <= 10]).toEqual([[], true]);
    const { stats, workspace } = workspaceFromUrdf(read(`${folder}so100_follower.urdf`), { meshes });
    expect(stats).toMatchObject({
      n_joints: 6,
      unresolved: [],
      defaultBox: false,
      movingLinks: ["shoulder", "upper_arm", "lower_arm", "wrist"],
    });
    expect(workspace.obstacles.map(({ label }) => label)).toEqual(["base"]);
  });
});

describe.skipIf(!sharedModelsPresent)("MJCF against MuJoCo", () => {
  interface Loaded {
    readonly robot: ReturnType<typeof robotFromCompiledMjcf>;
    readonly difference: number;
    /** How often of 1000 configurations MuJoCo finds contacts, and our capsules find none there. */
    readonly touching: number;
    readonly missed: number;
  }

  const load = (path: string, options: MjcfOptions, site?: string): Loaded => {
    const { xml, files } = collisionOnly(sharedModelPath(path));
    return withModel(xml, files, (model, arrays) => {
      const robot = robotFromCompiledMjcf(arrays, options);
      const rest = arrays.nkey > 0 ? arrays.keyQpos.slice(0, arrays.nq) : arrays.qpos0;
      const difference = kinematicsDifference(
        model,
        arrays,
        robot.model,
        randomConfigurations(robot.model, 200, new Random(20261121)),
        rest,
        site,
      );
      const qs = randomConfigurations(robot.model, 1000, new Random("contacts"));
      const touch = touchingConfigurations(model, arrays, robot.model, qs, rest);
      const missed = qs.filter((q, index) => touch[index] === true && selfDistance(robot.collision, q) > 0).length;
      return { robot, difference, touching: touch.filter(Boolean).length, missed };
    });
  };

  test("UR5e: bodies and the tip site to 1e-12, no contact missed", () => {
    const { difference, robot, touching, missed } = load(
      "menagerie/universal_robots_ur5e/ur5e.xml",
      { tipSite: "attachment_site" },
      "attachment_site",
    );
    expect(difference).toBeLessThan(1e-12);
    expect([touching > 30, missed]).toEqual([true, 0]);
    expect(robot.model).toMatchObject({ nJoints: 6, nLinks: 7 });
    expect([...robot.model.homeRad]).toEqual([-1.5708, -1.5708, 1.5708, -1.5708, -1.5708, 0]);
    expect(robot.fits.map(({ nShapes, nCapsules }) => nCapsules / nShapes)).toEqual([1, 1, 1, 1, 1, 1]);
    expect([...robot.collision.allowedBecause.values()].every((reason) => reason === "adjacent")).toBe(true);
    expect(selfDistance(robot.collision, robot.model.homeRad)).toBeGreaterThan(0.005);
  });

  test("Panda: bodies to 1e-12, no contact missed, the same arm as its URDF", () => {
    const { difference, robot, touching, missed } = load("menagerie/franka_emika_panda/panda.xml", { tipBody: "hand" });
    expect(difference).toBeLessThan(1e-12);
    expect([touching > 30, missed]).toEqual([true, 0]);
    expect([...robot.model.maxEffortNm]).toEqual([87, 87, 87, 87, 12, 12, 12]);
    expect([...robot.collision.allowedBecause.values()]).not.toContain("default");
    expect(selfDistance(robot.collision, robot.model.homeRad)).toBeGreaterThan(0.005);

    const { model: urdf } = robotFromUrdf(read("moveit/panda.urdf"), { ...pandaOptions, meshes: () => undefined });
    const apart = linkDifferences(robot.model, urdf, (name) => `panda_${name}`);
    expect([...apart.keys()]).toEqual(["link0", "link1", "link2", "link3", "link4", "link5", "link6", "link7", "hand"]);
    // The MJCF writes the hand's turn of -45° with seven digits.
    const tooFar = [...apart].filter(
      ([name, { positionM, rotation }]) => !(positionM < 1e-9 && rotation < (name === "hand" ? 1e-7 : 1e-9)),
    );
    expect(tooFar).toEqual([]);
  });

  function linkDifferences(
    a: RobotModel,
    b: RobotModel,
    nameInB: (name: string) => string,
  ): ReadonlyMap<string, { positionM: number; rotation: number }> {
    const [aFrames, bFrames] = [new Float64Array(a.nLinks * 12), new Float64Array(b.nLinks * 12)];
    const worst = new Map<string, { positionM: number; rotation: number }>();
    for (const q of randomConfigurations(a, 200, new Random("agreement"))) {
      forwardKinematics(a, q, aFrames);
      forwardKinematics(b, q, bFrames);
      for (const [link, name] of a.linkNames.entries()) {
        const other = b.linkNames.indexOf(nameInB(name));
        if (other < 0) continue;
        const { positionM, rotation } = worst.get(name) ?? { positionM: 0, rotation: 0 };
        const apart = Array.from({ length: 12 }, (_, k) => Math.abs(aFrames[link * 12 + k]! - bFrames[other * 12 + k]!));
        worst.set(name, {
          positionM: Math.max(positionM, apart[3]!, apart[7]!, apart[11]!),
          rotation: Math.max(rotation, ...apart.filter((_, k) => k % 4 !== 3)),
        });
      }
    }
    return worst;
  }

  test("TidyBot's base: slides, turns, hangs from the world", () => {
    const { difference, robot } = load("menagerie/stanford_tidybot/base.xml", { tipBody: "base_link" });
    expect(robot.model.linkNames).toEqual(["world", "base_link@joint_x", "base_link@joint_y", "base_link"]);
    expect([robot.model.jointNames, difference < 1e-12]).toEqual([["joint_x", "joint_y", "joint_th"], true]);
    expect(robot.collision.nCapsules).toBeLessThanOrEqual(4);
  });

  test("Go2 floats: refused", () => {
    expect(() => load("menagerie/unitree_go2/go2.xml", { tipBody: "FL_calf" })).toThrow('go2: body "base" floats (free joint)');
  });
});
