import { spawnSync } from "node:child_process";
import { encode } from "@msgpack/msgpack";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readJsonNumpy, writeJsonNumpy } from "./json-numpy.ts";
import { packNumpy, unpackNumpy, type WireValue } from "./msgpack-numpy.ts";
import { NdArray, WireError } from "./nd-array.ts";

const seed = 20261121;
const bytesOf: Readonly<Record<string, number>> = {
  "<f4": 4,
  "<f8": 8,
  "|b1": 1,
  "|u1": 1,
  "|i1": 1,
  "<u2": 2,
  "<i2": 2,
  "<u4": 4,
  "<i4": 4,
  "<u8": 8,
  "<i8": 8,
};

/** Any bits at all, so NaN with every payload, infinities and -0 are among them. */
const anyArray = fc
  .record({ dtype: fc.constantFrom(...Object.keys(bytesOf)), shape: fc.array(fc.nat(4), { maxLength: 4 }) })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((count, size) => count * size, bytesOf[dtype]!);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => NdArray.fromBytes(dtype, shape, bytes));
  });
const { value: anyValue } = fc.letrec<{ value: WireValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.string(),
    anyArray,
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(
      fc.string().filter((key) => !key.startsWith("__")),
      tie("value"),
      { maxKeys: 20, noNullPrototype: true },
    ),
  ),
}));

describe("MessagePack with NumPy arrays", () => {
  test("policies row 30 whatever is packed is read back, bit for bit", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(unpackNumpy(packNumpy(value))).toEqual(value);
      }),
      { seed, numRuns: 300 },
    );
  });

  test("policies row 30 any bytes at all are read or refused, never worse", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          unpackNumpy(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { seed, numRuns: 3000 },
    );
  });

  test("policies row 30 a packed message with one byte changed is read or refused, never worse", () => {
    const message = packNumpy({ actions: NdArray.float32([1, 2, 3, 4, 5, 6, 7]), observation_id: "obs-1", n: [1, 2.5, null] });
    for (let at = 0; at < message.length; at++)
      for (const value of [0, 0x7f, 0x80, 0xc1, 0xff]) {
        const changed = message.slice();
        changed[at] = value;
        try {
          unpackNumpy(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }
  });

  test("NaN and infinities are kept for the decoder to refuse", () => {
    const read = unpackNumpy(packNumpy(NdArray.float32([Number.NaN, Infinity, -Infinity])));
    expect(read instanceof NdArray && [...read.toNumbers()]).toEqual([Number.NaN, Infinity, -Infinity]);
  });

  const array = (fields: Readonly<Record<string, unknown>>): Uint8Array =>
    encode({ __ndarray__: true, data: new Uint8Array(28), dtype: "<f4", shape: [7], ...fields });

  test.for([
    [{ dtype: ">f4" }, /type '>f4'/],
    [{ dtype: "|O" }, /type '\|O'/],
    [{ dtype: 4 }, /name its type/],
    [{ shape: [8] }, /has 32 bytes, not 28/],
    [{ shape: [-7] }, /holds -7/],
    [{ shape: [7.5] }, /holds 7.5/],
    [{ shape: ["7"] }, /holds 7;/],
    [{ shape: [2 ** 60, 2 ** 60] }, /bytes, not 28|holds/],
    [{ shape: [1, 1, 1, 1, 1, 1, 1, 1, 7] }, /9 dimensions/],
    [{ shape: 7 }, /no shape/],
    [{ data: "text" }, /no bytes/],
  ] as const)("an array with %j is refused", ([fields, pattern]) => {
    expect(() => unpackNumpy(array(fields))).toThrow(pattern);
    expect(() => unpackNumpy(array(fields))).toThrow(WireError);
  });

  test("too large and too deep are refused", () => {
    expect(() => unpackNumpy(new Uint8Array(101), 100)).toThrow(/101 bytes; 100 at most/);
    let deep: WireValue = 1;
    for (let i = 0; i < 40; i++) deep = [deep];
    expect(() => packNumpy(deep)).toThrow(/deeper than 32/);
    expect(() => unpackNumpy(new Uint8Array(100_000).fill(0x91))).toThrow(WireError);
  });

  test("whole numbers of 64 bits become doubles only where they fit", () => {
    const of = (value: bigint): NdArray => NdArray.fromBytes("<i8", [1], new Uint8Array(BigInt64Array.of(value).buffer));
    expect([...of(-9_007_199_254_740_991n).toNumbers()]).toEqual([-9_007_199_254_740_991]);
    expect(() => of(9_007_199_254_740_993n).toNumbers()).toThrow(/too large/);
  });
});

