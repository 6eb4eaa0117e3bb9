/**
 * The second door: may these numbers reach the motors now.
 * @module
 */
export type { Command, ControlMode, Vetted } from "./command.ts";
export { createKernel, type Kernel, type KernelOptions, type KernelVerdict, type Measured } from "./kernel.ts";
export { isVetted } from "./vetted.ts";
