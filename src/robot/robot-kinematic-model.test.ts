import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, capsule, sphere } from "../geometry/shapes.ts";
import { IkSolver } from "./inverse-kinematics.ts";
import { RobotKinematicModel, type PositionSolution } from "./robot-kinematic-model.ts";
import { tipPose } from "./kinematics.ts";
import { pandaLike, pandaLikeCollision } from "./testing/panda-like.ts";

const robot = pandaLike();
const collision = pandaLikeCollision(robot);
const home = Array.from(robot.homeRad);
const tip = tipPose(robot, home).position;

function solving(answer: PositionSolution): RobotKinematicModel {
  return new RobotKinematicModel(collision, { solver: { solve: () => answer } });
}

describe("RobotKinematicModel", () => {
  const model = new RobotKinematicModel(collision, { collisionMarginM: 0.01, endEffectorRadiusM: 0.02 });

  test("D6 forward is the robot's own tip; a wrong count is an error", () => {
    expect(model.forward(home)).toEqual({ kind: "position", positionInWorld: tip });
    expect(() => model.forward([0])).toThrow(/1 joint angles.*7 joints/);
    expect(model.jointLimitsRad[0]).toEqual([robot.lowerRad[0], robot.upperRad[0]]);
  });

  test("D6 solutions are verified, failures stay unknown, proofs stay proofs", () => {
    expect(solving({ kind: "solution", qRad: home }).inverse(tip)).toMatchObject({ kind: "solution", residualM: 0 });
    expect(solving({ kind: "solution", qRad: home }).inverse([tip[0] + 1e-3, tip[1], tip[2]]).kind).toBe("unknown");
    expect(solving({ kind: "solution", qRad: home.map(() => Number.NaN) }).inverse(tip).kind).toBe("unknown");
    expect(solving({ kind: "unknown", why: "8 restarts" }).inverse(tip)).toEqual({ kind: "unknown", why: "8 restarts" });
    expect(solving({ kind: "unreachable", proof: "beyond-reach" }).inverse([9, 9, 9])).toEqual({
      kind: "unreachable",
      proof: "beyond-reach",
    });
    expect(model.inverse(tip)).toMatchObject({ kind: "unknown" });
  });

  test("D6 with the project's own solver: a reachable point is solved within its limits, one far away is proved out of reach", () => {
    const real = new RobotKinematicModel(collision, { solver: new IkSolver(robot) });
    const target: Vec3 = [tip[0] - 0.1, tip[1] + 0.15, tip[2] + 0.05];
    const answer = real.inverse(target);
    const angles = answer.kind === "solution" ? answer.anglesRad : [];
    expect(angles).toHaveLength(7);
    expect(angles.every((angle, joint) => angle >= robot.lowerRad[joint]! && angle <= robot.upperRad[joint]!)).toBe(true);
    expect(real.inverse(target)).toEqual(answer);
    expect(real.inverse([9, 9, 9])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
  });

  test("D7 the tip keeps its radius and margin from every kind of solid, the model's own included", () => {
    const at = (x: number): [number, number, number] => [x, 0, 0];
    expect(model.collidesWith(at(0.969), [box([1, -1, -1], [2, 1, 1])], [])).toBe("free");
    expect(model.collidesWith(at(0.971), [box([1, -1, -1], [2, 1, 1])], [])).toBe("collides");
    expect(model.collidesWith(at(0.971), [], [sphere([2, 0, 0], 1)])).toBe("collides");
    expect(model.collidesWithCapsules(at(0.971), [capsule([1.1, -1, 0], [1.1, 1, 0], 0.1)])).toBe("collides");
    const own = new RobotKinematicModel(collision, { extraObstacles: [sphere([2, 0, 0], 1)] });
    expect(own.collidesWith(at(1), [], [])).toBe("collides");
    expect(own.collidesWithCapsules(at(0.9), [])).toBe("free");
  });

  test("D7 the whole arm, at the goal and on the way", () => {
    const turned = [home[0]! + 2, ...home.slice(1)];
    expect(model.checkArm(home, []).kind).toBe("clear");
    const half = tipPose(robot, [home[0]! + 1, ...home.slice(1)]).position;
    const obstacles = Object.freeze([sphere(half, 0.05, { label: "post" })]);
    expect(model.checkArm(turned, obstacles).kind).toBe("clear");
    expect(model.checkArm(turned, obstacles, home)).toMatchObject({
      kind: "collides",
      against: "post",
      atFraction: expect.closeTo(0.4, 0),
    });
    expect(model.checkArm(turned, [sphere(tipPose(robot, turned).position, 0.05)])).toMatchObject({
      kind: "collides",
      against: "sphere 1",
      atFraction: 1,
    });
    expect(
      model.checkArm(
        home.map(() => Number.NaN),
        [],
      ).kind,
    ).not.toBe("clear");
    expect(() => model.checkArm(home, [], [0])).toThrow(/1 joint angles/);
  });
});
