/**
 * Steps of one robot run one at a time, in the order they came. A stop never waits here.
 * @module
 */
export class StepQueue {
  readonly #limit: number;
  #running = false;
  readonly #waiting: (() => void)[] = [];

  constructor(limit = 16) {
    this.#limit = limit;
  }

  get running(): boolean {
    return this.#running;
  }

  /** A turn, a promise of one, or `undefined` when too many wait already. Whoever had a turn calls `done`. */
  enter(): true | Promise<true> | undefined {
    if (!this.#running) {
      this.#running = true;
      return true;
    }
    if (this.#waiting.length >= this.#limit) return undefined;
    return new Promise((resolve) => {
      this.#waiting.push(() => resolve(true));
    });
  }

  done(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running = false;
    else next();
  }
}