describe("JSON with NumPy arrays", () => {
  test("policies row 30 whatever is written is read back", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("a", "b", "c"), anyValue, { noNullPrototype: true }), (value) => {
        expect(readJsonNumpy(writeJsonNumpy(value))).toEqual(minusZeroGone(value));
      }),
      { seed, numRuns: 200 },
    );
  });

  test.for([
    "",
    "{",
    '{"__numpy__": 1}',
    '{"__numpy__": "AAAA", "dtype": "<f4", "shape": [1]}',
    '{"__numpy__": "%", "dtype": "<f4", "shape": []}',
  ])("%s is refused", (text) => {
    expect(() => readJsonNumpy(text)).toThrow(WireError);
  });
});

/** JSON writes -0 as 0. */
function minusZeroGone(value: WireValue): WireValue {
  if (value === 0) return 0;
  if (value instanceof NdArray || typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(minusZeroGone);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, minusZeroGone(item)]));
}

const python = process.env["CLEARANCE_PYTHON"] ?? "python3";
const pythonReady = spawnSync(python, ["-c", "import msgpack, numpy"]).status === 0;
if (!pythonReady && process.env["CI"] !== "true")
  process.stderr.write(`skipped: the test against Python, because ${python} has no msgpack and numpy (pip install msgpack numpy)\n`);

/** The wire format as openpi's Python packages define it, said again. */
const pythonEcho = `
import sys, msgpack, numpy as np
def out(o):
    if isinstance(o, np.ndarray):
        return {b"__ndarray__": True, b"data": o.tobytes(), b"dtype": o.dtype.str, b"shape": o.shape}
    if isinstance(o, np.generic):
        return {b"__npgeneric__": True, b"data": o.item(), b"dtype": o.dtype.str}
    raise TypeError(type(o))
def back(o):
    if b"__ndarray__" in o:
        return np.ndarray(buffer=o[b"data"], dtype=np.dtype(o[b"dtype"]), shape=o[b"shape"])
    return o
value = msgpack.unpackb(sys.stdin.buffer.read(), object_hook=back)
kinds = {k: f"{v.dtype.str} {list(v.shape)} {v.flags['C_CONTIGUOUS']}" for k, v in value.items() if isinstance(v, np.ndarray)}
reply = {"echo": value, "kinds": kinds, "scalar": np.float32(0.5), "ramp": np.arange(6, dtype=np.float64).reshape(2, 3)}
sys.stdout.buffer.write(msgpack.packb(reply, default=out))
`;

// On a machine without them it is skipped with a line; where everything must hold it fails.
test.runIf(pythonReady || process.env["CI"] === "true")(
  "policies row 30 Python's msgpack and numpy read what is packed, and the other way round",
  () => {
    const value = {
      image: NdArray.image(
        Uint8Array.from({ length: 4 * 5 * 3 }, (_, i) => (i * 7) % 256),
        4,
        5,
      ),
      state: NdArray.float32([0.1, -2.5, Number.NaN, Infinity, -0]),
      flags: NdArray.fromBytes("|b1", [2], Uint8Array.of(1, 0)),
      count: NdArray.fromBytes("<i8", [1], new Uint8Array(BigInt64Array.of(-5n).buffer)),
      wide: NdArray.fromBytes("<i4", [2, 2], new Uint8Array(Int32Array.of(1, -2, 3, -4).buffer)),
      empty: NdArray.float64([]),
      prompt: "pick up the würfel",
      nested: { list: [1, 2.5, "x", null, true] },
    };
    const { stdout, stderr, status } = spawnSync(python, ["-c", pythonEcho], { input: packNumpy(value) });
    expect(`${status} ${stderr.toString()}`).toBe("0 ");
    expect(unpackNumpy(new Uint8Array(stdout))).toEqual({
      echo: value,
      kinds: {
        image: "|u1 [4, 5, 3] True",
        state: "<f4 [5] True",
        flags: "|b1 [2] True",
        count: "<i8 [1] True",
        wide: "<i4 [2, 2] True",
        empty: "<f8 [0] True",
      },
      scalar: 0.5,
      ramp: NdArray.float64([0, 1, 2, 3, 4, 5], [2, 3]),
    });
  },
);
