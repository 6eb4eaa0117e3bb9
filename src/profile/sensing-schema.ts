/**
 * The keys of a profile that say what a robot looks with and lives on: `cameras`, `range_sensor`, `battery`.
 * @module
 */
import * as z from "zod";
import type { BatterySpec } from "../backend/battery/battery-backend.ts";
import type { SensorRig } from "../backend/sensing/rig.ts";
import { modalities, type Sensors } from "../core/capture.ts";
import { sub } from "../core/vec3.ts";

const positive = z.number().positive();
const vec3 = z.tuple([z.number(), z.number(), z.number()]);
const pixels = z.int().min(16).max(1920);

const cameraSchema = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/, "letters, digits, _ . - only"),
    /** Of the robot; in the world without one. Positions and directions are in its frame. */
    link: z.string().optional(),
    position: vec3,
    look_at: vec3.optional(),
    forward: vec3.optional(),
    /** Vertical. */
    fov_deg: z.number().min(5).max(150).default(60),
    width: pixels.default(320),
    height: pixels.default(240),
  })
  .refine(({ look_at, forward }) => (look_at === undefined) !== (forward === undefined), "give look_at or forward, one of them");

/** The first is the default. */
export const camerasSchema = z.array(cameraSchema).max(16).default([]);

export const rangeSensorSchema = z
  .strictObject({
    link: z.string().optional(),
    position: vec3.optional(),
    /** The same as `position: [0, 0, height_m]`. */
    height_m: z.number().optional(),
    rays: z.int().min(4).max(4096).default(360),
    max_m: positive.max(100),
  })
  .refine(({ position, height_m }) => position === undefined || height_m === undefined, "give position or height_m, not both");

export const batterySchema = z.strictObject({
  capacity_wh: positive,
  idle_w: z.number().nonnegative(),
  /** While something moves, beside `idle_w`. */
  moving_w: z.number().nonnegative(),
  start_pct: z.number().min(0).max(100).default(100),
});

interface SensingKeys {
  readonly cameras: z.output<typeof camerasSchema>;
  readonly range_sensor?: z.output<typeof rangeSensorSchema> | undefined;
  readonly battery?: z.output<typeof batterySchema> | undefined;
}

/** Absent where there is nothing to look with. */
export function rigOf({ cameras, range_sensor }: SensingKeys): SensorRig | undefined {
  if (cameras.length === 0 && range_sensor === undefined) return undefined;
  return {
    cameras: cameras.map(({ name, link, position, look_at, forward, fov_deg, width, height }) => ({
      name,
      link,
      positionM: position,
      forward: forward ?? sub(look_at ?? position, position),
      verticalFovRad: (fov_deg * Math.PI) / 180,
      width,
      height,
    })),
    ranges:
      range_sensor === undefined
        ? undefined
        : {
            link: range_sensor.link,
            positionM: range_sensor.position ?? [0, 0, range_sensor.height_m ?? 0],
            rays: range_sensor.rays,
            maxM: range_sensor.max_m,
          },
  };
}

/** What the profile's robot can be asked to look with, in a simulation. */
export function offeredBy({ cameras, range_sensor }: SensingKeys): Pick<Sensors, "cameras" | "ranges"> {
  const infos = cameras.map(({ name, width, height, fov_deg }) => ({
    name,
    width,
    height,
    verticalFovRad: (fov_deg * Math.PI) / 180,
    modalities,
  }));
  return { cameras: infos, ranges: range_sensor !== undefined };
}

export function batteryOf({ battery }: SensingKeys): BatterySpec | undefined {
  if (battery === undefined) return undefined;
  const { capacity_wh, idle_w, moving_w, start_pct } = battery;
  return { capacityWh: capacity_wh, idleW: idle_w, movingW: moving_w, startPct: start_pct };
}
