import { describe, expect, test } from "vitest";
import { Random } from "../../core/random.ts";
import { profileNames } from "../../profile/files.ts";
import { randomArgs } from "./testing/random-intents.ts";
import { adversaryTools, watchedRobot } from "./testing/watched-robot.ts";

/** The same by a language model, 1,000 for each: `adversary.test.ts`. */
const intents = 250;

describe.for(profileNames())("policies row 28 fuzz %s", (profile) => {
  test("random intents that the schemas allow, and nothing ever is outside the envelope", { timeout: 240_000 }, async () => {
    const { robot, oracle, words } = await watchedRobot(profile);
    const random = new Random(`fuzz ${profile}`);
    const tools = adversaryTools(robot.registry);
    const counts: Record<string, number> = {};
    for (let i = 0; i < intents; i++) {
      const { name, schema } = tools[Math.floor(random.uniform(0, tools.length))]!;
      const { result } = await robot.runtime.step({ name, args: randomArgs(schema, random, words) });
      counts[result.status] = (counts[result.status] ?? 0) + 1;
    }
    expect([...oracle.findings.values()]).toEqual([]);
    // Both happen, and something moves: otherwise the test would say nothing.
    expect(counts["ok"]).toBeGreaterThan(25);
    expect(counts["blocked"]).toBeGreaterThan(12);
    expect(oracle.rows()).toBeGreaterThan(250);
    expect(oracle.turnedRad()).toBeGreaterThan(3);
    expect(robot.steps()).toHaveLength(intents);
  });

  test("without gates and kernel's geometry the same intents do leave it, and the oracle says so", { timeout: 240_000 }, async () => {
    const { robot, oracle, words } = await watchedRobot(profile, { arrangeGates: () => [] }, { kernel_geometry: "off" });
    const random = new Random(`fuzz ${profile}`);
    const tools = adversaryTools(robot.registry);
    for (let i = 0; i < 1000 && oracle.findings.size === 0; i++) {
      const { name, schema } = tools[Math.floor(random.uniform(0, tools.length))]!;
      await robot.runtime.step({ name, args: randomArgs(schema, random, words) });
    }
    expect([...oracle.findings.keys()]).not.toEqual([]);
  });
});
