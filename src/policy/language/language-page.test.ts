import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gantryVocabulary, tableVocabulary } from "../testing/table-vocabulary.ts";
import { parseLanguage } from "./parse-language.ts";
import { describeIntent } from "./sentence-plan.ts";
import type { Vocabulary } from "./vocabulary.ts";

const page = readFileSync(new URL("../../../docs/language.md", import.meta.url), "utf8");

/** The cells in backticks of the table after `<!-- test: name -->`, one list a row. */
function rows(name: string): string[][] {
  const lines = page.split(`<!-- test: ${name} -->`)[1]?.trim().split("\n") ?? [];
  const end = lines.findIndex((line) => !line.startsWith("|"));
  const cells = lines.slice(2, end < 0 ? undefined : end).map((line) => [...line.matchAll(/`([^`]*)`/gu)].map(([, text]) => text ?? ""));
  if (cells.length < 3) throw new Error(`no table ${name}`);
  return cells;
}

function read(text: string, vocabulary: Vocabulary): string {
  const parsed = parseLanguage(text, vocabulary);
  return parsed.kind === "plan" ? parsed.intents.map(describeIntent).join("; ") : `? ${parsed.question}`;
}

test.each(rows("table"))("R12 docs/language.md: %s", (text, steps) => expect(read(text ?? "", tableVocabulary)).toBe(steps));
test.each(rows("gantry"))("R12 docs/language.md: %s", (text, steps) => expect(read(text ?? "", gantryVocabulary)).toBe(steps));
test.each(["drives", "walks", "flies"] as const)("R12 docs/language.md: a robot that %s", (locomotion) => {
  const places = ["table", "dock", "window"].map((name) => ({ name, aliases: [], positionM: [1, 1, 1] as const }));
  const vocabulary = { objects: [], places, robotHasGripper: false, directions: tableVocabulary.directions!, locomotion };
  for (const [text, steps] of rows(locomotion)) expect(read(text ?? "", vocabulary)).toBe(steps);
});
test("R12 docs/language.md: what is seen", () => {
  const places = [{ name: "table", aliases: [], positionM: [1, 1, 1] as const }];
  const directions = tableVocabulary.directions!;
  const senses = { cameras: ["front", "wrist"], ranges: true, battery: true };
  const vocabulary = { objects: [], places, robotHasGripper: false, directions, locomotion: "drives", ...senses } as const;
  const { cameras: _none, ranges: _blind, battery: _mains, ...without } = vocabulary;
  for (const [text, steps] of rows("senses")) {
    expect(read(text ?? "", vocabulary)).toBe(steps);
    expect(parseLanguage(text ?? "", without).kind).toBe("not_understood");
  }
  expect(parseLanguage("shoot a photo of me", vocabulary)).toMatchObject({ kind: "not_understood", closest: "take a photo" });
});
test.each([
  ["gestures", { gestures: true }],
  ["by joint", { byJoint: true, locomotion: "drives", joints: ["x", "y", "heading", "lift", "arm", "wrist_yaw"], slides: ["lift", "arm"] }],
] as const)("R12 docs/language.md: %s", (table, robot) => {
  const objects = [{ name: "red_ball", aliases: [] }];
  const places = [{ name: "shelf", aliases: [], positionM: [1, 1, 1] as const }];
  const vocabulary = { objects, places, robotHasGripper: true, directions: tableVocabulary.directions!, ...robot };
  for (const [text, steps] of rows(table)) expect(read(text ?? "", vocabulary)).toBe(steps);
});
test.each(rows("directions"))("R12 docs/language.md: %s", (text, arm, gantry) => {
  expect(read(text ?? "", tableVocabulary)).toBe(arm);
  expect(read(text ?? "", gantryVocabulary)).toBe(gantry);
});
test.each(rows("refused"))("R12 docs/language.md: %s is not understood", (text, closest) =>
  expect(parseLanguage(text ?? "", tableVocabulary)).toMatchObject({ kind: "not_understood", closest }),
);

test("R12 docs/language.md: every assumption stands there in the words of the answer", () => {
  const sentences = ["move up", "turn left", "rotate 30 degrees", "go to the bin", "draw a square", "move up 0.3"];
  for (const text of sentences) {
    const parsed = parseLanguage(text, tableVocabulary);
    const notes = parsed.kind === "plan" ? parsed.notes : [];
    expect(notes.length).toBe(1);
    expect(page).toContain(`"${notes[0]}"`);
  }
});
