/**
 * What the first record of a trace says of a run.
 * @module
 */
import type { Backend } from "../backend/backend.ts";
import { uuidV4 } from "../core/ids.ts";
import { toJsonValue, type JsonObject } from "../core/json.ts";
import { Random } from "../core/random.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { GateChain } from "../gate/chain.ts";
import { wallSeconds } from "../runtime/step-record.ts";
import type { TraceHeader } from "../trace/records.ts";
import type { RobotSetup, RunFacts } from "./build-robot.ts";
import type { LoadedProfile } from "./files.ts";

interface HeaderFacts {
  readonly backend: Backend;
  readonly world: WorldSpec;
  readonly robot: string;
  readonly chain: GateChain;
  readonly random: Random;
}

export function headerOf(loaded: LoadedProfile, setup: RobotSetup, run: RunFacts, facts: HeaderFacts): Omit<TraceHeader, "kind"> {
  const { clock, seed, version, lossWindow } = setup;
  const { backend, world, robot, chain, random } = facts;
  return {
    // A simulated episode is told apart by its configuration and seed, so the same one has the same id, and the same hash.
    episodeId: uuidV4(clock.kind === "simulated" ? random.fork(`episode ${loaded.sha256} ${run.goal}`) : new Random(`${clock.epochNs}`)),
    backend: backend.name,
    startedAt: wallSeconds(clock, 0),
    goal: run.goal,
    policy: run.policy,
    seed,
    profile: loaded.profile.name,
    profileSha256: loaded.sha256,
    runtimeVersion: version,
    robot,
    world: world.name,
    clock: clock.kind,
    epochNs: clock.epochNs.toString(),
    units: { length: "m", angle: "rad", time: "ms in fields, ns in t_ns", force: "N", orientation: "quaternion w x y z" },
    frames: { world: "right-handed, z up", tip: "tool centre point" },
    lossWindow,
    config: { ...configOf(loaded, world, chain), ...(run.policyConfig === undefined ? {} : { policy: run.policyConfig }) },
  };
}

function configOf({ profile }: LoadedProfile, world: WorldSpec, chain: GateChain): JsonObject {
  const config = toJsonValue({ profile, world, gates: chain.gates.map((gate) => gate.id), gate_mode: chain.mode }).value;
  return typeof config === "object" && config !== null && !Array.isArray(config) ? (config as JsonObject) : {};
}
