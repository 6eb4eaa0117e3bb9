/**
 * The order of checks (safety-kernel §4): one chunk of numbers in, one verdict record out, the first hit decides. Numbers only; no
 * allocation, no text, no exception of its own.
 * @module
 */
import { Admission } from "./checks/admission.ts";
import { checkBaseTwists, checkDeltas, checkPoses, checkTwists } from "./checks/cartesian-limits.ts";
import type { ChunkFrame } from "./checks/chunk-frame.ts";
import { checkBinary, checkDeclared, checkRange } from "./checks/column-ranges.ts";
import { columnsWithin, stepsWithin } from "./checks/column-scan.ts";
import { GeometryChecks } from "./checks/geometry-checks.ts";
import type { GeometryPort, PredictorPort } from "./checks/geometry-port.ts";
import { checkPositions, checkRowTimes, checkTorques, checkVelocities } from "./checks/joint-limits.ts";
import {
  checkAccelerations,
  checkIntegrated,
  checkJump,
  checkRates,
  checkVelocityChanges,
  fillDurations,
  hasRowTimes,
  MotionScratch,
} from "./checks/joint-motion.ts";
import type { JudgeParameters } from "./checks/judge-parameters.ts";
import type { NumericLimits } from "./checks/numeric-limits.ts";
import { RecoveryCheck } from "./checks/recovery-check.ts";
import { checkFinite, checkMode, checkSizes } from "./checks/shape-checks.ts";
import { checkState, contactFactor } from "./checks/state-checks.ts";
import type { StateFrame } from "./checks/state-frame.ts";
import { code, SEVERITY_PASS, SEVERITY_VIOLATION, severityOfCode } from "./checks/verdict-codes.ts";
import { MARGIN_POSITION, NO_JOINT, VerdictRecord } from "./checks/verdict-record.ts";
import * as modes from "./modes.ts";

export interface JudgeOptions {
  readonly parameters: JudgeParameters;
  /** Most rows and joints that any envelope given to `configure` has. */
  readonly maxRows: number;
  readonly nJoints: number;
  /** Parts that a chunk can be for. */
  readonly nParts: number;
  /** Whether chunks need no lease: simulation without goals. */
  readonly standingLease: boolean;
  /** Whether a violation latches; not latching is for simulation. */
  readonly latches: boolean;
  readonly geometry?: GeometryPort;
  readonly predictor?: PredictorPort;
  /** A monotonic clock, µs. Without it the time budget is not enforced. */
  readonly nowUs?: () => number;
}

export class ChunkJudge {
  readonly record = new VerdictRecord();
  readonly admission: Admission;
  readonly #parameters: JudgeParameters;
  readonly #latches: boolean;
  readonly #nowUs: (() => number) | undefined;
  readonly #scratch: MotionScratch;
  readonly #geometry: GeometryChecks;
  readonly #recovery: RecoveryCheck;
  readonly #startedUs = new Float64Array(1);
  #limits: NumericLimits | undefined = undefined;
  /** Factor on all speed caps, in (0, 1]: recovery moves slowly. */
  #speedFactor = 1;
  #recovering = false;
  /** Whether the columns of the chunk at hand were scanned and found well. */
  #scanned = false;
  #late = 0;
  #drops = 0;

  constructor(options: JudgeOptions) {
    this.#parameters = options.parameters;
    this.#latches = options.latches;
    this.#nowUs = options.nowUs;
    this.#scratch = new MotionScratch(options.maxRows, options.nJoints);
    this.#geometry = new GeometryChecks(options.geometry, options.predictor, this.#scratch);
    this.#recovery = new RecoveryCheck(options.nJoints, this.#scratch);
    this.admission = new Admission(options.parameters, options.nParts, options.standingLease);
  }

  /** From now on these limits hold; without any, every chunk is dropped. */
  configure(limits: NumericLimits | undefined): void {
    this.#limits = limits;
  }

  /** A goal begins under these limits. `goal` is its number, >= 1; `speedFactor` in (0, 1]. */
  enterGoal(goal: number, limits: NumericLimits, modelMatches: boolean, speedFactor: number): void {
    this.#limits = limits;
    this.#speedFactor = speedFactor;
    this.#drops = 0;
    this.admission.enter(goal, modelMatches);
  }

  leaveGoal(): void {
    this.admission.leave();
  }

  /** Latches as a violation does. Nothing passes until `unlatch`. */
  latch(): void {
    this.#recovering = false;
    if (this.admission.latched) return;
    this.admission.latched = true;
    this.admission.epoch += 1;
    this.admission.leave();
  }

