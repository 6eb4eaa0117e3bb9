/**
 * The safety kernel: what judges every number before it reaches a motor, and the only maker of commands a backend accepts.
 * @module
 */
export type { Command, ControlMode, Vetted } from "./command.ts";
export type { MeasuredState } from "./decode-command.ts";
export { MAX_ROWS, POSITION_TOLERANCE, RATE_TOLERANCE } from "./envelope/derived-envelope.ts";
export type { KernelOptions } from "./kernel-options.ts";
export { createKernel } from "./kernel.ts";
export type { Kernel, Passed, Refused } from "./kernel.ts";
export type { RefusalCode } from "./checks/verdict-codes.ts";
export type { Fault } from "./verdict-words.ts";
export { isVetted } from "./vetted.ts";
