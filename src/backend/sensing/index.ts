/**
 * Cameras and a ring of ranges over a world that is known, for simulated backends.
 * @module
 */
export type { Renderer, Visuals } from "./renderer.ts";
export type { CameraSpec, RangeSpec, SensorRig } from "./rig.ts";
export { sceneSensors } from "./scene-sensors.ts";
export type { Eye, Met, SceneSensorsOptions } from "./scene-sensors.ts";
