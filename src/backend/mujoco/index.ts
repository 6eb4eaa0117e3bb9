/**
 * Physics in plain JavaScript and WebAssembly: the same on a server, in a worker and in a browser tab.
 * @module
 */
export type { Camera } from "./camera.ts";
export type { Carrier } from "./carry-body.ts";
export type { GripperOptions } from "./gripper.ts";
export { loadMujoco } from "./load-mujoco.ts";
export { controlPeriodMs, MujocoBackend } from "./mujoco-backend.ts";
export type { MjData, MjModel, MujocoModule } from "./mujoco-module.ts";
export { openMujocoBackend } from "./open-mujoco-backend.ts";
export type { MujocoBackendOptions } from "./open-mujoco-backend.ts";
export type { MujocoModelSource } from "./prepare-spec.ts";
export { renderScene } from "./render.ts";
export type { Picture, RenderOptions } from "./render.ts";
