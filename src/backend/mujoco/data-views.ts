import type { MjData } from "./mujoco-module.ts";

/**
 * The arrays of MuJoCo's data that are read or written while time passes. Asking the engine's binding for one takes longer than a whole
 * row of commands, so each is asked for once.
 */
export class DataViews {
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly ctrl: Float64Array;
  readonly actuatorLength: Float64Array;
  /** Shape `[nGeoms, 3]`. */
  readonly geomXpos: Float64Array;

  constructor(data: MjData) {
    this.qpos = data.qpos;
    this.qvel = data.qvel;
    this.ctrl = data.ctrl;
    this.actuatorLength = data.actuator_length;
    this.geomXpos = data.geom_xpos;
  }

  /** Whether the WASM heap grew since: what was a view of it is empty then. */
  get stale(): boolean {
    return this.qpos.length === 0;
  }
}
