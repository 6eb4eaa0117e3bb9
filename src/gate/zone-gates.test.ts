import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import type { ShapeSpec, WorldSpec } from "../core/world-spec.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import { box, sphere } from "../geometry/shapes.ts";
import { prohibitedZonesGate } from "./prohibited-zones-gate.ts";
import { spatialGate } from "./spatial-gate.ts";
import { askOf, emptyWorld, moveAsk } from "./testing/asks.ts";
import { gantryBody } from "./testing/gantry.ts";
import { asShortfall } from "./zone-text.ts";

const worldWith = (...shapes: ShapeSpec[]): WorldSpec => ({
  ...emptyWorld,
  zones: shapes.map((shape, i) => ({ name: i === 0 ? "human" : `zone ${i}`, shape })),
});
const human = worldWith({ kind: "sphere", centerM: [0, 1.2, 1], radiusM: 0.5 });
const referenceZone = worldWith({ kind: "sphere", centerM: [0, 0, 1], radiusM: 0.5 });
/** A body far above the tip, so that only the tip can be the reason. */
const farBody: CollisionModel = {
  ...gantryBody,
  capsulesInLink: Float64Array.of(0, 0, 1.5, 0, 0, 1.5, 0),
};

describe("R1 targets", () => {
  const gate = prohibitedZonesGate();
  const target = (point: Vec3, spec: WorldSpec) => gate.check(askOf({ points: [point], spec }));

  test("R1 H1, H4 the reference's words, strict and exact", () => {
    expect(target([0, 0, 1], human).kind).toBe("allow");
    expect(target([0, 0, 1], referenceZone)).toMatchObject({
      kind: "deny",
      gate: "prohibited_zones",
      code: "prohibited_zone",
      reason: "SAFETY VIOLATION: Position within prohibited zone at (0.00, 0.00, 1.00), distance: 0.00m < 0.5m",
      evidence: { zone: "human" },
    });
    expect(target([0, 0, 0.8], referenceZone)).toMatchObject({
      evidence: { distanceM: expect.closeTo(0.2, 12) },
    });
    expect(target([0.6, 0, 0.8], referenceZone).kind).toBe("allow");
    expect(target([0, 0.9, 1], human)).toMatchObject({
      reason: "SAFETY VIOLATION: Position within prohibited zone at (0.00, 1.20, 1.00), distance: 0.30m < 0.5m",
    });
  });

  test("R1 H3 a hair inside reads as a violation", () => {
    expect(target([0, 1.5, 1.4], human)).toMatchObject({
      reason: expect.stringMatching(/< 0.5m \(short by less than 1e-9 m\)$/),
    });
    expect(asShortfall(0.4999, 0.5)).toBe("0.4999m < 0.5m");
    expect(asShortfall(0.4951, 0.5)).toBe("0.495m < 0.5m");
    expect(asShortfall(0.9, 1)).toBe("0.90m < 1.0m");
  });

  test("R1 a touching point is safe; NaN is not", () => {
    expect(target([0.5, 1.2, 1], human).kind).toBe("allow");
    for (const bad of [Number.NaN, Infinity]) expect(target([bad, 0, 0], human).kind).toBe("deny");
  });
});

