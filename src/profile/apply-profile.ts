/**
 * Profiles in code: a runtime from one, and another one for a runtime that is at work.
 * @module
 */
import { SimulatedClock } from "../core/clock.ts";
import { createGateChain, type GateChain } from "../gate/chain.ts";
import { WorldViews } from "../intent/build-world-view.ts";
import type { Primitive } from "../intent/primitive.ts";
import { PrimitiveRegistry } from "../intent/registry.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { buildRobot, type BuiltRobot, type RobotSetup } from "./build-robot.ts";
import { bodyJoints } from "./body-joints.ts";
import { issueLine } from "./fill-in.ts";
import { loadProfile, type BackendFactory, type LoadedProfile, type ProfileInCode } from "./files.ts";
import { gatesFromProfile } from "./gates-from-profile.ts";
import { primitivesOf } from "./primitives-of.ts";
import type { RobotProfile } from "./profile.ts";
import { invalid } from "./read-profile.ts";
import { repairFor } from "./repair-for.ts";
import { limitsOf, partsOf, stateDeadlineMs, type RuntimeParts } from "./runtime-parts.ts";
import { pacerFor } from "./separation-profile.ts";

export interface RuntimeOptions extends Partial<Omit<RobotSetup, "backend">> {
  /** The profile's unless given. */
  readonly backend?: RobotSetup["backend"] | BackendFactory;
}

/**
 * The robot of a profile. Unless told otherwise time is simulated and the trace is kept in memory.
 * @throws ClearanceError naming every fault
 */
export function buildRuntimeFromProfile(profile: LoadedProfile | ProfileInCode, options: RuntimeOptions = {}): Promise<BuiltRobot> {
  const loaded = loadedFrom(profile);
  const { backend, ...rest } = options;
  const setup = {
    seed: 0,
    clock: new SimulatedClock(),
    trace: new MemoryTrace(),
    version: "",
    lossWindow: "in memory",
    ...rest,
    backend: typeof backend === "string" ? backend : loaded.profile.backend,
  };
  return buildRobot(typeof backend === "function" ? { ...loaded, openBackend: backend } : loaded, setup);
}

export interface Applied {
  readonly registry: PrimitiveRegistry;
  readonly chain: GateChain;
}

/**
 * Primitives, gates, caps and approvals of another profile, from now on. Backend, world, kernel, trace, episode and step counter stay,
 * so the kernel's envelope is what it was made from. Tighter joint limits slow the plans; a profile that asks for a stricter kernel is refused.
 * @throws ClearanceError naming why not: a step is running, a stop is latched, or what the profile asks for does not fit
 */
export function applyProfileToRuntime(profile: LoadedProfile | ProfileInCode, runtime: Runtime): Applied {
  const loaded = loadedFrom(profile);
  const { name } = loaded.profile;
  const parts = partsOf(runtime);
  if (parts === undefined) throw invalid(name, [`profile ${name}: the runtime was not built from a profile`]);
  // What the machine and its kernel go by stays.
  const { control_period_ms, chunk_ms } = parts.profile;
  const next: RobotProfile = { ...loaded.profile, ...tightened(loaded.profile, parts), control_period_ms, chunk_ms };
  const { collision, world, people } = parts;
  const problems = stricterThan(parts, next).map((problem) => `profile ${name}: ${problem}; build another runtime for it`);
  const gripper = parts.gripper && next.robot.gripper;
  const { registry, issues } = primitivesOf({
    profile: next,
    custom: loaded.custom,
    few: loaded.few,
    gripper,
    sensors: parts.backend.sensors,
  });
  problems.push(...issues.map((issue) => issueLine(name, issue)));
  if (problems.length > 0) throw invalid(name, problems);
  const offered = new PrimitiveRegistry(registry.all().map((primitive) => supported(primitive, next, parts)));
  const { intervention, observedAtMs } = parts;
  const made = gatesFromProfile(next, {
    clock: runtime.clock,
    intervention,
    safety: runtime.safety,
    registered: offered.names(),
    observedAtMs,
  });
  const chain = createGateChain(made.gates, { mode: next.gate_mode });
  const refused = runtime.adopt({
    registry: offered,
    chain,
    views: new WorldViews({ collision, spec: world, limits: limitsOf(next), maxStateAgeMs: next.max_state_age_ms }),
    chargePlanning: made.chargePlanning,
    repair: repairFor(next.projection),
    pacer: pacerFor(next, { collision, world, people }),
  });
  if (refused !== undefined) throw invalid(name, [`profile ${name} is not applied: ${refused}`]);
  parts.watchers.watchers = made.watchers;
  const gates = chain.gates.map(({ id }) => id);
  runtime.note("profile-applied", { profile: name, sha256: loaded.sha256, primitives: offered.names(), gates, envelope: "kept" });
  return { registry: offered, chain };
}

