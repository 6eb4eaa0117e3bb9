import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { ClearanceError } from "../../core/errors.ts";
import { identityPose, matrix34FromPose } from "../../core/pose.ts";
import { Random } from "../../core/random.ts";
import { largestExcess } from "../capsule-fit.ts";
import type { LinkShape, Primitive } from "../link-shape.ts";
import { inspectManifest } from "../manifest/robot-from-manifest.ts";
import { lowerManifest } from "../manifest/lower-manifest.ts";
import { parseManifest } from "../manifest/parse-manifest.ts";
import { parseSrdf } from "../srdf.ts";
import { compiled } from "../testing/mujoco-models.ts";
import { surfacePoints } from "../testing/surface-points.ts";
import { samplePairs } from "./always-colliding.ts";
import { CapsuleField } from "./capsule-field.ts";
import { lowerBody } from "./lower-body.ts";
import { bodyFromMjcf, bodyFromUrdf } from "./lower-files.ts";
import { matchJoints } from "./match-joints.ts";
import { proveNever } from "./never-colliding.ts";
import { selectLowering } from "./select-lowering.ts";
import { ballsOf, numbersOf, roundedOutward, rpyOfAxis, singleCapsule, singleCapsules } from "./single-capsule.ts";
import { spheresOf } from "./spheres.ts";

const at = (x: number, y: number, z: number): Float64Array => matrix34FromPose({ ...identityPose, position: [x, y, z] });
const shape = (primitive: Primitive, linkFromShape = at(0, 0, 0)): LinkShape => ({ label: "link", primitive, linkFromShape });
const manifestOf = (robot: string) =>
  parseManifest(readFileSync(sharedModelPath(`openral-robots/${robot}/robot.yaml`), "utf8"), { where: robot, lenient: true });

/** Hinges about z every 0.4 m along x; the capsule of each link runs along x from its joint's 0 to 0.36. */
const triLink = `<mujoco model="tri"><compiler angle="radian"/><worldbody><body name="one">
  <joint name="Alpha" axis="0 0 1" range="-3 3"/><geom type="capsule" fromto="0 0 0 0.36 0 0" size="0.05"/>
  <body name="two" pos="0.4 0 0"><joint name="Beta" axis="0 0 1" range="-3 3"/><geom type="capsule" fromto="0 0 0 0.36 0 0" size="0.05"/>
    <body name="three" pos="0.4 0 0"><joint name="Gamma" axis="0 0 1" range="-3 3"/><geom type="capsule" fromto="0 0 0 0.36 0 0" size="0.05"/>
  </body></body></body></worldbody></mujoco>`;

