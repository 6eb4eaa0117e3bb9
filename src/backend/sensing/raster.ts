/**
 * What the rays of a camera meet. Each shape is asked only by the pixels that its bounding sphere can cover.
 *
 *              column ▸                     y left
 *        ┌──────────────────┐                 ▴
 *    row │  camera along x  │      camera  ───┼──▸ x forward
 *      ▾ └──────────────────┘                 z up
 * @module
 */
import { cos, sin } from "../../core/elementary.ts";
import { matrix34FromPose } from "../../core/pose.ts";
import { rayToShapeDistance, SHAPE_STRIDE } from "../../geometry/index.ts";
import type { PosedCamera } from "./rig.ts";
import type { SolidScene } from "./solid-scene.ts";

/** Farther than this nothing is seen, m. */
export const farM = 100;

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** x y z and unit direction of each ray in the world, shape `[height, width, 6]`. */
  readonly rays: Float64Array;
  /** Cosine between each ray and the camera's x, shape `[height, width]`: depth is distance times this. */
  readonly cosine: Float64Array;
  /** m along the ray, Infinity where there is nothing within `farM`; shape `[height, width]`. */
  readonly distanceM: Float64Array;
  /** Index of the shape that was met, -1 for none; shape `[height, width]`. */
  readonly shape: Int32Array;
}

/** `samples`: rays a pixel and axis; the raster is that many times as wide and high as the camera's pictures. */
export function castRays(scene: SolidScene, camera: PosedCamera, samples = 1): Raster {
  const raster = cameraRays(camera, samples);
  const { kinds, params, count } = scene.shapes;
  const view = viewOf(camera);
  const { width, rays, distanceM, shape } = raster;
  const window = new Int32Array(4);
  for (let s = 0; s < count; s++) {
    // What holds the camera itself is not in its view.
    if (rayToShapeDistance(kinds[s]!, params, s * SHAPE_STRIDE, rays, 0) === 0) continue;
    coveredPixels(scene.spheres, 4 * s, view, raster, window);
    for (let row = window[2]!; row < window[3]!; row++)
      for (let pixel = row * width + window[0]!, end = row * width + window[1]!; pixel < end; pixel++) {
        const met = rayToShapeDistance(kinds[s]!, params, s * SHAPE_STRIDE, rays, 6 * pixel);
        if (!(met < distanceM[pixel]! && met <= farM)) continue;
        distanceM[pixel] = met;
        shape[pixel] = s;
      }
  }
  return raster;
}

/** Whether something of the scene stands on a ray `x y z dx dy dz`, nearer than `withinM`. */
export function blocked(scene: SolidScene, ray: Float64Array, withinM: number): boolean {
  const { kinds, params, count } = scene.shapes;
  const { spheres } = scene;
  const x = ray[0]!;
  const y = ray[1]!;
  const z = ray[2]!;
  const dx = ray[3]!;
  const dy = ray[4]!;
  const dz = ray[5]!;
  for (let s = 0; s < count; s++) {
    const cx = spheres[4 * s]! - x;
    const cy = spheres[4 * s + 1]! - y;
    const cz = spheres[4 * s + 2]! - z;
    const radiusM = spheres[4 * s + 3]!;
    const along = Math.max(0, cx * dx + cy * dy + cz * dz);
    const px = cx - along * dx;
    const py = cy - along * dy;
    const pz = cz - along * dz;
    if (px * px + py * py + pz * pz > radiusM * radiusM) continue;
    if (rayToShapeDistance(kinds[s]!, params, s * SHAPE_STRIDE, ray, 0) < withinM) return true;
  }
  return false;
}

/** The rays of a camera before they are cast: nothing met. */
export function cameraRays(camera: PosedCamera, samples = 1): Raster {
  const width = camera.width * samples;
  const height = camera.height * samples;
  const rays = new Float64Array(width * height * 6);
  const cosine = new Float64Array(width * height);
  const { x, y, z, m, half } = viewOf(camera);
  for (let row = 0, pixel = 0; row < height; row++)
    for (let column = 0; column < width; column++, pixel++) {
      const left = (1 - (2 * (column + 0.5)) / width) * half * (width / height);
      const up = (1 - (2 * (row + 0.5)) / height) * half;
      const length = Math.sqrt(1 + left * left + up * up);
      rays[6 * pixel] = x;
      rays[6 * pixel + 1] = y;
      rays[6 * pixel + 2] = z;
      for (let k = 0; k < 3; k++) rays[6 * pixel + 3 + k] = (m[4 * k]! + left * m[4 * k + 1]! + up * m[4 * k + 2]!) / length;
      cosine[pixel] = 1 / length;
    }
  const distanceM = new Float64Array(width * height).fill(Infinity);
  return { width, height, rays, cosine, distanceM, shape: new Int32Array(width * height).fill(-1) };
}

interface View {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** worldFromCamera as a 3×4 matrix. */
  readonly m: Float64Array;
  /** Tangent of half the vertical field of view. */
  readonly half: number;
}

function viewOf({ worldFromCamera, verticalFovRad }: PosedCamera): View {
  const [x, y, z] = worldFromCamera.position;
  return { x, y, z, m: matrix34FromPose(worldFromCamera), half: sin(verticalFovRad / 2) / cos(verticalFovRad / 2) };
}

/** Writes first and end column, first and end row of the pixels whose rays can meet a sphere into `out4`. */
function coveredPixels(spheres: Float64Array, at: number, view: View, { width, height }: Raster, out4: Int32Array): void {
  const { m, half } = view;
  const dx = spheres[at]! - view.x;
  const dy = spheres[at + 1]! - view.y;
  const dz = spheres[at + 2]! - view.z;
  const radiusM = spheres[at + 3]!;
  const inCamera = (axis: number): number => m[axis]! * dx + m[4 + axis]! * dy + m[8 + axis]! * dz;
  const forward = inCamera(0);
  if (!(forward + radiusM > 0)) {
    out4.fill(0);
    return;
  }
  spanInto(forward, inCamera(1), radiusM, half * (width / height), width, out4, 0);
  spanInto(forward, inCamera(2), radiusM, half, height, out4, 2);
}

/** The part of one axis of the picture between the two tangents on a circle at (forward, across). */
function spanInto(forward: number, across: number, radiusM: number, half: number, size: number, out4: Int32Array, at: number): void {
  out4[at] = 0;
  out4[at + 1] = size;
  if (!(forward > radiusM)) return;
  const square = radiusM * radiusM;
  const root = radiusM * Math.sqrt(forward * forward + across * across - square);
  const below = forward * forward - square;
  const least = (forward * across - root) / below / half;
  const most = (forward * across + root) / below / half;
  out4[at] = clamp(Math.floor(((1 - most) * size) / 2) - 1, size);
  out4[at + 1] = clamp(Math.ceil(((1 - least) * size) / 2) + 1, size);
}

function clamp(pixel: number, size: number): number {
  return Math.min(size, Math.max(0, pixel));
}
