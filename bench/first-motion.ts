/**
 * Builds the robot of a profile and begins a motion: what `bench/mcp.ts` times, from the start of this process to its end.
 *
 *     node bench/first-motion.ts PROFILE
 *
 * @module
 */
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { noTrace } from "./worlds.ts";

/** Small motions that some robot can make. */
const motions = [
  { name: "move_relative", args: { dz: 0.02 } },
  { name: "takeoff", args: { altitude: 1 } },
  { name: "goto", args: { x: 0.2, y: 0, theta: 0 } },
  { name: "walk_to", args: { x: 0.2, y: 0, theta: 0 } },
  { name: "rotate", args: { angle: 0.2 } },
  { name: "look_at", args: { x: 1, y: 0.5, z: 1.2 } },
  { name: "set_joint", args: { joint_name: "panda_joint1", angle: 0.2 } },
  { name: "go_home", args: {} },
];

const [name = ""] = process.argv.slice(2);
const loaded = loadProfile(name);
const robot = await buildRobot(loaded, {
  backend: loaded.profile.backend,
  seed: 0,
  clock: new SimulatedClock(),
  trace: noTrace,
  version: "bench",
  lossWindow: "none",
  approvals: { name: "bench", ask: () => Promise.resolve({ approved: true, operatorId: "bench" }) },
  watchers: [{ onProgress: ({ fraction }) => fraction > 0 && process.exit(0) }],
});
robot.open({ goal: "bench", policy: "bench" });
const motion = motions.find((one) => robot.registry.names().includes(one.name));
if (motion === undefined) throw new Error(`bench/first-motion.ts knows no motion of ${name}: ${robot.registry.names().join(", ")}`);
const { result } = await robot.runtime.step(motion);
throw new Error(`${name} did not move: ${motion.name}: ${result.status}: ${result.message}`);
