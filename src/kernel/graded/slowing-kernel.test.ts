import { assert, constantFrom, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import type { Command } from "../command.ts";
import { derivedEnvelope } from "../envelope/derived-envelope.ts";
import { refusal } from "../channel/refusal-codes.ts";
import type { RefusalCode } from "../checks/verdict-codes.ts";
import { createKernel, type Kernel } from "../kernel.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import { slowingKernel } from "./slowing-kernel.ts";

const robot = pandaLike();
const config = { robot, gripper: true, modes: ["joint_position", "joint_velocity", "gripper_position"] } as const;
const n = robot.nJoints;
const home = Float64Array.from(robot.homeRad);
const state = { nowMs: 0, measuredRad: home, measuredRadPerS: new Float64Array(n) };

function opened() {
  const kernel = createKernel(config);
  return { kernel, slowing: slowingKernel(kernel, derivedEnvelope(config)) };
}

/** Rows along one direction of joint 0, `stepRad` a row of 10 ms. */
function chunk(stepRad: number, nRows = 8, more: Partial<Command> = {}): Command {
  const rows = new Float64Array(nRows * n);
  for (let row = 0; row < nRows; row++) rows.set(home, row * n);
  for (let row = 0; row < nRows; row++) rows[row * n]! += (row + 1) * stepRad;
  return { mode: "joint_position", rows, width: n, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 1000, ...more };
}

test("safety-kernel row 5 and 24: too fast is slowed on its own path, judged again, and both timings are told", () => {
  const { slowing } = opened();
  const asked = chunk(0.08);
  const verdict = slowing.vet(asked, state);
  expect(verdict).toMatchObject({ kind: "vetted", slowed: { code: "joint_jump", originalMs: 80 } });
  if (verdict.kind !== "vetted") throw new Error("refused");
  const { slowed, command } = verdict;
  expect(slowed!.factor).toBeGreaterThan(1);
  expect(slowed!.executedMs).toBeCloseTo(slowed!.factor * 80, 6);
  expect((command.rows.length / n) * 10).toBeCloseTo(slowed!.executedMs, 6);
  expect(command.rows.at(-n)).toBe(asked.rows.at(-n));
});

test("a chunk that begins slowly enough and gets too fast is slowed as well", () => {
  const asked = chunk(0.001);
  for (let row = 4; row < 8; row++) asked.rows[row * n]! += (row - 3) * 0.08;
  expect(opened().kernel.vet(asked, state)).toMatchObject({ kind: "refused", code: "joint_rate" });
  expect(opened().slowing.vet(asked, state)).toMatchObject({ kind: "vetted", slowed: { code: "joint_rate" } });
});

test("what complies is not touched, and what more time does not mend is refused as ever", () => {
  const { slowing } = opened();
  expect(slowing.vet(chunk(0.001), state)).not.toHaveProperty("slowed");
  expect(opened().slowing.vet(chunk(0.5), state)).toMatchObject({ kind: "refused", code: "joint_position" });
  expect(opened().slowing.vet(chunk(Number.NaN), state)).toMatchObject({ kind: "refused", code: "nan_in_action" });
  const velocity = chunk(0, 1, { mode: "joint_velocity", rows: new Float64Array(n).fill(99) });
  expect(opened().slowing.vet(velocity, state)).toMatchObject({ kind: "refused" });
  const stale = { ...state, nowMs: 5000, measuredAtMs: 0 };
  expect(opened().slowing.vet(chunk(0.08), stale)).toMatchObject({ kind: "refused" });
});

/** Refuses with each of `codes` in turn, then passes what the real kernel passes. */
function refusing(...codes: readonly RefusalCode[]) {
  const { kernel } = opened();
  const left = [...codes];
  let asked = 0;
  const vet: Kernel["vet"] = (command, at) => {
    asked += 1;
    const code = left.shift();
    return code === undefined ? kernel.vet(command, at) : refusal(code, code);
  };
  return { slowing: slowingKernel({ modes: kernel.modes, close: () => undefined, vet }, derivedEnvelope(config)), asked: () => asked };
}

test("what the second look refuses is refused for the first reason; what is no matter of speed is not looked at twice", () => {
  const twice = refusing("joint_rate", "self_collision");
  expect(twice.slowing.vet(chunk(0.08), state)).toMatchObject({ kind: "refused", code: "joint_rate" });
  const zone = refusing("no_go_zone");
  expect(zone.slowing.vet(chunk(0.08), state)).toMatchObject({ kind: "refused", code: "no_go_zone" });
  expect(zone.asked()).toBe(1);
  const unmendable = refusing("joint_rate");
  expect(unmendable.slowing.vet(chunk(0.001), state)).toMatchObject({ kind: "refused", code: "joint_rate" });
  expect(unmendable.asked()).toBe(1);
});

test("without it the same chunk is refused", () => {
  expect(opened().kernel.vet(chunk(0.08), state)).toMatchObject({ kind: "refused", code: "joint_jump" });
});

test("whatever comes out keeps every limit, lies on the asked path in order, and ends no further", () => {
  const asked = record({
    stepRad: double({ min: -0.15, max: 0.15, noNaN: true }),
    nRows: integer({ min: 1, max: 16 }),
    joint: constantFrom(0, 2, 6),
  });
  assert(
    property(asked, ({ stepRad, nRows, joint }) => {
      const command = chunk(0, nRows);
      for (let row = 0; row < nRows; row++) command.rows[row * n + joint]! += (row + 1) * stepRad;
      const verdict = opened().slowing.vet(command, state);
      if (verdict.kind === "refused") return;
      // The kernel that knows nothing of slowing passes it as well.
      expect(opened().kernel.vet({ ...command, rows: Float64Array.from(verdict.command.rows) }, state).kind).toBe("vetted");
      let before = 0;
      for (let at = joint; at < verdict.command.rows.length; at += n) {
        const along = (verdict.command.rows[at]! - home[joint]!) * Math.sign(stepRad);
        expect(along).toBeGreaterThanOrEqual(before - 1e-12);
        expect(along).toBeLessThanOrEqual(Math.abs(stepRad) * nRows + 1e-12);
        before = along;
      }
    }),
    { seed: 20261121, numRuns: 300 },
  );
});