describe("safety-robot-model §8: single form", () => {
  test("box 0.1 × 0.2 × 0.3 at (0.01, 0.02, 0.03): radius 0.1118033989, length 0.3, centre as given", () => {
    const box = singleCapsule(ballsOf(shape({ kind: "box", halfM: [0.05, 0.1, 0.15] }, at(0.01, 0.02, 0.03))), "box");
    expect([box.radiusM, box.lengthM]).toEqual([expect.closeTo(0.1118033989, 10), expect.closeTo(0.3, 12)]);
    for (const [k, value] of [0.01, 0.02, 0.03].entries()) expect(box.xyzRpy[k]).toBeCloseTo(value, 12);
  });

  test("cylinder r 0.04, L 0.5: 0.04 / 0.5", () => {
    const cylinder = singleCapsule(ballsOf(shape({ kind: "cylinder", radiusM: 0.04, halfLengthM: 0.25 })), "cylinder");
    expect([cylinder.radiusM, cylinder.lengthM]).toEqual([expect.closeTo(0.04, 12), expect.closeTo(0.5, 12)]);
  });

  test("four decimals are rounded outward: every point stays inside", () => {
    const random = new Random(20261121);
    for (let run = 0; run < 200; run++) {
      const points = Float64Array.from({ length: 80 }, (_, k) => (k % 4 === 3 ? 0 : random.uniform(-0.3, 0.3) * ((k % 4) + 0.2)));
      const capsule = singleCapsule(points, "cloud");
      const rounded = roundedOutward(capsule, points);
      expect(largestExcess(numbersOf(rounded), points)).toBeLessThanOrEqual(0);
      expect([rounded.radiusM >= capsule.radiusM - 1e-12, rounded.lengthM >= capsule.lengthM - 1e-12]).toEqual([true, true]);
      for (const value of [rounded.radiusM, rounded.lengthM, ...rounded.xyzRpy]) expect(value).toBe(Number(value.toFixed(4)));
      expect(rounded.radiusM - capsule.radiusM).toBeLessThan(1e-3);
    }
  });

  test("fewer than 4 distinct points are an error", () => {
    expect(() => singleCapsule([0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0], "flat")).toThrow("flat has 3 distinct points");
  });

  test.for([
    [0, 0, 1],
    [0, 0, -1],
    [1, 0, 0],
    [0, -1, 0],
    [0.6, 0, -0.8],
    [-0.48, 0.6, 0.64],
  ] as const)("roll, pitch and yaw take +z to %j", (axis) => {
    const rpy = rpyOfAxis(axis);
    const numbers = numbersOf({ radiusM: 1, lengthM: 2, xyzRpy: [0, 0, 0, ...rpy] });
    for (let k = 0; k < 3; k++) expect(numbers[3 + k]).toBeCloseTo(axis[k]!, 12);
    if (axis[2] === -1) expect(rpy).toEqual([Math.PI, 0, 0]);
  });

  test("a link's shapes together, and none for a link without", () => {
    const set = singleCapsules(
      ["a", "b"],
      [[], [shape({ kind: "sphere", radiusM: 0.1 }, at(0, 0, 0.3)), shape({ kind: "sphere", radiusM: 0.2 })]],
    );
    expect([...set.linkOfCapsule]).toEqual([1]);
    expect(largestExcess([...set.capsulesInLink] as never, Float64Array.of(0, 0, 0.3, 0.1, 0, 0, 0, 0.2))).toBeLessThanOrEqual(0);
  });
});

describe("safety-robot-model §8: spheres", () => {
  test("capsule r 0.05, L 0.30: 7 spheres, radius 0.0559016994, spacing 0.05", () => {
    const row = spheresOf([0, 0, -0.15, 0, 0, 0.15, 0.05]);
    expect([row.centers.length, row.radiusM, row.spacingM]).toEqual([7, expect.closeTo(0.0559016994, 10), expect.closeTo(0.05, 12)]);
  });

  test("their union contains the capsule", () => {
    const random = new Random(7);
    for (let run = 0; run < 100; run++) {
      const [length, r] = [random.uniform(0.001, 1), random.uniform(0.01, 0.3)];
      const { centers, radiusM } = spheresOf([0, 0, 0, 0, 0, length, r]);
      const points = surfacePoints(shape({ kind: "capsule", radiusM: r, halfLengthM: length / 2 }, at(0, 0, length / 2)), 200, random);
      for (let p = 0; p < points.length; p += 3) {
        const least = Math.min(...centers.map(([x, y, z]) => Math.hypot(points[p]! - x, points[p + 1]! - y, points[p + 2]! - z)));
        expect(least).toBeLessThanOrEqual(radiusM + 1e-9);
      }
    }
  });
});

