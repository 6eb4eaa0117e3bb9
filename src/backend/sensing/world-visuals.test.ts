import { expect, test } from "vitest";
import { sceneSensors, type Renderer } from "./index.ts";
import type { Picture } from "../../core/capture.ts";
import { identityPose, quatFromRpy, transformPoint, type Pose } from "../../core/pose.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { VisualScene, VisualShape, VisualShot } from "../../core/visual-scene.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { signedDistance } from "../../geometry/index.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { openKinematicBackend } from "../kinematic/index.ts";
import { solidsOf } from "./solid-scene.ts";
import { worldVisuals } from "./world-visuals.ts";

const robot = gantry();
const tip = robot.linkNames[robot.tipLink]!;
const collision = {
  robot,
  nCapsules: 2,
  linkOfCapsule: Int32Array.of(robot.tipLink, 0),
  capsulesInLink: Float64Array.of(0, 0, -0.1, 0.1, 0, 0.2, 0.05, 0, 0, 0, 0, 0, 0, 0.1),
  selfPairs: new Int32Array(0),
  allowedBecause: new Map(),
};
const thing = { aliases: [], positionM: [0.5, 0, 0.2], yawRad: 0.4, massKg: 1, rgba: [0.2, 0.4, 0.6, 1] } as const;
const world: WorldSpec = {
  name: "yard",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [
    { name: "floor", shapes: [{ kind: "half-space", normal: [0, 0, -1], offsetM: -0.1 }] },
    { name: "slope", shapes: [{ kind: "half-space", normal: [0.6, 0, -0.8], offsetM: -2 }] },
    {
      name: "wall",
      shapes: [
        { kind: "box", centerM: [3, 0, 1], halfM: [0.5, 2, 1] },
        { kind: "box", centerM: [3, 0, 1], halfM: [0.5, 2, 1], yawRad: 0.3 },
      ],
      rgba: [0.8, 0.3, 0.2, 1],
    },
    { name: "rail", shapes: [{ kind: "capsule", fromM: [1, 2, 0], toM: [0, 2, 1.5], radiusM: 0.1 }] },
    { name: "post", shapes: [{ kind: "cylinder", centerM: [0, 2, 1], radiusM: 0.25, halfHeightM: 1 }] },
  ],
  zones: [{ name: "air", shape: { kind: "sphere", centerM: [1, 0, 1], radiusM: 0.3 } }],
  objects: [
    { ...thing, name: "box", shape: { kind: "box", halfM: [0.1, 0.2, 0.3] } },
    { ...thing, name: "ball", shape: { kind: "sphere", radiusM: 0.1 } },
    { ...thing, name: "can", shape: { kind: "cylinder", radiusM: 0.1, halfHeightM: 0.2 } },
  ],
  places: [],
  people: [
    {
      name: "ann",
      heightM: 1.8,
      radiusM: 0.3,
      walk: [
        { atS: 0, feetM: [-2, 0, 0] },
        { atS: 2, feetM: [-2, 1, 0] },
      ],
    },
  ],
};
const lying: Pose = { position: [0.3, 0.4, 0.5], orientation: quatFromRpy(0.4, -0.7, 1.9) };
const seen = {
  qRad: [0.1, -0.2, 0.9, 0.6],
  atMs: 1000,
  objects: ["box", "ball", "can"].map((name) => ({ name, worldFromObject: lying })),
};
const camera = { name: "c", worldFromCamera: identityPose, verticalFovRad: 1, width: 4, height: 3, link: -1 };

/** Points of a shape's surface, in its own frame. */
function surface(shape: VisualShape): readonly Vec3[] {
  switch (shape.kind) {
    case "box":
      return [shape.halfM, [-shape.halfM[0], -shape.halfM[1], shape.halfM[2]], [shape.halfM[0], 0, 0]];
    case "sphere":
      return [
        [0, 0, shape.radiusM],
        [0, -shape.radiusM, 0],
      ];
    case "capsule":
      return [
        [0, 0, shape.halfLengthM + shape.radiusM],
        [0, 0, -shape.halfLengthM - shape.radiusM],
        [shape.radiusM, 0, shape.halfLengthM],
      ];
    case "cylinder":
      return [
        [0, shape.radiusM, shape.halfHeightM],
        [shape.radiusM, 0, -shape.halfHeightM],
        [0, 0, shape.halfHeightM],
      ];
    case "plane":
      return [
        [0, 0, 0],
        [3, 0, 0],
        [0, -4, 0],
      ];
    case "ellipsoid":
    case "mesh":
      throw new Error(`no world file has a ${shape.kind}`);
    default:
      return shape satisfies never;
  }
}

