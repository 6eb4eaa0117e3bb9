/**
 * Primitives of bodies that drive, on wheels.
 * @module
 */
import * as z from "zod";
import { sixDigits } from "../../core/format.ts";
import { atan2 } from "../../core/trigonometry.ts";
import { definePrimitive } from "../define-primitive.ts";
import type { Primitive } from "../primitive.ts";
import type { WorldView } from "../world-view.ts";
import { planThrough, type Body } from "./body.ts";
import { inWorld, radians } from "./quantities.ts";

/** How long a drive command holds unless it is renewed, s: spec runtime.md §7.2. */
const twistValidityS = 0.5;
/** Nearer than this there is no way to look along, m. */
const noWayM = 1e-6;

export const floorPoint = z.strictObject({
  x: inWorld("x"),
  y: inWorld("y"),
  theta: radians.default(0).meta({ unit: "rad", frame: "world", description: "heading at the end, 0 along x" }),
});

/** Two wheels turn on the spot and roll straight: to go anywhere, the body turns, drives, and turns again. */
export function drivePrimitives(body: Body): readonly Primitive[] {
  const drive = definePrimitive({
    name: "drive",
    summary: `Drive for ${twistValidityS} s at a speed forward and a turning speed, then rest; call it again to go on.`,
    risk: "move",
    timing: "timed",
    args: z.strictObject({
      linear_x: z.number().min(-10).max(10).default(0).meta({ unit: "m/s" }),
      angular_z: z.number().min(-10).max(10).default(0).meta({ unit: "rad/s" }),
    }),
    plan: ({ linear_x, angular_z }, world) => {
      // Both speeds 0, as unless given: the base rests for as long as any command holds.
      if (linear_x === 0 && angular_z === 0) return { segments: [{ kind: "hold", label: "rest", durationMs: twistValidityS * 1000 }] };
      const leg = body.planArc(world, linear_x, angular_z, twistValidityS);
      if (!leg.ok) return { segments: [], failure: leg.failure };
      const declared = body.declares(world, "twist", body.pose(world, leg.value.endRad));
      return { segments: [leg.value.segment], declared };
    },
    report: (_args, { before, after, world, plan }) => {
      const from = body.pose(world, before.qRad);
      const to = body.pose(world, after.qRad);
      const observation = { ...to, dx: to.x - from.x, dy: to.y - from.y, dtheta: to.theta - from.theta };
      return { ok: true, observation, message: `drove for ${(plan.durationMs / 1000).toFixed(2)} s` };
    },
  });
  const goTo = definePrimitive({
    name: "goto",
    summary: "Drive to a point of the floor and turn to a heading.",
    risk: "move",
    timeoutMs: 300_000,
    args: floorPoint,
    plan: ({ x, y, theta }, world) => {
      const { qRad } = world.observation;
      const from = body.pose(world, qRad);
      const isAway = Math.abs(x - from.x) > noWayM || Math.abs(y - from.y) > noWayM;
      const looking = isAway ? body.at(world, qRad, { heading: atan2(y - from.y, x - from.x) }) : qRad;
      const there = body.at(world, looking, { x, y });
      const stops = [
        ["turn to the way", looking],
        ["drive", there],
        ["turn to the heading", body.at(world, there, { heading: theta })],
      ] as const;
      return { ...planThrough(world, stops), declared: body.declares(world, "planar", { x, y, heading: theta }) };
    },
    report: ({ x, y, theta }, seen) => body.report({ x, y, heading: theta }, seen, `at (${sixDigits(x)}, ${sixDigits(y)})`),
  });
  return [drive, goTo, rotatePrimitive(body, (world) => world.observation.qRad)];
}

/** Turns on the spot, once the joints are as `from` says. */
export function rotatePrimitive(body: Body, from: (world: WorldView) => ArrayLike<number>): Primitive {
  return definePrimitive({
    name: "rotate",
    summary: "Turn on the spot by an angle; to the left is positive.",
    risk: "move",
    timeoutMs: 120_000,
    args: z.strictObject({ dtheta: radians }),
    plan: ({ dtheta }, world) => {
      const ready = from(world);
      return planThrough(world, [
        ["stand up", ready],
        ["turn", body.turned(world, ready, dtheta)],
      ]);
    },
    report: ({ dtheta }, seen) =>
      body.report({ heading: body.read(seen.world, seen.before.qRad, "heading") + dtheta }, seen, `turned ${dtheta.toFixed(2)} rad`),
  });
}
