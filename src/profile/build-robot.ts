/**
 * Profile to runtime: opens the backend, registers the primitives, builds the chain. Nothing moves yet.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import { batteryBackend } from "../backend/battery/index.ts";
import { parseRandomizedConfig, randomizedBackend } from "../backend/randomized/index.ts";
import type { Renderer } from "../backend/sensing/renderer.ts";
import type { ImageStore } from "../core/capture.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import { Random } from "../core/random.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import { createGateChain, type GateChain } from "../gate/chain.ts";
import type { Gate } from "../gate/gate.ts";
import { WorldViews } from "../intent/build-world-view.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { RemoteKernel } from "../kernel/node/index.ts";
import { MotionMonitor } from "../kernel/monitor/motion-monitor.ts";
import type { CollisionModel } from "../robot/collision-model.ts";
import type { ApprovalChannel } from "../runtime/approvals.ts";
import { InterventionController } from "../runtime/intervention.ts";
import { ObservationTimes } from "../runtime/observation-times.ts";
import type { PeopleSensor } from "../runtime/people-sensor.ts";
import type { RuntimeWatcher } from "../runtime/runtime-setup.ts";
import { Runtime } from "../runtime/runtime.ts";
import { Supervision, type SupervisionOptions } from "../runtime/supervision.ts";
import type { TraceSink } from "../trace/records.ts";
import type { LoadedProfile } from "./files.ts";
import { gatesFromProfile } from "./gates-from-profile.ts";
import { kernelLimits } from "./kernel-limits.ts";
import { openBackend } from "./open-backend.ts";
import { openKernel } from "./open-kernel.ts";
import type { RobotProfile } from "./profile.ts";
import { registryOf } from "./registry-from-profile.ts";
import { limitsOf, ProfileWatchers, rememberParts, stateDeadlineMs } from "./runtime-parts.ts";
import { repairFor } from "./repair-for.ts";
import { pacerFor } from "./separation-profile.ts";
import { scattered } from "./scatter.ts";
import { batteryOf } from "./sensing-schema.ts";
import { headerOf } from "./trace-header.ts";

export interface RobotSetup {
  readonly backend: "kinematic" | "mujoco";
  readonly seed: number;
  readonly clock: Clock;
  readonly trace: TraceSink;
  readonly version: string;
  readonly lossWindow: string;
  readonly approvals?: ApprovalChannel;
  readonly watchers?: readonly RuntimeWatcher[];
  readonly breathe?: () => void | Promise<void>;
  /** What the stop chain is given beside the profile: a latch that lasts, devices, who may reset. */
  readonly supervision?: Pick<SupervisionOptions, "store" | "onViolation" | "authorise" | "devices">;
  /** Where pictures are kept; the last few in memory unless given. */
  readonly images?: ImageStore;
  /** Draws the colour pictures of a simulated robot in place of rays; whoever gives it closes it. */
  readonly renderer?: Renderer | undefined;
  /** Takes every verdict of the kernel as a line, for `clearance kernel replay`. */
  readonly recordVerdict?: (line: string) => void;
  /** Who senses people where the profile asks for speed and separation; the world file's people unless given. */
  readonly people?: PeopleSensor;
  /** Another choice of the profile's gates, for a comparison; none at all is accepted in simulation only. */
  readonly arrangeGates?: (gates: readonly Gate[]) => readonly Gate[];
  /** Something between runtime and kernel, and between kernel and machine: recorders, disturbances, injected faults. */
  readonly wrap?: {
    readonly kernel?: (kernel: Kernel) => Kernel;
    readonly backend?: (backend: Backend, collision: CollisionModel, world: WorldSpec) => Backend;
  };
}

/** What the trace header says of a run. */
export interface RunFacts {
  readonly goal: string;
  readonly policy: string;
  /** `Policy.config`. */
  readonly policyConfig?: JsonObject;
}

export interface BuiltRobot {
  readonly runtime: Runtime;
  readonly backend: Backend;
  /** As it runs: of a robot in place of the profile's own, what that one can do. */
  readonly profile: RobotProfile;
  readonly world: WorldSpec;
  /** What was changed to run a robot in place of the profile's own, one line each. */
  readonly notes: readonly string[];
  readonly collision: CollisionModel;
  readonly chain: GateChain;
  readonly registry: PrimitiveRegistry;
  readonly intervention: InterventionController;
  /** The kernel, where it is in a thread or process of its own. */
  readonly distantKernel: RemoteKernel | undefined;
  /** Writes the trace header. */
  open(run: RunFacts): void;
}

