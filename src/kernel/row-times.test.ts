import { expect, test } from "vitest";
import { gantry } from "../robot/testing/gantry.ts";
import type { Command } from "./command.ts";
import { createKernel, type Passed, type Refused } from "./kernel.ts";
import { commandFrom, verdictJson, verdictLine } from "./recording/recording.ts";
import { isVetted } from "./vetted.ts";

const robot = gantry();
const state = { nowMs: 0, measuredRad: [0, 0, 1, 0] };

/** Two rows, 9 mm and then 45 mm on; the first axis has a cap of 1 m/s. */
function vet(more: Partial<Command> & { rowTimesMs: Command["rowTimesMs"] }): Passed | Refused {
  const { vet: judge } = createKernel({ robot, gripper: true, modes: ["joint_trajectory", "joint_position"] });
  const rows = Float64Array.of(0.009, 0, 1, 0, 0.054, 0, 1, 0);
  const chunk = { mode: "joint_trajectory", rows, width: 4, periodMs: 10, seq: 1, basedOnSeq: 0, validUntilMs: 1e3 } as const;
  return judge({ ...chunk, ...more }, state);
}

test("kernel 1 a trajectory is judged at its own times, which the vetted command carries", () => {
  const times = Float64Array.of(10, 60);
  const verdict = vet({ rowTimesMs: times });
  if (verdict.kind === "refused") throw new Error(verdict.reason);
  times.fill(1);
  expect([...verdict.command.rowTimesMs!]).toEqual([10, 60]);
  expect(isVetted(verdict.command)).toBe(true);
  verdict.command.rowTimesMs![1] = 59;
  expect(isVetted(verdict.command)).toBe(false);
});

test("kernel 5 the same rows in less time are too fast, whatever the period says", () => {
  expect(vet({ rowTimesMs: Float64Array.of(10, 54) })).toMatchObject({ code: "joint_rate", evidence: { row: 1 } });
  expect(vet({ rowTimesMs: Float64Array.of(10, 54), periodMs: 100 })).toMatchObject({ code: "joint_rate" });
  expect(vet({ rowTimesMs: undefined })).toMatchObject({ code: "joint_rate" });
  expect(vet({ rowTimesMs: undefined, periodMs: 50 })).toMatchObject({ kind: "vetted" });
});

test.for<readonly [string, unknown, string, RegExp]>([
  ["that fall", Float64Array.of(60, 10), "row_times", /must rise, row 1 is at 10 ms/],
  ["of which one is NaN", Float64Array.of(10, NaN), "row_times", /row 1 is at NaN ms/],
  ["for fewer rows", Float64Array.of(10), "row_times", /./],
  ["for more rows", Float64Array.of(10, 60, 110), "row_times", /./],
  ["of none", new Float64Array(0), "malformed", /^rowTimesMs is empty: leave it out/],
  ["as a list", [10, 60], "malformed", /rowTimesMs must be a Float64Array/],
  ["as text", "10", "malformed", /rowTimesMs must be a Float64Array/],
  ["in single precision", Float32Array.of(10, 60), "malformed", /rowTimesMs must be a Float64Array/],
  ["more than numbers", new Float64Array(9), "malformed", /9 row times for 8 numbers/],
])("kernel 1 row times %s are refused", ([, rowTimesMs, code, reason]) => {
  const verdict = vet({ rowTimesMs: rowTimesMs as Float64Array });
  expect(verdict).toMatchObject({ kind: "refused", code, reason: expect.stringMatching(reason) });
});

test("kernel 1 in every other mode a row takes its period, and times are refused with one line", () => {
  const reason = "row times belong to joint_trajectory; in every other mode a row takes periodMs";
  expect(vet({ mode: "joint_position", periodMs: 50, rowTimesMs: Float64Array.of(50, 100) })).toMatchObject({ code: "malformed", reason });
});

test("kernel 30 what was vetted is recorded with its times, and other times are another command", () => {
  const verdicts = [Float64Array.of(10, 60), Float64Array.of(10, 61)].map((rowTimesMs) => vet({ rowTimesMs }));
  const [first, second] = verdicts.map((verdict) => JSON.stringify(verdictJson(verdict)));
  expect(first).not.toBe(second);
  const [verdict] = verdicts;
  if (verdict?.kind !== "vetted") throw new Error("was refused");
  const line = verdictLine({ configHash: "", kernelVersion: "", command: verdict.command, state, verdict });
  expect(commandFrom(JSON.parse(line).command).rowTimesMs).toEqual(Float64Array.of(10, 60));
});
