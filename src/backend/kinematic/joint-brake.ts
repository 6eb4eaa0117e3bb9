/**
 * How an ideal robot comes to rest.
 * @module
 */
import { forwardKinematics, tipMatrixInto } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";

export interface Braked {
  readonly durationMs: number;
  /** Path length of the tip, m. */
  readonly distanceM: number;
}

/** Chords that the tip's way is measured by. */
const nChords = 64;

/**
 * Slows all joints at constant rates to rest together, the one that takes longest at its acceleration limit; writes where they
 * end into `q` and zeros into `qd`. A joint that would pass its position limit stays on it. Without any limit it takes no time.
 */
export function brakeAlongLine(robot: RobotModel, q: Float64Array, qd: Float64Array): Braked {
  const { nJoints, maxAccelerationRadPerS2, lowerRad, upperRad } = robot;
  let durationS = 0;
  for (let j = 0; j < nJoints; j++) durationS = Math.max(durationS, Math.abs(qd[j]!) / maxAccelerationRadPerS2[j]!);
  const from = q.slice();
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  const tip = new Float64Array(12);
  let distanceM = 0;
  for (let chord = 0; chord <= nChords; chord++) {
    const part = chord / nChords;
    // ∫ v (1 - t/T) dt = v T (s - s²/2) at t = s T.
    const wayS = durationS * (part - (part * part) / 2);
    for (let j = 0; j < nJoints; j++) q[j] = Math.min(upperRad[j]!, Math.max(lowerRad[j]!, from[j]! + qd[j]! * wayS));
    forwardKinematics(robot, q, worldFromLinks);
    const [x, y, z] = [tip[3]!, tip[7]!, tip[11]!];
    tipMatrixInto(robot, worldFromLinks, tip);
    const [dx, dy, dz] = [tip[3]! - x, tip[7]! - y, tip[11]! - z];
    if (chord > 0) distanceM += Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
  qd.fill(0);
  return { durationMs: durationS * 1000, distanceM };
}
