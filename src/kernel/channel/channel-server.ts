/**
 * The kernel's end of shared memory: takes requests in order, answers each once, shows that it lives, and watches the client.
 * @module
 */
import type { Judge } from "./answer-codec.ts";
import { answerCapacity, requestCapacity, STATE, STOP, WORD, type ChannelMemory } from "./memory.ts";
import { RequestHandler } from "./request-handler.ts";
import { RING, SlotRing } from "./slot-ring.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { setStop } from "./stop-flag.ts";

export interface ServerOptions {
  readonly memory: ChannelMemory;
  readonly judge: Judge;
  readonly nowMs: () => number;
  /** The client's silence that is a stop while armed, ms. */
  readonly silenceMs?: number;
}

export class ChannelServer {
  readonly #control: Int32Array;
  readonly #requests: SlotRing;
  readonly #answers: SlotRing;
  readonly #handler: RequestHandler;
  readonly #watch: SilenceWatch;

  constructor({ memory, judge, nowMs, silenceMs = 200 }: ServerOptions) {
    this.#control = memory.control;
    this.#requests = requestRing(memory);
    this.#answers = answerRing(memory);
    this.#handler = new RequestHandler(memory.shape, judge, nowMs);
    this.#watch = new SilenceWatch(nowMs, silenceMs);
  }

  /** From now on the client's requests are answered. */
  open(): void {
    Atomics.store(this.#control, WORD.state, STATE.serving);
    Atomics.notify(this.#control, WORD.state);
  }

  /**
   * Waits at most `timeoutMs` for a request and answers all there are; false once the client closed the channel. Blocks the thread.
   * Call it in a loop: `timeoutMs` is also how often the heart beats.
   */
  serve(timeoutMs: number): boolean {
    const control = this.#control;
    const head = Atomics.load(control, WORD.requestHead);
    if (head === Atomics.load(control, WORD.requestTail) && Atomics.load(control, WORD.closing) === 0)
      Atomics.wait(control, WORD.requestHead, head, timeoutMs);
    return this.poll();
  }

  /** The same without waiting. Allocates nothing for a request that passes. */
  poll(): boolean {
    const control = this.#control;
    Atomics.add(control, WORD.serverBeat, 1);
    this.#watchClient();
    while (this.#answerNext()) Atomics.add(control, WORD.serverBeat, 1);
    if (Atomics.load(control, WORD.closing) === 0) return true;
    Atomics.compareExchange(control, WORD.state, STATE.serving, STATE.closed);
    return false;
  }

  #watchClient(): void {
    const control = this.#control;
    const armed = Atomics.load(control, WORD.armed) === 1;
    if (this.#watch.silent(Atomics.load(control, WORD.clientBeat), armed)) setStop(control, STOP.clientSilent);
  }

  #answerNext(): boolean {
    const control = this.#control;
    const taken = this.#requests.take(this.#handler.request);
    if (taken === RING.empty) return false;
    if (taken === RING.broken) {
      this.fail();
      return false;
    }
    const epoch = Atomics.load(control, WORD.epoch);
    const stopped = Atomics.load(control, WORD.stop) !== STOP.none;
    const length = this.#handler.handle(this.#requests.number, taken === RING.ok ? this.#requests.length : -1, epoch, stopped);
    const put = this.#answers.put(this.#handler.answer, length);
    if (put !== RING.ok || this.#handler.failure !== undefined) this.fail();
    return put === RING.ok;
  }

  /** No goal runs. */
  get idle(): boolean {
    return Atomics.load(this.#control, WORD.armed) === 0;
  }

  /** The kernel is not to be trusted any more: stops, for good. */
  fail(): void {
    Atomics.store(this.#control, WORD.state, STATE.failed);
    setStop(this.#control, STOP.kernelFailed);
  }
}

export function requestRing(memory: ChannelMemory): SlotRing {
  return new SlotRing(memory, {
    headWord: WORD.requestHead,
    tailWord: WORD.requestTail,
    atByte: memory.requestsAtByte,
    capacity: requestCapacity(memory.shape),
  });
}

export function answerRing(memory: ChannelMemory): SlotRing {
  return new SlotRing(memory, {
    headWord: WORD.answerHead,
    tailWord: WORD.answerTail,
    atByte: memory.answersAtByte,
    capacity: answerCapacity(),
  });
}
