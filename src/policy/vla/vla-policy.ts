/**
 * A vision-language-action model as a policy: it is shown what was measured, answers with a chunk of actions, and each action becomes
 * an intent that goes through every gate. What is late, repeated, older than the question or not a number moves nothing.
 * @module
 */
import { deepFreeze, canonicalJson } from "../../core/json.ts";
import type { ShownPixels } from "../../core/capture.ts";
import type { Observation } from "../../core/observation.ts";
import type { Done, LastStep, Policy, ProposedIntent, ShownPicture, Turn } from "../policy.ts";
import { reasonOf } from "../reason-of.ts";
import { ActionQueue } from "./action-queue.ts";
import type { Observe } from "./camera-observation.ts";
import { failed, withDeadline } from "./deadline.ts";
import type { ActionDecoder, DecodedIntent } from "./decoders.ts";
import type { WireMap } from "./msgpack-numpy.ts";
import { shownPixels } from "./shown-pixels.ts";
import { stateObservation } from "./state-observation.ts";
import type { Unnormalise } from "./statistics.ts";
import { defaultModelTimeoutMs, type ActionChunk, type VlaAnswer, type VlaModel } from "./vla-model.ts";
import { VlaTally, vlaStatsJson, type VlaStats, type VlaTermination } from "./vla-stats.ts";

export interface VlaPolicyOptions {
  readonly model: VlaModel;
  readonly decoder: ActionDecoder;
  /** A monotonic clock of the world outside, ms: how long the model takes is real time, also where the robot is simulated. */
  readonly nowMs: () => number;
  /** What the model is shown, within `modelTimeoutMs`; state alone unless given. Where it rejects, the pursuit ends. */
  readonly observe?: Observe;
  /** From the model's numbers to metres and radians; none: they are that already. */
  readonly unnormalise?: Unnormalise;
  /** Actions in a row that ask for nothing, answers in a row that are malformed, requests in a row without an answer. */
  readonly maxIdleSteps?: number;
  readonly maxSteps?: number;
  /** Of a request, with the pictures that are taken for it, ms; 2000 unless given. */
  readonly modelTimeoutMs?: number;
  /** Actions carried out of each chunk before the model is asked again; half of them unless given. */
  readonly executeRows?: number;
  /** A chunk's actions are dropped this long after the observation it answers, ms. */
  readonly chunkHorizonMs?: number;
  /** How old the observation that an intent is based on may be when a gate judges it, ms; 500 more than `modelTimeoutMs` unless given. */
  readonly validForMs?: number;
}

export interface VlaPolicy extends Policy {
  /** Of the goal that is pursued, or was last. */
  stats(): VlaStats;
}

/** An identical proposal is refused this often in a row before the policy gives up. */
const maxRefusals = 3;

export function vlaPolicy(options: VlaPolicyOptions): VlaPolicy {
  let pursuit: Pursuit | undefined;
  const none = new VlaTally();
  const stats = (): VlaStats => pursuit?.stats() ?? none.stats(options.model.dropped);
  return {
    name: `vla ${options.model.name} ${options.decoder.name}`,
    config: { model: options.model.name, decoder: options.decoder.name },
    stats,
    usage: () => vlaStatsJson(stats()),
    propose: (turn) => {
      if (pursuit === undefined || pursuit.over || pursuit.goal !== turn.goal || turn.last === undefined)
        pursuit = new Pursuit(turn.goal, options);
      return pursuit.propose(turn);
    },
  };
}

/** Of one goal, to its end. */
class Pursuit {
  readonly goal: string;
  readonly #options: VlaPolicyOptions;
  readonly #tally = new VlaTally();
  readonly #queue: ActionQueue;
  readonly #maxInARow: number;
  readonly #answeredIds = new Set<string>();
  #seen: Observation | undefined;
  #width: number | undefined;
  #proposed: { readonly id: string; readonly text: string; readonly gripperClosed: boolean | undefined } | undefined;
  #steps = 0;
  #idle = 0;
  #malformed = 0;
  #unanswered = 0;
  #refusals = 0;
  #lastRefused = "";
  #askedId = "";
  /** The name of the pictures that the newest chunk answers. */
  #shown: string | undefined;

