import { describe, expect, test } from "vitest";
import type { ControlMode } from "../command.ts";
import { modes } from "../modes.ts";
import { createKernel } from "../kernel.ts";
import { everyMode, envelopeE, FakeFinding, FakeGeometry, JudgeBench } from "../testing/bench-arm.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import { checkStepOf, verdictCodeOf, type PredictorPort } from "./geometry-port.ts";
import { codeMeanings } from "./verdict-codes.ts";

const unit = [0, 0, 0, 1];
/** Predicts rows that say which row they are. */
function predictor(answer = 0): PredictorPort & { readonly finding: FakeFinding } {
  return {
    finding: new FakeFinding(),
    predict(_mode, _rows, nRows, _periodS, measured, out) {
      for (let i = 0; i < nRows * measured.length; i++) out[i] = 0.01 * (1 + Math.floor(i / measured.length));
      return answer;
    },
  };
}

const rowOf = (mode: ControlMode, width: number): number[] =>
  mode === "cartesian_pose" ? [...unit, 0, 0, 0.3] : new Array<number>(width).fill(mode === "dex_hand_joint" ? 0.5 : 0);

describe("safety-kernel row 21: what geometry sees", () => {
  test.for([
    ["joint_position", "rows", [0, 0, 0, 0, 0, 0]],
    ["joint_trajectory", "rows", [0, 0, 0, 0, 0, 0]],
    ["joint_velocity", "rows", [0.3 / 30, 0, 0, 0.6 / 30, 0, 0]],
    ["joint_torque", "travel", [2 / 30, 2 / 30, 2 / 30]],
    ["cartesian_pose", "rows", [0.01, 0.01, 0.01, 0.02, 0.02, 0.02]],
    ["cartesian_delta", "rows", [0.01, 0.01, 0.01, 0.02, 0.02, 0.02]],
    ["cartesian_twist", "rows", [0.01, 0.01, 0.01, 0.02, 0.02, 0.02]],
    ["body_twist", "base", new Array<number>(12).fill(0)],
    ["foot_placement", "feet", [0, 0, 0, 0]],
    ["gripper_binary", "fingers", [0, 0, 0, 0]],
    ["gripper_position", "fingers", [0, 0, 0, 0]],
    ["dex_hand_joint", "fingers", new Array<number>(6).fill(0.5)],
    ["composite_mode", undefined, []],
  ] as const)("safety-kernel row 21: %s shows it %s", ([mode, what, rows]) => {
    const geometry = new FakeGeometry();
    const bench = new JudgeBench({ geometry, predictor: predictor() });
    const row = mode === "joint_velocity" ? [0.3, 0, 0] : rowOf(mode, bench.widthOf(mode));
    expect(bench.of(mode, [...row, ...row]).name).toBe("pass");
    expect(geometry.seen.map((seen) => seen.what)).toEqual(what === undefined ? [] : [what]);
    for (const [i, x] of rows.entries()) expect(geometry.seen[0]!.rows[i]).toBeCloseTo(x, 9);
  });

  test.for(modes.filter(({ configurations }) => configurations !== "none"))(
    "safety-kernel row 21: what geometry refuses in $name is refused",
    ({ name }) => {
      const geometry = new FakeGeometry();
      const bench = new JudgeBench({ geometry, predictor: predictor() });
      geometry.answer = 2;
      Object.assign(geometry.finding, { code: 2, phase: 4, kind: 1, row: 1, bodyA: 3, other: 5, distanceM: -0.01, limit: 0.02 });
      expect(bench.of(name, [...rowOf(name, bench.widthOf(name)), ...rowOf(name, bench.widthOf(name))])).toMatchObject({
        name: "self_collision",
        kind: "collision",
        severity: "violation",
        step: 17,
        row: 1,
        value: -0.01,
        limit: 0.02,
      });
      geometry.answer = 0;
      geometry.feeds = 8;
      expect(bench.of(name, rowOf(name, bench.widthOf(name)))).toMatchObject({ name: "world_unavailable", step: 15, severity: "drop" });
    },
  );

  test("safety-kernel row 21: a mode whose motion the geometry cannot see is refused at load", () => {
    const geometry = { judge: () => 0, finding: new FakeFinding(), nearest: new FakeFinding() };
    const kernel = (mode: ControlMode, more = {}) =>
      createKernel({
        robot: gantry(),
        gripper: true,
        modes: [],
        envelope: envelopeE({ supported_control_modes: [mode] }),
        geometry,
        ...more,
      });
    for (const mode of everyMode) {
      const { configurations } = modes.find(({ name }) => name === mode)!;
      const blind: Record<string, string> = {
        ...Object.fromEntries(["predicted", "measured-travel", "base"].map((name) => [name, `the ${name} configurations`])),
        feet: "the feet, which robot models do not have,",
        fingers: 'the fingers (name their joints in `fingers`, or "still" where the model has none)',
      };
      const what = blind[configurations];
      if (what !== undefined) expect(() => kernel(mode)).toThrow(`geometry is on and cannot see ${what} of mode ${mode}`);
      else expect(kernel(mode).modes.has(mode)).toBe(true);
    }
    expect(kernel("cartesian_twist", { predictor: predictor() }).modes.has("cartesian_twist")).toBe(true);
    for (const mode of ["gripper_binary", "gripper_position", "dex_hand_joint"] as const)
      expect(kernel(mode, { geometry: { ...geometry, fingersStill: true } }).modes.has(mode)).toBe(true);
    // Fingers that count as still: the rest of the robot is looked at.
    const seen: number[] = [];
    const bench = new JudgeBench({ geometry: { ...geometry, judge: (_m, _r, nRows) => seen.push(nRows) * 0 } });
    expect(bench.of("gripper_position", [0, 0]).name).toBe("pass");
    expect(seen).toEqual([0]);
  });
});

