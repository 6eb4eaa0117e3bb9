import type { ImageStore, StoredImage } from "../core/capture.ts";

/** The last images, in memory; the oldest go first. */
export class RecentImages implements ImageStore {
  readonly #images = new Map<string, StoredImage>();
  readonly #most: number;

  constructor(most = 64) {
    this.#most = most;
  }

  put(image: StoredImage): void {
    this.#images.delete(image.sha256);
    this.#images.set(image.sha256, image);
    const [oldest] = this.#images.keys();
    if (this.#images.size > this.#most && oldest !== undefined) this.#images.delete(oldest);
  }

  get(sha256: string): StoredImage | undefined {
    return this.#images.get(sha256);
  }
}
