import { createInterface } from "node:readline/promises";
import { userInfo } from "node:os";
import type { ApprovalChannel } from "../runtime/approvals.ts";
import { motionWords } from "../runtime/motion-words.ts";

/** Asks at the terminal; undefined where no person can answer, so that what needs approval is refused. */
export function terminalApprovals(json: boolean): ApprovalChannel | undefined {
  // With --json, and wherever standard input is not a terminal, it may be carrying somebody's data.
  if (json || process.stdin.isTTY !== true || process.stderr.isTTY !== true) return undefined;
  return {
    name: "terminal",
    async ask({ intent, motion, reason, robot }, signal) {
      const prompt = createInterface({ input: process.stdin, output: process.stderr });
      const card = `${reason}\n${robot}: ${intent.name} ${JSON.stringify(intent.args)} ${motionWords(motion)}`;
      try {
        const answer = await prompt.question(`${card}\napprove? [y/N] `, { signal });
        return { approved: /^y(es)?$/i.test(answer.trim()), operatorId: userInfo().username };
      } finally {
        prompt.close();
      }
    },
  };
}
