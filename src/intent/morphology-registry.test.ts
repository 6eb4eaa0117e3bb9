import { expect, test } from "vitest";
import { moveTo } from "./catalogue/move.ts";
import { scan, wait } from "./catalogue/sense.ts";
import { MorphologyError, MorphologyRegistry } from "./morphology-registry.ts";

function registry(): MorphologyRegistry {
  const morphologies = new MorphologyRegistry();
  morphologies.registerMany("arm", { move_to: () => moveTo, scan: () => scan });
  morphologies.register("drone", "wait", () => wait);
  return morphologies;
}

test("runtime row 36 builds per robot, and says what is covered", () => {
  const morphologies = registry();
  expect(morphologies.morphologies()).toEqual(["arm", "drone"]);
  expect(morphologies.supported("arm")).toEqual(["move_to", "scan"]);
  expect(morphologies.supported("boat")).toEqual([]);
  expect(morphologies.build("arm", ["scan", "move_to"])).toEqual([scan, moveTo]);
  expect(morphologies.coverage("arm", ["scan", "pick"])).toEqual({
    morphology: "arm",
    required: ["scan", "pick"],
    covered: ["scan"],
    missing: ["pick"],
  });
});

test.for([
  ["arm", "wait", "it has move_to, scan"],
  ["arm", "move_too", "did you mean 'move_to'?"],
  ["boat", "scan", "it has none"],
  ["arm", "constructor", "it has move_to, scan"],
] as const)("runtime row 36 %s has no %s", ([morphology, name, hint]) => {
  expect(() => registry().buildOne(morphology, name)).toThrow(MorphologyError);
  expect(() => registry().build(morphology, [name])).toThrow(hint);
});

test("a name twice is refused", () => {
  expect(() => registry().register("arm", "scan", () => scan)).toThrow("primitive already registered: arm scan");
});
