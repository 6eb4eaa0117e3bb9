import { assert, double, integer, property } from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { isJson } from "../../core/is-json.ts";
import { Random } from "../../core/random.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import type { Command } from "../command.ts";
import { MotionMonitor, type MonitorOptions } from "./motion-monitor.ts";
import { SecondOpinion } from "./second-opinion.ts";
import { VettedPath } from "./vetted-path.ts";

const robot = pandaLike();
const collision = pandaLikeCollision(robot);
const home = robot.homeRad;
const nan = Number.NaN;
const periodMs = 10;

let monitor: MotionMonitor;
beforeEach(() => {
  monitor = new MotionMonitor({ collision });
});

function moved(by: Partial<Record<number, number>>): Float64Array {
  return home.map((q, j) => q + (by[j] ?? 0));
}

/** Joint 0 turns at `radPerS` for `nRows` periods. */
function turning(radPerS: number, nRows = 10, from: Float64Array = home): Command {
  const rows = new Float64Array(nRows * 7);
  for (let row = 0; row < nRows; row++) {
    rows.set(from, row * 7);
    rows[row * 7]! += radPerS * 0.01 * (row + 1);
  }
  return { mode: "joint_position", rows, width: 7, periodMs, seq: 1, basedOnSeq: 1, validUntilMs: 1000 };
}

test("monitor 1 motion as it was vetted is left alone, with a lag, over chunks and a pause", () => {
  expect(monitor.measured(0, home)).toBeUndefined();
  expect(monitor.vetted(turning(0.5), 0, home)).toBeUndefined();
  for (let t = 5; t <= 100; t += 5) expect(monitor.measured(t, moved({ 0: 0.5e-3 * Math.max(0, t - 30) }))).toBeUndefined();
  expect(monitor.vetted(turning(-0.5, 10, moved({ 0: 0.05 })), 400, moved({ 0: 0.05 }))).toBeUndefined();
  for (let t = 400; t <= 500; t += 20) expect(monitor.measured(t, moved({ 0: 0.05 - 0.5e-3 * (t - 400) }))).toBeUndefined();
  expect(monitor.finding).toBeUndefined();
});

test.for<readonly [string, () => void, string, RegExp]>([
  ["a joint is not a number", () => monitor.measured(10, moved({ 3: nan })), "measured_state", /measured at NaN/],
  ["a joint is infinite", () => monitor.measured(10, moved({ 3: Infinity })), "measured_state", /Infinity/],
  ["a joint is missing", () => monitor.measured(10, home.slice(1)), "measured_state", /6 joints of 7/],
  ["there is no time", () => monitor.measured(nan, home), "measured_state", /at NaN ms/],
  ["the clock goes back", () => monitor.measured(-1, home), "measured_state", /measured -1 ms after/],
  [
    "a joint is beyond its upper limit",
    () => monitor.measured(10, moved({ 0: robot.upperRad[0]! - home[0]! + 0.011 })),
    "measured_position",
    /beyond/,
  ],
  [
    "a joint is beyond its lower limit",
    () => monitor.measured(10, moved({ 0: robot.lowerRad[0]! - home[0]! - 0.011 })),
    "measured_position",
    /beyond/,
  ],
  [
    "a joint is faster than it can be",
    () => monitor.measured(10, moved({ 0: robot.maxVelocityRadPerS[0]! * 0.011 + 0.0101 })),
    "measured_rate",
    /limit/,
  ],
  [
    "a joint is faster than it can be, backwards",
    () => monitor.measured(10, moved({ 0: -robot.maxVelocityRadPerS[0]! * 0.011 - 0.0101 })),
    "measured_rate",
    /limit/,
  ],
])("monitor 2 stops when %s", ([, measure, cause, reason]) => {
  expect(monitor.measured(0, home)).toBeUndefined();
  measure();
  expect(monitor.finding).toMatchObject({ cause, reason: expect.stringMatching(reason) });
  expect(isJson(monitor.finding?.evidence)).toBe(true);
  // It stays, whatever comes.
  const first = monitor.finding;
  expect([monitor.measured(20, home), monitor.vetted(turning(0), 20, home), monitor.confirm(home, 0, 0, 1)]).toEqual([first, first, first]);
  monitor.reset();
  expect(monitor.measured(5, home)).toBeUndefined();
});

