import fc from "fast-check";
import { expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import type { Observation } from "../core/observation.ts";
import { ObservationBorder } from "./sound-observation.ts";

const sound: Observation = {
  id: "obs-3",
  seq: 3,
  atMs: 100,
  qRad: [0.1, 0.2],
  qdRadPerS: [0, 0],
  worldFromTip: { position: [0.3, 0, 0.4], orientation: [1, 0, 0, 0] },
  tipSpeedMps: 0,
  gripper: { opening: 1, holding: null },
  objects: [{ name: "cube", worldFromObject: { position: [0, 0, 0], orientation: [1, 0, 0, 0] } }],
  ageMs: { joints: 0 },
};
const refusal = (seen: unknown, nowMs = 100, before: Observation[] = []): string => {
  const border = new ObservationBorder(2);
  for (const earlier of before) border.pass(earlier, nowMs);
  try {
    border.pass(seen as Observation, nowMs);
    return "";
  } catch (error) {
    if (!ClearanceError.is(error, "observation.invalid")) throw error;
    return error.data.problem;
  }
};

test("a sound measurement passes as it is", () => {
  for (const batteryPct of [0, 0.01, 100]) expect(refusal({ ...sound, batteryPct })).toBe("");
  expect(new ObservationBorder(2).pass(sound, 100)).toBe(sound);
  expect(refusal({ ...sound, seq: 4, atMs: 100 }, 100, [sound])).toBe("");
});

const pose = sound.worldFromTip;
test.for<[string, unknown]>([
  ["it is null", null],
  ["it is undefined", undefined],
  ["it is number", 42],
  ["its number is NaN", { ...sound, seq: Number.NaN }],
  ["its number is 3.5", { ...sound, seq: 3.5 }],
  ["its stamp is Infinity", { ...sound, atMs: Infinity }],
  ["1 joint positions for 2 joints", { ...sound, qRad: [0] }],
  ["3 joint positions for 2 joints", { ...sound, qRad: [0, 0, 0] }],
  ["no joint positions for 2 joints", { ...sound, qRad: "0,0" }],
  ["joint 1 of the joint positions is NaN", { ...sound, qRad: [0, Number.NaN] }],
  ['joint 0 of the joint positions is "0.1"', { ...sound, qRad: ["0.1", 0] }],
  ["joint 0 of the joint speeds is Infinity", { ...sound, qdRadPerS: [Infinity, 0] }],
  ["it has no tip pose", { ...sound, worldFromTip: {} }],
  ["the tip's position is not three numbers", { ...sound, worldFromTip: { ...pose, position: [0, 0] } }],
  ["the tip's position is not three numbers", { ...sound, worldFromTip: { ...pose, position: new Array<number>(3) } }],
  ["the tip's orientation is no unit quaternion", { ...sound, worldFromTip: { ...pose, orientation: [0, 0, 0, 0] } }],
  ["the tip's orientation is no unit quaternion", { ...sound, worldFromTip: { ...pose, orientation: [1, 0, 0, Number.NaN] } }],
  ["the tip's speed is NaN", { ...sound, tipSpeedMps: Number.NaN }],
  ["the gripper's opening is no number", { ...sound, gripper: { opening: Number.NaN, holding: null } }],
  ["it has no list of objects", { ...sound, objects: undefined }],
  [
    'object "cube": its position is not three numbers',
    { ...sound, objects: [{ name: "cube", worldFromObject: { ...pose, position: [Number.NaN, 0, 0] } }] },
  ],
  ["the battery is at -0.01 %", { ...sound, batteryPct: -0.01 }],
  ["the battery is at 100.01 %", { ...sound, batteryPct: 100.01 }],
  ["the battery is at NaN %", { ...sound, batteryPct: Number.NaN }],
  ['the battery is at "50" %', { ...sound, batteryPct: "50" }],
  ["the battery is at object %", { ...sound, batteryPct: null }],
  ["it does not say how old its sources are", { ...sound, ageMs: null }],
  ["the joints were never heard", { ...sound, ageMs: {} }],
  ["the age of joints is -1 ms", { ...sound, ageMs: { joints: -1 } }],
  ["the age of joints is NaN ms", { ...sound, ageMs: { joints: Number.NaN } }],
  ["it is from 106 ms, and it is 100 ms", { ...sound, atMs: 106 }],
])("refused: %s", ([problem, seen]) => {
  expect(refusal(seen)).toBe(problem);
});

test("what is not newer than before is refused: repeated, reordered, from the past", () => {
  expect(refusal(sound, 100, [sound])).toBe("number 3 comes after number 3");
  expect(refusal({ ...sound, seq: 2 }, 100, [sound])).toBe("number 2 comes after number 3");
  expect(refusal({ ...sound, seq: 4, atMs: 99 }, 100, [sound])).toBe("it is from 99 ms, the one before from 100 ms");
});

test("after a restored snapshot numbers and stamps begin again", () => {
  const border = new ObservationBorder(2);
  border.pass(sound, 100);
  border.forget();
  expect(border.pass({ ...sound, seq: 0, atMs: 0 }, 100).seq).toBe(0);
});

test("whatever comes in, it passes unchanged or is refused by one kind of error", () => {
  fc.assert(
    fc.property(
      fc.record(Object.fromEntries(Object.entries(sound).map(([key, value]) => [key, fc.oneof(fc.constant(value), fc.anything())])), {
        requiredKeys: [],
      }),
      (seen) => {
        expect(typeof refusal(seen)).toBe("string");
      },
    ),
  );
});
