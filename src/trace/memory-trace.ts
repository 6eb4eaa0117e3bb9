import { sha256Hex } from "../core/sha256.ts";
import { encodeFooter, encodeRecord, genesisHash } from "./encode-record.ts";
import type { TraceHead, TraceRecord, TraceSink } from "./records.ts";

/** A trace kept in memory. Lines and hashes are made when asked for, so appending costs an array push. */
export class MemoryTrace implements TraceSink {
  readonly #records: TraceRecord[] = [];

  get records(): readonly TraceRecord[] {
    return this.#records;
  }

  append(record: TraceRecord): void {
    this.#records.push(record);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  /** The file it would be, footer included: the very bytes a file trace of the same records holds. */
  toText(): string {
    return this.#encode().lines.join("\n") + "\n";
  }

  head(): TraceHead {
    return { records: this.#records.length, headHash: this.#encode().headHash };
  }

  #encode(): { readonly lines: readonly string[]; readonly headHash: string } {
    const lines: string[] = [];
    let hash = genesisHash;
    let steps = 0;
    for (const record of this.#records) {
      const line = encodeRecord(record, hash, sha256Hex);
      lines.push(line.text);
      hash = line.hash;
      if (record.kind === "step") steps += 1;
    }
    const footer = encodeFooter(steps, hash, sha256Hex);
    lines.push(footer.text);
    return { lines, headHash: footer.hash };
  }
}
