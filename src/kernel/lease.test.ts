import { describe, expect, test } from "vitest";
import type { Command } from "./command.ts";
import type { MeasuredState } from "./decode-command.ts";
import type { KernelOptions } from "./kernel-options.ts";
import { createKernel, type SafetyKernel } from "./kernel.ts";
import { gantry } from "../robot/testing/gantry.ts";
import { envelopeE, FakeGeometry, periodMs } from "./testing/bench-arm.ts";
import { isVetted } from "./vetted.ts";

/** A kernel that works by leases, on envelope E, and chunks for it that carry every stamp. */
class Goals {
  readonly kernel: SafetyKernel;
  nowMs = 100;
  tick = 0;

  constructor(more: Partial<KernelOptions> & { readonly raw?: Record<string, unknown> } = {}) {
    const { raw, ...options } = more;
    this.kernel = createKernel({ robot: gantry(), gripper: false, modes: [], envelope: envelopeE(raw), leases: "required", ...options });
  }

  get state(): MeasuredState {
    return { nowMs: this.nowMs, measuredRad: [0, 0, 0] };
  }

  command(more: Partial<Command> = {}): Command {
    this.tick += 1;
    return {
      mode: "joint_velocity",
      rows: Float64Array.of(0.5, 0, 0),
      width: 3,
      periodMs,
      seq: this.tick,
      basedOnSeq: 1,
      validUntilMs: this.nowMs + 100,
      issuedMs: this.nowMs,
      observedAtMs: this.nowMs,
      epoch: this.kernel.epoch,
      goal: "fold",
      tick: this.tick,
      ...more,
    };
  }

  /** `vetted`, or the code of the refusal. */
  vet(more: Partial<Command> = {}): string {
    const verdict = this.kernel.vet(this.command(more), this.state);
    return verdict.kind === "vetted" ? "vetted" : verdict.code;
  }
}

const slow = { joint_velocity_max: { j0: 0.4 } };

