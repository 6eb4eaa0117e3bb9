/**
 * Looks on demand and keeps the pictures: a record holds the reference, the store the bytes.
 * @module
 */
import type { CaptureRequest, ImageStore, Picture, Sensors, StoredImage } from "../core/capture.ts";
import type { JsonObject } from "../core/json.ts";
import type { Captured } from "../intent/primitive.ts";
import { describe } from "./decide.ts";
import { RecentImages } from "./recent-images.ts";
import { ShownPictures } from "./shown-pictures.ts";
import { captureProblem } from "./sound-capture.ts";
import { storedImage } from "./stored-image.ts";

export interface LookLimits {
  /** Real ms for all requests together; 10 000 unless given. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

const nothingSeen: readonly Captured[] = Object.freeze([]);
const usualTimeoutMs = 10_000;

export class Eyes {
  readonly images: ImageStore;
  /** What models are shown of it, outside of steps. */
  readonly shown: ShownPictures;
  readonly #sensors: Sensors | undefined;

  /** `note`: how the trace hears of pictures outside of steps. */
  constructor(
    sensors: Sensors | undefined,
    images: ImageStore = new RecentImages(),
    note: (note: string, fields: JsonObject) => void = () => undefined,
  ) {
    this.#sensors = sensors;
    this.images = images;
    this.shown = new ShownPictures(images, note);
  }

  /** Never throws, and ends in time: what could not be seen says why. */
  look(requests: readonly CaptureRequest[] | undefined, limits: LookLimits = {}): readonly Captured[] | Promise<readonly Captured[]> {
    return requests === undefined || requests.length === 0 ? nothingSeen : this.#lookAt(requests, limits);
  }

  async take(request: CaptureRequest, limits: LookLimits = {}): Promise<Captured> {
    const [captured] = await this.#lookAt([request], limits);
    return captured ?? failed("nothing was delivered");
  }

  async #lookAt(requests: readonly CaptureRequest[], { timeoutMs = usualTimeoutMs, signal }: LookLimits): Promise<readonly Captured[]> {
    const captured: Captured[] = [];
    const patience = new Patience(timeoutMs, signal);
    try {
      for (const request of requests) captured.push(await this.#take(request, patience));
      return captured;
    } finally {
      patience.end();
    }
  }

  async #take(request: CaptureRequest, patience: Patience): Promise<Captured> {
    if (this.#sensors === undefined) return failed("this robot has nothing to look with");
    if (patience.problem !== undefined) return failed(patience.problem);
    try {
      const answer = this.#sensors.capture(request);
      const seen = answer instanceof Promise ? await Promise.race([answer, patience.over]) : answer;
      if (seen === undefined && patience.problem !== undefined) {
        // What comes too late is dropped, whatever it is.
        if (answer instanceof Promise) answer.catch(() => undefined);
        return failed(patience.problem);
      }
      // A promise of nothing is nothing delivered.
      const problem = seen === undefined ? "it delivered undefined" : captureProblem(request, seen);
      if (seen === undefined || problem !== undefined) return failed(`the sensor cannot be used: ${problem ?? ""}`);
      return seen.kind === "ranges" ? seen : this.#kept(seen, request);
    } catch (error) {
      return failed(error instanceof Error ? error.message : describe(error));
    }
  }

  #kept(picture: Picture, request: CaptureRequest): Captured {
    let made: StoredImage | undefined;
    const seen = {
      kind: "picture",
      picture,
      // To make a file takes longer than many a sensor: only for those who ask for it.
      get image(): StoredImage {
        return (made ??= storedImage(picture));
      },
    } as const;
    if (request.kind === "picture" && request.keep !== false) this.images.put(seen.image);
    return seen;
  }
}

/** How long somebody waits for sensors, in real time: a simulated clock would never run out on one that hangs. */
class Patience {
  /** Why the wait is over; undefined while it is not. */
  problem: string | undefined;
  /** Resolves when it is. */
  readonly over: Promise<undefined>;
  readonly #end: () => void;

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    let give: (problem: string) => void = () => undefined;
    this.over = new Promise((resolve) => {
      give = (problem) => {
        this.problem ??= problem;
        resolve(undefined);
      };
    });
    const timer = setTimeout(() => give(`the sensor did not answer within ${timeoutMs} ms`), timeoutMs);
    const stopped = (): void => give("stopped");
    signal?.addEventListener("abort", stopped);
    if (signal?.aborted === true) stopped();
    this.#end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stopped);
    };
  }

  end(): void {
    this.#end();
  }
}

function failed(problem: string): Captured {
  return { kind: "failed", problem };
}
