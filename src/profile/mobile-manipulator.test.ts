import { describe, expect, test } from "vitest";
import { planCarrying } from "../intent/carried-motion.ts";
import { languagePolicy } from "../policy/language/language-policy.ts";
import { slidingJoints } from "../robot/robot-model.ts";
import { runPolicy } from "../runtime/run-policy.ts";
import type { Decided } from "../runtime/decide.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import type { RobotSetup } from "./build-robot.ts";
import { loadProfile } from "./files.ts";
import { vocabularyOf } from "./vocabulary.ts";

async function open(backend: RobotSetup["backend"] = "kinematic") {
  const decided: Decided[] = [];
  const built = await buildRuntimeFromProfile(loadProfile("stretch"), {
    backend,
    approvals: { name: "test", ask: () => Promise.resolve({ approved: true, operatorId: "test" }) },
    watchers: [{ onDecided: (one) => void decided.push(one) }],
  });
  built.open({ goal: "test", policy: "test" });
  const step = async (name: string, args: Record<string, unknown> = {}) => {
    const { status, message } = (await built.runtime.step({ name, args })).result;
    return status === "ok" ? "ok" : message;
  };
  const joint = (joint_name: string, angle: number) => step("set_joint", { joint_name, angle });
  const tea = async () => (await built.backend.observe()).objects.find(({ name }) => name === "tea_box")!.worldFromObject.position;
  return { ...built, step, joint, tea, decided };
}

/** With the hand around the box of tea on the counter, closed. */
async function holding(backend: RobotSetup["backend"] = "kinematic") {
  const robot = await open(backend);
  expect(await robot.step("goto", { x: 1.5, y: -0.35 })).toBe("ok");
  expect(await robot.joint("lift", 0.84)).toBe("ok");
  expect(await robot.joint("arm", 0.19)).toBe("ok");
  expect(await robot.step("set_gripper", { state: "close" })).toBe("ok");
  expect((await robot.backend.observe()).gripper?.holding).toBe("tea_box");
  return robot;
}

describe.for(["kinematic", "mujoco"] as const)("a mobile manipulator (%s)", (backend) => {
  test("takes a box from the counter, drives it to the side table and stands it there", { timeout: 120_000 }, async () => {
    const { step, joint, tea, backend: machine } = await holding(backend);
    await using _ = machine;
    expect(await joint("lift", 0.95)).toBe("ok");
    expect(await joint("arm", 0)).toBe("ok");
    expect(await step("goto", { x: -1.5, y: -0.35 })).toBe("ok");
    expect(await joint("arm", 0.19)).toBe("ok");
    expect(await joint("lift", 0.543)).toBe("ok");
    expect(await step("set_gripper")).toBe("ok");
    expect(await joint("arm", 0)).toBe("ok");
    const [x, y, z] = await tea();
    expect([Math.abs(x + 1.55), Math.abs(y + 0.9), Math.abs(z - 0.66)].every((off) => off < 0.02)).toBe(true);
  });
});

describe("what is held", () => {
  test.for([
    ["down into what it stands on", "lift", 0.8],
    ["along what it stands on", "arm", 0],
    ["round on what it stands on", "wrist_yaw", 0.5],
  ] as const)("is not pushed %s", async ([, name, to]) => {
    const { joint, backend } = await holding();
    const before = (await backend.observe()).qRad;
    expect(await joint(name, to)).toMatch(/^obstacle_avoidance: tea_box comes within .* of counter during/);
    expect((await backend.observe()).qRad).toEqual(before);
  });

  test("may touch what it stands on no higher than 5 cm above it", async () => {
    const { joint, decided } = await holding();
    expect(await joint("lift", 1)).toBe("ok");
    const [near, far] = decided.at(-1)!.plan!.segments.flatMap((segment) => (segment.kind === "motion" ? [segment] : []));
    expect([near?.carrying?.mayTouch, far?.carrying?.mayTouch]).toEqual([["counter"], []]);
    expect(near!.trajectory.path.get(1, 3)).toBeCloseTo(0.89, 6);
  });

  test("may touch nothing where the hand does not go straight up", async () => {
    const { step, decided } = await holding();
    expect(await step("wait", { seconds: 0 })).toBe("ok");
    const { world } = decided.at(-1)!.go!;
    const touched = (liftM: number, armM: number) => {
      const to = Array.from(world.observation.qRad).with(3, liftM).with(4, armM);
      const { segments } = planCarrying(world, to, { label: "up", minDurationMs: 0 });
      return segments.flatMap((segment) => (segment.kind === "motion" ? segment.carrying!.mayTouch : []));
    };
    expect([touched(0.95, 0.19), touched(0.95, 0.1)]).toEqual([["counter"], []]);
  });

  test("is swept with the base, driving and turning", async () => {
    const { step, joint, decided } = await holding();
    expect(await joint("lift", 0.95)).toBe("ok");
    expect(await joint("arm", 0)).toBe("ok");
    for (const [name, args] of [
      ["goto", { x: 1.2, y: 0 }],
      ["drive", { linear_x: 0.2 }],
      ["rotate", { dtheta: 0.3 }],
    ] as const) {
      expect(await step(name, args)).toBe("ok");
      const carried = decided.at(-1)!.plan!.segments.map((segment) => (segment.kind === "motion" ? segment.carrying?.name : "none"));
      expect(new Set(carried)).toEqual(new Set(["tea_box"]));
    }
  });
});

test("drives and turns with the arm where it is, and the fence knows where the hand will be", async () => {
  const { step, joint, backend } = await open();
  expect(await joint("arm", 0.3)).toBe("ok");
  expect(await step("drive", { linear_x: 0.3 })).toBe("ok");
  expect(await step("rotate", { dtheta: 1 })).toBe("ok");
  expect((await backend.observe()).qRad.slice(3)).toEqual([0.4, 0.3, 0]);
  // The base would stay inside, the hand to its right would not.
  expect(await step("goto", { x: 0, y: -4.6 })).toMatch(/^geofence: target y=-5\.26 outside workspace/);
});

test("what it is told to drive is its base, wherever the arm points", async () => {
  const { step, joint, backend, collision, runtime } = await open();
  expect(await step("rotate", { dtheta: Math.PI / 2 })).toBe("ok");
  expect(await joint("wrist_yaw", 1)).toBe("ok");
  const { robot } = collision;
  const words = { ...vocabularyOf(loadProfile("stretch")), joints: robot.jointNames, slides: slidingJoints(robot) };
  const report = await runPolicy(runtime, languagePolicy({ vocabulary: words }), "drive forward 1 m, then set joint lift to 0.8");
  expect(report).toMatchObject({ reached: true });
  const { qRad } = await backend.observe();
  [0, 1, Math.PI / 2, 0.8].forEach((value, j) => expect(qRad[j]).toBeCloseTo(value, 4));
  // Without the joints' names nobody knows where the base is, and the hand's place is not taken for it.
  const { joints: _, ...nameless } = words;
  const lost = await runPolicy(runtime, languagePolicy({ vocabulary: nameless }), "drive forward 1 m");
  expect(lost).toMatchObject({ reached: false, message: expect.stringContaining("is not known") });
});
