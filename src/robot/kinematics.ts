/**
 * Where the links are and how the tip moves, over the flat arrays of a {@link RobotModel}. Allocates nothing except the pose that
 * `tipPose` answers.
 *
 *     worldFromLink = worldFromParent · parentFromLink · motion(value),   value = mimicScale · q + mimicOffset
 *
 * A number that is not finite in `q` comes out as one that is not finite; the callers' comparisons deny it.
 * @module
 */
import { hypot3 } from "../core/elementary.ts";
import { poseFromMatrix34, type Pose } from "../core/pose.ts";
import { linkTurnsOf, TURN_FREE } from "./link-turns.ts";
import { JOINT_FIXED, JOINT_PRISMATIC, JOINT_REVOLUTE, type RobotModel } from "./robot-model.ts";

// Sines and cosines travel in arrays: V8 boxes a double handed to a function it does not inline.
const turn = new Float64Array(12);
const parentFromTurned = new Float64Array(12);
const worldFromTipScratch = new Float64Array(12);
const scratches = new WeakMap<RobotModel, Float64Array>();

/** `q`: shape `[nJoints]`. `worldFromLinks`: shape `[nLinks, 12]`, rows of the 3×4 matrices, overwritten. */
export function forwardKinematics(model: RobotModel, q: ArrayLike<number>, worldFromLinks: Float64Array): void {
  const { nLinks, parentOfLink, jointKindOfLink, parentFromLink } = model;
  const turns = linkTurnsOf(model);
  const { pairOfLink, columnOfLink, pairs } = turns;
  turns.turn(model, q);
  for (let k = 0; k < 12; k++) worldFromLinks[k] = parentFromLink[k]!;
  for (let link = 1; link < nLinks; link++) {
    const column = columnOfLink[link]!;
    const parent = parentOfLink[link]! * 12;
    if (column === 2) zTurnedProductInto(worldFromLinks, parent, parentFromLink, link * 12, pairs, pairOfLink[link]!);
    else if (column !== TURN_FREE) turnedProductInto(worldFromLinks, parent, parentFromLink, link * 12, pairs, pairOfLink[link]!, column);
    else freeTurnProductInto(model, link, worldFromLinks, pairs, pairOfLink[link]!);
    if (jointKindOfLink[link] === JOINT_PRISMATIC) slide(model, link, q, worldFromLinks);
  }
}

/** worldFromTip, rows of the 3×4 matrix, into `out12`; `worldFromLinks` as `forwardKinematics` left it. */
export function tipMatrixInto(model: RobotModel, worldFromLinks: Float64Array, out12: Float64Array): void {
  multiply34Into(worldFromLinks, model.tipLink * 12, model.tipLinkFromTip, 0, out12, 0);
}

/** worldFromTip at `q`. @throws ClearanceError `value.invalid` where a joint value is not finite. */
export function tipPose(model: RobotModel, q: ArrayLike<number>): Pose {
  let worldFromLinks = scratches.get(model);
  if (worldFromLinks === undefined) {
    worldFromLinks = new Float64Array(model.nLinks * 12);
    scratches.set(model, worldFromLinks);
  }
  forwardKinematics(model, q, worldFromLinks);
  tipMatrixInto(model, worldFromLinks, worldFromTipScratch);
  return poseFromMatrix34(worldFromTipScratch);
}

/**
 * Twist of the tip per unit of joint speed, in the world frame, at the tip. `out`: shape `[6, nJoints]`, row-major, rows vx vy vz
 * (m/s) then ωx ωy ωz (rad/s). Joints that several links mimic add up; a joint that does not move the tip has a zero column.
 */
export function geometricJacobianInto(model: RobotModel, worldFromLinks: Float64Array, out: Float64Array): void {
  const { nJoints: n, tipLink, parentOfLink, jointKindOfLink } = model;
  for (let k = 0; k < 6 * n; k++) out[k] = 0;
  tipMatrixInto(model, worldFromLinks, worldFromTipScratch);
  for (let link = tipLink; link > 0; link = parentOfLink[link]!) {
    if (jointKindOfLink[link] !== JOINT_FIXED) addColumn(model, worldFromLinks, link, out);
  }
}

