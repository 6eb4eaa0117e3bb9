/**
 * MessagePack with NumPy arrays, as openpi's clients and servers write it: an array is a map with the binary keys `__ndarray__`,
 * `data`, `dtype` and `shape`, a NumPy scalar one with `__npgeneric__`, `data` and `dtype`.
 * @module
 */
import { decode, encode } from "@msgpack/msgpack";
import { NdArray, WireError } from "./nd-array.ts";

export type WireValue = string | number | boolean | null | NdArray | readonly WireValue[] | WireMap;
export interface WireMap {
  readonly [key: string]: WireValue;
}

/** Deeper data than this is refused: nobody sends it in good faith, and recursion must end. */
const maxDepth = 32;
const maxItems = 100_000;
/** A message larger than this is refused unread. */
export const defaultMaxMessageBytes = 16 * 1024 * 1024;

/** @throws WireError for data that is deeper than 32 levels or has no form on the wire */
export function packNumpy(value: WireValue): Uint8Array {
  const out = new Packer();
  out.value(value, 0);
  return out.bytes;
}

/** @throws WireError for what is not MessagePack, is larger than `maxBytes`, or holds an array that is none */
export function unpackNumpy(bytes: Uint8Array, maxBytes = defaultMaxMessageBytes): WireValue {
  if (!(bytes.byteLength <= maxBytes)) throw new WireError(`the message has ${bytes.byteLength} bytes; ${maxBytes} at most`);
  let raw: unknown;
  try {
    raw = decode(bytes, { mapKeyConverter: keyText, maxArrayLength: maxItems, maxMapLength: maxItems });
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError(`the message is not MessagePack: ${error instanceof Error ? error.message : String(error)}`);
  }
  return revived(raw, 0);
}

/** Binary keys are what Python's `b"data"` becomes; other writers send text, and both are read. */
function keyText(key: unknown): string {
  if (typeof key === "string") return key;
  if (key instanceof Uint8Array) return new TextDecoder().decode(key);
  throw new WireError("the key of a map is neither text nor bytes");
}

function revived(raw: unknown, depth: number): WireValue {
  if (depth > maxDepth) throw new WireError(`the message is deeper than ${maxDepth} levels`);
  if (raw === null || typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw;
  if (raw instanceof Uint8Array) return NdArray.fromBytes("|u1", [raw.byteLength], raw);
  if (Array.isArray(raw)) return raw.map((item) => revived(item, depth + 1));
  if (typeof raw !== "object") throw new WireError(`a value of type ${typeof raw} is not read`);
  const map = new Map(Object.entries(raw));
  if (map.get("__ndarray__") === true) return arrayFrom(map);
  if (map.get("__npgeneric__") === true) return scalarFrom(map.get("data"));
  return Object.fromEntries([...map].map(([key, item]) => [key, revived(item, depth + 1)]));
}

function arrayFrom(map: ReadonlyMap<string, unknown>): NdArray {
  const [data, dtype, shape] = [map.get("data"), map.get("dtype"), map.get("shape")];
  if (!(data instanceof Uint8Array)) throw new WireError("an array has no bytes");
  if (typeof dtype !== "string") throw new WireError("an array does not name its type");
  if (!Array.isArray(shape)) throw new WireError("an array has no shape");
  return NdArray.fromBytes(dtype, shape, data);
}

function scalarFrom(data: unknown): WireValue {
  if (typeof data === "number" || typeof data === "boolean" || typeof data === "string") return data;
  throw new WireError("a NumPy scalar holds no number");
}

/** Grows as it is written to; images go in with one copy. */
class Packer {
  #buffer = new Uint8Array(1024);
  #length = 0;

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  value(value: WireValue, depth: number): void {
    if (depth > maxDepth) throw new WireError(`the value is deeper than ${maxDepth} levels`);
    if (value instanceof NdArray) return this.#array(value);
    if (Array.isArray(value)) {
      this.#header(0x90, 0xdc, value.length);
      for (const item of value) this.value(item, depth + 1);
      return undefined;
    }
    if (typeof value !== "object" || value === null) return this.#raw(encode(value));
    const entries = Object.entries(value);
    this.#header(0x80, 0xde, entries.length);
    for (const [key, item] of entries) {
      this.#raw(encode(key));
      this.value(item, depth + 1);
    }
    return undefined;
  }

  #array({ dtype, shape, bytes }: NdArray): void {
    this.#header(0x80, 0xde, 4);
    this.#raw(keys.ndarray);
    this.#raw(encode(true));
    this.#raw(keys.data);
    this.#raw(binaryHeader(bytes.byteLength));
    this.#raw(bytes);
    this.#raw(keys.dtype);
    this.#raw(encode(dtype));
    this.#raw(keys.shape);
    this.#raw(encode(shape));
  }

  /** Of a list or a map: up to 15 items in the first byte itself, then 16 and 32 bits. */
  #header(fixed: number, wide: number, count: number): void {
    if (count < 16) this.#raw(Uint8Array.of(fixed | count));
    else if (count < 0x10000) this.#raw(Uint8Array.of(wide, count >> 8, count & 0xff));
    else this.#raw(Uint8Array.of(wide + 1, count >>> 24, (count >> 16) & 0xff, (count >> 8) & 0xff, count & 0xff));
  }

  #raw(bytes: Uint8Array): void {
    const length = this.#length + bytes.byteLength;
    if (length > this.#buffer.byteLength) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#buffer.byteLength));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }
}

function binaryHeader(length: number): Uint8Array {
  return Uint8Array.of(0xc6, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff);
}

const binaryKey = (text: string): Uint8Array => encode(new TextEncoder().encode(text));
const keys = { ndarray: binaryKey("__ndarray__"), data: binaryKey("data"), dtype: binaryKey("dtype"), shape: binaryKey("shape") };
