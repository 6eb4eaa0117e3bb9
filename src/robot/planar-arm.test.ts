import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vec3 } from "../core/vec3.ts";
import { box, sphere } from "../geometry/shapes.ts";
import { JointChain, type JointLimit } from "./joint-chain.ts";
import type { InverseAnswer, KinematicModel } from "./kinematic-model.ts";
import { SimpleKinematicModel, type SimpleKinematicModelOptions } from "./planar-arm.ts";

const seed = 20261121;
const PI = Math.PI;

function arm(
  lengths: readonly number[] = [1, 1],
  options: SimpleKinematicModelOptions = {},
  limits?: readonly (JointLimit | undefined)[],
): SimpleKinematicModel {
  return new SimpleKinematicModel(new JointChain([0, 0, 0], lengths, limits), options);
}
const up = arm();
const down = arm([1, 1], { branch: "elbow-down" });

function solution(answer: InverseAnswer): readonly number[] {
  if (answer.kind !== "solution") throw new Error(`expected a solution, got ${JSON.stringify(answer)}`);
  return answer.anglesRad;
}

function tip(model: KinematicModel, anglesRad: readonly number[]): Vec3 {
  const answer = model.forward(anglesRad);
  if (answer.kind !== "position") throw new Error(answer.why);
  return answer.positionInWorld;
}

function away(a: Vec3, b: Vec3): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Numbers equal to these within 1e-12. */
function close(values: readonly number[]): readonly unknown[] {
  return values.map((value) => expect.closeTo(value, 12));
}

describe("forward", () => {
  test("G7 forward of (pi/2, 0); a wrong count names both counts", () => {
    expect(up.forward([PI / 2, 0])).toEqual({ kind: "position", positionInWorld: [1.2246467991473532e-16, 2, 0] });
    expect(() => up.forward([1, 2, 3])).toThrow(/3 joint angles.*2 joints/);
    expect(() => up.forward([])).toThrow(/0 joint angles.*2 joints/);
  });

  test("D4 forward with a base offset, for one to five links", () => {
    for (const count of [1, 2, 3, 4, 5]) {
      const model = new SimpleKinematicModel(
        new JointChain(
          [1, 2, 3],
          Array.from({ length: count }, () => 0.5),
        ),
      );
      expect(
        tip(
          model,
          Array.from({ length: count }, () => 0),
        ),
      ).toEqual([1 + count / 2, 2, 3]);
    }
  });
});

