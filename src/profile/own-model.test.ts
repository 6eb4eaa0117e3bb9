import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../test/shared-models.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import type { RobotSetup } from "./build-robot.ts";
import { loadProfile, modelsFolder } from "./files.ts";

let outside = "";
let folder = "";
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), "clearance-own-model-"));
  folder = mkdtempSync(join(outside, "models-"));
});
afterAll(() => rmSync(outside, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

async function open(profile: string, model: string, backend: RobotSetup["backend"]) {
  const robot = await buildRuntimeFromProfile(loadProfile(profile, { model }), {
    backend,
    approvals: { name: "test", ask: () => Promise.resolve({ approved: true, operatorId: "test" }) },
  });
  robot.open({ goal: "test", policy: "test" });
  const step = async (name: string, args: Record<string, unknown> = {}) => {
    const { result, decision } = await robot.runtime.step({ name, args });
    return { status: result.status, gate: decision.gateName, reason: decision.reason, message: result.message };
  };
  const at = async (...joints: string[]) => {
    const { qRad } = await robot.backend.observe();
    return joints.map((joint) => qRad[robot.collision.robot.jointNames.indexOf(joint)]);
  };
  return { ...robot, step, at, [Symbol.asyncDispose]: () => robot.backend[Symbol.asyncDispose]() };
}

const close = (...values: number[]): unknown[] => values.map((value) => expect.closeTo(value, 2));

const tidy = `
name: tidy
robot:
  urdf: ${modelsFolder}rover/rover.urdf
  gripper: true
  body: { x: joint_x, y: joint_y, heading: joint_th }
  joint_limits: { joint_x: { velocity: 0.5 }, joint_y: { velocity: 0.5 } }
categories: [mobile_base, dexterous, generic]
world: ${modelsFolder}worlds/rooms.yaml
workspace_bounds: [[-10, -10, 0], [10, 10, 1.5]]
`;

describe.skipIf(!sharedModelsPresent)("robots of MuJoCo Menagerie in place of a preset's own", { timeout: 120_000 }, () => {
  test.for(["kinematic", "mujoco"] as const)(
    "Go2 walks, turns and stands; what it has no joints for is left out and said: %s",
    async (backend) => {
      await using robot = await open("spot", sharedModelPath("menagerie/unitree_go2/go2.xml"), backend);
      expect(robot.registry.names()).toEqual([
        "emit_event",
        "read_battery",
        "rotate",
        "scan_360",
        "sense",
        "stand",
        "stop",
        "take_photo",
        "wait",
        "walk_to",
      ]);
      expect(robot.notes.join("\n")).toMatch(/base floats: .*12 joints are held.*12 actuators/);
      expect(robot.notes.join("\n")).toMatch(/go2 has nothing for sit, lie_down: /);
      expect(robot.collision.robot.linkNames).toHaveLength(17);
      expect(robot.profile.per_primitive_cooldown).toEqual({ walk_to: 0.3, stand: 1 });
      expect(await robot.step("walk_to", { x: 1, y: 0.5, theta: 1 })).toMatchObject({ status: "ok" });
      expect(await robot.at("x", "y", "heading")).toEqual(close(1, 0.5, 1));
      expect(await robot.step("walk_to", { x: 30, y: 0 })).toMatchObject({ status: "blocked", gate: "geofence" });
      expect(await robot.step("walk_to", { x: -4, y: 4 })).toMatchObject({ status: "blocked", gate: "prohibited_zones" });
      // The trunk is 12 cm wide and would have 9 cm to the pillar; the legs stand out.
      expect(await robot.step("walk_to", { x: 3, y: 1.55 })).toMatchObject({ status: "blocked", gate: "obstacle_avoidance" });
      expect(await robot.at("x", "y", "heading")).toEqual(close(1, 0.5, 1));
      expect(await robot.step("stop")).toMatchObject({ status: "ok" });
      expect((await robot.backend.stop()).atRest).toBe(true);
    },
  );

  test.for(["kinematic", "mujoco"] as const)("X2 takes off, flies and lands, more than once: %s", async (backend) => {
    await using robot = await open("tello", sharedModelPath("menagerie/skydio_x2/x2.xml"), backend);
    expect(await robot.step("fly_to", { x: 1, y: 0, z: 1 })).toMatchObject({
      status: "blocked",
      reason: expect.stringContaining("takeoff"),
    });
    for (const x of [1, -1]) {
      expect(await robot.step("takeoff", { altitude: 1 })).toMatchObject({ status: "ok" });
      expect(await robot.step("fly_to", { x, y: 0.5, z: 1.2, yaw: x })).toMatchObject({ status: "ok" });
      expect(await robot.at("x", "y", "z", "heading")).toEqual(close(x, 0.5, 1.2, x));
      expect(await robot.step("fly_to", { x: 9, y: 0, z: 1 })).toMatchObject({ status: "blocked", gate: "geofence" });
      expect(await robot.step("land")).toMatchObject({ status: "ok" });
      // Its capsules reach 8 cm under its frame, and stand 2 cm above the floor.
      expect(await robot.at("z")).toEqual(close(0.1));
    }
    expect(await robot.step("stop")).toMatchObject({ status: "ok" });
    expect((await robot.backend.stop()).atRest).toBe(true);
  });

  test.for(["kinematic", "mujoco"] as const)(
    "TidyBot as a rover: its own slides and hinge are the body, its arm is held: %s",
    async (backend) => {
      await using robot = await open("turtlebot", sharedModelPath("menagerie/stanford_tidybot/tidybot.xml"), backend);
      expect(robot.profile.robot.body).toEqual({ x: "joint_x", y: "joint_y", heading: "joint_th" });
      expect(robot.collision.robot.jointNames).toEqual(["joint_x", "joint_y", "joint_th"]);
      expect(Array.from(robot.collision.robot.maxVelocityRadPerS)).toEqual([0.65, 0.65, 2.8]);
      expect(robot.notes.join("\n")).toMatch(/below floor, which is taken 0\.09 m lower/);
      expect(await robot.step("goto", { x: 1, y: 0.5, theta: 1 })).toMatchObject({ status: "ok" });
      expect(await robot.at("joint_x", "joint_y", "joint_th")).toEqual(close(1, 0.5, 1));
      expect(await robot.step("goto", { x: 30, y: 0 })).toMatchObject({ status: "blocked", gate: "geofence" });
      expect(await robot.step("goto", { x: 3, y: 2 })).toMatchObject({ status: "blocked" });
      expect((await robot.backend.stop()).atRest).toBe(true);
    },
  );

  test("TidyBot with its arm: it drives, turns a joint and closes its gripper", async () => {
    await using robot = await open(write("tidy.yaml", tidy), sharedModelPath("menagerie/stanford_tidybot/tidybot.xml"), "mujoco");
    expect(robot.collision.robot.nJoints).toBe(10);
    expect(await robot.step("goto", { x: 0.5, y: 0.2, theta: 0.5 })).toMatchObject({ status: "ok" });
    expect(await robot.step("set_joint", { joint_name: "joint_1", angle: 0.4 })).toMatchObject({ status: "ok" });
    expect(await robot.step("set_gripper", { state: "close" })).toMatchObject({ status: "ok" });
    expect(await robot.at("joint_x", "joint_y", "joint_th", "joint_1")).toEqual(close(0.5, 0.2, 0.5, 0.4));
    expect(await robot.step("set_joint", { joint_name: "joint_2", angle: 3 })).toMatchObject({ status: "blocked" });
    expect((await robot.backend.stop()).atRest).toBe(true);
  });

  test("TidyBot in place of the table's arm moves its tip; Panda its gripper, but picks nothing without a point to hold at", async () => {
    {
      await using robot = await open("arm", sharedModelPath("menagerie/stanford_tidybot/tidybot.xml"), "mujoco");
      const before = (await robot.backend.observe()).worldFromTip.position;
      expect(await robot.step("move_relative", { dz: 0.05 })).toMatchObject({ status: "ok" });
      expect((await robot.backend.observe()).worldFromTip.position[2]! - before[2]).toBeCloseTo(0.05, 2);
      expect(robot.registry.has("pick")).toBe(true);
    }
    await using robot = await open("arm", sharedModelPath("menagerie/franka_emika_panda/panda.xml"), "mujoco");
    expect(robot.registry.has("set_gripper")).toBe(true);
    expect(robot.registry.has("pick")).toBe(false);
    expect(robot.notes.join("\n")).toMatch(/panda has nothing for pick, place: no single site/);
    expect(await robot.step("set_gripper", { state: "close" })).toMatchObject({ status: "ok" });
    expect((await robot.backend.observe()).gripper?.opening).toBeLessThan(0.05);
    expect(await robot.step("move_to", { x: 3, y: 0, z: 0.5 })).toMatchObject({ status: "blocked" });
  });

  test.for([
    ["spot", "franka_emika_panda/panda.xml", /panda does not go anywhere as a whole: its base neither floats/],
    ["tello", "stanford_tidybot/tidybot.xml", /tidybot has no slide along z to fly on/],
    ["arm", "unitree_go2/go2.xml", /go2\.xml: its base floats, .* try --profile spot/],
    ["arm", "robotiq_2f85/2f85.xml", /tip is not unique; choose a site \(none\) or a body \(right_coupler/],
  ] as const)("%s with %s is one line that says what is missing", async ([profile, model, problem]) => {
    const opening = open(profile, sharedModelPath(`menagerie/${model}`), "mujoco");
    await expect(opening).rejects.toThrow(problem);
    await expect(opening).rejects.not.toThrow(/\n/);
  });
});

const dog = (more = "", keyframe = ""): string => `
<mujoco model="dog">
  <compiler angle="radian"/>
  <worldbody>
    <body name="trunk" pos="0 0 0.4">
      <freejoint/>
      <geom type="box" size="0.2 0.1 0.05" mass="5"/>
      <body name="leg" pos="0.1 0 0">
        <joint name="hip" type="hinge" axis="0 1 0" range="-1 2"/>
        <geom type="capsule" fromto="0 0 0 0 0 -0.3" size="0.02" mass="0.5"/>
      </body>
      ${more}
    </body>
  </worldbody>
  <actuator><motor joint="hip" name="hip"/></actuator>
  ${keyframe}
</mujoco>`;

const walker = (postures: string, more = ""): string => `
name: walker
robot:
  urdf: ${modelsFolder}quadruped/quadruped.urdf
  body: { x: x, y: y, z: z, heading: heading }
  postures: ${postures}
categories: [quadruped, generic]
workspace_bounds: [[-5, -5, 0], [5, 5, 1]]
${more}`;

describe("a profile's say over a model that is not its own", () => {
  test("postures whose joints the model has are its postures, and those joints move", { timeout: 30_000 }, async () => {
    const postures = "{ stand: { z: 0.45, hip: 0 }, sit: { z: 0.4, hip: 0.5 }, lie_down: { z: 0.2, knee: 1 } }";
    await using robot = await open(write("walker.yaml", walker(postures)), write("dog.xml", dog()), "mujoco");
    expect(robot.collision.robot.jointNames).toEqual(["x", "y", "z", "heading", "hip"]);
    expect(robot.registry.names()).toEqual(["emit_event", "rotate", "sit", "stand", "stop", "wait", "walk_to"]);
    expect(await robot.step("sit")).toMatchObject({ status: "ok" });
    expect(await robot.at("z", "hip")).toEqual(close(0.4, 0.5));
    expect(await robot.step("walk_to", { x: 1, y: 0 })).toMatchObject({ status: "ok" });
    expect(await robot.at("x", "z", "hip")).toEqual(close(1, 0.45, 0));
  });

  test("rules about what the model cannot do are dropped with a note, a misspelt name is an error still", async () => {
    const rules = "denied_primitives: [sit]\nhitl_primitives: [lie_down, walk_to]\ncomposites: [{ name: rest, steps: [stand, sit] }]";
    const postures = "{ stand: { z: 0.45 }, sit: { nose: 0 }, lie_down: { tail: 1 } }";
    const model = write("dog.xml", dog());
    await using robot = await open(write("rules.yaml", walker(postures, rules)), model, "kinematic");
    expect(robot.profile.denied_primitives).toEqual([]);
    expect(robot.profile.hitl_primitives).toEqual(["walk_to"]);
    expect(robot.registry.has("rest")).toBe(false);
    const notes = robot.notes.join("\n");
    expect(notes).toMatch(/denied_primitives of profile walker names sit, which this robot cannot do/);
    expect(notes).toMatch(/hitl_primitives of profile walker names lie_down/);
    expect(notes).toMatch(/rest is left out with its steps sit/);
    const misspelt = write("misspelt.yaml", walker(postures, "denied_primitives: [walkto]"));
    await expect(open(misspelt, model, "kinematic")).rejects.toThrow(/'walkto', which this robot does not have/);
  });

  test("a profile's own MJCF may float as well", async () => {
    write("dog.xml", dog());
    const profile = write("own.yaml", walker("{ stand: { z: 0.45 } }").replace(/urdf: .*/, "mjcf: dog.xml"));
    const robot = await buildRuntimeFromProfile(loadProfile(profile), {
      backend: "mujoco",
    });
    robot.open({ goal: "test", policy: "test" });
    expect((await robot.runtime.step({ name: "walk_to", args: { x: 1, y: 1 } })).result.status).toBe("ok");
    await robot.backend[Symbol.asyncDispose]();
  });

  test("a floor that the robot stands clear of stays where it is", async () => {
    await using robot = await open("spot", write("dog.xml", dog()), "kinematic");
    expect(robot.world.fixtures.find(({ name }) => name === "floor")?.shapes).toEqual([
      { kind: "half-space", normal: [0, 0, -1], offsetM: 0 },
    ]);
  });

  test("our own rover's file works under --model as it does under its profile", async () => {
    await using robot = await open("turtlebot", `${modelsFolder}rover/rover.urdf`, "kinematic");
    expect(robot.notes).toEqual([]);
    expect(await robot.step("goto", { x: 1, y: 0.5, theta: 1 })).toMatchObject({ status: "ok" });
    expect(await robot.at("x", "y", "heading")).toEqual(close(1, 0.5, 1));
  });
});

describe("a model that cannot be used is one line", () => {
  const arm = (geom: string, more = ""): string =>
    `<mujoco model="m">${more}<worldbody><body name="b"><joint name="j" range="-1 1" limited="true"/>${geom}</body></worldbody></mujoco>`;
  const mesh = (file: string): string => arm(`<geom type="mesh" mesh="m"/>`, `<asset><mesh name="m" file="${file}"/></asset>`);

  test.for([
    ["no joints", "none.xml", arm("<geom size='0.1'/>").replace(/<joint[^>]*>/, ""), /none\.xml: nothing of it moves/],
    ["a NaN in a place", "nan.xml", arm("<geom size='0.1' pos='0 0 nan'/>"), /nan\.xml: a number in geom_pos is not finite/],
    ["a NaN in a range", "range.xml", arm("<geom size='0.1'/>").replace('"-1 1"', '"-1 nan"'), /range\.xml: a number in jnt_range/],
    ["a mesh that is not there", "mesh.xml", mesh("gone.stl"), /mesh\.xml: .*give the file "gone\.stl"$/],
    ["a mesh above its folder", "climb.xml", mesh("../secret.stl"), /climb\.xml: Error: Error opening file '\.\.\/secret\.stl'/],
    ["a mesh anywhere", "etc.xml", mesh("/etc/hostname.stl"), /etc\.xml: .*hostname\.stl/],
    ["a link without mass", "light.xml", arm(""), /give every link that moves a mass and an inertia, or take the backend kinematic/],
    ["nothing in it", "empty.xml", "", /empty\.xml: /],
    ["100 MB", "big.xml", " ".repeat(100_000_000), /100 MB is too large; the limit is 64 MB/],
  ] as const)("%s", { timeout: 30_000 }, async ([, name, text, problem]) => {
    writeFileSync(join(outside, "secret.stl"), "solid secret\nendsolid secret\n");
    const opening = open("arm", write(name, text), "mujoco");
    await expect(opening).rejects.toThrow(problem);
    await expect(opening).rejects.not.toThrow(/\n/);
  });
});
