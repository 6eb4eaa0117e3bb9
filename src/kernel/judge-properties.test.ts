import { array, assert, constantFrom, double, integer, property, record as recordOf } from "fast-check";
import { describe, expect, test } from "vitest";
import { columnsWithin, stepsWithin } from "./checks/column-scan.ts";
import { checkPositions } from "./checks/joint-limits.ts";
import { checkRates, MotionScratch } from "./checks/joint-motion.ts";
import { MARGIN_POSITION, MARGIN_RATE, VerdictRecord } from "./checks/verdict-record.ts";
import type { ControlMode } from "./command.ts";
import { everyMode, fineRow, JudgeBench, periodMs } from "./testing/bench-arm.ts";

const seed = 20261121;
const nan = Number.NaN;
const unit = [0, 0, 0, 1];

describe("safety-kernel row 9: finiteness", () => {
  test.for(everyMode)("safety-kernel row 9: NaN and infinities anywhere in %s", (mode) => {
    for (const value of [nan, Infinity, -Infinity])
      fineRow[mode].forEach((_, column) => {
        const rows = [...fineRow[mode], ...fineRow[mode].map((x, i) => (i === column ? value : x))];
        expect(new JudgeBench().of(mode, rows)).toMatchObject({
          name: "nan_in_action",
          step: 10,
          joint: column,
          row: 1,
          severity: "violation",
        });
      });
  });

  test.for(everyMode)("safety-kernel row 9: 1e308 in %s is refused, also where no limit is set", (mode) => {
    const open = {
      acknowledged_unbounded: everyMode,
      joint_position_min: undefined,
      joint_position_max: undefined,
      joint_velocity_max: undefined,
      max_ee_speed_m_s: undefined,
      max_cartesian_step_m: undefined,
      max_base_linear_speed_m_s: undefined,
      workspace_box_min_xyz: undefined,
      workspace_box_max_xyz: undefined,
    };
    const rows = [
      ...fineRow[mode],
      ...fineRow[mode].map((x, i) => (mode === "cartesian_pose" && i < 4 ? x : i % 2 === 0 ? 1.7e308 : -1.7e308)),
    ];
    if (mode === "joint_torque") return expect(new JudgeBench({ envelope: open }).of(mode, rows).name).toBe("joint_torque");
    const { name } = new JudgeBench({ envelope: open }).of(mode, rows);
    // A single joint may be that far where nothing limits it; a difference or a norm of such numbers overflows and is refused.
    expect([mode, name]).toEqual([
      mode,
      mode === "joint_position" || mode === "joint_trajectory" ? "joint_rate" : mode === "joint_velocity" ? "pass" : name,
    ]);
    if (mode !== "joint_velocity") expect(name).not.toBe("pass");
  });

  test("safety-kernel row 9: NaN in any limit, state or time fails closed at the check", () => {
    const broken: [string, (bench: JudgeBench) => void, ControlMode[]][] = [
      ...(["lowest", "highest"] as const).map((name): [string, (b: JudgeBench) => void, ControlMode[]] => [
        name,
        (b) => b.limits[name].fill(nan),
        ["joint_position", "joint_trajectory", "joint_velocity"],
      ]),
      ["velocityCap", (b) => b.limits.velocityCap.fill(nan), ["joint_position", "joint_trajectory", "joint_velocity"]],
      ["torqueCap", (b) => b.limits.torqueCap.fill(nan), ["joint_torque"]],
      ["jumpTolerance", (b) => b.limits.jumpTolerance.fill(nan), ["joint_position", "joint_trajectory"]],
      ["boxMin", (b) => b.limits.boxMin.fill(nan), ["cartesian_pose"]],
      ["boxMax", (b) => b.limits.boxMax.fill(nan), ["cartesian_pose"]],
      ["handMin", (b) => b.limits.handMin.fill(nan), ["dex_hand_joint"]],
      ["handMax", (b) => b.limits.handMax.fill(nan), ["dex_hand_joint"]],
      ["footMax", (b) => b.limits.footMax.fill(nan), ["foot_placement"]],
      ["maxEeSpeed", set("maxEeSpeed"), ["cartesian_pose", "cartesian_delta", "cartesian_twist"]],
      ["maxEeAngularSpeed", set("maxEeAngularSpeed"), ["cartesian_pose", "cartesian_delta", "cartesian_twist"]],
      ["maxStepM", set("maxStepM"), ["cartesian_delta"]],
      ["maxStepRad", set("maxStepRad"), ["cartesian_delta"]],
      ["maxBaseLinearSpeed", set("maxBaseLinearSpeed"), ["body_twist"]],
      ["maxBaseAngularSpeed", set("maxBaseAngularSpeed"), ["body_twist"]],
      ["gripperMin", set("gripperMin"), ["gripper_position"]],
      ["gripperMax", set("gripperMax"), ["gripper_position"]],
      ["maxPeriodMs", set("maxPeriodMs"), everyMode.slice()],
      ["maxRows", set("maxRows"), everyMode.slice()],
      ["nJoints", set("nJoints"), everyMode.slice()],
      ["a measured joint", (b) => (b.state.measuredRad[1] = nan), everyMode.slice()],
      ["an infinite joint", (b) => (b.state.measuredRad[2] = Infinity), everyMode.slice()],
      ["a stamp", (b) => (b.state.stampMs[1] = nan), everyMode.slice()],
      ["the clock", (b) => (b.state.nowMs = nan), everyMode.slice()],
      ["an infinite clock", (b) => (b.state.nowMs = -Infinity), everyMode.slice()],
      ["the period", (b) => (b.chunk.periodMs = nan), everyMode.slice()],
      ["the expiry", (b) => (b.chunk.validUntilMs = nan), everyMode.slice()],
      ["the issue", (b) => (b.chunk.issuedMs = nan), everyMode.slice()],
      ["the observation", (b) => (b.chunk.observedAtMs = nan), everyMode.slice()],
      ["the epoch", (b) => (b.chunk.epoch = nan), everyMode.slice()],
      [
        "the speed factor",
        (b) => b.judge.enterGoal(1, b.limits, true, nan),
        ["joint_position", "joint_velocity", "cartesian_twist", "body_twist", "cartesian_delta"],
      ],
    ];
    for (const [what, breakIt, affected] of broken)
      for (const mode of affected) {
        const bench = new JudgeBench();
        bench.load(mode, [...fineRow[mode], ...fineRow[mode]]);
        breakIt(bench);
        expect([what, mode, bench.verdict().name]).not.toEqual([what, mode, "pass"]);
      }
  });

  function set(name: keyof JudgeBench["limits"]): (bench: JudgeBench) => void {
    return ({ limits }) => void Reflect.set(limits, name, nan);
  }
});

