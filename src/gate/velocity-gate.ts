/**
 * Caps on how fast the planned motion itself is, whatever the arguments said.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { formatG } from "../core/format.ts";
import { evidenceNumber, type JsonObject } from "../core/json.ts";
import type { RobotModel } from "../robot/robot-model.ts";
import type { Ask, Gate } from "./gate.ts";
import { planFacts } from "./plan-facts.ts";
import { scaleWithin } from "./scale-within.ts";
import { speedPeaks, type SpeedPeaks } from "./speed-peaks.ts";
import { allow, deny, slow, type Verdict } from "./verdict.ts";

export interface VelocityConfig {
  /** Of the tip and of the ends of limbs that do not carry it. Left out: no cap. 0: no motion. */
  readonly maxTipSpeedMps?: number;
  readonly maxTipAngularSpeedRadPerS?: number;
  /** Share of each joint's own velocity limit, (0, 1]; 1 unless given. */
  readonly jointSpeedScale?: number;
  /** Too fast is answered with the speed at which it would do, instead of a denial. */
  readonly graded?: boolean;
}

interface Excess {
  readonly scale: number;
  readonly reason: string;
  readonly evidence: JsonObject;
}

export function velocityGate(config: VelocityConfig = {}): Gate {
  const id = "velocity";
  const { maxTipSpeedMps = Infinity, maxTipAngularSpeedRadPerS = Infinity, jointSpeedScale = 1, graded = false } = config;
  const problems: string[] = [];
  if (!(maxTipSpeedMps >= 0)) problems.push(`maxTipSpeedMps is ${maxTipSpeedMps}; give a number of 0 or more`);
  if (!(maxTipAngularSpeedRadPerS >= 0))
    problems.push(`maxTipAngularSpeedRadPerS is ${maxTipAngularSpeedRadPerS}; give a number of 0 or more`);
  if (!(jointSpeedScale > 0 && jointSpeedScale <= 1)) problems.push(`jointSpeedScale is ${jointSpeedScale}; give a number in (0, 1]`);
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `velocity: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check({ plan, world }: Ask): Verdict {
      if (!planFacts(plan).moves) return passed;
      const peaks = speedPeaks(plan, world.robot);
      let worst: Excess | undefined;
      for (const { name, mps, radPerS } of peaks.ends) {
        worst = worse(worst, excess(`${name} speed`, "m/s", mps, maxTipSpeedMps));
        worst = worse(worst, excess(`${name} angular speed`, "rad/s", radPerS, maxTipAngularSpeedRadPerS));
      }
      worst = worse(worst, jointExcess(peaks, world.robot, jointSpeedScale));
      if (worst === undefined) return passed;
      const { scale, reason, evidence } = worst;
      return graded && scale > 0 ? slow(id, "too_fast", scale, reason, evidence) : deny(id, "too_fast", reason, evidence);
    },
  });
}

function jointExcess({ jointRadPerS }: SpeedPeaks, robot: RobotModel, share: number): Excess | undefined {
  let worst: Excess | undefined;
  for (let joint = 0; joint < robot.nJoints; joint++) {
    const cap = share * (robot.maxVelocityRadPerS[joint] ?? Number.NaN);
    worst = worse(worst, excess(`${robot.jointNames[joint] ?? joint} speed`, "rad/s", jointRadPerS[joint] ?? Number.NaN, cap));
  }
  return worst;
}

function excess(what: string, unit: string, peak: number, cap: number): Excess | undefined {
  const scale = scaleWithin(peak, cap);
  if (scale === 1) return undefined;
  const reason = `${what} ${formatG(peak)} ${unit} exceeds cap ${formatG(cap)} ${unit}`;
  return {
    scale,
    reason,
    evidence: { what, peak: evidenceNumber(peak), cap: evidenceNumber(cap), unit },
  };
}

function worse(a: Excess | undefined, b: Excess | undefined): Excess | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.scale < a.scale ? b : a;
}
