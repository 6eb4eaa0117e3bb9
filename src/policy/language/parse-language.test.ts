import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../core/json.ts";
import { gantryCorpus, refusedCorpus, tableCorpus } from "../testing/corpus.ts";
import { gantryVocabulary, tableVocabulary } from "../testing/table-vocabulary.ts";
import { parseLanguage } from "./parse-language.ts";
import { lexiconFrom } from "./lexicon.ts";
import { readSentence } from "./sentence.ts";
import { describeIntent } from "./sentence-plan.ts";
import type { Vocabulary } from "./vocabulary.ts";

const seed = 20261121;

function read(text: string, vocabulary: Vocabulary = tableVocabulary): string {
  const parsed = parseLanguage(text, vocabulary);
  return parsed.kind === "plan" ? parsed.intents.map(describeIntent).join("; ") : `? ${parsed.question}`;
}

function refused(text: string, vocabulary: Vocabulary = tableVocabulary) {
  const parsed = parseLanguage(text, vocabulary);
  if (parsed.kind === "plan") throw new Error(`understood: ${parsed.intents.map(describeIntent).join("; ")}`);
  return parsed;
}

function notes(text: string): readonly string[] {
  const parsed = parseLanguage(text, tableVocabulary);
  return parsed.kind === "plan" ? parsed.notes : [`? ${parsed.question}`];
}

describe("corpus", () => {
  test("R12 is large, and no sentence stands in it twice", () => {
    const understood = [...tableCorpus, ...gantryCorpus];
    expect(understood.length + refusedCorpus.length).toBeGreaterThanOrEqual(220);
    expect(refusedCorpus.length).toBeGreaterThanOrEqual(40);
    for (const corpus of [tableCorpus, gantryCorpus, refusedCorpus]) expect(new Set(corpus.map(([text]) => text)).size).toBe(corpus.length);
  });

  test.each(tableCorpus)("R12 %s", (text, expected) => expect(read(text)).toBe(expected));
  test.each(gantryCorpus)("R12 gantry: %s", (text, expected) => expect(read(text, gantryVocabulary)).toBe(expected));
  test.each(refusedCorpus)("R12 not understood: %s", (text, closest) => expect(refused(text).closest).toBe(closest));

  test("R12 every closest sentence is itself understood", () => {
    expect(refusedCorpus.filter(([, closest]) => parseLanguage(closest, tableVocabulary).kind !== "plan")).toEqual([]);
  });
});

