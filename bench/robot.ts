import { Random } from "../src/core/random.ts";
import { capsule } from "../src/geometry/shapes.ts";
import { IkSolver } from "../src/robot/inverse-kinematics.ts";
import { forwardKinematics, tipPose } from "../src/robot/kinematics.ts";
import { obstacleSetFromShapes } from "../src/robot/obstacle-set.ts";
import { SweptChecker } from "../src/robot/swept-checker.ts";
import { pandaLike, pandaLikeCollision } from "../src/robot/testing/panda-like.ts";
import { calibrationRows } from "./calibration.ts";
import type { BenchOptions } from "./main.ts";
import { timeBatches, timeEach } from "./measure.ts";
import type { Row } from "./report.ts";

export function robotRows(options: BenchOptions): Promise<readonly Row[]> {
  const { quick } = options;
  return Promise.resolve([...calibrationRows(options), forward(quick), ...clearance(quick), ...inverse(quick)]);
}

function forward(quick: boolean): Row {
  const model = pandaLike();
  const random = new Random("bench forward");
  const configurations = Array.from({ length: 1024 }, () => randomConfiguration(model, random));
  const worldFromLinks = new Float64Array(12 * model.nLinks);
  const { medianUs } = timeBatches(quick ? 50 : 400, 4096, (i) => forwardKinematics(model, configurations[i % 1024]!, worldFromLinks));
  return { what: "forward kinematics, Panda", measured: medianUs, unit: "µs" };
}

/** Nine capsules against themselves and twenty capsules in the world: 15 + 180 pairs, at random configurations. */
function clearance(quick: boolean): readonly Row[] {
  const model = pandaLike();
  const collision = pandaLikeCollision(model);
  const random = new Random("bench clearance");
  const shapes = Array.from({ length: 20 }, (_, i) => {
    const at = [random.uniform(-0.8, 0.8), random.uniform(-0.8, 0.8), random.uniform(0, 1)] as const;
    return { name: `post ${i}`, shape: capsule(at, [at[0], at[1], at[2] + 0.3], 0.05) };
  });
  const checker = new SweptChecker(collision, obstacleSetFromShapes(shapes));
  const configurations = Array.from({ length: 1024 }, () => randomConfiguration(model, random));
  const { medianUs, p99Us } = timeBatches(quick ? 50 : 400, 1024, (i) => checker.clearanceAt(configurations[i % 1024]!));
  const yesOrNo = timeBatches(quick ? 50 : 400, 1024, (i) => checker.isClearAt(configurations[i % 1024]!, 0));
  const clear = configurations.filter((q) => checker.isClearAt(q, 0)).length / 1024;
  return [
    {
      what: "FK + self-collision + 20 world capsules, Panda: exact nearest pair",
      measured: medianUs,
      unit: "µs",
      limit: 1.3,
      note: `p99 ${p99Us.toFixed(2)} µs`,
    },
    {
      what: "FK + self-collision + 20 world capsules, Panda: clear or not",
      measured: yesOrNo.medianUs,
      unit: "µs",
      limit: 1.3,
      note: `p99 ${yesOrNo.p99Us.toFixed(2)} µs, ${(100 * clear).toFixed(0)} % clear`,
    },
  ];
}

function inverse(quick: boolean): readonly Row[] {
  const model = pandaLike();
  const random = new Random("bench inverse");
  const n = quick ? 500 : 10_000;
  const targets = Array.from({ length: n }, () => tipPose(model, randomConfiguration(model, random)));
  const solver = new IkSolver(model);
  let solved = 0;
  let asked = 0;
  const timing = timeEach(n, (i) => {
    const target = targets[i % n]!;
    const result = solver.solve(
      { positionM: target.position, orientation: target.orientation },
      { seedRad: model.homeRad, random: new Random(i) },
    );
    asked += 1;
    if (result.kind === "solution") solved += 1;
  });
  return [
    {
      what: "IK, random reachable Panda targets, 0.1 mm and 1 mrad: solved",
      measured: (100 * solved) / asked,
      unit: "%",
      limit: 99,
      atLeast: true,
    },
    { what: "IK, the same: time", measured: timing.medianUs, unit: "µs", limit: 15, note: `p99 ${timing.p99Us.toFixed(0)} µs` },
  ];
}

function randomConfiguration(model: { readonly lowerRad: Float64Array; readonly upperRad: Float64Array }, random: Random): Float64Array {
  return Float64Array.from(model.lowerRad, (low, j) => random.uniform(low, model.upperRad[j]!));
}
