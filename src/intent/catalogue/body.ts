/**
 * A body that drives, walks or flies: joints that carry it through the world, with the robot's base behind them.
 * @module
 */
import { hypot3 } from "../../core/elementary.ts";
import { cos, sin } from "../../core/trigonometry.ts";
import { JointPath } from "../../robot/joint-path.ts";
import { tipPose } from "../../robot/kinematics.ts";
import { carriedBody } from "../held-object.ts";
import { planJointsLeg, planPathLeg, type Leg, type Planned } from "../motion-planner.ts";
import type { DeclaredMotion, Segment } from "../plan.ts";
import type { PlanDraft, Report, Seen } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";

/** Names of joints: x, y and z slide along the world's axes, the heading turns about its vertical, 0 along x. */
export interface BodyJoints {
  readonly x: string;
  readonly y: string;
  readonly z?: string | undefined;
  readonly heading: string;
}

export type BodyAxis = keyof BodyJoints;

/** m and rad, world frame; what is absent stays as it is. */
export interface BodyGoal {
  readonly x?: number;
  readonly y?: number;
  readonly z?: number;
  readonly heading?: number;
}

export const bodyToleranceM = 0.02;
export const headingToleranceRad = 0.03;

/** An arc is followed in chords that turn by no more than this, rad: they leave it by less than a sixteenth of their length. */
const arcPieceRad = 0.5;

/** The angle nearest to `nearRad` that points the same way as `angleRad`. */
export function nearestTurn(angleRad: number, nearRad: number): number {
  return angleRad - 2 * Math.PI * Math.round((angleRad - nearRad) / (2 * Math.PI));
}

export class Body {
  readonly joints: BodyJoints;

  constructor(joints: BodyJoints) {
    this.joints = joints;
  }

  /** m or rad; NaN for an axis that the body does not have. */
  read(world: WorldView, qRad: ArrayLike<number>, axis: BodyAxis): number {
    return qRad[this.#joint(world, axis)] ?? Number.NaN;
  }

  /** The joints with the body at its goal, the other joints as they are; a heading by the shorter way. Shape `[nJoints]`. */
  at(world: WorldView, qRad: ArrayLike<number>, goal: BodyGoal): number[] {
    const moved = Array.from(qRad);
    for (const axis of ["x", "y", "z"] as const) {
      const value = goal[axis];
      if (value !== undefined) moved[this.#joint(world, axis)] = value;
    }
    if (goal.heading !== undefined) moved[this.#joint(world, "heading")] = nearestTurn(goal.heading, this.read(world, qRad, "heading"));
    return moved;
  }

  /** The joints with the body turned by so much, however often that goes round. Shape `[nJoints]`. */
  turned(world: WorldView, qRad: ArrayLike<number>, byRad: number): number[] {
    const moved = Array.from(qRad);
    moved[this.#joint(world, "heading")]! += byRad;
    return moved;
  }

  /** As a twist carries it for a while, m/s and rad/s: along an arc, from rest to rest. */
  planArc(world: WorldView, forwardMps: number, turnRadPerS: number, seconds: number): Planned<Leg> {
    const fromRad = world.observation.qRad;
    const pieces = Math.max(1, Math.ceil((Math.abs(turnRadPerS) * seconds) / arcPieceRad));
    const pieceS = seconds / pieces;
    const heading = this.read(world, fromRad, "heading");
    const row = Array.from(fromRad);
    const rows = [...row];
    for (let piece = 0; piece < pieces; piece++) {
      const middleRad = heading + turnRadPerS * pieceS * (piece + 0.5);
      row[this.#joint(world, "x")]! += forwardMps * pieceS * cos(middleRad);
      row[this.#joint(world, "y")]! += forwardMps * pieceS * sin(middleRad);
      row[this.#joint(world, "heading")] = heading + turnRadPerS * pieceS * (piece + 1);
      rows.push(...row);
    }
    const options = { label: "drive", minDurationMs: seconds * 1000, carrying: carriedBody(world) };
    return planPathLeg(world, new JointPath(fromRad.length, rows), options);
  }

  /** Where the tip will be once the body is at its goal: what fences judge. */
  declares(world: WorldView, kind: DeclaredMotion["kind"], goal: BodyGoal): DeclaredMotion {
    const { position } = tipPose(world.robot, this.at(world, world.observation.qRad, goal));
    return Object.freeze({ kind, pointsInWorld: Object.freeze([position]), straight: false });
  }

  /** What was measured, held against where the body should be. */
  report(goal: BodyGoal, { after, world }: Seen, done: string): Report {
    const off = (axis: BodyAxis): number => {
      const wanted = goal[axis];
      return wanted === undefined ? 0 : this.read(world, after.qRad, axis) - wanted;
    };
    const errorM = hypot3(off("x"), off("y"), off("z"));
    const errorRad = Math.abs(nearestTurn(off("heading"), 0));
    const observation = { ...this.pose(world, after.qRad), error_m: errorM, error_rad: errorRad };
    if (!(errorM <= bodyToleranceM && errorRad <= headingToleranceRad))
      return { ok: false, observation, message: `stopped ${errorM.toFixed(3)} m and ${errorRad.toFixed(3)} rad from the target` };
    return { ok: true, observation, message: done };
  }

  pose(world: WorldView, qRad: ArrayLike<number>): { readonly x: number; readonly y: number; readonly theta: number; readonly z?: number } {
    const pose = { x: this.read(world, qRad, "x"), y: this.read(world, qRad, "y"), theta: this.read(world, qRad, "heading") };
    return this.joints.z === undefined ? pose : { ...pose, z: this.read(world, qRad, "z") };
  }

  #joint(world: WorldView, axis: BodyAxis): number {
    return world.robot.jointNames.indexOf(this.joints[axis] ?? "");
  }
}

/** From one configuration to the next, at rest at each, with what is held; those that change nothing are left out. */
export function planThrough(world: WorldView, stops: readonly (readonly [label: string, toRad: ArrayLike<number>])[]): PlanDraft {
  const segments: Segment[] = [];
  const carrying = carriedBody(world);
  let fromRad: ArrayLike<number> = world.observation.qRad;
  for (const [label, toRad] of stops) {
    if (Array.from(toRad).every((q, j) => q === fromRad[j])) continue;
    const leg = planJointsLeg(world, fromRad, toRad, { label, carrying });
    if (!leg.ok) return { segments: [], failure: leg.failure };
    segments.push(leg.value.segment);
    fromRad = toRad;
  }
  return { segments };
}
