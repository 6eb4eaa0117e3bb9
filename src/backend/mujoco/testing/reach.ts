import type { Pose } from "../../../core/pose.ts";
import { quatConjugate, quatMultiply } from "../../../core/pose.ts";
import { forwardKinematics, geometricJacobianInto, tipPose } from "../../../robot/kinematics.ts";
import type { RobotModel } from "../../../robot/robot-model.ts";

/** Joint positions near `seed` that put the tip at `goal`: damped least squares, enough for tests. Throws where it does not get there. */
export function reach(robot: RobotModel, seed: ArrayLike<number>, goal: Pose): number[] {
  const n = robot.nJoints;
  const q = Float64Array.from(seed);
  const links = new Float64Array(robot.nLinks * 12);
  const jacobian = new Float64Array(6 * n);
  for (let round = 0; round < 300; round++) {
    const tip = tipPose(robot, q);
    const turn = quatMultiply(goal.orientation, quatConjugate(tip.orientation));
    const sign = turn[0] < 0 ? -2 : 2;
    const error = [0, 1, 2].map((k) => goal.position[k]! - tip.position[k]!).concat([1, 2, 3].map((k) => sign * turn[k]!));
    if (Math.max(...error.map(Math.abs)) < 1e-9) return Array.from(q);
    forwardKinematics(robot, q, links);
    geometricJacobianInto(robot, links, jacobian);
    const gram = Array.from({ length: 6 }, (_, a) =>
      Array.from({ length: 6 }, (_unused, b) => {
        let sum = a === b ? 1e-6 : 0;
        for (let j = 0; j < n; j++) sum += jacobian[a * n + j]! * jacobian[b * n + j]!;
        return sum;
      }),
    );
    const y = solve(gram, error);
    for (let j = 0; j < n; j++) {
      let step = 0;
      for (let a = 0; a < 6; a++) step += jacobian[a * n + j]! * y[a]!;
      q[j] = Math.min(robot.upperRad[j]!, Math.max(robot.lowerRad[j]!, q[j]! + Math.max(-0.2, Math.min(0.2, step))));
    }
  }
  throw new Error(`no posture near the seed reaches (${goal.position.join(", ")})`);
}

/** Tip pointing straight down, fingers across the direction `yawRad`. */
export function topDown(x: number, y: number, z: number, yawRad = 0): Pose {
  const half = yawRad / 2;
  return { position: [x, y, z], orientation: [0, Math.cos(half), Math.sin(half), 0] };
}

function solve(matrix: number[][], right: readonly number[]): number[] {
  const m = matrix.map((row, i) => [...row, right[i]!]);
  for (let c = 0; c < m.length; c++) {
    let best = c;
    for (let r = c; r < m.length; r++) if (Math.abs(m[r]![c]!) > Math.abs(m[best]![c]!)) best = r;
    [m[c], m[best]] = [m[best]!, m[c]!];
    for (let r = 0; r < m.length; r++) {
      if (r === c) continue;
      const factor = m[r]![c]! / m[c]![c]!;
      for (let k = c; k <= m.length; k++) m[r]![k]! -= factor * m[c]![k]!;
    }
  }
  return m.map((row, i) => row[m.length]! / row[i]!);
}
