/**
 * A trace written while it happens: appended records are encoded, chained and written together, at most `groupMs` after the first
 * of them, so a crash loses at most that much. Node only.
 * @module
 */
import { hash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { ClearanceError } from "../core/errors.ts";
import type { HashFunction } from "../core/sha256.ts";
import { encodeFooter, encodeRecord, genesisHash } from "./encode-record.ts";
import type { TraceHead, TraceRecord, TraceSink } from "./records.ts";

/** The longest a record waits for its group, ms. */
export const traceGroupMs = 10;

/** A long group goes to the disk in pieces of this many characters: a text made of thousands of parts keeps them all alive. */
const pieceLength = 32_768;

const nodeHash: HashFunction = (text) => hash("sha256", text);

/** How bytes reach the disk; replaced in tests by a disk that fills up. Returns the bytes written. */
export type WriteBytes = (fd: number, bytes: Uint8Array, offset: number) => number;

export interface FileTraceOptions {
  readonly groupMs?: number;
  readonly write?: WriteBytes;
}

/**
 * Creates the file; one that exists is never touched, so two writers cannot share a trace and no evidence is overwritten.
 * @throws ClearanceError `trace.unwritable`
 */
export function openFileTrace(path: string, options: FileTraceOptions = {}): FileTrace {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return new FileTrace(path, openSync(path, "wx"), options);
  } catch (cause) {
    // Making the folder says EEXIST as well, where a file has its name.
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST" && existsSync(path);
    const problem = exists ? "it exists already" : messageOf(cause);
    const fix = exists ? "; choose another name or move it away" : "; choose another place";
    throw new ClearanceError("trace.unwritable", `cannot write the trace ${path}: ${problem}${fix}`, { path, problem }, { cause });
  }
}

export class FileTrace implements TraceSink {
  readonly path: string;
  readonly #fd: number;
  readonly #groupMs: number;
  readonly #write: WriteBytes;
  #waiting: TraceRecord[] = [];
  #waitingSinceMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #hash = genesisHash;
  #records = 0;
  #steps = 0;
  #closed = false;
  #problem: string | undefined;

  constructor(path: string, fd: number, options: FileTraceOptions) {
    this.path = path;
    this.#fd = fd;
    this.#groupMs = options.groupMs ?? traceGroupMs;
    this.#write = options.write ?? ((to, bytes, offset) => writeSync(to, bytes, offset));
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  append(record: TraceRecord): void {
    if (this.#closed) {
      this.#problem ??= "appended after the trace was closed";
      return;
    }
    const nowMs = performance.now();
    if (this.#waiting.length === 0) this.#waitingSinceMs = nowMs;
    this.#waiting.push(record);
    // A busy simulation never lets the timer run, so the age of the group is looked at here too.
    if (nowMs - this.#waitingSinceMs >= this.#groupMs) this.#commit();
    else this.#timer ??= setTimeout(() => this.#commit(), this.#groupMs);
  }

  /** Writes what waits. Resolves also when the disk failed; then `problem` says so. */
  flush(): Promise<void> {
    this.#commit();
    return Promise.resolve();
  }

  head(): TraceHead {
    this.#commit();
    return { records: this.#records, headHash: this.#hash };
  }

  /** Writes what waits and the footer, and syncs to the disk. Idempotent. */
  close(): TraceHead {
    if (!this.#closed) {
      this.#commit();
      this.#closed = true;
      const footer = encodeFooter(this.#steps, this.#hash, nodeHash);
      this.#hash = footer.hash;
      this.#writeText(`${footer.text}\n`);
      try {
        fsyncSync(this.#fd);
        closeSync(this.#fd);
      } catch (cause) {
        this.#problem ??= messageOf(cause);
      }
    }
    return { records: this.#records, headHash: this.#hash };
  }

  #commit(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const group = this.#waiting;
    this.#waiting = [];
    let text = "";
    for (const record of group) {
      const line = encodeRecord(record, this.#hash, nodeHash);
      this.#hash = line.hash;
      this.#records += 1;
      if (record.kind === "step") this.#steps += 1;
      text += line.text + "\n";
      if (text.length < pieceLength) continue;
      this.#writeText(text);
      text = "";
    }
    if (text !== "") this.#writeText(text);
  }

  #writeText(text: string): void {
    // After a failure nothing more is written: a gap would look like tampering, a torn end reads as what it is.
    if (this.#problem !== undefined) return;
    const bytes = Buffer.from(text, "utf8");
    try {
      for (let done = 0; done < bytes.length;) {
        const written = this.#write(this.#fd, bytes, done);
        if (!(written > 0)) throw new Error("the disk took no more bytes");
        done += written;
      }
    } catch (cause) {
      this.#problem = messageOf(cause);
    }
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
