import type { JsonObject } from "../core/json.ts";
import type { Progress } from "../runtime/execute-plan.ts";
import type { StepRecord } from "../trace/records.ts";
import { argsHashOf, type ApprovalState, type Held } from "./approvals.ts";
import { actorOf } from "./clients.ts";
import type { ServedRobot } from "./served-robot.ts";

export interface Asked {
  readonly tool: string;
  readonly primitive: string;
  readonly args: JsonObject;
  readonly rationale: string;
  readonly client: string;
}

export type CallEvent = { readonly kind: "ended"; readonly record: StepRecord } | { readonly kind: "held"; readonly held: Held };

/** One step of the robot for one client, over as many requests as its approvals take. Aborted when the request that waits for it ends. */
export class RunningCall {
  readonly id: string;
  /** Never rejects. */
  readonly ended: Promise<StepRecord>;
  readonly #asked: Asked;
  readonly #robot: ServedRobot;
  readonly #gone = new AbortController();
  #held: Held | undefined;
  #holds = 0;
  #wake: () => void = () => undefined;

  /** `begins`: false for one that was stopped before it began, which is recorded as such. */
  constructor(id: string, asked: Asked, robot: ServedRobot, begins = true) {
    this.id = id;
    this.#asked = asked;
    this.#robot = robot;
    const { signal } = this.#gone;
    if (!begins) this.#gone.abort();
    const release = robot.approvals.listen(id, (held) => this.#onHeld(held));
    const intent = { id, name: asked.primitive, args: asked.args, rationale: asked.rationale };
    const options = { signal, alive: () => !signal.aborted, actor: actorOf(asked.client) };
    this.ended = robot.runtime.step(intent, options).finally(release);
  }

  /** Its end, or, where the client can be asked, the next plan that waits for a person. Ends with the motion once `signal` aborts. */
  async next(signals: readonly AbortSignal[], asking: boolean, onProgress?: (progress: Progress) => void): Promise<CallEvent> {
    const leave = (): void => this.#gone.abort();
    const deaf = onProgress === undefined ? undefined : this.#robot.events.listen(this.id, onProgress);
    for (const signal of signals) signal.addEventListener("abort", leave);
    if (signals.some((signal) => signal.aborted)) leave();
    try {
      const ended = this.ended.then((record) => ({ kind: "ended", record }) as const);
      return await (asking ? Promise.race([ended, this.#nextHold()]) : ended);
    } finally {
      deaf?.();
      for (const signal of signals) signal.removeEventListener("abort", leave);
    }
  }

  /** The call ends with `signal` even between two requests of its client. */
  follow(signal: AbortSignal): void {
    const leave = (): void => this.#gone.abort();
    signal.addEventListener("abort", leave);
    void this.ended.then(() => signal.removeEventListener("abort", leave));
  }

  /** What a client has to bring back with the person's answer. */
  stateOf({ request, hold }: Held): ApprovalState {
    const { tool, args } = this.#asked;
    const { planHash, observation, expiresAtMs } = request;
    return { call: this.id, hold, tool, argsHash: argsHashOf(tool, args), planHash, observation, expiresAtMs };
  }

  /** The plan that `state` is about, if it still waits. Whoever takes it answers it: nobody gets it twice. */
  take(state: ApprovalState): Held | undefined {
    const held = this.#held;
    if (held === undefined) return undefined;
    const mine = this.stateOf(held);
    const same = (Object.keys(mine) as (keyof ApprovalState)[]).every((key) => mine[key] === state[key]);
    if (!same) return undefined;
    this.#held = undefined;
    return held;
  }

  #onHeld(held: Held | undefined): void {
    if (held !== undefined) this.#holds += 1;
    this.#held = held === undefined ? undefined : { ...held, hold: this.#holds };
    this.#wake();
  }

  async #nextHold(): Promise<CallEvent> {
    while (this.#held === undefined)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    return { kind: "held", held: this.#held };
  }
}
