/**
 * The numbers of freshness and time that the judge works with. Times in ms unless the name says otherwise.
 * @module
 */
export interface JudgeParameters {
  /** How old a chunk may be, whatever it says itself. */
  readonly maxChunkAgeMs: number;
  /** How far ahead of the clock a stamp may be. */
  readonly maxAheadMs: number;
  readonly maxObservationAgeMs: number;
  /** How old a joint's measurement may be. */
  readonly stateDeadlineMs: number;
  /** Time for one chunk, checked between checks. */
  readonly budgetUs: number;
  /** Late chunks in a row that latch. */
  readonly lateLimit: number;
  /** Drops in a row that end a goal. */
  readonly dropLimit: number;
  /** Factor on all speeds while a contact is felt; 0: no motion is allowed then. */
  readonly contactSpeedFactor: number;
}

export const defaultJudgeParameters: JudgeParameters = Object.freeze({
  maxChunkAgeMs: 200,
  maxAheadMs: 5,
  maxObservationAgeMs: 500,
  stateDeadlineMs: 200,
  budgetUs: 1000,
  lateLimit: 3,
  dropLimit: 10,
  contactSpeedFactor: 0.25,
});

/** What is wrong with the numbers; empty where nothing is. */
export function judgeParameterProblems(parameters: JudgeParameters): string[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const number: unknown = value;
    return typeof number === "number" && Number.isFinite(number) && number >= 0
      ? []
      : [`${name} must be a finite number >= 0, got ${String(number)}`];
  });
}
