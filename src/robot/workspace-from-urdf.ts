/**
 * A workspace from a URDF: what is fixed to its root becomes obstacles, everything placed together gives the bounds.
 * World frame: the frame of the root link.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import { quatFromMatrix } from "../core/pose.ts";
import type { Vec3 } from "../core/vec3.ts";
import { aabbOf, box, capsule, orientedBox, sphere } from "../geometry/shapes.ts";
import type { Bounds, Shape, ShapeOptions } from "../geometry/shape.ts";
import { WorkspaceModel } from "../geometry/workspace-model.ts";
import { identity34, movedBy } from "./kinematic-tree.ts";
import { multiply34Into } from "./kinematics.ts";
import type { LinkShape } from "./link-shape.ts";
import { treeJoint, urdfStats, type UrdfStats } from "./urdf.ts";
import { parseUrdf, type UrdfDocument, type UrdfLimit } from "./urdf-document.ts";
import { readShapes, type MeshSource, type UnresolvedMesh } from "./urdf-shapes.ts";
import { urdfTree, type UrdfTreeLink } from "./urdf-tree.ts";

export interface WorkspaceFromUrdfOptions {
  /** Default 0.1. */
  readonly boundsInflateM?: number;
  /** Default 0. */
  readonly obstacleInflateM?: number;
  /** The bounds end here below; default 0. */
  readonly floorAtM?: number;
  /** Joint values by name, rad or m; default 0 for each. Joints that mimic follow. */
  readonly configuration?: Readonly<Record<string, number>>;
  /** Also the shapes behind movable joints become obstacles. */
  readonly includeMoving?: boolean;
  readonly meshes?: MeshSource;
  readonly where?: string;
}

export interface WorkspaceStats extends UrdfStats {
  readonly bounds_min: Vec3;
  readonly bounds_max: Vec3;
  /** Links with shapes behind a movable joint: the robot, for self-collision. */
  readonly movingLinks: readonly string[];
  /** A workspace with any of these is refused for hardware. */
  readonly unresolved: readonly UnresolvedMesh[];
  /** No shape could be placed: the bounds are the default box. */
  readonly defaultBox: boolean;
  /** Of every movable joint that has them. */
  readonly jointLimits: Readonly<Record<string, UrdfLimit>>;
}

/** @throws ClearanceError `format.invalid` with the line, `value.invalid` and `config.invalid` for options. */
export function workspaceFromUrdf(
  text: string,
  options: WorkspaceFromUrdfOptions = {},
): { workspace: WorkspaceModel; stats: WorkspaceStats } {
  const inflateM = nonNegativeNumber("boundsInflateM", options.boundsInflateM ?? 0.1);
  const shapeOptions = { inflationM: nonNegativeNumber("obstacleInflateM", options.obstacleInflateM ?? 0) };
  const floorAtM = finiteNumber("floorAtM", options.floorAtM ?? 0);
  const document = parseUrdf(text, options.where);
  const tree = urdfTree(document);
  const warnings = [...document.warnings];
  const { shapesOfLink, unresolved } = readShapes(tree, options.meshes, warnings);
  const rootFromLinks = placeLinks(document, tree, options.configuration ?? {});
  const moving = movingFlags(tree);

  const obstacles: Shape[] = [];
  const placed: Bounds[] = [];
  for (const [link, shapes] of shapesOfLink.entries())
    for (const shape of shapes) {
      const inRoot = new Float64Array(12);
      multiply34Into(rootFromLinks, link * 12, shape.linkFromShape, 0, inRoot, 0);
      const solid = obstacleFrom(shape, inRoot, shapeOptions);
      placed.push(aabbOf(solid));
      if (moving[link] !== true || options.includeMoving === true) obstacles.push(solid);
    }
  const defaultBox = placed.length === 0;
  if (defaultBox) warnings.push("no collision shape could be placed: the bounds are the default box");
  const { min, max } = defaultBox
    ? { min: [-0.5, -0.5, 0] as const, max: [0.5, 0.5, 1] as const }
    : union(placed, inflateM, floorAtM, warnings);
  const hasBody = (link: UrdfTreeLink): boolean => link.link.collisions.length > 0;
  const stats: WorkspaceStats = {
    ...urdfStats(document, shapesOfLink, unresolved, warnings),
    bounds_min: min,
    bounds_max: max,
    movingLinks: tree.filter((entry, index) => moving[index] === true && hasBody(entry)).map((entry) => entry.link.name),
    unresolved,
    defaultBox,
    jointLimits: Object.fromEntries(document.joints.flatMap((joint) => (joint.limit === undefined ? [] : [[joint.name, joint.limit]]))),
  };
  return { workspace: new WorkspaceModel(min, max, obstacles), stats };
}

