/**
 * Which links are fingers, and which link the arm is led by.
 * @module
 */
import type { TreeLink } from "../kinematic-tree.ts";
import type { RobotManifest } from "./schema.ts";

/** Joints of role `gripper`, and those that follow one, in the order of the manifest. */
export function fingerJoints({ joints }: Pick<RobotManifest, "joints">): readonly string[] {
  const byName = new Map(joints.map((joint) => [joint.name, joint]));
  const closes = (name: string): boolean => {
    const seen = new Set<string>();
    for (let at = byName.get(name); at !== undefined && !seen.has(at.name); at = byName.get(at.mimic?.joint ?? "")) {
      if (at.role === "gripper") return true;
      seen.add(at.name);
    }
    return false;
  };
  return joints.map(({ name }) => name).filter(closes);
}

/**
 * The link that an end effector declares, else the deepest link that no finger joint carries, arms before other limbs, the earlier of
 * equals. Undefined where a declared link does not exist.
 */
export function controlLinkIndex(manifest: RobotManifest, links: readonly TreeLink[], fingers: ReadonlySet<string>): number | undefined {
  const declared = manifest.end_effectors.find(({ control_link }) => control_link !== undefined)?.control_link;
  if (declared !== undefined) {
    const index = links.findIndex(({ name }) => name === declared);
    return index < 0 ? undefined : index;
  }
  const roles = new Map(manifest.joints.map(({ name, role }) => [name, role]));
  const hasArm = manifest.joints.some(({ role }) => role === "arm");
  let best = 0;
  let bestDepth = -1;
  const depths: number[] = [];
  const carried: boolean[] = [];
  const onArm: boolean[] = [];
  for (const [index, { parent, joint }] of links.entries()) {
    depths[index] = parent < 0 ? 0 : depths[parent]! + 1;
    carried[index] = (parent >= 0 && carried[parent]!) || (joint !== undefined && fingers.has(joint.name));
    onArm[index] = joint === undefined ? parent >= 0 && onArm[parent]! : roles.get(joint.name) === "arm";
    if (carried[index] || (hasArm && !onArm[index]) || !(depths[index]! > bestDepth)) continue;
    best = index;
    bestDepth = depths[index]!;
  }
  return best;
}
