import { describe, expect, test } from "vitest";
import { canonicalJson } from "../core/json.ts";
import { gantry } from "../robot/testing/gantry.ts";
import { code, codeMeanings } from "./checks/verdict-codes.ts";
import { MEASURED_ROW, NO_JOINT } from "./checks/verdict-record.ts";
import type { Command, ControlMode } from "./command.ts";
import { createKernel, type SafetyKernel } from "./kernel.ts";
import { envelopeE, FakeGeometry, JudgeBench, periodMs } from "./testing/bench-arm.ts";
import { wordsOf, type Judged } from "./verdict-words.ts";
import { failureEvidence, failureOf, fieldFromReference, starvedFailure } from "./wire-evidence.ts";

const unit = [0, 0, 0, 1];

/** A kernel on envelope E that does not latch, and what it says of one chunk. */
function say(
  mode: ControlMode,
  rows: number[],
  width: number,
  more: { readonly raw?: Record<string, unknown>; readonly geometry?: FakeGeometry } = {},
) {
  const kernel: SafetyKernel = createKernel({
    robot: gantry(),
    gripper: false,
    modes: [],
    envelope: envelopeE(more.raw),
    onViolation: "drop",
    ...(more.geometry === undefined ? {} : { geometry: more.geometry, predictor: { predict: () => 0 } }),
  });
  const command: Command = { mode, rows: Float64Array.from(rows), width, periodMs, seq: 1, basedOnSeq: 0, validUntilMs: 9 };
  const verdict = kernel.vet(command, { nowMs: 0, measuredRad: [0, 0, 0] });
  return { verdict, failure: kernel.failure() };
}

