import { createInterface } from "node:readline/promises";
import { userInfo } from "node:os";
import { sixDigits } from "../core/format.ts";
import type { Vec3 } from "../core/vec3.ts";
import type { ApprovalChannel } from "../runtime/approvals.ts";

/** Asks at the terminal; undefined where no person can answer, so that what needs approval is refused. */
export function terminalApprovals(json: boolean): ApprovalChannel | undefined {
  // With --json, and wherever standard input is not a terminal, it may be carrying somebody's data.
  if (json || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  return {
    name: "terminal",
    async ask({ intent, motion, reason }, signal) {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      const to = motion.toInWorld.map(shown).join(", ");
      const way = to === "" ? "" : ` from ${shown(motion.fromInWorld)} to ${to}, ${(motion.durationMs / 1000).toFixed(1)} s`;
      try {
        const answer = await prompt.question(`${reason}\napprove ${intent.name} ${JSON.stringify(intent.args)}${way}? [y/N] `, { signal });
        return { approved: /^y(es)?$/i.test(answer.trim()), operatorId: userInfo().username };
      } finally {
        prompt.close();
      }
    },
  };
}

function shown(point: Vec3): string {
  return `(${point.map(sixDigits).join(", ")})`;
}
