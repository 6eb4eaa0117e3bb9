import { describe, expect, test } from "vitest";
import { MemoryLatchStore } from "./latch-store.ts";
import { Rig } from "./testing/supervisor-rig.ts";

describe("safety-kernel row 25: latch and reset", () => {
  test("§13: reset at 0.2 s is refused with 0.3 s, at 0.6 s it succeeds", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(200);
    expect(await rig.reset()).toMatchObject({ ok: false, code: "cooldown", message: expect.stringContaining("0.3 s") });
    expect(rig.supervisor.status().cooldownLeftMs).toBe(300);
    await rig.pass(400);
    expect(await rig.reset()).toEqual({ ok: true, code: "", message: "reset" });
    expect(rig.supervisor.status()).toMatchObject({ state: "ready", latched: false, reason: "", at: null, cooldownLeftMs: 0 });
    expect(rig.supervisor.flag.stopped).toBe(false);
  });

  test("not latched: no estop to reset, and nobody is asked", async () => {
    const rig = await new Rig().ready();
    const calls = rig.arm.calls.length;
    expect(await rig.reset({})).toEqual({ ok: true, code: "", message: "no estop to reset" });
    expect(rig.arm.calls.length).toBe(calls);
    expect(await rig.supervisor.confirmReset()).toMatchObject({ ok: false, code: "wrong_state" });
  });

  test.for([
    ["nobody", undefined, "not_authenticated"],
    ["a stranger", "stranger", "not_authenticated"],
    ["a directory that is down", "broken", "not_authenticated"],
    ["one without the right", "berta", "not_allowed"],
    ["something that is no name", 7, "not_authenticated"],
  ] as const)("%s may stop, and may not reset", async ([, credential, code]) => {
    const rig = await new Rig().running();
    void rig.supervisor.humanStop("app", "stop");
    await rig.pass(600);
    expect(await rig.reset({ credential })).toMatchObject({ ok: false, code });
    expect(rig.state).toBe("latched");
    expect(rig.store.load().latch).toBeDefined();
  });

  test("who reset is recorded", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    await rig.reset();
    const asked = rig.events.find((event) => event.kind === "transition" && event.event.kind === "reset-requested");
    expect(asked).toMatchObject({ from: "latched", to: "resetting", event: { request: { operatorId: "anna", allowed: true } } });
  });

  test("the bare trigger is off, can be allowed in simulation, and never for hardware", async () => {
    expect(() => new Rig({ allowUnauthenticatedReset: true })).toThrow(/not for hardware/);
    const rig = await new Rig({ robot: "simulated", allowUnauthenticatedReset: true }).running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    expect(await rig.reset({})).toMatchObject({ ok: true, message: "reset" });
  });

  test("§13: while a capsule still overlaps a wall: cause_present, or recovery when asked, slow, until clean", async () => {
    const rig = await new Rig().running();
    rig.check = "violates";
    void rig.supervisor.violation("world collision", {});
    await rig.pass(600);
    expect(await rig.reset()).toMatchObject({ ok: false, code: "cause_present" });
    expect(await rig.reset({ credential: "anna", recovery: true })).toMatchObject({
      ok: true,
      message: expect.stringContaining("recovery"),
    });
    expect(rig.supervisor.status()).toMatchObject({ state: "recovery", latched: true, mayMove: true, speedScale: 0.1 });
    expect(rig.store.load().latch).toBeDefined();
    expect(await rig.supervisor.recheck()).toBe("violates");
    rig.check = "clean";
    await rig.supervisor.recheck();
    expect(rig.supervisor.status()).toMatchObject({ state: "ready", latched: false });
    expect(rig.store.load().latch).toBeUndefined();
  });

  test.for(["unknown", "throws"] as const)("a state that is %s refuses", async (check) => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    rig.check = check;
    expect(await rig.reset()).toMatchObject({ ok: false, code: "state_unavailable" });
  });

  test.for([
    ["not stopped", { stopped: false }],
    ["not ready", { ready: false }],
    ["of an older epoch", { epoch: 1 }],
    ["thrown", "throws"],
  ] as const)("an answer %s leaves everybody latched, and is named", async ([, answer]) => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    rig.runner.resetAnswer = answer;
    expect(await rig.reset()).toMatchObject({ ok: false, code: "adapter_not_ready", message: expect.stringContaining("runner") });
    expect(rig.supervisor.flag.stopped).toBe(true);
    expect(rig.store.load().latch).toBeDefined();
    rig.runner.resetAnswer = {};
    expect((await rig.reset()).ok).toBe(true);
  });

  test("1 s without an answer is latched again, by the tick as by the confirmation", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    rig.runner.resetAnswer = undefined;
    const confirmed = rig.reset();
    await rig.pass(990);
    expect(rig.state).toBe("resetting");
    await rig.pass(60);
    expect(rig.state).toBe("latched");
    expect(await confirmed).toMatchObject({ ok: false });
    await rig.supervisor.requestReset({ credential: "anna" });
    await rig.pass(1050);
    expect(rig.state).toBe("latched");
    expect(await rig.supervisor.confirmReset()).toMatchObject({ ok: false, code: "wrong_state" });
  });

  test("a stop while the answers are on their way wins", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    await rig.pass(600);
    rig.runner.resetAnswer = undefined;
    const confirmed = rig.reset();
    await rig.pass(100);
    void rig.supervisor.humanStop("app", "no!");
    await rig.pass(2000);
    expect(await confirmed).toMatchObject({ ok: false });
    expect(rig.supervisor.status()).toMatchObject({ state: "latched", source: "violation" });
  });

  test("without any party there is nobody to say yes", async () => {
    const rig = await new Rig({ resetParties: [] }).ready();
    expect(rig.state).toBe("inactive");
  });

  test("§13: restart while latched: starts latched, in a newer epoch, and can be reset", async () => {
    const store = new MemoryLatchStore();
    const first = await new Rig({ store }).running();
    void first.supervisor.violation("x", {});
    const { epoch } = first.supervisor;
    const second = new Rig({ store });
    second.supervisor.configure([]);
    expect(second.supervisor.status()).toMatchObject({ state: "latched", source: "violation", reason: "x" });
    expect(second.supervisor.epoch).toBeGreaterThan(epoch);
    expect(second.arm.calls).toEqual([`stop 1 ${second.supervisor.epoch}`]);
    expect(second.supervisor.status().stop_unproven).toBe(true);
    await second.pass(600);
    expect(await second.reset()).toMatchObject({ ok: true, message: "reset" });
    second.move();
    // Its own stop at the start was proved.
    expect(second.supervisor.status()).toMatchObject({ state: "running", speedScale: 1 });
  });

  test("bad configuration stays unconfigured, says why, and knows the latch", () => {
    const store = new MemoryLatchStore();
    store.stage({ source: "human", reason: "stop", atMs: 1, epoch: 4, evidence: {} });
    store.commit();
    const rig = new Rig({ store });
    expect(rig.supervisor.configure(["model hash differs", "canary passed"])?.reason).toBe("model hash differs; canary passed");
    expect(rig.supervisor.status()).toMatchObject({ state: "unconfigured", latched: true });
  });

  test("the latch survives deactivate and cleanup", async () => {
    const rig = await new Rig().running();
    void rig.supervisor.violation("x", {});
    void rig.supervisor.deactivate();
    expect(rig.supervisor.status()).toMatchObject({ state: "inactive", latched: true });
    await rig.supervisor.activate();
    expect(rig.state).toBe("latched");
    void rig.supervisor.cleanup();
    expect(rig.supervisor.status()).toMatchObject({ state: "unconfigured", latched: true });
    rig.supervisor.configure([]);
    expect(rig.state).toBe("latched");
  });

  test("deactivate stops first; an adapter that does not acknowledge it latches", async () => {
    const rig = await new Rig().running();
    rig.arm.answer = "throws";
    const done = rig.supervisor.deactivate();
    expect(rig.supervisor.flag.stopped).toBe(true);
    await rig.pass(6000);
    expect(await done).toBeUndefined();
    expect(rig.supervisor.status()).toMatchObject({ state: "inactive", latched: true, source: "stop_unproven" });
  });
});
