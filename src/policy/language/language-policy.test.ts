import { expect, test } from "vitest";
import { gantryVocabulary, tableVocabulary } from "../testing/table-vocabulary.ts";
import { observationOf, runToEnd } from "../testing/turns.ts";
import { languagePolicy } from "./language-policy.ts";

const table = () => languagePolicy({ vocabulary: tableVocabulary });
const cube = { objects: { red_cube: [0.5, 0.15, 0.025] } } as const;

test("H26 one move, and the answer ends with where the robot is", async () => {
  const { proposals, end } = await runToEnd(
    languagePolicy({ vocabulary: gantryVocabulary }),
    "Move the arm 30cm to the right",
    undefined,
    () => ({ tipM: [0.30000000000000004, -0.0001, 1] }),
  );
  expect(proposals).toEqual([{ id: "l-1", name: "move_relative", args: { dx: 0.3 }, rationale: "Move the arm 30cm to the right" }]);
  expect(end).toEqual({ kind: "done", reached: true, message: "Robot is now at (0.3, 0, 1)." });
});

test("R12 steps come one by one, with ids that are never used twice", async () => {
  const policy = table();
  const first = await runToEnd(policy, "scan, then pick up the red cube and go home");
  expect(first.proposals.map(({ id, name, rationale }) => [id, name, rationale])).toEqual([
    ["l-1", "scan", "scan"],
    ["l-2", "pick", "pick up the red cube"],
    ["l-3", "go_home", "go home"],
  ]);
  const second = await runToEnd(policy, "scan, then pick up the red cube and go home");
  expect(second.proposals.map(({ id }) => id)).toEqual(["l-4", "l-5", "l-6"]);
  expect(Object.isFrozen(first.proposals[1]?.args)).toBe(true);
});

test("R12 the answer says what was assumed", async () => {
  const { end } = await runToEnd(table(), "move up");
  expect(end).toMatchObject({ message: "0.05 m up assumed: no distance given. Robot is now at (0.3, 0, 1)." });
});

test("R12 nothing is proposed for what is not understood; the question names the part and a sentence that works", async () => {
  const { proposals, end } = await runToEnd(table(), "go home and pick up the cube");
  expect(proposals).toEqual([]);
  expect(end).toEqual({
    kind: "ask",
    code: "not_understood",
    question:
      'I do not understand "pick up the cube". Which one: red cube, green cube or blue cube? I would understand: "pick up the red cube".',
  });
});

test("R12 the first step that is not ok ends it and is named with its reason", async () => {
  const refusal = { status: "blocked", gate: "prohibited_zones", message: "prohibited_zones: 0.02 m into zone 'human'" } as const;
  const { proposals, end } = await runToEnd(table(), "scan, go to (0, 0.6, 0.4), go home", (_, index) =>
    index === 1 ? refusal : undefined,
  );
  expect(proposals.length).toBe(2);
  expect(end).toEqual({
    kind: "done",
    reached: false,
    message: "step 2 move_to (\"go to (0, 0.6, 0.4)\"): blocked by prohibited_zones: 0.02 m into zone 'human'",
  });
  const late = await runToEnd(table(), "scan", () => ({ status: "timeout", message: "scan exceeded 100 ms" }));
  expect(late.end).toMatchObject({ reached: false, message: 'step 1 scan ("scan"): timeout: scan exceeded 100 ms' });
});

test("R12 objects are looked up when their step comes up, not before", async () => {
  const moving = (index: number) => ({ objects: { red_cube: [0.5, 0.1 * (index + 1), 0.025] } }) as const;
  const { proposals } = await runToEnd(table(), "scan, then go 10 cm above the red cube", undefined, moving);
  expect(proposals[1]?.args).toEqual({ x: 0.5, y: 0.2, z: 0.125 });
});

test("R12 places, the tip and what the sentence gives fill in a target", async () => {
  const at = async (goal: string) =>
    (await runToEnd(table(), goal, undefined, () => ({ tipM: [0.3, 0.1, 0.2], ...cube }))).proposals.at(-1)?.args;
  expect(await at("go to the middle")).toEqual({ x: 0.5, y: 0, z: 0.15 });
  expect(await at("go to z=0.5")).toEqual({ x: 0.3, y: 0.1, z: 0.5 });
  expect(await at("put it 10 cm to the right of the red cube")).toEqual({ x: 0.5, y: 0.15 - 0.1 });
});

