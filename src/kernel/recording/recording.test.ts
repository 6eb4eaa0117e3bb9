import { array, assert, constantFrom, double, integer, oneof, option, property, record } from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../core/json.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import type { Command } from "../command.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { createKernel } from "../kernel.ts";
import { isVetted } from "../vetted.ts";
import { kernelConfigFrom, kernelConfigHash, kernelConfigJson } from "./kernel-config.ts";
import { fromExactJson, toExactJson } from "./plain-data.ts";
import { agrees, replayRecording } from "./replay.ts";
import { commandFrom, recordedKernel, stateFrom, verdictLine } from "./recording.ts";

const seed = 20261121;
const config: KernelOptions = { robot: gantry(), gripper: true, modes: ["joint_position", "joint_velocity", "gripper_position"] };
const state = { nowMs: 100, measuredRad: [0, 0, 1, 0] };

function chunk(more: Partial<Command> = {}): Command {
  const rows = Float64Array.of(0.001, 0, 1, 0, 0.002, 0, 1, 0);
  return { mode: "joint_position", rows, width: 4, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 200, ...more };
}

/** A recording of a session with every kind of verdict in it. */
function session(): string[] {
  const lines: string[] = [];
  const kernel = recordedKernel(createKernel(config), config, (line) => lines.push(line));
  kernel.vet(chunk(), state);
  kernel.vet(chunk(), state);
  kernel.vet(chunk({ seq: 2, rows: Float64Array.of(0, Number.NaN, 1, -0) }), state);
  kernel.vet(chunk({ seq: 2, validUntilMs: -Infinity }), state);
  kernel.vet(chunk({ seq: 3, mode: "gripper_position", rows: Float64Array.of(-0), width: 1 }), state);
  kernel.vet(JSON.parse("null"), state);
  kernel.vet(chunk({ seq: 4, rows: Float64Array.of(0.1 + 0.2, 0, 1, 0) }), state);
  kernel.close();
  kernel.vet(chunk({ seq: 5 }), state);
  return lines;
}

test("evidence 1 a recorded session is judged again and every verdict comes out the same, bit for bit", () => {
  const lines = session();
  expect(replayRecording(lines)).toEqual({
    agreed: 7,
    disagreed: [],
    unreadable: 1,
    problems: [],
    chain: JSON.parse(lines.at(-1)!).chain,
    closed: true,
    kernelVersions: ["ts-1"],
  });
  // Canonical: writing what was read gives the same text.
  for (const line of lines) expect(canonicalJson(JSON.parse(line))).toBe(line);
  expect(lines[3]).toContain('"rows":[0,"NaN",1,"-0"]');
  expect(lines[4]).toContain('"validUntilMs":"-Infinity"');
  expect(lines[7]).toContain("0.30000000000000004");
});

test("evidence 2 anything a caller may send is recorded so that the same verdict comes out again", () => {
  const value = oneof(double(), double({ min: -0.01, max: 0.01, noNaN: true }));
  const steps = record({
    mode: constantFrom("joint_position", "joint_velocity", "gripper_position", "cartesian_pose"),
    rows: array(value, { maxLength: 9 }).map((values) => Float64Array.from(values)),
    width: oneof(constantFrom(4, 1), double()),
    periodMs: oneof(constantFrom(10), double()),
    seq: oneof(integer({ min: 0, max: 40 }), double()),
    basedOnSeq: constantFrom(1),
    validUntilMs: oneof(constantFrom(200), double()),
    measuredRad: array(value, { minLength: 3, maxLength: 5 }),
    nowMs: oneof(constantFrom(100), double()),
  });
  assert(
    property(array(steps, { minLength: 1, maxLength: 10 }), (commands) => {
      const lines: string[] = [];
      const kernel = recordedKernel(createKernel(config), config, (line) => lines.push(line));
      for (const { measuredRad, nowMs, ...command } of commands) kernel.vet(command as Command, { measuredRad, nowMs });
      expect(replayRecording(lines)).toMatchObject({ agreed: commands.length, disagreed: [], problems: [] });
    }),
    { seed, numRuns: 300 },
  );
});

