import type { StepRecord, TraceHeader } from "../records.ts";

export const header: TraceHeader = {
  kind: "header",
  episodeId: "00000000-0000-4000-8000-000000000000",
  backend: "mock",
  startedAt: 1767225600,
  goal: "test",
  policy: "script",
  seed: 0,
  profile: "arm",
  runtimeVersion: "0.1.0",
  robot: "panda",
  world: "table",
  clock: "simulated",
  epochNs: "1767225600000000000",
  units: { length: "m" },
  frames: { world: "z up" },
  lossWindow: "a crash loses at most the records of the last 10 ms",
  config: {},
};

export function step(number: number, changes: Partial<StepRecord> = {}): StepRecord {
  return {
    kind: "step",
    step: number,
    timestamp: 1767225600 + number,
    tNs: BigInt(number) * 1_000_000_000n,
    intent: { id: `i-${number}`, name: "scan", args: { radius: 0.5 }, rationale: "look" },
    decision: { action: "allow", reason: "all 1 gate(s) passed: geofence", gateName: "pipeline", verdict: "allow" },
    gates: [{ gate: "geofence", action: "allow", reason: "no target coords in intent" }],
    result: { status: "ok", observation: { radius: 0.5 }, message: "nothing within 0.5 m", durationMs: 0 },
    stateBefore: { backend: "mock", position: [0, 0, 0] },
    stateAfter: { backend: "mock", position: [0, 0, 0] },
    ...changes,
  };
}

export function refusedStep(number: number): StepRecord {
  return step(number, {
    intent: { id: `i-${number}`, name: "move_to", args: { x: 9, y: 0, z: 0 }, rationale: "" },
    decision: { action: "deny", reason: "target x=9 outside workspace [-1,1]", gateName: "geofence", verdict: "deny", code: "outside" },
    gates: [{ gate: "geofence", action: "deny", code: "outside", reason: "target x=9 outside workspace [-1,1]", evidence: { xM: 9 } }],
    result: { status: "blocked", observation: {}, message: "geofence: target x=9 outside workspace [-1,1]", durationMs: 0 },
  });
}
