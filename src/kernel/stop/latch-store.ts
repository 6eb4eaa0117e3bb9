/**
 * Where the latch outlives the process. What cannot be read says latched: only a successful reset says otherwise.
 * @module
 */
import { canonicalJson, isJsonObject, type JsonValue } from "../../core/json.ts";
import { frozenJson } from "../../core/is-json.ts";
import { FAULT_SOURCES, TRIP_SOURCES, type Latch, type StopSource, type StoredLatch } from "./stop-types.ts";

export interface LatchStore {
  /** What an earlier process left. Never throws: a store that cannot be read holds a latch that says so. */
  load(): StoredLatch;
  /**
   * Hands the latch to whatever outlives this process, at once and without waiting for a disk; called before the robot is told to
   * stop. Throws when it cannot.
   */
  stage(latch: Latch): void;
  /** Returns when the staged latch outlives a loss of power as well; may take a disk's time. Throws when it does not. */
  commit(): void;
  /** Takes the latch off; the epoch stays. Throws when the latch may still be there. */
  clear(epoch: number): void;
  /** Throws when the epoch may not be there. */
  storeEpoch(epoch: number): void;
}

/** For simulations and tests: outlives the supervisor, not the process. */
export class MemoryLatchStore implements LatchStore {
  #stored: StoredLatch = { epoch: 0, latch: undefined };
  #staged: Latch | undefined;

  load(): StoredLatch {
    const staged = this.#staged;
    return staged === undefined ? this.#stored : { epoch: Math.max(this.#stored.epoch, staged.epoch), latch: staged };
  }

  stage(latch: Latch): void {
    this.#staged = latch;
  }

  commit(): void {
    this.#stored = this.load();
    this.#staged = undefined;
  }

  clear(epoch: number): void {
    this.#staged = undefined;
    this.#stored = { epoch: Math.max(this.#stored.epoch, epoch), latch: undefined };
  }

  storeEpoch(epoch: number): void {
    this.#stored = { ...this.#stored, epoch: Math.max(this.#stored.epoch, epoch) };
  }
}

const version = 1;

export function latchText(latch: Latch): string {
  const { source, reason, atMs, epoch, evidence } = latch;
  return `${canonicalJson({ version, source, reason, atMs: Number.isFinite(atMs) ? atMs : null, epoch, evidence })}\n`;
}

/** Any text is a latch; one that says nothing understandable is one of unknown cause. */
export function latchFromText(text: string): Latch {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadableLatch("it is not JSON");
  }
  if (!isJsonObject(value) || value["version"] !== version) return unreadableLatch(`it is not a latch of version ${version}`);
  const { source, reason, atMs, epoch, evidence } = value;
  const kept = frozenJson(evidence);
  if (!isSource(source) || typeof reason !== "string" || !isEpoch(epoch) || kept === undefined || !isJsonObject(kept))
    return unreadableLatch("a field is missing or of another type");
  return Object.freeze({ source, reason, atMs: typeof atMs === "number" ? atMs : 0, epoch, evidence: kept });
}

export function unreadableLatch(problem: string): Latch {
  const detail = `the stored latch cannot be read: ${problem}`;
  const evidence = { kind: "controller", controller_name: "latch_store", state: "unreadable", detail };
  return Object.freeze({ source: "internal_error", reason: detail, atMs: 0, epoch: 0, evidence });
}

/** Shape of an epoch, on disk and elsewhere. */
export function isEpoch(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

const sources: ReadonlySet<unknown> = new Set<StopSource>([...TRIP_SOURCES, ...FAULT_SOURCES]);
function isSource(value: unknown): value is StopSource {
  return sources.has(value);
}
