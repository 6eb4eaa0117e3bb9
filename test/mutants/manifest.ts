import { inFile, type Mutant } from "./mutant.ts";

export const manifestMutants: readonly Mutant[] = [
  ...inFile(
    "src/robot/manifest/home-clearance.ts",
    ["src/robot/manifest"],
    [
      ["if (leastM > marginM) return undefined;", "if (leastM >= marginM) return undefined;"],
      ["if (!(value >= robot.lowerRad[j]! && value <= robot.upperRad[j]!))", "if (value !== value)"],
    ],
  ),
  ...inFile(
    "src/robot/manifest/link-order.ts",
    ["src/robot/manifest"],
    [
      ["if (roots.length > 1) {", "if (roots.length > 2) {"],
      ["if (lost !== undefined) return", 'if (lost === "") return'],
    ],
  ),
  ...inFile("src/robot/manifest/robot-from-manifest.ts", ["src/robot/manifest"], [["return hash === loaded", 'return hash !== ""']]),
  ...inFile(
    "src/robot/manifest/manifest-collision.ts",
    ["src/robot/manifest"],
    [
      ["if (a < 0 || b < 0) {", "if (a < -1) {"],
      ['related(a, b) === "same-link"', "related(a, b) !== undefined"],
    ],
  ),
  ...inFile("src/robot/manifest/parse-manifest.ts", ["src/robot/manifest"], [['path[0] === "safety" ||', ""]]),
  ...inFile("src/robot/manifest/safety-schema.ts", ["src/robot/manifest"], [["positive.max(1)", "positive.max(10)"]]),
  ...inFile("src/robot/manifest/fields.ts", ["src/robot/manifest"], [["([low, high]) => low < high", "([low, high]) => low !== high"]]),
  ...inFile("src/robot/manifest/asset-reference.ts", ["src/robot/manifest"], [['name.split("/").includes("..")', "false"]]),
  ...inFile("src/robot/lowering/allowed-matrix.ts", ["src/robot/lowering"], [["touching === poses && poses > 0", "touching > 0"]]),
  ...inFile(
    "src/robot/lowering/always-colliding.ts",
    ["src/robot/lowering"],
    [["if (!(leastM > 0)) pair.touching += 1;", "if (leastM > 0) pair.touching += 1;"]],
  ),
  ...inFile(
    "src/robot/lowering/never-colliding.ts",
    ["src/robot/lowering"],
    [
      ["const boundM = distanceM - costs.reduce((sum, cost) => sum + cost, 0);", "const boundM = distanceM;"],
      ["if (!(boxes <= maxBoxes)) return undefined;", ""],
      ["export const turnPadRad = 0.05;", "export const turnPadRad = -0.5;"],
    ],
  ),
  ...inFile(
    "src/robot/lowering/single-capsule.ts",
    ["src/robot/lowering"],
    [["if (largestExcess(numbersOf(rounded), balls) <= 0) return rounded;", "return rounded;"]],
  ),
  ...inFile("src/robot/lowering/pcg64.ts", ["src/robot/lowering"], [["| 1n) & mask128", "| 0n) & mask128"]]),
  ...inFile(
    "src/robot/lowering/lower-files.ts",
    ["src/robot/lowering"],
    [
      ["!allowed.has(link)", "false"],
      ["minus(linkFromShape, 0, anchorOf(link));", ""],
    ],
  ),
  ...inFile(
    "src/robot/lowering/select-lowering.ts",
    ["src/robot/lowering"],
    [["if (srdf !== undefined && isStatic)", "if (srdf !== undefined)"]],
  ),
  ...inFile(
    "src/robot/check-model.ts",
    ["src/robot/check-model.test.ts"],
    [
      ["parent >= 0 && parent < link", "parent >= 0"],
      ["if (!numbers.every(Number.isFinite)) return [...problems, `${name} holds", "if (false) return [...problems, `${name} holds"],
    ],
  ),
  ...inFile(
    "src/core/yaml/source.ts",
    ["src/core/yaml"],
    [["if (entry === undefined) return where;", "if (entry === undefined) return root.where;"]],
  ),
];
