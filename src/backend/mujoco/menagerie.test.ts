import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { readModelFolder } from "./testing/model-folder.ts";
import { openScene, testTable } from "./testing/scenes.ts";

describe.skipIf(!sharedModelsPresent)("geometry 42 robots of MuJoCo Menagerie, collision geometry only", () => {
  test("the Franka Panda opens, tracks within 3 mrad, and its gripper opens and closes", async () => {
    const model = readModelFolder(sharedModelPath("menagerie/franka_emika_panda/"), "panda.xml", /\.stl$|link5_collision|finger_0/);
    const driver = await openScene({ model, world: testTable, tip: { body: "hand" }, stripVisuals: true, limits: limitsOf(7, 2) });
    await using backend = driver.backend;
    expect(backend.robot.jointNames).toEqual(["joint1", "joint2", "joint3", "joint4", "joint5", "joint6", "joint7"]);
    expect(backend.notes.join()).toMatch(/left out \d+ geoms that only paint/);
    const home = Array.from(backend.robot.homeRad);
    const goal = home.map((q, j) => q + [0.4, 0.3, -0.3, -0.3, 0.3, 0.3, 0.3][j]!);
    let worst = 0;
    driver.move(home, goal, 800, (row) => backend.observe().qRad.forEach((q, j) => (worst = Math.max(worst, Math.abs(q - row[j]!)))));
    expect(worst).toBeLessThan(3e-3);
    expect(backend.observe().gripper?.opening).toBeCloseTo(1, 2);
    driver.grip(0, 600);
    expect(backend.observe().gripper?.opening).toBeLessThan(0.05);
    expect(backend.observe().gripper?.holding).toBeNull();
  });

  test("the UR5e opens without any mesh file, tracks within 8 mrad, and stops", async () => {
    const model = readModelFolder(sharedModelPath("menagerie/universal_robots_ur5e/"), "ur5e.xml", /^$/);
    const driver = await openScene({ model, stripVisuals: true, tip: { site: "attachment_site" } });
    await using backend = driver.backend;
    expect([...backend.modes]).toEqual(["joint_position"]);
    const home = Array.from(backend.robot.homeRad);
    const goal = home.map((q, j) => q + [0.5, 0.3, 0.4, -0.5, 0.5, 0.5][j]!);
    let worst = 0;
    driver.move(home, goal, 900, (row) => backend.observe().qRad.forEach((q, j) => (worst = Math.max(worst, Math.abs(q - row[j]!)))));
    expect(worst).toBeLessThan(8e-3);
    expect(backend.stop()).toMatchObject({ acknowledged: true, atRest: true });
  });
});

function limitsOf(n: number, maxVelocityRadPerS: number): Record<string, { maxVelocityRadPerS: number }> {
  return Object.fromEntries(Array.from({ length: n }, (_, j) => [`joint${j + 1}`, { maxVelocityRadPerS }]));
}
