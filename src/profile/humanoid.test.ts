import { describe, expect, test } from "vitest";
import { rotateVector } from "../core/pose.ts";
import { Random } from "../core/random.ts";
import { acos } from "../core/elementary.ts";
import { distance, dot, normalize, sub, type Vec3 } from "../core/vec3.ts";
import { forwardKinematics, tipPose } from "../robot/kinematics.ts";
import type { Decided } from "../runtime/decide.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import type { RobotSetup } from "./build-robot.ts";
import { loadProfile } from "./files.ts";
import type { RobotProfile } from "./profile.ts";
import { parseProfile } from "./read-profile.ts";

const demo = loadProfile("humanoid_demo");

async function open(robot: Partial<RobotProfile["robot"]> = {}, backend: RobotSetup["backend"] = "kinematic") {
  const decided: Decided[] = [];
  const profile = { ...demo.profile, rate_limit_per_min: 10_000, robot: { ...demo.profile.robot, ...robot } };
  const built = await buildRuntimeFromProfile(
    { ...demo, profile },
    {
      backend,
      watchers: [{ onDecided: (one) => void decided.push(one) }],
    },
  );
  built.open({ goal: "test", policy: "test" });
  const step = async (name: string, args: Record<string, unknown> = {}) => (await built.runtime.step({ name, args })).result;
  const q = async () => (await built.backend.observe()).qRad;
  return { ...built, step, q, decided, model: built.collision.robot };
}

const gesturesOf = (registry: PrimitiveRegistry): readonly string[] =>
  registry.names().filter((name) => ["look_at", "nod", "point_at", "wave"].includes(name));

/** Angle between a link's x and the way to the point, by the pose of a robot whose tip that link is. */
function offRad(model: Parameters<typeof tipPose>[0], link: string, q: ArrayLike<number>, point: Vec3): number {
  const { position, orientation } = tipPose({ ...model, tipLink: model.linkNames.indexOf(link) }, q);
  return acos(Math.min(1, dot(rotateVector(orientation, [1, 0, 0]), normalize(sub(point, position)))));
}

describe.for(["kinematic", "mujoco"] as const)("a humanoid (%s)", (backend) => {
  test("looks where it is told, points where it is told, and keeps its arms where they are meanwhile", async () => {
    const { step, q, model, backend: machine } = await open({}, backend);
    await using _ = machine;
    const [ball, shelf]: readonly Vec3[] = [
      [1, -0.6, 0.82],
      [1.2, 1.1, 1],
    ];
    const [x, y, z] = shelf!;
    expect(await step("point_at", { x, y, z, hand: "left" })).toMatchObject({ status: "ok" });
    expect(offRad(model, "left_hand", await q(), shelf!)).toBeLessThan(0.02);
    expect(await step("look_at", { x: ball![0], y: ball![1], z: ball![2] })).toMatchObject({ status: "ok" });
    expect(offRad(model, "eyes", await q(), ball!)).toBeLessThan(0.02);
    expect(offRad(model, "left_hand", await q(), shelf!)).toBeLessThan(0.02);
    expect(await step("wave")).toMatchObject({ status: "ok", message: "waved with the right hand" });
    expect(offRad(model, "left_hand", await q(), shelf!)).toBeLessThan(0.02);
  });

  test("nods, shakes its head and waves, and is then as it was", async () => {
    const { step, q, decided, backend: machine } = await open({}, backend);
    await using _ = machine;
    const before = await q();
    for (const [name, args] of [
      ["nod", {}],
      ["nod", { direction: "no" }],
      ["wave", { hand: "left" }],
    ] as const) {
      expect(await step(name, args)).toMatchObject({ status: "ok" });
      expect(decided.at(-1)?.plan).toMatchObject({ declared: { kind: "none", pointsInWorld: [] } });
      expect(decided.at(-1)?.plan?.segments.length).toBeGreaterThan(4);
      (await q()).forEach((value, j) => expect(Math.abs(value - before[j]!)).toBeLessThan(0.02));
    }
  });
});

test("wherever it is told to look: it looks there by measurement, or says by how much it cannot and moves nothing", async () => {
  const { step, q, model } = await open();
  const random = new Random("look");
  let [seen, missed] = [0, 0];
  for (let round = 0; round < 120; round++) {
    const point: Vec3 = [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(0, 2)];
    const [x, y, z] = point;
    const before = await q();
    const { status, message, observation } = await step("look_at", { x, y, z });
    if (status === "ok") {
      seen++;
      expect(offRad(model, "eyes", await q(), point)).toBeLessThan(0.011);
      expect(observation["error_rad"]).toBeLessThan(0.011);
    } else {
      missed++;
      expect(message).toMatch(/^reachability: eyes cannot look at .* it comes within \d\.\d\d rad of it at best$/);
      expect(await q()).toEqual(before);
    }
  }
  expect(Math.min(seen, missed)).toBeGreaterThan(20);
});

