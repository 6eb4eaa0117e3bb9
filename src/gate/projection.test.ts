import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deepFreeze, type JsonObject } from "../core/json.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import {
  box,
  capsule,
  cylinder,
  floorAt,
  halfSpace,
  orientedBox,
  polytope,
  signedDistance,
  sphere,
  type Shape,
} from "../geometry/shapes.ts";
import { WorkspaceModel } from "../geometry/workspace-model.ts";
import type { Intent } from "../intent/intent.ts";
import { projectPointToSdf, projectToSdf } from "./project-sdf.ts";
import { projectPointToWorkspace, projectToWorkspace } from "./project-workspace.ts";
import { projectionDenial, repairIntent } from "./repair.ts";

const seed = 20261121;

function intent(args: JsonObject): Intent {
  return deepFreeze({ id: "i", name: "move_to", args, rationale: "" });
}
/** A point equal to this one within half a unit of the digit. */
function around(point: Vec3, digits = 6): readonly unknown[] {
  return point.map((value) => expect.closeTo(value, digits));
}

describe("projectToWorkspace", () => {
  test("geometry 24 the bounds are inclusive, and the audit field says where it came from", () => {
    const asked = intent({ x: 5, y: -9, z: 0.5, speed: 0.1 });
    const result = projectToWorkspace(asked, new WorkspaceModel([-1, -1, 0], [1, 1, 1]));
    expect(result.kind).toBe("projected");
    expect(result.intent).toEqual({ ...asked, args: { x: 1, y: -1, z: 0.5, speed: 0.1, projected_from: [5, -9, 0.5] } });
    expect(result.displacementM).toBeCloseTo(Math.hypot(4, 8), 12);
    expect(Object.isFrozen(result.intent.args) && Object.isFrozen(result.intent.args["projected_from"])).toBe(true);
    expect(asked.args).toEqual({ x: 5, y: -9, z: 0.5, speed: 0.1 });
  });

  test("geometry 24 radial push out of an inflated sphere", () => {
    const workspace = new WorkspaceModel().addSphere([0.2, 0.3, 0.5], 0.2, { inflationM: 0.05 });
    const result = projectPointToWorkspace([0.3, 0.4, 0.5], workspace);
    expect(result.kind).toBe("projected");
    expect(result.pointM).toEqual(around([0.376777, 0.476777, 0.5]));
    expect(distance(result.pointM, [0.2, 0.3, 0.5])).toBeCloseTo(0.25 + 1e-6, 12);
  });

  test("geometry 24 a target that is allowed stays the same object", () => {
    const asked = intent({ x: 0, y: 0, z: 0.5 });
    expect(projectToWorkspace(asked, new WorkspaceModel())).toMatchObject({ kind: "unchanged", displacementM: 0 });
    expect(projectToWorkspace(asked, new WorkspaceModel()).intent).toBe(asked);
    const elsewhere = intent({ object: "cube" });
    expect(projectToWorkspace(elsewhere, new WorkspaceModel()).intent).toBe(elsewhere);
  });

  test("geometry 24 at the centre of a sphere the way is +x", () => {
    expect(projectPointToWorkspace([0, 0, 0.5], new WorkspaceModel().addSphere([0, 0, 0.5], 0.2)).pointM).toEqual(
      around([0.200001, 0, 0.5]),
    );
  });

  test("geometry 24 where the radial push leaves the bounds, along the bound instead", () => {
    const workspace = new WorkspaceModel().addSphere([0, 0, 0.05], 0.2);
    const { kind, pointM } = projectPointToWorkspace([0.02, 0, 0.01], workspace);
    expect(kind).toBe("projected");
    expect(pointM[2]).toBe(0);
    expect(pointM).toEqual(around([Math.sqrt(0.2 ** 2 - 0.05 ** 2), 0, 0], 4));
  });

  test("geometry 24 boxes by their nearest face in bounds, half-spaces along their normal, polytopes through the nearest face", () => {
    expect(projectPointToWorkspace([0.1, 0, 0.25], new WorkspaceModel().addBox([-0.5, -0.5, 0], [0.2, 0.5, 0.5])).pointM).toEqual(
      around([0.200001, 0, 0.25]),
    );
    expect(projectPointToWorkspace([0, 0, 0.1], new WorkspaceModel().add(floorAt(0.3))).pointM).toEqual(around([0, 0, 0.300001]));
    const cube = polytope([
      { normal: [1, 0, 0], offsetM: -0.3 },
      { normal: [-1, 0, 0], offsetM: -0.3 },
      { normal: [0, 1, 0], offsetM: -0.3 },
      { normal: [0, -1, 0], offsetM: -0.3 },
      { normal: [0, 0, 1], offsetM: -0.8 },
      { normal: [0, 0, -1], offsetM: 0.2 },
    ]);
    expect(projectPointToWorkspace([0, -0.25, 0.5], new WorkspaceModel().add(cube)).pointM).toEqual(around([0, -0.300001, 0.5]));
  });

  test("geometry 24 the nearest face is out of bounds: another one is taken", () => {
    const workspace = new WorkspaceModel().addBox([-0.5, -0.5, -0.5], [0.5, 0.5, 0.3]);
    expect(projectPointToWorkspace([0, 0, 0.05], workspace).pointM).toEqual(around([0, 0, 0.300001]));
  });

  test("geometry 24 out of overlapping obstacles, one after the other", () => {
    const workspace = new WorkspaceModel();
    for (const x of [-0.3, -0.1, 0.1, 0.3]) workspace.addSphere([x, 0, 0.5], 0.2);
    const { kind, pointM } = projectPointToWorkspace([0.05, 0, 0.5], workspace);
    expect(kind).toBe("projected");
    expect(workspace.violates(pointM)).toBeNull();
    expect(distance(pointM, [0.05, 0, 0.5])).toBeLessThan(0.3);
  });

  test("geometry 24 failure is explicit, and keeps the intent", () => {
    const full = new WorkspaceModel().addSphere([0, 0, 0.5], 3, { label: "everything" });
    const asked = intent({ x: 0, y: 0, z: 0.5 });
    const result = projectToWorkspace(asked, full);
    expect(result).toMatchObject({ kind: "failed", reason: "no free point was found near target inside sphere obstacle 'everything'" });
    expect(result.intent).toBe(asked);
    expect(projectionDenial(result)).toMatchObject({ kind: "deny", gate: "projection", reason: `projection failed: ${result.reason}` });
  });

  test("geometry 24 only a corner is free: it is found", () => {
    const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1]).addSphere([-0.02, -0.02, -0.02], 1.74);
    const { kind, pointM } = projectPointToWorkspace([0, 0, 0], workspace);
    expect(kind).toBe("projected");
    expect(workspace.violates(pointM)).toBeNull();
  });

  test("geometry 24 only an edge is free nearby: a point on it, not a far corner", () => {
    const workspace = new WorkspaceModel([-1, -1, -0.3], [1, 1, 0.3]).addSphere([-0.1, -0.1, 0], 1.556);
    const { kind, pointM, displacementM } = projectPointToWorkspace([0.9, 0.9, 0], workspace);
    expect(kind).toBe("projected");
    expect(pointM).toEqual([1, 1, expect.closeTo(Math.sqrt(1.556 ** 2 - 2 * 1.1 ** 2), 4)]);
    expect(displacementM).toBeLessThan(0.2);
  });

  test("geometry 24 a repair that goes too far fails", () => {
    const result = projectPointToWorkspace([1.5, 0, 0.5], new WorkspaceModel(), { maxDisplacementM: 0.4 });
    expect(result).toMatchObject({ kind: "failed", reason: "displacement 0.500 m exceeds limit 0.400 m" });
    expect(projectPointToWorkspace([1.5, 0, 0.5], new WorkspaceModel(), { maxDisplacementM: 0.5 }).kind).toBe("projected");
  });

  test("geometry 24 waypoint lists point by point, targets and x, y, z together", () => {
    const workspace = new WorkspaceModel();
    const list = projectToWorkspace(
      intent({
        waypoints: [
          [0, 0, 0.5],
          [2, 0, 0.5],
        ],
      }),
      workspace,
    );
    expect(list.intent.args).toEqual({
      waypoints: [
        [0, 0, 0.5],
        [1, 0, 0.5],
      ],
      projected_from: [
        [0, 0, 0.5],
        [2, 0, 0.5],
      ],
    });
    const target = projectToWorkspace(intent({ target: [0, 0, 2] }), workspace);
    expect(target.intent.args).toEqual({ target: [0, 0, 1], projected_from: [0, 0, 2] });
    const both = projectToWorkspace(intent({ x: 3, y: 0, z: 0, target: [0, 3, 0] }), workspace);
    expect(both.intent.args).toEqual({
      x: 1,
      y: 0,
      z: 0,
      target: [0, 1, 0],
      projected_from: [
        [3, 0, 0],
        [0, 3, 0],
      ],
    });
    const blocked = new WorkspaceModel([-1, -1, 0], [1, 1, 1], [box([-2, -2, -2], [2, 2, 2])]);
    expect(projectToWorkspace(intent({ waypoints: [[0, 0, 0]] }), blocked)).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(/^waypoint 0: /),
    });
  });

  test("geometry 24 property: 4000 random targets among 1 to 4 spheres; every projected one passes the check, and again", () => {
    const coordinate = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    const ball = fc.tuple(
      fc.tuple(coordinate, coordinate, coordinate),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 0.1, noNaN: true }),
    );
    let failures = 0;
    fc.assert(
      fc.property(fc.tuple(coordinate, coordinate, coordinate), fc.array(ball, { minLength: 1, maxLength: 4 }), (p, balls) => {
        const workspace = new WorkspaceModel();
        for (const [center, radius, inflationM] of balls) workspace.addSphere(center, radius, { inflationM });
        const before = workspace.violates(p);
        const result = projectPointToWorkspace(p, workspace);
        if (result.kind === "failed") failures += 1;
        expect(result.kind === "failed" ? null : workspace.violates(result.pointM)).toBeNull();
        expect(result.kind === "unchanged").toBe(before === null);
        expect(projectPointToWorkspace(p, workspace)).toEqual(result);
      }),
      { seed, numRuns: 4000 },
    );
    expect(failures).toBe(0);
  });

  test("geometry 24 property: beside one solid of any kind, whatever is projected passes", () => {
    const coordinate = fc.double({ min: -0.8, max: 0.8, noNaN: true });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    const size = fc.double({ min: 0.01, max: 0.5, noNaN: true });
    const solid: fc.Arbitrary<Shape> = fc.oneof(
      fc.tuple(point, size, size, size).map(([c, a, b, d]) => box([c[0] - a, c[1] - b, c[2] - d], [c[0] + a, c[1] + b, c[2] + d])),
      fc.tuple(point, size).map(([c, a]) => orientedBox(c, [a, a / 2, a], [0.8, 0, 0.6, 0])),
      fc.tuple(point, point, size).map(([a, b, r]) => capsule(a, b, r)),
      fc.tuple(point, size, size).map(([c, r, h]) => cylinder(c, r, h)),
      fc.tuple(size, coordinate).map(([n, offset]) => halfSpace([n, 0.3, -1], offset)),
    );
    let projected = 0;
    fc.assert(
      fc.property(point, solid, (p, shape) => {
        const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1], [shape]);
        const result = projectPointToWorkspace(p, workspace);
        expect(result.kind === "failed" ? null : workspace.violates(result.pointM)).toBeNull();
        expect(result.kind === "failed" && shape.kind === "box").toBe(false);
        if (result.kind !== "projected") return;
        projected += 1;
        expect(signedDistance(shape, result.pointM)).toBeGreaterThan(0);
      }),
      { seed, numRuns: 1000 },
    );
    expect(projected).toBeGreaterThan(100);
  });
});

