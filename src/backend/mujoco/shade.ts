/**
 * The colour that comes along a bundle of camera rays: first what they hit, then one bundle of shadow rays from every light.
 * @module
 */
import type { Vec3 } from "../../core/vec3.ts";
import { zoneGroup } from "./add-world.ts";
import { lightDistanceM } from "./lights.ts";
import type { Light } from "./lights.ts";
import type { RayCaster } from "./ray-caster.ts";
import { colourInto } from "./surface-colour.ts";
import type { Surfaces } from "./surface-colour.ts";

export interface Scene {
  readonly origin: Vec3;
  /** The picture's own scale, m: haze begins at a few times it. */
  readonly viewDistanceM: number;
  readonly caster: RayCaster;
  readonly surfaces: Surfaces;
  readonly lights: readonly Light[];
  readonly groups: readonly number[];
  readonly hasZones: boolean;
}

/** What the camera's rays met, kept while the caster is used for shadows. Shapes `[n]`, `[n, 3]`. */
interface Hits {
  readonly view: Float64Array;
  readonly geom: Int32Array;
  readonly distanceM: Float64Array;
  readonly normal: Float64Array;
  readonly point: Float64Array;
  readonly albedo: Float64Array;
}

const farM = 60;
/** Keeps a surface from shadowing itself, m. */
const shadowBiasM = 1.5e-3;
const zonesOnly = [0, 1, 2, 3, 4, 5].map((group) => (group === zoneGroup ? 1 : 0));
const horizon = [0.64, 0.7, 0.77] as const;
const zenith = [0.13, 0.22, 0.38] as const;

/** Linear colours along the first `n` directions in the caster, into `out`, shape `[n, 3]`. */
export function shade(scene: Scene, n: number, out: Float64Array): void {
  const hits = firstHits(scene, n);
  const zones = scene.hasZones ? zoneHits(scene, n) : undefined;
  out.fill(0, 0, 3 * n);
  for (const light of scene.lights) addLight(scene, light, hits, n, out);
  for (let i = 0; i < n; i++) {
    const missed = hits.geom[i]! < 0;
    // A little light from everywhere, and haze that takes a floor without end into the sky.
    const haze = missed ? 1 : Math.min(1, Math.max(0, hits.distanceM[i]! / scene.viewDistanceM - 2) / 6);
    const height = Math.min(1, Math.max(0, hits.view[3 * i + 2]! * 1.6));
    for (let k = 0; k < 3; k++) {
      const sky = horizon[k]! * (1 - height) + zenith[k]! * height;
      const lit = out[3 * i + k]! + (missed ? 0 : 0.1 * hits.albedo[3 * i + k]!);
      out[3 * i + k] = lit * (1 - haze) + sky * haze;
    }
    if (zones !== undefined) tintByZone(scene.surfaces, zones, hits, i, out);
  }
}

function firstHits(scene: Scene, n: number): Hits {
  const view = scene.caster.directions.slice(0, 3 * n);
  const cast = scene.caster.cast(scene.origin, n, scene.groups, farM);
  const hits: Hits = {
    view,
    geom: cast.geom.slice(0, n),
    distanceM: cast.distanceM.slice(0, n),
    normal: cast.normal.slice(0, 3 * n),
    point: new Float64Array(3 * n),
    albedo: new Float64Array(3 * n),
  };
  const colour = new Float64Array(3);
  for (let i = 0; i < n; i++) {
    if (hits.geom[i]! < 0) continue;
    const at = 3 * i;
    let facing = 0;
    for (let k = 0; k < 3; k++) {
      hits.point[at + k] = scene.origin[k]! + view[at + k]! * hits.distanceM[i]!;
      facing += hits.normal[at + k]! * view[at + k]!;
    }
    if (facing > 0) for (let k = 0; k < 3; k++) hits.normal[at + k] = -hits.normal[at + k]!;
    const blur = Math.min(1, hits.distanceM[i]! / (4 * scene.viewDistanceM));
    colourInto(scene.surfaces, hits.geom[i]!, hits.point[at]!, hits.point[at + 1]!, hits.point[at + 2]!, blur, colour);
    hits.albedo.set(colour, at);
  }
  return hits;
}