test("R12 a heading becomes the shorter turn from the measured one", async () => {
  const turn = async (goal: string, yawRad: number) =>
    Number((await runToEnd(table(), goal, undefined, () => ({ yawRad }))).proposals[0]?.args["yaw"]);
  expect(await turn("rotate to 90 degrees", 0)).toBeCloseTo(Math.PI / 2, 12);
  expect(await turn("go to (0.4, 0, 0.3, 0)", 1)).toBeCloseTo(-1, 12);
  expect(await turn("rotate to 170 degrees", (-170 * Math.PI) / 180)).toBeCloseTo((-20 * Math.PI) / 180, 12);
  expect(await turn("rotate to 720 degrees", 0)).toBeCloseTo(0, 12);
});

test("R12 an object out of view ends the run before anything moves towards it", async () => {
  const { proposals, end } = await runToEnd(table(), "go above the red cube");
  expect(proposals).toEqual([]);
  expect(end).toMatchObject({ reached: false, message: 'step 1 move_to ("go above the red cube"): red_cube is not in view' });
});

test.each([Number.NaN, Infinity])("R12 a position of %d is no position", async (bad) => {
  const seen = await runToEnd(table(), "go above the red cube", undefined, () => ({ objects: { red_cube: [bad, 0, 0] } }));
  expect(seen.end).toMatchObject({ reached: false });
  const tip = await runToEnd(table(), "go to z=0.5", undefined, () => ({ tipM: [0, bad, 0] }));
  expect(tip.end).toMatchObject({ reached: false });
  const turned = await runToEnd(table(), "rotate to 90 degrees", undefined, () => ({ yawRad: Number.NaN }));
  expect(turned.end).toMatchObject({ reached: false });
});

test("R12 what is held already is not picked again", async () => {
  const put = (holding: string | null) => runToEnd(table(), "put the red cube in the bin", undefined, () => ({ holding }));
  expect((await put("red_cube")).proposals.map(({ name }) => name)).toEqual(["place"]);
  expect((await put("blue_cube")).proposals.map(({ name }) => name)).toEqual(["pick", "place"]);
  expect((await put(null)).proposals.map(({ name }) => name)).toEqual(["pick", "place"]);
});

test("R12 a stop that ends as stopped has done what it was asked to", async () => {
  const { proposals, end } = await runToEnd(table(), "go home, stop!", () => ({ status: "stopped", message: "stopped" }));
  expect(proposals.map(({ name }) => name)).toEqual(["stop"]);
  expect(end).toMatchObject({ kind: "done", reached: true });
});

test("R12 another goal, or the same one started over, is read from its beginning", async () => {
  const policy = table();
  const { signal } = new AbortController();
  const observation = observationOf();
  const first = await policy.propose({ goal: "scan then go home", observation, last: undefined, signal });
  expect(first).toMatchObject({ intent: { id: "l-1", name: "scan" } });
  expect(await policy.propose({ goal: "scan then go home", observation, last: undefined, signal })).toMatchObject({
    intent: { id: "l-2", name: "scan" },
  });
  expect(await policy.propose({ goal: "go home", observation, last: undefined, signal })).toMatchObject({
    intent: { id: "l-3", name: "go_home" },
  });
});

test("R12 a result that belongs to another controller's step is not taken for its own", async () => {
  const policy = table();
  const { signal } = new AbortController();
  const observation = observationOf();
  await policy.propose({ goal: "scan then go home", observation, last: undefined, signal });
  const foreign = { id: "other", name: "move_to", args: {}, rationale: "" };
  const last = { intent: foreign, status: "ok", message: "", gate: "", observation: {} } as const;
  expect(await policy.propose({ goal: "scan then go home", observation, last, signal })).toMatchObject({ kind: "done", reached: false });
});

test("R12 the limit of steps is the caller's", async () => {
  const { end } = await runToEnd(languagePolicy({ vocabulary: tableVocabulary, maxIntents: 3 }), "scan four times");
  expect(end).toMatchObject({ kind: "ask", question: expect.stringContaining("That makes 4 steps; the limit is 3.") });
});
