import { describe, expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE } from "./robot-model.ts";
import type { CompiledMjcf } from "./mjcf-arrays.ts";
import { robotFromCompiledMjcf } from "./mjcf.ts";
import { compiled, kinematicsDifference, withModel } from "./testing/mujoco-models.ts";

const world = (inside: string, after = ""): string =>
  `<mujoco model="m"><compiler angle="radian" autolimits="true"/><worldbody><geom type="plane" size="1 1 1"/>${inside}</worldbody>${after}</mujoco>`;
const arm = world(
  `<body name="base" pos="0 0 0.1"><geom size="0.1"/>
     <body name="upper" pos="0 0 0.5" quat="0.8 0.6 0 0"><joint name="a" axis="0 1 0.5" pos="0.1 0 -0.2" range="-2 1.5"/><geom type="capsule" size="0.05 0.2"/>
       <body name="lower" pos="0.3 0 0"><joint name="b" type="slide" axis="1 1 0" ref="0.2" range="-0.3 0.4"/><joint name="c" axis="0 0 1" ref="-0.4" pos="0 0.1 0"/><geom type="box" size="0.05 0.05 0.1"/>
         <site name="tip" pos="0 0 0.2" euler="0.1 0.2 0.3"/></body></body></body>
   <body name="cube" pos="1 0 0"><freejoint/><geom size="0.05"/><site name="on_cube"/></body>`,
  '<actuator><position name="pa" joint="a" kp="100" ctrlrange="-1.9 1.6" forcerange="-30 20"/><motor name="mb" joint="b" gear="5" ctrlrange="-1 1" forcerange="-2 2"/></actuator><keyframe><key name="rest" qpos="0 0.2 -0.4 1 0 0 1 0 0 0"/><key name="home" qpos="0.5 0.1 0.3 1 0 0 1 0 0 0"/></keyframe>',
);

