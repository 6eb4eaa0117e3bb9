import { inFile, type Mutant } from "./mutant.ts";

/** What calibration proposes: never from a clock's floor, never looser than a declared limit. */
export const analysisMutants: readonly Mutant[] = [
  ...inFile(
    "src/analysis/calibration/recommended-profile.ts",
    ["src/analysis/calibration/calibration.test.ts"],
    [
      ["if (own >= value) continue;", "continue;"],
      ["if (own >= value) continue;", "if (own < value) continue;"],
      ["Math.max(low[axis], least)", "low[axis]"],
      ["Math.min(high[axis], most)", "high[axis]"],
      ["const own = nonNegativeNumber(`${one.source}: ${limit}`, limitOrNone);", "const own = limitOrNone;"],
      ["!(measured * margin > 0)", "false"],
      ["if (!(low[0] < high[0] &&", "if (!(low[0] <= high[0] + 100 &&"],
    ],
  ),
  ...inFile(
    "src/analysis/calibration/analyse-capture.ts",
    ["src/analysis/calibration/calibration.test.ts"],
    [
      ["if (!(tookMs >= shortestPairMs))", "if (!(tookMs > 0))"],
      ["!(tookMs >= 0)", "false"],
      ["Math.abs(speedMps - previousMps)", "(speedMps - previousMps)"],
      ["Math.ceil(0.99 * n) - 1", "n - 1"],
    ],
  ),
  ...inFile(
    "src/analysis/calibration/executed-steps.ts",
    ["src/analysis/calibration/calibration.test.ts"],
    [
      ['result.status !== "blocked" &&', ""],
      ["&& !refusedAtOnce", ""],
      ['children !== undefined || decision.gateName === "stop-path"', 'decision.gateName === "stop-path"'],
      ['children !== undefined || decision.gateName === "stop-path"', "children !== undefined"],
    ],
  ),
];
