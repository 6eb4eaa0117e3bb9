/**
 * The safety kernel: what judges every number before it reaches a motor, and the only maker of commands a backend accepts.
 * @module
 */
export type { Command, ControlMode, Vetted } from "./command.ts";
export { POSITION_TOLERANCE } from "./envelope.ts";
export type { KernelOptions } from "./envelope.ts";
export { createKernel, MAX_ROWS } from "./kernel.ts";
export type { Kernel, MeasuredState, Passed, Refused } from "./kernel.ts";
export { RATE_TOLERANCE } from "./row-checks.ts";
export type { Fault, RefusalCode } from "./row-checks.ts";
export { isVetted } from "./vetted.ts";
