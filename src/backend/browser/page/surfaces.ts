/**
 * Surfaces, light and what is behind it all, like what the rays paint (`sensing/paint.ts`).
 * @module
 */
import * as THREE from "three";
import type { VisualLight } from "../../../core/visual-scene.ts";

const horizon = linear(0.64, 0.7, 0.77);
const zenith = linear(0.13, 0.22, 0.38);
/** Haze begins here and ends all there is to see, m. */
const [hazeM, goneM] = [12, 60];

/** Both wait for `shineAs`. */
export function sun(): THREE.DirectionalLight {
  const light = new THREE.DirectionalLight();
  light.castShadow = true;
  light.shadow.mapSize.set(2048, 2048);
  light.shadow.radius = 2;
  return light;
}

export function sky(): THREE.HemisphereLight {
  const light = new THREE.HemisphereLight();
  light.position.set(0, 0, 1);
  return light;
}

export function shineAs(
  { sun: ofSun, above, below }: VisualLight,
  sunlight: THREE.DirectionalLight,
  skylight: THREE.HemisphereLight,
): void {
  sunlight.color.copy(linear(...ofSun));
  skylight.color.copy(linear(...above));
  skylight.groundColor.copy(linear(...below));
  // A surface reflects 1/π of what falls on it to each side.
  sunlight.intensity = Math.PI;
  skylight.intensity = Math.PI;
}

export function haze(): THREE.Fog {
  return new THREE.Fog(horizon, hazeM, goneM);
}

export function matte(rgb: readonly [number, number, number]): THREE.MeshStandardMaterial {
  // Shadows begin at the side that the sun sees: no light comes in where a thing stands on another.
  return new THREE.MeshStandardMaterial({ color: shown(rgb), roughness: 0.62, metalness: 0, shadowSide: THREE.FrontSide });
}

/** With fields of half a metre in the world's x and y, fainter the farther they are, and smoothed where they are finer than a pixel. */
export function checkered(rgb: readonly [number, number, number]): THREE.MeshLambertMaterial {
  const material = new THREE.MeshLambertMaterial({ color: shown(rgb) });
  material.onBeforeCompile = (shader) => {
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", "#include <common>\nvarying vec2 vField;")
      .replace("#include <project_vertex>", "#include <project_vertex>\nvField = 2.0 * (modelMatrix * vec4(transformed, 1.0)).xy;");
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", `#include <common>\n${fieldsShader}`)
      .replace(
        "#include <color_fragment>",
        "#include <color_fragment>\ndiffuseColor.rgb *= 1.0 + 0.14 * fields() * 4.0 / (4.0 + length(vViewPosition));",
      );
  };
  return material;
}

/** Box-filtered: the mean of both axes' square waves over a pixel; 1 on even fields, -1 on odd ones. */
const fieldsShader = `
varying vec2 vField;
float fields() {
  vec2 width = max(fwidth(vField), 1e-4);
  vec2 to = vField + 0.5 * width, from = vField - 0.5 * width;
  vec2 mean = 2.0 * (abs(fract(0.5 * to) - 0.5) - abs(fract(0.5 * from) - 0.5)) / width;
  return mean.x * mean.y;
}`;

/** Behind everything, by the direction of sight. */
export function backdrop(): THREE.Mesh<THREE.BufferGeometry, THREE.ShaderMaterial> {
  const material = new THREE.ShaderMaterial({
    uniforms: { horizon: { value: horizon }, zenith: { value: zenith }, worldFromClip: { value: new THREE.Matrix4() } },
    vertexShader: "varying vec2 vAt; void main() { vAt = position.xy; gl_Position = vec4(position.xy, 1.0, 1.0); }",
    fragmentShader: `
uniform vec3 horizon, zenith;
uniform mat4 worldFromClip;
varying vec2 vAt;
void main() {
  vec4 far = worldFromClip * vec4(vAt, 1.0, 1.0), near = worldFromClip * vec4(vAt, -1.0, 1.0);
  float up = normalize(far.xyz / far.w - near.xyz / near.w).z;
  gl_FragColor = vec4(mix(horizon, zenith, clamp(1.6 * up, 0.0, 1.0)), 1.0);
  #include <colorspace_fragment>
}`,
    depthTest: false,
    depthWrite: false,
  });
  const mesh = new THREE.Mesh<THREE.BufferGeometry, THREE.ShaderMaterial>(new THREE.PlaneGeometry(2, 2), material);
  mesh.frustumCulled = false;
  mesh.renderOrder = -1;
  return mesh;
}

/** One colour for each number from 0 to 65535, in no light: red is its low byte, green its high one. */
export function numbered(value: number): THREE.MeshBasicMaterial {
  const color = linear((value & 255) / 255, (value >> 8) / 255, 0);
  return new THREE.MeshBasicMaterial({ color, fog: false, toneMapped: false });
}

function linear(r: number, g: number, b: number): THREE.Color {
  return new THREE.Color().setRGB(r, g, b, THREE.LinearSRGBColorSpace);
}

function shown([r, g, b]: readonly [number, number, number]): THREE.Color {
  return new THREE.Color().setRGB(r, g, b, THREE.SRGBColorSpace);
}
