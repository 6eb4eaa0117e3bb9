import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { linkReach, mostTravelM } from "./link-reach.ts";
import { PosedCapsules } from "./posed-capsules.ts";
import { robotFromUrdf } from "./urdf.ts";

const urdf = readFileSync(fileURLToPath(new URL("../../models/panda/panda.urdf", import.meta.url)), "utf8");
const { collision } = robotFromUrdf(urdf, { tipLink: "panda_hand_tcp", frozen: { panda_finger_joint1: 0.04, panda_finger_joint2: 0.04 } });
const { robot } = collision;
const carried = { name: "rod", capsuleInTip: [0, 0, 0, 0, 0, 0.4, 0.02] as const, mayTouch: [] };

test.for([undefined, carried])("no capsule's end ever moves farther than the bound, and near it at times; carrying %o", (body) => {
  const random = new Random(20261121);
  const { reachM } = linkReach(collision, body);
  const posed = new PosedCapsules(collision);
  posed.carry(body);
  const n = robot.nJoints;
  let nearest = 0;
  for (let round = 0; round < 2000; round++) {
    const rows = new Float64Array(2 * n);
    const joint = Math.floor(random.next() * n);
    for (let j = 0; j < n; j++) {
      rows[j] = robot.lowerRad[j]! + random.next() * (robot.upperRad[j]! - robot.lowerRad[j]!);
      const step = round % 2 === 0 && j !== joint ? 0 : 0.02 * (random.next() - 0.5);
      rows[n + j] = Math.min(robot.upperRad[j]!, Math.max(robot.lowerRad[j]!, rows[j]! + step));
    }
    posed.pose(rows.subarray(0, n));
    const before = posed.capsules.slice();
    posed.pose(rows.subarray(n));
    const bound = mostTravelM(reachM, n, rows, 0, rows, n);
    for (let c = 0; c < posed.count; c++)
      for (const end of [0, 3]) {
        const at = c * 7 + end;
        const moved = Math.hypot(
          posed.capsules[at]! - before[at]!,
          posed.capsules[at + 1]! - before[at + 1]!,
          posed.capsules[at + 2]! - before[at + 2]!,
        );
        expect(moved).toBeLessThanOrEqual(bound + 1e-12);
        if (bound > 1e-4) nearest = Math.max(nearest, moved / bound);
      }
  }
  expect(nearest).toBeGreaterThan(0.6);
});

test("a number that is none is a bound that is none", () => {
  const { reachM } = linkReach(collision);
  const rows = new Float64Array(2 * robot.nJoints);
  expect(mostTravelM(reachM, robot.nJoints, rows, 0, rows, robot.nJoints)).toBe(0);
  rows[3] = Number.NaN;
  expect(mostTravelM(reachM, robot.nJoints, rows, 0, rows, robot.nJoints)).toBeNaN();
});
