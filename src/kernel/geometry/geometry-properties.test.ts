/** Whatever is not a number refuses; looking at everything changes nothing; nothing stays on the heap. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import { randomConfiguration } from "../../robot/testing/random-robot.ts";
import { GEOMETRY_CLEAR, GEOMETRY_STATE_UNAVAILABLE, KIND_BOX, KIND_OUTSIDE, KIND_SPEED, KIND_VOXEL } from "./codes.ts";
import { MEASURED_ROW, type GeometryFinding } from "./finding.ts";
import { KernelGeometry } from "./kernel-geometry.ts";
import type { KernelGeometryOptions } from "./options.ts";
import { gridOf, modelOf, ur5e, worldOf, type Xyzrpy } from "./testing/fixtures.ts";

const none = new Float64Array(0);

/** The base stands on the table; the rest is within reach. */
const furniture = [
  { name: "table", shapes: [{ kind: "box", centerM: [0.2, 0, -0.05], halfM: [0.6, 0.6, 0.05] }] },
  {
    name: "bin",
    shapes: [
      { kind: "box", centerM: [0.5, 0.3, 0.1], halfM: [0.15, 0.01, 0.1], yawRad: 0.4 },
      { kind: "cylinder", centerM: [-0.4, 0.4, 0.2], radiusM: 0.05, halfHeightM: 0.2 },
      { kind: "sphere", centerM: [0.3, -0.5, 0.5], radiusM: 0.08 },
      { kind: "capsule", fromM: [-0.3, -0.5, 0], toM: [-0.3, -0.5, 0.6], radiusM: 0.04 },
    ],
  },
  { name: "wall", shapes: [{ kind: "half-space", normal: [1, 0, 0], offsetM: -0.95 }] },
] as const;

function options(exhaustive: boolean, shape: "sphere" | "box" = "sphere"): KernelGeometryOptions {
  return {
    collision: pandaLikeCollision(pandaLike()),
    exhaustive,
    self: { marginM: 0.01 },
    world: { marginM: 0.01 },
    fixtures: { marginM: 0.01, fixtures: furniture },
    voxels: { marginM: 0.01, shape, exemptLinks: ["base", "link1"] },
    controlPoints: [{ name: "tip", link: "hand", offsetM: [0, 0, 0.1] }],
    zones: {
      zones: [
        {
          polygonM: [
            [-0.9, -0.9],
            [-0.5, -0.9],
            [-0.5, 0.9],
            [-0.9, 0.9],
          ],
        },
      ],
    },
    box: { minM: [-0.8, -0.8, 0], maxM: [0.8, 0.8, 1.2] },
    eeSpeed: { maxMps: 3, maxAccelMps2: 40 },
    trackingError: new Array(7).fill(0.001),
  };
}

function furnish(geometries: readonly KernelGeometry[], random: Random): void {
  const world = worldOf(
    Array.from({ length: 8 }, () => {
      const origin: Xyzrpy = [random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(0, 1.2), random.uniform(-3, 3), 0.3, 1];
      return [random.uniform(0.02, 0.06), random.uniform(0, 0.2), origin] as const;
    }),
  );
  const grid = gridOf([30, 30, 20], 0.08, [-1.2, -1.2, -0.2], () => (random.next() < 0.004 ? 1 + random.integer(2) : 0));
  for (const geometry of geometries) {
    geometry.setWorld(world);
    geometry.setVoxels(grid);
  }
}

