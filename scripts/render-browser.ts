/**
 * Renders docs/renderer.png: the arm holds the red cube, by rays and by a browser.
 * @module
 */
import { writeFileSync } from "node:fs";
import { BrowserRenderer, findBrowser } from "../src/backend/browser/index.ts";
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import { encodePng } from "./png.ts";

const [width, height, gap] = [340, 255, 6];
const { CLEARANCE_BROWSER: chosen, PATH: searchPath = "" } = process.env;

await using browser = await BrowserRenderer.open({ executablePath: findBrowser({ chosen, searchPath }) });
const strip = new Uint8Array((2 * width + gap) * height * 4).fill(255);
for (const [index, renderer] of [undefined, browser].entries()) {
  const rgba = await seenBy(renderer);
  for (let y = 0; y < height; y++)
    strip.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), (y * (2 * width + gap) + index * (width + gap)) * 4);
}
writeFileSync(new URL("../docs/renderer.png", import.meta.url), encodePng(2 * width + gap, height, strip));

async function seenBy(renderer: BrowserRenderer | undefined): Promise<Uint8Array> {
  const loaded = loadProfile("arm");
  const cameras = loaded.profile.cameras.map((camera) => ({ ...camera, width, height }));
  const robot = await buildRobot(
    { ...loaded, profile: { ...loaded.profile, cameras } },
    {
      backend: "mujoco",
      seed: 0,
      clock: new SimulatedClock(),
      trace: new MemoryTrace(),
      version: "picture",
      lossWindow: "in memory",
      renderer,
    },
  );
  await using _backend = robot.backend;
  await robot.runtime.step({ name: "pick", args: { object: "red_cube" } });
  const seen = await robot.backend.sensors?.capture({ kind: "picture", camera: "scene", modality: "rgb" });
  if (seen?.kind !== "picture" || seen.modality !== "rgb") throw new Error("the camera shows no colours");
  return seen.rgba;
}
