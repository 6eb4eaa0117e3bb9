import { array, assert, constantFrom, double, integer, property, record } from "fast-check";
import { expect, expectTypeOf, test } from "vitest";
import { canonicalJson } from "../core/json.ts";
import { gantry } from "../robot/testing/gantry.ts";
import { pandaLike } from "../robot/testing/panda-like.ts";
import type { Command, ControlMode, Vetted } from "./command.ts";
import { MAX_ROWS } from "./envelope/derived-envelope.ts";
import type { KernelOptions } from "./kernel-options.ts";
import { createKernel, type Kernel, type Refused } from "./kernel.ts";
import { isVetted } from "./vetted.ts";

const seed = 20261121;
const robot = gantry();
const allModes: readonly ControlMode[] = ["joint_position", "joint_velocity", "gripper_position", "gripper_binary"];
const state = { nowMs: 100, measuredRad: [0, 0, 1, 0] };

function kernel(more: Partial<KernelOptions> = {}): Kernel {
  return createKernel({ robot, gripper: true, modes: allModes, ...more });
}

/** Two rows that are fine: 1 mm in 10 ms each. */
function chunk(more: Partial<Command> = {}): Command {
  const rows = Float64Array.of(0.001, 0, 1, 0, 0.002, 0, 1, 0);
  return { mode: "joint_position", rows, width: 4, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 200, ...more };
}

function rows(...values: number[]): Partial<Command> {
  return { rows: Float64Array.from(values) };
}

function refusal(command: Command, measured: { nowMs: number; measuredRad: ArrayLike<number> } = state, k = kernel()): Refused {
  const verdict = k.vet(command, measured);
  if (verdict.kind !== "refused") throw new Error("was vetted");
  return verdict;
}

