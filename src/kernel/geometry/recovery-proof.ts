/**
 * The way out of a violation (safety-kernel §8). Where the robot was measured some clearances are at or below their margins. For the
 * motion that follows, each of these may be as small as it is and no smaller; every other keeps its margin as ever.
 *
 *     clearance   margin ─────────────────────────────────
 *                                              ╭───────      in the rows: never below the best row so far
 *                 measured ●────╮  ╭───────────╯             between rows: never below it by more than `betweenRowsM`
 *
 * It is done with the ordinary judgement: the margins of what is violated are lowered, to what they must keep, for as long as it takes.
 * @module
 */
import { RECOVERY_ALLOWED, RecoveryLimits } from "../graded/recovery-limits.ts";
import { RECOVERY_SPEED_SCALE } from "../stop/stop-limits.ts";
import type { ClearanceCheck } from "./clearance-check.ts";
import {
  GEOMETRY_CLEAR,
  GEOMETRY_COLLISION,
  GEOMETRY_EE_ACCEL,
  GEOMETRY_EE_SPEED,
  GEOMETRY_NO_GO_ZONE,
  GEOMETRY_RECOVERY_NEARER,
  GEOMETRY_WORKSPACE,
  KIND_SPEED,
  PHASE_ROW,
} from "./codes.ts";
import { NOBODY, type GeometryFinding } from "./finding.ts";

/** A bound on a whole step is not as good as distances in its rows; this much is left to it. */
const betweenRowsM = 5e-4;
const noRows = new Float64Array(0);

