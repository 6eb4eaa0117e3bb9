/**
 * Joint motions with something in the hand that stands on something, or will: it may touch that while the hand goes straight up from it
 * or straight down to it, and nothing else.
 * @module
 */
import { halfHeightM } from "../core/object-height.ts";
import { hypot2 } from "../core/elementary.ts";
import type { Pose } from "../core/pose.ts";
import type { Vec3 } from "../core/vec3.ts";
import { tipPose } from "../robot/kinematics.ts";
import { carriedBody, seenObject, supportsAt, topBeneath } from "./held-object.ts";
import { planJointsLeg } from "./motion-planner.ts";
import type { MotionSegment } from "./plan.ts";
import type { PlanDraft } from "./primitive.ts";
import type { WorldView } from "./world-view.ts";

/** Height over which a carried object may still touch what it stood on, m. */
export const unstickM = 0.05;
/** A hand that leaves the vertical by no more than this goes straight, m. */
const straightM = 1e-3;
/** What rests on something is measured this far inside it at the most, m. */
const settledM = 2e-3;

/** All joints straight to `toRad`, from where they are measured. */
export function planCarrying(
  world: WorldView,
  toRad: readonly number[],
  options: { readonly label: string; readonly minDurationMs: number },
): PlanDraft {
  const fromRad = world.observation.qRad;
  const contact = contactOf(world, toRad);
  const turn =
    contact === undefined ? [] : [{ atRad: fromRad.map((q, j) => q + contact.fraction * (toRad[j]! - q)), share: contact.fraction }];
  const stops = [...turn, { atRad: toRad, share: 1 }];
  const segments: MotionSegment[] = [];
  let before = { atRad: fromRad, share: 0 };
  for (const [i, stop] of stops.entries()) {
    const touches = contact !== undefined && (i === 0) === contact.first;
    const carrying = carriedBody(world, touches ? contact.supports : []);
    const leg = planJointsLeg(world, before.atRad, stop.atRad, {
      label: options.label,
      carrying,
      minDurationMs: options.minDurationMs * (stop.share - before.share),
    });
    if (!leg.ok) return { segments: [], failure: leg.failure };
    if (leg.value.segment.durationMs > 0) segments.push(leg.value.segment);
    before = stop;
  }
  return { segments };
}

interface Contact {
  readonly supports: readonly string[];
  /** Where along the motion the contact may end, or begin: 0 … 1. */
  readonly fraction: number;
  /** Up from a support; else down to one. */
  readonly first: boolean;
}

/** Undefined where nothing is held, the hand does not go straight up or down, or nothing stands close beneath. */
function contactOf(world: WorldView, toRad: readonly number[]): Contact | undefined {
  const holding = world.observation.gripper?.holding ?? null;
  const object = holding === null ? undefined : seenObject(world, holding);
  if (holding === null || object === undefined) return undefined;
  const riseM = verticalRiseM(world, toRad);
  if (riseM === undefined) return undefined;
  const [x, y, z] = object.worldFromObject.position;
  const topM = topBeneath(world, x, y);
  if (topM === undefined) return undefined;
  const gapM = z - halfHeightM(object.spec) - topM;
  const endGapM = gapM + riseM;
  if (!(Math.min(gapM, endGapM) >= -settledM && Math.min(gapM, endGapM) < unstickM)) return undefined;
  const fraction = Math.min(1, Math.max(0, (unstickM - gapM) / riseM));
  const base: Vec3 = [x, y, topM];
  return { supports: supportsAt(world, base, holding), fraction, first: riseM > 0 };
}

/** How far the hand rises on the way, m; undefined where it does anything but rise or sink steadily. */
function verticalRiseM(world: WorldView, toRad: readonly number[]): number | undefined {
  const { robot, observation } = world;
  const at = (share: number): Pose =>
    tipPose(
      robot,
      observation.qRad.map((q, j) => q + share * (toRad[j]! - q)),
    );
  const from = at(0);
  const riseM = at(1).position[2] - from.position[2];
  const isStraight = [0.25, 0.5, 0.75, 1].every((share) => {
    const [dx, dy, dz] = at(share).position.map((value, i) => value - from.position[i]!);
    return hypot2(dx!, dy!) <= straightM && Math.abs(dz! - share * riseM) <= straightM;
  });
  return isStraight && riseM !== 0 ? riseM : undefined;
}
