/**
 * SRDF: what a robot's maker says about its description: groups of joints, named poses, pairs of links that need no checking.
 * @module
 */
import { XmlReader } from "./xml-attributes.ts";
import { parseXml, type XmlElement } from "./xml.ts";

export interface SrdfGroup {
  readonly name: string;
  readonly chain?: { readonly baseLink: string; readonly tipLink: string };
  readonly joints: readonly string[];
  readonly links: readonly string[];
  readonly groups: readonly string[];
}
export interface DisabledPair {
  readonly link1: string;
  readonly link2: string;
  /** As written: "Adjacent", "Never", "Default", "User", or "" where none is given. */
  readonly reason: string;
}
export interface GroupState {
  readonly name: string;
  readonly group: string;
  /** Rad or m; joints with several values are left out with a warning. */
  readonly joints: Readonly<Record<string, number>>;
}
export interface EndEffector {
  readonly name: string;
  readonly group: string;
  readonly parentLink: string;
  readonly parentGroup?: string;
}
export interface Srdf {
  readonly name: string;
  readonly groups: readonly SrdfGroup[];
  readonly disabledPairs: readonly DisabledPair[];
  readonly groupStates: readonly GroupState[];
  readonly endEffectors: readonly EndEffector[];
  readonly warnings: readonly string[];
}

/** @throws ClearanceError `format.invalid`, `where:line:column`. Names are not compared with a URDF here. */
export function parseSrdf(text: string, where = "srdf"): Srdf {
  const root = parseXml(text, { where });
  const reader = new XmlReader(where);
  if (root.name !== "robot") reader.fail(root, "is not a robot description", "the root element of an SRDF is <robot>");
  const warnings: string[] = [];
  const groups: SrdfGroup[] = [];
  const disabledPairs: DisabledPair[] = [];
  const groupStates: GroupState[] = [];
  const endEffectors: EndEffector[] = [];
  for (const element of root.children) {
    if (element.name.startsWith("xacro:")) reader.fail(element, "is a xacro macro", "run xacro first and give its output");
    if (element.name === "group") groups.push(readGroup(reader, element, groups));
    else if (element.name === "disable_collisions") disabledPairs.push(readPair(reader, element));
    else if (element.name === "group_state") groupStates.push(readState(reader, element, warnings));
    else if (element.name === "end_effector") endEffectors.push(readEndEffector(reader, element));
  }
  return { name: root.attributes.get("name") ?? "", groups, disabledPairs, groupStates, endEffectors, warnings };
}

function readGroup(reader: XmlReader, element: XmlElement, earlier: readonly SrdfGroup[]): SrdfGroup {
  const name = reader.text(element, "name");
  if (earlier.some((group) => group.name === name)) reader.fail(element, `"${name}" is already a group`, "rename one");
  const chain = reader.child(element, "chain");
  const named = (kind: string): string[] =>
    element.children.filter((child) => child.name === kind).map((child) => reader.text(child, "name"));
  return {
    name,
    ...(chain === undefined ? {} : { chain: { baseLink: reader.text(chain, "base_link"), tipLink: reader.text(chain, "tip_link") } }),
    joints: named("joint"),
    links: named("link"),
    groups: named("group"),
  };
}

function readPair(reader: XmlReader, element: XmlElement): DisabledPair {
  const link1 = reader.text(element, "link1");
  const link2 = reader.text(element, "link2");
  if (link1 === link2) reader.fail(element, `names "${link1}" twice`);
  return { link1, link2, reason: element.attributes.get("reason") ?? "" };
}

function readState(reader: XmlReader, element: XmlElement, warnings: string[]): GroupState {
  const name = reader.text(element, "name");
  const joints: Record<string, number> = {};
  for (const child of element.children) {
    if (child.name !== "joint") continue;
    const joint = reader.text(child, "name");
    if (Object.hasOwn(joints, joint)) reader.fail(child, `"${joint}" is set twice in state "${name}"`);
    if (reader.text(child, "value").includes(" "))
      warnings.push(`line ${child.line}: joint "${joint}" of state "${name}" has several values; it is left out`);
    else Object.defineProperty(joints, joint, { value: reader.number(child, "value"), enumerable: true });
  }
  return { name, group: reader.text(element, "group"), joints };
}

function readEndEffector(reader: XmlReader, element: XmlElement): EndEffector {
  const parentGroup = element.attributes.get("parent_group");
  return {
    name: reader.text(element, "name"),
    group: reader.text(element, "group"),
    parentLink: reader.text(element, "parent_link"),
    ...(parentGroup === undefined ? {} : { parentGroup }),
  };
}
