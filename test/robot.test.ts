import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile, type LoadedProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import { readTrace } from "../src/trace/read-trace.ts";

function kinematic(loaded: LoadedProfile = loadProfile("arm"), seed = 0) {
  const trace = new MemoryTrace();
  const clock = new SimulatedClock();
  return buildRobot(loaded, { backend: "kinematic", seed, clock, trace, version: "test", lossWindow: "none" }).then((robot) => ({
    ...robot,
    trace,
    clock,
  }));
}
const withProfile = (changes: Partial<LoadedProfile["profile"]>): LoadedProfile => {
  const loaded = loadProfile("arm");
  return { ...loaded, profile: { ...loaded.profile, ...changes } };
};

describe("the arm at its table, whole", () => {
  test("geometry 38 an unreachable target is refused with the best error, and nothing moves", async () => {
    const { runtime, backend, clock } = await kinematic();
    const before = await backend.observe();
    const record = await runtime.step({ name: "move_to", args: { x: 0.84, y: 0.7, z: 0.9 } });
    expect(record).toMatchObject({ result: { status: "blocked" } });
    const objection = record.gates.find((gate) => gate.gate === "reachability");
    expect(objection?.action).toBe("deny");
    expect(objection?.evidence?.["bestErrorM"]).toBeGreaterThan(0.01);
    expect((await backend.observe()).qRad).toEqual(before.qRad);
    expect(clock.nowMs()).toBe(0);
  });

  test("every objection is reported, the first denial in order decides", async () => {
    const { runtime } = await kinematic();
    const record = await runtime.step({ name: "move_to", args: { x: 0, y: 0.75, z: 0.4 } });
    expect(record.decision.gateName).toBe("prohibited_zones");
    expect(record.gates.length).toBeGreaterThan(10);
  });

  test("the table is an obstacle for every link, carried or not", async () => {
    const { runtime } = await kinematic();
    const record = await runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 0.005 } });
    expect(record).toMatchObject({ result: { status: "blocked" }, decision: { gateName: "obstacle_avoidance" } });
    expect(record.decision.reason).toMatch(/finger|hand/);
  });

  test("pick, place on a stack, and what is held is no obstacle but a part of the arm", async () => {
    const { runtime, backend } = await kinematic();
    for (const [name, args] of [
      ["pick", { object: "green_cube" }],
      ["place", { on: "blue_cube" }],
    ] as const)
      expect(await runtime.step({ name, args })).toMatchObject({ result: { status: "ok" } });
    const green = (await backend.observe()).objects.find((object) => object.name === "green_cube");
    expect(green?.worldFromObject.position[2]).toBeCloseTo(0.075, 2);
  });

  test("an unknown object is refused by name, with those there are", async () => {
    const { runtime } = await kinematic();
    const record = await runtime.step({ name: "pick", args: { object: "teapot" } });
    expect(record.result).toMatchObject({ status: "blocked" });
    expect(record.decision.reason).toMatch(/no object 'teapot' here; there is red_cube, green_cube, blue_cube/);
  });

  test("a wrong joint name and a joint beyond its limit are refused", async () => {
    const { runtime } = await kinematic();
    expect((await runtime.step({ name: "set_joint", args: { joint_name: "elbow", angle: 1 } })).decision.reason).toMatch(
      /no joint 'elbow'; it has panda_joint1/,
    );
    expect((await runtime.step({ name: "set_joint", args: { joint_name: "panda_joint4", angle: 1 } })).gates).toContainEqual(
      expect.objectContaining({ gate: "joint_limits", action: "deny" }),
    );
  });

  test("max_velocity 0 means no motion, max_velocity is kept", async () => {
    const still = await kinematic(withProfile({ max_velocity: 0 }));
    expect((await still.runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 0.4 } })).result.status).toBe("blocked");
    const slow = await kinematic(withProfile({ max_velocity: 0.1 }));
    const record = await slow.runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 0.4 } });
    expect(record.result.status).toBe("ok");
    expect(record.result.durationMs).toBeGreaterThan(2000);
  });

  test("projection moves a target to the nearest allowed point, keeps where it was, and passes the same gates", async () => {
    const { runtime } = await kinematic(withProfile({ projection: "workspace" }));
    const record = await runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 5 } });
    expect(record.intent.args["projected_from"]).toEqual([0.5, 0, 5]);
    expect(record.intent.args["z"]).toBe(1.1);
  });

  test("a randomized backend is reported as it is: a dropped motion is never a success", async () => {
    const { runtime } = await kinematic(withProfile({ randomized: { action_drop_prob: 1 } }));
    const record = await runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 0.4 } });
    expect(record.result.status).toBe("error");
    expect(record.result.message).toMatch(/^kernel: |from the target/);
  });

  test("a profile that names a primitive the robot does not have is refused at load", async () => {
    await expect(kinematic(withProfile({ hitl_primitives: ["fly"] }))).rejects.toThrow(
      /names the primitive 'fly', which this robot does not have/,
    );
  });

  test("an exhausted budget refuses before anything is planned", async () => {
    const budget = { kind: "budget", args: { max_inverse_kinematics: 1 } } as const;
    const { runtime } = await kinematic(withProfile({ safety_gates: [budget] }));
    expect((await runtime.step({ name: "move_to", args: { x: 0.5, y: 0, z: 0.4 } })).result.status).toBe("ok");
    const record = await runtime.step({ name: "move_to", args: { x: 0.5, y: 0.1, z: 0.4 } });
    expect(record).toMatchObject({ result: { status: "blocked" }, decision: { gateName: "physical_budget" } });
    expect(record.plan).toBeUndefined();
  });

  test("same seed, same trace to the last hash; another seed, another", async () => {
    const run = async (seed: number) => {
      const robot = await kinematic(loadProfile("arm"), seed);
      robot.open({ goal: "test", policy: "test" });
      await robot.runtime.step({ name: "pick", args: { object: "red_cube" } });
      return robot.trace;
    };
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again.head()).toEqual(first.head());
    expect(other.head().headHash).not.toBe(first.head().headHash);
    expect(readTrace(first.toText())).toMatchObject({ ok: true, trace: { complete: true } });
  });
});

describe("the gantry", () => {
  test("R6 half a metre from rest takes a second and a half: 0.5 m/s, 1 m/s²", async () => {
    const { runtime } = await kinematic(loadProfile("gantry"));
    const record = await runtime.step({ name: "move_relative", args: { dx: 0.5 } });
    expect(record.result.status).toBe("ok");
    expect(record.result.durationMs).toBeCloseTo(1500, -1);
  });

  test("R1 bounds are inclusive, and the human zone is closed", async () => {
    const { runtime } = await kinematic(loadProfile("gantry"));
    expect((await runtime.step({ name: "move_to", args: { x: -2, y: 0, z: 1 } })).result.status).toBe("ok");
    expect((await runtime.step({ name: "move_to", args: { x: -2.001, y: 0, z: 1 } })).result.status).toBe("blocked");
    expect((await runtime.step({ name: "move_to", args: { x: 0, y: 0.8, z: 1 } })).decision.gateName).toBe("prohibited_zones");
  });
});
