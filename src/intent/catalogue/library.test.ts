import { describe, expect, test } from "vitest";
import { PrimitiveRegistry } from "../registry.ts";
import { cataloguePrimitives, type Category } from "./catalogue.ts";

const robot = {
  gripper: true,
  body: { x: "x", y: "y", z: "z", heading: "heading" },
  postures: { stand: { z: 0.5 }, sit: { z: 0.3 }, lie_down: { z: 0.1 } },
};
const registryOf = (...categories: readonly Category[]) => new PrimitiveRegistry(cataloguePrimitives(robot, categories));

describe("runtime row 33 the library", () => {
  test("runtime row 33 mobile_base + quadruped: 8 primitives; stop and rotate once each", () => {
    const names = registryOf("mobile_base", "quadruped").names();
    expect(names).toEqual(["drive", "goto", "lie_down", "rotate", "sit", "stand", "stop", "walk_to"]);
  });

  test.for([
    ["mobile_base", ["drive", "goto", "rotate", "stop"]],
    ["quadruped", ["lie_down", "rotate", "sit", "stand", "stop", "walk_to"]],
    ["aerial", ["fly_to", "hover", "land", "takeoff"]],
    ["dexterous", ["set_gripper", "set_joint"]],
    ["generic", ["emit_event", "wait"]],
  ] as const)("runtime row 33 %s has %j", ([category, names]) => {
    expect(registryOf(category).names()).toEqual(names);
  });

  const asked = [
    ["drive", {}, { linear_x: 0, angular_z: 0 }],
    ["goto", { x: 1, y: 2 }, { x: 1, y: 2, theta: 0 }],
    ["walk_to", { x: 1, y: 2 }, { x: 1, y: 2, theta: 0 }],
    ["takeoff", {}, { altitude: 1 }],
    ["fly_to", { x: 1, y: 2, z: 1 }, { x: 1, y: 2, z: 1, yaw: 0 }],
    ["hover", {}, { seconds: 1 }],
    ["set_gripper", {}, { state: "open", force: 0 }],
    ["set_joint", { joint_name: "a", angle: 1 }, { joint_name: "a", angle: 1, duration: 1 }],
    ["wait", {}, { seconds: 1 }],
    ["emit_event", {}, { kind: "note", message: "" }],
  ] as const;
  test.for(asked)("runtime row 33 %s%j is called with %j", ([name, args, full]) => {
    const { args: schema } = registryOf("mobile_base", "quadruped", "aerial", "dexterous", "generic").get(name)!;
    expect(schema.parse(args)).toEqual(full);
  });

  test.for([
    ["rotate", {}],
    ["goto", { x: 1 }],
    ["fly_to", { x: 1, y: 1 }],
    ["set_joint", { angle: 1 }],
    ["wait", { seconds: 31 }],
    ["wait", { seconds: -1 }],
    ["drive", { linear_x: Number.NaN }],
    ["land", { now: true }],
  ] as const)("runtime row 33 %s%j is no call of it", ([name, args]) => {
    expect(registryOf("mobile_base", "aerial", "dexterous", "generic").get(name)!.bind(args).ok).toBe(false);
  });

  test("runtime row 33 an unknown category is refused", () => {
    // @ts-expect-error a name that is none
    expect(() => registryOf("submarine")).toThrow(/there is no category 'submarine'; known: mobile_base, /);
  });
});

describe("runtime row 34 what a robot cannot do", () => {
  test.for([
    ["takeoff, without a vertical slide", { ...robot, body: { x: "x", y: "y", heading: "heading" } }, "aerial", "robot.body.z"],
    ["drive, without a body that goes anywhere", { ...robot, body: undefined }, "mobile_base", "robot.body"],
    ["sit, without postures", { ...robot, postures: undefined }, "quadruped", "robot.postures"],
  ] as const)("runtime row 34 %s: refused where it is put together, and never an ok", ([, without, category, key]) => {
    expect(() => cataloguePrimitives(without, [category])).toThrow(`category ${category} needs ${key}, which the profile does not give`);
  });

  test("runtime row 34 without a gripper there is no primitive that would need one", () => {
    const names = new PrimitiveRegistry(cataloguePrimitives({ gripper: false }, ["dexterous"])).names();
    expect(names).toEqual(["set_joint"]);
  });
});
