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

/** One ray through the middle of each pixel. */
export function castRays(scene: SolidScene, camera: PosedCamera): Raster {
  const raster = cameraRays(camera);
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
  for (let s = 0; s < count; s++)
    if (mayMeet(scene.spheres, 4 * s, ray) && rayToShapeDistance(kinds[s]!, params, s * SHAPE_STRIDE, ray, 0) < withinM) return true;
  return false;
}

/** Whether a ray comes into a bounding sphere. */
function mayMeet(spheres: Float64Array, at: number, ray: Float64Array): boolean {
  const cx = spheres[at]! - ray[0]!;
  const cy = spheres[at + 1]! - ray[1]!;
  const cz = spheres[at + 2]! - ray[2]!;
  const along = Math.max(0, cx * ray[3]! + cy * ray[4]! + cz * ray[5]!);
  const px = cx - along * ray[3]!;
  const py = cy - along * ray[4]!;
  const pz = cz - along * ray[5]!;
  return px * px + py * py + pz * pz <= spheres[at + 3]! * spheres[at + 3]!;
}

/** The rays of a camera before they are cast: nothing met. */
export function cameraRays(camera: PosedCamera): Raster {
  const { width, height } = camera;
  const rays = new Float64Array(width * height * 6);
  const cosine = new Float64Array(width * height);
  const view = viewOf(camera);
  for (let row = 0, pixel = 0; row < height; row++)
    for (let column = 0; column < width; column++, pixel++) cosine[pixel] = rayInto(view, camera, column + 0.5, row + 0.5, rays, 6 * pixel);
  const distanceM = new Float64Array(width * height).fill(Infinity);
  return { width, height, rays, cosine, distanceM, shape: new Int32Array(width * height).fill(-1) };
}

/** Writes the ray through a point of the picture, in pixels from its top left corner; answers its cosine with the camera's x. */
export function rayInto(
  { x, y, z, m, half }: View,
  { width, height }: Pick<PosedCamera, "width" | "height">,
  column: number,
  row: number,
  out: Float64Array,
  at: number,
): number {
  const left = (1 - (2 * column) / width) * half * (width / height);
  const up = (1 - (2 * row) / height) * half;
  const length = Math.sqrt(1 + left * left + up * up);
  out[at] = x;
  out[at + 1] = y;
  out[at + 2] = z;
  for (let k = 0; k < 3; k++) out[at + 3 + k] = (m[4 * k]! + left * m[4 * k + 1]! + up * m[4 * k + 2]!) / length;
  return 1 / length;
}

/** What one ray `x y z dx dy dz` meets first. */
export interface FirstMet {
  /** -1 for nothing within `farM`. */
  shape: number;
  distanceM: number;
}

/** The same as `castRays` for one ray that begins at the camera. */
export function firstMetInto(scene: SolidScene, ray: Float64Array, out: FirstMet): void {
  const { kinds, params, count } = scene.shapes;
  out.shape = -1;
  out.distanceM = Infinity;
  for (let s = 0; s < count; s++) {
    if (!mayMeet(scene.spheres, 4 * s, ray)) continue;
    const met = rayToShapeDistance(kinds[s]!, params, s * SHAPE_STRIDE, ray, 0);
    // What holds the camera itself is not in its view.
    if (!(met > 0 && met < out.distanceM && met <= farM)) continue;
    out.distanceM = met;
    out.shape = s;
  }
}

export interface View {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** worldFromCamera as a 3×4 matrix. */
  readonly m: Float64Array;
  /** Tangent of half the vertical field of view. */
  readonly half: number;
}

export function viewOf({ worldFromCamera, verticalFovRad }: PosedCamera): View {
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
