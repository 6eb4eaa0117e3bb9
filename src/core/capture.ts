/**
 * What a robot sees when it is asked to look: pictures and ranges, taken on demand and never part of the control loop.
 * @module
 */
import type { JsonObject, JsonValue } from "./json.ts";
import type { Pose } from "./pose.ts";
import type { Vec3 } from "./vec3.ts";

export const modalities = ["rgb", "depth", "segmentation"] as const;
export type Modality = (typeof modalities)[number];

/** Asks for the first camera there is. */
export const defaultCamera = "default";

export interface CameraInfo {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly verticalFovRad: number;
  readonly modalities: readonly Modality[];
  /** What draws its colours: lower case letters and hyphens. Absent where that is the sensor's own business, as rays are. */
  readonly renderer?: string;
}

export type CaptureRequest =
  | {
      readonly kind: "picture";
      readonly camera: string;
      readonly modality: Modality;
      /** false: measured for a report alone, so the store does not get it. */
      readonly keep?: boolean;
    }
  | { readonly kind: "ranges" };

/** Rows from the top. The camera looks along its x; y is left in the picture, z up. */
interface PictureBase {
  readonly kind: "picture";
  readonly camera: string;
  readonly atMs: number;
  readonly width: number;
  readonly height: number;
  readonly verticalFovRad: number;
  readonly worldFromCamera: Pose;
}

export type Picture = PictureBase &
  (
    | {
        readonly modality: "rgb";
        /** Shape `[height, width, 4]`: red, green, blue, 255. */ readonly rgba: Uint8Array;
        /** As in `CameraInfo`. */ readonly renderer?: string;
      }
    | {
        readonly modality: "depth";
        /** m along the camera's x, shape `[height, width]`; Infinity where there is nothing. */ readonly depthM: Float32Array;
      }
    | {
        readonly modality: "segmentation";
        /** Shape `[height, width]`: 0 for nothing, else 1 + the place in `names`. */
        readonly segments: Uint16Array;
        readonly names: readonly string[];
      }
  );

/** A ring of ranges about the robot's vertical. */
export interface Ranges {
  readonly kind: "ranges";
  readonly atMs: number;
  readonly originInWorld: Vec3;
  /** Direction of the first ray, rad from world x; the others follow counter-clockwise, evenly all round. */
  readonly firstRad: number;
  /** m; Infinity where nothing is within `maxM`. */
  readonly rangesM: Float64Array;
  readonly maxM: number;
}

/** What a backend can be asked to look with. */
export interface Sensors {
  /** The first is the default. */
  readonly cameras: readonly CameraInfo[];
  /** Whether `ranges` can be asked for. */
  readonly ranges: boolean;
  /** @throws ClearanceError `sensor.unavailable` for what it does not have */
  capture(request: CaptureRequest): Picture | Ranges | Promise<Picture | Ranges>;
}

/** A picture as file: what the trace, models and clients get. Told apart by its bytes. */
export interface StoredImage {
  readonly sha256: string;
  readonly mediaType: "image/png";
  readonly bytes: Uint8Array;
  readonly camera: string;
  readonly modality: Modality;
  readonly width: number;
  readonly height: number;
  /** As in `CameraInfo`. */
  readonly renderer?: string;
}

/** Pixels as a model is shown them, told apart by the SHA-256 of `rgb`. */
export interface ShownPixels {
  readonly camera: string;
  /** The name by which the model knows them. */
  readonly as: string;
  readonly width: number;
  readonly height: number;
  /** Red, green, blue; rows from the top, shape `[height, width, 3]`. */
  readonly rgb: Uint8Array;
}

/** Where pictures are kept. `put` never throws; one that cannot be kept is simply not found again. */
export interface ImageStore {
  put(image: StoredImage): void;
  get(sha256: string): StoredImage | undefined;
  /**
   * Keeps pixels as a file, later and without being waited for; `rgb` is read before it returns. false: it has too much to do, and will
   * not. Never throws. Absent where pixels are not kept.
   */
  keep?(pixels: ShownPixels, pixelsSha256: string): boolean;
  /** Hex SHA-256, where a machine has one that is faster than ours. */
  readonly sha256Hex?: (bytes: Uint8Array) => string;
}

/** How an image stands in a record, whose bytes are elsewhere. */
export function imageReference({ sha256, mediaType, camera, modality, width, height, renderer }: StoredImage) {
  return { sha256, media_type: mediaType, camera, modality, width, height, ...(renderer === undefined ? {} : { renderer }) } as const;
}

/** How pixels that a model was shown stand in a record. */
export function pixelsReference({ camera, as, width, height }: ShownPixels, pixelsSha256: string) {
  return { pixels_sha256: pixelsSha256, media_type: "image/png", camera, modality: "rgb", width, height, as } as const;
}

/** What a record refers to pictures by, at any depth, in order. As it stands there: a trace may say anything. */
export function referencesIn(value: JsonValue): readonly JsonObject[] {
  const found: JsonObject[] = [];
  const look = (at: JsonValue): void => {
    if (typeof at !== "object" || at === null) return;
    if ("media_type" in at && ("sha256" in at || "pixels_sha256" in at)) found.push(at as JsonObject);
    for (const inner of Object.values(at)) look(inner as JsonValue);
  };
  look(value);
  return found;
}

/** SHA-256 of every image that a record refers to, at any depth, in order, each once. */
export function imagesIn(value: JsonValue): readonly string[] {
  return [...new Set(referencesIn(value).flatMap(({ sha256 }) => (typeof sha256 === "string" ? [sha256] : [])))];
}
