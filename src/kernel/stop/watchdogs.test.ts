import { describe, expect, test } from "vitest";
import { ClearanceError } from "../../core/errors.ts";
import { CommandWatchdog, FIRST_COMMAND_MS } from "./command-watchdog.ts";
import { CommanderWatch } from "./commander-watch.ts";
import { EnableDevice } from "./enable-device.ts";
import { HeartbeatBoard, HeartbeatWatch } from "./heartbeat.ts";
import { HumanStop } from "./human-stop.ts";
import { Pendant } from "./pendant.ts";
import { livenessOf, requireWatchdogs, WATCH_PERIOD_MS, WATCHDOG_KINDS, type Trip, type Watchdog } from "./watchdog.ts";

/** First trip within `untilMs`, looked for every `WATCH_PERIOD_MS`. */
function firstTrip(watchdog: Watchdog, fromMs: number, untilMs: number, moving = true): { atMs: number; trip: Trip } | undefined {
  for (let atMs = fromMs; atMs <= untilMs; atMs += WATCH_PERIOD_MS) {
    const trip = watchdog.tick(atMs, moving);
    if (trip !== undefined) return { atMs, trip };
  }
  return undefined;
}

describe("safety-kernel row 27: command watchdog", () => {
  test("is quiet while idle, also with a lease and no command yet", () => {
    const watchdog = new CommandWatchdog();
    watchdog.start(0);
    expect(firstTrip(watchdog, 0, 60_000)).toBeUndefined();
    watchdog.grant(60_000);
    expect(firstTrip(watchdog, 60_000, 120_000)).toBeUndefined();
  });

  test("§13: deadline 0.1 s, running, silence: a timeout with deadline_s 0.1 and elapsed above it, within deadline and period", () => {
    const watchdog = new CommandWatchdog({ deadlineMs: 100 });
    watchdog.noteVetted(1000, 1, 33);
    const found = firstTrip(watchdog, 1000, 2000);
    expect(found?.atMs).toBeLessThanOrEqual(1000 + 100 + WATCH_PERIOD_MS);
    expect(found?.trip).toMatchObject({
      source: "watchdog",
      evidence: { kind: "timeout", operation: "safe_action", deadline_s: 0.1, elapsed_s: 0.15 },
    });
  });

  test("the limit is inclusive, and the next ms is too late", () => {
    const watchdog = new CommandWatchdog();
    watchdog.noteVetted(0, 1, 10);
    expect(watchdog.tick(200)).toBeUndefined();
    expect(watchdog.tick(200.001)).toBeDefined();
  });

  test("a long chunk earns its own length and 0.05 s, and only the last one counts", () => {
    const watchdog = new CommandWatchdog();
    watchdog.noteVetted(0, 16, 100);
    expect(watchdog.tick(1650)).toBeUndefined();
    expect(watchdog.tick(1650.1)?.evidence).toMatchObject({ deadline_s: 1.65 });
    watchdog.noteVetted(0, 16, 100);
    watchdog.noteVetted(100, 1, 10);
    expect(watchdog.tick(301)?.evidence).toMatchObject({ deadline_s: 0.2 });
  });

  test.for([Number.NaN, Infinity, -5])("rows of %s ms earn no time", (periodMs) => {
    const watchdog = new CommandWatchdog();
    watchdog.noteVetted(0, 16, periodMs);
    expect(watchdog.tick(200)).toBeUndefined();
    expect(watchdog.tick(201)).toBeDefined();
  });

  test("a hold keeps it quiet, but does not arm it", () => {
    const watchdog = new CommandWatchdog();
    watchdog.noteHold(0);
    expect(watchdog.armed).toBe(false);
    watchdog.noteVetted(0, 16, 100);
    watchdog.noteHold(150);
    expect(watchdog.tick(350)).toBeUndefined();
    expect(watchdog.tick(351)).toBeDefined();
  });

  test("disarmed it is quiet, and armed again after a reset it is alive", () => {
    const watchdog = new CommandWatchdog();
    watchdog.noteVetted(0, 1, 10);
    watchdog.disarm();
    expect(firstTrip(watchdog, 0, 5000)).toBeUndefined();
    watchdog.grant(5000);
    watchdog.noteVetted(5100, 1, 10);
    expect(firstTrip(watchdog, 5100, 6000)).toBeDefined();
  });

  test.for([Number.NaN, -1])("time that is %s is silence", (nowMs) => {
    const watchdog = new CommandWatchdog();
    watchdog.noteVetted(0, 1, 10);
    expect(watchdog.tick(nowMs)?.evidence).toMatchObject({ elapsed_s: 0 });
  });

  test("the first command of a goal is due within 30 s, and its absence is no reason to stop", () => {
    const watchdog = new CommandWatchdog();
    watchdog.grant(0);
    expect(watchdog.firstCommandOverdue(FIRST_COMMAND_MS)).toBeUndefined();
    expect(watchdog.tick(FIRST_COMMAND_MS + 1)).toBeUndefined();
    expect(watchdog.firstCommandOverdue(FIRST_COMMAND_MS + 1)?.evidence).toMatchObject({ operation: "first_command", deadline_s: 30 });
    watchdog.noteVetted(FIRST_COMMAND_MS + 2, 1, 10);
    expect(watchdog.firstCommandOverdue(90_000)).toBeUndefined();
  });

  test.for([0, -1, Number.NaN, Infinity])("a deadline of %s ms is refused", (deadlineMs) => {
    expect(() => new CommandWatchdog({ deadlineMs })).toThrow(/above 0 ms/);
  });
});

