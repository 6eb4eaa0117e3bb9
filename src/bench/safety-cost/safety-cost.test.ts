import { describe, expect, test } from "vitest";
import { loadProfile } from "../../profile/files.ts";
import { clutteredTask } from "./cluttered-table.ts";
import { safetyCostEpisode, type EpisodeOutcome } from "./episode.ts";
import { safetyCostPicture } from "./picture.ts";
import { reportLines, safetyCostReport } from "./report.ts";

const profile = loadProfile("arm");
const setup = { profile, backend: "kinematic", slowM: 0.06, slowMps: 0.25 } as const;

test("a seed decides the task, and posts keep off cubes and goals", () => {
  expect(clutteredTask(profile.world, 7)).toEqual(clutteredTask(profile.world, 7));
  for (let seed = 0; seed < 50; seed++) {
    const { world, postNames, goals } = clutteredTask(profile.world, seed);
    for (const { name, shapes } of world.fixtures) {
      const [shape] = shapes;
      if (!postNames.includes(name) || shape?.kind !== "capsule") continue;
      const [x, y] = shape.fromM;
      for (const { positionM } of world.objects) expect(Math.hypot(x - positionM[0], y - positionM[1])).toBeGreaterThan(0.1);
      for (const goal of goals) expect(Math.hypot(x - goal.x, y - goal.y)).toBeGreaterThan(0.1);
    }
  }
});

/** The first seed whose straight way comes near a post: graded slows there, binary refuses. */
describe("near a post", { timeout: 60_000 }, () => {
  test("off goes fast, graded goes slowly and still succeeds, binary refuses", async () => {
    const seed = 0;
    const off = await safetyCostEpisode(setup, "off", seed);
    const graded = await safetyCostEpisode(setup, "graded", seed);
    const binary = await safetyCostEpisode(setup, "binary", seed);
    expect(off).toMatchObject({ success: true, slowed: 0, stops: {} });
    expect(off.maxSpeedNearMps).toBeGreaterThan(0.5);
    expect(graded.success).toBe(true);
    expect(graded.slowed).toBeGreaterThan(0);
    expect(graded.maxSpeedNearMps).toBeLessThanOrEqual(0.26);
    expect(graded.minClearanceM).toBeGreaterThan(0);
    expect(graded.durationS).toBeGreaterThan(off.durationS);
    expect(binary.success).toBe(false);
    expect(binary.stops["obstacle_avoidance"]).toBeGreaterThan(0);
    expect(binary.slowed).toBe(0);
  });

  test("the same seed and arm give the same outcome", async () => {
    expect(await safetyCostEpisode(setup, "graded", 3)).toEqual(await safetyCostEpisode(setup, "graded", 3));
  });
});

test("in physics, an episode goes on after the kernel refused and the arm braked", { timeout: 60_000 }, async () => {
  const outcome = await safetyCostEpisode({ ...setup, backend: "mujoco" }, "off", 8);
  expect(outcome.stops["kernel"]).toBeGreaterThan(0);
  expect(outcome.durationS).toBeGreaterThan(5);
});

const outcome = (changes: Partial<EpisodeOutcome>): EpisodeOutcome => ({
  seed: 0,
  arm: "off",
  success: true,
  minClearanceM: 0.1,
  nearestTo: "post 1",
  maxSpeedNearMps: 0.2,
  durationS: 10,
  slowed: 0,
  stops: {},
  ...changes,
});

describe("the report", () => {
  const outcomes = [
    outcome({ seed: 0, minClearanceM: -0.001 }),
    outcome({ seed: 1, minClearanceM: Number.NaN }),
    outcome({ seed: 2 }),
    outcome({ seed: 0, arm: "graded", slowed: 2 }),
    outcome({ seed: 1, arm: "graded" }),
    outcome({ seed: 2, arm: "graded", success: false, stops: { geofence: 2, kernel: 1 } }),
  ];
  const report = safetyCostReport(outcomes);

  test("contact is 0 or less or not known, and takes a success out of the safe ones", () => {
    const [off, graded] = report.arms;
    expect(off).toMatchObject({ arm: "off", success: { k: 3, n: 3 }, contact: { k: 2 }, safeSuccess: { k: 1 } });
    expect(graded).toMatchObject({ success: { k: 2 }, contact: { k: 0 }, safeSuccess: { k: 2 }, slowedMotions: 2 });
    expect(graded?.stops).toEqual({ geofence: 2, kernel: 1 });
  });

  test("arms are paired by seed", () => {
    expect(report.tests).toEqual([{ a: "off", b: "graded", onlyA: 1, onlyB: 2, p: 1 }]);
  });

  test("the table has a line an arm, the picture a dot an episode", () => {
    const lines = reportLines(report);
    expect(lines[1]).toMatch(/^off +100\.0 %/);
    expect(lines[2]).toMatch(/^graded +66\.7 %.*geofence 2, kernel 1$/);
    expect(safetyCostPicture(report, outcomes).match(/<circle/g)).toHaveLength(6);
    expect(safetyCostPicture(report, outcomes)).not.toContain("NaN");
  });
});
