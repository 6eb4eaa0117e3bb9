/** Calls a client may make in any minute, counted for each client by itself. The gates count as well. */
export class ClientRateLimit {
  readonly #perMinute: number;
  readonly #nowMs: () => number;
  readonly #calls = new Map<string, number[]>();

  constructor(perMinute: number, nowMs: () => number) {
    this.#perMinute = perMinute;
    this.#nowMs = nowMs;
  }

  /** Why the client has to wait; a call that may go on is counted. */
  refuse(client: string): string | undefined {
    const nowMs = this.#nowMs();
    const recent = this.#callsOf(client);
    const nOld = recent.findIndex((atMs) => nowMs - atMs < 60_000);
    if (nOld !== 0) recent.splice(0, nOld < 0 ? recent.length : nOld);
    if (!(recent.length < this.#perMinute)) {
      const waitS = Math.ceil((60_000 - (nowMs - (recent[0] ?? nowMs))) / 1000);
      return `rate limit: ${this.#perMinute} calls a minute; try again in ${waitS} s`;
    }
    recent.push(nowMs);
    return undefined;
  }

  /** When they were, ms, oldest first. */
  #callsOf(client: string): number[] {
    const known = this.#calls.get(client);
    if (known !== undefined) return known;
    const calls: number[] = [];
    this.#calls.set(client, calls);
    return calls;
  }
}
