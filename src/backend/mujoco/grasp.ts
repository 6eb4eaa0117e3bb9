import type { Gripper } from "./gripper.ts";
import type { OutBuffer } from "./mujoco-module.ts";
import type { Simulation } from "./simulation.ts";

/** Less than the weight of 50 g, more than a pad that rests against something. */
const minGripForceN = 0.3;
/** Cosine between the normals of two fingers' contacts from which they count as opposing: more than 135° apart. */
const opposing = -0.7;

interface Press {
  readonly object: number;
  readonly finger: number;
  readonly normal: readonly [number, number, number];
}

/** Farther apart than this they do not touch, m. */
const nearM = 5e-3;

/** Tells what a gripper holds by the contacts of its fingers. Owns WASM memory until `dispose`. */
export class Grasp {
  readonly #simulation: Simulation;
  readonly #gripper: Gripper;
  /** Shape `[nGeoms]`: index of the object a geom belongs to, -1 for none. */
  readonly #objectOfGeom: Int32Array;
  readonly #fingerGeoms: Int32Array;
  readonly #objectGeoms: Int32Array;
  readonly #radius: Float64Array;
  readonly #force: OutBuffer<Float64Array>;

  constructor(simulation: Simulation, gripper: Gripper, objectOfGeom: Int32Array) {
    this.#simulation = simulation;
    this.#gripper = gripper;
    this.#objectOfGeom = objectOfGeom;
    const geoms = Int32Array.from(objectOfGeom.keys());
    this.#fingerGeoms = geoms.filter((g) => (gripper.fingerOfGeom[g] ?? -1) >= 0);
    this.#objectGeoms = geoms.filter((g) => (objectOfGeom[g] ?? -1) >= 0);
    this.#radius = new Float64Array(simulation.model.geom_rbound);
    this.#force = new simulation.mujoco.DoubleBuffer(6);
  }

  /** Index of the object held, -1 for none; of several held, the one listed first in the world. */
  held(): number {
    const gripper = this.#gripper;
    const simulation = this.#simulation;
    if (gripper.kind === "suction" && !pulls(gripper, simulation.views.ctrl)) return -1;
    simulation.refreshPoses();
    // Contacts are dear to read, and mostly those of objects that lie about.
    if (!this.#somethingNear()) return -1;
    simulation.refresh();
    const presses = this.#presses();
    let held = -1;
    for (const press of presses)
      if ((held < 0 || press.object < held) && (gripper.kind === "suction" || presses.some((other) => oppose(press, other))))
        held = press.object;
    return held;
  }

  dispose(): void {
    this.#force.delete();
  }

  #somethingNear(): boolean {
    const at = this.#simulation.views.geomXpos;
    const radius = this.#radius;
    const fingers = this.#fingerGeoms;
    const objects = this.#objectGeoms;
    for (let i = 0; i < fingers.length; i++) {
      const f = fingers[i]!;
      for (let k = 0; k < objects.length; k++) {
        const o = objects[k]!;
        const dx = at[3 * f]! - at[3 * o]!;
        const dy = at[3 * f + 1]! - at[3 * o + 1]!;
        const dz = at[3 * f + 2]! - at[3 * o + 2]!;
        const reach = radius[f]! + radius[o]! + nearM;
        if (dx * dx + dy * dy + dz * dz < reach * reach) return true;
      }
    }
    return false;
  }

  /** The contacts between a finger and an object that carry force. */
  #presses(): readonly Press[] {
    const { mujoco, model, data } = this.#simulation;
    const presses: Press[] = [];
    const contacts = data.contact;
    for (let c = 0; c < contacts.size(); c++) {
      const contact = contacts.get(c);
      if (contact === undefined) continue;
      const fingerIsFirst = (this.#gripper.fingerOfGeom[contact.geom1] ?? -1) >= 0;
      const finger = this.#gripper.fingerOfGeom[fingerIsFirst ? contact.geom1 : contact.geom2] ?? -1;
      const object = this.#objectOfGeom[fingerIsFirst ? contact.geom2 : contact.geom1] ?? -1;
      // A contact without constraint rows carries no force.
      if (finger >= 0 && object >= 0 && contact.efc_address >= 0) {
        mujoco.mj_contactForce(model, data, c, this.#force);
        const sign = fingerIsFirst ? 1 : -1;
        const [x = 0, y = 0, z = 0] = contact.frame;
        if ((this.#force.GetView()[0] ?? 0) >= minGripForceN) presses.push({ object, finger, normal: [sign * x, sign * y, sign * z] });
      }
      contact.delete();
    }
    contacts.delete();
    return presses;
  }
}

function oppose(a: Press, b: Press): boolean {
  if (a.object !== b.object || a.finger === b.finger) return false;
  return a.normal[0] * b.normal[0] + a.normal[1] * b.normal[1] + a.normal[2] * b.normal[2] < opposing;
}

function pulls(gripper: Gripper, ctrl: Float64Array): boolean {
  const told = ctrl[gripper.actuator] ?? Number.NaN;
  return Math.abs(told - gripper.closedCtrl) < Math.abs(told - gripper.openCtrl);
}
