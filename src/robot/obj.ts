/**
 * Wavefront OBJ meshes: `v` and `f`, polygons as fans, indices from 1 or from the end; everything else is not read.
 * @module
 */
import type { Mesh } from "./link-shape.ts";
import { formatInvalid } from "./xml.ts";

/** @throws ClearanceError `format.invalid` with the line: bad number, index out of range, no faces. */
export function parseObj(bytes: Uint8Array, where: string): Mesh {
  const vertices: number[] = [];
  const triangles: number[] = [];
  const lines = new TextDecoder()
    .decode(bytes)
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const [keyword, ...fields] = line.trim().split(/\s+/);
    if (keyword === "v") for (const field of [0, 1, 2]) vertices.push(coordinate(fields[field], `${where}:${index + 1}`));
    else if (keyword === "f") addFan(fields, vertices.length / 3, triangles, `${where}:${index + 1}`);
  }
  if (triangles.length === 0) throw formatInvalid(where, "has no faces", "export the mesh as triangles");
  return { vertices: new Float64Array(vertices), triangles: Uint32Array.from(triangles) };
}

function coordinate(field: string | undefined, where: string): number {
  const value = field === undefined ? Number.NaN : Number(field);
  if (!Number.isFinite(value)) throw formatInvalid(where, `vertex coordinate "${field ?? ""}" is not a finite number`);
  return value;
}

function addFan(fields: readonly string[], nVertices: number, triangles: number[], where: string): void {
  if (!(fields.length >= 3)) throw formatInvalid(where, "face has fewer than three corners");
  const corners = fields.map((field) => {
    const number = Number(field.split("/")[0]);
    const corner = number < 0 ? nVertices + number : number - 1;
    if (!(Number.isInteger(number) && corner >= 0 && corner < nVertices))
      throw formatInvalid(where, `face corner "${field}" names no vertex above it`);
    return corner;
  });
  for (let k = 2; k < corners.length; k++) triangles.push(corners[0]!, corners[k - 1]!, corners[k]!);
}
