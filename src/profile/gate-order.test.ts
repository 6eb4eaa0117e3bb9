import { expect, test } from "vitest";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import { loadProfile } from "./files.ts";

/** The gates that the specification lists, by its class names; others stand between them. */
const listed: Readonly<Record<string, string>> = {
  deny_list: "DenyList",
  rate_limit: "RateLimit",
  cooldown: "Cooldown",
  geofence: "Geofence",
  force_cap: "ForceCap",
  action_smoothing: "ActionSmoothing",
  hitl: "HITL",
};

const open = (name: string) =>
  buildRuntimeFromProfile(loadProfile(name), {
    backend: "kinematic",
  });

test.for([
  ["franka_arm", "RateLimit, Geofence, ForceCap, ActionSmoothing, HITL"],
  ["turtlebot", "RateLimit, Cooldown, Geofence, ForceCap, ActionSmoothing"],
  ["spot", "RateLimit, Cooldown, Geofence, ForceCap, ActionSmoothing, HITL"],
  ["tello", "RateLimit, Geofence, ForceCap, ActionSmoothing, HITL"],
  ["stretch", "RateLimit, Geofence, ForceCap, ActionSmoothing, HITL"],
  ["humanoid_demo", "RateLimit, Geofence, ForceCap, ActionSmoothing"],
] as const)("runtime row 43 gate order %s: %s", async ([name, order]) => {
  const robot = await open(name);
  const gates = robot.chain.gates.map(({ id }) => listed[id]).filter((gate) => gate !== undefined);
  expect(gates.join(", ")).toBe(order);
  await robot.runtime.close();
  await robot.backend[Symbol.asyncDispose]();
});

test("runtime row 43 franka_arm refuses to grip with 20 N, whoever allows it", async () => {
  const robot = await open("franka_arm");
  const { decision, result } = await robot.runtime.step({ name: "set_gripper", args: { state: "close", force: 20 } });
  expect([decision.gateName, decision.reason, result.status]).toEqual(["force_cap", "force=20 exceeds cap 15", "blocked"]);
  await robot.runtime.close();
  await robot.backend[Symbol.asyncDispose]();
});

test.for([
  [
    "franka_arm",
    {
      workspace_bounds: [
        [-0.6, -0.6, 0],
        [0.6, 0.6, 1],
      ],
      max_force_n: 15,
      max_velocity: 0.5,
      max_acceleration: 2,
      rate_limit_per_min: 120,
      hitl_primitives: ["set_gripper"],
    },
  ],
  [
    "turtlebot",
    {
      workspace_bounds: [
        [-10, -10, 0],
        [10, 10, 0.5],
      ],
      max_velocity: 0.6,
      max_acceleration: 1,
      rate_limit_per_min: 60,
      cooldown_s: 0.05,
    },
  ],
  [
    "spot",
    {
      workspace_bounds: [
        [-15, -15, 0],
        [15, 15, 1.5],
      ],
      max_velocity: 1.6,
      max_acceleration: 2,
      rate_limit_per_min: 60,
      per_primitive_cooldown: { walk_to: 0.3, stand: 1, sit: 1 },
      hitl_primitives: ["walk_to"],
    },
  ],
  [
    "tello",
    {
      workspace_bounds: [
        [-3, -3, 0],
        [3, 3, 2],
      ],
      max_velocity: 1,
      max_acceleration: 2,
      rate_limit_per_min: 120,
      hitl_primitives: ["takeoff", "fly_to"],
    },
  ],
] as const)("runtime row 43 %s has the limits of the specification's table", ([name, limits]) => {
  expect(loadProfile(name).profile).toMatchObject(limits);
});
