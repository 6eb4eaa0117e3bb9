import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Numbers of the acceptance tables: spec runtime.md §12 and policies-and-mcp.md §9. */
const rows = {
  runtime: [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 19, 20, 21, 22, 23, 31, 32, 33, 34, 35, 36, 43, 44, 45, 46, 92],
  policies: [28, 29, 30, 47, 48, 49, 50, 51, 75],
} as const;

/** Not there yet. Whoever adds the test takes the row, or the example, out of these lists: they fail when it stays in them. */
/** Examples of runtime.md §11 and policies-and-mcp.md §8, and a part of the name of the test that asserts what each gives. */
const examples: readonly (readonly [example: string, test: string])[] = [
  ["args changed by the caller after step", "runtime row 1 arguments changed by the caller afterwards do not reach the record"],
  ["register scan twice", "runtime row 2 names are sorted, unknown is undefined, a duplicate throws"],
  ["step(does_not_exist)", "runtime row 3 unknown primitive"],
  ["demo plan: ok five times, blocked", "runtime row 3 the demo plan from the origin"],
  ['a primitive throws TypeError("boom")', "runtime row 3 a primitive that throws: error with type and text"],
  ['a gate throws Error("bad")', "runtime row 4 a gate that %s denies, is recorded, and the loop goes on"],
  ["empty pipeline", "an empty chain denies, or allows if built unguarded"],
  ["control loop, 10 Hz, null at the 4th call", "runtime row 7 control loop, 10 Hz, next intent null at the 4th call"],
  ["primitive takes 2 s, timeoutMs 100", "runtime row 8 a primitive that takes longer than it may"],
  ["recent(0)", "runtime row 9 counters and filters are of what is kept"],
  ["denied {pick}", "runtime row 10 denied {pick}"],
  ["per_minute 2: scan three times", "runtime row 11 per_minute 2: scan three times at once"],
  ["default 10 s, scan 0", "runtime row 12 default 10 s, scan 0"],
  ["09:00-17:00 at 16:59, at 17:00", "runtime row 13 09:00-17:00 at 16:59 and, end exclusive, at 17:00"],
  ["22:00-06:00 with and without the flag", "runtime row 13 overnight, with the flag and without"],
  ["default fence, (1,1,1)", "is inclusive"],
  ["default fence, (0,0,-0.01)", "names the first violating axis in order x, y, z"],
  ["target: [.1,.2,.3]", "runtime row 14 %j: %s"],
  ["scan{radius}", "no motion: allowed, no target coords in intent"],
  ["x = NaN", "a coordinate of %s denies"],
  ["takeoff{altitude 100}, ceiling 2", "takeoff to altitude 100 under a ceiling of 2"],
  ["velocity_max 1: speed 5; Velocity 5", "velocity_max 1: speed 5; Velocity 5"],
  ["force cap 10: force high", "force cap 10: force high"],
  ["interval basis, five calls", "vmax .5, amax 2: the example of the requirement"],
  ["their speeds and accelerations", "the speeds and accelerations of that example, to the last digit that is printed"],
  ["smoothTarget((0,0,0),(1,0,0),.1)", "((0,0,0), (1,0,0), .1) is (.1,0,0)"],
  ["HITL {pick}: scan", "runtime row 20 HITL {pick}: scan is allowed, nobody is asked"],
  ["stamps at 10 Hz: misses; the gate denies", "runtime row 21 10 Hz, threshold 1.2: the misses at .85 and 1.1"],
  ["their statistics", "runtime row 21 its statistics"],
  ["paused by alice, halting; move_to", "runtime row 22 paused by alice, halting"],
  ["latched e-stop, then swapTo", "runtime row 22 %s while %s: %s, then %s"],
  ["error that is not transient; blocked", "runtime row 23 transient errors are tried again on the schedule, others and refusals are not"],
  ["move_to(.5,0,.2) from the origin", "runtime row 31 move_to(.5,0,.2) from the origin"],
  ["pick while holding a", "runtime row 31 pick and place say what and where; pick while holding"],
  ["linearInterpolate([0,0,0],[1,2,3], 1)", "runtime row 32 ([0,0,0], [1,2,3], 1) is [[1,2,3]]"],
  ["mobile_base + quadruped", "runtime row 33 mobile_base + quadruped: 8 primitives; stop and rotate once each"],
  ["takeoff where it cannot be", "runtime row 34 %s: refused where it is put together, and never an ok"],
  ["deliver_room, approver denies dispense_pill", "runtime row 35 approver denies dispense_pill"],
  ["franka_arm registry", "runtime row 43 franka_arm: its registry has eight primitives"],
  ["number of primitives: spot; humanoid_demo", "runtime row 43 spot has 12 primitives, humanoid_demo 10"],
  ["medbot_floor3 sample", "runtime row 45: medbot_floor3"],
  ["build an unregistered (morphology, name)", "runtime row 36"],
  ["apply tello to a running turtlebot runtime", "runtime row 46"],
  ["gate order franka_arm, turtlebot, spot", "runtime row 43 gate order %s"],
  ["franka_arm set_gripper force 20", "runtime row 43 franka_arm refuses to grip with 20 N"],
  ["YAML with key max_velocty", "%s is one line with its place"],
  ["default sweep, 1 s per step", "runtime row 92 default sweep, 1 s per step"],
  ["model calls fly{}", "policies row 28 hallucination"],
  ['x = "0.4", "nan", "left"', "policies row 28 x = "],
  ["503 twice, then a call", "policies row 28 server answers 503 twice, then a call"],
  ["call_7", "policies row 28 a model drives the arm: each call a step, each result back under the call's own id"],
  ["answer without submit_plan", "policies row 29 an answer without submit_plan is a PlanError"],
  ["gripper values 1, 1, 0", "policies row 30 gripper values 1, 1, 0 without motion"],
  ["snapshot without position", "policies row 30 a snapshot without position is a decode error"],
  ["4 null decodes in a row", "policies row 30 idle after four null decodes in a row"],
  ["recent_trace(2); move_to called, x = 9 refused", "policies row 48 MCP transports: named arguments move the arm over a real socket"],
  ["HTTP without token, foreign Origin", "policies row 48 MCP transports: 401 without a token"],
  ["CLEARANCE_PROFILE=nope", "policies row 49 MCP environment: %j %j ends with exit code 2"],
  ["mcp --selfcheck, tello", "policies row 50 tello on ideal motion"],
  ["demo", "policies row 51 demo --fence"],
  ["PickAndPlacePlanner, defaults", "policies row 75 pick and place, defaults"],
  ["scanFirst: false", "policies row 75 scanFirst: false begins with move_to"],
];

