import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Backend } from "../backend/backend.ts";
import { SimulatedClock } from "../core/clock.ts";
import { CanaryRound } from "../kernel/canaries.ts";
import { createKernel } from "../kernel/kernel.ts";
import { LatchFile } from "../kernel/node/latch-file.ts";
import type { StepRecord } from "../trace/records.ts";
import { realClock } from "./real-clock.ts";
import { runPolicy } from "./run-policy.ts";
import type { Runtime } from "./runtime.ts";
import { Supervision, type SupervisionOptions } from "./supervision.ts";
import { collision, gantryRuntime, testWorld } from "./testing/gantry-runtime.ts";
import type { ApprovalChannel } from "./approvals.ts";
import { hitlGate } from "../gate/hitl-gate.ts";
import { stopProofGate } from "../gate/stop-proof-gate.ts";
import { openKinematicBackend } from "../backend/kinematic/index.ts";

const far = { id: "far", name: "move_to", args: { x: 0.9, y: 0.9, z: 0.9 }, rationale: "" };
const near = { id: "near", name: "move_to", args: { x: 0.1, y: 0, z: 0.5 }, rationale: "" };

const folders: string[] = [];
const opened: Runtime[] = [];
afterEach(async () => {
  for (const runtime of opened.splice(0)) await runtime.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "clearance-supervision-"));
  folders.push(path);
  return path;
}

/** What a kernel needs to see whether a recovery leads away. */
const solids = { collision, self: { acknowledgeNoPairs: true }, fingers: "still" } as const;

interface Setup extends Partial<SupervisionOptions> {
  readonly wrap?: (backend: Backend) => Backend;
  readonly onChunk?: (n: number, runtime: Runtime) => void;
  readonly recovers?: boolean;
  /** Whom to ask; then every motion needs approval. */
  readonly approvals?: ApprovalChannel;
}

/** A gantry whose stop chain is made with `options`; `onChunk` happens while the nth chunk is on its way. */
function supervised({ wrap = (same) => same, onChunk, recovers = false, approvals, ...options }: Setup = {}) {
  const clock = options.clock ?? new SimulatedClock();
  let chunks = 0;
  const backend = wrap(openKinematicBackend({ robot: collision.robot, world: testWorld, gripper: true }));
  const kernel = createKernel({
    robot: collision.robot,
    gripper: true,
    modes: ["joint_position", "gripper_position"],
    ...(recovers ? { solids } : {}),
  });
  const safety = new Supervision({ ...options, backend, clock, ...(recovers ? { recoveringKernel: kernel } : {}) });
  const asking = approvals === undefined ? [] : [hitlGate({ requiresApproval: ["move_to"] })];
  const gates = [stopProofGate(safety), ...asking];
  const made = gantryRuntime({
    clock,
    safety,
    gates,
    ...(approvals === undefined ? {} : { approvals }),
    wrap: () => backend,
    kernel: {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet(command, state) {
        chunks += 1;
        onChunk?.(chunks, made.runtime);
        return kernel.vet(command, state);
      },
    },
  });
  opened.push(made.runtime);
  return { ...made, safety };
}

const notes = (records: readonly unknown[], name: string) =>
  records.filter((record) => (record as { note?: string }).note === name).map((record) => (record as { fields: object }).fields);
const status = (record: StepRecord) => record.result.status;

