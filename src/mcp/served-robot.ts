/**
 * A robot of a profile as clients are served it: built, its header written, with what listens to it on their behalf.
 * @module
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Backend } from "../backend/backend.ts";
import type { ImageStore } from "../core/capture.ts";
import type { Clock } from "../core/clock.ts";
import type { WorldSpec } from "../core/world-spec.ts";
import type { PrimitiveRegistry } from "../intent/registry.ts";
import { buildRobot, type RobotSetup } from "../profile/build-robot.ts";
import type { LoadedProfile } from "../profile/files.ts";
import type { RobotProfile } from "../profile/profile.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TraceSink } from "../trace/records.ts";
import { McpApprovals } from "./approvals.ts";
import { RecentTrace } from "./recent-trace.ts";
import { RobotEvents } from "./robot-events.ts";

export interface ServedRobot {
  readonly runtime: Runtime;
  readonly backend: Backend;
  readonly registry: PrimitiveRegistry;
  readonly profile: RobotProfile;
  readonly world: WorldSpec;
  /** Ids, in the order in which they are asked. */
  readonly gates: readonly string[];
  readonly trace: RecentTrace;
  readonly events: RobotEvents;
  readonly approvals: McpApprovals;
  /** A controlled stop, then out of service. */
  close(): Promise<void>;
}

export interface ServedRobotOptions {
  readonly backend: RobotSetup["backend"];
  readonly clock: Clock;
  readonly version: string;
  /** Where the whole trace goes; only the last steps are kept unless given. */
  readonly trace?: TraceSink;
  readonly lossWindow?: string;
  /** Where pictures are kept; the last ones in memory unless given. */
  readonly images?: ImageStore;
  /** As for `buildRobot`. */
  readonly renderer?: RobotSetup["renderer"];
  /** As for `buildRobot`. */
  readonly wrap?: RobotSetup["wrap"];
}

/** @throws ClearanceError for what cannot run as configured */
export async function openServedRobot(loaded: LoadedProfile, options: ServedRobotOptions): Promise<ServedRobot> {
  const trace = new RecentTrace(options.trace);
  const [events, approvals] = [new RobotEvents(), new McpApprovals()];
  const robot = await buildRobot(loaded, {
    backend: options.backend,
    renderer: options.renderer,
    seed: 0,
    clock: options.clock,
    trace,
    version: options.version,
    lossWindow: options.lossWindow ?? "the last steps alone are kept, in memory",
    approvals,
    watchers: [events],
    ...(options.images === undefined ? {} : { images: options.images }),
    ...(options.wrap === undefined ? {} : { wrap: options.wrap }),
    // A stop and a cancelled call are heard between two chunks.
    breathe: () => nextTurn(),
  });
  const { runtime, backend, registry, profile, world, chain } = robot;
  robot.open({ goal: "session", policy: "mcp" });
  runtime.beginGoal("session");
  const close = async (): Promise<void> => {
    await runtime.endGoal();
    await runtime.close();
    await backend[Symbol.asyncDispose]();
  };
  const gates = chain.gates.map(({ id }) => id);
  return { runtime, backend, registry, profile, world, gates, trace, events, approvals, close };
}
