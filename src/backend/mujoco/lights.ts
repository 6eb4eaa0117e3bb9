/**
 * Light as points far away, all with shadows: a few close together are a sun with soft edges, the rest a dome, which darkens corners.
 * Rays run from the light to the surface, so that all shadows of one light are one bundle.
 * @module
 */
import { cos, sin } from "../../core/elementary.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { VisualLight } from "../../core/visual-scene.ts";

export interface Light {
  readonly positionM: Vec3;
  /** Unit vector from the scene to the light. */
  readonly toward: Vec3;
  /** Linear colour of what it adds to a white surface that faces it. */
  readonly rgb: Vec3;
  /** Suns shine on glossy surfaces, the dome does not. */
  readonly sun: boolean;
}

const sunToward = [0.42, -0.5, 0.82] as const;
const sunRgb = [0.95, 0.9, 0.82] as const;
const domeRgb = [0.62, 0.66, 0.72] as const;
/** Much the same for a renderer whose dome casts no shadows and whose whites are clipped: a little less of each. */
export const studioLight: VisualLight = {
  towardSun: sunToward,
  sun: [0.84, 0.79, 0.72],
  above: [0.54, 0.58, 0.63],
  below: [0.16, 0.17, 0.18],
};
/** Half width of the sun's disc as a fraction of its distance. */
const sunSpread = 0.05;
/** So far away that its rays are nearly parallel. */
export const lightDistanceM = 25;
const goldenAngleRad = 2.399963229728653;

/** `nSun` and `nDome` samples around `centreM`; more are smoother and slower. */
export function studioLights(centreM: Vec3, nSun: number, nDome: number): readonly Light[] {
  const lights: Light[] = [];
  for (let i = 0; i < nSun; i++) {
    const r = nSun === 1 ? 0 : sunSpread * Math.sqrt((i + 0.5) / nSun);
    const jitter = [r * cos(i * goldenAngleRad), r * sin(i * goldenAngleRad), 0] as const;
    lights.push(light(centreM, [sunToward[0] + jitter[0], sunToward[1] + jitter[1], sunToward[2]], scaled(sunRgb, 1 / nSun), true));
  }
  for (let i = 0; i < nDome; i++) {
    // Cosine-weighted over the upper half, by a sunflower spiral in the disc below it.
    const r = Math.sqrt((i + 0.5) / nDome) * 0.97;
    const toward = [r * cos(i * goldenAngleRad), r * sin(i * goldenAngleRad), Math.sqrt(1 - r * r)] as const;
    lights.push(light(centreM, toward, scaled(domeRgb, 1 / nDome), false));
  }
  return lights;
}

function light(centre: Vec3, direction: Vec3, rgb: Light["rgb"], sun: boolean): Light {
  const [x, y, z] = direction;
  const length = Math.sqrt(x * x + y * y + z * z);
  const toward = [x / length, y / length, z / length] as const;
  return {
    positionM: [centre[0] + toward[0] * lightDistanceM, centre[1] + toward[1] * lightDistanceM, centre[2] + toward[2] * lightDistanceM],
    toward,
    rgb,
    sun,
  };
}

function scaled(rgb: Vec3, factor: number): Light["rgb"] {
  return [rgb[0] * factor, rgb[1] * factor, rgb[2] * factor];
}