describe("projectToSdf", () => {
  test("geometry 25 steps used up: the last point and its distance are reported", () => {
    const result = projectPointToSdf([5, 0, 0.5], new WorkspaceModel());
    expect(result.kind).toBe("failed");
    expect(result.pointM).toEqual(around([2.5, 0, 0.5]));
    expect(result.reason).toBe("signed distance -1.500 m after 50 steps");
    const asked = intent({ x: 5, y: 0, z: 0.5 });
    expect(projectToSdf(asked, new WorkspaceModel()).intent).toBe(asked);
  });

  test("geometry 25 with enough steps it converges, from the centre of an obstacle, too", () => {
    const result = projectPointToSdf([5, 0, 0.5], new WorkspaceModel(), { nSteps: 200 });
    expect(result.kind).toBe("projected");
    expect(result.pointM).toEqual(around([0.95, 0, 0.5]));
    const workspace = new WorkspaceModel().addSphere([0, 0, 0.5], 0.2);
    const centred = projectPointToSdf([0, 0, 0.5], workspace, { marginM: 0.03 });
    expect(centred.kind).toBe("projected");
    expect(centred.pointM).toEqual(around([0.25, 0, 0.5]));
  });

  test("geometry 25 a target on the very bound is moved off it", () => {
    expect(projectPointToSdf([1, 0, 0.5], new WorkspaceModel())).toMatchObject({
      kind: "projected",
      displacementM: expect.closeTo(0.05, 9),
    });
    expect(projectPointToSdf([1 - 2e-6, 0, 0.5], new WorkspaceModel())).toMatchObject({ kind: "unchanged" });
  });

  test("geometry 25 a clear target stays the same object; extras count; a margin is kept", () => {
    const asked = intent({ x: 0, y: 0, z: 0.5 });
    expect(projectToSdf(asked, new WorkspaceModel()).intent).toBe(asked);
    const extras = [sphere([0, 0, 0.5], 0.1)];
    const result = projectToSdf(asked, new WorkspaceModel(), { extras, marginM: 0.02 });
    expect(result.kind).toBe("projected");
    expect(result.intent.args).toMatchObject({ projected_from: [0, 0, 0.5] });
    expect(projectPointToSdf([0.9999, 0, 0.5], new WorkspaceModel(), { marginM: 0.01 })).toMatchObject({ kind: "projected" });
  });

  test("geometry 25 property: whatever is projected passes the check and keeps the margin", () => {
    const coordinate = fc.double({ min: -1.2, max: 1.2, noNaN: true });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(point, fc.array(fc.tuple(point, fc.double({ min: 0, max: 0.4, noNaN: true })), { maxLength: 3 }), (p, balls) => {
        const workspace = new WorkspaceModel([-1, -1, -1], [1, 1, 1]);
        for (const [center, radius] of balls) workspace.addSphere(center, radius);
        const result = projectPointToSdf(p, workspace, { marginM: 0.01, learningRate: 0.02, nSteps: 100 });
        if (result.kind === "failed") return;
        expect(workspace.violates(result.pointM)).toBeNull();
        for (const shape of workspace.obstacles) expect(signedDistance(shape, result.pointM)).toBeGreaterThanOrEqual(0.01);
      }),
      { seed, numRuns: 200 },
    );
  });

  test.for([
    { marginM: -1 },
    { marginM: Number.NaN },
    { nSteps: -1 },
    { nSteps: 1.5 },
    { nSteps: 1e9 },
    { learningRate: 0 },
    { learningRate: Number.NaN },
  ])("geometry 25 options %j are refused", (options) =>
    expect(() => projectPointToSdf([0, 0, 0], new WorkspaceModel(), options)).toThrow(/marginM|nSteps|learningRate/),
  );
});

