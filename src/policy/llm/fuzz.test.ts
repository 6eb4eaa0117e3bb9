import { expect, test } from "vitest";
import type { Backend } from "../../backend/backend.ts";
import { Random } from "../../core/random.ts";
import { primitiveTools } from "./tool-schemas.ts";
import { randomArgs } from "./testing/random-intents.ts";
import { kinematicRobot } from "./testing/robots.ts";

/** m: what a straight line of joints may bulge between two measurements, and rounding. */
const slackM = 2e-3;

test.for(["arm", "gantry"])(
  "policies row 28 fuzz %s: 1,000 intents that the schemas allow, and nothing ever is outside the envelope",
  { timeout: 240_000 },
  async (profile) => {
    const seen: { readonly tip: readonly number[]; readonly qRad: readonly number[] }[] = [];
    const wrap = { backend: (backend: Backend) => watched(backend, (tip, qRad) => seen.push({ tip, qRad })) };
    const robot = await kinematicRobot(profile, { wrap }, unhurried);
    const { registry, runtime, world, collision } = robot;
    const random = new Random(`fuzz ${profile}`);
    const words = [...world.objects, ...world.places].map(({ name }) => name).concat(collision.robot.jointNames, "nothing");
    // The stop is always allowed and latches nothing; a wait only passes time.
    const tools = primitiveTools(registry).filter(({ name }) => name !== "stop" && name !== "wait");
    const counts: Record<string, number> = {};
    for (let i = 0; i < 1000; i++) {
      const { name, schema } = tools[Math.floor(random.uniform(0, tools.length))]!;
      const { result } = await runtime.step({ name, args: randomArgs(schema, random, words) });
      counts[result.status] = (counts[result.status] ?? 0) + 1;
    }
    const { minM, maxM } = world.workspace;
    const { lowerRad, upperRad } = collision.robot;
    for (const { tip, qRad } of seen) {
      for (const axis of [0, 1, 2]) {
        expect(tip[axis]).toBeGreaterThanOrEqual(minM[axis]! - slackM);
        expect(tip[axis]).toBeLessThanOrEqual(maxM[axis]! + slackM);
      }
      for (const [j, q] of qRad.entries()) {
        expect(q).toBeGreaterThanOrEqual(lowerRad[j]! - 1e-6);
        expect(q).toBeLessThanOrEqual(upperRad[j]! + 1e-6);
      }
    }
    // Both happen: otherwise the test would say nothing.
    expect(counts["ok"]).toBeGreaterThan(100);
    expect(counts["blocked"]).toBeGreaterThan(100);
    expect(robot.steps()).toHaveLength(1000);
  },
);

type Loaded = Parameters<NonNullable<Parameters<typeof kinematicRobot>[2]>>[0];

/** Without budgets, cooldowns and people: the envelope alone is tried. */
function unhurried(loaded: Loaded): Loaded {
  return { ...loaded, profile: { ...loaded.profile, rate_limit_per_min: 1_000_000, per_primitive_cooldown: {}, hitl_primitives: [] } };
}

function watched(backend: Backend, onMeasured: (tip: readonly number[], qRad: readonly number[]) => void): Backend {
  return new Proxy(backend, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(value, target, args);
        if (key !== "observe") return answer;
        const note = (observed: Awaited<ReturnType<Backend["observe"]>>) => {
          onMeasured(observed.worldFromTip.position, observed.qRad);
          return observed;
        };
        return answer instanceof Promise ? answer.then(note) : note(answer as Awaited<ReturnType<Backend["observe"]>>);
      };
    },
  });
}
