/**
 * The part of `@mujoco/mujoco` that this folder uses, with real types (the package types its arrays as `any`).
 *
 * Three things the types cannot say. Arrays of a model or its data are live views of WASM memory: the engine overwrites them, and they
 * shrink to length 0 when the heap grows, so read the getter again after anything that allocates. Handles marked `Owned` live outside the
 * JavaScript heap until `delete()`. Arrays of booleans (`jnt_limited`, …) cannot be read in this build; the accessors `jnt(i)` can.
 * @module
 */
import type { MujocoModelLike } from "../../robot/mjcf-arrays.ts";

/** Lives in WASM memory until deleted; nothing collects it. */
export interface Owned {
  delete(): void;
}

/** An enumerator of the engine, by identity. */
export interface MujocoEnum<Kind extends string> {
  readonly value: number;
  /** Never present: keeps the enumerators of different enumerations apart. */
  readonly kind?: Kind;
}

/** What the robot reader takes, and what else is needed here. Live views. */
export interface MjModel extends Owned, MujocoModelLike {
  readonly nv: number;
  readonly opt: { readonly timestep: number };
  readonly names: Int8Array;
  readonly name_bodyadr: Int32Array;
  readonly name_jntadr: Int32Array;
  readonly name_geomadr: Int32Array;
  readonly name_keyadr: Int32Array;
  readonly name_actuatoradr: Int32Array;
  readonly name_numericadr: Int32Array;
  readonly numeric_adr: Int32Array;
  readonly numeric_size: Int32Array;
  readonly numeric_data: Float64Array;
  readonly body_jntnum: Int32Array;
  readonly body_jntadr: Int32Array;
  readonly jnt_dofadr: Int32Array;
  readonly jnt_range: Float64Array;
  readonly dof_M0: Float64Array;
  readonly dof_damping: Float64Array;
  readonly geom_bodyid: Int32Array;
  readonly geom_matid: Int32Array;
  readonly geom_group: Int32Array;
  /** Radius of a sphere around each geom's centre. */
  readonly geom_rbound: Float64Array;
  readonly geom_rgba: Float32Array;
  readonly mat_rgba: Float32Array;
  readonly tendon_adr: Int32Array;
  readonly tendon_num: Int32Array;
  readonly wrap_type: Int32Array;
  readonly wrap_objid: Int32Array;
  readonly qpos0: Float64Array;
  readonly key_qpos: Float64Array;
  readonly key_ctrl: Float64Array;
  readonly actuator_dyntype: Int32Array;
  readonly actuator_gaintype: Int32Array;
  readonly actuator_gainprm: Float64Array;
}

export interface MjData extends Owned {
  readonly time: number;
  readonly ncon: number;
  readonly qpos: Float64Array;
  readonly qvel: Float64Array;
  readonly ctrl: Float64Array;
  readonly actuator_length: Float64Array;
  readonly xpos: Float64Array;
  readonly geom_xpos: Float64Array;
  /** Row-major rotations, shape `[ngeom, 9]`. */
  readonly geom_xmat: Float64Array;
  /** A copy, made by every read: delete it and every element. */
  readonly contact: MjContactVec;
}

export interface MjContact extends Owned {
  readonly geom1: number;
  readonly geom2: number;
  readonly dist: number;
  readonly efc_address: number;
  /** Rows of the contact frame; the first is the normal, from geom1 to geom2. */
  readonly frame: Float64Array;
}

export interface MjContactVec extends Owned {
  size(): number;
  get(index: number): MjContact | undefined;
}

/** The only kind of argument the engine writes results into. */
export interface OutBuffer<View> extends Owned {
  /** Live view: shrinks to length 0 when the heap grows. */
  GetView(): View;
}

export interface MjVfs extends Owned {
  addBuffer(name: string, content: Uint8Array): void;
}

/** Handles below belong to their spec and die with it: never delete them. */
export interface MjsElement {
  isAliasOf?(other: unknown): boolean;
}