test("evidence 3 the fields that commands and states may have besides are recorded too", () => {
  const maybe = option(double(), { nil: undefined });
  assert(
    property(
      record({ issuedMs: maybe, observedAtMs: maybe, validForMs: maybe, epoch: maybe, tick: maybe }),
      array(double()),
      (timing, times) => {
        const more = Object.fromEntries(Object.entries(timing).filter(([, value]) => value !== undefined));
        const command = { ...chunk(), ...more, goal: "place", part: "arm", rowTimesMs: Float64Array.from(times) };
        const measured = {
          ...state,
          measuredRadPerS: Float64Array.from(times),
          jointStampMs: Float64Array.of(Number.NaN),
          measuredAtMs: -0,
        };
        const verdict = createKernel(config).vet(chunk(), state);
        const line = JSON.parse(verdictLine({ configHash: "", kernelVersion: "", command, state: measured, verdict }));
        expect(commandFrom(line.command)).toEqual(command);
        expect(stateFrom(line.state)).toEqual({ ...measured, measuredRad: Float64Array.of(0, 0, 1, 0) });
      },
    ),
    { seed, numRuns: 200 },
  );
});

test.for<readonly [string, (lines: string[]) => void, RegExp | "disagreed"]>([
  ["a changed row", (lines) => (lines[1] = lines[1]!.replace("0.002", "0.0021")), "disagreed"],
  ["a row made to break a limit", (lines) => (lines[1] = lines[1]!.replace("0.002", "2")), "disagreed"],
  ["a changed evidence", (lines) => (lines[2] = lines[2]!.replace('"lastSeq":1', '"lastSeq":2')), "disagreed"],
  ["a refusal made a pass", (lines) => (lines[2] = lines[2]!.replace(/"verdict":\{.*\}/, '"verdict":{"kind":"vetted"}}')), "disagreed"],
  ["a verdict left out, which changes the order", (lines) => lines.splice(1, 1), "disagreed"],
  [
    "another configuration under the same hash",
    (lines) => (lines[0] = lines[0]!.replace('"gripper":true', '"gripper":false')),
    /not the one that its hash names/,
  ],
  [
    "a verdict of another configuration",
    (lines) => (lines[1] = lines[1]!.replace(/"configHash":"./, '"configHash":"x')),
    /another configuration/,
  ],
  ["no kernel line", (lines) => lines.shift(), /no kernel was begun/],
  ["another format", (lines) => (lines[0] = lines[0]!.replace('"format":2', '"format":1')), /format 1 is not 2/],
  ["half a line", (lines) => (lines[3] = lines[3]!.slice(0, 40)), /line 4/],
  ["a line that is no object", (lines) => lines.push("7"), /no object/],
  ["a kind nobody knows", (lines) => lines.push('{"kind":"toast"}'), /"toast" is not known/],
  ["a mode nobody knows", (lines) => (lines[1] = lines[1]!.replace("joint_position", "nonsense")), /no mode "nonsense"/],
  ["a word for a number", (lines) => (lines[1] = lines[1]!.replace('"seq":1', '"seq":"one"')), /is no number/],
  // What a replay alone cannot see: a part that no verdict depends on.
  [
    "a reason reworded in its own favour",
    (lines) => (lines[6] = lines[6]!.replace(/"unreadable":"[^"]*"/, '"unreadable":"x"')),
    /line 7: the chain/,
  ],
  ["an unreadable command left out", (lines) => lines.splice(6, 1), /line 7: the chain is broken/],
  ["a line put in twice", (lines) => lines.splice(7, 0, lines[6]!), /line 8: the chain is broken/],
  ["a chain taken off", (lines) => (lines[6] = lines[6]!.replace(/"chain":"\w+",/, "")), /line 7: it carries no chain/],
  ["a chain changed", (lines) => (lines[6] = lines[6]!.replace(/"chain":"./, '"chain":"x')), /line 7: it carries no chain/],
  ["nothing in it", (lines) => lines.splice(0), "disagreed"],
])("evidence 4 a recording with %s does not agree", ([, spoil, problem]) => {
  const lines = session();
  spoil(lines);
  const report = replayRecording(lines);
  expect(agrees(report)).toBe(false);
  if (problem !== "disagreed") expect(report.problems.join("\n")).toMatch(problem);
});

test("evidence 6 lines cut off at the end are seen by the last hash, and by the close that is missing", () => {
  const lines = session();
  const whole = replayRecording(lines);
  const cut = replayRecording(lines.slice(0, 4));
  expect(agrees(cut)).toBe(true);
  expect([whole.closed, cut.closed]).toEqual([true, false]);
  expect(cut.chain).not.toBe(whole.chain);
  expect(cut.chain).toBe(JSON.parse(lines[3]!).chain);
  expect(replayRecording([]).chain).toBe("");
});

test("evidence 5 what is passed in a replay cannot be executed", () => {
  const passed: object[] = [];
  const report = replayRecording(session(), (options) => {
    const kernel = createKernel(options);
    return {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: (command, measured) => {
        const verdict = kernel.vet(command, measured);
        if (verdict.kind === "vetted") passed.push(verdict.command);
        return verdict;
      },
    };
  });
  expect([report.agreed, passed.length]).toEqual([7, 2]);
  expect(passed.filter(isVetted)).toEqual([]);
});

test("a configuration is plain data: it reads back equal, its hash is its own, and its kernel judges the same", () => {
  for (const robot of [gantry(), pandaLike()]) {
    const one: KernelOptions = { robot, gripper: false, modes: ["joint_position"], maxPeriodMs: 500 };
    const text = canonicalJson(kernelConfigJson(one));
    const back = kernelConfigFrom(JSON.parse(text));
    expect(back).toEqual(one);
    expect(kernelConfigHash(back)).toBe(kernelConfigHash(one));
    const upperRad = robot.upperRad.slice();
    upperRad[0]! += 1e-12;
    expect(kernelConfigHash({ ...one, robot: { ...robot, upperRad } })).not.toBe(kernelConfigHash(one));
  }
});

test("exact JSON: numbers without a form, typed arrays, maps and sets read back equal; anything else is refused", () => {
  const value = {
    numbers: [1, -0, Number.NaN, Infinity, -Infinity, 5e-324],
    floats: Float64Array.of(-0, Number.NaN),
    ints: Int32Array.of(-1),
    bytes: Uint8Array.of(255),
    map: new Map<unknown, unknown>([["a", new Set([1])]]),
    nothing: null,
    text: "NaN",
  };
  expect(fromExactJson(JSON.parse(canonicalJson(toExactJson(value))))).toEqual(value);
  expect(fromExactJson(toExactJson({ left: undefined }))).toEqual({});
  for (const wrong of [() => 1, new Date(0), 1n, { $float64: [] }]) expect(() => toExactJson(wrong)).toThrow(/cannot be written/);
  const texts = ['{"$float64":1}', '{"$what":[]}', '{"$map":[1]}', '{"$set":[],"b":1}', '{"$float64":["1"]}', '{"$number":"one"}'];
  for (const text of texts) expect(() => fromExactJson(JSON.parse(text))).toThrow();
  expect(Object.getPrototypeOf(fromExactJson(JSON.parse('{"__proto__":{"a":1}}')))).toBe(Object.prototype);
});

test.for(["robot", "gripper", "modes"])("a configuration without %s is refused", (field) => {
  const { [field]: _, ...rest } = JSON.parse(canonicalJson(kernelConfigJson(config)));
  expect(() => kernelConfigFrom(rest)).toThrow(new RegExp(field));
});

test("a configuration whose limits are no array of doubles is refused", () => {
  const json = JSON.parse(canonicalJson(kernelConfigJson(config)));
  json.robot.lowerRad = [0, 0, 0, 0];
  expect(() => kernelConfigFrom(json)).toThrow(/robot.lowerRad must be floats/);
});
