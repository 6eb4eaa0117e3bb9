import { describe, expect, test } from "vitest";
import { plainValue, readSource, whereOf } from "./source.ts";

describe("YAML with places", () => {
  const source = readSource("a:\n  - x: 1\n  - [2, 3]\n__proto__: {y: 4}\nnothing:\n", "f.yaml");

  test("plain data, with a key named __proto__ as a key", () => {
    const value = plainValue(source) as object;
    expect(Object.keys(value)).toEqual(["a", "__proto__", "nothing"]);
    expect(JSON.stringify(value)).toBe('{"a":[{"x":1},[2,3]],"__proto__":{"y":4},"nothing":null}');
  });

  test.for<readonly [readonly (string | number)[], string]>([
    [[], "f.yaml:1:1"],
    [["a", 0, "x"], "f.yaml:2:5"],
    [["a", 1, 1], "f.yaml:3:9"],
    [["a", 5], "f.yaml:1:1"],
    [["a", 0, "none"], "f.yaml:2:5"],
    [["gone"], "f.yaml:1:1"],
  ])("the place of %j", ([path, where]) => {
    expect(whereOf(source, path)).toBe(where);
  });
});
