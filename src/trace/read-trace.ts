/**
 * Reads a trace, whole or damaged. What can be read is given back; what cannot is reported with its line and reason, never invented.
 * @module
 */
import { sha256Hex, type HashFunction } from "../core/sha256.ts";
import { decodeLine } from "./decode-record.ts";
import { genesisHash } from "./encode-record.ts";
import type { NoteRecord, StepRecord, TraceHeader } from "./records.ts";
import { parseTolerantJson } from "./tolerant-json.ts";

export interface TraceProblem {
  /** From 1. */
  readonly line: number;
  /** `torn` end of the file, `unreadable` line, `chain` broken, `missing` records or footer, `order` of steps. */
  readonly kind: "torn" | "unreadable" | "chain" | "missing" | "order";
  readonly problem: string;
}

export interface Trace {
  readonly header: TraceHeader;
  readonly steps: readonly StepRecord[];
  readonly notes: readonly NoteRecord[];
  /** Closed properly, and every line is there and unchanged as far as the format can tell. */
  readonly complete: boolean;
  /** Written by us, so hash-chained; ghostloop's traces are not. */
  readonly chained: boolean;
  readonly headHash: string | undefined;
  /** Lines read, the footer left out. */
  readonly records: number;
  readonly problems: readonly TraceProblem[];
  /** JSON pointers, `/<line>/…`, of numbers that were NaN or infinite and read as null. */
  readonly nonFinite: readonly string[];
}

export type ReadTrace = { readonly ok: true; readonly trace: Trace } | { readonly ok: false; readonly problem: string };

export function readTrace(text: string, hashOf: HashFunction = sha256Hex): ReadTrace {
  const reader = new Reader(hashOf);
  const lines = text.split("\n");
  // A file that was closed or flushed ends in a newline, so the last piece is empty; anything else is a torn line.
  const torn = lines.pop() ?? "";
  for (const line of lines) reader.line(line);
  return reader.finish(torn);
}

const hashSuffix = /,"hash":"([0-9a-f]{64})"\}$/;

class Reader {
  readonly #hashOf: HashFunction;
  readonly #steps: StepRecord[] = [];
  readonly #notes: NoteRecord[] = [];
  readonly #problems: TraceProblem[] = [];
  readonly #nonFinite: string[] = [];
  #number = 0;
  #records = 0;
  #header: TraceHeader | undefined;
  #expectedSteps: number | undefined;
  #chained = false;
  #closed = false;
  #hash = genesisHash;

  constructor(hashOf: HashFunction) {
    this.#hashOf = hashOf;
  }

  line(text: string): void {
    this.#number += 1;
    if (text.trim() === "") return;
    if (this.#closed) this.#report("order", "there is a line after the footer");
    try {
      const { value, nonFinite } = parseTolerantJson(text);
      for (const pointer of nonFinite) this.#nonFinite.push(`/${this.#number}${pointer}`);
      this.#take(decodeLine(value));
    } catch (error) {
      this.#report("unreadable", error instanceof Error ? error.message : String(error));
    }
    this.#checkChain(text);
  }

  finish(torn: string): ReadTrace {
    if (torn !== "") {
      this.#number += 1;
      this.#report("torn", `the file ends in the middle of a line, ${torn.length} characters in`);
    }
    const header = this.#header;
    if (header === undefined) return { ok: false, problem: this.#problems[0]?.problem ?? "the file is empty" };
    if (this.#expectedSteps !== undefined && this.#expectedSteps !== this.#steps.length)
      this.#report("missing", `${this.#expectedSteps} steps were recorded, ${this.#steps.length} are here`);
    if (this.#chained && !this.#closed)
      this.#report("missing", `no footer: the writer did not close the trace (${header.lossWindow || "recent records may be lost"})`);
    return {
      ok: true,
      trace: {
        header,
        steps: this.#steps,
        notes: this.#notes,
        complete: this.#problems.length === 0,
        chained: this.#chained,
        headHash: this.#chained ? this.#hash : undefined,
        records: this.#records,
        problems: this.#problems,
        nonFinite: this.#nonFinite,
      },
    };
  }

  #take(decoded: ReturnType<typeof decodeLine>): void {
    if (decoded.kind === "unreadable") return this.#report("unreadable", decoded.problem);
    if (decoded.kind === "footer") {
      this.#closed = true;
      this.#expectedSteps = decoded.steps;
      return;
    }
    this.#records += 1;
    if (decoded.kind === "header") {
      if (this.#header !== undefined) return this.#report("order", "there is a second header");
      this.#header = decoded.header;
      this.#chained = decoded.ours;
      this.#expectedSteps = decoded.steps;
      return;
    }
    if (this.#header === undefined) this.#report("missing", "there is no header before this line");
    if (decoded.kind === "note") return void this.#notes.push(decoded.note);
    const wanted = (this.#steps.at(-1)?.step ?? 0) + 1;
    if (decoded.step.step !== wanted) this.#report("order", `step ${decoded.step.step} follows where step ${wanted} should be`);
    this.#steps.push(decoded.step);
  }

  #checkChain(text: string): void {
    if (!this.#chained) return;
    const found = hashSuffix.exec(text);
    if (found === null) return this.#report("chain", "the line carries no hash");
    const unsigned = `${text.slice(0, found.index)}}`;
    const stated = found[1] ?? "";
    if (this.#hashOf(unsigned) !== stated) this.#report("chain", "the line was changed: its hash does not fit");
    else if (!unsigned.endsWith(`,"prev_hash":"${this.#hash}"}`))
      this.#report("chain", "the line does not follow the one before: a line was removed, added or moved");
    this.#hash = stated;
  }

  #report(kind: TraceProblem["kind"], problem: string): void {
    this.#problems.push({ line: this.#number, kind, problem });
  }
}