  constructor(goal: string, options: VlaPolicyOptions) {
    this.goal = goal;
    this.#options = options;
    this.#maxInARow = options.maxIdleSteps ?? 4;
    this.#queue = new ActionQueue(options.decoder.gripperDim, options.executeRows);
  }

  get over(): boolean {
    return this.#tally.terminated !== undefined;
  }

  stats(): VlaStats {
    return this.#tally.stats(this.#options.model.dropped);
  }

  async propose(turn: Turn): Promise<ProposedIntent | Done> {
    const { maxSteps = 200 } = this.#options;
    const settled = this.#settle(turn.last);
    if (settled !== undefined) return settled;
    if (this.#steps >= maxSteps)
      return this.#end("max_steps", `${maxSteps} steps taken; whether the goal is reached, the model does not say`);
    this.#seen = turn.observation;
    for (;;) {
      this.#dropExpired(this.#seen);
      const action = this.#queue.next;
      if (action === undefined) {
        const ended = await this.#ask(turn, this.#seen);
        if (ended !== undefined) return ended;
        continue;
      }
      const decoded = this.#options.decoder.decode(action, this.#seen);
      if (decoded.kind === "intents") {
        const [first, ...rest] = decoded.intents;
        // A motion behind a gripper's step is decoded again, from where that step left the tip.
        if (rest.length === 0) this.#queue.advance();
        if (first !== undefined) return this.#propose(first, this.#seen);
      }
      if (decoded.kind === "none") {
        this.#queue.advance();
        this.#idle++;
        if (this.#idle >= this.#maxInARow)
          return this.#end("idle", `${this.#idle} actions in a row ask for nothing; whether the goal is reached, the model does not say`);
      } else if (decoded.kind === "error") return this.#end("malformed", decoded.problem);
      else if (decoded.kind === "malformed") {
        const ended = this.#malformedAnswer(decoded.problem);
        if (ended !== undefined) return ended;
      }
    }
  }

  /** What became of the last proposal. A chunk goes on only behind a step that came to `ok`. */
  #settle(last: LastStep | undefined): Done | undefined {
    const proposed = this.#proposed;
    this.#proposed = undefined;
    if (proposed === undefined || last === undefined) return undefined;
    const own = last.intent.id === proposed.id;
    if (own && last.status === "ok") {
      this.#refusals = 0;
      if (proposed.gripperClosed !== undefined) this.#options.decoder.gripperIs(proposed.gripperClosed);
      return undefined;
    }
    this.#tally.droppedActions += this.#queue.clear();
    if (last.status === "stopped") return this.#end("stopped", last.message);
    if (own && last.status === "blocked") {
      this.#refusals = this.#lastRefused === proposed.text ? this.#refusals + 1 : 1;
      this.#lastRefused = proposed.text;
      if (this.#refusals >= maxRefusals)
        return this.#end("refused", `${last.intent.name} was refused ${this.#refusals} times: ${last.gate}: ${reasonOf(last)}`);
    }
    return undefined;
  }

  #dropExpired({ atMs }: Observation): void {
    const { chunkHorizonMs = 10_000 } = this.#options;
    if (!(atMs - this.#queue.madeAtMs <= chunkHorizonMs)) this.#tally.droppedActions += this.#queue.clear();
  }

  /** Asks the model once; a `Done` where that ends the pursuit. */
  async #ask(turn: Turn, seen: Observation): Promise<Done | undefined> {
    const { model, nowMs, observe = stateObservation, modelTimeoutMs = defaultModelTimeoutMs } = this.#options;
    if (turn.signal.aborted) return this.#end("stopped", "interrupted");
    // A second question shows the world as it is by then.
    const asked = this.#askedId === seen.id && turn.observe !== undefined ? await turn.observe() : seen;
    this.#askedId = asked.id;
    this.#seen = asked;
    this.#tally.requests++;
    let startedMs = nowMs();
    let shown: string | undefined;
    const answer = await withDeadline(modelTimeoutMs, turn.signal, async (limit) => {
      const observation = await shownBy(observe, asked, turn);
      if (observation instanceof Error) return failed("unseen", observation.message);
      startedMs = nowMs();
      const inferring = model.infer({ observationId: asked.id, prompt: turn.goal, observation, timeoutMs: modelTimeoutMs }, limit);
      // While the model thinks: to hash pictures takes milliseconds, which its answer does not wait for.
      shown = turn.show?.(shownPixels(observation, this.#options.observe?.cameras).map(asPicture), asked.id);
      return inferring;
    });
    const tookMs = nowMs() - startedMs;
    if (turn.signal.aborted) return this.#end("stopped", "interrupted");
    if (answer.kind === "failed") return this.#failure(answer);
    this.#tally.answered(tookMs);
    const why = this.#unusable(answer.kind === "chunk" ? answer.chunk.observationId : answer.observationId, asked, tookMs, modelTimeoutMs);
    if (why !== undefined) {
      this.#tally.dropped[why]++;
      return this.#noAnswer(`the answer was ${why}`);
    }
    this.#answeredIds.add(asked.id);
    this.#unanswered = 0;
    const done = answer.kind === "chunk" ? answer.chunk.done : answer.done;
    if (done) return this.#end("done", "the model says that the goal is reached", true);
    if (answer.kind === "none") return this.#end("no_action", "the model gives no action");
    this.#shown = shown;
    return this.#take(answer.chunk, asked);
  }

  /** By id and deadline. */
  #unusable(answeredId: string, asked: Observation, tookMs: number, deadlineMs: number): "late" | "repeated" | "older" | undefined {
    if (answeredId !== asked.id) return this.#answeredIds.has(answeredId) ? "repeated" : "older";
    return tookMs <= deadlineMs ? undefined : "late";
  }

  #take(chunk: ActionChunk, asked: Observation): Done | undefined {
    const { unnormalise } = this.#options;
    if (this.#width !== undefined && chunk.width !== this.#width)
      return this.#malformedAnswer(`actions have ${chunk.width} numbers, before they had ${this.#width}`);
    const actions = chunk.actions.slice();
    unnormalise?.(actions, chunk.width);
    // Blending would carry it into actions that are sound.
    const bad = actions.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) return this.#malformedAnswer(`number ${bad % chunk.width} of action ${Math.floor(bad / chunk.width)} is not finite`);
    this.#width = chunk.width;
    this.#tally.chunks++;
    this.#queue.take({ ...chunk, actions }, asked.atMs);
    return undefined;
  }

  #failure({ failure, problem }: VlaAnswer & { readonly kind: "failed" }): Done | undefined {
    this.#tally.failed(failure);
    if (failure === "malformed") return this.#malformedAnswer(problem);
    if (failure === "unseen") return this.#end("unseen", `the model cannot be shown the robot: ${problem}`);
    return this.#noAnswer(problem);
  }

  #malformedAnswer(problem: string): Done | undefined {
    this.#tally.malformed++;
    this.#malformed++;
    this.#tally.droppedActions += this.#queue.clear();
    return this.#malformed >= this.#maxInARow ? this.#end("malformed", `${this.#malformed} malformed answers: ${problem}`) : undefined;
  }

