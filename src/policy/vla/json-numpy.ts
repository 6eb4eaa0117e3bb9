/**
 * JSON with NumPy arrays, as Python's `json_numpy` writes it and OpenVLA's REST server speaks it:
 * `{"__numpy__": BASE64, "dtype": "<f8", "shape": [7]}`.
 * @module
 */
import type { WireMap, WireValue } from "./msgpack-numpy.ts";
import { NdArray, WireError } from "./nd-array.ts";

const maxDepth = 32;

export function writeJsonNumpy(value: WireMap): string {
  return JSON.stringify(plain(value));
}

/** @throws WireError for what is not JSON, or holds an array that is none */
export function readJsonNumpy(text: string): WireValue {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new WireError("the answer is not JSON");
  }
  return revived(raw, 0);
}

function plain(value: WireValue): unknown {
  if (value instanceof NdArray) return { __numpy__: toBase64(value.bytes), dtype: value.dtype, shape: value.shape };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

function revived(raw: unknown, depth: number): WireValue {
  if (depth > maxDepth) throw new WireError(`the answer is deeper than ${maxDepth} levels`);
  if (raw === null || typeof raw === "string" || typeof raw === "number" || typeof raw === "boolean") return raw;
  if (Array.isArray(raw)) return raw.map((item) => revived(item, depth + 1));
  const map = new Map(Object.entries(raw as object));
  const data = map.get("__numpy__");
  if (data === undefined) return Object.fromEntries([...map].map(([key, item]) => [key, revived(item, depth + 1)]));
  const [dtype, shape] = [map.get("dtype"), map.get("shape")];
  if (typeof data !== "string" || typeof dtype !== "string" || !Array.isArray(shape))
    throw new WireError("an array lacks its bytes, its type or its shape");
  return NdArray.fromBytes(dtype, shape, fromBase64(data));
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function fromBase64(text: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    throw new WireError("the bytes of an array are not base64");
  }
}