export interface MjsBody {
  readonly element: MjsElement;
  readonly pos: Float64Array;
  readonly quat: Float64Array;
  /** Another way to write the orientation, which wins over `quat` unless its type is that of quaternions. */
  readonly alt: { type: MujocoEnum<"orientation"> };
  gravcomp: number;
  readonly explicitinertial: boolean;
}

export interface MjsGeom {
  readonly element: MjsElement;
  type: MujocoEnum<"geom">;
  readonly size: Float64Array;
  readonly pos: Float64Array;
  readonly quat: Float64Array;
  readonly rgba: Float32Array;
  readonly friction: Float64Array;
  readonly solref: Float64Array;
  readonly solimp: Float64Array;
  contype: number;
  conaffinity: number;
  condim: number;
  group: number;
  priority: number;
  mass: number;
  margin: number;
  gap: number;
  solmix: number;
  readonly meshname: string;
  material: string;
}

export interface MjsJoint {
  readonly element: MjsElement;
  type: MujocoEnum<"joint">;
  readonly pos: Float64Array;
  readonly axis: Float64Array;
  limited: MujocoEnum<"limited">;
  readonly range: Float64Array;
  ref: number;
  frictionloss: number;
  armature: number;
  readonly damping: Float64Array;
}

export interface MjsMesh {
  readonly element: MjsElement;
  readonly file: string;
}

export interface MjsActuator {
  readonly element: MjsElement;
  target: string;
  trntype: MujocoEnum<"transmission">;
  dyntype: MujocoEnum<"dynamics">;
  gaintype: MujocoEnum<"gain">;
  biastype: MujocoEnum<"bias">;
  ctrllimited: MujocoEnum<"limited">;
  forcelimited: MujocoEnum<"limited">;
  readonly gainprm: Float64Array;
  readonly biasprm: Float64Array;
  readonly ctrlrange: Float64Array;
  readonly forcerange: Float64Array;
}

export interface MjSpec extends Owned {
  memory: number;
  /** Where the files are that the model names. */
  modelfiledir: string;
  readonly modelname: string;
  readonly option: { timestep: number; disableflags: number; integrator: number };
  readonly compiler: { fusestatic: boolean; discardvisual: boolean };
}

/** Opaque default class. */
export type MjsDefault = object;

/** Object kinds, as `mj_name2id` and `mjs_firstElement` take them. */
type ObjectKind = MujocoEnum<"object">;

/** The engine's file system, in its memory. Paths are absolute. */
interface EngineFiles {
  mkdir(path: string): unknown;
  rmdir(path: string): unknown;
  unlink(path: string): unknown;
  writeFile(path: string, content: Uint8Array | string): unknown;
}