  #noAnswer(problem: string): Done | undefined {
    this.#unanswered++;
    return this.#unanswered >= this.#maxInARow
      ? this.#end("no_action", `${this.#unanswered} requests without a usable answer: ${problem}`)
      : undefined;
  }

  #propose({ name, args, gripperClosed }: DecodedIntent, basedOn: Observation): ProposedIntent {
    this.#steps++;
    this.#idle = 0;
    this.#malformed = 0;
    const { modelTimeoutMs = defaultModelTimeoutMs, validForMs = modelTimeoutMs + 500 } = this.#options;
    const id = `v-${this.#steps}`;
    this.#proposed = { id, text: `${name} ${canonicalJson(args)}`, gripperClosed };
    const intent = deepFreeze({ id, name, args, rationale: "", basedOn: basedOn.id, validForMs });
    return { kind: "intent", intent, ...(this.#shown === undefined ? {} : { shown: this.#shown }) };
  }

  #end(terminated: VlaTermination, message: string, reached = false): Done {
    this.#tally.terminated = terminated;
    this.#tally.droppedActions += this.#queue.clear();
    return { kind: "done", reached, message };
  }
}

const asPicture = (pixels: ShownPixels): ShownPicture => ({ kind: "pixels", pixels });

async function shownBy(observe: Observe, asked: Observation, { look }: Turn): Promise<WireMap | Error> {
  try {
    return await observe(asked, look);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
