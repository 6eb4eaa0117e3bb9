import fc from "fast-check";
import { expect, test } from "vitest";
import { ClearanceError } from "./errors.ts";
import { canonicalJson, deepFreeze, isJsonObject, toJsonValue } from "./json.ts";
import type { JsonValue } from "./json.ts";

const runs = { seed: 20261121, numRuns: 500 };
/** Calls past the types. */
const canonical = (value: unknown): unknown => Reflect.apply(canonicalJson, undefined, [value]);

test("keys are sorted by code unit at every level, without spaces", () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { z: 0, y: null }], c: true }, B: "x", é: 2, "": 3 })).toBe(
    '{"":3,"B":"x","a":{"c":true,"d":[1,{"y":null,"z":0}]},"b":1,"é":2}',
  );
});

test("numbers take the shortest form that reads back, -0 is 0", () => {
  expect(canonicalJson([0.1, -0, 1e21, 1e-7, 5e-324, 1 / 3, 100])).toBe("[0.1,0,1e+21,1e-7,5e-324,0.3333333333333333,100]");
});

test("undefined properties vanish, so absent and undefined are one", () => {
  expect(canonical({ a: undefined, b: 1 })).toBe('{"b":1}');
});

test("reads back as the same value, and does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
      const text = canonicalJson(plain);
      expect(JSON.parse(text)).toEqual(plain);
      expect(canonicalJson(reversed(plain))).toBe(text);
    }),
    runs,
  );
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

test.for([
  ["NaN", Number.NaN],
  ["Infinity", { a: [Infinity] }],
  ["a bigint", 1n],
  ["a function", { f: () => 1 }],
  ["undefined", undefined],
  ["undefined in an array", [undefined]],
  ["a hole", Array(1)],
  ["a symbol", Symbol("s")],
  ["a Map", new Map()],
  ["a typed array", Float64Array.of(1)],
  ["a class without toJSON", new (class Foo {})()],
] as const)("%s has no JSON form and throws", ([, value]) => {
  expect(() => canonical(value)).toThrowError(/JSON has no form for/);
});

test("cycles and bottomless data end in an error, not in a stack overflow", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  expect(() => canonical(cyclic)).toThrowError(ClearanceError);
});

test("toJSON speaks for objects of a class", () => {
  expect(
    canonical({
      path: { toJSON: "data, not a method" },
      at: new (class {
        toJSON(): unknown {
          return { b: 2, a: 1 };
        }
      })(),
    }),
  ).toBe('{"at":{"a":1,"b":2},"path":{"toJSON":"data, not a method"}}');
});

test("deepFreeze reaches everything, survives cycles and leaves typed arrays alone", () => {
  const inner = { list: [{ x: 1 }], numbers: Float64Array.of(1), self: null as unknown };
  inner.self = inner;
  deepFreeze(inner);
  expect(Object.isFrozen(inner) && Object.isFrozen(inner.list) && Object.isFrozen(inner.list[0])).toBe(true);
  inner.numbers[0] = 2;
  expect(inner.numbers[0]).toBe(2);
  // A frozen shell may have soft parts.
  const shell = Object.freeze({ part: { x: 1 } });
  expect(Object.isFrozen(deepFreeze(shell).part)).toBe(true);
});

test("toJsonValue copies plain data exactly and reports nothing lost", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { value: copy, nonFinite, nonJson } = toJsonValue(value);
      expect(copy).toEqual(value);
      expect([nonFinite, nonJson]).toEqual([[], []]);
    }),
    runs,
  );
});

test("toJsonValue points at what was lost and never throws", () => {
  const cyclic: Record<string, unknown> = { "a/b": { "~": Number.NaN }, list: [1, -Infinity, 2n, undefined], f: () => 1, gone: undefined };
  cyclic["self"] = cyclic;
  Object.defineProperty(cyclic, "bomb", {
    enumerable: true,
    value: {
      get boom() {
        throw new Error("no");
      },
    },
  });
  cyclic["typed"] = Float32Array.of(1, Number.NaN);
  cyclic["date"] = new Date(0);
  cyclic["map"] = new Map();
  const { value, nonFinite, nonJson } = toJsonValue(cyclic);
  expect(nonFinite).toEqual(["/a~1b/~0", "/list/1", "/typed/1"]);
  expect(nonJson).toEqual(
    ["/list/2", "/list/3", "/f", "/self", "/map", "/bomb"].sort(
      (a, b) => Object.keys(cyclic).indexOf(a.slice(1).split("/")[0]!) - Object.keys(cyclic).indexOf(b.slice(1).split("/")[0]!),
    ),
  );
  expect(value).toEqual({
    "a/b": { "~": null },
    list: [1, null, null, null],
    f: null,
    self: null,
    bomb: null,
    typed: [1, null],
    date: "1970-01-01T00:00:00.000Z",
    map: null,
  });
});

test("a key named __proto__ stays a key", () => {
  const hostile: unknown = JSON.parse('{"__proto__":{"admin":true}}');
  const { value } = toJsonValue(hostile);
  expect(Object.hasOwn(Object(value), "__proto__")).toBe(true);
  expect(Reflect.get(Object(value), "admin")).toBeUndefined();
  expect(canonicalJson(value)).toBe('{"__proto__":{"admin":true}}');
});

test("the same object twice is not a cycle", () => {
  const shared = { x: 1 };
  expect(toJsonValue([shared, shared])).toEqual({ value: [{ x: 1 }, { x: 1 }], nonFinite: [], nonJson: [] });
});

test("isJsonObject tells plain objects from the rest", () => {
  expect([{}, Object.create(null), [], null, "x", new Map(), new Date(0)].map(isJsonObject)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
