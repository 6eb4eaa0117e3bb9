/**
 * Cameras and a ring of ranges over a world that is known: what simulated backends look with. Nothing is computed before somebody looks.
 * @module
 */
import type { CaptureRequest, CameraInfo, Picture, Ranges, Sensors } from "../../core/capture.ts";
import { defaultCamera, modalities } from "../../core/capture.ts";
import { cos, sin } from "../../core/elementary.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { rayToShapeDistance, SHAPE_STRIDE } from "../../geometry/index.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { paint } from "./paint.ts";
import { castRays } from "./raster.ts";
import type { Renderer, Visuals } from "./renderer.ts";
import { mountRig, type CameraSpec, type MountedRig, type PosedCamera, type RangeSpec, type SensorRig } from "./rig.ts";
import { solidScene } from "./solid-scene.ts";
import { worldVisuals } from "./world-visuals.ts";

/** What a camera meets, one ray a pixel, rows from the top. */
export interface Met {
  /** m along the camera's x, shape `[height, width]`; Infinity where there is nothing. */
  readonly depthM: Float32Array;
  /** Shape `[height, width]`: 0 for nothing, else 1 + the place in `names`. */
  readonly segments: Uint16Array;
  readonly names: readonly string[];
}

/** How a backend sees that has a renderer of its own. `seen`: the state it is in. */
export interface Eye {
  meet(camera: PosedCamera, seen: Observation): Met;
  /** Shape `[height, width, 4]`: red, green, blue, 255. */
  colours(camera: PosedCamera, seen: Observation): Uint8Array;
  /**
   * The same world for a renderer elsewhere.
   * @throws ClearanceError `backend.unsupported` where a part of it cannot be drawn
   */
  visuals(): Visuals;
}

export interface SceneSensorsOptions {
  readonly rig: SensorRig;
  readonly world: WorldSpec;
  readonly collision: CollisionModel;
  /** The state as it is, without noise. */
  readonly look: () => Observation;
  /** Own geometry unless given. */
  readonly eye?: Eye;
  /** Draws the colour pictures; rays do unless given. */
  readonly renderer?: Renderer | undefined;
}

/** @throws ClearanceError `config.invalid` for a rig that does not fit the robot, `backend.unsupported` for what a renderer cannot draw */
export function sceneSensors(options: SceneSensorsOptions): Sensors {
  return new SceneSensors(options);
}

class SceneSensors implements Sensors {
  readonly cameras: readonly CameraInfo[];
  readonly ranges: boolean;
  readonly #options: SceneSensorsOptions;
  readonly #rig: MountedRig;
  readonly #eye: Eye;
  readonly #drawn: { readonly by: Renderer; readonly visuals: Visuals } | undefined;

  constructor(options: SceneSensorsOptions) {
    const { rig, collision, world, renderer } = options;
    this.#options = options;
    this.#rig = mountRig(rig, collision.robot);
    this.#eye = options.eye ?? shapesEye(world, collision);
    this.#drawn = renderer === undefined ? undefined : { by: renderer, visuals: this.#eye.visuals() };
    const drawnBy = renderer === undefined ? {} : { renderer: renderer.name };
    this.cameras = Object.freeze(
      rig.cameras.map(({ name, width, height, verticalFovRad }) =>
        Object.freeze({ name, width, height, verticalFovRad, modalities, ...drawnBy }),
      ),
    );
    this.ranges = rig.ranges !== undefined;
  }

  capture(request: CaptureRequest): Picture | Ranges | Promise<Picture> {
    const seen = this.#options.look();
    if (request.kind === "picture") return this.#picture(request, seen);
    const { ranges } = this.#rig.rig;
    if (ranges === undefined) throw unavailable("range sensor", "this robot has no range sensor");
    return this.#ring(ranges, seen);
  }

  #picture({ camera: name, modality }: CaptureRequest & { readonly kind: "picture" }, seen: Observation): Picture | Promise<Picture> {
    const camera = this.#rig.camera(this.#find(name), seen.qRad);
    const { width, height, verticalFovRad, worldFromCamera } = camera;
    const base = { kind: "picture", camera: camera.name, atMs: seen.atMs, width, height, verticalFovRad, worldFromCamera } as const;
    switch (modality) {
      case "rgb": {
        if (this.#drawn === undefined) return { ...base, modality, rgba: this.#eye.colours(camera, seen) };
        const { by, visuals } = this.#drawn;
        // Posed now: the world may move on while the picture is drawn.
        return by.render(visuals.scene, visuals.shot(camera, seen)).then((rgba) => ({ ...base, modality, rgba, renderer: by.name }));
      }
      case "depth":
        return { ...base, modality, depthM: this.#eye.meet(camera, seen).depthM };
      case "segmentation": {
        const { segments, names } = this.#eye.meet(camera, seen);
        return { ...base, modality, segments, names };
      }
      default:
        return modality satisfies never;
    }
  }

  #find(name: string): CameraSpec {
    const { cameras } = this.#rig.rig;
    const found = cameras.find((camera) => camera.name === name) ?? (name === defaultCamera ? cameras[0] : undefined);
    if (found !== undefined) return found;
    const names = cameras.map((camera) => camera.name).join(", ");
    throw unavailable(name, cameras.length === 0 ? "this robot has no camera" : `there is no camera '${name}'; there are ${names}`);
  }

  /** Past the robot itself, as scanners filter it. */
  #ring(spec: RangeSpec, seen: Observation): Ranges {
    const { world, collision } = this.#options;
    const scene = solidScene({ world, collision, seen, withoutLink: "robot" });
    const { originInWorld, firstRad } = this.#rig.ring(spec, seen.qRad);
    const rangesM = new Float64Array(spec.rays).fill(Infinity);
    const ray = Float64Array.of(...originInWorld, 0, 0, 0);
    for (let i = 0; i < spec.rays; i++) {
      const angle = firstRad + (2 * Math.PI * i) / spec.rays;
      ray[3] = cos(angle);
      ray[4] = sin(angle);
      for (let s = 0; s < scene.shapes.count; s++) {
        const met = rayToShapeDistance(scene.shapes.kinds[s]!, scene.shapes.params, s * SHAPE_STRIDE, ray, 0);
        if (met < rangesM[i]! && met <= spec.maxM) rangesM[i] = met;
      }
    }
    return { kind: "ranges", atMs: seen.atMs, originInWorld, firstRad, rangesM, maxM: spec.maxM };
  }
}

/** Sees the shapes themselves, the robot as the capsules that the gates judge it by. */
function shapesEye(world: WorldSpec, collision: CollisionModel): Eye {
  const sceneFor = ({ link }: PosedCamera, seen: Observation) => solidScene({ world, collision, seen, withoutLink: link });
  return {
    meet(camera, seen) {
      const scene = sceneFor(camera, seen);
      const { distanceM, cosine, shape } = castRays(scene, camera);
      return {
        depthM: Float32Array.from(distanceM, (far, pixel) => far * cosine[pixel]!),
        segments: Uint16Array.from(shape, (met) => (met < 0 ? 0 : 1 + scene.nameOfShape[met]!)),
        names: scene.names,
      };
    },
    colours(camera, seen) {
      const scene = sceneFor(camera, seen);
      return paint(scene, castRays(scene, camera), camera);
    },
    visuals: () => worldVisuals(world, collision),
  };
}

function unavailable(sensor: string, problem: string): ClearanceError {
  return new ClearanceError("sensor.unavailable", problem, { sensor, problem });
}