describe("sentences", () => {
  test('H26 "Move the arm 30cm to the right" is +x by 0.3 m exactly', () => {
    const parsed = parseLanguage("Move the arm 30cm to the right", gantryVocabulary);
    expect(parsed).toEqual({
      kind: "plan",
      intents: [{ name: "move_relative", args: { dx: 0.3 }, rationale: "Move the arm 30cm to the right" }],
      notes: [],
    });
  });

  test("R12 centimetres and inches come out as typed, without the dust of a multiplication", () => {
    for (const cm of [1, 7, 29, 35, 57, 58, 2.3, 0.7]) expect(read(`move up ${cm} cm`)).toBe(`move_relative {dz: ${Number(`${cm}e-2`)}}`);
  });

  test("R12 directions follow the mapping of the vocabulary", () => {
    const words = ["left", "right", "forward", "back", "up", "down"];
    const moved = (vocabulary: Vocabulary) => words.map((word) => read(`move ${word} 1 m`, vocabulary).replace("move_relative ", ""));
    expect(moved(gantryVocabulary)).toEqual(["{dx: -1}", "{dx: 1}", "{dy: 1}", "{dy: -1}", "{dz: 1}", "{dz: -1}"]);
    expect(moved(tableVocabulary)).toEqual(["{dy: 1}", "{dy: -1}", "{dx: 1}", "{dx: -1}", "{dz: 1}", "{dz: -1}"]);
    const turned = { ...gantryVocabulary, directions: { forward: "-x", left: "-y" } } as const;
    expect(moved(turned).slice(0, 4)).toEqual(["{dy: -1}", "{dy: 1}", "{dx: -1}", "{dx: 1}"]);
  });

  test("R12 a mapping whose forward and left lie on one axis is refused at once", () => {
    const broken = { ...gantryVocabulary, directions: { forward: "+x", left: "-x" } } as const;
    expect(() => parseLanguage("go home", broken)).toThrow("lie on one axis");
  });

  test("R12 what is assumed is said", () => {
    expect(notes("move up")).toEqual(["0.05 m up assumed: no distance given."]);
    expect(notes("move slightly to the left")).toEqual(['0.05 m assumed for "slightly".']);
    expect(notes("turn left")).toEqual(["15 degrees assumed: no angle given."]);
    expect(notes("rotate 30 degrees")).toEqual(["Counter-clockwise assumed: no side given."]);
    expect(notes("draw a square")).toEqual(["0.4 m per side assumed: no length given."]);
    expect(notes("go to the bin")).toEqual(["0.15 m above bin assumed: no height given."]);
    expect(notes("move up 3")).toEqual(["metres assumed for 3: no unit given."]);
    expect(notes("wait 3")).toEqual(["seconds assumed for 3: no unit given."]);
    expect(notes("pick up the green one")).toEqual(['"green one" is taken as green cube.']);
    expect(notes("move slowly up 10 cm")).toEqual(['"slowly" is ignored: the robot\'s limits and gates set the speed.']);
    expect(notes("move up 1 cm, repeat that 3 times")).toEqual(['"repeat that 3 times" is read as 3 more, 4 in all.']);
    expect(notes("move up 10 cm")).toEqual([]);
  });

  test("R12 a part that makes no sense refuses the parts before it too, and is named", () => {
    const answer = refused("go home, pick up the cube, open the gripper");
    expect(answer.part).toBe("pick up the cube");
    expect(answer.question).toBe("Which one: red cube, green cube or blue cube?");
    expect(answer.closest).toBe("pick up the red cube");
    expect(refused("go home and dance wildly").part).toBe("dance wildly");
  });

  test("R12 asks for what is missing", () => {
    expect(refused("wait").question).toBe("How long should I wait?");
    expect(refused("move 10 cm").question).toBe("In which direction: left, right, forward, back, up or down?");
    expect(refused("go to the bni").question).toBe('What is "bni"? Did you mean bin?');
    expect(refused("pick it up").question).toBe('What does "it" mean here? Name the object.');
    expect(refused("don't move").question).toContain("I cannot promise what not to do");
    expect(refused("go home if you like").question).toContain("without conditions");
    expect(refused("move up 10 cm 500 times").question).toBe("That makes 500 steps; the limit is 100.");
    expect(refused("set joint 9 to 45 degrees").question).toBe("There is no joint 9; the robot has 7.");
    expect(refused("  ").question).toBe("What should I do?");
  });

  test("R12 stop runs first and alone, whatever stands around it", () => {
    const stops = [
      "go to the bin, stop",
      "stop, then go to the bin",
      "xyzzy; please stop now!",
      "STOP!!",
      "🛑 stop 🛑",
      "go home\nstop",
      "if it falls, freeze",
    ];
    expect(stops.filter((text) => read(text) !== "stop")).toEqual([]);
    const others = ["don't stop", "stop at the bin", "go to the bin without a stop", "never halt"];
    expect(others.filter((text) => parseLanguage(text, tableVocabulary).kind !== "not_understood")).toEqual([]);
  });

  test('R12 "it" is the last object, and a put that follows a pick does not pick again', () => {
    expect(read("go above the blue cube and pick it up")).toBe("move_to at blue_cube + (0, 0, 0.15); pick {object: blue_cube}");
    expect(read("pick up the red cube, go above the blue cube, put it on the green cube")).toContain(
      "pick {object: blue_cube} unless held",
    );
    expect(read("pick up the red cube, put it in the bin, pick it up")).toBe(
      "pick {object: red_cube}; place {on: bin}; pick {object: red_cube}",
    );
  });

  test("R12 a rationale is the fragment that asked for the step", () => {
    const parsed = parseLanguage("Please scan, then go to the bin twice.", tableVocabulary);
    expect(parsed.kind === "plan" ? parsed.intents.map(({ rationale }) => rationale) : []).toEqual([
      "scan",
      "go to the bin",
      "go to the bin",
    ]);
  });

  test("R12 aliases that are directions or home do not change what these words mean", () => {
    expect(read("move to the left")).toBe("move_relative {dy: 0.05}");
    expect(read("go to the left spot")).toBe("move_to at left spot + (0, 0, 0.15)");
    expect(read("go to home")).toBe("go_home");
  });

  test("R12 objects may have any names", () => {
    const vocabulary: Vocabulary = {
      objects: [
        { name: "__proto__", aliases: [] },
        { name: "widget-7", aliases: ["twenty five", "fast one"] },
        { name: "schraube_größe_3", aliases: [] },
        { name: "(", aliases: [""] },
      ],
      places: [],
      robotHasGripper: true,
    };
    expect(read("pick up __proto__", vocabulary)).toBe("pick {object: __proto__}");
    expect(read("pick up widget-7", vocabulary)).toBe("pick {object: widget-7}");
    expect(read("pick up the twenty five", vocabulary)).toBe("pick {object: widget-7}");
    expect(read("pick up the fast one", vocabulary)).toBe("pick {object: widget-7}");
    expect(read("pick up Schraube Größe 3", vocabulary)).toBe("pick {object: schraube_größe_3}");
    expect(refused("pick up constructor", { ...vocabulary, objects: [] }).kind).toBe("not_understood");
  });

  test("R12 a robot without a gripper is offered only what it can do", () => {
    expect(refused("place it at (0.45, -0.25)", gantryVocabulary).closest).toBe("place it at (0.45, -0.25, 0.1)");
    const empty: Vocabulary = { objects: [], places: [], robotHasGripper: false };
    for (const text of ["put the part in the bin", "pick up the cube", "go to the bin", "set joint 1 to 5 degrees"]) {
      const { closest } = refused(text, empty);
      expect(parseLanguage(closest, empty).kind).toBe("plan");
    }
  });

  test("R12 one alias for two objects asks which", () => {
    const objects = ["a1", "b2"].map((name) => ({ name, aliases: ["part"] }));
    expect(refused("pick up the part", { objects, places: [], robotHasGripper: true }).question).toBe("Which one: a1 or b2?");
  });
});

