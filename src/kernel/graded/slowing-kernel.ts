/**
 * The verdict mode `slow`: a chunk of joint positions that breaks only rates or accelerations goes its own path more slowly, by the
 * smallest sufficient whole number of periods, at most ten times as long, and is judged whole once more. Never another path.
 *
 * Off unless asked for. Both verdicts are the kernel's own, and both are recorded where verdicts are; a chunk with row times of its
 * own, and one that breaks anything else, is refused as ever.
 * @module
 */
import type { Command } from "../command.ts";
import type { MeasuredState } from "../decode-command.ts";
import type { SafetyEnvelope } from "../envelope/safety-envelope.ts";
import type { Kernel, Passed, Refused, Slowed } from "../kernel.ts";
import { ChunkRetimer, RETIME_BRAKED } from "./chunk-retimer.ts";

const rateCodes: ReadonlySet<string> = new Set(["joint_rate", "joint_accel", "joint_jerk", "joint_jump"]);

export type SlowingLimits = Pick<
  SafetyEnvelope,
  "jointNames" | "lowerRad" | "upperRad" | "velocityCapRadPerS" | "maxAccelerationRadPerS2" | "maxJerkRadPerS3" | "maxRows"
>;

export function slowingKernel(kernel: Kernel, limits: SlowingLimits): Kernel {
  const retimer = new ChunkRetimer(limits.jointNames.length, limits.maxRows);
  return {
    modes: kernel.modes,
    close: () => kernel.close(),
    vet(command: Command, state: MeasuredState): Passed | Refused {
      const first = kernel.vet(command, state);
      if (first.kind === "vetted" || !mayBeSlowed(command, first)) return first;
      const slowed = retimed(retimer, command, state, limits);
      if (slowed === undefined) return first;
      const second = kernel.vet(slowed, state);
      if (second.kind === "refused") return first;
      return { kind: "vetted", command: second.command, margins: second.margins, slowed: timingOf(retimer, first) };
    },
  };
}

function mayBeSlowed({ mode, rowTimesMs }: Command, { code }: Refused): boolean {
  return (mode === "joint_position" || mode === "joint_trajectory") && rowTimesMs === undefined && rateCodes.has(code);
}

/** Nothing where no slower chunk on the same path keeps every limit. */
function retimed(retimer: ChunkRetimer, command: Command, state: MeasuredState, limits: SlowingLimits): Command | undefined {
  const { rows, width, periodMs } = command;
  const { measuredRad, measuredRadPerS } = state;
  if (!(width === retimer.width && measuredRad.length === width)) return undefined;
  const code = retimer.retime({
    rows,
    nRows: rows.length / width,
    periodS: periodMs / 1000,
    start: measuredRad,
    startVelocity: measuredRadPerS ?? new Float64Array(width),
    limits: {
      lower: limits.lowerRad,
      upper: limits.upperRad,
      velocity: limits.velocityCapRadPerS,
      acceleration: limits.maxAccelerationRadPerS2,
      jerk: limits.maxJerkRadPerS3,
    },
    endAtRest: false,
  });
  // Unchanged as well: then what was refused is nothing that more time mends.
  if (!(code > 0 && code <= RETIME_BRAKED)) return undefined;
  return { ...command, rows: retimer.rows.slice(0, retimer.nRows * width) };
}

function timingOf({ factor, originalS, executedS }: ChunkRetimer, { code, reason }: Refused): Slowed {
  return Object.freeze({ code, reason, factor, originalMs: originalS * 1000, executedMs: executedS * 1000 });
}
