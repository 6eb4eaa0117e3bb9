/**
 * What a policy may ask for that must not move anything.
 * @module
 */
import type { IntentFault } from "./fault.ts";

export const intentFaults: readonly IntentFault[] = [
  intent("null", null),
  intent("text", "move to the left"),
  intent("a list", []),
  intent("no name", { args: {} }),
  intent("an unknown primitive", { name: "explode", args: {} }),
  intent("a primitive of Object", { name: "constructor", args: {} }),
  intent("__proto__ as name", { name: "__proto__", args: {} }),
  move("x NaN", { x: Number.NaN, y: 0, z: 0.4 }),
  move("x Infinity", { x: Number.POSITIVE_INFINITY, y: 0, z: 0.4 }),
  move("x 1e308", { x: 1e308, y: 0, z: 0.4 }),
  move("x as text", { x: "0.4", y: 0, z: 0.4 }),
  move("z missing", { x: 0.4, y: 0 }),
  move("an argument too many", { x: 0.4, y: 0, z: 0.4, force: true }),
  move("millimetres for metres", { x: 400, y: 0, z: 400 }),
  move("beyond reach", { x: 2, y: 0, z: 0.4 }),
  move("below the table", { x: 0.4, y: 0, z: -0.3 }),
  move("inside the table's edge", { x: 0.4, y: 0, z: 0.001 }),
  move("into the person's space", { x: 0.15, y: 0.6, z: 0.4 }),
  move("into its own base", { x: 0, y: 0, z: 0.2 }),
  intent("answers an observation of long ago", { name: "move_to", args: { x: 0.4, y: 0, z: 0.4 }, basedOn: "obs-0" }),
  intent("valid for NaN ms", { name: "move_to", args: { x: 0.4, y: 0, z: 0.4 }, validForMs: Number.NaN }),
  intent("pick of nothing there is", { name: "pick", args: { object: "the moon" } }),
  intent("place with empty hands", { name: "place", args: { x: 0.45, y: -0.25 } }),
  intent("a trajectory with NaN", { name: "follow_trajectory", args: { waypoints: [{ q: [0, Number.NaN, 0, 0, 0, 0, 0] }] } }),
  intent("a joint that is not there", { name: "set_joint", args: { joint: "elbow_9", rad: 0.1 } }),
  intent("a wait of minus one second", { name: "wait", args: { seconds: -1 } }),
  intent("a wait without end", { name: "wait", args: { seconds: 1e12 } }),
];

function intent(name: string, value: unknown): IntentFault {
  return { kind: "intent", group: "intent", name, intent: value };
}

function move(name: string, args: Readonly<Record<string, unknown>>): IntentFault {
  return intent(`move_to with ${name}`, { name: "move_to", args });
}
