/**
 * What every backend promises, as tests: call it from the backend's own test file.
 * @module
 */
import { describe, expect, test } from "vitest";
import type { Backend, StopReceipt } from "../src/backend/backend.ts";
import { ClearanceError } from "../src/core/errors.ts";
import type { Observation } from "../src/core/observation.ts";
import { createKernel, isVetted, type Command, type ControlMode, type Kernel } from "../src/kernel/index.ts";
import { JointPath } from "../src/robot/joint-path.ts";
import { planTrajectory } from "../src/robot/plan-trajectory.ts";
import type { RobotModel } from "../src/robot/robot-model.ts";

export interface OpenedBackend {
  readonly backend: Backend;
  readonly robot: RobotModel;
}

export interface ConformanceOptions {
  /** Period of a row, ms. */
  readonly periodMs?: number;
  /** How far each joint is sent, rad or m, from where it starts; the way must be free. */
  readonly travelRad?: readonly number[];
  /** How far a joint may be from where it was sent once it had time to settle. */
  readonly positionToleranceRad?: number;
  /** Speed that counts as standing still, rad/s or m/s. */
  readonly restSpeedRadPerS?: number;
  /** Time given to settle after a motion, ms. */
  readonly settleMs?: number;
  /** Measured opening may differ by this from the one sent. */
  readonly openingTolerance?: number;
  /** Lag of the joints behind their setpoints that the kernel puts up with. */
  readonly maxTrackingErrorRad?: number;
  readonly maxTrackingErrorM?: number;
}

