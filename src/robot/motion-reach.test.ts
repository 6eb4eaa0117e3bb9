import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { forwardKinematics } from "./kinematics.ts";
import { reachOfJoint, turnedAbout } from "./motion-reach.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";
import { pandaLike, pandaLikeCollision } from "./testing/panda-like.ts";
import { randomCollision, randomConfiguration, randomRobot } from "./testing/random-robot.ts";

/** Distance of a point of one link from the joint axis of another, at one configuration. */
function distanceFromAxis(model: RobotModel, q: Float64Array, jointLink: number, link: number, point: ArrayLike<number>): number {
  const w = new Float64Array(model.nLinks * 12);
  forwardKinematics(model, q, w);
  const place = (l: number, p: ArrayLike<number>, t: number): number[] =>
    [0, 4, 8].map((r) => w[l * 12 + r]! * p[0]! + w[l * 12 + r + 1]! * p[1]! + w[l * 12 + r + 2]! * p[2]! + t * w[l * 12 + r + 3]!);
  const p = place(link, point, 1);
  const anchor = place(jointLink, model.anchorInLink.subarray(jointLink * 3, jointLink * 3 + 3), 1);
  const axis = place(jointLink, model.axisInLink.subarray(jointLink * 3, jointLink * 3 + 3), 0);
  const d = p.map((value, k) => value - anchor[k]!);
  const along = d.reduce((sum, value, k) => sum + value * axis[k]!, 0);
  return Math.sqrt(Math.max(0, d.reduce((sum, value) => sum + value * value, 0) - along * along));
}

test("runtime row 18 no configuration brings a capsule farther from a joint's axis than its reach", () => {
  const random = new Random(20261121);
  for (let run = 0; run < 120; run++) {
    const model = run < 10 ? pandaLike() : randomRobot(random, { nLinks: 2 + random.integer(8), nJoints: 4 });
    const collision = run < 10 ? pandaLikeCollision(model) : randomCollision(random, model);
    const capsule = random.integer(collision.nCapsules);
    const segment = collision.capsulesInLink.subarray(capsule * 7, capsule * 7 + 6);
    const link = collision.linkOfCapsule[capsule]!;
    for (let jointLink = 1; jointLink < model.nLinks; jointLink++) {
      if (model.jointKindOfLink[jointLink] === JOINT_FIXED) continue;
      const reachM = reachOfJoint(model, jointLink, link, segment);
      if (model.jointKindOfLink[jointLink] === JOINT_PRISMATIC) {
        expect(reachM).toBe(1);
        continue;
      }
      for (let sample = 0; sample < 60; sample++) {
        const q = randomConfiguration(random, model);
        const t = random.next();
        const point = [0, 1, 2].map((k) => segment[k]! * (1 - t) + segment[k + 3]! * t);
        // The test's own subtraction of squares is good to 1e-8.
        expect(distanceFromAxis(model, q, jointLink, link, point)).toBeLessThanOrEqual(reachM + 1e-7);
      }
    }
  }
});

test("runtime row 18 the reach of the published arm is tight: the tip gets near it about each axis", () => {
  const random = new Random(20261121);
  const model = pandaLike();
  // Limits would hide how tight the bound is: it is over every turn.
  const free: RobotModel = { ...model, lowerRad: new Float64Array(7).fill(-Math.PI), upperRad: new Float64Array(7).fill(Math.PI) };
  const point = [0, 0, 0.1034];
  for (let link = 1; link <= 7; link++) {
    if (model.jointKindOfLink[link] !== JOINT_REVOLUTE) continue;
    const reachM = reachOfJoint(model, link, 8, [...point, ...point]);
    // Climbs from random starts: the farthest configuration is rare.
    let most = 0;
    for (let start = 0; start < 10; start++) {
      let q = randomConfiguration(random, free);
      let best = distanceFromAxis(model, q, link, 8, point);
      for (let step = 0; step < 400; step++) {
        const size = 1.5 * 0.985 ** step;
        const next = q.map((value) => value + random.uniform(-size, size));
        const far = distanceFromAxis(model, next, link, 8, point);
        if (far > best) [best, q] = [far, next];
      }
      most = Math.max(most, best);
    }
    expect(most).toBeGreaterThan(0.85 * reachM - 1e-7);
    expect(most).toBeLessThanOrEqual(reachM + 1e-7);
  }
});

test("runtime row 18 a turning joint smears a point into a circle: heights and radius are exact", () => {
  const model = pandaLike();
  const { lowM, highM, radiusM } = turnedAbout(model, 7, 8, [0.3, 0, 0.1, 0.3, 0, 0.1]);
  expect(lowM).toBeCloseTo(0.207, 8);
  expect(highM).toBeCloseTo(0.207, 8);
  expect(radiusM).toBeCloseTo(0.3, 8);
});

test("runtime row 18 a prismatic joint without limits makes every reach beyond it infinite, never small", () => {
  const model = pandaLike();
  const jointKindOfLink = model.jointKindOfLink.with(7, JOINT_PRISMATIC);
  const endless = { ...model, jointKindOfLink, upperRad: model.upperRad.with(6, Infinity) };
  expect(reachOfJoint(endless, 1, 8, [0, 0, 0, 0, 0, 0.1])).toBe(Infinity);
  expect(reachOfJoint(endless, 1, 5, [0, 0, 0, 0, 0, 0.1])).toBeLessThan(1);
});
