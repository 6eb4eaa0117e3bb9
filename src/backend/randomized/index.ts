/**
 * Any backend behind noise, gaps, delays and lost commands, for finding out what a policy can bear.
 * @module
 */
export { randomizedBackend } from "./randomized-backend.ts";
export type { Randomized, RandomizedStats } from "./randomized-backend.ts";
export { parseRandomizedConfig } from "./randomized-config.ts";
export type { RandomizedConfig } from "./randomized-config.ts";
