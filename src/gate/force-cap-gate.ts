/**
 * Caps on what the arguments ask for: force, torque, speed, acceleration, effort, and the speed of timed joint moves.
 * @module
 */
import { evidenceNumber } from "../core/json.ts";
import { nonNegativeNumber } from "../core/finite.ts";
import { formatG } from "../core/format.ts";
import { cappedArgs, type Quantity } from "./capped-args.ts";
import type { Ask, Gate } from "./gate.ts";
import { unlessFresh } from "./measured.ts";
import { allow, deny, type Deny, type Verdict } from "./verdict.ts";

/** Left out: no cap. 0: zero is allowed and nothing else. */
export interface ForceCapConfig {
  readonly forceMaxN?: number;
  readonly torqueMaxNm?: number;
  readonly velocityMaxMps?: number;
  readonly accelerationMaxMps2?: number;
  readonly effortMax?: number;
  readonly angularVelocityMaxRadPerS?: number;
  readonly jointVelocityMaxRadPerS?: number;
}

const id = "force_cap";

export function forceCapGate(config: ForceCapConfig = {}): Gate {
  const caps = new Map<Quantity, number>();
  const cap = (quantity: Quantity, field: string, value: number | undefined): void => {
    if (value !== undefined) caps.set(quantity, nonNegativeNumber(`force_cap.${field}`, value));
  };
  cap("force", "forceMaxN", config.forceMaxN);
  cap("torque", "torqueMaxNm", config.torqueMaxNm);
  cap("velocity", "velocityMaxMps", config.velocityMaxMps);
  cap("acceleration", "accelerationMaxMps2", config.accelerationMaxMps2);
  cap("effort", "effortMax", config.effortMax);
  cap("angularVelocity", "angularVelocityMaxRadPerS", config.angularVelocityMaxRadPerS);
  const { jointVelocityMaxRadPerS } = config;
  if (jointVelocityMaxRadPerS !== undefined) nonNegativeNumber("force_cap.jointVelocityMaxRadPerS", jointVelocityMaxRadPerS);
  const passed = allow(id, "within caps");
  return Object.freeze({
    id,
    check(ask: Ask): Verdict {
      return argsOver(ask, caps) ?? gripOver(ask, caps.get("force")) ?? jointOver(ask, jointVelocityMaxRadPerS) ?? passed;
    },
  });
}

function argsOver({ intent }: Ask, caps: ReadonlyMap<Quantity, number>): Deny | undefined {
  for (const { key, quantity, value } of cappedArgs(intent.args)) {
    const cap = caps.get(quantity);
    // Without a cap any text may stand there; the primitive's own schema judges it.
    if (cap === undefined) continue;
    if (!Number.isFinite(value)) return deny(id, "non_finite", `${key} is not a finite number`, { key });
    if (!(Math.abs(value) <= cap)) return over(key, value, cap);
  }
  return undefined;
}

/** What the plan would squeeze with, whatever the arguments were called. */
function gripOver({ plan }: Ask, cap: number | undefined): Deny | undefined {
  if (cap === undefined) return undefined;
  for (let i = 0; i < plan.segments.length; i++) {
    const segment = plan.segments[i]!;
    if (segment.kind !== "gripper" || segment.forceN === undefined) continue;
    if (!Number.isFinite(segment.forceN)) return deny(id, "non_finite", "force is not a finite number", { key: "force" });
    if (!(Math.abs(segment.forceN) <= cap)) return over("force", segment.forceN, cap);
  }
  return undefined;
}

/**
 * `set_joint` and its like: how fast the joint must turn from where it is to be there in time. Without a duration of its own the
 * intent takes as long as its plan.
 */
function jointOver(ask: Ask, cap: number | undefined): Deny | undefined {
  const { args } = ask.intent;
  const { angle, duration = ask.plan.durationMs / 1000 } = args;
  const name = args["joint_name"] ?? args["joint"];
  if (cap === undefined || angle === undefined || (name === undefined && ask.plan.declared.kind !== "joint")) return undefined;
  const stale = unlessFresh(id, ask, "joints");
  if (stale !== undefined) return stale;
  const joint = typeof name === "string" ? ask.world.robot.jointNames.indexOf(name) : -1;
  if (joint < 0) return deny(id, "unknown_joint", `joint ${typeof name === "string" ? `'${name}'` : "of the move"} unknown`);
  if (!(typeof angle === "number" && Number.isFinite(angle)))
    return deny(id, "non_finite", "angle is not a finite number", { key: "angle" });
  if (!(typeof duration === "number" && Number.isFinite(duration)))
    return deny(id, "non_finite", "duration is not a finite number", { key: "duration" });
  const change = Math.abs(angle - (ask.world.observation.qRad[joint] ?? Number.NaN));
  if (change === 0) return undefined;
  const speed = change / duration;
  return duration > 0 && speed <= cap ? undefined : over("joint_velocity", speed, cap);
}

function over(key: string, value: number, cap: number): Deny {
  const reason = `${key}=${formatG(value)} exceeds cap ${formatG(cap)}`;
  return deny(id, "over_cap", reason, { key, value: evidenceNumber(value), cap });
}