describe("safety-kernel row 34: a skill's envelope holds for its goal", () => {
  test("safety-kernel row 34: it takes effect at the goal boundary, and no longer than the goal", () => {
    const goals = new Goals();
    const { kernel } = goals;
    expect(goals.vet()).toBe("no_lease");
    expect(kernel.grant({ goal: "fold", epoch: 0 })).toMatchObject({ kind: "granted", goal: "fold" });
    expect(goals.vet()).toBe("vetted");
    expect(kernel.grant({ goal: "pour", epoch: 0, skill: slow })).toEqual({ kind: "queued", goal: "pour" });
    expect(goals.vet()).toBe("vetted");
    expect(kernel.envelope.velocityCapRadPerS[0]).toBe(1);
    expect(goals.vet({ goal: "pour" })).toBe("no_lease");
    expect(kernel.endGoal()).toMatchObject({ kind: "granted", goal: "pour" });
    expect(kernel.envelope.velocityCapRadPerS[0]).toBe(0.4);
    expect(goals.vet()).toBe("no_lease");
    // Violations latch here; the slower one passes first.
    expect(goals.vet({ goal: "pour", rows: Float64Array.of(0.4, 0, 0) })).toBe("vetted");
    expect(goals.vet({ goal: "pour" })).toBe("joint_velocity");
    expect(kernel.latched).toBe(true);
    kernel.unlatch();
    expect(kernel.endGoal()).toBeUndefined();
    expect(kernel.envelope.velocityCapRadPerS[0]).toBe(1);
    expect(kernel.grant({ goal: "fold", epoch: 1 })).toMatchObject({ kind: "granted" });
    expect(goals.vet()).toBe("vetted");
  });

  test("safety-kernel row 34: loosening is refused: the goal fails, not the kernel", () => {
    const goals = new Goals();
    expect(goals.kernel.grant({ goal: "fold", epoch: 0, skill: { joint_velocity_max: { j0: 2 } } })).toMatchObject({
      kind: "refused",
      problems: ["joint_velocity_max[j0] 2 is looser than the robot's 1 rad/s | m/s"],
    });
    expect(goals.vet()).toBe("no_lease");
    expect(goals.kernel.latched).toBe(false);
    expect(goals.kernel.grant({ goal: "fold", epoch: 0 })).toMatchObject({ kind: "granted" });
    expect(goals.vet()).toBe("vetted");
  });

  test("without leases too, a skill's envelope ends with its goal", () => {
    const goals = new Goals({ leases: "standing", onViolation: "drop" });
    goals.kernel.grant({ goal: "fold", epoch: 0, skill: slow });
    expect(goals.vet()).toBe("joint_velocity");
    goals.kernel.endGoal();
    expect(goals.vet()).toBe("vetted");
  });

  test("a lease of another epoch, while latched, without approval, or with a bad factor is refused", () => {
    const { kernel } = new Goals({ raw: { human_in_loop_required: true } });
    expect(kernel.grant({ goal: "fold", epoch: 1, approvalId: "a" })).toMatchObject({
      kind: "refused",
      reason: "the lease of goal 'fold' is of epoch 1, the kernel in 0",
    });
    expect(kernel.grant({ goal: "fold", epoch: Number.NaN, approvalId: "a" })).toMatchObject({ kind: "refused" });
    for (const approvalId of [undefined, ""])
      expect(kernel.grant({ goal: "fold", epoch: 0, ...(approvalId === undefined ? {} : { approvalId }) })).toMatchObject({
        kind: "refused",
        reason: expect.stringContaining("human_in_loop_required"),
      });
    for (const speedFactor of [0, -1, 1.1, Number.NaN])
      expect(kernel.grant({ goal: "fold", epoch: 0, approvalId: "a", speedFactor })).toMatchObject({ kind: "refused" });
    kernel.latch();
    expect(kernel.grant({ goal: "fold", epoch: 1, approvalId: "a" })).toMatchObject({
      kind: "refused",
      reason: "an emergency stop is latched",
    });
    kernel.unlatch();
    expect(kernel.grant({ goal: "fold", epoch: 1, approvalId: "a" })).toMatchObject({ kind: "granted" });
  });

  test("a goal that waits does not begin after a stop", () => {
    const { kernel } = new Goals();
    kernel.grant({ goal: "fold", epoch: 0 });
    kernel.grant({ goal: "pour", epoch: 0 });
    kernel.latch();
    expect(kernel.endGoal()).toMatchObject({ kind: "refused" });
    kernel.unlatch();
    expect(kernel.endGoal()).toBeUndefined();
  });

  test("a lease for another model or envelope has every chunk dropped", () => {
    for (const lease of [{ modelHash: "other" }, { envelopeHash: "other" }]) {
      const goals = new Goals({ modelHash: "this" });
      expect(goals.kernel.grant({ goal: "fold", epoch: 0, ...lease })).toMatchObject({ kind: "granted" });
      expect(goals.vet()).toBe("model_mismatch");
    }
    const goals = new Goals({ modelHash: "this" });
    goals.kernel.grant({ goal: "fold", epoch: 0, modelHash: "this", envelopeHash: goals.kernel.envelopeHash });
    expect(goals.vet()).toBe("vetted");
  });

  test("recovery moves at a tenth of the caps", () => {
    const goals = new Goals({ onViolation: "drop" });
    goals.kernel.grant({ goal: "fold", epoch: 0, speedFactor: 0.1 });
    expect(goals.vet({ rows: Float64Array.of(0.1, 0, 0) })).toBe("vetted");
    expect(goals.vet({ rows: Float64Array.of(0.11, 0, 0) })).toBe("joint_velocity");
  });
});

