/**
 * Moves a target to the nearest allowed point found, or says that none was: the answer depends on the input alone, and passes the same
 * check that the target failed.
 *
 * Inside an obstacle, points around it are tried. Where none passes, the one nearest to the original is the next to leave the obstacle
 * it lies in, up to 32 times; then the same with more points, and last the corners of the bounds, so that beside a single sphere or box
 * something is found wherever something is free.
 * @module
 */
import { nonNegativeNumber } from "../core/finite.ts";
import { formatPair } from "../core/format.ts";
import { distance, type Vec3 } from "../core/vec3.ts";
import { contains, type Shape } from "../geometry/shapes.ts";
import type { WorkspaceModel } from "../geometry/workspace-model.ts";
import type { Intent } from "../intent/intent.ts";
import { candidatesFor, cornersOf, furtherCandidates, type BoxBounds } from "./project-candidates.ts";
import { projectTargets, targetFieldsOf, type PointProjection, type ProjectionResult, type TargetField } from "./project-targets.ts";

export interface WorkspaceProjectionOptions {
  /** Distance kept from the obstacle that the target was in, m; 1e-6 unless given. */
  readonly clearanceM?: number;
  /** A repair that would move the target farther fails; no limit unless given. */
  readonly maxDisplacementM?: number;
  /** Which arguments hold targets; those that the intent has unless given. */
  readonly fields?: readonly TargetField[];
}

const maxRounds = 32;
/** Candidates whose distances differ by less are equally near: their order decides, not rounding. */
const tieM = 1e-9;

/** @throws ClearanceError `value.invalid` for options that are negative or not finite. */
export function projectToWorkspace(intent: Intent, workspace: WorkspaceModel, options: WorkspaceProjectionOptions = {}): ProjectionResult {
  const fields = options.fields ?? targetFieldsOf(intent.args);
  return projectTargets(intent, fields, (pointM) => projectPointToWorkspace(pointM, workspace, options));
}

/** One point, world frame, m. */
export function projectPointToWorkspace(point: Vec3, workspace: WorkspaceModel, options: WorkspaceProjectionOptions = {}): PointProjection {
  const clearanceM = nonNegativeNumber("clearanceM", options.clearanceM ?? 1e-6);
  if (!point.every(Number.isFinite)) return failed(point, 0, "the target is not finite");
  if (workspace.violates(point) === null) return { kind: "unchanged", pointM: point, displacementM: 0 };
  const bounds: BoxBounds = { min: workspace.boundsMinM, max: workspace.boundsMaxM };
  const start = clampInto(point, bounds);
  const search = new Search(point, workspace, bounds, clearanceM);
  const found = search.run(start);
  if (found === undefined)
    return failed(start, distance(point, start), `no free point was found near ${workspace.violates(start) ?? "it"}`);
  return withinDisplacement(point, found, options.maxDisplacementM);
}

/** A projection to `found`, unless that is farther than allowed. */
export function withinDisplacement(point: Vec3, found: Vec3, maxDisplacementM: number | undefined): PointProjection {
  const displacementM = distance(point, found);
  const pointM = Object.freeze(found);
  if (maxDisplacementM === undefined) return { kind: "projected", pointM, displacementM };
  const limitM = nonNegativeNumber("maxDisplacementM", maxDisplacementM);
  if (displacementM <= limitM) return { kind: "projected", pointM, displacementM };
  const [is, limit] = formatPair(displacementM, limitM);
  return failed(pointM, displacementM, `displacement ${is} m exceeds limit ${limit} m`);
}

class Search {
  readonly #original: Vec3;
  readonly #workspace: WorkspaceModel;
  readonly #obstacles: readonly Shape[];
  readonly #bounds: BoxBounds;
  readonly #clearanceM: number;

  constructor(original: Vec3, workspace: WorkspaceModel, bounds: BoxBounds, clearanceM: number) {
    this.#original = original;
    this.#workspace = workspace;
    this.#obstacles = workspace.obstacles;
    this.#bounds = bounds;
    this.#clearanceM = clearanceM;
  }

  run(start: Vec3): Vec3 | undefined {
    if (this.#passes(start)) return start;
    return this.#rounds(start, false) ?? this.#rounds(start, true) ?? this.#nearest(cornersOf(this.#bounds).filter((p) => this.#passes(p)));
  }

  #rounds(start: Vec3, further: boolean): Vec3 | undefined {
    const waiting: Vec3[] = [start];
    for (let round = 0; round < maxRounds; round++) {
      const from = this.#nearest(waiting);
      if (from === undefined) return undefined;
      waiting.splice(waiting.indexOf(from), 1);
      const shape = this.#obstacles.find((obstacle) => contains(obstacle, from));
      if (shape === undefined) continue;
      const first = candidatesFor(shape, from, this.#bounds, this.#clearanceM);
      const all = further ? [...first, ...furtherCandidates(shape, from, this.#bounds, this.#clearanceM)] : first;
      const found = this.#nearest(all.filter((candidate) => this.#passes(candidate)));
      if (found !== undefined) return found;
      waiting.push(...all.filter((candidate) => this.#inBounds(candidate)));
    }
    return undefined;
  }

  /** The nearest to the original; the first of equally near ones. */
  #nearest(points: readonly Vec3[]): Vec3 | undefined {
    let best: Vec3 | undefined;
    let leastM = Infinity;
    for (const point of points) {
      const awayM = distance(point, this.#original);
      if (!(awayM < leastM - (best === undefined ? 0 : tieM))) continue;
      leastM = awayM;
      best = point;
    }
    return best;
  }

  #passes(point: Vec3): boolean {
    return this.#workspace.violates(point) === null;
  }

  #inBounds(point: Vec3): boolean {
    const { min, max } = this.#bounds;
    return ([0, 1, 2] as const).every((axis) => point[axis] >= min[axis] && point[axis] <= max[axis]);
  }
}

/** Inclusive, so the bound itself is legal. */
function clampInto(p: Vec3, { min, max }: BoxBounds): Vec3 {
  const at = (axis: 0 | 1 | 2): number => Math.min(Math.max(p[axis], min[axis]), max[axis]);
  return [at(0), at(1), at(2)];
}

function failed(pointM: Vec3, displacementM: number, reason: string): PointProjection {
  return { kind: "failed", pointM, displacementM, reason };
}
