import { describe, expect, test } from "vitest";
import { Random } from "../core/random.ts";
import { ClearanceError } from "../core/errors.ts";
import type { Decided } from "./decide.ts";
import type { PeopleSeen, PeopleSensor } from "./people-sensor.ts";
import { speedAndSeparation, type SpeedAndSeparationOptions } from "./speed-and-separation.ts";
import { geofenceGate } from "../gate/geofence-gate.ts";
import { WorldViews } from "../intent/build-world-view.ts";
import { createKernel } from "../kernel/kernel.ts";
import type { Progress } from "./execute-plan.ts";
import { collision, gantryRuntime, testWorld, type GantryOptions } from "./testing/gantry-runtime.ts";
import { exposures, offThePlan, SentRows, type Walker } from "./testing/paced-run.ts";

const separation = { decelerationMps2: 0.45, intrusionM: 0.1, humanUncertaintyM: 0.05, robotUncertaintyM: 0.01 };
const periodMs = 10;
const far = [50, 0, 0] as const;
/** What stands at rest needs with the second that is assumed of an unmeasured reaction, and a period: 1.616 + 0.1 + 0.05 + 0.01 m. */
const atRestM = 1.776;

function capsuleOf([x, y, z]: readonly [number, number, number]) {
  return { name: "visitor", capsuleInWorld: [x, y, z + 0.3, x, y, z + 1.5, 0.3] };
}

function sensorOf(see: (nowMs: number) => PeopleSeen): PeopleSensor {
  return { name: "scanner", see };
}

function walking(feetAt: Walker["feetAt"]): PeopleSensor & { readonly walker: Walker } {
  return { ...sensorOf((nowMs) => ({ people: [capsuleOf(feetAt(nowMs))], ageMs: 0 })), walker: { feetAt, heightM: 1.8, radiusM: 0.3 } };
}

/** Towards the gantry's column along x, stands there, goes back. Times in s. */
function visit(nearM: number, [comeS, goS]: readonly [number, number], speedMps = 1.5): Walker["feetAt"] {
  return (nowMs) => {
    const t = nowMs / 1000;
    const come = 5 - speedMps * Math.max(0, t - comeS);
    return [Math.min(9, Math.max(nearM, come) + Math.max(0, t - goS) * speedMps), 0, 0];
  };
}

interface PacedOptions extends GantryOptions {
  readonly more?: Partial<SpeedAndSeparationOptions>;
}

function paced(sensor: PeopleSensor | undefined, { more = {}, ...options }: PacedOptions = {}) {
  const sent = new SentRows();
  const decided: Decided[] = [];
  const progress: Progress[] = [];
  const chunkMs = options.chunkMs ?? 100;
  const kernel = sent.around(createKernel({ robot: collision.robot, gripper: true, modes: ["joint_position", "gripper_position"] }));
  const pacer =
    sensor && speedAndSeparation({ collision, sensor, separation, maxAgeMs: 200, periodMs, chunkMs, accelerationScale: 0.5, ...more });
  const views = new WorldViews({ collision, spec: testWorld, limits, maxStateAgeMs: 250 });
  const rig = gantryRuntime({
    kernel,
    views,
    gates: [geofenceGate({ minCorner: [-2, -2, 0], maxCorner: [2, 2, 3] })],
    ...(pacer === undefined ? {} : { pacer }),
    watchers: [{ onDecided: (one) => void decided.push(one), onProgress: (one) => void progress.push(one) }],
    ...options,
  });
  const notes = () =>
    rig.trace.records.flatMap((record) => (record.kind === "note" && record.note === "pace" ? [record.fields["pace"]] : []));
  return { ...rig, sent, decided, progress, notes, plan: () => decided.at(-1)!.go!.cleared };
}

const limits = {
  maxTipSpeedMps: 0.5,
  maxTipAccelerationMps2: 1,
  maxTipAngularSpeedRadPerS: 1,
  jointSpeedScale: 1,
  jointAccelerationScale: 0.5,
};
const home = collision.robot.homeRad;
const there = { name: "move_to", args: { x: -1, y: 0.6, z: 0.7 } };

