import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClearanceError } from "../../core/errors.ts";
import { tableVocabulary } from "../testing/table-vocabulary.ts";
import { parseScript } from "./parse-script.ts";
import type { Script, ScriptStep } from "./script.ts";

const seed = 20261121;

function message(text: string): string {
  try {
    parseScript(text, { where: "a.yaml", vocabulary: tableVocabulary });
  } catch (error) {
    if (!ClearanceError.is(error, "format.invalid")) throw error;
    const { where, problem, fix } = error.data;
    const line = `${where}: ${problem}${fix === undefined ? "" : `; ${fix}`}`;
    if (error.message !== line || line.includes("\n")) throw new Error(`not one line of where, problem and fix: ${error.message}`);
    return error.message;
  }
  return "no error";
}

const names = (script: Script) => script.steps.map((step: ScriptStep) => (step.kind === "intent" ? step.name : `say ${step.text}`));

describe("scripts that are understood", () => {
  test("R12 short form, long form, a bare name, a sentence and repetitions", () => {
    const script = parseScript(`
goal: All forms
steps:
  - move_to: {x: 0.4, y: 0.0, z: 0.4}
  - intent: pick
    args: {object: red_cube}
    rationale: It is the nearest
    expect: ok
  - go_home
  - go_home:
    expect: {status: blocked, gate: prohibited_zones, code: inside_zone}
  - say: "move 10 cm up"
  - repeat: 2
    steps:
      - wait: {seconds: 1}
      - repeat: 3
        steps: [scan]
`);
    expect(script.goal).toBe("All forms");
    expect(script.steps.slice(0, 5)).toEqual([
      { kind: "intent", name: "move_to", args: { x: 0.4, y: 0, z: 0.4 }, rationale: "", where: "script:4:5" },
      {
        kind: "intent",
        name: "pick",
        args: { object: "red_cube" },
        rationale: "It is the nearest",
        expect: { status: "ok" },
        where: "script:5:5",
      },
      { kind: "intent", name: "go_home", args: {}, rationale: "", where: "script:9:5" },
      {
        kind: "intent",
        name: "go_home",
        args: {},
        rationale: "",
        expect: { status: "blocked", gate: "prohibited_zones", code: "inside_zone" },
        where: "script:10:5",
      },
      { kind: "say", text: "move 10 cm up", rationale: "", where: "script:12:10" },
    ]);
    expect(names(script).slice(5)).toEqual(["wait", "scan", "scan", "scan", "wait", "scan", "scan", "scan"]);
    expect(Object.isFrozen(script.steps[0]) && Object.isFrozen(script.steps)).toBe(true);
  });

  test("R12 JSON is the same, tabs and all; so are CRLF and a byte order mark", () => {
    const json = JSON.stringify({ goal: "g", steps: [{ pick: { object: "a" } }, "go_home"] }, null, "\t");
    expect(names(parseScript(json))).toEqual(["pick", "go_home"]);
    expect(names(parseScript("\uFEFFgoal: g\r\nsteps:\r\n  - pick: {object: a}\r\n  - go_home\r\n"))).toEqual(["pick", "go_home"]);
    expect(parseScript("steps: [scan]").goal).toBeUndefined();
  });

  test("R12 arguments keep their JSON types, and any key is only a key", () => {
    const script = parseScript(
      "steps:\n  - f: {a: 1, b: '1', c: true, d: null, e: [1, [2]], __proto__: {x: 1}, constructor: 2, n: 1e-3, m: -0.5}",
    );
    const [step] = script.steps;
    const args = step?.kind === "intent" ? step.args : {};
    expect(JSON.stringify(args)).toBe(
      '{"a":1,"b":"1","c":true,"d":null,"e":[1,[2]],"__proto__":{"x":1},"constructor":2,"n":0.001,"m":-0.5}',
    );
    expect(Object.getPrototypeOf(args)).toBe(Object.prototype);
  });

  test("R12 an anchor used a few times is fine", () => {
    const script = parseScript("steps:\n  - move_to: &spot {x: 1, y: 2, z: 3}\n  - move_to: *spot");
    expect(script.steps[1]).toMatchObject({ args: { x: 1, y: 2, z: 3 } });
  });

  test("R12 a sentence is read with the script where a vocabulary is at hand", () => {
    const [step] = parseScript("steps:\n  - say: go home", { vocabulary: tableVocabulary }).steps;
    expect(step).toMatchObject({ plan: { intents: [{ name: "go_home" }] } });
  });

  test.each(["demo", "pick-and-place", "inspection"])("R12 examples/%s.yaml is understood", (name) => {
    const path = new URL(`../../../examples/${name}.yaml`, import.meta.url);
    const script = parseScript(readFileSync(path, "utf8"), { where: `${name}.yaml`, vocabulary: tableVocabulary });
    expect(script.goal).not.toBe("");
    expect(script.steps.length).toBeGreaterThan(4);
  });
});

