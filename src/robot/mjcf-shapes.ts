/**
 * Collision geometry of the bodies of a compiled MuJoCo model.
 * @module
 */
import { matrix34FromPose, quatNormalize, type Pose } from "../core/pose.ts";
import { vec3 } from "../core/vec3.ts";
import type { LinkShape, Mesh, Primitive } from "./link-shape.ts";
import type { CompiledMjcf } from "./mjcf-arrays.ts";
import { formatInvalid } from "./xml.ts";

// mjtGeom
const geomSphere = 2;
const geomCapsule = 3;
const geomEllipsoid = 4;
const geomCylinder = 5;
const geomBox = 6;
const geomMesh = 7;

/** The group that MuJoCo Menagerie gives collision geometry; such geoms count even where their masks let nothing collide. */
const collisionGroup = 3;

/** @throws ClearanceError `format.invalid` for a plane, height field or other unbounded geom on a body. */
export function shapesOfBody(compiled: CompiledMjcf, body: number): readonly LinkShape[] {
  const shapes: LinkShape[] = [];
  for (let geom = 0; geom < compiled.ngeom; geom++) {
    if (compiled.geomBody[geom] !== body) continue;
    const collides =
      compiled.geomContype[geom] !== 0 || compiled.geomConaffinity[geom] !== 0 || compiled.geomGroup[geom] === collisionGroup;
    if (!collides) continue;
    const name = compiled.geomName[geom];
    const link = compiled.bodyName[body]!;
    const label = name === undefined || name === "" ? link : `${link}/${name}`;
    shapes.push({
      label,
      primitive: primitiveOf(compiled, geom, label),
      linkFromShape: matrix34FromPose(poseAt(compiled.geomPos, compiled.geomQuat, geom)),
    });
  }
  return shapes;
}

/** Row `index` of position and quaternion arrays. */
export function poseAt(positions: Float64Array, quaternions: Float64Array, index: number): Pose {
  const [w = Number.NaN, x = Number.NaN, y = Number.NaN, z = Number.NaN] = quaternions.subarray(index * 4, index * 4 + 4);
  return { position: vec3(...rowAt(positions, index)), orientation: quatNormalize([w, x, y, z]) };
}

/** Row `index` of a `[n, 3]` array. */
export function rowAt(values: Float64Array, index: number): [number, number, number] {
  return [values[index * 3] ?? Number.NaN, values[index * 3 + 1] ?? Number.NaN, values[index * 3 + 2] ?? Number.NaN];
}

function primitiveOf(compiled: CompiledMjcf, geom: number, label: string): Primitive {
  const [a, b, c] = rowAt(compiled.geomSize, geom);
  switch (compiled.geomType[geom] ?? -1) {
    case geomSphere:
      return { kind: "sphere", radiusM: a };
    case geomCapsule:
      return { kind: "capsule", radiusM: a, halfLengthM: b };
    case geomEllipsoid:
      return { kind: "ellipsoid", semiAxesM: vec3(a, b, c) };
    case geomCylinder:
      return { kind: "cylinder", radiusM: a, halfLengthM: b };
    case geomBox:
      return { kind: "box", halfM: vec3(a, b, c) };
    case geomMesh:
      return { kind: "mesh", mesh: meshAt(compiled, compiled.geomDataId[geom] ?? -1, label) };
    default:
      throw formatInvalid(
        label,
        `has a collision geom of type ${compiled.geomType[geom]}`,
        "use sphere, capsule, ellipsoid, cylinder, box or mesh on moving bodies",
      );
  }
}

/** The convex hull, which is what MuJoCo collides, where the compiler made one; else the faces. */
function meshAt(compiled: CompiledMjcf, id: number, label: string): Mesh {
  const adr = compiled.meshVertAdr[id];
  const num = compiled.meshVertNum[id];
  if (adr === undefined || num === undefined || num === 0) throw formatInvalid(label, "has a mesh without vertices");
  const vertices = compiled.meshVert.slice(adr * 3, (adr + num) * 3);
  const graph = compiled.meshGraphAdr[id] ?? -1;
  if (graph < 0) {
    const first = (compiled.meshFaceAdr[id] ?? 0) * 3;
    return { vertices, triangles: Uint32Array.from(compiled.meshFace.subarray(first, first + (compiled.meshFaceNum[id] ?? 0) * 3)) };
  }
  // Layout: numvert, numface, vert_edgeadr[numvert], vert_globalid[numvert], edge_localid[numvert + 3 numface], face_globalid[3 numface].
  const numVert = compiled.meshGraph[graph] ?? 0;
  const numFace = compiled.meshGraph[graph + 1] ?? 0;
  const faces = graph + 2 + 3 * numVert + 3 * numFace;
  return { vertices, triangles: Uint32Array.from(compiled.meshGraph.subarray(faces, faces + 3 * numFace)) };
}
