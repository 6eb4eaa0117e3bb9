import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Picture, Ranges, Sensors } from "../../core/capture.ts";
import { quatFromRpy } from "../../core/pose.ts";
import { sha256Hex } from "../../core/sha256.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { rayToShapeDistance, SHAPE_STRIDE } from "../../geometry/index.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { openKinematicBackend } from "../kinematic/index.ts";
import { castRays, farM } from "./raster.ts";
import type { CameraSpec, SensorRig } from "./rig.ts";
import { sceneSensors } from "./scene-sensors.ts";
import { solidScene } from "./solid-scene.ts";

const robot = gantry();
const link = (name: string): number => robot.linkNames.indexOf(name);
const tip = robot.linkNames[robot.tipLink]!;
/** Balls: on the tip's link about its origin and 0.4 m below, on the link before it above. */
const carrier = robot.linkNames[robot.parentOfLink[robot.tipLink]!]!;
const collision: CollisionModel = {
  robot,
  nCapsules: 3,
  linkOfCapsule: Int32Array.of(link(tip), link(carrier), link(tip)),
  capsulesInLink: Float64Array.of(0, 0, 0, 0, 0, 0, 0.05, 0, 0, 0.2, 0, 0, 0.3, 0.05, 0, 0, -0.4, 0, 0, -0.4, 0.05),
  selfPairs: new Int32Array(0),
  allowedBecause: new Map(),
};
const world: WorldSpec = {
  name: "yard",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [
    { name: "floor", shapes: [{ kind: "half-space", normal: [0, 0, -1], offsetM: 0 }] },
    { name: "wall", shapes: [{ kind: "box", centerM: [3, 0, 1], halfM: [0.5, 2, 1], yawRad: 0 }], rgba: [0.8, 0.3, 0.2, 1] },
    { name: "post", shapes: [{ kind: "cylinder", centerM: [0, 2, 1], radiusM: 0.25, halfHeightM: 1 }] },
  ],
  zones: [{ name: "air", shape: { kind: "sphere", centerM: [1, 0, 1], radiusM: 0.3 } }],
  objects: [
    {
      name: "ball",
      aliases: [],
      shape: { kind: "sphere", radiusM: 0.1 },
      positionM: [1.5, 0.5, 1],
      yawRad: 0,
      massKg: 1,
      rgba: [0.1, 0.2, 0.9, 1],
    },
  ],
  places: [],
  people: [{ name: "ann", heightM: 1.8, radiusM: 0.3, walk: [{ atS: 0, feetM: [-2, 0, 0] }] }],
};
const front: CameraSpec = { name: "front", positionM: [0, 0, 1], forward: [1, 0, 0], verticalFovRad: Math.PI / 3, width: 64, height: 48 };
const rig: SensorRig = { cameras: [front], ranges: { positionM: [0, 0, 1], rays: 8, maxM: 4 } };

function open(sensed: SensorRig = rig, scene: WorldSpec = world, initialRad = [0, 0, 1, 0]) {
  let looks = 0;
  const backend = openKinematicBackend({
    robot,
    world: scene,
    gripper: true,
    initialRad,
    sensors: (look) => sceneSensors({ rig: sensed, world: scene, collision, look: () => (looks++, look()) }),
  });
  return { backend, sensors: backend.sensors!, looks: () => looks };
}
type Of<Kind extends Picture["modality"]> = Extract<Picture, { modality: Kind }>;
const depthOf = (sensors: Sensors, camera = "front") => sensors.capture({ kind: "picture", camera, modality: "depth" }) as Of<"depth">;
const rgbOf = (sensors: Sensors, camera = "front") => sensors.capture({ kind: "picture", camera, modality: "rgb" }) as Of<"rgb">;
const segmentsOf = (sensors: Sensors, camera = "front") => {
  const { segments, names, width } = sensors.capture({ kind: "picture", camera, modality: "segmentation" }) as Of<"segmentation">;
  return {
    names,
    at: (column: number, row: number) => names[segments[row * width + column]! - 1],
    all: () => new Set(Array.from(segments, (s) => names[s - 1])),
  };
};
const ringOf = (sensors: Sensors) => sensors.capture({ kind: "ranges" }) as Ranges;

