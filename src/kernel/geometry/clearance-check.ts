/**
 * What the checks have in common. A check has items, such as a pair of capsules, or a capsule against the whole world. Each has a
 * distance at a configuration and a margin that it has to exceed, and its distance changes in a step by no more than its travel M:
 *
 *     distance anywhere on the step  >=  (d(start) + d(end) - M) / 2                                 (safety-geometry.md §4)
 *
 * since d falls from either end by at most M times the part of the step that was made. A distance beyond what can matter is not
 * looked for: above max(margin, nearest so far) + M it can neither be the nearest, nor keep a step from being proven, and counts as
 * Infinity. This does not depend on how the distance was found, so that looking at everything gives the same verdicts bit by bit.
 * @module
 */
import { NOBODY } from "./finding.ts";
import type { Motion } from "./motion.ts";

/** What the rounding of sums may take away from a bound. */
const roundingM = 1e-9;

export abstract class ClearanceCheck {
  readonly kind: number;
  /** What a hit is called: a code of codes.ts. */
  readonly code: number;
  readonly count: number;
  /** Shape `[count]`: what the distance has to exceed, m, before growth. */
  readonly margins: Float64Array;
  /** Added to every margin at the configuration at hand, m; shape `[1]`. */
  readonly grown = new Float64Array(1);
  /** Shape `[1]` each: how far to look, m, and what was found: the distance, or Infinity beyond. */
  protected readonly cap = new Float64Array(1);
  protected readonly found = new Float64Array(1);
  /** What the distance found belongs to, as `GeometryFinding.other` and `kind`. */
  foundOther = NOBODY;
  foundKind: number;

  /** The nearest of this judgement, m; Infinity before. */
  readonly nearest = Float64Array.of(Infinity);
  nearestItem = NOBODY;
  nearestOther = NOBODY;
  nearestKind: number;
  nearestConfig = 0;
  readonly nearestFraction = new Float64Array(1);
  /** The nearest of those at or below their margin in the configuration measured last; item -1 for none. */
  readonly hit = new Float64Array(1);
  hitItem = NOBODY;
  hitOther = NOBODY;
  hitKind: number;
  /** The least bound proven for a step or a whole way, m. */
  readonly bound = Float64Array.of(Infinity);
  /** What `lookAtFirst` found near enough to matter: items, in order, and their distances there, m; shape `[nearCount]`. */
  readonly near: Int32Array;
  readonly atFirst: Float64Array;
  nearCount = 0;

  protected readonly motion: Motion;
  protected readonly exhaustive: boolean;
  /** Shape `[maxRows + 1, count]`: distances by configuration. */
  readonly #distances: Float64Array;
  /** Shape `[maxRows + 2]`: 1 for steps with an item that the distances at the ends do not prove. */
  readonly #open: Uint8Array;
  #openEnd = 0;
  /** The nearest of the last configuration, and what it measured at the beginning of this one; shape `[1]`. */
  #leastItem = NOBODY;
  readonly #least = Float64Array.of(Infinity);
  readonly #seeded = Float64Array.of(Infinity);

  constructor(kind: number, code: number, margins: Float64Array, motion: Motion, exhaustive: boolean) {
    this.kind = kind;
    this.foundKind = kind;
    this.nearestKind = kind;
    this.hitKind = kind;
    this.code = code;
    this.count = margins.length;
    this.margins = margins;
    this.motion = motion;
    this.exhaustive = exhaustive;
    this.#distances = new Float64Array((motion.maxRows + 1) * this.count);
    this.#open = new Uint8Array(motion.maxRows + 2);
    this.near = new Int32Array(this.count);
    this.atFirst = new Float64Array(this.count);
  }

  /** The body that an item belongs to. */
  abstract bodyOf(item: number): number;
  /** The other side of the item, as `GeometryFinding.other`, where it is known without measuring. */
  otherOf(_item: number): number {
    return NOBODY;
  }
  /** M of the item in a step, m. */
  abstract travelIn(item: number, step: number): number;
  /** M of the item on the way from one configuration to a later one, over all rows between, m. */
  abstract travelBetween(item: number, from: number, to: number): number;
  /** Leaves in `found` the distance of the item as placed if it is at most `cap`, else Infinity; and what it belongs to. */
  protected abstract look(item: number): void;

