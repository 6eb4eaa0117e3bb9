import { expect, test } from "vitest";
import { KernelGeometry } from "../geometry/kernel-geometry.ts";
import { yArm } from "../geometry/testing/fixtures.ts";
import { createKernel } from "../kernel.ts";
import { RING_CAPACITY } from "./verdict-ring.ts";

function bench() {
  let us = 0;
  const geometry = new KernelGeometry({ collision: yArm, self: { marginM: 0.03 } });
  const kernel = createKernel({
    robot: yArm.robot,
    gripper: false,
    modes: ["joint_position"],
    geometry,
    modelHash: "m",
    onViolation: "drop",
    nowUs: () => (us += 10),
  });
  const chunk = (seq: number, fold: number) => ({
    mode: "joint_position" as const,
    rows: Float64Array.of(0, fold, 0),
    width: 3,
    periodMs: 50,
    seq,
    basedOnSeq: 1,
    validUntilMs: 1e6,
    issuedMs: 7,
    tick: seq,
  });
  const at = (fold: number, nowMs = 8) => ({ nowMs, measuredRad: [0, fold, 0] });
  return { kernel, chunk, at };
}

test("kernel 46 every verdict is kept, passed or not, with where it was decided, its margins and its hashes", () => {
  const { kernel, chunk, at } = bench();
  kernel.vet(chunk(1, 0.01), at(0));
  kernel.vet(chunk(2, 2.9), at(2.9));
  kernel.vet(chunk(2, 9), at(2.9));
  const [passed, hit, beyond] = kernel.recent();
  const common = { modelHash: "m", envelopeHash: kernel.envelopeHash, kernelVersion: "ts-1", kernelKind: "ts", epoch: 0, issuedMs: 7 };
  expect(passed).toMatchObject({
    ...common,
    verdict: "pass",
    severity: "pass",
    step: 19,
    seq: 1,
    tick: 1,
    mode: "joint_position",
    receivedMs: 8,
  });
  expect(passed?.nearestM).toBeGreaterThan(0.1);
  expect(passed?.pair).toHaveLength(2);
  expect(passed?.margins.position).toBeCloseTo(7 - 0.01, 6);
  expect(passed?.margins.torque).toBeUndefined();
  expect(passed?.decidedMs).toBe(8 + passed!.usedUs / 1000);
  expect(passed?.usedUs).toBeGreaterThan(0);
  expect(hit).toMatchObject({
    ...common,
    verdict: "self_collision",
    severity: "violation",
    step: 17,
    phase: "measured",
    limit: 0.03,
    seq: 2,
  });
  expect(hit?.nearestM).toBe(hit?.value);
  expect(hit).not.toHaveProperty("row");
  expect(beyond).toMatchObject({
    verdict: "joint_position",
    field: "joint_position",
    step: 12,
    joint: 1,
    row: 0,
    phase: "row",
    value: 9,
    limit: 7,
  });
  expect(beyond).not.toHaveProperty("nearestM");
});

test("kernel 46 what could not be read says nothing of the command before it", () => {
  const { kernel, chunk, at } = bench();
  kernel.vet(chunk(1, 0.01), at(0));
  kernel.vet(JSON.parse("null"), at(0));
  kernel.close();
  kernel.vet(chunk(2, 0.01), at(0));
  for (const [i, verdict] of [
    [1, "malformed"],
    [2, "closed"],
  ] as const) {
    expect(kernel.recent()[i]).toMatchObject({ verdict, step: 1, severity: "drop" });
    for (const field of ["seq", "tick", "mode", "issuedMs"]) expect(kernel.recent()[i]).not.toHaveProperty(field);
  }
});

test("kernel 46 the ring keeps the newest, oldest first, and entries are frozen", () => {
  const { kernel, chunk, at } = bench();
  for (let seq = 1; seq <= RING_CAPACITY + 3; seq++) kernel.vet(chunk(seq, 0.01), at(0));
  const entries = kernel.recent();
  expect(entries).toHaveLength(RING_CAPACITY);
  expect([entries[0]?.seq, entries.at(-1)?.seq]).toEqual([4, RING_CAPACITY + 3]);
  expect(entries.every(Object.isFrozen)).toBe(true);
});

test("kernel 46 of a bundle that is refused only the refusal is kept, of one that passes every chunk", () => {
  const { kernel, chunk, at } = bench();
  const fine = chunk(1, 0.01);
  expect(kernel.vetBundle([fine, { ...chunk(2, 99), tick: 1 }], at(0)).kind).toBe("refused");
  expect(kernel.recent().map(({ verdict }) => verdict)).toEqual(["chunk_replay"]);
  expect(kernel.vetBundle([fine], at(0)).kind).toBe("vetted");
  expect(kernel.recent().map(({ verdict }) => verdict)).toEqual(["chunk_replay", "pass"]);
});
