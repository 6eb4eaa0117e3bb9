import { expect, test } from "vitest";
import { KernelGeometry } from "./geometry/kernel-geometry.ts";
import { ModePredictor } from "./geometry/mode-predictor.ts";
import { oneLink, yArm } from "./geometry/testing/fixtures.ts";
import { createKernel, type SafetyKernel } from "./kernel.ts";

/** The Y arm folds onto itself at 2.9 rad: link1 and link3 are 0.024 m apart there, and 0.36 m stretched (safety-geometry §9). */
function folding(marginM: number): SafetyKernel {
  const geometry = new KernelGeometry({ collision: yArm, self: { marginM } });
  return createKernel({ robot: yArm.robot, gripper: false, modes: ["joint_position"], geometry, modelHash: geometry.report.modelHash });
}

function rows(fromRad: number, toRad: number, n: number): Float64Array {
  return Float64Array.from({ length: 3 * n }, (_, i) => (i % 3 === 1 ? fromRad + ((toRad - fromRad) * (Math.floor(i / 3) + 1)) / n : 0));
}

const chunk = (seq: number, from: number, to: number) => ({
  mode: "joint_position" as const,
  rows: rows(from, to, 100),
  width: 3,
  periodMs: 50,
  seq,
  basedOnSeq: 1,
  validUntilMs: 1000,
});
const measured = (q: number) => ({ nowMs: 0, measuredRad: [0, q, 0] });

test("judge and geometry together: a fold that keeps the margin is vetted with its nearest pair, one that does not is refused with it", () => {
  const passed = folding(0.01).vet(chunk(1, 0, 2.9), measured(0));
  expect(passed).toMatchObject({ kind: "vetted" });
  if (passed.kind === "vetted") expect(passed.margins.nearestM).toBeCloseTo(0.024260029, 6);
  const refused = folding(0.03).vet(chunk(1, 0, 2.9), measured(0));
  expect(refused).toMatchObject({ kind: "refused", code: "self_collision", severity: "violation", step: 17 });
  if (refused.kind === "refused") expect(JSON.stringify(refused.evidence)).toMatch(/link1.*link3|link3.*link1/);
});

test("judge and geometry together: what starts too near is refused where it is measured", () => {
  expect(folding(0.03).vet(chunk(1, 2.9, 2.9), measured(2.9))).toMatchObject({ code: "self_collision" });
});

test("judge and geometry together: without a world, or with an old one, nothing moves", () => {
  const geometry = new KernelGeometry({ collision: oneLink, self: { acknowledgeNoPairs: true }, world: { deadlineMs: 100 } });
  const kernel = createKernel({ robot: oneLink.robot, gripper: false, modes: ["joint_position"], geometry });
  const still = { mode: "joint_position", rows: new Float64Array(1), width: 1, periodMs: 10, basedOnSeq: 1, validUntilMs: 10_000 } as const;
  expect(kernel.vet({ ...still, seq: 1 }, { nowMs: 0, measuredRad: [0] })).toMatchObject({ code: "world_unavailable", severity: "drop" });
});

test("judge, geometry and predictor together: a speed that leads into the fold is refused before it gets there", () => {
  const geometry = new KernelGeometry({ collision: yArm, self: { marginM: 0.03 } });
  const predictor = new ModePredictor({ robot: yArm.robot });
  const kernel = createKernel({ robot: yArm.robot, gripper: false, modes: ["joint_velocity"], geometry, predictor });
  const speed = (seq: number, rad: number) => ({
    mode: "joint_velocity" as const,
    rows: Float64Array.from({ length: 30 }, (_, i) => (i % 3 === 1 ? rad : 0)),
    width: 3,
    periodMs: 20,
    seq,
    basedOnSeq: 1,
    validUntilMs: 1000,
  });
  expect(kernel.vet(speed(1, 0.5), measured(2.5))).toMatchObject({ kind: "vetted" });
  expect(kernel.vet(speed(2, 0.5), measured(2.8))).toMatchObject({ kind: "refused", code: "self_collision" });
});
