import { quatFromAxisAngle } from "../../core/pose.ts";
import type { Observation } from "../../core/observation.ts";
import type { Vec3 } from "../../core/vec3.ts";
import type { Done, LastStep, Policy, ProposedIntent, Question } from "../policy.ts";

export interface Scene {
  readonly tipM: Vec3;
  readonly yawRad: number;
  readonly objects: Readonly<Record<string, Vec3>>;
  readonly holding: string | null;
}

/** An observation with what policies look at; the rest is at rest. */
export function observationOf({ tipM = [0.3, 0, 1], yawRad = 0, objects = {}, holding = null }: Partial<Scene> = {}): Observation {
  return {
    id: "obs-1",
    seq: 1,
    atMs: 0,
    qRad: [],
    qdRadPerS: [],
    worldFromTip: { position: tipM, orientation: Number.isFinite(yawRad) ? quatFromAxisAngle([0, 0, 1], yawRad) : [yawRad, 0, 0, 0] },
    tipSpeedMps: 0,
    gripper: { opening: 1, holding },
    objects: Object.entries(objects).map(([name, position]) => ({ name, worldFromObject: { position, orientation: [1, 0, 0, 0] } })),
    ageMs: {},
  };
}

export type Outcome = Partial<Omit<LastStep, "intent">>;

/** Runs a policy to its end. `outcome` answers each proposal, `ok` where it answers nothing. */
export async function runToEnd(
  policy: Policy,
  goal: string,
  outcome: (proposal: ProposedIntent, index: number) => Outcome | undefined = () => undefined,
  scene: (index: number) => Partial<Scene> = () => ({}),
): Promise<{ readonly proposals: readonly ProposedIntent["intent"][]; readonly end: Done | Question }> {
  const proposals: ProposedIntent["intent"][] = [];
  const { signal } = new AbortController();
  let last: LastStep | undefined;
  for (;;) {
    const proposal = await policy.propose({ goal, observation: observationOf(scene(proposals.length)), last, signal });
    if (proposal.kind !== "intent") return { proposals, end: proposal };
    const came = outcome(proposal, proposals.length) ?? {};
    proposals.push(proposal.intent);
    last = { intent: proposal.intent, status: "ok", message: "", gate: "", observation: {}, ...came };
    if (proposals.length > 20_000) throw new Error("the policy does not end");
  }
}
