import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { Random } from "../../core/random.ts";
import { largestExcess, type CapsuleNumbers } from "../capsule-fit.ts";
import { lowerLinks } from "../lowering.ts";
import { collisionOnly, withModel } from "../testing/mujoco-models.ts";
import { surfacePoints } from "../testing/surface-points.ts";
import { capsuleIndices } from "./always-colliding.ts";
import type { CapsuleSet } from "./capsule-field.ts";
import { bodyFromMjcf, bodyFromUrdf, type RobotBody } from "./lower-files.ts";
import { roundedSet } from "./rounded-set.ts";
import { singleCapsules } from "./single-capsule.ts";

const pointsPerLink = 10_000;

const fromMjcf = (path: string): RobotBody => {
  const { xml, files } = collisionOnly(sharedModelPath(path));
  return withModel(xml, files, (_, arrays) => bodyFromMjcf(arrays));
};
const fromUrdf = (path: string, meshFolder: string): RobotBody =>
  bodyFromUrdf(readFileSync(sharedModelPath(path), "utf8"), {
    where: path,
    meshes: (uri) => {
      const file = sharedModelPath(meshFolder + uri.replace(/^package:\/\/[^/]+\//, ""));
      return existsSync(file) ? readFileSync(file) : undefined;
    },
  });

/** How far any vertex, and any of many points between them, sticks out of the union of its link's capsules, by link, m. */
function worstExcess({ model, shapesOfLink }: RobotBody, set: CapsuleSet): ReadonlyMap<string, number> {
  const random = new Random(20261121);
  const worst = new Map<string, number>();
  for (const [link, shapes] of shapesOfLink.entries()) {
    const capsules = capsuleIndices(set, link).map((c) => [...set.capsulesInLink.subarray(c * 7, c * 7 + 7)] as unknown as CapsuleNumbers);
    const ball = new Float64Array(4);
    for (const shape of shapes)
      for (const points of [surfacePoints(shape, Math.ceil(pointsPerLink / shapes.length), random), verticesOf(shape)])
        for (let at = 0; at < points.length; at += 3) {
          ball.set(points.subarray(at, at + 3));
          let least = Infinity;
          for (const capsule of capsules) least = Math.min(least, largestExcess(capsule, ball));
          worst.set(model.linkNames[link]!, Math.max(worst.get(model.linkNames[link]!) ?? -Infinity, least));
        }
  }
  return worst;
}

function verticesOf({ primitive, linkFromShape: m }: RobotBody["shapesOfLink"][number][number]): Float64Array {
  if (primitive.kind !== "mesh") return new Float64Array();
  const { vertices } = primitive.mesh;
  const out = new Float64Array(vertices.length);
  for (let at = 0; at < vertices.length; at += 3)
    for (let row = 0; row < 3; row++)
      out[at + row] =
        m[row * 4]! * vertices[at]! + m[row * 4 + 1]! * vertices[at + 1]! + m[row * 4 + 2]! * vertices[at + 2]! + m[row * 4 + 3]!;
  return out;
}

describe.skipIf(!sharedModelsPresent)("safety-robot-model row 35: containment of every vertex and of 10,000 points on each link", () => {
  const robots: Readonly<Record<string, () => RobotBody>> = {
    "Panda, MoveIt": () => fromUrdf("moveit/panda.urdf", "moveit/panda_description/"),
    "Panda, Menagerie": () => fromMjcf("menagerie/franka_emika_panda/panda.xml"),
    "SO-100, OpenRAL": () => fromUrdf("openral-robots/so100_follower/so100_follower.urdf", "openral-robots/so100_follower/"),
    "SO-100, Menagerie": () => fromMjcf("menagerie/trs_so_arm100/so_arm100.xml"),
  };

  test.for(Object.entries(robots))("%s", ([, read]) => {
    const body = read();
    const { fits, ...fitted } = lowerLinks(body.model.linkNames, body.shapesOfLink);
    const { set } = roundedSet(body.model.linkNames, fitted);
    const sets = { fitted, written: set, single: singleCapsules(body.model.linkNames, body.shapesOfLink) };
    for (const [form, capsules] of Object.entries(sets)) {
      const outside = [...worstExcess(body, capsules)].filter(([, excess]) => !(excess <= 1e-9));
      expect([form, outside]).toEqual([form, []]);
    }
    // Row 36: tighter than one capsule a link, in all.
    const volume = (list: readonly { readonly capsuleVolumeM3: number }[]): number =>
      list.reduce((sum, fit) => sum + fit.capsuleVolumeM3, 0);
    expect(volume(fits)).toBeLessThan(0.75 * volume(sets.single.fits));
    expect(fits.length).toBeGreaterThan(4);
  });

  // As many as the files name, so that none was left out, and the figures that the report gives.
  test.for([
    ["Panda, MoveIt", 11, 1.805],
    ["Panda, Menagerie", 13, 1.893],
    ["SO-100, OpenRAL", 5, 4.618],
    ["SO-100, Menagerie", 10, 2.123],
  ] as const)("%s: every vertex of its %d collision meshes lies inside, in capsules of %d times their volume", ([name, nMeshes, times]) => {
    const body = robots[name]!();
    const meshes = body.shapesOfLink.flat().filter(({ primitive }) => primitive.kind === "mesh");
    expect(meshes).toHaveLength(nMeshes);
    const { fits, ...set } = lowerLinks(body.model.linkNames, body.shapesOfLink);
    let nVertices = 0;
    for (const [link, shapes] of body.shapesOfLink.entries()) {
      const capsules = capsuleIndices(set, link).map(
        (c) => [...set.capsulesInLink.subarray(c * 7, c * 7 + 7)] as unknown as CapsuleNumbers,
      );
      for (const vertices of shapes.map(verticesOf))
        for (let at = 0; at < vertices.length; at += 3) {
          nVertices += 1;
          const vertex = Float64Array.of(vertices[at]!, vertices[at + 1]!, vertices[at + 2]!, 0);
          if (!capsules.some((capsule) => largestExcess(capsule, vertex) <= 1e-9))
            throw new Error(`${body.model.linkNames[link]} sticks out`);
        }
    }
    expect(nVertices).toBeGreaterThan(100 * nMeshes);
    const ratios = fits.map(({ link, capsuleVolumeM3, shapeVolumeM3 }) => [link, capsuleVolumeM3 / shapeVolumeM3] as const);
    for (const [link, ratio] of ratios) expect([link, ratio > 0.5 && ratio < 10]).toEqual([link, true]);
    const sum = (of: "capsuleVolumeM3" | "shapeVolumeM3"): number => fits.reduce((total, fit) => total + fit[of], 0);
    expect(sum("capsuleVolumeM3") / sum("shapeVolumeM3")).toBeCloseTo(times, 2);
  });

  test("a capsule too thin is seen", () => {
    const body = robots["Panda, MoveIt"]!();
    const { nCapsules, linkOfCapsule, capsulesInLink } = lowerLinks(body.model.linkNames, body.shapesOfLink);
    const thin = capsulesInLink.map((value, k) => (k % 7 === 6 ? value - 1e-4 : value));
    const outside = [...worstExcess(body, { nCapsules, linkOfCapsule, capsulesInLink: thin })].filter(([, excess]) => !(excess <= 1e-9));
    expect(outside.length).toBeGreaterThan(8);
  });
});
