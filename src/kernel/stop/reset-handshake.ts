/**
 * The second step of a reset: everybody who moves or commands says, for this very epoch, that it has stopped and is ready.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { answerWithin } from "./stop-target.ts";

export interface ResetAnswer {
  readonly stopped: boolean;
  readonly ready: boolean;
  readonly epoch: number;
}

/** An adapter, or the runner. */
export interface ResetParty {
  readonly name: string;
  /** Drops whatever belongs to older epochs. Changes no latch of the kernel. */
  answerReset(epoch: number): ResetAnswer | Promise<ResetAnswer>;
}

/** Names of those who did not answer yes to both, for this epoch, in time. No party at all is one that is missing. */
export async function missingAnswers(
  parties: readonly ResetParty[],
  epoch: number,
  clock: Clock,
  limitMs: number,
): Promise<readonly string[]> {
  if (parties.length === 0) return ["any adapter"];
  const answers = await Promise.all(parties.map((party) => answerWithin(clock, limitMs, () => party.answerReset(epoch))));
  return parties
    .filter((_party, i) => {
      const answer = answers[i];
      return !(answer?.answered === true && answer.value?.stopped === true && answer.value.ready === true && answer.value.epoch === epoch);
    })
    .map(({ name }) => name);
}