/** rootFromLink of every link, shape `[nLinks, 12]`. */
function placeLinks(document: UrdfDocument, tree: readonly UrdfTreeLink[], configuration: Readonly<Record<string, number>>): Float64Array {
  const joints = new Map(document.joints.filter((joint) => joint.type !== "fixed").map((joint) => [joint.name, joint]));
  const problems = Object.keys(configuration)
    .filter((name) => !joints.has(name))
    .map((name) => `configuration names "${name}", which is no movable joint`);
  if (problems.length > 0) {
    const known = [...joints.keys()].join(", ") || "none";
    const source = document.reader.where;
    throw new ClearanceError("config.invalid", `${source}: ${problems.join("; ")}; the movable joints are ${known}`, { source, problems });
  }
  // urdfTree has refused mimics in a circle and of nothing.
  const valueOf = (name: string): number => {
    if (Object.hasOwn(configuration, name)) return finiteNumber(`configuration.${name}`, configuration[name]);
    const mimic = joints.get(name)?.mimic;
    return mimic === undefined ? 0 : mimic.multiplier * valueOf(mimic.joint) + mimic.offset;
  };
  const out = new Float64Array(tree.length * 12);
  out.set(identity34());
  for (const [index, { joint, parent }] of tree.entries()) {
    if (joint === undefined) continue;
    const local = joint.type === "fixed" ? joint.parentFromChild : movedBy(joint.parentFromChild, treeJoint(joint), valueOf(joint.name));
    multiply34Into(out, parent * 12, local, 0, out, index * 12);
  }
  return out;
}

function movingFlags(tree: readonly UrdfTreeLink[]): readonly boolean[] {
  const moving: boolean[] = [];
  for (const { joint, parent } of tree) moving.push(joint !== undefined && (joint.type !== "fixed" || moving[parent] === true));
  return moving;
}

/** Boxes, balls and capsules as they stand; cylinders and meshes as the box around them along the world axes. */
function obstacleFrom({ label, primitive }: LinkShape, m: Float64Array, shared: ShapeOptions): Shape {
  const options = { ...shared, label };
  const center: Vec3 = [m[3]!, m[7]!, m[11]!];
  const around = (reach: (row: number) => number): Shape => {
    const [x, y, z] = [reach(0), reach(4), reach(8)];
    return box([center[0] - x, center[1] - y, center[2] - z], [center[0] + x, center[1] + y, center[2] + z], options);
  };
  switch (primitive.kind) {
    case "sphere":
      return sphere(center, primitive.radiusM, options);
    case "capsule": {
      const [x, y, z] = [m[2]! * primitive.halfLengthM, m[6]! * primitive.halfLengthM, m[10]! * primitive.halfLengthM];
      return capsule(
        [center[0] - x, center[1] - y, center[2] - z],
        [center[0] + x, center[1] + y, center[2] + z],
        primitive.radiusM,
        options,
      );
    }
    case "cylinder":
      return around(
        (row) => primitive.radiusM * Math.sqrt(Math.max(0, 1 - m[row + 2]! * m[row + 2]!)) + primitive.halfLengthM * Math.abs(m[row + 2]!),
      );
    case "box": {
      const [hx, hy, hz] = primitive.halfM;
      if (isAxisAligned(m)) return around((row) => Math.abs(m[row]!) * hx + Math.abs(m[row + 1]!) * hy + Math.abs(m[row + 2]!) * hz);
      return orientedBox(center, primitive.halfM, quatFromMatrix(m, 0, 4), options);
    }
    case "ellipsoid": {
      const [a, b, c] = primitive.semiAxesM;
      return around((row) => hypot3(m[row]! * a, m[row + 1]! * b, m[row + 2]! * c));
    }
    case "mesh":
      return boxAroundVertices(primitive.mesh.vertices, m, options);
    default:
      return primitive satisfies never;
  }
}

function isAxisAligned(m: Float64Array): boolean {
  return [0, 1, 2, 4, 5, 6, 8, 9, 10].every((at) => Math.abs(m[at]!) <= 1e-9 || Math.abs(m[at]!) >= 1 - 1e-9);
}

function boxAroundVertices(vertices: Float64Array, m: Float64Array, options: ShapeOptions): Shape {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let v = 0; v < vertices.length; v += 3)
    for (const axis of [0, 1, 2] as const) {
      const row = axis * 4;
      const value = m[row]! * vertices[v]! + m[row + 1]! * vertices[v + 1]! + m[row + 2]! * vertices[v + 2]! + m[row + 3]!;
      min[axis] = Math.min(min[axis], value);
      max[axis] = Math.max(max[axis], value);
    }
  return box(min, max, options);
}

function union(
  placed: readonly Bounds[],
  inflateM: number,
  floorAtM: number,
  warnings: string[],
): { readonly min: Vec3; readonly max: Vec3 } {
  const low = (axis: 0 | 1 | 2): number => Math.min(...placed.map(({ min }) => min[axis])) - inflateM;
  const high = (axis: 0 | 1 | 2): number => Math.max(...placed.map(({ max }) => max[axis])) + inflateM;
  const bottom = Math.max(floorAtM, low(2));
  if (!(high(2) >= bottom)) warnings.push(`every shape lies below the floor at ${floorAtM} m: the workspace has no height`);
  return { min: [low(0), low(1), bottom], max: [high(0), high(1), Math.max(high(2), bottom)] };
}
