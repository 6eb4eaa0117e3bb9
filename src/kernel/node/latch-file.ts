/**
 * The latch in a file. Three files of one name: `X` is the latch, `X.staged` the one being written, `X.epoch` the highest epoch.
 *
 *     trip ─ stage: bytes into the open X.staged ─ adapters stop and answer ─ commit: fsync, rename to X, fsync of the folder
 *            a killed process loses nothing from here on                      a loss of power loses nothing from here on
 *
 * X, or anything in X.staged, or an X.epoch that cannot be read, means latched. One process at a time uses a name.
 * @module
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isEpoch, latchFromText, latchText, unreadableLatch, type LatchStore } from "../stop/latch-store.ts";
import type { Latch, StoredLatch } from "../stop/stop-types.ts";

export class LatchFile implements LatchStore {
  readonly path: string;
  readonly #staged: string;
  readonly #epochPath: string;
  /** Of `X.staged`, empty and open, so that a trip waits for no directory; absent before the first load and after a commit. */
  #fd: number | undefined;
  /** Something is in it. */
  #written = false;

  constructor(path: string) {
    this.path = resolve(path);
    this.#staged = `${this.path}.staged`;
    this.#epochPath = `${this.path}.epoch`;
  }

  load(): StoredLatch {
    const epoch = this.#loadEpoch();
    const latch = this.#loadLatch() ?? (typeof epoch === "string" ? unreadableLatch(epoch) : undefined);
    const highest = Math.max(typeof epoch === "number" ? epoch : 0, latch?.epoch ?? 0);
    if (latch !== undefined) return Object.freeze({ epoch: highest, latch });
    try {
      this.#open();
    } catch (cause) {
      // A latch that could not be written when it counts is found out now.
      return Object.freeze({ epoch: highest, latch: unreadableLatch(`no latch can be written: ${messageOf(cause)}`) });
    }
    return Object.freeze({ epoch: highest, latch: undefined });
  }

  stage(latch: Latch): void {
    const bytes = Buffer.from(latchText(latch), "utf8");
    const fd = this.#fd ?? this.#open();
    this.#written = true;
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, done);
  }

  commit(): void {
    if (this.#fd === undefined || !this.#written) return;
    fsyncSync(this.#fd);
    this.#close();
    renameSync(this.#staged, this.path);
    syncFolder(this.path);
  }

  clear(epoch: number): void {
    this.storeEpoch(epoch);
    this.#close();
    remove(this.#staged);
    remove(this.path);
    syncFolder(this.path);
    this.#open();
  }

  storeEpoch(epoch: number): void {
    mkdirSync(dirname(this.path), { recursive: true });
    const next = `${this.#epochPath}.next`;
    const fd = openSync(next, "w");
    try {
      writeSync(fd, `${epoch}\n`);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(next, this.#epochPath);
    syncFolder(this.path);
  }

  /** Gives the file back; the latch stays. */
  close(): void {
    this.#close();
  }

  #open(): number {
    mkdirSync(dirname(this.path), { recursive: true });
    this.#close();
    this.#fd = openSync(this.#staged, "w");
    return this.#fd;
  }

  #close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
    this.#written = false;
  }

  #loadLatch(): Latch | undefined {
    try {
      const text = readIfThere(this.path);
      if (text !== undefined) return latchFromText(text);
      const staged = readIfThere(this.#staged);
      return staged === undefined || staged === "" ? undefined : latchFromText(staged);
    } catch (cause) {
      return unreadableLatch(messageOf(cause));
    }
  }

  /** The number, or what is wrong with it. */
  #loadEpoch(): number | string {
    try {
      const text = readIfThere(this.#epochPath);
      if (text === undefined) return 0;
      const epoch = /^\d+\n$/.test(text) ? Number(text) : undefined;
      return isEpoch(epoch) ? epoch : "the stored epoch is not a number";
    } catch (cause) {
      return messageOf(cause);
    }
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/** Without it a rename may be lost with the power. Windows has no such call, and keeps its directories itself. */
function syncFolder(path: string): void {
  if (process.platform === "win32") return;
  const fd = openSync(dirname(path), "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
