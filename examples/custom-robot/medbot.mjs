// The robot of medbot.yaml in code: node examples/custom-robot/medbot.mjs, in a folder where clearance is installed.
import { buildRuntimeFromProfile, loadProfile } from "clearance/profile";
import { primitives } from "./primitives.mjs";

const profile = loadProfile({
  name: "medbot_floor3",
  morphology: "mobile_arm",
  categories: ["mobile_base", "dexterous", "sensing", "generic"],
  primitives: primitives(),
  composites: [{ name: "deliver_room", steps: ["goto", "take_photo", "dispense_pill", "alert_nurse"] }],
  workspace_bounds: [
    [-15, -15, 0],
    [15, 15, 1.6],
  ],
  max_velocity: 0.4,
  max_acceleration: 0.6,
  hitl_primitives: ["dispense_pill"],
});

const robot = await buildRuntimeFromProfile(profile, {
  approvals: { name: "example", ask: async ({ intent }) => ({ approved: intent.args.count <= 2, operatorId: "example" }) },
});
robot.open({ goal: "bring two aspirin to room 3", policy: "code" });
const args = { x: 2, y: 1, theta: 0, count: 2, drug: "aspirin", message: "two aspirin at the door", room: "3" };
const { result } = await robot.runtime.step({ name: "deliver_room", args });
console.log(`${result.status}: ${result.message}`);
await robot.runtime.close();
