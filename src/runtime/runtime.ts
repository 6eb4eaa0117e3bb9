/**
 * The loop that joins policy, gates, kernel, backend and trace. It owns time, order, approvals, intervention and every effect.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Actor } from "../gate/gate.ts";
import type { Deny } from "../gate/verdict.ts";
import type { Intent } from "../intent/intent.ts";
import { parseIntent } from "../intent/parse-intent.ts";
import type { WorldView } from "../intent/world-view.ts";
import type { StepRecord, TraceHeader } from "../trace/records.ts";
import { decide, describe, type Decided, type Go } from "./decide.ts";
import { executePlan, type Done, type Halt, type Progress } from "./execute-plan.ts";
import { InterventionController } from "./intervention.ts";
import { ObservationBuffer } from "./observation-buffer.ts";
import type { RuntimeSetup, RuntimeWatcher, StepOptions } from "./runtime-setup.ts";
import { monitoredKernel } from "./second-channel.ts";
import { Senses } from "./senses.ts";
import { SoundClock } from "./sound-clock.ts";
import { stepRecord, type Outcome } from "./step-record.ts";
import { StepQueue } from "./step-queue.ts";
import { stopBackend, type StopOutcome } from "./stop-path.ts";

const policyActor: Actor = Object.freeze({ role: "policy", id: "policy", tenant: "" });

export class Runtime {
  readonly buffer: ObservationBuffer;
  readonly intervention: InterventionController;
  readonly #setup: RuntimeSetup;
  readonly #clock: SoundClock;
  readonly #senses: Senses;
  readonly #queue = new StepQueue();
  readonly #breaking = new Set<AbortController>();
  #steps = 0;
  #intents = 0;
  #commands = 0;
  #stops = 0;

  /** @throws Error when a chain without gates would move hardware */
  constructor(setup: RuntimeSetup) {
    if (setup.chain.unguarded && setup.backend.kind === "hardware")
      throw new Error(`backend ${setup.backend.name} moves hardware and refuses to run without gates`);
    this.#clock = new SoundClock(setup.clock);
    const { monitor } = setup;
    const kernel = monitor === undefined ? setup.kernel : monitoredKernel(setup.kernel, monitor);
    this.#setup = { ...setup, clock: this.#clock, kernel };
    this.#senses = new Senses(setup.backend, this.#clock, setup.views.nJoints, monitor);
    this.buffer = setup.buffer ?? new ObservationBuffer();
    this.intervention = setup.intervention ?? new InterventionController(this.#clock);
    this.intervention.attach({
      onEmergencyStop: (hand) => void this.stop(hand),
      onChange: (entry) => this.note("intervention", { ...entry }),
    });
  }

  get clock(): Clock {
    return this.#setup.clock;
  }

  /** Steps recorded so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Appends the header; once, before the first step. */
  open(header: Omit<TraceHeader, "kind">): void {
    this.#setup.trace.append({ kind: "header", ...header });
  }

  note(note: string, fields: JsonObject): void {
    this.#setup.trace.append({ kind: "note", note, tNs: BigInt(Math.round(this.clock.nowMs() * 1e6)), fields });
  }

  /** What the backend measures, on the runtime's clock. @throws ClearanceError `observation.invalid` for what cannot be believed */
  observe(): Observation | Promise<Observation> {
    return this.#senses.observe();
  }

  /** One intent, whatever it is, to one record, whatever happens. Never throws. Waits for its turn; a stop does not. */
  async step(raw: unknown, options: StepOptions = {}): Promise<StepRecord> {
    this.#intents += 1;
    const parsed = parseIntent(raw, `i-${this.#intents}`);
    if (!parsed.ok) {
      const problems = parsed.issues.map(({ path, problem }) => `${path === "" ? "the intent" : path} ${problem}`);
      return this.#block(namelessIntent(`i-${this.#intents}`), "schema", "malformed_intent", problems.join("; "), options);
    }
    const { intent } = parsed;
    if (options.actor?.role === "controller") this.intervention.markIssued(intent);
    if (intent.name === "stop") return this.stop({ reason: intent.rationale }, intent, options);
    const turn = this.#queue.enter();
    if (turn === undefined) return this.#block(intent, "busy", "robot_busy", "robot busy", options);
    if (turn !== true) await turn;
    try {
      return await this.#turn(intent, options);
    } finally {
      this.#queue.done();
    }
  }

  /** Straight to the backend, aborting what runs. Allowed in every state; never throws. */
  async stop(
    hand: { readonly operator?: string; readonly reason?: string } = {},
    intent?: Intent,
    options: StepOptions = {},
  ): Promise<StepRecord> {
    for (const running of this.#breaking) running.abort();
    const stopped = await this.#stopMachine();
    const after = await this.#lookAfter();
    const asked = intent ?? { id: `stop-${this.#steps + 1}`, name: "stop", args: {}, rationale: hand.reason ?? "" };
    const verdict = { kind: "allow", gate: "stop-path", reason: "stop is always allowed" } as const;
    const decided: Decided = { intent: asked, before: undefined, answers: [verdict], verdict, stopped: true };
    const actor = options.actor ?? { role: hand.operator === undefined ? "runtime" : "operator", id: hand.operator ?? "", tenant: "" };
    const { json } = stopped;
    return this.#record(
      decided,
      { ...options, actor },
      {
        status: stopped.acknowledged ? "ok" : "error",
        observation: json,
        message: stopped.acknowledged
          ? `stopped in ${stopped.elapsedMs.toFixed(0)} ms`
          : `the machine did not acknowledge the stop after ${stopped.attempts} attempts`,
        durationMs: stopped.elapsedMs,
        ...after,
        stop: json,
      },
    );
  }

  /** A stop that nobody acknowledged, or that was not seen to end in rest, is an alarm. */
  async #stopMachine(): Promise<StopOutcome> {
    this.#stops += 1;
    this.#setup.monitor?.halted();
    const { backend } = this.#setup;
    const stopped = await stopBackend(backend, this.#clock, this.#stops);
    const { acknowledged, proved, elapsedMs, attempts, restAtMs, problem } = stopped;
    // A simulation has braked in time of its own, which has passed for everybody.
    if (acknowledged && backend.kind === "simulated") await this.#clock.sleepUntil(this.#clock.nowMs() + elapsedMs);
    if (restAtMs !== null && this.#clock.kind === "simulated") await this.#clock.sleepUntil(restAtMs);
    if (!acknowledged) this.note("alarm", { alarm: "stop_not_acknowledged", attempts });
    else if (!proved) this.note("alarm", { alarm: "stop_not_proved", problem });
    else this.#setup.monitor?.reset();
    return stopped;
  }

  async #turn(intent: Intent, options: StepOptions): Promise<StepRecord> {
    const { trace, traceRequired = true } = this.#setup;
    if (traceRequired && trace.problem !== undefined)
      return this.#block(intent, "trace", "trace_unwritable", `the trace cannot be written: ${trace.problem}`, options);
    if (this.#clock.problem !== undefined) return this.#block(intent, "clock", "clock_unsound", this.#clock.problem, options);
    const breaking = new AbortController();
    const abort = (): void => breaking.abort();
    options.signal?.addEventListener("abort", abort);
    if (options.signal?.aborted === true) breaking.abort();
    this.#breaking.add(breaking);
    try {
      return await this.#decideAndPerform(intent, options, breaking.signal);
    } finally {
      this.#breaking.delete(breaking);
      options.signal?.removeEventListener("abort", abort);
    }
  }

  async #decideAndPerform(intent: Intent, options: StepOptions, signal: AbortSignal): Promise<StepRecord> {
    const { registry, chain, clock, approvals, chargePlanning, repair } = this.#setup;
    const actor = options.actor ?? policyActor;
    const look = (): WorldView | Promise<WorldView> => this.#look();
    const deciding = decide(intent, actor, { registry, chain, clock, approvals, chargePlanning, repair, look }, signal);
    const decided = deciding instanceof Promise ? await deciding : deciding;
    this.#tell((watcher) => watcher.onDecided?.(decided));
    if (decided.go === undefined) {
      const { verdict } = decided;
      // Spec: the message of an unknown primitive is compatible and carries no gate.
      const message = verdict.gate === "resolver" ? verdict.reason : `${verdict.gate}: ${verdict.reason}`;
      return this.#record(decided, options, { status: "blocked", observation: {}, message, durationMs: 0, after: decided.before });
    }
    const outcome =
      decided.go.call.steps === undefined
        ? await this.#perform(decided.go, decided.intent, signal)
        : await this.#performSteps(decided.go, decided.intent, options, signal);
    return this.#record(decided, options, outcome);
  }

  #look(): WorldView | Promise<WorldView> {
    const observed = this.observe();
    return observed instanceof Promise ? observed.then((seen) => this.#setup.views.at(seen)) : this.#setup.views.at(observed);
  }

  async #perform(go: Go, intent: Intent, signal: AbortSignal): Promise<Outcome> {
    const { backend, kernel, clock, periodMs, chunkMs, breathe } = this.#setup;
    const startedMs = clock.nowMs();
    const watching = this.#setup.watchers?.some((watcher) => watcher.onProgress !== undefined) === true;
    const onProgress = watching ? (progress: Progress) => this.#tell((watcher) => watcher.onProgress?.(progress, intent)) : undefined;
    try {
      const execution = await executePlan(go.cleared, go.world.observation, {
        backend,
        kernel,
        clock: this.#clock,
        observe: () => this.observe(),
        periodMs,
        chunkMs,
        commandValidMs: chunkMs + 200,
        deadlineMs: startedMs + go.primitive.timeoutMs,
        signal,
        onProgress,
        breathe,
        nextSeq: () => ++this.#commands,
      });
      const durationMs = clock.nowMs() - startedMs;
      return execution.kind === "done" ? this.#done(go, execution, durationMs) : await this.#halted(go, execution, durationMs);
    } catch (error) {
      return await this.#broken(error, clock.nowMs() - startedMs);
    }
  }

  #done({ call, cleared, world }: Go, { after, chunks }: Done, durationMs: number): Outcome {
    const report = call.report({ before: world.observation, after, plan: cleared, world });
    const { observation, message } = report;
    return { status: report.ok ? "ok" : "error", observation, message, durationMs, after, kernel: { chunks } };
  }

  async #halted(go: Go, execution: Halt, durationMs: number): Promise<Outcome> {
    const kernel: JsonObject = { chunks: execution.chunks };
    const { json: stopped } = await this.#stopMachine();
    const seen = await this.#lookAfter();
    const common = { observation: {}, durationMs, ...seen, stop: stopped };
    switch (execution.kind) {
      case "aborted":
        return { ...common, status: "stopped", message: "stopped before the end", kernel };
      case "clock":
        return { ...common, status: "error", message: `stopped: ${execution.problem}`, kernel };
      case "timeout":
        return { ...common, status: "timeout", message: `${go.primitive.name} exceeded ${go.primitive.timeoutMs} ms`, kernel };
      case "refused": {
        const { code, reason, evidence } = execution;
        return { ...common, status: "error", message: `kernel: ${reason}`, kernel: { ...kernel, refused: { code, reason, evidence } } };
      }
      default:
        return execution satisfies never;
    }
  }

  /** Something threw: stop first, record second. */
  async #broken(error: unknown, durationMs: number): Promise<Outcome> {
    const { json: stopped } = await this.#stopMachine();
    return { status: "error", observation: {}, message: describe(error), durationMs, ...(await this.#lookAfter()), stop: stopped };
  }

  /** Each sub-step is a step of its own, through every gate; the first that is not ok ends it. */
  async #performSteps(go: Go, intent: Intent, options: StepOptions, signal: AbortSignal): Promise<Outcome> {
    const startedMs = this.clock.nowMs();
    const steps = go.call.steps ?? [];
    const observation: Record<string, JsonObject[string]> = { composite: intent.name, n_steps: steps.length };
    const children: number[] = [];
    const finish = async (status: Outcome["status"], message: string): Promise<Outcome> => ({
      status,
      observation,
      message,
      durationMs: this.clock.nowMs() - startedMs,
      children,
      ...(await this.#lookAfter()),
    });
    for (const [index, sub] of steps.entries()) {
      const parsed = parseIntent({ ...sub }, `${intent.id}.${index + 1}`);
      if (!parsed.ok) return finish("error", `${sub.name}: malformed sub-step`);
      const record = await this.#decideAndPerform(parsed.intent, { ...options, parent: intent.id }, signal);
      children.push(record.step);
      observation[`substep_${index}_${sub.name}`] = record.result.observation;
      if (record.result.status === "ok") continue;
      observation["failed_at"] = sub.name;
      observation["step_index"] = index;
      return finish(record.result.status, `${intent.name}: ${sub.name}: ${record.result.message}`);
    }
    return finish("ok", `${intent.name}: ${steps.length} substeps complete`);
  }

  async #lookAfter(): Promise<{ readonly after: Observation | undefined; readonly stateError?: string }> {
    try {
      return { after: await this.observe() };
    } catch (error) {
      return { after: undefined, stateError: describe(error) };
    }
  }

  #block(intent: Intent, gate: string, code: string, reason: string, options: StepOptions): StepRecord {
    const verdict: Deny = { kind: "deny", gate, code, reason, evidence: {} };
    const decided: Decided = { intent, before: undefined, answers: [verdict], verdict };
    this.#tell((watcher) => watcher.onDecided?.(decided));
    return this.#record(decided, options, {
      status: "blocked",
      observation: {},
      message: `${gate}: ${reason}`,
      durationMs: 0,
      after: undefined,
    });
  }

  #record(decided: Decided, options: StepOptions, outcome: Outcome): StepRecord {
    const { backend, clock, trace } = this.#setup;
    this.#steps += 1;
    const context = { backend: backend.name, clock, actor: options.actor ?? policyActor, parent: options.parent };
    const record = stepRecord(this.#steps, decided, outcome, context);
    trace.append(record);
    this.buffer.append(record);
    this.#tell((watcher) => watcher.onStep?.(record));
    return record;
  }

  #tell(call: (watcher: RuntimeWatcher) => void): void {
    const { watchers } = this.#setup;
    if (watchers === undefined) return;
    for (const watcher of watchers) {
      try {
        call(watcher);
      } catch (error) {
        this.note("alarm", { alarm: "watcher_threw", error: describe(error) });
      }
    }
  }
}

function namelessIntent(id: string): Intent {
  return { id, name: "", args: {}, rationale: "" };
}
