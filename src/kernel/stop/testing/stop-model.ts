/**
 * The stop chain explored: every event in every state that can be reached, against invariants that do not know the table.
 * @module
 */
import { transition, motionAllowed, speedScale, UNCONFIGURED } from "../stop-machine.ts";
import {
  FAULT_SOURCES,
  TRIP_SOURCES,
  type Latch,
  type Recheck,
  type ResetAnswers,
  type ResetRequest,
  type StopEvent,
  type StopMachine,
  type StopState,
  type StoredLatch,
  type Transition,
} from "../stop-types.ts";

/** The machine, what a disk would hold, and what a witness remembers of how it came here. */
export interface Situation {
  readonly machine: StopMachine;
  readonly stored: StoredLatch;
  /** A stop happened that no reset took back. */
  readonly stopDue: boolean;
  /** The reset in progress was asked for rightly, with these wishes. */
  readonly rightfulReset: "none" | "plain" | "recovery";
  /** The lease began on a fresh state. */
  readonly leaseFresh: boolean;
}

export type ModelEvent = StopEvent | { readonly kind: "restart" };

export const firstSituation: Situation = {
  machine: UNCONFIGURED,
  stored: { epoch: 0, latch: undefined },
  stopDue: false,
  rightfulReset: "none",
  leaseFresh: false,
};

const both = [true, false] as const;
const checks: readonly Recheck[] = ["clean", "violates", "unknown"];
const tripMs = 1000;

/** Every kind of event with every value that a guard can tell apart; times are relative to what the machine counts from. */
export function eventsIn({ machine, stored }: Situation): readonly ModelEvent[] {
  const events: ModelEvent[] = [
    { kind: "restart" },
    { kind: "configure", atMs: tripMs, problems: [], stored },
    { kind: "configure", atMs: tripMs, problems: ["hash differs"], stored },
    { kind: "activate", atMs: tripMs, notReady: [] },
    { kind: "activate", atMs: tripMs, notReady: ["arm"] },
    { kind: "deactivate" },
    { kind: "cleanup" },
    { kind: "vetted" },
    { kind: "lease-ending" },
    ...both.map((acknowledged) => ({ kind: "lease-ended", atMs: tripMs, acknowledged }) as const),
    ...TRIP_SOURCES.map((source) => ({ kind: "trip", source, reason: source, atMs: tripMs, evidence: {} }) as const),
    ...FAULT_SOURCES.map((source) => ({ kind: "fault", source, reason: source, atMs: tripMs, evidence: {} }) as const),
    ...[500, 1000, Number.NaN].map((after) => ({ kind: "reset-silent", atMs: (machine.reset?.requestedAtMs ?? 0) + after }) as const),
    ...checks.map((check) => ({ kind: "recheck", check }) as const),
    ...both.flatMap((proved) => [0, -1].map((older) => ({ kind: "stop-outcome", epoch: machine.epoch + older, proved }) as const)),
  ];
  for (const goal of ["goal-1", ""])
    for (const stateFresh of both)
      for (const enabled of both)
        for (const pendantReleased of both) events.push({ kind: "lease-granted", goal, stateFresh, enabled, pendantReleased });
  for (const after of [-1, 200, 499.9, 600, Number.NaN])
    for (const operatorId of ["anna", ""])
      for (const authenticated of both)
        for (const allowed of both)
          for (const [humanStopReleased, pendantReleased] of pairs)
            for (const check of checks)
              for (const recovery of both)
                events.push({
                  kind: "reset-requested",
                  request: {
                    operatorId,
                    atMs: machine.cooldownFromMs + after,
                    authenticated,
                    allowed,
                    humanStopReleased,
                    pendantReleased,
                    check,
                    recovery,
                  },
                });
  for (const older of [0, -1])
    for (const after of [-1, 0, 999, 1000, Number.NaN])
      for (const missing of [[], ["arm"]])
        for (const [humanStopReleased, pendantReleased] of pairs)
          for (const check of checks)
            events.push({
              kind: "reset-answered",
              answers: {
                epoch: machine.epoch + older,
                atMs: (machine.reset?.requestedAtMs ?? 0) + after,
                missing,
                humanStopReleased,
                pendantReleased,
                check,
              },
            });
  return events;
}