function loadedFrom(profile: LoadedProfile | ProfileInCode): LoadedProfile {
  return "profile" in profile ? profile : loadProfile(profile);
}

/** What the running kernel does not do and this profile asks for. */
function stricterThan({ profile: running }: RuntimeParts, next: RobotProfile): readonly string[] {
  const problems: string[] = [];
  const ranks = ["off", "self", "world"] as const;
  if (!(ranks.indexOf(next.kernel_geometry) <= ranks.indexOf(running.kernel_geometry)))
    problems.push(`kernel_geometry ${next.kernel_geometry} is stricter than the running kernel's ${running.kernel_geometry}`);
  if (next.second_channel && !running.second_channel) problems.push("it asks for a second channel, which the running kernel does not have");
  if (next.on_rate_violation === "reject" && running.on_rate_violation !== "reject")
    problems.push("on_rate_violation reject is stricter than the running kernel's slow");
  if (!(next.commander_deadman_ms >= running.commander_deadman_ms))
    problems.push(`commander_deadman_ms ${next.commander_deadman_ms} is less than the running ${running.commander_deadman_ms}`);
  if (!(stateDeadlineMs(next) >= stateDeadlineMs(running)))
    problems.push(`max_state_age_ms ${next.max_state_age_ms} is less than the running kernel's ${stateDeadlineMs(running)}`);
  return problems;
}

/** Joint limits below those that the envelope was made from slow every plan down by as much. */
function tightened(next: RobotProfile, { collision: { robot } }: RuntimeParts) {
  let [speed, gain] = [1, 1];
  for (const [joint, limit] of Object.entries(next.robot.joint_limits)) {
    const j = robot.jointNames.indexOf(joint);
    if (j === -1) continue;
    const { velocity = Infinity, acceleration = Infinity } = limit;
    speed = Math.min(speed, velocity / robot.maxVelocityRadPerS[j]!);
    gain = Math.min(gain, acceleration / robot.maxAccelerationRadPerS2[j]!);
  }
  return {
    joint_speed_scale: next.joint_speed_scale * speed,
    joint_acceleration_scale: next.joint_acceleration_scale * gain,
  };
}

/** A library primitive as this robot has it: without the joints that the profile's body goes by it is refused by name. */
function supported(primitive: Primitive, { robot: wanted }: RobotProfile, { collision, backend }: RuntimeParts): Primitive {
  const missing = bodyJoints(wanted).filter((joint) => !collision.robot.jointNames.includes(joint));
  if (missing.length === 0 || primitive.composite || (primitive.risk !== "move" && primitive.risk !== "contact")) return primitive;
  const reason = `${primitive.name}: not supported by ${backend.name}: its robot has no joint ${missing.join(", ")}`;
  return Object.freeze({
    ...primitive,
    bind(args: Parameters<Primitive["bind"]>[0]) {
      const bound = primitive.bind(args);
      if (!bound.ok) return bound;
      const plan = () => ({ segments: [], failure: { code: "unsupported", reason, evidence: {} } });
      return { ok: true, call: { plan, report: () => ({ ok: false, observation: {}, message: reason }) } } as const;
    },
  });
}
