/**
 * The links of a URDF in topological order, proved to be one tree.
 * @module
 */
import type { UrdfDocument, UrdfJoint, UrdfLink } from "./urdf-document.ts";

export interface UrdfTreeLink {
  readonly link: UrdfLink;
  /** Position of the parent in the list, always earlier; -1 for the root. */
  readonly parent: number;
  /** The joint to the parent; undefined for the root. */
  readonly joint: UrdfJoint | undefined;
}

/**
 * Breadth first from the root, the children of a link in the order of their joints in the file.
 * @throws ClearanceError `format.invalid` with the line: duplicate names, unknown links, two parents, several roots, a cycle, a mimic
 * of nothing or of itself.
 */
export function urdfTree(document: UrdfDocument): readonly UrdfTreeLink[] {
  const { reader } = document;
  const links = new Map<string, UrdfLink>();
  for (const link of document.links) {
    const earlier = links.get(link.name);
    if (earlier !== undefined) reader.fail(link.element, `"${link.name}" is already a link in line ${earlier.element.line}`, "rename one");
    links.set(link.name, link);
  }
  const parentJoint = checkedJoints(document, links);
  checkMimics(document);

  const roots = document.links.filter((link) => !parentJoint.has(link.name));
  const [root, other] = roots;
  if (root === undefined) return reader.fail(document.links[0]!.element, "is in a cycle: every link has a parent", "remove one joint");
  if (other !== undefined)
    reader.fail(other.element, `"${other.name}" is not connected to "${root.name}": both are roots`, "join them with a fixed joint");

  const childrenOf = new Map<string, UrdfJoint[]>(document.links.map((link) => [link.name, []]));
  for (const joint of document.joints) childrenOf.get(joint.parent)?.push(joint);
  const order: UrdfTreeLink[] = [{ link: root, parent: -1, joint: undefined }];
  for (let at = 0; at < order.length; at++)
    for (const joint of childrenOf.get(order[at]!.link.name) ?? []) order.push({ link: links.get(joint.child)!, parent: at, joint });
  if (order.length !== document.links.length) {
    const reached = new Set(order.map((entry) => entry.link));
    const lost = document.links.find((link) => !reached.has(link))!;
    reader.fail(lost.element, `"${lost.name}" is in a cycle apart from the root "${root.name}"`, "remove one joint");
  }
  return order;
}

function checkedJoints(document: UrdfDocument, links: ReadonlyMap<string, UrdfLink>): ReadonlyMap<string, UrdfJoint> {
  const { reader } = document;
  const names = new Map<string, UrdfJoint>();
  const parentJoint = new Map<string, UrdfJoint>();
  for (const joint of document.joints) {
    const earlier = names.get(joint.name);
    if (earlier !== undefined)
      reader.fail(joint.element, `"${joint.name}" is already a joint in line ${earlier.element.line}`, "rename one");
    names.set(joint.name, joint);
    for (const link of [joint.parent, joint.child])
      if (!links.has(link)) reader.fail(joint.element, `"${joint.name}" names the link "${link}", which does not exist`);
    if (joint.parent === joint.child) reader.fail(joint.element, `"${joint.name}" joins "${joint.child}" to itself, a cycle`);
    const second = parentJoint.get(joint.child);
    if (second !== undefined)
      reader.fail(
        joint.element,
        `"${joint.name}" gives "${joint.child}" a second parent; joint "${second.name}" in line ${second.element.line} gives the first`,
      );
    parentJoint.set(joint.child, joint);
  }
  return parentJoint;
}

function checkMimics(document: UrdfDocument): void {
  const joints = new Map(document.joints.map((joint) => [joint.name, joint]));
  for (const joint of document.joints) {
    const seen = new Set([joint.name]);
    for (let master = joint.mimic?.joint; master !== undefined; master = joints.get(master)?.mimic?.joint) {
      const found = joints.get(master);
      if (found === undefined || found.type === "fixed")
        document.reader.fail(joint.element, `"${joint.name}" mimics "${master}", which is no movable joint`);
      if (seen.has(master)) document.reader.fail(joint.element, `"${joint.name}" mimics itself through "${master}", a cycle`);
      seen.add(master);
    }
  }
}
