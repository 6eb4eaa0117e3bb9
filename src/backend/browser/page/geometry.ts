import * as THREE from "three";
import { toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";
import type { VisualMesh, VisualScene, VisualShape } from "../../../core/visual-scene.ts";

/** Half the size of what has no end, m: farther off there is only haze. */
const endlessM = 150;
/** Edges of a mesh that turn more than this are sharp, rad. */
const creaseRad = 0.7;

/** Round things along z, as the scene has them; three's own are along y. */
export function geometryOf(shape: VisualShape, meshes: VisualScene["meshes"]): THREE.BufferGeometry {
  switch (shape.kind) {
    case "box":
      return new THREE.BoxGeometry(2 * shape.halfM[0], 2 * shape.halfM[1], 2 * shape.halfM[2]);
    case "sphere":
      return new THREE.SphereGeometry(shape.radiusM, 36, 24);
    case "ellipsoid":
      return new THREE.SphereGeometry(1, 36, 24).scale(...shape.radiiM);
    case "capsule":
      return new THREE.CapsuleGeometry(shape.radiusM, 2 * shape.halfLengthM, 9, 36).rotateX(Math.PI / 2);
    case "cylinder":
      return new THREE.CylinderGeometry(shape.radiusM, shape.radiusM, 2 * shape.halfHeightM, 48).rotateX(Math.PI / 2);
    case "mesh":
      return meshGeometry(meshes[shape.mesh]);
    case "plane":
      return planeGeometry(shape.halfM);
    default:
      return shape satisfies never;
  }
}

/** In pieces that are small near the middle, where the camera is above: what is known at far corners only is blurred in between. */
function planeGeometry(halfM: readonly [x: number, y: number]): THREE.BufferGeometry {
  const geometry = new THREE.PlaneGeometry(2, 2, 24, 24);
  const position = geometry.getAttribute("position");
  const spread = (at: number, half: number): number => (half > 0 ? at * half : at * Math.abs(at) ** 3 * endlessM);
  for (let i = 0; i < position.count; i++) position.setXY(i, spread(position.getX(i), halfM[0]), spread(position.getY(i), halfM[1]));
  return geometry;
}

function meshGeometry(mesh: VisualMesh | undefined): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(mesh?.verticesM ?? [], 3));
  geometry.setIndex([...(mesh?.triangles ?? [])]);
  return toCreasedNormals(geometry, creaseRad);
}
