/**
 * What every backend promises, as tests: call it from the backend's own test file.
 * @module
 */
import { describe, expect, test } from "vitest";
import type { Backend, StopReceipt } from "../src/backend/backend.ts";
import { ClearanceError } from "../src/core/errors.ts";
import { createKernel, isVetted, type ControlMode, type Vetted } from "../src/kernel/index.ts";
import type { RobotModel } from "../src/robot/robot-model.ts";
import { Hand, type ConformanceOptions } from "./backend-hand.ts";

export type { ConformanceOptions } from "./backend-hand.ts";

export interface OpenedBackend {
  readonly backend: Backend;
  readonly robot: RobotModel;
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

    test("kernel 22 a vetted command is carried out once, in order, in time, and not after a stop", async () => {
      const hand = await started();
      const start = await hand.backend.observe();
      const still = (validUntilMs = 1e9): Vetted => {
        const command = hand.chunk("joint_position", Float64Array.from(start.qRad), hand.robot.nJoints);
        const verdict = hand.kernel.vet({ ...command, validUntilMs }, { nowMs: 0, measuredRad: start.qRad });
        if (verdict.kind !== "vetted") throw new Error(verdict.reason);
        return verdict.command;
      };
      const refused = async (command: Vetted): Promise<unknown> => failure(() => hand.backend.apply(command));
      const [overtaken, first] = [still(), still()];
      await hand.backend.apply(first);
      const before = await hand.backend.observe();
      expect(await refused(first)).toMatchObject({ code: "command.repeated", data: { seq: first.seq } });
      expect(await refused(overtaken)).toMatchObject({ code: "command.outdated", data: { seq: overtaken.seq } });
      expect(await refused(still(before.atMs / 2))).toMatchObject({ code: "command.outdated" });
      const early = still();
      await hand.backend.stop();
      expect(await refused(early)).toMatchObject({ code: "command.outdated" });
      const after = await hand.backend.observe();
      expect(after.qRad).toEqual(before.qRad);
      // Of all these only the stop may have taken time.
      expect(await refused(still())).toBe("nothing was thrown");
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
