import { array, assert, constantFrom, double, integer, option, property, record, string } from "fast-check";
import { expect, test } from "vitest";
import type { Command } from "../command.ts";
import type { MeasuredState } from "../decode-command.ts";
import { controlModes } from "../modes.ts";
import { RequestReader, RequestWriter, UNFIT } from "./request-codec.ts";

const seed = 20261121;
const shape = { nSlots: 4, maxNumbers: 24, maxJoints: 4 };
const number = () => double();
const numbers = (maxLength: number) => array(number(), { maxLength }).map((values) => Float64Array.from(values));
const maybe = <T>(arbitrary: Parameters<typeof option<T>>[0]) => option(arbitrary, { nil: undefined });

const commands = record({
  mode: constantFrom(...controlModes),
  rows: numbers(24),
  width: number(),
  periodMs: number(),
  seq: number(),
  basedOnSeq: number(),
  validUntilMs: number(),
  issuedMs: maybe(number()),
  observedAtMs: maybe(number()),
  validForMs: maybe(number()),
  epoch: maybe(number()),
  tick: maybe(number()),
  goal: maybe(string({ maxLength: 20, unit: "binary" })),
  part: maybe(string({ maxLength: 8 })),
  rowTimesMs: maybe(numbers(24)),
});
const states = record({
  nowMs: number(),
  measuredRad: numbers(4),
  measuredRadPerS: maybe(numbers(4)),
  jointStampMs: maybe(numbers(4)),
  measuredAtMs: maybe(number()),
});

const writer = new RequestWriter(shape);
const reader = new RequestReader(shape);

function sent(command: Command, state: MeasuredState): boolean {
  expect(writer.write(command, state)).toBe(UNFIT.none);
  reader.record.words.set(writer.record.words);
  return reader.read(writer.length);
}

function hash(of: RequestWriter | RequestReader, request = 1): readonly number[] {
  const lanes = new Int32Array(2);
  of.hashInto(request, lanes);
  return [...lanes];
}

test("channel 3 every field arrives as it was, NaN, -0 and absence included; both sides have the same hash", () => {
  assert(
    property(commands, states, (command, state) => {
      expect(sent(command, state)).toBe(true);
      expect({ ...reader.command }).toEqual(command);
      expect({ ...reader.state }).toEqual(state);
      expect(hash(reader)).toEqual(hash(writer));
      expect(hash(reader, 2)).not.toEqual(hash(writer, 1));
    }),
    { seed, numRuns: 1000 },
  );
});

const base: Command = {
  mode: "joint_position",
  rows: Float64Array.of(1, 2, 3, 4),
  width: 2,
  periodMs: 10,
  seq: 5,
  basedOnSeq: 4,
  validUntilMs: 100,
};
const state: MeasuredState = { nowMs: 1, measuredRad: [1, 2] };

test.for<readonly [string, Partial<Command>]>([
  ["mode", { mode: "joint_velocity" }],
  ["a row in its last bit", { rows: Float64Array.of(1, 2, 3, 4 + 2 ** -50) }],
  ["rows that changed places", { rows: Float64Array.of(2, 1, 3, 4) }],
  ["a row less", { rows: Float64Array.of(1, 2) }],
  ["width", { width: 4 }],
  ["periodMs", { periodMs: 11 }],
  ["seq", { seq: 6 }],
  ["basedOnSeq", { basedOnSeq: 5 }],
  ["validUntilMs", { validUntilMs: 101 }],
  ["issuedMs", { issuedMs: 0 }],
  ["observedAtMs", { observedAtMs: 0 }],
  ["validForMs", { validForMs: 0 }],
  ["epoch", { epoch: 0 }],
  ["tick", { tick: 0 }],
  ["goal", { goal: "" }],
  ["part", { part: "arm" }],
  ["rowTimesMs", { rowTimesMs: Float64Array.of(1, 2) }],
])("channel 3 the hash of the content tells a change of %s", ([, change]) => {
  writer.write(base, state);
  const before = hash(writer);
  writer.write({ ...base, ...change }, state);
  expect(hash(writer)).not.toEqual(before);
});

test("channel 3 equal chunks are read into the same arrays and the same text: a stream of them allocates nothing", () => {
  expect(sent({ ...base, goal: "g", part: "arm" }, state)).toBe(true);
  const { rows, goal } = reader.command;
  expect(sent({ ...base, goal: "g", part: "arm", seq: 6 }, state)).toBe(true);
  expect(reader.command.rows).toBe(rows);
  expect(Object.is(reader.command.goal, goal)).toBe(true);
});

test.for<readonly [string, Partial<Command>, Partial<MeasuredState>, number]>([
  ["too many numbers", { rows: new Float64Array(25) }, {}, UNFIT.numbers],
  ["too many times", { rowTimesMs: new Float64Array(25) }, {}, UNFIT.numbers],
  ["too many joints", {}, { measuredRad: new Float64Array(5) }, UNFIT.joints],
  ["too many velocities", {}, { measuredRadPerS: new Float64Array(5) }, UNFIT.joints],
  ["too many stamps", {}, { jointStampMs: new Float64Array(5) }, UNFIT.joints],
  ["a long goal", { goal: "g".repeat(65) }, {}, UNFIT.name],
  ["a long part", { part: "g".repeat(65) }, {}, UNFIT.name],
  ["a mode that is none", { mode: JSON.parse('"nonsense"') }, {}, UNFIT.mode],
])("what has no room is told: %s", ([, command, more, unfit]) => {
  expect(writer.write({ ...base, ...command }, { ...state, ...more })).toBe(unfit);
});

test("channel 2 a record that no writer wrote is not read, whatever is in it", () => {
  assert(
    property(integer({ min: 0, max: 23 }), number(), integer({ min: -1, max: 1 }), (at, value, longer) => {
      writer.write(base, state);
      reader.record.words.set(writer.record.words);
      const before = reader.record.numbers[at]!;
      reader.record.numbers[at] = value;
      const read = reader.read(writer.length + longer);
      // Head fields that say how the rest is laid out: mode, counts, presence.
      if (read) {
        expect(longer).toBe(0);
        expect(controlModes).toContain(reader.command.mode);
        expect(reader.command.rows.length).toBeLessThanOrEqual(24);
        if ([2, 3, 4, 10, 20, 21, 22].includes(at)) expect(Object.is(value, before) || value === before).toBe(true);
      }
    }),
    { seed, numRuns: 2000 },
  );
});