describe("safety-kernel row 10: stride", () => {
  /** Rows that answer NaN, and notice, when read outside of what the chunk says. */
  function guarded(numbers: readonly number[], extra: number): { rows: Float64Array; outside: () => number } {
    let outside = 0;
    const rows = new Proxy(new Float64Array(numbers.length + extra).fill(nan), {
      get(target, key) {
        const index = typeof key === "string" ? Number(key) : nan;
        if (Number.isInteger(index) && !(index >= 0 && index < numbers.length)) outside++;
        if (key === "length") return target.length;
        return Reflect.get(target, key, target);
      },
    });
    numbers.forEach((x, i) => (rows[i] = x));
    return { rows, outside: () => outside };
  }

  test("safety-kernel row 10: no read outside the rows for any robot of 1 to 32 joints, any mode, 1 to 16 rows", () => {
    const cases = recordOf({
      joints: integer({ min: 1, max: 32 }),
      mode: constantFrom(...everyMode),
      nRows: integer({ min: 1, max: 16 }),
      numbers: array(double({ min: -0.3, max: 0.3, noNaN: true }), { minLength: 7, maxLength: 7 }),
    });
    let passed = 0;
    assert(
      property(cases, ({ joints, mode, nRows, numbers }) => {
        const bench = new JudgeBench({
          joints,
          envelope: { joint_acceleration_max: new Array<number>(joints).fill(1e6), joint_jerk_max: new Array<number>(joints).fill(1e9) },
        });
        const width = bench.widthOf(mode);
        const row = Array.from({ length: width }, (_, i) =>
          mode === "cartesian_pose" && i < 4 ? unit[i]! : mode === "gripper_binary" ? 1 : Math.abs(numbers[i % 7]! / 100),
        );
        const all = Array.from({ length: nRows }, () => row).flat();
        bench.load(mode, all);
        const { rows, outside } = guarded(all, 64);
        bench.chunk.rows = rows;
        expect(bench.verdict().name).toBe("pass");
        expect(outside()).toBe(0);
        passed++;
        // The last number of the last row decides like any other.
        bench.chunk.seq += 1;
        rows[all.length - 1] = nan;
        expect(bench.verdict()).toMatchObject({ name: "nan_in_action", joint: width - 1, row: nRows - 1 });
        rows[all.length - 1] = 1e6;
        expect(bench.verdict()).toMatchObject({ severity: "violation", row: nRows - 1 });
        expect(outside()).toBe(0);
      }),
      { seed, numRuns: 400 },
    );
    expect(passed).toBe(400);
  });

  test.for([2, 11])("safety-kernel §13: a pose on a robot of %s joints is checked with stride 7", (joints) => {
    const bench = new JudgeBench({ joints });
    expect(bench.of("cartesian_pose", [...unit, 0, 0, 0.3, ...unit, 0.41, 0, 0.3])).toMatchObject({
      name: "workspace_xyz",
      row: 1,
      joint: 0,
    });
  });

  test("safety-kernel row 3: random chunks are passed exactly when they keep every limit", () => {
    const someRow = array(double({ min: -0.06, max: 0.06, noNaN: true }), { minLength: 3, maxLength: 3 });
    const t = periodMs / 1000;
    let passed = 0;
    assert(
      property(array(someRow, { minLength: 1, maxLength: 8 }), constantFrom<number>(0, 0.94), (steps, start) => {
        const bench = new JudgeBench();
        bench.state.measuredRad.fill(start);
        const q = [start, start, start];
        const rows = steps.flatMap((step) => step.map((d, j) => (q[j] = q[j]! + d)));
        const keeps = rows.every((x, i) => Math.abs(x) <= 1 && Math.abs(x - (rows[i - 3] ?? start)) <= t + (i < 3 ? 0.05 : 0));
        expect(bench.of("joint_position", rows).name === "pass").toBe(keeps);
        if (keeps) passed++;
      }),
      { seed, numRuns: 2000 },
    );
    expect(passed).toBeGreaterThan(200);
  });
});

