import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { Random } from "../core/random.ts";
import { cos, sin } from "../core/trigonometry.ts";
import { parseLanguage } from "../policy/language/parse-language.ts";
import { primitiveTools } from "../policy/llm/tool-schemas.ts";
import type { ApprovalChannel } from "../runtime/approvals.ts";
import type { Decided } from "../runtime/decide.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { buildRobot, type RobotSetup } from "./build-robot.ts";
import { loadProfile, type LoadedProfile } from "./files.ts";
import type { RobotProfile } from "./profile.ts";
import { parseProfile } from "./read-profile.ts";
import { vocabularyOf } from "./vocabulary.ts";

const yes: ApprovalChannel = { name: "test", ask: () => Promise.resolve({ approved: true, operatorId: "test" }) };

async function open(profile: string | LoadedProfile, more: Partial<RobotSetup> = {}) {
  const trace = new MemoryTrace();
  const decided: Decided[] = [];
  const robot = await buildRobot(typeof profile === "string" ? loadProfile(profile) : profile, {
    backend: "kinematic",
    seed: 0,
    clock: new SimulatedClock(),
    trace,
    version: "test",
    lossWindow: "in memory",
    approvals: yes,
    watchers: [{ onDecided: (one) => void decided.push(one) }],
    ...more,
  });
  robot.open({ goal: "test", policy: "test" });
  const step = async (intent: string, args: Record<string, unknown> = {}) => {
    const { result, decision } = await robot.runtime.step({ name: intent, args });
    return { status: result.status, decision };
  };
  const at = async () => (await robot.backend.observe()).qRad;
  return { ...robot, step, at, decided };
}

const sensing = ["read_battery", "scan_360", "sense", "take_photo"];
const presets = [
  ["franka_arm", ["emit_event", "set_gripper", "set_joint", "wait"], "set_joint", { joint_name: "panda_joint1", angle: 0.5 }],
  ["humanoid_demo", ["emit_event", "look_at", "nod", "point_at", "wait", "wave"], "look_at", { x: 1, y: 0.5, z: 1.2 }],
  [
    "stretch",
    ["drive", "emit_event", "goto", "rotate", "set_gripper", "set_joint", "stop", "wait"],
    "set_joint",
    { joint_name: "lift", angle: 0.6 },
  ],
  ["turtlebot", ["drive", "emit_event", "goto", "rotate", "stop", "wait"], "goto", { x: 1, y: 1, theta: 1 }],
  ["spot", ["emit_event", "lie_down", "rotate", "sit", "stand", "stop", "wait", "walk_to"], "walk_to", { x: 1, y: 1, theta: 1 }],
  ["tello", ["emit_event", "fly_to", "hover", "land", "takeoff", "wait"], "takeoff", { altitude: 1.2 }],
] as const;

test("runtime row 43 franka_arm: its registry has eight primitives, and stop works without being one of them", async () => {
  const { registry, step } = await open("franka_arm");
  const eight = ["emit_event", "read_battery", "scan_360", "sense", "set_gripper", "set_joint", "take_photo", "wait"];
  expect(registry.names()).toEqual(eight);
  expect(await step("stop")).toMatchObject({ status: "ok" });
});

test("runtime row 43 spot has 12 primitives, humanoid_demo 10", async () => {
  expect([(await open("spot")).registry.size, (await open("humanoid_demo")).registry.size]).toEqual([12, 10]);
});

