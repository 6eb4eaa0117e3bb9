import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { box, capsule, sphere } from "../geometry/shapes.ts";
import { JointChain } from "../robot/joint-chain.ts";
import type { KinematicModel } from "../robot/kinematic-model.ts";
import { SimpleKinematicModel } from "../robot/planar-arm.ts";
import { checkConstraintName, escapeName } from "./constraint.ts";
import { TorqueConstraint, VelocityConstraint, WorkspaceConstraint } from "./constraint-limits.ts";
import { SpatialConstraint } from "./constraint-spatial.ts";
import { physicalAction, type PhysicalAction } from "./physical-action.ts";

const model = new SimpleKinematicModel(new JointChain([0, 0, 0], [1, 1]));
const cube = box([-1, -1, -1], [1, 1, 1]);

function action(fields: Partial<PhysicalAction> = {}): PhysicalAction {
  return physicalAction({ actuatorId: "a", targetInWorld: [0, 0, 0], ...fields });
}

describe("names", () => {
  test.for(["", " ", "\t", "x".repeat(65), "a\nb", "a\u0000", "a\u202eb", "\ud800"])("D9 %j is refused", (name) => {
    expect(() => checkConstraintName(name)).toThrow(/constraint name/);
    expect(() => new VelocityConstraint(name, 1)).toThrow(/constraint name/);
  });

  test.for(["reachability", "joint_vector", "joint_limits", "joint_target_mismatch", "model_obstacles", "path", "budget:x", "budget:"])(
    "D9 %s is reserved",
    (name) => expect(() => new WorkspaceConstraint(name, cube)).toThrow(/reserved/),
  );

  test("D9 names that merely look like it are fine", () => {
    for (const name of ["Path", "budget", "reachability2", "straw_bin", "__proto__", "x".repeat(64), "Größe"])
      expect(checkConstraintName(name)).toBe(name);
  });

  test("D9 quotes, backslashes and controls are escaped in reasons", () => {
    expect(escapeName(`it's "a" \\ b`)).toBe(`it\\'s \\"a\\" \\\\ b`);
    expect(escapeName("a\u0007\u202e")).toBe("a\\u{7}\\u{202e}");
    expect(new VelocityConstraint("it's", 0).evaluate(action({ velocityMps: 1 }))).toBe("velocity 1.000 exceeds 'it\\'s' limit 0.000");
  });

  test("D9 property: an escaped name has no bare quote and no control", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (name) => {
        expect(escapeName(name).replace(/\\./gu, "")).not.toMatch(/['"\p{Cc}]/u);
      }),
      { seed: 20261121 },
    );
  });
});

describe("limits", () => {
  test("D9 equality passes; a hair more does not, and reads differently", () => {
    const v = new VelocityConstraint("v", 0.1);
    expect(v.evaluate(action({ velocityMps: 0.1 }))).toBeNull();
    expect(v.evaluate(action({ velocityMps: 0.100001 }))).toBe("velocity 0.100001 exceeds 'v' limit 0.100000");
    expect(new TorqueConstraint("t", 0).evaluate(action())).toBeNull();
    expect(new TorqueConstraint("t", 0.1).evaluate(action({ torqueNm: 5 }))).toBe("torque 5.000 exceeds 't' limit 0.100");
  });

  test("D9 the workspace is inclusive, and says what it is", () => {
    const w = new WorkspaceConstraint("cell", cube);
    expect(w.evaluate(action({ targetInWorld: [1, -1, 1] }))).toBeNull();
    expect(w.evaluate(action({ targetInWorld: [1.5, 0, 0] }))).toBe(
      "end-effector (1.5, 0, 0) outside workspace 'cell' bounded by (-1, -1, -1)..(1, 1, 1)",
    );
    expect(w.evaluate(action({ targetInWorld: [0, 0, -1.0000001] }))).not.toBeNull();
  });

  test("D9 numbers that slipped past the parser still fail", () => {
    const raw = { ...action(), targetInWorld: [0, Number.NaN, 0] as const, velocityMps: Number.NaN, torqueNm: Number.NaN };
    expect(new WorkspaceConstraint("w", cube).evaluate(raw)).not.toBeNull();
    expect(new VelocityConstraint("v", 1).evaluate(raw)).toContain("NaN");
    expect(new TorqueConstraint("t", 1).evaluate(raw)).toContain("NaN");
    expect(new SpatialConstraint("s", { boxes: [box([5, 5, 5], [6, 6, 6])] }).evaluate(raw, model)).not.toBeNull();
    expect(new SpatialConstraint("s", { capsules: [capsule([5, 5, 5], [6, 6, 6], 1)] }).evaluate(raw, model)).not.toBeNull();
  });

  test.for([Number.NaN, Infinity, -1, "1", null, undefined])("D9 a limit of %j is refused", (max) => {
    expect(() => Reflect.construct(VelocityConstraint, ["v", max])).toThrow(/max velocity/);
    expect(() => Reflect.construct(TorqueConstraint, ["t", max])).toThrow(/max torque/);
  });
});