  unlatch(): void {
    this.#recovering = false;
    this.admission.latched = false;
    this.#late = 0;
    this.#drops = 0;
  }

  /** Unlatches for motion out of what latched: slow, and away from it. Ends with the next latch, or with `unlatch`. */
  recover(): void {
    this.unlatch();
    this.#recovering = true;
  }

  get recovering(): boolean {
    return this.#recovering;
  }

  /** Judges and settles: 0 for a pass, else a number of `code`. The numbers are in `record` until the next call. */
  judge(chunk: ChunkFrame, state: StateFrame): number {
    const verdict = this.examine(chunk, state);
    this.settle(verdict);
    if (verdict === code.pass) this.admission.commit(chunk);
    return verdict;
  }

  /** The checks alone: neither latch nor order nor counters change, but for what the cycle time was measured from. */
  examine(chunk: ChunkFrame, state: StateFrame): number {
    const { record, admission } = this;
    record.clear();
    record.mode = chunk.mode;
    record.seq = chunk.seq;
    record.tick = chunk.tick;
    record.goal = admission.goal;
    record.epoch = admission.epoch;
    record.decidedMs = state.nowMs;
    const nowUs = this.#nowUs;
    if (nowUs !== undefined) this.#startedUs[0] = nowUs();
    const verdict = admission.check(this.#limits, chunk, state.nowMs, record) || this.#checkContent(chunk, state);
    if (verdict === code.pass) record.step = 19;
    return verdict;
  }

  /** Counts, latches, ends goals. */
  settle(verdict: number): void {
    const { record, admission } = this;
    const severity = severityOfCode[verdict]!;
    if (severity === SEVERITY_PASS) {
      this.#late = 0;
      this.#drops = 0;
    } else if (severity === SEVERITY_VIOLATION) {
      if (this.#latches) this.latch();
    } else if (admission.goal !== 0 && record.step >= 5) {
      this.#drops += 1;
      if (this.#drops >= this.#parameters.dropLimit) {
        record.starved = true;
        admission.leave();
      }
    }
    record.latched = admission.latched;
  }

  #checkContent(chunk: ChunkFrame, state: StateFrame): number {
    const { record } = this;
    const limits = this.#limits!;
    const factor = this.#speedFactor * contactFactor(limits, state, this.#parameters);
    const sized = checkSizes(limits, chunk, record);
    if (sized !== code.pass) return sized;
    const isPositions = chunk.mode === modes.JOINT_POSITION || chunk.mode === modes.JOINT_TRAJECTORY;
    // Where one pass over the columns finds nothing, none of steps 10 and 12 would.
    const scanned = isPositions && columnsWithin(limits, chunk, this.#scratch);
    const shaped = (scanned ? code.pass : checkFinite(chunk, record)) || checkMode(limits, chunk, record);
    if (shaped !== code.pass) return shaped;
    if (this.#recovering) return this.#checkRecovery(limits, chunk, state);
    record.step = 12;
    this.#scanned = scanned;
    const limited = this.#checkLimits(limits, chunk, factor);
    if (limited !== code.pass) return limited;
    record.step = 13;
    const stated = checkState(limits, state, this.#parameters, record) || this.#checkBudget();
    if (stated !== code.pass) return stated;
    record.step = 14;
    const moved = this.#checkMotion(limits, chunk, state, factor) || this.#checkBudget();
    if (moved !== code.pass) return moved;
    return this.#geometry.check(chunk, state, limits, record) || this.#checkBudget();
  }

  /** Steps 12 to 17 in recovery: the state first, for limits begin where the robot was measured. */
  #checkRecovery(limits: NumericLimits, chunk: ChunkFrame, state: StateFrame): number {
    const { record } = this;
    const { durationS } = this.#scratch;
    const moded = this.#recovery.checkMode(limits, chunk, record);
    if (moded !== code.pass) return moded;
    record.step = 13;
    const stated = checkState(limits, state, this.#parameters, record);
    if (stated !== code.pass) return stated;
    fillDurations(chunk, chunk.horizon, durationS);
    const limited = this.#recovery.checkRows(limits, chunk, state, record);
    if (limited !== code.pass) return limited;
    const accelerates = limits.limitsAcceleration || limits.limitsJerk;
    const moved = accelerates ? checkAccelerations(limits, chunk, chunk.horizon, durationS, record) : code.pass;
    return moved || this.#geometry.checkRecovery(chunk, state, record) || this.#checkBudget();
  }

  #checkLimits(limits: NumericLimits, chunk: ChunkFrame, factor: number): number {
    const { record } = this;
    const nRows = chunk.horizon;
    switch (chunk.mode) {
      case modes.JOINT_POSITION:
        return this.#checkPositions(limits, chunk);
      case modes.JOINT_TRAJECTORY:
        return this.#checkPositions(limits, chunk) || checkRowTimes(limits, chunk, nRows, record);
      case modes.JOINT_VELOCITY:
        return checkVelocities(limits, chunk, factor, record);
      case modes.JOINT_TORQUE:
        return checkTorques(limits, chunk, record);
      case modes.CARTESIAN_POSE:
        return checkPoses(limits, chunk, nRows, factor, record);
      case modes.CARTESIAN_DELTA:
        return checkDeltas(limits, chunk, nRows, factor, record);
      case modes.CARTESIAN_TWIST:
        return checkTwists(limits, chunk, nRows, factor, record);
      case modes.BODY_TWIST:
        return checkBaseTwists(limits, chunk, nRows, factor, record);
      default:
        return this.#checkOtherLimits(limits, chunk);
    }
  }

  #checkPositions(limits: NumericLimits, chunk: ChunkFrame): number {
    const { record } = this;
    if (!this.#scanned) return checkPositions(limits, chunk, record);
    record.margin(MARGIN_POSITION, this.#scratch.positionLeft[0]!);
    return code.pass;
  }

  #checkRates(limits: NumericLimits, chunk: ChunkFrame, factor: number): number {
    const { record } = this;
    const { durationS, longestStep } = this.#scratch;
    const nRows = chunk.horizon;
    if (nRows === 1) return code.pass;
    if (this.#scanned && !hasRowTimes(chunk) && stepsWithin(limits, longestStep, durationS[0]!, factor, record)) return code.pass;
    return checkRates(limits, chunk, nRows, durationS, factor, record);
  }

  #checkOtherLimits(limits: NumericLimits, chunk: ChunkFrame): number {
    const { record } = this;
    switch (chunk.mode) {
      case modes.GRIPPER_BINARY:
        return checkBinary(chunk, chunk.nDof, record);
      case modes.GRIPPER_POSITION:
        return checkRange(chunk, chunk.nDof, limits.gripperMin, limits.gripperMax, code.gripperRange, record);
      case modes.COMPOSITE_MODE:
        return checkRange(chunk, 1, -1, 1, code.compositeRange, record);
      case modes.DEX_HAND_JOINT:
        return checkDeclared(chunk, limits.handMin, limits.handMax, record);
      case modes.FOOT_PLACEMENT:
        return checkDeclared(chunk, limits.footMin, limits.footMax, record);
      default:
        // Nothing gets here: the mode has a width, so one of the cases above is its own.
        return record.found(code.internalError, NO_JOINT, 0, chunk.mode, 0);
    }
  }

  #checkMotion(limits: NumericLimits, chunk: ChunkFrame, state: StateFrame, factor: number): number {
    const { record } = this;
    const { durationS, rows } = this.#scratch;
    const nRows = chunk.horizon;
    const { mode } = chunk;
    fillDurations(chunk, nRows, durationS);
    if (mode === modes.JOINT_VELOCITY) {
      const changed = limits.limitsAcceleration ? checkVelocityChanges(limits, chunk, nRows, state, record) : code.pass;
      return changed || checkIntegrated(limits, chunk, nRows, state, rows, record);
    }
    if (mode !== modes.JOINT_POSITION && mode !== modes.JOINT_TRAJECTORY) return code.pass;
    const moved = checkJump(limits, chunk, state, durationS, factor, record) || this.#checkRates(limits, chunk, factor);
    if (moved !== code.pass || !(limits.limitsAcceleration || limits.limitsJerk)) return moved;
    return checkAccelerations(limits, chunk, nRows, durationS, record);
  }

  #checkBudget(): number {
    const nowUs = this.#nowUs;
    if (nowUs === undefined) return code.pass;
    const { record } = this;
    const { budgetUs, lateLimit } = this.#parameters;
    const usedUs = nowUs() - this.#startedUs[0]!;
    record.usedUs = usedUs;
    if (usedUs <= budgetUs) return code.pass;
    record.step = 18;
    this.#late += 1;
    return record.found(this.#late >= lateLimit ? code.budgetLatched : code.budgetExceeded, NO_JOINT, 0, usedUs, budgetUs);
  }
}