test("safety-kernel row 20: a failed or imprecise prediction is a drop, before geometry; limits it breaks are violations", () => {
  for (const [answer, name, step, severity] of [
    [14, "prediction_failed", 16, "drop"],
    [15, "prediction_residual", 16, "drop"],
    [16, "joint_position", 16, "violation"],
    [17, "joint_rate", 16, "violation"],
  ] as const) {
    const geometry = new FakeGeometry();
    const predicted = predictor(answer);
    Object.assign(predicted.finding, { phase: 2, row: 3, bodyA: -1, other: 1, distanceM: 1.5, limit: 1 });
    const bench = new JudgeBench({ geometry, predictor: predicted });
    expect(bench.of("cartesian_twist", [0, 0, 0, 0, 0, 0])).toMatchObject({
      name,
      step,
      severity,
      joint: answer > 15 ? 1 : 0xffff,
      row: 3,
      value: 1.5,
      limit: 1,
    });
    expect(bench.judge.record.phase).toBe(3);
    expect(geometry.seen).toEqual([]);
  }
});

test("every answer of geometry has a verdict, and an unknown one is a refusal", () => {
  const name = (answer: number, kind = 0): string => codeMeanings[verdictCodeOf(answer, kind)]!.name;
  expect([2, 3, 4, 5, 6, 7].map((answer) => name(answer))).toEqual([
    "world_collision",
    "no_go_zone",
    "workspace_xyz",
    "ee_speed",
    "ee_accel",
    "sweep_unproven",
  ]);
  expect([1, 2, 3, 4].map((kind) => name(2, kind))).toEqual(["self_collision", "world_collision", "voxel_collision", "voxel_collision"]);
  expect([8, 9, 10, 11, 12, 13].map((answer) => [name(answer), checkStepOf(answer)])).toEqual([
    ["world_unavailable", 15],
    ["world_overflow", 15],
    ["world_malformed", 15],
    ["voxel_unavailable", 15],
    ["voxel_overflow", 15],
    ["voxel_malformed", 15],
  ]);
  expect(checkStepOf(1)).toBe(13);
  for (const answer of [-1, 18, 99, 0.5, Number.NaN]) {
    expect(codeMeanings[verdictCodeOf(answer, 0)]?.severity ?? "drop").not.toBe("pass");
    const geometry = new FakeGeometry();
    geometry.answer = answer;
    expect(new JudgeBench({ geometry }).verdict().name).not.toBe("pass");
  }
});

