/**
 * Primitives that may run only at certain times of the day.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** `start <= t < end`; an end before the start means overnight. Times are `HH:MM` or `HH:MM:SS`, an end may be `24:00`. */
export interface DayWindow {
  readonly start: string;
  readonly end: string;
  /** Compatible flag; when given it must agree with the times. */
  readonly endBeforeStart?: boolean;
}

export interface TimeWindowConfig {
  readonly perPrimitive: Readonly<Record<string, readonly DayWindow[]>>;
  /** Minutes east of UTC, or an IANA name such as `Europe/Berlin`. UTC unless given. */
  readonly timeZone?: number | string;
}

interface Span {
  readonly startS: number;
  readonly endS: number;
}

const DAY_S = 86_400;

/** Names without an entry pass at any time. Throws `config.invalid` on empty lists, empty windows, unreadable times and zones. */
export function timeWindowGate(config: TimeWindowConfig): Gate {
  const id = "time_window";
  const problems: string[] = [];
  const spans = new Map<string, readonly Span[]>();
  for (const [name, windows] of Object.entries(config.perPrimitive)) {
    if (windows.length === 0) problems.push(`${name}: no windows; leave the name out to allow it at any time`);
    spans.set(
      name,
      windows.map((window, i) => parseWindow(window, `${name}[${i}]`, problems)),
    );
  }
  const secondOfDay = wallClock(config.timeZone ?? 0, problems);
  if (problems.length > 0)
    throw new ClearanceError("config.invalid", `time_window: ${problems.join("; ")}`, {
      source: id,
      problems,
    });
  const passed = allow(id);
  return Object.freeze({
    id,
    check({ intent, wallNs }: Ask): Verdict {
      const windows = spans.get(intent.name);
      if (windows === undefined) return passed;
      const nowS = secondOfDay(wallNs);
      if (!(nowS >= 0 && nowS < DAY_S)) return deny(id, "wall_time_unknown", "wall time unknown");
      if (windows.some((span) => contains(span, nowS))) return passed;
      const now = `${twoDigits(nowS / 3600)}:${twoDigits((nowS % 3600) / 60)}`;
      return deny(id, "outside_time_window", `${intent.name} outside its time windows (now ${now})`, { now });
    },
  });
}

function contains({ startS, endS }: Span, nowS: number): boolean {
  return endS > startS ? nowS >= startS && nowS < endS : nowS >= startS || nowS < endS;
}

function parseWindow({ start, end, endBeforeStart }: DayWindow, where: string, problems: string[]): Span {
  const startS = parseTime(start);
  const endS = parseTime(end);
  if (!(startS >= 0 && startS < DAY_S)) problems.push(`${where}: start "${start}" is not a time of day HH:MM`);
  else if (!(endS >= 0 && endS <= DAY_S)) problems.push(`${where}: end "${end}" is not a time of day HH:MM`);
  else if (startS === endS) problems.push(`${where}: start and end are both ${start}`);
  else if (endBeforeStart !== undefined && endBeforeStart !== endS < startS)
    problems.push(`${where}: end_before_start is ${endBeforeStart}, but the window runs from ${start} to ${end}`);
  return { startS, endS };
}

/** Seconds since midnight, NaN for anything else. */
function parseTime(text: string): number {
  const match = /^(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return Number.NaN;
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
  return minutes < 60 && seconds < 60 ? hours * 3600 + minutes * 60 + seconds : Number.NaN;
}

/** From wall time, ns since the epoch, to seconds since local midnight; NaN where that is undefined. */
function wallClock(zone: number | string, problems: string[]): (wallNs: bigint) => number {
  if (typeof zone === "number") {
    if (!(Number.isFinite(zone) && Math.abs(zone) <= 24 * 60)) problems.push(`time zone ${zone} is not an offset in minutes`);
    return (wallNs) => (typeof wallNs === "bigint" ? modulo(Number(wallNs / 1_000_000_000n) + zone * 60, DAY_S) : Number.NaN);
  }
  const format = clockOf(zone);
  if (format === undefined) {
    problems.push(`time zone "${zone}" is unknown`);
    return () => Number.NaN;
  }
  return (wallNs) => {
    const ms = typeof wallNs === "bigint" ? Number(wallNs / 1_000_000n) : Number.NaN;
    return Math.abs(ms) <= 8.64e15 ? parseTime(format.format(ms)) : Number.NaN;
  };
}

function clockOf(zone: string): Intl.DateTimeFormat | undefined {
  const parts = {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  } as const;
  try {
    return new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone });
  } catch {
    return undefined;
  }
}

function modulo(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

function twoDigits(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
