/**
 * `--home`: which poses the robot must be able to rest in.
 * @module
 */
import { nearestName } from "../core/nearest.ts";
import type { HomePose } from "../robot/manifest/home-clearance.ts";
import { UsageError } from "./usage.ts";

/** All that the files name, unless `--home` names some of them or gives new ones. */
export function chosenHomes(found: readonly HomePose[], wanted: readonly string[], nJoints: number): readonly HomePose[] {
  if (wanted.length === 0) return found;
  return wanted.map((text): HomePose => {
    const [name = "", values] = text.split("=");
    if (values !== undefined) return { name, q: numbers(name, values, nJoints), source: "manifest" };
    const home = found.find((pose) => pose.name === name);
    if (home !== undefined) return home;
    const names = found.map((pose) => pose.name);
    const near = nearestName(name, names);
    throw new UsageError(
      `--home ${name}: there is no such pose; ${near === undefined ? `poses: ${names.join(", ")}, or give --home ${name}=q1,q2,…` : `did you mean ${near}?`}`,
    );
  });
}

function numbers(name: string, text: string, nJoints: number): Float64Array {
  const q = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (q.length !== nJoints || !q.every(Number.isFinite))
    throw new UsageError(`--home ${name} takes ${nJoints} numbers, rad or m, in the order of the joints, not '${text}'`);
  return Float64Array.from(q);
}
