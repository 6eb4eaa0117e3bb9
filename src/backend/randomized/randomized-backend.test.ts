import { expect, test, vi } from "vitest";
import { backendConformance } from "../../../test/backend-conformance.ts";
import { SimulatedClock, type Clock } from "../../core/clock.ts";
import type { Observation } from "../../core/observation.ts";
import { Random } from "../../core/random.ts";
import type { WorldSpec } from "../../core/world-spec.ts";
import { createKernel } from "../../kernel/kernel.ts";
import type { Vetted } from "../../kernel/command.ts";
import { gantry } from "../../robot/testing/gantry.ts";
import type { Backend, StopReceipt } from "../backend.ts";
import { openKinematicBackend } from "../kinematic/kinematic-backend.ts";
import { randomizedBackend, type Randomized } from "./randomized-backend.ts";
import { parseRandomizedConfig, type RandomizedConfig } from "./randomized-config.ts";

const seed = 20261121;
const robot = gantry();
const cube = {
  name: "cube",
  aliases: [],
  shape: { kind: "box", halfM: [0.02, 0.02, 0.02] },
  positionM: [0, 0, 1],
  yawRad: 0,
  massKg: 0.1,
  rgba: [1, 0, 0, 1],
} as const;
const world: WorldSpec = {
  name: "w",
  workspace: { minM: [-2, -2, 0], maxM: [2, 2, 3] },
  fixtures: [],
  zones: [],
  objects: [cube],
  places: [],
};

function base(): Backend {
  return openKinematicBackend({ robot, world, gripper: true });
}

function wrapped(config: RandomizedConfig, more: { clock?: Clock; seed?: number; base?: Backend } = {}): Randomized<Backend> {
  return randomizedBackend(more.base ?? base(), config, new Random(more.seed ?? seed), more.clock);
}

backendConformance("randomized<kinematic>, all parameters 0", () => ({ backend: wrapped({}), robot }));
backendConformance("randomized<kinematic> on a clock, all parameters 0", () => ({
  backend: wrapped({}, { clock: new SimulatedClock() }),
  robot,
}));

let seq = 0;
/** A chunk that goes to x in 5 rows of 2 ms, from wherever `from` says it is. */
function toX(x: number, from = 0): Vetted {
  const rows = new Float64Array(20);
  for (let row = 0; row < 5; row++) rows.set([from + ((x - from) * (row + 1)) / 5, 0, 1, 0], row * 4);
  return vetted({ mode: "joint_position", rows, width: 4 }, [from, 0, 1, 0]);
}

function vetted(
  part: { mode: "joint_position" | "joint_velocity"; rows: Float64Array; width: number },
  measuredRad: readonly number[],
  validUntilMs = 1e9,
): Vetted {
  const kernel = createKernel({ robot, gripper: true, modes: ["joint_position", "joint_velocity"] });
  const verdict = kernel.vet({ ...part, periodMs: 2, seq: seq++, basedOnSeq: 0, validUntilMs }, { nowMs: 0, measuredRad });
  if (verdict.kind === "refused") throw new Error(verdict.reason);
  return verdict.command;
}

const x = async (backend: Backend): Promise<number> => (await backend.observe()).qRad[0]!;

test("geometry 41 with all parameters 0 the base's own observations and receipts come through", async () => {
  const seen = Object.freeze({ ...(await base().observe()), id: "obs-7" });
  const receipt: StopReceipt = Object.freeze({
    acknowledged: true,
    atMs: 1,
    restAtMs: 2,
    stoppingTimeMs: 1,
    stoppingDistanceM: 0,
    atRest: true,
  });
  const backend = wrapped({}, { base: { ...stub(), observe: () => seen, stop: () => receipt } });
  expect(await backend.observe()).toBe(seen);
  expect(await backend.stop()).toBe(receipt);
  expect(backend.stats()).toEqual({ actionsDropped: 0, actionsSticky: 0 });
  expect(backend.name).toBe("randomized<stub>");
});

