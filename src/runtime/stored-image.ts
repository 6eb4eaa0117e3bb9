/**
 * Pictures as PNG files: colours as they are, depth as 16-bit millimetres (0 for nothing, as ROS's 16UC1), segments in one colour each.
 * @module
 */
import { encode } from "fast-png";
import type { Picture, StoredImage } from "../core/capture.ts";
import { sha256Hex } from "../core/sha256.ts";

const maxDepthMm = 65_535;

export function storedImage(picture: Picture): StoredImage {
  const { camera, modality, width, height } = picture;
  const bytes = encoded(picture);
  const drawnBy = picture.modality === "rgb" && picture.renderer !== undefined ? { renderer: picture.renderer } : {};
  return Object.freeze({ sha256: sha256Hex(bytes), mediaType: "image/png", bytes, camera, modality, width, height, ...drawnBy });
}

function encoded(picture: Picture): Uint8Array {
  const { width, height } = picture;
  switch (picture.modality) {
    case "rgb":
      return encode({ width, height, channels: 4, depth: 8, data: picture.rgba });
    case "depth":
      return encode({ width, height, channels: 1, depth: 16, data: Uint16Array.from(picture.depthM, millimetres) });
    case "segmentation":
      return encode({ width, height, channels: 3, depth: 8, data: colouredSegments(picture.segments) });
    default:
      return picture satisfies never;
  }
}

function millimetres(depthM: number): number {
  const mm = Math.round(depthM * 1000);
  return mm >= 0 && mm <= maxDepthMm ? mm : 0;
}

/** Far apart for neighbours in the list, and the same for the same place in it; black for nothing. */
function colouredSegments(segments: Uint16Array): Uint8Array {
  const rgb = new Uint8Array(segments.length * 3);
  for (const [pixel, segment] of segments.entries()) {
    if (segment === 0) continue;
    rgb[3 * pixel] = 60 + ((segment * 97) % 196);
    rgb[3 * pixel + 1] = 60 + ((segment * 151) % 196);
    rgb[3 * pixel + 2] = 60 + ((segment * 57) % 196);
  }
  return rgb;
}