/** Adds what one light gives, where nothing stands between it and the surface. */
function addLight(scene: Scene, light: Light, hits: Hits, n: number, out: Float64Array): void {
  const [lx, ly, lz] = light.positionM;
  const [tx, ty, tz] = light.toward;
  const { directions } = scene.caster;
  const facingRay = new Int32Array(n);
  const reach = new Float64Array(n);
  let m = 0;
  // Only surfaces that face the light need to know whether something stands before it.
  for (let i = 0; i < n; i++) {
    const at = 3 * i;
    if (hits.geom[i]! < 0 || !(cosine(hits.normal, at, tx, ty, tz) > 0)) continue;
    const x = hits.point[at]! - lx;
    const y = hits.point[at + 1]! - ly;
    const z = hits.point[at + 2]! - lz;
    const length = Math.sqrt(x * x + y * y + z * z);
    directions[3 * m] = x / length;
    directions[3 * m + 1] = y / length;
    directions[3 * m + 2] = z / length;
    reach[m] = length;
    facingRay[m++] = i;
  }
  if (m === 0) return;
  const blocked = scene.caster.cast(light.positionM, m, scene.groups, 4 * lightDistanceM).distanceM;
  for (let r = 0; r < m; r++) {
    if (blocked[r]! >= 0 && blocked[r]! < reach[r]! - shadowBiasM) continue;
    const at = 3 * facingRay[r]!;
    const facing = cosine(hits.normal, at, tx, ty, tz);
    // The dome's samples are spread by the cosine with the vertical, so a level surface gets each of them whole.
    const weight = light.sun ? facing : facing / Math.max(0.2, tz);
    const gloss = light.sun ? 0.35 * highlight(hits, at, light.toward) : 0;
    for (let k = 0; k < 3; k++) out[at + k]! += light.rgb[k]! * (weight * hits.albedo[at + k]! + gloss);
  }
}

function cosine(vectors: Float64Array, at: number, x: number, y: number, z: number): number {
  return vectors[at]! * x + vectors[at + 1]! * y + vectors[at + 2]! * z;
}

/** Blinn-Phong with exponent 64. */
function highlight(hits: Hits, at: number, toward: Light["toward"]): number {
  const hx = toward[0] - hits.view[at]!;
  const hy = toward[1] - hits.view[at + 1]!;
  const hz = toward[2] - hits.view[at + 2]!;
  let c = Math.max(0, cosine(hits.normal, at, hx, hy, hz) / Math.sqrt(hx * hx + hy * hy + hz * hz));
  for (let square = 0; square < 6; square++) c *= c;
  return c;
}

type ZoneHits = Pick<Hits, "geom" | "distanceM" | "normal">;

function zoneHits(scene: Scene, n: number): ZoneHits {
  const cast = scene.caster.cast(scene.origin, n, zonesOnly, farM);
  return { geom: cast.geom.slice(0, n), distanceM: cast.distanceM.slice(0, n), normal: cast.normal.slice(0, 3 * n) };
}

/** Glass that is thicker towards its rim. */
function tintByZone(surfaces: Surfaces, zones: ZoneHits, hits: Hits, i: number, out: Float64Array): void {
  const g = zones.geom[i]!;
  if (g < 0 || (hits.geom[i]! >= 0 && zones.distanceM[i]! > hits.distanceM[i]!)) return;
  const at = 3 * i;
  const rim = 1 - Math.abs(cosine(zones.normal, at, hits.view[at]!, hits.view[at + 1]!, hits.view[at + 2]!));
  const alpha = Math.min(1, surfaces.rgba[4 * g + 3]! * (0.6 + 2 * rim * rim));
  for (let k = 0; k < 3; k++) out[at + k] = out[at + k]! * (1 - alpha) + surfaces.rgba[4 * g + k]! * alpha;
}