describe("safety-robot-model row 35: MJCF lowering", () => {
  const body = bodyFromMjcf(compiled(triLink));

  test.for([0, 0.5])("§8 tri-link, margin %d: allowed one–two and two–three only, centre x 0.18, axis ±x, half length 0.18", (marginM) => {
    const { matrix, collision } = lowerBody(body.model, body, body.declared, body.homePoses, { marginM, poses: 500 });
    expect(matrix.pairs.map(({ link1, link2, because }) => [link1, link2, because])).toEqual([
      ["one", "two", "adjacent"],
      ["three", "two", "adjacent"],
    ]);
    expect(collision.nCapsules).toBe(3);
    for (let c = 0; c < 3; c++) {
      const [ax = 0, ay, az, bx = 0, by, bz, r] = collision.capsulesInLink.subarray(c * 7, c * 7 + 7);
      expect([(ax + bx) / 2, Math.abs(bx - ax) / 2]).toEqual([expect.closeTo(0.18, 9), expect.closeTo(0.18, 9)]);
      expect([ay, az, by, bz].every((value) => Math.abs(value!) < 1e-6)).toBe(true);
      // The capsule's own radius, and at most what four decimals take.
      expect(r! - 0.05).toBeLessThanOrEqual(1e-4 + 1e-12);
      expect(r! - 0.05).toBeGreaterThanOrEqual(-1e-12);
    }
  });

  test("joint pos and a second joint are honoured", () => {
    const two = compiled(`<mujoco><worldbody><body name="base"><geom size="0.05"/><body name="arm" pos="0 0 0.5">
      <joint name="swing" axis="0 1 0" pos="0 0 -0.2" range="-1 1" limited="true"/><joint name="spin" axis="0 0 1" pos="0 0 0.1" range="-1 1" limited="true"/>
      <geom type="sphere" size="0.1" pos="0 0 0.3"/></body></body></worldbody></mujoco>`);
    const arm = bodyFromMjcf(two);
    expect([arm.model.jointNames, arm.model.linkNames]).toEqual([
      ["swing", "spin"],
      ["base", "arm@swing", "arm"],
    ]);
    const set = {
      nCapsules: 1,
      linkOfCapsule: Int32Array.of(2),
      capsulesInLink: Float64Array.of(...spherePlace(arm.shapesOfLink[2]![0]!), 0.1),
    };
    const field = new CapsuleField(arm.model, set);
    field.pose([Math.PI / 2, 0]);
    // The swing's axis stands at z 0.3; the ball, 0.5 above it, goes down to its height.
    expect(Array.from(field.placed.subarray(0, 3), (value) => Math.round(value * 1e9) / 1e9 + 0)).toEqual([0.5, 0, 0.3]);
  });

  function spherePlace({ linkFromShape: m }: LinkShape): number[] {
    return [m[3]!, m[7]!, m[11]!, m[3]!, m[7]!, m[11]!];
  }

  test("a free joint of the base is where it stands; elsewhere a ball joint is an error", () => {
    const floating =
      '<mujoco><worldbody><body name="base"><freejoint/><geom size="0.1"/><body name="leg" pos="0 0 0.5"><joint name="hip" axis="0 1 0"/><geom size="0.1"/></body></body></worldbody></mujoco>';
    expect(bodyFromMjcf(compiled(floating)).model).toMatchObject({ nJoints: 1, jointNames: ["hip"], linkNames: ["base", "leg"] });
    const ball = floating.replace(
      '<joint name="hip" axis="0 1 0"/>',
      '<joint name="hip" type="ball"/><body name="foot"><joint name="ankle" axis="1 0 0"/><geom size="0.1"/></body>',
    );
    expect(() => bodyFromMjcf(compiled(ball))).toThrow(/ball joint "hip"/);
  });

  test("keyframes are home poses, and a colliding one fails with pair and depth", () => {
    const keyed = triLink.replace(
      "</mujoco>",
      '<keyframe><key name="straight" qpos="0 0 0"/><key name="fold" qpos="0 2.9 2.9"/></keyframe></mujoco>',
    );
    const robot = bodyFromMjcf(compiled(keyed));
    expect(robot.homePoses.map(({ name, source }) => [name, source])).toEqual([
      ["straight", "keyframe"],
      ["fold", "keyframe"],
    ]);
    const { refusals } = lowerBody(robot.model, robot, robot.declared, robot.homePoses, { poses: 100 });
    expect(refusals).toEqual([expect.stringMatching(/^home pose "fold": one and three overlap by 0\.\d{4} m/)]);
  });
});

test("a keyframe outside a limit by rounding alone stands at the limit; one farther out is refused", () => {
  const keyed = (value: string): string =>
    triLink.replace(
      "</mujoco>",
      `<default><joint limited="true"/></default><keyframe><key name="end" qpos="${value} 0 0"/></keyframe></mujoco>`,
    );
  const lower = (value: string) => {
    const robot = bodyFromMjcf(compiled(keyed(value)));
    return { q: robot.homePoses[0]!.q[0], ...lowerBody(robot.model, robot, [], robot.homePoses, { poses: 20, prove: false }) };
  };
  expect(lower("3.0000000001")).toMatchObject({ q: 3, refusals: [] });
  expect(lower("3.001").refusals).toEqual([expect.stringMatching(/joint "Alpha" at 3\.001 is outside \[-3, 3\]/)]);
});

