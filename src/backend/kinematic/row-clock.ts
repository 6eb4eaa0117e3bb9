/**
 * Time as a count of rows. Adding 0.1 ms ten times is not 1 ms in binary; ten rows of 0.1 ms are.
 * @module
 */

/** Distinct periods counted apart; with more than these the oldest is added up. */
const maxPeriods = 4;

export class RowClock {
  #baseMs = 0;
  /** Period and count, in turn. */
  #counts: number[] = [];
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  advance(periodMs: number, rows: number): void {
    const counts = this.#counts;
    let at = 0;
    while (at < counts.length && counts[at] !== periodMs) at += 2;
    if (at === counts.length) counts.push(periodMs, 0);
    counts[at + 1] = counts[at + 1]! + rows;
    if (counts.length > 2 * maxPeriods) {
      this.#baseMs += counts[0]! * counts[1]!;
      counts.splice(0, 2);
    }
    let nowMs = this.#baseMs;
    for (let i = 0; i < counts.length; i += 2) nowMs += counts[i]! * counts[i + 1]!;
    this.#nowMs = nowMs;
  }

  /** Everything needed to go on exactly: `maxPeriods` pairs behind one number, 0 where unused. */
  save(): readonly number[] {
    return [this.#baseMs, ...this.#counts, ...new Array<number>(2 * maxPeriods - this.#counts.length).fill(0)];
  }

  load([baseMs = 0, ...counts]: readonly number[]): void {
    this.#baseMs = baseMs;
    this.#counts = [];
    this.#nowMs = baseMs;
    for (let i = 0; i + 1 < counts.length; i += 2) if (counts[i + 1]! > 0) this.advance(counts[i]!, counts[i + 1]!);
  }
}

/** Numbers that `save` answers. */
export const ROW_CLOCK_NUMBERS = 1 + 2 * maxPeriods;