test("monitor 2 the limits themselves are within the limits", () => {
  monitor.measured(0, home);
  expect(monitor.measured(10, moved({ 0: robot.maxVelocityRadPerS[0]! * 0.011 + 0.0099 }))).toBeUndefined();
});

test("monitor 3 a joint that stays behind, runs ahead, or is swapped with another is not where it was told to be", () => {
  const after = (q: Float64Array): string | undefined => {
    const one = new MotionMonitor({ collision, rateTolerance: 1000 });
    one.measured(0, home);
    one.vetted(turning(2, 20), 0, home);
    return one.measured(200, q)?.cause;
  };
  expect(after(moved({ 0: 0.4 }))).toBeUndefined();
  // Within the last 100 ms the joint was to be in [0.2, 0.4].
  expect(after(moved({ 0: 0.101 }))).toBeUndefined();
  expect(after(moved({ 0: 0.099 }))).toBe("tracking_error");
  expect(after(moved({ 0: 0.501 }))).toBe("tracking_error");
  expect(after(moved({ 1: 0.4 }))).toBe("tracking_error");
});

test("monitor 3 stopped on purpose, the rest of the path is void", () => {
  monitor.measured(0, home);
  monitor.vetted(turning(2, 20), 0, home);
  monitor.measured(50, moved({ 0: 0.1 }));
  monitor.halted();
  expect(monitor.measured(200, moved({ 0: 0.1 }))).toBeUndefined();
});

test("monitor 4 measurements that stop coming while it moves are a finding, and while it rests they are not", () => {
  monitor.measured(0, home);
  expect(monitor.measured(10_000, home)).toBeUndefined();
  monitor.vetted(turning(0, 200), 10_000, home);
  expect(monitor.measured(10_500, home)).toBeUndefined();
  expect(monitor.measured(11_000.5, home)).toMatchObject({ cause: "measured_state", evidence: { gapMs: 500.5 } });
});

test("monitor 5 what the kernel should not have passed is a disagreement of the channels", () => {
  const passed = (command: Partial<Command>, spoil: (rows: Float64Array) => void = () => undefined): unknown => {
    const one = new MotionMonitor({ collision });
    const made = { ...turning(0.1, 3), ...command };
    spoil(made.rows);
    return one.vetted(made, 0, home);
  };
  const cause = "channels_disagree";
  expect(passed({})).toBeUndefined();
  expect(passed({}, (rows) => (rows[20] = nan))).toMatchObject({ cause, evidence: { row: 2 } });
  expect(passed({}, (rows) => (rows[14] = robot.upperRad[0]! + 1e-7))).toMatchObject({ cause, evidence: { row: 2 } });
  expect(passed({}, (rows) => (rows[14] = robot.lowerRad[0]! - 1e-7))).toMatchObject({ cause });
  // Above the speed limit by more than the tolerances of both channels.
  expect(passed({}, (rows) => (rows[7] = rows[0]! + robot.maxVelocityRadPerS[0]! * 0.01 * 1.003))).toMatchObject({
    cause,
    evidence: { row: 1 },
  });
  expect(passed({}, (rows) => rows.forEach((_, i) => (rows[i]! += i % 7 === 1 ? 0.14 : 0)))).toMatchObject({ cause, evidence: { row: 0 } });
  expect(passed({ width: 21 })).toMatchObject({ cause });
  expect(passed({ periodMs: nan })).toMatchObject({ cause });
  expect(passed({ periodMs: 0 })).toMatchObject({ cause });
});

/** A configuration whose nearest pair overlaps, or is apart. */
function configuration(touching: boolean): Float64Array {
  const opinion = new SecondOpinion(collision);
  const random = new Random("touching");
  for (;;) {
    const q = Float64Array.from(home, (_, j) => random.uniform(robot.lowerRad[j]!, robot.upperRad[j]!));
    opinion.look(q);
    if (touching ? opinion.selfM < -0.01 : opinion.selfM > 0.05) return q;
  }
}

