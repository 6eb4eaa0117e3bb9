/**
 * The client's lines on their way from the pipe to the protocol. What stops goes first; the others go one a turn of the event loop, so
 * that the pipe is read between two of them: a stop that was sent behind fifty calls waits for none.
 *
 *     pipe ─▶ lines ─┬─▶ stop, cancellation ─────────▶ protocol
 *                    └─▶ … 3, 2, 1, one a turn ──────▶
 *
 * Whole lines change their order and nothing else does: the protocol reads and judges each as it was sent. Calls that were sent before a
 * stop and come after it are noted, so that they end with it.
 * @module
 */
import { Transform, type TransformCallback } from "node:stream";
import { STDIO_DEFAULT_MAX_BUFFER_SIZE } from "@modelcontextprotocol/server";
import { ClientLine } from "./client-line.ts";
import type { Overtaking } from "./overtaking.ts";

/** More than this in complete lines that wait, bytes, and the pipe is read on only once there is less. */
const mostWaiting = 1_048_576;
const newline = 0x0a;

export class StopLane extends Transform {
  readonly #overtaking: Overtaking;
  readonly #waiting: ClientLine[] = [];
  #waitingBytes = 0;
  /** A line that has not ended. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #tooLong = false;
  #nextTurn: NodeJS.Immediate | undefined;
  #readOn: TransformCallback | undefined;

  constructor(overtaking: Overtaking) {
    super();
    this.#overtaking = overtaking;
    // Whoever reads hears of it; one that has closed has no more use for it.
    this.on("error", () => undefined);
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    if (this.#tooLong) {
      done();
      return;
    }
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#take(this.#whole(chunk.subarray(from, end + 1)));
      from = end + 1;
    }
    this.#begin(chunk.subarray(from));
    if (this.#nextTurn === undefined) this.#handOnOne();
    if (this.#waitingBytes > mostWaiting) this.#readOn = done;
    else done();
  }

  /** The client has closed its end: nothing more can overtake what waits. */
  override _flush(done: TransformCallback): void {
    for (const line of this.#waiting.splice(0)) this.#handOn(line);
    done();
  }

  #whole(end: Buffer): ClientLine {
    const bytes = this.#begun.length === 0 ? end : Buffer.concat([...this.#begun, end]);
    this.#begun = [];
    this.#begunBytes = 0;
    return new ClientLine(bytes);
  }

  #begin(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#begun.push(bytes);
    this.#begunBytes += bytes.length;
    if (this.#begunBytes <= STDIO_DEFAULT_MAX_BUFFER_SIZE) return;
    // The protocol takes none that is as long: it says so and closes. What follows is the rest of that line, and nobody's message.
    this.#tooLong = true;
    this.#wait(this.#whole(Buffer.alloc(0)));
  }

  #take(line: ClientLine): void {
    const request = line.cancels;
    const cancelled = request === undefined ? undefined : this.#waiting.findLast(({ id }) => id === request);
    // A cancellation that came before what it cancels would be lost.
    if (cancelled !== undefined) cancelled.cancellations.push(line);
    else if (line.stops || request !== undefined) this.#overtake(line);
    else this.#wait(line);
  }

  #wait(line: ClientLine): void {
    this.#waiting.push(line);
    this.#waitingBytes += line.bytes.length;
  }

  /** Past all that waits, but for what opens the connection and what came to overtake as well. */
  #overtake(line: ClientLine): void {
    const behind = 1 + this.#waiting.findLastIndex((other) => other.opens || other.stops || other.cancels !== undefined);
    const overtaken = this.#waiting.slice(behind);
    if (line.stops && overtaken.length > 0) {
      line.stop = this.#overtaking.nextStop();
      for (const other of overtaken) other.stop ??= line.stop;
    }
    if (behind === 0) this.#handOn(line);
    else {
      this.#waiting.splice(behind, 0, line);
      this.#waitingBytes += line.bytes.length;
    }
  }

  #handOnOne(): void {
    this.#nextTurn = undefined;
    const line = this.#waiting.shift();
    if (line === undefined) return;
    this.#waitingBytes -= line.bytes.length;
    this.#nextTurn = setImmediate(() => this.#handOnOne());
    this.#handOn(line);
    if (this.#readOn === undefined || this.#waitingBytes > mostWaiting) return;
    const readOn = this.#readOn;
    this.#readOn = undefined;
    readOn();
  }

  #handOn(line: ClientLine): void {
    if (line.stop !== undefined && line.id !== undefined) this.#overtaking.note(line.id, line.stop);
    this.push(line.bytes);
    for (const cancellation of line.cancellations) this.#handOn(cancellation);
  }
}
