import { describe, expect, test } from "vitest";
import { openKinematicBackend } from "../backend/kinematic/kinematic-backend.ts";
import { ClearanceError } from "../core/errors.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { applyProfileToRuntime, buildRuntimeFromProfile, type RuntimeOptions } from "./apply-profile.ts";
import { loadProfile } from "./files.ts";
import type { RobotProfile } from "./profile.ts";

async function rover(options: RuntimeOptions = {}) {
  const trace = new MemoryTrace();
  const robot = await buildRuntimeFromProfile(loadProfile("turtlebot"), { trace, ...options });
  robot.open({ goal: "test", policy: "test" });
  return { ...robot, trace, step: (name: string, args = {}) => robot.runtime.step({ name, args }) };
}

const changed = (name: string, changes: Partial<RobotProfile>) => {
  const loaded = loadProfile(name);
  return { ...loaded, profile: { ...loaded.profile, ...changes } };
};

describe("runtime row 46: another profile for a robot at work", () => {
  test("tello on a turtlebot: new registry and gates; same backend, episode and step counter; recorded", async () => {
    const robot = await rover();
    await robot.step("goto", { x: 0.5, y: 0 });
    const applied = applyProfileToRuntime(loadProfile("tello"), robot.runtime);
    expect(applied.registry.names()).toEqual("emit_event fly_to hover land read_battery scan_360 sense take_photo takeoff wait".split(" "));
    // Whoever held the registry sees what is in it now.
    expect(robot.registry.names()).toEqual(applied.registry.names());
    expect(applied.chain.gates.map(({ id }) => id)).toContain("hitl");
    expect((await robot.step("goto", { x: 0, y: 0 })).decision.reason).toBe("unknown primitive: 'goto'");
    const flown = await robot.step("land");
    expect([flown.step, flown.result.status, flown.decision.reason]).toEqual([
      3,
      "blocked",
      expect.stringMatching(/^land: not supported by kinematic.*no joint z/),
    ]);
    expect((await robot.backend.observe()).qRad[0]).toBeCloseTo(0.5, 3);
    expect(robot.trace.records.filter(({ kind }) => kind === "header")).toHaveLength(1);
    expect(robot.trace.records).toContainEqual(
      expect.objectContaining({
        kind: "note",
        note: "profile-applied",
        fields: expect.objectContaining({ profile: "tello", envelope: "kept" }),
      }),
    );
    expect((await robot.step("stop")).result.status).toBe("ok");
  });

  test("its caps and its fence hold from then on", async () => {
    const robot = await rover();
    applyProfileToRuntime(
      changed("turtlebot", {
        workspace_bounds: [
          [-1, -1, 0],
          [1, 1, 0.5],
        ],
        max_velocity: 0.1,
      }),
      robot.runtime,
    );
    expect((await robot.step("goto", { x: 2, y: 0 })).decision.gateName).toBe("geofence");
    const slow = await robot.step("goto", { x: 0.5, y: 0 });
    expect([slow.result.status, slow.result.durationMs > 4900]).toEqual(["ok", true]);
  });

  test("joint limits below those of the running envelope slow the plans; those above it change nothing", async () => {
    const { robot: own } = loadProfile("turtlebot").profile;
    const taking = async (limit: { velocity?: number; acceleration?: number }) => {
      const robot = await rover();
      applyProfileToRuntime(changed("turtlebot", { robot: { ...own, joint_limits: { x: limit } } }), robot.runtime);
      return (await robot.step("goto", { x: 0.5, y: 0 })).result.durationMs;
    };
    const usual = await taking({});
    expect(await taking({ velocity: 9, acceleration: 9 })).toBe(usual);
    expect(await taking({ velocity: 0.1 })).toBeGreaterThan(4900);
    expect(await taking({ acceleration: 0.1 })).toBeGreaterThan(1.5 * usual);
  });

  test("refused during a step, and under a latch: nothing has changed", async () => {
    const robot = await rover();
    const before = robot.registry.names();
    const running = robot.step("goto", { x: 1, y: 0 });
    expect(() => applyProfileToRuntime(loadProfile("tello"), robot.runtime)).toThrow("profile tello is not applied: a step is running");
    await running;
    await robot.runtime.emergencyStop({ operator: "alice", reason: "test" });
    expect(() => applyProfileToRuntime(loadProfile("tello"), robot.runtime)).toThrow(/profile tello is not applied: .*latched/);
    expect(robot.registry.names()).toEqual(before);
  });

  test.for<readonly [string, Partial<RobotProfile>, Partial<RobotProfile>, string]>([
    ["geometry", { kernel_geometry: "off" }, {}, "kernel_geometry world is stricter"],
    ["second channel", {}, { second_channel: true }, "second channel"],
    ["rates", { on_rate_violation: "slow" }, {}, "on_rate_violation reject is stricter"],
    ["deadman", {}, { commander_deadman_ms: 100 }, "commander_deadman_ms 100 is less"],
    ["age", {}, { max_state_age_ms: 40 }, "max_state_age_ms 40 is less"],
    ["names", {}, { hitl_primitives: ["fly_to"] }, "'hitl_primitives.0': names the primitive 'fly_to'"],
  ])("what would want a stricter kernel, or does not fit, is refused: %s", async ([, running, next, problem]) => {
    const robot = await buildRuntimeFromProfile(changed("turtlebot", running));
    const before = robot.registry.names();
    expect(() => applyProfileToRuntime(changed("turtlebot", next), robot.runtime)).toThrow(problem);
    expect(robot.registry.names()).toEqual(before);
  });
});

describe("runtime §8: a profile in code", () => {
  const beep = { name: "beep", call: () => ({ status: "ok", message: "beep" }) };
  const inCode = { name: "coded", morphology: "mobile_base", categories: ["mobile_base"], primitives: [beep] } as const;
  const coded = () => ({ ...inCode, categories: ["mobile_base" as const] });

  test("keys, primitives and a backend of one's own", async () => {
    let opened = 0;
    const robot = await buildRuntimeFromProfile(coded(), {
      backend: ({ collision, world, gripper }) => {
        opened++;
        return openKinematicBackend({ robot: collision.robot, world, gripper });
      },
    });
    expect([opened, robot.registry.names()]).toEqual([1, ["beep", "drive", "goto", "rotate", "stop"]]);
    expect((await robot.runtime.step({ name: "beep", args: {} })).result).toMatchObject({ status: "ok", message: "beep" });
    applyProfileToRuntime({ ...coded(), primitives: [] }, robot.runtime);
    expect(robot.registry.names()).toEqual(["drive", "goto", "rotate", "stop"]);
  });

  test("is held to the same rules", () => {
    const bad = { ...coded(), max_velocty: 1, primitives: [{ ...beep, name: "stop" }, { name: "x" }], hitl_primitives: ["got"] };
    let problems: readonly string[] = [];
    try {
      loadProfile(bad);
    } catch (error) {
      if (ClearanceError.is(error, "config.invalid")) problems = error.data.problems;
    }
    expect(problems).toEqual([
      "profile coded: unknown key 'max_velocty'; did you mean 'max_velocity'?",
      "profile coded: 'primitives.1': x: needs either call or steps",
      "profile coded: 'primitives.0': the name 'stop' is the library's own; give it another",
      "profile coded: 'hitl_primitives.0': names the primitive 'got', which this robot does not have; did you mean 'goto'?",
    ]);
  });
});
