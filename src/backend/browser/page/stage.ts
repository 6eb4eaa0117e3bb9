/**
 * A scene in three.js objects, drawn one picture at a time: no clock, no animation, nothing kept from the picture before.
 * @module
 */
import * as THREE from "three";
import type { VisualPart, VisualScene, VisualShot } from "../../../core/visual-scene.ts";
import { geometryOf } from "./geometry.ts";
import { backdrop, checkered, haze, matte, numbered, shineAs, sky, sun } from "./surfaces.ts";

/** m. */
const [nearM, farM] = [0.005, 200];
/** Shadows fall within this of the middle of things, m. */
const mostShadowM = 12;
/** three's camera looks along -z with y up; ours looks along x with z up. */
const cameraFromThree = new THREE.Quaternion(0.5, -0.5, -0.5, 0.5);

export class Stage {
  readonly #renderer: THREE.WebGLRenderer;
  readonly #scene = new THREE.Scene();
  readonly #camera = new THREE.PerspectiveCamera();
  readonly #sun = sun();
  readonly #sky = sky();
  readonly #towardSun = new THREE.Vector3(0, 0, 1);
  readonly #backdrop = backdrop();
  #parts: readonly Part[] = [];

  /** @throws where the browser has no WebGL 2 */
  constructor() {
    this.#renderer = new THREE.WebGLRenderer({ antialias: true });
    this.#renderer.shadowMap.enabled = true;
    this.#renderer.shadowMap.type = THREE.PCFShadowMap;
    this.#scene.fog = haze();
    this.#scene.add(this.#backdrop, this.#sun, this.#sun.target, this.#sky);
  }

