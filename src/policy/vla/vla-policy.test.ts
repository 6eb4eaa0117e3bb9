import { describe, expect, test } from "vitest";
import type { LastStep, Turn } from "../policy.ts";
import { observationOf, runToEnd } from "../testing/turns.ts";
import { ActionQueue } from "./action-queue.ts";
import { deltaXyzDecoder } from "./decoders.ts";
import { chunkOf, fakeModel } from "./testing/fake-model.ts";
import type { VlaModel } from "./vla-model.ts";
import { vlaPolicy, type VlaPolicyOptions } from "./vla-policy.ts";

const right = [0.1, 0, 0, 0, 0, 0, 0];
const still = [0, 0, 0, 0, 0, 0, 0];
const close = [0, 0, 0, 0, 0, 0, 1];

const policyOf = (model: VlaModel, options: Partial<VlaPolicyOptions> = {}) =>
  vlaPolicy({ model, decoder: deltaXyzDecoder(), nowMs: () => 0, ...options });

/** Proposes until it ends; each turn, and each look in between, shows an observation of its own, 100 ms apart. */
async function pursue(
  policy: ReturnType<typeof policyOf>,
  outcome: (index: number) => Partial<LastStep> = () => ({}),
  signal = new AbortController().signal,
) {
  let seq = 0;
  const observe = () => ({ ...observationOf(), id: `obs-${++seq}`, seq, atMs: 100 * seq });
  const names: string[] = [];
  const intents = [];
  let last: LastStep | undefined;
  for (;;) {
    const turn: Turn = { goal: "go right", observation: observe(), last, signal, observe };
    const proposal = await policy.propose(turn);
    if (proposal.kind !== "intent") return { names, intents, end: proposal, stats: policy.stats() };
    names.push(proposal.intent.name);
    intents.push(proposal.intent);
    last = { intent: proposal.intent, status: "ok", message: "", gate: "", observation: {}, ...outcome(names.length - 1) };
    if (names.length > 1000) throw new Error("the policy does not end");
  }
}