describe("a process that gets no time to run for a while", () => {
  /** Armed for a chunk of 200 ms, so for 250 ms of silence. `pass` lets real time go by, with the timer that ticks every so often. */
  async function armed() {
    let nowMs = 0;
    let kind: Backend["kind"] = "simulated";
    const clock = { kind: "real", epochNs: 0n, nowMs: () => nowMs, sleepUntil: () => Promise.resolve() } as const;
    const machine = openKinematicBackend({ robot: collision.robot, world: testWorld, gripper: true });
    const safety = new Supervision({ backend: Object.create(bound(machine), { kind: { get: () => kind } }), clock });
    await safety.start();
    expect(safety.begin("goal")).toBe(undefined);
    safety.noteVetted(20, 10);
    const pass = (ms: number, everyMs: number): boolean => {
      for (const endMs = nowMs + ms; nowMs < endMs;) {
        nowMs += Math.min(everyMs, endMs - nowMs);
        safety.tick();
      }
      return safety.mayMove;
    };
    const standStill = (ms: number): void => void (nowMs += ms);
    return { safety, pass, standStill, becomeHardware: () => void (kind = "hardware") };
  }

  test("has stood still with its simulated machine: nobody fell silent; where it runs, somebody did", async () => {
    const { safety, pass, standStill } = await armed();
    expect(pass(200, 25)).toBe(true);
    expect(pass(1000, 1000)).toBe(true);
    safety.noteVetted(20, 10);
    expect(pass(150, 25)).toBe(true);
    // The next command comes before the timer that ticks.
    standStill(1000);
    safety.noteVetted(20, 10);
    expect(pass(250, 25)).toBe(true);
    expect(pass(25, 25)).toBe(false);
    expect(safety.barred()).toMatchObject({ code: "estop_latched", reason: expect.stringContaining("silent for") as unknown });
    await safety.close();
  });

  test("has let hardware go on without commands", async () => {
    const { safety, pass, standStill, becomeHardware } = await armed();
    becomeHardware();
    expect(pass(200, 25)).toBe(true);
    standStill(250);
    safety.noteVetted(20, 10);
    expect(safety.barred()?.reason).toMatch(/heartbeat.*silent for/);
    await safety.close();
  });
});

