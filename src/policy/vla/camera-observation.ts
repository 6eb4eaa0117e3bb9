import type { Observation } from "../../core/observation.ts";
import type { Picture } from "../../core/capture.ts";
import type { Turn } from "../policy.ts";
import type { WireMap, WireValue } from "./msgpack-numpy.ts";
import { NdArray } from "./nd-array.ts";
import { resizeWithPad } from "./resize-with-pad.ts";
import { stateObservation } from "./state-observation.ts";

export interface CameraObservationOptions {
  /** By the name that the model knows, the camera that is looked through: `{"observation/image": "scene"}`. */
  readonly cameras: Readonly<Record<string, string>>;
  /** `[height, width]` in pixels, scaled without distortion and padded with black; as the camera takes them unless given. */
  readonly size?: readonly [number, number];
  /** What else the model is shown; `stateObservation` unless given. */
  readonly state?: (observation: Observation) => WireMap;
}

/** Builds what a model is shown; rejects, with one line, where a camera gives no picture. */
export interface Observe {
  (observation: Observation, look?: Turn["look"]): WireMap | Promise<WireMap>;
  /** By the name that the model knows, the camera that a picture is of; the trace says it. */
  readonly cameras?: Readonly<Record<string, string>>;
}

/** What every request says beside the observation. */
const taken = new Set(["prompt", "instruction", "observation_id", "unnorm_key"]);
const mostPixels = 4096;

/**
 * State and colour pictures, taken when the model is asked: uint8, shape `[height, width, 3]`, rows from the top. Nothing is cropped.
 * @throws TypeError for a size or a name that cannot be
 */
export function cameraObservation({ cameras, size, state = stateObservation }: CameraObservationOptions): Observe {
  const named = Object.entries(cameras);
  for (const [key] of named) if (taken.has(key)) throw new TypeError(`'${key}' is what every request says; a picture needs another name`);
  if (size !== undefined && !size.every((pixels) => Number.isSafeInteger(pixels) && pixels >= 1 && pixels <= mostPixels))
    throw new TypeError(`a picture of ${size.join(" × ")} pixels cannot be; 1 to ${mostPixels} each way`);
  const observe: Observe = async (observation, look) => {
    const shown: Record<string, WireValue> = { ...state(observation) };
    const pictures = new Map<string, NdArray>();
    for (const [key, camera] of named) {
      if (Object.hasOwn(shown, key)) throw new Error(`'${key}' is part of the state; the picture of camera '${camera}' needs another name`);
      const picture = pictures.get(camera) ?? arrayOf(await colourPicture(camera, look), size);
      pictures.set(camera, picture);
      shown[key] = picture;
    }
    return shown;
  };
  return Object.assign(observe, { cameras: Object.freeze({ ...cameras }) });
}

type ColourPicture = Extract<Picture, { readonly modality: "rgb" }>;

async function colourPicture(camera: string, look: Turn["look"]): Promise<ColourPicture> {
  if (look === undefined) throw new Error(`no picture of camera '${camera}': nobody can look here`);
  const captured = await look({ kind: "picture", camera, modality: "rgb", keep: false });
  if (captured.kind === "picture" && captured.picture.modality === "rgb") return captured.picture;
  const problem = captured.kind === "failed" ? captured.problem : "it gave something else";
  throw new Error(`no picture of camera '${camera}': ${problem}`);
}

function arrayOf({ rgba, height, width }: ColourPicture, size: readonly [number, number] = [height, width]): NdArray {
  const rgb = new Uint8Array(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) rgb.set(rgba.subarray(4 * pixel, 4 * pixel + 3), 3 * pixel);
  return NdArray.image(resizeWithPad(rgb, { height, width }, { height: size[0], width: size[1] }), size[0], size[1]);
}