describe("hostile texts", () => {
  const words = fc.constantFrom(
    ..."move go to the a red green cube bin up down left right 10 cm 0.3 -1 ( ) [ ] , ; . then and it pick put place on in at stack turn rotate degrees".split(
      " ",
    ),
    ...'wait seconds scan twice repeat that 3 times x = y z 1e999 nan half quarter minus point of line from draw square raise lower by not if - + / ° " drop'.split(
      " ",
    ),
  );
  const salad = fc.array(words, { maxLength: 30 }).map((list) => list.join(" "));

  function finite(value: JsonValue): boolean {
    if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
    if (Array.isArray(value)) return value.every(finite);
    return typeof value !== "object" || value === null || Object.values(value).every(finite);
  }

  test.each([
    ["words of the grammar in any order", salad, 200],
    ["any text", fc.string({ unit: "binary", maxLength: 120 }), 100],
  ] as const)("R12 %s: never throws, never a number that is not finite, the same again", (_name, texts, numRuns) => {
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseLanguage(text, tableVocabulary);
        expect(parseLanguage(text, tableVocabulary)).toEqual(parsed);
        const steps = parsed.kind === "plan" ? parsed.intents : [];
        const offered = parsed.kind === "plan" ? "plan" : parseLanguage(parsed.closest, tableVocabulary).kind;
        expect(offered).toBe("plan");
        expect(steps.length).toBeLessThanOrEqual(100);
        expect(steps.every(({ args, at }) => finite(args) && finite(at?.offsetM ?? []))).toBe(true);
      }),
      { seed, numRuns },
    );
  });

  test("R12 what is understood has finite numbers only, over many more salads", () => {
    const lexicon = lexiconFrom(tableVocabulary);
    let understood = 0;
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), (list) => {
        const read = readSentence(list.join(" "), lexicon, 100);
        if (read.kind !== "plan") return;
        understood++;
        for (const { args, at } of read.intents) expect(finite(args) && finite(at?.offsetM ?? [])).toBe(true);
      }),
      { seed, numRuns: 3000 },
    );
    expect(understood).toBeGreaterThan(50);
  });

  test("R12 salads of ten words and more are seldom understood", () => {
    const parsed = fc
      .sample(fc.array(words, { minLength: 10, maxLength: 20 }), { seed, numRuns: 150 })
      .map((list) => parseLanguage(list.join(" "), tableVocabulary));
    expect(parsed.filter(({ kind }) => kind === "plan").length).toBeLessThan(4);
  });

  test("R12 numbers beyond reason are no numbers", () => {
    const numbers = ["1e999", "-1e999", "1e7", "99999999999999999999", "nan", "NaN", "infinity", "Infinity", "0x10", "1/0", "1,000,000"];
    expect(numbers.filter((number) => parseLanguage(`move up ${number} m`, tableVocabulary).kind === "plan")).toEqual([]);
    expect(read("move up -0 cm")).toBe("move_relative {dz: 0}");
    expect(read("go to (-0, 0.4, -.0)")).toBe("move_to {x: 0, y: 0.4, z: 0}");
  });

  test("R12 a text of 100 kB is refused, at once", () => {
    const text = "move up 1 cm and ".repeat(6000);
    const began = performance.now();
    expect(refused(text).question).toContain("2000 is the limit");
    expect(performance.now() - began).toBeLessThan(1000);
  });

  test("R12 the limit of steps holds through repetitions of repetitions", () => {
    const text = `move up 1 cm, ${"repeat that, ".repeat(80)}`;
    expect(refused(text).question).toContain("the limit is 100");
    expect(parseLanguage("scan three times", tableVocabulary, { maxIntents: 2 }).kind).toBe("not_understood");
  });
});
