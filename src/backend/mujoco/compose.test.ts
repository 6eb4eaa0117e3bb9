import { describe, expect, test } from "vitest";
import type { ObjectSpec, ShapeSpec, WorldSpec } from "../../core/world-spec.ts";
import { tipPose } from "../../robot/kinematics.ts";
import { loadMujoco } from "./load-mujoco.ts";
import { emptyWorld, modelText, openScene, testTable } from "./testing/scenes.ts";

const twoLinks = (
  actuators: string,
  extra = "",
): string => `<mujoco model="two"><compiler angle="radian"/><option integrator="implicitfast"/>${extra}
  <worldbody><body name="base"><geom type="box" size="0.05 0.05 0.05" pos="0 0 -1"/>
    <body name="upper"><joint name="shoulder" axis="0 1 0" range="-2 2"/><geom type="capsule" fromto="0 0 0 0.3 0 0" size="0.03"/>
      <body name="lower" pos="0.3 0 0"><joint name="elbow" axis="0 1 0" range="-2 2"/><geom type="capsule" fromto="0 0 0 0.3 0 0" size="0.03"/><site name="tip" pos="0.3 0 0"/></body>
    </body></body></worldbody><actuator>${actuators}</actuator></mujoco>`;
const positionServos = `<position name="s" joint="shoulder" kp="500" kv="40"/><position name="e" joint="elbow" kp="200" kv="15"/>`;

const ball = (positionM: ObjectSpec["positionM"]): ObjectSpec => ({
  name: "ball",
  aliases: [],
  shape: { kind: "sphere", radiusM: 0.05 },
  positionM,
  yawRad: 0,
  massKg: 0.2,
  rgba: [1, 1, 1, 1],
});
const cube = (positionM: ObjectSpec["positionM"]): ObjectSpec => ({
  ...ball(positionM),
  name: "cube",
  shape: { kind: "box", halfM: [0.03, 0.03, 0.03] },
});

/** Drops `object` on a single fixture, far from the robot, and says where it is one second later. */
async function drop(shape: ShapeSpec, object: ObjectSpec): Promise<readonly [number, number, number]> {
  const world: WorldSpec = { ...emptyWorld, fixtures: [{ name: "thing", shapes: [shape] }], objects: [object] };
  const driver = await openScene({ model: { xml: twoLinks(positionServos) }, world });
  await using backend = driver.backend;
  driver.hold([0, 0], 1000);
  return backend.observe().objects[0]!.worldFromObject.position;
}