test("a point within a head's turn is never called out of reach", async () => {
  const { step, model } = await open();
  const random = new Random("reach");
  const home = Array.from(model.homeRad);
  for (let round = 0; round < 60; round++) {
    const turned = home.with(0, random.uniform(-1.3, 1.3)).with(1, random.uniform(-0.7, 0.5));
    const { position, orientation } = tipPose(model, turned);
    const ahead = rotateVector(orientation, [random.uniform(0.3, 3), 0, 0]);
    const [x, y, z] = [position[0] + ahead[0], position[1] + ahead[1], position[2] + ahead[2]];
    expect(await step("look_at", { x, y, z })).toMatchObject({ status: "ok" });
  }
});

test("hands and head keep the cap on speed, whichever of them moves", async () => {
  const { step, decided, model } = await open();
  const links = new Float64Array(model.nLinks * 12);
  for (const [name, args, link] of [
    ["wave", { hand: "left" }, "left_hand"],
    ["point_at", { x: 1, y: -1, z: 1.5 }, "right_hand"],
    ["look_at", { x: 0.3, y: 1, z: 1 }, "eyes"],
  ] as const) {
    expect(await step(name, args)).toMatchObject({ status: "ok" });
    const at = model.linkNames.indexOf(link) * 12;
    let fastest = 0;
    for (const segment of decided.at(-1)!.go!.cleared.segments) {
      if (segment.kind !== "motion") continue;
      const q = new Float64Array(model.nJoints);
      let before: Vec3 | undefined;
      for (let atMs = 0; atMs <= segment.durationMs; atMs += 5) {
        segment.trajectory.sampleInto(atMs, q);
        forwardKinematics(model, q, links);
        const here: Vec3 = [links[at + 3]!, links[at + 7]!, links[at + 11]!];
        if (before !== undefined) fastest = Math.max(fastest, distance(here, before) / 0.005);
        before = here;
      }
    }
    expect(fastest).toBeGreaterThan(0.05);
    expect(fastest).toBeLessThan(1.0001);
  }
});

test.for([
  ["point_at", { x: 1, y: 0.8, z: 0.2 }, "obstacle_avoidance: right_upper_arm comes within"],
  ["point_at", { x: -1, y: 0, z: 1 }, "reachability: right_hand cannot point at (-1, 0, 1)"],
  ["point_at", { x: 0.2, y: -0.3, z: 1.2 }, "reachability: right_hand cannot point at"],
  ["look_at", { x: -1, y: 0, z: 1 }, "reachability: eyes cannot look at (-1, 0, 1): it comes within 1.4"],
  ["look_at", { x: Number.NaN, y: 0, z: 1 }, "x is not a finite number"],
  ["wave", { hand: "third" }, "wave.hand: "],
  ["nod", { direction: "perhaps" }, "nod.direction: "],
] as const)("%s %o is refused, and nothing moves: %s", async ([name, args, reason]) => {
  const { step, q } = await open();
  const before = await q();
  const { status, message } = await step(name, args);
  expect([status, message]).toEqual(["blocked", expect.stringContaining(reason)]);
  expect(await q()).toEqual(before);
});

describe("what a profile says of head and arms", () => {
  const { head, arms } = demo.profile.robot;
  test("a head alone looks and nods; arms alone wave and point, with the hand there is unless told", async () => {
    const headOnly = await open({ arms: undefined });
    expect(gesturesOf(headOnly.registry)).toEqual(["look_at", "nod"]);
    const left = await open({ head: undefined, arms: { left: arms!.left } });
    expect(gesturesOf(left.registry)).toEqual(["point_at", "wave"]);
    expect(await left.step("wave")).toMatchObject({ status: "ok", observation: { hand: "left" } });
    expect(await left.step("wave", { hand: "right" })).toMatchObject({ status: "blocked" });
  });

  test.for([
    [{ head: undefined, arms: undefined }, "category humanoid needs robot.head or robot.arms"],
    [{ head: { ...head!, pitch: "neck_nod" } }, "robot humanoid has no joint 'neck_nod'; it has neck_yaw"],
    [{ head: { ...head!, link: "nose" } }, "robot humanoid has no link 'nose'; it has base"],
    [{ arms: { right: { ...arms!.right!, swings: "wrist" } } }, "robot humanoid has no joint 'wrist'"],
    [{ arms: { right: { ...arms!.right!, waving: { shoulder: 1 } } } }, "robot humanoid has no joint 'shoulder'"],
    [{ branches: ["right_hand"] }, "robot humanoid has no joint 'left_shoulder_pitch'"],
    [{ branches: ["tail"] }, 'has no link "tail"'],
    [{ branches: ["torso"] }, 'no movable joint between the base link "base" and the branch "torso"'],
  ] as const)("%o is refused at load", async ([robot, problem]) => {
    await expect(open(robot as never)).rejects.toThrow(problem);
  });

  test.for([
    ["head: {yaw: a, pitch: b}", "robot.head.link"],
    ["head: {yaw: a, pitch: b, roll: c, link: d}", "roll"],
    ["arms: {}", "name right, left or both"],
    ["arms: {middle: {link: a, aim: [b], swings: c}}", "middle"],
    ["arms: {right: {link: a, aim: [], swings: c}}", "aim"],
  ])("%s is an error of the file", ([text, named]) => {
    expect(() => parseProfile(`name: t\nrobot: {urdf: a.urdf, ${text}}\n`, "p.yaml")).toThrow(named);
  });
});
