/**
 * What a robot needs from a compiled MuJoCo model, as plain arrays: copied once, so that no view into WASM memory is kept.
 *
 * The adapter takes the model of `@mujoco/mujoco` by its shape; this file imports no engine.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";

/** Shapes and units are MuJoCo's: row-major, m, rad, quaternions w x y z. Enumerations as in mjmodel.h. */
export interface CompiledMjcf {
  readonly name: string;
  readonly nbody: number;
  readonly bodyName: readonly string[];
  readonly bodyParent: Int32Array;
  readonly bodyPos: Float64Array;
  readonly bodyQuat: Float64Array;
  readonly bodyMocapId: Int32Array;
  readonly njnt: number;
  readonly jntName: readonly string[];
  readonly jntType: Int32Array;
  readonly jntBody: Int32Array;
  readonly jntPos: Float64Array;
  readonly jntAxis: Float64Array;
  readonly jntRange: Float64Array;
  readonly jntLimited: readonly boolean[];
  readonly jntQposAdr: Int32Array;
  readonly ngeom: number;
  readonly geomName: readonly string[];
  readonly geomType: Int32Array;
  readonly geomBody: Int32Array;
  readonly geomPos: Float64Array;
  readonly geomQuat: Float64Array;
  readonly geomSize: Float64Array;
  readonly geomContype: Int32Array;
  readonly geomConaffinity: Int32Array;
  readonly geomGroup: Int32Array;
  readonly geomDataId: Int32Array;
  readonly meshVertAdr: Int32Array;
  readonly meshVertNum: Int32Array;
  readonly meshVert: Float64Array;
  readonly meshFaceAdr: Int32Array;
  readonly meshFaceNum: Int32Array;
  readonly meshFace: Int32Array;
  /** Convex hulls of the meshes; address -1 where the compiler made none. */
  readonly meshGraphAdr: Int32Array;
  readonly meshGraph: Int32Array;
  readonly nsite: number;
  readonly siteName: readonly string[];
  readonly siteBody: Int32Array;
  readonly sitePos: Float64Array;
  readonly siteQuat: Float64Array;
  readonly nq: number;
  readonly qpos0: Float64Array;
  readonly nkey: number;
  readonly keyName: readonly string[];
  /** Shape `[nkey, nq]`. */
  readonly keyQpos: Float64Array;
  readonly nu: number;
  readonly actuatorTrnType: Int32Array;
  /** Shape `[nu, 2]`. */
  readonly actuatorTrnId: Int32Array;
  readonly actuatorBiasType: Int32Array;
  /** Shape `[nu, 10]`. */
  readonly actuatorGainPrm: Float64Array;
  readonly actuatorBiasPrm: Float64Array;
  /** Shape `[nu, 6]`. */
  readonly actuatorGear: Float64Array;
  readonly actuatorCtrlLimited: readonly boolean[];
  readonly actuatorCtrlRange: Float64Array;
  readonly actuatorForceLimited: readonly boolean[];
  readonly actuatorForceRange: Float64Array;
  readonly neq: number;
  readonly eqType: Int32Array;
  readonly eqObj1: Int32Array;
  readonly eqObj2: Int32Array;
  /** Shape `[neq, 11]`. */
  readonly eqData: Float64Array;
  /** (body1 << 16) + body2. */
  readonly excludeSignature: Int32Array;
}

type Numbers = ArrayLike<number>;
interface Handle {
  delete(): void;
}

/** The part of `MjModel` that is read. The package types its arrays as `any`. */
export interface MujocoModelLike {
  readonly nbody: number;
  readonly njnt: number;
  readonly ngeom: number;
  readonly nsite: number;
  readonly nq: number;
  readonly nkey: number;
  readonly nu: number;
  readonly neq: number;
  readonly names: Numbers;
  readonly name_bodyadr: Numbers;
  readonly name_jntadr: Numbers;
  readonly name_geomadr: Numbers;
  readonly name_siteadr: Numbers;
  readonly name_keyadr: Numbers;
  readonly body_parentid: Numbers;
  readonly body_pos: Numbers;
  readonly body_quat: Numbers;
  readonly body_mocapid: Numbers;
  readonly jnt_type: Numbers;
  readonly jnt_bodyid: Numbers;
  readonly jnt_pos: Numbers;
  readonly jnt_axis: Numbers;
  readonly jnt_range: Numbers;
  readonly jnt_qposadr: Numbers;
  readonly geom_type: Numbers;
  readonly geom_bodyid: Numbers;
  readonly geom_pos: Numbers;
  readonly geom_quat: Numbers;
  readonly geom_size: Numbers;
  readonly geom_contype: Numbers;
  readonly geom_conaffinity: Numbers;
  readonly geom_group: Numbers;
  readonly geom_dataid: Numbers;
  readonly mesh_vertadr: Numbers;
  readonly mesh_vertnum: Numbers;
  readonly mesh_vert: Numbers;
  readonly mesh_faceadr: Numbers;
  readonly mesh_facenum: Numbers;
  readonly mesh_face: Numbers;
  readonly mesh_graphadr: Numbers;
  readonly mesh_graph: Numbers;
  readonly site_bodyid: Numbers;
  readonly site_pos: Numbers;
  readonly site_quat: Numbers;
  readonly qpos0: Numbers;
  readonly key_qpos: Numbers;
  readonly actuator_trntype: Numbers;
  readonly actuator_trnid: Numbers;
  readonly actuator_biastype: Numbers;
  readonly actuator_gainprm: Numbers;
  readonly actuator_biasprm: Numbers;
  readonly actuator_gear: Numbers;
  readonly actuator_ctrlrange: Numbers;
  readonly actuator_forcerange: Numbers;
  readonly eq_type: Numbers;
  readonly eq_obj1id: Numbers;
  readonly eq_obj2id: Numbers;
  readonly eq_data: Numbers;
  readonly exclude_signature: Numbers;
  jnt(index: number): (Handle & { readonly limited: unknown }) | null;
  actuator(index: number): (Handle & { readonly ctrllimited: unknown; readonly forcelimited: unknown }) | null;
}