describe("safety-robot-model row 35: URDF lowering", () => {
  const mesh =
    '<robot name="r"><link name="a"><collision><geometry><mesh filename="gone.stl"/></geometry></collision></link><link name="b"/><joint name="j" type="revolute"><parent link="a"/><child link="b"/><limit lower="-1" upper="1" velocity="1"/></joint></robot>';

  test("a missing mesh is refused, unless its link is named", () => {
    expect(() => bodyFromUrdf(mesh, { where: "r.urdf" })).toThrow(/r\.urdf: mesh "gone\.stl" of link "a" is missing; .*--allow-missing a/);
    expect(() => bodyFromUrdf(mesh, { allowMissing: ["b"] })).toThrow(/missing/);
    expect(bodyFromUrdf(mesh, { allowMissing: ["a"] }).model.nJoints).toBe(1);
  });

  test("an extra root is refused", () => {
    expect(() => bodyFromUrdf(mesh.replace("</robot>", '<link name="c"/></robot>'))).toThrow(/"c" is not connected to "a": both are roots/);
  });
});

describe("safety-robot-model row 37: allowed pairs", () => {
  const body = bodyFromMjcf(compiled(triLink));
  const lower = (options = {}) => lowerBody(body.model, body, body.declared, body.homePoses, { poses: 300, ...options });

  test("seed and count are reproduced, and another seed is another sample", () => {
    const set = lower().collision;
    const once = samplePairs(body.model, set, { poses: 300 });
    expect(samplePairs(body.model, set, { poses: 300 })).toEqual(once);
    expect(samplePairs(body.model, set, { poses: 300, seed: 1 })).not.toEqual(once);
    expect(once.map(({ link1, link2 }) => [link1, link2])).toEqual([
      ["one", "three"],
      ["one", "two"],
      ["three", "two"],
    ]);
    const [far] = once;
    expect([far!.touching > 0, far!.touching < 300, far!.leastM < 0]).toEqual([true, true, true]);
  });

  test("the first pose drawn is PCG64's, joint by joint between the limits", () => {
    const set = lower().collision;
    const field = new CapsuleField(body.model, set);
    const q = [0.36162489253697905, 0.3047992946116589].map((u) => -3 + 6 * u);
    const third = samplePairs(body.model, set, { poses: 1 })[2]!;
    field.pose([...q, 0]);
    expect(samplePairs(body.model, set, { poses: 1 })[1]!.leastM).toBe(field.distanceM(0, 1));
    expect(third.touching).toBe(1);
  });

  test("the margin never enters the matrix", () => {
    expect(lower({ marginM: 0.5 }).matrix).toEqual(lower({ marginM: 0 }).matrix);
  });

  test("a pair that always touches is unprotected, needs --accept, and a pair that touches sometimes is checked", () => {
    const fat = compiled(triLink.replace('size="0.05"/>\n  </body></body>', 'size="0.75"/>\n  </body></body>'));
    const robot = bodyFromMjcf(fat);
    const run = (accept: boolean) => lowerBody(robot.model, robot, [], robot.homePoses, { poses: 200, accept });
    const { matrix, refusals } = run(false);
    expect(matrix.pairs.filter(({ unprotected }) => unprotected)).toEqual([
      { link1: "one", link2: "three", because: "always", unprotected: true },
    ]);
    expect(refusals.join("\n")).toMatch(/one and three touch at all 200 poses, by up to .*--accept/);
    expect(run(true).refusals.join("\n")).not.toMatch(/touch at all/);
    expect(lower().matrix.pairs.some(({ because }) => because === "always")).toBe(false);
  });

  test("never-colliding only by proof: a pair that no sample touches stays checked where it can touch", () => {
    const narrow = bodyFromMjcf(
      compiled(
        triLink
          .replaceAll('range="-3 3"', 'range="-3 3" limited="true"')
          .replace('name="Gamma" axis="0 0 1" range="-3 3"', 'name="Gamma" axis="0 0 1" range="2.6 3"'),
      ),
    );
    const seed = Array.from({ length: 100 }, (_, k) => k).find((k) => {
      const [far] = lowerBody(narrow.model, narrow, [], narrow.homePoses, { poses: 3, seed: k, prove: false }).samples;
      return far!.touching === 0;
    });
    const { samples, never, collision } = lowerBody(narrow.model, narrow, [], narrow.homePoses, { poses: 3, seed: seed! });
    expect(samples[0]!.touching).toBe(0);
    expect([never, collision.selfPairs.length]).toEqual([[], 2]);
  });

  test("a proof says how far apart the links always stay, and holds at every sampled pose", () => {
    const stiff = bodyFromMjcf(compiled(triLink.replaceAll('range="-3 3"', 'range="-1 1" limited="true"')));
    const { never, collision } = lowerBody(stiff.model, stiff, [], stiff.homePoses, { poses: 50 });
    expect(never).toEqual([expect.objectContaining({ link1: "one", link2: "three", method: "interval" })]);
    expect([never[0]!.leastM > 0.05, collision.selfPairs.length]).toEqual([true, 0]);
    const random = new Random("never");
    const field = new CapsuleField(stiff.model, collision);
    for (let run = 0; run < 5000; run++) {
      field.pose(Array.from({ length: 3 }, () => random.uniform(-1.05, 1.05)));
      expect(field.distanceM(0, 2)).toBeGreaterThanOrEqual(never[0]!.leastM);
    }
  });

  test("no proof without enough boxes, nor for more than the distance there is", () => {
    const stiff = bodyFromMjcf(compiled(triLink.replaceAll('range="-3 3"', 'range="-1 1" limited="true"')));
    const { collision } = lowerBody(stiff.model, stiff, [], stiff.homePoses, { poses: 10, prove: false });
    expect(proveNever(stiff.model, collision, 1, 3, { maxBoxes: 2 })).toBeUndefined();
    expect(proveNever(stiff.model, collision, 1, 3, { awayM: 0.35 })).toBeUndefined();
    expect(proveNever(stiff.model, collision, 1, 3)).toBeDefined();
  });

  test("a proof covers joints 0.05 rad beyond their limits", () => {
    const stiff = bodyFromMjcf(compiled(triLink.replaceAll('range="-3 3"', 'range="-1 1" limited="true"')));
    const { collision } = lowerBody(stiff.model, stiff, [], stiff.homePoses, { poses: 10, prove: false });
    const field = new CapsuleField(stiff.model, collision);
    const folded = (q: number): number => {
      field.pose([0, q, q]);
      return field.distanceM(0, 2);
    };
    expect(folded(1.05)).toBeLessThan(folded(1));
    const between = (folded(1.05) + folded(1)) / 2;
    expect(proveNever(stiff.model, collision, 1, 3, { awayM: between, maxBoxes: 100_000 })).toBeUndefined();
    expect(proveNever(stiff.model, collision, 1, 3, { awayM: folded(1.2), maxBoxes: 100_000 })).toBeDefined();
  });
});