describe("hostile", () => {
  test("geometry 24 targets that are not finite fail", () => {
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      const asked = { ...intent({}), args: { x: bad, y: 0, z: 0 } };
      for (const mode of ["workspace", "sdf"] as const)
        expect(repairIntent(asked, ["xyz"], new WorkspaceModel(), mode)).toMatchObject({
          kind: "failed",
          reason: "the target is not finite",
          intent: asked,
        });
    }
  });

  test("geometry 24 huge targets and huge worlds give an allowed point or a failure, never an exception", () => {
    const huge = new WorkspaceModel([-1e308, -1e308, -1e308], [1e308, 1e308, 1e308])
      .addSphere([1e308, 0, 0], 1e308)
      .addBox([-1e308, -1, -1], [1e307, 1, 1]);
    for (const p of [
      [0, 0, 0],
      [1e308, 1e308, 0],
      [-1e308, 0, 0],
      [5e-324, 0, 0],
    ] as const) {
      const result = projectPointToWorkspace(p, huge);
      expect(result.kind === "failed" ? null : huge.violates(result.pointM)).toBeNull();
    }
    expect(projectPointToWorkspace([1e308, -1e308, 0.5], new WorkspaceModel()).pointM).toEqual(around([1, -1, 0.5]));
  });

  test.for([-1, Number.NaN, Infinity])("geometry 24 options of %d are refused", (bad) => {
    expect(() => projectPointToWorkspace([5, 0, 0], new WorkspaceModel(), { clearanceM: bad })).toThrow(/clearanceM/);
    expect(() => projectPointToWorkspace([5, 0, 0], new WorkspaceModel(), { maxDisplacementM: bad })).toThrow(/maxDisplacementM/);
  });
});