test("safety-kernel §4: ten drops in a row inside a goal end it; a pass begins the count anew", () => {
  const goals = new Goals();
  goals.kernel.grant({ goal: "fold", epoch: 0 });
  const stale = { issuedMs: -200 };
  for (let i = 0; i < 9; i++) expect(goals.vet(stale)).toBe("chunk_stale");
  expect(goals.vet()).toBe("vetted");
  for (let i = 0; i < 9; i++) {
    expect(goals.vet(stale)).toBe("chunk_stale");
    expect(goals.vet({ goal: "another" })).toBe("no_lease");
    expect(goals.kernel.record.starved).toBe(false);
  }
  expect(goals.vet(stale)).toBe("chunk_stale");
  expect(goals.kernel.record.starved).toBe(true);
  expect(goals.kernel.latched).toBe(false);
  expect(goals.vet()).toBe("no_lease");
});

describe("violations and drops", () => {
  test("a violation latches, raises the epoch and ends the lease; a drop does not", () => {
    const goals = new Goals();
    const { kernel } = goals;
    kernel.grant({ goal: "fold", epoch: 0 });
    expect(goals.vet({ issuedMs: -1000 })).toBe("chunk_stale");
    expect([kernel.latched, kernel.epoch]).toEqual([false, 0]);
    expect(kernel.vet(goals.command({ rows: Float64Array.of(2, 0, 0) }), goals.state)).toMatchObject({
      code: "joint_velocity",
      severity: "violation",
      step: 12,
      field: "joint_velocity",
    });
    expect([kernel.latched, kernel.epoch, kernel.record.latched]).toEqual([true, 1, true]);
    expect(kernel.vet(goals.command(), goals.state)).toMatchObject({ code: "estop_latched", severity: "drop", step: 2 });
    kernel.latch();
    expect(kernel.epoch).toBe(1);
    kernel.unlatch();
    expect(goals.vet({ epoch: 0 })).toBe("no_lease");
    expect(goals.vet()).toBe("no_lease");
  });

  test("not latching is for simulation", () => {
    const raw = { supported_control_modes: ["joint_velocity"], hal_mode: "real" };
    expect(() => new Goals({ raw, onViolation: "drop" })).toThrow("onViolation drop is for simulation only");
    expect(new Goals({ raw }).kernel.modes.size).toBe(1);
  });

  test("parameters that are not numbers are refused", () => {
    for (const value of [Number.NaN, Infinity, -1])
      expect(() => new Goals({ parameters: { budgetUs: value } })).toThrow("budgetUs must be a finite number >= 0");
  });
});

describe("safety-kernel row 32: the time budget", () => {
  test("safety-kernel §13: a check that takes 2 ms is budget_exceeded, the third in a row latches", () => {
    let us = 0;
    const geometry = new FakeGeometry();
    const goals = new Goals({ raw: { supported_control_modes: ["joint_velocity"] }, geometry, nowUs: () => us });
    let sleepUs = 2000;
    geometry.judge = () => {
      us += sleepUs;
      return 0;
    };
    goals.kernel.grant({ goal: "fold", epoch: 0 });
    const late = () => goals.kernel.vet(goals.command(), goals.state);
    expect(late()).toMatchObject({ code: "budget_exceeded", severity: "drop", step: 18, reason: "judging took 2000 µs, limit 1000 µs" });
    expect(late()).toMatchObject({ code: "budget_exceeded", severity: "drop" });
    sleepUs = 1000;
    expect(late()).toMatchObject({ kind: "vetted" });
    sleepUs = 1001;
    expect([late(), late()]).toMatchObject([{ severity: "drop" }, { severity: "drop" }]);
    expect(goals.kernel.latched).toBe(false);
    expect(late()).toMatchObject({ code: "budget_exceeded", severity: "violation" });
    expect(goals.kernel.latched).toBe(true);
    expect(goals.kernel.failure()?.evidence).toEqual({
      kind: "timeout",
      operation: "chunk_validation",
      deadline_s: 0.001,
      elapsed_s: 0.001001,
    });
  });

  test("safety-kernel row 32: a clock that says NaN fails closed", () => {
    const goals = new Goals({ nowUs: () => Number.NaN });
    goals.kernel.grant({ goal: "fold", epoch: 0 });
    expect(goals.vet()).toBe("budget_exceeded");
  });
});