/** Registers the suite. `open` answers a new machine in the same state each time; the suite closes it. */
export function backendConformance(
  name: string,
  open: () => OpenedBackend | Promise<OpenedBackend>,
  options: ConformanceOptions = {},
): void {
  const { positionToleranceRad = 1e-9, restSpeedRadPerS = 1e-9, settleMs = 0, openingTolerance = 1e-9, periodMs = 10 } = options;

  async function started(): Promise<Hand> {
    const { backend, robot } = await open();
    return new Hand(backend, robot, { ...options, periodMs, settleMs });
  }

  describe(`backend conformance: ${name}`, () => {
    test("geometry 37 an observation is complete, finite, frozen and says how old it is", async () => {
      const hand = await started();
      const seen = await hand.backend.observe();
      expect(seen.qRad).toHaveLength(hand.robot.nJoints);
      expect(seen.qdRadPerS).toHaveLength(hand.robot.nJoints);
      expect(numbersIn(seen).every(Number.isFinite)).toBe(true);
      expect(notFrozen(seen)).toEqual([]);
      expect(seen.id).toBe(`obs-${seen.seq}`);
      expect(seen.ageMs["joints"]).toBeGreaterThanOrEqual(0);
      const { orientation } = seen.worldFromTip;
      expect(Math.hypot(...orientation)).toBeCloseTo(1, 9);
      expect("gripper" in seen).toBe(hand.backend.modes.has("gripper_position"));
      await hand.close();
    });

    test("geometry 37 nothing moves and no time passes at construction or by looking", async () => {
      const hand = await started();
      const first = await hand.backend.observe();
      const second = await hand.backend.observe();
      expect(second.seq).toBeGreaterThan(first.seq);
      expect(second.id).not.toBe(first.id);
      expect({ ...second, id: first.id, seq: first.seq }).toEqual(first);
      expect(first.atMs).toBe(0);
      await hand.close();
    });

    test("geometry 38 it goes where it is sent, in the time the rows take", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      const kept = JSON.stringify(before);
      const target = hand.away(before);
      const rows = await hand.moveTo(target);
      const after = await hand.backend.observe();
      for (let j = 0; j < target.length; j++) expect(Math.abs(after.qRad[j]! - target[j]!)).toBeLessThanOrEqual(positionToleranceRad);
      expect(after.atMs).toBeCloseTo(rows * periodMs, 6);
      expect(JSON.stringify(before)).toBe(kept);
      expect(after.qRad).not.toEqual(before.qRad);
      await hand.close();
    });

    test("geometry 37 the same commands lead to the same observations, bit for bit", async () => {
      const runs: string[] = [];
      for (let run = 0; run < 2; run++) {
        const hand = await started();
        const before = await hand.backend.observe();
        await hand.moveTo(hand.away(before));
        const seen = [before, await hand.backend.observe()];
        await hand.backend.stop();
        seen.push(await hand.backend.observe());
        runs.push(JSON.stringify(seen));
        await hand.close();
      }
      expect(runs[1]).toBe(runs[0]);
    });

    test("geometry 37 it takes nothing that the kernel did not vet as it is", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      const command = hand.chunk("joint_position", Float64Array.from(hand.away(before)), hand.robot.nJoints);
      const still = hand.chunk("joint_position", Float64Array.from(before.qRad), hand.robot.nJoints);
      const verdict = hand.kernel.vet(still, { nowMs: 0, measuredRad: before.qRad });
      if (verdict.kind !== "vetted") throw new Error(verdict.reason);
      const tampered = hand.kernel.vet({ ...still, seq: still.seq + 1 }, { nowMs: 0, measuredRad: before.qRad });
      if (tampered.kind !== "vetted") throw new Error(tampered.reason);
      tampered.command.rows.set(command.rows);
      for (const forged of [command, { ...verdict.command }, tampered.command, null, undefined])
        expect(await failure(() => Reflect.apply(hand.backend.apply, hand.backend, [forged]))).toMatchObject({ code: "command.unvetted" });
      const after = await hand.backend.observe();
      expect(after.qRad).toEqual(before.qRad);
      expect(after.atMs).toBe(before.atMs);
      await hand.close();
    });

    test("geometry 37 a mode it does not have is an error, not an ok", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      const foreign = foreignModes.filter((mode) => !hand.backend.modes.has(mode));
      for (const mode of foreign) {
        const width = mode.startsWith("joint") ? hand.robot.nJoints : 1;
        const kernel = createKernel({ robot: hand.robot, gripper: true, modes: [mode] });
        const verdict = kernel.vet(hand.chunk(mode, new Float64Array(width), width), { nowMs: 0, measuredRad: before.qRad });
        if (verdict.kind !== "vetted") throw new Error(verdict.reason);
        expect(isVetted(verdict.command)).toBe(true);
        expect(await failure(() => hand.backend.apply(verdict.command))).toMatchObject({ code: "backend.unsupported" });
      }
      const after = await hand.backend.observe();
      expect({ qRad: after.qRad, atMs: after.atMs }).toEqual({ qRad: before.qRad, atMs: before.atMs });
      await hand.close();
    });

    test("kernel 26 a stop during motion ends it, says when and how far, and can be repeated", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      await hand.moveTo(hand.away(before), 0.5);
      const moving = await hand.backend.observe();
      expect(Math.max(...moving.qdRadPerS.map(Math.abs))).toBeGreaterThan(restSpeedRadPerS);
      const receipt = await hand.backend.stop();
      expectReceipt(receipt);
      expect(receipt.atRest).toBe(true);
      expect(receipt.atMs).toBe(moving.atMs);
      expect(receipt.stoppingTimeMs).toBeGreaterThan(0);
      expect(receipt.stoppingDistanceM).toBeGreaterThan(0);
      const after = await hand.backend.observe();
      expect(Math.max(...after.qdRadPerS.map(Math.abs))).toBeLessThanOrEqual(restSpeedRadPerS);
      expect(after.atMs).toBeGreaterThanOrEqual(receipt.restAtMs);
      const again = await hand.backend.stop();
      expectReceipt(again);
      expect(again.stoppingDistanceM).toBeLessThanOrEqual(positionToleranceRad);
      const still = await hand.backend.observe();
      for (let j = 0; j < still.qRad.length; j++)
        expect(Math.abs(still.qRad[j]! - after.qRad[j]!)).toBeLessThanOrEqual(positionToleranceRad);
      await hand.close();
    });

    test("kernel 26 it can be stopped before it ever moved, and commanded again after a stop", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      const receipt = await hand.backend.stop();
      expectReceipt(receipt);
      expect(receipt.stoppingDistanceM).toBeLessThanOrEqual(positionToleranceRad);
      await hand.moveTo(hand.away(before), 0.5);
      await hand.backend.stop();
      const target = hand.away(before);
      await hand.moveTo(target);
      const after = await hand.backend.observe();
      for (let j = 0; j < target.length; j++) expect(Math.abs(after.qRad[j]! - target[j]!)).toBeLessThanOrEqual(positionToleranceRad);
      await hand.close();
    });

    test("kernel 26 a stop never throws, closed or not; everything else is an error once closed", async () => {
      const hand = await started();
      const before = await hand.backend.observe();
      await hand.backend[Symbol.asyncDispose]();
      await hand.backend[Symbol.asyncDispose]();
      const receipt = await hand.backend.stop();
      expect(numbersIn(receipt).every(Number.isFinite)).toBe(true);
      expect(await failure(() => hand.backend.observe())).toMatchObject({ code: "backend.unavailable" });
      const still = hand.chunk("joint_position", Float64Array.from(before.qRad), hand.robot.nJoints);
      const verdict = hand.kernel.vet(still, { nowMs: 0, measuredRad: before.qRad });
      if (verdict.kind !== "vetted") throw new Error(verdict.reason);
      expect(await failure(() => hand.backend.apply(verdict.command))).toMatchObject({ code: "backend.unavailable" });
    });

    test("geometry 37 a snapshot taken in mid-motion continues bit for bit, in this backend and in another", async () => {
      const hand = await started();
      if (hand.backend.snapshot === undefined || hand.backend.restore === undefined) {
        await hand.close();
        return;
      }
      const before = await hand.backend.observe();
      await hand.moveTo(hand.away(before), 0.4);
      const state = hand.backend.snapshot();
      const kept = JSON.stringify(Array.from(state.numbers));
      const onwards = async (from: Hand): Promise<string> => {
        const seen = [await from.backend.observe()];
        await from.moveTo(Array.from(before.qRad));
        seen.push(await from.backend.observe());
        await from.backend.stop();
        seen.push(await from.backend.observe());
        return JSON.stringify(seen);
      };
      const first = await onwards(hand);
      expect(JSON.stringify(Array.from(state.numbers))).toBe(kept);
      hand.backend.restore(state);
      expect(await onwards(hand)).toBe(first);
      const other = await started();
      other.backend.restore?.(state);
      expect(await onwards(other)).toBe(first);
      expect(await failure(() => hand.backend.restore?.({ ...state, numbers: new Float64Array(1) }))).toBeInstanceOf(ClearanceError);
      await hand.close();
      await other.close();
    });

    test("geometry 37 a gripper, where there is one, opens and closes as told, the arm still", async () => {
      const hand = await started();
      if (hand.backend.modes.has("gripper_position")) {
        const before = await hand.backend.observe();
        const from = before.gripper?.opening ?? Number.NaN;
        for (const opening of [0, 1]) {
          await hand.openTo(from, opening);
          const after = await hand.backend.observe();
          expect(Math.abs((after.gripper?.opening ?? Number.NaN) - opening)).toBeLessThanOrEqual(openingTolerance);
          for (let j = 0; j < after.qRad.length; j++)
            expect(Math.abs(after.qRad[j]! - before.qRad[j]!)).toBeLessThanOrEqual(positionToleranceRad);
        }
      }
      await hand.close();
    });
  });
}