const pairs = both.flatMap((a) => both.map((b) => [a, b] as const));

export interface Step {
  readonly before: Situation;
  readonly event: ModelEvent;
  readonly after: Situation;
  readonly transition: Transition | undefined;
}

/** One event, with what a disk and the witness make of it. */
export function follow(before: Situation, event: ModelEvent): Step {
  if (event.kind === "restart")
    return { before, event, after: { ...before, machine: UNCONFIGURED, rightfulReset: "none" }, transition: undefined };
  const next = transition(before.machine, event);
  const stopped = event.kind === "trip" || event.kind === "fault" || unacknowledgedEnd(before.machine, event);
  const after: Situation = {
    machine: next.machine,
    stored: storedAfter(before.stored, next),
    stopDue: stopped || (before.stopDue && !next.actions.includes("clear-latch")),
    rightfulReset: rightfulAfter(before, event, next),
    leaseFresh:
      next.machine.lease !== undefined &&
      (before.machine.lease === undefined && event.kind === "lease-granted" ? event.stateFresh : before.leaseFresh),
  };
  return { before, event, after, transition: next };
}

function unacknowledgedEnd({ state, lease }: StopMachine, event: StopEvent): boolean {
  return event.kind === "lease-ended" && state === "running" && lease?.ending === true && !event.acknowledged;
}

function storedAfter(stored: StoredLatch, { actions, machine }: Transition): StoredLatch {
  let { epoch, latch }: { epoch: number; latch: Latch | undefined } = stored;
  for (const action of actions) {
    if (action === "persist-latch" && machine.latch !== undefined) {
      latch = machine.latch;
      epoch = Math.max(epoch, latch.epoch);
    } else if (action === "clear-latch") {
      latch = undefined;
      epoch = Math.max(epoch, machine.epoch);
    } else if (action === "store-epoch") epoch = Math.max(epoch, machine.epoch);
  }
  return { epoch, latch };
}

function rightfulAfter(before: Situation, event: StopEvent, next: Transition): Situation["rightfulReset"] {
  if (next.machine.state !== "resetting") return "none";
  if (event.kind !== "reset-requested" || before.machine.state === "resetting") return before.rightfulReset;
  if (!isRightful(before.machine, event.request)) return "none";
  return event.request.recovery ? "recovery" : "plain";
}

/** §8.1 once more, in other words. */
function isRightful({ cooldownFromMs }: StopMachine, request: ResetRequest): boolean {
  const old = request.atMs - 500 >= cooldownFromMs;
  const known = request.operatorId.length > 0 && request.authenticated && request.allowed;
  const free = request.humanStopReleased && request.pendantReleased;
  return old && known && free && (request.check === "clean" || (request.check === "violates" && request.recovery));
}

function isWholeAnswer({ epoch, reset }: StopMachine, answers: ResetAnswers): boolean {
  const since = answers.atMs - (reset?.requestedAtMs ?? Number.NaN);
  const free = answers.humanStopReleased && answers.pendantReleased;
  return answers.epoch === epoch && since >= 0 && since < 1000 && answers.missing.length === 0 && free && answers.check !== "unknown";
}

const inService: readonly StopState[] = ["ready", "running", "recovery"];