test("monitor 6 bodies that touch are found, measured and in rows that were passed", () => {
  const q = configuration(true);
  expect(monitor.measured(0, q)).toMatchObject({ cause: "measured_collision", reason: expect.stringMatching(/\|.* are -0\.\d+ m apart/) });
  const other = new MotionMonitor({ collision });
  const rows = new Float64Array([...q, ...q]);
  expect(other.vetted({ ...turning(0, 2), rows }, 0, q)).toMatchObject({
    cause: "channels_disagree",
    reason: expect.stringMatching(/the kernel passed row 0, in which/),
  });
  const free = configuration(false);
  expect(new MotionMonitor({ collision }).measured(0, free)).toBeUndefined();
  const wide: MonitorOptions = { collision, selfMarginM: 10 };
  expect(new MotionMonitor(wide).measured(0, free)).toMatchObject({ cause: "measured_collision", evidence: { limitM: 10 } });
});

test("monitor 6 an obstacle in the way is found; beyond its margin it is not", () => {
  const opinion = new SecondOpinion(collision);
  opinion.look(home);
  const [x = 0, y = 0, z = 0] = opinion.chain.ends.subarray(opinion.chain.ends.length - 3);
  const far = Float64Array.of(x, y + 3, z, x, y + 3, z, 0.05);
  monitor.setObstacles(far);
  expect(monitor.measured(0, home)).toBeUndefined();
  monitor.setObstacles(Float64Array.of(...far, x, y, z, x, y, z, 0.05));
  expect(monitor.measured(1, home)).toMatchObject({ cause: "measured_collision", evidence: { pair: expect.stringMatching(/\|world_1$/) } });
});

test("monitor 7 the kernel's nearest pair and distance are held against this channel's", () => {
  const opinion = new SecondOpinion(collision);
  opinion.look(home);
  const { selfM, selfA, selfB } = opinion;
  expect(monitor.confirm(home, selfM, selfA, selfB)).toBeUndefined();
  const confirm = (nearestM: number, a = selfA, b = selfB): string | undefined =>
    new MotionMonitor({ collision }).confirm(home, nearestM, a, b)?.cause;
  expect(confirm(selfM + 2e-9)).toBe("channels_disagree");
  expect(confirm(selfM - 2e-9)).toBe("channels_disagree");
  expect(confirm(nan)).toBe("channels_disagree");
  // Right about its pair, and there is a nearer one.
  let [a, b, pairM] = [selfA, selfB, selfM];
  for (let pair = 0; pair < collision.selfPairs.length; pair += 2) {
    const distance = opinion.pairM(collision.selfPairs[pair]!, collision.selfPairs[pair + 1]!);
    if (distance > pairM + 0.01) [a, b, pairM] = [collision.selfPairs[pair]!, collision.selfPairs[pair + 1]!, distance];
  }
  expect(confirm(pairM, a, b)).toBe("channels_disagree");
});

test("the vetted path: the range over a window is that of all its setpoints and of both ends, also when old ones are forgotten", () => {
  assert(
    property(
      integer({ min: 1, max: 1500 }),
      double({ min: -50, max: 16_000, noNaN: true }),
      double({ min: 0, max: 300, noNaN: true }),
      (n, to, lag) => {
        const path = new VettedPath(2);
        const value = (i: number): number => ((i * 7919) % 101) / 10;
        for (let i = 0; i < n; i++) path.append(i * 10, [-1, value(i)], 0);
        const oldest = Math.max(0, n - 1024);
        const from = to - lag;
        const at = (ms: number): number => {
          const i = Math.min(n - 1, Math.max(oldest, ms / 10));
          const before = Math.min(n - 1, Math.floor(i));
          return before === n - 1 ? value(before) : value(before) + (i - before) * (value(before + 1) - value(before));
        };
        const inside = Array.from({ length: n - oldest }, (_, k) => oldest + k).filter((i) => i * 10 > from && i * 10 < to);
        const values = [at(from), at(to), ...inside.map(value)];
        const range = new Float64Array(2);
        path.rangeInto(1, from, to, range);
        expect(range[0]).toBeCloseTo(Math.min(...values), 9);
        expect(range[1]).toBeCloseTo(Math.max(...values), 9);
      },
    ),
    { seed: 20261121, numRuns: 300 },
  );
});

test("the vetted path: a chunk that begins before the last one ends replaces its rest", () => {
  const path = new VettedPath(1);
  const range = new Float64Array(2);
  for (const [ms, q] of [
    [0, 0],
    [10, 1],
    [20, 2],
    [30, 3],
    [15, 9],
  ] as const)
    path.append(ms, [q], 0);
  path.rangeInto(0, 12.5, 40, range);
  expect([...range, path.endMs]).toEqual([5, 9, 15]);
});