test("kernel 6 passes what is within every limit, so the refusals below mean something", () => {
  const k = kernel();
  const command = chunk();
  const verdict = k.vet(command, state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  expect(verdict.command).toEqual(expect.objectContaining({ ...command }));
  expect(k.vet(chunk({ mode: "joint_velocity", ...rows(0.5, 0, 0, 0), seq: 2 }), state).kind).toBe("vetted");
  expect(k.vet(chunk({ mode: "gripper_position", ...rows(0, 0.5, 1), width: 1, seq: 3 }), state).kind).toBe("vetted");
  expect(k.vet(chunk({ mode: "gripper_binary", ...rows(0, 1), width: 1, seq: 4 }), state).kind).toBe("vetted");
});

const nan = Number.NaN;
test.for<[string, Partial<Command>, string]>([
  ["NaN in the first row", rows(nan, 0, 1, 0), "nan_in_action"],
  ["NaN in the last row", rows(0, 0, 1, 0, 0, 0, 1, nan), "nan_in_action"],
  ["infinite", rows(0, Infinity, 1, 0), "nan_in_action"],
  ["minus infinite", rows(0, 0, -Infinity, 0), "nan_in_action"],
  ["1e308", rows(1e308, 0, 1, 0), "joint_position"],
  ["above the upper limit", rows(0, 0, 3.000001, 0), "joint_position"],
  ["below the lower limit", rows(0, 0, -0.000001, 0), "joint_position"],
  ["too fast from row to row", rows(0, 0, 1, 0, 0.011, 0, 1, 0), "joint_rate"],
  ["too fast back", rows(0, 0, 1, 0, -0.011, 0, 1, 0), "joint_rate"],
  ["too fast in the last row", rows(0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0.1), "joint_rate"],
  ["a jump from the measured state", rows(0.021, 0, 1, 0), "joint_jump"],
  ["a turn from the measured state", rows(0, 0, 1, -0.09), "joint_jump"],
  ["no rows", rows(), "dim_mismatch"],
  ["half a row", rows(0, 0, 1, 0, 0, 0), "dim_mismatch"],
  ["width 0", { width: 0 }, "ndof_mismatch"],
  ["width negative", { width: -4 }, "ndof_mismatch"],
  ["width NaN", { width: nan }, "ndof_mismatch"],
  ["width fractional", { width: 0.5 }, "ndof_mismatch"],
  ["width of another robot", { width: 2 }, "ndof_mismatch"],
  ["width of a gripper in a joint mode", { width: 1 }, "ndof_mismatch"],
  ["width of the joints in a gripper mode", { mode: "gripper_position", ...rows(0, 0, 0, 0) }, "dim_mismatch"],
  ["too many rows", { rows: new Float64Array((MAX_ROWS + 1) * 4) }, "dim_mismatch"],
  ["period 0", { periodMs: 0 }, "period_range"],
  ["period negative", { periodMs: -2 }, "period_range"],
  ["period NaN", { periodMs: nan }, "period_range"],
  ["period infinite", { periodMs: Infinity }, "period_range"],
  ["period long enough to hide any speed", { periodMs: 1001 }, "period_range"],
  ["expired", { validUntilMs: 99.999 }, "chunk_stale"],
  ["expiry NaN", { validUntilMs: nan }, "chunk_stale"],
  ["never expires", { validUntilMs: Infinity }, "chunk_stale"],
  ["seq negative", { seq: -1 }, "chunk_out_of_order"],
  ["seq NaN", { seq: nan }, "chunk_out_of_order"],
  ["seq infinite", { seq: Infinity }, "chunk_out_of_order"],
  ["seq fractional", { seq: 1.5 }, "chunk_out_of_order"],
  ["seq beyond exact integers", { seq: 2 ** 53 }, "chunk_out_of_order"],
  ["answers no observation", { basedOnSeq: nan }, "chunk_out_of_order"],
  ["a mode nobody bounds", { mode: "cartesian_twist", ...rows(0, 0, 0, 0, 0, 0), width: 6 }, "mode_unsupported"],
  ["gripper above 1", { mode: "gripper_position", ...rows(0.5, 1.0001), width: 1 }, "gripper_range"],
  ["gripper below 0", { mode: "gripper_position", ...rows(-0.0001), width: 1 }, "gripper_range"],
  ["gripper NaN", { mode: "gripper_position", ...rows(nan), width: 1 }, "nan_in_action"],
  ["binary gripper between", { mode: "gripper_binary", ...rows(0.5), width: 1 }, "gripper_range"],
  ["velocity over the limit", { mode: "joint_velocity", ...rows(1.0001, 0, 0, 0) }, "joint_velocity"],
  ["velocity under the negative limit", { mode: "joint_velocity", ...rows(0, -1.0001, 0, 0) }, "joint_velocity"],
  ["velocity NaN", { mode: "joint_velocity", ...rows(0, 0, 0, nan) }, "nan_in_action"],
])("kernel 6 refuses %s", ([, more, code]) => {
  const verdict = refusal(chunk(more));
  expect(verdict.code).toBe(code);
  expect(verdict.reason).toMatch(/^[^\n]+$/);
  // Evidence is JSON: canonicalJson throws for anything that is not finite.
  expect(canonicalJson(verdict.evidence)).toMatch(/^\{/);
});

test("kernel 6 refuses velocities that lead a joint out of its limits, wherever in the chunk", () => {
  const near = { nowMs: 100, measuredRad: [1.985, 0, 1, 0] };
  const velocity = chunk({ mode: "joint_velocity", ...rows(1, 0, 0, 0) });
  expect(kernel().vet(velocity, near).kind).toBe("vetted");
  const longer = chunk({ mode: "joint_velocity", ...rows(1, 0, 0, 0, 1, 0, 0, 0) });
  expect(refusal(longer, near)).toMatchObject({ code: "joint_position", evidence: { joint: "x", row: 1, limit: 2, unit: "m" } });
});

test.for([
  ["NaN", [0, 0, nan, 0]],
  ["infinite", [0, 0, 1, Infinity]],
  ["minus infinite", [-Infinity, 0, 1, 0]],
  ["too short", [0, 0, 1]],
  ["too long", [0, 0, 1, 0, 0]],
  ["empty", []],
] as const)("kernel 22 refuses every mode when the measured state is %s", ([, measuredRad]) => {
  for (const command of [
    chunk(),
    chunk({ mode: "joint_velocity", ...rows(0, 0, 0, 0) }),
    chunk({ mode: "gripper_position", ...rows(1), width: 1 }),
    chunk({ mode: "gripper_binary", ...rows(1), width: 1 }),
  ])
    expect(refusal(command, { nowMs: 100, measuredRad })).toMatchObject({ code: "state_unavailable" });
});

test.for([nan, Infinity, -Infinity, 200.0001])("kernel 22 refuses when it is %s ms", (nowMs) => {
  expect(refusal(chunk(), { ...state, nowMs }).code).toBe("chunk_stale");
});

test("kernel 1 refuses what is no command, without throwing", () => {
  const throwing = {
    ...chunk(),
    get mode(): never {
      throw new Error("no");
    },
  };
  const impostor: unknown = Object.create(Float64Array.prototype);
  for (const hostile of [
    null,
    undefined,
    7,
    "go",
    {},
    [],
    throwing,
    { ...chunk(), rows: [0, 0, 1, 0] },
    { ...chunk(), rows: impostor },
    { ...chunk(), mode: Symbol("joint_position") },
    {
      ...chunk(),
      mode: {
        toString(): never {
          throw new Error("no");
        },
      },
    },
  ]) {
    const verdict: unknown = Reflect.apply(kernel().vet, undefined, [hostile, state]);
    expect(verdict).toMatchObject({ kind: "refused" });
  }
  expect(Reflect.apply(kernel().vet, undefined, [chunk(), null])).toMatchObject({ kind: "refused", code: "malformed" });
});

test("kernel 1 a mode that can be bounded is refused where it was not asked for", () => {
  const k = kernel({ modes: ["joint_position"] });
  const verdict = refusal(chunk({ mode: "gripper_position", ...rows(1), width: 1 }), state, k);
  expect(verdict).toMatchObject({ code: "mode_unsupported", evidence: { mode: "gripper_position", configured: ["joint_position"] } });
});

test("kernel 1 a name of the object prototype is no mode", () => {
  for (const mode of ["constructor", "__proto__", "toString"])
    expect(Reflect.apply(kernel().vet, undefined, [{ ...chunk(), mode }, state])).toMatchObject({ code: "mode_unsupported" });
});

test("kernel 3 limits are inclusive, with the named tolerances and no more", () => {
  const at = (z: number) => ({ nowMs: 0, measuredRad: [0, 0, z, 0] });
  for (const z of [0, 3, 3 + 0.9e-9, -0.9e-9]) expect(kernel().vet(chunk(rows(0, 0, z, 0)), at(z)).kind).toBe("vetted");
  for (const z of [3 + 1.1e-9, -1.1e-9]) expect(refusal(chunk(rows(0, 0, z, 0)), at(z)).code).toBe("joint_position");
  const step = (x: number) => chunk(rows(0, 0, 1, 0, x, 0, 1, 0));
  expect(kernel().vet(step(0.01), state).kind).toBe("vetted");
  expect(kernel().vet(step(0.01 * 1.0009), state).kind).toBe("vetted");
  expect(refusal(step(0.01 * 1.0011)).code).toBe("joint_rate");
  // One period at top speed plus the tracking error: 0.01 m for slides, 0.05 rad for turning joints.
  expect(kernel().vet(chunk(rows(0.02, 0, 1, 0)), state).kind).toBe("vetted");
  expect(refusal(chunk(rows(0.02002, 0, 1, 0))).code).toBe("joint_jump");
  const turn = Math.PI * 0.01;
  expect(kernel().vet(chunk(rows(0, 0, 1, turn + 0.05)), state).kind).toBe("vetted");
  expect(refusal(chunk(rows(0, 0, 1, turn * 1.0011 + 0.05))).code).toBe("joint_jump");
  const tight = kernel({ maxTrackingErrorM: 0, maxTrackingErrorRad: 0 });
  expect(refusal(chunk(rows(0.0101, 0, 1, 0)), state, tight).code).toBe("joint_jump");
  expect(kernel().vet(chunk({ periodMs: 1000 }), state).kind).toBe("vetted");
  expect(kernel().vet(chunk({ validUntilMs: 100 }), state).kind).toBe("vetted");
  const many = new Float64Array(MAX_ROWS * 4).map((_, i) => (i % 4 === 2 ? 1 : 0));
  expect(kernel().vet(chunk({ rows: many }), state).kind).toBe("vetted");
});

test("kernel 5 a refusal names joint, row, value and limit with units", () => {
  expect(refusal(chunk(rows(0, 0, 1, 0, 0, 0, 3.5, 0)))).toEqual({
    kind: "refused",
    code: "joint_position",
    reason: "joint 'z' at 3.500 m in row 1, limit <= 3.000 m",
    evidence: { joint: "z", row: 1, value: 3.5, limit: 3, unit: "m" },
    severity: "violation",
    step: 12,
    sub: "none",
    field: "joint_position",
  });
  expect(refusal(chunk(rows(0, 0, 1, 0, 0.02, 0, 1, 0)))).toMatchObject({
    reason: "joint 'x' at 2.000 m/s in row 1, limit 1.000 m/s",
    evidence: { joint: "x", row: 1, value: 2, limit: 1, unit: "m/s" },
  });
  expect(refusal(chunk(rows(0, 0, 1, 1)))).toMatchObject({
    reason: "joint 'theta' would jump 1.000 rad from where it was measured, limit 0.081 rad",
    evidence: { joint: "theta", row: 0, value: 1, commanded: 1, measured: 0, unit: "rad" },
  });
  expect(refusal(chunk(rows(0, 0, 3 + 2e-9, 0)), { nowMs: 0, measuredRad: [0, 0, 3, 0] }).reason).toBe(
    "joint 'z' at 3.000000002 m in row 0, limit <= 3.000000000 m",
  );
});

test("kernel 23 seq rises strictly over vetted chunks; a refused one does not use its number up", () => {
  const k = kernel();
  expect(k.vet(chunk({ seq: 5 }), state).kind).toBe("vetted");
  expect(refusal(chunk({ seq: 5 }), state, k)).toMatchObject({ code: "chunk_out_of_order", evidence: { seq: 5, lastSeq: 5 } });
  expect(refusal(chunk({ seq: 4 }), state, k).code).toBe("chunk_out_of_order");
  expect(refusal(chunk({ seq: 9, ...rows(9, 9, 9, 9) }), state, k).code).toBe("joint_position");
  expect(k.vet(chunk({ seq: 6 }), state).kind).toBe("vetted");
});

test("refuses everything once closed", () => {
  const k = kernel();
  k.close();
  expect(refusal(chunk(), state, k).code).toBe("closed");
  k.close();
  expect(refusal(chunk({ seq: 2 }), state, k).code).toBe("closed");
});

test("a vetted command keeps its numbers whatever happens to what was handed in", () => {
  const command = chunk();
  const verdict = kernel().vet(command, state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  command.rows.fill(99);
  expect([...verdict.command.rows]).toEqual([0.001, 0, 1, 0, 0.002, 0, 1, 0]);
  expect(isVetted(verdict.command)).toBe(true);
  expect(Object.isFrozen(verdict.command)).toBe(true);
  verdict.command.rows[4] = 0.0021;
  expect(isVetted(verdict.command)).toBe(false);
});

test("a command whose rows were taken away is not vetted, and the kernel goes on", () => {
  const one = kernel();
  const verdict = one.vet(chunk(), state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  structuredClone(verdict.command.rows.buffer, { transfer: [verdict.command.rows.buffer as ArrayBuffer] });
  expect(verdict.command.rows.length).toBe(0);
  expect(isVetted(verdict.command)).toBe(false);
  expect(kernel().vet(chunk(), state).kind).toBe("vetted");
});

test("a vetted command stays vetted whatever was vetted after it, however long", () => {
  const first = kernel().vet(chunk(), state);
  const before = first.kind === "vetted" ? [...first.command.rows] : [];
  const still = rows(...Array.from({ length: 1000 }, () => [0, 0, 1, 0]).flat());
  for (let i = 0; i < 5; i++) expect(kernel().vet(chunk(still), state).kind).toBe("vetted");
  if (first.kind !== "vetted") throw new Error(first.reason);
  expect([...first.command.rows]).toEqual(before);
  expect(isVetted(first.command)).toBe(true);
});

test("only the very object the kernel made is vetted", () => {
  const verdict = kernel().vet(chunk(), state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  const { command } = verdict;
  const child: unknown = Object.create(command);
  for (const forged of [{ ...command }, Object.freeze({ ...command }), structuredClone({ ...command }), child, chunk(), null, undefined, 1])
    expect(isVetted(forged)).toBe(false);
  expectTypeOf<Command>().not.toExtend<Vetted>();
});

test("of several faults the one in the earliest row is named, whichever joint it is", () => {
  const far = refusal(chunk(rows(0, 0, 1, 0, 0, 0, 5, 0, 9, 0, 1, 0, 9, 0, 5, 0)));
  expect(far).toMatchObject({ code: "joint_position", evidence: { row: 1, value: 5 } });
  const fast = refusal(chunk(rows(0, 0, 1, 0, 0, 0, 1.1, 0, 0.1, 0, 1.1, 0, 0.2, 0, 1.2, 0)));
  expect(fast).toMatchObject({ code: "joint_rate", evidence: { row: 1, joint: robot.jointNames[2] } });
});

test("a mark cannot be had through the class of a vetted command either", () => {
  const verdict = kernel().vet(chunk(), state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  const { command } = verdict;
  const own = command.constructor as unknown as new (from: object) => object;
  expect(isVetted(new own(chunk()))).toBe(false);
  for (const name of Reflect.ownKeys(own)) expect(typeof Reflect.get(own, name)).not.toBe("function");
});

test.for<[string, Partial<KernelOptions>, string]>([
  ["no mode", { modes: [] }, "no control mode is configured"],
  ["a mode without checks", { modes: ["joint_position", "joint_torque"] }, "there is no check that bounds mode joint_torque"],
  ["a gripper mode without a gripper", { gripper: false }, "mode gripper_position needs a gripper"],
  ["a speed limit that is NaN", { robot: gantry({ maxVelocity: [1, nan, 1, 1] }) }, "speed limit of y is NaN"],
  ["a negative speed limit", { robot: gantry({ maxVelocity: [1, 1, -1, 1] }) }, "speed limit of z is -1"],
  ["limits the wrong way round", { robot: { ...robot, lowerRad: Float64Array.of(3, -2, 0, 0) } }, "limits of x are [3, 2]"],
  ["a limit that is NaN", { robot: { ...robot, upperRad: Float64Array.of(3, nan, 3, 3) } }, "limits of y are [-2, NaN]"],
  ["limits of another robot", { robot: { ...robot, upperRad: Float64Array.of(3) } }, "upperRad has 1 entries for 4 joints"],
  ["no joints", { robot: { ...robot, nJoints: 0 } }, "the robot has no joint"],
  ["a tracking error that is NaN", { maxTrackingErrorRad: nan }, "maxTrackingErrorRad must be a finite number >= 0, got NaN"],
  ["an infinite period", { maxPeriodMs: Infinity }, "maxPeriodMs must be a finite number >= 0, got Infinity"],
])("kernel 9 cannot be made with %s", ([, more, problem]) => {
  expect(() => kernel(more)).toThrow(problem);
});

test("kernel 21 each of the 13 modes is checked or refused when the kernel is made", () => {
  const modes: readonly ControlMode[] = [
    ...allModes,
    ...(["joint_torque", "joint_trajectory", "cartesian_pose", "cartesian_delta", "cartesian_twist"] as const),
    ...(["body_twist", "foot_placement", "dex_hand_joint", "composite_mode"] as const),
  ];
  expect(new Set(modes).size).toBe(13);
  for (const mode of modes) {
    if (!([...allModes, "joint_trajectory", "composite_mode"] as readonly ControlMode[]).includes(mode)) {
      expect(() => kernel({ modes: [mode] })).toThrow(`no check that bounds mode ${mode}`);
      continue;
    }
    const width = mode.startsWith("joint") ? 4 : 1;
    const far = new Float64Array(width).fill(99);
    expect(refusal(chunk({ mode, rows: far, width }), state, kernel({ modes: [mode] })).code).toMatch(/position|velocity|range/);
  }
});

test("kernel 9 an unlimited joint is still refused what is not finite", () => {
  const unlimited = {
    ...gantry({ maxVelocity: [Infinity, 1, 1, 1] }),
    lowerRad: Float64Array.of(-Infinity, -2, 0, -6.5),
    upperRad: Float64Array.of(Infinity, 2, 3, 6.5),
  };
  const k = kernel({ robot: unlimited });
  expect(k.vet(chunk({ seq: 1, ...rows(1e6, 0, 1, 0) }), state).kind).toBe("vetted");
  for (const value of [Infinity, -Infinity, nan]) {
    expect(refusal(chunk({ seq: 2, ...rows(value, 0, 1, 0) }), state, k).code).toBe("nan_in_action");
    expect(refusal(chunk({ seq: 2, mode: "joint_velocity", ...rows(value, 0, 0, 0) }), state, k).code).toBe("nan_in_action");
  }
});

test("kernel 6 whatever is vetted keeps to the limits, whatever breaks one is refused", () => {
  const arm = pandaLike();
  const hostile = constantFrom(nan, Infinity, -Infinity, 1e308, -0, 5e-324);
  const someRow = array(double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 });
  const commands = record({
    start: array(double({ min: 0.02, max: 0.98, noNaN: true }), { minLength: 7, maxLength: 7 }),
    steps: array(someRow, { minLength: 1, maxLength: 12 }),
    scale: constantFrom(0.0005, 0.004, 0.0055, 0.05),
    broken: integer({ min: 0, max: 400 }),
    value: hostile,
  });
  let passed = 0;
  assert(
    property(commands, ({ start, steps, scale, broken, value }) => {
      const measured = start.map((part, j) => arm.lowerRad[j]! + part * (arm.upperRad[j]! - arm.lowerRad[j]!));
      const q = [...measured];
      const numbers = steps.flatMap((step) => step.map((d, j) => (q[j] = q[j]! + d * scale)));
      if (broken < numbers.length) numbers[broken] = value;
      const command = chunk({ rows: Float64Array.from(numbers), width: 7, periodMs: 2 });
      const verdict = createKernel({ robot: arm, gripper: false, modes: ["joint_position"] }).vet(command, {
        nowMs: 0,
        measuredRad: measured,
      });
      const inside = numbers.every((x, i) => x >= arm.lowerRad[i % 7]! - 1e-9 && x <= arm.upperRad[i % 7]! + 1e-9);
      const slow = numbers.every((x, i) => {
        const change = Math.abs(x - (i < 7 ? measured[i]! : numbers[i - 7]!));
        return change <= arm.maxVelocityRadPerS[i % 7]! * 0.002 * 1.001 + (i < 7 ? 0.05 : 0);
      });
      expect(verdict.kind).toBe(inside && slow ? "vetted" : "refused");
      if (verdict.kind === "vetted") passed++;
    }),
    { seed, numRuns: 1000 },
  );
  expect(passed).toBeGreaterThan(100);
});