test("geometry 41 noise is in what is reported, not in what is; the truth stays in the base", async () => {
  const real = base();
  const backend = wrapped({ posNoiseStdM: 0.01, jointNoiseStdRad: 0.001 }, { base: real });
  const tips: number[] = [];
  const joints: number[] = [];
  for (let i = 0; i < 500; i++) {
    const seen = await backend.observe();
    tips.push(...seen.worldFromTip.position.map((value, k) => value - [0, 0, 1][k]!));
    joints.push(...seen.qRad.map((value, j) => value - [0, 0, 1, 0][j]!));
    expect(seen.objects[0]!.worldFromObject.position).toEqual([0, 0, 1]);
    expect(Object.isFrozen(seen) && Object.isFrozen(seen.qRad) && Object.isFrozen(seen.worldFromTip.position)).toBe(true);
  }
  expect(spread(tips)).toBeGreaterThan(0.009);
  expect(spread(tips)).toBeLessThan(0.011);
  expect(spread(joints)).toBeGreaterThan(0.0009);
  expect(spread(joints)).toBeLessThan(0.0011);
  expect((await real.observe()).qRad).toEqual([0, 0, 1, 0]);
});

test("geometry 41 a dropped command never reaches the base, its time passes, and it is counted", async () => {
  const real = base();
  const apply = vi.spyOn(real, "apply");
  const backend = wrapped({ actionDropProb: 1 }, { base: real });
  await backend.apply(toX(0.005));
  const seen = await backend.observe();
  expect(apply).not.toHaveBeenCalled();
  // Whoever sent it measures that it did not arrive, at the time it should have.
  expect(seen.qRad[0]).toBe(0);
  expect(seen.atMs).toBe(10);
  expect(backend.stats()).toEqual({ actionsDropped: 1, actionsSticky: 0 });
  expect(await backend.stop()).toMatchObject({ atMs: 10, restAtMs: 10 });
});

test("geometry 41 about as many are dropped as configured", async () => {
  const backend = wrapped({ actionDropProb: 0.3 });
  for (let i = 0; i < 1000; i++) await backend.apply(toX(0));
  expect(backend.stats().actionsDropped).toBeGreaterThan(250);
  expect(backend.stats().actionsDropped).toBeLessThan(350);
  expect((await backend.observe()).atMs).toBe(10_000);
});

test("geometry 41 a sticky command stays where the one before led; the first has none before it", async () => {
  const backend = wrapped({ stickyActionProb: 1 });
  await backend.apply(toX(0.005));
  expect(await x(backend)).toBe(0.005);
  await backend.apply(toX(0.01, 0.005));
  expect(await x(backend)).toBe(0.005);
  expect((await backend.observe()).atMs).toBe(20);
  expect(backend.stats()).toEqual({ actionsDropped: 0, actionsSticky: 1 });
  // After a stop there is nothing to repeat.
  await backend.stop();
  await backend.apply(toX(0.01, 0.005));
  expect(await x(backend)).toBe(0.01);
});

test("geometry 41 a speed cannot stick: that would carry a command out twice", () => {
  expect(() => wrapped({ stickyActionProb: 1 }, { base: stub() })).toThrow(
    "stickyActionProb: stub takes joint_velocity, which cannot stick without a vetted command executed twice",
  );
});

test("kernel 22 a command that was executed or changes on its way does not get through, and one that is lost may be sent again", async () => {
  const backend = wrapped({});
  const command = toX(0.005);
  await backend.apply(command);
  expect(() => backend.apply(command)).toThrow(expect.objectContaining({ code: "command.repeated" }));
  const lossy = wrapped({ actionDropProb: 1 });
  const lost = toX(0);
  await lossy.apply(lost);
  await lossy.apply(lost);
  expect(lossy.stats().actionsDropped).toBe(2);
});

