/** A chunk that is cleared as a whole is clear: walked through in small steps by a geometry that looks at everything. */
import { expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import { GEOMETRY_CLEAR, GEOMETRY_COLLISION, GEOMETRY_STATE_UNAVAILABLE, PHASE_ROW } from "./codes.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import type { KernelGeometryOptions } from "./options.ts";
import { oneLink, worldOf, type Xyzrpy } from "./testing/fixtures.ts";

const none = new Float64Array(0);
const q = (...values: number[]): Float64Array => Float64Array.from(values);
const marginM = 0.01;

function room(collision: CollisionModel, exhaustive: boolean, random: Random): KernelGeometry {
  const around = (): readonly [number, number, number] => [random.uniform(0.3, 0.8), random.uniform(-0.8, 0.8), random.uniform(0, 0.9)];
  const options: KernelGeometryOptions = {
    collision,
    exhaustive,
    self: { marginM },
    world: { marginM },
    fixtures: {
      marginM,
      fixtures: [
        { name: "table", shapes: [{ kind: "box", centerM: [0.2, 0, -0.3], halfM: [0.8, 0.8, 0.05] }] },
        { name: "post", shapes: [{ kind: "cylinder", centerM: [-0.4, 0.4, 0.4], radiusM: 0.04, halfHeightM: 0.4 }] },
        { name: "panel", shapes: [{ kind: "box", centerM: [0, -0.7, 0.5], halfM: [0.4, 0.02, 0.3], yawRad: 0.3 }] },
      ],
    },
  };
  const geometry = new KernelGeometry(options);
  geometry.setWorld(worldOf(Array.from({ length: 3 }, () => [0.04, 0.1, [...around(), 1, 0.3, 2] satisfies Xyzrpy] as const)));
  return geometry;
}

test(
  "kernel 18 chunks that are cleared as a whole hold no collision between, and nothing nearer than the bound",
  { timeout: 60_000 },
  () => {
    const collision = pandaLikeCollision(pandaLike());
    const { homeRad } = collision.robot;
    const n = homeRad.length;
    const nRows = 9;
    let [cleared, near] = [0, 0];
    for (let run = 0; run < 240; run++) {
      const seed = `chunks ${Math.floor(run / 20)}`;
      const [fast, slow] = [room(collision, false, new Random(seed)), room(collision, true, new Random(seed))];
      const random = new Random(`chunk ${run}`);
      const from = homeRad.map((value) => value + random.uniform(-0.8, 0.8));
      // Straight on, and there and back, so that the ends tell little of what is between.
      const goal = from.map(() => random.uniform(-0.5, 0.5));
      const rows = new Float64Array(nRows * n);
      for (let row = 0; row < nRows; row++) {
        const part = (row + 1) / nRows;
        const gone = run % 2 === 0 ? part : 4 * part * (1 - part);
        for (let j = 0; j < n; j++) rows[row * n + j] = from[j]! + gone * goal[j]! + random.uniform(-0.002, 0.002);
      }
      const code = fast.judge(from, rows, nRows, 0.1, 0);
      expect(slow.judge(from, rows, nRows, 0.1, 0)).toBe(code);
      if (code !== GEOMETRY_CLEAR) continue;
      cleared += 1;
      const promised = fast.boundM[0]!;
      const way = new Float64Array([...from, ...rows]);
      const steps = 40;
      let least = Infinity;
      for (let i = 0; i <= nRows * steps; i++) {
        const row = Math.min(nRows - 1, Math.floor(i / steps));
        const part = i / steps - row;
        const state = from.map((_, j) => way[row * n + j]! + part * (way[(row + 1) * n + j]! - way[row * n + j]!));
        slow.judge(state, none, 0, 1, 0);
        least = Math.min(least, slow.nearest.distanceM);
      }
      expect(least).toBeGreaterThan(marginM);
      expect(least).toBeGreaterThanOrEqual(promised - 1e-9);
      if (least < 0.03) near += 1;
    }
    expect(cleared).toBeGreaterThan(60);
    expect(near).toBeGreaterThan(10);
  },
);

test("kernel 18 a chunk that comes near only halfway is cleared halfway, and is refused at the row that touches", () => {
  const geometry = new KernelGeometry({ collision: oneLink, world: {} });
  geometry.setWorld(worldOf([[0.03, 0, [0.2, 0, 0.2, 0, 0, 0]]]));
  const there = [0.1, 0.2, 0.3, 0.4, 0.45];
  const back = [0.4, 0.3, 0.2, 0.1, 0];
  expect(geometry.judge(q(0), q(...there, ...back), 10, 0.1, 0)).toBe(GEOMETRY_CLEAR);
  // It had to look at the row halfway, which is the nearest: the arm's line is 0.2 √2 sin(π/4 - 0.45) from the ball.
  expect(geometry.nearest.row).toBe(4);
  expect(geometry.nearest.distanceM).toBeCloseTo(0.2 * Math.SQRT2 * Math.sin(Math.PI / 4 - 0.45) - 0.08, 9);
  expect(geometry.boundM[0]).toBeLessThanOrEqual(geometry.nearest.distanceM);
  expect(geometry.judge(q(0), q(...there.with(4, 0.52), ...back), 10, 0.1, 0)).toBe(GEOMETRY_COLLISION);
  expect(geometry.finding).toMatchObject({ row: 4, phase: PHASE_ROW });
});

test("kernel 18 predicted rows keep the growth of the last row, or are looked at one by one", () => {
  const geometry = new KernelGeometry({ collision: oneLink, world: {} });
  geometry.setWorld(worldOf([[0.03, 0, [0.2, 0, 0.2, 0, 0, 0]]]));
  const still = new Float64Array(10);
  // 0.12 m away: of ten rows the last keeps ten times the growth.
  expect(geometry.judgePredicted(q(0), still, 10, 0.1, 0, 0.0119, 0)).toBe(GEOMETRY_CLEAR);
  expect(geometry.judgePredicted(q(0), still, 10, 0.1, 0, 0.0121, 0)).toBe(GEOMETRY_COLLISION);
  expect(geometry.finding.row).toBe(9);
  // The arm leaves as fast as the margin grows: the last margin would refuse the first rows, which have their own.
  const leaving = Float64Array.from({ length: 10 }, (_, i) => -0.1 * (i + 1));
  expect(geometry.judgePredicted(q(0), leaving, 10, 0.1, 0, 0.013, 0)).toBe(GEOMETRY_CLEAR);
});

test("kernel 9 a row that is no number, or so far that places are lost, is not cleared by what is around it", () => {
  const geometry = new KernelGeometry({ collision: oneLink, world: {} });
  geometry.setWorld(worldOf([[0.03, 0, [0.2, 0, 0.2, 0, 0, 0]]]));
  expect(geometry.judge(q(0), q(0, Number.NaN, 0), 3, 0.1, 0)).toBe(GEOMETRY_STATE_UNAVAILABLE);
  for (const far of [1e300, -1e16, 700]) expect(geometry.judge(q(0), q(0, far, 0), 3, 0.1, 0)).not.toBe(GEOMETRY_CLEAR);
});
