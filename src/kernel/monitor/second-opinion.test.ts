import { assert, double, integer, property, tuple } from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sharedModelPath, sharedModelsPresent } from "../../../test/shared-models.ts";
import { Random } from "../../core/random.ts";
import { segmentSegmentDistance } from "../../geometry/capsule-distance.ts";
import type { CollisionModel } from "../../robot/collision-model.ts";
import { forwardKinematics } from "../../robot/kinematics.ts";
import type { RobotModel } from "../../robot/robot-model.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import { pandaLike, pandaLikeCollision } from "../../robot/testing/panda-like.ts";
import { randomRobot } from "../../robot/testing/random-robot.ts";
import { edgeDistance } from "./edge-distance.ts";
import { QuaternionChain } from "./quaternion-chain.ts";
import { SecondOpinion } from "./second-opinion.ts";
import { ChannelComparison, randomConfigurationInto, realArm, realArmNames } from "./testing/two-channels.ts";

const seed = 20261121;
const agreementM = 1e-9;

function apart(collision: CollisionModel, n: number, random: Random): ChannelComparison {
  const comparison = new ChannelComparison(collision);
  comparison.compare(n, random);
  return comparison;
}

function noCapsules(robot: RobotModel): CollisionModel {
  return {
    robot,
    nCapsules: robot.nLinks,
    linkOfCapsule: Int32Array.from({ length: robot.nLinks }, (_, link) => link),
    capsulesInLink: Float64Array.from({ length: robot.nLinks * 7 }, (_, i) => ((i * 37) % 11) / 50),
    selfPairs: new Int32Array(0),
    allowedBecause: new Map(),
  };
}

describe("channels 1 two ways of computing the same agree", () => {
  test("on robots with slides, oblique axes, anchors and mimics", () => {
    for (const robot of [gantry(), ...Array.from({ length: 40 }, (_, i) => randomRobot(new Random(i), { nLinks: 9, nJoints: 5 }))]) {
      const { endsM } = apart(noCapsules(robot), 20, new Random(`${robot.name} ends`));
      expect(endsM).toBeLessThan(1e-12);
    }
  });

  test("on the Panda-like arm", () => {
    const { endsM, pairsM } = apart(pandaLikeCollision(pandaLike()), 3000, new Random(seed));
    expect([endsM < agreementM, pairsM < agreementM]).toEqual([true, true]);
  });

  test.skipIf(!sharedModelsPresent).for(realArmNames)("on the %s, 5000 random configurations", (name) => {
    const collision = realArm(name, sharedModelPath);
    expect(collision.selfPairs.length).toBeGreaterThan(20);
    const { endsM, pairsM } = apart(collision, 5000, new Random(seed));
    expect([endsM < agreementM, pairsM < agreementM]).toEqual([true, true]);
  });
});