function poseAt({ worldFromParts }: VisualShot, part: number): Pose {
  const [x = 0, y = 0, z = 0, w = 0, i = 0, j = 0, k = 0] = worldFromParts.slice(7 * part, 7 * part + 7);
  return { position: [x, y, z], orientation: [w, i, j, k] };
}

test("every part's surface is where the rays meet it, whatever stands how", () => {
  const { scene, shot } = worldVisuals(world, collision);
  const solids = solidsOf({ world, collision, seen });
  const at = shot(camera, seen);
  expect(scene.parts.map(({ name }) => name)).toEqual(solids.map(({ name }) => name));
  expect(scene.parts.map(({ name }) => name)).not.toContain("air");
  expect(at.worldFromParts).toHaveLength(7 * scene.parts.length);
  for (const [part, { shape, name, rgb }] of scene.parts.entries()) {
    expect(rgb).toEqual(solids[part]!.rgb);
    for (const point of surface(shape))
      expect([name, signedDistance(solids[part]!.shape, transformPoint(poseAt(at, part), point))]).toEqual([name, expect.closeTo(0, 9)]);
  }
  // Both sides of a plane are its surface; only one is seen.
  const floor = scene.parts.findIndex(({ name }) => name === "floor");
  expect(signedDistance(solids[floor]!.shape, transformPoint(poseAt(at, floor), [0, 0, 0.5]))).toBeCloseTo(0.5, 9);
});

test("what carries the camera and what is gone are unseen; the places of all others stay", () => {
  const { scene, shot } = worldVisuals(world, collision);
  const all = shot(camera, seen);
  expect(all.unseen).toEqual([]);
  const some = shot({ ...camera, link: robot.tipLink }, { ...seen, objects: seen.objects.slice(1) });
  expect(some.unseen.map((part) => scene.parts[part]!.name).sort()).toEqual(["box", tip].sort());
  expect(some.worldFromParts).toHaveLength(all.worldFromParts.length);
});

test("a scene and its shots survive JSON", () => {
  const { scene, shot } = worldVisuals(world, collision);
  const at = shot(camera, seen);
  expect(JSON.parse(JSON.stringify(scene))).toEqual(scene);
  expect(JSON.parse(JSON.stringify(at))).toEqual(at);
});

test("a renderer draws colours, by name and as the world stood when it was asked; depth and segments stay with the rays", async () => {
  const asked: { readonly scene: VisualScene; readonly shot: VisualShot }[] = [];
  let draw: (rgba: Uint8Array) => void = () => undefined;
  const renderer: Renderer = {
    name: "pencil",
    render: (scene, shot) => {
      asked.push({ scene, shot });
      return new Promise((resolve) => {
        draw = resolve;
      });
    },
  };
  const rig = { cameras: [{ name: "front", positionM: [0, 0, 1], forward: [1, 0, 0], verticalFovRad: 1, width: 16, height: 12 } as const] };
  const opened = (by: Renderer | undefined) =>
    openKinematicBackend({ robot, world, gripper: true, sensors: (look) => sceneSensors({ rig, world, collision, look, renderer: by }) });
  const { sensors } = opened(renderer);
  expect(sensors!.cameras).toEqual([expect.objectContaining({ name: "front", renderer: "pencil" })]);
  const picture = sensors!.capture({ kind: "picture", camera: "front", modality: "rgb" });
  expect(asked).toHaveLength(1);
  const rgba = new Uint8Array(16 * 12 * 4);
  draw(rgba);
  const { worldFromCamera, ...drawn } = (await picture) as Picture;
  expect(drawn).toMatchObject({ kind: "picture", camera: "front", modality: "rgb", width: 16, height: 12, rgba, renderer: "pencil" });
  expect(asked[0]!.shot.camera).toEqual({ worldFromCamera, verticalFovRad: 1, width: 16, height: 12 });
  for (const modality of ["depth", "segmentation"] as const)
    expect(sensors!.capture({ kind: "picture", camera: "front", modality })).not.toHaveProperty("renderer");
  expect(asked).toHaveLength(1);
  void sensors!.capture({ kind: "picture", camera: "front", modality: "rgb" });
  expect(asked[1]!.scene).toBe(asked[0]!.scene);
  const rays = opened(undefined).sensors!;
  expect(rays.cameras[0]).not.toHaveProperty("renderer");
  expect(rays.capture({ kind: "picture", camera: "front", modality: "rgb" })).not.toHaveProperty("renderer");
});
