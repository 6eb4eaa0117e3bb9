import { array, assert, asyncProperty, constantFrom, double, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { backendConformance } from "../../../test/backend-conformance.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { createKernel } from "../../kernel/kernel.ts";
import type { ControlMode, Vetted } from "../../kernel/command.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { pandaLike } from "../../robot/testing/panda-like.ts";
import type { Backend } from "../backend.ts";
import { openKinematicBackend, type KinematicOptions } from "./kinematic-backend.ts";
import { RowClock } from "./row-clock.ts";

const seed = 20261121;
const empty: WorldSpec = {
  name: "empty",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
};
const grey = [0.5, 0.5, 0.5, 1] as const;
const cube = {
  name: "cube",
  aliases: [],
  shape: { kind: "box", halfM: [0.02, 0.03, 0.025] },
  positionM: [0.5, 0, 0.425],
  yawRad: 0.3,
  massKg: 0.1,
  rgba: grey,
} as const;
const ball = {
  name: "ball",
  aliases: [],
  shape: { kind: "sphere", radiusM: 0.03 },
  positionM: [-0.5, 0, 0.03],
  yawRad: 0,
  massKg: 0.1,
  rgba: grey,
} as const;
const can = {
  name: "can",
  aliases: [],
  shape: { kind: "cylinder", radiusM: 0.03, halfHeightM: 0.05 },
  positionM: [0, 0.5, 0.05],
  yawRad: 0,
  massKg: 0.1,
  rgba: grey,
} as const;
const shop: WorldSpec = {
  ...empty,
  name: "shop",
  fixtures: [
    { name: "table", shapes: [{ kind: "box", centerM: [0.5, 0, 0.2], halfM: [0.3, 0.2, 0.2], yawRad: 0.5 }] },
    { name: "post", shapes: [{ kind: "cylinder", centerM: [0, -0.5, 0.3], radiusM: 0.1, halfHeightM: 0.3 }] },
    { name: "pipe", shapes: [{ kind: "capsule", fromM: [-1, -1, 0.5], toM: [-1, 1, 0.9], radiusM: 0.1 }] },
    { name: "dome", shapes: [{ kind: "sphere", centerM: [1, 1, 0.2], radiusM: 0.2 }] },
  ],
  objects: [cube, ball, can],
};

backendConformance("kinematic gantry", () => {
  const robot = gantry();
  return { backend: openKinematicBackend({ robot, world: shop, gripper: true }), robot };
});
backendConformance("kinematic arm with fingers", () => {
  const robot = pandaLike();
  return { backend: openKinematicBackend({ robot, world: empty, gripper: { maxOpeningM: 0.08 } }), robot };
});
backendConformance("kinematic arm without a gripper", () => {
  const robot = pandaLike();
  return { backend: openKinematicBackend({ robot, world: empty, gripper: false, name: "bare" }), robot };
});

/** Places the gantry and works its tool, through a kernel that lets it jump. */
class Operator {
  readonly backend: Backend;
  readonly #robot: RobotModel;
  #seq = 0;

  constructor(options: Partial<KinematicOptions> = {}) {
    this.#robot = options.robot ?? gantry();
    this.backend = openKinematicBackend({ robot: this.#robot, world: shop, gripper: true, ...options });
  }

  async to(...q: readonly number[]): Promise<void> {
    await this.backend.apply(this.vetted("joint_position", q, this.#robot.nJoints, 10));
  }

  async grip(...openings: readonly number[]): Promise<void> {
    await this.backend.apply(this.vetted("gripper_position", openings, 1, 10));
  }

  vetted(mode: ControlMode, values: readonly number[], width: number, periodMs: number): Vetted {
    const infinite = new Float64Array(this.#robot.nJoints).fill(Infinity);
    const robot = { ...this.#robot, maxVelocityRadPerS: infinite };
    const command = { mode, rows: Float64Array.from(values), width, periodMs, seq: this.#seq++, basedOnSeq: 0, validUntilMs: 1e9 };
    const verdict = createKernel({ robot, gripper: true, modes: [mode] }).vet(command, { nowMs: 0, measuredRad: robot.homeRad });
    if (verdict.kind === "refused") throw new Error(verdict.reason);
    return verdict.command;
  }

  async where(name: string): Promise<readonly number[]> {
    const seen = await this.backend.observe();
    return seen.objects.find((object) => object.name === name)?.worldFromObject.position ?? [];
  }

  async holding(): Promise<string | null | undefined> {
    return (await this.backend.observe()).gripper?.holding;
  }
}

describe("grasping", () => {
  test("R23 closing within 3 cm attaches, the object moves with the tip, opening drops it onto the table", async () => {
    const hand = new Operator();
    await hand.to(0.51, 0, 0.44, 0);
    await hand.grip(0.8, 0.4);
    expect(await hand.holding()).toBe("cube");
    await hand.to(0.51, 0, 1, Math.PI / 2);
    // Turned a quarter with the tip: what was 1 cm behind in x is now 1 cm behind in y.
    expectNear(await hand.where("cube"), [0.51, -0.01, 0.985]);
    await hand.to(0.6, 0.1, 1, 0);
    await hand.grip(0.6);
    expect(await hand.holding()).toBe(null);
    expectNear(await hand.where("cube"), [0.59, 0.1, 0.425]);
  });

  test.for([
    ["exactly 3 cm away", 0.53, "cube"],
    ["a hair more than 3 cm away", 0.530001, null],
    ["far away", 1.5, null],
  ] as const)("R23 an object %s", async ([, x, holding]) => {
    const hand = new Operator({ initialRad: [x, 0, 0.425, 0] });
    await hand.grip(0);
    expect(await hand.holding()).toBe(holding);
  });

  test("R23 of two objects in reach the nearer is taken; one already held keeps the hand full", async () => {
    const twin = { ...cube, name: "twin", positionM: [0.52, 0, 0.425] } as const;
    const hand = new Operator({ world: { ...shop, objects: [cube, twin] }, initialRad: [0.515, 0, 0.425, 0] });
    await hand.grip(0);
    expect(await hand.holding()).toBe("twin");
    await hand.grip(0.3, 0.1, 0.4);
    expect(await hand.holding()).toBe("twin");
  });

  test("R23 moving a closed hand to an object takes nothing, nor does opening near it", async () => {
    const hand = new Operator();
    await hand.grip(0);
    await hand.to(0.5, 0, 0.425, 0);
    expect(await hand.holding()).toBe(null);
    await hand.grip(0.2, 0.45);
    expect(await hand.holding()).toBe(null);
    await hand.grip(1, 0.5);
    expect(await hand.holding()).toBe(null);
    await hand.grip(0.499);
    expect(await hand.holding()).toBe("cube");
    await hand.grip(0.499, 0.45);
    expect(await hand.holding()).toBe("cube");
    await hand.grip(0.5);
    expect(await hand.holding()).toBe(null);
  });

  test("R23 fingers close on the width of the object and stay there; what is wider than they open is not taken", async () => {
    const fingers = { gripper: { maxOpeningM: 0.08 }, initialRad: [0.5, 0, 0.425, 0] };
    const hand = new Operator(fingers);
    await hand.grip(0.6, 0.5);
    expect(await hand.holding()).toBe(null);
    await hand.grip(0.49, 0.1);
    expect((await hand.backend.observe()).gripper).toEqual({ opening: 0.5, holding: "cube" });
    await hand.grip(0.5, 0.2);
    expect(await hand.holding()).toBe("cube");
    await hand.grip(0.51);
    expect((await hand.backend.observe()).gripper).toEqual({ opening: 0.51, holding: null });
    const narrow = new Operator({ ...fingers, gripper: { maxOpeningM: 0.03 } });
    await narrow.grip(0);
    expect((await narrow.backend.observe()).gripper).toEqual({ opening: 0, holding: null });
  });

  test.for([
    // place, height of the centre of the can (half height 0.05) once let go
    ["on the floor of the workspace", [1, -1], 0.05],
    ["on the table, turned by 0.5 rad", [0.7, 0.15], 0.45],
    ["beside the table, inside its unturned outline", [0.75, -0.15], 0.05],
    ["on the round post", [0.05, -0.45], 0.65],
    ["beside the round post, inside its square", [0.09, -0.41], 0.05],
    ["on the cube on the table", [0.5, 0.02], 0.5],
    ["on the ball", [-0.5, 0.01], 0.03 + Math.sqrt(0.03 ** 2 - 0.01 ** 2) + 0.05],
    ["on the dome, off its top", [1.1, 1], 0.2 + Math.sqrt(0.03) + 0.05],
  ] as const)("R23 let go it falls straight down %s", async ([, [x, y], z]) => {
    const hand = new Operator({ initialRad: [0, 0.5, 0.05, 0] });
    await hand.grip(0);
    await hand.to(x, y, 1.5, 1);
    await hand.grip(1);
    expectNear(await hand.where("can"), [x, y, z]);
  });

  test("R23 a sloping pipe carries it where its ball is highest", async () => {
    const hand = new Operator({ initialRad: [0, 0.5, 0.05, 0] });
    await hand.grip(0);
    await hand.to(-1, 0, 1.5, 0);
    await hand.grip(1);
    // Axis height 0.7 in the middle, slope 0.2; a cylinder of radius r is r / cos(slope angle) high above its axis.
    expectNear(await hand.where("can"), [-1, 0, 0.7 + 0.1 * Math.sqrt(1.04) + 0.05]);
  });

  test("R23 let go under a roof or a little inside a table it neither jumps onto the one nor falls through the other", async () => {
    const roof = { name: "roof", shapes: [{ kind: "box", centerM: [1, -1, 2], halfM: [0.5, 0.5, 0.1] }] } as const;
    const world = { ...shop, fixtures: [...shop.fixtures, roof] };
    const hand = new Operator({ world, initialRad: [0, 0.5, 0.05, 0] });
    await hand.grip(0);
    await hand.to(1, -1, 1, 0);
    await hand.grip(1);
    expectNear(await hand.where("can"), [1, -1, 0.05]);
    const low = new Operator({ world, initialRad: [0, 0.5, 0.05, 0] });
    await low.grip(0);
    await low.to(0.5, -0.1, 0.44, 0);
    await low.grip(1);
    expectNear(await low.where("can"), [0.5, -0.1, 0.45]);
  });

  test("R23 a floor below the workspace is the floor", async () => {
    const floor = { name: "floor", shapes: [{ kind: "half-space", normal: [0, 0, -2], offsetM: -0.2 }] } as const;
    const ceiling = { name: "ceiling", shapes: [{ kind: "half-space", normal: [0, 0, 1], offsetM: -2.9 }] } as const;
    const hand = new Operator({ world: { ...shop, fixtures: [floor, ceiling] }, initialRad: [0, 0.5, 0.05, 0] });
    await hand.grip(0);
    await hand.to(1, -1, 1, 0);
    await hand.grip(1);
    expectNear(await hand.where("can"), [1, -1, -0.05]);
  });

  test("R23 it lands upright, however it was held", async () => {
    const robot = pandaLike();
    const near = tipPose(robot, robot.homeRad).position;
    const hand = new Operator({ robot, world: { ...empty, objects: [{ ...can, positionM: near }] } });
    await hand.grip(0);
    await hand.to(0.3, -0.6, 0.4, -2, 0.5, 1.2, 0.3);
    const [held] = (await hand.backend.observe()).objects;
    expect(Math.abs(held!.worldFromObject.orientation[1])).toBeGreaterThan(0.01);
    await hand.grip(1);
    const [landed] = (await hand.backend.observe()).objects;
    expect(landed!.worldFromObject.orientation.slice(1, 3)).toEqual([0, 0]);
    expect(landed!.worldFromObject.position[2]).toBeCloseTo(0.05, 12);
  });
});

describe("time and motion", () => {
  test("geometry 37 time is rows times period, without drift for periods that binary cannot hold", async () => {
    const clock = new RowClock();
    for (let i = 0; i < 1_000_000; i++) clock.advance(0.1, 1);
    expect(clock.nowMs).toBe(100_000);
    clock.advance(0.3, 10);
    expect(clock.nowMs).toBe(100_003);
    for (let i = 0; i < 10_000; i++) clock.advance(i % 2 === 0 ? 0.1 : 0.3, 1);
    expect(clock.nowMs).toBe(102_003);
    const hand = new Operator();
    for (let i = 0; i < 10; i++) await hand.backend.apply(hand.vetted("joint_position", [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0], 4, 0.1));
    expect((await hand.backend.observe()).atMs).toBe(3);
  });

  test("geometry 37 the row clock agrees with exact sums, saved or not", () => {
    const advances = array(tuple(integer({ min: 1, max: 12 }), integer({ min: 1, max: 500 })), { maxLength: 40 });
    assert(
      property(advances, integer({ min: 0, max: 40 }), (steps, saveAt) => {
        let clock = new RowClock();
        let exactUs = 0;
        steps.forEach(([period, rows], i) => {
          if (i === saveAt) {
            const copy = new RowClock();
            copy.load(clock.save());
            expect(copy.nowMs).toBe(clock.nowMs);
            clock = copy;
          }
          clock.advance(period / 10, rows);
          exactUs += period * 100 * rows;
        });
        expect(clock.nowMs).toBeCloseTo(exactUs / 1000, 9);
      }),
      { seed, numRuns: 300 },
    );
  });

  test("geometry 37 speeds are those of the last row", async () => {
    const hand = new Operator();
    await hand.to(0, 0, 1, 0, 0.003, 0.004, 1, 0.02);
    const seen = await hand.backend.observe();
    expectNear(seen.qdRadPerS, [0.3, 0.4, 0, 2]);
    expect(seen.tipSpeedMps).toBeCloseTo(0.5, 12);
    await hand.to(0.006, 0.008, 1, 0.02);
    expectNear((await hand.backend.observe()).qdRadPerS, [0.3, 0.4, 0, 0]);
    await hand.grip(1);
    expect((await hand.backend.observe()).qdRadPerS).toEqual([0, 0, 0, 0]);
  });

  test("kernel 26 it brakes at the joints' own limits: v / a seconds, v² / 2a metres, all joints together", async () => {
    const hand = new Operator({ robot: gantry({ maxAcceleration: [2, 8, 2, 100] }) });
    await hand.to(0, 0, 1, 0, 0.01, 0.01, 1, 0.03);
    const receipt = await hand.backend.stop();
    // x: 1 m/s at 2 m/s² takes 0.5 s and 0.25 m; y goes along.
    expect(receipt).toMatchObject({ atMs: 20, restAtMs: 520, stoppingTimeMs: 500, atRest: true, acknowledged: true });
    expect(receipt.stoppingDistanceM).toBeCloseTo(0.25 * Math.SQRT2, 12);
    expectNear((await hand.backend.observe()).qRad, [0.26, 0.26, 1, 0.03 + 0.75]);
  });

  test("kernel 26 braking stays within the position limits and takes what is held along", async () => {
    const hand = new Operator({ initialRad: [0.5, 0, 0.425, 0] });
    await hand.grip(0);
    await hand.to(1.98, 0, 1, 0, 1.99, 0, 1, 0);
    await hand.backend.stop();
    expect((await hand.backend.observe()).qRad[0]).toBe(2);
    expectNear(await hand.where("cube"), [2, 0, 1]);
  });

  test("kernel 26 without an acceleration limit it stops on the spot", async () => {
    const hand = new Operator({ robot: gantry({ maxAcceleration: [Infinity, Infinity, Infinity, Infinity] }) });
    await hand.to(0, 0, 1, 0, 0.01, 0, 1, 0);
    expect(await hand.backend.stop()).toMatchObject({ stoppingTimeMs: 0, stoppingDistanceM: 0, atRest: true });
    expectNear((await hand.backend.observe()).qRad, [0.01, 0, 1, 0]);
  });

  test("geometry 37 snapshots carry grasp, opening and time through any sequence", async () => {
    const steps = array(tuple(constantFrom("to", "grip", "stop"), double({ min: 0, max: 1, noNaN: true }), constantFrom(0.5, 0, -0.5)), {
      minLength: 1,
      maxLength: 12,
    });
    const act = async (hand: Operator, [kind, amount, x]: readonly [string, number, number]): Promise<void> => {
      if (kind === "to") await hand.to(x, x === 0 ? 0.5 : 0, amount * 0.5, 0.1);
      else if (kind === "grip") await hand.grip(1 - amount, amount);
      else await hand.backend.stop();
    };
    await assert(
      asyncProperty(steps, steps, async (before, after) => {
        const hand = new Operator();
        const other = new Operator();
        for (const step of before) await act(hand, step);
        const state = hand.backend.snapshot!();
        other.backend.restore!(state);
        for (const step of after) {
          await act(hand, step);
          await act(other, step);
          expect(JSON.stringify(await other.backend.observe())).toBe(JSON.stringify(await hand.backend.observe()));
        }
      }),
      { seed, numRuns: 60 },
    );
  });
});

test.for<[string, Partial<KinematicOptions>, string]>([
  ["too few joints", { initialRad: [0, 0] }, "initialRad has 2 values for 4 joints"],
  ["a start that is NaN", { initialRad: [0, NaN, 1, 0] }, "y starts at NaN, outside [-2, 2]"],
  ["a start beyond a limit", { initialRad: [0, 0, 3.1, 0] }, "z starts at 3.1, outside [0, 3]"],
  ["a joint that could not brake", { robot: gantry({ maxAcceleration: [1, 0, 1, 1] }) }, "y has an acceleration limit of 0"],
  ["an acceleration limit that is NaN", { robot: gantry({ maxAcceleration: [1, 1, NaN, 1] }) }, "z has an acceleration limit of NaN"],
  ["a gripper without width", { gripper: { maxOpeningM: 0 } }, "gripper.maxOpeningM must be a positive number, got 0"],
  ["an object that is nowhere", { world: { ...shop, objects: [{ ...cube, positionM: [NaN, 0, 0] }] } }, "must be finite"],
])("geometry 37 cannot be opened with %s", ([, options, problem]) => {
  expect(() => new Operator(options)).toThrow(problem);
});

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9));
}
