/**
 * What every machine and every simulation offers. Each backend is a subpath of its own.
 * @module
 */
export type { Backend, BackendState, StopReceipt } from "./backend.ts";
