/**
 * What the devices that watch have in common. Time is an argument: somebody's timer calls `tick` at least every `WATCH_PERIOD_MS`.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { TripSource } from "./stop-types.ts";

/** At most this between two ticks, ms. */
export const WATCH_PERIOD_MS = 50;
/** A watchdog that shows no life for longer is itself a cause to stop, ms. */
export const HEARTBEAT_MS = 200;

export const WATCHDOG_KINDS = ["command", "enable", "pendant", "human", "commander", "heartbeat"] as const;
export type WatchdogKind = (typeof WATCHDOG_KINDS)[number];

export interface Trip {
  readonly source: TripSource;
  readonly reason: string;
  readonly evidence: JsonObject;
}

export interface Watchdog {
  readonly kind: WatchdogKind;
  readonly name: string;
  /** From now on silence counts. */
  start(nowMs: number): void;
  /** The cause to stop, as long as there is one. `moving`: whether commands may move the robot now. */
  tick(nowMs: number, moving: boolean): Trip | undefined;
  /** Since the last sign of life of what is watched, or of the watchdog itself where it watches an absence; infinite before the first. */
  ageMs(nowMs: number): number;
  /** An older sign of life shows as dead, ms. */
  readonly liveWithinMs: number;
}

export interface Liveness {
  readonly kind: WatchdogKind;
  readonly name: string;
  readonly live: boolean;
  /** ms; null before the first sign of life. */
  readonly ageMs: number | null;
}

export function livenessOf(watchdog: Watchdog, nowMs: number): Liveness {
  const ageMs = watchdog.ageMs(nowMs);
  return Object.freeze({
    kind: watchdog.kind,
    name: watchdog.name,
    live: within(ageMs, watchdog.liveWithinMs),
    ageMs: Number.isFinite(ageMs) ? ageMs : null,
  });
}

/** Whether an age is one: not negative, not beyond the limit, a number. */
export function within(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs <= limitMs;
}

/** Timeout evidence as the failure bus takes it: finite, whatever the clock said. */
export function timeoutTrip(source: TripSource, operation: string, deadlineMs: number, elapsedMs: number): Trip {
  const elapsedS = Number.isFinite(elapsedMs) && elapsedMs >= 0 ? elapsedMs / 1000 : 0;
  const deadlineS = deadlineMs / 1000;
  const silent = elapsedMs === Infinity ? "never heard" : `silent for ${elapsedS} s, limit ${deadlineS} s`;
  const reason = elapsedMs >= 0 ? silent : "the clock went backwards";
  return {
    source,
    reason: `${operation}: ${reason}`,
    evidence: { kind: "timeout", operation, deadline_s: deadlineS, elapsed_s: elapsedS },
  };
}

/** @throws ClearanceError `config.invalid` for a limit that is not a positive, finite time. */
export function positiveMs(name: string, valueMs: number): number {
  if (valueMs > 0 && valueMs < Infinity) return valueMs;
  const problem = `${name} must be a time above 0 ms, got ${valueMs}`;
  throw new ClearanceError("config.invalid", problem, { source: name, problems: [problem] });
}

/**
 * The watchdogs a robot may start with: hardware needs one of every kind; a simulation has no switches to hold, unless its envelope
 * says `deadman_required`.
 * @throws ClearanceError `config.invalid` naming every kind that is missing.
 */
export function requireWatchdogs(
  robot: "simulated" | "hardware",
  watchdogs: readonly Watchdog[],
  options: { readonly deadmanRequired?: boolean } = {},
): void {
  const present = new Set(watchdogs.map(({ kind }) => kind));
  const problems = WATCHDOG_KINDS.filter((kind) => isRequired(kind, robot, options.deadmanRequired === true) && !present.has(kind)).map(
    (kind) => `no ${kind} watchdog: ${purpose[kind]}`,
  );
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `a ${robot} robot does not start without its watchdogs: ${problems.join("; ")}`, {
      source: "watchdogs",
      problems,
    });
}

const purpose: Readonly<Record<WatchdogKind, string>> = {
  command: "nothing stops the robot when commands stop coming",
  enable: "nothing stops the robot when the operator lets go",
  pendant: "the emergency button is not read",
  human: "no client can stop the robot",
  commander: "nothing stops the robot when what commands it falls silent",
  heartbeat: "nobody notices a watchdog that died",
};

function isRequired(kind: WatchdogKind, robot: "simulated" | "hardware", deadmanRequired: boolean): boolean {
  if (robot === "hardware") return true;
  return kind === "command" || kind === "human" || kind === "commander" || (kind === "enable" && deadmanRequired);
}