describe("runtime row 43: every preset", () => {
  test.for(presets)("%s boots with its primitives, moves, and stops", async ([name, primitives, moving, args]) => {
    for (const backend of ["kinematic", "mujoco"] as const) {
      const robot = await open(name, { backend });
      expect(robot.registry.names()).toEqual([...primitives, ...sensing].sort());
      const before = await robot.at();
      expect(await robot.step(moving, args)).toMatchObject({ status: "ok" });
      expect(await robot.at()).not.toEqual(before);
      expect(await robot.step("stop")).toMatchObject({ status: "ok" });
      expect((await robot.backend.stop()).atRest).toBe(true);
      await robot.backend[Symbol.asyncDispose]();
    }
  });

  test.for([
    ["franka_arm", "set_gripper", { force: 20 }, "force_cap", "force=20 exceeds cap 15"],
    ["franka_arm", "set_joint", { joint_name: "elbow", angle: 0 }, "planner", "the robot has no joint 'elbow'; it has panda_joint1"],
    ["stretch", "set_gripper", { force: 11 }, "force_cap", "force=11 exceeds cap 10"],
    ["stretch", "goto", { x: -3.5, y: 3.5 }, "prohibited_zones", "(-3.50, 3.50"],
    ["turtlebot", "goto", { x: 5, y: 3, theta: 0 }, "workspace", "pillar a"],
    ["turtlebot", "goto", { x: 12, y: 0, theta: 0 }, "geofence", "x=12"],
    ["turtlebot", "drive", { linear_x: 1 }, "force_cap", "linear_x=1 exceeds cap 0.6"],
    ["spot", "walk_to", { x: -4, y: 4 }, "prohibited_zones", "(-4.00, 4.00"],
    ["tello", "takeoff", { altitude: 100 }, "geofence", "z=100"],
    ["tello", "fly_to", { x: 1, y: 0, z: 1 }, "planner", "takeoff comes first"],
    ["tello", "hover", {}, "planner", "takeoff comes first"],
  ] as const)("%s is refused %s %o by %s", async ([name, primitive, args, gate, reason]) => {
    const robot = await open(name);
    const before = await robot.at();
    const { status, decision } = await robot.step(primitive, args);
    expect([status, decision.gateName]).toEqual(["blocked", gate]);
    expect(decision.reason).toContain(reason);
    expect(await robot.at()).toEqual(before);
  });

  test.for(presets.map(([name]) => name))("%s may always be stopped, whatever its primitives are", async (name) => {
    const robot = await open(name);
    expect(primitiveTools(robot.registry).filter((tool) => tool.name === "stop")).toHaveLength(1);
    expect(await robot.runtime.preview([{ name: "stop", args: {} }])).toMatchObject({ ok: true, steps: [{ verdict: { kind: "allow" } }] });
    expect(parseLanguage("stop", vocabularyOf(loadProfile(name)))).toMatchObject({ kind: "plan", intents: [{ name: "stop" }] });
    expect(await robot.step("stop")).toMatchObject({ status: "ok", decision: { gateName: "stop-path" } });
  });

  test.for(presets.map(([name]) => name))(
    "%s tells a model what it is, its frame and caps, who is asked, and how to take a refusal",
    (name) => {
      const { instructions, hitl_primitives, max_velocity, workspace_bounds } = loadProfile(name).profile;
      expect(instructions).toMatch(
        /^An? [^]*metres[^]*[Ll]ook before you[^]*refusal is final[^]*never repeat a[ \n]refused call[^]*in doubt/,
      );
      expect(instructions).toContain(`${max_velocity} m/s`);
      expect(instructions).toMatch(new RegExp(`room|\\(${workspace_bounds![0].slice(0, 2).join(", ")}`));
      expect(instructions.includes("person is asked") || hitl_primitives.length === 0).toBe(true);
    },
  );

  test("franka_arm opens its gripper with no force of its own unless told otherwise", async () => {
    const robot = await open("franka_arm");
    expect(await robot.step("set_gripper")).toMatchObject({ status: "ok" });
    expect(await robot.step("set_gripper", { state: "close", force: 15 })).toMatchObject({ status: "ok" });
    const [own, asked] = robot.decided.map(({ plan }) => plan?.segments[0]);
    expect(own).toEqual(expect.not.objectContaining({ forceN: expect.anything() }));
    expect([own, asked]).toMatchObject([{ opening: 1 }, { opening: 0, forceN: 15 }]);
  });

  test("tello flies where it is told once a person allows it, and may land when nobody answers", async () => {
    let answers = 2;
    const robot = await open("tello", {
      approvals: { name: "test", ask: () => Promise.resolve({ approved: answers-- > 0, operatorId: "test" }) },
    });
    expect(await robot.step("takeoff")).toMatchObject({ status: "ok" });
    expect(await robot.step("fly_to", { x: 1, y: -1, z: 1.5, yaw: 7 })).toMatchObject({ status: "ok" });
    expect(await robot.step("fly_to", { x: 0, y: 0, z: 1 })).toMatchObject({ status: "blocked", decision: { gateName: "hitl" } });
    expect(await robot.step("land")).toMatchObject({ status: "ok" });
    const [x, y, z, heading] = await robot.at();
    expect([x, y, z]).toEqual([expect.closeTo(1, 3), expect.closeTo(-1, 3), expect.closeTo(0.05, 3)]);
    // By the shorter way: 7 rad points where 0.717 rad does.
    expect(heading).toBeCloseTo(7 - 2 * Math.PI, 3);
  });

  test("spot stands up before it walks, and turns as far as it is told", async () => {
    const robot = await open("spot");
    expect(await robot.step("lie_down")).toMatchObject({ status: "ok" });
    expect((await robot.at())[2]).toBeCloseTo(0.16, 3);
    expect(await robot.step("walk_to", { x: 1, y: 0 })).toMatchObject({ status: "ok" });
    expect((await robot.at())[2]).toBeCloseTo(0.5, 3);
    expect(await robot.step("rotate", { dtheta: 9 })).toMatchObject({ status: "ok" });
    expect((await robot.at())[3]).toBeCloseTo(9, 3);
  });
});