describe("a camera", () => {
  test("measures depth along its axis: a wall across the view is as far everywhere", () => {
    const { depthM, worldFromCamera } = depthOf(open({ cameras: [front] }, { ...world, objects: [] }, [0, 0, 3, 0]).sensors);
    expect(worldFromCamera).toEqual({ position: [0, 0, 1], orientation: [1, 0, 0, 0] });
    for (const column of [10, 32, 50]) expect(depthM[24 * 64 + column]).toBeCloseTo(2.5, 6);
    // Sky above the wall, floor below.
    expect(depthM[5]).toBe(Infinity);
    expect(depthM[47 * 64 + 32]).toBeCloseTo(1 / ((95 / 48 - 1) * Math.tan(Math.PI / 6)), 5);
  });

  test("names what it sees, left and up as they are; a zone is nothing to see", () => {
    const { at, all } = segmentsOf(open().sensors);
    expect(at(32, 24)).toBe("wall");
    expect(at(32, 47)).toBe("floor");
    expect(at(32, 0)).toBeUndefined();
    // 0.5 m to the left of the middle at 1.5 m: by 24 / tan 30° × 0.5 / 1.5 = 13.9 pixels.
    expect([at(18, 24), at(14, 24), at(46, 24)]).toEqual(["ball", "wall", "wall"]);
    expect(all().has("air")).toBe(false);
    expect(all().has("ann")).toBe(false);
  });

  test("sees somebody behind it when it looks there, where they are at the time", () => {
    const back = { ...front, name: "back", forward: [-1, 0, 0] } as const;
    const walk = [
      { atS: 0, feetM: [-2, 5, 0] as const },
      { atS: 10, feetM: [-2, -5, 0] as const },
    ];
    const [ann] = world.people!;
    const { sensors } = open({ cameras: [back] }, { ...world, people: [{ ...ann!, walk }] });
    expect(segmentsOf(sensors, "back").all().has("ann")).toBe(false);
    expect(segmentsOf(open({ cameras: [back] }).sensors, "back").at(32, 24)).toBe("ann");
  });

  test("on a link goes where the link goes, and does not see that link", () => {
    const mounted: CameraSpec = { ...front, name: "hand", link: tip, positionM: [0, 0, 0] };
    const ahead = { cameras: [mounted] };
    const turned = open(ahead, world, [-0.5, 0.2, 1.1, Math.PI / 2]).sensors;
    const { worldFromCamera } = depthOf(turned, "hand");
    expect(worldFromCamera.position).toEqual([expect.closeTo(-0.5, 9), expect.closeTo(0.2, 9), expect.closeTo(1.1, 9)]);
    // Turned a quarter to the left it looks along y, with the post 0.5 m to the right.
    expect([segmentsOf(turned, "hand").at(43, 24), segmentsOf(turned, "hand").at(20, 24)]).toEqual(["post", "floor"]);
    expect(segmentsOf(turned, "hand").all().has(tip)).toBe(false);
    const down = { ...mounted, name: "down", forward: [0, 0, -1] } as const;
    const aside = { ...front, name: "aside", positionM: [-0.5, 0, 0.6] } as const;
    const below = open({ cameras: [down, aside] }).sensors;
    expect([segmentsOf(below, "down").at(32, 24), segmentsOf(below, "aside").at(32, 24)]).toEqual(["floor", tip]);
    const up = { ...mounted, forward: [0, 0, 1] } as const;
    expect(segmentsOf(open({ cameras: [up] }).sensors, "hand").all()).toEqual(new Set([carrier, undefined]));
  });

  test("straight down, y is up in the picture", () => {
    const down = { ...front, positionM: [1.5, 0.5, 2.4], forward: [0, 0, -1] } as const;
    const moved = { ...down, positionM: [1.5, 0.2, 2.4] } as const;
    expect(segmentsOf(open({ cameras: [down] }).sensors).at(32, 24)).toBe("ball");
    const { at } = segmentsOf(open({ cameras: [moved] }).sensors);
    expect([at(32, 14), at(32, 34)]).toEqual(["ball", "floor"]);
  });

  test("the same world is the same picture, to the byte, on every machine", () => {
    const once = rgbOf(open().sensors).rgba;
    expect(rgbOf(open().sensors).rgba).toEqual(once);
    expect(sha256Hex(once)).toBe("2ef30b4bd67ff43ebbc686bff5fb31a4a112ebe3811c83ec89f7d4b093557376");
    expect(once.every((byte, i) => i % 4 !== 3 || byte === 255)).toBe(true);
  });

  test("shows the declared colours, lit: the wall is red, the ball blue, a shadow darker", () => {
    const { rgba } = rgbOf(open().sensors);
    const at = (column: number, row: number) => Array.from(rgba.subarray(4 * (64 * row + column), 4 * (64 * row + column) + 3));
    const [wall, ball] = [at(40, 24), at(18, 24)];
    expect(wall[0]).toBeGreaterThan(2 * wall[2]!);
    expect(ball[2]).toBeGreaterThan(2 * ball[0]!);
  });
});

