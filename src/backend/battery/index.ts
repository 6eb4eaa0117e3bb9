/**
 * A battery around a simulated backend.
 * @module
 */
export { batteryBackend } from "./battery-backend.ts";
export type { BatterySpec } from "./battery-backend.ts";
