/**
 * Colours of what the rays met: Lambert surfaces under a sun that casts shadows and a sky that is brighter above. The same bytes on
 * every machine: nothing but sums, products, quotients and square roots.
 * @module
 */
import type { VisualLight } from "../../core/visual-scene.ts";
import { SHAPE_HALF_SPACE, SHAPE_STRIDE, surfaceNormalInto } from "../../geometry/index.ts";
import { edges } from "./edges.ts";
import { blocked, firstMetInto, rayInto, viewOf, type Raster } from "./raster.ts";
import type { PosedCamera } from "./rig.ts";
import type { SolidScene } from "./solid-scene.ts";

/** Unit, towards the sun. */
const sun = [0.36, -0.48, 0.8] as const;
const sunlight = [0.8, 0.76, 0.68] as const;
const skylight = [0.36, 0.39, 0.44] as const;
/** The same for a renderer: the sky gives 0.55 + 0.45 times the normal's z of its light. */
export const paintersLight: VisualLight = { towardSun: sun, sun: sunlight, above: skylight, below: [0.036, 0.039, 0.044] };
const horizon = [0.64, 0.7, 0.77] as const;
const zenith = [0.13, 0.22, 0.38] as const;
const checkM = 0.5;
/** Keeps a surface from shadowing itself, m. */
const biasM = 1e-4;
/** Haze begins here and ends all there is to see, m. */
const hazeM = 12;
const goneM = 60;

/** Rays a pixel and axis where a pixel lies on an edge. */
const samples = 2;

/** Shape `[height, width, 4]`: red, green, blue, 255. With a camera, pixels on an edge are cast again, finer. */
export function paint(scene: SolidScene, raster: Raster, camera?: PosedCamera): Uint8Array {
  const { width, height, rays, shape, distanceM } = raster;
  const shown = new Float64Array(width * height * 3);
  const brush = new Brush(scene);
  for (let pixel = 0; pixel < shape.length; pixel++) brush.addInto(rays, 6 * pixel, shape[pixel]!, distanceM[pixel]!, 1, shown, 3 * pixel);
  if (camera !== undefined) refine(scene, camera, brush, shown);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < shape.length; pixel++)
    for (let k = 0; k < 3; k++) rgba[4 * pixel + k] = Math.round(shown[3 * pixel + k]! * 255);
  return rgba;
}

function refine(scene: SolidScene, camera: PosedCamera, brush: Brush, shown: Float64Array): void {
  const view = viewOf(camera);
  const ray = new Float64Array(6);
  const first = { shape: -1, distanceM: Infinity };
  for (const pixel of edges(shown, camera.width, camera.height)) {
    shown.fill(0, 3 * pixel, 3 * pixel + 3);
    for (let sample = 0; sample < samples * samples; sample++) {
      const column = (pixel % camera.width) + ((sample % samples) + 0.5) / samples;
      const row = Math.floor(pixel / camera.width) + (Math.floor(sample / samples) + 0.5) / samples;
      rayInto(view, camera, column, row, ray, 0);
      firstMetInto(scene, ray, first);
      brush.addInto(ray, 0, first.shape, first.distanceM, 1 / (samples * samples), shown, 3 * pixel);
    }
  }
}

class Brush {
  readonly #scene: SolidScene;
  readonly #normal = new Float64Array(3);
  readonly #toSun = Float64Array.of(0, 0, 0, ...sun);

  constructor(scene: SolidScene) {
    this.#scene = scene;
  }

  /** Adds a share of the colour of what a ray met, or of the sky, as it is shown. */
  addInto(rays: Float64Array, at: number, met: number, far: number, share: number, out: Float64Array, to: number): void {
    const height = Math.min(1, Math.max(0, rays[at + 5]! * 1.6));
    const haze = met < 0 ? 1 : Math.min(1, Math.max(0, (far - hazeM) / (goneM - hazeM)));
    const light = haze < 1 ? this.#light(rays, at, met, far) : 0;
    const above = 0.55 + 0.45 * this.#normal[2]!;
    const pattern = this.#pattern(met, far);
    for (let k = 0; k < 3; k++) {
      const sky = horizon[k]! * (1 - height) + zenith[k]! * height;
      const shaded = haze < 1 ? this.#scene.albedo[3 * met + k]! * pattern * (sunlight[k]! * light + skylight[k]! * above) : 0;
      out[to + k] = out[to + k]! + share * Math.sqrt(Math.min(1, shaded * (1 - haze) + sky * haze));
    }
  }

  /** Cosine with the sun where its light falls, else 0; leaves the normal, and a point a hair above the surface. */
  #light(rays: Float64Array, at: number, met: number, far: number): number {
    const { kinds, params } = this.#scene.shapes;
    const toSun = this.#toSun;
    const normal = this.#normal;
    for (let k = 0; k < 3; k++) toSun[k] = rays[at + k]! + far * rays[at + 3 + k]!;
    surfaceNormalInto(kinds[met]!, params, met * SHAPE_STRIDE, toSun[0]!, toSun[1]!, toSun[2]!, normal);
    const facing = normal[0]! * sun[0] + normal[1]! * sun[1] + normal[2]! * sun[2];
    for (let k = 0; k < 3; k++) toSun[k] = toSun[k]! + biasM * normal[k]!;
    return facing > 0 && !blocked(this.#scene, toSun, Infinity) ? facing : 0;
  }

  #pattern(met: number, far: number): number {
    return met >= 0 && this.#scene.shapes.kinds[met] === SHAPE_HALF_SPACE ? checker(this.#toSun[0]!, this.#toSun[1]!, far) : 1;
  }
}

/** Fields on the floor, fainter the farther they are. */
function checker(x: number, y: number, far: number): number {
  const odd = (Math.floor(x / checkM) + Math.floor(y / checkM)) % 2 !== 0;
  return 1 + ((odd ? -0.14 : 0.14) * 4) / (4 + far);
}