test("looking counts as no observation, and nothing is looked at before somebody asks", async () => {
  const { backend, sensors, looks } = open();
  expect((await backend.observe()).seq).toBe(0);
  expect(looks()).toBe(0);
  rgbOf(sensors);
  ringOf(sensors);
  expect(looks()).toBe(2);
  expect((await backend.observe()).seq).toBe(1);
});

test("the pixels that a shape is asked by are those that can meet it: the raster is what asking all would give", () => {
  const angle = fc.double({ min: -3, max: 3, noNaN: true });
  const pose = fc
    .tuple(angle, angle, angle, fc.tuple(angle, angle, angle))
    .map(([roll, pitch, yaw, position]) => ({ position, orientation: quatFromRpy(roll, pitch, yaw) }));
  const seen = open().backend.observe();
  fc.assert(
    fc.property(pose, fc.double({ min: 0.2, max: 2.4, noNaN: true }), (worldFromCamera, verticalFovRad) => {
      const scene = solidScene({ world, collision, seen: seen as never, withoutLink: -1 });
      const { rays, distanceM, shape } = castRays(scene, { name: "", worldFromCamera, verticalFovRad, width: 12, height: 9, link: -1 });
      const held = Array.from({ length: scene.shapes.count }, (_, s) => met(scene, s, rays, 0) === 0);
      for (let pixel = 0; pixel < 108; pixel++) {
        const all = held.map((holds, s) => (holds ? Infinity : met(scene, s, rays, 6 * pixel)));
        const nearest = Math.min(...all);
        expect(distanceM[pixel]).toBe(nearest <= farM ? nearest : Infinity);
        expect(shape[pixel]).toBe(nearest <= farM ? all.indexOf(nearest) : -1);
      }
    }),
    { seed: 20261121, numRuns: 150, endOnFailure: true },
  );
});

describe("a ring of ranges", () => {
  test("begins where the link looks, goes counter-clockwise, passes through the robot and ends at its reach", () => {
    const { rangesM, originInWorld, firstRad, maxM } = ringOf(open().sensors);
    expect([originInWorld, firstRad, maxM]).toEqual([[0, 0, 1], 0, 4]);
    expect(Array.from(rangesM)).toEqual([
      expect.closeTo(2.5, 9),
      Infinity,
      expect.closeTo(1.75, 9),
      Infinity,
      expect.closeTo(1.7, 9),
      Infinity,
      Infinity,
      Infinity,
    ]);
    const turned = ringOf(
      open({ cameras: [], ranges: { link: tip, positionM: [0, 0, 0], rays: 4, maxM: 2 } }, world, [0, 0, 1, Math.PI / 2]).sensors,
    );
    expect(turned.firstRad).toBeCloseTo(Math.PI / 2, 9);
    expect(Array.from(turned.rangesM)).toEqual([expect.closeTo(1.75, 9), expect.closeTo(1.7, 9), Infinity, Infinity]);
  });
});

describe("what is asked for and is not there", () => {
  test("a camera: the error names those there are; ranges and cameras of a robot without", () => {
    const two = open({ cameras: [front, { ...front, name: "rear" }] }).sensors;
    expect(() => depthOf(two, "left")).toThrow("there is no camera 'left'; there are front, rear");
    expect(depthOf(two, "default").camera).toBe("front");
    expect(() => ringOf(two)).toThrow(expect.objectContaining({ code: "sensor.unavailable" }));
    expect(() => depthOf(open({ cameras: [] }).sensors)).toThrow("this robot has no camera");
  });

  test.for<[string, SensorRig, string]>([
    ["a link it does not have", { cameras: [{ ...front, link: `${tip}o` }] }, `has no link '${tip}o'; did you mean '${tip}'?`],
    ["a ring on such a link", { cameras: [], ranges: { link: "roof", positionM: [0, 0, 0], rays: 4, maxM: 1 } }, "range_sensor: robot"],
    ["a name twice", { cameras: [front, front] }, "camera front: the name is taken"],
    ["a direction that is none", { cameras: [{ ...front, forward: [0, 0, 0] }] }, "it looks nowhere"],
    ["a direction of NaN", { cameras: [{ ...front, forward: [Number.NaN, 0, 0] }] }, "it looks nowhere"],
  ])("%s does not start", ([, wrong, problem]) => {
    expect(() => open(wrong)).toThrow(problem);
  });
});

function met(scene: ReturnType<typeof solidScene>, s: number, rays: Float64Array, at: number): number {
  return rayToShapeDistance(scene.shapes.kinds[s]!, scene.shapes.params, s * SHAPE_STRIDE, rays, at);
}

test("what cameras there are can be read without looking", () => {
  expect(open().sensors.cameras).toEqual([
    { name: "front", width: 64, height: 48, verticalFovRad: Math.PI / 3, modalities: ["rgb", "depth", "segmentation"] },
  ]);
});
