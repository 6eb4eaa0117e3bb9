/**
 * What grounding asks of a robot's kinematics: where the tip would be, whether a point can be reached, whether something is in the
 * way. A model that cannot say so says it; "unsupported" is never a pass.
 * @module
 */
import type { Vec3 } from "../core/vec3.ts";
import type { AxisAlignedBox, Capsule, Shape, Sphere } from "../geometry/shapes.ts";
import type { JointLimit } from "./joint-chain.ts";

export interface Unsupported {
  readonly kind: "unsupported";
  readonly why: string;
}

export interface TipPosition {
  readonly kind: "position";
  readonly positionInWorld: Vec3;
}
export type ForwardAnswer = TipPosition | Unsupported;

/** Planar arms: the first four. Robot descriptions: as their inverse kinematics proves it. */
export type UnreachableProof = "out-of-plane" | "beyond-reach" | "inside-hole" | "joint-limits" | "beyond-travel" | "fixed-orientation";

export type InverseAnswer =
  /** `residualM`: distance between the target and where `forward` puts the tip. */
  | { readonly kind: "solution"; readonly anglesRad: readonly number[]; readonly residualM: number }
  | { readonly kind: "unreachable"; readonly proof: UnreachableProof }
  | { readonly kind: "unknown"; readonly why: string };

export type CollisionAnswer = "free" | "collides" | "unsupported";

/** The whole arm in one posture, and on the way there where a start was given. */
export type ArmAnswer =
  | { readonly kind: "clear"; readonly nearestM: number }
  /** `atFraction` of the joint-space line from the start, 1 at the goal. */
  | { readonly kind: "collides"; readonly link: string; readonly against: string; readonly atFraction: number; readonly nearestM: number }
  /** The search for a proof ran out: neither clear nor a contact found. */
  | { readonly kind: "undecided"; readonly link: string; readonly against: string; readonly atFraction: number; readonly nearestM: number }
  | Unsupported;

/** Angles in rad, shape `[nJoints]`; points in the world frame, m. */
export interface KinematicModel {
  /** @throws where the number of angles is wrong. */
  forward(anglesRad: ArrayLike<number>): ForwardAnswer;
  inverse(target: Vec3): InverseAnswer;
  /** The tip at `point` against the given obstacles and the model's own, touching included, the model's margin around the tip. */
  collidesWith(point: Vec3, boxes: readonly AxisAlignedBox[], spheres: readonly Sphere[]): CollisionAnswer;
  /** The same for capsules. A model without it cannot judge capsules. */
  collidesWithCapsules?(point: Vec3, capsules: readonly Capsule[]): CollisionAnswer;
  /** One capsule a link, margin included, from the base outwards; empty where the links have no body. */
  linkCapsules?(anglesRad: ArrayLike<number>): readonly Capsule[];
  /** Whether the whole arm keeps clear of the obstacles, the model's own and itself. A model without it has no body to check. */
  checkArm?(anglesRad: ArrayLike<number>, obstacles: readonly Shape[], startRad?: ArrayLike<number>): ArmAnswer;

  /** Absent where the model does not say; then a joint vector cannot be judged. */
  readonly jointCount?: number;
  readonly jointLimitsRad?: readonly (JointLimit | undefined)[];
  /** Obstacles that the model knows by itself and adds to every collision check. */
  readonly extraObstacles?: readonly Shape[];
  /** Kept free around the tip: its radius and the margin, m. 0 where absent. */
  readonly tipClearanceM?: number;
}
