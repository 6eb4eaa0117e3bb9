import { WorkspaceConstraint, VelocityConstraint, TorqueConstraint } from "../src/gate/constraint-limits.ts";
import { SpatialConstraint } from "../src/gate/constraint-spatial.ts";
import { GroundingHook } from "../src/gate/grounding-hook.ts";
import { physicalAction } from "../src/gate/physical-action.ts";
import { box, sphere } from "../src/geometry/shapes.ts";
import { JointChain } from "../src/robot/joint-chain.ts";
import { SimpleKinematicModel } from "../src/robot/planar-arm.ts";
import { timeBatches } from "./measure.ts";
import type { Row } from "./report.ts";

/** The hook of grounding.md §6 on a two-link arm: reachability, four constraints, twenty obstacles. */
export function groundingRow(quick: boolean): Row {
  const model = new SimpleKinematicModel(new JointChain([0, 0, 0], [1, 1]));
  const boxes = Array.from({ length: 10 }, (_, i) => box([3 + i, -0.1, -0.1], [3.2 + i, 0.1, 0.1]));
  const spheres = Array.from({ length: 10 }, (_, i) => sphere([-3 - i, 0, 0], 0.2));
  const hook = new GroundingHook({
    model,
    constraints: [
      new WorkspaceConstraint("cell", box([-5, -5, -5], [5, 5, 5])),
      new VelocityConstraint("speed", 1),
      new TorqueConstraint("torque", 10),
      new SpatialConstraint("posts", { boxes, spheres }),
    ],
  });
  const actions = Array.from({ length: 64 }, (_, i) =>
    physicalAction({ actuatorId: "arm", targetInWorld: [1 + 0.01 * i, 0.2, 0], velocityMps: 0.5, torqueNm: 1 }),
  );
  const { medianUs, p99Us } = timeBatches(quick ? 50 : 300, 1000, (i) => hook.evaluate(actions[i % actions.length]!));
  return {
    what: "grounding check: 4 constraints, 20 obstacles",
    measured: medianUs,
    unit: "µs",
    limit: 3,
    note: `p99 ${p99Us.toFixed(1)} µs`,
  };
}
