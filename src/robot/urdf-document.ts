/**
 * URDF text as data: links with their collision geometry and joints, one tree, every problem an error at its line.
 *
 * Read: link, collision, geometry (box, sphere, cylinder, capsule, mesh), joint with origin, axis, limit and mimic. Not read:
 * inertia, visuals, materials, transmissions, dynamics, and the elements of simulators.
 * @module
 */
import { formatG } from "../core/format.ts";
import { matrix34FromPose, quatFromRpy } from "../core/pose.ts";
import { norm, normalize, vec3, type Vec3 } from "../core/vec3.ts";
import type { Primitive } from "./link-shape.ts";
import { XmlReader } from "./xml-attributes.ts";
import { parseXml, type XmlElement } from "./xml.ts";

export type UrdfGeometry =
  | Exclude<Primitive, { readonly kind: "mesh" }>
  | { readonly kind: "mesh-file"; readonly uri: string; readonly scale: Vec3 };

export interface UrdfCollision {
  /** The link's name, with the collision's own where it has one. */
  readonly label: string;
  readonly linkFromShape: Float64Array;
  readonly geometry: UrdfGeometry;
}

export interface UrdfLink {
  readonly name: string;
  readonly collisions: readonly UrdfCollision[];
  readonly element: XmlElement;
}

export interface UrdfLimit {
  readonly lower: number;
  readonly upper: number;
  /** rad/s or m/s, > 0. */
  readonly velocity: number;
  /** Nm or N; Infinity where the file gives none or 0. */
  readonly effort: number;
}

export interface UrdfJoint {
  readonly name: string;
  readonly type: "revolute" | "continuous" | "prismatic" | "fixed";
  readonly parent: string;
  readonly child: string;
  /** Shape `[12]`. */
  readonly parentFromChild: Float64Array;
  /** Unit vector in the child's frame. */
  readonly axis: Vec3;
  readonly limit?: UrdfLimit;
  readonly mimic?: { readonly joint: string; readonly multiplier: number; readonly offset: number };
  readonly element: XmlElement;
}

export interface UrdfDocument {
  readonly name: string;
  readonly links: readonly UrdfLink[];
  readonly joints: readonly UrdfJoint[];
  readonly warnings: readonly string[];
  /** The <robot> element, and the reader that names the file in errors. */
  readonly element: XmlElement;
  readonly reader: XmlReader;
}

/** @throws ClearanceError `format.invalid`, `where:line:column`. The tree itself is checked by `urdfTree`. */
export function parseUrdf(text: string, where = "urdf"): UrdfDocument {
  const root = parseXml(text, { where });
  const reader = new XmlReader(where);
  if (root.name !== "robot") reader.fail(root, "is not a robot description", "the root element of a URDF is <robot>");
  const warnings: string[] = [];
  const links: UrdfLink[] = [];
  const joints: UrdfJoint[] = [];
  for (const element of root.children) {
    if (element.name.startsWith("xacro:")) reader.fail(element, "is a xacro macro", "run xacro first and give its output");
    if (element.name === "link") links.push(readLink(reader, element));
    else if (element.name === "joint") joints.push(readJoint(reader, element, warnings));
  }
  if (links.length === 0) reader.fail(root, "has no links");
  return { name: root.attributes.get("name") ?? "robot", links, joints, warnings, element: root, reader };
}

function readLink(reader: XmlReader, element: XmlElement): UrdfLink {
  const name = reader.text(element, "name");
  const collisions = element.children
    .filter((child) => child.name === "collision")
    .map((collision): UrdfCollision => {
      const own = collision.attributes.get("name");
      return {
        label: own === undefined || own === "" ? name : `${name}/${own}`,
        linkFromShape: readOrigin(reader, collision),
        geometry: readGeometry(reader, collision),
      };
    });
  return { name, collisions, element };
}

function readOrigin(reader: XmlReader, element: XmlElement): Float64Array {
  const origin = reader.child(element, "origin");
  if (origin === undefined) return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);
  const position = reader.vector(origin, "xyz", [0, 0, 0]);
  const [roll, pitch, yaw] = reader.vector(origin, "rpy", [0, 0, 0]);
  return matrix34FromPose({ position, orientation: quatFromRpy(roll, pitch, yaw) });
}