describe("R2 paths and bodies", () => {
  const gate = prohibitedZonesGate();
  const segment = (from: Vec3, to: Vec3, spec: WorldSpec, body = farBody) => gate.check(moveAsk(to, { qRad: from, spec, body }));

  test("R2 H7 passes the human clear, but not the reference zone", () => {
    expect(segment([1.5, 1, 0.5], [-1, -1, 0.7], human).kind).toBe("allow");
    expect(segment([1.5, 1, 0.5], [-1, -1, 0.7], referenceZone)).toMatchObject({
      kind: "deny",
      code: "path_blocked",
      reason: expect.stringMatching(
        /^SAFETY VIOLATION: Path passes within prohibited zone at \(0\.00, 0\.00, 1\.00\), nearest: 0\.42m < 0\.5m, \d+% of the way$/,
      ),
      evidence: { nearestM: expect.closeTo(0.417371, 6) },
    });
  });

  test("R2 H8 both ends are legal, the way is not", () => {
    expect(segment([0.45, 0.95, 1], [0.45, 1.45, 1], human)).toMatchObject({
      reason: "SAFETY VIOLATION: Path passes within prohibited zone at (0.00, 1.20, 1.00), nearest: 0.45m < 0.5m, 50% of the way",
    });
  });

  test("R2 a path that touches is safe", () => {
    expect(segment([0.5, 0.95, 1], [0.5, 1.45, 1], human).kind).toBe("allow");
  });

  test.for([
    ["box", { kind: "box", centerM: [0, 1.2, 1], halfM: [0.3, 0.3, 0.3] }],
    ["capsule", { kind: "capsule", fromM: [0, 1.2, 0.5], toM: [0, 1.2, 1.5], radiusM: 0.3 }],
    ["cylinder", { kind: "cylinder", centerM: [0, 1.2, 1], radiusM: 0.3, halfHeightM: 0.4 }],
    ["half-space", { kind: "half-space", normal: [0, 1, 0], offsetM: -0.9 }],
  ] as const)("R2 a %s zone keeps targets and paths out", ([, shape]) => {
    const spec = worldWith(shape);
    expect(segment([-1, 0, 1], [1, 0, 1], spec).kind).toBe("allow");
    expect(
      gate.check(
        askOf({
          rows: [
            [-1, 0, 1],
            [0, 1.2, 1],
            [1, 0, 1],
          ],
          qRad: [-1, 0, 1],
          spec,
          body: farBody,
        }),
      ),
    ).toMatchObject({
      code: "path_blocked",
    });
    expect(gate.check(askOf({ points: [[0, 1.2, 1]], spec }))).toMatchObject({
      code: "prohibited_zone",
    });
  });

  test("R2 the body counts: a mast that reaches into the zone although the tip stays below it", () => {
    const above = worldWith({ kind: "sphere", centerM: [0, 0.5, 1.4], radiusM: 0.2 });
    expect(segment([-1, 0.5, 1], [1, 0.5, 1], above).kind).toBe("allow");
    expect(segment([-1, 0.5, 1], [1, 0.5, 1], above, gantryBody)).toMatchObject({
      kind: "deny",
      code: "path_blocked",
      evidence: { link: "mast", zone: "human" },
    });
  });

  test("R2 nothing makes a zone touchable", () => {
    const motion = { mayTouch: ["human"] };
    const ask = moveAsk([1, 1.2, 0.4], { qRad: [-1, 1.2, 0.4], spec: human, motion });
    expect(gate.check(ask)).toMatchObject({ kind: "deny", evidence: { link: "mast" } });
  });

  test("R2 allowed paths stay out, sampled densely, for any two points", () => {
    const m = double({ min: -2, max: 2, noNaN: true });
    assert(
      property(tuple(m, m), tuple(m, m), ([ax, ay], [bx, by]) => {
        if (segment([ax, ay, 1], [bx, by, 1], human).kind === "deny") return;
        for (let i = 0; i <= 100; i++) {
          const [x, y] = [ax + (bx - ax) * (i / 100), ay + (by - ay) * (i / 100)];
          expect(Math.sqrt(x * x + (y - 1.2) ** 2)).toBeGreaterThanOrEqual(0.5 - 1e-8);
        }
      }),
      { seed: 20261121, numRuns: 150 },
    );
  });

  test("R2 stale joints deny, a world without zones does not ask for them", () => {
    const old = { observation: { ageMs: {} } };
    expect(gate.check(moveAsk([0.1, 0, 1], { spec: human, ...old }))).toMatchObject({
      reason: "joints unknown",
    });
    expect(gate.check(moveAsk([0.1, 0, 1], old)).kind).toBe("allow");
  });
});

describe("spatial", () => {
  const gate = spatialGate({
    name: "shelf",
    keepOut: [box([0.5, -0.2, 0.5], [1, 0.2, 1.5]), sphere([-1, 0, 1], 0.2)],
  });

  test("targets and paths, surfaces included", () => {
    expect(gate.check(askOf({ points: [[0.6, 0, 1]] }))).toMatchObject({
      kind: "deny",
      gate: "spatial",
      reason: "end-effector (0.6, 0, 1) collides with obstacle set 'shelf'",
    });
    expect(gate.check(askOf({ points: [[0.5, 0, 1]] })).kind).toBe("deny");
    expect(gate.check(askOf({ points: [[0.4999, 0, 1]] })).kind).toBe("allow");
    expect(gate.check(moveAsk([1.5, 0, 1]))).toMatchObject({
      reason: expect.stringMatching(/^planned tip \(.*\) collides with obstacle set 'shelf'$/),
    });
    expect(gate.check(moveAsk([-1.5, 0, 1])).kind).toBe("deny");
    expect(gate.check(moveAsk([0.4, 0, 1])).kind).toBe("allow");
  });

  test("hostile numbers, configuration, ids", () => {
    for (const bad of [Number.NaN, Infinity]) expect(gate.check(askOf({ points: [[bad, 0, 0]] })).kind).toBe("deny");
    expect(
      gate.check(
        askOf({
          rows: [
            [0, 0, 1],
            [0, Number.NaN, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
    expect(() => spatialGate({ name: "none", keepOut: [] })).toThrow(/'none' is empty/);
    expect(
      spatialGate({ name: "b", id: "spatial:b", keepOut: [sphere([0, 0, 0], 1)] }).check(askOf({ points: [[0, 0, 0]] })),
    ).toMatchObject({ gate: "spatial:b" });
  });
});
