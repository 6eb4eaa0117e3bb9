/**
 * How far and how fast a plan goes from target to target.
 * @module
 */
import { formatPair } from "../core/format.ts";
import { distance, type Vec3 } from "../core/vec3.ts";

/** Each inclusive; absent ones are not checked. */
export interface PlanCaps {
  readonly maxStepDisplacementM?: number;
  readonly maxPathLengthM?: number;
  readonly maxSpeedMps?: number;
}

export interface TemporalViolation {
  readonly stepIndex: number;
  readonly constraint: "max_step_displacement" | "max_path_length" | "max_speed" | "plan_times";
  readonly reason: string;
}

export interface TemporalFindings {
  readonly violations: readonly TemporalViolation[];
  readonly unverified: readonly ("first_step" | "speed")[];
}

/** In step order. `from` is reached at time 0; without it the first step cannot be measured, which only matters where a cap asks for it. */
export function temporalViolations(
  targets: readonly Vec3[],
  from: Vec3 | undefined,
  timesS: readonly number[] | undefined,
  caps: PlanCaps,
): TemporalFindings {
  const violations: TemporalViolation[] = [];
  let pathM = 0;
  let pathReported = false;
  for (const [stepIndex, target] of targets.entries()) {
    const before = stepIndex === 0 ? from : targets[stepIndex - 1];
    const stepM = before === undefined ? 0 : distance(before, target);
    pathM += stepM;
    const add = (constraint: TemporalViolation["constraint"], reason: string): void => {
      violations.push({ stepIndex, constraint, reason });
    };
    const far = exceeding("step displacement", stepM, caps.maxStepDisplacementM);
    if (far !== undefined) add("max_step_displacement", far);
    const long = pathReported ? undefined : exceeding("cumulative path", pathM, caps.maxPathLengthM);
    if (long !== undefined) {
      add("max_path_length", long);
      pathReported = true;
    }
    if (timesS !== undefined) timing(stepIndex, stepM, before !== undefined, timesS, caps, add);
  }
  return { violations, unverified: unverifiedOf(from, timesS, caps) };
}

function timing(
  stepIndex: number,
  stepM: number,
  measured: boolean,
  timesS: readonly number[],
  { maxSpeedMps }: PlanCaps,
  add: (constraint: TemporalViolation["constraint"], reason: string) => void,
): void {
  const atS = timesS[stepIndex]!;
  const beforeS = stepIndex === 0 ? 0 : timesS[stepIndex - 1]!;
  const first = stepIndex === 0;
  // A plan may begin where the tip already is, at time 0; nothing else takes no time.
  if (first ? !(atS > 0 || (atS === 0 && stepM === 0)) : !(atS > beforeS)) {
    const [at, before] = formatPair(atS, beforeS);
    add("plan_times", `time ${at} s is not after ${before} s`);
    return;
  }
  if (!measured || stepM === 0) return;
  const fast = exceeding("speed", stepM / (atS - beforeS), maxSpeedMps);
  if (fast !== undefined) add("max_speed", fast);
}

function unverifiedOf(from: Vec3 | undefined, timesS: readonly number[] | undefined, caps: PlanCaps): readonly ("first_step" | "speed")[] {
  const unverified: ("first_step" | "speed")[] = [];
  if (from === undefined && Object.keys(caps).length > 0) unverified.push("first_step");
  if (timesS === undefined && caps.maxSpeedMps !== undefined) unverified.push("speed");
  return unverified;
}

function exceeding(what: string, value: number, limit: number | undefined): string | undefined {
  if (limit === undefined || value <= limit) return undefined;
  const [is, cap] = formatPair(value, limit);
  return `${what} ${is} exceeds limit ${cap}`;
}
