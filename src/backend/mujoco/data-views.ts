import type { MjData } from "./mujoco-module.ts";

/**
 * The arrays of MuJoCo's data that are read or written while time passes. Asking the engine's binding for one takes longer than a whole
 * row of commands, so each is asked for once.
 */
export class DataViews {
  readonly #data: MjData;
  qpos: Float64Array;
  qvel: Float64Array;
  ctrl: Float64Array;
  actuatorLength: Float64Array;
  /** Shape `[nGeoms, 3]`. */
  geomXpos: Float64Array;

  constructor(data: MjData) {
    this.#data = data;
    this.qpos = data.qpos;
    this.qvel = data.qvel;
    this.ctrl = data.ctrl;
    this.actuatorLength = data.actuator_length;
    this.geomXpos = data.geom_xpos;
  }

  /** These, asked for anew after the WASM heap grew: what was a view of it is empty then. */
  get live(): this {
    if (this.qpos.length === 0) {
      const { qpos, qvel, ctrl, actuator_length, geom_xpos } = this.#data;
      this.qpos = qpos;
      this.qvel = qvel;
      this.ctrl = ctrl;
      this.actuatorLength = actuator_length;
      this.geomXpos = geom_xpos;
    }
    return this;
  }
}
