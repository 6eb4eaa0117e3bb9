/**
 * Looks on demand and keeps the pictures: a record holds the reference, the store the bytes.
 * @module
 */
import type { CaptureRequest, ImageStore, Picture, Sensors } from "../core/capture.ts";
import type { Captured } from "../intent/primitive.ts";
import { describe } from "./decide.ts";
import { RecentImages } from "./recent-images.ts";
import { storedImage } from "./stored-image.ts";

const nothingSeen: readonly Captured[] = Object.freeze([]);

export class Eyes {
  readonly images: ImageStore;
  readonly #sensors: Sensors | undefined;

  constructor(sensors: Sensors | undefined, images: ImageStore = new RecentImages()) {
    this.#sensors = sensors;
    this.images = images;
  }

  /** Never throws: what could not be seen says why. */
  look(requests: readonly CaptureRequest[] | undefined): readonly Captured[] | Promise<readonly Captured[]> {
    return requests === undefined ? nothingSeen : this.#lookAt(requests);
  }

  async take(request: CaptureRequest): Promise<Captured> {
    if (this.#sensors === undefined) return { kind: "failed", problem: "this robot has nothing to look with" };
    try {
      const seen = await this.#sensors.capture(request);
      return seen.kind === "ranges" ? seen : this.#kept(seen);
    } catch (error) {
      return { kind: "failed", problem: error instanceof Error ? error.message : describe(error) };
    }
  }

  async #lookAt(requests: readonly CaptureRequest[]): Promise<readonly Captured[]> {
    const captured: Captured[] = [];
    for (const request of requests) captured.push(await this.take(request));
    return captured;
  }

  #kept(picture: Picture): Captured {
    const image = storedImage(picture);
    this.images.put(image);
    return { kind: "picture", picture, image };
  }
}