describe("bundles: the chunks of a tick together or not at all", () => {
  const both = (goals: Goals, grip: number): readonly Command[] => [
    goals.command({ tick: 7 }),
    goals.command({ tick: 7, mode: "gripper_position", rows: Float64Array.of(grip, 0), width: 2 }),
  ];
  const started = (): Goals => {
    const goals = new Goals({ onViolation: "drop" });
    goals.kernel.grant({ goal: "fold", epoch: 0 });
    return goals;
  };

  test("all are vetted, and then replayed", () => {
    const goals = started();
    const commands = both(goals, 0.5);
    const verdict = goals.kernel.vetBundle(commands, goals.state);
    if (verdict.kind !== "vetted") throw new Error(verdict.reason);
    expect(verdict.passed.map(({ command }) => [command.mode, isVetted(command)])).toEqual([
      ["joint_velocity", true],
      ["gripper_position", true],
    ]);
    expect(verdict.passed[1]!.margins.checks).toEqual({ range: 0 });
    expect(goals.kernel.vetBundle(commands, goals.state)).toMatchObject({ code: "chunk_replay", index: 0 });
  });

  test("one bad chunk refuses all, and uses nothing up", () => {
    const goals = started();
    const [arm, grip] = both(goals, 1.5);
    expect(goals.kernel.vetBundle([arm!, grip!], goals.state)).toMatchObject({ kind: "refused", code: "gripper_range", index: 1 });
    expect(goals.kernel.vet(arm!, goals.state)).toMatchObject({ kind: "vetted" });
  });

  test("chunks of two ticks, or one twice, are no bundle", () => {
    const goals = started();
    expect(
      goals.kernel.vetBundle(
        [goals.command({ tick: 1 }), goals.command({ tick: 2, mode: "gripper_position", rows: Float64Array.of(0, 0), width: 2 })],
        goals.state,
      ),
    ).toMatchObject({ code: "malformed", index: 1 });
    expect(goals.kernel.vetBundle([goals.command({ tick: 3 }), goals.command({ tick: 3 })], goals.state)).toMatchObject({
      code: "chunk_replay",
      index: 1,
    });
    expect(goals.vet({ tick: 3 })).toBe("vetted");
  });
});

describe("safety-kernel row 24: a verdict never changes a command", () => {
  test("safety-kernel row 24: what is vetted is what was sent; what is refused is not mended", () => {
    const goals = new Goals({ onViolation: "drop" });
    goals.kernel.grant({ goal: "fold", epoch: 0 });
    const command = goals.command();
    const verdict = goals.kernel.vet(command, goals.state);
    if (verdict.kind !== "vetted") throw new Error(verdict.reason);
    expect({ ...verdict.command }).toEqual(command);
    const tooFast = Float64Array.of(2, 0, 0);
    expect(goals.vet({ rows: tooFast })).toBe("joint_velocity");
    expect([...tooFast]).toEqual([2, 0, 0]);
  });

  test("a part that is not there is refused", () => {
    const goals = new Goals();
    goals.kernel.grant({ goal: "fold", epoch: 0 });
    const trajectory = { mode: "joint_trajectory", rows: Float64Array.of(0, 0, 0) } as const;
    expect(goals.vet(trajectory)).toBe("vetted");
    expect(goals.vet({ ...trajectory, part: "third hand" })).toBe("malformed");
    expect(goals.vet({ ...trajectory, part: "left" })).toBe("vetted");
  });
});

test("the kernel says what it does not check: without geometry its report names it", () => {
  const { kernel } = new Goals();
  expect(kernel.report.find(({ limit }) => limit === "geometry")).toMatchObject({
    status: "not set",
    detail: expect.stringContaining("no collision"),
  });
});