describe("safety-kernel §8.2: enable device", () => {
  test("released, never heard, or silent for more than 0.2 s while moving is a stop; at rest it is none", () => {
    const enable = new EnableDevice();
    enable.start(0);
    expect(enable.tick(10, false)).toBeUndefined();
    expect(enable.tick(10, true)?.source).toBe("enable");
    enable.signal(true, 1000);
    expect(enable.tick(1200, true)).toBeUndefined();
    expect(enable.tick(1201, true)?.evidence).toEqual({ kind: "timeout", operation: "enable_device", deadline_s: 0.2, elapsed_s: 0.201 });
    enable.signal(false, 1210);
    expect(enable.tick(1210, true)?.reason).toMatch(/released/);
    expect(enable.tick(1210, false)).toBeUndefined();
  });

  test("a signal from the future holds nothing", () => {
    const enable = new EnableDevice();
    enable.signal(true, 1000);
    expect(enable.held(999)).toBe(false);
    expect(enable.held(Number.NaN)).toBe(false);
    expect(enable.held(1000)).toBe(true);
  });

  test("what was held before a start does not count", () => {
    const enable = new EnableDevice();
    enable.signal(true, 1000);
    enable.start(1001);
    expect(enable.held(1002)).toBe(false);
  });
});

describe("safety-kernel row 28: pendant", () => {
  test.for([
    [true, 1, 0],
    [false, 0, 1],
  ] as const)("activeLow %s: level %s is released, level %s is pressed", ([activeLow, released, pressed]) => {
    const pendant = new Pendant({ activeLow });
    pendant.read(released, 0);
    expect(pendant.tick(0)).toBeUndefined();
    pendant.read(pressed, 10);
    expect(pendant.tick(10)).toMatchObject({ source: "pendant", evidence: { kind: "human", actor: "human:pendant" } });
  });

  test("the level counts, not the edge: as long as it is pressed it is a stop, also without a new press", () => {
    const pendant = new Pendant({ activeLow: true });
    for (let atMs = 0; atMs <= 1000; atMs += 10) {
      pendant.read(0, atMs);
      expect(pendant.tick(atMs)).toBeDefined();
    }
    pendant.read(1, 1010);
    expect(pendant.tick(1010)).toBeUndefined();
  });

  test.for(["error", "unplugged"] as const)("a reading of %s is pressed at once", (reading) => {
    const pendant = new Pendant({ activeLow: false });
    pendant.read(0, 0);
    pendant.read(reading, 10);
    expect(pendant.released(10)).toBe(false);
    expect(pendant.tick(10)?.evidence).toMatchObject({ kind: "controller", controller_name: "pendant", state: reading });
  });

  test("a lost device is a stop after 50 ms of silence", () => {
    const pendant = new Pendant({ activeLow: true });
    pendant.read(1, 0);
    expect(pendant.tick(50)).toBeUndefined();
    expect(pendant.tick(50.1)?.evidence).toMatchObject({ kind: "timeout", operation: "pendant", deadline_s: 0.05 });
    expect(pendant.released(50.1)).toBe(false);
  });

  test("never read it is not released, and a stop 50 ms after the start", () => {
    const pendant = new Pendant({ activeLow: true });
    pendant.start(100);
    expect(pendant.released(101)).toBe(false);
    expect(pendant.tick(150)).toBeUndefined();
    expect(pendant.tick(151)?.source).toBe("pendant");
  });
});

describe("safety-kernel row 29: human stop", () => {
  test("the evidence names who and why, and has no other field", () => {
    const human = new HumanStop();
    expect(human.press("dashboard", "too close").evidence).toEqual({ kind: "human", actor: "human:dashboard", reason: "too close" });
    expect(human.press("", "").evidence).toEqual({ kind: "human", actor: "human:unknown_human_channel", reason: "no reason given" });
  });

  test("a message stops once; a held button until it is released, by the same channel", () => {
    const human = new HumanStop();
    human.press("app", "stop");
    expect(human.released).toBe(true);
    human.press("cell-door", "open", { held: true });
    expect(human.released).toBe(false);
    expect(human.tick(0)?.evidence).toMatchObject({ actor: "human:cell-door" });
    human.release("app");
    expect(human.released).toBe(false);
    human.release("cell-door");
    expect(human.released).toBe(true);
    expect(human.tick(10)).toBeUndefined();
  });
});

