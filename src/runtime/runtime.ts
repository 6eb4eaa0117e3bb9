/**
 * The loop that joins policy, gates, kernel, backend and trace. It owns time, order, approvals, intervention and every effect.
 * @module
 */
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { Observation } from "../core/observation.ts";
import type { Actor } from "../gate/gate.ts";
import type { Intent } from "../intent/intent.ts";
import { describeIssues, parseIntent } from "../intent/parse-intent.ts";
import type { WorldView } from "../intent/world-view.ts";
import type { StepRecord, TraceHeader } from "../trace/records.ts";
import { compositeSteps } from "./composite-steps.ts";
import { decide, describe, type Decided, type Go } from "./decide.ts";
import { AfterMotion } from "./after-motion.ts";
import { Effects } from "./effects.ts";
import { Eyes } from "./eyes.ts";
import { executePlan } from "./execute-plan.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Recheck, Refusal } from "../kernel/stop/stop-types.ts";
import type { ResetOutcome } from "../kernel/stop/supervisor-types.ts";
import { InterventionController, type Hand } from "./intervention.ts";
import { recheckAt } from "./measured-state.ts";
import { supervisedKernel } from "./supervised-kernel.ts";
import { Supervision } from "./supervision.ts";
import { ObservationBuffer } from "./observation-buffer.ts";
import { previewIntents, type Preview, type ProposedCall } from "./preview.ts";
import { withAdopted, type Adopted, type RuntimeSetup, type StepOptions } from "./runtime-setup.ts";
import { Watchers } from "./watchers.ts";
import { monitoredKernel } from "./second-channel.ts";
import { Senses } from "./senses.ts";
import { SoundClock } from "./sound-clock.ts";
import { haltOutcome, judgedJson, notBegun } from "./execution-outcome.ts";
import { stepRecord, type Outcome } from "./step-record.ts";
import { StepQueue } from "./step-queue.ts";
import { StopPath, type ResetHand, type StopOutcome } from "./stop-path.ts";
import { blockedOutcome, namelessIntent, refusedUnseen, stopActor, stopDecided, stopOutcome } from "./unplanned.ts";

const policyActor: Actor = Object.freeze({ role: "policy", id: "policy", tenant: "" });

export class Runtime {
  readonly buffer: ObservationBuffer;
  readonly intervention: InterventionController;
  /** The stop chain: its state, its watchdogs, its latch. */
  readonly safety: Supervision;
  /** Pictures and ranges, in a step or outside one. */
  readonly eyes: Eyes;
  #setup: RuntimeSetup;
  #episode = { id: "", backend: "" };
  /** The kernel without the stop chain before it: what asks whether a reset may be. */
  readonly #judge: Kernel;
  readonly #clock: SoundClock;
  readonly #senses: Senses;
  readonly #stopPath: StopPath;
  readonly #afterMotion: AfterMotion;
  readonly #watchers: Watchers;
  readonly #queue = new StepQueue();
  /** Of the turn that is running: there is one at a time. */
  #breaking: AbortController | undefined;
  #steps = 0;
  #intents = 0;
  #commands = 0;
  #goal = "session";
  #lastStop: Promise<unknown> = Promise.resolve();