describe("composing robot and world", () => {
  test.for([
    ["box", { kind: "box", centerM: [2, 0, 0.1], halfM: [0.2, 0.2, 0.1] }, 0.23],
    ["turned box", { kind: "box", centerM: [2, 0, 0.1], halfM: [0.5, 0.05, 0.1], yawRad: Math.PI / 2 }, 0.23],
    ["upright cylinder", { kind: "cylinder", centerM: [2, 0, 0.1], radiusM: 0.2, halfHeightM: 0.3 }, 0.43],
    ["half-space", { kind: "half-space", normal: [0, 0, -2], offsetM: 0.3 }, 0.18],
  ] as const)("a cube comes to rest on a %s", async ([, shape, z]) => {
    const [x, y, rest] = await drop(shape, cube([2, 0, z + 0.02]));
    expect(rest).toBeCloseTo(z, 3);
    expect(Math.hypot(x - 2, y)).toBeLessThan(1e-3);
  });

  test("a lying capsule is where its ends say: two of them hold a ball between them", async () => {
    const shapes: ShapeSpec[] = [-0.06, 0.06].map((y) => ({ kind: "capsule", fromM: [1.5, y, 0.2], toM: [2.5, y, 0.2], radiusM: 0.04 }));
    const world: WorldSpec = { ...emptyWorld, fixtures: [{ name: "rails", shapes }], objects: [ball([2, 0.001, 0.32])] };
    const driver = await openScene({ model: { xml: twoLinks(positionServos) }, world });
    await using backend = driver.backend;
    driver.hold([0, 0], 1000);
    const [x, , z] = backend.observe().objects[0]!.worldFromObject.position;
    // Centres 9 cm apart, rails 6 cm to the side.
    expect(z).toBeCloseTo(0.2 + Math.sqrt(0.09 * 0.09 - 0.06 * 0.06), 2);
    expect(Math.abs(x - 2)).toBeLessThan(0.02);
  });

  test("a slanted half-space: its normal points into the solid, so the ball rolls down its outer side", async () => {
    const world: WorldSpec = {
      ...emptyWorld,
      fixtures: [{ name: "slope", shapes: [{ kind: "half-space", normal: [-1, 0, -2], offsetM: 0 }] }],
      objects: [ball([0.5, 2, -0.15])],
    };
    const driver = await openScene({ model: { xml: twoLinks(positionServos) }, world });
    await using backend = driver.backend;
    driver.hold([0, 0], 500);
    const [x, , z] = backend.observe().objects[0]!.worldFromObject.position;
    expect(x).toBeGreaterThan(0.7);
    expect((x + 2 * z) / Math.sqrt(5)).toBeCloseTo(0.05, 2);
  });

  test("zones are not solid, and a world without them moves the same", async () => {
    const zone: ShapeSpec = { kind: "sphere", centerM: [2, 0, 0], radiusM: 0.3 };
    const fall = async (world: Partial<WorldSpec>): Promise<number> => {
      const driver = await openScene({
        model: { xml: twoLinks(positionServos) },
        world: { ...emptyWorld, objects: [ball([2, 0, 0.2])], ...world },
      });
      await using backend = driver.backend;
      driver.hold([0, 0], 400);
      return backend.observe().objects[0]!.worldFromObject.position[2];
    };
    const z = await fall({ zones: [{ name: "human", shape: zone }] });
    expect(z).toBeLessThan(-0.5);
    expect(z).toBe(await fall({}));
  });

  test("the robot is solid for objects whatever bits its geoms use", async () => {
    const xml = twoLinks(positionServos, `<default><geom contype="4" conaffinity="8" friction="0.1"/></default>`);
    const driver = await openScene({ model: { xml }, world: { ...emptyWorld, objects: [cube([0.2, 0, 0.08])] } });
    await using backend = driver.backend;
    driver.hold([0, 0], 300);
    expect(backend.observe().objects[0]!.worldFromObject.position[2]).toBeGreaterThan(0.03);
  });

  test("names used twice are one error that lists them all", async () => {
    const twice: WorldSpec = {
      ...emptyWorld,
      objects: [ball([1, 1, 1]), ball([2, 2, 2])],
      zones: [1, 2].map((x) => ({ name: "z", shape: { kind: "sphere", centerM: [x, 0, 0], radiusM: 0.1 } })),
    };
    const opening = openScene({ model: { xml: twoLinks(positionServos) }, world: twice });
    await expect(opening).rejects.toMatchObject({
      code: "config.invalid",
      data: { problems: ['two zones are called "z"', 'two objects are called "ball"'] },
    });
  });

  test("finer timesteps step more often, coarser ones are refined, and the notes say so", async () => {
    for (const [timestep, note] of [
      ["0.0005", "nothing was changed"],
      ["0.003", "timestep 0.003 s became 0.002 s"],
      ["0.0015", "timestep 0.0015 s became 0.001 s"],
    ] as const) {
      const driver = await openScene({
        model: { xml: twoLinks(positionServos, `<option timestep="${timestep}"/>`) },
        gravityCompensation: false,
      });
      await using backend = driver.backend;
      driver.move([0, 0], [0.3, 0.2], 600);
      expect(backend.observe().atMs).toBe(600);
      expect(backend.notes[0] ?? "nothing was changed").toContain(note);
    }
  });
});

