/**
 * Our models and worlds for tests of this folder, and a hand that moves them through the kernel.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { ObjectSpec, WorldSpec } from "../../../core/world-spec.ts";
import { createKernel } from "../../../kernel/kernel.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { ControlMode, Vetted } from "../../../kernel/command.ts";
import { loadMujoco } from "../load-mujoco.ts";
import { openMujocoBackend } from "../open-mujoco-backend.ts";
import type { MujocoBackendOptions } from "../open-mujoco-backend.ts";
import type { MujocoBackend } from "../mujoco-backend.ts";

export function modelText(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../../models/${path}`, import.meta.url)), "utf8");
}

export function worldFile(name: string): WorldSpec {
  return parse(modelText(`worlds/${name}.yaml`));
}

export const emptyWorld: WorldSpec = {
  name: "empty",
  workspace: { minM: [-3, -3, -3], maxM: [3, 3, 3] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
};

/** A table with three cubes and a bin that no world file can change: numbers in these tests, hashes among them, belong to it. */
export const testTable: WorldSpec = {
  ...emptyWorld,
  name: "test table",
  fixtures: [
    { name: "table", shapes: [{ kind: "box", centerM: [0.3, 0, -0.02], halfM: [0.65, 0.75, 0.02] }], rgba: [0.76, 0.59, 0.42, 1] },
    {
      name: "bin",
      shapes: [
        { kind: "box", centerM: [0.45, -0.35, 0.004], halfM: [0.12, 0.12, 0.004] },
        { kind: "box", centerM: [0.335, -0.35, 0.029], halfM: [0.005, 0.12, 0.021] },
        { kind: "box", centerM: [0.565, -0.35, 0.029], halfM: [0.005, 0.12, 0.021] },
        { kind: "box", centerM: [0.45, -0.465, 0.029], halfM: [0.11, 0.005, 0.021] },
        { kind: "box", centerM: [0.45, -0.235, 0.029], halfM: [0.11, 0.005, 0.021] },
      ],
    },
    { name: "floor", shapes: [{ kind: "half-space", normal: [0, 0, -1], offsetM: -0.72 }] },
  ],
  zones: [{ name: "human", shape: { kind: "sphere", centerM: [0, 0.75, 0.4], radiusM: 0.35 } }],
  objects: [
    cube("red_cube", [0.5, 0.15, 0.025], 0.2, [0.83, 0.16, 0.13, 1]),
    cube("green_cube", [0.6, 0, 0.025], -0.15, [0.2, 0.62, 0.27, 1]),
    cube("blue_cube", [0.42, -0.03, 0.025], 0, [0.14, 0.34, 0.78, 1]),
  ],
};

function cube(name: string, positionM: ObjectSpec["positionM"], yawRad: number, rgba: ObjectSpec["rgba"]): ObjectSpec {
  return { name, aliases: [], shape: { kind: "box", halfM: [0.025, 0.025, 0.025] }, positionM, yawRad, massKg: 0.1, rgba };
}

export async function openScene(options: Partial<MujocoBackendOptions> & Pick<MujocoBackendOptions, "model">): Promise<Driver> {
  const backend = await openMujocoBackend({ mujoco: await loadMujoco(), world: emptyWorld, ...options });
  return new Driver(backend);
}

export async function openTable(options: Partial<MujocoBackendOptions> = {}): Promise<Driver> {
  return openScene({ model: { xml: modelText("panda/panda.xml") }, world: testTable, ...options });
}

/** Everything it sends is vetted by a real kernel. */
export class Driver {
  readonly backend: MujocoBackend;
  readonly #kernel: Kernel;
  #seq = 0;

  constructor(backend: MujocoBackend) {
    this.backend = backend;
    this.#kernel = createKernel({ robot: backend.robot, gripper: backend.modes.has("gripper_position"), modes: [...backend.modes] });
  }

  vet(mode: ControlMode, rows: Float64Array, periodMs: number): Vetted {
    const width = mode === "joint_position" ? this.backend.robot.nJoints : 1;
    const { qRad, atMs, seq } = this.backend.observe();
    const command = { mode, rows, width, periodMs, seq: this.#seq++, basedOnSeq: seq, validUntilMs: 1e9 };
    const verdict = this.#kernel.vet(command, { nowMs: atMs, measuredRad: qRad });
    if (verdict.kind === "refused") throw new Error(`${verdict.code}: ${verdict.reason}`);
    return verdict.command;
  }

  /** From where the last move ended to `goal`, starting and ending at rest, in `ms`; `seen` is called after each chunk. */
  move(from: ArrayLike<number>, goal: ArrayLike<number>, ms: number, seen?: (row: Float64Array) => void, periodMs = 2, chunk = 25): void {
    const n = this.backend.robot.nJoints;
    const total = Math.round(ms / periodMs);
    for (let first = 1; first <= total; first += chunk) {
      const count = Math.min(chunk, total + 1 - first);
      const rows = new Float64Array(count * n);
      for (let r = 0; r < count; r++) {
        const s = quintic((first + r) / total);
        for (let j = 0; j < n; j++) rows[r * n + j] = (from[j] ?? 0) + ((goal[j] ?? 0) - (from[j] ?? 0)) * s;
      }
      this.backend.apply(this.vet("joint_position", rows, periodMs));
      seen?.(rows.slice(-n));
    }
  }

  hold(q: ArrayLike<number>, ms: number): void {
    const n = this.backend.robot.nJoints;
    const rows = Float64Array.from({ length: Math.round(ms / 2) * n }, (_, i) => q[i % n] ?? 0);
    this.backend.apply(this.vet("joint_position", rows, 2));
  }

  grip(opening: number, ms: number): void {
    this.backend.apply(this.vet("gripper_position", new Float64Array(Math.round(ms / 2)).fill(opening), 2));
  }
}

/** 0 … 1 with no speed and no acceleration at either end. */
function quintic(s: number): number {
  return s * s * s * (10 - 15 * s + 6 * s * s);
}
