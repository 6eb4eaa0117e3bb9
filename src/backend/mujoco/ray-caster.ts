import type { MjData, MjModel, MujocoModule, OutBuffer } from "./mujoco-module.ts";

/** What rays from one point hit. The caster's own arrays: the next cast overwrites them. */
export interface RayHits {
  /** Geom index, -1 for none; shape `[nRays]`. */
  readonly geom: Int32Array;
  /** m along the unit direction, -1 for none; shape `[nRays]`. */
  readonly distanceM: Float64Array;
  /** Unit normals of the surfaces; shape `[nRays, 3]`. */
  readonly normal: Float64Array;
}

/** The engine wants buffers of exactly the number of rays, so rays go in bundles of one size, the last filled up. */
const bundle = 1024;

/** Casts up to `capacity` rays that start at one point. Owns WASM memory until `dispose`. */
export class RayCaster {
  /** Unit directions of the next cast, shape `[capacity, 3]`; the caller fills the first `nRays`. */
  readonly directions: Float64Array;
  readonly #mujoco: MujocoModule;
  readonly #model: MjModel;
  readonly #data: MjData;
  readonly #exceptBody: number;
  readonly #geom: OutBuffer<Int32Array>;
  readonly #distance: OutBuffer<Float64Array>;
  readonly #normal: OutBuffer<Float64Array>;
  readonly #hits: RayHits;

  /** `capacity`: a multiple of 1024. `exceptBody`: one that rays pass through, -1 for none. */
  constructor(mujoco: MujocoModule, model: MjModel, data: MjData, capacity: number, exceptBody = -1) {
    this.directions = new Float64Array(capacity * 3);
    this.#mujoco = mujoco;
    this.#model = model;
    this.#data = data;
    this.#exceptBody = exceptBody;
    this.#geom = new mujoco.IntBuffer(bundle);
    this.#distance = new mujoco.DoubleBuffer(bundle);
    this.#normal = new mujoco.DoubleBuffer(bundle * 3);
    this.#hits = { geom: new Int32Array(capacity), distanceM: new Float64Array(capacity), normal: new Float64Array(capacity * 3) };
  }

  /** `groups`: shape `[6]`, 1 for each geom group that is seen. */
  cast(origin: ArrayLike<number>, nRays: number, groups: readonly number[], cutoffM: number): RayHits {
    const from3 = Array.from(origin);
    for (let first = 0; first < nRays; first += bundle) {
      for (let spare = nRays; spare < first + bundle; spare++) this.directions.set([0, 0, 1], 3 * spare);
      const directions = this.directions.subarray(3 * first, 3 * (first + bundle));
      this.#mujoco.mj_multiRay(
        this.#model,
        this.#data,
        from3,
        directions,
        groups,
        true,
        this.#exceptBody,
        this.#geom,
        this.#distance,
        this.#normal,
        bundle,
        cutoffM,
      );
      this.#hits.geom.set(this.#geom.GetView(), first);
      this.#hits.distanceM.set(this.#distance.GetView(), first);
      this.#hits.normal.set(this.#normal.GetView(), 3 * first);
    }
    return this.#hits;
  }

  dispose(): void {
    this.#geom.delete();
    this.#distance.delete();
    this.#normal.delete();
  }
}
