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
    const recent = (this.#calls.get(client) ?? []).filter((atMs) => nowMs - atMs < 60_000);
    this.#calls.set(client, recent);
    if (!(recent.length < this.#perMinute)) {
      const waitS = Math.ceil((60_000 - (nowMs - (recent[0] ?? nowMs))) / 1000);
      return `rate limit: ${this.#perMinute} calls a minute; try again in ${waitS} s`;
    }
    recent.push(nowMs);
    return undefined;
  }
}
