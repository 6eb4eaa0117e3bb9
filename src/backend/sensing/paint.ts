/**
 * Colours of what the rays met: Lambert surfaces under a sun that casts shadows and a sky that is brighter above. The same bytes on
 * every machine: nothing but sums, products, quotients and square roots.
 * @module
 */
import { SHAPE_HALF_SPACE, SHAPE_STRIDE, surfaceNormalInto } from "../../geometry/index.ts";
import { blocked, type Raster } from "./raster.ts";
import type { SolidScene } from "./solid-scene.ts";

/** Unit, towards the sun. */
const sun = [0.36, -0.48, 0.8] as const;
const sunlight = [0.8, 0.76, 0.68] as const;
const skylight = [0.36, 0.39, 0.44] as const;
const horizon = [0.64, 0.7, 0.77] as const;
const zenith = [0.13, 0.22, 0.38] as const;
const checkM = 0.5;
/** Keeps a surface from shadowing itself, m. */
const biasM = 1e-4;
/** Haze begins here and ends all there is to see, m. */
const [hazeM, goneM] = [12, 60];

/** One colour a pixel, from the means of `samples`² rays; shape `[height / samples, width / samples, 4]`: red, green, blue, 255. */
export function paint(scene: SolidScene, raster: Raster, samples: number): Uint8Array {
  const width = raster.width / samples;
  const height = raster.height / samples;
  const shown = new Float64Array(width * height * 3);
  const colour = new Float64Array(3);
  const brush = new Brush(scene, raster);
  for (let ray = 0; ray < raster.distanceM.length; ray++) {
    brush.colourInto(ray, colour);
    const column = Math.floor((ray % raster.width) / samples);
    const at = 3 * (Math.floor(ray / raster.width / samples) * width + column);
    for (let k = 0; k < 3; k++) shown[at + k] = shown[at + k]! + Math.sqrt(Math.min(1, colour[k]!));
  }
  const rgba = new Uint8Array(width * height * 4).fill(255);
  const perPixel = samples * samples;
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let k = 0; k < 3; k++) rgba[4 * pixel + k] = Math.round((shown[3 * pixel + k]! / perPixel) * 255);
  return rgba;
}

class Brush {
  readonly #scene: SolidScene;
  readonly #raster: Raster;
  readonly #normal = new Float64Array(3);
  readonly #toSun = Float64Array.of(0, 0, 0, ...sun);

  constructor(scene: SolidScene, raster: Raster) {
    this.#scene = scene;
    this.#raster = raster;
  }

  /** Linear, of what the ray met or of the sky. */
  colourInto(ray: number, out3: Float64Array): void {
    const { rays, distanceM, shape } = this.#raster;
    const height = Math.min(1, Math.max(0, rays[6 * ray + 5]! * 1.6));
    for (let k = 0; k < 3; k++) out3[k] = horizon[k]! * (1 - height) + zenith[k]! * height;
    const met = shape[ray]!;
    if (met < 0) return;
    const far = distanceM[ray]!;
    const haze = Math.min(1, Math.max(0, (far - hazeM) / (goneM - hazeM)));
    const toSun = this.#toSun;
    for (let k = 0; k < 3; k++) toSun[k] = rays[6 * ray + k]! + far * rays[6 * ray + 3 + k]!;
    const x = toSun[0]!;
    const y = toSun[1]!;
    const z = toSun[2]!;
    const { kinds, params } = this.#scene.shapes;
    const normal = this.#normal;
    surfaceNormalInto(kinds[met]!, params, met * SHAPE_STRIDE, x, y, z, normal);
    const facing = normal[0]! * sun[0] + normal[1]! * sun[1] + normal[2]! * sun[2];
    for (let k = 0; k < 3; k++) toSun[k] = toSun[k]! + biasM * normal[k]!;
    const lit = facing > 0 && !blocked(this.#scene, toSun, Infinity) ? facing : 0;
    const above = 0.55 + 0.45 * normal[2]!;
    const pattern = kinds[met] === SHAPE_HALF_SPACE ? checker(x, y, far) : 1;
    for (let k = 0; k < 3; k++) {
      const shaded = this.#scene.albedo[3 * met + k]! * pattern * (sunlight[k]! * lit + skylight[k]! * above);
      out3[k] = shaded * (1 - haze) + out3[k]! * haze;
    }
  }
}

/** Fields on the floor, fainter the farther they are. */
function checker(x: number, y: number, far: number): number {
  const odd = (Math.floor(x / checkM) + Math.floor(y / checkM)) % 2 !== 0;
  return 1 + ((odd ? -0.14 : 0.14) * 4) / (4 + far);
}
