/**
 * A person's approval, asked through the client. The call stays where the gates hold it, with its plan, while the question travels:
 *
 *     tools/call ─▶ step ─▶ hold ─▶ input_required + signed state ─▶ client asks ─▶ tools/call + answer + state ─▶ the held plan
 *
 * An answer counts for the very plan that was held, once, until the hold times out. Whoever cannot be asked is not: the gate's
 * time-out then denies.
 * @module
 */
import { acceptedContent, createRequestStateCodec, inputRequired, inputResponse } from "@modelcontextprotocol/server";
import type { InputRequiredResult, RequestStateCodec, ServerContext } from "@modelcontextprotocol/server";
import { canonicalJson, type JsonObject } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import { motionWords } from "../runtime/motion-words.ts";
import type { ApprovalAnswer, ApprovalChannel, ApprovalRequest } from "../runtime/approvals.ts";
import { clientOf } from "./clients.ts";
import { rootOf } from "./robot-events.ts";

/** What travels through the client, signed: it may be read, and not changed. */
export interface ApprovalState {
  readonly call: string;
  /** Of the call's holds: a composite may have several, one after the other. */
  readonly hold: number;
  readonly tool: string;
  readonly argsHash: string;
  readonly planHash: string;
  readonly observation: string;
  /** Episode time, ms. */
  readonly expiresAtMs: number;
}

const question = "approve";

export function argsHashOf(tool: string, args: JsonObject): string {
  return sha256Hex(canonicalJson([tool, args]));
}

/** Signed with a key of this process alone: a state from before a restart is worth nothing, as is the plan that it was for. */
export function approvalCodec(timeoutS: number): RequestStateCodec<ApprovalState> {
  return createRequestStateCodec<ApprovalState>({
    key: globalThis.crypto.getRandomValues(new Uint8Array(32)),
    // The hold itself times out earlier, and says so in words.
    ttlSeconds: Math.ceil(timeoutS) + 60,
    bind: (context) => `${context.mcpReq.method}\0${clientOf(context)}`,
  });
}

/** The question as the client shows it. */
export async function approvalQuestion(
  codec: RequestStateCodec<ApprovalState>,
  state: ApprovalState,
  request: ApprovalRequest,
  context: ServerContext,
): Promise<InputRequiredResult> {
  const { intent, motion, reason, robot } = request;
  const message = `${reason}\n${robot}: ${intent.name} ${JSON.stringify(intent.args)} ${motionWords(motion)}. Approve exactly this motion?`;
  const approve = { type: "boolean", title: "Approve", description: "Let the robot carry out this plan, once" } as const;
  return inputRequired({
    inputRequests: {
      [question]: inputRequired.elicit({
        message,
        requestedSchema: { type: "object", properties: { approve }, required: ["approve"] },
      }),
    },
    requestState: await codec.mint(state, context),
  });
}

/** What the person said; nothing where the client brought no answer. */
export function answerIn(context: ServerContext): ApprovalAnswer | undefined {
  const responses = context.mcpReq.inputResponses;
  if (inputResponse(responses, question).kind !== "elicit") return undefined;
  return { approved: acceptedContent(responses, question)?.["approve"] === true, operatorId: `mcp:${clientOf(context)}` };
}

/** A plan that waits for a person. */
export interface Held {
  readonly request: ApprovalRequest;
  /** Counts up over the call. */
  readonly hold: number;
  answer(answer: ApprovalAnswer): void;
}

/** The runtime's questions, sorted to the calls that caused them. One whose call is unknown waits for its time-out. */
export class McpApprovals implements ApprovalChannel {
  readonly name = "mcp";
  readonly #calls = new Map<string, (held: Held | undefined) => void>();

  /** Calls that have not ended. */
  get size(): number {
    return this.#calls.size;
  }

  /** `onHeld` hears of each hold, and of its end with `undefined`. Returns how to stop listening. */
  listen(call: string, onHeld: (held: Held | undefined) => void): () => void {
    this.#calls.set(call, onHeld);
    return () => void this.#calls.delete(call);
  }

  ask(request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer> {
    const onHeld = this.#calls.get(rootOf(request.intent.id));
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => onHeld?.(undefined), { once: true });
      onHeld?.({ request, hold: 0, answer: resolve });
    });
  }
}