describe("the policy", () => {
  test("policies row 30 every intent names the observation it is based on and how long it holds; the arguments come from that state", async () => {
    const model = fakeModel(({ observationId }, i) => chunkOf(observationId, [i < 2 ? right : still]));
    const { intents, end, stats } = await pursue(policyOf(model));
    expect(intents).toEqual([
      { id: "v-1", name: "move_to", args: { x: 0.4, y: 0, z: 1 }, rationale: "", basedOn: "obs-1", validForMs: 2500 },
      { id: "v-2", name: "move_to", args: { x: 0.4, y: 0, z: 1 }, rationale: "", basedOn: "obs-2", validForMs: 2500 },
    ]);
    expect(end).toMatchObject({ kind: "done", reached: false });
    expect(stats).toMatchObject({ terminated: "idle", dropped: { late: 0, repeated: 0, older: 0 } });
    expect(model.asked[0]).toMatchObject({ observationId: "obs-1", prompt: "go right", timeoutMs: 2000 });
  });

  test("policies row 30 idle after four null decodes in a row; any intent begins the count anew", async () => {
    const rows = [still, still, still, right, still, still, still, still, right];
    const model = fakeModel(({ observationId }) => chunkOf(observationId, rows));
    const { names, stats } = await pursue(policyOf(model, { executeRows: rows.length }));
    expect(names).toEqual(["move_to"]);
    expect(stats.terminated).toBe("idle");
    expect(model.asked).toHaveLength(1);
  });

  test("policies row 30 no_action when the model returns nothing, max_steps after as many, done where it says so", async () => {
    const nothing = fakeModel(({ observationId }) => ({ kind: "none", observationId, done: false }));
    expect(await pursue(policyOf(nothing))).toMatchObject({ names: [], end: { reached: false }, stats: { terminated: "no_action" } });
    const ever = fakeModel(({ observationId }) => chunkOf(observationId, [right]));
    expect(await pursue(policyOf(ever, { maxSteps: 7 }))).toMatchObject({ names: { length: 7 }, stats: { terminated: "max_steps" } });
    const done = fakeModel(({ observationId }) => ({ kind: "none", observationId, done: true }));
    expect(await pursue(policyOf(done))).toMatchObject({ end: { reached: true }, stats: { terminated: "done" } });
  });

  test("policies row 30 malformed after four: NaN, a width that changed, or both; nothing is proposed from them", async () => {
    const nan = fakeModel(({ observationId }) => chunkOf(observationId, [right, [Number.NaN, 0, 0, 0, 0, 0, 0]]));
    expect(await pursue(policyOf(nan))).toMatchObject({ names: [], stats: { terminated: "malformed", malformed: 4 } });
    const wider = fakeModel(({ observationId }, i) => chunkOf(observationId, [i === 0 ? right : [0.1, 0, 0]]));
    expect(await pursue(policyOf(wider))).toMatchObject({ names: ["move_to"], stats: { terminated: "malformed", malformed: 4 } });
    const narrow = fakeModel(({ observationId }) => chunkOf(observationId, [[0.1, 0.1]]));
    expect(await pursue(policyOf(narrow))).toMatchObject({ names: [], stats: { terminated: "malformed" } });
  });

  test("policies row 30 stopped: a stop ends it, and so does an interruption while the model thinks", async () => {
    const model = fakeModel(({ observationId }) => chunkOf(observationId, [right, right]));
    expect(await pursue(policyOf(model), () => ({ status: "stopped" }))).toMatchObject({ stats: { terminated: "stopped" } });
    const interrupt = new AbortController();
    const slow = fakeModel(() => {
      interrupt.abort();
      return new Promise(() => undefined);
    });
    expect(await pursue(policyOf(slow), undefined, interrupt.signal)).toMatchObject({ names: [], stats: { terminated: "stopped" } });
  });

  test("policies row 30 stale answers are dropped and counted: yesterday's, and one that was used already", async () => {
    const model = fakeModel(({ observationId }, i) =>
      chunkOf(i === 0 ? observationId : i % 2 === 0 ? "obs-1" : "yesterday", [right], { width: 7 }),
    );
    const { names, stats, end } = await pursue(policyOf(model));
    expect(names).toEqual(["move_to"]);
    expect(stats).toMatchObject({ terminated: "no_action", dropped: { late: 0, repeated: 2, older: 2 } });
    expect(end).toMatchObject({ message: expect.stringContaining("4 requests without a usable answer") });
  });

  test("policies row 30 an answer past its deadline is dropped and counted, though it came", async () => {
    let nowMs = 0;
    const model = fakeModel(({ observationId }) => {
      nowMs += 2001;
      return chunkOf(observationId, [right]);
    });
    const { names, stats } = await pursue(policyOf(model, { nowMs: () => nowMs }));
    expect(names).toEqual([]);
    expect(stats).toMatchObject({ terminated: "no_action", dropped: { late: 4 }, latencyP50Ms: 2001 });
  });

  test("policies row 30 a model that never answers does not hang it", async () => {
    const { names, stats } = await pursue(
      policyOf(
        fakeModel(() => new Promise(() => undefined)),
        { modelTimeoutMs: 5 },
      ),
    );
    expect(names).toEqual([]);
    expect(stats).toMatchObject({ terminated: "no_action", failures: { timeout: 4 }, requests: 4 });
  });

  test("policies row 30 a model that throws, or cannot be shown anything, moves nothing", async () => {
    const thrower = fakeModel(() => {
      throw new Error("out of memory");
    });
    expect(await pursue(policyOf(thrower))).toMatchObject({ names: [], stats: { terminated: "no_action" } });
  });

  test("policies row 30 a refused pick does not flip the gripper: it is proposed again, and the third refusal ends it", async () => {
    const model = fakeModel(({ observationId }) => chunkOf(observationId, [close, right]));
    const { names, stats, end } = await pursue(policyOf(model), () => ({ status: "blocked", gate: "hitl", message: "hitl: no" }));
    expect(names).toEqual(["pick", "pick", "pick"]);
    expect(stats.terminated).toBe("refused");
    expect(end).toMatchObject({ message: "pick was refused 3 times: hitl: no" });
  });

  test("policies row 30 an edge and a motion in one action: the gripper first, then the motion from where it left the tip", async () => {
    const both = [0.1, 0, 0, 0, 0, 0, 1];
    const model = fakeModel(({ observationId }, i) => chunkOf(observationId, i === 0 ? [both] : [[0, 0, 0, 0, 0, 0, 1]]));
    const { intents } = await pursue(policyOf(model));
    expect(intents.map(({ name, basedOn }) => [name, basedOn])).toEqual([
      ["pick", "obs-1"],
      ["move_to", "obs-2"],
    ]);
  });

  test("a step that is not ok throws the rest of its chunk away", async () => {
    const model = fakeModel(({ observationId }, i) => chunkOf(observationId, i < 2 ? [right, right, right] : [still]));
    const { stats } = await pursue(policyOf(model, { executeRows: 3 }), (i) => (i === 0 ? { status: "error" } : {}));
    expect(stats.droppedActions).toBe(2);
  });

  test("actions beyond the chunk's horizon are dropped, and the model is asked anew", async () => {
    const model = fakeModel(({ observationId }, i) => chunkOf(observationId, i === 0 ? [right, right, right, right] : [still]));
    const { names, stats } = await pursue(policyOf(model, { executeRows: 4, chunkHorizonMs: 150 }));
    expect(names).toHaveLength(2);
    expect(stats.droppedActions).toBe(2);
  });

  test("images are what the caller gives, and nothing else", async () => {
    const model = fakeModel(({ observationId }) => ({ kind: "none", observationId, done: true }));
    await pursue(policyOf(model, { observe: ({ id }) => ({ seen: id }) }));
    expect(model.asked[0]?.observation).toEqual({ seen: "obs-1" });
    await runToEnd(policyOf(model), "go");
    expect(Object.keys(model.asked[1]?.observation ?? {})).toEqual([
      "observation/state",
      "observation/joint_position",
      "observation/gripper_position",
      "objects",
    ]);
  });
});

test("chunks are blended over their overlap: linearly, and never the gripper", () => {
  const queue = new ActionQueue(1, 1);
  const chunk = (value: number, gripper: number, rows: number) => ({
    observationId: "obs-1",
    actions: Float64Array.from({ length: rows * 2 }, (_, i) => (i % 2 === 0 ? value : gripper)),
    rows,
    width: 2,
    done: false,
  });
  queue.take(chunk(0, 0, 4), 0);
  expect([...queue.next!]).toEqual([0, 0]);
  queue.advance();
  expect(queue.next).toBeUndefined();
  // Three actions are left of the old one.
  queue.take(chunk(1, 1, 4), 0);
  expect([...queue.next!]).toEqual([0.25, 1]);
  queue.clear();
  queue.take(chunk(1, 1, 4), 0);
  expect([...queue.next!]).toEqual([1, 1]);
});
