/**
 * A robot as flat typed arrays. Links are in topological order: `parentOfLink[i] < i`, link 0 is the base, fixed in the world.
 *
 * `q` holds the joints the robot is commanded by (`jointNames`): those on the way from the base to the tip, then those of branches that
 * are commanded as well (another arm, a head), which do not move the tip. Fingers and other side branches are frozen at a reference
 * opening; their links still move with the arm and count for collision.
 * @module
 */
export const JOINT_FIXED = 0;
export const JOINT_REVOLUTE = 1;
export const JOINT_PRISMATIC = 2;

export interface RobotModel {
  readonly name: string;
  readonly nJoints: number;
  readonly nLinks: number;
  readonly jointNames: readonly string[];
  readonly linkNames: readonly string[];
  /** Shape `[nLinks]`, -1 for link 0. */
  readonly parentOfLink: Int32Array;
  /** Shape `[nLinks]`: JOINT_FIXED, JOINT_REVOLUTE or JOINT_PRISMATIC, of the joint between the link and its parent. */
  readonly jointKindOfLink: Uint8Array;
  /** Shape `[nLinks]`: index into `q`, -1 where fixed. Several links may share one (mimic). */
  readonly qIndexOfLink: Int32Array;
  /** Shape `[nLinks]`: joint value = scale × q + offset (mimic); 1 and 0 otherwise. */
  readonly mimicScale: Float64Array;
  readonly mimicOffset: Float64Array;
  /** Shape `[nLinks, 12]`: rows of the 3×4 matrix parentFromLink at joint value 0. Link 0: worldFromBase. */
  readonly parentFromLink: Float64Array;
  /** Shape `[nLinks, 3]`: unit joint axis in the link's own frame. */
  readonly axisInLink: Float64Array;
  /** Shape `[nLinks, 3]`: a point on the axis in the link's own frame, m (URDF: the origin; MJCF joints may have `pos`). */
  readonly anchorInLink: Float64Array;
  /** Shape `[nJoints]` each; rad, rad/s, rad/s², rad/s³, Nm (m, m/s, … N for prismatic). ±Infinity only where there is no limit. */
  readonly lowerRad: Float64Array;
  readonly upperRad: Float64Array;
  readonly maxVelocityRadPerS: Float64Array;
  readonly maxAccelerationRadPerS2: Float64Array;
  readonly maxJerkRadPerS3: Float64Array;
  readonly maxEffortNm: Float64Array;
  /** Shape `[nJoints]`. */
  readonly homeRad: Float64Array;
  readonly tipLink: number;
  /** Shape `[12]`: rows of the 3×4 matrix tipLinkFromTip. */
  readonly tipLinkFromTip: Float64Array;
  readonly warnings: readonly string[];
}

/** Those of `jointNames` that are told in metres. */
export function slidingJoints({ jointNames, jointKindOfLink, qIndexOfLink }: RobotModel): readonly string[] {
  return jointNames.filter((_, joint) => jointKindOfLink[qIndexOfLink.indexOf(joint)] === JOINT_PRISMATIC);
}
