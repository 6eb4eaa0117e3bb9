import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { array, assert, double, option, property, record, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { openKinematicBackend } from "../../backend/kinematic/index.ts";
import type { Vec3 } from "../../core/vec3.ts";
import { geofenceGate } from "../../gate/geofence-gate.ts";
import { WorldViews } from "../../intent/build-world-view.ts";
import { derivedEnvelope } from "../../kernel/envelope/derived-envelope.ts";
import { createKernel } from "../../kernel/kernel.ts";
import { robotFromUrdf } from "../../robot/urdf.ts";
import { collision as plainGantry, gantryRuntime, testWorld } from "../../runtime/testing/gantry-runtime.ts";
import type { StepRecord } from "../../trace/records.ts";
import { refusedStep, step } from "../../trace/testing/records.ts";
import { analyseCapture, type CalibrationReport } from "./analyse-capture.ts";
import { calibrationEpisode, defaultSweep, type SweepStep } from "./calibration-episode.ts";
import { limitsOfEnvelope, limitsOfRobot } from "./declared-limits.ts";
import { fit, pointPairs } from "./fit.ts";
import { recommendedProfile } from "./recommended-profile.ts";

/** A gantry that stands at the origin and is fast enough for half a metre in a second, from rest to rest. */
function fastGantry() {
  const urdf = readFileSync(fileURLToPath(new URL("../../../models/gantry/gantry.urdf", import.meta.url)), "utf8");
  const fast = { maxVelocityRadPerS: 5, maxAccelerationRadPerS2: 50 };
  const { collision } = robotFromUrdf(urdf, {
    tipLink: "tip",
    home: { x: 0, y: 0, z: 0, theta: 0 },
    limits: { x: fast, y: fast, z: fast, theta: fast },
  });
  const limits = {
    maxTipSpeedMps: 5,
    maxTipAccelerationMps2: 50,
    maxTipAngularSpeedRadPerS: 5,
    jointSpeedScale: 1,
    jointAccelerationScale: 1,
  };
  const { robot } = collision;
  const built = gantryRuntime({
    kernel: createKernel({ robot, gripper: false, modes: ["joint_position"] }),
    views: new WorldViews({ collision, spec: testWorld, limits, maxStateAgeMs: 250 }),
    wrap: () => openKinematicBackend({ robot, world: testWorld, gripper: false }),
    gates: [geofenceGate()],
  });
  return { ...built, collision };
}

/** The default sweep with a second for every step: moves that take one, and one of standing still for a look. */
const secondByStep: readonly SweepStep[] = defaultSweep.flatMap(({ name, args }) =>
  name === "scan"
    ? [
        { name, args },
        { name: "wait", args: { seconds: 1 } },
      ]
    : [{ name, args: { ...args, duration: 1 } }],
);

/** A step of `tookMs` that ended at `to`. */
function moved(n: number, atMs: number, from: Vec3, to: Vec3, tookMs = 1000, more: Partial<StepRecord> = {}): StepRecord {
  return step(n, {
    intent: { id: `i-${n}`, name: "move_to", args: { x: to[0], y: to[1], z: to[2] }, rationale: "" },
    stateBefore: { position: from, at_ms: atMs },
    stateAfter: { position: to, at_ms: atMs + tookMs },
    ...more,
  });
}

describe("runtime row 92 calibration", () => {
  test("runtime row 92 default sweep, 1 s per step: bounds = captured AABB ± .05; velocity .6; acceleration .6", async () => {
    const { runtime } = fastGantry();
    const log = await calibrationEpisode(runtime, { sweep: secondByStep });
    expect(log.map(({ result }) => result.status)).toEqual(log.map(() => "ok"));
    const report = analyseCapture(log);
    expect(report.boundsM).toEqual({ minM: [0, 0, 0], maxM: [expect.closeTo(0.3, 6), expect.closeTo(0.3, 6), expect.closeTo(0.5, 6)] });
    const proposal = recommendedProfile(report);
    expect(proposal).toMatchObject({
      needsReview: true,
      max_velocity: expect.closeTo(0.6, 6),
      max_acceleration: expect.closeTo(0.6, 6),
      workspace_bounds: [
        [-0.05, -0.05, -0.05],
        [expect.closeTo(0.35, 6), expect.closeTo(0.35, 6), expect.closeTo(0.55, 6)],
      ],
    });
    expect(report.countsByPrimitive).toEqual({ move_to: 5, scan: 2, wait: 2 });
    expect(report.latency).toMatchObject({ n: 9, meanMs: expect.closeTo(7000 / 9, 6), p99Ms: expect.closeTo(1000, 6) });
    expect(report.warnings).toEqual([
      "2 steps took less than 1 ms by the backend's clock and give no speed",
      "9 latency samples, fewer than 100: p99 is the maximum",
    ]);
  });

  test("runtime row 92 the default sweep is the specification's, as often as it is asked for, each step through every gate", async () => {
    expect(defaultSweep.map(({ name, args }) => [name, ...Object.values(args)])).toEqual([
      ["scan", 0.1],
      ["move_to", 0, 0, 0.5],
      ["move_to", 0.3, 0, 0.5],
      ["move_to", 0.3, 0.3, 0.5],
      ["move_to", 0, 0.3, 0.5],
      ["move_to", 0, 0, 0.5],
      ["scan", 0.3],
    ]);
    const { runtime, trace } = gantryRuntime({ gates: [geofenceGate({ maxCorner: [0.2, 1, 1] })] });
    const log = await calibrationEpisode(runtime, { nRepeats: 2 });
    expect(log.map(({ result }) => result.status)).toEqual([0, 1].flatMap(() => ["ok", "ok", "blocked", "blocked", "ok", "ok", "ok"]));
    expect(trace.records.filter(({ kind }) => kind === "step").length).toBeGreaterThanOrEqual(14);
    for (const nRepeats of [0, 1.5, NaN]) await expect(calibrationEpisode(runtime, { nRepeats })).rejects.toThrow(RangeError);
  });

  test("runtime row 92 only executed steps count: no refusal, no stop, no motion that the kernel did not let begin", () => {
    const kernelRefused = { chunks: 0, refused: { code: "estop_latched", reason: "latched", evidence: {} } };
    const stop = { gateName: "stop-path", action: "allow", verdict: "allow", reason: "stop is always allowed" } as const;
    const log = [
      moved(1, 0, [0, 0, 0], [0.1, 0, 0]),
      { ...refusedStep(2), stateBefore: { position: [9, 9, 9], at_ms: 1000 }, stateAfter: { position: [9, 9, 9], at_ms: 2000 } },
      moved(3, 2000, [5, 5, 5], [6, 6, 6], 1000, { kernel: kernelRefused }),
      moved(4, 3000, [7, 7, 7], [8, 8, 8], 1000, { decision: stop }),
      moved(5, 4000, [4, 4, 4], [3, 3, 3], 1000, { children: [1] }),
      moved(6, 5000, [4, 4, 4], [3, 3, 3], 1000, { result: { status: "blocked", observation: {}, message: "no", durationMs: 0 } }),
    ];
    const report = analyseCapture(log);
    expect(report).toMatchObject({
      nSteps: 6,
      nExecuted: 1,
      boundsM: { minM: [0, 0, 0], maxM: [0.1, 0, 0] },
      countsByPrimitive: { move_to: 1 },
      maxSpeedMps: 0.1,
      maxAccelerationMps2: null,
    });
    expect(report.warnings[0]).toBe(
      "2 of 6 steps were refused and do not count; the first: move_to: geofence: target x=9 outside workspace [-1,1]",
    );
    expect(pointPairs(log)).toHaveLength(1);
  });

  test("runtime row 92 speeds are of the backend's clock: pairs nearer than 1 ms are dropped, and so are those without a time", () => {
    const stopped = moved(3, 3000, [0, 0, 0], [1, 0, 0], 0);
    const tiny = moved(4, 3000, [0, 0, 0], [1, 0, 0], 0.999);
    const backwards = moved(5, 3000, [0, 0, 0], [1, 0, 0], -500);
    const untimed = { ...moved(6, 0, [0, 0, 0], [1, 0, 0]), stateBefore: { position: [0, 0, 0] } };
    const justEnough = moved(7, 4000, [0, 0, 0], [0.0001, 0, 0], 1);
    const report = analyseCapture([stopped, tiny, backwards, untimed, justEnough]);
    expect(report.maxSpeedMps).toBeCloseTo(0.1, 12);
    expect(report.warnings).toEqual([
      "2 steps took less than 1 ms by the backend's clock and give no speed",
      "2 steps have no time or position of the backend before and after them and give no speed",
      "3 latency samples, fewer than 100: p99 is the maximum",
    ]);
    const proposal = recommendedProfile(analyseCapture([stopped]));
    expect(proposal.max_velocity).toBeUndefined();
    expect(proposal.notes).toContain("max_velocity: nothing was measured to propose it from");
  });

  test("runtime row 92 braking counts as much as speeding up; a robot that stood still says nothing of how fast it may be", () => {
    const braking = [moved(1, 0, [0, 0, 0], [0.3, 0, 0]), moved(2, 1000, [0.3, 0, 0], [0.4, 0, 0])];
    expect(analyseCapture(braking).maxAccelerationMps2).toBeCloseTo(0.2, 12);
    const still = analyseCapture([moved(1, 0, [0, 0, 0], [0, 0, 0]), moved(2, 1000, [0, 0, 0], [0, 0, 0])]);
    expect(still).toMatchObject({ maxSpeedMps: 0, maxAccelerationMps2: 0 });
    const proposal = recommendedProfile(still);
    expect([proposal.max_velocity, proposal.max_acceleration]).toEqual([undefined, undefined]);
  });

  test("runtime row 92 from 100 latency samples on p99 is the 99th of them, without a warning", () => {
    const log = Array.from({ length: 100 }, (_, i) => moved(i + 1, i * 1e6, [0, 0, 0], [0, 0, 0], i + 1));
    expect(analyseCapture(log)).toMatchObject({ latency: { n: 100, meanMs: 50.5, p99Ms: 99 }, warnings: [] });
    expect(analyseCapture(log.slice(1)).latency?.p99Ms).toBe(100);
  });

  test("runtime row 92 the largest force that was measured, with its margin", () => {
    const felt = (observation: StepRecord["result"]["observation"], n: number) =>
      moved(n, n * 1000, [0, 0, 0], [0.1, 0, 0], 1000, { result: { status: "ok", observation, message: "", durationMs: 0 } });
    const log = [felt({ force: 3 }, 1), felt({ force_norm: 4, force: 99 }, 2), felt({ force: [-3, 0, 4] }, 3), felt({ force: "much" }, 4)];
    expect(analyseCapture(log).maxForceN).toBe(5);
    expect(recommendedProfile(analyseCapture(log), { forceMargin: 2 }).max_force_n).toBe(10);
    expect(recommendedProfile(analyseCapture([moved(1, 0, [0, 0, 0], [1, 0, 0])])).max_force_n).toBeUndefined();
  });
});

describe("runtime row 92 a proposal is never looser than what is declared", () => {
  const fast: CalibrationReport = analyseCapture([
    moved(1, 0, [0, 0, 0], [0, 0, 0]),
    moved(2, 1000, [0, 0, 0], [5, 0, 0], 1000, {
      result: { status: "ok", observation: { force: 100 }, message: "", durationMs: 0 },
    }),
  ]);

  test("runtime row 92 profile, robot description and envelope each tighten it", () => {
    const { collision } = fastGantry();
    const envelope = {
      ...derivedEnvelope({ robot: collision.robot, gripper: false, modes: ["joint_position"] }),
      maxEeAccelMps2: 2,
      maxForceN: 30,
    };
    const profile = { source: "profile", minM: [-1, -1, 0], maxM: [1, 1, 1], maxSpeedMps: 0.5 } as const;
    const proposal = recommendedProfile(fast, { declared: [profile, limitsOfRobot(collision), limitsOfEnvelope(envelope)] });
    expect(proposal).toMatchObject({ max_velocity: 0.5, max_acceleration: 2, max_force_n: 30 });
    expect(proposal.workspace_bounds).toEqual([
      [-0.05, -0.05, 0],
      [1, 0.05, 0.05],
    ]);
    expect(proposal.notes).toContain("max_velocity: 6 m/s was measured with its margin; the profile allows 0.5");
    expect(recommendedProfile(fast, { declared: [{ source: "profile", maxSpeedMps: 0 }] }).max_velocity).toBe(0);
  });

  test("runtime row 92 the joints of a description bound the tip's speed", () => {
    // Three slides of 0.5 m/s each; the wrist turns about the tip and moves it not at all.
    expect(limitsOfRobot(plainGantry).maxSpeedMps).toBeCloseTo(1.5, 8);
  });

  test("runtime row 92 whatever was measured and declared", () => {
    const limit = option(double({ min: 0, max: 100, noNaN: true }), { nil: undefined });
    const corner = double({ min: -10, max: 10, noNaN: true });
    const declared = record({
      maxSpeedMps: limit,
      maxAccelerationMps2: limit,
      maxForceN: limit,
      minM: option(tuple(corner, corner, corner), { nil: undefined }),
      maxM: option(tuple(corner, corner, corner), { nil: undefined }),
    });
    const margin = double({ min: 0, max: 5, noNaN: true });
    assert(
      property(array(declared, { maxLength: 3 }), margin, margin, (all, velocityMargin, workspaceMarginM) => {
        const sources = all.map((one, i) => ({ source: `source ${i}`, ...one }));
        const proposal = recommendedProfile(fast, { velocityMargin, workspaceMarginM, declared: sources });
        expect(proposal.needsReview).toBe(true);
        for (const one of sources) {
          expect(proposal.max_velocity ?? 0).toBeLessThanOrEqual(one.maxSpeedMps ?? Infinity);
          expect(proposal.max_acceleration ?? 0).toBeLessThanOrEqual(one.maxAccelerationMps2 ?? Infinity);
          expect(proposal.max_force_n ?? 0).toBeLessThanOrEqual(one.maxForceN ?? Infinity);
          for (const axis of [0, 1, 2] as const) {
            expect(proposal.workspace_bounds?.[0][axis] ?? Infinity).toBeGreaterThanOrEqual(one.minM?.[axis] ?? -Infinity);
            expect(proposal.workspace_bounds?.[1][axis] ?? -Infinity).toBeLessThanOrEqual(one.maxM?.[axis] ?? Infinity);
          }
        }
        expect(proposal.max_velocity ?? 0).toBeLessThanOrEqual(5 * velocityMargin);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test("runtime row 92 margins and limits that are no numbers are refused; bounds that exclude what was measured are not proposed", () => {
    for (const bad of [NaN, -1, Infinity]) {
      expect(() => recommendedProfile(fast, { velocityMargin: bad })).toThrow(/velocityMargin/);
      expect(() => recommendedProfile(fast, { workspaceMarginM: bad })).toThrow(/workspaceMarginM/);
    }
    expect(() => recommendedProfile(fast, { declared: [{ source: "profile", maxSpeedMps: NaN }] })).toThrow(/profile: maxSpeedMps/);
    const elsewhere = { source: "profile", minM: [6, 6, 6], maxM: [7, 7, 7] } as const;
    expect(recommendedProfile(fast, { declared: [elsewhere] }).workspace_bounds).toBeUndefined();
    for (const axis of [0, 1, 2]) {
      const minM = [0, 1, 2].map((i) => (i === axis ? 6 : -10)) as unknown as Vec3;
      expect(recommendedProfile(fast, { declared: [{ source: "profile", minM }] }).workspace_bounds).toBeUndefined();
    }
    expect(recommendedProfile(fast, { declared: [{ source: "profile", minM: [NaN, 0, 0] }] }).workspace_bounds).toBeUndefined();
    expect(recommendedProfile(analyseCapture([])).workspace_bounds).toBeUndefined();
  });
});

test("runtime row 92 the fit of a sound robot is the identity; points that were not reached are not in it", async () => {
  const { runtime } = fastGantry();
  const log = await calibrationEpisode(runtime, { sweep: secondByStep });
  const found = fit(pointPairs(log));
  expect(found).toMatchObject({ n: 5, scale: expect.closeTo(1, 6), residualM: expect.closeTo(0, 6) });
  expect(found?.translationM).toEqual([expect.closeTo(0, 6), expect.closeTo(0, 6), expect.closeTo(0, 6)]);
  const broken = moved(9, 0, [0, 0, 0], [1, 1, 1], 1000, { result: { status: "timeout", observation: {}, message: "", durationMs: 0 } });
  expect(pointPairs([broken])).toEqual([]);
});
