import { expect, test } from "vitest";
import { modes, N_MODES, widthOf, wireOf } from "./modes.ts";
import * as names from "./modes.ts";

test("safety-kernel row 1: all 13 numbers, names and widths of the table", () => {
  expect(modes.map(({ wire, name, configurations }) => [wire, name, configurations])).toEqual([
    [0, "joint_position", "rows"],
    [1, "joint_velocity", "integrated"],
    [2, "joint_torque", "measured-travel"],
    [3, "joint_trajectory", "rows"],
    [4, "cartesian_pose", "predicted"],
    [5, "cartesian_delta", "predicted"],
    [6, "cartesian_twist", "predicted"],
    [7, "body_twist", "base"],
    [8, "foot_placement", "feet"],
    [9, "gripper_binary", "fingers"],
    [10, "gripper_position", "fingers"],
    [11, "dex_hand_joint", "fingers"],
    [12, "composite_mode", "none"],
  ]);
  expect(N_MODES).toBe(13);
  expect(modes.map((mode) => widthOf(mode, 7, 2, 4))).toEqual([7, 7, 7, 7, 7, 6, 6, 6, 4, 2, 2, 4, 1]);
  for (const { name, wire, units, width, boundedBy } of modes) {
    expect(wireOf(name)).toBe(wire);
    expect(Reflect.get(names, name.toUpperCase())).toBe(wire);
    expect([1, width]).toContain(units.length);
    expect(boundedBy.length).toBeGreaterThan(0);
  }
  for (const other of ["", "joint", "constructor", "__proto__", 0, null, undefined, Symbol("joint_position")])
    expect(wireOf(other)).toBe(-1);
});