/** What it asks of the geometry. */
interface Judging {
  readonly finding: GeometryFinding;
  judge(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number;
  judgeOnly(kind: number, measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number;
  checks(kind: number): boolean;
}

interface Violated {
  readonly check: ClearanceCheck;
  readonly item: number;
  readonly marginM: number;
  readonly distanceM: number;
  readonly kind: number;
  readonly other: number;
}

export class RecoveryProof {
  readonly #geometry: Judging;
  readonly #checks: readonly ClearanceCheck[];
  readonly #stride: number;
  readonly #limits = new RecoveryLimits();

  constructor(geometry: Judging, checks: readonly ClearanceCheck[], stride: number) {
    this.#geometry = geometry;
    this.#checks = checks;
    this.#stride = stride;
  }

  /** As `KernelGeometry.judge`. */
  judge(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, rowPeriodS: number, nowMs: number): number {
    const violated: Violated[] = [];
    const found = this.#lowerAt(measuredRad, nowMs, violated);
    restore(violated);
    if (found !== GEOMETRY_CLEAR) return found;
    const code =
      violated.length === 0
        ? this.#geometry.judge(measuredRad, rowsRad, nRows, rowPeriodS, nowMs)
        : this.#out(violated, measuredRad, rowsRad, nRows, rowPeriodS, nowMs);
    return code === GEOMETRY_CLEAR ? this.#slow(measuredRad, rowsRad, nRows, rowPeriodS, nowMs) : code;
  }

  #out(
    violated: readonly Violated[],
    measuredRad: Float64Array,
    rowsRad: Float64Array,
    nRows: number,
    periodS: number,
    nowMs: number,
  ): number {
    const n = violated.length;
    const configurations = [measuredRad, ...Array.from({ length: nRows }, (_, row) => this.#rowOf(rowsRad, row))];
    // Beyond its margin a clearance is free, so no more than the margin counts.
    const clearances = violated.map(({ distanceM }) => distanceM);
    const others: (Violated | undefined)[] = [...violated];
    for (let row = 0; row < nRows; row++) {
      const there: Violated[] = [];
      const code = this.#lowerAt(configurations[row + 1]!, nowMs, there);
      restore(there);
      if (code !== GEOMETRY_CLEAR) return this.#inRow(code, row);
      for (const { check, item, marginM } of violated) {
        const same = there.find((one) => one.check === check && one.item === item);
        clearances.push(same?.distanceM ?? marginM);
        others.push(same);
      }
    }
    if (nRows > 0 && this.#limits.checkClearances(clearances, nRows, n) !== RECOVERY_ALLOWED) {
      const { row, index } = this.#limits;
      return this.#nearer(others[(row + 1) * n + index] ?? violated[index]!);
    }
    const best = clearances.slice(0, n);
    try {
      for (let row = 0; row < nRows; row++) {
        violated.forEach(({ check, item, marginM }, k) => (check.margins[item] = Math.min(marginM, best[k]! - betweenRowsM)));
        const code = this.#geometry.judge(configurations[row]!, configurations[row + 1]!, 1, periodS, nowMs);
        if (code !== GEOMETRY_CLEAR) return this.#inRow(code, row);
        for (let k = 0; k < n; k++) best[k] = Math.max(best[k]!, clearances[(row + 1) * n + k]!);
      }
    } finally {
      restore(violated);
    }
    return GEOMETRY_CLEAR;
  }

  /**
   * Lowers, one after another, every margin that does not hold in a configuration, until all do; what was lowered is in `into`. A code
   * that is not about a margin, or a distance that is no number, is the answer as it is.
   */
  #lowerAt(qRad: Float64Array, nowMs: number, into: Violated[]): number {
    for (;;) {
      const code = this.#geometry.judge(qRad, noRows, 0, 1, nowMs);
      if (!(code === GEOMETRY_COLLISION || code === GEOMETRY_NO_GO_ZONE || code === GEOMETRY_WORKSPACE)) return code;
      const check = this.#checks.find(({ hitItem }) => hitItem !== NOBODY);
      if (check === undefined) return code;
      const distanceM = check.hit[0]!;
      if (!Number.isFinite(distanceM)) return code;
      const item = check.hitItem;
      into.push({ check, item, marginM: check.margins[item]!, distanceM, kind: check.hitKind, other: check.hitOther });
      check.margins[item] = distanceM - betweenRowsM;
    }
  }

  /** What passes as it is, made `1 / RECOVERY_SPEED_SCALE` times as fast: so nothing is faster than this share of what limits it. */
  #slow(measuredRad: Float64Array, rowsRad: Float64Array, nRows: number, periodS: number, nowMs: number): number {
    if (!this.#geometry.checks(KIND_SPEED)) return GEOMETRY_CLEAR;
    const code = this.#geometry.judgeOnly(KIND_SPEED, measuredRad, rowsRad, nRows, periodS * RECOVERY_SPEED_SCALE, nowMs);
    const { finding } = this.#geometry;
    const scale =
      { [GEOMETRY_EE_SPEED]: RECOVERY_SPEED_SCALE, [GEOMETRY_EE_ACCEL]: RECOVERY_SPEED_SCALE * RECOVERY_SPEED_SCALE }[code] ?? 1;
    finding.distanceM *= scale;
    finding.limit *= scale;
    return code;
  }

  #nearer({ check, item, kind, other }: Violated): number {
    const { finding } = this.#geometry;
    const { row, value, limit } = this.#limits;
    finding.clear();
    finding.kind = kind;
    finding.phase = PHASE_ROW;
    finding.fraction = 1;
    finding.bodyA = check.bodyOf(item);
    finding.other = other;
    finding.distanceM = value;
    finding.limit = limit;
    finding.code = GEOMETRY_RECOVERY_NEARER;
    return this.#inRow(GEOMETRY_RECOVERY_NEARER, row);
  }

  #inRow(code: number, row: number): number {
    this.#geometry.finding.row = row;
    return code;
  }

  #rowOf(rowsRad: Float64Array, row: number): Float64Array {
    return rowsRad.subarray(row * this.#stride, (row + 1) * this.#stride);
  }
}

function restore(violated: readonly Violated[]): void {
  for (const { check, item, marginM } of violated) check.margins[item] = marginM;
}
