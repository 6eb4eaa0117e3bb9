/**
 * Poses in contact with the robot itself or with a fixture, and motions through a contact that neither end shows: what a working
 * geometry refuses. They are looked for by the second channel's kinematics and distances, so that a geometry that sees nothing is not
 * asked what there is to see. What a robot cannot touch has no canary.
 * @module
 */
import { Random } from "../core/random.ts";
import { ContactSight } from "./contact-sight.ts";
import { JointSpan } from "./joint-span.ts";
import type { KernelOptions } from "./kernel-options.ts";

export interface ContactCanary {
  readonly name: string;
  readonly expected: "self_collision" | "world_collision";
  readonly measuredRad: Float64Array;
  /** One row. */
  readonly rowRad: Float64Array;
  readonly periodMs: number;
}

/** Poses looked at in all: a robot that touches something in one pose of a hundred is found, and a start takes no longer for it. */
const nLooks = 400;
/** Directions in which one pose in contact is left, both ways. */
const nWays = 4;
/** Share of the speed caps that a motion keeps to. */
const slowShare = 0.9;

/** From a fixed seed. None without `solids`, and none where their columns are not the robot's joints. */
export function contactCanaries({ solids, robot, modes, maxPeriodMs = 1000 }: KernelOptions): readonly ContactCanary[] {
  if (solids === undefined || solids.columns !== undefined || !modes.includes("joint_position")) return [];
  const sight = new ContactSight(solids);
  const random = new Random("contact canaries");
  const found = new Map<string, ContactCanary>();
  const span = new JointSpan(robot);
  const widest = span.capRadPerS.map((cap) => (slowShare * cap * maxPeriodMs) / 2000);
  const mostM = (slowShare * (solids.eeSpeed?.maxMps ?? Infinity) * maxPeriodMs) / 1000;
  while (sight.looks < nLooks && found.size < 4) {
    const touching = span.anywhere(random);
    const contact = sight.of(touching);
    if (contact !== "self_collision" && contact !== "world_collision") continue;
    const still = `${contact} where it stands`;
    if (!found.has(still)) found.set(still, { name: still, expected: contact, measuredRad: touching, rowRad: touching, periodMs: 10 });
    const through = `${contact} on the way`;
    for (let way = 0; way < nWays && !found.has(through); way++) {
      const step = widest.map((most) => random.uniform(-most, most));
      const at = (side: number): Float64Array => span.beside(touching, step, side);
      const share = Math.min(1, mostM / sight.points.movedM(at(-1), at(1)));
      const from = at(-share);
      const to = at(share);
      if (!sight.onlyBetween(from, to, contact) || !sight.points.allow(from, to, mostM)) continue;
      found.set(through, { name: through, expected: contact, measuredRad: from, rowRad: to, periodMs: maxPeriodMs });
    }
  }
  return [...found.values()];
}
