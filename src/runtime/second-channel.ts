/**
 * The independent monitor between kernel and machine: it looks at what the kernel passed and at what the robot then did, and what it
 * finds stops the robot.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { Observation } from "../core/observation.ts";
import type { Command } from "../kernel/command.ts";
import type { MeasuredState } from "../kernel/decode-command.ts";
import type { Kernel, Passed, Refused } from "../kernel/kernel.ts";
import type { MonitorFinding, MotionMonitor } from "../kernel/monitor/motion-monitor.ts";

/** A kernel whose passed chunks the monitor has looked at as well; what the monitor objects to is never handed out. */
export function monitoredKernel(kernel: Kernel, monitor: MotionMonitor): Kernel {
  return {
    modes: kernel.modes,
    close: () => kernel.close(),
    vet(command: Command, state: MeasuredState): Passed | Refused {
      const verdict = kernel.vet(command, state);
      if (verdict.kind === "refused") return verdict;
      const finding = monitor.vetted(verdict.command, state.nowMs, state.measuredRad);
      if (finding === undefined) return verdict;
      const { reason, evidence } = finding;
      const told = { code: "internal_error", reason: `second channel: ${reason}`, evidence, field: finding.cause } as const;
      return { kind: "refused", ...told, severity: "violation", step: 18, sub: "none" };
    },
  };
}

/** @throws ClearanceError `observation.invalid` for a motion that must not be, which stops what is running */
export function requireSound(monitor: MotionMonitor, { atMs, qRad }: Observation): void {
  const finding: MonitorFinding | undefined = monitor.measured(atMs, qRad);
  if (finding === undefined) return;
  throw new ClearanceError("observation.invalid", `second channel: ${finding.reason}`, { problem: finding.cause });
}
