/**
 * The shared flag that ends execution at once, whatever queues hold. Anybody may set it; it is released by one call alone.
 * @module
 */
import { STOP, WORD, type StopCause } from "./memory.ts";

/** The first cause stays. The epoch rises, so that verdicts under way are worth nothing. */
export function setStop(control: Int32Array, cause: StopCause): void {
  if (Atomics.compareExchange(control, WORD.stop, STOP.none, cause) !== STOP.none) return;
  Atomics.add(control, WORD.epoch, 1);
  // Who waits for an answer need not wait any longer.
  Atomics.notify(control, WORD.answerHead);
}

/** For the reset of the stop machine alone. Chunks sent before it stay refused. */
export function releaseStop(control: Int32Array): void {
  Atomics.add(control, WORD.epoch, 1);
  Atomics.store(control, WORD.stop, STOP.none);
}