describe("SpatialConstraint", () => {
  const leg = new SpatialConstraint("leg", { boxes: [box([1.4, -0.1, -0.1], [1.6, 0.1, 0.1])] });

  test("D9 tells where and against what; touching counts", () => {
    expect(leg.evaluate(action({ targetInWorld: [1.5, 0, 0] }), model)).toBe("end-effector (1.5, 0, 0) collides with obstacle set 'leg'");
    expect(leg.evaluate(action({ targetInWorld: [1.4, 0.1, 0] }), model)).not.toBeNull();
    expect(leg.evaluate(action({ targetInWorld: [1.3, 0, 0] }), model)).toBeNull();
  });

  test("D9 spheres and capsules alike", () => {
    const set = new SpatialConstraint("set", { spheres: [sphere([1, 0, 0], 0.1)], capsules: [capsule([0, 1, -1], [0, 1, 1], 0.1)] });
    expect(set.evaluate(action({ targetInWorld: [1, 0.1, 0] }), model)).not.toBeNull();
    expect(set.evaluate(action({ targetInWorld: [0, 1.05, 0] }), model)).not.toBeNull();
    expect(set.evaluate(action({ targetInWorld: [0.5, 0.5, 0] }), model)).toBeNull();
    expect(set.obstacles).toHaveLength(2);
  });

  test("D9 without a model, or one that cannot say, it is undecided", () => {
    expect(leg.evaluateDetailed(action())).toEqual({ reason: "no kinematic model", undecided: true });
    expect(leg.evaluate(action())).toBe("no kinematic model");
    const blind: KinematicModel = {
      forward: () => ({ kind: "unsupported", why: "blind" }),
      inverse: () => ({ kind: "unknown", why: "blind" }),
      collidesWith: () => "unsupported",
    };
    expect(leg.evaluateDetailed(action(), blind)).toMatchObject({ undecided: true });
    const rounded = new SpatialConstraint("r", { capsules: [capsule([5, 5, 5], [6, 6, 6], 0.1)] });
    expect(rounded.evaluateDetailed(action(), blind)).toMatchObject({ undecided: true });
  });

  test("D9 a model that answers anything but free is not believed", () => {
    for (const answer of [undefined, null, false, 0, "", "FREE", {}, Promise.resolve("free")]) {
      const odd: KinematicModel = { ...blindModel, collidesWith: () => answer as never };
      expect(leg.evaluate(action(), odd)).not.toBeNull();
    }
  });

  test("D9 an empty set of obstacles is an error", () => {
    expect(() => new SpatialConstraint("none", {})).toThrow(/at least one box, sphere or capsule/);
  });
});

const blindModel: KinematicModel = {
  forward: () => ({ kind: "unsupported", why: "" }),
  inverse: () => ({ kind: "unknown", why: "" }),
  collidesWith: () => "unsupported",
};
