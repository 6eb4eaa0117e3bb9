import { describe, expect, test } from "vitest";
import { forwardKinematics } from "../../robot/kinematics.ts";
import { loadMujoco } from "./load-mujoco.ts";
import { openMujocoBackend } from "./open-mujoco-backend.ts";
import { emptyWorld } from "./testing/scenes.ts";

const carrier = { x: "x", y: "y", z: "z", heading: "heading", keep: [] };

async function open(xml: string, keep: readonly string[] = []) {
  return openMujocoBackend({ mujoco: await loadMujoco(), model: { xml }, world: emptyWorld, carrier: { ...carrier, keep } });
}

/** Every way to hold a leg: a hinge off its body's origin, a slide, a ball, two joints of one body, an orientation that is no quaternion. */
const legs = `
  <body name="a" pos="0.2 0.1 0" euler="0 0.3 0.1">
    <joint name="hinge" type="hinge" axis="0 1 0" pos="0.05 0 0.02" ref="0.1"/>
    <geom type="sphere" size="0.03" pos="0 0 -0.1"/>
    <body name="b" pos="0 0 -0.2">
      <joint name="slide" type="slide" axis="0 0 1"/>
      <joint name="twist" type="hinge" axis="0 0 1"/>
      <geom type="sphere" size="0.03" pos="0.05 0 -0.05"/>
      <body name="c" pos="0.1 0 0">
        <joint name="ball" type="ball" pos="0 0.02 0"/>
        <geom type="sphere" size="0.02" pos="0.1 0 -0.05"/>
        <body name="d" pos="0.1 0.05 0"><geom type="sphere" size="0.02"/></body>
      </body>
    </body>
  </body>`;

const floating = (body: string, more = ""): string => `
<mujoco model="creature">
  <compiler angle="radian"/>
  <default><joint damping="3" armature="0.5" frictionloss="2"/></default>
  <worldbody>
    <body name="trunk" pos="0 0 1"><freejoint/><geom type="box" size="0.2 0.1 0.05"/>${body}</body>
    ${more}
  </worldbody>
  <actuator><motor name="m" joint="hinge"/></actuator>
  <sensor><jointpos joint="hinge"/></sensor>
  <keyframe><key name="home" qpos="0.3 -0.2 0.7 0.8 0.1 0.05 0.5  0.4  0.06 -0.5  0.9 0.1 0.3 0.2"/></keyframe>
</mujoco>`;

describe("a base that floats is carried", () => {
  test("every body stands at home where the model's own keyframe has it, but for the height", async () => {
    const mujoco = await loadMujoco();
    const vfs = new mujoco.MjVFS();
    const spec = mujoco.parseXMLString(floating(legs), vfs);
    const model = mujoco.mj_compile(spec, vfs);
    const data = new mujoco.MjData(model);
    data.qpos.set(model.key_qpos);
    mujoco.mj_kinematics(model, data);
    const expected = Array.from(data.xpos.subarray(3));
    for (const owned of [data, model, spec, vfs]) owned.delete();

    await using backend = await open(floating(legs));
    const { robot } = backend;
    expect(robot.jointNames).toEqual(["x", "y", "z", "heading"]);
    expect(robot.homeRad[0]).toBeCloseTo(0.3, 9);
    expect(robot.homeRad[1]).toBeCloseTo(-0.2, 9);
    const placed = new Float64Array(robot.nLinks * 12);
    forwardKinematics(robot, robot.homeRad, placed);
    const up = robot.homeRad[2]! - 0.7;
    for (const [index, name] of ["trunk", "a", "b", "c", "d"].entries())
      for (const axis of [0, 1, 2]) {
        const at = placed[robot.linkNames.indexOf(name) * 12 + axis * 4 + 3]!;
        expect(at - (axis === 2 ? up : 0), `${name} ${axis}`).toBeCloseTo(expected[index * 3 + axis]!, 6);
      }
    expect(backend.notes.join("\n")).toMatch(/trunk floats: .* 4 joints are held as at home; 1 actuators/);
  });

  test("it stands 2 cm above the ground, on slides along the world's axes though its trunk leans", async () => {
    await using backend = await open(floating(legs));
    const { robot, collision } = backend;
    const lowest = (q: ArrayLike<number>): number => {
      const links = new Float64Array(robot.nLinks * 12);
      forwardKinematics(robot, q, links);
      return Math.min(
        ...Array.from({ length: collision.nCapsules }, (_, c) => {
          const m = links.subarray(collision.linkOfCapsule[c]! * 12 + 8);
          const p = collision.capsulesInLink.subarray(c * 7);
          const end = (k: number): number => m[0]! * p[k]! + m[1]! * p[k + 1]! + m[2]! * p[k + 2]! + m[3]!;
          return Math.min(end(0), end(3)) - p[6]!;
        }),
      );
    };
    expect(lowest(robot.homeRad)).toBeCloseTo(0.021, 6);
    const moved = Array.from(robot.homeRad, (q, j) => q + [1, 2, 3, 0.7][j]!);
    const links = new Float64Array(robot.nLinks * 12);
    forwardKinematics(robot, moved, links);
    const trunk = robot.linkNames.indexOf("trunk") * 12;
    expect([3, 7, 11].map((k) => links[trunk + k]!)).toEqual([1, 2, 3].map((by, j) => expect.closeTo(robot.homeRad[j]! + by, 9)));
    expect(lowest(moved)).toBeCloseTo(3.021, 6);
  });

  test("joints that are kept are commanded; bodies of the whole stay rigid", async () => {
    await using backend = await open(floating(legs), ["hinge"]);
    expect(backend.robot.jointNames).toEqual(["x", "y", "z", "heading", "hinge"]);
    expect(backend.robot.homeRad[4]).toBeCloseTo(0.4, 9);
  });

  test("a base that does not float is left alone", async () => {
    const arm = `<body name="arm"><joint name="hinge" axis="0 1 0" range="-1 1" limited="true"/><geom size="0.1"/></body>`;
    const fixed = floating(arm)
      .replace("<freejoint/>", "")
      .replace(/<keyframe>.*<\/keyframe>/, "")
      .replace("<motor", '<position kp="50"');
    await using backend = await open(fixed);
    expect(backend.robot.jointNames).toEqual(["hinge"]);
    expect(backend.notes.join()).not.toMatch(/floats/);
  });

  test.for([
    [
      "two bodies that float",
      floating(legs, `<body name="ball"><freejoint/><geom size="0.1"/></body>`),
      /several bodies float: trunk, ball/,
    ],
    [
      "a leg in a frame",
      floating(legs)
        .replace('<body name="a"', '<frame pos="0.1 0 0"><body name="a"')
        .replace(/<\/body>(\s*)<\/body>(\s*)<\/worldbody>/, "</body></frame>$1</body>$2</worldbody>"),
      /frame/,
    ],
  ] as const)("%s is refused in one line", async ([, xml, problem]) => {
    const withoutKeys = xml.replace(/<keyframe>.*<\/keyframe>/, "");
    await expect(open(withoutKeys)).rejects.toThrow(problem);
  });
});
