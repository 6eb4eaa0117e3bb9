/**
 * What of the kernel needs Node: its own thread or process, the latch on disk, recordings.
 * @module
 */
export { openKernelProcess } from "./kernel-process.ts";
export { openKernelWorker, type KernelWorkerOptions, type RemoteKernel } from "./kernel-worker.ts";
export { LatchFile } from "./latch-file.ts";
export { openRecordingFile } from "./recording-file.ts";
