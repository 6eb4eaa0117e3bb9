/**
 * The links that a manifest's joints speak of, as one tree: breadth first from the root, children in the order of their joints.
 * @module
 */
import { matrix34FromPose, quatFromRpy } from "../../core/pose.ts";
import { identity34, type TreeJoint, type TreeLink } from "../kinematic-tree.ts";
import { JOINT_PRISMATIC, JOINT_REVOLUTE } from "../robot-model.ts";
import type { RobotManifest } from "./schema.ts";

export type ManifestJoint = RobotManifest["joints"][number];
export type Mount = RobotManifest["mounts"][number];

/** A way to a link: by a joint, or fixed by a mount. */
interface Edge {
  readonly parent: string;
  readonly child: string;
  readonly joint: ManifestJoint | undefined;
  readonly parentFromChild: Float64Array;
}

/**
 * The links, or what keeps them from being one tree: a second root that no mount declares, a cycle, a link with two parents, a mount of
 * something that is no root. A mount may name `baseFrame` as parent although no joint does; it is then the root.
 */
export function manifestLinks(
  joints: readonly ManifestJoint[],
  mounts: readonly Mount[],
  baseFrame: string,
): { readonly links: readonly TreeLink[] } | { readonly problems: readonly string[] } {
  const edges = [...joints.map(jointEdge), ...mounts.map(mountEdge)];
  const names = [...new Set(joints.flatMap(({ parent_link, child_link }) => [parent_link, child_link]))];
  if (mounts.some(({ parent }) => parent === baseFrame) && !names.includes(baseFrame)) names.push(baseFrame);
  const problems = [...mountProblems(joints, mounts, names), ...parentProblems(edges)];
  const children = new Set(edges.map(({ child }) => child));
  const roots = names.filter((name) => !children.has(name)).sort();
  if (roots.length === 0) problems.push(`the links ${names.join(", ")} form a cycle: every one has a parent; remove one joint or mount`);
  if (roots.length > 1) {
    const first = roots.includes(baseFrame) ? baseFrame : roots[0]!;
    for (const extra of roots.filter((name) => name !== first))
      problems.push(
        `"${extra}" is a root beside "${first}": nothing says where it is; declare it, for example mounts: [{root_link: ${extra}, parent: LINK, xyz_rpy: [0, 0, 0, 0, 0, 0]}]`,
      );
  }
  if (problems.length > 0) return { problems };

  const order: { readonly name: string; readonly parent: number; readonly edge: Edge | undefined }[] = [
    { name: roots[0]!, parent: -1, edge: undefined },
  ];
  for (let at = 0; at < order.length; at++)
    for (const edge of edges) if (edge.parent === order[at]!.name) order.push({ name: edge.child, parent: at, edge });
  const reached = new Set(order.map(({ name }) => name));
  const lost = names.find((name) => !reached.has(name));
  if (lost !== undefined) return { problems: [`"${lost}" is in a cycle apart from the root "${roots[0]}"; remove one joint or mount`] };
  return {
    links: order.map(({ name, parent, edge }) => ({
      name,
      parent,
      joint: edge?.joint === undefined ? undefined : treeJoint(edge.joint),
      parentFromLink: edge?.parentFromChild ?? identity34(),
    })),
  };
}

/** Revolute, prismatic and continuous joints move; a floating or planar base is where the robot is mounted. */
export function isMovable({ joint_type }: ManifestJoint): boolean {
  return joint_type === "revolute" || joint_type === "prismatic" || joint_type === "continuous";
}

export function frameOf(xyzRpy: readonly [number, number, number, number, number, number]): Float64Array {
  const [x, y, z, roll, pitch, yaw] = xyzRpy;
  return matrix34FromPose({ position: [x, y, z], orientation: quatFromRpy(roll, pitch, yaw) });
}

function jointEdge(joint: ManifestJoint): Edge {
  const parentFromChild = frameOf([...joint.origin_xyz, ...joint.origin_rpy]);
  return { parent: joint.parent_link, child: joint.child_link, joint: isMovable(joint) ? joint : undefined, parentFromChild };
}

function mountEdge({ root_link, parent, xyz_rpy }: Mount): Edge {
  return { parent, child: root_link, joint: undefined, parentFromChild: frameOf(xyz_rpy) };
}

function treeJoint(joint: ManifestJoint): TreeJoint {
  const continuous = joint.joint_type === "continuous";
  const [lowerRad, upperRad] = joint.position_limits ?? (continuous || joint.mimic !== undefined ? [-Infinity, Infinity] : []);
  return {
    name: joint.name,
    kind: joint.joint_type === "prismatic" ? JOINT_PRISMATIC : JOINT_REVOLUTE,
    axis: joint.axis_xyz,
    anchor: [0, 0, 0],
    limits: {
      ...(lowerRad === undefined || upperRad === undefined ? {} : { lowerRad, upperRad }),
      ...(joint.velocity_limit === undefined ? {} : { maxVelocityRadPerS: joint.velocity_limit }),
      ...(joint.effort_limit === undefined ? {} : { maxEffortNm: joint.effort_limit }),
      ...(joint.acceleration_limit === undefined ? {} : { maxAccelerationRadPerS2: joint.acceleration_limit }),
    },
    ...(joint.mimic === undefined
      ? {}
      : { mimic: { joint: joint.mimic.joint, scale: joint.mimic.multiplier, offset: joint.mimic.offset } }),
  };
}

function mountProblems(joints: readonly ManifestJoint[], mounts: readonly Mount[], names: readonly string[]): readonly string[] {
  const children = new Set(joints.map(({ child_link }) => child_link));
  return mounts.flatMap(({ root_link, parent }) => {
    if (!names.includes(root_link)) return [`mounts names the link "${root_link}", which does not exist`];
    if (!names.includes(parent)) return [`mounts fixes "${root_link}" to "${parent}", which does not exist`];
    return children.has(root_link) ? [`mounts names "${root_link}", which a joint holds already; only roots are mounted`] : [];
  });
}

function parentProblems(edges: readonly Edge[]): readonly string[] {
  const parentOf = new Map<string, string>();
  const problems: string[] = [];
  for (const { parent, child } of edges) {
    const other = parentOf.get(child);
    if (other !== undefined) problems.push(`"${child}" has two parents, "${other}" and "${parent}"; remove one`);
    parentOf.set(child, parent);
  }
  return problems;
}
