/**
 * STL meshes, binary and ASCII. The normals in the file are not read.
 * @module
 */
import type { Mesh } from "./link-shape.ts";
import { formatInvalid } from "./xml.ts";

const headerBytes = 84;
const facetBytes = 50;

/** @throws ClearanceError `format.invalid` for a file cut short, without triangles, or with a coordinate that is not finite. */
export function parseStl(bytes: Uint8Array, where: string): Mesh {
  // A binary header may begin with "solid" too; the length of the file decides.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const declared = bytes.length >= headerBytes ? view.getUint32(80, true) : -1;
  if (declared >= 0 && bytes.length === headerBytes + declared * facetBytes) return binary(view, declared, where);
  const start = new TextDecoder().decode(bytes.subarray(0, 512));
  if (/^\s*solid\b/i.test(start) && !start.includes("\0")) return ascii(new TextDecoder().decode(bytes), where);
  const expected = declared < 0 ? `at least ${headerBytes}` : `${headerBytes + declared * facetBytes}`;
  throw formatInvalid(where, `is not an STL file: ${bytes.length} bytes where its header asks for ${expected}`, "export the mesh again");
}

function binary(view: DataView, nTriangles: number, where: string): Mesh {
  const vertices = new Float64Array(nTriangles * 9);
  for (let triangle = 0; triangle < nTriangles; triangle++) {
    const at = headerBytes + triangle * facetBytes + 12;
    for (let k = 0; k < 9; k++) vertices[triangle * 9 + k] = view.getFloat32(at + 4 * k, true);
  }
  return soup(vertices, where);
}

function ascii(text: string, where: string): Mesh {
  const numbers: number[] = [];
  for (const match of text.matchAll(/\bvertex\s+(\S+)\s+(\S+)\s+(\S+)/gi))
    numbers.push(Number(match[1]), Number(match[2]), Number(match[3]));
  if (numbers.length % 9 !== 0)
    throw formatInvalid(where, `has ${numbers.length / 3} vertices, not three for each facet`, "export the mesh again");
  return soup(new Float64Array(numbers), where);
}

/** Corners at the same place become one vertex. */
function soup(corners: Float64Array, where: string): Mesh {
  if (corners.length === 0) throw formatInvalid(where, "has no triangles", "export the mesh again");
  if (!corners.every((value) => Number.isFinite(value)))
    throw formatInvalid(where, "has a coordinate that is not finite", "export the mesh again");
  const known = new Map<string, number>();
  const vertices: number[] = [];
  const triangles = Uint32Array.from({ length: corners.length / 3 }, (_, corner) => {
    const [x = 0, y = 0, z = 0] = corners.subarray(corner * 3, corner * 3 + 3);
    const key = `${x} ${y} ${z}`;
    let vertex = known.get(key);
    if (vertex === undefined) {
      known.set(key, (vertex = known.size));
      vertices.push(x, y, z);
    }
    return vertex;
  });
  return { vertices: new Float64Array(vertices), triangles };
}
