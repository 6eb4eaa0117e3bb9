/**
 * Steps 15 to 17: which configurations of a chunk geometry has to see, and what its answer means.
 * @module
 */
import { modes } from "../modes.ts";
import type { ChunkFrame } from "./chunk-frame.ts";
import { checkStepOf, verdictCodeOf, type GeometryFinding, type GeometryPort, type PredictorPort } from "./geometry-port.ts";
import type { MotionScratch } from "./joint-motion.ts";
import { UNSET, type NumericLimits } from "./numeric-limits.ts";
import type { StateFrame } from "./state-frame.ts";
import { code } from "./verdict-codes.ts";
import { MEASURED_ROW, NO_JOINT, PHASE_PREDICTED, PHASE_ROW, type VerdictRecord } from "./verdict-record.ts";

const ROWS = 0;
const INTEGRATED = 1;
const PREDICTED = 2;
const TRAVEL = 3;
const BASE = 4;
const FEET = 5;
const FINGERS = 6;
const NONE = 7;
const numberOf = {
  rows: ROWS,
  integrated: INTEGRATED,
  predicted: PREDICTED,
  "measured-travel": TRAVEL,
  base: BASE,
  feet: FEET,
  fingers: FINGERS,
  none: NONE,
};
/** Indexed by mode. */
const configurationsOfMode = Uint8Array.from(modes, ({ configurations }) => numberOf[configurations]);

const noRows = new Float64Array(0);

export class GeometryChecks {
  readonly #geometry: GeometryPort | undefined;
  readonly #predictor: PredictorPort | undefined;
  readonly #scratch: MotionScratch;
  readonly #travelRad: Float64Array;

  constructor(geometry: GeometryPort | undefined, predictor: PredictorPort | undefined, scratch: MotionScratch) {
    this.#geometry = geometry;
    this.#predictor = predictor;
    this.#scratch = scratch;
    this.#travelRad = new Float64Array(scratch.rows.length / scratch.durationS.length);
  }

  check(chunk: ChunkFrame, state: StateFrame, limits: NumericLimits, record: VerdictRecord): number {
    const configurations = configurationsOfMode[chunk.mode]!;
    const geometry = this.#geometry;
    if (configurations === NONE) return code.pass;
    record.step = 15;
    if (geometry?.available !== undefined) {
      const fed = geometry.available(state.nowMs);
      if (fed !== 0) return this.#refused(fed, geometry.finding, false, record);
    }
    if (configurations === PREDICTED && this.#predictor !== undefined) {
      record.step = 16;
      const predicted = this.#predict(chunk, state, record);
      if (predicted !== code.pass) return predicted;
    }
    record.step = 17;
    if (geometry === undefined) return code.pass;
    const found = this.#look(geometry, configurations, chunk, state, limits);
    record.nearestM = geometry.nearest.distanceM;
    record.nearestA = geometry.nearest.bodyA;
    record.nearestB = geometry.nearest.other;
    const predicted = configurations === PREDICTED || configurations === INTEGRATED;
    return found === 0 ? code.pass : this.#refused(found, geometry.finding, predicted, record);
  }

  /** The same in recovery, for rows of joints. */
  checkRecovery(chunk: ChunkFrame, state: StateFrame, record: VerdictRecord): number {
    const geometry = this.#geometry;
    record.step = 17;
    if (geometry?.judgeRecovery === undefined) return record.found(code.recoveryUnseen, NO_JOINT, 0, 0, 0);
    const periodS = shortest(this.#scratch.durationS, chunk.horizon);
    const found = geometry.judgeRecovery(state.measuredRad, chunk.rows, chunk.horizon, periodS, state.nowMs);
    record.nearestM = geometry.nearest.distanceM;
    record.nearestA = geometry.nearest.bodyA;
    record.nearestB = geometry.nearest.other;
    return found === 0 ? code.pass : this.#refused(found, geometry.finding, false, record);
  }

  #predict(chunk: ChunkFrame, state: StateFrame, record: VerdictRecord): number {
    const predictor = this.#predictor!;
    const { rows } = this.#scratch;
    const found = predictor.predict(modes[chunk.mode]!.name, chunk.rows, chunk.horizon, chunk.periodMs / 1000, state.measuredRad, rows);
    return found === 0 ? code.pass : this.#refused(found, predictor.finding, true, record);
  }

  #look(geometry: GeometryPort, configurations: number, chunk: ChunkFrame, state: StateFrame, limits: NumericLimits): number {
    const { nowMs, measuredRad } = state;
    const { rows, durationS } = this.#scratch;
    const nRows = chunk.horizon;
    const periodS = shortest(durationS, nRows);
    switch (configurations) {
      case ROWS:
        return geometry.judge(measuredRad, chunk.rows, nRows, periodS, nowMs);
      case INTEGRATED:
        return geometry.judge(measuredRad, rows, nRows, periodS, nowMs);
      case PREDICTED:
        if (geometry.judgePredicted === undefined) return geometry.judge(measuredRad, rows, nRows, periodS, nowMs);
        return geometry.judgePredicted(measuredRad, rows, nRows, periodS, nowMs, this.#growthOf(chunk.mode), 0);
      case TRAVEL:
        return geometry.judgeTravel!(measuredRad, this.#travel(limits, nRows * periodS), nowMs);
      case BASE:
        return geometry.judgeBase!(measuredRad, chunk.rows, nRows, periodS, nowMs);
      case FEET:
        return geometry.judgeFeet!(measuredRad, chunk.rows, nRows, chunk.nDof, nowMs);
      default:
        return geometry.judgeFingers === undefined
          ? geometry.judge(measuredRad, noRows, 0, periodS, nowMs)
          : geometry.judgeFingers(measuredRad, chunk.rows, nRows, chunk.nDof, nowMs);
    }
  }

  #growthOf(mode: number): number {
    const predictor = this.#predictor;
    return predictor?.growthOf === undefined ? 0 : predictor.growthOf(modes[mode]!.name);
  }

  /** The farthest each joint can go while torques act: nothing but its speed cap holds it. */
  #travel({ nJoints, velocityCap }: NumericLimits, durationS: number): Float64Array {
    for (let j = 0; j < nJoints; j++) this.#travelRad[j] = Math.min(UNSET, velocityCap[j]! * durationS);
    return this.#travelRad;
  }

  #refused(found: number, finding: GeometryFinding | undefined, predicted: boolean, record: VerdictRecord): number {
    record.step = checkStepOf(found);
    if (finding === undefined) return record.found(verdictCodeOf(found, 0), NO_JOINT, 0, 0, 0);
    const verdict = verdictCodeOf(found, finding.kind);
    const byOther = verdict === code.workspaceXyz || verdict === code.jointPosition || verdict === code.jointRate;
    const subject = byOther ? finding.other : finding.bodyA;
    const row = finding.row < 0 ? MEASURED_ROW : finding.row;
    record.found(verdict, subject >= 0 ? subject : NO_JOINT, row, finding.distanceM, finding.limit);
    record.phase = predicted && finding.phase === PHASE_ROW ? PHASE_PREDICTED : finding.phase;
    return verdict;
  }
}

/** Geometry knows one period; of rows at their own times the shortest gives the highest speed. */
export function shortest(durationS: Float64Array, nRows: number): number {
  let periodS = durationS[nRows - 1]!;
  for (let row = 0; row < nRows; row++) if (durationS[row]! < periodS && durationS[row]! > 0) periodS = durationS[row]!;
  return periodS;
}
