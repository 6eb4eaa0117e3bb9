/**
 * The robots and obstacles that the benches share.
 * @module
 */
import { SimulatedClock } from "../src/core/clock.ts";
import { Random } from "../src/core/random.ts";
import type { FixtureSpec, WorldSpec } from "../src/core/world-spec.ts";
import { buildRobot } from "../src/profile/build-robot.ts";
import { loadProfile } from "../src/profile/files.ts";
import { MemoryTrace } from "../src/trace/memory-trace.ts";
import type { TraceSink } from "../src/trace/records.ts";

/** Capsules around the arm's reach, none in its way. */
export function twentyObstacles(): readonly FixtureSpec[] {
  const random = new Random("bench obstacles");
  return Array.from({ length: 20 }, (_, i) => {
    const angle = (2 * Math.PI * i) / 20;
    const at = 0.85 + random.uniform(0, 0.2);
    const [x, y, z] = [at * Math.cos(angle), at * Math.sin(angle), random.uniform(0.1, 0.6)];
    return { name: `post ${i}`, shapes: [{ kind: "capsule", fromM: [x, y, z], toM: [x, y, z + 0.3], radiusM: 0.04 }] };
  });
}

export const openRoom: WorldSpec = {
  name: "bench",
  workspace: { minM: [-2, -2, -0.5], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [],
  places: [],
};

export function robotIn(profile: string, world: WorldSpec, trace: TraceSink = new MemoryTrace()) {
  const loaded = { ...loadProfile(profile), world };
  const profileWithoutLimits = { ...loaded.profile, rate_limit_per_min: 1_000_000_000 };
  return buildRobot(
    { ...loaded, profile: profileWithoutLimits },
    { backend: "kinematic", seed: 0, clock: new SimulatedClock(), trace, version: "bench", lossWindow: "none" },
  );
}

/** Keeps nothing: what a trace costs is measured by itself. */
export const noTrace: TraceSink = { append: () => undefined, flush: () => Promise.resolve() };
