import { assert, double, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { WorkspaceModel } from "../geometry/workspace-model.ts";
import { askOf, emptyWorld, moveAsk, worldOf } from "./testing/asks.ts";
import { swingArmBody } from "./testing/swing-arm.ts";
import { workspaceGate } from "./workspace-gate.ts";

const cup = () => new WorkspaceModel([-1, -1, 0], [1, 1, 1]).addSphere([0.5, 0, 0.5], 0.1, { label: "cup" });
const gate = workspaceGate({ workspace: cup() });

describe("runtime 15 workspace", () => {
  test("the model's own words for declared points, waypoints by index", () => {
    expect(gate.check(askOf({ points: [[0.55, 0, 0.5]] }))).toMatchObject({
      kind: "deny",
      gate: "workspace",
      reason: "target inside sphere obstacle 'cup'",
    });
    expect(gate.check(askOf({ points: [[2, 0, 0.5]] }))).toMatchObject({
      reason: "x=2 outside workspace [-1,1]",
    });
    expect(
      gate.check(
        askOf({
          points: [
            [0, 0, 0.5],
            [0.5, 0, 0.5],
          ],
        }),
      ),
    ).toMatchObject({
      reason: "waypoint 1: target inside sphere obstacle 'cup'",
    });
    expect(gate.check(askOf({ points: [[0, 0, 0.5]] })).kind).toBe("allow");
    expect(gate.check(askOf({ name: "scan" }))).toMatchObject({
      kind: "allow",
      reason: "no target coords in intent",
    });
  });

  test("between waypoints, and from the measured tip where the motion is straight", () => {
    const ends = [
      [0.2, 0, 0.5],
      [0.8, 0, 0.5],
    ] as const;
    expect(gate.check(askOf({ points: ends }))).toMatchObject({
      kind: "deny",
      reason: "waypoint 1: target inside sphere obstacle 'cup' at t=0.333333",
    });
    const straight = { kind: "point", pointsInWorld: [ends[1]], straight: true } as const;
    expect(gate.check(askOf({ declared: straight, qRad: [0.2, 0, 0.5] }))).toMatchObject({
      kind: "deny",
    });
    expect(gate.check(askOf({ declared: { ...straight, straight: false }, qRad: [0.2, 0, 0.5] })).kind).toBe("allow");
    const ask = askOf({ declared: straight, qRad: [0.2, 0, 0.5] });
    expect(gate.check(ask).kind).toBe("deny");
    expect(gate.check({ ...ask, world: worldOf({ qRad: [0.8, 0.5, 0.5] }) }).kind).toBe("allow");
  });

  test("the whole planned path", () => {
    expect(gate.check(moveAsk([0.8, 0, 0.5], { qRad: [0.2, 0, 0.5] }))).toMatchObject({
      reason: "planned tip inside sphere obstacle 'cup' at t=0.333333",
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
    const around = [
      [0.2, 0, 0.5],
      [0.5, 0.5, 0.5],
      [0.8, 0, 0.5],
    ];
    expect(gate.check(moveAsk([0.8, 0, 0.5], { qRad: [0.2, 0, 0.5], rows: around })).kind).toBe("allow");
  });

  test("what chords cut off an arc is added to the obstacle", () => {
    const rows = [
      [-Math.PI / 6, 0],
      [Math.PI / 6, 0],
    ];
    const beside = (x: number) => new WorkspaceModel([-1, -1, -1], [1, 1, 1]).addSphere([x, 0, 0], 0.1);
    const judge = (x: number) =>
      workspaceGate({ workspace: beside(x) }).check(askOf({ body: swingArmBody, qRad: [-Math.PI / 6, 0], rows })).kind;
    // The arc comes to x = 0.8.
    expect([0.8999, 0.90005, 0.9002].map(judge)).toEqual(["deny", "deny", "allow"]);
  });

  test("without a model of its own it takes the world's, zones and fixtures included", () => {
    const spec = {
      ...emptyWorld,
      zones: [{ name: "human", shape: { kind: "sphere", centerM: [1, 0, 1], radiusM: 0.2 } } as const],
    };
    expect(workspaceGate().check(moveAsk([1.5, 0, 1], { spec }))).toMatchObject({
      reason: "planned tip inside sphere obstacle 'human' at t=0.533333",
    });
    expect(workspaceGate().check(moveAsk([0.5, 0, 1], { spec })).kind).toBe("allow");
  });

  test("hostile numbers and stale joints deny", () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      expect(gate.check(askOf({ points: [[0, bad, 0.5]] }))).toMatchObject({
        kind: "deny",
        reason: "target y is not a finite number",
      });
    expect(gate.check(askOf({ points: [[0, 0, 1e308]] })).kind).toBe("deny");
    expect(gate.check(moveAsk([0.1, 0, 0.5], { observation: { ageMs: {} } }))).toMatchObject({
      reason: "joints unknown",
    });
    expect(
      gate.check(
        askOf({
          rows: [
            [0, 0, 1],
            [Number.NaN, 0, 1],
          ],
        }),
      ).kind,
    ).toBe("deny");
  });

  test("a path is allowed only if all of it is clear, sampled densely, for any two points", () => {
    const coordinate = double({ min: -1, max: 1, noNaN: true });
    const inBox = tuple(coordinate, coordinate, coordinate.map(Math.abs));
    const model = cup();
    assert(
      property(inBox, inBox, (from, to) => {
        if (workspaceGate({ workspace: model }).check(moveAsk(to, { qRad: from })).kind === "deny") return;
        for (let i = 0; i <= 100; i++) {
          const at = (axis: 0 | 1 | 2) => from[axis] + (to[axis] - from[axis]) * (i / 100);
          expect(model.violates([at(0), at(1), at(2)])).toBeNull();
        }
      }),
      { seed: 20261121, numRuns: 100 },
    );
  });
});
