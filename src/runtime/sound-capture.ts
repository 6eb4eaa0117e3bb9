/**
 * The border between sensors and runtime: a picture or a ring of ranges is taken when it is what was asked for, and whole.
 * @module
 */
import type { CaptureRequest, Picture, Ranges } from "../core/capture.ts";

/** Pixels on a side, and rays of a ring, that anybody would ask for. */
const [mostPixels, mostRays] = [4096, 100_000];

/** What is wrong with what a sensor delivered; undefined where it can be used. Nothing is taken from the type. */
export function captureProblem(request: CaptureRequest, seen: Picture | Ranges): string | undefined {
  if (typeof seen !== "object" || seen === null) return `it delivered ${seen === null ? "null" : typeof seen}`;
  if (seen.kind !== request.kind) return `it was asked for ${request.kind} and delivered ${String(seen.kind)}`;
  if (seen.kind === "ranges") return rangesProblem(seen);
  if (request.kind === "picture" && seen.modality !== request.modality)
    return `it was asked for ${request.modality} and delivered ${String(seen.modality)}`;
  return pictureProblem(seen);
}

function rangesProblem({ rangesM, maxM, firstRad, originInWorld }: Ranges): string | undefined {
  if (!(rangesM instanceof Float64Array && rangesM.length >= 1 && rangesM.length <= mostRays)) return "it delivered no ranges";
  if (!(maxM > 0 && Number.isFinite(firstRad) && finite(originInWorld, 3))) return "its ranges are from nowhere";
  return distances(rangesM) ? undefined : "a range is no distance";
}

function pictureProblem(picture: Picture): string | undefined {
  const { width, height, worldFromCamera, verticalFovRad } = picture;
  const size = (side: number): boolean => Number.isInteger(side) && side >= 1 && side <= mostPixels;
  if (!(size(width) && size(height))) return `a picture of ${String(width)} × ${String(height)} is none`;
  if (!(finite(worldFromCamera?.position, 3) && finite(worldFromCamera?.orientation, 4) && verticalFovRad > 0))
    return "the camera is nowhere";
  const pixels = width * height;
  const torn = `its picture is not of ${width} × ${height} pixels`;
  switch (picture.modality) {
    case "rgb":
      if (!named(picture.renderer)) return "what drew its picture has no name";
      return picture.rgba instanceof Uint8Array && picture.rgba.length === 4 * pixels ? undefined : torn;
    case "depth":
      if (!(picture.depthM instanceof Float32Array && picture.depthM.length === pixels)) return torn;
      return distances(picture.depthM) ? undefined : "a depth is no distance";
    case "segmentation": {
      const { segments, names } = picture;
      if (!(segments instanceof Uint16Array && segments.length === pixels && Array.isArray(names))) return torn;
      return segments.every((segment) => segment <= names.length) ? undefined : "a segment has no name";
    }
    default:
      return picture satisfies never;
  }
}

/** It stands in the trace. */
function named(renderer: string | undefined): boolean {
  return renderer === undefined || (typeof renderer === "string" && /^[a-z][a-z-]{0,31}$/.test(renderer));
}

/** Infinity is a distance: there was nothing. */
function distances(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0)) return false;
  return true;
}

function finite(values: readonly number[] | undefined, length: number): boolean {
  return Array.isArray(values) && values.length === length && values.every((value) => Number.isFinite(value));
}
