/**
 * Distance along a path over time, in pieces of constant jerk.
 * @module
 */

/** Numbers a piece holds: start time s, start position U, speed U/s, acceleration U/s², jerk U/s³. */
export const PIECE_NUMBERS = 5;

export interface TimeProfile {
  /** Shape `[nPieces, 5]`, in the order of time, none without duration. Never written after it was built. */
  readonly pieces: readonly number[];
  readonly durationS: number;
  readonly length: number;
}

/** Collects pieces in the order of time. */
export class ProfileBuilder {
  readonly #pieces: number[] = [];
  #timeS = 0;
  #position = 0;

  /** Where the motion has got to. */
  get position(): number {
    return this.#position;
  }

  /** Appends a piece that starts in the given state; one that takes no time is left out. */
  append(durationS: number, position: number, speed: number, acceleration: number, jerk: number): void {
    if (!(durationS > 0)) return;
    this.#pieces.push(this.#timeS, position, speed, acceleration, jerk);
    this.#timeS += durationS;
  }

  /** States where the last piece ends. */
  arrive(position: number): void {
    this.#position = position;
  }

  build(): TimeProfile {
    return { pieces: this.#pieces, durationS: this.#timeS, length: this.#position };
  }
}