  /** In place of what was there. */
  load({ light, parts, meshes }: VisualScene): void {
    shineAs(light, this.#sun, this.#sky);
    this.#towardSun.set(...light.towardSun).normalize();
    for (const part of this.#parts) part.dispose();
    this.#parts = parts.map((part, i) => new Part(part, i, meshes));
    this.#scene.add(...this.#parts.map(({ mesh }) => mesh));
  }

  /** Shape `[height, width, 4]`, rows from the top. */
  draw(shot: VisualShot): Uint8Array {
    const { width, height } = shot.camera;
    this.#pose(shot);
    this.#renderer.setPixelRatio(1);
    this.#renderer.setSize(width, height, false);
    this.#renderer.render(this.#scene, this.#camera);
    const gl = this.#renderer.getContext();
    if (gl.drawingBufferWidth !== width || gl.drawingBufferHeight !== height)
      throw new Error(`the browser draws no picture of ${width} × ${height}`);
    const pixels = new Uint8Array(4 * width * height);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    return upright(pixels, width, height);
  }

  /** Which part each pixel's middle shows: 1 + its place, as red + 256 × green; 0 for none. Shape and rows as `draw`. */
  drawParts(shot: VisualShot): Uint8Array {
    const { width, height } = shot.camera;
    this.#pose(shot);
    const target = new THREE.WebGLRenderTarget(width, height);
    const pixels = new Uint8Array(4 * width * height);
    this.#backdrop.visible = false;
    for (const part of this.#parts) part.numbered(true);
    try {
      this.#renderer.setRenderTarget(target);
      this.#renderer.render(this.#scene, this.#camera);
      this.#renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
    } finally {
      this.#renderer.setRenderTarget(null);
      this.#backdrop.visible = true;
      for (const part of this.#parts) part.numbered(false);
      target.dispose();
    }
    return upright(pixels, width, height);
  }

  #pose({ camera, worldFromParts, unseen }: VisualShot): void {
    const { position, orientation } = camera.worldFromCamera;
    const [w, x, y, z] = orientation;
    this.#camera.position.set(...position);
    this.#camera.quaternion.set(x, y, z, w).multiply(cameraFromThree);
    this.#camera.fov = (camera.verticalFovRad * 180) / Math.PI;
    this.#camera.aspect = camera.width / camera.height;
    this.#camera.near = nearM;
    this.#camera.far = farM;
    this.#camera.updateProjectionMatrix();
    this.#camera.updateMatrixWorld();
    const hidden = new Set(unseen);
    for (const [i, part] of this.#parts.entries()) part.place(worldFromParts, 7 * i, !hidden.has(i), this.#camera.position);
    this.#backdrop.material.uniforms["worldFromClip"]!.value.copy(this.#camera.matrixWorld).multiply(this.#camera.projectionMatrixInverse);
    this.#aimSun();
  }

  /** Its shadows are of what is there and has an end, as far as they can be fine, on whatever is below. */
  #aimSun(): void {
    const bounds = new THREE.Box3();
    for (const part of this.#parts) if (part.mesh.visible && part.ends) bounds.expandByObject(part.mesh);
    const around = bounds.isEmpty() ? new THREE.Sphere(new THREE.Vector3(), 1) : bounds.getBoundingSphere(new THREE.Sphere());
    if (around.radius > mostShadowM) around.set(this.#camera.position, mostShadowM);
    const { shadow } = this.#sun;
    const reach = 1.02 * around.radius;
    this.#sun.target.position.copy(around.center);
    this.#sun.position.copy(around.center).addScaledVector(this.#towardSun, 2 * reach);
    Object.assign(shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: 0.5 * reach, far: 2 * reach + farM });
    shadow.camera.updateProjectionMatrix();
    // Two texels, so that no surface shadows itself.
    shadow.normalBias = (2 * 2 * reach) / shadow.mapSize.x;
  }
}

/** One part and the two ways to paint it. */
class Part {
  readonly mesh: THREE.Mesh;
  /** false: drawn about the camera, wherever that is. */
  readonly ends: boolean;
  readonly #lit: THREE.Material;
  readonly #number: THREE.Material;
  readonly #endless: readonly [x: boolean, y: boolean];

  constructor({ shape, rgb }: VisualPart, place: number, meshes: VisualScene["meshes"]) {
    const plane = shape.kind === "plane";
    this.#lit = plane ? checkered(rgb) : matte(rgb);
    this.#number = numbered(1 + place);
    this.#endless = plane ? [shape.halfM[0] === 0, shape.halfM[1] === 0] : [false, false];
    this.ends = !this.#endless.includes(true);
    this.mesh = new THREE.Mesh(geometryOf(shape, meshes), this.#lit);
    this.mesh.castShadow = !plane;
    this.mesh.receiveShadow = true;
  }

  /** At the seven numbers from `at` on. */
  place(numbers: readonly number[], at: number, visible: boolean, eye: THREE.Vector3): void {
    const [x = 0, y = 0, z = 0, qw = 1, qx = 0, qy = 0, qz = 0] = numbers.slice(at, at + 7);
    const { mesh } = this;
    mesh.visible = visible;
    mesh.position.set(x, y, z);
    mesh.quaternion.set(qx, qy, qz, qw);
    mesh.updateMatrixWorld();
    if (this.ends) return;
    const [alongX, alongY] = this.#endless;
    const below = mesh.worldToLocal(eye.clone());
    mesh.position.copy(mesh.localToWorld(new THREE.Vector3(alongX ? below.x : 0, alongY ? below.y : 0, 0)));
    mesh.updateMatrixWorld();
  }

  numbered(on: boolean): void {
    this.mesh.material = on ? this.#number : this.#lit;
  }

  dispose(): void {
    this.mesh.removeFromParent();
    this.mesh.geometry.dispose();
    this.#lit.dispose();
    this.#number.dispose();
  }
}

/** The rows of a picture the other way round. */
function upright(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const turned = new Uint8Array(pixels.length);
  for (let row = 0; row < height; row++)
    turned.set(pixels.subarray(4 * width * row, 4 * width * (row + 1)), 4 * width * (height - 1 - row));
  return turned;
}