test("geometry 41 each disturbance has a stream of its own: adding one shifts no other", async () => {
  const drops = async (config: RandomizedConfig): Promise<boolean[]> => {
    const backend = wrapped(config, { clock: new SimulatedClock() });
    const pattern: boolean[] = [];
    for (let i = 0; i < 60; i++) {
      const before = backend.stats().actionsDropped;
      await backend.observe();
      await backend.apply(toX(0));
      pattern.push(backend.stats().actionsDropped > before);
    }
    return pattern;
  };
  const alone = await drops({ actionDropProb: 0.4 });
  expect(alone).toContain(true);
  expect(alone).toContain(false);
  expect(await drops({ actionDropProb: 0.4, posNoiseStdM: 0.1, jointNoiseStdRad: 0.1, stickyActionProb: 0.5, timingJitterS: 0.1 })).toEqual(
    alone,
  );
  const dropout = { snapshotDropout: ["objects", "joints"], snapshotDropoutProb: 0.5 };
  expect(await drops({ actionDropProb: 0.4, ...dropout })).toEqual(alone);

  const noise = async (config: RandomizedConfig): Promise<readonly number[][]> => {
    const backend = wrapped(config);
    return [[...(await backend.observe()).worldFromTip.position], [...(await backend.observe()).worldFromTip.position]];
  };
  expect(await noise({ posNoiseStdM: 0.1, jointNoiseStdRad: 0.1, actionDropProb: 0.5 })).toEqual(await noise({ posNoiseStdM: 0.1 }));
});

test("geometry 41 one seed gives one sequence, another seed another", async () => {
  const run = async (from: number): Promise<string> => {
    const backend = wrapped({ posNoiseStdM: 0.01, actionDropProb: 0.5, stickyActionProb: 0.2 }, { seed: from });
    const seen: Observation[] = [];
    for (let i = 0; i < 20; i++) {
      await backend.apply(toX(0.002));
      seen.push(await backend.observe());
    }
    return JSON.stringify(seen);
  };
  expect(await run(1)).toBe(await run(1));
  expect(await run(1)).not.toBe(await run(2));
});

test("geometry 41 a source that drops out has no age, and its values are those last heard", async () => {
  const real = base();
  const backend = wrapped({ snapshotDropout: ["position", "held_object", "objects"], snapshotDropoutProb: 0.5 }, { base: real });
  let heardX = Number.NaN;
  const counts = { joints: 0, objects: 0, gripper: 0 };
  for (let i = 1; i <= 200; i++) {
    await real.apply(toX(i * 0.005, (i - 1) * 0.005));
    const seen = await backend.observe();
    if ("joints" in seen.ageMs) {
      expect(seen.qRad[0]).toBe(i * 0.005);
      heardX = seen.qRad[0]!;
    } else {
      counts.joints += 1;
      expect("tip" in seen.ageMs).toBe(false);
      if (!Number.isNaN(heardX)) expect(seen.qRad[0]).toBe(heardX);
      expect(seen.worldFromTip.position[0]).toBeCloseTo(seen.qRad[0]!, 12);
    }
    if (!("objects" in seen.ageMs)) counts.objects += 1;
    if (!("gripper" in seen.ageMs)) counts.gripper += 1;
    expect(seen.objects).toHaveLength(1);
    expect(seen.gripper).toBeDefined();
  }
  for (const count of Object.values(counts)) {
    expect(count).toBeGreaterThan(70);
    expect(count).toBeLessThan(130);
  }
});

test("geometry 41 a late command waits on the clock, only ever later", async () => {
  const clock = new SimulatedClock();
  const backend = wrapped({ timingJitterS: 0.05 }, { clock });
  const waits: number[] = [];
  for (let i = 0; i < 400; i++) {
    const beforeMs = clock.nowMs();
    await backend.apply(toX(0));
    waits.push(clock.nowMs() - beforeMs);
    clock.sleepUntil(clock.nowMs() + 10);
    // The base knows only of the time its rows took; the report is of now.
    expect((await backend.observe()).atMs).toBeCloseTo(clock.nowMs(), 6);
  }
  expect(Math.min(...waits)).toBe(0);
  const late = waits.filter((wait) => wait > 0);
  expect(late.length).toBeGreaterThan(150);
  expect(late.length).toBeLessThan(250);
  expect(spread(late)).toBeGreaterThan(40);
  expect(spread(late)).toBeLessThan(60);
});

