/**
 * A kernel behind a pair of pipes: what `clearance kernel` does. The first frame brings the configuration; then requests are answered in
 * order. It lives as long as its parent: the end of the input ends it, and the parent's silence while armed is a stop for good.
 * @module
 */
import { performance } from "node:perf_hooks";
import type { Readable, Writable } from "node:stream";
import { canonicalJson, isJsonObject, type JsonValue } from "../../core/json.ts";
import { judgeOf } from "../channel/answer-codec.ts";
import type { CanaryRound } from "../canaries.ts";
import { createChannelMemory, STOP, type ChannelShape, type StopCause } from "../channel/memory.ts";
import { RequestHandler } from "../channel/request-handler.ts";
import { SilenceWatch } from "../channel/silence-watch.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { createKernel } from "../kernel.ts";
import { kernelConfigFrom, kernelConfigHash, kernelConfigJson } from "../recording/kernel-config.ts";
import { FRAME, frame, FrameReader, type Frame, type FrameFields, type FrameKind } from "./frames.ts";
import type { WorkerReady } from "./kernel-worker.ts";
import { openCanaries } from "../canaries.ts";
import { refusalOf } from "./worker-start.ts";

/** How the serving ended; also the exit codes of `clearance kernel`. */
export const SERVED = {
  closed: 0,
  /** The configuration was refused. */
  refused: 2,
  /** The input ended or broke off without a close: the parent is gone. */
  parentGone: 3,
} as const;
export type Served = (typeof SERVED)[keyof typeof SERVED];

export interface KernelSetup {
  readonly config: KernelOptions;
  readonly shape: ChannelShape;
  readonly silenceMs: number;
}

export function setupBytes({ config, shape, silenceMs }: KernelSetup): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ config: kernelConfigJson(config), shape: { ...shape }, silenceMs }));
}

/** Resolves when there is nobody to serve any more. Writes nothing but frames. */
export function serveKernel(input: Readable, output: Writable): Promise<Served> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    let serving: Serving | undefined;
    const end = (how: Served): void => {
      serving?.end();
      input.removeAllListeners("data");
      input.destroy();
      resolve(how);
    };
    const take = (received: Frame): void => {
      if (received.kind === FRAME.close) return end(SERVED.closed);
      if (serving !== undefined) return serving.take(received);
      const begun = begin(received, output);
      if (begun === undefined) return end(SERVED.refused);
      serving = begun;
    };
    input.on("data", (piece: Uint8Array) => {
      reader.push(piece);
      for (let next = reader.next(); next !== undefined; next = reader.next()) take(next);
      if (reader.broken) end(SERVED.parentGone);
    });
    input.once("end", () => end(SERVED.parentGone));
    input.once("error", () => end(SERVED.parentGone));
    output.once("error", () => end(SERVED.parentGone));
  });
}

function begin(received: Frame, output: Writable): Serving | undefined {
  const reply = (message: WorkerReady): void => void output.write(frame(FRAME.ready, new TextEncoder().encode(JSON.stringify(message))));
  try {
    if (!(received.kind === FRAME.config && received.sound)) throw new TypeError("the first frame must bring the configuration");
    const setup = readSetup(JSON.parse(new TextDecoder().decode(received.payload)));
    const kernel = createKernel(setup.config);
    const canaries = openCanaries(setup.config, performance.now());
    const handler = new RequestHandler(setup.shape, judgeOf(kernel), () => performance.now());
    const serving = new Serving(setup, handler, canaries, output);
    reply({ kind: "ready", configHash: kernelConfigHash(setup.config), modes: [...kernel.modes], pid: process.pid });
    return serving;
  } catch (cause) {
    reply(refusalOf(cause));
    return undefined;
  }
}

class Serving {
  readonly #handler: RequestHandler;
  readonly #canaries: CanaryRound;
  readonly #output: Writable;
  readonly #watch: SilenceWatch;
  readonly #beating: NodeJS.Timeout;
  #beats = 0;
  #parentBeats = 0;
  #armed = false;
  #stopped = false;

  constructor({ silenceMs }: KernelSetup, handler: RequestHandler, canaries: CanaryRound, output: Writable) {
    this.#handler = handler;
    this.#canaries = canaries;
    this.#output = output;
    this.#watch = new SilenceWatch(() => performance.now(), silenceMs);
    this.#beating = setInterval(() => this.#beat(), silenceMs / 4);
  }

  take({ kind, number, epoch, flags, payload, sound }: Frame): void {
    this.#parentBeats += 1;
    if (kind === FRAME.beat) {
      this.#armed = flags === 1;
      this.#watch.silent(this.#parentBeats, this.#armed);
    } else if (kind === FRAME.request) this.#judge(number, epoch, payload, sound);
  }

  end(): void {
    clearInterval(this.#beating);
  }

  #judge(number: number, epoch: number, payload: Uint8Array, sound: boolean): void {
    const { request, answer } = this.#handler;
    const whole = sound && payload.length <= request.bytes.length;
    if (whole) request.bytes.set(payload);
    const length = this.#handler.handle(number, whole ? payload.length / 8 : -1, epoch, this.#stopped);
    this.#write(FRAME.answer, answer.bytes.subarray(0, length * 8), { number, epoch });
  }

  #beat(): void {
    this.#beats += 1;
    this.#write(FRAME.beat, new Uint8Array(0), { number: this.#beats });
    if (this.#stopped) return;
    const failed = this.#canaries.tick(performance.now(), !this.#armed);
    if (failed !== undefined) this.#handler.failure = `canary '${failed.name}' was answered ${failed.got}`;
    if (failed !== undefined) this.#stop(STOP.kernelFailed);
    else if (this.#watch.silent(this.#parentBeats, this.#armed)) this.#stop(STOP.clientSilent);
  }

  #stop(cause: StopCause): void {
    this.#stopped = true;
    this.#write(FRAME.stop, new Uint8Array(0), { flags: cause });
  }

  #write(kind: FrameKind, payload: Uint8Array, fields: FrameFields): void {
    this.#output.write(frame(kind, payload, fields));
  }
}

function readSetup(value: JsonValue): KernelSetup {
  if (!isJsonObject(value)) throw new TypeError("the configuration is no object");
  const { config = null, shape, silenceMs } = value;
  if (!(typeof silenceMs === "number" && silenceMs > 0)) throw new TypeError("silenceMs must be a number above 0");
  const { nSlots, maxNumbers, maxJoints } = isJsonObject(shape) ? shape : {};
  const read = { nSlots: Number(nSlots), maxNumbers: Number(maxNumbers), maxJoints: Number(maxJoints) };
  // Throws for a shape that no channel has.
  return { config: kernelConfigFrom(config), shape: createChannelMemory(read).shape, silenceMs };
}
