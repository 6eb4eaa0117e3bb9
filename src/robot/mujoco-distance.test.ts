import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../test/shared-models.ts";
import { Random } from "../core/random.ts";
import { segmentSegmentDistance } from "../geometry/capsule-distance.ts";
import type { CollisionModel } from "./collision-model.ts";
import { lowerLinks } from "./lowering.ts";
import { bodyFromCompiledMjcf, type MjcfOptions } from "./mjcf.ts";
import { PosedCapsules } from "./posed-capsules.ts";
import { collisionModel } from "./self-pairs.ts";
import { collisionOnly, kinematicsDifference, mujoco, withModel } from "./testing/mujoco-models.ts";

/** The lowered capsules as MuJoCo's own, each link a body that is put where the model of the maker has it. */
function capsulesAsMjcf({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel): string {
  const geoms = robot.linkNames.map(() => "");
  for (let c = 0; c < nCapsules; c++) {
    const [ax, ay, az, bx, by, bz, radius] = capsulesInLink.subarray(c * 7, c * 7 + 7);
    const same = Math.max(Math.abs(ax! - bx!), Math.abs(ay! - by!), Math.abs(az! - bz!)) < 1e-12;
    const shape = same ? `type="sphere" pos="${ax} ${ay} ${az}"` : `type="capsule" fromto="${ax} ${ay} ${az} ${bx} ${by} ${bz}"`;
    geoms[linkOfCapsule[c]!] += `<geom name="c${c}" ${shape} size="${radius}"/>`;
  }
  const bodies = geoms.map((inside, link) => (inside === "" ? "" : `<body name="l${link}" mocap="true">${inside}</body>`));
  return `<mujoco><worldbody>${bodies.join("")}</worldbody></mujoco>`;
}

interface Agreement {
  readonly kinematics: number;
  readonly distanceM: number;
  readonly pairs: number;
  readonly nJoints: number;
}

/** `legged`: every joint is driven, and the base stands where the model's zero has it; else the arm alone, and the rest is at home. */
function agreement(path: string, { legged, ...options }: MjcfOptions & { legged: boolean }, nConfigurations: number): Agreement {
  const { xml, files } = collisionOnly(sharedModelPath(path));
  return withModel(xml, files, (model, arrays) => {
    const { model: robot, shapesOfLink, excluded } = bodyFromCompiledMjcf(arrays, { ...options, everyJoint: legged });
    const collision = collisionModel(robot, lowerLinks(robot.linkNames, shapesOfLink, options), excluded);
    const rest = legged ? arrays.qpos0 : arrays.keyQpos.slice(0, arrays.nq);
    const random = new Random(`distances ${path}`);
    const qs = Array.from({ length: nConfigurations }, () =>
      Float64Array.from(robot.lowerRad, (low, j) => random.uniform(Math.max(low, -3), Math.min(robot.upperRad[j]!, 3))),
    );
    const kinematics = kinematicsDifference(model, arrays, robot, qs, rest);
    const data = new mujoco.MjData(model);
    const addresses = robot.jointNames.map((name) => arrays.jntQposAdr[arrays.jntName.indexOf(name)]!);
    const posed = new PosedCapsules(collision);
    const [distanceM, pairs] = withModel(capsulesAsMjcf(collision), new Map(), (capsules, names) => {
      const oracle = new mujoco.MjData(capsules);
      const mocap = names.bodyName.flatMap((name, body) =>
        body === 0 ? [] : [{ link: Number(name.slice(1)), at: names.bodyMocapId[body]! }],
      );
      const geomOf = Array.from({ length: collision.nCapsules }, (_, c) => mujoco.mj_name2id(capsules, 5, `c${c}`));
      let worst = 0;
      let compared = 0;
      for (const q of qs) {
        data.qpos.set(rest);
        for (const [joint, address] of addresses.entries()) data.qpos[address] = q[joint]!;
        mujoco.mj_kinematics(model, data);
        for (const { link, at } of mocap) {
          const body = arrays.bodyName.indexOf(robot.linkNames[link]!);
          oracle.mocap_pos.set(data.xpos.subarray(body * 3, body * 3 + 3), at * 3);
          oracle.mocap_quat.set(data.xquat.subarray(body * 4, body * 4 + 4), at * 4);
        }
        mujoco.mj_kinematics(capsules, oracle);
        posed.pose(q);
        for (let pair = 0; pair < collision.selfPairs.length; pair += 2) {
          const [a = 0, b = 0] = collision.selfPairs.subarray(pair, pair + 2);
          const { capsules: ends } = posed;
          const ours = segmentSegmentDistance(ends, a * 7, ends, b * 7) - ends[a * 7 + 6]! - ends[b * 7 + 6]!;
          const theirs = mujoco.mj_geomDistance(capsules, oracle, geomOf[a]!, geomOf[b]!, 10, new Float64Array(6));
          worst = Math.max(worst, Math.abs(ours - theirs));
          compared += 1;
        }
      }
      oracle.delete();
      return [worst, compared];
    });
    data.delete();
    return { kinematics, distanceM, pairs, nJoints: robot.nJoints };
  });
}

describe.skipIf(!sharedModelsPresent)("distances against mj_geomDistance", () => {
  test.for<readonly [string, MjcfOptions & { legged: boolean }, number]>([
    ["menagerie/franka_emika_panda/panda.xml", { tipBody: "hand", legged: false }, 7],
    ["menagerie/universal_robots_ur5e/ur5e.xml", { tipSite: "attachment_site", legged: false }, 6],
    ["menagerie/unitree_go2/go2.xml", { tipBody: "FL_calf", legged: true }, 12],
  ])("%s: bodies to 1e-12, every checked pair of capsules as far apart as MuJoCo has it", ([path, options, nJoints]) => {
    const found = agreement(path, options, 100);
    expect(found.nJoints).toBe(nJoints);
    expect(found.kinematics).toBeLessThan(1e-12);
    expect(found.pairs).toBeGreaterThan(500);
    expect(found.distanceM).toBeLessThan(1e-9);
  });
});