describe.skipIf(!sharedModelsPresent)("safety-robot-model row 37: UR5e", () => {
  test("§8 the matrix: 6 pairs, five adjacent and wrist_1/wrist_3; it contains its SRDF's", () => {
    const srdf = parseSrdf(readFileSync(sharedModelPath("openral-robots/ur5e/ur5e.srdf"), "utf8"), "ur5e.srdf");
    const { body } = lowerManifest(manifestOf("ur5e"), { srdf, acmOnly: true });
    const pairs = body.matrix.pairs;
    expect(pairs).toHaveLength(6);
    expect(pairs.filter(({ because }) => because === "adjacent")).toHaveLength(5);
    expect(pairs.filter(({ unprotected }) => unprotected)).toEqual([
      { link1: "wrist_1_link", link2: "wrist_3_link", because: "srdf", unprotected: true },
    ]);
    const solid = new Set(manifestOf("ur5e").manifest.collision_geometry.map(({ link_name }) => link_name));
    const declared = srdf.disabledPairs.filter(({ link1, link2 }) => solid.has(link1) && solid.has(link2));
    expect(declared).toHaveLength(6);
    for (const { link1, link2 } of declared)
      expect(pairs.some((pair) => [pair.link1, pair.link2].toSorted().join() === [link1, link2].toSorted().join())).toBe(true);
    const written = manifestOf("ur5e")
      .manifest.allowed_collision_pairs.map((pair) => pair.toSorted().join())
      .sort();
    expect(pairs.map(({ link1, link2 }) => `${link1},${link2}`).sort()).toEqual(written);
  });
});

