/**
 * What a profile without a robot of its own runs on: robot and world of one of ours.
 * @module
 */
import type { Category } from "../intent/catalogue/catalogue.ts";

export const morphologyNames = ["arm", "mobile_base", "quadruped", "drone", "mobile_arm", "humanoid", "custom"] as const;
export type Morphology = (typeof morphologyNames)[number];

/** Profile whose robot, world, directions and periods stand in; absent: there is none in this build. */
const standIns: Readonly<Record<Exclude<Morphology, "custom">, string | undefined>> = {
  arm: "arm",
  mobile_base: "turtlebot",
  quadruped: "spot",
  drone: "tello",
  mobile_arm: "stretch",
  humanoid: "humanoid_demo",
};

/** What a `custom` robot is taken for, by the first of its categories that says so. */
const byCategory: readonly (readonly [category: Category, morphology: Exclude<Morphology, "custom">])[] = [
  ["mobile_base", "mobile_base"],
  ["quadruped", "quadruped"],
  ["aerial", "drone"],
];

/** The profile that stands in, or what is missing. */
export function standInFor(
  morphology: Morphology,
  categories: readonly Category[],
): { readonly profile: string } | { readonly problem: string } {
  const told = byCategory.find(([category]) => categories.includes(category));
  const name = morphology === "custom" ? (told?.[1] ?? "arm") : morphology;
  const profile = standIns[name];
  return profile === undefined ? { problem: `this build has no model of a ${name}; give robot.urdf or robot.mjcf` } : { profile };
}