test("safety-kernel row 7: a joint row that moves the tip out of the box is rejected, by kinematics", () => {
  const robot = gantry();
  const links = new Float64Array(12 * robot.nLinks);
  /** The box by forward kinematics of every row, as the real geometry does it. */
  class BoxGeometry extends FakeGeometry {
    override judge(measured: Float64Array, rows: Float64Array, nRows: number): number {
      for (let row = 0; row < nRows; row++) {
        forwardKinematics(robot, rows.subarray(row * measured.length, (row + 1) * measured.length), links);
        const x = links[robot.tipLink * 12 + 3]!;
        if (x <= 0.4) continue;
        Object.assign(this.finding, { phase: 2, kind: 6, row, bodyA: 0, other: 0, distanceM: 0.4 - x, limit: 0 });
        return 4;
      }
      return 0;
    }
  }
  const geometry = new BoxGeometry();
  const kernel = createKernel({ robot, gripper: false, modes: ["joint_position"], geometry });
  const command = { mode: "joint_position", width: 4, periodMs: 100, seq: 1, basedOnSeq: 1, validUntilMs: 1e6 } as const;
  const state = { nowMs: 0, measuredRad: [0.35, 0, 1, 0] };
  expect(kernel.vet({ ...command, rows: Float64Array.of(0.36, 0, 1, 0, 0.4, 0, 1, 0) }, state)).toMatchObject({ kind: "vetted" });
  expect(kernel.vet({ ...command, seq: 2, rows: Float64Array.of(0.36, 0, 1, 0, 0.41, 0, 1, 0) }, state)).toMatchObject({
    code: "workspace_xyz",
    reason: 'link "0" 0.01 m outside the workspace along x in row 1',
    step: 17,
    evidence: { axis: "x", row: 1, outsideM: expect.closeTo(0.01, 12) },
  });
});

test("safety-kernel row 46: the nearest pair and its distance are on a pass", () => {
  const geometry = new FakeGeometry();
  Object.assign(geometry.nearest, { distanceM: 0.123, bodyA: 4, other: 9 });
  const kernel = createKernel({ robot: gantry(), gripper: false, modes: ["joint_position"], geometry });
  const verdict = kernel.vet(
    { mode: "joint_position", rows: Float64Array.of(0.001, 0, 1, 0), width: 4, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 9 },
    { nowMs: 0, measuredRad: [0, 0, 1, 0] },
  );
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  expect(verdict.margins).toMatchObject({ nearestM: 0.123, pair: [4, 9] });
  expect(Object.keys(verdict.margins.checks)).toEqual(["position", "jump"]);
  expect(verdict.margins.checks.position).toBeCloseTo(1, 6);
});

test("geometry that throws is an internal error, a violation, and nothing passes", () => {
  const geometry = new FakeGeometry();
  geometry.judge = () => {
    throw new Error("no model");
  };
  const kernel = createKernel({ robot: gantry(), gripper: false, modes: ["joint_position"], geometry, onViolation: "latch" });
  const command = {
    mode: "joint_position",
    rows: Float64Array.of(0, 0, 1, 0),
    width: 4,
    periodMs: 10,
    seq: 1,
    basedOnSeq: 1,
    validUntilMs: 9,
  } as const;
  const state = { nowMs: 0, measuredRad: [0, 0, 1, 0] };
  expect(kernel.vet(command, state)).toMatchObject({ code: "internal_error", severity: "violation" });
  expect(kernel.vet(command, state)).toMatchObject({ code: "estop_latched" });
});

test("predicted rows are judged with the margin that grows with each, where the geometry knows how", () => {
  const geometry = new FakeGeometry();
  const growths: number[] = [];
  const bench = new JudgeBench({
    predictor: { ...predictor(), growthOf: (mode) => (mode === "cartesian_twist" ? 0.01 : Number.NaN) },
    geometry: {
      judge: () => 0,
      available: () => 0,
      finding: geometry.finding,
      nearest: geometry.nearest,
      judgePredicted: (_measured, _rows, _nRows, _periodS, _nowMs, growthPerRowM) => growths.push(growthPerRowM) * 0 + 7,
    },
  });
  expect(bench.of("cartesian_twist", [0, 0, 0, 0, 0, 0])).toMatchObject({ name: "sweep_unproven", severity: "drop" });
  expect(growths).toEqual([0.01]);
});
