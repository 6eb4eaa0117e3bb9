import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/clock.ts";
import { ClearanceError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import type { Decided } from "../runtime/decide.ts";
import { exposures, offThePlan, SentRows, type Walker } from "../runtime/testing/paced-run.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { buildRobot, type RobotSetup } from "./build-robot.ts";
import { loadProfile, type LoadedProfile } from "./files.ts";
import { parseProfile } from "./read-profile.ts";
import { parseWorld } from "./world-file.ts";

const file = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const profileText = readFileSync(file("near-people-profile.yaml"), "utf8");
const worldText = readFileSync(file("near-people-world.yaml"), "utf8");
const loaded = loadProfile(file("near-people-profile.yaml"));
const separation = { decelerationMps2: 1.5, intrusionM: 0.1, humanUncertaintyM: 0.05, robotUncertaintyM: 0.01 };
const periodMs = 2;

async function robotWith(profile: LoadedProfile, more: Partial<RobotSetup> = {}) {
  const sent = new SentRows();
  const decided: Decided[] = [];
  const trace = new MemoryTrace();
  const robot = await buildRobot(profile, {
    backend: "kinematic",
    seed: 0,
    clock: new SimulatedClock(),
    trace,
    version: "test",
    lossWindow: "in memory",
    wrap: { kernel: (kernel) => sent.around(kernel) },
    watchers: [{ onDecided: (one) => void decided.push(one) }],
    ...more,
  });
  return { ...robot, sent, trace, plan: () => decided.at(-1)!.go!.cleared };
}

/** A visitor who comes along x from `fromM` to `nearM`, and leaves. */
function visitor(random: Random): Walker {
  const nearM = 1.2 + random.next();
  const comeS = random.next();
  const goS = 5 + 2 * random.next();
  const feetAt: Walker["feetAt"] = (nowMs) => {
    const t = nowMs / 1000;
    const come = 4.5 - 1.5 * Math.max(0, t - comeS);
    return [Math.max(nearM, come) + 1.5 * Math.max(0, t - goS), 0.2, -0.72];
  };
  return { feetAt, heightM: 1.8, radiusM: 0.3 };
}

function sensorOf({ feetAt, heightM, radiusM }: Walker): NonNullable<RobotSetup["people"]> {
  return {
    name: "scanner",
    see(nowMs) {
      const [x, y, z] = feetAt(nowMs);
      return { people: [{ name: "visitor", capsuleInWorld: [x, y, z + radiusM, x, y, z + heightM - radiusM, radiusM] }], ageMs: 0 };
    },
  };
}

describe.each(["kinematic", "mujoco"] as const)("seven joints, %s", (backend) => {
  test.for([1, 2, 3, 4])(
    "seed %i: slows, holds, goes on, on the plan's path and at the protective distance",
    { timeout: 60_000 },
    async (seed) => {
      const random = new Random(seed);
      const walker = visitor(random);
      const robot = await robotWith(loaded, { backend, people: sensorOf(walker) });
      await using _backend = robot.backend;
      const told: unknown[] = [];
      for (const y of [0.3, -0.3, 0.3, -0.3, 0.3]) {
        robot.sent.rows.length = 0;
        const before = (await robot.runtime.observe()).qRad;
        const args = { x: 0.4 + 0.1 * random.next(), y, z: 0.35 + 0.2 * random.next() };
        expect((await robot.runtime.step({ name: "move_to", args })).result).toMatchObject({ status: "ok" });
        expect(offThePlan(robot.plan(), robot.sent.rows, periodMs)).toBeUndefined();
        const broken = exposures(robot.collision, before, robot.sent.rows, periodMs, walker, separation).filter(
          ({ spareM }) => !(spareM > 0),
        );
        expect(broken).toEqual([]);
      }
      for (const record of robot.trace.records) if (record.kind === "note" && record.note === "pace") told.push(record.fields["pace"]);
      expect(told).toEqual(expect.arrayContaining(["slowed", "held", "goes on"]));
    },
  );
});

describe("asked for and not to be had", () => {
  test("a world that says nothing of people is refused, and what would help is named", async () => {
    const { people: _nobody, ...world } = loaded.world;
    await expect(robotWith({ ...loaded, world })).rejects.toThrow(
      /profile near-people asks for speed_and_separation, and nobody senses people: world near-people has no 'people' \(an empty list says/,
    );
    await expect(robotWith({ ...loaded, world })).rejects.toBeInstanceOf(ClearanceError);
    await expect(robotWith({ ...loaded, world: { ...world, people: [] } })).resolves.toBeDefined();
    await expect(robotWith({ ...loaded, world }, { people: sensorOf(visitor(new Random(1))) })).resolves.toBeDefined();
  });

  test.for([
    ["no deceleration", /\n {2}deceleration_mps2: .*/, "", /speed_and_separation.*deceleration_mps2/],
    ["no intrusion distance", /\n {2}intrusion_m: .*/, "", /intrusion_m/],
    ["no uncertainties", /\n {2}human_uncertainty_m: .*/, "", /human_uncertainty_m/],
    ["a deceleration of 0", /deceleration_mps2: 1.5/, "deceleration_mps2: 0", /deceleration_mps2/],
    [
      "a wrong key",
      /intrusion_m: 0.1/,
      "intrusion_mm: 100",
      /unknown key 'speed_and_separation.intrusion_mm'; did you mean 'intrusion_m'\?/,
    ],
    [
      "an unknown region",
      /intrusion_m: 0.1/,
      "intrusion_m: 0.1\n  contact: { regions: [knee], kind: transient, moving_mass_kg: 18, payload_kg: 1 }",
      /regions/,
    ],
    [
      "no region",
      /intrusion_m: 0.1/,
      "intrusion_m: 0.1\n  contact: { regions: [], kind: transient, moving_mass_kg: 18, payload_kg: 1 }",
      /regions/,
    ],
  ] as const)("%s: one line that names the key", ([, find, put, why]) => {
    expect(() => parseProfile(profileText.replace(find, put), "p.yaml")).toThrow(why);
  });
});

test("with contact permitted the arm goes on beside a person, at the speed that the region allows", async () => {
  const contact = "intrusion_m: 0.1\n  contact: { regions: [chest], kind: transient, moving_mass_kg: 18, payload_kg: 1 }";
  const profile = parseProfile(profileText.replace("intrusion_m: 0.1", contact), "p.yaml");
  const beside: Walker = { feetAt: () => [1.2, 0, -0.72], heightM: 1.8, radiusM: 0.3 };
  const robot = await robotWith({ ...loaded, profile }, { people: sensorOf(beside) });
  const before = (await robot.runtime.observe()).qRad;
  const record = await robot.runtime.step({ name: "move_to", args: { x: 0.4, y: 0.2, z: 0.4 } });
  expect(record.result.status).toBe("ok");
  const speeds = exposures(robot.collision, before, robot.sent.rows, periodMs, beside, separation).map(({ speedMps }) => speedMps);
  // F = 280 N, mu = 1 / (1 / 40 + 1 / 10) = 8 kg, k = 25 N/mm: 280 / sqrt(200 000) = 0.626 m/s; pressure: 2 · 120 N, 0.537 m/s.
  expect(record.kernel?.["paced"]).toMatchObject({ slowest: { reason: "power and force", contactMps: expect.closeTo(0.5367, 3) } });
  expect(Math.max(...speeds)).toBeLessThanOrEqual(0.5367);
});

describe("people in a world file", () => {
  const people = (text: string): string => worldText.replace(/people:[^]*$/, `people:\n  - { name: ann, ${text} }\n`);

  test("may be left out, be nobody, or walk", () => {
    expect(parseWorld(worldText.replace(/people:[^]*$/, ""), "w.yaml").people).toBeUndefined();
    expect(parseWorld(worldText.replace(/people:[^]*$/, "people: []\n"), "w.yaml").people).toEqual([]);
    const world = parseWorld(people("walk: [{ atS: 0, feetM: [1, 2, 0] }]"), "w.yaml");
    expect(world.people).toEqual([{ name: "ann", heightM: 1.8, radiusM: 0.3, walk: [{ atS: 0, feetM: [1, 2, 0] }] }]);
  });

  test.for([
    ["walk: []", /walk/],
    ["heightM: 0.5, walk: [{ atS: 0, feetM: [1, 2, 0] }]", /a capsule of radius 0.3 m is at least 0.6 m high/],
    ["walk: [{ atS: 1, feetM: [1, 2, 0] }, { atS: 1, feetM: [1, 3, 0] }]", /must be later than 1 s/],
    ["walk: [{ atS: -1, feetM: [1, 2, 0] }]", /atS/],
    ["walk: [{ at_s: 1, feetM: [1, 2, 0] }]", /unknown key .*at_s/],
  ] as const)("%s is refused with its place", ([text, why]) => {
    expect(() => parseWorld(people(text), "w.yaml")).toThrow(why);
  });
});
