/**
 * A robot's body as capsules fixed to links, and the self-pairs that are checked.
 * @module
 */
import type { RobotModel } from "./robot-model.ts";

export interface CollisionModel {
  readonly robot: RobotModel;
  readonly nCapsules: number;
  /** Shape `[nCapsules]`. */
  readonly linkOfCapsule: Int32Array;
  /** Shape `[nCapsules, 7]`: ax ay az bx by bz radius, in the link frame, m. A sphere has a = b. */
  readonly capsulesInLink: Float64Array;
  /** Shape `[nPairs, 2]`: capsule indices checked against each other. */
  readonly selfPairs: Int32Array;
  /** Link pairs whose contact is allowed or impossible, by `linkPairKey`; `always`: they touch at every sampled pose; `reviewed`: a person listed them. */
  readonly allowedBecause: ReadonlyMap<string, "adjacent" | "default" | "srdf" | "never" | "same-link" | "always" | "reviewed">;
}

/** A body carried by the tip, as a capsule in the tip frame: it moves with the arm and is checked like a link. */
export interface AttachedBody {
  readonly name: string;
  /** ax ay az bx by bz radius, in the tip frame, m. */
  readonly capsuleInTip: readonly [number, number, number, number, number, number, number];
  /** What this body alone may touch, besides the tip: the support it is lifted off or set down on. */
  readonly mayTouch: readonly string[];
}

/** The same body where what the robot does to itself is not asked. */
export function withoutSelfPairs(collision: CollisionModel): CollisionModel {
  return { ...collision, selfPairs: new Int32Array(0) };
}