/** |J_v q̇|, m/s: how fast the tip moves. `jacobian`: of `geometricJacobianInto`, shape `[6, nJoints]`; `qd`: shape `[nJoints]`. */
export function tipSpeedMps(jacobian: Float64Array, qd: Float64Array): number {
  const n = qd.length;
  let x = 0;
  let y = 0;
  let z = 0;
  for (let j = 0; j < n; j++) {
    x += jacobian[j]! * qd[j]!;
    y += jacobian[n + j]! * qd[j]!;
    z += jacobian[2 * n + j]! * qd[j]!;
  }
  return hypot3(x, y, z);
}

/**
 * For every link the twist per unit of path parameter when the joints move at `dq`: rows ωx ωy ωz vx vy vz of shape `[nLinks, 6]`
 * in the world frame, v being the velocity of the body's point at the world origin, so that a point p moves at v + ω × p.
 */
export function linkTwistsInto(model: RobotModel, worldFromLinks: Float64Array, dq: Float64Array, out: Float64Array): void {
  const { nLinks, parentOfLink, jointKindOfLink, qIndexOfLink, mimicScale, axisInLink: axis, anchorInLink: anchor } = model;
  const w = worldFromLinks;
  for (let k = 0; k < 6; k++) out[k] = 0;
  for (let link = 1; link < nLinks; link++) {
    const to = link * 6;
    const from = parentOfLink[link]! * 6;
    for (let k = 0; k < 6; k++) out[to + k] = out[from + k]!;
    const kind = jointKindOfLink[link]!;
    if (kind === JOINT_FIXED) continue;
    const rate = mimicScale[link]! * dq[qIndexOfLink[link]!]!;
    const o = link * 12;
    const ax = axis[link * 3]!;
    const ay = axis[link * 3 + 1]!;
    const az = axis[link * 3 + 2]!;
    const zx = (w[o]! * ax + w[o + 1]! * ay + w[o + 2]! * az) * rate;
    const zy = (w[o + 4]! * ax + w[o + 5]! * ay + w[o + 6]! * az) * rate;
    const zz = (w[o + 8]! * ax + w[o + 9]! * ay + w[o + 10]! * az) * rate;
    if (kind !== JOINT_REVOLUTE) {
      out[to + 3]! += zx;
      out[to + 4]! += zy;
      out[to + 5]! += zz;
      continue;
    }
    const bx = anchor[link * 3]!;
    const by = anchor[link * 3 + 1]!;
    const bz = anchor[link * 3 + 2]!;
    const cx = w[o]! * bx + w[o + 1]! * by + w[o + 2]! * bz + w[o + 3]!;
    const cy = w[o + 4]! * bx + w[o + 5]! * by + w[o + 6]! * bz + w[o + 7]!;
    const cz = w[o + 8]! * bx + w[o + 9]! * by + w[o + 10]! * bz + w[o + 11]!;
    out[to]! += zx;
    out[to + 1]! += zy;
    out[to + 2]! += zz;
    out[to + 3]! += cy * zz - cz * zy;
    out[to + 4]! += cz * zx - cx * zz;
    out[to + 5]! += cx * zy - cy * zx;
  }
}

/** out = a · b for 3×4 matrices at the given offsets; `out` may not overlap `a` or `b`. */
export function multiply34Into(a: Float64Array, ao: number, b: Float64Array, bo: number, out: Float64Array, oo: number): void {
  const b0 = b[bo]!;
  const b1 = b[bo + 1]!;
  const b2 = b[bo + 2]!;
  const b3 = b[bo + 3]!;
  const b4 = b[bo + 4]!;
  const b5 = b[bo + 5]!;
  const b6 = b[bo + 6]!;
  const b7 = b[bo + 7]!;
  const b8 = b[bo + 8]!;
  const b9 = b[bo + 9]!;
  const b10 = b[bo + 10]!;
  const b11 = b[bo + 11]!;
  for (let row = 0; row < 12; row += 4) {
    const x = a[ao + row]!;
    const y = a[ao + row + 1]!;
    const z = a[ao + row + 2]!;
    out[oo + row] = x * b0 + y * b4 + z * b8;
    out[oo + row + 1] = x * b1 + y * b5 + z * b9;
    out[oo + row + 2] = x * b2 + y * b6 + z * b10;
    out[oo + row + 3] = x * b3 + y * b7 + z * b11 + a[ao + row + 3]!;
  }
}

