/**
 * MuJoCo as an oracle in tests: compiled models, and where its own kinematics puts bodies and sites.
 * @module
 */
import { readFileSync } from "node:fs";
import loadMujoco from "@mujoco/mujoco";
import { forwardKinematics, tipMatrixInto } from "../kinematics.ts";
import { compiledMjcfFrom, type CompiledMjcf } from "../mjcf-arrays.ts";
import type { RobotModel } from "../robot-model.ts";

export const mujoco = await loadMujoco();
type MjModel = InstanceType<typeof mujoco.MjModel>;

/** Compiles, hands over, deletes. */
export function withModel<T>(xml: string, files: ReadonlyMap<string, Uint8Array>, use: (model: MjModel, compiled: CompiledMjcf) => T): T {
  const vfs = new mujoco.MjVFS();
  for (const [name, bytes] of files) vfs.addBuffer(name, bytes);
  const model = mujoco.MjModel.from_xml_string(xml, vfs);
  if (model === null) throw new Error("MuJoCo gave no model");
  try {
    return use(model, compiledMjcfFrom(model));
  } finally {
    model.delete();
    vfs.delete();
  }
}

export function compiled(xml: string): CompiledMjcf {
  return withModel(xml, new Map(), (_, arrays) => arrays);
}

/** An MJCF file without its visual geoms and the meshes only they use, and the files that are left: compiles in a tenth of the time. */
export function collisionOnly(path: string): { readonly xml: string; readonly files: ReadonlyMap<string, Uint8Array> } {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const shapes = readFileSync(path, "utf8").replaceAll(/<geom\b[^>]*class="visual"[^>]*\/>/g, "");
  const xml = shapes.replaceAll(/<mesh\b[^>]*\bfile="([^"]*)"[^>]*\/>/g, (element, file: string) => {
    const name = /\bname="([^"]*)"/.exec(element)?.[1] ?? file.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
    return shapes.includes(` mesh="${name}"`) ? element : "";
  });
  const meshDir = /\bmeshdir="([^"]*)"/.exec(xml)?.[1] ?? "";
  const names = [...xml.matchAll(/\bfile="([^"]*)"/g)].map((match) => `${meshDir === "" ? "" : `${meshDir}/`}${match[1]}`);
  return { xml, files: new Map(names.map((name) => [name, new Uint8Array(readFileSync(folder + name))])) };
}

/**
 * The largest difference between our forward kinematics and MuJoCo's, over every link that is a body, rotations by matrix element, and
 * the tip by its site. `qs`: configurations in the order of `jointNames`; the other joints stand at `rest` (shape `[nq]`).
 */
export function kinematicsDifference(
  model: MjModel,
  arrays: CompiledMjcf,
  robot: RobotModel,
  qs: readonly Float64Array[],
  rest: Float64Array,
  site?: string,
): number {
  const data = new mujoco.MjData(model);
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  const worldFromTip = new Float64Array(12);
  const addresses = robot.jointNames.map((name) => arrays.jntQposAdr[arrays.jntName.indexOf(name)]!);
  let largest = 0;
  const compare = (m: Float64Array, at: number, position: ArrayLike<number>, matrix: ArrayLike<number>, index: number): void => {
    for (let row = 0; row < 3; row++) {
      largest = Math.max(largest, Math.abs(m[at + row * 4 + 3]! - position[index * 3 + row]!));
      for (let column = 0; column < 3; column++)
        largest = Math.max(largest, Math.abs(m[at + row * 4 + column]! - matrix[index * 9 + row * 3 + column]!));
    }
  };
  for (const q of qs) {
    data.qpos.set(rest);
    for (const [joint, address] of addresses.entries()) data.qpos[address] = q[joint]!;
    mujoco.mj_kinematics(model, data);
    forwardKinematics(robot, q, worldFromLinks);
    tipMatrixInto(robot, worldFromLinks, worldFromTip);
    for (const [link, name] of robot.linkNames.entries()) {
      const body = arrays.bodyName.indexOf(name);
      if (body > 0) compare(worldFromLinks, link * 12, data.xpos, data.xmat, body);
    }
    if (site !== undefined) compare(worldFromTip, 0, data.site_xpos, data.site_xmat, arrays.siteName.indexOf(site));
  }
  data.delete();
  return largest;
}

/** For each configuration whether MuJoCo finds a contact. */
export function touchingConfigurations(
  model: MjModel,
  arrays: CompiledMjcf,
  robot: RobotModel,
  qs: readonly Float64Array[],
  rest: Float64Array,
): readonly boolean[] {
  const data = new mujoco.MjData(model);
  const addresses = robot.jointNames.map((name) => arrays.jntQposAdr[arrays.jntName.indexOf(name)]!);
  const touching = qs.map((q) => {
    data.qpos.set(rest);
    for (const [joint, address] of addresses.entries()) data.qpos[address] = q[joint]!;
    mujoco.mj_kinematics(model, data);
    mujoco.mj_comPos(model, data);
    mujoco.mj_collision(model, data);
    return data.ncon > 0;
  });
  data.delete();
  return touching;
}
