/**
 * Puts a `WorldSpec` into a robot's spec: fixtures as geoms of the world body, objects as free bodies, zones as paint that touches nothing.
 *
 * Names in the compiled model: geom `fixture/<name>/<i>`, body `object/<name>`, geom `zone/<name>`.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { quatFromAxisAngle, quatFromZ } from "../../core/pose.ts";
import type { QuatWxyz } from "../../core/pose.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { ObjectSpec, ShapeSpec, WorldSpec } from "../../core/world-spec.ts";
import type { MjsBody, MjsDefault, MjsGeom, MjSpec, MujocoEnum, MujocoModule } from "./mujoco-module.ts";

/** The geom group of zones: pictures draw it translucent, MuJoCo's own viewers hide it. */
export const zoneGroup = 5;

/** Touches every geom that touches anything, whatever bits the robot's model uses. */
const everyBit = 0x7fffffff;
const woodRgba = [0.72, 0.56, 0.4, 1] as const;
const floorRgba = [0.55, 0.57, 0.6, 1] as const;
const zoneRgba = [0.95, 0.25, 0.2, 0.22] as const;

interface GeomShape {
  readonly type: MujocoEnum<"geom">;
  readonly size: Vec3;
  readonly positionM: Vec3;
  readonly orientation: QuatWxyz;
}

/** Throws `config.invalid` for names used twice. */
export function addWorld(mujoco: MujocoModule, spec: MjSpec, world: WorldSpec): void {
  refuseTwins(world);
  const defaults = present(mujoco.mjs_getSpecDefault(spec), "default class");
  const ground = present(mujoco.mjs_findBody(spec, "world"), "world body");
  for (const fixture of world.fixtures)
    fixture.shapes.forEach((shape, i) => {
      const geom = addGeom(mujoco, ground, defaults, `fixture/${fixture.name}/${i}`, geomShape(mujoco, shape));
      geom.rgba.set(fixture.rgba ?? (shape.kind === "half-space" ? floorRgba : woodRgba));
    });
  for (const zone of world.zones) {
    // An infinite translucent half would hide the whole scene.
    if (zone.shape.kind === "half-space") continue;
    const geom = addGeom(mujoco, ground, defaults, `zone/${zone.name}`, geomShape(mujoco, zone.shape));
    geom.rgba.set(zoneRgba);
    geom.group = zoneGroup;
    geom.contype = 0;
    geom.conaffinity = 0;
  }
  for (const object of world.objects) addObject(mujoco, ground, defaults, object);
}

function addObject(mujoco: MujocoModule, ground: MjsBody, defaults: MjsDefault, object: ObjectSpec): void {
  const body = present(mujoco.mjs_addBody(ground, defaults), `body of ${object.name}`);
  mujoco.mjs_setName(body.element, objectBodyName(object.name));
  body.pos.set(object.positionM);
  body.quat.set(quatFromAxisAngle([0, 0, 1], object.yawRad));
  mujoco.mjs_addFreeJoint(body);
  const { shape } = object;
  const type = {
    box: mujoco.mjtGeom.mjGEOM_BOX,
    sphere: mujoco.mjtGeom.mjGEOM_SPHERE,
    cylinder: mujoco.mjtGeom.mjGEOM_CYLINDER,
  }[shape.kind];
  const size: Vec3 =
    shape.kind === "box" ? shape.halfM : shape.kind === "sphere" ? [shape.radiusM, 0, 0] : [shape.radiusM, shape.halfHeightM, 0];
  const geom = addGeom(mujoco, body, defaults, `object/${object.name}`, { type, size, positionM: [0, 0, 0], orientation: [1, 0, 0, 0] });
  geom.mass = object.massKg;
  geom.rgba.set(object.rgba);
}

export function objectBodyName(name: string): string {
  return `object/${name}`;
}

/** Every field that a default class of the robot's model could have changed is set. */
function addGeom(mujoco: MujocoModule, body: MjsBody, defaults: MjsDefault, name: string, shape: GeomShape): MjsGeom {
  const geom = present(mujoco.mjs_addGeom(body, defaults), `geom ${name}`);
  mujoco.mjs_setName(geom.element, name);
  geom.type = shape.type;
  geom.size.set(shape.size);
  geom.pos.set(shape.positionM);
  geom.quat.set(shape.orientation);
  geom.contype = everyBit;
  geom.conaffinity = everyBit;
  geom.group = 0;
  geom.priority = 0;
  geom.condim = 3;
  geom.friction.set([0.9, 0.01, 0.0005]);
  geom.solref.set([0.01, 1]);
  geom.solimp.set([0.95, 0.99, 0.001, 0.5, 2]);
  geom.solmix = 1;
  geom.margin = 0;
  geom.gap = 0;
  geom.material = "";
  return geom;
}

function geomShape(mujoco: MujocoModule, shape: ShapeSpec): GeomShape {
  const kinds = mujoco.mjtGeom;
  const upright: QuatWxyz = [1, 0, 0, 0];
  switch (shape.kind) {
    case "box":
      return {
        type: kinds.mjGEOM_BOX,
        size: shape.halfM,
        positionM: shape.centerM,
        orientation: quatFromAxisAngle([0, 0, 1], shape.yawRad ?? 0),
      };
    case "sphere":
      return { type: kinds.mjGEOM_SPHERE, size: [shape.radiusM, 0, 0], positionM: shape.centerM, orientation: upright };
    case "capsule": {
      const [ax, ay, az] = shape.fromM;
      const [bx, by, bz] = shape.toM;
      const along: Vec3 = [bx - ax, by - ay, bz - az];
      const half = Math.sqrt(along[0] * along[0] + along[1] * along[1] + along[2] * along[2]) / 2;
      const middle: Vec3 = [(ax + bx) / 2, (ay + by) / 2, (az + bz) / 2];
      // A capsule of no length is a sphere; MuJoCo refuses a half length of 0.
      if (!(half > 1e-9)) return { type: kinds.mjGEOM_SPHERE, size: [shape.radiusM, 0, 0], positionM: middle, orientation: upright };
      return { type: kinds.mjGEOM_CAPSULE, size: [shape.radiusM, half, 0], positionM: middle, orientation: quatFromZ(along) };
    }
    case "cylinder":
      return { type: kinds.mjGEOM_CYLINDER, size: [shape.radiusM, shape.halfHeightM, 0], positionM: shape.centerM, orientation: upright };
    case "half-space": {
      const [nx, ny, nz] = shape.normal;
      const back = -shape.offsetM / (nx * nx + ny * ny + nz * nz);
      // The spec's normal points into the solid, a plane's out of it.
      return {
        type: kinds.mjGEOM_PLANE,
        size: [0, 0, 0.1],
        positionM: [nx * back, ny * back, nz * back],
        orientation: quatFromZ([-nx, -ny, -nz]),
      };
    }
    default:
      return shape satisfies never;
  }
}

function refuseTwins(world: WorldSpec): void {
  const problems: string[] = [];
  for (const [kind, entries] of [
    ["fixture", world.fixtures],
    ["zone", world.zones],
    ["object", world.objects],
  ] as const) {
    const seen = new Set<string>();
    for (const { name } of entries) {
      if (seen.has(name)) problems.push(`two ${kind}s are called "${name}"`);
      seen.add(name);
    }
  }
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `world "${world.name}": ${problems.join("; ")}; give each its own name`, {
      source: world.name,
      problems,
    });
}

function present<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw new ClearanceError("backend.unsupported", `MuJoCo gave no ${what}`, { backend: "mujoco", what });
}
