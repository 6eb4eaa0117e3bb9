import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { geofenceGate } from "./geofence-gate.ts";
import { askOf, moveAsk } from "./testing/asks.ts";
import { swingArmBody } from "./testing/swing-arm.ts";

const gate = geofenceGate();
const point = (...points: Vec3[]) => gate.check(askOf({ points }));

describe("runtime row 14 geofence", () => {
  test("is inclusive", () => {
    expect(point([1, 1, 1]).kind).toBe("allow");
    expect(point([-1, -1, 0]).kind).toBe("allow");
    expect(point([0.1, 0.2, 0.3]).kind).toBe("allow");
  });

  test("names the first violating axis in order x, y, z", () => {
    expect(point([0, 0, -0.01])).toMatchObject({
      kind: "deny",
      gate: "geofence",
      reason: "target z=-0.01 outside workspace [0,1]",
    });
    expect(point([0, 5, 9])).toMatchObject({ reason: "target y=5 outside workspace [-1,1]" });
    expect(point([5, 5, 9])).toMatchObject({
      reason: "target x=5 outside workspace [-1,1]",
      evidence: { axis: "x", valueM: 5 },
    });
  });

  test("no motion: allowed, no target coords in intent", () => {
    expect(gate.check(askOf({ name: "scan", args: { radius: 0.5 } }))).toMatchObject({
      kind: "allow",
      reason: "no target coords in intent",
    });
  });

  test.for([Number.NaN, Infinity, -Infinity])("a coordinate of %s denies", (bad) => {
    expect(point([bad, 0, 0])).toMatchObject({
      kind: "deny",
      reason: "target x is not a finite number",
    });
    expect(point([0, 0, bad])).toMatchObject({ reason: "target z is not a finite number" });
    expect(point([1e308, -0, 0]).kind).toBe("deny");
  });

  test("takeoff to altitude 100 under a ceiling of 2", () => {
    const declared = {
      kind: "altitude",
      pointsInWorld: [[0, 0, 100] as const],
      straight: false,
    } as const;
    const ceiling = geofenceGate({ minCorner: [-3, -3, 0], maxCorner: [3, 3, 2] });
    expect(ceiling.check(askOf({ declared }))).toMatchObject({
      kind: "deny",
      reason: "target z=100 outside workspace [0,2]",
    });
  });

  test("every waypoint, by its index", () => {
    expect(point([0, 0, 0.5], [0, 0, 2])).toMatchObject({
      kind: "deny",
      reason: "waypoint 1: target z=2 outside workspace [0,1]",
    });
    expect(point([0, Number.NaN, 0], [0, 0, 0.5])).toMatchObject({
      reason: "waypoint 0: target y is not a finite number",
    });
    expect(point([0, 0, 0.5], [0.5, 0, 0.5]).kind).toBe("allow");
  });

  test("the whole planned path, not only what the intent declares", () => {
    const rows = [
      [0, 0, 1],
      [1.5, 0, 1],
      [0.5, 0, 1],
    ];
    expect(gate.check(askOf({ points: [[0.5, 0, 1]], rows }))).toMatchObject({
      kind: "deny",
      reason: "planned tip x=1.5 outside workspace [-1,1]",
      evidence: { segment: 0 },
    });
    expect(
      gate.check(
        askOf({
          rows: [
            [0, 0, 1],
            [0, 0, 2],
          ],
        }),
      ),
    ).toMatchObject({ reason: "planned tip z=2 outside workspace [0,1]" });
    expect(gate.check(moveAsk([0.5, 0.5, 0.5])).kind).toBe("allow");
  });

  test("an arc between two waypoints inside the fence leaves it, and is seen", () => {
    // From (0.69, -0.4) to (0.69, 0.4) the tip swings out to x = 0.8.
    const rows = [
      [-Math.PI / 6, 0],
      [Math.PI / 6, 0],
    ];
    const narrow = geofenceGate({ minCorner: [-1, -1, -1], maxCorner: [0.75, 1, 1] });
    const wide = geofenceGate({ minCorner: [-1, -1, -1], maxCorner: [0.8, 1, 1] });
    const ask = askOf({ body: swingArmBody, qRad: [-Math.PI / 6, 0], rows });
    expect(narrow.check(ask)).toMatchObject({ kind: "deny", code: "outside_workspace" });
    expect(wide.check(ask).kind).toBe("allow");
  });

  test("a plan from somewhere else, or from joints nobody measured lately, is not judged but denied", () => {
    expect(
      gate.check(
        moveAsk([0.5, 0, 0.5], {
          rows: [
            [0.2, 0, 1],
            [0.5, 0, 0.5],
          ],
        }),
      ),
    ).toMatchObject({ code: "wrong_start" });
    expect(gate.check(moveAsk([0.5, 0, 0.5], { observation: { ageMs: {} } }))).toMatchObject({
      reason: "joints unknown",
    });
    expect(gate.check(moveAsk([0.5, 0, 0.5], { atMs: 251 }))).toMatchObject({
      reason: "joints is 251 ms old",
    });
  });

  test("allows exactly the points of the box, for any point and box", () => {
    const coordinate = double({ min: -3, max: 3, noNaN: true });
    const vector = tuple(coordinate, coordinate, coordinate);
    assert(
      property(vector, vector, vector, (a, b, p) => {
        const minCorner: Vec3 = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.min(a[2], b[2])];
        const maxCorner: Vec3 = [Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.max(a[2], b[2])];
        if (minCorner.some((low, axis) => low === maxCorner[axis])) return;
        const inside = p.every((value, axis) => value >= (minCorner[axis] ?? 0) && value <= (maxCorner[axis] ?? 0));
        expect(geofenceGate({ minCorner, maxCorner }).check(askOf({ points: [p] })).kind).toBe(inside ? "allow" : "deny");
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

  test("corners must be finite and ordered", () => {
    expect(() => geofenceGate({ minCorner: [0, 0, 0], maxCorner: [0, 1, 1] })).toThrow(/x: min 0 is not below max 0/);
    expect(() => geofenceGate({ minCorner: [0, Number.NaN, 0] })).toThrow(/minCorner.y/);
    expect(() => geofenceGate({ maxCorner: [Infinity, 1, 1] })).toThrow(/maxCorner.x/);
  });
});