describe("the stop chain behind the runtime", () => {
  test("a goal takes the lease with its first motion and ends in a controlled stop that is proved", async () => {
    const { runtime, safety, trace } = supervised();
    const seen: string[] = [];
    const policy = {
      name: "two moves",
      propose: () => {
        seen.push(safety.status().state);
        const intent = [near, far][seen.length - 1];
        return Promise.resolve(
          intent === undefined ? ({ kind: "done", reached: true, message: "" } as const) : ({ kind: "intent", intent } as const),
        );
      },
    };
    expect(await runPolicy(runtime, policy, "go far")).toMatchObject({ reached: true });
    expect(seen).toEqual(["unconfigured", "running", "running"]);
    expect(safety.status()).toMatchObject({ state: "ready", lease: undefined, stop_unproven: false });
    expect(notes(trace.records, "alarm")).toEqual([]);
  });

  test("an emergency stop in the middle of a motion ends it; all motion is refused, looking is not", async () => {
    const { runtime, trace } = supervised({
      onChunk: (n, it) => void (n === 5 && void it.emergencyStop({ operator: "ann", reason: "smoke" })),
    });
    const stopped = await runtime.step(far);
    expect(stopped.result).toMatchObject({ status: "stopped" });
    expect(stopped.stop).toMatchObject({ acknowledged: true, proved: true });
    const refused = await runtime.step(near);
    expect(refused.decision).toMatchObject({ action: "deny", gateName: "safety", code: "estop_latched" });
    expect(refused.decision.reason).toBe("latched by human: human:ann: smoke; reset first");
    expect(status(await runtime.step({ name: "get_status", args: {} }))).toBe("ok");
    expect(notes(trace.records, "safety")).toMatchObject([{ from: "running", to: "latched", source: "human" }]);
  });

  test.for([
    ["without a name", { reason: "checked" }, "not_authenticated"],
    ["without a reason", { operator: "ann" }, "not_authenticated"],
  ] as const)("a reset %s is refused by name, and the latch stays", async ([, hand, code]) => {
    const { runtime } = supervised();
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    expect(await runtime.reset(hand)).toMatchObject({ ok: false, code });
    expect(status(await runtime.step(near))).toBe("blocked");
  });

  test("a name is asked for also where a credential would do", async () => {
    const { runtime } = supervised({ authorise: () => ({ operatorId: "ann", authenticated: true, allowed: true }) });
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    expect(await runtime.reset({ credential: "token", reason: "checked" })).toMatchObject({ ok: false, code: "not_authenticated" });
  });

  test("a latch from anywhere ends what waits, too", async () => {
    const silent = { name: "silent", ask: () => new Promise<never>(() => undefined) };
    const { runtime, safety } = supervised({ approvals: silent });
    const waiting = runtime.step(near);
    await safety.start();
    await safety.supervisor.estop("external", "from the line");
    expect((await waiting).result.status).toBe("blocked");
  });

  test("a named operator with a reason resets, which takes the cooldown's simulated time, and the robot moves again", async () => {
    const { runtime, clock, trace } = supervised();
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    const stoppedMs = clock.nowMs();
    expect(await runtime.reset({ operator: "ann", reason: "it was toast" })).toEqual({ ok: true, code: "", message: "reset" });
    expect(clock.nowMs()).toBe(stoppedMs + 500);
    expect(status(await runtime.step(near))).toBe("ok");
    expect(notes(trace.records, "reset")).toEqual([{ operator: "ann", reason: "it was toast", ok: true, message: "reset" }]);
  });

  test("a robot outside its limits is not reset, unless to recover: then slowly back, and in service once clean", async () => {
    const { runtime, safety, backend, trace } = supervised({ recovers: true });
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    place(backend, [2.02, 0, 0.5, 0]);
    expect(await runtime.reset({ operator: "ann", reason: "checked" })).toMatchObject({ ok: false, code: "cause_present" });
    expect(await runtime.reset({ operator: "ann", reason: "back out", recovery: true })).toMatchObject({ ok: true });
    expect(safety.status()).toMatchObject({ state: "recovery", speedScale: 0.1 });
    const startedMs = runtime.clock.nowMs();
    expect(await runtime.step({ name: "set_joint", args: { joint_name: "x", angle: 1.9 } })).toMatchObject({ result: { status: "ok" } });
    expect(runtime.clock.nowMs() - startedMs).toBeGreaterThan(1000);
    expect(safety.status()).toMatchObject({ state: "ready", latched: false });
    expect(notes(trace.records, "safety").map((fields) => (fields as { to: string }).to)).toContain("recovery");
  });

  test("a kernel that cannot judge a recovery is not asked to", async () => {
    const { runtime } = supervised();
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    expect(await runtime.reset({ operator: "ann", reason: "out", recovery: true })).toMatchObject({ ok: false, code: "config_invalid" });
  });

  test("the latch survives the process, and one that is reset does not", async () => {
    const path = join(folder(), "gantry.latch");
    const first = supervised({ store: new LatchFile(path) });
    await first.runtime.step(near);
    await first.runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    await first.runtime.close();
    const second = supervised({ store: new LatchFile(path) });
    expect((await second.runtime.step(near)).decision.reason).toContain("human:ann: smoke");
    expect(await second.runtime.reset({ operator: "bob", reason: "checked" })).toMatchObject({ ok: true });
    await second.runtime.close();
    expect(status(await supervised({ store: new LatchFile(path) }).runtime.step(near))).toBe("ok");
  });

  test("who commands falls silent in the middle of a motion: stopped within the deadman, latched", async () => {
    const clock = new SimulatedClock();
    let aliveUntilMs = 600;
    const { runtime, safety } = supervised({ clock, deadmanMs: 300 });
    const record = await runtime.step(far, { alive: () => clock.nowMs() <= aliveUntilMs });
    expect(record.result.status).not.toBe("ok");
    expect(safety.status()).toMatchObject({ state: "latched", source: "commander" });
    // Chunks are of 100 ms: the last sign of life, the deadman, and what was on its way.
    expect(clock.nowMs()).toBeLessThanOrEqual(aliveUntilMs + 300 + 200 + 600);
    aliveUntilMs = Infinity;
    expect(status(await runtime.step(near))).toBe("blocked");
  });

  test("a trace that breaks in the middle of a motion stops the robot", async () => {
    let broken = false;
    const records: unknown[] = [];
    const trace = {
      append: (record: unknown) => void records.push(record),
      flush: () => Promise.resolve(),
      get problem() {
        return broken ? "no space left on device" : undefined;
      },
    };
    const clock = new SimulatedClock();
    const { runtime, safety } = gantryWith(clock, trace, (n) => {
      if (n === 4) broken = true;
    });
    const record = await runtime.step(far);
    expect(record.result.status).not.toBe("ok");
    expect(safety.status()).toMatchObject({
      state: "latched",
      source: "heartbeat",
      reason: expect.stringContaining("no space left") as unknown,
    });
  });

  test("a canary that a check lets pass takes the robot out of service for good", async () => {
    const config = { robot: collision.robot, gripper: true, modes: ["joint_position", "gripper_position"] as const };
    const [good] = new CanaryRound({ config }).canaries;
    // A refusal by another check than the one it is for.
    const canaries = new CanaryRound({ config, canaries: [{ ...good!, expected: good!.expected === "closed" ? "malformed" : "closed" }] });
    const { runtime, safety } = supervised({ canaries });
    expect((await runtime.step(near)).result).toMatchObject({ status: "error" });
    expect(safety.status()).toMatchObject({ state: "faulted", source: "failed_canary" });
    expect(await runtime.reset({ operator: "ann", reason: "try" })).toMatchObject({ ok: false, code: "restart_required" });
  });

  test("a kernel elsewhere that is lost takes it out of service, and hears of every latch", async () => {
    const calls: string[] = [];
    let state = "serving";
    const distantKernel = {
      arm: (armed: boolean) => void calls.push(`arm ${armed}`),
      stop: () => void calls.push("stop"),
      releaseStop: () => void calls.push("release"),
      liveness: () => ({ state, stop: "none" }),
    };
    const { runtime, safety, backend } = supervised({ distantKernel });
    await runtime.step(near);
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    await runtime.reset({ operator: "ann", reason: "checked" });
    expect(calls).toEqual(["arm true", "stop", "release"]);
    await runtime.emergencyStop({ operator: "ann", reason: "again" });
    place(backend, [2.5, 0, 0.5, 0]);
    expect(await runtime.reset({ operator: "ann", reason: "checked" })).toMatchObject({ ok: false });
    expect(calls.slice(3)).toEqual(["stop", "release", "stop"]);
    state = "lost";
    safety.tick();
    expect(safety.status()).toMatchObject({ state: "faulted", source: "lost_worker" });
  });

  test("a violation latches where the robot is told so, and is only refused where not", async () => {
    for (const onViolation of ["latch", "drop"] as const) {
      const { runtime, safety } = supervised({ onViolation });
      await runtime.step(near);
      safety.violation({ severity: "drop", code: "chunk_stale", reason: "late", evidence: {} });
      expect(safety.status().latched).toBe(false);
      safety.violation({ severity: "violation", code: "joint_velocity", reason: "too fast", evidence: {} });
      expect(safety.status().latched).toBe(onViolation === "latch");
    }
  });

  test("a machine that acknowledges no stop is latched; one that was not seen to rest moves slowly until a stop is proved", async () => {
    const deaf = supervised({ wrap: (backend) => ({ ...bound(backend), stop: () => ({ ...backendReceipt, acknowledged: false }) }) });
    await deaf.runtime.step(near);
    await deaf.runtime.stop();
    expect(deaf.safety.status()).toMatchObject({ state: "latched", source: "stop_unproven" });

    let shaking = false;
    const shaky = supervised({
      wrap: (backend) => ({
        ...bound(backend),
        observe: () => {
          const seen = backend.observe() as Exclude<ReturnType<Backend["observe"]>, Promise<unknown>>;
          return shaking ? { ...seen, qdRadPerS: seen.qdRadPerS.map(() => 0.2) } : seen;
        },
      }),
    });
    await shaky.runtime.step(near);
    shaking = true;
    await shaky.runtime.stop();
    shaking = false;
    expect(shaky.safety.speedScale).toBe(0.1);
    expect((await shaky.runtime.step(far)).decision).toMatchObject({ verdict: "slow", gateName: "stop_proof" });
    await shaky.runtime.stop();
    expect(shaky.safety.speedScale).toBe(1);
  });

  test("hardware does not start without a latch that lasts, an authorise and every watchdog", () => {
    const hardware = {
      ...bound(openKinematicBackend({ robot: collision.robot, world: testWorld, gripper: true })),
      kind: "hardware" as const,
    };
    const clock = new SimulatedClock();
    expect(() => new Supervision({ backend: hardware, clock })).toThrow(/latch that outlives the process/);
    const authorise = () => ({ operatorId: "ann", authenticated: true, allowed: true });
    const store = new LatchFile(join(folder(), "arm.latch"));
    expect(() => new Supervision({ backend: hardware, clock, store, authorise })).toThrow(
      /no enable watchdog.*no pendant watchdog.*no heartbeat watchdog/,
    );
  });
});

