import { describe, expect, test } from "vitest";
import type { WorldSpec } from "../../core/world-spec.ts";
import { reach, topDown } from "./testing/reach.ts";
import { emptyWorld, modelText, openScene, openTable, testTable, worldFile } from "./testing/scenes.ts";
import type { Driver } from "./testing/scenes.ts";

function heightOf(driver: Driver, name: string): number {
  return driver.backend.observe().objects.find((object) => object.name === name)?.worldFromObject.position[2] ?? Number.NaN;
}

function holding(driver: Driver): string | null | undefined {
  return driver.backend.observe().gripper?.holding;
}

describe("geometry 38 grasping by contact", () => {
  test.for([
    ["red_cube", 0.5, 0.15, 0.2],
    ["green_cube", 0.6, 0, -0.15],
    ["blue_cube", 0.42, -0.03, 0],
  ] as const)("picks the %s, lifts it, brings it to the bin and lets go", async ([name, x, y, yawRad]) => {
    const driver = await openTable();
    await using backend = driver.backend;
    const { robot } = backend;
    const home = Array.from(robot.homeRad);
    const above = reach(robot, home, topDown(x, y, 0.14, yawRad));
    const at = reach(robot, above, topDown(x, y, 0.025, yawRad));
    const overBin = reach(robot, home, topDown(0.45, -0.35, 0.14));
    driver.move(home, above, 1300);
    driver.move(above, at, 600);
    expect(holding(driver)).toBeNull();
    driver.grip(0, 500);
    const closed = backend.observe().gripper;
    expect(closed?.holding).toBe(name);
    // 5 cm between the pads of 8.
    expect(closed?.opening).toBeCloseTo(0.625, 2);
    driver.move(at, above, 600);
    expect(holding(driver)).toBe(name);
    expect(heightOf(driver, name)).toBeCloseTo(0.14, 2);
    driver.move(above, overBin, 1400);
    expect(holding(driver)).toBe(name);
    driver.grip(1, 700);
    const seen = backend.observe();
    expect(seen.gripper).toEqual({ opening: expect.closeTo(1, 2), holding: null });
    const [bx, by, bz] = seen.objects.find((object) => object.name === name)!.worldFromObject.position;
    expect(Math.abs(bx - 0.45)).toBeLessThan(0.08);
    expect(Math.abs(by + 0.35)).toBeLessThan(0.08);
    expect(bz).toBeLessThan(0.06);
    const others = seen.objects.filter((object) => object.name !== name);
    for (const { worldFromObject } of others) expect(worldFromObject.position[2]).toBeCloseTo(0.025, 3);
  });

  test("closing on nothing closes fully and holds nothing", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    driver.grip(0, 600);
    expect(backend.observe().gripper).toEqual({ opening: expect.closeTo(0, 2), holding: null });
  });

  test("fingers are driven, not shot: half closed after 0.2 s at the earliest", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    driver.grip(0, 200);
    expect(backend.observe().gripper?.opening).toBeGreaterThan(0.45);
    expect(backend.observe().gripper?.opening).toBeLessThan(0.7);
  });

  test("a cube touched by one finger alone is not held", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const { robot } = backend;
    const home = Array.from(robot.homeRad);
    // The left finger's inner side against the green cube, 22 mm off centre along the line of the fingers; the other finger hangs free.
    const green = testTable.objects[1]!;
    const { yawRad } = green;
    const [fx, fy] = [-Math.sin(yawRad), Math.cos(yawRad)];
    const at = (offM: number, z: number): number[] => reach(robot, home, topDown(0.6 + offM * fx, offM * fy, z, yawRad));
    driver.move(home, at(-0.005, 0.14), 1300);
    driver.move(at(-0.005, 0.14), at(-0.005, 0.025), 600);
    driver.move(at(-0.005, 0.025), at(-0.03, 0.025), 400);
    const seen = backend.observe();
    const [x, y] = seen.objects[1]!.worldFromObject.position;
    // It was pushed, so it is touched.
    expect(Math.hypot(x - 0.6, y)).toBeGreaterThan(0.005);
    expect(seen.gripper?.holding).toBeNull();
  });

  test("what is heavier than the fingers can hold stays where it is", async () => {
    const table = testTable;
    const world: WorldSpec = { ...table, objects: [{ ...table.objects[2]!, massKg: 20 }] };
    const driver = await openTable({ world });
    await using backend = driver.backend;
    const { robot } = backend;
    const home = Array.from(robot.homeRad);
    const above = reach(robot, home, topDown(0.42, -0.03, 0.14));
    const at = reach(robot, above, topDown(0.42, -0.03, 0.025));
    driver.move(home, above, 1300);
    driver.move(above, at, 600);
    driver.grip(0, 500);
    driver.move(at, above, 1000);
    expect(heightOf(driver, "blue_cube")).toBeLessThan(0.05);
    expect(holding(driver)).toBeNull();
    expect(backend.observe().gripper?.opening).toBeLessThan(0.05);
  });

  test("R23 the gantry's cup carries the part from stand to stand while it pulls", async () => {
    const driver = await openScene({
      model: { xml: modelText("gantry/gantry.xml") },
      world: worldFile("gantry-default"),
      initialRad: [1.5, 1, 0.6, 0],
    });
    await using backend = driver.backend;
    expect(backend.observe().gripper).toEqual({ opening: 1, holding: null });
    driver.move([1.5, 1, 0.6, 0], [1.5, 1, 0.5, 0], 600);
    // Touching is not holding.
    expect(holding(driver)).toBeNull();
    driver.grip(0, 100);
    expect(backend.observe().gripper).toEqual({ opening: 0, holding: "part" });
    driver.move([1.5, 1, 0.5, 0], [1.5, 1, 0.8, 0], 1300);
    driver.move([1.5, 1, 0.8, 0], [1.0, 0.6, 0.8, 0.7], 2100);
    expect(holding(driver)).toBe("part");
    const [x, y, z] = backend.observe().objects[0]!.worldFromObject.position;
    expect(Math.hypot(x - 1, y - 0.6, z - 0.78)).toBeLessThan(2e-3);
    driver.grip(1, 400);
    expect(holding(driver)).toBeNull();
    expect(heightOf(driver, "part")).toBeLessThan(0.1);
  });

  test("suction that pulls on nothing holds nothing", async () => {
    const driver = await openScene({ model: { xml: modelText("gantry/gantry.xml") }, world: emptyWorld });
    await using backend = driver.backend;
    driver.grip(0, 100);
    expect(backend.observe().gripper).toEqual({ opening: 0, holding: null });
  });
});
