import { array, assert, constantFrom, double, integer, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { gantry } from "../../robot/testing/gantry.ts";
import type { Command } from "../command.ts";
import { createKernel, type Passed, type Refused } from "../kernel.ts";
import { isVetted } from "../vetted.ts";
import { Answer, answerRecord, judgeOf, NAMED_CODE, readAnswer, refusedFrom, SEVERITY, writeAnswer, type Judge } from "./answer-codec.ts";
import { ChannelKernel } from "./channel-kernel.ts";
import { ChannelServer, answerRing } from "./channel-server.ts";
import { createChannelMemory, SLOT_HEAD_WORDS, STOP, WORD } from "./memory.ts";
import { codeNumber } from "./refusal-codes.ts";
import { RequestWriter } from "./request-codec.ts";
import { RequestHandler } from "./request-handler.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { wordRecord } from "./word-record.ts";

const seed = 20261121;
const shape = { nSlots: 4, maxNumbers: 64, maxJoints: 8 };
const options = {
  robot: gantry(),
  gripper: true,
  modes: ["joint_position", "joint_velocity", "gripper_position", "gripper_binary"] as const,
};
const state = { nowMs: 100, measuredRad: [0, 0, 1, 0] };

function chunk(more: Partial<Command> = {}): Command {
  const rows = Float64Array.of(0.001, 0, 1, 0, 0.002, 0, 1, 0);
  return { mode: "joint_position", rows, width: 4, periodMs: 10, seq: 1, basedOnSeq: 1, validUntilMs: 200, ...more };
}

/**
 * Both ends in one thread. Every look at the clock runs `onClock`, so that `vet`, which blocks, is answered at the moment it sets its
 * deadline; `serving: false` leaves it without an answer.
 */
function bench(judge: Judge = judgeOf(createKernel(options)), serving = true) {
  const memory = createChannelMemory(shape);
  const clock = { ms: 0, serving, perLookMs: 0, onClock: (): void => undefined };
  const server = new ChannelServer({ memory, judge, nowMs: () => clock.ms, silenceMs: 200 });
  const kernel = new ChannelKernel({
    memory,
    modes: new Set(options.modes),
    nowMs: () => {
      if (clock.serving) server.poll();
      clock.onClock();
      return (clock.ms += clock.perLookMs);
    },
    deadlineMs: 10,
    silenceMs: 200,
    spins: 3,
  });
  server.open();
  return { memory, clock, server, kernel };
}

function codeOf(verdict: Passed | Refused): string {
  return verdict.kind === "vetted" ? "vetted" : verdict.code;
}

test("channel 4 the verdict through the channel is the verdict of the kernel itself, for anything", () => {
  const value = oneof({ weight: 6, arbitrary: double({ min: -0.01, max: 0.01, noNaN: true }) }, { weight: 1, arbitrary: double() });
  const commands = record({
    mode: constantFrom(...options.modes, "cartesian_pose", "composite_mode"),
    rows: array(value, { maxLength: 16 }).map((values) => Float64Array.from(values)),
    width: oneof(constantFrom(4, 1), double()),
    periodMs: oneof(constantFrom(10), double()),
    seq: oneof(integer({ min: 0, max: 40 }), double()),
    basedOnSeq: oneof(constantFrom(1), double()),
    validUntilMs: oneof(constantFrom(200), double()),
  });
  const measured = array(value, { minLength: 3, maxLength: 5 }).map((measuredRad) => ({ nowMs: 100, measuredRad }));
  assert(
    property(array(record({ command: commands, state: measured }), { minLength: 1, maxLength: 12 }), (steps) => {
      const local = createKernel(options);
      const { kernel } = bench();
      for (const step of steps) {
        const [expected, got] = [local.vet(step.command, step.state), kernel.vet(step.command, step.state)];
        // JSON, as evidence is: it has no -0.
        if (expected.kind === "refused") expect(got).toEqual(JSON.parse(JSON.stringify(expected)));
        else expect(got).toMatchObject({ kind: "vetted", command: expected.command });
        expect(got.kind === "vetted" && isVetted(got.command)).toBe(expected.kind === "vetted");
      }
    }),
    { seed, numRuns: 400 },
  );
});

test("a passed command is a copy of its own: changing the caller's rows changes nothing, changing its own loses the mark", () => {
  const { kernel } = bench();
  const command = chunk();
  const verdict = kernel.vet(command, state);
  if (verdict.kind !== "vetted") throw new Error(verdict.reason);
  expect(verdict.command).toEqual(expect.objectContaining({ ...chunk() }));
  command.rows.fill(9);
  expect(isVetted(verdict.command)).toBe(true);
  verdict.command.rows[0] = 9;
  expect(isVetted(verdict.command)).toBe(false);
});

test.for<readonly [string, unknown]>([
  ["null", null],
  [
    "a getter that throws",
    {
      ...chunk(),
      get seq(): number {
        throw new Error("gotcha");
      },
    },
  ],
  ["rows of another kind", { ...chunk(), rows: [1, 2] }],
])("what is no command is malformed, and the channel goes on: %s", ([, command]) => {
  const { kernel } = bench();
  expect(codeOf(kernel.vet(command as Command, state))).toBe("malformed");
  expect(codeOf(kernel.vet(chunk(), state))).toBe("vetted");
});

test("what the channel has no room for is refused by name", () => {
  const { kernel } = bench();
  expect(kernel.vet(chunk({ rows: new Float64Array(65) }), state)).toMatchObject({ code: "dim_mismatch", evidence: { limit: 64 } });
  expect(kernel.vet(chunk(), { nowMs: 0, measuredRad: new Float64Array(9) })).toMatchObject({ code: "state_unavailable" });
  expect(kernel.vet(chunk({ mode: JSON.parse('"nonsense"') }), state)).toMatchObject({ code: "mode_unsupported" });
  expect(codeOf(kernel.vet(chunk(), state))).toBe("vetted");
});

test("channel 5 no answer by the deadline is kernel_late; the answer that comes after it is dropped, and the next chunk is judged", () => {
  const { kernel, clock, server } = bench(undefined, false);
  clock.perLookMs = 6;
  expect(kernel.vet(chunk(), state)).toMatchObject({ code: "kernel_late", evidence: { deadlineMs: 10 } });
  clock.perLookMs = 0;
  server.poll();
  clock.serving = true;
  // The kernel judged the late one, so its seq is used up.
  expect(codeOf(kernel.vet(chunk(), state))).toBe("chunk_out_of_order");
  expect(codeOf(kernel.vet(chunk({ seq: 2 }), state))).toBe("vetted");
  expect(kernel.liveness()).toMatchObject({ lateAnswers: 1, state: "serving" });
});

test("channel 5 an answer that is there, but read after the deadline, passes nothing", () => {
  const { kernel, clock } = bench();
  // The deadline is 10 ms after the first look; the answer is read at the second.
  clock.perLookMs = 11;
  expect(codeOf(kernel.vet(chunk(), state))).toBe("kernel_late");
});

test("channel 5 a clock that is none is a deadline missed", () => {
  for (const serving of [true, false]) {
    const { kernel, clock } = bench(undefined, serving);
    clock.ms = Number.NaN;
    expect(codeOf(kernel.vet(chunk(), state))).toBe("kernel_late");
  }
});

test("channel 6 as many chunks as slots under way, the next is channel_overrun; all of them are answered in order", async () => {
  const { kernel, clock, server } = bench(undefined, false);
  const under = [1, 2, 3, 4].map((seq) => kernel.vetAsync(chunk({ seq }), state));
  expect(codeOf(await kernel.vetAsync(chunk({ seq: 5 }), state))).toBe("channel_overrun");
  expect(kernel.vet(chunk({ seq: 5 }), state)).toMatchObject({ code: "channel_overrun", evidence: { slots: 4 } });
  server.poll();
  const verdicts = await Promise.all(under);
  expect(verdicts.map((verdict) => verdict.kind === "vetted" && verdict.command.seq)).toEqual([1, 2, 3, 4]);
  clock.serving = true;
  expect(codeOf(await kernel.vetAsync(chunk({ seq: 6 }), state))).toBe("vetted");
});

test("channel 7 the stop flag lies before every queue: set while a chunk is judged, that chunk is not executed", () => {
  const stopped: ((stop: () => void) => Judge)[] = [
    // Set by a third thread while the kernel judges.
    (stop) => ({ judge: () => stop() }),
    // Set and released again, by a reset that knows nothing of this chunk.
    (stop) => ({
      judge: () => {
        stop();
        rig.kernel.releaseStop();
      },
    }),
  ];
  let rig = bench();
  for (const make of stopped) {
    rig = bench(make(() => rig.kernel.stop()));
    expect(rig.kernel.vet(chunk(), state)).toMatchObject({ code: "estop_latched" });
  }
  // After the release a new chunk is judged: it was refused for the epoch, not by the flag.
  expect(rig.kernel.liveness().stop).toBe("none");
});

test("channel 7 while the flag is set nothing is asked and nothing is judged; released, it goes on; the first cause stays", async () => {
  let judged = 0;
  const { kernel, memory, server } = bench({ judge: () => (judged += 1) }, false);
  kernel.stop();
  kernel.stop(STOP.kernelLost);
  expect(kernel.vet(chunk(), state)).toMatchObject({ code: "estop_latched", reason: "the stop flag is set: asked" });
  // One for the stop, however often it was called, and one for its release.
  expect(Atomics.load(memory.control, WORD.epoch)).toBe(2);
  kernel.releaseStop();
  expect(Atomics.load(memory.control, WORD.epoch)).toBe(3);
  const first = kernel.vetAsync(chunk(), state);
  server.poll();
  expect([codeOf(await first), judged]).toEqual(["vetted", 1]);
  // Set after the client looked, before the kernel's side does.
  const late = kernel.vetAsync(chunk({ seq: 2 }), state);
  Atomics.store(memory.control, WORD.stop, STOP.asked);
  server.poll();
  expect([codeOf(await late), judged]).toEqual(["estop_latched", 1]);
});

test("channel 8 a kernel that throws has failed for good: that chunk and every later one is kernel_lost, and the flag is set", () => {
  const { kernel } = bench({
    judge: () => {
      throw new Error("index out of range");
    },
  });
  expect(kernel.vet(chunk(), state).kind).toBe("refused");
  expect(kernel.liveness()).toMatchObject({ state: "failed", stop: "kernelFailed" });
  kernel.releaseStop();
  expect(kernel.vet(chunk({ seq: 2 }), state)).toMatchObject({ code: "kernel_lost" });
});

test("channel 8 a kernel that has failed judges nothing more, also where no client bars it", () => {
  let judged = 0;
  const handler = new RequestHandler(
    shape,
    {
      judge: () => {
        judged += 1;
        if (judged === 1) throw new Error("index out of range");
      },
    },
    () => 0,
  );
  const writer = new RequestWriter(shape);
  writer.write(chunk(), state);
  const answer = new Answer();
  for (const number of [1, 2]) {
    handler.request.words.set(writer.record.words);
    expect(readAnswer(handler.answer, handler.handle(number, writer.length, 1, false), answer)).toBe(true);
    expect(refusedFrom(answer)).toMatchObject({ code: "kernel_lost", reason: "the kernel failed: index out of range" });
  }
  expect(judged).toBe(1);
});

test("channel 8 lost while a chunk is under way: it is refused at once, not at the deadline", async () => {
  const { kernel } = bench(undefined, false);
  const under = kernel.vetAsync(chunk(), state);
  kernel.lost();
  expect(await under).toMatchObject({ code: "kernel_lost" });
  expect(kernel.liveness()).toMatchObject({ state: "lost", stop: "kernelLost" });
});

test("closed: everything is refused, what is under way too, and the kernel's side ends", async () => {
  const { kernel, server } = bench(undefined, false);
  const under = kernel.vetAsync(chunk(), state);
  kernel.close();
  expect(codeOf(await under)).toBe("closed");
  expect(codeOf(kernel.vet(chunk({ seq: 2 }), state))).toBe("closed");
  expect(server.poll()).toBe(false);
  kernel.lost();
  expect(kernel.liveness()).toMatchObject({ state: "closed", stop: "none" });
});

test("before the kernel serves nothing is vetted", () => {
  const memory = createChannelMemory(shape);
  const kernel = new ChannelKernel({ memory, modes: new Set(), nowMs: () => 0 });
  expect(kernel.vet(chunk(), state)).toMatchObject({ code: "kernel_lost", reason: "the kernel does not serve: starting" });
});

test("channel 2 a damaged request is refused by the kernel's side, a damaged answer by the client, each in its turn", async () => {
  const { kernel, memory, server } = bench(undefined, false);
  const requests = new Int32Array(memory.buffer, memory.requestsAtByte);
  const first = kernel.vetAsync(chunk(), state);
  requests[SLOT_HEAD_WORDS + 40]! ^= 4;
  const second = kernel.vetAsync(chunk({ seq: 2 }), state);
  server.poll();
  expect([codeOf(await first), codeOf(await second)]).toEqual(["channel_corrupt", "vetted"]);
  const third = kernel.vetAsync(chunk({ seq: 3 }), state);
  server.poll();
  const answers = new Int32Array(memory.buffer, memory.answersAtByte);
  const stride = (memory.buffer.byteLength - memory.answersAtByte) / shape.nSlots / 4;
  answers[2 * stride + SLOT_HEAD_WORDS]! ^= 1;
  expect(codeOf(await third)).toBe("channel_corrupt");
  expect(kernel.liveness().corruptAnswers).toBe(1);
});

test("channel 2 indices that contradict each other fail the kernel on either side", () => {
  const one = bench(undefined, false);
  Atomics.store(one.memory.control, WORD.requestHead, 77);
  one.server.poll();
  expect(one.kernel.liveness()).toMatchObject({ state: "failed", stop: "kernelFailed" });
  const two = bench(undefined, false);
  two.clock.onClock = () => Atomics.store(two.memory.control, WORD.answerHead, 99);
  expect(codeOf(two.kernel.vet(chunk(), state))).toBe("kernel_lost");
});

test("channel 9 an answer nobody asked for passes nothing", () => {
  const { kernel, memory, clock } = bench();
  clock.serving = false;
  const forged = wordRecord(16);
  // All zeros: code 0, passed.
  answerRing(memory).put(forged, 16);
  expect(codeOf(kernel.vet(chunk(), state))).toBe("channel_corrupt");
});

test("channel 10 while armed each side takes the other's silence for a stop, and only then", () => {
  const { kernel, clock, server } = bench(undefined, false);
  kernel.beat();
  server.poll();
  clock.ms = 1000;
  server.poll();
  expect(kernel.liveness().stop).toBe("none");
  kernel.arm(true);
  server.poll();
  clock.ms = 1200;
  server.poll();
  expect(kernel.liveness().stop).toBe("none");
  clock.ms = 1200.1;
  server.poll();
  expect(kernel.liveness().stop).toBe("clientSilent");

  const other = bench(undefined, false);
  other.server.poll();
  other.kernel.arm(true);
  other.kernel.beat();
  other.clock.ms = 200;
  other.kernel.beat();
  expect(other.kernel.liveness()).toMatchObject({ stop: "none", silentMs: 200 });
  other.clock.ms = 201;
  other.kernel.beat();
  expect(other.kernel.liveness().stop).toBe("kernelSilent");
});

test("channel 10 arming begins the time anew; a clock that is none is silence", () => {
  let nowMs = 0;
  const watch = new SilenceWatch(() => nowMs, 200);
  const silentAt = (ms: number, beat: number, armed: boolean): boolean => {
    nowMs = ms;
    return watch.silent(beat, armed);
  };
  expect([silentAt(0, 0, false), silentAt(1000, 0, true), silentAt(1200, 0, true), silentAt(1201, 0, true)]).toEqual([
    false,
    false,
    false,
    true,
  ]);
  expect([silentAt(1300, 1, true), silentAt(Number.NaN, 1, true)]).toEqual([false, true]);
});

test("an answer in numbers alone is told in words on this side; words that are none are not believed", () => {
  const answer = new Answer();
  answer.code = codeNumber("joint_rate");
  Object.assign(answer, { row: 3, joint: 1, value: 30, limit: 3.15, severity: SEVERITY.violation });
  const expected = { code: "joint_rate", reason: "refused by the kernel: joint_rate, row 3, joint 1" };
  const numbers = { row: 3, joint: 1, value: 30, limit: 3.15, nearestM: "NaN" };
  for (const words of [undefined, "{", "7", '{"reason":7,"evidence":[]}']) {
    answer.words = words;
    const record = answerRecord();
    const read = new Answer();
    expect(readAnswer(record, writeAnswer(answer, record), read)).toBe(true);
    expect(refusedFrom(read)).toMatchObject({ ...expected, evidence: numbers });
  }
  // More words than there is room for are left out whole.
  answer.words = JSON.stringify({ reason: "x".repeat(5000) });
  const record = answerRecord();
  expect(writeAnswer(answer, record)).toBe(16);
  expect([readAnswer(record, 15, answer), readAnswer(record, 17, answer)]).toEqual([false, false]);
  Object.assign(answer, { code: NAMED_CODE, words: '{"code":"gripper_range"}' });
  expect(refusedFrom(answer).code).toBe("gripper_range");
  answer.words = '{"code":"something_new"}';
  expect(refusedFrom(answer).code).toBe("malformed");
});

test("channel 10 beats and chunks keep both sides content", () => {
  const { kernel, clock, server } = bench();
  kernel.arm(true);
  for (let seq = 1; seq < 20; seq++) {
    clock.ms += 150;
    if (seq % 2 === 0) kernel.beat();
    else expect(codeOf(kernel.vet(chunk({ seq }), state))).toBe("vetted");
    server.poll();
  }
  expect(kernel.liveness()).toMatchObject({ stop: "none", state: "serving" });
});
