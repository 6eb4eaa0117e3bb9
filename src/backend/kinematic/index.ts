/**
 * Ideal motion in time, without physics and without Node.
 * @module
 */
export { openKinematicBackend } from "./kinematic-backend.ts";
export type { KinematicOptions } from "./kinematic-backend.ts";