function readGeometry(reader: XmlReader, collision: XmlElement): UrdfGeometry {
  const geometry = reader.child(collision, "geometry") ?? reader.fail(collision, "has no <geometry>");
  const [shape, second] = geometry.children;
  if (shape === undefined) return reader.fail(geometry, "is empty");
  if (second !== undefined) return reader.fail(second, "is a second shape in one <geometry>", "give each shape its own <collision>");
  switch (shape.name) {
    case "box": {
      const [x, y, z] = reader.sizesM(shape, "size");
      return { kind: "box", halfM: vec3(x / 2, y / 2, z / 2) };
    }
    case "sphere":
      return { kind: "sphere", radiusM: reader.sizeM(shape, "radius") };
    case "cylinder":
    case "capsule":
      return { kind: shape.name, radiusM: reader.sizeM(shape, "radius"), halfLengthM: reader.sizeM(shape, "length") / 2 };
    case "mesh": {
      const scale = reader.vector(shape, "scale", [1, 1, 1]);
      if (scale.some((factor) => factor === 0)) reader.fail(shape, "has a scale of 0");
      return { kind: "mesh-file", uri: reader.text(shape, "filename"), scale };
    }
    default:
      return reader.fail(shape, "is no shape known here", "use box, sphere, cylinder, capsule or mesh");
  }
}

function readJoint(reader: XmlReader, element: XmlElement, warnings: string[]): UrdfJoint {
  const name = reader.text(element, "name");
  const type = reader.text(element, "type");
  if (type !== "revolute" && type !== "continuous" && type !== "prismatic" && type !== "fixed")
    return reader.fail(
      element,
      `"${name}" has type "${type}"`,
      "use revolute, continuous, prismatic or fixed; a base that floats or drives is not a joint of the arm",
    );
  const parent = reader.text(reader.child(element, "parent") ?? reader.fail(element, `"${name}" has no <parent>`), "link");
  const child = reader.text(reader.child(element, "child") ?? reader.fail(element, `"${name}" has no <child>`), "link");
  if (reader.child(element, "safety_controller") !== undefined)
    warnings.push(`line ${element.line}: safety_controller of joint "${name}" is not read; its limits are those of <limit>`);
  const limit = type === "fixed" ? undefined : readLimit(reader, element, name, type, warnings);
  const mimic = type === "fixed" ? undefined : readMimic(reader, element);
  return {
    name,
    type,
    parent,
    child,
    parentFromChild: readOrigin(reader, element),
    axis: readAxis(reader, element, type),
    ...(limit === undefined ? {} : { limit }),
    ...(mimic === undefined ? {} : { mimic }),
    element,
  };
}

function readAxis(reader: XmlReader, joint: XmlElement, type: UrdfJoint["type"]): Vec3 {
  const element = reader.child(joint, "axis");
  // The axis of a fixed joint means nothing, and files in use write zeros there.
  if (element === undefined || type === "fixed") return vec3(1, 0, 0);
  const axis = reader.vector(element, "xyz", [1, 0, 0]);
  if (!(norm(axis) > 1e-6)) return reader.fail(element, "has no direction");
  return normalize(axis);
}

function readLimit(reader: XmlReader, joint: XmlElement, name: string, type: UrdfJoint["type"], warnings: string[]): UrdfLimit | undefined {
  const element = reader.child(joint, "limit");
  if (element === undefined) {
    if (type !== "continuous") warnings.push(`line ${joint.line}: ${type} joint "${name}" has no <limit>`);
    return undefined;
  }
  const bounded = type !== "continuous";
  const lower = bounded ? reader.numberOr(element, "lower", 0) : -Infinity;
  const upper = bounded ? reader.numberOr(element, "upper", 0) : Infinity;
  if (!(lower <= upper)) reader.fail(element, `of joint "${name}" has lower ${formatG(lower)} above upper ${formatG(upper)}`);
  if (lower === upper) warnings.push(`line ${element.line}: joint "${name}" cannot move: its limits are both ${formatG(lower)}`);
  const velocity = reader.number(element, "velocity");
  if (!(velocity > 0)) reader.fail(element, `of joint "${name}" has velocity ${formatG(velocity)}`, "give the joint's greatest speed, > 0");
  const effort = reader.numberOr(element, "effort", 0);
  if (!(effort >= 0)) reader.fail(element, `of joint "${name}" has effort ${formatG(effort)}`, "give the joint's greatest effort, >= 0");
  if (effort === 0) warnings.push(`line ${element.line}: joint "${name}" gives no effort; it is taken as unlimited`);
  return { lower, upper, velocity, effort: effort === 0 ? Infinity : effort };
}

function readMimic(reader: XmlReader, joint: XmlElement): UrdfJoint["mimic"] {
  const element = reader.child(joint, "mimic");
  if (element === undefined) return undefined;
  return {
    joint: reader.text(element, "joint"),
    multiplier: reader.numberOr(element, "multiplier", 1),
    offset: reader.numberOr(element, "offset", 0),
  };
}
