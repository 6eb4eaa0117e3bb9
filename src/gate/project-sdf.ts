/**
 * Moves a target up the signed distance of the workspace, in steps of fixed length, until it is clear by the margin or the steps are
 * used up: simple and blind, so a failure says how far it came.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { finiteNumber, nonNegativeNumber } from "../core/finite.ts";
import { formatPair } from "../core/format.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import type { Shape } from "../geometry/shapes.ts";
import { workspaceSignedDistance, type WorkspaceModel } from "../geometry/workspace-model.ts";
import type { Intent } from "../intent/intent.ts";
import { projectTargets, targetFieldsOf, type PointProjection, type ProjectionResult, type TargetField } from "./project-targets.ts";
import { withinDisplacement } from "./project-workspace.ts";

export interface SdfProjectionOptions {
  readonly extras?: readonly Shape[];
  /** Signed distance asked for, m; 0 unless given, and 1e-6 at least. */
  readonly marginM?: number;
  /** 50 unless given. */
  readonly nSteps?: number;
  /** Length of a step, m; 0.05 unless given. */
  readonly learningRate?: number;
  readonly maxDisplacementM?: number;
  readonly fields?: readonly TargetField[];
}

const leastMarginM = 1e-6;
/** Half the distance over which the gradient is taken, m. */
const epsM = 1e-3;
const maxSteps = 100_000;

/** @throws ClearanceError `value.invalid` for options out of range. */
export function projectToSdf(intent: Intent, workspace: WorkspaceModel, options: SdfProjectionOptions = {}): ProjectionResult {
  const fields = options.fields ?? targetFieldsOf(intent.args);
  return projectTargets(intent, fields, (pointM) => projectPointToSdf(pointM, workspace, options));
}

/** One point, world frame, m. */
export function projectPointToSdf(point: Vec3, workspace: WorkspaceModel, options: SdfProjectionOptions = {}): PointProjection {
  const { extras = [], nSteps = 50 } = options;
  const wantedM = Math.max(nonNegativeNumber("marginM", options.marginM ?? 0), leastMarginM);
  const stepM = finiteNumber("learningRate", options.learningRate ?? 0.05);
  if (!(stepM > 0)) throw invalid("learningRate", `must be > 0, got ${stepM}`);
  if (!(Number.isInteger(nSteps) && nSteps >= 0 && nSteps <= maxSteps))
    throw invalid("nSteps", `must be an integer from 0 to ${maxSteps}, got ${nSteps}`);
  if (!point.every(Number.isFinite)) return { kind: "failed", pointM: point, displacementM: 0, reason: "the target is not finite" };

  let at = point;
  let clearM = workspaceSignedDistance(at, workspace, extras);
  for (let step = 0; step < nSteps && !(clearM >= wantedM); step++) {
    const [x, y, z] = uphill(at, workspace, extras);
    at = [at[0] + stepM * x, at[1] + stepM * y, at[2] + stepM * z];
    clearM = workspaceSignedDistance(at, workspace, extras);
  }
  const displacementM = distance(point, at);
  if (!(clearM >= wantedM && workspace.violates(at) === null)) {
    const [is] = formatPair(clearM, wantedM);
    return { kind: "failed", pointM: at, displacementM, reason: `signed distance ${is} m after ${nSteps} steps` };
  }
  return at === point ? { kind: "unchanged", pointM: point, displacementM: 0 } : withinDisplacement(point, at, options.maxDisplacementM);
}

/** Unit gradient by central differences; +x where there is none. */
function uphill(p: Vec3, workspace: WorkspaceModel, extras: readonly Shape[]): Vec3 {
  const slope = (x: number, y: number, z: number): number =>
    workspaceSignedDistance([p[0] + x, p[1] + y, p[2] + z], workspace, extras) -
    workspaceSignedDistance([p[0] - x, p[1] - y, p[2] - z], workspace, extras);
  const gx = slope(epsM, 0, 0);
  const gy = slope(0, epsM, 0);
  const gz = slope(0, 0, epsM);
  const length = Math.sqrt(gx * gx + gy * gy + gz * gz);
  return length > 0 && length < Infinity ? [gx / length, gy / length, gz / length] : [1, 0, 0];
}

function invalid(field: string, problem: string): ClearanceError {
  return new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
