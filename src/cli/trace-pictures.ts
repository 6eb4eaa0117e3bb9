/**
 * The pictures of a trace as they lie beside it: there and unchanged, changed, or not kept.
 * @module
 */
import { hash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { decode } from "fast-png";
import type { JsonObject } from "../core/json.ts";
import { cleanText } from "../policy/llm/quoted.ts";
import { picturesTaken, showingsIn, type PictureReference, type Showing } from "../trace/pictures.ts";
import type { Trace } from "../trace/read-trace.ts";
import type { StepRecord } from "../trace/records.ts";
import { imageFolderOf, pictureFile } from "./image-folder.ts";
import type { Terminal } from "./terminal.ts";

/** The pictures of each step: those it took, and those that a model had decided it by. */
export class TracePictures {
  readonly #folder: string;
  readonly #showings: ReadonlyMap<string, Showing>;
  readonly #taken: readonly PictureReference[];
  /** Shown, and no step says that it came of them. */
  readonly withoutStep: readonly Showing[];

  constructor(trace: Trace, path: string) {
    const showings = showingsIn(trace);
    const named = new Set(trace.steps.map(({ shown }) => shown));
    this.#folder = imageFolderOf(path);
    this.#showings = new Map(showings.map((showing) => [showing.id, showing]));
    this.#taken = trace.steps.flatMap(picturesTaken);
    this.withoutStep = showings.filter(({ id }) => !named.has(id));
  }

  /** How many different ones were taken, and shown to models. */
  get counts(): { readonly taken: number; readonly shown: number } {
    const different = (pictures: readonly PictureReference[]): number => new Set(pictures.map(({ sha256 }) => sha256)).size;
    return { taken: different(this.#taken), shown: different(this.#shown()) };
  }

  shownBefore({ shown }: StepRecord): Showing | undefined {
    return shown === undefined ? undefined : this.#showings.get(shown);
  }

  /** Where it lies; undefined where its bytes were not kept. */
  pathOf({ sha256 }: PictureReference): string | undefined {
    const path = pictureFile(this.#folder, sha256);
    return existsSync(path) ? path : undefined;
  }

  /** Of a step, for a program; undefined where there are none. */
  jsonOf(step: StepRecord): JsonObject | undefined {
    const [taken, shown] = [picturesTaken(step), this.shownBefore(step)];
    if (taken.length === 0 && shown === undefined) return undefined;
    return { taken: this.#listed(taken), ...(shown === undefined ? {} : { shown: this.#listed(shown.pictures) }) };
  }

  jsonOfShowing({ id, to, observationId, pictures }: Showing): JsonObject {
    return { id, to, observation: observationId, pictures: this.#listed(pictures) };
  }

  /** Lines for a person. */
  linesOf(step: StepRecord): readonly string[] {
    const taken = picturesTaken(step).map((picture) => `  picture   ${this.#line(picture)}`);
    const shown = this.shownBefore(step);
    return [...taken, ...(shown === undefined ? [] : this.linesOfShowing(shown))];
  }

  linesOfShowing({ pictures }: Showing): readonly string[] {
    return pictures.map((picture) => `  shown     ${this.#line(picture)}`);
  }

  /** Reads every file there is. */
  check(): PictureCheck {
    const all = new Map([...this.#taken, ...this.#shown()].map((picture) => [`${picture.of} ${picture.sha256}`, picture]));
    const changed: { readonly path: string; readonly problem: string }[] = [];
    let unchanged = 0;
    for (const picture of all.values()) {
      const path = this.pathOf(picture);
      if (path === undefined) continue;
      const problem = changeOf(picture, path);
      if (problem === undefined) unchanged += 1;
      else changed.push({ path, problem });
    }
    return { referred: all.size, unchanged, changed, notKept: all.size - unchanged - changed.length };
  }

  #shown(): readonly PictureReference[] {
    return [...this.#showings.values()].flatMap(({ pictures }) => pictures);
  }

  #listed(pictures: readonly PictureReference[]): readonly JsonObject[] {
    return pictures.map((picture) => ({ ...picture, path: this.pathOf(picture) ?? null }));
  }

  /** Names may be anybody's. */
  #line(picture: PictureReference): string {
    const { camera, modality, width, height, as } = picture;
    const known = as === undefined || as === camera ? "" : ` as ${cleanText(as, 100)}`;
    const colours = modality === "rgb" ? "" : ` ${modality},`;
    return `${cleanText(camera, 100)}${known},${colours} ${width} × ${height}: ${this.pathOf(picture) ?? "bytes not kept"}`;
  }
}

export interface PictureCheck extends JsonObject {
  /** Different ones that the trace speaks of. */
  readonly referred: number;
  readonly unchanged: number;
  readonly changed: readonly { readonly path: string; readonly problem: string }[];
  readonly notKept: number;
}

export function sayChanged({ changed }: PictureCheck, terminal: Terminal): void {
  for (const { path, problem } of changed) terminal.line(terminal.paint("bad", `${path}: picture: ${problem}`));
}

/** What is wrong with a file; undefined where it is what the trace says. */
function changeOf(picture: PictureReference, path: string): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (picture.of === "file") return hash("sha256", bytes) === picture.sha256 ? undefined : "it was changed: its hash does not fit";
  try {
    return pixelsHash(bytes, picture) === picture.sha256 ? undefined : "it was changed: the hash of its pixels does not fit";
  } catch {
    return "it was changed: it is no PNG of the size that the trace states";
  }
}

/** @throws Error for what is no PNG of 8-bit colours and this size */
function pixelsHash(bytes: Uint8Array, { width, height }: PictureReference): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Before anything is unpacked: a few bytes can claim to be a picture that fills the memory.
  if (!(view.getUint32(16) === width && view.getUint32(20) === height)) throw new Error("another size");
  const { data, channels, depth } = decode(bytes, { checkCrc: true });
  if (!(channels === 3 && depth === 8)) throw new Error("other colours");
  return hash("sha256", Uint8Array.from(data));
}
