/**
 * One request in, one answer out: the kernel's side of the channel, whether the record came through shared memory or in a frame.
 * @module
 */
import { Answer, answerRecord, writeAnswer, type Judge } from "./answer-codec.ts";
import { RequestReader } from "./request-codec.ts";
import type { ChannelShape } from "./memory.ts";
import { refusal } from "./refusal-codes.ts";
import type { WordRecord } from "./word-record.ts";

export class RequestHandler {
  /** The request is put here, then `handle` is called. */
  readonly request: WordRecord;
  /** The answer is found here afterwards. */
  readonly answer: WordRecord = answerRecord();
  readonly #reader: RequestReader;
  readonly #judge: Judge;
  readonly #nowMs: () => number;
  readonly #verdict = new Answer();
  /** What went wrong inside the kernel; it judges nothing any more. */
  failure: string | undefined = undefined;

  constructor(shape: ChannelShape, judge: Judge, nowMs: () => number) {
    this.#reader = new RequestReader(shape);
    this.request = this.#reader.record;
    this.#judge = judge;
    this.#nowMs = nowMs;
  }

  /** `length` numbers of the request; -1 when it did not arrive whole. Answers the length of the answer. Never throws. */
  handle(number: number, length: number, epoch: number, stopped: boolean): number {
    const verdict = this.#verdict;
    verdict.clear();
    if (this.failure !== undefined) verdict.refuse(refusal("kernel_lost", `the kernel failed: ${this.failure}`));
    else if (stopped) verdict.refuse(refusal("estop_latched", "the stop flag is set"));
    else if (!(length >= 0 && this.#reader.read(length)))
      verdict.refuse(refusal("channel_corrupt", "the request did not arrive as it was sent"));
    else this.#judged(number);
    verdict.request = number;
    verdict.epoch = epoch;
    return writeAnswer(verdict, this.answer);
  }

  #judged(number: number): void {
    const verdict = this.#verdict;
    const startedMs = this.#nowMs();
    try {
      this.#judge.judge(this.#reader.command, this.#reader.state, verdict);
    } catch (cause) {
      this.failure = cause instanceof Error ? cause.message : String(cause);
      verdict.clear();
      verdict.refuse(refusal("kernel_lost", `the kernel failed: ${this.failure}`));
    }
    this.#reader.hashInto(number, verdict.contentHash);
    verdict.usedMs = this.#nowMs() - startedMs;
  }
}
