import { SimulatedClock } from "../../../core/clock.ts";
import { buildRobot, type BuiltRobot, type RobotSetup } from "../../../profile/build-robot.ts";
import { loadProfile, type LoadedProfile } from "../../../profile/files.ts";
import { MemoryTrace } from "../../../trace/memory-trace.ts";
import type { StepRecord } from "../../../trace/records.ts";

export interface TestRobot extends BuiltRobot {
  readonly trace: MemoryTrace;
  readonly steps: () => readonly StepRecord[];
}

/** A profile's robot with ideal motion on simulated time, its trace in memory and its header written. */
export async function kinematicRobot(
  profile: string,
  setup: Partial<RobotSetup> = {},
  change: (loaded: LoadedProfile) => LoadedProfile = (loaded) => loaded,
): Promise<TestRobot> {
  const trace = new MemoryTrace();
  const robot = await buildRobot(change(loadProfile(profile)), {
    backend: "kinematic",
    seed: 1,
    clock: new SimulatedClock(),
    trace,
    version: "test",
    lossWindow: "nothing",
    ...setup,
  });
  robot.open({ goal: "test", policy: "test" });
  const steps = (): readonly StepRecord[] => trace.records.filter((record): record is StepRecord => record.kind === "step");
  return { ...robot, trace, steps };
}
