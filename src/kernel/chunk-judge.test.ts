import { describe, expect, test } from "vitest";
import { ChunkFrame } from "./checks/chunk-frame.ts";
import { marginNames, MARGIN_POSITION, MARGIN_RATE } from "./checks/verdict-record.ts";
import type { ControlMode } from "./command.ts";
import { everyMode, fineRow, JudgeBench, periodMs } from "./testing/bench-arm.ts";

const nan = Number.NaN;
const unit = [0, 0, 0, 1];
const nextAbove = (x: number): number => x * (1 + Number.EPSILON);

describe("safety-kernel row 1: modes and widths", () => {
  test.for(everyMode)("safety-kernel row 1: %s passes at its width and is refused at any other", (mode) => {
    const bench = new JudgeBench();
    expect(bench.of(mode, fineRow[mode])).toMatchObject({ name: "pass", step: 19 });
    const wide = [...fineRow[mode], 0];
    const joints = mode.startsWith("joint_");
    const name = joints ? "ndof_mismatch" : "dim_mismatch";
    expect(bench.of(mode, wide, wide.length)).toMatchObject({
      name,
      field: "n_dof",
      step: joints ? 8 : 11,
      value: wide.length,
      limit: wide.length - 1,
    });
  });

  test.for([13, 42, -1, 255, 0.5, nan])("safety-kernel row 1: mode %s is unknown", (mode) => {
    expect(new JudgeBench().of(mode, [0, 0, 0], 3)).toMatchObject({ sub: "dim_mismatch", field: "control_mode", step: 11, value: mode });
  });

  test("safety-kernel §13: mode 8 where no foot is declared", () => {
    const bench = new JudgeBench({ envelope: { supported_control_modes: ["joint_position"] } });
    expect(bench.of(8, [0, 0, 0], 3)).toMatchObject({ sub: "dim_mismatch", field: "control_mode", value: 8 });
  });
});

