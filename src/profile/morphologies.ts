/**
 * What a profile without a robot of its own runs on: robot and world of one of ours.
 * @module
 */
import type { Category } from "../intent/catalogue/catalogue.ts";

export const morphologyNames = ["arm", "mobile_base", "quadruped", "drone", "mobile_arm", "humanoid", "custom"] as const;
export type Morphology = (typeof morphologyNames)[number];

/** Profile whose robot, world, sensors, directions and periods stand in. */
const standIns: Readonly<Record<Exclude<Morphology, "custom">, string>> = {
  arm: "arm",
  mobile_base: "turtlebot",
  quadruped: "spot",
  drone: "tello",
  mobile_arm: "stretch",
  humanoid: "humanoid_demo",
};

/** The profile that stands in for a robot of this morphology; a `custom` one is told by its categories. */
export function standInFor(morphology: Morphology, categories: readonly Category[]): string {
  return standIns[morphology === "custom" ? toldBy(categories) : morphology];
}

function toldBy(categories: readonly Category[]): Exclude<Morphology, "custom"> {
  if (categories.includes("mobile_base")) return categories.includes("dexterous") ? "mobile_arm" : "mobile_base";
  if (categories.includes("quadruped")) return "quadruped";
  if (categories.includes("aerial")) return "drone";
  return categories.includes("humanoid") ? "humanoid" : "arm";
}