describe("scripts that are refused, with line, column and what to do", () => {
  test.each([
    ["", "a.yaml: the script is empty; write goal: and steps:"],
    ["# nothing\n", "a.yaml: the script is empty; write goal: and steps:"],
    ["- scan", "a.yaml:1:1: a script is a mapping with goal and steps; put the list under steps:"],
    ["hello", "a.yaml:1:1: a script is a mapping with goal and steps; put the list under steps:"],
    ["goal: x", "a.yaml:1:1: there are no steps; write steps: and below it one '-' a step"],
    ["steps: []", "a.yaml:1:8: the list of steps is empty; write at least one step"],
    ["steps: scan", "a.yaml:1:8: steps must be a list; begin each step with '-'"],
    ["goal: 5\nsteps: [scan]", 'a.yaml:1:7: goal must be text; write goal: "5"'],
    ["gaol: x\nsteps: [scan]", "a.yaml:1:1: unknown key 'gaol' in a script; did you mean 'goal'?"],
    ["robot: x\nsteps: [scan]", "a.yaml:1:1: unknown key 'robot' in a script; known keys: goal, steps"],
    ["goal: x\nsteps:\n\t- scan", "a.yaml:3:1: a tab stands where spaces belong; indent with spaces"],
    ["goal: a\ngoal: b\nsteps: [scan]", "a.yaml:2:1: this key stands twice in one mapping; keep one of the two"],
    ["steps:\n  - f: {a: 1, a: 2}", "a.yaml:2:15: this key stands twice in one mapping; keep one of the two"],
    ["goal: x\n---\nsteps: [scan]", "a.yaml:2:1: a second document begins here; one script a file; remove the '---'"],
    ["steps:\n  - f: {a: !!binary aGk=}", "a.yaml:2:12: tags such as !!binary are not used here; write plain values"],
    ["steps:\n  - f: {a: !!js/function 'x'}", "a.yaml:2:12: tags such as !!binary are not used here; write plain values"],
    ["steps:\n  - 5", "a.yaml:2:5: a step is a mapping; write - move_to: {x: 0.4, y: 0, z: 0.4}"],
    ["steps:\n  - [scan]", "a.yaml:2:5: a step is a mapping; write - move_to: {x: 0.4, y: 0, z: 0.4}"],
    ["steps:\n  - go home now", "a.yaml:2:5: 'go home now' is a sentence, not the name of an intent; write - say: \"go home now\""],
    ["steps:\n  - intent: pick\n    arg: {}", "a.yaml:3:5: unknown key 'arg' in a step; did you mean 'args'?"],
    ["steps:\n  - intent: pick\n    speed: 3", "a.yaml:3:5: unknown key 'speed' in a step; known keys: intent, args, rationale, expect"],
    ["steps:\n  - intnt: pick\n    args: {}", "a.yaml:3:5: args stand after intnt: itself, or under intent:; write intnt: {…}"],
    ["steps:\n  - intnt: pick", "a.yaml:2:12: the arguments of intnt must be a mapping; did you mean 'intent'?"],
    ["steps:\n  - pick: cube", "a.yaml:2:11: the arguments of pick must be a mapping; write pick: {…}"],
    ["steps:\n  - pick: [cube]", "a.yaml:2:11: pick must be a mapping; write {name: value}"],
    ["steps:\n  - intent: 5", 'a.yaml:2:13: intent must be text; write intent: "5"'],
    ["steps:\n  - intent: ''", "a.yaml:2:13: intent has no name; write intent: move_to"],
    ["steps:\n  - expect: ok", "a.yaml:2:5: the step does not say what to do; write intent: NAME or say: a sentence"],
    ["steps:\n  - pick: {}\n    plce: {}", "a.yaml:3:5: a step does one thing; this one names pick and plce; begin each with its own '-'"],
    ["steps:\n  - pick: {}\n    expct: ok", "a.yaml:3:5: unknown key 'expct' in a step; did you mean 'expect'?"],
    ["steps:\n  - scan:\n    expect: okay", "a.yaml:3:13: 'okay' is not a status; use ok, error, blocked, timeout, stopped"],
    ["steps:\n  - scan:\n    expect: denied", "a.yaml:3:13: 'denied' is not a status; use ok, error, blocked, timeout, stopped"],
    ["steps:\n  - scan:\n    expect: {status: blokced}", "a.yaml:3:22: 'blokced' is not a status; did you mean 'blocked'?"],
    ["steps:\n  - scan:\n    expect: {gat: x}", "a.yaml:3:14: unknown key 'gat' in expect; did you mean 'gate'?"],
    ["steps:\n  - scan:\n    expect: {gate: 5}", "a.yaml:3:20: gate must be a name; write gate: some_name"],
    ["steps:\n  - scan:\n    expect: {}", "a.yaml:3:13: expect says nothing; write expect: ok or expect: {status: blocked}"],
    ["steps:\n  - scan:\n    expect: [ok]", "a.yaml:3:13: expect must be a status or a mapping; write expect: ok"],
    ["steps:\n  - scan:\n    rationale: [why]", "a.yaml:3:16: rationale must be text; write rationale: some text"],
    ["steps:\n  - f: {x: .nan}", "a.yaml:2:12: .nan is not a finite number; write a number such as 0.25"],
    ["steps:\n  - f: {x: [-.inf]}", "a.yaml:2:13: -.inf is not a finite number; write a number such as 0.25"],
    ["steps:\n  - f: {x: 1e999}", "a.yaml:2:12: 1e999 is not a finite number; write a number such as 0.25"],
    ["steps:\n  - repeat: 0\n    steps: [scan]", "a.yaml:2:13: repeat must be a whole number from 1 on; write repeat: 3"],
    ["steps:\n  - repeat: 2.5\n    steps: [scan]", "a.yaml:2:13: repeat must be a whole number from 1 on; write repeat: 3"],
    ["steps:\n  - repeat: twice\n    steps: [scan]", "a.yaml:2:13: repeat must be a whole number from 1 on; write repeat: 3"],
    ["steps:\n  - repeat: 2", "a.yaml:2:5: there are no steps; write steps: and below it one '-' a step"],
    ["steps:\n  - repeat: 2\n    stps: [scan]", "a.yaml:3:5: unknown key 'stps' in a repetition; did you mean 'steps'?"],
    ["steps:\n  - repeat: 10001\n    steps: [scan]", "a.yaml:2:5: 10001 steps so far; the limit is 10000; split the script or repeat less"],
    [
      "steps:\n  - say: pick up the cube",
      'a.yaml:2:10: "pick up the cube" is not understood: Which one: red cube, green cube or blue cube?; closest: "pick up the red cube"',
    ],
    ["steps:\n  - say: go home\n    args: {}", "a.yaml:3:5: unknown key 'args' in a sentence step; known keys: say, rationale, expect"],
    ["steps:\n  - f: *nope", "a.yaml:2:8: *nope has no anchor before it; write &nope at the value it stands for"],
    ["steps: &all\n  - f: {a: *all}", "a.yaml:2:12: *all contains itself; write the value out"],
    ["steps:\n  - ? [a]\n    : 1", "a.yaml:2:7: With stringKeys, all keys must be strings; check indentation, quotes and brackets"],
    [
      "steps:\n  - f: {x: 1\n  - g",
      "a.yaml:3:3: Flow map in block collection must be sufficiently indented and end with a }; check indentation, quotes and brackets",
    ],
  ])("R12 %j", (text, expected) => expect(message(text)).toBe(expected));

  test("R12 10,000 steps pass, one more does not, however they are written", () => {
    const nested = "steps:\n  - repeat: 100\n    steps:\n      - repeat: 100\n        steps: [scan]\n";
    expect(parseScript(nested).steps.length).toBe(10_000);
    expect(message(`${nested}  - scan\n`)).toContain("10001 steps so far; the limit is 10000");
    const tower = Array.from({ length: 7 }, (_, i) => `${"  ".repeat(2 * i + 1)}- repeat: 1000\n${"  ".repeat(2 * i + 2)}steps:`).join(
      "\n",
    );
    expect(message(`steps:\n${tower}\n${"  ".repeat(15)}- scan`)).toContain("the limit is 10000");
  });

  test("R12 more than 5 MB is refused unread", () => {
    expect(message(`steps: [scan] # ${"x".repeat(5_100_000)}`)).toBe(
      "a.yaml: script is 5.2 MB; the limit is 5 MB; split it into several scripts",
    );
    expect(message(`steps: [scan] # ${"é".repeat(2_500_001)}`)).toContain("the limit is 5 MB");
  });

  test("R12 aliases that multiply are stopped", () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `  - f: &l${i + 1} {a: [${Array.from({ length: 10 }, () => `*l${i}`).join(", ")}]}`,
    );
    const began = performance.now();
    expect(message(`steps:\n  - f: &l0 {x: 1}\n${levels.join("\n")}`)).toContain("aliases counted in full");
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test("R12 endless nesting is stopped", () => {
    expect(message(`steps:\n  - f: {a: ${"[".repeat(80)}${"]".repeat(80)}}`)).toContain("nested deeper than 64 levels; write it flatter");
    expect(message(`steps: ${"[".repeat(5000)}`)).toContain("a.yaml:1:");
  });

  test("R12 aliases within aliases are no way to nest deeper", () => {
    const chain = Array.from({ length: 200 }, (_, i) => `  - f: &l${i + 1} {a: *l${i}}`);
    expect(message(`steps:\n  - f: &l0 {x: 1}\n${chain.join("\n")}`)).toContain("nested deeper than 64 levels");
  });

  test("R12 any text gives a script or one of these errors", () => {
    const pieces = fc.constantFrom(
      "steps:",
      "goal: x",
      "\n",
      "  ",
      "- ",
      "scan",
      "{",
      "}",
      "[",
      "]",
      ": ",
      "&a ",
      "*a",
      "!!x ",
      "'",
      '"',
      "repeat: 3",
      "expect: ",
      "ok",
      "\t",
      "---",
      "#",
      "|",
      ">",
      "? ",
      "0",
      ".nan",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (list) => {
        expect(message(list.join(""))).toMatch(/^no error$|^a\.yaml/u);
      }),
      { seed, numRuns: 400 },
    );
  });
});
