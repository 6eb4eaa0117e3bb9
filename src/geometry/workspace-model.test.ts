import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/index.ts";
import { firstContact } from "./segment-contact.ts";
import { box, capsule, contains, cylinder, floorAt, polytope, signedDistance, sphere } from "./shapes.ts";
import type { ShapeKind } from "./shapes.ts";
import { along, anyShape, convexMinimum, point, runs, segment, shapeOfKind } from "./testing/arbitrary-shapes.ts";
import { WorkspaceModel, workspaceSignedDistance } from "./workspace-model.ts";

const kinds = Object.keys(shapeOfKind) as ShapeKind[];
const wide = (): WorkspaceModel => new WorkspaceModel([-9, -9, -9], [9, 9, 9]);

describe("geometry 15 obstacle workspace", () => {
  test("default bounds, sphere (0,0,0) r .1 inflation .2", () => {
    const workspace = new WorkspaceModel().addSphere([0, 0, 0], 0.1, { inflationM: 0.2 });
    expect(workspace.violates([0.3, 0, 0])).toBe("target inside sphere obstacle");
    expect(workspace.violates([0.4, 0, 0])).toBeNull();
  });

  test("the label is in the reason", () => {
    const workspace = new WorkspaceModel().addSphere([0, 0, 0.5], 0.1, { label: "cup" });
    expect(workspace.violates([0, 0, 0.5])).toBe("target inside sphere obstacle 'cup'");
  });

  test("every kind has its word", () => {
    const cube = [1, -1]
      .flatMap(
        (s) =>
          [
            [s, 0, 0],
            [0, s, 0],
            [0, 0, s],
          ] as const,
      )
      .map((normal) => ({ normal, offsetM: -0.5 }));
    const workspace = wide()
      .addBox([-1, -1, -1], [1, 1, 1], { label: "bin" })
      .add(floorAt(0))
      .add(polytope(cube, { label: "rock" }))
      .add(capsule([0, 0, 0], [0, 0, 1], 0.1))
      .add(cylinder([0, 0, 0], 1, 1, { label: "can" }));
    expect(workspace.violations([0, 0, 0])).toEqual([
      "target inside box obstacle 'bin'",
      "target inside half-space obstacle",
      "target inside polytope obstacle 'rock'",
      "target inside capsule obstacle",
      "target inside cylinder obstacle 'can'",
    ]);
  });

  test("bounds come first, axes in order, inclusive", () => {
    const workspace = new WorkspaceModel().addSphere([0, 0, 0], 100);
    expect(workspace.violates([1.5, -2, -0.01])).toBe("x=1.5 outside workspace [-1,1]");
    expect(workspace.violations([1.5, -2, -0.01])).toEqual([
      "x=1.5 outside workspace [-1,1]",
      "y=-2 outside workspace [-1,1]",
      "z=-0.01 outside workspace [0,1]",
      "target inside sphere obstacle",
    ]);
    expect(new WorkspaceModel().violates([1, -1, 0])).toBeNull();
    expect(new WorkspaceModel([-1, -1, 0], [0.1, 1 / 3, 1e6]).violates([0, 0.4, 0])).toBe("y=0.4 outside workspace [-1,0.333333]");
    expect(new WorkspaceModel([-1, -1, 0], [1, 1, 1e6]).violates([0, 0, 2e6])).toBe("z=2e+06 outside workspace [0,1e+06]");
  });

  test.for([Number.NaN, Infinity, -Infinity])("%s is not a place", (hostile) => {
    const workspace = new WorkspaceModel();
    expect(workspace.violates([hostile, 0, 0])).toBe("x is not a finite number");
    expect(workspace.violations([0, hostile, hostile])).toEqual(["y is not a finite number", "z is not a finite number"]);
    expect(workspace.violatesSegment([0, 0, 0.5], [0, hostile, 0.5])).toBe("y is not a finite number at t=1");
    expect(workspace.violatesSegment([0, 0, hostile], [0, 0, 0.5])).toBe("z is not a finite number at t=0");
    expect(() => new WorkspaceModel([hostile, 0, 0], [1, 1, 1])).toThrowError(/finite/);
  });

  test("huge coordinates never slip past an obstacle's arithmetic", () => {
    const huge = new WorkspaceModel([-1e308, -1e308, -1e308], [1e308, 1e308, 1e308]);
    huge.add(
      polytope([
        { normal: [1, 1, 1], offsetM: 0 },
        { normal: [-1, -1, -1], offsetM: -1 },
      ]),
    );
    expect(huge.violates([1e308, -1e308, 0.1])).not.toBeUndefined();
    expect(huge.violatesSegment([-1e308, -1e308, -1e308], [1e308, 1e308, 1e308])).toMatch(/^target inside polytope obstacle at t=0\.5/);
  });

  test("a frozen workspace takes no more obstacles, and lists cannot be reached from outside", () => {
    const workspace = Object.freeze(new WorkspaceModel());
    expect(() => workspace.addSphere([0, 0, 0], 1)).toThrowError(/frozen/);
    const mine = [sphere([0, 0, 0], 1)];
    const built = new WorkspaceModel([-1, -1, 0], [1, 1, 1], mine);
    mine.length = 0;
    expect(built.violates([0, 0, 0])).not.toBeNull();
    expect(built.obstacles).toHaveLength(1);
    expect(() => new WorkspaceModel([0, 0, 0], [1, -1, 1])).toThrowError(/componentwise/);
  });
});

