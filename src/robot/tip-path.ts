/**
 * Straight motions as joint paths: straight for the joints, or straight for the tip.
 *
 * The tip follows a straight line when enough points of it are solved, each from the one before. Between two of them the joints go
 * straight and the tip bulges; how far is bounded, not hoped for:
 *
 *     deviation <= largest at k equally spaced samples + A / (8 k²)
 *
 * A bounds |d² tip / ds²| on the segment (see approach-table.ts), and a curve with that acceleration stays within A h² / 8 of its
 * chord over an interval h. Where the bulge is too large a point is solved between. A change of posture never gets small that way,
 * which is how it is told from a line that merely bends.
 * @module
 */
import { atan2, hypot3 } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";
import {
  quatConjugate,
  quatFromAxisAngle,
  quatFromMatrix,
  quatMultiply,
  rotationAngleBetween,
  type Pose,
  type QuatWxyz,
} from "../core/pose.ts";
import type { Random } from "../core/random.ts";
import { distance, lerp, type Vec3 } from "../core/vec3.ts";
import type { IkResult, IkSolver } from "./inverse-kinematics.ts";
import { JointPath } from "./joint-path.ts";
import { tipPose } from "./kinematics.ts";
import type { RobotModel } from "./robot-model.ts";
import { TipBulge } from "./tip-bulge.ts";

export interface TipPathOptions {
  /** Largest spacing of solved points along the line, m. */
  readonly stepM: number;
  /** Largest turn between solved points, rad; 0.1 unless given. */
  readonly stepRad?: number;
  /** How far the tip may be from the line between solved points, m; 0.001 unless given. */
  readonly maxDeviationM?: number;
  readonly random: Random;
}

export type TipPathResult =
  | {
      readonly kind: "path";
      readonly path: JointPath;
      /** Proved: the tip stays this near to the straight line everywhere, m; at most `maxDeviationM`. */
      readonly deviationM: number;
    }
  | {
      readonly kind: "failed";
      /** Part of the line that can be followed, [0, 1). */
      readonly atFraction: number;
      /** A solution here means that the next point can be reached, but only in another posture. */
      readonly result: IkResult;
    };

/** Halvings between two of the evenly spaced points before a change of posture is concluded. */
const maxHalvings = 6;
/** The tip's orientation between solved points, rad, measured at the samples. */
const maxTwistRad = 0.05;
/** Points are solved finer than a single target: their errors add to the deviation. */
const positionToleranceM = 2e-5;
const orientationToleranceRad = 2e-4;

/** Solved points on one line; more is a mistake in the spacing. */
const maxPoints = 100_000;

/** One straight line in joint space. */
export function straightJointPath(fromRad: ArrayLike<number>, toRad: ArrayLike<number>): JointPath {
  if (fromRad.length !== toRad.length) {
    const data = { what: "toRad", expected: fromRad.length, got: toRad.length };
    throw new ClearanceError("shape.mismatch", `toRad has ${data.got} joints, fromRad has ${data.expected}`, data);
  }
  const n = fromRad.length;
  const rows = new Float64Array(n * 2);
  for (let j = 0; j < n; j++) {
    rows[j] = fromRad[j]!;
    rows[n + j] = toRad[j]!;
  }
  return new JointPath(n, rows);
}

/**
 * The tip goes from where it is at `fromRad` straight to `target`, turning evenly (slerp). The first waypoint is `fromRad` itself.
 * @throws ClearanceError for spacings that make no sense and a `fromRad` that is not finite.
 */
export function straightTipPath(
  model: RobotModel,
  ik: IkSolver,
  fromRad: ArrayLike<number>,
  target: Pose,
  options: TipPathOptions,
): TipPathResult {
  const line = new TipLine(model, ik, fromRad, target, options);
  const points = line.pointsNeeded();
  for (let k = 1; k <= points; k++) {
    const failure = line.advance((k - 1) / points, k / points, 0);
    if (failure !== undefined) return failure;
  }
  return line.done();
}

class TipLine {
  readonly #model: RobotModel;
  readonly #ik: IkSolver;
  readonly #options: Required<TipPathOptions>;
  readonly #start: Pose;
  readonly #target: Pose;
  readonly #lengthM: number;
  /** Unit, or zero where the tip only turns. */
  readonly #along: Vec3;
  readonly #turnAxis: Vec3;
  readonly #turnRad: number;
  readonly #bulge: TipBulge;
  readonly #rows: number[];
  #at: ArrayLike<number>;
  #deviationM = 0;

