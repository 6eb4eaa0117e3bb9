import { describe, expect, test } from "vitest";
import { tipPose } from "../robot/kinematics.ts";
import { KernelGeometry } from "./geometry/kernel-geometry.ts";
import { oneLink, ur5e, worldOf, yArm } from "./geometry/testing/fixtures.ts";
import { createKernel, type Passed, type Refused, type SafetyKernel } from "./kernel.ts";
import { Rig } from "./stop/testing/supervisor-rig.ts";

/** Moves one joint by `speed` rad/s from where it was measured. */
interface Move {
  readonly joint: number;
  readonly speed: number;
  readonly rows?: number;
}

const periodMs = 10;
let seq = 0;

class Bench {
  readonly kernel: SafetyKernel;
  readonly geometry: KernelGeometry;
  readonly q: Float64Array;
  readonly #lower: Float64Array;

  constructor(geometry: KernelGeometry, robot: Parameters<typeof createKernel>[0]["robot"], q: ArrayLike<number>) {
    this.geometry = geometry;
    this.q = Float64Array.from(q);
    this.#lower = robot.lowerRad;
    this.kernel = createKernel({
      robot,
      gripper: false,
      modes: ["joint_position", "joint_velocity", "joint_trajectory"],
      geometry,
      onViolation: "latch",
    });
  }

  get violates(): boolean {
    return this.geometry.judge(this.q, new Float64Array(0), 0, 1, 0) !== 0;
  }

  vet(...moves: readonly Move[]): Passed | Refused {
    const width = this.#lower.length;
    const nRows = moves[0]?.rows ?? 5;
    const rows = new Float64Array(nRows * width);
    for (let row = 0; row < nRows; row++) {
      rows.set(this.q, row * width);
      for (const { joint, speed } of moves) rows[row * width + joint]! += (speed * (row + 1) * periodMs) / 1000;
    }
    return this.send({ rows });
  }

  send(more: Partial<Parameters<SafetyKernel["vet"]>[0]>): Passed | Refused {
    const width = this.#lower.length;
    const still = { mode: "joint_position", rows: Float64Array.from(this.q), width, periodMs, basedOnSeq: 0, validUntilMs: 1e9 } as const;
    return this.kernel.vet({ ...still, seq: ++seq, ...more }, { nowMs: 0, measuredRad: this.q });
  }

  /** Vets, and moves there. */
  follow(...moves: readonly Move[]): Passed | Refused {
    const verdict = this.vet(...moves);
    if (verdict.kind === "vetted") this.q.set(verdict.command.rows.subarray(verdict.command.rows.length - this.q.length));
    return verdict;
  }
}

/** The UR5e with its wrist 1 cm deep in a post beside it; turning the base by + leads out. */
function wristInPost(options: { readonly maxMps?: number } = {}): Bench {
  const collision = ur5e();
  const { robot } = collision;
  const { position } = tipPose(robot, robot.homeRad);
  const controlPoints = [{ name: "tip", link: "wrist_3_link", positionM: [0, 0, 0] }] as const;
  const eeSpeed = options.maxMps === undefined ? {} : { controlPoints, eeSpeed: { maxMps: options.maxMps, jumpToleranceM: 0 } };
  const geometry = new KernelGeometry({ collision, self: {}, world: { deadlineMs: 1e9 }, ...eeSpeed });
  // Beside the wrist, seen from the base, and a little beyond it: where it comes to when the base turns back.
  const [x, y, z] = position;
  const far = Math.hypot(x, y);
  const [outX, outY] = [x / far, y / far];
  const beside = (offM: number) =>
    worldOf([[0.03, 0.01, [x + 0.05 * outX + offM * outY, y + 0.05 * outY - offM * outX, z - 0.02, 0, 0, 0], "post"]]);
  const bench = new Bench(geometry, robot, robot.homeRad);
  for (let offM = 0.3; ; offM -= 0.001) {
    geometry.setWorld(beside(offM));
    if (bench.violates && geometry.finding.distanceM <= -0.01) return bench;
  }
}

