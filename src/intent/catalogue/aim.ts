/**
 * Turning a head or an arm so that it points somewhere. What points is the x axis of a link, from the link's origin.
 * @module
 */
import { atan2 } from "../../core/trigonometry.ts";
import { cross, dot, norm, sub, type Vec3 } from "../../core/vec3.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";

export interface Aimed {
  /** Shape `[nJoints]`, within the limits of the joints that were turned. */
  readonly qRad: readonly number[];
  /** Angle that is left between the link's x and the way to the point, rad. */
  readonly offRad: number;
}

/** Values tried of each joint before the best of them is improved. */
const seedsPerJoint = 9;
/** The first steps of the search, and the last: it ends where none of the last size comes nearer, rad. */
const coarsestStepRad = 0.25;
const finestStepRad = 1e-6;
/** Of postures that aim equally well the nearer one: what turning by one radian more is worth, rad. */
const nearnessWeight = 1e-3;

/** Angle between the link's x and the way from its origin to the point, rad; NaN where the point is that origin. */
export function offTargetRad(robot: RobotModel, qRad: ArrayLike<number>, link: number, pointInWorld: Vec3): number {
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, qRad, worldFromLinks);
  const at = link * 12;
  const origin: Vec3 = [worldFromLinks[at + 3]!, worldFromLinks[at + 7]!, worldFromLinks[at + 11]!];
  const forward: Vec3 = [worldFromLinks[at]!, worldFromLinks[at + 4]!, worldFromLinks[at + 8]!];
  const way = sub(pointInWorld, origin);
  if (!(norm(way) > 0)) return Number.NaN;
  return atan2(norm(cross(forward, way)), dot(forward, way));
}

/**
 * The values of `joints` (indices into `q`) at which the link's x comes nearest to the point, the other joints as they are: the best of a
 * grid over their limits, then a compass search. Deterministic; thousands of evaluations at most.
 */
export function aimAt(
  robot: RobotModel,
  fromRad: ArrayLike<number>,
  joints: readonly number[],
  link: number,
  pointInWorld: Vec3,
): Aimed | undefined {
  const from = Array.from(fromRad);
  const cost = (qRad: readonly number[]): number => {
    let turned = 0;
    for (const joint of joints) turned += Math.abs(qRad[joint]! - from[joint]!);
    return offTargetRad(robot, qRad, link, pointInWorld) + nearnessWeight * turned;
  };
  const within = joints.reduce((q, joint) => q.with(joint, clamped(robot, joint, q[joint]!)), from);
  const seed = seeds(robot, within, joints).reduce((best, next) => (cost(next) < cost(best) ? next : best), within);
  return refined(robot, seed, joints, (qRad) => offTargetRad(robot, qRad, link, pointInWorld));
}

/** Steps along one joint at a time, halved where none comes nearer. */
function refined(
  robot: RobotModel,
  seed: readonly number[],
  joints: readonly number[],
  offRad: (qRad: readonly number[]) => number,
): Aimed | undefined {
  let best: Aimed = { qRad: seed, offRad: offRad(seed) };
  if (!Number.isFinite(best.offRad)) return undefined;
  for (let stepRad = coarsestStepRad; stepRad >= finestStepRad;) {
    const steps = joints.flatMap((joint) =>
      [stepRad, -stepRad].map((by) => best.qRad.with(joint, clamped(robot, joint, best.qRad[joint]! + by))),
    );
    const nearer = steps.map((qRad) => ({ qRad, offRad: offRad(qRad) })).filter((each) => each.offRad < best.offRad);
    if (nearer.length === 0) stepRad /= 2;
    else best = nearer.reduce((least, each) => (each.offRad < least.offRad ? each : least));
  }
  return best;
}

function clamped(robot: RobotModel, joint: number, q: number): number {
  return Math.min(robot.upperRad[joint]!, Math.max(robot.lowerRad[joint]!, q));
}

/** Every combination of `seedsPerJoint` values of each joint, from limit to limit. */
function seeds(robot: RobotModel, from: readonly number[], joints: readonly number[]): readonly (readonly number[])[] {
  return joints.reduce<readonly (readonly number[])[]>(
    (found, joint) => {
      const [lower, upper] = [robot.lowerRad[joint]!, robot.upperRad[joint]!];
      return found.flatMap((q) =>
        Array.from({ length: seedsPerJoint }, (_, i) => q.with(joint, lower + ((upper - lower) * i) / (seedsPerJoint - 1))),
      );
    },
    [from],
  );
}
