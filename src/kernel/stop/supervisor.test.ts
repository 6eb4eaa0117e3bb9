import { describe, expect, test } from "vitest";
import { CommandWatchdog } from "./command-watchdog.ts";
import { CommanderWatch } from "./commander-watch.ts";
import { HumanStop } from "./human-stop.ts";
import { latchFromText, latchText, MemoryLatchStore } from "./latch-store.ts";
import { StopFlag } from "./stop-flag.ts";
import type { RetainedStop } from "./stop-topic.ts";
import { Rig } from "./testing/supervisor-rig.ts";

describe("safety-kernel row 26: fan-out", () => {
  test("when estop returns the flag is up, the adapters were called and the latch is stored; nothing was awaited", async () => {
    const rig = await new Rig().running();
    expect(rig.supervisor.mayMove).toBe(true);
    const { epoch } = rig.supervisor;
    void rig.supervisor.violation("joint_rate 30, limit 3.15", { value: 30 });
    expect(rig.supervisor.flag.stopped).toBe(true);
    expect(rig.supervisor.flag.epoch).toBe(epoch + 1);
    expect(rig.arm.calls.at(-1)).toBe(`stop 1 ${epoch + 1}`);
    expect(rig.store.load().latch).toMatchObject({ source: "violation", epoch: epoch + 1, evidence: { value: 30 } });
    expect(rig.supervisor.mayMove).toBe(false);
    expect(rig.supervisor.status()).toMatchObject({ state: "latched", latched: true, speedScale: 0, lease: undefined });
  });

  test("the outcome carries acknowledgement, time, distance and the proof of rest", async () => {
    const rig = await new Rig().running();
    const stop = rig.supervisor.estop("external", "/openral/estop");
    await rig.pass(200);
    expect(await stop).toMatchObject({ acknowledged: true, proved: true, targets: [{ stoppingTimeMs: 12, stoppingDistanceM: 0.003 }] });
    expect(rig.events.filter(({ kind }) => kind === "stopped")).toHaveLength(1);
    expect(rig.supervisor.status().stop_unproven).toBe(false);
  });

  test("who joins late starts latched", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.estop("external", "stop");
    const heard: RetainedStop[] = [];
    rig.supervisor.subscribe((state) => heard.push(state));
    expect(heard).toEqual([
      { latched: true, epoch: rig.supervisor.epoch, reason: "stop", source: "external", at: 0, stop_unproven: false },
    ]);
  });

  test("a missing acknowledgement escalates and shows, and motion after the reset is slow until a stop is proved", async () => {
    const rig = await new Rig().running();
    rig.arm.answer = undefined;
    const stop = rig.supervisor.estop("external", "stop");
    await rig.pass(100);
    expect(rig.arm.calls.slice(-2)).toEqual([`stop 1 ${rig.supervisor.epoch}`, "estop"]);
    expect(rig.supervisor.status().stop_unproven).toBe(true);
    rig.arm.answer = {};
    await rig.pass(1000);
    expect(await stop).toMatchObject({ acknowledged: true, proved: false });
    expect(await rig.reset()).toEqual({ ok: true, code: "", message: "reset" });
    rig.move();
    expect(rig.supervisor.status()).toMatchObject({ state: "running", speedScale: 0.1 });
    const ended = rig.supervisor.endLease();
    await rig.pass(200);
    expect(await ended).toMatchObject({ proved: true });
    rig.move();
    expect(rig.supervisor.status()).toMatchObject({ state: "running", speedScale: 1 });
  });

  test("a stop that acknowledges and goes on moving is not proved", async () => {
    const rig = await new Rig().running();
    rig.arm.creep = 0.01;
    void rig.supervisor.estop("external", "stop");
    await rig.pass(1000);
    expect(rig.supervisor.status()).toMatchObject({ state: "latched", stop_unproven: true });
    const before = rig.arm.calls.length;
    void rig.supervisor.humanStop("app", "it still moves");
    expect(rig.arm.calls.length).toBe(before + 1);
  });

  test("a stop that is still being repeated does not reach into the motion after a reset", async () => {
    const rig = await new Rig().running();
    rig.arm.answer = "throws";
    void rig.supervisor.violation("x", {});
    await rig.pass(650);
    expect((await rig.reset()).ok).toBe(true);
    rig.move();
    const { length } = rig.arm.calls;
    await rig.pass(2000);
    expect(rig.arm.calls.length).toBe(length);
    expect(rig.supervisor.status()).toMatchObject({ state: "running", speedScale: 0.1 });
  });

  test("a second trip after a reset works like the first", async () => {
    const rig = await new Rig().running();
    for (const round of [1, 2, 3]) {
      void rig.supervisor.violation(`round ${round}`, {});
      expect(rig.store.load().latch?.reason).toBe(`round ${round}`);
      await rig.pass(600);
      expect((await rig.reset()).ok).toBe(true);
      expect(rig.store.load().latch).toBeUndefined();
      rig.move();
      expect(rig.supervisor.mayMove).toBe(true);
    }
  });

  test("a flag raised by another thread latches at the next tick", async () => {
    const rig = await new Rig().running();
    new StopFlag(rig.supervisor.flag.buffer).raise();
    expect(rig.supervisor.mayMove).toBe(false);
    rig.supervisor.tick();
    expect(rig.trips()).toEqual(["flag"]);
    expect(rig.state).toBe("latched");
  });

  test("a flag raised by another thread while a reset is under way is not lost", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    await rig.supervisor.requestReset({ credential: "anna" });
    new StopFlag(rig.supervisor.flag.buffer).raise();
    await rig.supervisor.confirmReset();
    expect(rig.supervisor.mayMove).toBe(false);
    rig.supervisor.tick();
    expect(rig.state).toBe("latched");
  });
});

