import { inFile, type Mutant } from "./mutant.ts";

/** What the tip and the ends of other limbs may do. */
export const pointMutants: readonly Mutant[] = [
  ...inFile(
    "src/kernel/geometry/point-bounds.ts",
    ["src/kernel/geometry/point-proof.test.ts"],
    [
      ["sum += reachM * moved[at + joint]!", "sum += 0"],
      ["sum += 2 * reachM * longest[joint]!", "sum += 0"],
      ["rest += reachM * Math.max(this.#below[joint]!, this.#above[joint]!)", "rest += 0"],
      ["low -= along > 0 ? along * this.#below[joint]! : -along * this.#above[joint]!", "low -= along * this.#below[joint]!"],
      ["if (!(low >= box[axis]! && high <= box[3 + axis]!)) return false;", ""],
      ["robot.jointKindOfLink[link] !== JOINT_PRISMATIC", "false"],
      ["x += Math.abs(direction[0]) * change[joint]!;", ""],
      ["x += Math.abs(direction[0]) * by;", ""],
    ],
  ),
  ...inFile(
    "src/kernel/geometry/ee-speed.ts",
    ["src/kernel/geometry/point-proof.test.ts"],
    [
      ["if (!(Math.max(first, later) <= maxSpeedMps * periodS)) return false;", ""],
      ["Math.max(first, later)", "later"],
      ["nSteps > rows + 1", "nSteps > rows + 9"],
      ["maxAccelMps2 * periodS * periodS * rows)", "maxAccelMps2 * periodS * rows)"],
    ],
  ),
  ...inFile(
    "src/kernel/geometry/motion.ts",
    ["src/kernel/geometry/point-proof.test.ts"],
    [
      ["below[j] = astray + ", "below[j] = "],
      ["above[j] = astray + ", "above[j] = "],
      ["if (row > 0 && delta > longest[j]!) longest[j] = delta;", "longest[j] = delta;"],
    ],
  ),
  ...inFile(
    "src/kernel/geometry/point-proof.ts",
    ["src/kernel/geometry/point-proof.test.ts", "src/kernel/geometry/geometry-motion.test.ts"],
    [["motion.nSteps > 0 && !predicted", "true"]],
  ),
  ...inFile(
    "src/kernel/tip-canaries.ts",
    ["src/kernel/canaries.test.ts"],
    [
      ["if (outside) {", "if (false) {"],
      ["movedM > leastM &&", ""],
    ],
  ),
  ...inFile(
    "src/kernel/control-point-sight.ts",
    ["src/kernel/canaries.test.ts"],
    [["this.movedM(from, to) <= mostM * (1 + 1e-9)", "true"]],
  ),
  ...inFile(
    "src/profile/kernel-limits.ts",
    ["src/profile/kernel-limits.test.ts"],
    [
      ["...limitsOfEnds(tip, collision.robot)", ""],
      ["...limbEndsOf(robot).map(({ name }) => ({ name, link: name }))", ""],
      ["Math.max(low[axis], minM[axis])", "minM[axis]"],
      ["Math.min(high[axis], maxM[axis])", "maxM[axis]"],
      ["{ maxMps: maxSpeedMps * RATE_TOLERANCE }", "{}"],
      ["{ maxAccelMps2: maxAccelMps2 * RATE_TOLERANCE }", "{}"],
    ],
  ),
  ...inFile("src/robot/limb-ends.ts", ["src/robot/limb-ends.test.ts"], [["!isAncestor(model, link, model.tipLink)", "true"]]),
  ...inFile(
    "src/robot/line-limits.ts",
    ["src/robot/limb-ends.test.ts"],
    [["for (const { model: limb } of limbEndsOf(model)) capped = ", "for (const { model: limb } of []) capped = "]],
  ),
  ...inFile(
    "src/gate/speed-peaks.ts",
    ["src/gate/speed-gates.test.ts"],
    [
      ["Object.freeze([tip, ...limbs])", "Object.freeze([tip])"],
      ["most.mps >= end.mps || Number.isNaN(most.mps) ? most : end", "most"],
    ],
  ),
];