describe("kernel 35 a compiled model", () => {
  test("several joints of a body become links of their own; free bodies are not the robot", () => {
    const { model } = robotFromCompiledMjcf(compiled(arm));
    expect(model).toMatchObject({
      name: "m",
      nJoints: 3,
      jointNames: ["a", "b", "c"],
      linkNames: ["base", "upper", "lower@b", "lower"],
      tipLink: 3,
    });
    expect([...model.jointKindOfLink]).toEqual([JOINT_FIXED, JOINT_REVOLUTE, JOINT_PRISMATIC, JOINT_REVOLUTE]);
    expect([...model.anchorInLink.subarray(3, 6)]).toEqual([0.1, 0, -0.2]);
    expect([...model.homeRad]).toEqual([0.5, 0.1, 0.3]);
  });

  test("joint pos, ref, second joint and base pose agree with MuJoCo to 1e-12", () => {
    const random = new Random(20261121);
    const difference = withModel(arm, new Map(), (model, arrays) => {
      const { model: robot } = robotFromCompiledMjcf(arrays);
      const qs = Array.from({ length: 200 }, () =>
        Float64Array.of(random.uniform(-2, 1.5), random.uniform(-0.3, 0.4), random.uniform(-7, 7)),
      );
      return kinematicsDifference(model, arrays, robot, qs, arrays.qpos0, "tip");
    });
    expect(difference).toBeLessThan(1e-12);
  });

  test("limits: the range narrowed to what a position servo can be told, effort from the force range, speeds by default", () => {
    const { model } = robotFromCompiledMjcf(compiled(arm), { limits: { c: { maxVelocityRadPerS: 9, maxJerkRadPerS3: 100 } } });
    expect([...model.lowerRad]).toEqual([-1.9, -0.3, -Infinity]);
    expect([...model.upperRad]).toEqual([1.5, 0.4, Infinity]);
    expect([...model.maxVelocityRadPerS]).toEqual([2, 0.5, 9]);
    expect([...model.maxAccelerationRadPerS2]).toEqual([10, 2.5, 45]);
    expect([...model.maxJerkRadPerS3]).toEqual([Infinity, Infinity, 100]);
    expect([...model.maxEffortNm]).toEqual([20, 10, Infinity]);
  });

  test("home is the keyframe named, else home, else the first, else qpos0 inside the limits", () => {
    const arrays = compiled(arm);
    expect([...robotFromCompiledMjcf(arrays, { homeKey: "rest" }).model.homeRad]).toEqual([0, 0.2, -0.4]);
    expect([...robotFromCompiledMjcf({ ...arrays, keyName: ["rest", "other"] }).model.homeRad]).toEqual([0, 0.2, -0.4]);
    expect([...robotFromCompiledMjcf({ ...arrays, nkey: 0 }, { home: { a: 1 } }).model.homeRad]).toEqual([1, 0.2, -0.4]);
    const narrow = robotFromCompiledMjcf({ ...arrays, jntRange: Float64Array.of(0.6, 1, -0.3, 0.4, 0, 0, 0, 0) }).model;
    expect(narrow.homeRad[0]).toBeCloseTo(0.8);
    expect(narrow.warnings).toContain('home of joint "a" in the model, 0.5, is outside [0.6, 1] and not used');
    expect(() => robotFromCompiledMjcf(arrays, { homeKey: "hoem" })).toThrow('m: has no keyframe "hoem"; its keyframes are rest, home');
  });

  test("a gantry hangs from a link for the world, so that link 0 is fixed", () => {
    const gantry = compiled(
      world(
        '<body name="cart"><joint name="x" type="slide" axis="1 0 0"/><joint name="y" type="slide" axis="0 1 0"/><joint name="turn"/><geom size="0.1"/></body>',
      ),
    );
    const { model } = robotFromCompiledMjcf(gantry);
    expect([model.linkNames, [...model.parentOfLink]]).toEqual([
      ["world", "cart@x", "cart@y", "cart"],
      [-1, 0, 1, 2],
    ]);
    expect(model.jointKindOfLink[0]).toBe(JOINT_FIXED);
  });

  test("a joint equality is a mimic where its master is commanded", () => {
    const coupled = compiled(
      world(
        '<body name="b"><body name="u"><joint name="a" range="-1 1"/><geom size="0.1"/><body name="t"><site name="tip"/></body><body name="f" pos="1 0 0"><joint name="f" type="slide" ref="0.1"/><geom size="0.1"/></body></body></body>',
        '<equality><joint joint1="f" joint2="a" polycoef="0.05 -2 0 0 0"/></equality>',
      ),
    );
    const { model } = robotFromCompiledMjcf(coupled);
    const f = model.linkNames.indexOf("f");
    // f - 0.1 = 0.05 - 2 a.
    expect([model.qIndexOfLink[f], model.mimicScale[f], model.mimicOffset[f]]).toEqual([0, -2, expect.closeTo(0.15, 12)]);
    const curved = robotFromCompiledMjcf({ ...coupled, eqData: coupled.eqData.with(2, 1) }).model;
    expect(curved.jointKindOfLink[f]).toBe(JOINT_FIXED);
    expect(curved.warnings).toContain('joint "f" follows "a" by a curve, not a line; it is treated as a joint of its own');
  });

  test("every kind of geom is lowered; only what collides, or stands in group 3", () => {
    const shapes = compiled(
      world(
        `<body name="b"><joint name="j"/><geom type="sphere" size="0.1"/><geom name="visual" size="9" contype="0" conaffinity="0"/>
         <body name="capsule" pos="1 0 0"><geom type="capsule" size="0.1 0.2"/></body>
         <body name="ellipsoid" pos="2 0 0"><geom type="ellipsoid" size="0.1 0.2 0.1"/></body>
         <body name="cylinder" pos="3 0 0"><geom type="cylinder" size="0.1 0.2"/></body>
         <body name="box" pos="4 0 0"><geom type="box" size="0.1 0.2 0.1" contype="0" conaffinity="0" group="3"/></body>
         <body name="mesh" pos="5 0 0"><geom type="mesh" mesh="tetra"/></body></body>`,
        '<asset><mesh name="tetra" vertex="0 0 0 1 0 0 0 1 0 0 0 1"/></asset>',
      ),
    );
    const { fits, collision } = robotFromCompiledMjcf(shapes, { tipBody: "mesh" });
    expect(fits.map(({ link, nShapes }) => [link, nShapes])).toEqual([
      ["b", 1],
      ["capsule", 1],
      ["ellipsoid", 1],
      ["cylinder", 1],
      ["box", 1],
      ["mesh", 1],
    ]);
    expect(fits.at(-1)?.shapeVolumeM3).toBeCloseTo(1 / 6, 6);
    expect(Math.max(...Array.from({ length: collision.nCapsules }, (_, c) => collision.capsulesInLink[c * 7 + 6]!))).toBeLessThan(1);
  });

  test("contact excludes are allowed pairs", () => {
    const bodies =
      '<body name="p"><geom size="0.1"/><body name="q" pos="1 0 0"><joint name="q"/><geom size="0.1"/><body name="r" pos="1 0 0"><joint name="r"/><geom size="0.1"/></body></body></body>';
    const excluded = '<contact><exclude body1="p" body2="r"/></contact>';
    expect(robotFromCompiledMjcf(compiled(world(bodies))).collision.selfPairs.length).toBe(2);
    const { collision } = robotFromCompiledMjcf(compiled(world(bodies, excluded)));
    expect([collision.selfPairs.length, collision.allowedBecause.get("p|r")]).toEqual([0, "srdf"]);
  });
});

