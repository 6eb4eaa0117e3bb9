/**
 * The numbers of the stop chain, spec safety-kernel §8, §8.1, §8.2, §11.
 * @module
 */

/** A younger latch is not reset, ms (`estop_reset_cooldown_s`). */
export const RESET_COOLDOWN_MS = 500;
/** Adapters and runner answer a reset within this, ms. */
export const RESET_ANSWER_MS = 1000;
/** An adapter acknowledges a stop within this, ms. */
export const ACKNOWLEDGE_MS = 100;
/** Share of every speed cap in recovery. */
export const RECOVERY_SPEED_SCALE = 0.1;
/** Share of every speed cap after a stop that was not proved, until one is. */
export const UNPROVEN_SPEED_SCALE = 0.1;