test("the fast way through position rows agrees with the rows one by one, to the same margin", () => {
  // Thousandths, evenly: numbers that fast-check draws as doubles are nearly all next to 0.
  const someStep = integer({ min: -34, max: 34 }).map((thousandths) => thousandths / 1000);
  const someRow = array(someStep, { minLength: 3, maxLength: 3 });
  const t = periodMs / 1000;
  let agreed = 0;
  assert(
    property(array(someRow, { minLength: 2, maxLength: 9 }), constantFrom<number>(0, 0.95, -0.95), (steps, start) => {
      const bench = new JudgeBench();
      const q = [start, start, start];
      bench.load(
        "joint_position",
        steps.flatMap((step) => step.map((d, j) => (q[j] = q[j]! + d))),
      );
      const { limits, chunk } = bench;
      const fast = new VerdictRecord();
      const slow = new VerdictRecord();
      fast.clear();
      slow.clear();
      const scratch = new MotionScratch(9, 3);
      const durations = new Float64Array(9).fill(t);
      const within = columnsWithin(limits, chunk, scratch) && stepsWithin(limits, scratch.longestStep, t, 1, fast);
      const walked = checkPositions(limits, chunk, slow) || checkRates(limits, chunk, chunk.horizon, durations, 1, slow);
      expect(within).toBe(walked === 0);
      if (!within) return;
      agreed++;
      expect(scratch.positionLeft[0]).toBe(slow.margins[MARGIN_POSITION]);
      expect(fast.margins[MARGIN_RATE]).toBeCloseTo(slow.margins[MARGIN_RATE]!, 12);
    }),
    { seed, numRuns: 1000 },
  );
  expect(agreed).toBeGreaterThan(300);
});

test("finite numbers whose sum is not are numbers: the rows are walked instead, to the same verdict and margins", () => {
  const bounds = { joint_position_min: new Array(3).fill(-1e308), joint_position_max: new Array(3).fill(1.5e308) };
  for (const nRows of [1, 2, 3, 6, 7]) {
    const bench = new JudgeBench({ envelope: bounds });
    bench.state.measuredRad.fill(1e308);
    expect(bench.of("joint_position", new Array(3 * nRows).fill(1e308))).toMatchObject({ name: "pass" });
    expect(bench.judge.record.margins[MARGIN_POSITION]).toBe(0.5e308);
    expect(bench.of("joint_velocity", new Array(3 * nRows).fill(1e308))).toMatchObject({ name: "joint_velocity", joint: 0, row: 0 });
  }
});

test("row times mean nothing outside of a trajectory", () => {
  const bench = new JudgeBench();
  bench.load("joint_position", [0, 0, 0, 0.5, 0, 0]);
  bench.chunk.rowTimesMs = Float64Array.of(900, 1800);
  bench.chunk.nRowTimes = 2;
  expect(bench.verdict()).toMatchObject({ name: "joint_rate", row: 1 });
});
