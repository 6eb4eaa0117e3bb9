/**
 * Power and force limiting: how fast a robot may be when it touches a person.
 *
 *     v = F / sqrt(mu k)      mu = 1 / (1 / m_H + 1 / m_R)      m_R = M / 2 + m_L        ISO/TS 15066:2016, A.3.4, A.3.5
 *
 * All energy of the relative motion goes into the body region's spring of stiffness k. F is the region's greatest force, or what its
 * greatest pressure gives on the contact area, whichever is less.
 * @module
 */
import { bodyRegions, type BodyRegion } from "./body-regions.ts";

export interface ContactParameters {
  /** M: mass of the robot's moving parts, kg. */
  readonly movingMassKg: number;
  /** m_L: tool and load, kg. */
  readonly payloadKg: number;
  /**
   * `transient`: the body part can give way. `quasi-static`: it is clamped, so it has the whole earth behind it and mu = m_R; that
   * the energy form is applied to this case as well is a choice of this project, on the careful side.
   */
  readonly contact: "transient" | "quasi-static";
  /** Smallest area of contact, cm². The stiffness of the body model is for about 1 cm², the default; less is slower. */
  readonly contactAreaCm2?: number;
  /** Another table, for who holds the standard. */
  readonly regions?: readonly BodyRegion[];
}

export interface ContactSpeed {
  /** 0 where contact is not to be planned for, or anything is NaN. */
  readonly speedMps: number;
  readonly region: string;
  readonly forceN: number;
  /** Reduced mass, kg. */
  readonly massKg: number;
}

/** Greatest speed of contact with one region. A name the table does not have gets the strictest of all regions. Not for the hot path. */
export function contactSpeed(name: string, parameters: ContactParameters): ContactSpeed {
  const { regions = bodyRegions } = parameters;
  const known = regions.find((region) => region.name === name);
  if (known !== undefined) return speedFor(known, parameters);
  return strictest(regions.map((region) => speedFor(region, parameters)));
}

/** The slowest of several regions: those that the risk assessment of the cell found could be touched. None named: every one. */
export function slowestContact(names: readonly string[], parameters: ContactParameters): ContactSpeed {
  const { regions = bodyRegions } = parameters;
  const considered = names.length > 0 ? names : regions.map((region) => region.name);
  return strictest(considered.map((name) => contactSpeed(name, parameters)));
}

function speedFor(region: BodyRegion, parameters: ContactParameters): ContactSpeed {
  const { movingMassKg, payloadKg, contact, contactAreaCm2 = 1, regions = bodyRegions } = parameters;
  const robotKg = movingMassKg / 2 + payloadKg;
  const massKg = contact === "quasi-static" ? robotKg : 1 / (1 / region.effectiveMassKg + 1 / robotKg);
  const multiplier = contact === "quasi-static" ? 1 : region.transientMultiplier;
  const forceN = Math.min(forceOf(region, regions), region.pressureNPerCm2 * contactAreaCm2) * (multiplier ?? 0);
  const speed = forceN / Math.sqrt(massKg * region.stiffnessNPerM);
  const sound = movingMassKg > 0 && payloadKg >= 0 && region.transientMultiplier !== null && speed >= 0 && speed < Infinity;
  return { speedMps: sound ? speed : 0, region: region.name, forceN, massKg };
}

function forceOf(region: BodyRegion, regions: readonly BodyRegion[]): number {
  if (region.forceChecked) return region.forceN;
  return regions.reduce((least, other) => (other.forceChecked ? Math.min(least, other.forceN) : least), region.forceN);
}

function strictest(speeds: readonly ContactSpeed[]): ContactSpeed {
  const none: ContactSpeed = { speedMps: 0, region: "none", forceN: 0, massKg: Number.NaN };
  return speeds.reduce((least, speed) => (least.speedMps <= speed.speedMps ? least : speed), speeds[0] ?? none);
}
