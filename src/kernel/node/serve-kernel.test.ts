import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { assert, array, integer, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { gantry } from "../../robot/testing/gantry.ts";
import { Answer, readAnswer } from "../channel/answer-codec.ts";
import { codeFromNumber } from "../channel/refusal-codes.ts";
import { RequestWriter } from "../channel/request-codec.ts";
import { wordRecord } from "../channel/word-record.ts";
import { answerCapacity, STOP } from "../channel/memory.ts";
import { FRAME, frame, FrameReader, type Frame } from "./frames.ts";
import { serveKernel, setupBytes, SERVED, type KernelSetup } from "./serve-kernel.ts";

const seed = 20261121;
const shape = { nSlots: 4, maxNumbers: 64, maxJoints: 8 };
const setup: KernelSetup = { config: { robot: gantry(), gripper: true, modes: ["gripper_position"] }, shape, silenceMs: 60_000 };
const cli = fileURLToPath(new URL("../../../bin/clearance.mjs", import.meta.url));
const nothing = new Uint8Array(0);

/** A client of frames over two streams. */
class Client {
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #wake: (() => void) | undefined;
  readonly send: (bytes: Uint8Array) => void;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.send = (bytes) => void output.write(bytes);
    input.on("data", (piece: Buffer) => {
      this.#reader.push(piece);
      for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) this.#frames.push(next);
      this.#wake?.();
    });
  }

  /** The next frame of a kind; others before it are passed over. */
  async next(kind: number): Promise<Frame> {
    for (;;) {
      const found = this.#frames.shift();
      if (found?.kind === kind) return found;
      if (found === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

const writer = new RequestWriter(shape);
function request(number: number, opening: number, spoiled = false): Uint8Array {
  const command = {
    mode: "gripper_position",
    rows: Float64Array.of(opening),
    width: 1,
    periodMs: 10,
    seq: number,
    basedOnSeq: 0,
    validUntilMs: 9,
  } as const;
  writer.write(command, { nowMs: 0, measuredRad: [0, 0, 1, 0] });
  const bytes = frame(FRAME.request, writer.record.bytes.subarray(0, writer.length * 8), { number, epoch: 5 });
  if (spoiled) bytes[bytes.length - 1]! ^= 1;
  return bytes;
}

function read({ payload, epoch, number, sound }: Frame) {
  const record = wordRecord(answerCapacity());
  record.bytes.set(payload);
  const answer = new Answer();
  const whole = readAnswer(record, payload.length / 8, answer);
  return { whole: whole && sound, number, epoch, code: answer.code === 0 ? "passed" : codeFromNumber(answer.code) };
}

test("process 3 frames come out as they went in, however the stream is cut; a changed bit is found; rubbish breaks the stream", () => {
  assert(
    property(
      array(uint8Array({ maxLength: 40 }), { maxLength: 6 }),
      array(integer({ min: 1, max: 50 })),
      integer(),
      (payloads, cuts, number) => {
        const whole = Buffer.concat(payloads.map((payload) => frame(FRAME.request, payload, { number, epoch: 3, flags: 1 })));
        const reader = new FrameReader();
        const got: Frame[] = [];
        let at = 0;
        for (const cut of [...cuts, whole.length]) {
          reader.push(whole.subarray(at, at + cut));
          at += cut;
          for (let next = reader.next(); next !== undefined; next = reader.next()) got.push(next);
        }
        expect(got.map(({ payload }) => [...payload])).toEqual(
          payloads.map((payload) => [...payload, ...new Array<number>((8 - (payload.length % 8)) % 8).fill(32)]),
        );
        expect(got.every((one) => one.sound && one.number === number && one.epoch === 3 && one.flags === 1)).toBe(true);
      },
    ),
    { seed, numRuns: 200 },
  );
  const bytes = frame(FRAME.answer, new Uint8Array(16), { number: 9 });
  for (const at of [12, 20, 24, 33, 47]) {
    const spoiled = bytes.slice();
    spoiled[at]! ^= 1;
    const reader = new FrameReader();
    reader.push(spoiled);
    expect(reader.next()).toMatchObject({ sound: false });
  }
  for (const at of [0, 11]) {
    const spoiled = bytes.slice();
    spoiled[at]! ^= 0x80;
    const reader = new FrameReader();
    reader.push(spoiled);
    expect([reader.next(), reader.broken]).toEqual([undefined, true]);
  }
});

test("process 4 serves over streams: ready, answers in order, a damaged request refused in its turn, closed", async () => {
  const [to, from] = [new PassThrough(), new PassThrough()];
  const served = serveKernel(to, from);
  const client = new Client(from, to);
  client.send(frame(FRAME.config, setupBytes(setup)));
  const ready: unknown = JSON.parse(new TextDecoder().decode((await client.next(FRAME.ready)).payload));
  expect(ready).toMatchObject({ kind: "ready", modes: ["gripper_position"], pid: process.pid });
  for (const bytes of [request(1, 1), request(2, 1, true), request(3, 2), request(4, 0.5)]) client.send(bytes);
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(read(await client.next(FRAME.answer)));
  expect(answers).toEqual([
    { whole: true, number: 1, epoch: 5, code: "passed" },
    { whole: true, number: 2, epoch: 5, code: "channel_corrupt" },
    { whole: true, number: 3, epoch: 5, code: "gripper_range" },
    { whole: true, number: 4, epoch: 5, code: "passed" },
  ]);
  client.send(frame(FRAME.close, nothing));
  expect(await served).toBe(SERVED.closed);
});

test("process 5 the parent's silence while armed is a stop for good", async () => {
  const [to, from] = [new PassThrough(), new PassThrough()];
  const served = serveKernel(to, from);
  const client = new Client(from, to);
  client.send(frame(FRAME.config, setupBytes({ ...setup, silenceMs: 40 })));
  await client.next(FRAME.ready);
  client.send(frame(FRAME.beat, nothing, { flags: 1 }));
  expect((await client.next(FRAME.stop)).flags).toBe(STOP.clientSilent);
  client.send(frame(FRAME.beat, nothing, { flags: 1 }));
  client.send(request(1, 1));
  expect(read(await client.next(FRAME.answer)).code).toBe("estop_latched");
  to.end();
  expect(await served).toBe(SERVED.parentGone);
});

test.for<readonly [string, Uint8Array]>([
  ["a request before the configuration", request(1, 1)],
  ["a configuration that is no JSON", frame(FRAME.config, new TextEncoder().encode("{"))],
  [
    "a configuration without a robot",
    frame(FRAME.config, new TextEncoder().encode('{"config":{},"shape":{"nSlots":4,"maxNumbers":4,"maxJoints":4},"silenceMs":9}')),
  ],
  ["a shape that no channel has", frame(FRAME.config, setupBytes({ ...setup, shape: { ...shape, nSlots: 3 } }))],
  ["no silence", frame(FRAME.config, setupBytes({ ...setup, silenceMs: 0 }))],
])("process 6 is refused: %s", async ([, bytes]) => {
  const [to, from] = [new PassThrough(), new PassThrough()];
  const served = serveKernel(to, from);
  const client = new Client(from, to);
  client.send(bytes);
  expect(JSON.parse(new TextDecoder().decode((await client.next(FRAME.ready)).payload))).toMatchObject({ kind: "refused" });
  expect(await served).toBe(SERVED.refused);
});

function start(): ChildProcess & { readonly stdin: NodeJS.WritableStream; readonly stdout: NodeJS.ReadableStream } {
  return spawn(process.execPath, [cli, "kernel"], { stdio: ["pipe", "pipe", "inherit"] });
}

test("process 7 clearance kernel: serves, and ends with its parent's pipe", { timeout: 30_000 }, async () => {
  const child = start();
  const exited = once(child, "exit");
  const client = new Client(child.stdout, child.stdin);
  client.send(frame(FRAME.config, setupBytes(setup)));
  await client.next(FRAME.ready);
  client.send(request(1, 0.25));
  expect(read(await client.next(FRAME.answer))).toMatchObject({ whole: true, code: "passed" });
  child.stdin.end();
  expect(await exited).toEqual([SERVED.parentGone, null]);
});

test("process 7 clearance kernel: rubbish on its input ends it", { timeout: 30_000 }, async () => {
  const child = start();
  const exited = once(child, "exit");
  child.stdin.write("G".repeat(100));
  expect(await exited).toEqual([SERVED.parentGone, null]);
});

test("process 8 the parent killed outright: the kernel's process ends too", { timeout: 30_000 }, async () => {
  const parent = spawn(process.execPath, [fileURLToPath(new URL("./testing/kernel-parent.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // The kernel's process inherits the parent's standard error: it closes when both are gone.
  const closed = once(parent, "close");
  const [said] = await once(parent.stdout, "data");
  expect(String(said)).toMatch(/^\d+ vetted\n$/);
  parent.kill("SIGKILL");
  expect(await closed).toEqual([null, "SIGKILL"]);
});
