import { PrimitiveRegistry } from "../../../intent/registry.ts";
import type { RobotSetup } from "../../../profile/build-robot.ts";
import type { RobotProfile } from "../../../profile/profile.ts";
import { primitiveTools, type ToolDefinition } from "../tool-schemas.ts";
import { envelopeOracle, type EnvelopeOracle } from "./envelope-oracle.ts";
import { kinematicRobot, type TestRobot } from "./robots.ts";

export interface WatchedRobot {
  readonly robot: TestRobot;
  readonly oracle: EnvelopeOracle;
  /** What a text argument may be: names that are there, and one that is not. */
  readonly words: readonly string[];
}

/** A profile's robot with an oracle around its machine; without budgets, cooldowns and people: the envelope alone is tried. */
export async function watchedRobot(
  profile: string,
  setup: Partial<RobotSetup> = {},
  change: Partial<RobotProfile> = {},
): Promise<WatchedRobot> {
  let oracle: EnvelopeOracle | undefined;
  let changed: RobotProfile | undefined;
  const robot = await kinematicRobot(
    profile,
    {
      wrap: {
        backend: (backend, collision, world) => {
          oracle = envelopeOracle(collision, world, changed!);
          return oracle.watch(backend);
        },
      },
      ...setup,
    },
    (loaded) => {
      const unhurried = { rate_limit_per_min: 1_000_000, cooldown_s: 0, per_primitive_cooldown: {}, hitl_primitives: [] };
      changed = { ...loaded.profile, ...unhurried, ...change };
      return { ...loaded, profile: changed };
    },
  );
  const { world, collision } = robot;
  const words = [...world.objects, ...world.places].map(({ name }) => name).concat(collision.robot.jointNames, "nothing");
  return { robot, oracle: oracle!, words };
}

/**
 * All but the stop, which is always allowed and latches nothing, the wait, which only passes time, and what takes pictures, which takes
 * time and moves nothing.
 */
export function adversaryTools(registry: PrimitiveRegistry): readonly ToolDefinition[] {
  return primitiveTools(withoutPictures(registry)).filter(({ name }) => name !== "stop" && name !== "wait");
}

const pictures = new Set(["take_photo", "sense", "scan_360"]);

export function withoutPictures(registry: PrimitiveRegistry): PrimitiveRegistry {
  return new PrimitiveRegistry(registry.all().filter(({ name }) => !pictures.has(name)));
}
