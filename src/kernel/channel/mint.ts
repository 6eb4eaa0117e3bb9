/**
 * Where `Vetted` is made when the kernel runs elsewhere, and why that is sound.
 *
 * A mark is a private field of one object in one thread: it cannot cross, and must not. So the client makes the mark, in the thread
 * where the backend checks it, on a copy of the command that nobody else has seen yet, and only on proof that the kernel passed
 * exactly this copy:
 *
 * 1. The client reads every field of the command once, into a copy of its own (`CommandCopy`). That copy, not the caller's object, is
 *    written into the ring, and the caller gets it only after it was marked.
 * 2. The kernel's side takes the slot out of shared memory before it looks at it, and takes only a slot whose hash fits: what is
 *    judged cannot change while or after it is judged.
 * 3. After judging it hashes the content it judged, begun with the number of the request, and answers with that hash, the number and
 *    the epoch it saw. The answer is hashed in turn, so a damaged answer is no answer.
 * 4. The client marks only when all of this holds: the answer is the one to this request; it came before the deadline; the stop flag
 *    is clear and the epoch is the one that the request was sent in and is still the present one; the code is exactly 0; and the hash
 *    of the copy, written and hashed anew at this moment, is the hash of what was judged. A changed row, field or order, an answer to
 *    another request, and a verdict from before a stop all fail.
 *
 * Every number is compared as "the safe condition, negated", so a NaN in an answer refuses. The hash is no signature: whoever can
 * write to this process's memory can do anything anyway. It proves that no bug, torn write or mixed-up answer came between.
 *
 * This file and `kernel.ts` are the only ones that may set a mark; `mint.test.ts` reads the imports of all others.
 * @module
 */
import type { Margins, Passed, Refused } from "../kernel.ts";
import { markVetted, type CommandCopy } from "../vetted.ts";
import { refusedFrom, type Answer } from "./answer-codec.ts";
import type { HashLanes } from "./content-hash.ts";
import { refusal } from "./refusal-codes.ts";

/** What the client knows at the moment it reads an answer. */
export interface Expected {
  readonly request: number;
  /** Epoch in which the request was sent. */
  readonly epoch: number;
  readonly nowMs: number;
  readonly deadlineMs: number;
}

/**
 * Marks `own`, or says why not. `stop` and `epoch`: the shared flag and the epoch, read after the answer. `contentHash`: of `own`,
 * computed after the answer was read.
 */
export function mintFromAnswer(
  own: CommandCopy,
  expected: Expected,
  answer: Answer,
  contentHash: HashLanes,
  stop: number,
  epoch: number,
): Passed | Refused {
  const { request } = expected;
  if (!(answer.request === request))
    return refusal("channel_corrupt", `the answer to request ${request} says it answers ${answer.request}`, { request });
  // A refusal needs no proof.
  if (!(answer.code === 0)) return refusedFrom(answer);
  if (!(stop === 0 && epoch === expected.epoch && answer.epoch === expected.epoch))
    return refusal("estop_latched", "a stop came while the chunk was judged", { epoch: expected.epoch, now: epoch, stop });
  if (!(expected.nowMs <= expected.deadlineMs))
    return refusal("kernel_late", "the kernel's answer came after the deadline", {
      lateMs: Number.isFinite(expected.nowMs) ? expected.nowMs - expected.deadlineMs : String(expected.nowMs),
    });
  if (!(answer.contentHash[0] === contentHash[0] && answer.contentHash[1] === contentHash[1]))
    return refusal("channel_corrupt", "the kernel passed other numbers than those of this chunk", { request });
  markVetted(own);
  return { kind: "vetted", command: own, margins: marginsOf(answer) };
}

/** What crosses the channel of the margins: the nearest pair. */
function marginsOf({ nearestM, pairA, pairB }: Answer): Margins {
  return { ...(Number.isFinite(nearestM) ? { nearestM, pair: [pairA, pairB] } : {}), checks: {} };
}