describe("safety-kernel row 27: watchdog in the chain", () => {
  test("no trip while idle; silence while running trips once within deadline and period, and not after an external stop", async () => {
    const rig = await new Rig().ready();
    await rig.pass(2000);
    expect(rig.trips()).toEqual([]);
    rig.policy.takeOver(rig.clock.nowMs());
    rig.supervisor.grant("goal", true);
    rig.supervisor.noteVetted(1, 33);
    const startedMs = rig.clock.nowMs();
    await rig.pass(1000);
    expect(rig.trips()).toEqual(["watchdog"]);
    const { at } = rig.supervisor.status();
    expect(at! - startedMs).toBeLessThanOrEqual(250);
    await rig.pass(600);
    await rig.reset();
    rig.move();
    void rig.supervisor.estop("external", "stop");
    await rig.pass(20_000);
    expect(rig.trips()).toEqual(["watchdog", "external"]);
  });

  test("is alive again after a reset", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    await rig.reset();
    rig.policy.takeOver(rig.clock.nowMs());
    rig.supervisor.grant("goal", true);
    rig.supervisor.noteVetted(1, 33);
    await rig.pass(300);
    expect(rig.trips()).toEqual(["violation", "watchdog"]);
  });

  test("a goal without a first command fails after 30 s; the robot is not latched", async () => {
    const rig = await new Rig().ready();
    rig.policy.takeOver(0);
    rig.supervisor.grant("goal", true);
    await rig.pass(30_000);
    expect(rig.state).toBe("running");
    await rig.pass(500);
    expect(rig.events.filter(({ kind }) => kind === "goal-failed")).toHaveLength(1);
    expect(rig.state).toBe("ready");
    expect(rig.trips()).toEqual([]);
  });

  test("a timer that died is itself a cause: the next vetted command stops the robot", async () => {
    const rig = await new Rig().running();
    await rig.clock.advance(201);
    rig.supervisor.noteVetted(1, 33);
    expect(rig.trips()).toEqual(["heartbeat"]);
    expect(rig.supervisor.mayMove).toBe(false);
  });

  test("a watchdog that throws is a cause", async () => {
    const thrower = Object.assign(new CommanderWatch({ name: "page", deadmanMs: 100 }), {
      tick: () => {
        throw new Error("null pointer");
      },
    });
    const rig = await new Rig({
      robot: "simulated",
      watchdogs: { command: new CommandWatchdog(), human: new HumanStop(), commanders: [thrower] },
    }).ready();
    rig.supervisor.tick();
    expect(rig.supervisor.status()).toMatchObject({
      state: "latched",
      source: "heartbeat",
      reason: expect.stringContaining("null pointer"),
    });
  });

  test.for([
    ["enable", { enable: false }, 300],
    ["pendant", { pendant: 0 }, 50],
    ["pendant", { pendant: "error" }, 50],
    ["pendant", { pendant: undefined }, 150],
    ["heartbeat", { monitor: false }, 300],
    ["commander", { policy: false }, 600],
  ] as const)("%s lost while running (%o) stops within its limit and a period", async ([source, lost, withinMs]) => {
    const rig = await new Rig().running();
    await rig.pass(1000);
    expect(rig.trips()).toEqual([]);
    Object.assign(rig.says, lost);
    await rig.pass(withinMs);
    expect(rig.trips()).toEqual([source]);
    expect(rig.state).toBe("latched");
    await rig.pass(1000);
    expect(rig.trips()).toEqual([source]);
  });

  test("each device shows whether it lives", async () => {
    const rig = await new Rig().running();
    await rig.pass(100);
    expect(rig.supervisor.status().watchdogs.map(({ kind, live }) => `${kind} ${live}`)).toEqual([
      "command true",
      "human true",
      "enable true",
      "pendant true",
      "commander true",
      "heartbeat true",
    ]);
    rig.says.pendant = undefined;
    await rig.pass(100);
    expect(rig.supervisor.status().watchdogs.find(({ kind }) => kind === "pendant")?.live).toBe(false);
  });

  test("hardware without its devices does not start", () => {
    const watchdogs = { command: new CommandWatchdog(), human: new HumanStop(), commanders: [] };
    expect(() => new Rig({ watchdogs })).toThrow(/no enable watchdog.*no pendant watchdog.*no commander watchdog.*no heartbeat watchdog/);
  });
});