describe("the tip", () => {
  const forked = compiled(
    world(
      '<body name="b"><joint name="j"/><geom size="0.1"/><body name="l"><geom size="0.1"/><site name="s1"/></body><body name="r"><geom size="0.1"/><site name="s2"/></body></body>',
    ),
  );

  test("is named where it is not the only one", () => {
    expect(() => robotFromCompiledMjcf(forked)).toThrow("m: the tip is not unique; choose tipSite (s1, s2) or tipBody (l, r)");
    expect(robotFromCompiledMjcf(forked, { tipSite: "s2" }).model.linkNames).toEqual(["world", "b", "l", "r"]);
    expect(robotFromCompiledMjcf(forked, { tipBody: "l" }).model.tipLink).toBe(2);
    expect(
      robotFromCompiledMjcf(forked, { tipBody: "l", tipBodyFromTip: { position: [0, 0, 1], orientation: [1, 0, 0, 0] } }).model
        .tipLinkFromTip[11],
    ).toBe(1);
  });

  test.for<readonly [string, CompiledMjcf | string, object, string]>([
    ["an unknown site", forked, { tipSite: "s3" }, 'has no site "s3"; its sites are s1, s2'],
    ["an unknown body", forked, { tipBody: "x" }, 'has no body "x"; its bodies are b, l, r'],
    ["a base that is no ancestor", forked, { tipBody: "l", baseBody: "r" }, 'the tip "l" does not hang from the base link "r"'],
    ["the world as the tip", forked, { tipBody: "world" }, 'has no body "world"'],
    [
      "a floating base",
      world('<body name="dog"><freejoint/><geom size="1"/><body><joint name="hip"/><geom size="1"/></body></body>'),
      {},
      'body "dog" floats (free joint); choose a tip on a robot whose base is fixed',
    ],
    ["a mocap base", world('<body name="m" mocap="true"><geom size="0.1"/></body>'), { tipBody: "m" }, 'body "m" is a mocap body'],
    [
      "a ball joint in the arm",
      world(
        '<body name="b"><joint name="j"/><geom size="0.1"/><body name="t"><joint name="ball" type="ball"/><geom size="0.1"/></body></body>',
      ),
      {},
      'ball joint "ball" lies between base and tip',
    ],
    ["nothing that moves", world('<body name="b"><geom size="0.1"/></body>'), { tipBody: "b" }, "there is no movable joint"],
    ["a joint name that is wrong", forked, { tipBody: "l", limits: { jj: {} } }, 'limits names the joint "jj"'],
  ])("%s is refused", ([, source, options, message]) => {
    const arrays = typeof source === "string" ? compiled(source) : source;
    expect(() => robotFromCompiledMjcf(arrays, options)).toThrow(
      expect.objectContaining({ code: "config.invalid", message: expect.stringContaining(message) }),
    );
  });

  test("a ball joint beside the arm is frozen at home, with a warning", () => {
    const { model } = robotFromCompiledMjcf(
      compiled(
        world(
          '<body name="b"><joint name="j"/><geom size="0.1"/><body name="t" pos="0 0 1"><site name="tip"/></body><body name="lamp"><joint name="ball" type="ball"/><geom size="0.1"/></body></body>',
        ),
      ),
    );
    expect([model.jointNames, model.warnings]).toEqual([["j"], ['ball joint "ball" is frozen at home']]);
  });

  test.for(["bodyPos", "bodyQuat", "jntAxis", "jntPos", "geomPos", "geomQuat", "geomSize", "sitePos", "siteQuat", "jntRange"] as const)(
    "NaN in %s is refused",
    (field) => {
      const arrays = compiled(arm);
      const broken = { ...arrays, [field]: arrays[field].map(() => Number.NaN) };
      expect(() => robotFromCompiledMjcf(broken)).toThrow(expect.objectContaining({ name: "ClearanceError" }));
    },
  );
});