test("geometry 41 a stop is never dropped, never waits, and ends a command that was on its way", async () => {
  let release = (): void => undefined;
  const waited = new Promise<void>((resolve) => {
    release = resolve;
  });
  const clock: Clock = { kind: "real", epochNs: 0n, nowMs: () => 0, sleepUntil: () => waited };
  const real = base();
  const apply = vi.spyOn(real, "apply");
  const backend = wrapped({ timingJitterS: 1, actionDropProb: 0.2, stickyActionProb: 1 }, { base: real, clock, seed: lateSeed() });
  const onItsWay = backend.apply(toX(0.005));
  expect(onItsWay).toBeInstanceOf(Promise);
  const receipt = backend.stop();
  expect(receipt).toMatchObject({ acknowledged: true, atRest: true });
  release();
  await onItsWay;
  expect(apply).not.toHaveBeenCalled();
  expect(backend.stats().actionsDropped).toBe(1);
});

test("kernel 22 a command that arrives after its validity does not reach the base", async () => {
  const clock = new SimulatedClock();
  const real = base();
  const apply = vi.spyOn(real, "apply");
  const backend = wrapped({ timingJitterS: 1 }, { base: real, clock, seed: lateSeed() });
  // The simulated clock does not wait; one that does tells the time after it has.
  const { kind, epochNs } = clock;
  const waiting: Clock = {
    kind,
    epochNs,
    nowMs: () => clock.nowMs(),
    sleepUntil: (atMs) => {
      clock.sleepUntil(atMs);
      return Promise.resolve();
    },
  };
  const waited = wrapped({ timingJitterS: 1 }, { base: real, clock: waiting, seed: lateSeed() });
  const command = (): Vetted => vetted({ mode: "joint_position", rows: Float64Array.of(0, 0, 1, 0), width: 4 }, [0, 0, 1, 0], 1);
  await expect(async () => backend.apply(command())).rejects.toMatchObject({ code: "command.outdated" });
  await expect(async () => waited.apply(command())).rejects.toMatchObject({ code: "command.outdated" });
  expect(apply).not.toHaveBeenCalled();
});

test("geometry 41 snapshots carry the streams, the counts and what was heard", async () => {
  const config = { posNoiseStdM: 0.01, actionDropProb: 0.3, stickyActionProb: 0.3, snapshotDropout: ["joints"], snapshotDropoutProb: 0.3 };
  const onwards = async (backend: Randomized<Backend>): Promise<string> => {
    const seen: unknown[] = [];
    for (let i = 0; i < 30; i++) {
      await backend.apply(toX(0.001 * (i % 3)));
      seen.push(await backend.observe(), backend.stats());
    }
    return JSON.stringify(seen);
  };
  const backend = wrapped(config);
  await onwards(backend);
  const state = backend.snapshot!();
  const first = await onwards(backend);
  backend.restore!(state);
  expect(await onwards(backend)).toBe(first);
  const other = wrapped(config, { seed: 99 });
  other.restore!(state);
  expect(await onwards(other)).toBe(first);
  expect(() => backend.restore!({ ...state, more: null })).toThrow("not a state of a randomized backend");
});

