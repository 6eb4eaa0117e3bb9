/**
 * Primitives of bodies on legs: what the legs do is the machine's, where the body goes and how high it stands is said here.
 * @module
 */
import * as z from "zod";
import { sixDigits } from "../../core/format.ts";
import { definePrimitive } from "../define-primitive.ts";
import type { Primitive } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { type Body, planThrough } from "./body.ts";
import { floorPoint, rotatePrimitive } from "./drive.ts";

export const postureNames = ["stand", "sit", "lie_down"] as const;
type Posture = Readonly<Record<string, number>>;
/** Joint values of each posture by the joint's name, rad or m; joints that are not named stay. What stands may not be able to do more. */
export type Postures = { readonly stand: Posture } & { readonly [Name in (typeof postureNames)[number]]?: Posture | undefined };

const summaries = {
  stand: "Stand up.",
  sit: "Sit down.",
  lie_down: "Lie down, to be at rest without holding itself up.",
};
const postureTolerance = 0.02;

export function walkPrimitives(body: Body, postures: Postures): readonly Primitive[] {
  const standing = (world: WorldView): number[] => inPosture(world, postures.stand);
  const walkTo = definePrimitive({
    name: "walk_to",
    summary: "Walk to a point of the floor and turn to a heading; stands up first where it has to.",
    risk: "move",
    timeoutMs: 300_000,
    args: floorPoint,
    plan: ({ x, y, theta }, world) => {
      const ready = standing(world);
      const stops = [
        ["stand up", ready],
        ["walk", body.at(world, ready, { x, y, heading: theta })],
      ] as const;
      return { ...planThrough(world, stops), declared: body.declares(world, "planar", { x, y }) };
    },
    report: ({ x, y, theta }, seen) => body.report({ x, y, heading: theta }, seen, `at (${sixDigits(x)}, ${sixDigits(y)})`),
  });
  const known = postureNames.flatMap((name) => {
    const posture = postures[name];
    return posture === undefined ? [] : [posturePrimitive(name, posture)];
  });
  return [...known, walkTo, rotatePrimitive(body, standing)];
}

function posturePrimitive(name: (typeof postureNames)[number], posture: Posture): Primitive {
  return definePrimitive({
    name,
    summary: summaries[name],
    risk: "move",
    args: z.strictObject({}),
    plan: (_args, world) => planThrough(world, [[name, inPosture(world, posture)]]),
    report: (_args, { after, world }) => {
      const wanted = inPosture(world, posture);
      const worst = Math.max(...Object.keys(posture).map((joint) => offOf(world, after.qRad, wanted, joint)));
      const ok = worst <= postureTolerance;
      return {
        ok,
        observation: { posture: name, worst_joint_error: worst },
        message: ok ? `${name} done` : `worst joint error ${worst.toFixed(3)}, tolerance ${postureTolerance}`,
      };
    },
  });
}

function inPosture(world: WorldView, posture: Posture): number[] {
  return world.robot.jointNames.map((joint, j) => posture[joint] ?? world.observation.qRad[j]!);
}

function offOf({ robot }: WorldView, qRad: ArrayLike<number>, wanted: readonly number[], joint: string): number {
  const j = robot.jointNames.indexOf(joint);
  return Math.abs((qRad[j] ?? Number.NaN) - (wanted[j] ?? Number.NaN));
}
