import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { parsePhysicalAction, physicalAction, physicalActionJson } from "./physical-action.ts";

const wire = { actuator_id: "arm", target_position: { x: 1, y: 2, z: 3 } };

describe("parsePhysicalAction", () => {
  test("D8 defaults, and frozen throughout", () => {
    const action = parsePhysicalAction(wire);
    expect(action).toEqual({ actuatorId: "arm", targetInWorld: [1, 2, 3], velocityMps: 0, torqueNm: 0, jointAnglesRad: [] });
    expect(Object.isFrozen(action) && Object.isFrozen(action.targetInWorld) && Object.isFrozen(action.jointAnglesRad)).toBe(true);
  });

  test("D8 the wire form goes there and back", () => {
    const full = { ...wire, velocity_magnitude: 0.5, torque_magnitude: 2, joint_angles: [0.1, -0.2], label: "move over" };
    expect(physicalActionJson(parsePhysicalAction(full))).toEqual(full);
  });

  test.for<[string, unknown, RegExp]>([
    ["blank id", { ...wire, actuator_id: " " }, /actuator_id must not be blank/],
    ["torque NaN", { ...wire, torque_magnitude: Number.NaN }, /torque_magnitude must be a finite number/],
    ["velocity -1", { ...wire, velocity_magnitude: -1 }, /velocity_magnitude must be >= 0/],
  ])("G22 %s", ([, raw, message]) => {
    expect(() => parsePhysicalAction(raw)).toThrow(message);
  });

  test.for<[string, unknown, RegExp]>([
    ["nothing", undefined, /physical action must be an object/],
    ["null", null, /must be an object/],
    ["a list", [], /must be an object/],
    ["no id", { target_position: wire.target_position }, /actuator_id must be a text/],
    ["no target", { actuator_id: "a" }, /target_position must be an object/],
    ["half a target", { ...wire, target_position: { x: 1, y: 2 } }, /target_position\.z must be a finite number/],
    ["a text in the target", { ...wire, target_position: { x: "1", y: 2, z: 3 } }, /target_position\.x/],
    ["an infinite target", { ...wire, target_position: { x: 1, y: -Infinity, z: 3 } }, /target_position\.y/],
    ["a fourth axis", { ...wire, target_position: { x: 1, y: 2, z: 3, w: 4 } }, /target_position\.w/],
    ["an unknown field", { ...wire, force: 1 }, /force is not a field/],
    ["a velocity as text", { ...wire, velocity_magnitude: " 1 " }, /velocity_magnitude must be a finite number/],
    ["a velocity of null", { ...wire, velocity_magnitude: null }, /velocity_magnitude/],
    ["an infinite torque", { ...wire, torque_magnitude: Infinity }, /torque_magnitude/],
    ["angles that are no list", { ...wire, joint_angles: { 0: 1 } }, /joint_angles must be a list/],
    ["a NaN angle", { ...wire, joint_angles: [0, Number.NaN] }, /joint_angles\[1\]/],
    ["a boolean angle", { ...wire, joint_angles: [true] }, /joint_angles\[0\]/],
    ["a hole in the angles", { ...wire, joint_angles: Array.from({ length: 1 }) }, /joint_angles\[0\]/],
    ["a label that is no text", { ...wire, label: 3 }, /label must be a text/],
  ])("D8 refuses %s", ([, raw, message]) => {
    expect(() => parsePhysicalAction(raw)).toThrow(message);
  });

  test("D8 property: whatever comes in, out comes an action of finite numbers or an error", () => {
    fc.assert(
      fc.property(
        fc.record({
          actuator_id: fc.anything(),
          target_position: fc.anything(),
          velocity_magnitude: fc.anything(),
          joint_angles: fc.anything(),
        }),
        (raw) => {
          expect(refusedOrFinite(raw)).toBe(true);
        },
      ),
      { seed: 20261121, numRuns: 300 },
    );
  });
});

function refusedOrFinite(raw: unknown): boolean {
  try {
    const { targetInWorld, jointAnglesRad, velocityMps } = parsePhysicalAction(raw);
    return [...targetInWorld, ...jointAnglesRad, velocityMps].every(Number.isFinite);
  } catch (cause) {
    return ClearanceError.is(cause, "value.invalid");
  }
}

test("D8 an action made in code is checked alike", () => {
  expect(() => physicalAction({ actuatorId: "\t", targetInWorld: [0, 0, 0] })).toThrow(/actuator_id/);
  expect(() => physicalAction({ actuatorId: "a", targetInWorld: [0, Number.NaN, 0] })).toThrow(/target_position\.y/);
  expect(physicalAction({ actuatorId: "a", targetInWorld: [0, 0, 0], velocityMps: -0 }).velocityMps).toBe(-0);
});
