/**
 * A gantry on ideal motion and simulated time, with whatever gates and primitives a test wants.
 * @module
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Backend } from "../../backend/backend.ts";
import { openKinematicBackend } from "../../backend/kinematic/index.ts";
import { SimulatedClock } from "../../core/clock.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { createGateChain } from "../../gate/chain.ts";
import type { Gate } from "../../gate/gate.ts";
import { geofenceGate } from "../../gate/geofence-gate.ts";
import { WorldViews } from "../../intent/build-world-view.ts";
import { cataloguePrimitives } from "../../intent/catalogue/catalogue.ts";
import type { Primitive } from "../../intent/primitive.ts";
import { PrimitiveRegistry } from "../../intent/registry.ts";
import { createKernel } from "../../kernel/kernel.ts";
import { robotFromUrdf } from "../../robot/urdf.ts";
import { MemoryTrace } from "../../trace/memory-trace.ts";
import type { RuntimeSetup } from "../runtime-setup.ts";
import { Runtime } from "../runtime.ts";

const urdf = readFileSync(fileURLToPath(new URL("../../../models/gantry/gantry.urdf", import.meta.url)), "utf8");
export const { collision } = robotFromUrdf(urdf, {
  tipLink: "tip",
  home: { x: 0, y: 0, z: 0.5, theta: 0 },
  limits: { x: acceleration(1), y: acceleration(1), z: acceleration(1), theta: acceleration(1.5) },
});

export const testWorld: WorldSpec = {
  name: "test",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [
    {
      name: "widget",
      aliases: [],
      shape: { kind: "box", halfM: [0.02, 0.02, 0.02] },
      positionM: [0.5, 0.5, 0.02],
      yawRad: 0,
      massKg: 0.1,
      rgba: [1, 0, 0, 1],
    },
  ],
  places: [],
};

export interface GantryOptions extends Partial<Omit<RuntimeSetup, "chain" | "registry">> {
  readonly gates?: readonly Gate[];
  readonly primitives?: readonly Primitive[];
  readonly wrap?: (backend: Backend) => Backend;
  readonly world?: WorldSpec;
}

export function gantryRuntime(options: GantryOptions = {}) {
  const { gates = [geofenceGate()], primitives = [], wrap = (same) => same, world = testWorld, ...rest } = options;
  const clock = rest.clock ?? new SimulatedClock();
  const trace = new MemoryTrace();
  const backend = wrap(openKinematicBackend({ robot: collision.robot, world, gripper: true }));
  const registry = new PrimitiveRegistry([...cataloguePrimitives({ gripper: true }), ...primitives]);
  const limits = {
    maxTipSpeedMps: 0.5,
    maxTipAccelerationMps2: 1,
    maxTipAngularSpeedRadPerS: 1,
    jointSpeedScale: 1,
    jointAccelerationScale: 1,
  };
  const runtime = new Runtime({
    backend,
    kernel: createKernel({ robot: collision.robot, gripper: true, modes: ["joint_position", "gripper_position"] }),
    registry,
    chain: createGateChain(gates),
    views: new WorldViews({ collision, spec: world, limits, maxStateAgeMs: 250 }),
    clock,
    trace,
    periodMs: 10,
    chunkMs: 100,
    ...rest,
  });
  return { runtime, clock, trace, backend, registry };
}

function acceleration(maxAccelerationRadPerS2: number) {
  return { maxAccelerationRadPerS2 };
}
