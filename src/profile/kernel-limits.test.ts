/** The kernel holds what the profile caps, whatever a gate believed. */
import { describe, expect, test } from "vitest";
import { createKernel } from "../kernel/kernel.ts";
import { tipPose } from "../robot/kinematics.ts";
import { buildRuntimeFromProfile } from "./apply-profile.ts";
import { loadProfile, profileNames } from "./files.ts";
import { kernelLimits } from "./kernel-limits.ts";
import type { RobotProfile } from "./profile.ts";

const periodMs = 10;

/** Vets positions from where the first row is; `pass`, or the code and the reason of the refusal. */
async function kernelOf(name: string, change: Partial<RobotProfile> = {}) {
  const loaded = loadProfile(name);
  const { backend, collision, world, profile } = await buildRuntimeFromProfile(
    { ...loaded, profile: { ...loaded.profile, ...change } },
    { backend: "kinematic" },
  );
  await backend[Symbol.asyncDispose]();
  const { robot } = collision;
  const kernel = createKernel({ robot, gripper: false, modes: ["joint_position"], ...kernelLimits(profile, collision, world) });
  let seq = 0;
  const vet = (...rows: readonly (readonly number[])[]): string => {
    const command = { mode: "joint_position", rows: Float64Array.from(rows.flat()), width: robot.nJoints, periodMs } as const;
    seq += 1;
    const verdict = kernel.vet({ ...command, seq, basedOnSeq: seq, validUntilMs: 1000 }, { nowMs: 0, measuredRad: rows[0]! });
    return verdict.kind === "vetted" ? "pass" : verdict.reason;
  };
  const q = (joints: Readonly<Record<string, number>>): readonly number[] =>
    Array.from(robot.homeRad, (home, j) => joints[robot.jointNames[j]!] ?? home);
  return { vet, q, robot, profile };
}

describe("the kernel of a profile", () => {
  test("holds the cap on speed of the arm's tip, which its joints' own limits do not", async () => {
    const { vet, q, robot, profile } = await kernelOf("arm");
    const stretched = { panda_joint2: 0.3, panda_joint4: -1.2 };
    const [x, y] = tipPose(robot, q(stretched)).position;
    const radPerMps = 1 / Math.hypot(x, y);
    const turning = (mps: number) => vet(q(stretched), q({ ...stretched, panda_joint1: mps * radPerMps * (periodMs / 1000) }));
    expect(turning(profile.max_velocity! * 0.999)).toBe("pass");
    expect(turning(profile.max_velocity! * 1.01)).toMatch(/^tip at .* m\/s in row 1/);
    expect(
      await kernelOf("arm", { max_velocity: undefined }).then((free) => free.vet(q(stretched), q({ ...stretched, panda_joint1: 0.02 }))),
    ).toBe("pass");
  });

  test("holds the cap on acceleration of the tip over 100 ms", async () => {
    const { vet, q, profile } = await kernelOf("gantry");
    const still = Array.from({ length: 12 }, () => q({ x: 0 }));
    const after = (mps2: number) => vet(...still, q({ x: mps2 * 0.1 * (periodMs / 1000) }));
    expect(after(profile.max_acceleration! * 0.999)).toBe("pass");
    expect(after(profile.max_acceleration! * 1.01)).toMatch(/^tip at .* m\/s² in row 12/);
  });

  test("holds the profile's bounds and the world's, whichever are tighter", async () => {
    const bounds = [
      [-1, -9, 0],
      [1, 9, 3],
    ] as const satisfies RobotProfile["workspace_bounds"];
    const { vet, q } = await kernelOf("gantry", { workspace_bounds: bounds as unknown as RobotProfile["workspace_bounds"] });
    expect(vet(q({ x: 0.997 }), q({ x: 0.999 }))).toBe("pass");
    expect(vet(q({ x: 0.997 }), q({ x: 1.001 }))).toBe("tip 0.0008 m outside the workspace along x in row 1");
    expect(vet(q({ y: 1.5 }), q({ y: 1.503 }))).toBe("pass");
  });

  test("holds them for the hands of a humanoid, whose tip is its head", async () => {
    const { vet, q } = await kernelOf("humanoid_demo");
    const stretched = { right_shoulder_pitch: -0.8, right_shoulder_roll: 0.3, right_elbow: 0 };
    const raised = (radPerS: number) => vet(q(stretched), q({ ...stretched, right_shoulder_pitch: -0.8 - radPerS * (periodMs / 1000) }));
    expect(raised(1)).toBe("pass");
    expect(raised(2.4)).toMatch(/^right_hand at 1\.\d+ m\/s in row 1, limit 1\.001 m\/s/);
  });

  test("a cap of 0 lets nothing move, and what stands still passes", async () => {
    const { vet, q } = await kernelOf("gantry", { max_velocity: 0 });
    expect(vet(q({}), q({}))).toBe("pass");
    expect(vet(q({}), q({ x: 0.0001 }), q({ x: 0.0002 }))).toMatch(/m\/s/);
  });

  test.for(profileNames())("%s: has every cap and bound of its gates, no looser than by rounding", async (name) => {
    const { backend, collision, world, profile } = await buildRuntimeFromProfile(loadProfile(name), { backend: "kinematic" });
    await backend[Symbol.asyncDispose]();
    const { tip, solids } = kernelLimits(profile, collision, world);
    const { max_velocity, max_acceleration, max_angular_velocity, workspace_bounds } = profile;
    expect(tip).toMatchObject({ maxSpeedMps: max_velocity, maxAccelMps2: max_acceleration, maxAngularSpeedRadPerS: max_angular_velocity });
    expect(solids?.eeSpeed?.maxMps).toBeCloseTo(max_velocity!, 2);
    expect(solids?.eeSpeed?.maxAccelMps2).toBeCloseTo(max_acceleration!, 1);
    const [low, high] = workspace_bounds ?? [world.workspace.minM, world.workspace.maxM];
    for (const axis of [0, 1, 2] as const) {
      expect(solids!.box!.minM[axis]).toBeGreaterThanOrEqual(low[axis] - 0.001);
      expect(solids!.box!.maxM[axis]).toBeLessThanOrEqual(high[axis] + 0.001);
    }
    expect(solids!.controlPoints!.map((point) => point.name)).toEqual(
      name === "humanoid_demo" ? ["tip", "right_hand", "left_hand"] : ["tip"],
    );
  });
});
