import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../core/sha256.ts";
import type { Command, Vetted } from "../../kernel/command.ts";
import { tipPose } from "../../robot/kinematics.ts";
import type { MujocoBackend } from "./mujoco-backend.ts";
import { emptyWorld, modelText, openScene, openTable, testTable } from "./testing/scenes.ts";
import type { Driver } from "./testing/scenes.ts";

const away = [0.8, 0.3, -0.5, 0.4, 0.7, 0.3, -0.8];

function goalOf(backend: MujocoBackend): number[] {
  return Array.from(backend.robot.homeRad, (q, j) => q + away[j]!);
}

function stateHash(backend: MujocoBackend): string {
  const { numbers } = backend.snapshot();
  return sha256Hex(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}

/** Half a second of arm, a gripper stroke, a stop in mid-motion. Rows are sums and products of constants, so no engine rounds them otherwise. */
function script(driver: Driver): void {
  const home = Array.from(driver.backend.robot.homeRad);
  driver.move(home, goalOf(driver.backend), 1200);
  driver.grip(0.3, 200);
  expect(() =>
    driver.move(goalOf(driver.backend), home, 1200, () => {
      if (driver.backend.observe().atMs > 1900) throw new Error("half way");
    }),
  ).toThrow("half way");
  driver.backend.stop();
}

describe("geometry 38 MuJoCo backend", () => {
  test("determinism: the state after a scripted run is the same to the bit, on every machine, however often it is observed", async () => {
    const first = await openTable();
    await using a = first.backend;
    script(first);
    // MuJoCo 3.14.0. Another version of the engine may round otherwise; then this value changes, and nothing else should.
    expect(stateHash(a)).toMatchInlineSnapshot(`"5d9d061bdd4b6c6122aa2d96861d6cf0293c7b1c4713e8aab7046822dc71e1bd"`);
    const second = await openTable();
    await using b = second.backend;
    const original = b.apply.bind(b);
    b.apply = (command: Vetted) => {
      for (let i = 0; i < 3; i++) b.observe();
      original(command);
    };
    script(second);
    expect(b.snapshot().numbers).toEqual(a.snapshot().numbers);
  });

  test("tracks a fast motion within 1 mm at the tip and 1 mrad at the joints, and rows at 20 ms as well", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const home = Array.from(backend.robot.homeRad);
    const worst = { tipM: 0, jointRad: 0, speedMps: 0 };
    const look = (row: Float64Array): void => {
      const seen = backend.observe();
      const wanted = tipPose(backend.robot, row).position;
      const [dx, dy, dz] = [0, 1, 2].map((k) => seen.worldFromTip.position[k]! - wanted[k]!);
      worst.tipM = Math.max(worst.tipM, Math.hypot(dx!, dy!, dz!));
      worst.speedMps = Math.max(worst.speedMps, seen.tipSpeedMps);
      seen.qRad.forEach((q, j) => (worst.jointRad = Math.max(worst.jointRad, Math.abs(q - row[j]!))));
    };
    driver.move(home, goalOf(backend), 800, look, 2, 5);
    driver.move(goalOf(backend), home, 800, look, 20, 1);
    expect(worst.speedMps).toBeGreaterThan(0.65);
    expect(worst.tipM).toBeLessThan(1e-3);
    expect(worst.jointRad).toBeLessThan(1e-3);
    driver.hold(home, 200);
    const rest = backend.observe();
    expect(Math.max(...rest.qRad.map((q, j) => Math.abs(q - home[j]!)))).toBeLessThan(1e-6);
    expect(rest.atMs).toBe(1800);
  });

  test("observations are frozen, finite, numbered copies; looking takes no time", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const before = backend.observe();
    const kept = JSON.stringify(before);
    driver.move(backend.robot.homeRad, goalOf(backend), 800);
    expect(backend.observe().qRad[0]).toBeCloseTo(0.8, 3);
    expect(JSON.stringify(before)).toBe(kept);
    expect(
      Object.isFrozen(before) && Object.isFrozen(before.qRad) && Object.isFrozen(before.objects) && Object.isFrozen(before.gripper),
    ).toBe(true);
    expect(Object.isFrozen(before.objects[0]!.worldFromObject.position)).toBe(true);
    const [one, two] = [backend.observe(), backend.observe()];
    expect(two.seq).toBe(one.seq + 1);
    expect([two.id, two.atMs]).toEqual([`obs-${two.seq}`, one.atMs]);
    expect(two.objects.map(({ name }) => name)).toEqual(["red_cube", "green_cube", "blue_cube"]);
    expect(kept).not.toMatch(/null,|NaN/);
  });

  test("a command the kernel did not make is refused, and so is a copy of one it made", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const rows = Float64Array.from(backend.robot.homeRad);
    const plain: Command = { mode: "joint_position", rows, width: 7, periodMs: 2, seq: 0, basedOnSeq: 0, validUntilMs: 1e9 };
    const forced = backend.apply.bind(backend) as (command: Command) => void;
    expect(() => forced(plain)).toThrow(expect.objectContaining({ code: "command.unvetted" }));
    const vetted = driver.vet("joint_position", rows, 2);
    expect(() => forced({ ...vetted })).toThrow(expect.objectContaining({ code: "command.unvetted" }));
    expect(backend.observe().atMs).toBe(0);
    backend.apply(vetted);
    expect(backend.observe().atMs).toBe(2);
  });

  test.for([
    ["a period that is no multiple of 2 ms", "joint_position", 7, 3, "backend.unsupported"],
    ["a period of 1 ms", "joint_position", 7, 1, "backend.unsupported"],
  ] as const)("%s is an error", async ([, mode, width, periodMs, code]) => {
    const driver = await openTable();
    await using backend = driver.backend;
    const rows = width === 7 ? Float64Array.from(backend.robot.homeRad) : Float64Array.of(0.5);
    const command = driver.vet(mode, rows, periodMs);
    expect(() => backend.apply(command)).toThrow(expect.objectContaining({ code }));
    expect(backend.observe().atMs).toBe(0);
  });

  test("an arm without a gripper has no gripper mode and no gripper state", async () => {
    const driver = await openTable({ gripper: false });
    await using backend = driver.backend;
    expect([...backend.modes]).toEqual(["joint_position"]);
    expect(backend.observe().gripper).toBeUndefined();
    const other = await openTable();
    await using _ = other.backend;
    const command = other.vet("gripper_position", Float64Array.of(0.5), 2);
    expect(() => backend.apply(command)).toThrow(expect.objectContaining({ code: "backend.unsupported" }));
  });

  test("snapshot and restore continue to the bit, in the same backend and in a fresh one", async () => {
    const driver = await openTable();
    await using backend = driver.backend;
    const home = Array.from(backend.robot.homeRad);
    driver.move(home, goalOf(backend), 800);
    driver.grip(0.5, 60);
    const fork = backend.snapshot();
    const copy = Float64Array.from(fork.numbers);
    const onward = (d: Driver): string => {
      d.grip(0.2, 100);
      d.move(goalOf(d.backend), home, 800);
      return stateHash(d.backend) + JSON.stringify(d.backend.observe());
    };
    const first = onward(driver);
    backend.restore(fork);
    expect(backend.snapshot()).toEqual(fork);
    expect(onward(driver)).toBe(first);
    const fresh = await openTable();
    await using _ = fresh.backend;
    fresh.backend.restore(fork);
    expect(onward(fresh)).toBe(first);
    expect(fork.numbers).toEqual(copy);
  });

  test("a state of another backend or model is refused", async () => {
    const { backend } = await openTable();
    await using _ = backend;
    const { backend: other } = await openScene({ model: { xml: modelText("gantry/gantry.xml") } });
    await using __ = other;
    expect(() => backend.restore(other.snapshot())).toThrow(expect.objectContaining({ code: "shape.mismatch" }));
    expect(() => backend.restore({ ...backend.snapshot(), backend: "kinematic" })).toThrow(
      expect.objectContaining({ code: "config.invalid" }),
    );
    expect(() => backend.restore({ ...backend.snapshot(), more: { steps: 0.5, seq: 0 } })).toThrow(
      expect.objectContaining({ code: "config.invalid" }),
    );
  });

  test("growth of the engine's heap under a running backend changes nothing", async () => {
    const run = async (between: () => Promise<void>): Promise<string> => {
      const driver = await openTable();
      await using backend = driver.backend;
      const home = Array.from(backend.robot.homeRad);
      driver.move(home, goalOf(backend), 800);
      await between();
      driver.move(goalOf(backend), home, 800);
      return stateHash(backend);
    };
    const quiet = await run(async () => undefined);
    const [cube] = testTable.objects;
    const objects = Array.from({ length: 250 }, (_, i) => ({ ...cube!, name: `cube ${i}`, positionM: [0.3, 0.1, 0.2 + 0.1 * i] as const }));
    const grown = await run(async () => {
      // 67 MB of arena each.
      const ballast = await Promise.all(Array.from({ length: 2 }, () => openTable({ world: { ...emptyWorld, objects } })));
      for (const { backend } of ballast) await backend[Symbol.asyncDispose]();
    });
    expect(grown).toBe(quiet);
  });

  test("disposed: every call but stop and dispose is a clear error", async () => {
    const { backend } = await openTable();
    await backend[Symbol.asyncDispose]();
    await backend[Symbol.asyncDispose]();
    for (const call of [() => backend.observe(), () => backend.snapshot()])
      expect(call).toThrow(expect.objectContaining({ code: "backend.unavailable" }));
    expect(backend.stop()).toMatchObject({ acknowledged: false, atRest: false });
  });
});