/** What is wrong with a step; empty when it keeps every invariant. */
export function broken(step: Step): readonly string[] {
  const problems: string[] = [];
  const say = (holds: boolean, invariant: string): void => {
    if (!holds) problems.push(invariant);
  };
  const { before, event, after, transition: next } = step;
  const was = before.machine;
  const is = after.machine;
  const moves = motionAllowed(is);

  say(Object.isFrozen(is), "values are frozen");
  say(!moves || is.state === "running" || is.state === "recovery", "motion only while running or in recovery");
  say(!moves || is.latch === undefined || is.state === "recovery", "no motion while latched");
  say(!moves || (is.outputsOn && is.lease?.ending === false), "motion needs outputs and an open lease");
  say(!moves || is.state === "recovery" || after.leaseFresh, "arming needs fresh state");
  say(is.latch === undefined || !["ready", "running"].includes(is.state), "no latch where motion may begin");
  say(!["latched", "resetting", "recovery", "faulted"].includes(is.state) || is.latch !== undefined, "a stopped state has a latch");
  say(speedScale(is) <= (is.state === "recovery" || is.stopUnproven ? 0.1 : 1), "recovery and an unproved stop are slow");
  say(moves || speedScale(is) === 0, "no speed without motion");
  say(!is.outputsOn || inService.includes(is.state), "outputs only in service");
  say(!is.watchdogArmed || is.state === "running" || is.state === "recovery", "the watchdog is quiet while idle");
  say(is.lease === undefined || is.state === "running" || is.state === "recovery", "a lease ends with the motion");
  say((is.reset !== undefined) === (is.state === "resetting"), "a reset is pending while resetting, and only then");
  say(after.stopDue === (after.stored.latch !== undefined), "the stored latch is there from stop to reset, across restarts");
  say(is.state === "unconfigured" || after.stopDue === (is.latch !== undefined), "the latch is never lost but by a reset");

  if (event.kind === "restart" || next === undefined) return problems;
  say(is.epoch >= was.epoch, "the epoch never decreases");
  say(is.state === "unconfigured" || after.stored.epoch >= is.epoch, "a restart never goes behind an epoch");
  say(
    event.kind !== "configure" || was.state !== "unconfigured" || is.state === "unconfigured" || is.epoch > before.stored.epoch,
    "a restart begins an epoch of its own",
  );
  say(was.state !== "faulted" || is.state === "faulted", "only a restart leaves faulted");
  say(next.rule !== undefined || is === was, "what the table does not name changes nothing");
  say(next.rule !== undefined || next.refusal !== undefined, "what changes nothing says why");
  say(!next.actions.includes("refuse") || (next.refusal?.reason ?? "") !== "", "a refusal names itself");

  if (event.kind === "trip" || event.kind === "fault") {
    const active = inService.includes(was.state) || was.state === "resetting";
    const fans = next.actions.indexOf("fan-out");
    if (active) say(fans >= 0 && is.epoch > was.epoch, "every stop of a robot in service fans out in a new epoch");
    if (active && event.kind === "trip") say(is.state === "latched", "a stop in service latches");
    if (was.latch === undefined) say(fans >= 0 && fans < next.actions.indexOf("persist-latch"), "a first stop fans out, and is stored");
    if (was.stopUnproven) say(fans >= 0 || event.kind === "fault", "a stop that was not proved is repeated when asked");
    if (event.kind === "trip" && (was.state === "latched" || was.state === "resetting"))
      say(is.latch === was.latch && is.cooldownFromMs === was.cooldownFromMs, "another stop does not restart the cooldown");
    if (event.kind === "trip" && was.latch !== undefined && was.state !== "recovery")
      say(is.recorded > was.recorded, "another stop is recorded");
    if (event.kind === "fault") say(is.state === "faulted", "a fault is a fault everywhere");
    say(!is.outputsOn && !moves, "after a stop nothing moves");
  }
  if (is.state === "resetting" && was.state !== "resetting")
    say(event.kind === "reset-requested" && isRightful(was, event.request) && is.epoch > was.epoch, "a reset begins only by right");
  if (next.actions.includes("clear-latch")) {
    const answered =
      event.kind === "reset-answered" &&
      isWholeAnswer(was, event.answers) &&
      event.answers.check === "clean" &&
      before.rightfulReset !== "none";
    const recovered = event.kind === "recheck" && event.check === "clean" && was.state === "recovery";
    say(answered || recovered, "a latch is cleared only by a whole, rightful reset");
    say(
      !next.actions.includes("outputs-on") || next.actions.indexOf("clear-latch") < next.actions.indexOf("outputs-on"),
      "cleared before outputs",
    );
  }
  if (is.state === "recovery" && was.state !== "recovery")
    say(
      event.kind === "reset-answered" && isWholeAnswer(was, event.answers) && before.rightfulReset === "recovery",
      "recovery only when asked for by right",
    );
  if (is.outputsOn && !was.outputsOn)
    say(
      (event.kind === "activate" && event.notReady.length === 0) || event.kind === "reset-answered",
      "outputs go on with every adapter ready",
    );
  if (is.state === "running" && was.state !== "running")
    say(
      event.kind === "lease-granted" &&
        event.stateFresh &&
        event.enabled &&
        event.pendantReleased &&
        event.goal !== "" &&
        was.state === "ready",
      "a lease needs state, hands and a goal",
    );
  if (is.watchdogArmed && !was.watchdogArmed) say(event.kind === "vetted", "the first vetted command arms the watchdog");
  if (event.kind === "vetted") say(motionAllowed(was) ? is.watchdogArmed : is === was, "motion is watched, and nothing else is");
  if (was.stopUnproven && !is.stopUnproven)
    say(event.kind === "stop-outcome" && event.proved && event.epoch === was.epoch, "slow until a stop of this epoch is proved");
  if (event.kind === "stop-outcome" && !event.proved) say(is.stopUnproven, "a stop that was not proved shows");
  return problems;
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Events after which no new state is found. */
  readonly depth: number;
  readonly reached: ReadonlySet<StopState>;
  readonly rules: ReadonlySet<string>;
  /** Invariant, and the shortest way to break it. */
  readonly broken: ReadonlyMap<string, readonly string[]>;
}