describe("nobody near", () => {
  test("the rows, the records and the end of the trace are those of a run without a pacer, bit for bit", async () => {
    const runs = [];
    for (const sensor of [undefined, walking(() => far), sensorOf(() => ({ people: [], ageMs: 0 }))]) {
      const run = paced(sensor);
      for (const intent of [
        there,
        { name: "pick", args: { object: "widget" } },
        { name: "wait", args: { seconds: 0.3 } },
        { name: "go_home" },
      ])
        expect((await run.runtime.step(intent)).result.status).toBe("ok");
      runs.push({ rows: run.sent.rows, head: run.trace.head().headHash });
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });
});

describe("a person walks up and leaves", () => {
  test.for([1, 2, 3, 4, 5, 6, 7, 8])("seed %i: slows, holds, goes on; the plan's path, and never nearer than the formula", async (seed) => {
    const random = new Random(seed);
    const nearM = 0.3 + random.next();
    const sensor = walking(visit(nearM, [random.next(), 6 + random.next()]));
    const run = paced(sensor);
    const x = -1.5 + random.next();
    const record = await run.runtime.step({ name: "move_to", args: { x, y: 1.6 * random.next() - 0.8, z: 0.5 + random.next() } });
    expect(record.result.status).toBe("ok");
    expect(offThePlan(run.plan(), run.sent.rows, periodMs)).toBeUndefined();
    const spare = exposures(collision, home, run.sent.rows, periodMs, sensor.walker, separation);
    expect(spare.filter(({ spareM }) => !(spareM > 0))).toEqual([]);
    expect(record.kernel?.["paced"]).toMatchObject({ least_share: 0, held_chunks: expect.any(Number) });
    expect(run.notes()).toEqual(expect.arrayContaining(["slowed", "held", "goes on"]));
  });

  test("the whole story is told: notes, progress, record", async () => {
    const coming = visit(0.8, [0, 9]);
    const run = paced(walking((nowMs) => (nowMs < 6000 ? coming(nowMs) : far)));
    const record = await run.runtime.step({ name: "move_to", args: { x: -1.5, y: 0, z: 0.7 } });
    expect(record.result.status).toBe("ok");
    expect(run.notes()).toEqual(["slowed", "held", "goes on", "goes on as planned"]);
    expect(record.kernel?.["paced"]).toMatchObject({ least_share: 0, reactions_measured: run.sent.chunks.length - 1 });
    const {
      held_chunks: held,
      slowed_chunks: slowed,
      slowest,
      nearest_person_m: nearest,
    } = record.kernel!["paced"] as Record<string, number>;
    expect(held).toBeGreaterThan(20);
    expect(slowed).toBeGreaterThan(5);
    expect(nearest).toBeLessThan(atRestM);
    expect(slowest).toMatchObject({ reason: "speed and separation", permittedMps: 0, reactionS: 1.01 });
    const shares = run.progress.map(({ pace }) => pace!.share);
    expect(Math.min(...shares)).toBe(0);
    expect(run.progress.find(({ pace }) => pace!.state === "held")!.pace!.because).toMatch(/^visitor [\d.]+ m$/);
    expect(run.progress.at(-1)!.fraction).toBeCloseTo(1, 9);
  });

  test("with the reaction measured instead of assumed, people may come nearer, and the formula holds without slack", async () => {
    let startMs = Infinity;
    const feetAt: Walker["feetAt"] = (nowMs) => (nowMs < startMs ? far : visit(0.5, [0, 12])(nowMs - startMs));
    const sensor = walking(feetAt);
    const run = paced(sensor, { chunkMs: 20 });
    const swing = async (x: number): Promise<void> => {
      expect((await run.runtime.step({ name: "move_to", args: { x, y: 0, z: 0.7 } })).result.status).toBe("ok");
    };
    for (let i = 0; run.sent.chunks.length < 3300; i++) await swing(i % 2 === 0 ? -1.5 : 1.5);
    await swing(-1.5);
    run.sent.rows.length = 0;
    const before = (await run.runtime.observe()).qRad;
    startMs = run.clock.nowMs();
    const record = await run.runtime.step({ name: "move_to", args: { x: 1.2, y: 0, z: 0.7 } });
    expect(record.result.status).toBe("ok");
    expect(record.kernel?.["paced"]).toMatchObject({ slowest: { reactionS: expect.closeTo(0.03, 3) } });
    expect(offThePlan(run.plan(), run.sent.rows, periodMs)).toBeUndefined();
    const spare = exposures(collision, before, run.sent.rows, periodMs, sensor.walker, separation).map(({ spareM }) => spareM);
    expect(Math.min(...spare)).toBeGreaterThan(0);
    // The formula, not caution, is what limits: somewhere the robot was as near and as fast as it may be.
    expect(Math.min(...spare)).toBeLessThan(0.1);
  });

  test("with contact permitted the robot goes on slowly beside a person, and no faster than that", async () => {
    const sensor = walking(() => [0.9, 0, 0]);
    const run = paced(sensor, { more: { contactMps: 0.15 } });
    const record = await run.runtime.step({ name: "move_to", args: { x: 0, y: 0.5, z: 0.5 } });
    expect(record.result.status).toBe("ok");
    const speeds = exposures(collision, home, run.sent.rows, periodMs, sensor.walker, separation).map(({ speedMps }) => speedMps);
    expect(Math.max(...speeds)).toBeLessThanOrEqual(0.15);
    expect(Math.max(...speeds)).toBeGreaterThan(0.1);
  });
});

describe("a person who is suddenly there", () => {
  test.for([11, 12, 13, 14, 15, 16])(
    "seed %i: comes to rest on the path, or the machine is stopped; both before the formula is broken",
    async (seed) => {
      const random = new Random(seed);
      const atMs = 300 + 2500 * random.next();
      const nearM = 1 + 3 * random.next();
      const sensor = walking((nowMs) => (nowMs < atMs ? far : [nearM, 0, 0]));
      const run = paced(sensor);
      const record = await run.runtime.step({ name: "move_to", args: { x: -1.5, y: 0.4 * random.next(), z: 0.6 } });
      const { status, message } = record.result;
      expect(["ok", "timeout", "stopped"]).toContain(status);
      const off = offThePlan(run.plan(), run.sent.rows, periodMs);
      expect(off === undefined || off.row === run.sent.rows.length).toBe(true);
      if (status !== "stopped") return;
      expect(message).toMatch(/^stopped: cannot slow down on the path in time \(.*\): visitor [\d.]+ m$/);
      expect(record.stop).toMatchObject({ acknowledged: true });
      expect(record.kernel?.["pace"]).toMatchObject({ evidence: { reason: "speed and separation" } });
    },
  );

  test("so near that braking along the path is too slow: the machine is stopped, and the record says why", async () => {
    const run = paced(
      walking((nowMs) => (nowMs < 1500 ? far : [1.1, 0, 0])),
      { more: { separation: { ...separation, decelerationMps2: 50 } } },
    );
    const { result, kernel, stop } = await run.runtime.step({ name: "move_to", args: { x: 1.5, y: 0, z: 0.5 } });
    expect(result).toMatchObject({ status: "stopped", message: expect.stringMatching(/cannot slow down on the path in time/) });
    expect(stop).toMatchObject({ acknowledged: true });
    const { humanM, neededM } = (kernel!["pace"] as { readonly evidence: Readonly<Record<string, number>> }).evidence;
    expect(neededM).toBeGreaterThan(humanM!);
    // The person's walk in the chunk and in the stop, C, Z_d and Z_r are 0.33 m of it; the rest is the robot's own way.
    expect(neededM).toBeGreaterThan(0.36);
  });
});

describe("who cannot see holds", () => {
  const blind: readonly (readonly [string, () => PeopleSeen, RegExp])[] = [
    ["stale", () => ({ people: [], ageMs: 201 }), /scanner: people last seen 201 ms ago, 200 ms allowed/],
    ["from the future", () => ({ people: [], ageMs: -1 }), /people last seen -1 ms ago/],
    ["of unknown age", () => ({ people: [], ageMs: Number.NaN }), /people last seen NaN ms ago/],
    ["a place that is no number", () => ({ people: [capsuleOf([Number.NaN, 0, 0])], ageMs: 0 }), /the place of visitor is no number/],
    ["somebody infinitely far", () => ({ people: [capsuleOf([Infinity, 0, 0])], ageMs: 0 }), /the place of visitor is no number/],
    ["somebody without a body", () => ({ people: [{ name: "ghost", capsuleInWorld: [] }], ageMs: 0 }), /the place of ghost is no number/],
    ["a far one after a wrong one", () => ({ people: [capsuleOf([Number.NaN, 0, 0]), capsuleOf(far)], ageMs: 0 }), /the place of visitor/],
    [
      "a sensor that throws",
      () => {
        throw new Error("unplugged");
      },
      /scanner: unplugged/,
    ],
  ];
  test.for(blind)("%s: not a step from rest, until the deadline; then the machine is stopped", async ([, see, why]) => {
    const run = paced(sensorOf(see));
    const { result, kernel, stop } = await run.runtime.step(there);
    expect(result).toMatchObject({ status: "timeout", message: "move_to exceeded 30000 ms" });
    expect(run.sent.rows.every(({ q }) => q.every((value, j) => value === home[j]))).toBe(true);
    expect(stop).toMatchObject({ acknowledged: true });
    expect(run.notes()).toEqual(["held"]);
    expect(kernel?.["paced"]).toMatchObject({ slowed_chunks: 0, held_chunks: 301, slowest: { sensor: expect.stringMatching(why) } });
  });

  test.for(blind)("%s on the way: rests on the path, and goes on when it sees again", async ([, see]) => {
    const run = paced(sensorOf((nowMs) => (nowMs > 900 && nowMs < 4000 ? see() : { people: [], ageMs: 0 })));
    expect((await run.runtime.step(there)).result.status).toBe("ok");
    expect(run.notes().slice(0, 3)).toEqual(["slowed", "held", "goes on"]);
    expect(offThePlan(run.plan(), run.sent.rows, periodMs)).toBeUndefined();
  });

  test("now and then, at every pace: always comes to rest on the path, and never needs the machine stopped", async () => {
    const random = new Random(20261121);
    for (let round = 0; round < 40; round++) {
      const x = 2.2 + 2 * random.next();
      const blindMs = Array.from({ length: 6 }, () => 10_000 * random.next());
      const run = paced(
        sensorOf((nowMs) => ({
          people: nowMs < 12_000 ? [capsuleOf([x, 0, 0])] : [],
          ageMs: blindMs.some((atMs) => nowMs >= atMs && nowMs < atMs + 700) ? Number.NaN : 0,
        })),
        { more: { accelerationScale: 0.5 + 0.5 * random.next() } },
      );
      const args = { x: -1.8 * random.next() - 0.1, y: 2 * random.next() - 1, z: 0.5 + random.next() };
      const { result } = await run.runtime.step({ name: "move_to", args });
      expect(result).toMatchObject({ status: "ok" });
      expect(offThePlan(run.plan(), run.sent.rows, periodMs)).toBeUndefined();
    }
  });

  test("fingers hold as well, and close when the person has gone", async () => {
    const run = paced(walking((nowMs) => (nowMs < 3000 ? [0.5, 0, 0] : far)));
    const { result } = await run.runtime.step({ name: "set_gripper", args: { state: "close" } });
    expect(result.status).toBe("ok");
    expect(run.clock.nowMs()).toBeGreaterThan(3000);
    expect(run.notes()).toEqual(["held", "goes on as planned"]);
  });
});

describe("what ends a run ends a held one", () => {
  const standing = walking(() => [0.5, 0, 0]);

  test("a stop while holding", async () => {
    const run = paced(standing, {
      breathe: () => {
        if (run.clock.nowMs() >= 2000) return run.runtime.stop({ operator: "ann" }).then(() => undefined);
        return undefined;
      },
    });
    const { result } = await run.runtime.step(there);
    expect(result).toMatchObject({ status: "stopped", message: "stopped before the end" });
    expect(run.clock.nowMs()).toBeLessThan(2500);
  });

  test("an abort", async () => {
    const breaking = new AbortController();
    const run = paced(standing, { breathe: () => (run.clock.nowMs() >= 1000 ? breaking.abort() : undefined) });
    expect((await run.runtime.step(there, { signal: breaking.signal })).result.status).toBe("stopped");
  });

  test("the kernel judges slowed and holding rows like any others", async () => {
    let held = 0;
    const kernel = createKernel({ robot: collision.robot, gripper: true, modes: ["joint_position", "gripper_position"] });
    const refusing = {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: ((command, state) => {
        held += 1;
        if (held < 5) return kernel.vet(command, state);
        return kernel.vet({ ...command, rows: command.rows.map((value) => value + 1) }, state);
      }) as typeof kernel.vet,
    };
    const run = paced(standing, { kernel: refusing });
    const { result, kernel: told } = await run.runtime.step(there);
    expect(result).toMatchObject({ status: "error", message: expect.stringMatching(/^kernel: /) });
    expect(told).toMatchObject({ chunks: 4, refused: { code: "joint_jump" }, paced: { held_chunks: 5 } });
  });
});

test.for([
  [{ separation: { ...separation, decelerationMps2: 0 } }, /decelerationMps2 is 0/],
  [{ separation: { ...separation, intrusionM: Number.NaN } }, /intrusionM is NaN/],
  [{ separation: { ...separation, humanSpeedMps: -1 } }, /humanSpeedMps is -1/],
  [{ maxAgeMs: Infinity }, /maxAgeMs is Infinity/],
  [{ periodMs: 0 }, /periodMs is 0/],
  [{ accelerationScale: 0 }, /accelerationScale is 0/],
  [{ contactMps: Number.NaN }, /contactMps is NaN/],
] as const)("numbers that cannot be used are refused when it is made: %j", ([more, why]) => {
  const make = () =>
    speedAndSeparation({
      collision,
      sensor: walking(() => far),
      separation,
      maxAgeMs: 200,
      periodMs,
      chunkMs: 100,
      accelerationScale: 1,
      ...more,
    });
  expect(make).toThrow(why);
  expect(make).toThrow(ClearanceError);
});
