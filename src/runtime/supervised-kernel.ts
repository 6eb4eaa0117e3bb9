/**
 * The kernel behind the stop chain: nothing is vetted for a robot that may not move, and every vetted chunk is a sign of life.
 * @module
 */
import { refusal } from "../kernel/channel/refusal-codes.ts";
import type { Command } from "../kernel/command.ts";
import type { MeasuredState } from "../kernel/decode-command.ts";
import type { Kernel, Passed, Refused } from "../kernel/kernel.ts";
import type { Supervision } from "./supervision.ts";

export function supervisedKernel(kernel: Kernel, supervision: Supervision): Kernel {
  const barred = (): Refused => refusal("estop_latched", supervision.barred()?.reason ?? "no motion was allowed");
  return {
    modes: kernel.modes,
    close: () => kernel.close(),
    vet(command: Command, state: MeasuredState): Passed | Refused {
      supervision.tick();
      if (!supervision.mayMove) return barred();
      const verdict = kernel.vet(command, state);
      if (verdict.kind === "refused") {
        supervision.violation(verdict);
        return verdict;
      }
      const { rows, width, periodMs } = verdict.command;
      supervision.noteVetted(rows.length / width, periodMs);
      // Anybody may have stopped the robot while the kernel judged.
      return supervision.mayMove ? verdict : barred();
    },
  };
}
