/**
 * Pictures that a model is shown outside of a step, in the trace: each time one note with a reference to each, by whose name the step
 * that came of it can be found. What they look like is kept within a budget, each picture once, and the trace says where that ends.
 *
 * @module
 */
import { imageReference, pixelsReference, type ImageStore, type ShownPixels, type StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import { sha256Hex } from "../core/sha256.ts";
import type { ShownPicture } from "../policy/policy.ts";

export interface ShownLimits {
  /** Of the pixels that are kept, 3 bytes each: more than their files need. 512 MiB unless given. */
  readonly bytes?: number;
  /** 10 000 unless given. */
  readonly pictures?: number;
}

export class ShownPictures {
  readonly #images: ImageStore;
  readonly #note: (note: string, fields: JsonObject) => void;
  readonly #limits: Required<ShownLimits>;
  /** SHA-256 of what was kept, of the file or of the pixels. */
  readonly #kept = new Set<string>();
  #bytes = 0;
  #times = 0;
  #dropped = 0;
  #droppedSaid = 0;
  #full = false;

  constructor(images: ImageStore, note: (note: string, fields: JsonObject) => void, limits: ShownLimits = {}) {
    this.#images = images;
    this.#note = note;
    this.#limits = { bytes: limits.bytes ?? 512 * 1_048_576, pictures: limits.pictures ?? 10_000 };
  }

  /**
   * Notes what `to` is shown, with the observation that it belongs to; the note's name, for `StepOptions.shown`. Undefined, and no note,
   * for no pictures. @throws TypeError for pixels that do not fill their picture
   */
  show(to: string, observationId: string, pictures: readonly ShownPicture[]): string | undefined {
    if (pictures.length === 0) return undefined;
    const wasFull = this.#full;
    const references = pictures.map((picture) => (picture.kind === "image" ? this.#image(picture.image) : this.#pixels(picture.pixels)));
    this.#times += 1;
    const id = `shown-${this.#times}`;
    this.#note("shown", { id, to, observation: observationId, pictures: references });
    if (this.#full && !wasFull)
      this.#note("shown-limit", {
        from: id,
        kept: this.#kept.size,
        limit_pictures: this.#limits.pictures,
        limit_bytes: this.#limits.bytes,
      });
    return id;
  }

  /** Whether a name is one that `show` gave. */
  has(id: string): boolean {
    const [, number = ""] = /^shown-([1-9]\d{0,15})$/.exec(id) ?? [];
    return number !== "" && Number(number) <= this.#times;
  }

  /** Says how many were shown and not kept, where that has become more. */
  noteDropped(): void {
    if (this.#dropped === this.#droppedSaid) return;
    this.#droppedSaid = this.#dropped;
    this.#note("shown-dropped", { dropped: this.#dropped, kept: this.#kept.size });
  }

  #image(image: StoredImage): JsonObject {
    const { sha256, width, height } = image;
    // What a step took is there already.
    if (this.#images.get(sha256) === undefined)
      this.#keep(sha256, width * height * 3, () => {
        this.#images.put(image);
        return true;
      });
    return imageReference(image);
  }

  #pixels(pixels: ShownPixels): JsonObject {
    const { rgb, width, height } = pixels;
    if (!(rgb.length === width * height * 3)) throw new TypeError(`${rgb.length} bytes are no picture of ${width} × ${height} pixels`);
    const sha256 = (this.#images.sha256Hex ?? sha256Hex)(rgb);
    this.#keep(sha256, rgb.length, () => this.#images.keep?.(pixels, sha256) ?? false);
    return pixelsReference(pixels, sha256);
  }

  #keep(sha256: string, bytes: number, keep: () => boolean): void {
    if (this.#kept.has(sha256)) return;
    const fits = this.#kept.size < this.#limits.pictures && this.#bytes + bytes <= this.#limits.bytes;
    this.#full ||= !fits;
    // Once full it stays so: smaller pictures that would still fit make a trace that nobody can explain.
    if (this.#full || !keep()) {
      this.#dropped += 1;
      return;
    }
    this.#kept.add(sha256);
    this.#bytes += bytes;
  }
}
