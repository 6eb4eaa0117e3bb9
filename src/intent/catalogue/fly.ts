/**
 * Primitives of bodies that fly.
 * @module
 */
import * as z from "zod";
import { sixDigits } from "../../core/format.ts";
import { definePrimitive } from "../define-primitive.ts";
import type { PlanFailure } from "../plan.ts";
import type { Primitive } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { type Body, planThrough } from "./body.ts";
import { inWorld, metres, radians } from "./quantities.ts";

/** Higher above where it lands than this, a body flies, m. */
const flyingM = 0.05;

export function flyPrimitives(body: Body): readonly Primitive[] {
  const landedM = (world: WorldView): number => world.robot.lowerRad[world.robot.jointNames.indexOf(body.joints.z ?? "")] ?? Number.NaN;
  const flies = (world: WorldView): boolean => body.read(world, world.observation.qRad, "z") > landedM(world) + flyingM;
  const takeOff = definePrimitive({
    name: "takeoff",
    summary: "Rise straight up to an altitude above the floor.",
    risk: "move",
    timeoutMs: 120_000,
    args: z.strictObject({ altitude: metres.min(0).default(1).describe("height above the floor") }),
    plan: ({ altitude }, world) => ({
      ...planThrough(world, [["rise", body.at(world, world.observation.qRad, { z: altitude })]]),
      declared: body.declares(world, "altitude", { z: altitude }),
    }),
    report: ({ altitude }, seen) => body.report({ z: altitude }, seen, `flying ${altitude} m above the floor`),
  });
  const land = definePrimitive({
    name: "land",
    summary: "Go straight down and land.",
    risk: "move",
    timeoutMs: 120_000,
    args: z.strictObject({}),
    plan: (_args, world) => planThrough(world, [["descend", body.at(world, world.observation.qRad, { z: landedM(world) })]]),
    report: (_args, seen) => body.report({ z: landedM(seen.world) }, seen, "landed"),
  });
  const flyTo = definePrimitive({
    name: "fly_to",
    summary: "Fly straight to a point and turn to a heading; only once it has taken off.",
    risk: "move",
    timeoutMs: 300_000,
    args: z.strictObject({
      x: inWorld("x"),
      y: inWorld("y"),
      z: inWorld("z"),
      yaw: radians.default(0).meta({ unit: "rad", frame: "world", description: "heading at the end, 0 along x" }),
    }),
    plan: ({ x, y, z: height, yaw }, world) => {
      const declared = body.declares(world, "point", { x, y, z: height });
      if (!flies(world)) return { segments: [], declared, failure: onTheGround };
      return { ...planThrough(world, [["fly", body.at(world, world.observation.qRad, { x, y, z: height, heading: yaw })]]), declared };
    },
    report: ({ x, y, z: height, yaw }, seen) =>
      body.report({ x, y, z: height, heading: yaw }, seen, `at (${[x, y, height].map(sixDigits).join(", ")})`),
  });
  const hover = definePrimitive({
    name: "hover",
    summary: "Stay where it is in the air for a while.",
    risk: "move",
    timing: "timed",
    timeoutMs: 60_000,
    args: z.strictObject({ seconds: z.number().min(0).max(30).default(1).meta({ unit: "s" }) }),
    plan: ({ seconds }, world) =>
      flies(world)
        ? { segments: seconds > 0 ? [{ kind: "hold", label: "hover", durationMs: seconds * 1000 }] : [] }
        : { segments: [], failure: onTheGround },
    report: ({ seconds }, seen) => body.report(body.pose(seen.world, seen.before.qRad), seen, `hovered ${seconds} s`),
  });
  return [takeOff, land, flyTo, hover];
}

const onTheGround: PlanFailure = { code: "not_flying", reason: "it stands on the ground; takeoff comes first", evidence: {} };
