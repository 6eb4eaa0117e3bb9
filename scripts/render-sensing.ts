/**
 * Renders docs/sensing.png: what the arm's two cameras see, and the first of them as depth and as segments.
 * @module
 */
import { writeFileSync } from "node:fs";
import type { Picture } from "../src/core/capture.ts";
import { SimulatedClock } from "../src/core/clock.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import { encodePng } from "./png.ts";

const [width, height, gap] = [228, 228, 6];
/** Depth is drawn from white at the first to black at the second, m. */
const [nearM, farM] = [0.8, 2.4];
const hues = ["#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#9c755f"].map((hex) =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
);

const loaded = loadProfile("arm");
const cameras = loaded.profile.cameras.map((camera) => ({ ...camera, width, height }));
const robot = await buildRobot(
  { ...loaded, profile: { ...loaded.profile, cameras } },
  { backend: "mujoco", seed: 0, clock: new SimulatedClock(), trace: new MemoryTrace(), version: "picture", lossWindow: "in memory" },
);
await robot.runtime.step({ name: "pick", args: { object: "red_cube" } });
const shots = [
  ["scene", "rgb"],
  ["scene", "depth"],
  ["scene", "segmentation"],
  ["wrist", "rgb"],
] as const;
const strip = new Uint8Array((shots.length * (width + gap) - gap) * height * 4).fill(255);
for (const [index, [camera, modality]] of shots.entries()) {
  const seen = await robot.backend.sensors?.capture({ kind: "picture", camera, modality });
  if (seen?.kind !== "picture") throw new Error(`${camera} shows no ${modality}`);
  const rgba = drawn(seen);
  for (let y = 0; y < height; y++)
    strip.set(rgba.subarray(y * width * 4, (y + 1) * width * 4), (y * (strip.length / height / 4) + index * (width + gap)) * 4);
}
writeFileSync(new URL("../docs/sensing.png", import.meta.url), encodePng(strip.length / height / 4, height, strip));
await robot.backend[Symbol.asyncDispose]();

function drawn(picture: Picture): Uint8Array {
  if (picture.modality === "rgb") return picture.rgba;
  const colour = (pixel: number): readonly number[] => {
    if (picture.modality === "segmentation") {
      const name = picture.names[picture.segments[pixel]! - 1] ?? "";
      // The arm's links in one colour.
      const others = picture.names.filter((one) => !one.startsWith("panda"));
      return name === "" ? [20, 20, 20] : hues[(1 + others.indexOf(name)) % hues.length]!;
    }
    const grey = Math.round(255 * Math.min(1, Math.max(0, (farM - picture.depthM[pixel]!) / (farM - nearM))));
    return [grey, grey, grey];
  };
  return Uint8Array.from({ length: width * height * 4 }, (_, byte) => (byte % 4 === 3 ? 255 : colour(Math.floor(byte / 4))[byte % 4]!));
}