const foreignModes = ["joint_velocity", "gripper_position", "gripper_binary"] as const satisfies readonly ControlMode[];

type HandOptions = Required<Pick<ConformanceOptions, "periodMs" | "settleMs">> & ConformanceOptions;

/** Drives a backend through a kernel, as the runtime does. */
class Hand {
  readonly backend: Backend;
  readonly robot: RobotModel;
  readonly kernel: Kernel;
  readonly #options: HandOptions;
  #seq = 0;

  constructor(backend: Backend, robot: RobotModel, options: HandOptions) {
    const { maxTrackingErrorRad, maxTrackingErrorM } = options;
    this.backend = backend;
    this.robot = robot;
    this.#options = options;
    this.kernel = createKernel({
      robot,
      gripper: backend.modes.has("gripper_position"),
      modes: [...backend.modes],
      ...(maxTrackingErrorRad === undefined ? {} : { maxTrackingErrorRad }),
      ...(maxTrackingErrorM === undefined ? {} : { maxTrackingErrorM }),
    });
  }

  /** A configuration a little off `seen`, within the limits. */
  away(seen: Observation): number[] {
    const { lowerRad, upperRad, nJoints } = this.robot;
    const travel = this.#options.travelRad ?? Array.from({ length: nJoints }, (_, j) => (j % 2 === 0 ? 0.1 : -0.08));
    return seen.qRad.map((q, j) => Math.max(lowerRad[j]! + 1e-3, Math.min(upperRad[j]! - 1e-3, q + travel[j]!)));
  }

