import { inFile, type Mutant } from "./mutant.ts";

/** What moves several limbs, carries what it holds, and can always be stopped. */
export const bodyMutants: readonly Mutant[] = [
  ...inFile(
    "src/intent/carried-motion.ts",
    ["src/profile/mobile-manipulator.test.ts"],
    [
      ["(i === 0) === contact.first", "true"],
      [">= -settledM &&", ">= -1 &&"],
      ["isStraight && riseM !== 0", "riseM !== 0"],
      ["touches ? contact.supports : []", "[]"],
    ],
  ),
  ...inFile(
    "src/intent/catalogue/body.ts",
    ["src/profile/mobile-manipulator.test.ts"],
    [
      ["{ label, carrying }", "{ label }"],
      ["minDurationMs: seconds * 1000, carrying:", "minDurationMs: seconds * 1000, never:"],
      ["tipPose(world.robot, this.at(world, world.observation.qRad, goal))", "world.observation.worldFromTip"],
    ],
  ),
  ...inFile("src/intent/catalogue/gesture.ts", ["src/profile/humanoid.test.ts"], [["aimed.offRad <= plannedOffRad", "aimed.offRad <= 2"]]),
  ...inFile(
    "src/intent/offered.ts",
    ["src/profile/presets.test.ts"],
    [
      ["registry.get(name) ?? (name === stop.name ? stop : undefined)", "registry.get(name)"],
      ["[...registry.names(), stop.name].sort()", "registry.names()"],
    ],
  ),
];