test("geometry 41 whatever else the base has reaches it, read, called and written", () => {
  class Extended {
    readonly #secret = 41;
    readonly name = "extended";
    readonly kind = "simulated";
    readonly modes = new Set<never>();
    volume = 1;
    secret(): number {
      return this.#secret + this.volume;
    }
    observe(): never {
      throw new Error("not asked");
    }
    apply(): void {}
    stop(): never {
      throw new Error("not asked");
    }
    [Symbol.asyncDispose](): Promise<void> {
      return Promise.resolve();
    }
  }
  const real = new Extended();
  const backend = randomizedBackend(real, { actionDropProb: 0.5 }, new Random(1));
  expect(backend.volume).toBe(1);
  backend.volume = 2;
  expect(real.volume).toBe(2);
  expect(backend.secret()).toBe(43);
  expect("secret" in backend).toBe(true);
  expect(backend.name).toBe("randomized<extended>");
  expect("snapshot" in backend).toBe(false);
});

test("geometry 41 unvetted commands and foreign modes are errors also where every command is dropped", () => {
  const backend = wrapped({ actionDropProb: 1 });
  expect(() => Reflect.apply(backend.apply, backend, [{ ...toX(0) }])).toThrow("only commands that the kernel vetted");
  const speed = vetted({ mode: "joint_velocity", rows: Float64Array.of(0.1, 0, 0, 0), width: 4 }, [0, 0, 1, 0]);
  expect(() => backend.apply(speed)).toThrow("does not carry out joint_velocity");
  expect(backend.stats().actionsDropped).toBe(0);
});

test.for<[string, Record<string, unknown>, string]>([
  ["a negative deviation", { pos_noise_std: -1 }, "posNoiseStdM must be a number in [0, 10], got -1"],
  ["a deviation that is NaN", { pos_noise_std: NaN }, "got NaN"],
  ["a probability above 1", { action_drop_prob: 1.1 }, "actionDropProb must be a number in [0, 1], got 1.1"],
  ["a probability as text", { sticky_action_prob: "0.5" }, "stickyActionProb must be a number"],
  ["a setting nobody knows", { action_drop_probability: 0.1 }, "unknown setting action_drop_probability"],
  ["a name every object has", { constructor: 0.1 }, "unknown setting constructor"],
  ["a source nobody knows", { snapshot_dropout: ["temperature"] }, "nothing called temperature can be dropped"],
  ["sources that are no list", { snapshot_dropout: "joints" }, "snapshotDropout must be a list"],
])("geometry 41 refuses %s", ([, raw, problem]) => {
  expect(() => parseRandomizedConfig(raw)).toThrow(problem);
});

test("geometry 41 compatible names are read, every problem is told at once, and jitter needs a clock", () => {
  const raw = {
    pos_noise_std: 0.01,
    joint_noise_std: 0.002,
    timing_jitter_s: 0.1,
    action_drop_prob: 0.2,
    sticky_action_prob: 0.3,
    snapshot_dropout: ["position", "q", "objects"],
    snapshot_dropout_prob: 0.4,
  };
  expect(parseRandomizedConfig(raw)).toEqual({
    posNoiseStdM: 0.01,
    jointNoiseStdRad: 0.002,
    timingJitterS: 0.1,
    actionDropProb: 0.2,
    stickyActionProb: 0.3,
    snapshotDropout: ["joints", "objects"],
    snapshotDropoutProb: 0.4,
  });
  expect(() => parseRandomizedConfig({ pos_noise_std: -1, action_drop_prob: 2 })).toThrow(/posNoiseStdM.*; actionDropProb/);
  expect(() => wrapped({ timingJitterS: 0.1 })).toThrow("timingJitterS needs a clock");
});

function stub(): Backend {
  return {
    name: "stub",
    kind: "simulated",
    modes: new Set(["joint_position", "joint_velocity"]),
    observe: () => {
      throw new Error("not asked");
    },
    apply: () => undefined,
    stop: () => ({ acknowledged: true, atMs: 0, restAtMs: 0, stoppingTimeMs: 0, stoppingDistanceM: 0, atRest: true }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** A seed whose first command is late and not dropped. */
function lateSeed(): number {
  for (let from = 0; ; from++) {
    const random = new Random(from);
    if (random.fork("jitter").normal(0, 1) > 0 && random.fork("drop").next() > 0.5) return from;
  }
}

/** Root mean square. */
function spread(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