/** @throws ClearanceError for what cannot run as configured */
export async function buildRobot(loaded: LoadedProfile, setup: RobotSetup): Promise<BuiltRobot> {
  const random = new Random(setup.seed);
  const room = scattered(loaded.world, random.fork("scatter"));
  const { backend: opened, collision, profile, world, leftOut, notes } = await openBackend(loaded, room, setup.backend, setup.renderer);
  const fitted: LoadedProfile = { ...loaded, profile };
  const battery = batteryOf(profile);
  const base = battery === undefined ? opened : batteryBackend(opened, battery);
  const { randomized } = profile;
  const disturbed =
    randomized === undefined ? base : randomizedBackend(base, parseRandomizedConfig(randomized), random.fork("randomized"), setup.clock);
  const backend = setup.wrap?.backend?.(disturbed, collision, world) ?? disturbed;
  const gripper = profile.robot.gripper && backend.modes.has("gripper_position");
  const registry = registryOf(fitted, collision, { gripper, sensors: disturbed.sensors, leftOut });
  const intervention = new InterventionController(setup.clock);
  const { robot } = collision;
  const { kernel, canaries, distant, recovering } = await openKernel(
    {
      robot,
      gripper,
      modes: [...backend.modes],
      parameters: { stateDeadlineMs: stateDeadlineMs(profile) },
      ...kernelLimits(profile, collision, world),
    },
    profile.kernel,
    { record: setup.recordVerdict, onRateViolation: profile.on_rate_violation },
  );
  const safety = new Supervision({
    backend,
    clock: setup.clock,
    canaries,
    deadmanMs: profile.commander_deadman_ms,
    ...(distant === undefined ? {} : { distantKernel: distant }),
    ...(recovering === undefined ? {} : { recoveringKernel: recovering }),
    ...setup.supervision,
  });
  const registered = registry.names();
  const times = new ObservationTimes();
  const observedAtMs = (id: string): number | undefined => times.madeAtMs(id);
  const { gates, chargePlanning, watchers } = gatesFromProfile(profile, {
    clock: setup.clock,
    intervention,
    registered,
    safety,
    observedAtMs,
  });
  const arranged = setup.arrangeGates?.(gates) ?? gates;
  const chain = createGateChain(arranged, { mode: profile.gate_mode, ...(arranged.length === 0 ? { unguarded: true } : {}) });
  const ownWatchers = new ProfileWatchers(watchers);
  const repair = repairFor(profile.projection);
  const pacer = pacerFor(profile, { collision, world, people: setup.people });
  const runtime = new Runtime({
    backend,
    kernel: setup.wrap?.kernel?.(kernel) ?? kernel,
    registry,
    chain,
    views: new WorldViews({ collision, spec: world, limits: limitsOf(profile), maxStateAgeMs: profile.max_state_age_ms }),
    clock: setup.clock,
    trace: setup.trace,
    periodMs: profile.control_period_ms,
    chunkMs: profile.chunk_ms,
    intervention,
    safety,
    onObserved: (observation) => times.note(observation),
    ...(setup.approvals === undefined ? {} : { approvals: setup.approvals }),
    ...(chargePlanning === undefined ? {} : { chargePlanning }),
    ...(repair === undefined ? {} : { repair }),
    ...(pacer === undefined ? {} : { pacer }),
    ...(profile.second_channel
      ? { monitor: new MotionMonitor({ collision, everyRow: false, maxGapMs: Math.max(500, 2.5 * profile.chunk_ms) }) }
      : {}),
    ...(setup.images === undefined ? {} : { images: setup.images }),
    watchers: [ownWatchers, ...(setup.watchers ?? [])],
    ...(setup.breathe === undefined ? {} : { breathe: setup.breathe }),
  });
  const open: BuiltRobot["open"] = (run) =>
    runtime.open(headerOf(fitted, setup, run, { backend, world, robot: robot.name, chain, random }));
  rememberParts(runtime, {
    profile,
    backend,
    collision,
    world,
    gripper,
    intervention,
    observedAtMs,
    watchers: ownWatchers,
    people: setup.people,
  });
  return { runtime, backend, profile, world, notes, collision, chain, registry, intervention, distantKernel: distant, open };
}
