/**
 * What a planar arm keeps clear of: its tip with a margin, and, where the links have a body, every link, in a posture and on the way.
 * @module
 */
import { sinCosInto } from "../core/elementary.ts";
import { ClearanceError } from "../core/errors.ts";
import type { Vec3 } from "../core/vec3.ts";
import { proveClear } from "../geometry/advancement.ts";
import { segmentSegmentDistance } from "../geometry/capsule-distance.ts";
import { flattenShapes, SHAPE_STRIDE, segmentToShapeDistance, type FlatShapes } from "../geometry/flat-shape.ts";
import { capsule, type Capsule, type Shape } from "../geometry/shapes.ts";
import type { JointChain } from "./joint-chain.ts";
import type { ArmAnswer } from "./kinematic-model.ts";
import { touchesAny } from "./tip-obstacles.ts";

/** Evaluations of the whole arm after which a sweep is given up as undecided, where the margin does not ask for more. */
const leastEvaluations = 4_096;
const mostEvaluations = 262_144;

export interface PlanarArmBody {
  readonly marginM: number;
  /** 0: the links have no body. */
  readonly linkRadiusM: number;
  /** Tip radius and margin together. */
  readonly tipClearanceM: number;
  /** Frozen. */
  readonly own: readonly Shape[];
}

/** A contact is one at distance <= margin, equality included; a distance that is not a number is one too. */
export class PlanarArmClearance {
  readonly #chain: JointChain;
  readonly #body: PlanarArmBody;
  /** Shape `[nJoints + 1, 3]`: base, elbows, tip; a link's segment is six numbers in a row of it. */
  readonly #points: Float64Array;
  readonly #pair = new Float64Array(2);
  readonly #qRad: Float64Array;
  /** The obstacles of the last check, flattened: the same ones come again and again. */
  #listed: readonly Shape[] | undefined;
  #obstacles: readonly Shape[] = [];
  #flat: FlatShapes = flattenShapes([]);
  #nearLink = 0;
  /** Index into the obstacles, or -1 - link for one of the arm's own links. */
  #nearAgainst = 0;

  constructor(chain: JointChain, body: PlanarArmBody) {
    this.#chain = chain;
    this.#body = body;
    this.#points = new Float64Array(3 * (chain.jointCount + 1));
    this.#qRad = new Float64Array(chain.jointCount);
  }

  tipTouches(point: Vec3, some: readonly Shape[], others: readonly Shape[]): boolean {
    const { tipClearanceM, own } = this.#body;
    return touchesAny(point, some, tipClearanceM) || touchesAny(point, others, tipClearanceM) || touchesAny(point, own, tipClearanceM);
  }

  /** One a link, margin included; none where the links have no body. */
  linkCapsules(anglesRad: ArrayLike<number>): readonly Capsule[] {
    const { linkRadiusM, marginM } = this.#body;
    if (linkRadiusM === 0) return [];
    this.#place(anglesRad);
    return this.#chain.linkLengthsM.map((_, link) =>
      capsule(this.#pointAt(link), this.#pointAt(link + 1), linkRadiusM + marginM, { label: linkName(link) }),
    );
  }