describe("safety-robot-model row 39: routing", () => {
  const fleet = {
    franka_panda: "srdf",
    panda_mobile: "srdf",
    rizon4: "srdf",
    ur5e: "srdf",
    ur10e: "srdf",
    g1: "sampling",
    h1: "sampling",
    so100_follower: "sampling",
    so101_follower: "sampling",
    openarm: "mjcf",
  } as const;

  test.skipIf(!sharedModelsPresent).for(Object.entries(fleet))("%s goes by way of %s", ([robot, route]) => {
    // openarm's URDF names meshes that its package does not bring along.
    expect(selectLowering(manifestOf(robot).manifest, () => robot !== "openarm")).toBe(route);
  });

  const assets = (text: object) => ({ name: "r", assets: text as never });
  test.for<readonly [string, object, boolean, string]>([
    ["an SRDF without URDF does not route", { srdf: "file:a.srdf", mjcf: "file:a.xml" }, true, "mjcf"],
    ["ros2:// is no static URDF", { urdf: { ref: "ros2://robot_description" }, srdf: "file:a.srdf", mjcf: "file:a.xml" }, true, "mjcf"],
    ["a URDF without shapes gives way to the MJCF", { urdf: { ref: "file:a.urdf" }, mjcf: "file:a.xml" }, false, "mjcf"],
  ])("%s", ([, given, shapes, route]) => {
    expect(selectLowering(assets(given), () => shapes)).toBe(route);
  });

  test("nothing to lower is an error, unless an empty URDF is acknowledged", () => {
    expect(() => selectLowering(assets({}), () => true)).toThrow(/names no URDF and no MJCF/);
    expect(() => selectLowering({ name: "r", assets: undefined }, () => true)).toThrow(ClearanceError);
    const bare = assets({ urdf: { ref: "file:a.urdf" } });
    expect(() => selectLowering(bare, () => false)).toThrow(/no collision geometry/);
    expect(selectLowering(bare, () => false, true)).toBe("sampling");
  });
});

describe("safety-robot-model §8: joint matching", () => {
  const file = ["Alpha", "Beta", "Gamma"];
  test("3 hinges, 2 joints, by order: dof 0, 1, -1; the third is held", () => {
    const { dofOfFileJoint, held } = matchJoints("m", [{ name: "a" }, { name: "b" }], file, true);
    expect([dofOfFileJoint, held]).toEqual([[0, 1, -1], ["Gamma"]]);
  });
  test("without the option other names are an error that lists both sets", () => {
    expect(() => matchJoints("m", [{ name: "a" }, { name: "b" }], file)).toThrow(
      /no joint for a, b; the manifest has a, b, the file has Alpha, Beta, Gamma/,
    );
  });
  test("sim_joint_name matches; two joints for one are an error", () => {
    expect(matchJoints("m", [{ name: "a", sim_joint_name: "Gamma" }], file).dofOfFileJoint).toEqual([-1, -1, 0]);
    expect(() => matchJoints("m", [{ name: "Beta" }, { name: "b", sim_joint_name: "Beta" }], file)).toThrow(/two joints .* "Beta"/);
    expect(() => matchJoints("m", [{ name: "a" }, { name: "b" }, { name: "c" }, { name: "d" }], file, true)).toThrow(/no joint for d/);
  });
});

describe.skipIf(!sharedModelsPresent)("a manifest lowered again from its own files", () => {
  test("H1: the URDF's kinematics are the manifest's, its shapes make the capsules", () => {
    const urdf = bodyFromUrdf(readFileSync(sharedModelPath("openral-robots/h1/h1.urdf"), "utf8"), { where: "h1.urdf" });
    const parsed = manifestOf("h1");
    const { kinematics, fitted, body } = lowerManifest(parsed, { file: urdf, route: "sampling", poses: 20, prove: false });
    expect([fitted, kinematics.size, body.refusals]).toEqual([true, 19, []]);
    for (const joint of parsed.manifest.joints) {
      const found = kinematics.get(joint.name)!;
      for (let k = 0; k < 3; k++) {
        expect(found.origin_xyz[k]).toBeCloseTo(joint.origin_xyz[k]!, 6);
        expect(found.axis_xyz[k]).toBeCloseTo(joint.axis_xyz[k]!, 9);
      }
    }
    // The manifest's single capsules leave h1 in collision at rest; several a link do not.
    expect(inspectManifest(parsed).refusals).toHaveLength(1);
  });
});