describe("safety-kernel row 2: order of checks", () => {
  test("safety-kernel §13: mode 42 with a NaN is nan_in_action", () => {
    expect(new JudgeBench().of(42, [0, nan, 0], 3)).toMatchObject({
      name: "nan_in_action",
      sub: "nan_in_action",
      step: 10,
      joint: 1,
      row: 0,
    });
  });

  test("safety-kernel §13: n_dof 2 against 3, flat 5 for 2 x 3", () => {
    const bench = new JudgeBench();
    expect(bench.of("joint_position", [0, 0, 0, 0, 0], 2)).toMatchObject({
      sub: "ndof_mismatch",
      field: "n_dof",
      step: 8,
      value: 2,
      limit: 3,
    });
    expect(bench.of("joint_position", [0, 0, 0, 0, 0], 3)).toMatchObject({
      sub: "dim_mismatch",
      field: "flat",
      step: 9,
      value: 5,
      limit: 6,
    });
  });

  test("safety-kernel §13: two rows, 5.0 at row 1 joint 0", () => {
    expect(new JudgeBench().of("joint_position", [0, 0, 0, 5, 0, 0])).toMatchObject({
      name: "joint_position",
      kind: "workspace",
      joint: 0,
      row: 1,
      value: 5,
      limit: 1,
    });
  });

  test("safety-kernel row 2: the first step, then the first joint is reported", () => {
    expect(new JudgeBench().of("joint_position", [0, 0, 0, 0, 0, -2, 3, 0, 0])).toMatchObject({ joint: 2, row: 1, value: -2, limit: -1 });
    expect(new JudgeBench().of("joint_position", [0, 0, 0, 0, 2, -2, 3, 0, 0])).toMatchObject({ joint: 1, row: 1, value: 2 });
    expect(new JudgeBench().of("joint_position", [0, 0, 0, 0, 0, nan, 3, 0, 0])).toMatchObject({ name: "nan_in_action", joint: 2, row: 1 });
  });

  test("safety-kernel row 2: each step comes before those after it", () => {
    // Everything is wrong at once; mending the first fault shows the next.
    const bench = new JudgeBench({ standingLease: false, nowUs: ticking(2000) });
    const { judge, chunk, state } = bench;
    bench.load("joint_position", [nan, 0, 0, 2, 0, 0, 0], 2);
    chunk.periodMs = 0;
    chunk.validUntilMs = 0;
    state.stampMs.fill(-1000);
    judge.admission.latched = true;
    const found: (string | number)[] = [];
    const next = (mend: () => void): void => {
      const { name, step } = bench.verdict();
      found.push(step, name);
      mend();
    };
    next(() => (judge.admission.latched = false));
    next(() => judge.enterGoal(7, bench.limits, false, 1));
    next(() => (chunk.goal = 7));
    next(() => judge.enterGoal(7, bench.limits, true, 1));
    next(() => bench.at(100));
    state.stampMs.fill(-1000);
    next(() => (chunk.issuedMs = 100));
    next(() => (chunk.observedAtMs = 100));
    next(() => (chunk.hasTick = true));
    next(() => (chunk.nDof = 3));
    next(() => {
      chunk.flatLength = 6;
      chunk.horizon = 2;
    });
    next(() => (chunk.rows[0] = 0));
    next(() => (chunk.periodMs = periodMs));
    next(() => (chunk.rows[3] = 0.9));
    next(() => state.stampMs.fill(100));
    next(() => (chunk.rows[3] = 0));
    expect(found).toEqual([
      2,
      "estop_latched",
      4,
      "no_lease",
      4,
      "no_lease",
      5,
      "model_mismatch",
      6,
      "chunk_stale",
      6,
      "chunk_stale",
      6,
      "chunk_stale",
      6,
      "chunk_out_of_order",
      8,
      "ndof_mismatch",
      9,
      "dim_mismatch",
      10,
      "nan_in_action",
      11,
      "period_range",
      12,
      "joint_position",
      13,
      "state_unavailable",
      18,
      "budget_exceeded",
    ]);
  });

  test("safety-kernel row 2: without an envelope everything is dropped; an envelope without joints is a violation", () => {
    const bench = new JudgeBench();
    bench.judge.configure(undefined);
    expect(bench.verdict()).toMatchObject({ name: "envelope_unconfigured", severity: "drop", step: 3 });
    bench.judge.configure(Object.create(bench.limits, { nJoints: { value: 0 } }));
    expect(bench.verdict()).toMatchObject({
      name: "envelope_unconfigured",
      severity: "violation",
      sub: "envelope_unconfigured",
      field: "n_dof",
      step: 7,
    });
  });

  test("safety-kernel row 2: no rows, too many rows, rows beyond the memory", () => {
    const bench = new JudgeBench();
    expect(bench.of("joint_position", [])).toMatchObject({ name: "dim_mismatch", field: "flat", step: 9 });
    expect(bench.of("composite_mode", new Array<number>(256).fill(0))).toMatchObject({ name: "pass" });
    expect(bench.of("composite_mode", new Array<number>(257).fill(0))).toMatchObject({
      name: "dim_mismatch",
      field: "flat",
      value: 257,
      limit: 256,
    });
    bench.load("joint_position", [0, 0, 0]);
    bench.chunk.horizon = 2;
    bench.chunk.flatLength = 6;
    expect(bench.verdict()).toMatchObject({ name: "dim_mismatch", field: "flat", step: 9 });
  });
});

/** A clock that moves on by `stepUs` each time it is read. */
function ticking(stepUs: number): () => number {
  let us = 0;
  return () => (us += stepUs);
}