describe("kernel 15 fast paths switched off give identical verdicts", () => {
  test.for(["sphere", "box"] as const)("kernel 15 codes and findings are equal bit by bit, telemetry is true, cells as %s", (shape) => {
    const fast = new KernelGeometry(options(false, shape));
    const slow = new KernelGeometry(options(true, shape));
    const { robot } = pandaLikeCollision(pandaLike());
    const random = new Random(`identical ${shape}`);
    const seen = new Map<number, number>();
    for (let run = 0; run < 1200; run++) {
      if (run % 40 === 0) furnish([fast, slow], random);
      const length = run % 3 === 0 ? 0.4 : 0.05;
      const from = randomConfiguration(random, robot).map((value, j) =>
        run % 2 === 0 ? robot.homeRad[j]! + 0.2 * (value - robot.homeRad[j]!) : value,
      );
      const rows = new Float64Array(28);
      for (let at = 0; at < 28; at++) rows[at] = (at < 7 ? from[at]! : rows[at - 7]!) + random.uniform(-length, length);
      const growth = run % 5 === 0 ? 0.003 : -1;
      const codes = [fast, slow].map((geometry) => geometry.judgePredicted(from, rows, 4, 0.2, 0, growth, run % 10 === 0 ? 2 : 0));
      seen.set(codes[0]!, (seen.get(codes[0]!) ?? 0) + 1);
      expect(codes[0]).toBe(codes[1]);
      expect(numbers(fast.finding)).toEqual(numbers(slow.finding));
      expect(fast.extraConfigurations).toBe(slow.extraConfigurations);
      // What is refused by its clearance was decided row by row, and then the telemetry is the same too.
      const refusedOtherwise = [KIND_BOX, KIND_SPEED].includes(fast.finding.kind);
      if (codes[0] !== GEOMETRY_CLEAR && !refusedOtherwise) {
        expect(numbers(fast.nearest)).toEqual(numbers(slow.nearest));
        expect(fast.boundM[0]).toBe(slow.boundM[0]);
      }
      if (codes[0] !== GEOMETRY_CLEAR) continue;
      const [seenM, atRowsM, boundM] = [fast.nearest.distanceM, slow.nearest.distanceM, fast.boundM[0]!];
      // Of voxels a longer motion shows more.
      const ofVoxels = [KIND_VOXEL, KIND_OUTSIDE].includes(fast.nearest.kind);
      if (slow.extraConfigurations === 0 && !ofVoxels) expect(seenM).toBeGreaterThanOrEqual(atRowsM);
      expect(boundM).toBeLessThanOrEqual(atRowsM + 1e-9);
      expect(boundM).toBeGreaterThan(0);
      // Where it was measured and in the last row the nearest pair is exactly the nearest.
      for (const [row, state] of [
        [MEASURED_ROW, from],
        [3, rows.subarray(21)],
      ] as const) {
        const { row: nearestRow, fraction } = fast.nearest;
        slow.judge(state, none, 0, 1, 0);
        if (nearestRow === row && fraction === 1 && !ofVoxels) expect(seenM).toBe(slow.nearest.distanceM);
        else expect(seenM).toBeLessThanOrEqual(slow.nearest.distanceM);
      }
    }
    expect(seen.get(GEOMETRY_CLEAR)).toBeGreaterThan(50);
    expect(seen.size).toBeGreaterThan(4);
  });
});