describe("on a real clock", () => {
  test("a reset before the cooldown is over is refused with the time that is left", async () => {
    const { runtime } = supervised({ clock: realClock() });
    await runtime.emergencyStop({ operator: "ann", reason: "smoke" });
    expect(await runtime.reset({ operator: "ann", reason: "checked" })).toMatchObject({
      ok: false,
      code: "cooldown",
      message: expect.stringMatching(/0\.\d+ s of the cooldown remain/) as unknown,
    });
  });

  test("a machine that keeps a chunk and never answers is stopped by the watchdog, not by the plan", async () => {
    const clock = realClock();
    const { runtime, safety } = supervised({ clock, wrap: hangingAfter(3) });
    const running = runtime.step(far);
    await new Promise<void>((resolve) => {
      const leave = safety.supervisor.subscribe(({ latched }) => {
        if (latched) resolve();
      });
      opened.push({ close: () => Promise.resolve(leave()) } as unknown as Runtime);
    });
    expect(safety.status()).toMatchObject({
      state: "latched",
      source: "watchdog",
      reason: expect.stringContaining("safe_action") as unknown,
    });
    void running;
  });
});

/** A backend as an object of its own, whose methods can be replaced one by one. */
function bound(backend: Backend): Backend {
  return {
    name: backend.name,
    kind: backend.kind,
    modes: backend.modes,
    observe: () => backend.observe(),
    apply: (command) => backend.apply(command),
    stop: () => backend.stop(),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** Somebody pushed the robot there. */
function place(backend: Backend, qRad: readonly number[]): void {
  const state = backend.snapshot?.();
  if (state === undefined) throw new Error("the backend cannot be put anywhere");
  const { numbers } = state;
  numbers.set(qRad, 0);
  backend.restore?.(state);
}

const backendReceipt = { atMs: 0, restAtMs: 0, stoppingTimeMs: 0, stoppingDistanceM: 0, atRest: true };

function hangingAfter(chunks: number): (backend: Backend) => Backend {
  let n = 0;
  return (backend) => ({
    ...bound(backend),
    apply: (command) => {
      n += 1;
      return n > chunks ? new Promise<void>(() => undefined) : backend.apply(command);
    },
  });
}

function gantryWith(clock: SimulatedClock, trace: NonNullable<Parameters<typeof gantryRuntime>[0]>["trace"], onChunk: (n: number) => void) {
  const backend = openKinematicBackend({ robot: collision.robot, world: testWorld, gripper: true });
  const safety = new Supervision({ backend, clock });
  let chunks = 0;
  const counted: Backend = {
    ...bound(backend),
    apply: (command) => {
      chunks += 1;
      onChunk(chunks);
      return backend.apply(command);
    },
  };
  const { runtime } = gantryRuntime({ clock, safety, wrap: () => counted, ...(trace === undefined ? {} : { trace }) });
  opened.push(runtime);
  return { runtime, safety };
}
