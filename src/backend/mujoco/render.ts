/**
 * Pictures of a MuJoCo scene by ray casting: no graphics card, no browser, the same bytes everywhere. Lambert surfaces with a
 * little gloss, a sun and a sky that both cast shadows, translucent zones. Pixels that differ from a neighbour are cast again, finer.
 * @module
 */
import { edges } from "../sensing/edges.ts";
import { cameraDirections } from "./camera.ts";
import type { Camera, DirectionInto } from "./camera.ts";
import { zoneGroup } from "./add-world.ts";
import { studioLights } from "./lights.ts";
import type { MjData, MjModel, MujocoModule } from "./mujoco-module.ts";
import { RayCaster } from "./ray-caster.ts";
import { shade } from "./shade.ts";
import type { Scene } from "./shade.ts";
import { surfacesOf } from "./surface-colour.ts";

export interface RenderOptions {
  /** Rays per axis of a pixel that lies on an edge, 1 to 5. Default 3. */
  readonly supersample?: number;
  /** Shadow samples of the sun and the sky. Defaults 4 and 12; 1 and 0 make a fast preview. */
  readonly sunSamples?: number;
  readonly skySamples?: number;
  /** Whether geom groups 0 … 5 are seen. Default: 0, 1, 2, and 3 too where a robot has nothing else. Zones are always seen. */
  readonly groups?: readonly boolean[];
  /** Beginnings of the names of geoms drawn as wooden planks. Default: fixtures whose name begins with "table". */
  readonly wooden?: readonly string[];
}

/** Whether zones are drawn, which are no things, and the body that nobody sees: the one that carries the camera. */
export interface RobotView {
  readonly zones?: boolean;
  readonly exceptBody?: number;
}

/** Rows from the top, 4 bytes a pixel: red, green, blue, 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const raysPerCast = 16384;

/** `data` must be up to date with its positions (`mj_forward`). Throws `value.invalid` for a camera that sees nothing. */
export function renderScene(
  mujoco: MujocoModule,
  model: MjModel,
  data: MjData,
  camera: Camera,
  options: RenderOptions & RobotView = {},
): Picture {
  const direction = cameraDirections(camera);
  const { fromM, atM, width, height } = camera;
  const [dx, dy, dz] = [atM[0] - fromM[0], atM[1] - fromM[1], atM[2] - fromM[2]];
  const samples = Math.min(5, Math.max(1, Math.round(options.supersample ?? 3)));
  const scene: Scene = {
    origin: fromM,
    viewDistanceM: Math.sqrt(dx * dx + dy * dy + dz * dz),
    caster: new RayCaster(mujoco, model, data, raysPerCast, options.exceptBody),
    surfaces: surfacesOf(model, options.wooden ?? ["fixture/table"]),
    lights: studioLights(atM, Math.max(1, options.sunSamples ?? 4), Math.max(0, options.skySamples ?? 12)),
    groups: visibleGroups(model, options.groups),
    hasZones: options.zones !== false && model.geom_group.includes(zoneGroup),
  };
  try {
    const display = new Float64Array(width * height * 3);
    paint(
      scene,
      direction,
      width,
      Int32Array.from({ length: width * height }, (_, pixel) => pixel),
      1,
      display,
    );
    if (samples > 1) paint(scene, direction, width, edges(display, width, height), samples, display);
    return { width, height, rgba: bytesOf(display) };
  } finally {
    scene.caster.dispose();
  }
}

/** Casts `samples`² rays through each of `pixels` and writes their mean, as shown, into `display`, shape `[height, width, 3]`. */
function paint(scene: Scene, direction: DirectionInto, width: number, pixels: Int32Array, samples: number, display: Float64Array): void {
  const perPixel = samples * samples;
  const pixelsPerCast = Math.floor(raysPerCast / perPixel);
  const shaded = new Float64Array(raysPerCast * 3);
  for (let from = 0; from < pixels.length; from += pixelsPerCast) {
    const n = Math.min(pixelsPerCast, pixels.length - from);
    for (let i = 0; i < n * perPixel; i++) {
      const pixel = pixels[from + Math.floor(i / perPixel)]!;
      const sample = i % perPixel;
      const column = (pixel % width) + ((sample % samples) + 0.5) / samples;
      const row = Math.floor(pixel / width) + (Math.floor(sample / samples) + 0.5) / samples;
      direction(column, row, scene.caster.directions, 3 * i);
    }
    shade(scene, n * perPixel, shaded);
    for (let i = 0; i < n; i++)
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let s = 0; s < perPixel; s++) sum += toneMapped(shaded[3 * (i * perPixel + s) + k]!);
        display[3 * pixels[from + i]! + k] = sum / perPixel;
      }
  }
}

/** 1 for each geom group that is seen, shape `[6]`. */
export function visibleGroups(model: MjModel, wanted?: readonly boolean[]): readonly number[] {
  // Where visual geoms were stripped, the collision geoms (group 3 by custom) are all there is.
  const onlyCollision = !model.geom_group.some((group, g) => (group === 1 || group === 2) && (model.geom_bodyid[g] ?? 0) !== 0);
  const seen = wanted ?? [true, true, true, onlyCollision, false, false];
  return [0, 1, 2, 3, 4, 5].map((group) => (seen[group] === true && group !== zoneGroup ? 1 : 0));
}

/** Rolls off towards white instead of clipping; the square root undoes the squared colours. */
function toneMapped(linear: number): number {
  const rolled = linear <= 0.7 ? linear : 1 - 0.09 / (linear - 0.4);
  return Math.sqrt(Math.max(0, rolled));
}

function bytesOf(display: Float64Array): Uint8Array {
  const rgba = new Uint8Array((display.length / 3) * 4);
  for (let p = 0; p < display.length / 3; p++) {
    for (let k = 0; k < 3; k++) rgba[4 * p + k] = Math.min(255, Math.round(display[3 * p + k]! * 255));
    rgba[4 * p + 3] = 255;
  }
  return rgba;
}
