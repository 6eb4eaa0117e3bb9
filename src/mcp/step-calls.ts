/**
 * A tool call becomes a step of the robot: progress while it moves, an approval where a gate holds it, a stop when the client goes away.
 * @module
 */
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { CallToolResult, InputRequiredResult, McpServer, RequestStateCodec, ServerContext } from "@modelcontextprotocol/server";
import type { JsonObject } from "../core/json.ts";
import type { Progress } from "../runtime/execute-plan.ts";
import { answerIn, approvalCodec, approvalQuestion, argsHashOf, type ApprovalState } from "./approvals.ts";
import { canAsk, clientOf } from "./clients.ts";
import type { Overtaking } from "./overtaking.ts";
import { failed, stepResult } from "./results.ts";
import { RunningCall, type Asked } from "./running-call.ts";
import type { ServedRobot } from "./served-robot.ts";

/** Between two notices of one motion, ms. */
const noticeEveryMs = 1000;

export interface Connection {
  readonly server: McpServer;
  readonly era: "legacy" | "modern";
  /** Where stops go past calls on their way here. */
  readonly overtaking?: Overtaking | undefined;
}

/** The calls of every client of one robot. */
export class StepCalls {
  readonly codec: RequestStateCodec<ApprovalState>;
  readonly #robot: ServedRobot;
  readonly #running = new Map<string, RunningCall>();
  #calls = 0;
  #stops = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(robot: ServedRobot) {
    this.#robot = robot;
    this.codec = approvalCodec(robot.profile.hitl_timeout_s);
  }

  /** Calls that have not ended. */
  get size(): number {
    return this.#running.size;
  }

  async step(asked: Omit<Asked, "client">, connection: Connection, context: ServerContext): Promise<CallToolResult | InputRequiredResult> {
    const state = context.mcpReq.requestState<ApprovalState>();
    const signals = [context.mcpReq.signal, context.http?.req?.signal].filter((signal) => signal !== undefined);
    const call =
      state === undefined
        ? await this.#begin({ ...asked, client: clientOf(context) }, connection, context, signals)
        : this.#goOn(state, asked, context);
    if (typeof call === "string") return failed(call);
    const notices = progressNotices(context);
    const event = await call.next(signals, canAsk(connection.server, context), notices.onProgress);
    if (event.kind === "held") {
      // The older protocol asks within the request, which stays open; the newer one ends it and sends another.
      if (connection.era === "legacy") for (const signal of signals) call.follow(signal);
      return approvalQuestion(this.codec, call.stateOf(event.held), event.held.request, context);
    }
    await notices.sent();
    return stepResult(event.record, this.#robot.runtime.eyes.images);
  }

  /** Calls that came before a stop and have not begun end with it. */
  stopped({ overtaking }: Connection, { mcpReq }: ServerContext): void {
    this.#stops += 1;
    overtaking?.carriedOut(mcpReq.id);
  }

  /**
   * Calls begin one a turn of the event loop, in the order in which they came: a stop that is sent after fifty of them is read between
   * two and waits for none.
   */
  async #begin(asked: Asked, connection: Connection, context: ServerContext, signals: readonly AbortSignal[]): Promise<RunningCall> {
    const id = `mcp-${++this.#calls}`;
    // One that was cancelled, or whose client is gone, begins as little as one that was stopped.
    const begins = (await this.#comesToItsTurn(asked, connection, context)) && !signals.some((signal) => signal.aborted);
    const call = new RunningCall(id, asked, this.#robot, begins);
    this.#running.set(id, call);
    void call.ended.then(() => this.#running.delete(id));
    return call;
  }

  /** False for a call that a stop has overtaken. */
  async #comesToItsTurn({ primitive }: Asked, connection: Connection, context: ServerContext): Promise<boolean> {
    if (this.#robot.registry.get(primitive)?.risk === "stop") {
      this.stopped(connection, context);
      return true;
    }
    const stopsBefore = connection.overtaking?.ended(context.mcpReq.id) === true ? undefined : this.#stops;
    this.#turn = this.#turn.then(() => nextTurn());
    await this.#turn;
    return this.#stops === stopsBefore;
  }

  /** The call that waits for the answer which `context` brings, with the answer given; or why there is none. */
  #goOn(state: ApprovalState, { tool, args }: { readonly tool: string; readonly args: JsonObject }, context: ServerContext) {
    const refuse = (reason: string): string => {
      this.#robot.runtime.note("approval-refused", { tool, call: state.call, client: clientOf(context), reason });
      return `blocked: hitl: ${reason}; nothing was done`;
    };
    const call = this.#running.get(state.call);
    if (state.tool !== tool || state.argsHash !== argsHashOf(tool, args)) {
      call?.take(state)?.answer({ approved: false, operatorId: `mcp:${clientOf(context)}` });
      return refuse("the approval was for other arguments");
    }
    const answer = answerIn(context);
    if (answer === undefined) return refuse("the client brought no answer to the question");
    const held = call?.take(state);
    if (call === undefined || held === undefined) return refuse("the approval was used already, or came too late");
    held.answer(answer);
    return call;
  }
}

/** Notices at most once a second, and only where the client asked for them. */
function progressNotices({ mcpReq }: ServerContext): { readonly onProgress?: (progress: Progress) => void; sent(): Promise<void> } {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return { sent: () => Promise.resolve() };
  let last: Promise<unknown> | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  const send = (progress: number, message: string): void => {
    const params = { progressToken, progress, total: 1, message };
    // A notice that cannot be delivered is no reason to stop: its client is seen to be gone by the signal.
    last = mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
  let toldFraction = 0;
  return {
    onProgress({ fraction, segment, atMs }) {
      if (!(atMs - lastMs >= noticeEveryMs) || !(fraction > toldFraction)) return;
      [lastMs, toldFraction] = [atMs, fraction];
      send(fraction, segment);
    },
    async sent() {
      if (last === undefined) return;
      await last;
      // Clients drop a notice that comes in one piece with the result.
      await delay(1);
    },
  };
}