/**
 * Copies everything; the model may be deleted afterwards. Flags are read element by element: in 3.14.0 the getters of whole boolean
 * arrays (`jnt_limited` …) throw a BindingError.
 */
export function compiledMjcfFrom(m: MujocoModelLike): CompiledMjcf {
  const ints = (values: Numbers): Int32Array => Int32Array.from(values);
  const reals = (values: Numbers): Float64Array => new Float64Array(values);
  const bytes = Uint8Array.from(m.names);
  const names = (addresses: Numbers): string[] => Array.from(addresses, (address) => textAt(bytes, address));
  return {
    name: textAt(bytes, 0),
    nbody: m.nbody,
    bodyName: names(m.name_bodyadr),
    bodyParent: ints(m.body_parentid),
    bodyPos: reals(m.body_pos),
    bodyQuat: reals(m.body_quat),
    bodyMocapId: ints(m.body_mocapid),
    njnt: m.njnt,
    jntName: names(m.name_jntadr),
    jntType: ints(m.jnt_type),
    jntBody: ints(m.jnt_bodyid),
    jntPos: reals(m.jnt_pos),
    jntAxis: reals(m.jnt_axis),
    jntRange: reals(m.jnt_range),
    jntLimited: flags(
      "jnt_limited",
      m.njnt,
      (index) => m.jnt(index),
      (joint) => joint.limited,
    ),
    jntQposAdr: ints(m.jnt_qposadr),
    ngeom: m.ngeom,
    geomName: names(m.name_geomadr),
    geomType: ints(m.geom_type),
    geomBody: ints(m.geom_bodyid),
    geomPos: reals(m.geom_pos),
    geomQuat: reals(m.geom_quat),
    geomSize: reals(m.geom_size),
    geomContype: ints(m.geom_contype),
    geomConaffinity: ints(m.geom_conaffinity),
    geomGroup: ints(m.geom_group),
    geomDataId: ints(m.geom_dataid),
    meshVertAdr: ints(m.mesh_vertadr),
    meshVertNum: ints(m.mesh_vertnum),
    meshVert: reals(m.mesh_vert),
    meshFaceAdr: ints(m.mesh_faceadr),
    meshFaceNum: ints(m.mesh_facenum),
    meshFace: ints(m.mesh_face),
    meshGraphAdr: ints(m.mesh_graphadr),
    meshGraph: ints(m.mesh_graph),
    nsite: m.nsite,
    siteName: names(m.name_siteadr),
    siteBody: ints(m.site_bodyid),
    sitePos: reals(m.site_pos),
    siteQuat: reals(m.site_quat),
    nq: m.nq,
    qpos0: reals(m.qpos0),
    nkey: m.nkey,
    keyName: names(m.name_keyadr),
    keyQpos: reals(m.key_qpos),
    nu: m.nu,
    actuatorTrnType: ints(m.actuator_trntype),
    actuatorTrnId: ints(m.actuator_trnid),
    actuatorBiasType: ints(m.actuator_biastype),
    actuatorGainPrm: reals(m.actuator_gainprm),
    actuatorBiasPrm: reals(m.actuator_biasprm),
    actuatorGear: reals(m.actuator_gear),
    actuatorCtrlLimited: flags(
      "ctrllimited",
      m.nu,
      (index) => m.actuator(index),
      (actuator) => actuator.ctrllimited,
    ),
    actuatorCtrlRange: reals(m.actuator_ctrlrange),
    actuatorForceLimited: flags(
      "forcelimited",
      m.nu,
      (index) => m.actuator(index),
      (actuator) => actuator.forcelimited,
    ),
    actuatorForceRange: reals(m.actuator_forcerange),
    neq: m.neq,
    eqType: ints(m.eq_type),
    eqObj1: ints(m.eq_obj1id),
    eqObj2: ints(m.eq_obj2id),
    eqData: reals(m.eq_data),
    excludeSignature: ints(m.exclude_signature),
  };
}

function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return new TextDecoder().decode(bytes.subarray(start, end < 0 ? bytes.length : end));
}

/** Accessors live outside the JS heap and are deleted one by one. */
function flags<T extends Handle>(
  what: string,
  n: number,
  at: (index: number) => T | null,
  read: (handle: T) => unknown,
): readonly boolean[] {
  return Array.from({ length: n }, (_, index) => {
    const handle = at(index);
    if (handle === null) throw unreadable(what, index);
    try {
      const value = read(handle);
      if (typeof value === "boolean") return value;
      if (typeof value === "number") return value !== 0;
      throw unreadable(what, index);
    } finally {
      handle.delete();
    }
  });
}

function unreadable(what: string, index: number): ClearanceError {
  const problem = `cannot read ${what}[${index}] of the compiled model`;
  const fix = "use @mujoco/mujoco 3.14.0";
  return new ClearanceError("backend.unavailable", `mujoco: ${problem}; ${fix}`, { backend: "mujoco", problem, fix });
}