  constructor(model: RobotModel, ik: IkSolver, fromRad: ArrayLike<number>, target: Pose, options: TipPathOptions) {
    this.#model = model;
    this.#ik = ik;
    this.#options = { stepRad: 0.1, maxDeviationM: 1e-3, ...options };
    requirePositive("stepM", this.#options.stepM);
    requirePositive("stepRad", this.#options.stepRad);
    requirePositive("maxDeviationM", this.#options.maxDeviationM);
    this.#start = tipPose(model, fromRad);
    this.#target = target;
    const [a, b] = [this.#start.position, target.position];
    this.#lengthM = distance(a, b);
    const by = this.#lengthM > 0 ? 1 / this.#lengthM : 0;
    this.#along = [(b[0] - a[0]) * by, (b[1] - a[1]) * by, (b[2] - a[2]) * by];
    const [w, x, y, z] = quatMultiply(quatConjugate(this.#start.orientation), target.orientation);
    const sine = hypot3(x, y, z);
    const sign = w < 0 ? -1 : 1;
    this.#turnRad = 2 * atan2(sine, Math.abs(w));
    this.#turnAxis = sine > 0 ? [sign * x, sign * y, sign * z] : [0, 0, 1];
    this.#bulge = new TipBulge(model);
    this.#rows = Array.from(fromRad);
    this.#at = fromRad;
  }

  pointsNeeded(): number {
    const points = Math.max(1, Math.ceil(this.#lengthM / this.#options.stepM), Math.ceil(this.#turnRad / this.#options.stepRad));
    if (points <= maxPoints) return points;
    const problem = `would need ${points} points on a line of ${this.#lengthM} m; at most ${maxPoints} are solved`;
    throw new ClearanceError("value.invalid", `stepM ${problem}`, { field: "stepM", problem });
  }

  /** From the waypoint at `fromPart` of the line to `toPart`, with waypoints between as they are needed. */
  advance(fromPart: number, toPart: number, halvings: number): TipPathResult | undefined {
    const result = this.#solve(toPart, 0);
    if (result.kind === "solution" && this.#follows(result.qRad, fromPart, toPart)) {
      for (const q of result.qRad) this.#rows.push(q);
      this.#at = result.qRad;
      return undefined;
    }
    if (halvings < maxHalvings) {
      const middle = (fromPart + toPart) / 2;
      return this.advance(fromPart, middle, halvings + 1) ?? this.advance(middle, toPart, halvings + 1);
    }
    // From elsewhere there may be a solution: then the line asks for another posture.
    const elsewhere = result.kind === "solution" ? result : this.#solve(toPart, 8);
    return { kind: "failed", atFraction: fromPart, result: elsewhere };
  }

  done(): TipPathResult {
    return { kind: "path", path: new JointPath(this.#model.nJoints, this.#rows), deviationM: this.#deviationM };
  }

  #solve(part: number, restarts: number): IkResult {
    const positionM = part < 1 ? lerp(this.#start.position, this.#target.position, part) : this.#target.position;
    const target = { positionM, orientation: this.#orientationAt(part) };
    const { random } = this.#options;
    return this.#ik.solve(target, { seedRad: this.#at, restarts, random, positionToleranceM, orientationToleranceRad });
  }

  #orientationAt(part: number): QuatWxyz {
    if (!(part < 1)) return this.#target.orientation;
    return quatMultiply(this.#start.orientation, quatFromAxisAngle(this.#turnAxis, this.#turnRad * part));
  }

  /** Whether the tip keeps to the line on the way to `toRad`. */
  #follows(toRad: Float64Array, fromPart: number, toPart: number): boolean {
    const deviationM = this.#bulge.measure(this.#at, toRad, this.#start.position, this.#along);
    if (!(deviationM <= this.#options.maxDeviationM)) return false;
    const samples = this.#bulge.tips.length / 12;
    for (let i = 0; i < samples; i++) {
      const part = fromPart + ((i + 1) / (samples + 1)) * (toPart - fromPart);
      const turned = quatFromMatrix(this.#bulge.tips, i * 12, 4);
      if (!(rotationAngleBetween(turned, this.#orientationAt(part)) <= maxTwistRad)) return false;
    }
    this.#deviationM = Math.max(this.#deviationM, deviationM);
    return true;
  }
}

function requirePositive(field: string, value: number): void {
  if (value > 0 && value < Infinity) return;
  const problem = `must be a finite number above 0, got ${value}`;
  throw new ClearanceError("value.invalid", `${field} ${problem}`, { field, problem });
}
