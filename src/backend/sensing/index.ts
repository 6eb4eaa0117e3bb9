/**
 * Cameras and a ring of ranges over a world that is known, for simulated backends.
 * @module
 */
export type { CameraSpec, RangeSpec, SensorRig } from "./rig.ts";
export { sceneSensors } from "./scene-sensors.ts";
export type { Eye, Met, SceneSensorsOptions } from "./scene-sensors.ts";