describe("channels 2 the distance of segments by exhaustion", () => {
  const coordinate = double({ min: -2, max: 2, noNaN: true });
  const segment = tuple(coordinate, coordinate, coordinate, coordinate, coordinate, coordinate).map((values) => Float64Array.from(values));

  test("equals the other formula, and is symmetric", () => {
    assert(
      property(segment, segment, (a, b) => {
        const d = edgeDistance(a, 0, b, 0);
        expect(Math.abs(d - segmentSegmentDistance(a, 0, b, 0))).toBeLessThan(agreementM);
        expect(Math.abs(d - edgeDistance(b, 0, a, 0))).toBeLessThan(agreementM);
      }),
      { seed, numRuns: 3000 },
    );
  });

  test("is never above any pair of points, and one pair has it: nearly parallel and degenerate segments too", () => {
    assert(
      property(segment, integer({ min: 0, max: 14 }), segment, (a, exponent, turn) => {
        // The second segment is the first one, turned and shifted by a little.
        const b = a.map((x, i) => x + turn[i]! * 10 ** -exponent);
        const d = edgeDistance(a, 0, b, 0);
        let least = Infinity;
        for (let s = 0; s <= 32; s++)
          for (let t = 0; t <= 32; t++) {
            let squared = 0;
            for (let k = 0; k < 3; k++) {
              const onA = a[k]! + (s / 32) * (a[k + 3]! - a[k]!);
              squared += (onA - b[k]! - (t / 32) * (b[k + 3]! - b[k]!)) ** 2;
            }
            least = Math.min(least, Math.sqrt(squared));
          }
        expect(d).toBeLessThanOrEqual(least + 1e-12);
        expect(Math.abs(d - segmentSegmentDistance(a, 0, b, 0))).toBeLessThan(agreementM);
      }),
      { seed, numRuns: 500 },
    );
  });

  test("crossing at any angle down to 1e-15 rad: zero, where the ends are farther apart than the channels may be", () => {
    assert(
      property(double({ min: -15, max: 0, noNaN: true }), double({ min: 0.1, max: 0.9, noNaN: true }), segment, (exponent, share, turn) => {
        const a = turn.slice();
        const angle = 10 ** exponent;
        // Through the point of a at `share`, in a's direction and a little sideways.
        const b = a.map((_, i) => {
          const k = i % 3;
          const middle = a[k]! + share * (a[k + 3]! - a[k]!);
          const side = angle * (a[((k + 1) % 3) + 3]! - a[(k + 1) % 3]!);
          return i < 3 ? middle - 0.5 * (a[k + 3]! - a[k]!) - side : middle + 0.5 * (a[k + 3]! - a[k]!) + side;
        });
        expect(edgeDistance(a, 0, b, 0)).toBeLessThan(agreementM);
      }),
      { seed, numRuns: 5000 },
    );
  });

  test.for<readonly [string, number[], number[], number]>([
    ["crossing", [-1, 0, 0, 1, 0, 0], [0, -1, 0, 0, 1, 0], 0],
    ["crossing above", [-1, 0, 0, 1, 0, 0], [0, -1, 0.5, 0, 1, 0.5], 0.5],
    ["parallel", [0, 0, 0, 1, 0, 0], [0.5, 2, 0, 3, 2, 0], 2],
    ["in line", [0, 0, 0, 1, 0, 0], [3, 0, 0, 4, 0, 0], 2],
    ["the same", [0, 0, 0, 1, 0, 0], [0, 0, 0, 1, 0, 0], 0],
    ["two points", [0, 0, 0, 0, 0, 0], [3, 4, 0, 3, 4, 0], 5],
    ["a point and a segment", [0.5, 1, 0, 0.5, 1, 0], [0, 0, 0, 1, 0, 0], 1],
    ["end to end", [0, 0, 0, 1, 0, 0], [2, 1, 0, 3, 5, 0], Math.SQRT2],
  ])("%s", ([, a, b, expected]) => {
    expect(edgeDistance(Float64Array.from(a), 0, Float64Array.from(b), 0)).toBeCloseTo(expected, 14);
  });

  test("what is not a number in any coordinate is not a distance", () => {
    for (let i = 0; i < 12; i++) {
      const both = Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 2, 0);
      both[i] = Number.NaN;
      expect(edgeDistance(both, 0, both, 6)).toBeNaN();
    }
  });
});

test("a link whose transform is no rotation is refused: the channels would disagree about it", () => {
  const robot = gantry();
  for (const [index, value] of [
    [13, 0.01],
    [12, 2],
    [12, Number.NaN],
  ] as const) {
    const parentFromLink = robot.parentFromLink.slice();
    parentFromLink[index] = value;
    expect(() => new QuaternionChain(noCapsules({ ...robot, parentFromLink }))).toThrow(/is no rotation/);
  }
});

test("a joint that is not a number leaves no distance standing", () => {
  const collision = pandaLikeCollision(pandaLike());
  const opinion = new SecondOpinion(collision);
  opinion.setObstacles(Float64Array.of(5, 5, 5, 5, 5, 6, 0.1));
  opinion.look(collision.robot.homeRad);
  expect([opinion.selfM > 0, opinion.obstacleM > 5]).toEqual([true, true]);
  opinion.look(collision.robot.homeRad.map((q, j) => (j === 2 ? Number.NaN : q)));
  expect([opinion.selfM, opinion.obstacleM]).toEqual([Number.NaN, Number.NaN]);
});

test("forward kinematics of the first channel is only a witness here: the second does not call it", () => {
  const robot = pandaLike();
  const frames = new Float64Array(robot.nLinks * 12);
  const chain = new QuaternionChain(noCapsules(robot));
  const q = new Float64Array(robot.nJoints);
  randomConfigurationInto(robot, new Random(seed), q);
  forwardKinematics(robot, q, frames);
  chain.place(q);
  for (let link = 0; link < robot.nLinks; link++)
    for (let k = 0; k < 3; k++) expect(chain.positions[link * 3 + k]).toBeCloseTo(frames[link * 12 + 3 + 4 * k]!, 12);
  const monitor = ["quaternion-chain", "edge-distance", "second-opinion", "motion-monitor", "vetted-path"];
  for (const name of monitor) {
    const text = readFileSync(new URL(`./${name}.ts`, import.meta.url), "utf8");
    expect(text).not.toMatch(/from ".*(kinematics|capsule-distance|swept-checker|posed-capsules|row-checks|envelope|kernel)\.ts"/);
  }
});