describe("safety-kernel rows 3 and 4: positions, velocities, torques", () => {
  test.for([
    [1, "pass"],
    [1.000000000001, "joint_position"],
    [nextAbove(1), "joint_position"],
    [-1, "pass"],
    [-nextAbove(1), "joint_position"],
    [-Infinity, "nan_in_action"],
  ] as const)("safety-kernel §13: position %s is %s", ([q, name]) => {
    const bench = new JudgeBench();
    bench.state.measuredRad[0] = Math.sign(q);
    expect(bench.of("joint_position", [q, 0, 0])).toMatchObject(
      name === "pass" ? { name } : { name, joint: 0, row: 0, ...(name === "joint_position" ? { limit: Math.sign(q) } : {}) },
    );
  });

  test("safety-kernel §13: velocity equal to the cap passes, the next double does not", () => {
    expect(new JudgeBench().of("joint_velocity", [1, -1, 0])).toMatchObject({ name: "pass" });
    expect(new JudgeBench().of("joint_velocity", [0, nextAbove(1), 0])).toMatchObject({
      name: "joint_velocity",
      kind: "workspace",
      joint: 1,
      limit: 1,
    });
    expect(new JudgeBench().of("joint_velocity", [0, -nextAbove(1), 0])).toMatchObject({ name: "joint_velocity", value: nextAbove(1) });
  });

  test("safety-kernel §13: torque 4 is above the global limit 3, -3 passes", () => {
    expect(new JudgeBench().of("joint_torque", [4, 0, 0])).toMatchObject({ name: "joint_torque", kind: "force", value: 4, limit: 3 });
    expect(new JudgeBench().of("joint_torque", [-3, 3, 0])).toMatchObject({ name: "pass" });
    const weak = new JudgeBench({ envelope: { joint_torque_max: [5, 2, 5] } });
    expect(weak.of("joint_torque", [3, 2.5, 0])).toMatchObject({ name: "joint_torque", joint: 1, limit: 2 });
  });

  test("safety-kernel row 4: the factor is multiplied into the cap once", () => {
    const bench = new JudgeBench({ envelope: { joint_velocity_max: [4.5, 4.5, 4.5], max_joint_speed_factor: 0.7 } });
    expect(bench.limits.velocityCap[0]).toBeCloseTo(3.15, 12);
    expect(bench.of("joint_velocity", [3.16, 0, 0])).toMatchObject({ name: "joint_velocity" });
  });
});

