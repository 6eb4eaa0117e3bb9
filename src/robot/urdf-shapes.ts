/**
 * The collision geometry of a URDF with its meshes read.
 * @module
 */
import type { LinkShape, Mesh } from "./link-shape.ts";
import { parseMesh, scaledMesh } from "./mesh-file.ts";
import type { UrdfTreeLink } from "./urdf-tree.ts";

/** Answers undefined where there is no such file. Called once for each URI. */
export type MeshSource = (uri: string) => Uint8Array | undefined;

export interface UnresolvedMesh {
  readonly link: string;
  readonly uri: string;
}

export interface ReadShapes {
  /** Order of the tree. */
  readonly shapesOfLink: readonly (readonly LinkShape[])[];
  readonly unresolved: readonly UnresolvedMesh[];
}

/** @throws ClearanceError `format.invalid` for a mesh that is there but cannot be read. One that is missing is a warning. */
export function readShapes(tree: readonly UrdfTreeLink[], meshes: MeshSource | undefined, warnings: string[]): ReadShapes {
  const known = new Map<string, Mesh | undefined>();
  const meshAt = (uri: string): Mesh | undefined => {
    if (!known.has(uri)) {
      const bytes = meshes?.(uri);
      known.set(uri, bytes === undefined ? undefined : parseMesh(bytes, uri));
    }
    return known.get(uri);
  };
  const unresolved: UnresolvedMesh[] = [];
  const shapesOfLink = tree.map(({ link }) =>
    link.collisions.flatMap(({ label, linkFromShape, geometry }): LinkShape[] => {
      if (geometry.kind !== "mesh-file") return [{ label, linkFromShape, primitive: geometry }];
      const mesh = meshAt(geometry.uri);
      if (mesh !== undefined) return [{ label, linkFromShape, primitive: { kind: "mesh", mesh: scaledMesh(mesh, geometry.scale) } }];
      unresolved.push({ link: link.name, uri: geometry.uri });
      warnings.push(
        `line ${link.element.line}: mesh "${geometry.uri}" of link "${link.name}" is not available: this part of the link has no body`,
      );
      return [];
    }),
  );
  return { shapesOfLink, unresolved };
}