/**
 * w[link] = w[parent] · parentFromLink · turn about the frame's z axis, sine and cosine at `pairs[at]`. The turn mixes two columns of
 * parentFromLink, which is cheaper before the product than after it. Most arms need only this one of the three products.
 */
function zTurnedProductInto(w: Float64Array, from: number, p: Float64Array, o: number, pairs: Float64Array, at: number): void {
  const s = pairs[at]!;
  const c = pairs[at + 1]!;
  const x0 = c * p[o]! + s * p[o + 1]!;
  const y0 = c * p[o + 1]! - s * p[o]!;
  const z0 = p[o + 2]!;
  const t0 = p[o + 3]!;
  const x1 = c * p[o + 4]! + s * p[o + 5]!;
  const y1 = c * p[o + 5]! - s * p[o + 4]!;
  const z1 = p[o + 6]!;
  const t1 = p[o + 7]!;
  const x2 = c * p[o + 8]! + s * p[o + 9]!;
  const y2 = c * p[o + 9]! - s * p[o + 8]!;
  const z2 = p[o + 10]!;
  const t2 = p[o + 11]!;
  for (let row = 0; row < 12; row += 4) {
    const x = w[from + row]!;
    const y = w[from + row + 1]!;
    const z = w[from + row + 2]!;
    w[o + row] = x * x0 + y * x1 + z * x2;
    w[o + row + 1] = x * y0 + y * y1 + z * y2;
    w[o + row + 2] = x * z0 + y * z1 + z * z2;
    w[o + row + 3] = x * t0 + y * t1 + z * t2 + w[from + row + 3]!;
  }
}

/** The same about frame axis `k`. */
function turnedProductInto(w: Float64Array, from: number, p: Float64Array, o: number, pairs: Float64Array, at: number, k: number): void {
  const s = pairs[at]!;
  const c = pairs[at + 1]!;
  const i = k === 2 ? 0 : k + 1;
  const j = k === 0 ? 2 : k - 1;
  const i0 = c * p[o + i]! + s * p[o + j]!;
  const j0 = c * p[o + j]! - s * p[o + i]!;
  const k0 = p[o + k]!;
  const t0 = p[o + 3]!;
  const i1 = c * p[o + 4 + i]! + s * p[o + 4 + j]!;
  const j1 = c * p[o + 4 + j]! - s * p[o + 4 + i]!;
  const k1 = p[o + 4 + k]!;
  const t1 = p[o + 7]!;
  const i2 = c * p[o + 8 + i]! + s * p[o + 8 + j]!;
  const j2 = c * p[o + 8 + j]! - s * p[o + 8 + i]!;
  const k2 = p[o + 8 + k]!;
  const t2 = p[o + 11]!;
  for (let row = 0; row < 12; row += 4) {
    const x = w[from + row]!;
    const y = w[from + row + 1]!;
    const z = w[from + row + 2]!;
    w[o + row + i] = x * i0 + y * i1 + z * i2;
    w[o + row + j] = x * j0 + y * j1 + z * j2;
    w[o + row + k] = x * k0 + y * k1 + z * k2;
    w[o + row + 3] = x * t0 + y * t1 + z * t2 + w[from + row + 3]!;
  }
}