/** Of tests and groups that run: what is skipped or still to do has no `(` straight after `test` or `describe`. */
function namesIn(text: string): readonly string[] {
  const named = /(?:\b(?:test|describe)|\))\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)\s*,/g;
  return [...text.matchAll(named)].map(([, double, single, template]) => double ?? single ?? template ?? "");
}

const names = ["src", "test"].flatMap((folder) => {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  const tests = files.filter((file) => file.endsWith(".test.ts") && file !== "acceptance.test.ts");
  return tests.flatMap((file) => namesIn(readFileSync(join(root, file), "utf8")));
});

/** "runtime row 7", where a test carries it. */
function carried(row: string): boolean {
  return names.some((name) => name === row || name.startsWith(`${row} `) || name.startsWith(`${row}:`));
}

const everyRow = Object.entries(rows).flatMap(([spec, numbers]) => numbers.map((number) => `${spec} row ${number}`));

test.for(everyRow)("acceptance: %s is carried by the name of a test", (row) => {
  expect(carried(row)).toBe(true);
});

test.for(examples)("acceptance: example %s", ([, part]) => {
  expect(names.filter((name) => name.includes(part))).not.toEqual([]);
});

test("acceptance: names are found as they are written, without what does not run", () => {
  const text = `test("a", () => {}); describe('b "c"', f); test.for([1])(\n  "d %s",\n f); test.skip("e", f); test.todo("f"); run("g", 1);`;
  expect(namesIn(text)).toEqual(["a", 'b "c"', "d %s"]);
  expect(carried("runtime row 1")).toBe(true);
  expect(carried("runtime row 6")).toBe(false);
});