describe("safety-kernel row 30: evidence", () => {
  test.for<[string, ControlMode, number[], number, object]>([
    [
      "a joint violation lies on the x axis",
      "joint_position",
      [0, 2, 0],
      3,
      { kind: "workspace", ee_name: "j1", measured_xyz: [2, 0, 0], box_min: [-1, 0, 0], box_max: [1, 0, 0] },
    ],
    [
      "a velocity is absolute",
      "joint_velocity",
      [-2, 0, 0],
      3,
      { kind: "workspace", ee_name: "j0", measured_xyz: [2, 0, 0], box_min: [-1, 0, 0], box_max: [1, 0, 0] },
    ],
    ["a torque is absolute", "joint_torque", [0, 0, -4], 3, { kind: "force", joint_or_ee: "j2", measured_n: 4, limit_n: 3 }],
    [
      "a pose outside the box",
      "cartesian_pose",
      [...unit, 0.41, 0.1, 0.3],
      7,
      { kind: "workspace", ee_name: "arm", measured_xyz: [0.41, 0.1, 0.3], box_min: [-0.4, -0.4, 0], box_max: [0.4, 0.4, 0.6] },
    ],
    ["a twist", "cartesian_twist", [9, 0, 0, 0, 0, 0], 6, { kind: "force", joint_or_ee: "arm", measured_n: 9, limit_n: 0.5 }],
    ["a base twist", "body_twist", [9, 0, 0, 0, 0, 0], 6, { kind: "force", joint_or_ee: "base", measured_n: 9, limit_n: 0.8 }],
    [
      "a step",
      "cartesian_delta",
      [1, 0, 0, 0, 0, 0],
      6,
      { kind: "workspace", ee_name: "arm", measured_xyz: [1, 0, 0], box_max: [0.05, 0, 0] },
    ],
    [
      "a NaN is a text",
      "joint_position",
      [0, Number.NaN, 0],
      3,
      { kind: "controller", controller_name: "safety_kernel", state: "nan_in_action", detail: "value 1 of row 0 is NaN" },
    ],
    [
      "an infinity is a text",
      "gripper_position",
      [0, -Infinity],
      2,
      { kind: "controller", state: "nan_in_action", detail: "value 1 of row 0 is -Infinity" },
    ],
    [
      "a width",
      "cartesian_pose",
      [0, 0],
      2,
      { kind: "controller", state: "dim_mismatch", detail: "rows of 2 numbers in mode cartesian_pose, which has 7" },
    ],
    ["a number of joints", "joint_position", [0, 0], 2, { kind: "controller", state: "ndof_mismatch" }],
    ["a gripper", "gripper_position", [0, 3], 2, { kind: "workspace", measured_xyz: [3, 0, 0] }],
    ["a rate that overflows", "joint_position", [1, 0, 0, -1, 0, 0], 3, { kind: "workspace", ee_name: "j0" }],
  ])("safety-kernel row 30: %s", ([, mode, rows, width, evidence]) => {
    const { verdict, failure } = say(mode, rows, width);
    expect(verdict).toMatchObject({ kind: "refused", severity: "violation" });
    expect(failure).toMatchObject({ severity: "ABORT", evidence });
    expect(failureEvidence.parse(JSON.parse(JSON.stringify(failure?.evidence)))).toEqual(failure?.evidence);
  });

  test("safety-kernel row 30: a drop is a warning of the controller; a pass and a latched stop say nothing", () => {
    const late = createKernel({ robot: gantry(), gripper: false, modes: ["joint_position"] });
    const command: Command = {
      mode: "joint_position",
      rows: Float64Array.of(0, 0, 1, 0),
      width: 4,
      periodMs,
      seq: 1,
      basedOnSeq: 0,
      validUntilMs: 9,
    };
    late.vet(command, { nowMs: 10, measuredRad: [0, 0, 1, 0] });
    expect(late.failure()).toEqual({
      kind: 5,
      severity: "WARN",
      evidence: {
        kind: "controller",
        controller_name: "safety_kernel",
        state: "chunk_stale",
        detail: "the chunk is valid until 9 ms, it is 10 ms",
      },
    });
    late.vet(command, { nowMs: 0, measuredRad: [0, 0, 1, 0] });
    expect(late.failure()).toBeUndefined();
    late.latch();
    late.vet({ ...command, seq: 2 }, { nowMs: 0, measuredRad: [0, 0, 1, 0] });
    expect(late.failure()).toBeUndefined();
  });

  test('safety-kernel §13: a collision of the measured state, link a"b', () => {
    const geometry = new FakeGeometry();
    geometry.answer = 2;
    geometry.nameOfBody = () => 'a"b';
    Object.assign(geometry.finding, { phase: 1, kind: 2, row: -1, bodyA: 0, other: 4, distanceM: -0.03, limit: 0.02 });
    const { verdict, failure } = say("joint_position", [0, 0, 0], 3, { geometry });
    expect(failure).toEqual({
      kind: 10,
      severity: "ABORT",
      evidence: {
        kind: "collision",
        collision_kind: "world",
        link_a: 'a"b',
        link_b_or_object: "world_4",
        horizon_step: 0,
        min_distance_m: -0.03,
      },
    });
    expect(JSON.parse(JSON.stringify(failure?.evidence))).toEqual(failure?.evidence);
    if (verdict.kind !== "refused") throw new Error("was vetted");
    expect(verdict.evidence).toMatchObject({ a: 'a"b', phase: "measured", value: -0.03 });
    expect(verdict.reason).toBe('a"b hits world_4 as measured: -0.030 m apart, needs > 0.020 m');
  });

  test("safety-kernel row 30: unnamed voxels and zones, sides, rows, distances that are not finite", () => {
    const collided = (finding: object) => {
      const geometry = new FakeGeometry();
      geometry.answer = 2;
      Object.assign(geometry.finding, { phase: 2, row: 3, bodyA: 2, other: 7, distanceM: 0.01, limit: 0.02, ...finding });
      return say("joint_position", [0, 0, 0], 3, { geometry }).failure?.evidence;
    };
    expect(collided({ kind: 3 })).toMatchObject({
      collision_kind: "world",
      link_a: 'link "2"',
      link_b_or_object: "voxel_7",
      horizon_step: 3,
    });
    expect(collided({ kind: 1 })).toMatchObject({ collision_kind: "self", link_b_or_object: 'link "7"' });
    expect(collided({ kind: 2, distanceM: Number.NaN })).toMatchObject({
      kind: "controller",
      state: "world_collision",
      detail: expect.stringContaining("NaN"),
    });
    const zone = {
      polygon: [
        [0, 0],
        [0.2, 0],
        [0.1, 0.2],
      ],
      z_min: 0.1,
      z_max: 0.2,
    };
    const { verdict, failure } = say("cartesian_pose", [...unit, 0.1, 0.05, 0.15], 7, { raw: { no_go_zones: [zone] } });
    expect(verdict).toMatchObject({ code: "no_go_zone", reason: "inside no-go zone 'zone_0' in row 0" });
    expect(failure?.evidence).toEqual({
      kind: "workspace",
      ee_name: "zone_0",
      measured_xyz: [0.1, 0.05, 0.15],
      box_min: [0, 0, 0.1],
      box_max: [0.2, 0.2, 0.2],
    });
  });

  test("safety-kernel row 30: every code gives words and a message that fit the schema, whatever its numbers are", () => {
    for (const [number, meaning] of codeMeanings.entries())
      for (const value of [1.5, Number.NaN, Infinity, -Infinity, 0])
        for (const [joint, row] of [
          [0, 0],
          [NO_JOINT, MEASURED_ROW],
          [2, 3],
        ] as const) {
          const bench = new JudgeBench();
          const { record } = bench.judge;
          record.found(number, joint, row, value, -value);
          const judged: Judged = { record, envelope: envelopeE(), chunk: bench.chunk, state: bench.state, parts: ["arm"] };
          const { reason, evidence } = wordsOf(judged);
          expect(reason).toMatch(/^[^\n]+$/);
          expect(canonicalJson(evidence)).toMatch(/^\{/);
          const failure = failureOf(judged);
          if (meaning.severity === "pass" || number === code.estopLatched) expect(failure).toBeUndefined();
          else {
            expect(failureEvidence.parse(JSON.parse(JSON.stringify(failure?.evidence)))).toEqual(failure?.evidence);
            expect(failure?.severity).toBe(meaning.severity === "drop" ? "WARN" : "ABORT");
          }
        }
  });

  test("safety-kernel row 30: a starved goal is the controller's failure", () => {
    expect(starvedFailure("fold", 10, "chunk_stale")).toEqual({
      kind: 5,
      severity: "ABORT",
      evidence: {
        kind: "controller",
        controller_name: "safety_kernel",
        state: "starved",
        detail: "10 drops in a row in goal 'fold', the last: chunk_stale",
      },
    });
  });

  test("names of the reference's messages are understood", () => {
    expect(
      ["cartesian_shape", "twist_shape", "body_twist_shape", "gripper_shape", "ee_linear_speed", "envelope_config", "joint_position"].map(
        fieldFromReference,
      ),
    ).toEqual(["dim_mismatch", "dim_mismatch", "dim_mismatch", "dim_mismatch", "ee_speed", "envelope_unconfigured", "joint_position"]);
  });

  test("the numbers of codes are those of the table", () => {
    expect(Object.values(code)).toEqual(codeMeanings.map((_, number) => number));
    expect(codeMeanings[code.jointPosition]?.name).toBe("joint_position");
    expect(codeMeanings[code.internalError]?.name).toBe("internal_error");
    expect(codeMeanings[code.stateStale]).toMatchObject({ name: "state_unavailable", severity: "drop" });
  });
});
