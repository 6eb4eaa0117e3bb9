/**
 * A sweep through a few points, step by step through every gate like anything else, so that what the robot does can be measured.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { StepRecord } from "../../trace/records.ts";

export interface SweepStep {
  readonly name: string;
  readonly args: JsonObject;
}

const moveTo = (x: number, y: number): SweepStep => ({ name: "move_to", args: { x, y, z: 0.5 } });
const scan = (radius: number): SweepStep => ({ name: "scan", args: { radius } });

/** Spec runtime.md §9: a look, a square of 0.3 m at a height of 0.5 m, another look. World frame, m. */
export const defaultSweep: readonly SweepStep[] = Object.freeze([
  scan(0.1),
  moveTo(0, 0),
  moveTo(0.3, 0),
  moveTo(0.3, 0.3),
  moveTo(0, 0.3),
  moveTo(0, 0),
  scan(0.3),
]);

export interface CalibrationOptions {
  readonly sweep?: readonly SweepStep[];
  /** A whole number of 1 or more. */
  readonly nRepeats?: number;
  readonly signal?: AbortSignal;
}

/**
 * Carries the sweep out and gives the steps it took, refused ones included. Ends early when it is stopped or aborted.
 * @throws RangeError for a number of repeats that is none
 */
export async function calibrationEpisode(runtime: Runtime, options: CalibrationOptions = {}): Promise<readonly StepRecord[]> {
  const { sweep = defaultSweep, nRepeats = 1, signal } = options;
  if (!(Number.isInteger(nRepeats) && nRepeats >= 1)) throw new RangeError(`nRepeats must be a whole number of 1 or more, not ${nRepeats}`);
  const log: StepRecord[] = [];
  runtime.beginGoal("calibration");
  try {
    for (let repeat = 0; repeat < nRepeats; repeat++)
      for (const { name, args } of sweep) {
        if (signal?.aborted === true) return log;
        const step = await runtime.step({ name, args, rationale: "calibration" }, signal === undefined ? {} : { signal });
        log.push(step);
        if (step.result.status === "stopped") return log;
      }
    return log;
  } finally {
    await runtime.endGoal();
  }
}
