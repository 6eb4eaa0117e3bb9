import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { observationOf } from "../testing/turns.ts";
import { absoluteXyzDecoder, deltaPoseDecoder, deltaXyzDecoder, nearestObject, type Decoded } from "./decoders.ts";
import { parseStatistics } from "./statistics.ts";

const seen = observationOf({ tipM: [0.4, 0.1, 0.3], objects: { red_cube: [0.45, 0.1, 0.2], green_cube: [0.6, 0.1, 0.2] } });
const shown = (decoded: Decoded) => (decoded.kind === "intents" ? decoded.intents.map(({ name, args }) => ({ name, args })) : decoded);
const close = [0, 0, 0, 0, 0, 0, 1];
const open = [0, 0, 0, 0, 0, 0, 0];

describe("delta xyz", () => {
  test("policies row 30 gripper values 1, 1, 0 without motion: pick, nothing, place", () => {
    const decoder = deltaXyzDecoder();
    expect(shown(decoder.decode(close, seen))).toEqual([{ name: "pick", args: { object: "vla_target" } }]);
    decoder.gripperIs(true);
    expect(decoder.decode(close, seen)).toEqual({ kind: "none" });
    expect(shown(decoder.decode(open, seen))).toEqual([{ name: "place", args: {} }]);
  });

  test("policies row 30 a pick that was not ok leaves the edge where it was", () => {
    const decoder = deltaXyzDecoder();
    decoder.decode(close, seen);
    expect(shown(decoder.decode(close, seen))).toEqual([{ name: "pick", args: { object: "vla_target" } }]);
    expect(decoder.decode(open, seen)).toEqual({ kind: "none" });
  });

  test("policies row 30 the delta is added to the measured position, scaled; an edge and a motion give both, gripper first", () => {
    const decoder = deltaXyzDecoder({ deltaScale: 0.5 });
    expect(shown(decoder.decode([0.2, 0, -0.2, 9, 9, 9, 0.6], seen))).toEqual([
      { name: "pick", args: { object: "vla_target" } },
      { name: "move_to", args: { x: 0.5, y: 0.1, z: 0.3 - 0.1 } },
    ]);
  });

  test("policies row 30 dead band: smaller than it in every component is no motion, at it is one", () => {
    const decoder = deltaXyzDecoder({ deadband: 0.001 });
    expect(decoder.decode([0.0009, -0.0009, 0.0009], seen)).toEqual({ kind: "none" });
    expect(decoder.decode([0, -0.001, 0], seen).kind).toBe("intents");
  });

  test("policies row 30 too few numbers, or one that is not finite, anywhere: malformed", () => {
    const decoder = deltaXyzDecoder();
    expect(decoder.decode([0.1, 0.1], seen).kind).toBe("malformed");
    for (const bad of [Number.NaN, Infinity, -Infinity])
      for (let at = 0; at < 7; at++) {
        const action = [...close];
        action[at] = bad;
        expect(decoder.decode(action, seen).kind).toBe("malformed");
      }
  });

  test("policies row 30 a snapshot without position is a decode error, and no motion is invented", () => {
    const { worldFromTip: _, ...blind } = seen;
    const lost = { ...seen, worldFromTip: { ...seen.worldFromTip, position: [Number.NaN, 0, 0] as const } };
    for (const state of [blind as typeof seen, lost])
      for (const decoder of [deltaXyzDecoder(), absoluteXyzDecoder(), deltaPoseDecoder()])
        expect(decoder.decode([0.1, 0, 0, 0, 0, 0, 1], state)).toEqual({ kind: "error", problem: "state has no position" });
  });

  test("policies row 30 whatever numbers come, every intent has finite arguments", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 9 }), (action) => {
        for (const decoder of [deltaXyzDecoder(), absoluteXyzDecoder(), deltaPoseDecoder()]) {
          const decoded = decoder.decode(action, seen);
          if (decoded.kind !== "intents") continue;
          expect(action.every(Number.isFinite)).toBe(true);
          for (const { args } of decoded.intents)
            for (const value of Object.values(args)) expect(typeof value === "string" || Number.isFinite(value)).toBe(true);
        }
      }),
      { seed: 20261121, numRuns: 2000 },
    );
  });

  test("closing takes the nearest object where it is asked to, and nothing that is far", () => {
    expect(shown(deltaXyzDecoder({ graspTarget: nearestObject() }).decode(close, seen))).toMatchObject([{ args: { object: "red_cube" } }]);
    expect(nearestObject(0.01)(seen)).toBe("vla_target");
  });

  test("models that close below the threshold", () => {
    const decoder = deltaXyzDecoder({ gripperCloses: "below" });
    expect(shown(decoder.decode(open, seen))).toMatchObject([{ name: "pick" }]);
    expect(decoder.decode(close, seen)).toEqual({ kind: "none" });
  });
});