describe("inverse, two links", () => {
  test("G8 (1,1,0) elbow-up has its elbow at (0,1)", () => {
    const angles = solution(up.inverse([1, 1, 0]));
    expect(solution(up.inverse([1, 1, 0]))).toEqual(close([1.5707963267948966, -1.5707963267948966]));
    expect(away(tip(arm([1]), [angles[0]!]), [0, 1, 0])).toBeLessThan(1e-12);
  });

  test("G9 (1,0,0): the branches are mirror images", () => {
    expect(solution(up.inverse([1, 0, 0]))).toEqual(close([1.0471975511965976, -2.0943951023931953]));
    expect(solution(down.inverse([1, 0, 0]))).toEqual(close([-1.0471975511965976, 2.0943951023931953]));
  });

  test("G10 (1.2,-0.7,0) elbow-down", () =>
    expect(solution(down.inverse([1.2, -0.7, 0]))).toEqual(close([-1.3309761867114822, 1.6058034765702451])));
  test("G11 (-1,0.3,0) elbow-up is normalised", () =>
    expect(solution(up.inverse([-1, 0.3, 0]))).toEqual(close([-2.411465177605784, -2.0431685409237517])));

  test("G12 folded on its base: theta1 0, theta2 pi, by either branch", () => {
    for (const model of [up, down]) {
      expect(solution(model.inverse([0, 0, 0]))).toEqual([0, PI]);
      expect(solution(model.inverse([-0, -0, 0]))).toEqual([0, PI]);
      expect(away(tip(model, solution(model.inverse([0, 0, 0]))), [0, 0, 0])).toBeLessThan(1e-9);
    }
  });

  test("G13 stretched forwards and backwards, never -0 and never -pi", () => {
    for (const model of [up, down])
      for (const y of [0, -0]) {
        expect(solution(model.inverse([2, y, 0]))).toEqual([0, 0]);
        expect(solution(model.inverse([-2, y, 0]))).toEqual([PI, 0]);
      }
  });

  test("G14 base offset, unequal links, and the hole", () => {
    const model = new SimpleKinematicModel(new JointChain([0.1, 0.2, 0.3], [0.5, 0.3]), { branch: "elbow-down" });
    expect(solution(model.inverse([0.31, 0.2, 0.3]))).toEqual(close([-0.23760382903968222, 2.9760758251565074]));
    expect(model.inverse([0.29, 0.2, 0.3])).toEqual({ kind: "unreachable", proof: "inside-hole" });
  });

  test("G15 out of the plane", () => {
    expect(up.inverse([1, 0, 4.9])).toEqual({ kind: "unreachable", proof: "out-of-plane" });
    expect(up.inverse([1, 0, 2e-9])).toEqual({ kind: "unreachable", proof: "out-of-plane" });
    expect(up.inverse([1, 0, 1e-9]).kind).toBe("solution");
  });

  test("G16 a limit on joint 2 makes elbow-down fall back to elbow-up", () => {
    const model = arm([1, 1], { branch: "elbow-down" }, [undefined, [-PI, 0]]);
    expect(solution(model.inverse([1, 1, 0]))).toEqual(close([1.5707963267948966, -1.5707963267948966]));
  });

  test("D5 limits far away are met by whole turns; limits that neither branch meets are a proof", () => {
    const turned = arm([1, 1], {}, [
      [2 * PI, 4 * PI],
      [-4 * PI, -2 * PI],
    ]);
    const angles = solution(turned.inverse([1, 1, 0]));
    expect(solution(turned.inverse([1, 1, 0]))).toEqual(close([PI / 2 + 2 * PI, -PI / 2 - 2 * PI]));
    expect(away(tip(turned, angles), [1, 1, 0])).toBeLessThan(1e-9);
    expect(
      arm([1, 1], {}, [
        [-0.1, 0.1],
        [-0.1, 0.1],
      ]).inverse([1, 1, 0]),
    ).toEqual({ kind: "unreachable", proof: "joint-limits" });
  });

  test("D5 folded on its base theta1 is free within its limits", () => {
    const model = arm([1, 1], {}, [
      [1, 2],
      [-PI, 0],
    ]);
    expect(solution(model.inverse([0, 0, 0]))).toEqual([1, -PI]);
  });

  test("D5 annulus edges: within 1e-9 the edge, beyond it unreachable", () => {
    const model = arm([0.5, 0.3]);
    expect(solution(model.inverse([0.8 + 9e-10, 0, 0]))).toEqual([0, 0]);
    expect(model.inverse([0.8 + 2e-9, 0, 0])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
    expect(solution(model.inverse([0.2 - 9e-10, 0, 0]))[1]).toBe(PI);
    expect(model.inverse([0.2 - 2e-9, 0, 0])).toEqual({ kind: "unreachable", proof: "inside-hole" });
  });

  test.for([1e-9, 1e-12, 1e-100, 1e-160, 1e-200, 5e-324])("D5 a target %d m from the base is still solved", (r) => {
    for (const model of [up, down])
      for (const [x, y] of [
        [r, 0],
        [0, r],
        [-r, r / 2],
      ] as const)
        expect(away(tip(model, solution(model.inverse([x, y, 0]))), [x, y, 0])).toBeLessThan(1e-9);
  });

  test("D5 property: forward of inverse is the target within 1e-9 m, angles in (-pi, pi], the elbow on its side", () => {
    const length = fc.double({ min: 0.05, max: 3, noNaN: true });
    const turn = fc.double({ min: -PI, max: PI, noNaN: true });
    fc.assert(
      fc.property(length, length, turn, turn, fc.constantFrom("elbow-up" as const, "elbow-down" as const), (l1, l2, a, b, branch) => {
        const model = arm([l1, l2], { branch });
        const target = tip(model, [a, b]);
        const answer = model.inverse(target);
        const angles = solution(answer);
        expect(away(tip(model, angles), target)).toBeLessThan(1e-9);
        expect(answer).toMatchObject({ residualM: expect.closeTo(0, 9) });
        for (const angle of angles) expect(angle > -PI && angle <= PI).toBe(true);
        const elbow = tip(arm([l1]), [angles[0]!]);
        const left = target[0] * elbow[1] - target[1] * elbow[0];
        expect(Math.abs(left) <= 1e-6 || left > 0 === (branch === "elbow-up")).toBe(true);
      }),
      { seed, numRuns: 2000 },
    );
  });

  test("D5 property: with limits, a posture inside them is always found, and the answer keeps them", () => {
    const turn = fc.double({ min: -7, max: 7, noNaN: true });
    const slack = fc.double({ min: 1e-6, max: 2, noNaN: true });
    fc.assert(
      fc.property(turn, turn, slack, slack, (a, b, u, v) => {
        const limits = [
          [a - u, a + v],
          [b - v, b + u],
        ] as const;
        const model = arm([1, 0.7], {}, limits);
        const target = tip(model, [a, b]);
        const angles = solution(model.inverse(target));
        expect(away(tip(model, angles), target)).toBeLessThan(1e-9);
        for (const [joint, angle] of angles.entries()) expect(angle >= limits[joint]![0] && angle <= limits[joint]![1]).toBe(true);
      }),
      { seed, numRuns: 1000 },
    );
  });
});

describe("inverse, other counts", () => {
  test("D6 one link: its circle and nothing else", () => {
    const model = arm([0.7]);
    expect(solution(model.inverse([0, 0.7, 0]))).toEqual(close([PI / 2]));
    expect(model.inverse([0.71, 0, 0])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
    expect(model.inverse([0.69, 0, 0])).toEqual({ kind: "unreachable", proof: "inside-hole" });
    expect(arm([0.7], {}, [[-1, 1]]).inverse([-0.7, 0, 0])).toEqual({ kind: "unreachable", proof: "joint-limits" });
  });

  test("G17 three links: beyond reach, and solved", () => {
    const model = arm([1, 0.8, 0.5]);
    expect(model.inverse([4.9, 4.9, 0])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
    expect(away(tip(model, solution(model.inverse([1.2, 0.5, 0]))), [1.2, 0.5, 0])).toBeLessThanOrEqual(1e-6);
  });

  test("D6 property: without limits, solved exactly inside the annulus", () => {
    const lengths = fc.array(fc.double({ min: 0.05, max: 2, noNaN: true }), { minLength: 3, maxLength: 7 });
    fc.assert(
      fc.property(
        lengths,
        fc.double({ min: 0, max: 1.3, noNaN: true }),
        fc.double({ min: -PI, max: PI, noNaN: true }),
        (links, share, direction) => {
          const model = arm(links);
          const outer = links.reduce((sum, length) => sum + length, 0);
          const inner = Math.max(0, 2 * Math.max(...links) - outer);
          const r = share * outer;
          fc.pre(Math.abs(r - outer) > 1e-8 && Math.abs(r - inner) > 1e-8);
          const target: Vec3 = [r * Math.cos(direction), r * Math.sin(direction), 0];
          const answer = model.inverse(target);
          const outcome = answer.kind === "solution" ? away(tip(model, answer.anglesRad), target) : answer;
          const proof = r > outer ? "beyond-reach" : "inside-hole";
          const solved: unknown = expect.closeTo(0, 9);
          expect(outcome).toEqual(r > outer || r < inner ? { kind: "unreachable", proof } : solved);
        },
      ),
      { seed, numRuns: 1500 },
    );
  });

  test("D6 with limits: solutions keep them; what is not found is unknown, never a proof", () => {
    const limits: readonly JointLimit[] = [
      [0, 0.1],
      [0, 0.1],
      [0, 0.1],
    ];
    const stiff = arm([1, 0.8, 0.5], {}, limits);
    expect(stiff.inverse([1.2, 0.5, 0])).toMatchObject({ kind: "unknown" });
    expect(stiff.inverse([2.4, 0, 0])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
    const angles = solution(stiff.inverse(tip(stiff, [0.05, 0.07, 0.02])));
    for (const angle of angles) expect(angle >= 0 && angle <= 0.1).toBe(true);
  });

  test("D6 property: a posture well inside its limits is found again", () => {
    const joint = fc.record({ at: fc.double({ min: -2.5, max: 2.5, noNaN: true }), slack: fc.double({ min: 0.05, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(joint, { minLength: 3, maxLength: 6 }), (joints) => {
        const links = joints.map((_, index) => 0.3 + 0.1 * index);
        const limits = joints.map(({ at, slack }) => [at - slack, at + slack] as const);
        const model = arm(links, {}, limits);
        const target = tip(
          model,
          joints.map(({ at }) => at),
        );
        const angles = solution(model.inverse(target));
        expect(away(tip(model, angles), target)).toBeLessThanOrEqual(1e-6);
        for (const [index, angle] of angles.entries()) expect(angle >= limits[index]![0] && angle <= limits[index]![1]).toBe(true);
        expect(model.inverse(target)).toEqual(model.inverse(target));
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe("hostile", () => {
  test.for<Vec3>([
    [Number.NaN, 0, 0],
    [0, Number.NaN, 0],
    [0, 0, Number.NaN],
    [Infinity, 0, 0],
    [0, -Infinity, 0],
    [0, 0, Infinity],
    [1e308, 1e308, 0],
    [-1e308, 1e308, 0],
  ])("D5 no target %j is reachable", (target) => {
    for (const model of [
      up,
      down,
      arm([1]),
      arm([1, 1, 1]),
      arm([1, 1, 1], {}, [
        [-1, 1],
        [-1, 1],
        [-1, 1],
      ]),
    ])
      expect(model.inverse(target).kind).not.toBe("solution");
  });

  test("D5 arms of 1e200 m, where squares overflow, are never guessed", () => {
    const huge = arm([1e200, 1e200]);
    expect(huge.inverse([1e200, 1e200, 0]).kind).toBe("unknown");
    expect(huge.inverse([3e200, 0, 0])).toEqual({ kind: "unreachable", proof: "beyond-reach" });
  });

  test("D5 whole turns too large to be exact are not passed off as a solution", () => {
    expect(arm([1, 1], {}, [[1e17, 2e17], undefined]).inverse([1, 1, 0]).kind).toBe("unknown");
  });

  test("an unknown branch and bad margins are errors; the underscore spellings are accepted", () => {
    expect(() => Reflect.construct(SimpleKinematicModel, [up.chain, { branch: "elbow" }])).toThrow(/branch must be elbow-up or elbow-down/);
    for (const value of [Number.NaN, -1, Infinity, "1"])
      for (const field of ["collisionMarginM", "endEffectorRadiusM", "linkRadiusM"])
        expect(() => Reflect.construct(SimpleKinematicModel, [up.chain, { [field]: value }])).toThrow(field);
    expect(arm([1, 1], { branch: "elbow_down" }).inverse([1, 0, 0])).toEqual(down.inverse([1, 0, 0]));
    expect(arm([1, 1], { branch: "elbow_up" }).inverse([1, 0, 0])).toEqual(up.inverse([1, 0, 0]));
  });

  test("D7 a tip that is nowhere collides", () => {
    const face = box([1, -9, -9], [2, 9, 9]);
    const ball = sphere([5, 0, 0], 1);
    for (const bad of [Number.NaN, Infinity, -Infinity])
      for (const point of [
        [bad, 0, 0],
        [0, bad, 0],
        [0, 0, bad],
      ] as const) {
        expect(up.collidesWith(point, [face], [])).toBe("collides");
        expect(up.collidesWith(point, [], [ball])).toBe("collides");
      }
  });
});
