import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tableVocabulary } from "../testing/table-vocabulary.ts";
import { runToEnd, type Outcome } from "../testing/turns.ts";
import { parseScript } from "./parse-script.ts";
import { scriptPolicy } from "./script-policy.ts";

const policyOf = (text: string) => scriptPolicy(parseScript(text), { vocabulary: tableVocabulary });
const run = (text: string, outcome?: (index: number) => Outcome | undefined, scene = {}) =>
  runToEnd(
    policyOf(text),
    "goal",
    (_, index) => outcome?.(index),
    () => scene,
  );

const blocked = { status: "blocked", gate: "prohibited_zones", code: "inside_zone", message: "prohibited_zones: inside 'human'" } as const;

test("R12 proposes in order, with ids s-1, s-2, …", async () => {
  const { proposals, end } = await run(
    "steps:\n  - scan: {radius: 1}\n  - intent: pick\n    args: {object: a}\n    rationale: near\n  - repeat: 2\n    steps: [go_home]",
  );
  expect(proposals).toEqual([
    { id: "s-1", name: "scan", args: { radius: 1 }, rationale: "" },
    { id: "s-2", name: "pick", args: { object: "a" }, rationale: "near" },
    { id: "s-3", name: "go_home", args: {}, rationale: "" },
    { id: "s-4", name: "go_home", args: {}, rationale: "" },
  ]);
  expect(end).toEqual({ kind: "done", reached: true, message: "all 4 steps came to what they expect" });
});

test("R12 a step without expect that is not ok ends the run", async () => {
  const { proposals, end } = await run("steps: [scan, go_home, scan]", (index) => (index === 1 ? blocked : undefined));
  expect(proposals.length).toBe(2);
  expect(end).toEqual({
    kind: "done",
    reached: false,
    message: "step 2 go_home: expected ok, got blocked by prohibited_zones (inside 'human')",
  });
});

test.each([
  ["ok", "ok", undefined],
  ["{status: blocked, gate: prohibited_zones}", "blocked", undefined],
  ["blocked", "blocked", undefined],
  ["{gate: prohibited_zones, code: inside_zone}", "blocked", undefined],
  ["{status: blocked, gate: prohibited_zones}", "ok", "step 1 pick: expected blocked by prohibited_zones, got ok"],
  [
    "{status: blocked, gate: rate_limit}",
    "blocked",
    "step 1 pick: expected blocked by rate_limit, got blocked by prohibited_zones (inside 'human')",
  ],
  [
    "{status: blocked, code: path}",
    "blocked",
    "step 1 pick: expected blocked with path, got blocked by prohibited_zones with inside_zone (inside 'human')",
  ],
  ["error", "blocked", "step 1 pick: expected error, got blocked by prohibited_zones (inside 'human')"],
])("R12 expect: %s, and %s comes", async (expectation, status, message) => {
  const { proposals, end } = await run(`steps:\n  - pick: {object: a}\n    expect: ${expectation}\n  - scan`, (index) =>
    index === 0 && status === "blocked" ? blocked : undefined,
  );
  expect(proposals.length).toBe(message === undefined ? 2 : 1);
  expect(end).toMatchObject({ reached: message === undefined, ...(message === undefined ? {} : { message }) });
});

test("R12 an expected refusal at the last step is a success", async () => {
  expect((await run("steps:\n  - scan:\n    expect: timeout", () => ({ status: "timeout" }))).end).toMatchObject({ reached: true });
});

test("R12 a sentence is several steps of one; its expectation is of the first that is not ok, or of the last", async () => {
  const text = (expectation: string) =>
    `steps:\n  - say: go to (0.4, 0, 0.3), then go to (0, 0.6, 0.4), then go home\n${expectation}  - scan`;
  const wanted = "    expect: {status: blocked}\n";
  const second = (index: number) => (index === 1 ? blocked : undefined);
  expect((await run(text(wanted), second)).proposals.map(({ id, name }) => `${id} ${name}`)).toEqual([
    "s-1 move_to",
    "s-2 move_to",
    "s-3 scan",
  ]);
  expect((await run(text(""), second)).end).toMatchObject({
    reached: false,
    message: expect.stringContaining("step 1 move_to: expected ok"),
  });
  expect((await run(text(wanted))).end).toMatchObject({ reached: false, message: "step 1 go_home: expected blocked, got ok" });
  expect((await run(text(""))).proposals.length).toBe(4);
});

test("R12 a sentence looks its objects up when it comes to them", async () => {
  const { proposals } = await run("steps:\n  - say: go 10 cm above the red cube\n    rationale: to see it", undefined, {
    objects: { red_cube: [0.5, 0, 0.02] },
  });
  expect(proposals).toEqual([{ id: "s-1", name: "move_to", args: { x: 0.5, y: 0, z: 0.12000000000000001 }, rationale: "to see it" }]);
  const blind = await run("steps:\n  - say: go above the red cube");
  expect(blind.end).toMatchObject({ reached: false, message: "step 1 move_to: red_cube is not in view" });
});

test("R12 a sentence that is not understood is refused before anything moves", () => {
  expect(() => policyOf("steps:\n  - scan\n  - say: fly to the moon")).toThrow('script:3:10: "fly to the moon" is not understood');
});

test("R12 runs again from the beginning for another goal, and never repeats an id", async () => {
  const policy = policyOf("steps: [scan, go_home]");
  await runToEnd(policy, "one");
  expect((await runToEnd(policy, "two")).proposals.map(({ id }) => id)).toEqual(["s-3", "s-4"]);
});

test("R12 a result that belongs to another controller's step ends the run", async () => {
  const policy = policyOf("steps: [scan, go_home]");
  const { end } = await runToEnd(
    {
      name: "x",
      propose: (turn) =>
        policy.propose(turn.last === undefined ? turn : { ...turn, last: { ...turn.last, intent: { ...turn.last.intent, id: "c-1" } } }),
    },
    "goal",
  );
  expect(end).toMatchObject({ reached: false, message: expect.stringContaining("another controller") });
});

test("R12 10,000 steps of one sentence are read once", async () => {
  const began = performance.now();
  const { proposals } = await run("steps:\n  - repeat: 10000\n    steps:\n      - say: scan");
  expect(proposals.length).toBe(10_000);
  expect(performance.now() - began).toBeLessThan(5000);
});

test("R12 examples/demo.yaml reaches its end when the zone refuses, and not when it lets the robot in", async () => {
  const text = readFileSync(new URL("../../../examples/demo.yaml", import.meta.url), "utf8");
  const intoZone = ({ intent }: { readonly intent: { readonly args: object } }) => JSON.stringify(intent.args).includes('"y":0.6');
  const refused = await runToEnd(policyOf(text), "goal", (proposal) => (intoZone(proposal) ? blocked : undefined));
  expect(refused.end).toMatchObject({ reached: true });
  expect(refused.proposals.map(({ name }) => name)).toEqual(["scan", "pick", "place", "move_to", "go_home"]);
  expect((await runToEnd(policyOf(text), "goal")).end).toMatchObject({
    reached: false,
    message: "step 4 move_to: expected blocked by prohibited_zones, got ok",
  });
});
