/**
 * Everything that can be seen, as shapes in the world frame: fixtures, objects where they are, the robot's capsules, people.
 * @module
 */
import type { Observation, ObjectState } from "../../core/observation.ts";
import { personCapsuleAt } from "../../core/person-capsule.ts";
import { poseFromMatrix34, quatFromAxisAngle, rotateVector, transformPoint } from "../../core/pose.ts";
import type { ObjectSpec, PersonSpec, WorldSpec } from "../../core/world-spec.ts";
import { capsule, cylinder, flattenShapes, orientedBox, shapeFromSpec, sphere } from "../../geometry/index.ts";
import type { FlatShapes, Shape } from "../../geometry/index.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import { boundingSphere } from "./bounding-sphere.ts";

export type Rgb = readonly [red: number, green: number, blue: number];

const woodRgb: Rgb = [0.72, 0.56, 0.4];
const floorRgb: Rgb = [0.55, 0.57, 0.6];
const coatRgb: Rgb = [0.9, 0.48, 0.16];
/** Links take turns, so that joints can be told. */
const linkRgb: readonly Rgb[] = [
  [0.9, 0.91, 0.93],
  [0.36, 0.39, 0.44],
];

export interface Solid {
  readonly name: string;
  readonly shape: Shape;
  readonly rgb: Rgb;
  /** The link it is a part of; -1 for none. */
  readonly link: number;
  /** false: an object that nobody sees any more; it stands where the world file puts it. */
  readonly there: boolean;
}

export interface SolidScene {
  readonly shapes: FlatShapes;
  /** Centre and radius around each shape, Infinity where none holds it; shape `[nShapes, 4]`, m. */
  readonly spheres: Float64Array;
  /** Of each shape. */
  readonly nameOfShape: Uint16Array;
  readonly names: readonly string[];
  /** Linear colour, which a square root shows as it was given; shape `[nShapes, 3]`. */
  readonly albedo: Float64Array;
}

interface WorldState {
  readonly world: WorldSpec;
  readonly collision: CollisionModel;
  readonly seen: Pick<Observation, "qRad" | "objects" | "atMs">;
}

export interface SceneFacts extends WorldState {
  /** The link a camera sits on, which is not seen; -1 for none. "none": the robot is not seen at all. */
  readonly withoutLink: number | "robot";
}

export function solidScene({ withoutLink, ...state }: SceneFacts): SolidScene {
  const seen = ({ link, there }: Solid): boolean => there && (link < 0 || (withoutLink !== "robot" && link !== withoutLink));
  return sceneOf(solidsOf(state).filter(seen));
}

/** As many in the same order at every time. */
export function solidsOf({ world, collision, seen }: WorldState): readonly Solid[] {
  return [
    ...world.fixtures.flatMap(({ name, shapes, rgba }) =>
      shapes.map((shape) => ({
        name,
        shape: shapeFromSpec(shape, name),
        rgb: rgbOf(rgba, shape.kind === "half-space" ? floorRgb : woodRgb),
        link: -1,
        there: true,
      })),
    ),
    ...world.objects.map((spec) => objectSolid(spec, seen.objects)),
    ...linkSolids(collision, seen.qRad),
    ...personSolids(world.people ?? [], seen.atMs),
  ];
}

/** People alone, for a backend that draws the rest itself. */
export function peopleScene(people: readonly PersonSpec[], atMs: number): SolidScene {
  return sceneOf(personSolids(people, atMs));
}

function sceneOf(solids: readonly Solid[]): SolidScene {
  const shapes = solids.map((solid) => solid.shape);
  const names = [...new Set(solids.map((solid) => solid.name))];
  const place = new Map(names.map((name, i) => [name, i]));
  return {
    shapes: flattenShapes(shapes),
    spheres: Float64Array.from(shapes.flatMap((shape) => boundingSphere(shape))),
    nameOfShape: Uint16Array.from(solids, ({ name }) => place.get(name) ?? 0),
    names,
    albedo: Float64Array.from(solids.flatMap(({ rgb }) => rgb.map((part) => part * part))),
  };
}

function objectSolid(spec: ObjectSpec, objects: readonly ObjectState[]): Solid {
  const seen = objects.find(({ name }) => name === spec.name);
  const { position, orientation } = seen?.worldFromObject ?? {
    position: spec.positionM,
    orientation: quatFromAxisAngle([0, 0, 1], spec.yawRad),
  };
  const { name, shape, rgba } = spec;
  const facts = { name, rgb: rgbOf(rgba, woodRgb), link: -1, there: seen !== undefined };
  switch (shape.kind) {
    case "box":
      return { ...facts, shape: orientedBox(position, shape.halfM, orientation) };
    case "sphere":
      return { ...facts, shape: sphere(position, shape.radiusM) };
    case "cylinder": {
      const axis = rotateVector(orientation, [0, 0, 1]);
      return { ...facts, shape: cylinder(position, shape.radiusM, shape.halfHeightM, { axis }) };
    }
    default:
      return shape satisfies never;
  }
}

function linkSolids({ robot, nCapsules, linkOfCapsule, capsulesInLink }: CollisionModel, qRad: ArrayLike<number>): Solid[] {
  const worldFromLinks = new Float64Array(robot.nLinks * 12);
  forwardKinematics(robot, qRad, worldFromLinks);
  const solids: Solid[] = [];
  for (let c = 0; c < nCapsules; c++) {
    const link = linkOfCapsule[c]!;
    const pose = poseFromMatrix34(worldFromLinks, 12 * link);
    const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, radiusM = 0] = capsulesInLink.subarray(7 * c, 7 * c + 7);
    const shape = capsule(transformPoint(pose, [ax, ay, az]), transformPoint(pose, [bx, by, bz]), radiusM);
    solids.push({ name: robot.linkNames[link] ?? "robot", shape, rgb: linkRgb[link % linkRgb.length]!, link, there: true });
  }
  return solids;
}

export function personSolids(people: readonly PersonSpec[], atMs: number): readonly Solid[] {
  return people.map((person) => {
    const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, radiusM = 0] = personCapsuleAt(person, atMs / 1000);
    return { name: person.name, shape: capsule([ax, ay, az], [bx, by, bz], radiusM), rgb: coatRgb, link: -1, there: true };
  });
}

function rgbOf(rgba: readonly [number, number, number, number] | undefined, otherwise: Rgb): Rgb {
  return rgba === undefined ? otherwise : [rgba[0], rgba[1], rgba[2]];
}