test("policies row 30 absolute positions: the point itself, none where the tip is there already", () => {
  const decoder = absoluteXyzDecoder();
  expect(shown(decoder.decode([0.5, 0, 0.2], seen))).toEqual([
    { name: "move_to", args: { x: 0.4 + (0.5 - 0.4), y: 0.1 - 0.1, z: 0.3 + (0.2 - 0.3) } },
  ]);
  expect(decoder.decode([0.4, 0.1, 0.3], seen)).toEqual({ kind: "none" });
});

test("policies row 30 delta pose: a turn about the vertical is carried out, a tilt is an error, none is none", () => {
  const decoder = deltaPoseDecoder();
  expect(shown(decoder.decode([0, 0, 0, 0, 0, 0.3], seen))).toEqual([{ name: "move_to", args: { x: 0.4, y: 0.1, z: 0.3, yaw: 0.3 } }]);
  expect(decoder.decode([0.1, 0, 0, 0.3, 0, 0], seen).kind).toBe("error");
  expect(decoder.decode([0, 0, 0, 0, 0, 0], seen)).toEqual({ kind: "none" });
  expect(decoder.decode([0, 0, 0], seen).kind).toBe("malformed");
});

describe("statistics", () => {
  const where = "stats.json";
  const undone = (file: unknown, actions: readonly number[], dataset?: string): number[] => {
    const flat = Float64Array.from(actions);
    parseStatistics(JSON.stringify(file), { where, ...(dataset === undefined ? {} : { dataset }) })(flat, 3);
    return [...flat];
  };

  test("policies row 30 OpenVLA: quantiles, and a mask for what is not normalised", () => {
    const bridge = { action: { q01: [-1, -2, 0], q99: [1, 4, 1], mean: [9, 9, 9], std: [9, 9, 9], mask: [true, true, false] } };
    expect(undone({ bridge }, [-1, 1, 0.7, 0, 0, 1])).toEqual([-1, 4, 0.7, 0, 1, 1]);
    expect(undone({ bridge, other: bridge }, [1, 1, 1], "bridge")).toEqual([1, 4, 1]);
    expect(() => undone({ bridge, other: bridge }, [1, 1, 1])).toThrow("stats.json: name one of its data sets: bridge, other");
  });

  test("policies row 30 openpi: quantiles over a span that is never zero, or mean and standard deviation; the rest stays", () => {
    const quantiles = undone({ norm_stats: { state: {}, actions: { q01: [0, 2], q99: [1, 2], mean: [0, 0], std: [1, 1] } } }, [1, 1, 5]);
    expect(quantiles[0]).toBeCloseTo(1, 5);
    expect(quantiles[1]).toBeCloseTo(2, 5);
    expect(quantiles[2]).toBe(5);
    expect(undone({ norm_stats: { actions: { mean: [1, 2, 3], std: [2, 0, 1] } } }, [0.5, 1, 0])[0]).toBeCloseTo(2, 5);
  });

  test.for([
    ["", "it is not JSON"],
    ["[]", "it holds neither"],
    ['{"a": {"action": {"q01": [1, 2], "q99": [1]}}}', "neither q01 and q99 nor mean and std of one length"],
    ['{"a": {"action": {"q01": ["x"]}}}', "it holds neither"],
    ['{"norm_stats": {"actions": {}}}', "neither q01 and q99"],
  ] as const)("%s is refused in one line", ([text, problem]) => {
    expect(() => parseStatistics(text, { where })).toThrow(`${where}: `);
    expect(() => parseStatistics(text, { where })).toThrow(problem);
  });
});