describe("safety-kernel §8: recovery", () => {
  test("an arm in contact is refused, moves out at a tenth of its caps, and is refused what leads deeper", () => {
    const arm = wristInPost();
    expect(arm.vet({ joint: 0, speed: 0.5 })).toMatchObject({ code: "world_collision", evidence: { b: "post", phase: "measured" } });
    expect(arm.kernel.latched).toBe(true);
    expect(arm.vet({ joint: 0, speed: 0.5 })).toMatchObject({ code: "estop_latched" });
    arm.kernel.enterRecovery();
    expect([arm.kernel.latched, arm.kernel.recovering]).toEqual([false, true]);
    let chunks = 0;
    for (; arm.violates && chunks < 100; chunks++) expect(arm.follow({ joint: 0, speed: 0.2 })).toMatchObject({ kind: "vetted" });
    expect(arm.violates).toBe(false);
    // About a centimetre at half a metre, 0.01 rad a chunk.
    expect(chunks).toBe(3);
    // Clean, and not yet reset: what it left it does not enter again.
    expect(arm.vet({ joint: 0, speed: -0.5, rows: 50 })).toMatchObject({ kind: "refused", code: "world_collision" });
  });

  test("deeper is refused with the pair, both distances and the row, and latches again", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    const verdict = arm.vet({ joint: 0, speed: -0.5 });
    expect(verdict).toMatchObject({ code: "recovery_nearer", severity: "violation", step: 17, evidence: { b: "post", row: 0, unit: "m" } });
    if (verdict.kind !== "refused") return;
    expect(verdict.reason).toMatch(/^in recovery wrist_\d_link comes nearer to post in row 0: -0\.01\S* m apart, -0\.01\S* m before$/);
    expect(Number(verdict.evidence["value"])).toBeLessThan(Number(verdict.evidence["limit"]));
    expect(arm.kernel.failure()).toMatchObject({
      severity: "ABORT",
      evidence: { kind: "collision", collision_kind: "world", link_b_or_object: "post", horizon_step: 0 },
    });
    expect([arm.kernel.latched, arm.kernel.recovering]).toEqual([true, false]);
  });

  test("out and back in within one chunk is refused at the row that turns back", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    const rows = new Float64Array(4 * 6);
    [0.002, 0.004, 0.003, 0.005].forEach((turn, row) => rows.set([arm.q[0]! + turn, ...arm.q.subarray(1)], row * 6));
    expect(arm.send({ rows })).toMatchObject({ code: "recovery_nearer", evidence: { row: 2 } });
  });

  test("to stand still is allowed, and another joint that does not come nearer", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    expect(arm.vet({ joint: 0, speed: 0 })).toMatchObject({ kind: "vetted" });
    expect(arm.vet({ joint: 0, speed: 0.2 }, { joint: 5, speed: 0.1 })).toMatchObject({ kind: "vetted" });
  });

  test("faster than a tenth of a cap is refused, from the measured state on", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    expect(arm.vet({ joint: 0, speed: 1 })).toMatchObject({ kind: "vetted" });
    expect(arm.vet({ joint: 0, speed: 1.01 })).toMatchObject({
      code: "joint_rate",
      step: 14,
      evidence: { joint: "shoulder_link_joint", row: 0 },
    });
  });

  test("faster than a tenth of the tip's cap is refused too", () => {
    const slow = wristInPost({ maxMps: 1 });
    slow.kernel.enterRecovery();
    expect(slow.vet({ joint: 0, speed: 0.1 })).toMatchObject({ kind: "vetted" });
    const verdict = slow.vet({ joint: 0, speed: 0.9 });
    expect(verdict).toMatchObject({ code: "ee_speed", evidence: { limit: 0.1 } });
    if (verdict.kind === "refused") expect(verdict.evidence["value"]).toBeGreaterThan(0.3);
  });

  test("what was clear where it was measured keeps its margin: the way out does not lead into something else", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    // The elbow folds towards the upper arm while the base turns out.
    expect(arm.vet({ joint: 0, speed: 0.99, rows: 250 }, { joint: 2, speed: 0.5 })).toMatchObject({ code: "self_collision" });
  });

  test("an arm that folded onto itself unfolds", () => {
    const geometry = new KernelGeometry({ collision: yArm, self: { marginM: 0.03 } });
    const arm = new Bench(geometry, yArm.robot, [0, 2.9, 0]);
    arm.kernel.enterRecovery();
    expect(arm.vet({ joint: 1, speed: 0.1 })).toMatchObject({ code: "recovery_nearer", evidence: { a: "link1", b: "link3" } });
    arm.kernel.enterRecovery();
    for (let chunk = 0; chunk < 40 && arm.violates; chunk++)
      expect(arm.follow({ joint: 1, speed: -0.9 })).toMatchObject({ kind: "vetted" });
    expect(arm.violates).toBe(false);
  });

  test("a joint beyond its limit comes back, and goes no farther; one within stays within", () => {
    const geometry = new KernelGeometry({ collision: oneLink, self: { acknowledgeNoPairs: true } });
    const arm = new Bench(geometry, oneLink.robot, [7.02]);
    arm.kernel.enterRecovery();
    expect(arm.vet({ joint: 0, speed: 0.1 })).toMatchObject({
      code: "joint_position",
      evidence: { row: 0, limit: expect.closeTo(7.02, 6) },
    });
    arm.kernel.enterRecovery();
    expect(arm.follow({ joint: 0, speed: -0.9 })).toMatchObject({ kind: "vetted" });
    const back = arm.q[0]!;
    expect(back).toBeCloseTo(7.02 - 0.045, 9);
    const turns = Float64Array.of(6.9999, 7.0005);
    arm.q[0] = 7.0004;
    expect(arm.send({ rows: turns })).toMatchObject({ code: "joint_position", evidence: { row: 1, limit: expect.closeTo(7, 6) } });
  });

  test("only rows of joints run, also at times of their own; a velocity does not say where it ends", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    expect(arm.send({ mode: "joint_velocity", rows: new Float64Array(6) })).toMatchObject({
      code: "recovery_mode",
      severity: "drop",
      reason: "mode joint_velocity does not run in recovery, joint_position and joint_trajectory do",
    });
    const out = Float64Array.from(arm.q);
    out[0]! += 0.02;
    const timed = (atMs: number) => ({ mode: "joint_trajectory", rows: out, rowTimesMs: Float64Array.of(atMs) }) as const;
    expect(arm.send(timed(25))).toMatchObject({ kind: "vetted" });
    expect(arm.send(timed(15))).toMatchObject({ code: "joint_rate" });
  });

  test("without a fresh state, a fresh world, or geometry that can tell, nothing moves", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    arm.q[3] = Number.NaN;
    expect(arm.vet({ joint: 0, speed: 0.1 })).toMatchObject({ code: "nan_in_action" });
    arm.kernel.enterRecovery();
    expect(arm.send({ rows: new Float64Array(6) })).toMatchObject({ code: "state_unavailable" });
    const blind = createKernel({ robot: yArm.robot, gripper: false, modes: ["joint_position"] });
    blind.enterRecovery();
    const still = {
      mode: "joint_position",
      rows: new Float64Array(3),
      width: 3,
      periodMs,
      seq: 1,
      basedOnSeq: 0,
      validUntilMs: 1,
    } as const;
    expect(blind.vet(still, { nowMs: 0, measuredRad: [0, 0, 0] })).toMatchObject({ code: "recovery_unseen", severity: "drop" });
    const unfed = new Bench(new KernelGeometry({ collision: yArm, self: {}, world: {} }), yArm.robot, [0, 0, 0]);
    unfed.kernel.enterRecovery();
    expect(unfed.vet({ joint: 0, speed: 0.1 })).toMatchObject({ code: "world_unavailable" });
  });

  test("the margins are the old ones after a recovery, whatever became of it", () => {
    const arm = wristInPost();
    arm.kernel.enterRecovery();
    arm.vet({ joint: 0, speed: 0.1 });
    expect(arm.violates).toBe(true);
    arm.vet({ joint: 0, speed: -0.1 });
    expect(arm.violates).toBe(true);
  });

  test("with the supervisor: latched by contact, reset into recovery, out, clean, ready", async () => {
    const arm = wristInPost();
    const rig = await new Rig({ recheck: () => (arm.violates ? "violates" : "clean") }).running();
    const refused = arm.vet({ joint: 0, speed: 0.5 });
    if (refused.kind === "refused") void rig.supervisor.violation(refused.reason, refused.evidence);
    await rig.pass(600);
    expect(await rig.reset()).toMatchObject({ ok: false, code: "cause_present" });
    expect(await rig.reset({ credential: "anna", recovery: true })).toMatchObject({ ok: true });
    expect(rig.supervisor.status()).toMatchObject({ state: "recovery", speedScale: 0.1 });
    arm.kernel.enterRecovery();
    while ((await rig.supervisor.recheck()) === "violates") expect(arm.follow({ joint: 0, speed: 0.2 }).kind).toBe("vetted");
    expect(rig.supervisor.status()).toMatchObject({ state: "ready", latched: false });
    arm.kernel.unlatch();
    expect(arm.kernel.recovering).toBe(false);
    expect(arm.vet({ joint: 0, speed: 2 })).toMatchObject({ kind: "vetted" });
  });
});
