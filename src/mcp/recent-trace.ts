import type { StepRecord, TraceRecord, TraceSink } from "../trace/records.ts";

/** Records kept for clients to look back at. */
const kept = 1000;

/** Passes every record on and keeps the last thousand steps, so that a server that runs for months stays as small as it began. */
export class RecentTrace implements TraceSink {
  readonly #inner: TraceSink | undefined;
  readonly #steps: StepRecord[] = [];
  #episodeId = "";
  #nSteps = 0;

  constructor(inner?: TraceSink) {
    this.#inner = inner;
  }

  get problem(): string | undefined {
    return this.#inner?.problem;
  }

  /** Empty before the header. */
  get episodeId(): string {
    return this.#episodeId;
  }

  /** Steps since the beginning. */
  get nSteps(): number {
    return this.#nSteps;
  }

  append(record: TraceRecord): void {
    this.#inner?.append(record);
    if (record.kind === "header") this.#episodeId = record.episodeId;
    if (record.kind !== "step") return;
    this.#nSteps += 1;
    this.#steps.push(record);
    if (this.#steps.length === 2 * kept) this.#steps.splice(0, kept);
  }

  flush(): Promise<void> {
    return this.#inner?.flush() ?? Promise.resolve();
  }

  /** The last `n` steps, oldest first. */
  recent(n: number): readonly StepRecord[] {
    return n > 0 ? this.#steps.slice(-Math.min(n, kept)) : [];
  }
}