describe("safety-kernel row 5: rates and jumps", () => {
  test("safety-kernel §13: caps 3.15, limits 3.14, rows 0 then 1.0", () => {
    const wide = {
      joint_position_min: [-3.14, -3.14, -3.14],
      joint_position_max: [3.14, 3.14, 3.14],
      joint_velocity_max: [3.15, 3.15, 3.15],
    };
    const verdict = new JudgeBench({ envelope: wide }).of("joint_position", [0, 0, 0, 1, 0, 0]);
    expect(verdict).toMatchObject({ name: "joint_rate", kind: "workspace", step: 14, row: 1, joint: 0, limit: 3.15 });
    expect(verdict.value).toBeCloseTo(30, 9);
  });

  test("safety-kernel row 5: equal to the cap passes, a little more does not, in both directions", () => {
    for (const sign of [1, -1]) {
      expect(new JudgeBench().of("joint_position", [0, 0, 0, 0, sign * (periodMs / 1000), 0])).toMatchObject({ name: "pass" });
      expect(new JudgeBench().of("joint_position", [0, 0, 0, 0, sign * (periodMs / 1000) * 1.000001, 0])).toMatchObject({
        name: "joint_rate",
        joint: 1,
      });
    }
  });

  test("safety-kernel row 5: the jump allowance grows with the state's age and not before its stamp", () => {
    const allowed = periodMs / 1000 + 0.05;
    const jump = (q: number, ageMs: number) => {
      const bench = new JudgeBench();
      bench.load("joint_position", [q, 0, 0]);
      bench.state.stampMs[0] = 100 - ageMs;
      return bench.verdict();
    };
    expect(jump(allowed - 1e-9, 0)).toMatchObject({ name: "pass" });
    expect(jump(allowed + 1e-9, 0)).toMatchObject({ name: "joint_jump", step: 14, row: 0 });
    expect(jump(allowed + 0.1 - 1e-9, 100)).toMatchObject({ name: "pass" });
    expect(jump(allowed + 0.1 + 1e-9, 100)).toMatchObject({ name: "joint_jump" });
    expect(jump(allowed - 0.002, -4)).toMatchObject({ name: "pass" });
  });

  test("safety-kernel row 5: acceleration and jerk where declared", () => {
    const bench = new JudgeBench({ envelope: { joint_acceleration_max: [2, null, null] } });
    const t = periodMs / 1000;
    const rows = (r1: number, r2: number): number[] => [0, 0, 0, r1 * t, 0, 0, (r1 + r2) * t, 0, 0];
    expect(bench.of("joint_position", rows(0.1, 0.1 + 1.99 * t))).toMatchObject({ name: "pass" });
    const broken = bench.of("joint_position", rows(0.1, 0.1 + 2.01 * t));
    expect(broken).toMatchObject({ name: "joint_accel", joint: 0, row: 2, limit: 2 });
    expect(broken.value).toBeCloseTo(2.01, 6);
    expect(bench.of("joint_position", rows(0.1, 0.1 - 2.01 * t))).toMatchObject({ name: "joint_accel", joint: 0, row: 2 });
    expect(
      bench.of(
        "joint_position",
        rows(0.9, -0.9).map((x, i) => (i % 3 === 1 ? rows(0.9, -0.9)[i - 1]! : 0 * x)),
      ),
    ).toMatchObject({ name: "pass" });
    const jerky = new JudgeBench({ envelope: { joint_jerk_max: [10, 10, 10] } });
    const third = (j: number): number[] => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, j * t * t * t];
    expect(jerky.of("joint_position", third(9.9))).toMatchObject({ name: "pass" });
    expect(jerky.of("joint_position", third(10.1))).toMatchObject({ name: "joint_jerk", joint: 2, row: 3 });
    const velocity = new JudgeBench({ envelope: { joint_acceleration_max: [2, 2, 2] } });
    expect(velocity.of("joint_velocity", [0.9, 0, 0, 0.9 + 1.9 * t, 0, 0])).toMatchObject({ name: "pass" });
    expect(velocity.of("joint_velocity", [0.9, 0, 0, 0.9 - 2.1 * t, 0, 0])).toMatchObject({ name: "joint_accel", row: 1 });
    velocity.state.measuredRadPerS.fill(0);
    expect(velocity.of("joint_velocity", [0.9, 0, 0])).toMatchObject({ name: "joint_accel", row: 0 });
  });

  test("safety-kernel row 5: velocities that lead out of the position limits, from the measured state", () => {
    const bench = new JudgeBench();
    bench.state.measuredRad[1] = 0.95;
    expect(bench.of("joint_velocity", [0, 1, 0])).toMatchObject({ name: "pass" });
    expect(bench.of("joint_velocity", [0, 1, 0, 0, 1, 0])).toMatchObject({ name: "joint_position", step: 14, joint: 1, row: 1, limit: 1 });
    expect(bench.judge.record.phase).toBe(3);
    bench.state.measuredRad[1] = -0.95;
    expect(bench.of("joint_velocity", [0, -1, 0, 0, -1, 0])).toMatchObject({ name: "joint_position", limit: -1 });
  });

  test("safety-kernel row 5: trajectory rows count with their own times, which must rise", () => {
    const bench = new JudgeBench();
    const judged = (times: number[], rows = [0, 0, 0, 0.04, 0, 0]) => {
      bench.load("joint_trajectory", rows);
      bench.chunk.rowTimesMs = Float64Array.from(times);
      bench.chunk.nRowTimes = times.length;
      return bench.verdict();
    };
    expect(bench.of("joint_trajectory", [0, 0, 0, 0.04, 0, 0])).toMatchObject({ name: "joint_rate", row: 1 });
    expect(judged([0, 50])).toMatchObject({ name: "pass" });
    expect(judged([0, 39])).toMatchObject({ name: "joint_rate", row: 1 });
    for (const times of [[0, 0], [50, 40], [-1, 40], [0, nan], [nan, 40], [0, 50, 60], [0]])
      expect(judged(times)).toMatchObject({ name: "row_times", step: 12 });
    expect(judged([0, 1001])).toMatchObject({ name: "period_range" });
    expect(judged([40, 80], [0.09, 0, 0, 0.09, 0, 0])).toMatchObject({ name: "pass" });
    expect(judged([39, 80], [0.09, 0, 0, 0.09, 0, 0])).toMatchObject({ name: "joint_jump" });
    expect(bench.of("joint_trajectory", [99, 0, 0])).toMatchObject({ name: "joint_position" });
  });

  test("safety-kernel row 5: recovery and a felt contact slow every speed cap", () => {
    const bench = new JudgeBench();
    bench.judge.enterGoal(1, bench.limits, true, 0.1);
    const t = periodMs / 1000;
    for (const [mode, at, over, name] of [
      ["joint_position", [0, 0, 0, 0.1 * t, 0, 0], [0, 0, 0, 0.11 * t, 0, 0], "joint_rate"],
      ["joint_position", [0.05 + 0.099 * t, 0, 0], [0.05 + 0.11 * t, 0, 0], "joint_jump"],
      ["joint_velocity", [0.1, 0, 0], [0.11, 0, 0], "joint_velocity"],
      ["cartesian_twist", [0.05, 0, 0, 0, 0, 0.1], [0.051, 0, 0, 0, 0, 0], "ee_speed"],
      ["cartesian_twist", [0.05, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0.11], "ee_angular_speed"],
      ["body_twist", [0.08, 0, 0, 0, 0, 0.12], [0.081, 0, 0, 0, 0, 0], "base_linear_speed"],
      ["body_twist", [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0.121], "base_angular_speed"],
    ] as const) {
      expect([mode, name, bench.of(mode, at).name]).toEqual([mode, name, "pass"]);
      expect(bench.of(mode, over).name).toBe(name);
    }
  });
});

