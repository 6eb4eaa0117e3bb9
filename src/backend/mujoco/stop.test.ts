import { describe, expect, test } from "vitest";
import { openScene, openTable } from "./testing/scenes.ts";
import type { Driver } from "./testing/scenes.ts";

/** Left in mid-motion, about 0.8 m/s at the tip. */
function interrupt(driver: Driver): void {
  const home = driver.backend.observe().qRad;
  const goal = home.map((q, j) => q + [1.2, 0.4, 0, 0.5, 0, 0.3, 0][j]!);
  const start = driver.backend.observe().atMs;
  expect(() =>
    driver.move(home, goal, 1100, () => {
      if (driver.backend.observe().atMs - start >= 550) throw new Error("interrupted");
    }),
  ).toThrow("interrupted");
}

/** A pendulum whose servo is so stiff for its timestep that the integration explodes. */
const explosive = `<mujoco model="bomb"><option timestep="0.002" integrator="Euler"/>
  <worldbody><body name="rod"><joint name="j" axis="0 1 0" range="-3 3"/><geom type="capsule" fromto="0 0 0 0 0 0.1" size="0.01"/><site name="tip" pos="0 0 0.1"/></body></worldbody>
  <actuator><position name="j" joint="j" kp="50000000"/></actuator></mujoco>`;

describe("stop", () => {
  test("brakes within the joints' own limits, measures time and distance to rest, and holds", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    interrupt(driver);
    const moving = backend.observe();
    expect(moving.tipSpeedMps).toBeGreaterThan(0.6);
    const receipt = backend.stop();
    expect(receipt).toMatchObject({ acknowledged: true, atRest: true, atMs: moving.atMs });
    expect(receipt.restAtMs - receipt.atMs).toBe(receipt.stoppingTimeMs);
    // At 15 rad/s² joint 1 needs 0.15 s; the servo settles after that.
    expect(receipt.stoppingTimeMs).toBeGreaterThan(100);
    expect(receipt.stoppingTimeMs).toBeLessThan(300);
    const rest = backend.observe();
    const [dx, dy, dz] = [0, 1, 2].map((k) => rest.worldFromTip.position[k]! - moving.worldFromTip.position[k]!);
    const straightM = Math.hypot(dx!, dy!, dz!);
    expect(receipt.stoppingDistanceM).toBeGreaterThanOrEqual(straightM - 1e-9);
    expect(receipt.stoppingDistanceM).toBeLessThan(1.1 * straightM);
    expect(rest.atMs).toBeGreaterThanOrEqual(receipt.restAtMs);
    expect(Math.max(...rest.qdRadPerS.map(Math.abs))).toBeLessThan(2e-3);
    driver.hold(rest.qRad, 500);
    backend.observe().qRad.forEach((q, j) => expect(Math.abs(q - rest.qRad[j]!)).toBeLessThan(1e-4));
  });

  test("is idempotent, takes no time at rest, and never lets the arm creep", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const at = backend.observe();
    for (let i = 0; i < 20; i++)
      expect(backend.stop()).toMatchObject({ acknowledged: true, atRest: true, stoppingTimeMs: 0, stoppingDistanceM: 0 });
    expect(backend.observe().qRad).toEqual(at.qRad);
    interrupt(driver);
    backend.stop();
    const rest = backend.observe();
    for (let i = 0; i < 20; i++) backend.stop();
    backend.observe().qRad.forEach((q, j) => expect(Math.abs(q - rest.qRad[j]!)).toBeLessThan(1e-4));
  });

  test("keeps the gripper as it is driven: a stop drops nothing", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    driver.grip(0.4, 600);
    interrupt(driver);
    backend.stop();
    expect(backend.observe().gripper?.opening).toBeCloseTo(0.4, 2);
  });

  test("a simulation that explodes is a clean error; nothing moves after it until a state is restored", async () => {
    const driver = await openScene({ model: { xml: explosive }, limits: { j: { maxVelocityRadPerS: 2 } } });
    await using backend = driver.backend;
    const before = backend.snapshot();
    const go = (): void => driver.move([0], [0.5], 1000);
    expect(go).toThrow(expect.objectContaining({ code: "backend.diverged" }));
    const after = backend.observe();
    expect(after.qRad.every(Number.isFinite)).toBe(true);
    expect(backend.stop()).toMatchObject({ acknowledged: true, atRest: false });
    expect(() => driver.hold(after.qRad, 2)).toThrow(expect.objectContaining({ code: "backend.diverged" }));
    backend.restore(before);
    driver.hold([0], 2);
    expect(backend.observe().atMs).toBe(2);
  });
});