describe("safety-kernel rows 28 and 29: hands", () => {
  test("no lease while the pendant is pressed or unread, or the enable device is not held", async () => {
    const rig = new Rig();
    rig.supervisor.configure([]);
    await rig.supervisor.activate();
    expect(rig.supervisor.grant("goal", true)?.code).toBe("enable_not_held");
    rig.enable.signal(true, 0);
    expect(rig.supervisor.grant("goal", true)?.code).toBe("pendant_pressed");
    rig.pendant.read(1, 0);
    expect(rig.supervisor.grant("goal", false)?.code).toBe("state_unavailable");
    expect(rig.supervisor.grant("goal", true)).toBeUndefined();
  });

  test("a pendant that stays pressed refuses the reset", async () => {
    const rig = await new Rig().running();
    rig.says.pendant = 0;
    await rig.pass(1000);
    expect(await rig.reset()).toMatchObject({ code: "pendant_pressed" });
    rig.says.pendant = 1;
    await rig.pass(50);
    expect((await rig.reset()).ok).toBe(true);
  });

  test("a human stop is one stop with human evidence; a held one refuses the reset until released", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.humanStop("cell-door", "open", { held: true });
    expect(rig.store.load().latch).toMatchObject({
      source: "human",
      evidence: { kind: "human", actor: "human:cell-door", reason: "open" },
    });
    await rig.pass(1000);
    expect(rig.trips()).toEqual(["human"]);
    expect(await rig.reset()).toMatchObject({ code: "human_stop_pressed" });
    rig.human.release("cell-door");
    expect((await rig.reset()).ok).toBe(true);
  });
});

describe("the end of a goal", () => {
  test("is a controlled stop, acknowledged, after which the watchdog is quiet", async () => {
    const rig = await new Rig().running();
    const ended = rig.supervisor.endLease();
    expect(rig.supervisor.mayMove).toBe(false);
    expect(rig.arm.calls.at(-1)).toBe(`stop 2 ${rig.supervisor.epoch}`);
    await rig.pass(100);
    expect(await ended).toMatchObject({ category: 2, proved: true });
    expect(rig.state).toBe("ready");
    await rig.pass(20_000);
    expect(rig.trips()).toEqual([]);
  });

  test("latches when the controlled stop is not acknowledged", async () => {
    const rig = await new Rig().running();
    rig.arm.answer = { acknowledged: false };
    void rig.supervisor.endLease();
    await rig.pass(200);
    expect(rig.supervisor.status()).toMatchObject({ state: "latched", source: "stop_unproven", stop_unproven: true });
  });

  test("is slow afterwards when rest was not proved", async () => {
    const rig = await new Rig().running();
    rig.arm.stampFrozen = true;
    void rig.supervisor.endLease();
    await rig.pass(900);
    expect(rig.supervisor.status()).toMatchObject({ state: "ready", stop_unproven: true });
  });
});