describe("safety-kernel rows 6 and 8: limits of each mode", () => {
  const t = periodMs / 1000;
  const turned = (angle: number): number[] => [0, 0, Math.sin(angle / 2), Math.cos(angle / 2)];
  test.for<[string, ControlMode, number[], string, object?]>([
    ["pose at a corner of the box", "cartesian_pose", [...unit, 0.4, -0.4, 0.6], "pass"],
    ["pose at x 0.41", "cartesian_pose", [...unit, 0.41, 0, 0.3], "workspace_xyz", { joint: 0, kind: "workspace", limit: 0.4 }],
    ["pose below the box", "cartesian_pose", [...unit, 0, 0, -1e-9], "workspace_xyz", { joint: 2, limit: 0 }],
    ["pose beyond y in row 1", "cartesian_pose", [...unit, 0, 0.4, 0.3, ...unit, 0, 0.4000001, 0.3], "workspace_xyz", { joint: 1, row: 1 }],
    ["quaternion of norm 2", "cartesian_pose", [0, 0, 0, 2, 0, 0, 0.3], "quat_norm", { value: 2, limit: 1 }],
    ["quaternion of norm 0", "cartesian_pose", [0, 0, 0, 0, 0, 0, 0.3], "quat_norm"],
    ["quaternion within 1e-3", "cartesian_pose", [0, 0, 0, 1.00099, 0, 0, 0.3], "pass"],
    ["quaternion beyond 1e-3", "cartesian_pose", [0, 0, 0, 0.9989, 0, 0, 0.3], "quat_norm"],
    ["poses as far apart as the speed allows", "cartesian_pose", [...unit, 0, 0, 0.3, ...unit, 0.4999 * t, 0, 0.3], "pass"],
    ["poses too far apart", "cartesian_pose", [...unit, 0, 0, 0.3, ...unit, 0.501 * t, 0, 0.3], "ee_speed", { row: 1, kind: "force" }],
    ["poses that turn as fast as they may", "cartesian_pose", [...unit, 0, 0, 0.3, ...turned(0.999 * t), 0, 0, 0.3], "pass"],
    ["poses that turn too fast", "cartesian_pose", [...unit, 0, 0, 0.3, ...turned(1.001 * t), 0, 0, 0.3], "ee_angular_speed", { row: 1 }],
    ["the same turn by the opposite quaternion", "cartesian_pose", [...unit, 0, 0, 0.3, 0, 0, 0, -1, 0, 0, 0.3], "pass"],
    ["half a turn", "cartesian_pose", [...unit, 0, 0, 0.3, ...turned(Math.PI), 0, 0, 0.3], "ee_angular_speed"],
    ["delta 0.0374 m", "cartesian_delta", [0.01, 0.02, 0.03, 0, 0, 0].map((x) => x / 3), "pass"],
    ["delta 1000 m", "cartesian_delta", [1000, 0, 0, 0, 0, 0], "cartesian_step", { value: 1000, limit: 0.05, kind: "workspace" }],
    ["delta 0.1 rad too far", "cartesian_delta", [0, 0, 0, 0, 0.101, 0], "cartesian_step_rot", { limit: 0.1 }],
    ["delta too fast for the tip", "cartesian_delta", [0.02, 0, 0, 0, 0, 0], "ee_speed"],
    ["delta that turns too fast", "cartesian_delta", [0, 0, 0, 0.04, 0, 0], "ee_angular_speed"],
    ["twist at the cap", "cartesian_twist", [0.3, 0.4, 0, 0, 0, 0], "pass"],
    ["twist over the cap", "cartesian_twist", [0.3, 0.4, 1e-7, 0, 0, 0], "ee_speed", { kind: "force" }],
    ["twist that turns at the cap", "cartesian_twist", [0, 0, 0, 0.6, 0, 0.8], "pass"],
    ["twist that turns over it", "cartesian_twist", [0, 0, 0, 0.6, 0.1, 0.8], "ee_angular_speed", { kind: "force" }],
    ["base twist 1000 m/s", "body_twist", [1000, 0, 0, 0, 0, 0], "base_linear_speed", { value: 1000 }],
    ["base twist that turns too fast", "body_twist", [0, 0, 0, 0, 0, -1.21], "base_angular_speed"],
    ["gripper 1e9", "gripper_position", [0.5, 1e9], "gripper_range", { joint: 1, limit: 1 }],
    ["gripper below 0", "gripper_position", [-1e-9, 0], "gripper_range", { joint: 0, limit: 0 }],
    ["binary gripper between", "gripper_binary", [0, 0.5], "gripper_range", { joint: 1 }],
    ["trajectory 99 rad", "joint_trajectory", [99, 0, 0], "joint_position"],
    ["composite flag -1", "composite_mode", [-1], "pass"],
    ["composite flag 1.01", "composite_mode", [1.01], "composite_range"],
    ["composite flag -1.01", "composite_mode", [-1.01], "composite_range"],
    ["hand beyond its second column", "dex_hand_joint", [0, 1.01, 2], "declared_range", { joint: 1, limit: 1 }],
    ["hand below its first", "dex_hand_joint", [0, 1, 2, -0.01, 1, 2], "declared_range", { joint: 0, row: 1, limit: 0 }],
    ["foot beyond", "foot_placement", [0, 1.01], "declared_range", { joint: 1 }],
  ])("safety-kernel row 6: %s", ([, mode, numbers, name, more]) => {
    expect(new JudgeBench().of(mode, numbers)).toMatchObject({ name, ...(name === "pass" ? {} : { step: 12 }), ...more });
  });

  test("safety-kernel §13: delta (0.01, 0.02, 0.03) against 0.05 passes, (0.1, 0, 0) does not", () => {
    const slow = { max_ee_speed_m_s: 10 };
    expect(new JudgeBench({ envelope: slow }).of("cartesian_delta", [0.01, 0.02, 0.03, 0, 0, 0])).toMatchObject({ name: "pass" });
    expect(new JudgeBench({ envelope: slow }).of("cartesian_delta", [0.1, 0, 0, 0, 0, 0])).toMatchObject({ name: "cartesian_step" });
  });

  test("safety-kernel §13: a 7-joint arm, two twist rows, (9, 0, 0) in row 1", () => {
    const rows = [0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0];
    expect(new JudgeBench({ joints: 7 }).of("cartesian_twist", rows)).toMatchObject({
      name: "ee_speed",
      kind: "force",
      row: 1,
      value: 9,
      limit: 0.5,
    });
  });

  test("safety-kernel row 6: a planar base refuses what it cannot do", () => {
    const bench = new JudgeBench({ envelope: { planar_base: true } });
    expect(bench.of("body_twist", [0.1, 0.1, 0, 0, 0, 0.1])).toMatchObject({ name: "pass" });
    for (const column of [2, 3, 4]) {
      const row = [0, 0, 0, 0, 0, 0].map((_, i) => (i === column ? -1e-9 : 0));
      expect(bench.of("body_twist", row)).toMatchObject({ name: "base_component", joint: column, limit: 0 });
      expect(new JudgeBench().of("body_twist", row)).toMatchObject({ name: "pass" });
    }
  });

  test("safety-kernel row 6: a declared gripper range", () => {
    const bench = new JudgeBench({ envelope: { gripper_min: 0.2, gripper_max: 0.6 } });
    expect(bench.of("gripper_position", [0.2, 0.6])).toMatchObject({ name: "pass" });
    expect(bench.of("gripper_position", [0.2, 0.61])).toMatchObject({ name: "gripper_range", limit: 0.6 });
  });

  test("safety-kernel row 8: a pose target in a no-go zone", () => {
    const zone = {
      name: "bin",
      polygon: [
        [0, 0],
        [0.2, 0],
        [0.1, 0.2],
      ],
      z_min: 0.1,
      z_max: 0.2,
    };
    for (const polygon of [zone.polygon, zone.polygon.toReversed()]) {
      const bench = new JudgeBench({
        envelope: {
          no_go_zones: [
            { ...zone, name: "far", z_min: 5, z_max: 6 },
            { ...zone, polygon },
          ],
        },
      });
      const at = (x: number, y: number, z: number) => bench.of("cartesian_pose", [...unit, x, y, z]);
      expect(at(0.1, 0.05, 0.15)).toMatchObject({ name: "no_go_zone", kind: "workspace", value: 1 });
      expect(at(0.1, 0, 0.1)).toMatchObject({ name: "no_go_zone" });
      for (const [x, y, z] of [
        [0.1, -0.01, 0.15],
        [0.19, 0.1, 0.15],
        [0.01, 0.1, 0.15],
        [0.1, 0.05, 0.21],
        [0.1, 0.05, 0.09],
      ] as const)
        expect(at(x, y, z)).toMatchObject({ name: "pass" });
    }
  });
});

test("safety-kernel row 46: a pass records what was left to each limit", () => {
  const bench = new JudgeBench();
  expect(bench.of("joint_position", [0, 0, 0.05, 0, 0, 0.07])).toMatchObject({ name: "pass" });
  const { margins } = bench.judge.record;
  expect(margins[MARGIN_POSITION]).toBeCloseTo(0.93, 12);
  expect(margins[MARGIN_RATE]).toBeCloseTo(1 - 0.02 * 30, 9);
  expect(marginNames.map((name, i) => (Number.isFinite(margins[i]) ? name : "")).filter((name) => name !== "")).toEqual([
    "position",
    "jump",
    "rate",
  ]);
  bench.of("cartesian_pose", [...unit, 0.3, 0, 0.3]);
  expect(bench.judge.record.margins[7]).toBeCloseTo(0.1, 12);
});

test("the frame of a chunk starts as no chunk", () => {
  const bench = new JudgeBench();
  expect(bench.judge.judge(new ChunkFrame(), bench.state)).not.toBe(0);
});