  /** The posture, or the whole joint-space line to it where a start is given. */
  check(anglesRad: ArrayLike<number>, obstacles: readonly Shape[], startRad: ArrayLike<number> | undefined): ArmAnswer {
    const { linkRadiusM, marginM } = this.#body;
    if (linkRadiusM === 0) return { kind: "clear", nearestM: Infinity };
    this.#list(obstacles);
    const fromRad = startRad ?? anglesRad;
    const motionBoundM = this.#motionBound(fromRad, anglesRad);
    const distanceAt = (s: number): number => this.#distanceAt(fromRad, anglesRad, s);
    const wanted = marginM > 0 ? Math.ceil((2 * motionBoundM) / marginM) + 2 : 0;
    const maxEvaluations = Math.min(Math.max(wanted, leastEvaluations), mostEvaluations);
    const { clear, proved, nearestM, atFraction } = proveClear({ distanceAt, motionBoundM, marginM, maxEvaluations });
    if (clear) return { kind: "clear", nearestM };
    this.#distanceAt(fromRad, anglesRad, atFraction);
    const kind = proved ? "collides" : "undecided";
    const against =
      this.#nearAgainst < 0 ? linkName(-1 - this.#nearAgainst) : nameOf(this.#obstacles[this.#nearAgainst], this.#nearAgainst);
    return { kind, link: linkName(this.#nearLink), against, atFraction: startRad === undefined ? 1 : atFraction, nearestM };
  }

  #list(obstacles: readonly Shape[]): void {
    // Only a frozen list is sure to be the same the next time.
    if (this.#listed === obstacles && Object.isFrozen(obstacles)) return;
    this.#obstacles = [...this.#body.own, ...obstacles];
    this.#flat = flattenShapes(this.#obstacles);
    this.#listed = obstacles;
  }

  /** How far any point of the arm can move on the way: each joint turns what lies beyond it, m. */
  #motionBound(fromRad: ArrayLike<number>, toRad: ArrayLike<number>): number {
    const { linkLengthsM } = this.#chain;
    let leverM = 0;
    let boundM = 0;
    for (let joint = linkLengthsM.length - 1; joint >= 0; joint--) {
      leverM += linkLengthsM[joint]!;
      boundM += Math.abs(toRad[joint]! - fromRad[joint]!) * leverM;
    }
    return boundM;
  }

  /** Least distance of the links, without margin, at fraction s of the way; remembers whose it was. */
  #distanceAt(fromRad: ArrayLike<number>, toRad: ArrayLike<number>, s: number): number {
    const q = this.#qRad;
    for (let joint = 0; joint < q.length; joint++) {
      const to = toRad[joint]!;
      q[joint] = s === 1 ? to : fromRad[joint]! + s * (to - fromRad[joint]!);
    }
    this.#place(q);
    const { linkRadiusM } = this.#body;
    let nearestM = Infinity;
    for (let link = 0; link < q.length; link++) {
      nearestM = this.#linkDistance(link, nearestM);
      if (Number.isNaN(nearestM)) return nearestM;
      for (let other = link + 2; other < q.length; other++) {
        const apartM = segmentSegmentDistance(this.#points, 3 * link, this.#points, 3 * other) - 2 * linkRadiusM;
        if (apartM >= nearestM) continue;
        nearestM = apartM;
        this.#nearLink = link;
        this.#nearAgainst = -1 - other;
        if (Number.isNaN(apartM)) return apartM;
      }
    }
    return nearestM;
  }

  /** Least distance of the link from an obstacle, `nearestM` at most; remembers which it was. NaN if any is. */
  #linkDistance(link: number, nearestM: number): number {
    const { count, kinds, params } = this.#flat;
    const { linkRadiusM } = this.#body;
    let leastM = nearestM;
    for (let i = 0; i < count; i++) {
      const awayM = segmentToShapeDistance(kinds[i]!, params, i * SHAPE_STRIDE, this.#points, 3 * link) - linkRadiusM;
      if (awayM >= leastM) continue;
      leastM = awayM;
      this.#nearLink = link;
      this.#nearAgainst = i;
      if (Number.isNaN(awayM)) break;
    }
    return leastM;
  }

  #place(anglesRad: ArrayLike<number>): void {
    const { base, linkLengthsM } = this.#chain;
    const points = this.#points;
    points[0] = base[0];
    points[1] = base[1];
    points[2] = base[2];
    let angle = 0;
    for (let link = 0; link < linkLengthsM.length; link++) {
      angle += anglesRad[link]!;
      sinCosInto(angle, this.#pair, 0);
      points[3 * link + 3] = points[3 * link]! + linkLengthsM[link]! * this.#pair[1]!;
      points[3 * link + 4] = points[3 * link + 1]! + linkLengthsM[link]! * this.#pair[0]!;
      points[3 * link + 5] = base[2];
    }
  }

  #pointAt(index: number): Vec3 {
    return [this.#points[3 * index]!, this.#points[3 * index + 1]!, this.#points[3 * index + 2]!];
  }
}

function linkName(link: number): string {
  return `link ${link + 1}`;
}

function nameOf(shape: Shape | undefined, index: number): string {
  if (shape === undefined)
    throw new ClearanceError("shape.mismatch", "the nearest obstacle is not in the list", { what: "obstacles", expected: 0, got: index });
  return shape.label === "" ? `${shape.kind} ${index + 1}` : shape.label;
}
