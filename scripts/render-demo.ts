/**
 * Renders docs/demo.png from the simulation: the cube held, the cube placed, and the arm that was refused the zone.
 * @module
 */
import { writeFileSync } from "node:fs";
import { MujocoBackend } from "../src/backend/mujoco/index.ts";
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import { encodePng } from "./png.ts";

const [width, height] = [480, 480];
const camera = { fromM: [1.5, -1.15, 0.95], atM: [0.3, 0.02, 0.22], verticalFovRad: 0.62, width, height } as const;

const setup = {
  backend: "mujoco",
  seed: 0,
  clock: new SimulatedClock(),
  trace: new MemoryTrace(),
  version: "picture",
  lossWindow: "in memory",
} as const;
const { runtime, backend } = await buildRobot(loadProfile("arm"), setup);
if (!(backend instanceof MujocoBackend)) throw new Error("pictures come from MuJoCo");
const panels: Uint8Array[] = [];
for (const intent of [
  { name: "pick", args: { object: "red_cube" } },
  { name: "place", args: { x: 0.45, y: -0.25 } },
  { name: "move_to", args: { x: 0.15, y: 0.6, z: 0.4 } },
]) {
  const { result } = await runtime.step(intent);
  console.log(`${intent.name}: ${result.status} ${result.message}`);
  if (intent.name === "move_to") await runtime.step({ name: "move_to", args: { x: 0.35, y: 0.1, z: 0.45 } });
  panels.push(backend.picture(camera).rgba);
}
const gap = 6;
const total = panels.length * width + (panels.length - 1) * gap;
const picture = new Uint8Array(total * height * 4).fill(255);
for (const [index, panel] of panels.entries())
  for (let y = 0; y < height; y++) picture.set(panel.subarray(y * width * 4, (y + 1) * width * 4), (y * total + index * (width + gap)) * 4);
writeFileSync(new URL("../docs/demo.png", import.meta.url), encodePng(total, height, picture));
await backend[Symbol.asyncDispose]();