  chunk(mode: ControlMode, rows: Float64Array, width: number): Command {
    this.#seq += 1;
    return { mode, rows, width, periodMs: this.#options.periodMs, seq: this.#seq, basedOnSeq: 0, validUntilMs: 1e9 };
  }

  /** Moves as a plan would, in chunks of 100 ms, `part` of the way in time; at the end it waits to settle. Answers the rows sent. */
  async moveTo(target: readonly number[], part = 1): Promise<number> {
    const { robot } = this;
    const { periodMs, settleMs } = this.#options;
    const from = await this.backend.observe();
    const planned = planTrajectory(new JointPath(robot.nJoints, [...from.qRad, ...target]), {
      model: robot,
      jointSpeedScale: 0.5,
      jointAccelerationScale: 0.5,
      maxTipSpeedMps: Infinity,
      maxTipAccelerationMps2: Infinity,
      maxTipAngularSpeedRadPerS: Infinity,
    });
    if (planned.kind === "failed") throw new Error(planned.reason);
    const nRows = Math.ceil((part * planned.durationMs + (part < 1 ? 0 : settleMs)) / periodMs);
    const perChunk = Math.max(1, Math.round(100 / periodMs));
    for (let done = 0; done < nRows; done += perChunk) {
      const count = Math.min(perChunk, nRows - done);
      const rows = new Float64Array(count * robot.nJoints);
      planned.sampleRowsInto((done + 1) * periodMs, periodMs, count, rows);
      await this.#send("joint_position", rows, robot.nJoints);
    }
    return nRows;
  }

  /** Half a second for the way, and the time to settle. */
  async openTo(from: number, opening: number): Promise<void> {
    const { periodMs, settleMs } = this.#options;
    const moving = Math.ceil(500 / periodMs);
    const rows = Float64Array.from({ length: moving + Math.ceil(settleMs / periodMs) }, (_, i) => {
      const part = Math.min(1, (i + 1) / moving);
      return Math.max(0, Math.min(1, from + (opening - from) * part));
    });
    await this.#send("gripper_position", rows, 1);
  }

  async close(): Promise<void> {
    await this.backend[Symbol.asyncDispose]();
  }

  async #send(mode: ControlMode, rows: Float64Array, width: number): Promise<void> {
    const measured = await this.backend.observe();
    const verdict = this.kernel.vet(this.chunk(mode, rows, width), { nowMs: 0, measuredRad: measured.qRad });
    if (verdict.kind === "refused") throw new Error(`${verdict.code}: ${verdict.reason}`);
    await this.backend.apply(verdict.command);
  }
}

function expectReceipt(receipt: StopReceipt): void {
  expect(receipt.acknowledged).toBe(true);
  expect(numbersIn(receipt).every(Number.isFinite)).toBe(true);
  expect(receipt.restAtMs).toBeGreaterThanOrEqual(receipt.atMs);
  expect(receipt.stoppingTimeMs).toBeCloseTo(receipt.restAtMs - receipt.atMs, 6);
  expect(receipt.stoppingDistanceM).toBeGreaterThanOrEqual(0);
}

async function failure(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}

function numbersIn(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

function notFrozen(value: unknown, path = "observation"): string[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, item]) => notFrozen(item, `${path}.${key}`));
  return Object.isFrozen(value) ? inside : [path, ...inside];
}
