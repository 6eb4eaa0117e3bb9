/**
 * A manifest's joints found again in a robot file.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";

export interface JointMatch {
  readonly manifestJoint: string;
  readonly fileJoint: string;
}

export interface JointMatches {
  readonly matches: readonly JointMatch[];
  /** Joints of the file that the manifest does not know, held at rest. */
  readonly held: readonly string[];
  /** By joint of the file: index among the manifest's joints, -1 where held. */
  readonly dofOfFileJoint: readonly number[];
}

/**
 * By `name`, else by `sim_joint_name`. With `order` the n-th joint of one is the n-th of the other, for a reader to review.
 * @throws ClearanceError `config.invalid` with both lists where a joint of the manifest is not found
 */
export function matchJoints(
  source: string,
  manifestJoints: readonly { readonly name: string; readonly sim_joint_name?: string | undefined }[],
  fileJoints: readonly string[],
  order = false,
): JointMatches {
  const find = ({ name, sim_joint_name }: (typeof manifestJoints)[number], index: number): string | undefined => {
    if (order) return fileJoints[index];
    if (fileJoints.includes(name)) return name;
    return sim_joint_name !== undefined && fileJoints.includes(sim_joint_name) ? sim_joint_name : undefined;
  };
  const found = manifestJoints.map(find);
  const lost = manifestJoints.filter((_, index) => found[index] === undefined).map(({ name }) => name);
  const twice = found.find((joint, index) => joint !== undefined && found.indexOf(joint) !== index);
  if (lost.length > 0 || twice !== undefined) {
    const problem =
      twice === undefined
        ? `the robot file has no joint for ${lost.join(", ")}; the manifest has ${manifestJoints.map(({ name }) => name).join(", ")}, the file has ${fileJoints.join(", ")}`
        : `two joints of the manifest mean "${twice}" of the file`;
    throw new ClearanceError("config.invalid", `${source}: ${problem}; set sim_joint_name, or match by order with --joint-match order`, {
      source,
      problems: [problem],
    });
  }
  return {
    matches: manifestJoints.map(({ name }, index) => ({ manifestJoint: name, fileJoint: found[index]! })),
    held: fileJoints.filter((joint) => !found.includes(joint)),
    dofOfFileJoint: fileJoints.map((joint) => found.indexOf(joint)),
  };
}