/** Breadth first until nothing new is found, or `maxDepth`. */
export function explore(maxDepth = Infinity): Exploration {
  const seen = new Set<string>([keyOf(firstSituation)]);
  const faults = new Map<string, readonly string[]>();
  const reached = new Set<StopState>();
  const rules = new Set<string>();
  let front: readonly { readonly at: Situation; readonly way: readonly string[] }[] = [{ at: firstSituation, way: [] }];
  let transitions = 0;
  let depth = 0;
  for (; front.length > 0 && depth < maxDepth; depth++) {
    const next: { at: Situation; way: readonly string[] }[] = [];
    for (const { at, way } of front) {
      reached.add(at.machine.state);
      for (const event of eventsIn(at)) {
        const step = follow(at, event);
        transitions += 1;
        if (step.transition?.rule !== undefined) rules.add(step.transition.rule);
        for (const problem of broken(step)) if (!faults.has(problem)) faults.set(problem, [...way, JSON.stringify(event)]);
        const key = keyOf(step.after);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ at: step.after, way: [...way, JSON.stringify(event)] });
      }
    }
    front = next;
  }
  return { states: seen.size, transitions, depth, reached, rules, broken: faults };
}

/** Everything a guard or an invariant looks at; epochs and times enter events only relative to the machine's own. */
function keyOf({ machine, stored, stopDue, rightfulReset, leaseFresh }: Situation): string {
  const { state, latch, lease, watchdogArmed, outputsOn, reset, stopUnproven } = machine;
  return [
    state,
    latch !== undefined,
    lease?.ending,
    watchdogArmed,
    outputsOn,
    reset?.recovery,
    stopUnproven,
    stored.latch !== undefined,
    stopDue,
    rightfulReset,
    leaseFresh,
    machine.epoch > stored.epoch,
  ].join();
}
