import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openFileTrace } from "../src/trace/file-trace.ts";
import { header, step } from "../src/trace/testing/records.ts";
import type { BenchOptions } from "./main.ts";
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
  return [
    {
      what: "trace append, 300-byte records, hashed and written in groups",
      measured: median(() => rate(n, note)),
      unit: "records/s",
      limit: 300_000,
      atLeast: true,
    },
    { what: "trace append, whole step records of 900 bytes", measured: median(() => rate(n / 5, step(1))), unit: "records/s" },
  ];
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

function median(measure: () => number): number {
  const values = [measure(), measure(), measure(), measure(), measure()].sort((a, b) => a - b);
  return values[2] ?? Number.NaN;
}
