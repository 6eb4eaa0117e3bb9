/**
 * How a robot in MuJoCo sees: the engine's own rays, its own colours. People are not in the physics, so they are cast beside it.
 * @module
 */
import { matrix34FromPose } from "../../core/pose.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { paint } from "../sensing/paint.ts";
import { cameraRays, castRays, farM } from "../sensing/raster.ts";
import type { Visuals } from "../sensing/renderer.ts";
import type { PosedCamera } from "../sensing/rig.ts";
import type { Eye, Met } from "../sensing/scene-sensors.ts";
import { peopleScene } from "../sensing/solid-scene.ts";
import type { Camera } from "./camera.ts";
import { geomNames } from "./geom-names.ts";
import { namesAt } from "./model-names.ts";
import { mujocoVisuals } from "./mujoco-visuals.ts";
import { RayCaster } from "./ray-caster.ts";
import { renderScene, visibleGroups } from "./render.ts";
import type { Simulation } from "./simulation.ts";

const raysPerCast = 16384;
/** A picture on request and not one for a poster. */
const fast = { supersample: 2, sunSamples: 1, skySamples: 3, zones: false } as const;

/** `linkNames`: the robot's links, which are bodies of the model by the same names. */
export function mujocoEye(simulation: Simulation, world: WorldSpec, linkNames: readonly string[]): Eye {
  const { mujoco, model, data } = simulation;
  const { nameOfGeom, names } = geomNames(model);
  const bodies = namesAt(model, model.name_bodyadr);
  const carrier = ({ link }: PosedCamera): number => (link < 0 ? -1 : bodies.indexOf(linkNames[link] ?? ""));
  const people = world.people ?? [];
  const visuals = (): Visuals => mujocoVisuals(simulation, people, carrier);

  const meetSolids = (camera: PosedCamera): Met => {
    simulation.refresh();
    const caster = new RayCaster(mujoco, model, data, raysPerCast, carrier(camera));
    const { rays, cosine } = cameraRays(camera);
    const depthM = new Float32Array(cosine.length).fill(Infinity);
    const segments = new Uint16Array(cosine.length);
    try {
      for (let from = 0; from < cosine.length; from += raysPerCast) {
        const n = Math.min(raysPerCast, cosine.length - from);
        for (let i = 0; i < n; i++) for (let k = 0; k < 3; k++) caster.directions[3 * i + k] = rays[6 * (from + i) + 3 + k]!;
        const hits = caster.cast(camera.worldFromCamera.position, n, visibleGroups(model), farM);
        for (let i = 0; i < n; i++) {
          const geom = hits.geom[i]!;
          if (geom < 0) continue;
          depthM[from + i] = hits.distanceM[i]! * cosine[from + i]!;
          segments[from + i] = 1 + nameOfGeom[geom]!;
        }
      }
    } finally {
      caster.dispose();
    }
    return { depthM, segments, names };
  };

  return {
    visuals,
    meet(camera, seen) {
      const met = meetSolids(camera);
      if (people.length === 0) return met;
      const scene = peopleScene(people, seen.atMs);
      const { distanceM, cosine, shape } = castRays(scene, camera);
      for (let pixel = 0; pixel < shape.length; pixel++) {
        const depth = distanceM[pixel]! * cosine[pixel]!;
        if (!(depth < met.depthM[pixel]!)) continue;
        met.depthM[pixel] = depth;
        met.segments[pixel] = 1 + names.length + scene.nameOfShape[shape[pixel]!]!;
      }
      return { ...met, names: [...names, ...scene.names] };
    },
    colours(camera, seen) {
      const solids = meetSolids(camera);
      const view = viewOf(camera, solids.depthM);
      const { rgba } = renderScene(mujoco, model, data, view, { ...fast, exceptBody: carrier(camera) });
      if (people.length === 0) return rgba;
      const scene = peopleScene(people, seen.atMs);
      const raster = castRays(scene, camera);
      const painted = paint(scene, raster);
      for (let pixel = 0; pixel < raster.shape.length; pixel++)
        if (raster.distanceM[pixel]! * raster.cosine[pixel]! < solids.depthM[pixel]!)
          rgba.set(painted.subarray(4 * pixel, 4 * pixel + 4), 4 * pixel);
      return rgba;
    },
  };
}

/** Aimed at what is in the middle, for light and haze are arranged about that. */
function viewOf({ worldFromCamera, verticalFovRad, width, height }: PosedCamera, depthM: Float32Array): Camera {
  const m = matrix34FromPose(worldFromCamera);
  const [x, y, z] = worldFromCamera.position;
  const middleM = depthM[Math.floor(height / 2) * width + Math.floor(width / 2)]!;
  const reach = Math.min(10, Math.max(0.5, middleM));
  const atM = [x + reach * m[0]!, y + reach * m[4]!, z + reach * m[8]!] as const;
  return { fromM: [x, y, z], atM, up: [m[2]!, m[6]!, m[10]!], verticalFovRad, width, height };
}