export interface MujocoModule {
  readonly FS: EngineFiles;
  readonly mjtObj: {
    readonly mjOBJ_BODY: ObjectKind;
    readonly mjOBJ_JOINT: ObjectKind;
    readonly mjOBJ_GEOM: ObjectKind;
    readonly mjOBJ_MESH: ObjectKind;
    readonly mjOBJ_KEY: ObjectKind;
    readonly mjOBJ_SENSOR: ObjectKind;
    readonly mjOBJ_TENDON: ObjectKind;
    readonly mjOBJ_EQUALITY: ObjectKind;
    readonly mjOBJ_ACTUATOR: ObjectKind;
  };
  readonly mjtJoint: {
    readonly mjJNT_FREE: MujocoEnum<"joint">;
    readonly mjJNT_SLIDE: MujocoEnum<"joint">;
    readonly mjJNT_HINGE: MujocoEnum<"joint">;
  };
  readonly mjtOrientation: { readonly mjORIENTATION_QUAT: MujocoEnum<"orientation"> };
  readonly mjtGeom: {
    readonly mjGEOM_PLANE: MujocoEnum<"geom">;
    readonly mjGEOM_SPHERE: MujocoEnum<"geom">;
    readonly mjGEOM_CAPSULE: MujocoEnum<"geom">;
    readonly mjGEOM_CYLINDER: MujocoEnum<"geom">;
    readonly mjGEOM_BOX: MujocoEnum<"geom">;
  };
  readonly mjtTrn: { readonly mjTRN_JOINT: MujocoEnum<"transmission"> };
  readonly mjtDyn: { readonly mjDYN_NONE: MujocoEnum<"dynamics"> };
  readonly mjtGain: { readonly mjGAIN_FIXED: MujocoEnum<"gain"> };
  readonly mjtBias: { readonly mjBIAS_AFFINE: MujocoEnum<"bias"> };
  readonly mjtLimited: { readonly mjLIMITED_FALSE: MujocoEnum<"limited">; readonly mjLIMITED_TRUE: MujocoEnum<"limited"> };
  readonly mjtDisableBit: { readonly mjDSBL_AUTORESET: MujocoEnum<"disable"> };
  readonly mjtState: { readonly mjSTATE_INTEGRATION: MujocoEnum<"state"> };
  readonly MjData: new (model: MjModel) => MjData;
  readonly MjVFS: new () => MjVfs;
  readonly DoubleBuffer: new (length: number) => OutBuffer<Float64Array>;
  readonly IntBuffer: new (length: number) => OutBuffer<Int32Array>;
  mj_versionString(): string;
  parseXMLString(xml: string, vfs: MjVfs): MjSpec;
  mj_compile(spec: MjSpec, vfs: MjVfs): MjModel;
  mj_step(model: MjModel, data: MjData): void;
  mj_forward(model: MjModel, data: MjData): void;
  mj_kinematics(model: MjModel, data: MjData): void;
  mj_comPos(model: MjModel, data: MjData): void;
  mj_tendon(model: MjModel, data: MjData): void;
  mj_transmission(model: MjModel, data: MjData): void;
  mj_stateSize(model: MjModel, signature: number): number;
  mj_getState(model: MjModel, data: MjData, out: OutBuffer<Float64Array>, signature: number): void;
  mj_setState(model: MjModel, data: MjData, state: Float64Array, signature: number): void;
  mj_contactForce(model: MjModel, data: MjData, contact: number, out6: OutBuffer<Float64Array>): void;
  /** Rays from one point. `directions` `[nRays, 3]`; `geomIds` -1 and `distances` -1 where nothing is hit. */
  mj_multiRay(
    model: MjModel,
    data: MjData,
    origin: ArrayLike<number>,
    directions: Float64Array,
    geomGroup: ArrayLike<number> | null,
    includeStatic: boolean,
    excludeBody: number,
    geomIds: OutBuffer<Int32Array>,
    distances: OutBuffer<Float64Array>,
    normals: OutBuffer<Float64Array> | null,
    nRays: number,
    cutoffM: number,
  ): void;
  mjs_findBody(spec: MjSpec, name: string): MjsBody | undefined;
  mjs_findElement(spec: MjSpec, kind: ObjectKind, name: string): MjsElement | undefined;
  mjs_getSpecDefault(spec: MjSpec): MjsDefault | undefined;
  mjs_addBody(parent: MjsBody, defaults: MjsDefault): MjsBody | undefined;
  mjs_addGeom(body: MjsBody, defaults: MjsDefault): MjsGeom | undefined;
  mjs_addFreeJoint(body: MjsBody): MjsJoint | undefined;
  mjs_addJoint(body: MjsBody, defaults: MjsDefault): MjsJoint | undefined;
  mjs_addActuator(spec: MjSpec, defaults: MjsDefault): MjsActuator | undefined;
  mjs_setName(element: MjsElement, name: string): number;
  mjs_getName(element: MjsElement): string;
  mjs_getParent(element: MjsElement): MjsBody | undefined;
  mjs_asGeom(element: MjsElement): MjsGeom | undefined;
  mjs_asMesh(element: MjsElement): MjsMesh | undefined;
  mjs_asJoint(element: MjsElement): MjsJoint | undefined;
  mjs_asBody(element: MjsElement): MjsBody | undefined;
  mjs_asActuator(element: MjsElement): MjsActuator | undefined;
  mjs_firstElement(spec: MjSpec, kind: ObjectKind): MjsElement | undefined;
  mjs_nextElement(spec: MjSpec, element: MjsElement): MjsElement | undefined;
  mjs_delete(spec: MjSpec, element: MjsElement): number;
}
