/**
 * The thread between shared memory and the kernel's process; see `kernel-process.ts`.
 * @module
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { workerData } from "node:worker_threads";
import { answerRecord } from "../channel/answer-codec.ts";
import { answerRing, requestRing } from "../channel/channel-server.ts";
import { openChannelMemory, STATE, STOP, WORD } from "../channel/memory.ts";
import { RING } from "../channel/slot-ring.ts";
import { setStop } from "../channel/stop-flag.ts";
import { waitAsync } from "../channel/waiting.ts";
import { wordRecord } from "../channel/word-record.ts";
import { requestCapacity } from "../channel/memory.ts";
import { damagedFrame, FRAME, frame, FrameReader, type Frame } from "./frames.ts";
import { entryBeside, isReady } from "./kernel-worker.ts";
import { setupBytes } from "./serve-kernel.ts";
import { say, setupFrom } from "./worker-start.ts";

const { buffer, config, silenceMs, beatMs } = setupFrom(workerData);
const memory = openChannelMemory(buffer);
const { control } = memory;
const requests = requestRing(memory);
const answers = answerRing(memory);
const request = wordRecord(requestCapacity(memory.shape));
const answer = answerRecord();
const child = spawn(process.execPath, [fileURLToPath(entryBeside(import.meta.url, "kernel-process-entry"))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const reader = new FrameReader();
const nothing = new Uint8Array(0);
let gone = false;
let clientBeat = Atomics.load(control, WORD.clientBeat);

child.once("error", lose);
child.once("exit", lose);
// A pipe that breaks is noticed as the end of the process.
child.stdin.on("error", () => undefined);
child.stdout.on("data", (piece: Uint8Array) => {
  reader.push(piece);
  for (let next = reader.next(); next !== undefined; next = reader.next()) take(next);
  if (reader.broken) child.kill("SIGKILL");
});
child.stdin.write(frame(FRAME.config, setupBytes({ config, shape: memory.shape, silenceMs })));
const beating = setInterval(beat, beatMs);
await forward();
clearInterval(beating);
if (!gone) child.stdin.end(frame(FRAME.close, nothing));

/** Passes requests on until the channel is closed or the process is gone. */
async function forward(): Promise<void> {
  while (!gone && Atomics.load(control, WORD.closing) === 0) {
    const seen = Atomics.load(control, WORD.requestHead);
    for (let taken = requests.take(request); taken !== RING.empty; taken = requests.take(request)) {
      if (taken === RING.broken) return fail();
      const { number, length } = requests;
      const epoch = Atomics.load(control, WORD.epoch);
      const whole = taken === RING.ok;
      child.stdin.write(
        whole ? frame(FRAME.request, request.bytes.subarray(0, length * 8), { number, epoch }) : damagedFrame(FRAME.request, number, epoch),
      );
    }
    await waitAsync(control, WORD.requestHead, seen, beatMs);
  }
}

function take({ kind, payload, sound, flags }: Frame): void {
  Atomics.add(control, WORD.serverBeat, 1);
  if (kind === FRAME.answer) {
    // One that did not arrive whole keeps its place, with nothing in it, which the client refuses.
    const whole = sound && payload.length <= answer.bytes.length;
    if (whole) answer.bytes.set(payload);
    if (answers.put(answer, whole ? payload.length / 8 : 0) !== RING.ok) fail();
  } else if (kind === FRAME.stop) {
    setStop(control, flags === STOP.clientSilent ? STOP.clientSilent : STOP.kernelFailed);
  } else if (kind === FRAME.ready) {
    const message: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (!isReady(message)) return fail();
    if (message.kind === "ready") Atomics.store(control, WORD.state, STATE.serving);
    say(message);
  }
}

/** The client's own heart, passed on: what this thread does says nothing about the client. */
function beat(): void {
  const now = Atomics.load(control, WORD.clientBeat);
  if (now === clientBeat) return;
  clientBeat = now;
  child.stdin.write(frame(FRAME.beat, nothing, { flags: Atomics.load(control, WORD.armed) }));
}

function fail(): void {
  Atomics.store(control, WORD.state, STATE.failed);
  setStop(control, STOP.kernelFailed);
  child.kill("SIGKILL");
}

function lose(): void {
  gone = true;
  const closing = Atomics.load(control, WORD.closing) !== 0;
  Atomics.compareExchange(control, WORD.state, STATE.serving, closing ? STATE.closed : STATE.lost);
  if (!closing) setStop(control, STOP.kernelLost);
  Atomics.notify(control, WORD.answerHead);
  Atomics.notify(control, WORD.requestHead);
}
