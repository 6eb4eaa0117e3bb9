/**
 * Primitives that look at the world through sensors, and at the battery. What a sensor did not deliver is an error, never an empty picture.
 * @module
 */
import * as z from "zod";
import { defaultCamera, imageReference, type CameraInfo, type CaptureRequest, type Modality, type Sensors } from "../../core/capture.ts";
import type { JsonObject } from "../../core/json.ts";
import { definePrimitive } from "../define-primitive.ts";
import type { Captured, Primitive, Report, Seen } from "../primitive.ts";
import { jointsSensed, stateSensed } from "./body-senses.ts";
import { nearestDepthM, thingsInView } from "./picture-facts.ts";
import { rangeSummary } from "./range-facts.ts";

/** Which cameras and ranges there are, without looking. */
export type Offered = Pick<Sensors, "cameras" | "ranges">;

export interface LookPrimitives {
  readonly sense: Primitive;
  readonly takePhoto: Primitive;
  readonly scan360: Primitive;
  readonly readBattery: Primitive;
}

/** Cameras answer within milliseconds in simulation; a real one may have to wake up. */
const lookTimeoutMs = 10_000;

export function lookPrimitives(offered: Offered): LookPrimitives {
  return { sense: senseOf(offered), takePhoto: takePhotoOf(offered), scan360, readBattery };
}

function takePhotoOf({ cameras }: Offered): Primitive {
  const names = cameras.map(({ name }) => name);
  return definePrimitive({
    name: "take_photo",
    summary: `Take a photo. Cameras: ${names.join(", ")}.`,
    risk: "sense",
    timeoutMs: lookTimeoutMs,
    args: z.strictObject({
      camera: z
        .string()
        .min(1)
        .max(100)
        .default(defaultCamera)
        .describe(`one of ${names.join(", ")}; the first unless given`),
    }),
    plan: () => ({ segments: [] }),
    captures: ({ camera }) => photoRequests(cameraNamed(cameras, camera)),
    report({ camera }, seen) {
      const found = cameraNamed(cameras, camera);
      if (found === undefined) return failed(`there is no camera '${camera}'; there are ${names.join(", ")}`);
      return photoReport(found, seen);
    },
  });
}

function senseOf({ cameras, ranges }: Offered): Primitive {
  const [camera] = cameras;
  const offered = [...(camera?.modalities ?? []), ...(ranges ? ["ranges"] : []), "joints", "state"];
  const pictured = (modality: string): Modality | undefined => camera?.modalities.find((one) => one === modality);
  return definePrimitive({
    name: "sense",
    summary: `Read one sensor once: ${offered.join(", ")}.`,
    risk: "sense",
    timeoutMs: lookTimeoutMs,
    args: z.strictObject({
      modality: z
        .string()
        .min(1)
        .max(100)
        .default("rgb")
        .describe(`one of ${offered.join(", ")}`),
    }),
    plan: () => ({ segments: [] }),
    captures({ modality }) {
      if (modality === "ranges" && ranges) return [{ kind: "ranges" }];
      const seen = pictured(modality);
      return camera === undefined || seen === undefined ? [] : [{ kind: "picture", camera: camera.name, modality: seen }];
    },
    report({ modality }, seen) {
      if (!offered.includes(modality)) return failed(`this robot does not sense '${modality}'; it offers ${offered.join(", ")}`);
      if (modality === "joints") return jointsSensed(seen);
      if (modality === "state") return stateSensed(seen);
      const [captured] = seen.captured;
      if (modality === "ranges") return rangesReport(captured, seen);
      return pictureReport(modality, captured, seen);
    },
  });
}

const scan360 = definePrimitive({
  name: "scan_360",
  summary: "Measure the distances all round, and list the objects there are.",
  risk: "sense",
  timeoutMs: lookTimeoutMs,
  args: z.strictObject({}),
  plan: () => ({ segments: [] }),
  captures: () => [{ kind: "ranges" }],
  report: (_args, seen) => rangesReport(seen.captured[0], seen),
});

const readBattery = definePrimitive({
  name: "read_battery",
  summary: "Say how full the battery is.",
  risk: "sense",
  args: z.strictObject({}),
  plan: () => ({ segments: [] }),
  report(_args, { after: { batteryPct } }) {
    if (batteryPct === undefined) return failed("battery not reported");
    return { ok: true, observation: { battery_pct: batteryPct }, message: `battery at ${batteryPct} %` };
  },
});

/** The picture, and where it can be had what is in it and how near; those are measured for the report and not kept. */
function photoRequests(camera: CameraInfo | undefined): readonly CaptureRequest[] {
  if (camera === undefined) return [];
  const { name, modalities } = camera;
  const beside = modalities.filter((modality) => modality !== "rgb");
  return [
    { kind: "picture", camera: name, modality: "rgb" },
    ...beside.map((modality) => ({ kind: "picture", camera: name, modality, keep: false }) as const),
  ];
}

function photoReport({ name }: CameraInfo, { captured, world }: Seen): Report {
  const [photo] = captured;
  if (photo?.kind !== "picture") return failed(problemOf(photo, `camera ${name}`));
  const { picture, image } = photo;
  const { position, orientation } = picture.worldFromCamera;
  const facts = captured.flatMap((one) => (one.kind === "picture" ? [one.picture] : []));
  const things = thingsInView(facts, world.robot.linkNames);
  const nearestM = nearestDepthM(facts);
  const observation: JsonObject = {
    image: imageReference(image),
    camera: { name, position: position.map(rounded), orientation_wxyz: orientation.map(rounded) },
    ...(things === undefined ? {} : { things }),
    ...(nearestM === undefined ? {} : { nearest_m: nearestM }),
  };
  const inView =
    things === undefined ? "" : things.length === 0 ? ": nothing in view" : `: ${things.map(({ name: thing }) => thing).join(", ")}`;
  const near = typeof nearestM === "number" ? `; nearest ${nearestM} m` : "";
  return { ok: true, observation, message: `photo by ${name}, ${picture.width} × ${picture.height}${inView}${near}` };
}

function pictureReport(modality: string, captured: Captured | undefined, { world }: Seen): Report {
  if (captured?.kind !== "picture") return failed(problemOf(captured, modality));
  const { picture, image } = captured;
  const things = thingsInView([picture], world.robot.linkNames);
  const nearestM = nearestDepthM([picture]);
  const observation: JsonObject = {
    image: imageReference(image),
    ...(things === undefined ? {} : { things }),
    ...(nearestM === undefined ? {} : { nearest_m: nearestM }),
  };
  return { ok: true, observation, message: `${modality} by ${picture.camera}, ${picture.width} × ${picture.height}` };
}

function rangesReport(captured: Captured | undefined, { after }: Seen): Report {
  if (captured?.kind !== "ranges") return failed(problemOf(captured, "the range sensor"));
  return rangeSummary(captured, after.objects);
}

function cameraNamed(cameras: readonly CameraInfo[], name: string): CameraInfo | undefined {
  return cameras.find((camera) => camera.name === name) ?? (name === defaultCamera ? cameras[0] : undefined);
}

function problemOf(captured: Captured | undefined, what: string): string {
  return captured?.kind === "failed" ? captured.problem : `${what} delivered nothing`;
}

/** To the micrometre: what is beyond that is rounding. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6 + 0;
}

function failed(message: string): Report {
  return { ok: false, observation: {}, message };
}
