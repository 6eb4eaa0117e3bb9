/**
 * The mesh readers, chosen by the file's name.
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";
import type { Mesh } from "./link-shape.ts";
import { parseObj } from "./obj.ts";
import { parseStl } from "./stl.ts";
import { formatInvalid } from "./xml.ts";

/** @throws ClearanceError `format.invalid` for another kind of file, or one that cannot be read. */
export function parseMesh(bytes: Uint8Array, uri: string): Mesh {
  const suffix = uri.slice(uri.lastIndexOf(".") + 1).toLowerCase();
  if (suffix === "stl") return parseStl(bytes, uri);
  if (suffix === "obj") return parseObj(bytes, uri);
  throw formatInvalid(uri, `".${suffix}" is no mesh format read here`, "use an STL or OBJ file for collision");
}

export function scaledMesh(mesh: Mesh, scale: Vec3): Mesh {
  return { triangles: mesh.triangles, vertices: mesh.vertices.map((value, index) => value * scale[index % 3]!) };
}
