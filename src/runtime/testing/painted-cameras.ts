/**
 * Cameras whose pictures are computed from a rule, and a primitive that takes them: what those who use pictures are tested with.
 * @module
 */
import * as z from "zod";
import type { Backend } from "../../backend/backend.ts";
import { defaultCamera, imageReference, type CameraInfo, type CaptureRequest, type Picture, type Sensors } from "../../core/capture.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { identityPose } from "../../core/pose.ts";
import { Random } from "../../core/random.ts";
import { definePrimitive } from "../../intent/define-primitive.ts";
import type { Captured, Primitive } from "../../intent/primitive.ts";

export type Colour = readonly [red: number, green: number, blue: number];

export interface PaintedCamera {
  readonly name: string;
  /** 8 × 6 unless given. */
  readonly width?: number;
  readonly height?: number;
  /** Row from the top; every picture of a camera is another unless given. */
  readonly paint?: (column: number, row: number) => Colour;
  /** What it throws in place of a picture. */
  readonly broken?: string;
}

export interface PaintedSensors extends Sensors {
  /** Pictures asked for, by camera, in order. */
  readonly asked: readonly string[];
}

export function paintedSensors(painted: readonly PaintedCamera[]): PaintedSensors {
  const asked: string[] = [];
  const cameras = painted.map(({ name, width = 8, height = 6 }): CameraInfo => ({
    name,
    width,
    height,
    verticalFovRad: 1,
    modalities: ["rgb"],
  }));
  const capture = (request: CaptureRequest): Picture => {
    const name = request.kind === "picture" ? request.camera : "ranges";
    asked.push(name);
    const index = name === defaultCamera ? 0 : cameras.findIndex((camera) => camera.name === name);
    const camera = painted[index];
    const problem = `no camera '${name}'; there are ${cameras.map((one) => one.name).join(", ")}`;
    if (camera === undefined) throw new ClearanceError("sensor.unavailable", problem, { sensor: name, problem });
    if (camera.broken !== undefined) throw new Error(camera.broken);
    return pictureOf(cameras[index]!, camera.paint ?? ((column, row) => [column, row, asked.length]));
  };
  return { cameras, ranges: false, asked, capture };
}

function pictureOf({ name, width, height, verticalFovRad }: CameraInfo, paint: (column: number, row: number) => Colour): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) rgba.set([...paint(column, row), 255], 4 * (row * width + column));
  const facts = { camera: name, atMs: 0, width, height, verticalFovRad, worldFromCamera: identityPose };
  return { kind: "picture", modality: "rgb", ...facts, rgba };
}

/** No two pixels alike, so its file is about as long as its pixels. */
export function noise(seed: number): (column: number, row: number) => Colour {
  const random = new Random(seed);
  const byte = (): number => Math.floor(random.uniform(0, 256));
  return () => [byte(), byte(), byte()];
}

export function withSensors(backend: Backend, sensors: Sensors): Backend {
  return {
    name: backend.name,
    kind: backend.kind,
    modes: backend.modes,
    sensors,
    observe: () => backend.observe(),
    apply: (command) => backend.apply(command),
    stop: () => backend.stop(),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** `look{cameras}`: one picture of each, named in the record as `pictures`. */
export const lookPrimitive: Primitive = definePrimitive({
  name: "look",
  summary: "Take a picture with each of the named cameras.",
  risk: "sense",
  args: z.strictObject({ cameras: z.array(z.string()).min(1).max(16) }),
  plan: () => ({ segments: [] }),
  captures: ({ cameras }) => cameras.map((camera) => ({ kind: "picture", camera, modality: "rgb" })),
  report: (_args, { captured }) => {
    const failed = captured.filter(({ kind }) => kind === "failed").length;
    return {
      ok: failed === 0,
      observation: { pictures: captured.map(jsonOf) },
      message: failed === 0 ? `${captured.length} taken` : `${failed} failed`,
    };
  },
});

function jsonOf(captured: Captured): JsonObject {
  if (captured.kind === "picture") return { ...imageReference(captured.image) };
  return captured.kind === "failed" ? { problem: captured.problem } : {};
}
