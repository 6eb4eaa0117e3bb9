/**
 * The keys of a profile's `speed_and_separation`. What docs/speed-and-separation.md gives no default for has none here.
 * @module
 */
import * as z from "zod";
import { bodyRegions, type BodyRegionName } from "../kernel/graded/body-regions.ts";

const atLeast0 = z.number().nonnegative();
const positive = z.number().positive();
const regions = bodyRegions.map(({ name }) => name) as [BodyRegionName, ...BodyRegionName[]];

export const separationSchema = z.strictObject({
  /** Least deceleration of the robot's fastest point in a stop, from stop proofs; C, Z_d and Z_r of S_p. No defaults. */
  deceleration_mps2: positive,
  intrusion_m: atLeast0,
  human_uncertainty_m: atLeast0,
  robot_uncertainty_m: atLeast0,
  /** 1.6 m/s unless given. */
  human_speed_mps: positive.optional(),
  /** A look at people older than this counts as blindness. */
  max_sensor_age_ms: positive.default(200),
  /** Contact is permitted, and only then: the regions that the cell's risk assessment names. */
  contact: z
    .strictObject({
      regions: z.array(z.enum(regions)).min(1),
      kind: z.enum(["transient", "quasi-static"]),
      moving_mass_kg: positive,
      payload_kg: atLeast0,
      area_cm2: positive.optional(),
    })
    .optional(),
});
