/**
 * Frames between two processes over a pipe: a head of eight 32-bit words, then the payload. Both ends are on one machine, so words have
 * its byte order.
 *
 *     │ magic │ kind │ payload bytes │ number │ epoch │ hash │ hash │ flags │ payload … │
 *
 * The hash is of the payload begun with the number. A head that is none, or a payload longer than any may be, ends the connection:
 * where the next frame begins is then unknown.
 * @module
 */
import { hashWords } from "../channel/content-hash.ts";

export const FRAME = { config: 1, ready: 2, request: 3, answer: 4, beat: 5, stop: 6, close: 7 } as const;
export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

const magic = 0x314b4c43; // "CLK1"
const headBytes = 32;
/** A configuration with a voxel grid is the longest. */
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

export interface Frame {
  readonly kind: number;
  readonly number: number;
  readonly epoch: number;
  /** For `beat`: 1 while armed. For `stop`: the cause. */
  readonly flags: number;
  /** A copy; a multiple of 8 bytes, as it was sent. */
  readonly payload: Uint8Array;
  /** Whether the payload has its hash. */
  readonly sound: boolean;
}

export interface FrameFields {
  readonly number?: number;
  readonly epoch?: number;
  readonly flags?: number;
}

const lanes = new Int32Array(2);

/** The frame's bytes. `payload` is padded with spaces to a multiple of 8: JSON does not mind, records are multiples already. */
export function frame(kind: FrameKind, payload: Uint8Array, { number = 0, epoch = 0, flags = 0 }: FrameFields = {}): Uint8Array {
  const padded = Math.ceil(payload.length / 8) * 8;
  const buffer = new ArrayBuffer(headBytes + padded);
  const bytes = new Uint8Array(buffer);
  bytes.set(payload, headBytes);
  bytes.fill(0x20, headBytes + payload.length);
  const words = new Int32Array(buffer);
  hashWords(words, headBytes / 4, words.length, number, lanes);
  words.set([magic, kind, padded, number, epoch, lanes[0]!, lanes[1]!, flags]);
  return bytes;
}

/** A request that did not arrive whole, passed on so that it is answered in its turn. */
export function damagedFrame(kind: FrameKind, number: number, epoch: number): Uint8Array {
  const bytes = frame(kind, new Uint8Array(0), { number, epoch });
  bytes[20]! ^= 0xff;
  return bytes;
}

/** Puts pieces of a stream together. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** The stream is not one of frames; nothing more comes out of it. */
  broken = false;

  push(piece: Uint8Array): void {
    // Not as the Buffer it may be, whose slices are views.
    this.#pieces.push(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
    this.#bytes += piece.length;
  }

  next(): Frame | undefined {
    if (this.broken || this.#bytes < headBytes) return undefined;
    const whole = this.#joined();
    const head = new Int32Array(whole.buffer.slice(whole.byteOffset, whole.byteOffset + headBytes));
    const length = head[2]!;
    if (!(head[0] === magic && length >= 0 && length <= MAX_PAYLOAD_BYTES && length % 8 === 0)) {
      this.broken = true;
      return undefined;
    }
    if (this.#bytes < headBytes + length) return undefined;
    const payload = whole.slice(headBytes, headBytes + length);
    this.#pieces = [whole.subarray(headBytes + length)];
    this.#bytes -= headBytes + length;
    const number = head[3]!;
    hashWords(new Int32Array(payload.buffer), 0, length / 4, number, lanes);
    return { kind: head[1]!, number, epoch: head[4]!, flags: head[7]!, payload, sound: lanes[0] === head[5] && lanes[1] === head[6] };
  }

  #joined(): Uint8Array {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [whole];
    return whole;
  }
}
