/**
 * MuJoCo's own geoms as a renderer takes them: those that its rays meet. People are not in the physics, so they stand beside it.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { quatFromMatrix } from "../../core/pose.ts";
import type { VisualMesh, VisualPart, VisualShape } from "../../core/visual-scene.ts";
import type { PersonSpec } from "../../core/world-spec.ts";
import type { Visuals } from "../sensing/renderer.ts";
import type { PosedCamera } from "../sensing/rig.ts";
import { personSolids } from "../sensing/solid-scene.ts";
import { partOf, placeOf, visualCamera } from "../sensing/world-visuals.ts";
import { geomNames } from "./geom-names.ts";
import { studioLight } from "./lights.ts";
import type { MjModel } from "./mujoco-module.ts";
import { visibleGroups } from "./render.ts";
import type { Simulation } from "./simulation.ts";
import { rgbaOf } from "./surface-colour.ts";

// mjtGeom
const [planeGeom, sphereGeom, capsuleGeom, ellipsoidGeom, cylinderGeom, boxGeom, meshGeom] = [0, 2, 3, 4, 5, 6, 7] as const;

/** `carrier`: the body that carries a camera, -1 for none. @throws ClearanceError `backend.unsupported` for height fields */
export function mujocoVisuals(simulation: Simulation, people: readonly PersonSpec[], carrier: (camera: PosedCamera) => number): Visuals {
  const { model, data } = simulation;
  const { nameOfGeom, names } = geomNames(model);
  const groups = visibleGroups(model);
  const geoms = Array.from({ length: model.ngeom }, (_, g) => g).filter(
    (g) => groups[model.geom_group[g] ?? 0] === 1 && rgbaOf(model, g)[3] !== 0,
  );
  const meshes = [...new Set(geoms.filter((g) => model.geom_type[g] === meshGeom).map((g) => model.geom_dataid[g] ?? -1))];
  const geomPart = (g: number): VisualPart => {
    const [red = 0, green = 0, blue = 0] = rgbaOf(model, g);
    const name = names[nameOfGeom[g]!] ?? "";
    return { name, rgb: [red, green, blue], shape: shapeOf(model, g, name, meshes) };
  };
  return {
    scene: {
      light: studioLight,
      parts: [...geoms.map(geomPart), ...personSolids(people, 0).map(partOf)],
      meshes: meshes.map((mesh) => meshOf(model, mesh)),
    },
    shot(camera, seen) {
      simulation.refreshPoses();
      const { geom_xpos: xpos, geom_xmat: xmat } = data;
      const ofGeom = (g: number): readonly number[] =>
        [...xpos.subarray(3 * g, 3 * g + 3), ...quatFromMatrix(xmat, 9 * g)].map((value) => value + 0);
      const body = carrier(camera);
      return {
        camera: visualCamera(camera),
        worldFromParts: [...geoms.flatMap(ofGeom), ...personSolids(people, seen.atMs).flatMap(placeOf)],
        unseen: geoms.flatMap((g, part) => (body >= 0 && model.geom_bodyid[g] === body ? [part] : [])),
      };
    },
  };
}

function shapeOf(model: MjModel, g: number, name: string, meshes: readonly number[]): VisualShape {
  const [x = 0, y = 0, z = 0] = [0, 1, 2].map((k) => model.geom_size[3 * g + k]);
  const type = model.geom_type[g] ?? -1;
  switch (type) {
    case planeGeom:
      return { kind: "plane", halfM: [x, y] };
    case sphereGeom:
      return { kind: "sphere", radiusM: x };
    case capsuleGeom:
      return { kind: "capsule", radiusM: x, halfLengthM: y };
    case ellipsoidGeom:
      return { kind: "ellipsoid", radiiM: [x, y, z] };
    case cylinderGeom:
      return { kind: "cylinder", radiusM: x, halfHeightM: y };
    case boxGeom:
      return { kind: "box", halfM: [x, y, z] };
    case meshGeom:
      return { kind: "mesh", mesh: meshes.indexOf(model.geom_dataid[g] ?? -1) };
    default: {
      const what = `geom type ${type}`;
      throw new ClearanceError("backend.unsupported", `a renderer cannot draw '${name}' (${what}: height fields are for rays alone)`, {
        backend: "mujoco",
        what,
      });
    }
  }
}

function meshOf(model: MjModel, mesh: number): VisualMesh {
  const three = (array: ArrayLike<number>, from = 0, count = 0): number[] =>
    Array.from({ length: 3 * count }, (_, i) => array[3 * from + i] ?? Number.NaN);
  return {
    verticesM: three(model.mesh_vert, model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]),
    triangles: three(model.mesh_face, model.mesh_faceadr[mesh], model.mesh_facenum[mesh]),
  };
}
