import { assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { ChunkRetimer, CANNOT_INVALID } from "./chunk-retimer.ts";
import * as governor from "./speed-governor.ts";
import { SpeedGovernor, type GovernorOptions, type GovernorRequest } from "./speed-governor.ts";

const seed = 20261121;
const separation = { decelerationMps2: 2, intrusionM: 0.1, humanUncertaintyM: 0.05, robotUncertaintyM: 0.01 };
/** Two joints; the second capsule is carried by both, 1 m and 0.5 m from their axes. */
const options: GovernorOptions = { width: 2, reachM: [0.4, 0, 1, 0.5], separation };

/** Steps of 0.1 and -0.1 rad in 0.1 s: the second capsule at most at 1 + 0.5 = 1.5 m/s, in row 1 at half of it. */
function scaleOf(it: SpeedGovernor, one: GovernorRequest): number {
  const reason = it.judge(one);
  expect(reason).toBe(it.reason);
  return it.scale;
}

function request(more: Partial<GovernorRequest> = {}): GovernorRequest {
  return {
    rows: [0.1, -0.1, 0.15, -0.15],
    nRows: 2,
    periodS: 0.1,
    start: [0, 0],
    humanM: Infinity,
    obstacleM: Infinity,
    reactionS: 0.1,
    requestedScale: 1,
    ...more,
  };
}

test("nobody near: the chunk as it is, with the bound on its fastest link", () => {
  const it = new SpeedGovernor(options);
  expect([scaleOf(it, request()), it.reason, it.capsule]).toEqual([1, governor.GOVERNED_BY_NOTHING, 1]);
  expect(it.speedMps).toBeCloseTo(1.5, 9);
});

test("a human at 0.8325 m allows 0.5 m/s (worked in separation.test.ts): a third of row 0, two thirds of row 1", () => {
  const it = new SpeedGovernor(options);
  expect(scaleOf(it, request({ humanM: 0.8325 + 1e-9 }))).toBeCloseTo(1 / 3, 4);
  expect([...it.maxScale.subarray(0, 2)]).toEqual([expect.closeTo(1 / 3, 4), expect.closeTo(2 / 3, 4)]);
  expect([it.row, it.reason]).toEqual([0, governor.GOVERNED_BY_SEPARATION]);
  expect(it.evidence(["base", "tool"])).toEqual({
    reason: "speed and separation",
    scale: it.scale,
    row: 0,
    capsule: "tool",
    speedMps: expect.closeTo(1.5, 9),
    permittedMps: expect.closeTo(0.5, 4),
    requestedScale: 1,
    separationMps: expect.closeTo(0.5, 4),
    contactMps: 0,
    obstacleMps: 100,
    humanM: 0.8325 + 1e-9,
    obstacleM: "Infinity",
    reactionS: 0.1,
    S_h: expect.closeTo(0.56, 4),
    S_r: expect.closeTo(0.05, 4),
    S_s: expect.closeTo(0.0625, 4),
    C: 0.1,
    Z_d: 0.05,
    Z_r: 0.01,
    humanSpeedMps: 1.6,
    decelerationMps2: 2,
  });
});

test("too near: nothing, unless contact is permitted at its own speed", () => {
  const none = new SpeedGovernor(options);
  expect([scaleOf(none, request({ humanM: 0.2 })), none.reason]).toEqual([0, governor.GOVERNED_BY_SEPARATION]);
  const soft = new SpeedGovernor({ ...options, contactMps: 0.15 });
  expect(scaleOf(soft, request({ humanM: 0.2 }))).toBeCloseTo(0.1, 9);
  expect([soft.reason, soft.separationMps]).toEqual([governor.GOVERNED_BY_CONTACT, 0]);
  // Far enough for more than contact allows: separation decides.
  expect(scaleOf(soft, request({ humanM: 0.8325 + 1e-9 }))).toBeCloseTo(1 / 3, 4);
});

test("an obstacle counts without a human's walk and reach", () => {
  // v · 0.1 + v² / 4 + 0.01 = 0.1225 at v = 0.5
  const it = new SpeedGovernor(options);
  expect(scaleOf(it, request({ obstacleM: 0.1225 + 1e-9 }))).toBeCloseTo(1 / 3, 4);
  expect(it.reason).toBe(governor.GOVERNED_BY_OBSTACLE);
  const soft = new SpeedGovernor({ ...options, contactMps: 5 });
  expect(scaleOf(soft, request({ obstacleM: 0.1225 + 1e-9, humanM: 0 }))).toBeCloseTo(1 / 3, 4);
});

test("the nearest along the path counts row by row, and never more than now", () => {
  const it = new SpeedGovernor(options);
  it.judge(request({ humanM: 5, rowHumanM: [5, 0.8325 + 1e-9] }));
  expect([...it.maxScale.subarray(0, 2)]).toEqual([1, expect.closeTo(2 / 3, 4)]);
  expect([it.row, it.humanM]).toEqual([1, 5]);
  expect(it.separation.humanM).toBeCloseTo(0.56, 4);
  it.judge(request({ humanM: 0.8325 + 1e-9, rowHumanM: [5, 5] }));
  expect(it.maxScale[1]).toBeCloseTo(2 / 3, 4);
});

test("a gate's Slow is kept, and named when it decides", () => {
  const it = new SpeedGovernor(options);
  expect([scaleOf(it, request({ requestedScale: 0.5 })), it.reason]).toEqual([0.5, governor.GOVERNED_BY_REQUEST]);
  expect(scaleOf(it, request({ requestedScale: 0.5, humanM: 0.8325 + 1e-9 }))).toBeCloseTo(1 / 3, 4);
  expect(it.reason).toBe(governor.GOVERNED_BY_SEPARATION);
});

test("bad input: whatever cannot be judged is 0, for every row", () => {
  const bad: Partial<GovernorRequest>[] = [
    { humanM: Number.NaN },
    { humanM: -0.01 },
    { obstacleM: Number.NaN },
    { obstacleM: -1 },
    { reactionS: Number.NaN },
    { reactionS: -1 },
    { reactionS: Infinity },
    { requestedScale: Number.NaN },
    { requestedScale: -0.1 },
    { requestedScale: 1.01 },
    { rows: [0.1, Number.NaN, 0.15, -0.15] },
    { rows: [0.1, Infinity, 0.15, -0.15] },
    { rows: [0.1] },
    { start: [Number.NaN, 0] },
    { start: [] },
    { nRows: 0 },
    { nRows: 257, rows: new Float64Array(514) },
    { nRows: Number.NaN },
    { periodS: 0 },
    { periodS: Number.NaN },
    { rowHumanM: [Number.NaN, Number.NaN] },
    { rowHumanM: [] },
  ];
  for (const contactMps of [0, 0.15])
    for (const more of bad) {
      const it = new SpeedGovernor({ ...options, contactMps });
      expect([JSON.stringify(more), contactMps, scaleOf(it, request(more))]).toEqual([JSON.stringify(more), contactMps, 0]);
      expect(it.maxScale[0]).toBe(0);
    }
});

test("bad input: a reach that is NaN, infinite or of the wrong shape, and bad parameters, stop", () => {
  for (const reachM of [[], [1], [1, 1, 1], [Number.NaN, 0, 1, 0.5], [Infinity, 0, 1, 0.5]])
    expect([reachM, scaleOf(new SpeedGovernor({ ...options, reachM }), request())]).toEqual([reachM, 0]);
  for (const contactMps of [Number.NaN, -1, Infinity]) {
    const it = new SpeedGovernor({ ...options, contactMps });
    expect([contactMps, scaleOf(it, request({ humanM: 0.2 })), scaleOf(it, request())]).toEqual([contactMps, 0, 1]);
  }
  expect(scaleOf(new SpeedGovernor({ ...options, separation: { ...separation, decelerationMps2: Number.NaN } }), request())).toBe(0);
  const it = new SpeedGovernor({ ...options, reachM: [Infinity, 0, 1, 0.5] });
  it.judge(request());
  expect([it.reason, it.evidence().speedMps]).toEqual([governor.GOVERNED_BY_FAULT, "Infinity"]);
});

test("nothing of an earlier call is left: rows beyond this chunk, or after a refusal", () => {
  const it = new SpeedGovernor(options);
  it.judge(request());
  it.judge(request({ nRows: 1 }));
  expect(it.maxScale[1]).toBe(0);
  it.judge(request({ nRows: 0 }));
  expect([it.scale, it.row, it.reason, it.maxScale[0]]).toEqual([0, -1, governor.GOVERNED_BY_FAULT, 0]);
});

const upTo = (max: number) => integer({ min: 0, max: 1_000_000 }).map((millionths) => (millionths * max) / 1_000_000);
const situation = record({
  seed: integer({ min: 0, max: 1000 }),
  humanM: upTo(4),
  obstacleM: upTo(4),
  more: upTo(1),
  reactionS: upTo(0.5),
  requestedScale: upTo(1),
  contactMps: upTo(0.5),
});

function randomRows(from: number): number[] {
  const random = new Random(from);
  let a = 0;
  let b = 0;
  return Array.from({ length: 8 }, () => [(a += random.uniform(-0.05, 0.15)), (b += random.uniform(-0.1, 0.1))]).flat();
}

test("property: never above 1 or what was asked for; farther never slower, a longer reaction or a smaller request never faster", () => {
  assert(
    property(situation, (one) => {
      const chunk = request({ ...one, rows: randomRows(one.seed), nRows: 8 });
      const scales = (more: Partial<GovernorRequest>): number[] => {
        const it = new SpeedGovernor({ ...options, contactMps: one.contactMps });
        it.judge({ ...chunk, ...more });
        return [...it.maxScale.subarray(0, 8)];
      };
      const now = scales({});
      const farther = scales({ humanM: one.humanM + one.more });
      const clearer = scales({ obstacleM: one.obstacleM + one.more });
      const later = scales({ reactionS: one.reactionS + one.more });
      const slower = scales({ requestedScale: one.requestedScale * one.more });
      for (const [row, scale] of now.entries()) {
        expect(scale >= 0 && scale <= one.requestedScale).toBe(true);
        expect(farther[row]!).toBeGreaterThanOrEqual(scale);
        expect(clearer[row]!).toBeGreaterThanOrEqual(scale);
        expect(later[row]!).toBeLessThanOrEqual(scale);
        expect(slower[row]!).toBeLessThanOrEqual(scale);
      }
    }),
    { numRuns: 1000, seed },
  );
});

test("property: Slow never turns into faster: re-timed rows keep every link below what is permitted, and take no less time", () => {
  let slowed = 0;
  assert(
    property(situation, (one) => {
      const rows = randomRows(one.seed);
      const it = new SpeedGovernor({ ...options, contactMps: one.contactMps });
      const chunk = request({ ...one, rows, nRows: 8 });
      it.judge(chunk);
      const two = { lower: [-9, -9], upper: [9, 9], velocity: [9, 9], acceleration: [40, 40] };
      const retimer = new ChunkRetimer(2);
      const code = retimer.retime({ ...chunk, startVelocity: [0, 0], limits: two, maxScale: it.maxScale, endAtRest: true });
      if (code >= CANNOT_INVALID) return;
      if (it.scale < 1) slowed += 1;
      expect(retimer.executedS / (retimer.coveredSteps * 0.1)).toBeGreaterThanOrEqual(1);
      // With one distance for all rows, what is permitted is the same everywhere; so is the bound on what was asked.
      const permitted = Math.max(it.permittedMps, 0);
      const out = retimer.rows.subarray(0, 2 * retimer.nRows);
      let fastest = 0;
      for (let k = 0; k < retimer.nRows; k++) {
        const da = Math.abs(out[2 * k]! - (k === 0 ? 0 : out[2 * k - 2]!));
        const db = Math.abs(out[2 * k + 1]! - (k === 0 ? 0 : out[2 * k - 1]!));
        fastest = Math.max(fastest, (da + 0.5 * db) / 0.1);
      }
      expect(fastest).toBeLessThanOrEqual(permitted + 1e-9);
    }),
    { numRuns: 1000, seed },
  );
  expect(slowed).toBeGreaterThan(100);
});
