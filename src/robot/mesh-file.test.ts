import { assert, double, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { parseMesh, scaledMesh } from "./mesh-file.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One facet for each nine numbers. */
function binaryStl(corners: readonly number[], header = ""): Uint8Array {
  const bytes = new Uint8Array(84 + (corners.length / 9) * 50);
  bytes.set(encode(header));
  const view = new DataView(bytes.buffer);
  view.setUint32(80, corners.length / 9, true);
  for (const [index, value] of corners.entries()) view.setFloat32(84 + Math.floor(index / 9) * 50 + 12 + (index % 9) * 4, value, true);
  return bytes;
}

const asciiStl = `solid cube
facet normal 0 0 1
 outer loop
  vertex 0 0 0
  vertex 1e0 0 0
  VERTEX 0 1 0
 endloop
endfacet
endsolid cube`;

test.for([
  ["binary STL", "a.stl", binaryStl([0, 0, 0, 1, 0, 0, 0, 1, 0])],
  ["binary STL that begins with solid", "a.STL", binaryStl([0, 0, 0, 1, 0, 0, 0, 1, 0], "solid by some exporter")],
  ["ASCII STL", "package://p/meshes/a.stl", encode(asciiStl)],
  ["ASCII STL with CRLF", "a.stl", encode(asciiStl.replaceAll("\n", "\r\n"))],
  ["OBJ", "a.obj", encode("# c\nv 0 0 0\nv 1 0 0 0.5\nvn 0 0 1\nv 0 1 0\nf 1/1/1 2//1 3\n")],
  ["OBJ with indices from the end and a broken line", "a.obj", encode("v 0 0 0\r\nv 1 0 0\r\nv 0 1 0\r\nf -3 -2 \\\r\n -1\r\n")],
] as const)("%s", ([, uri, bytes]) => {
  const mesh = parseMesh(bytes, uri);
  expect([...mesh.vertices]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  expect([...mesh.triangles]).toEqual([0, 1, 2]);
});

test("an OBJ polygon becomes a fan, an STL corner shared by facets one vertex", () => {
  expect([...parseMesh(encode("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4"), "a.obj").triangles]).toEqual([0, 1, 2, 0, 2, 3]);
  const square = parseMesh(binaryStl([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 1, 0]), "a.stl");
  expect([square.vertices.length / 3, [...square.triangles]]).toEqual([4, [0, 1, 2, 0, 2, 3]]);
});

test("a subarray of a larger buffer is read from where it begins", () => {
  const whole = new Uint8Array(200);
  whole.set(binaryStl([0, 0, 0, 1, 0, 0, 0, 1, 0]), 17);
  expect(parseMesh(whole.subarray(17, 17 + 134), "a.stl").vertices.length).toBe(9);
});

test.for([
  ["no bytes", "a.stl", new Uint8Array(0), "is not an STL file: 0 bytes"],
  [
    "a file cut short",
    "a.stl",
    binaryStl([0, 0, 0, 1, 0, 0, 0, 1, 0]).subarray(0, 120),
    "is not an STL file: 120 bytes where its header asks for 134",
  ],
  ["a count that lies", "a.stl", new Uint8Array(84).fill(255), "is not an STL file"],
  ["no facets", "a.stl", binaryStl([]), "has no triangles"],
  ["NaN", "a.stl", binaryStl([Number.NaN, 0, 0, 1, 0, 0, 0, 1, 0]), "not finite"],
  ["infinity in ASCII", "a.stl", encode(asciiStl.replace("1e0", "1e999")), "not finite"],
  ["a vertex too few", "a.stl", encode(asciiStl.replace("VERTEX 0 1 0", "")), "has 2 vertices"],
  ["no faces", "a.obj", encode("v 0 0 0"), "has no faces"],
  ["a face of two", "a.obj", encode("v 0 0 0\nv 1 0 0\nf 1 2"), "a.obj:3: face has fewer than three corners"],
  ["an index beyond the vertices", "a.obj", encode("v 0 0 0\nv 1 0 0\nf 1 2 3"), 'a.obj:3: face corner "3"'],
  ["index 0", "a.obj", encode("v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2"), 'face corner "0"'],
  ["a word for a number", "a.obj", encode("v 0 0 x"), 'a.obj:1: vertex coordinate "x"'],
  ["a vertex of two", "a.obj", encode("v 0 0"), 'vertex coordinate ""'],
  ["COLLADA", "link0.dae", encode("<COLLADA/>"), '".dae" is no mesh format read here'],
] as const)("%s is refused", ([, uri, bytes, message]) => {
  expect(() => parseMesh(bytes, uri)).toThrow(
    expect.objectContaining({ code: "format.invalid", message: expect.stringContaining(message) }),
  );
});

test("any bytes give a finite mesh or a ClearanceError", () => {
  const outcome = (bytes: Uint8Array, uri: string): boolean => {
    try {
      return parseMesh(bytes, uri).vertices.every(Number.isFinite);
    } catch (error) {
      return ClearanceError.is(error, "format.invalid");
    }
  };
  const anyBytes = property(uint8Array({ maxLength: 300 }), (bytes) => outcome(bytes, "a.stl") && outcome(bytes, "a.obj"));
  assert(anyBytes, { seed: 20261121, numRuns: 300 });
});

test("binary coordinates come back as the nearest single floats", () => {
  const roundTrip = property(double({ noNaN: true, noDefaultInfinity: true, min: -1e30, max: 1e30 }), (x) => {
    expect(parseMesh(binaryStl([x, 0, 0, 1, 0, 0, 0, 1, 0]), "a.stl").vertices[0]).toBe(Math.fround(x));
  });
  assert(roundTrip, { seed: 20261121 });
});

test("a scale mirrors and stretches", () => {
  const mesh = parseMesh(binaryStl([1, 2, 3, 1, 0, 0, 0, 1, 0]), "a.stl");
  expect([...scaledMesh(mesh, [0.001, -1, 2]).vertices.subarray(0, 3)]).toEqual([0.001, -2, 6]);
});