describe("kernel 9 what is not a finite number is refused, never clear", () => {
  const strange = fc.constantFrom(Number.NaN, Infinity, -Infinity);
  const geometry = new KernelGeometry(options(false));
  const plain = new KernelGeometry({ collision: ur5e(), self: {} });
  const home = pandaLike().homeRad;
  const clearRows = Float64Array.from({ length: 28 }, (_, at) => home[at % 7]! + 0.002 * (Math.floor(at / 7) + 1));
  const free = gridOf([30, 30, 20], 0.08, [-1.2, -1.2, -0.2], () => 0);
  const quiet = worldOf([[0.05, 0.1, [0.9, 0.9, 0.5, 0, 0, 0]]]);
  const clear = (): void => {
    geometry.setWorld(quiet);
    geometry.setVoxels(free);
  };

  test("kernel 9 the same chunk with finite numbers passes", () => {
    clear();
    expect(geometry.judge(home, clearRows, 4, 0.1, 0)).toBe(GEOMETRY_CLEAR);
    expect(geometry.nearest.distanceM).toBeGreaterThan(0);
  });

  test("kernel 9 in the state, a row, the period, the growth or the clock", () => {
    clear();
    fc.assert(
      fc.property(fc.nat(6), fc.nat(27), fc.nat(4), strange, (joint, at, where, value) => {
        const state = home.slice();
        const rows = clearRows.slice();
        if (where === 0) state[joint] = value;
        if (where === 1) rows[at] = value;
        const [period, growth, now] = [where === 2 ? value : 0.1, where === 3 ? value : 0, where === 4 ? value : 0];
        // Minus infinity of growth is none.
        fc.pre(!(where === 3 && value === -Infinity));
        expect(geometry.judgePredicted(state, rows, 4, period, now, growth, 0)).not.toBe(GEOMETRY_CLEAR);
        expect(geometry.finding.code).not.toBe(GEOMETRY_CLEAR);
        if (where === 0) expect(plain.judge(state, none, 0, 1, 0)).not.toBe(GEOMETRY_CLEAR);
      }),
    );
  });

  test("kernel 9 in an obstacle or a grid, where the robot would pass without", () => {
    fc.assert(
      fc.property(fc.nat(8), strange, (field, value) => {
        clear();
        const origin = [0.9, 0.9, 0.5, 0, 0, 0];
        if (field < 6) origin[field] = value;
        geometry.setWorld({
          ...quiet,
          originXyzRpy: origin,
          radiusM: [field === 6 ? value : 0.05],
          halfLengthM: [field === 7 ? value : 0.1],
          stampMs: field === 8 ? value : 0,
        });
        expect(geometry.judge(home, clearRows, 4, 0.1, 0)).not.toBe(GEOMETRY_CLEAR);
        clear();
        const corner: [number, number, number] = [-1.2, -1.2, -0.2];
        if (field < 3) corner[field] = value;
        geometry.setVoxels({
          ...free,
          originM: corner,
          resolutionM: field >= 3 && field < 6 ? value : 0.08,
          stampMs: field >= 6 ? value : 0,
        });
        expect(geometry.judge(home, clearRows, 4, 0.1, 0)).not.toBe(GEOMETRY_CLEAR);
      }),
    );
  });

  test("kernel 9 in a joint that moves no body, which no distance would show", () => {
    const wrist = modelOf({
      links: [{ name: "base" }, { name: "arm", kind: "revolute" }, { name: "wrist", kind: "revolute" }],
      capsules: [{ link: "arm", radius: 0.05, half: 0.1 }],
    });
    const bare = new KernelGeometry({ collision: wrist, world: {} });
    bare.setWorld(quiet);
    expect(bare.judge(Float64Array.of(0, 0), Float64Array.of(0, 0), 1, 1, 0)).toBe(GEOMETRY_CLEAR);
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(bare.judge(Float64Array.of(0, value), none, 0, 1, 0)).not.toBe(GEOMETRY_CLEAR);
      expect(bare.judge(Float64Array.of(0, 0), Float64Array.of(0, value), 1, 1, 0)).not.toBe(GEOMETRY_CLEAR);
    }
  });

  test("kernel 9 finite joint values that add up to an infinite place, where nothing could be near", () => {
    const slides = modelOf({
      links: [
        { name: "base" },
        { name: "rail", kind: "prismatic", axis: [1, 0, 0], limit: Infinity },
        { name: "slide", kind: "prismatic", axis: [1, 0, 0], limit: Infinity },
      ],
      capsules: [{ link: "slide", radius: 0.05, half: 0.1 }],
    });
    const lost = new KernelGeometry({ collision: slides, world: {} });
    lost.setWorld(quiet);
    expect(lost.judge(Float64Array.of(0, 0), none, 0, 1, 0)).toBe(GEOMETRY_CLEAR);
    expect(lost.judge(Float64Array.of(1.5e308, 1.5e308), none, 0, 1, 0)).toBe(GEOMETRY_STATE_UNAVAILABLE);
  });

  test("kernel 9 joint values so large that places are lost are refused", () => {
    for (const value of [1e300, Number.MAX_VALUE, -1e200]) {
      const state = home.slice();
      state[2] = value;
      const rows = clearRows.slice();
      rows[9] = value;
      expect(geometry.judge(home, rows, 4, 0.1, 0)).not.toBe(GEOMETRY_CLEAR);
      // Sine and cosine of it are numbers: what matters is that no step leads there.
      expect(geometry.judge(state, clearRows, 4, 0.1, 0)).not.toBe(GEOMETRY_CLEAR);
    }
  });
});

test("kernel 31 nothing stays on the heap, passing and failing alike", { timeout: 60_000 }, () => {
  const geometry = new KernelGeometry(options(false));
  geometry.setWorld(worldOf([[0.05, 0.1, [0.9, 0.9, 0.5, 0, 0, 0]]]));
  geometry.setVoxels(gridOf([30, 30, 20], 0.08, [-1.2, -1.2, -0.2], () => 0));
  const home = pandaLike().homeRad;
  const near = Float64Array.from({ length: 14 }, (_, at) => home[at % 7]! + 0.002);
  const far = Float64Array.from({ length: 14 }, (_, at) => home[at % 7]! + (at % 7 === 3 ? 2 : 0));
  const run = (n: number): void => {
    for (let i = 0; i < n; i++) geometry.judge(home, i % 2 === 0 ? near : far, 2, 0.1, 0);
  };
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new Error("no collector");
  run(5000);
  collect();
  const before = process.memoryUsage().heapUsed;
  run(20_000);
  collect();
  // The test runner itself keeps some.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(500_000);
});

function numbers(finding: GeometryFinding): readonly number[] {
  const { code, phase, kind, row, fraction, bodyA, other, distanceM, limit } = finding;
  return [code, phase, kind, row, fraction, bodyA, other, distanceM, limit];
}
