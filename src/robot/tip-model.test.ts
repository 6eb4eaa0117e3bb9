import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { forwardKinematics, geometricJacobianInto, tipMatrixInto } from "./kinematics.ts";
import { JOINT_FIXED, type RobotModel } from "./robot-model.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { randomConfiguration, randomRobot } from "./testing/random-robot.ts";
import { tipModelOf } from "./tip-model.ts";

function tipAndJacobian(model: RobotModel, q: Float64Array): readonly number[] {
  const worldFromLinks = new Float64Array(model.nLinks * 12);
  const tip = new Float64Array(12);
  const jacobian = new Float64Array(6 * model.nJoints);
  forwardKinematics(model, q, worldFromLinks);
  tipMatrixInto(model, worldFromLinks, tip);
  geometricJacobianInto(model, worldFromLinks, jacobian);
  return [...tip, ...jacobian];
}

test("D4 the tip and its Jacobian are those of the whole robot: oblique axes, branches, mimic, prismatic and fixed joints", () => {
  const random = new Random("tip model");
  let fewer = 0;
  for (let run = 0; run < 300; run++) {
    const model = run === 0 ? pandaLike() : randomRobot(random, { nLinks: 2 + random.integer(12), nJoints: 1 + random.integer(6) });
    const reduced = tipModelOf(model);
    expect(reduced.nLinks).toBeLessThanOrEqual(model.nLinks);
    if (reduced.nLinks < model.nLinks) fewer += 1;
    for (let link = 1; link < reduced.nLinks; link++) expect(reduced.jointKindOfLink[link]).not.toBe(JOINT_FIXED);
    for (let k = 0; k < 5; k++) {
      const q = randomConfiguration(random, model);
      const whole = tipAndJacobian(model, q);
      tipAndJacobian(reduced, q).forEach((x, i) => expect(x, `run ${run}, number ${i}`).toBeCloseTo(whole[i]!, 12));
    }
  }
  expect(fewer).toBeGreaterThan(100);
});

test("the reduced robot is made once, and has the joints of the whole", () => {
  const model = pandaLike();
  expect(tipModelOf(model)).toBe(tipModelOf(model));
  expect(tipModelOf(model)).toMatchObject({ nJoints: 7, nLinks: 8, lowerRad: model.lowerRad, homeRad: model.homeRad });
});

test("a robot whose tip nothing moves keeps its base and its tip", () => {
  const model = { ...pandaLike(), tipLink: 0 };
  expect(tipModelOf(model).nLinks).toBe(1);
  expect(tipAndJacobian(tipModelOf(model), model.homeRad)).toEqual(tipAndJacobian(model, model.homeRad));
});
