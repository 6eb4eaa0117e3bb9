/**
 * Limits for a robot from what it was seen to do, as a proposal for a person to review. It tightens what is declared and never
 * loosens it. Spec runtime.md §9.
 * @module
 */
import { nonNegativeNumber } from "../../core/finite.ts";
import { formatG } from "../../core/format.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { CalibrationReport } from "./analyse-capture.ts";
import type { DeclaredLimits } from "./declared-limits.ts";

export interface ProposalOptions {
  /** Times the largest measured speed and acceleration. */
  readonly velocityMargin?: number;
  readonly forceMargin?: number;
  readonly workspaceMarginM?: number;
  readonly declared?: readonly DeclaredLimits[];
}

/** Keys of a profile, with their units; absent where nothing was measured that they could come from. */
export interface LimitProposal {
  readonly needsReview: true;
  readonly workspace_bounds?: readonly [minM: Vec3, maxM: Vec3];
  readonly max_velocity?: number;
  readonly max_acceleration?: number;
  readonly max_force_n?: number;
  /** Where a declared limit is tighter than what was measured, or nothing can be proposed. */
  readonly notes: readonly string[];
}

/** @throws ClearanceError `value.invalid` for a margin that is negative or not finite */
export function recommendedProfile(report: CalibrationReport, options: ProposalOptions = {}): LimitProposal {
  const velocityMargin = nonNegativeNumber("velocityMargin", options.velocityMargin ?? 1.2);
  const forceMargin = nonNegativeNumber("forceMargin", options.forceMargin ?? 1.2);
  const workspaceMarginM = nonNegativeNumber("workspaceMarginM", options.workspaceMarginM ?? 0.05);
  const declared = options.declared ?? [];
  const notes: string[] = [];
  const cap = (key: string, unit: string, measured: number | null, margin: number, limit: LimitName): number | undefined => {
    // A robot that was not seen to move says nothing of how fast it may: 0 would mean no motion at all.
    if (measured === null || !(measured * margin > 0)) {
      notes.push(`${key}: nothing was measured to propose it from`);
      return undefined;
    }
    return tightest(measured * margin, declared, limit, (value, source) =>
      notes.push(`${key}: ${formatG(measured * margin)} ${unit} was measured with its margin; the ${source} allows ${formatG(value)}`),
    );
  };
  const bounds = boundsFor(report, workspaceMarginM, declared, notes);
  const velocity = cap("max_velocity", "m/s", report.maxSpeedMps, velocityMargin, "maxSpeedMps");
  const acceleration = cap("max_acceleration", "m/s²", report.maxAccelerationMps2, velocityMargin, "maxAccelerationMps2");
  const force = cap("max_force_n", "N", report.maxForceN, forceMargin, "maxForceN");
  return {
    needsReview: true,
    ...(bounds === undefined ? {} : { workspace_bounds: bounds }),
    ...(velocity === undefined ? {} : { max_velocity: velocity }),
    ...(acceleration === undefined ? {} : { max_acceleration: acceleration }),
    ...(force === undefined ? {} : { max_force_n: force }),
    notes,
  };
}

type LimitName = "maxSpeedMps" | "maxAccelerationMps2" | "maxForceN";

function tightest(
  proposed: number,
  declared: readonly DeclaredLimits[],
  limit: LimitName,
  onTightened: (value: number, source: string) => void,
): number {
  let value = proposed;
  for (const one of declared) {
    const limitOrNone = one[limit];
    if (limitOrNone === undefined || limitOrNone === Infinity) continue;
    const own = nonNegativeNumber(`${one.source}: ${limit}`, limitOrNone);
    if (own >= value) continue;
    value = own;
    onTightened(own, one.source);
  }
  return value;
}

function boundsFor(
  { boundsM }: CalibrationReport,
  marginM: number,
  declared: readonly DeclaredLimits[],
  notes: string[],
): LimitProposal["workspace_bounds"] {
  if (boundsM === null) {
    notes.push("workspace_bounds: no position was measured");
    return undefined;
  }
  const low: [number, number, number] = [boundsM.minM[0] - marginM, boundsM.minM[1] - marginM, boundsM.minM[2] - marginM];
  const high: [number, number, number] = [boundsM.maxM[0] + marginM, boundsM.maxM[1] + marginM, boundsM.maxM[2] + marginM];
  for (const { source, minM, maxM } of declared)
    for (const axis of [0, 1, 2] as const) {
      const [least, most] = [minM?.[axis] ?? -Infinity, maxM?.[axis] ?? Infinity];
      if (least > low[axis] || most < high[axis]) notes.push(`workspace_bounds: ${"xyz"[axis]} as the ${source} allows`);
      low[axis] = Math.max(low[axis], least);
      high[axis] = Math.min(high[axis], most);
    }
  if (!(low[0] < high[0] && low[1] < high[1] && low[2] < high[2])) {
    notes.push("workspace_bounds: what was measured lies outside the declared bounds");
    return undefined;
  }
  return [low, high];
}