  begin(): void {
    this.nearest[0] = Infinity;
    this.nearestItem = NOBODY;
    this.nearestOther = NOBODY;
    this.nearestKind = this.kind;
    this.hitItem = NOBODY;
    this.bound[0] = Infinity;
    this.#open.fill(0, 0, this.#openEnd);
    this.#openEnd = 0;
  }

  /** Looks at every item in the configuration that is placed. False where one is at or below its margin; the nearest is in `hit`. */
  measure(): boolean {
    this.hitItem = NOBODY;
    this.seed();
    for (let item = 0; item < this.count; item++) {
      this.capFor(item);
      this.look(item);
      this.settle(item);
    }
    return this.hitItem === NOBODY;
  }

  /**
   * Looks at every item where the motion begins. False where one is at or below its margin; the nearest of these is in `hit`. In
   * `near` is what may still come to its margin, or become the nearest, on the whole way.
   */
  lookAtFirst(): boolean {
    this.hitItem = NOBODY;
    this.nearCount = 0;
    this.seed();
    const { nSteps } = this.motion;
    for (let item = 0; item < this.count; item++) {
      const travel = nSteps === 0 ? 0 : this.travelBetween(item, 0, nSteps);
      this.cap[0] = this.nearestLimit(this.#margin(item)) + travel + roundingM;
      this.look(item);
      if (this.found[0] !== Infinity) this.takeFirst(item);
    }
    return this.hitItem === NOBODY;
  }

  protected takeFirst(item: number): void {
    const distance = this.found[0]!;
    this.near[this.nearCount] = item;
    this.atFirst[this.nearCount] = distance;
    this.nearCount += 1;
    this.#beLeast(item, distance);
    this.#see(item, distance, 1);
    if (!(distance > this.margins[item]!)) this.#beHit(item, distance);
  }

  /** A distance at the end of a way at least as large as this proves all of it, m. */
  enoughAfter(item: number, atStart: number, travelM: number): number {
    return 2 * this.#margin(item) - atStart + travelM + 4 * roundingM;
  }

  /** The distance of one item at the row that is placed, m; where it is above both the nearest and `enough[0]`, a bound of it. */
  measureNear(item: number, enough: Float64Array): number {
    const limit = this.nearestLimit(this.#margin(item));
    const cap = limit > enough[0]! ? limit : enough[0]!;
    this.cap[0] = cap;
    this.look(item);
    if (this.found[0] === Infinity) return cap;
    this.#see(item, this.found[0]!, 1);
    return this.found[0]!;
  }

  /** Whether the distances at both ends of a way prove all of it. Takes in the bound. */
  provesWay(item: number, atStart: number, atEnd: number, travelM: number): boolean {
    const bound = (atStart + atEnd - travelM) / 2;
    if (!(bound - roundingM > this.#margin(item))) return false;
    if (bound < this.bound[0]!) this.bound[0] = bound;
    return true;
  }

  /**
   * What was nearest in the last configuration is probably near again: its distance now bounds what the others need be looked for.
   * It is not taken in before its turn, so that this changes nothing but the time it takes.
   */
  protected seed(): void {
    this.#seeded[0] = Infinity;
    const item = this.#leastItem;
    this.#leastItem = NOBODY;
    this.#least[0] = Infinity;
    if (item === NOBODY || this.exhaustive) return;
    this.cap[0] = this.nearestLimit(this.#margin(item));
    this.lookForSeed(item);
    this.#seeded[0] = this.found[0]!;
  }

  /** Leaves in `found` a distance that the item has, or more; Infinity where none is known. */
  protected lookForSeed(item: number): void {
    this.look(item);
  }

  isOpen(step: number): boolean {
    return this.#open[step] === 1;
  }

  distanceAt(config: number, item: number): number {
    return this.#distances[config * this.count + item]!;
  }

  /** Looks at one item as placed on the way, at a part of the step only: `ahead[0]` bounds how much it can change there. */
  measureOne(item: number, ahead: Float64Array, fraction: Float64Array): number {
    this.cap[0] = this.#margin(item) + ahead[0]! + roundingM;
    this.look(item);
    const distance = this.found[0]!;
    this.#see(item, distance, fraction[0]!);
    return distance;
  }

  /** True where the distance is above the margin at this configuration; NaN is not. */
  above(item: number, distance: number): boolean {
    return distance > this.#margin(item);
  }

  /** Whether the distances at the two ends of `part` of a step prove the item on it. */
  proves(item: number, atStart: number, atEnd: number, travelM: number, part: number): boolean {
    return this.boundOf(item, atStart, atEnd, travelM, part) > this.#margin(item);
  }

  /** Lower bound of the distance on `part` of a step, over all of which the item travels `travelM`. */
  protected boundOf(_item: number, atStart: number, atEnd: number, travelM: number, part: number): number {
    return (atStart + atEnd - travelM * part) / 2;
  }

  /** What proves that nothing that travels `travelM` from here touches: one-sided, for it may stop anywhere. */
  dwellProven(item: number, travelM: number): boolean {
    const distance = this.distanceAt(0, item);
    const left = distance - travelM;
    if (left < this.bound[0]!) this.bound[0] = left;
    return distance === Infinity || left > this.#margin(item);
  }

  protected capFor(item: number): void {
    const { config } = this.motion;
    const margin = this.#margin(item);
    const floor = this.nearestLimit(margin);
    const before = this.travelIn(item, config);
    const after = this.travelIn(item, config + 1);
    this.cap[0] = floor + (before > after ? before : after) * (1 + roundingM) + roundingM;
  }

  /** Nearer than this is worth knowing, m. */
  protected nearestLimit(margin: number): number {
    const nearest = this.nearest[0]!;
    const seeded = this.#seeded[0]!;
    const least = seeded < nearest ? seeded : nearest;
    return least > margin ? least : margin;
  }

  /** Takes in what `look` found for an item. */
  protected settle(item: number): void {
    const distance = this.found[0]!;
    const { config } = this.motion;
    const at = config * this.count + item;
    this.#distances[at] = distance;
    if (distance === Infinity) return;
    const margin = this.#margin(item);
    this.#beLeast(item, distance);
    this.#see(item, distance, 1);
    if (!(distance > margin)) this.#beHit(item, distance);
    if (config === 0) return;
    const before = this.#distances[at - this.count]!;
    if (before === Infinity) return;
    const bound = this.boundOf(item, before, distance, this.travelIn(item, config), 1);
    if (!(bound > margin)) {
      this.#open[config] = 1;
      this.#openEnd = config + 1;
    }
    // A step that has to be halved is proven to keep the margin, and no more.
    const proven = bound > margin ? bound : margin;
    if (proven < this.bound[0]!) this.bound[0] = proven;
  }

  /** The nearest of this configuration, if it is. */
  #beLeast(item: number, distance: number): void {
    if (!(distance < this.#least[0]!)) return;
    this.#least[0] = distance;
    this.#leastItem = item;
  }

  /** The nearest of the hits of this configuration, if it is. */
  #beHit(item: number, distance: number): void {
    if (this.hitItem !== NOBODY && distance >= this.hit[0]!) return;
    this.hit[0] = distance;
    this.hitItem = item;
    this.hitOther = this.foundOther;
    this.hitKind = this.foundKind;
  }

  #margin(item: number): number {
    return this.margins[item]! + this.grown[0]!;
  }

  #see(item: number, distance: number, fraction: number): void {
    if (!(distance < this.nearest[0]!) && !Number.isNaN(distance)) return;
    // A distance that is not a number stays the nearest.
    if (Number.isNaN(this.nearest[0]!)) return;
    this.nearest[0] = distance;
    this.nearestItem = item;
    this.nearestOther = this.foundOther;
    this.nearestKind = this.foundKind;
    this.nearestConfig = this.motion.config;
    this.nearestFraction[0] = fraction;
  }
}