describe("runtime row 45: composites of a profile", () => {
  const tello = loadProfile("tello");
  const withComposites = (composites: RobotProfile["composites"]): LoadedProfile => ({
    ...tello,
    profile: { ...tello.profile, composites },
  });
  const hop = { name: "hop", steps: ["takeoff", "hover", "land"], description: "Up and down again." };

  test("each step passes the gates: one that a person denies ends it, and nothing after it happens", async () => {
    const robot = await open(withComposites([hop]), {
      approvals: { name: "test", ask: () => Promise.resolve({ approved: false, operatorId: "test" }) },
    });
    const before = await robot.at();
    const { result } = await robot.runtime.step({ name: "hop", args: {} });
    expect(result).toMatchObject({ status: "blocked", observation: { failed_at: "takeoff", step_index: 0 } });
    expect(await robot.at()).toEqual(before);
  });

  test("they take arguments that their steps declare, and are listed", async () => {
    const robot = await open(withComposites([hop]));
    expect(robot.registry.names()).toContain("hop");
    const { result } = await robot.runtime.step({ name: "hop", args: { altitude: 0.7, seconds: 0.5 } });
    expect(result).toMatchObject({ status: "ok", observation: { n_steps: 3, substep_0_takeoff: { z: expect.closeTo(0.7, 3) } } });
  });

  test.for([
    [[{ name: "x", steps: ["somersault"] }], "x: unknown step 'somersault'; known: emit_event"],
    [[{ name: "x", steps: ["x"] }], "x: a composite cannot contain itself"],
    [[{ name: "land", steps: ["hover"] }], "primitive already registered: land"],
  ] as const)("%o is refused at load", async ([composites, problem]) => {
    await expect(open(withComposites(composites as never))).rejects.toThrow(problem);
  });
});

test("two wheels roll only along their heading, wherever the rover is sent", async () => {
  const robot = await open("turtlebot", { arrangeGates: (gates) => gates.filter(({ id }) => id !== "rate_limit" && id !== "cooldown") });
  const random = new Random("rover");
  const [from, to] = [new Float64Array(3), new Float64Array(3)];
  for (let run = 0; run < 60; run++) {
    const [x, y, theta] = [random.uniform(-1.5, 1.5), random.uniform(-1.5, 1.5), random.uniform(-6, 6)];
    expect(await robot.step("goto", { x, y, theta })).toMatchObject({ status: "ok" });
    for (const segment of robot.decided.at(-1)!.go!.cleared.segments) {
      if (segment.kind !== "motion") continue;
      segment.trajectory.sampleInto(0, from);
      for (let atMs = 20; atMs <= segment.durationMs; atMs += 20) {
        segment.trajectory.sampleInto(atMs, to);
        const sidewaysM = (to[1]! - from[1]!) * cos(to[2]!) - (to[0]! - from[0]!) * sin(to[2]!);
        expect(Math.abs(sidewaysM)).toBeLessThan(1e-9);
        from.set(to);
      }
    }
  }
});

test.for([
  [0.4, 0],
  [-0.4, 0],
  [0, 1.5],
  [0.4, 1.2],
])("a drive at %d m/s and %d rad/s for half a second ends where that arc ends", async ([forwardMps, turnRadPerS]) => {
  const robot = await open("turtlebot");
  expect(await robot.step("drive", { linear_x: forwardMps, angular_z: turnRadPerS })).toMatchObject({ status: "ok" });
  const [x, y, heading] = await robot.at();
  const turnRad = turnRadPerS! / 2;
  const radiusM = turnRad === 0 ? 0 : forwardMps! / turnRadPerS!;
  expect(heading).toBeCloseTo(turnRad, 6);
  // An arc in chords ends within a hundredth of its length of where the arc itself ends.
  expect(Math.abs(x! - (turnRad === 0 ? forwardMps! / 2 : radiusM * sin(turnRad)))).toBeLessThan(0.003);
  expect(Math.abs(y! - radiusM * (1 - cos(turnRad)))).toBeLessThan(0.003);
});

test("a drive of its defaults, both speeds 0, rests for half a second", async () => {
  const robot = await open("turtlebot");
  expect(await robot.step("drive", {})).toMatchObject({ status: "ok" });
  expect(robot.decided.at(-1)?.go?.cleared.segments).toMatchObject([{ kind: "hold", durationMs: 500 }]);
  expect(await robot.at()).toEqual([0, 0, 0]);
});

describe("a body that is not there", () => {
  const rover = loadProfile("turtlebot");
  const opening = (changes: Partial<RobotProfile>, robot: Partial<RobotProfile["robot"]> = {}) =>
    open({ ...rover, profile: { ...rover.profile, ...changes, robot: { ...rover.profile.robot, ...robot } } });

  test("an unknown category names those there are", () => {
    const text = "name: t\nrobot: {urdf: a.urdf}\ncategories: [submarine]\n";
    expect(() => parseProfile(text, "p.yaml")).toThrow(/p\.yaml:3:14: .*mobile_base/);
  });
  test.for([
    [{ categories: ["mobile_base"] }, { body: undefined }, "category mobile_base needs robot.body"],
    [{ categories: ["quadruped"] }, {}, "category quadruped needs robot.postures"],
    [{ categories: ["aerial"] }, {}, "category aerial needs robot.body.z"],
    [{}, { body: { x: "x", y: "y", heading: "yaw" } }, "robot rover has no joint 'yaw'; it has x, y, heading"],
  ] as const)("%o with %o is refused at load", async ([profile, robot, problem]) => {
    await expect(opening(profile as never, robot as never)).rejects.toThrow(problem);
  });
});
