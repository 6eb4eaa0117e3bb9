import { expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { forwardKinematics, tipMatrixInto } from "./kinematics.ts";
import { ReachProof } from "./reach-proof.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, type RobotModel } from "./robot-model.ts";
import { gantry } from "./testing/gantry.ts";
import { pandaLike } from "./testing/panda-like.ts";
import { randomConfiguration, randomRobot } from "./testing/random-robot.ts";

function tipAt(model: RobotModel, q: ArrayLike<number>): Float64Array {
  const links = new Float64Array(model.nLinks * 12);
  const tip = new Float64Array(12);
  forwardKinematics(model, q, links);
  tipMatrixInto(model, links, tip);
  return tip;
}

test("D6 nothing that a configuration reaches is ever proved out of reach, with no tolerance at all", () => {
  const random = new Random(20261121);
  for (let run = 0; run < 300; run++) {
    let model = run < 20 ? pandaLike() : randomRobot(random, { nLinks: 2 + random.integer(7), nJoints: 4, prismatic: run % 2 === 0 });
    if (run % 5 === 4)
      model = { ...model, jointKindOfLink: model.jointKindOfLink.map((kind) => (kind === JOINT_FIXED ? kind : JOINT_PRISMATIC)) };
    const proof = new ReachProof(model);
    for (let k = 0; k < 25; k++) {
      const goal = tipAt(model, randomConfiguration(random, model));
      expect(proof.prove(goal, true, 0, 0)).toBeUndefined();
      expect(proof.proveTravel(goal, randomConfiguration(random, model), 0)).toBeUndefined();
    }
  }
});

test("D6 the edge of what two crossing axes reach is not out of reach, and a millimetre more is", () => {
  // Joint 1 about z, joint 2 about x, 1 m to the tip: height and radius both run to exactly 1.
  const model: RobotModel = {
    ...gantry(),
    jointKindOfLink: Uint8Array.of(0, 1, 1, 0, 0),
    axisInLink: Float64Array.of(0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1),
    tipLinkFromTip: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0),
  };
  const proof = new ReachProof(model);
  for (let k = 0; k <= 48; k++) {
    const goal = tipAt(model, [(k * Math.PI) / 12, (k * Math.PI) / 24, 0, 0]);
    expect(proof.prove(goal, false, 0, 0)).toBeUndefined();
    for (const at of [3, 7, 11]) goal[at]! *= 1.001;
    expect(proof.prove(goal, false, 0, 0)).toBe("beyond-reach");
    expect(proof.prove(goal, false, 0.002, 0)).toBeUndefined();
  }
});

test("D6 a linear axis without end proves nothing", () => {
  const model = { ...gantry(), upperRad: gantry().upperRad.with(0, Infinity) };
  const proof = new ReachProof(model);
  expect(proof.prove(tipAt(model, [1e6, 0, 0, 0]), true, 0, 0)).toBeUndefined();
});
