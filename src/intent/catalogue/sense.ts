/**
 * Primitives that look, wait or stop, and move nothing.
 * @module
 */
import * as z from "zod";
import { distance } from "../../core/vec3.ts";
import { definePrimitive } from "../define-primitive.ts";
import { metres } from "./quantities.ts";

export const scan = definePrimitive({
  name: "scan",
  summary: "List the objects within a radius of the tip.",
  risk: "sense",
  args: z.strictObject({ radius: metres.min(0).default(1).describe("how far to look") }),
  plan: () => ({ segments: [] }),
  report: ({ radius }, { after }) => {
    const center = after.worldFromTip.position;
    const detections = after.objects
      .map(({ name, worldFromObject: { position } }) => ({ name, position: [...position], distance: distance(center, position) }))
      .filter((seen) => seen.distance <= radius)
      .sort((a, b) => a.distance - b.distance);
    const names = detections.map((seen) => seen.name).join(", ");
    return {
      ok: true,
      observation: { center: [...center], radius, detections },
      message: detections.length === 0 ? `nothing within ${radius} m` : `${detections.length} within ${radius} m: ${names}`,
    };
  },
});

export const wait = definePrimitive({
  name: "wait",
  summary: "Keep still for a while; ends early on a stop.",
  risk: "sense",
  timing: "timed",
  timeoutMs: 60_000,
  args: z.strictObject({ seconds: z.number().min(0).max(30).default(1).meta({ unit: "s" }) }),
  plan: ({ seconds }) => ({ segments: seconds > 0 ? [{ kind: "hold", label: "wait", durationMs: seconds * 1000 }] : [] }),
  report: ({ seconds }) => ({ ok: true, observation: { seconds }, message: `waited ${seconds} s` }),
});

export const getStatus = definePrimitive({
  name: "get_status",
  summary: "Say where the robot is and what it holds.",
  risk: "sense",
  args: z.strictObject({}),
  plan: () => ({ segments: [] }),
  report: (_args, { after }) => {
    const position = after.worldFromTip.position;
    const holding = after.gripper?.holding ?? null;
    const hands = holding === null ? "" : `, holding ${holding}`;
    return {
      ok: true,
      observation: { position: [...position], q: [...after.qRad], held_object: holding },
      message: `tip at (${position.map((v) => v.toFixed(3)).join(", ")})${hands}`,
    };
  },
});

export const emitEvent = definePrimitive({
  name: "emit_event",
  summary: "Write a note into the trace.",
  risk: "sense",
  args: z.strictObject({ kind: z.string().min(1).max(100).default("note"), message: z.string().max(10_000).default("") }),
  plan: () => ({ segments: [] }),
  report: ({ kind, message }) => ({ ok: true, observation: { kind, message }, message: message === "" ? kind : `${kind}: ${message}` }),
});

/** Listed so that tools and docs know it; the runtime carries a stop out itself, before any gate or queue. */
export const stop = definePrimitive({
  name: "stop",
  summary: "Stop all motion at once. Always allowed.",
  risk: "stop",
  args: z.strictObject({}),
  plan: () => ({ segments: [] }),
  report: () => ({ ok: true, observation: {}, message: "stopped" }),
});