describe("commander silence", () => {
  test.for([
    ["policy", 500],
    ["operator:anna", 200],
    ["page:3", 1000],
    ["mcp:desk", 2000],
  ] as const)("%s, silent for more than %s ms while it commands, is a stop", ([name, deadmanMs]) => {
    const watch = new CommanderWatch({ name, deadmanMs });
    watch.start();
    expect(watch.tick(99_999, true)).toBeUndefined();
    watch.takeOver(0);
    watch.beat(100);
    expect(watch.tick(100 + deadmanMs, true)).toBeUndefined();
    expect(watch.tick(101 + deadmanMs, false)).toBeUndefined();
    expect(watch.tick(101 + deadmanMs, true)).toMatchObject({
      source: "commander",
      evidence: { kind: "timeout", operation: `commander:${name}`, deadline_s: deadmanMs / 1000 },
    });
    watch.handOver();
    expect(watch.tick(101 + deadmanMs, true)).toBeUndefined();
  });

  test.for([0, Number.NaN, Infinity])("a deadman of %s ms is refused", (deadmanMs) => {
    expect(() => new CommanderWatch({ name: "policy", deadmanMs })).toThrow(ClearanceError);
  });
});

describe("mutual heartbeat", () => {
  test("each side sees the other fall silent within 0.2 s, over memory that threads share", () => {
    const names = ["kernel", "watchdogs"];
    const here = new HeartbeatBoard(names, new SharedArrayBuffer(8));
    const there = new HeartbeatBoard(names, here.buffer);
    const kernelSees = new HeartbeatWatch(here, "watchdogs");
    const watchdogsSee = new HeartbeatWatch(there, "kernel");
    kernelSees.start(0);
    watchdogsSee.start(0);
    for (let atMs = 50; atMs <= 1000; atMs += 50) {
      here.beat("kernel");
      there.beat("watchdogs");
      expect(kernelSees.tick(atMs) ?? watchdogsSee.tick(atMs)).toBeUndefined();
    }
    for (let atMs = 1050; atMs <= 1200; atMs += 50) {
      here.beat("kernel");
      expect(kernelSees.tick(atMs)).toBeUndefined();
      expect(watchdogsSee.tick(atMs)).toBeUndefined();
    }
    expect(kernelSees.tick(1201)?.evidence).toMatchObject({ operation: "heartbeat:watchdogs", deadline_s: 0.2, elapsed_s: 0.201 });
    expect(watchdogsSee.tick(1201)).toBeUndefined();
  });

  test("a count that wraps around is still a beat", () => {
    const board = new HeartbeatBoard(["kernel"]);
    new Int32Array(board.buffer)[0] = 0x7fffffff;
    const watch = new HeartbeatWatch(board, "kernel");
    watch.start(0);
    board.beat("kernel");
    expect(board.count("kernel")).toBe(-0x80000000);
    expect(watch.tick(500)).toBeUndefined();
  });

  test("never started is silent; a stranger and foreign memory are refused", () => {
    const board = new HeartbeatBoard(["kernel"]);
    expect(new HeartbeatWatch(board, "kernel").tick(0)).toBeDefined();
    expect(() => board.beat("nobody")).toThrow(/no member nobody/);
    expect(() => new HeartbeatBoard(["kernel"], new ArrayBuffer(8))).toThrow(/4 bytes/);
  });
});

describe("always started", () => {
  const all: readonly Watchdog[] = [
    new CommandWatchdog(),
    new EnableDevice(),
    new Pendant({ activeLow: true }),
    new HumanStop(),
    new CommanderWatch({ name: "policy", deadmanMs: 500 }),
    new HeartbeatWatch(new HeartbeatBoard(["kernel"]), "kernel"),
  ];

  test.for(WATCHDOG_KINDS)("hardware without a %s watchdog does not start, and the refusal names it", (kind) => {
    const rest = all.filter((watchdog) => watchdog.kind !== kind);
    expect(() => requireWatchdogs("hardware", rest)).toThrow(`no ${kind} watchdog`);
  });

  test("every missing one is named at once; with all of them it starts", () => {
    expect(() => requireWatchdogs("hardware", [])).toThrow(new RegExp(WATCHDOG_KINDS.map((kind) => `no ${kind} watchdog.*`).join("")));
    expect(() => requireWatchdogs("hardware", all)).not.toThrow();
  });

  test("a simulation needs what needs no switch, and the enable device when its envelope says so", () => {
    const soft = all.filter(({ kind }) => kind === "command" || kind === "human" || kind === "commander");
    expect(() => requireWatchdogs("simulated", soft)).not.toThrow();
    expect(() => requireWatchdogs("simulated", soft, { deadmanRequired: true })).toThrow("no enable watchdog");
    expect(() => requireWatchdogs("simulated", soft.slice(1))).toThrow("no command watchdog");
  });

  test("each shows whether it lives", () => {
    const pendant = new Pendant({ activeLow: true });
    expect(livenessOf(pendant, 0)).toEqual({ kind: "pendant", name: "pendant", live: false, ageMs: null });
    pendant.read(1, 0);
    expect(livenessOf(pendant, 50)).toMatchObject({ live: true, ageMs: 50 });
    expect(livenessOf(pendant, 51).live).toBe(false);
    expect(livenessOf(pendant, -1).live).toBe(false);
    const command = new CommandWatchdog();
    command.tick(100);
    expect(livenessOf(command, 300).live).toBe(true);
    expect(livenessOf(command, 301).live).toBe(false);
  });
});
