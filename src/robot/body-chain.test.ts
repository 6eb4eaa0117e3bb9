import { expect, test } from "vitest";
import { bodyChainOf } from "./body-chain.ts";
import { robotFromUrdf } from "./urdf.ts";

/** Joints one after the other: name, kind, axis, and where it is fixed. */
function chain(...joints: readonly (readonly [name: string, kind: "prismatic" | "revolute", axis: string, at?: string])[]) {
  const links = joints.map(
    ([name, kind, axis, at = "0 0 0"], j) =>
      `<link name="l${j + 1}"/><joint name="${name}" type="${kind}"><parent link="l${j}"/><child link="l${j + 1}"/><origin xyz="${at}"/>` +
      `<axis xyz="${axis}"/><limit lower="-3" upper="3" velocity="1" effort="1"/></joint>`,
  );
  return robotFromUrdf(`<robot name="chain"><link name="l0"/>${links.join("")}</robot>`).model;
}

const x = ["joint_x", "prismatic", "1 0 0"] as const;
const y = ["joint_y", "prismatic", "0 1 0"] as const;
const z = ["lift", "prismatic", "0 0 1"] as const;
const turn = ["turn", "revolute", "0 0 1"] as const;
const elbow = ["elbow", "revolute", "0 1 0"] as const;

test("slides along x and y and then a hinge about z are a body, with what follows or without", () => {
  expect(bodyChainOf(chain(x, y, turn))).toEqual({ x: "joint_x", y: "joint_y", heading: "turn" });
  expect(bodyChainOf(chain(y, x, turn, elbow))).toEqual({ x: "joint_x", y: "joint_y", heading: "turn" });
  expect(bodyChainOf(chain(x, y, z, turn))).toEqual({ x: "joint_x", y: "joint_y", z: "lift", heading: "turn" });
});

test.for([
  ["an arm", chain(turn, elbow)],
  ["a gantry without a heading", chain(x, y, z)],
  ["a slide that goes backwards", chain(["back", "prismatic", "-1 0 0"], y, turn)],
  ["a slide aslant", chain(["aslant", "prismatic", "1 0.1 0"], y, turn)],
  ["a hinge before the slides", chain(turn, x, y)],
  ["a hinge that lies", chain(x, y, elbow)],
  ["two slides along x", chain(x, ["again", "prismatic", "1 0 0"], y, turn)],
  ["a body beside the origin", chain(["joint_x", "prismatic", "1 0 0", "0.5 0 0"], y, turn)],
] as const)("%s is none", ([, robot]) => {
  expect(bodyChainOf(robot)).toBeUndefined();
});
