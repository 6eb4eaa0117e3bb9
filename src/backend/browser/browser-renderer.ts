/**
 * Pictures by three.js in a headless Chromium: one browser, one picture at a time. What failed once is not used again: the next picture
 * gets a browser of its own.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { VisualScene, VisualShot } from "../../core/visual-scene.ts";
import type { Renderer } from "../sensing/renderer.ts";
import { BrowserPage, type BrowserPageOptions } from "./browser-page.ts";

/** Shorter than a sensor may take, so that whoever waits hears what is wrong. */
const pictureTimeoutMs = 8_000;

export interface BrowserRendererOptions extends BrowserPageOptions {
  /** Real ms for one picture; 8000 unless given. */
  readonly timeoutMs?: number;
}

export class BrowserRenderer implements Renderer, AsyncDisposable {
  readonly name = "browser";
  readonly #options: BrowserRendererOptions;
  #page: BrowserPage | undefined;
  /** What the page was given last. */
  #loaded: VisualScene | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @throws ClearanceError `backend.unavailable`, one line that says what to install */
  static async open(options: BrowserRendererOptions): Promise<BrowserRenderer> {
    return new BrowserRenderer(options, await BrowserPage.open(options));
  }

  private constructor(options: BrowserRendererOptions, page: BrowserPage) {
    this.#options = options;
    this.#page = page;
  }

  /** The browser's first process; undefined while there is none. */
  get pid(): number | undefined {
    return this.#page?.pid;
  }

  render(scene: VisualScene, shot: VisualShot): Promise<Uint8Array> {
    return this.#inTurn(() => this.#draw(scene, shot, false));
  }

  /** Which part the middle of each pixel shows, in no light: 1 + its place in `scene.parts`, 0 for none; shape `[height, width]`. */
  async parts(scene: VisualScene, shot: VisualShot): Promise<Uint16Array> {
    const bytes = await this.#inTurn(() => this.#draw(scene, shot, true));
    return Uint16Array.from({ length: bytes.length / 4 }, (_, pixel) => bytes[4 * pixel]! + 256 * bytes[4 * pixel + 1]!);
  }

  /** Ends the browser, after the picture that is being drawn. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#inTurn(() => this.#discard(false)).catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #draw(scene: VisualScene, shot: VisualShot, parts: boolean): Promise<Uint8Array> {
    if (this.#closed) throw unavailable("the renderer is closed");
    const { timeoutMs = pictureTimeoutMs } = this.#options;
    try {
      this.#page ??= await BrowserPage.open(this.#options);
      if (this.#loaded !== scene) await this.#page.load(JSON.stringify(scene), timeoutMs);
      this.#loaded = scene;
      const rgba = await this.#page.draw(JSON.stringify(shot), parts, timeoutMs);
      const { width, height } = shot.camera;
      if (rgba.length !== 4 * width * height) throw new Error(`it is not of ${width} × ${height} pixels`);
      return rgba;
    } catch (cause) {
      await this.#discard(true);
      const [problem = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
      throw unavailable(`the browser drew no picture: ${problem}`, cause);
    }
  }

  async #discard(atOnce: boolean): Promise<void> {
    const page = this.#page;
    this.#page = undefined;
    this.#loaded = undefined;
    await page?.close(atOnce);
  }
}

function unavailable(problem: string, cause?: unknown): ClearanceError {
  return new ClearanceError("sensor.unavailable", problem, { sensor: "browser", problem }, { cause });
}
