/**
 * Bounds, fixtures and zones of a workspace model, for the tip: the declared points, the straight lines between them, and the whole
 * planned path.
 * @module
 */
import { LastSeen } from "./last-seen.ts";
import type { Observation } from "../core/observation.ts";
import type { Vec3 } from "../core/vec3.ts";
import { inflate } from "../geometry/shapes.ts";
import { WorkspaceModel, workspaceSignedDistance } from "../geometry/workspace-model.ts";
import type { Plan } from "../intent/plan.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessGrounded } from "./measured.ts";
import { planFacts } from "./plan-facts.ts";
import { PLANNED_TIP_TOLERANCE_M, tipTrack, type TipTrack } from "./tip-track.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

export interface WorkspaceGateConfig {
  /** The world's own unless given. */
  readonly workspace?: WorkspaceModel;
}

/** What the outcome depends on, besides the plan, and the outcome. */
interface Judged {
  readonly workspace: WorkspaceModel;
  readonly robot: RobotModel;
  readonly observation: Observation | undefined;
  readonly outcome: Deny | undefined;
}

const id = "workspace";

export function workspaceGate(config: WorkspaceGateConfig = {}): Gate {
  const still = allow(id, "no target coords in intent");
  const passed = allow(id, "inside the workspace");
  /** A plan is walked once, however often it is asked about. */
  const judged = new LastSeen<Plan, Judged>();
  const violationOf = ({ plan, world }: Ask, workspace: WorkspaceModel): Deny | undefined => {
    const { robot } = world;
    // Where the tip is measured matters only to a straight line from there.
    const observation = plan.declared.straight ? world.observation : undefined;
    const before = judged.get(plan);
    if (before !== undefined && before.workspace === workspace && before.robot === robot && before.observation === observation)
      return before.outcome;
    const track = planFacts(plan).moves ? tipTrack(plan, robot) : undefined;
    const outcome =
      declaredViolation(plan, observation, workspace) ?? (track === undefined ? undefined : plannedViolation(workspace, track));
    judged.set(plan, { workspace, robot, observation, outcome });
    return outcome;
  };
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      const { plan, world } = ask;
      if (plan.declared.pointsInWorld.length === 0 && !planFacts(plan).moves) return still;
      return violationOf(ask, config.workspace ?? world.workspace) ?? unlessGrounded(id, ask) ?? passed;
    },
  });
}

function declaredViolation(plan: Plan, observation: Observation | undefined, workspace: WorkspaceModel): Deny | undefined {
  const { kind, pointsInWorld, straight } = plan.declared;
  let before = observation?.worldFromTip.position;
  for (let i = 0; i < pointsInWorld.length; i++) {
    const point = pointsInWorld[i]!;
    const which = kind === "waypoints" ? `waypoint ${i}: ` : "";
    for (let axis = 0; axis < 3; axis++)
      if (!Number.isFinite(point[axis])) return deny(id, "non_finite", `${which}target ${"xyz"[axis] ?? ""} is not a finite number`);
    const text = workspace.violates(point) ?? (before === undefined ? null : workspace.violatesSegment(before, point));
    if (text !== null) return deny(id, "workspace_violation", which + text, { pointM: [...point] });
    // Waypoints are visited in order whatever lies between them; single points only when the motion is declared straight.
    if (straight || kind === "waypoints") before = point;
  }
  return undefined;
}

function plannedViolation(workspace: WorkspaceModel, track: TipTrack): Deny | undefined {
  if (!track.known) return deny(id, "non_finite", "planned tip is not a finite number");
  const model = modelForPlans(workspace, track.chordErrorM);
  const first = firstOutside(model, track, 0, track.nPoints - 1);
  if (first === undefined) return undefined;
  const point = pointAt(track, first);
  const before = pointAt(track, Math.max(0, first - 1));
  // The reader knows the workspace as configured, not as widened for rounding.
  const text = whyOutside(workspace, before, point) ?? whyOutside(model, before, point) ?? "leaves the workspace";
  const reason = `planned tip ${text.replace(/^target /, "")}`;
  return deny(id, "workspace_violation", reason, { pointM: [...point], segment: track.segmentOfPoint[first]! });
}

/** The first point of the track, from `from` to `to`, that is not allowed or is not reached in an allowed way. */
function firstOutside(model: WorkspaceModel, track: TipTrack, from: number, to: number): number | undefined {
  if (to < from || ballIsClear(model, track, from, to)) return undefined;
  if (to - from <= 1) {
    if (from === 0 && model.violates(pointAt(track, 0)) !== null) return 0;
    return to > from && whyOutside(model, pointAt(track, from), pointAt(track, to)) !== null ? to : undefined;
  }
  const middle = Math.floor((from + to) / 2);
  return firstOutside(model, track, from, middle) ?? firstOutside(model, track, middle, to);
}

/** Whether the ball around these points, and so every chord between them, is inside the bounds and off every obstacle. */
function ballIsClear(model: WorkspaceModel, { pointsM }: TipTrack, from: number, to: number): boolean {
  const center: [number, number, number] = [0, 0, 0];
  let radiusSquared = 0;
  for (let axis = 0; axis < 3; axis++) {
    let low = Infinity;
    let high = -Infinity;
    for (let i = from; i <= to; i++) {
      const value = pointsM[3 * i + axis]!;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    center[axis] = (low + high) / 2;
    radiusSquared += ((high - low) / 2) * ((high - low) / 2);
  }
  return workspaceSignedDistance(center, model) > Math.sqrt(radiusSquared);
}

function whyOutside(model: WorkspaceModel, before: Vec3, point: Vec3): string | null {
  return model.violates(point) ?? model.violatesSegment(before, point);
}

function pointAt({ pointsM }: TipTrack, i: number): Vec3 {
  return [pointsM[3 * i]!, pointsM[3 * i + 1]!, pointsM[3 * i + 2]!];
}

const models = new WeakMap<WorkspaceModel, Map<number, WorkspaceModel>>();

/** The same workspace as a planned tip is judged by: bounds wider by what planning rounds, obstacles grown by what chords cut. */
function modelForPlans(workspace: WorkspaceModel, chordErrorM: number): WorkspaceModel {
  let known = models.get(workspace);
  if (known === undefined) models.set(workspace, (known = new Map()));
  let model = known.get(chordErrorM);
  if (model === undefined) {
    // What plans were judged by must not change under the answers that are kept.
    const { boundsMinM, boundsMaxM, obstacles } = Object.freeze(workspace);
    const grow = PLANNED_TIP_TOLERANCE_M;
    const low: Vec3 = [boundsMinM[0] - grow, boundsMinM[1] - grow, boundsMinM[2] - grow];
    const high: Vec3 = [boundsMaxM[0] + grow, boundsMaxM[1] + grow, boundsMaxM[2] + grow];
    model = new WorkspaceModel(low, high, chordErrorM === 0 ? obstacles : obstacles.map((shape) => inflate(shape, chordErrorM)));
    known.set(chordErrorM, model);
  }
  return model;
}