describe("models that cannot be driven are refused with what is wrong", () => {
  test.for([
    [
      "motors",
      `<motor name="m1" joint="shoulder"/><motor name="m2" joint="elbow"/>`,
      /"m1" of joint "shoulder" is no position servo.*motor.*"m2" of joint "elbow".*servos: "add"/,
    ],
    [
      "velocity servos",
      `<velocity name="v" joint="shoulder" kv="3"/><position joint="elbow" kp="20"/>`,
      /"v" of joint "shoulder" is no position servo/,
    ],
    [
      "integrators",
      `<intvelocity name="i" joint="shoulder" kp="20" actrange="-1 1"/><position joint="elbow" kp="20"/>`,
      /dynamics of its own/,
    ],
    ["a joint without actuator", `<position name="p" joint="shoulder" kp="20"/>`, /joint "elbow" has 0 actuators/],
    ["two servos on one joint", positionServos + `<position name="p" joint="elbow" kp="20"/>`, /joint "elbow" has 2 actuators/],
  ] as const)("%s", async ([, actuators, message]) => {
    await expect(openScene({ model: { xml: twoLinks(actuators) } })).rejects.toMatchObject({
      code: "config.invalid",
      message: expect.stringMatching(message),
    });
  });

  test("text that is not MJCF, with the line, in one line", async () => {
    const broken = openScene({ model: { xml: "<mujoco>\n<worldbody>\n<blob/>\n</worldbody></mujoco>", where: "arm.xml" } });
    await expect(broken).rejects.toMatchObject({
      code: "format.invalid",
      data: { where: "arm.xml:3" },
      message: expect.stringMatching(/^arm\.xml:3: [^\n]*blob[^\n]*$/),
    });
  });

  test("a mesh that is not there, by its name and the way out", async () => {
    const xml = `<mujoco><asset><mesh name="m" file="nose.stl"/></asset><worldbody><body><joint/><geom type="mesh" mesh="m"/></body></worldbody></mujoco>`;
    await expect(openScene({ model: { xml } })).rejects.toMatchObject({
      code: "format.invalid",
      message: expect.stringContaining('give the file "nose.stl"'),
    });
  });

  test("stripping what paints keeps a mesh to touch of the same name in another folder", async () => {
    const corner = "v 0 0 0\nv 0.1 0 0\nv 0 0.1 0\nv 0 0 0.1\nf 1 3 2\nf 1 2 4\nf 1 4 3\nf 2 3 4\n";
    const xml = `<mujoco><asset><mesh name="seen" file="visual/tip.obj"/><mesh name="felt" file="collision/tip.obj"/></asset><worldbody><body name="b">
      <inertial pos="0 0 0" mass="1" diaginertia="0.1 0.1 0.1"/><joint name="j" axis="0 0 1" range="-90 90"/><geom type="mesh" mesh="seen" contype="0" conaffinity="0"/>
      <geom type="mesh" mesh="felt"/><site name="tip"/></body></worldbody><actuator><position joint="j" kp="20" kv="2"/></actuator></mujoco>`;
    const { backend } = await openScene({ model: { xml, files: { "collision/tip.obj": corner } }, stripVisuals: true });
    await using _ = backend;
    expect(backend.notes).toContain("left out 1 geoms that only paint");
    expect(backend.collision.nCapsules).toBeGreaterThan(0);
  });

  test("an unknown tip, a start outside the limits, a gripper that is not there", async () => {
    const model = { xml: twoLinks(positionServos) };
    await expect(openScene({ model, tip: { site: "nose" } })).rejects.toMatchObject({ code: "config.invalid" });
    await expect(openScene({ model, initialRad: [3, 0] })).rejects.toMatchObject({ code: "config.invalid" });
    await expect(openScene({ model, initialRad: [Number.NaN, 0] })).rejects.toMatchObject({ code: "config.invalid" });
    await expect(openScene({ model, gripper: { actuator: "claw" } })).rejects.toMatchObject({
      code: "config.invalid",
      message: expect.stringContaining('no gripper actuator "claw"'),
    });
  });

  test("the engine is usable after every refusal, and is one for the process", async () => {
    expect(await loadMujoco()).toBe(await loadMujoco());
    const { backend } = await openScene({ model: { xml: twoLinks(positionServos) } });
    await backend[Symbol.asyncDispose]();
  });
});

describe("position servos for models without", () => {
  test("motors are replaced where that is asked for, and the arm then follows", async () => {
    const driver = await openScene({
      model: { xml: twoLinks(`<motor name="m1" joint="shoulder"/><motor name="m2" joint="elbow"/>`) },
      servos: "add",
    });
    await using backend = driver.backend;
    let worst = 0;
    driver.move([0, 0], [0.8, -0.6], 900, (row) =>
      backend.observe().qRad.forEach((q, j) => (worst = Math.max(worst, Math.abs(q - row[j]!)))),
    );
    expect(worst).toBeLessThan(0.02);
    driver.hold([0.8, -0.6], 300);
    expect(backend.observe().qRad[0]).toBeCloseTo(0.8, 3);
    expect(backend.notes.join()).toContain("added position servos to shoulder, elbow");
  });

  test("the Panda's URDF runs: limits from its text, servos and a gripper added, and both follow", async () => {
    const driver = await openScene({
      model: { xml: modelText("panda/panda.urdf") },
      world: testTable,
      tip: { body: "panda_hand_tcp" },
      frozen: { panda_finger_joint1: 0.04, panda_finger_joint2: 0.04 },
      initialRad: [0, -0.7853981633974483, 0, -2.356194490192345, 0, 1.5707963267948966, 0.7853981633974483],
    });
    await using backend = driver.backend;
    expect(Array.from(backend.robot.maxVelocityRadPerS)).toEqual([2.175, 2.175, 2.175, 2.175, 2.61, 2.61, 2.61]);
    expect(backend.observe().gripper?.opening).toBeCloseTo(1, 2);
    const home = backend.observe().qRad;
    const goal = home.map((q, j) => q + [0.5, 0.3, -0.3, 0.3, 0.4, 0.3, -0.4][j]!);
    let worst = 0;
    driver.move(home, goal, 800, (row) => {
      const wanted = tipPose(backend.robot, row).position;
      const seen = backend.observe().worldFromTip.position;
      worst = Math.max(worst, Math.hypot(seen[0] - wanted[0], seen[1] - wanted[1], seen[2] - wanted[2]));
    });
    expect(worst).toBeLessThan(5e-3);
    driver.grip(0, 600);
    expect(backend.observe().gripper?.opening).toBeLessThan(0.02);
  });
});