/** And about any axis through any anchor: T(anchor) · R(axis) · T(-anchor), R by Rodrigues' formula. */
function freeTurnProductInto(model: RobotModel, link: number, w: Float64Array, pairs: Float64Array, at: number): void {
  const { axisInLink: axis, anchorInLink: anchor } = model;
  const s = pairs[at]!;
  const c = pairs[at + 1]!;
  const v = 1 - c;
  const x = axis[link * 3]!;
  const y = axis[link * 3 + 1]!;
  const z = axis[link * 3 + 2]!;
  turn[0] = c + x * x * v;
  turn[1] = x * y * v - z * s;
  turn[2] = x * z * v + y * s;
  turn[4] = x * y * v + z * s;
  turn[5] = c + y * y * v;
  turn[6] = y * z * v - x * s;
  turn[8] = x * z * v - y * s;
  turn[9] = y * z * v + x * s;
  turn[10] = c + z * z * v;
  for (let row = 0; row < 3; row++) {
    const r = row * 4;
    const turned = turn[r]! * anchor[link * 3]! + turn[r + 1]! * anchor[link * 3 + 1]! + turn[r + 2]! * anchor[link * 3 + 2]!;
    turn[r + 3] = anchor[link * 3 + row]! - turned;
  }
  multiply34Into(model.parentFromLink, link * 12, turn, 0, parentFromTurned, 0);
  multiply34Into(w, model.parentOfLink[link]! * 12, parentFromTurned, 0, w, link * 12);
}

/** Moves the link along its prismatic joint's axis. */
function slide(model: RobotModel, link: number, q: ArrayLike<number>, m: Float64Array): void {
  const { axisInLink: axis } = model;
  const o = link * 12;
  const value = model.mimicScale[link]! * q[model.qIndexOfLink[link]!]! + model.mimicOffset[link]!;
  const x = axis[link * 3]! * value;
  const y = axis[link * 3 + 1]! * value;
  const z = axis[link * 3 + 2]! * value;
  m[o + 3]! += m[o]! * x + m[o + 1]! * y + m[o + 2]! * z;
  m[o + 7]! += m[o + 4]! * x + m[o + 5]! * y + m[o + 6]! * z;
  m[o + 11]! += m[o + 8]! * x + m[o + 9]! * y + m[o + 10]! * z;
}

/** Adds what one link's joint contributes to the Jacobian at the tip, whose matrix is in `worldFromTipScratch`. */
function addColumn(model: RobotModel, w: Float64Array, link: number, out: Float64Array): void {
  const { nJoints: n, axisInLink: axis, anchorInLink: anchor } = model;
  const joint = model.qIndexOfLink[link]!;
  const scale = model.mimicScale[link]!;
  const o = link * 12;
  const ax = axis[link * 3]!;
  const ay = axis[link * 3 + 1]!;
  const az = axis[link * 3 + 2]!;
  const zx = (w[o]! * ax + w[o + 1]! * ay + w[o + 2]! * az) * scale;
  const zy = (w[o + 4]! * ax + w[o + 5]! * ay + w[o + 6]! * az) * scale;
  const zz = (w[o + 8]! * ax + w[o + 9]! * ay + w[o + 10]! * az) * scale;
  if (model.jointKindOfLink[link] !== JOINT_REVOLUTE) {
    out[joint]! += zx;
    out[n + joint]! += zy;
    out[2 * n + joint]! += zz;
    return;
  }
  const bx = anchor[link * 3]!;
  const by = anchor[link * 3 + 1]!;
  const bz = anchor[link * 3 + 2]!;
  const dx = worldFromTipScratch[3]! - (w[o]! * bx + w[o + 1]! * by + w[o + 2]! * bz + w[o + 3]!);
  const dy = worldFromTipScratch[7]! - (w[o + 4]! * bx + w[o + 5]! * by + w[o + 6]! * bz + w[o + 7]!);
  const dz = worldFromTipScratch[11]! - (w[o + 8]! * bx + w[o + 9]! * by + w[o + 10]! * bz + w[o + 11]!);
  out[joint]! += zy * dz - zz * dy;
  out[n + joint]! += zz * dx - zx * dz;
  out[2 * n + joint]! += zx * dy - zy * dx;
  out[3 * n + joint]! += zx;
  out[4 * n + joint]! += zy;
  out[5 * n + joint]! += zz;
}
