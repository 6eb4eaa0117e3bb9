/**
 * Ideal motion in time, without physics and without Node.
 * @module
 */
export { openKinematicBackend, type KinematicOptions } from "./kinematic-backend.ts";
