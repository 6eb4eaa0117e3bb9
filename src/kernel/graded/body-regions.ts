/**
 * The body model of ISO/TS 15066:2016, Annex A (carried into ISO 10218-2:2025, Annex A): data, one line a region.
 *
 * The standard itself was not at hand. What was compared, on 2026-11-21, in stored copies of public pages:
 * - Table A.3, stiffness and effective mass: every region but the face against the constants that a published collision simulator
 *   states as its ISO/TS 15066 values (V. Gupta and others, human_robot_collision, `collision.py`); the face's 75 N/mm against
 *   inmotion's table of spring constants; the face shares the head's mass.
 * - Table A.2, force: the seven regions with `forceChecked` against the calculator safety.stimba.sk/en/pfl for ISO 10218-2:2025,
 *   which also states the transient multiplier of 2, m_R = M / 2 + m_L, the reduced mass, and the contact area of 1 cm².
 * - Table A.2, pressure: only back and shoulders, there.
 * The other forces and pressures are from memory of the table and must be compared with the standard. Until then the rule is that an
 * unchecked number may only make the robot slower: an unchecked force counts only as far as it is below the smallest checked one,
 * and a pressure is only ever a second limit beside the force.
 * @module
 */

export type BodyRegionName =
  | "skull_and_forehead"
  | "face"
  | "neck"
  | "back_and_shoulders"
  | "chest"
  | "abdomen"
  | "pelvis"
  | "upper_arms_and_elbows"
  | "lower_arms_and_wrists"
  | "hands_and_fingers"
  | "thighs_and_knees"
  | "lower_legs";

export interface BodyRegion {
  readonly name: string;
  /** Greatest quasi-static force, N. */
  readonly forceN: number;
  readonly forceChecked: boolean;
  /** Greatest quasi-static pressure, N/cm²: the smallest of the region's points. */
  readonly pressureNPerCm2: number;
  /** Transient over quasi-static limit; null where the table has none, and contact is not to be planned for. */
  readonly transientMultiplier: number | null;
  readonly stiffnessNPerM: number;
  readonly effectiveMassKg: number;
}

function region(
  name: BodyRegionName,
  [forceN, forceChecked]: readonly [number, boolean],
  pressureNPerCm2: number,
  stiffnessNPerMm: number,
  effectiveMassKg: number,
  transientMultiplier: number | null = 2,
): BodyRegion {
  const stiffnessNPerM = stiffnessNPerMm * 1000;
  return Object.freeze({ name, forceN, forceChecked, pressureNPerCm2, transientMultiplier, stiffnessNPerM, effectiveMassKg });
}

/** Force N and whether it was checked, pressure N/cm², stiffness N/mm, effective mass kg, transient multiplier. */
export const bodyRegions: readonly BodyRegion[] = Object.freeze([
  region("skull_and_forehead", [130, false], 110, 150, 4.4, null),
  region("face", [65, false], 110, 75, 4.4, null),
  region("neck", [150, false], 140, 50, 1.2),
  region("back_and_shoulders", [210, true], 160, 35, 40),
  region("chest", [140, true], 120, 25, 40),
  region("abdomen", [110, true], 140, 10, 40),
  region("pelvis", [180, true], 210, 25, 40),
  region("upper_arms_and_elbows", [150, true], 190, 30, 3),
  region("lower_arms_and_wrists", [160, true], 180, 40, 2),
  region("hands_and_fingers", [140, true], 190, 75, 0.6),
  region("thighs_and_knees", [220, false], 220, 50, 75),
  region("lower_legs", [130, false], 210, 60, 75),
]);
