import { Random } from "../src/core/random.ts";
import { createGateChain } from "../src/gate/chain.ts";
import type { Ask, Gate } from "../src/gate/gate.ts";
import { WorldViews } from "../src/intent/build-world-view.ts";
import { makePlan } from "../src/intent/make-plan.ts";
import type { Intent } from "../src/intent/intent.ts";
import type { BenchOptions } from "./main.ts";
import { timeBatches, timeEach } from "./measure.ts";
import type { Row } from "./report.ts";
import { openRoom, robotIn, twentyObstacles } from "./worlds.ts";
import { groundingRow } from "./grounding.ts";

const limits = {
  maxTipSpeedMps: 0.8,
  maxTipAccelerationMps2: 4,
  maxTipAngularSpeedRadPerS: 2.5,
  jointSpeedScale: 0.8,
  jointAccelerationScale: 0.5,
};
const eight = new Set([
  "rate_limit",
  "geofence",
  "prohibited_zones",
  "workspace",
  "reachability",
  "joint_limits",
  "action_smoothing",
  "obstacle_avoidance",
  "force_cap",
]);

export async function gateRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const world = { ...openRoom, fixtures: twentyObstacles() };
  const robot = await robotIn("arm", world);
  const gates = robot.chain.gates.filter((gate) => eight.has(gate.id)).slice(0, 8);
  const [first] = gates;
  if (first === undefined) throw new Error("no gates");
  const views = new WorldViews({ collision: robot.collision, spec: world, limits, maxStateAgeMs: 250 });
  const view = views.at(await robot.backend.observe());
  const primitive = robot.registry.get("move_to");
  if (primitive === undefined) throw new Error("no move_to");
  const random = new Random("bench targets");
  const targets = Array.from({ length: 512 }, (_, i): Intent => ({
    id: `b-${i}`,
    name: "move_to",
    args: { x: random.uniform(0.35, 0.6), y: random.uniform(-0.3, 0.3), z: random.uniform(0.2, 0.6) },
    rationale: "",
  }));
  const askFor = (intent: Intent): Ask => {
    const bound = primitive.bind(intent.args);
    if (!bound.ok) throw new Error(bound.problem);
    const plan = makePlan(intent, bound.call.plan(view));
    return { intent, primitive, plan, world: view, atMs: 0, wallNs: 0n, actor: { role: "bench", id: "", tenant: "" } };
  };
  const planned = targets.map((intent) => askFor(Object.freeze(intent)));
  const chain = createGateChain(withoutCommit(gates));
  const cleared = planned.filter((ask) => chain.clear(ask).cleared !== undefined).length;
  const [prepared] = planned;
  if (prepared === undefined) throw new Error("nothing planned");
  const n = quick ? 400 : 4000;
  const whole = timeEach(n, (i) => chain.clear(askFor(targets[i % targets.length] ?? prepared.intent)));
  const alone = timeBatches(quick ? 50 : 300, 500, () => chain.judge(prepared));
  return [
    {
      what: "gate chain alone, 8 gates on a prepared plan",
      measured: alone.medianUs,
      unit: "µs",
      limit: 2,
      note: `p99 ${alone.p99Us.toFixed(1)} µs`,
    },
    {
      what: "arm move_to: planned, 8 gates, swept proof of all links, 20 obstacles",
      measured: whole.medianUs,
      unit: "µs",
      limit: 300,
      note: `p99 ${whole.p99Us.toFixed(0)} µs, ${cleared} of ${planned.length} cleared`,
    },
    groundingRow(quick),
  ];
}

/** The rate limit would fill up; what is measured is the asking. */
function withoutCommit(gates: readonly Gate[]): readonly Gate[] {
  return gates.map((gate) => ({ id: gate.id, check: (ask) => gate.check(ask) }));
}