  /** @throws Error when a chain without gates would move hardware; ClearanceError `config.invalid` for hardware without its watchdogs */
  constructor(setup: RuntimeSetup) {
    if (setup.chain.unguarded && setup.backend.kind === "hardware")
      throw new Error(`backend ${setup.backend.name} moves hardware and refuses to run without gates`);
    this.#clock = new SoundClock(setup.clock);
    const { monitor } = setup;
    this.safety = setup.safety ?? new Supervision({ backend: setup.backend, clock: this.#clock });
    const judging = monitor === undefined ? setup.kernel : monitoredKernel(setup.kernel, monitor);
    this.#judge = judging;
    this.#setup = { ...setup, clock: this.#clock, kernel: supervisedKernel(judging, this.safety) };
    this.#senses = new Senses(setup.backend, this.#clock, setup.views.nJoints, monitor, setup.onObserved);
    const note = (name: string, fields: JsonObject): void => this.note(name, fields);
    this.eyes = new Eyes(setup.backend.sensors, setup.images, note);
    this.#watchers = new Watchers(setup.watchers ?? [], note);
    this.#afterMotion = new AfterMotion(this.eyes, new Effects({ clock: this.#clock, note }));
    const { backend } = setup;
    this.#stopPath = new StopPath({ backend, clock: this.#clock, senses: this.#senses, safety: this.safety, monitor, note });
    this.buffer = setup.buffer ?? new ObservationBuffer();
    this.intervention = setup.intervention ?? new InterventionController(this.#clock);
    this.intervention.attach({
      onEmergencyStop: (hand) => void this.emergencyStop(hand),
      onChange: (entry) => this.note("intervention", { ...entry }),
      barred: () => this.safety.barred()?.reason,
    });
    this.safety.attach({
      onLatched: () => this.#abort(),
      note,
      recheck: () => this.#recheck(),
      missing: () => this.#unwritable(),
    });
  }

  get clock(): Clock {
    return this.#setup.clock;
  }

  /** Steps recorded so far. */
  get steps(): number {
    return this.#steps;
  }

  /** As the header says; empty before it. */
  get episode(): { readonly id: string; readonly backend: string } {
    return this.#episode;
  }

  /** Appends the header; once, before the first step. */
  open(header: Omit<TraceHeader, "kind">): void {
    this.#episode = { id: header.episodeId, backend: header.backend };
    this.#setup.trace.append({ kind: "header", ...header });
  }

  note(note: string, fields: JsonObject): void {
    this.#setup.trace.append({ kind: "note", note, tNs: BigInt(Math.round(this.clock.nowMs() * 1e6)), fields });
  }

  /** The robot works for this goal from now on; the next motion takes the lease for it. */
  beginGoal(goal: string): void {
    this.#goal = goal.trim() === "" ? "session" : goal;
  }

  /** The goal is over: a controlled stop, acknowledged and proved, where there was motion. */
  async endGoal(): Promise<void> {
    await this.#stopPath.endGoal();
    // A stop that ended the goal belongs to it, with its record.
    await this.#lastStop;
    this.#goal = "session";
  }

  /** What the backend measures, on the runtime's clock. @throws ClearanceError `observation.invalid` for what cannot be believed */
  observe(): Observation | Promise<Observation> {
    return this.#senses.observe();
  }

  /** Judges a plan as a whole, each step from the predicted end of the one before; nothing is cleared, counted or moved. */
  async preview(intents: readonly ProposedCall[], actor: Actor = policyActor): Promise<Preview> {
    await this.safety.start();
    return previewIntents(intents, await this.observe(), actor, { ...this.#setup, barred: (intent) => this.#barred(intent) });
  }

  /** One intent, whatever it is, to one record, whatever happens. Never throws. Waits for its turn; a stop does not. */
  async step(raw: unknown, options: StepOptions = {}): Promise<StepRecord> {
    this.#intents += 1;
    const parsed = parseIntent(raw, `i-${this.#intents}`);
    if (!parsed.ok) {
      return this.#block(namelessIntent(`i-${this.#intents}`), "schema", "malformed_intent", describeIssues(parsed.issues), options);
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
  async stop(hand: Hand = {}, intent?: Intent, options: StepOptions = {}): Promise<StepRecord> {
    this.#abort();
    return this.#recordStop(this.#stopPath.halt(), hand, intent, options);
  }

  /** The same with a latch, which survives what it is stored in: nothing moves again before `reset`. Never throws. */
  async emergencyStop(hand: Hand = {}): Promise<StepRecord> {
    this.#abort();
    return this.#recordStop(this.#stopPath.emergencyStop(hand), hand, undefined, {});
  }

  /**
   * Releases a latch, for an operator who gives a reason: both steps of the reset, refused by name, and then the intervention's own
   * emergency stop. `credential`: what the robot's `authorise` asks for; the operator's name unless given.
   */
  async reset(hand: ResetHand): Promise<ResetOutcome> {
    const outcome = await this.#stopPath.reset(hand);
    if (outcome.ok && this.intervention.state === "emergency_stop") this.intervention.resume(hand);
    return outcome;
  }

  /** Other primitives, gates, limits and pace from now on, between steps and without a latch. Answers why not, where it is not done. */
  adopt(next: Adopted): string | undefined {
    if (this.#queue.running) return "a step is running";
    if (this.intervention.state === "emergency_stop") return "an emergency stop is latched";
    const { latched, reason } = this.safety.status();
    if (latched) return `a stop is latched: ${reason}`;
    this.#setup.registry.replaceAll(next.registry.all());
    this.#setup = withAdopted(this.#setup, next);
    return undefined;
  }

  /** Out of service, stopped; a latch stays. */
  async close(): Promise<void> {
    await this.safety.close();
    this.#setup.kernel.close();
  }

  #abort(): void {
    this.#breaking?.abort();
  }

  #recordStop(stopping: Promise<StopOutcome>, hand: Hand, intent: Intent | undefined, options: StepOptions): Promise<StepRecord> {
    const recorded = stopping.then((stopped) => this.#stopRecord(stopped, hand, intent, options));
    this.#lastStop = recorded;
    return recorded;
  }

  async #stopRecord(stopped: StopOutcome, hand: Hand, intent: Intent | undefined, options: StepOptions): Promise<StepRecord> {
    const after = await this.#lookAfter();
    const asked = intent ?? { id: `stop-${this.#steps + 1}`, name: "stop", args: {}, rationale: hand.reason ?? "" };
    return this.#record(stopDecided(asked), { ...options, actor: options.actor ?? stopActor(hand) }, stopOutcome(stopped, after));
  }

  #unwritable(): string | undefined {
    const { trace, traceRequired = true } = this.#setup;
    return traceRequired && trace.problem !== undefined ? `the trace cannot be written: ${trace.problem}` : undefined;
  }

  /** Whether the kernel would let the robot hold where it was measured. */
  async #recheck(): Promise<Recheck> {
    const seen = await this.observe();
    return recheckAt(this.#judge, seen, this.#clock.nowMs(), ++this.#commands);
  }

  /** What only looks stays possible: somebody has to find out why. A person's own emergency stop is answered by its gate. */
  #barred({ name }: Intent): Refusal | undefined {
    const barred = this.safety.barred();
    const looks = this.#setup.registry.get(name)?.risk === "sense";
    if (barred === undefined || looks || this.intervention.state === "emergency_stop") return undefined;
    return { code: barred.code, reason: `${barred.reason}; reset first` };
  }

  async #turn(intent: Intent, options: StepOptions): Promise<StepRecord> {
    const unwritable = this.#unwritable();
    if (unwritable !== undefined) return this.#block(intent, "trace", "trace_unwritable", unwritable, options);
    const starting = this.safety.start();
    if (starting !== undefined) await starting;
    const barred = this.#barred(intent);
    if (barred !== undefined) return this.#block(intent, "safety", barred.code, barred.reason, options);
    if (this.#clock.problem !== undefined) return this.#block(intent, "clock", "clock_unsound", this.#clock.problem, options);
    const breaking = new AbortController();
    const abort = (): void => breaking.abort();
    options.signal?.addEventListener("abort", abort);
    if (options.signal?.aborted === true) breaking.abort();
    this.#breaking = breaking;
    try {
      return await this.#decideAndPerform(intent, options, breaking.signal);
    } finally {
      this.#breaking = undefined;
      options.signal?.removeEventListener("abort", abort);
    }
  }

  async #decideAndPerform(intent: Intent, options: StepOptions, signal: AbortSignal): Promise<StepRecord> {
    const { registry, chain, clock, approvals, chargePlanning, repair } = this.#setup;
    const actor = options.actor ?? policyActor;
    const look = (): WorldView | Promise<WorldView> => this.#look();
    const deciding = decide(intent, actor, { registry, chain, clock, approvals, chargePlanning, repair, look }, signal);
    const decided = deciding instanceof Promise ? await deciding : deciding;
    this.#watchers.tell((watcher) => watcher.onDecided?.(decided));
    if (decided.go === undefined) return this.#record(decided, options, blockedOutcome(decided));
    const outcome =
      decided.go.call.steps === undefined
        ? await this.#perform(decided.go, decided.intent, signal, options.alive)
        : await this.#performSteps(decided.go, decided.intent, options, signal);
    return this.#record(decided, options, outcome);
  }

  #look(): WorldView | Promise<WorldView> {
    const observed = this.observe();
    return observed instanceof Promise ? observed.then((seen) => this.#setup.views.at(seen)) : this.#setup.views.at(observed);
  }

  async #perform(go: Go, intent: Intent, signal: AbortSignal, alive?: () => boolean): Promise<Outcome> {
    const { backend, kernel, clock, periodMs, chunkMs, breathe } = this.#setup;
    const startedMs = clock.nowMs();
    const onProgress = this.#watchers.onProgress(intent);
    const refusal = go.cleared.segments.length === 0 ? undefined : this.safety.begin(this.#goal, alive);
    if (refusal !== undefined) return notBegun(refusal);
    const pacer = this.#setup.pacer?.forPlan((fields) => this.note("pace", { intent: intent.id, ...fields }));
    try {
      // Deciding takes real time, and the kernel asks for the state as it is.
      const before = clock.kind === "real" ? await this.observe() : go.world.observation;
      const execution = await executePlan(go.cleared, before, {
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
        pacer,
        nextSeq: () => ++this.#commands,
      });
      const durationMs = clock.nowMs() - startedMs;
      this.safety.idle();
      await this.safety.lookAgain();
      const judged = judgedJson(execution, pacer);
      const finished =
        execution.kind === "done" ? this.#afterMotion.finish(go, execution, { startedMs, durationMs, judged, signal }) : execution;
      const ending = finished instanceof Promise ? await finished : finished;
      if ("status" in ending) return ending;
      const { json: stop } = await this.#stopPath.settle();
      return haltOutcome(go, ending, judged, { observation: {}, durationMs, ...(await this.#lookAfter()), stop });
    } catch (error) {
      return await this.#broken(error, clock.nowMs() - startedMs);
    }
  }

  /** Something threw: stop first, record second. */
  async #broken(error: unknown, durationMs: number): Promise<Outcome> {
    const { json: stopped } = await this.#stopPath.settle();
    return { status: "error", observation: {}, message: describe(error), durationMs, ...(await this.#lookAfter()), stop: stopped };
  }

  async #performSteps(go: Go, intent: Intent, options: StepOptions, signal: AbortSignal): Promise<Outcome> {
    const startedMs = this.clock.nowMs();
    const depth = (options.depth ?? 0) + 1;
    const perform = (sub: Intent): Promise<StepRecord> => this.#decideAndPerform(sub, { ...options, parent: intent.id, depth }, signal);
    const ended = await compositeSteps(intent, go.call.steps ?? [], depth, perform);
    return { ...ended, durationMs: this.clock.nowMs() - startedMs, ...(await this.#lookAfter()) };
  }

  async #lookAfter(): Promise<{ readonly after: Observation | undefined; readonly stateError?: string }> {
    try {
      return { after: await this.observe() };
    } catch (error) {
      return { after: undefined, stateError: describe(error) };
    }
  }

  #block(intent: Intent, gate: string, code: string, reason: string, options: StepOptions): StepRecord {
    const decided = refusedUnseen(intent, gate, code, reason);
    this.#watchers.tell((watcher) => watcher.onDecided?.(decided));
    return this.#record(decided, options, blockedOutcome(decided));
  }

  #record(decided: Decided, options: StepOptions, outcome: Outcome): StepRecord {
    const { backend, clock, trace } = this.#setup;
    this.#steps += 1;
    const context = { backend: backend.name, clock, actor: options.actor ?? policyActor, parent: options.parent, shown: options.shown };
    const record = stepRecord(this.#steps, decided, outcome, context);
    trace.append(record);
    this.buffer.append(record);
    this.#watchers.tell((watcher) => watcher.onStep?.(record));
    return record;
  }
}
