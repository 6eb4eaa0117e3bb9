import type { RequestId } from "@modelcontextprotocol/server";

/**
 * Which calls of a pipe were sent before a stop that went past them. They end with the stop as if they had come first, once the stop was
 * carried out: one that is refused ends nothing.
 */
export class Overtaking {
  #stops = 0;
  #carriedOut = 0;
  /** Of a stop its own number, of a call that of the first stop that went past it; until the request is answered, which one that was
   * cancelled never is: its number stays, since forgetting too early would let it begin.
   */
  readonly #numbers = new Map<RequestId, number>();

  /** Requests that are not answered yet. */
  get size(): number {
    return this.#numbers.size;
  }

  /** For a stop that goes past others. */
  nextStop(): number {
    return ++this.#stops;
  }

  /** Before the protocol is handed the request. */
  note(request: RequestId, stop: number): void {
    this.#numbers.set(request, stop);
  }

  forget(request: RequestId): void {
    this.#numbers.delete(request);
  }

  /** `stop`: the request that asked for it. */
  carriedOut(stop: RequestId): void {
    this.#carriedOut = Math.max(this.#carriedOut, this.#numbers.get(stop) ?? 0);
  }

  /** Whether a stop that came after `call` has been carried out before it. */
  ended(call: RequestId): boolean {
    const stop = this.#numbers.get(call);
    return stop !== undefined && stop <= this.#carriedOut;
  }
}