describe("a stop never fails", () => {
  test("a store that cannot write: stopped, faulted, and only a restart helps", async () => {
    const store = new MemoryLatchStore();
    const rig = await new Rig({ store }).running();
    store.stage = () => {
      throw new Error("disk full");
    };
    void rig.supervisor.violation("x", {});
    expect(rig.arm.calls.at(-1)).toMatch(/^stop 1/);
    expect(rig.supervisor.flag.stopped).toBe(true);
    expect(rig.supervisor.status()).toMatchObject({ state: "faulted", source: "latch_not_stored" });
    await rig.pass(600);
    expect(await rig.reset()).toMatchObject({ ok: false, code: "restart_required" });
  });

  test("the latch is on disk when the fan-out returns, and the disk is not asked before the adapters answered", async () => {
    const store = new MemoryLatchStore();
    const order: string[] = [];
    const rig = await new Rig({ store }).running();
    const commit = store.commit.bind(store);
    store.commit = () => {
      order.push(`commit at ${rig.clock.nowMs()} ms`);
      commit();
    };
    rig.arm.answer = undefined;
    const stop = rig.supervisor.violation("x", {}).then(() => order.push("returned"));
    rig.arm.answer = {};
    await rig.pass(90);
    expect(order).toEqual([]);
    await rig.pass(1000);
    await stop;
    expect(order).toEqual(["commit at 100 ms", "returned"]);
  });

  test.for(["commit", "clear"] as const)("a store whose %s fails never ends in motion", async (method) => {
    const store = new MemoryLatchStore();
    const rig = await new Rig({ store }).running();
    store[method] = () => {
      throw new Error("read-only file system");
    };
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    await rig.reset();
    expect(rig.supervisor.status()).toMatchObject({ state: "faulted", mayMove: false });
    expect(rig.supervisor.flag.stopped).toBe(true);
    expect(rig.supervisor.grant("goal", true)?.code).toBe("estop_latched");
  });

  test("a listener that throws, an adapter that throws, a clock that throws: estop returns, and the others were stopped", async () => {
    const rig = await new Rig({
      onEvent: () => {
        throw new Error("listener");
      },
    }).running();
    rig.arm.answer = "throws";
    rig.clock.nowMs = () => {
      throw new Error("no clock");
    };
    rig.clock.sleepUntil = () => {
      throw new Error("no timer");
    };
    await expect(rig.supervisor.estop("human", "stop")).resolves.toBeUndefined();
    expect(rig.supervisor.status()).toMatchObject({ state: "latched", stop_unproven: true });
    expect(rig.supervisor.flag.stopped).toBe(true);
    expect(rig.arm.calls.filter((call) => call.startsWith("stop")).length).toBeGreaterThan(0);
  });

  test("evidence that is hostile is kept as far as it is data", async () => {
    const rig = await new Rig().running();
    const evidence = {
      value: Number.NaN,
      link: 'a"b',
      f: () => 1,
      get bad() {
        throw new Error("trap");
      },
    } as never;
    void rig.supervisor.violation("x", evidence);
    expect(rig.state).toBe("latched");
    expect(rig.arm.calls.at(-1)).toMatch(/^stop 1/);
  });

  test("a stop in every state reaches the adapters and is remembered", async () => {
    const states: readonly (readonly [string, (rig: Rig) => unknown])[] = [
      ["unconfigured", () => undefined],
      ["inactive", (rig) => rig.supervisor.configure([])],
      ["ready", (rig) => rig.ready()],
      ["running", (rig) => rig.running()],
      ["faulted", (rig) => void rig.supervisor.fault("failed_canary", "sweep let its canary pass")],
    ];
    for (const [state, reach] of states) {
      const rig = new Rig();
      await reach(rig);
      expect(rig.state).toBe(state);
      void rig.supervisor.humanStop("app", "stop");
      expect(
        rig.arm.calls.some((call) => call.startsWith("stop 1")),
        state,
      ).toBe(true);
      expect(rig.store.load().latch, state).toBeDefined();
      expect(rig.supervisor.mayMove).toBe(false);
    }
  });
});

describe("what a latch looks like on disk", () => {
  test("reads back as it was, quotes and all", () => {
    const latch = { source: "violation", reason: 'link "a" \\ ü', atMs: 12.5, epoch: 3, evidence: { link: 'a"b', n: [1, null] } } as const;
    expect(latchFromText(latchText(latch))).toEqual(latch);
  });

  test.for([
    "",
    "\0\0\0",
    "{",
    "null",
    "[]",
    "{}",
    '{"version":2}',
    '{"version":1,"source":"nobody","reason":"","atMs":0,"epoch":0,"evidence":{}}',
  ])("%j is a latch of unknown cause", (text) => {
    expect(latchFromText(text)).toMatchObject({ source: "internal_error", evidence: { kind: "controller", state: "unreadable" } });
  });
});