describe("repairIntent", () => {
  const workspace = new WorkspaceModel();
  const asked = intent({ x: 2, y: 0, z: 0.5 });

  test("geometry 24 off leaves everything alone", () => {
    expect(repairIntent(asked, ["xyz"], workspace, "off")).toEqual({ kind: "unchanged", intent: asked, displacementM: 0 });
  });

  test("geometry 24 the mode decides how, the fields which", () => {
    expect(repairIntent(asked, ["xyz"], workspace, "workspace").intent.args).toMatchObject({ x: 1 });
    expect(repairIntent(asked, ["xyz"], workspace, "sdf", { nSteps: 100 }).kind).toBe("projected");
    expect(repairIntent(asked, ["target"], workspace, "workspace").intent).toBe(asked);
    expect(repairIntent(asked, ["xyz"], workspace, "workspace", { maxDisplacementM: 0.5 }).kind).toBe("failed");
  });

  test("geometry 24 clearance reaches either mode", () => {
    const around = new WorkspaceModel().addSphere([0, 0, 0.5], 0.2);
    const inside = intent({ x: 0.1, y: 0, z: 0.5 });
    for (const mode of ["workspace", "sdf"] as const) {
      const { args } = repairIntent(inside, ["xyz"], around, mode, { clearanceM: 0.05 }).intent;
      expect(args["x"]).toBeGreaterThanOrEqual(0.25 - 1e-9);
    }
  });

  test("geometry 24 planar targets and words are left to the gates", () => {
    for (const args of [
      { x: 9, y: 9 },
      { target: [9, 9] },
      { target: "bin" },
      { waypoints: [] },
      { waypoints: [[9, 9]] },
      { x: "9", y: 9, z: 9 },
    ]) {
      const planar = intent(args);
      expect(repairIntent(planar, ["xyz", "target", "waypoints"], workspace, "workspace").intent).toBe(planar);
    }
  });
});
