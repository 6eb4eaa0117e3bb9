import { hash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageStore, ShownPixels, StoredImage } from "../core/capture.ts";
import { RecentImages } from "../runtime/recent-images.ts";
import { pngLater } from "./png-later.ts";

/** Pixels that wait for their file: as many as a slow disk may hold in memory. */
const mostWaiting = 32;

/** Pictures as files, each by its bytes or pixels: the same is written once. What cannot be written stops nobody, and is said. */
export class ImageFolder implements ImageStore {
  readonly folder: string;
  /** Why the first picture that is missing could not be written. */
  problem: string | undefined;
  readonly sha256Hex = (bytes: Uint8Array): string => hash("sha256", bytes);
  readonly #recent = new RecentImages();
  readonly #paths = new Map<string, string>();
  readonly #waiting = new Map<string, Promise<void>>();

  readonly #mostBytes: number;
  #bytes = 0;

  /** The folder is made with the first picture. `mostBytes`: of all files together; what would exceed it is missing. */
  constructor(folder: string, mostBytes = 1024 * 1_048_576) {
    this.folder = folder;
    this.#mostBytes = mostBytes;
  }

  /** Pictures in the folder. */
  get size(): number {
    return this.#paths.size;
  }

  put(image: StoredImage): void {
    this.#recent.put(image);
    if (this.#paths.has(image.sha256)) return;
    const path = pictureFile(this.folder, image.sha256);
    try {
      this.#take(image.bytes);
      mkdirSync(this.folder, { recursive: true });
      if (!existsSync(path)) writeFileSync(path, image.bytes);
      this.#paths.set(image.sha256, path);
    } catch (error) {
      this.#missing(error);
    }
  }

  get(sha256: string): StoredImage | undefined {
    return this.#recent.get(sha256);
  }

  /** false while `mostWaiting` others wait, and once one was missing. */
  keep(pixels: ShownPixels, pixelsSha256: string): boolean {
    if (this.#paths.has(pixelsSha256) || this.#waiting.has(pixelsSha256)) return true;
    if (this.#waiting.size >= mostWaiting || this.problem !== undefined) return false;
    const writing = this.#write(pictureFile(this.folder, pixelsSha256), pngLater(pixels), pixelsSha256);
    this.#waiting.set(pixelsSha256, writing);
    return true;
  }

  /** Once nothing waits for its file any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#waiting.values());
  }

  /** Where a picture lies; undefined for one that could not be written, or is not yet. */
  pathOf(sha256: string): string | undefined {
    return this.#paths.get(sha256);
  }

  async #write(path: string, making: Promise<Uint8Array>, sha256: string): Promise<void> {
    try {
      const bytes = await making;
      this.#take(bytes);
      await mkdir(this.folder, { recursive: true });
      if (!existsSync(path)) await writeFile(path, bytes);
      this.#paths.set(sha256, path);
    } catch (error) {
      this.#missing(error);
    } finally {
      this.#waiting.delete(sha256);
    }
  }

  /** @throws Error when the folder is full */
  #take({ length }: Uint8Array): void {
    if (!(this.#bytes + length <= this.#mostBytes)) throw new Error(`they fill ${this.#mostBytes} bytes, and no more are kept`);
    this.#bytes += length;
  }

  #missing(error: unknown): void {
    this.problem ??= error instanceof Error ? error.message : String(error);
  }
}

/** Beside its trace: `runs/arm-1.images` of `runs/arm-1.jsonl`. */
export function imageFolderOf(tracePath: string): string {
  return `${tracePath.replace(/\.jsonl$/, "")}.images`;
}

/** `sha256`: hex, of the file or of its pixels. */
export function pictureFile(folder: string, sha256: string): string {
  return join(folder, `${sha256.slice(0, 16)}.png`);
}