describe("geometry 15 segments", () => {
  test("the reason names the first parameter of contact", () => {
    const workspace = wide().addSphere([0, 0, 0], 0.5, { label: "ball" }).addBox([2, -1, -1], [3, 1, 1]).add(floorAt(-2));
    expect(workspace.violatesSegment([-2, 0, 0], [2, 0, 0])).toBe("target inside sphere obstacle 'ball' at t=0.375");
    expect(workspace.violatesSegment([1, 0, 0], [5, 0, 0])).toBe("target inside box obstacle at t=0.25");
    expect(workspace.violatesSegment([5, 5, 0], [5, 5, -8])).toBe("target inside half-space obstacle at t=0.25");
    expect(workspace.violatesSegment([0, 8, 0], [0, 10, 0])).toBe("y=10 outside workspace [-9,9] at t=0.5");
    expect(workspace.violatesSegment([10, 0, 0], [0, 8, 0])).toBe("x=10 outside workspace [-9,9] at t=0");
    expect(workspace.violatesSegment([-2, 2, 0], [2, 2, 0])).toBeNull();
    expect(workspace.violatesSegment([-2, 0.5, 0], [1, 0.5, 0])).toMatch(/'ball' at t=0\.66666/);
    expect(workspace.violatesSegment([-2, 0.5000001, 0], [1, 0.5000001, 0])).toBeNull();
    expect(workspace.violatesSegment([-3, 0, 9], [-3, 0, -1])).toBeNull();
  });

  test("a segment of one point answers as the point", () => {
    fc.assert(
      fc.property(fc.array(anyShape, { maxLength: 4 }), point, (shapes, p) => {
        const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1], shapes);
        const reason = workspace.violates(p);
        expect(workspace.violatesSegment(p, p)).toBe(reason === null ? null : `${reason} at t=0`);
      }),
      runs,
    );
  });

  test("a clear segment is clear at every point of it", () => {
    fc.assert(
      fc.property(
        fc.array(anyShape, { maxLength: 4 }),
        segment,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20 }),
        (shapes, [a, b], ts) => {
          const workspace = new WorkspaceModel([-1.5, -1.5, -1.5], [1.5, 1.5, 1.5], shapes);
          if (workspace.violatesSegment(a, b) !== null) return;
          for (const t of [0, 1, ...ts]) {
            const p = along(a, b, t);
            // Rounding of the point itself may put it a last place beyond a bound.
            expect(workspaceSignedDistance(p, workspace)).toBeGreaterThan(-1e-12);
          }
        },
      ),
      { ...runs, numRuns: 500 },
    );
  });

  test.for(kinds)("contact with a %s: found exactly when there is one, at its first parameter", (kind) => {
    fc.assert(
      fc.property(shapeOfKind[kind], segment, (shape, [a, b]) => {
        const t = firstContact(shape, a, b);
        const least = convexMinimum((s) => signedDistance(shape, along(a, b, s)));
        if (least > 1e-9) expect(t).toBeUndefined();
        if (least < -1e-9) expect(t).toBeDefined();
        if (t === undefined) return;
        expect(t >= 0 && t <= 1).toBe(true);
        expect(signedDistance(shape, along(a, b, t))).toBeLessThan(1e-8);
        const before = convexMinimum((s) => signedDistance(shape, along(a, b, s * Math.max(0, t - 1e-6))));
        if (t > 1e-6) expect(before).toBeGreaterThan(-1e-8);
        if (contains(shape, a)) expect(t).toBe(0);
      }),
      { ...runs, numRuns: 200 },
    );
  });
});

describe("geometry 16 signed distance of a workspace", () => {
  test("origin in bounds ±1 (cube) is 1", () => {
    const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1]);
    expect(workspaceSignedDistance([0, 0, 0], workspace)).toBe(1);
    expect(workspaceSignedDistance([2.5, 3, 0], workspace)).toBe(-2);
  });

  test("the least of bounds, obstacles and extras", () => {
    const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1]).addBox([0.1, 0.1, 0], [0.3, 0.3, 0.3]);
    expect(workspaceSignedDistance([0.5, 0.5, 0.5], workspace)).toBeCloseTo(0.34641, 5);
    expect(workspaceSignedDistance([0.5, 0.5, 0.5], workspace, [sphere([0.5, 0.5, 0.9], 0.3)])).toBeCloseTo(0.1, 12);
    expect(() => workspaceSignedDistance([0, 0, 0], workspace, [JSON.parse('{"kind":"torus"}')])).toThrowError(/unknown kind/);
    expect(workspaceSignedDistance([Number.NaN, 0, 0], workspace)).toBeNaN();
  });

  test("its sign agrees with violates away from every surface", () => {
    fc.assert(
      fc.property(fc.array(anyShape, { maxLength: 5 }), point, (shapes, p) => {
        const workspace = new WorkspaceModel([-1.5, -1.5, -1.5], [1.5, 1.5, 1.5], shapes);
        const d = workspaceSignedDistance(p, workspace);
        if (Math.abs(d) > 1e-9) expect(workspace.violates(p) === null).toBe(d > 0);
        expect(workspace.violates(p) === null).toBe(workspace.violations(p).length === 0);
      }),
      { ...runs, numRuns: 500 },
    );
  });

  test("fixed examples of each kind of extra agree with contains", () => {
    const extras = [box([0, 0, 0], [0.2, 0.2, 0.2]), sphere([0, 0, 0], 0.1), floorAt(-0.5)];
    for (const p of [
      [0.1, 0.1, 0.1],
      [0, 0, -0.6],
      [0.5, 0.5, 0.5],
    ] as Vec3[])
      expect(workspaceSignedDistance(p, wide(), extras) <= 0).toBe(extras.some((shape) => contains(shape, p)));
  });
});
