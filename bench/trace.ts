import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openFileTrace } from "../src/trace/file-trace.ts";
import { header, step } from "../src/trace/testing/records.ts";
import type { BenchOptions } from "./main.ts";
import { median } from "./measure.ts";
import type { Row } from "./report.ts";

/** A note of about 300 bytes on disk. */
const note = {
  kind: "note",
  note: "observation",
  tNs: 123_456_789n,
  fields: { position: [0.1, 0.2, 0.3], q: [0.1, 0.2, 0.3, 0.4, 0.5] },
} as const;

export async function traceRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 50_000 : 300_000;
  // In turn, so that whatever else the machine does falls on each alike.
  const bare: number[] = [];
  const appended: number[] = [];
  const steps: number[] = [];
  for (let run = 0; run < 5; run++) {
    bare.push(bareRate(n));
    appended.push(rate(n, note));
    steps.push(rate(n / 5, step(1)));
  }
  return [
    {
      what: "calibration: JSON.stringify and SHA-256 of that record",
      measured: median(bare),
      unit: "records/s",
      note: "no chained trace is faster here",
    },
    {
      what: "trace append, 300-byte records, hashed and written in groups",
      measured: median(appended),
      unit: "records/s",
      limit: 300_000,
      atLeast: true,
      note: `${((100 * median(appended)) / median(bare)).toFixed(0)} % of the calibration`,
    },
    { what: "trace append, whole step records of 900 bytes", measured: median(steps), unit: "records/s" },
  ];
}

/** What a line of the note above costs in the engine alone: its text, and the hash that chains it. */
function bareRate(n: number): number {
  const { note: name, fields } = note;
  let previous = "0".repeat(64);
  const startedMs = performance.now();
  for (let i = 0; i < n; i++) {
    previous = hash("sha256", JSON.stringify({ note: name, t_ns: note.tNs.toString(), fields, prev_hash: previous }));
  }
  return n / ((performance.now() - startedMs) / 1000);
}

function rate(n: number, record: Parameters<ReturnType<typeof openFileTrace>["append"]>[0]): number {
  const folder = mkdtempSync(join(tmpdir(), "clearance-bench-"));
  try {
    const trace = openFileTrace(join(folder, "run.jsonl"));
    trace.append(header);
    const startedMs = performance.now();
    for (let i = 0; i < n; i++) trace.append(record);
    trace.close();
    return n / ((performance.now() - startedMs) / 1000);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
