import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageStore, StoredImage } from "../core/capture.ts";
import { RecentImages } from "../runtime/recent-images.ts";

/** Pictures as files, each by its bytes: the same picture is written once. What cannot be written stops nobody, and is said. */
export class ImageFolder implements ImageStore {
  readonly folder: string;
  /** Why the first picture that is missing could not be written. */
  problem: string | undefined;
  readonly #recent = new RecentImages();
  readonly #paths = new Map<string, string>();

  /** The folder is made with the first picture. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Pictures in the folder. */
  get size(): number {
    return this.#paths.size;
  }

  put(image: StoredImage): void {
    this.#recent.put(image);
    if (this.#paths.has(image.sha256)) return;
    const path = join(this.folder, `${image.sha256.slice(0, 16)}.png`);
    try {
      mkdirSync(this.folder, { recursive: true });
      if (!existsSync(path)) writeFileSync(path, image.bytes);
      this.#paths.set(image.sha256, path);
    } catch (error) {
      this.problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  get(sha256: string): StoredImage | undefined {
    return this.#recent.get(sha256);
  }

  /** Where a picture lies; undefined for one that could not be written. */
  pathOf(sha256: string): string | undefined {
    return this.#paths.get(sha256);
  }
}

/** Beside its trace: `runs/arm-1.images` of `runs/arm-1.jsonl`. */
export function imageFolderOf(tracePath: string): string {
  return `${tracePath.replace(/\.jsonl$/, "")}.images`;
}
