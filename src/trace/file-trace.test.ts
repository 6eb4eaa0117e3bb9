import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ClearanceError } from "../core/errors.ts";
import { openFileTrace } from "./file-trace.ts";
import { MemoryTrace } from "./memory-trace.ts";
import { readTrace } from "./read-trace.ts";
import { header, step } from "./testing/records.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "clearance-trace-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a file holds the very bytes of the same trace in memory", () => {
  const path = join(folder, "deep", "run.jsonl");
  const file = openFileTrace(path);
  const memory = new MemoryTrace();
  for (const record of [header, step(1), step(2)]) {
    file.append(record);
    memory.append(record);
  }
  const head = file.close();
  expect(readFileSync(path, "utf8")).toBe(memory.toText());
  expect(head).toEqual(memory.head());
  expect(file.close()).toEqual(head);
});

test("flush leaves everything appended so far readable by others", async () => {
  const path = join(folder, "run.jsonl");
  const file = openFileTrace(path);
  file.append(header);
  file.append(step(1));
  await file.flush();
  const result = readTrace(readFileSync(path, "utf8"));
  expect(result).toMatchObject({ ok: true, trace: { records: 2, complete: false } });
  file.close();
});

test("two writers on one trace: the second is refused and the first loses nothing", () => {
  const path = join(folder, "run.jsonl");
  const first = openFileTrace(path);
  first.append(header);
  expect(() => openFileTrace(path)).toThrow(ClearanceError);
  expect(() => openFileTrace(path)).toThrow(/run\.jsonl: it exists already; choose another name/);
  first.append(step(1));
  first.close();
  expect(readTrace(readFileSync(path, "utf8"))).toMatchObject({ ok: true, trace: { complete: true, records: 2 } });
});

test("a folder that cannot be written is one clear line", () => {
  writeFileSync(join(folder, "taken"), "");
  expect(() => openFileTrace(join(folder, "taken", "run.jsonl"))).toThrow(/cannot write the trace .*taken.run\.jsonl: /);
});

test("a full disk is reported, what was recorded before stays readable, and nothing throws", async () => {
  const path = join(folder, "run.jsonl");
  let room = 4000;
  const file = openFileTrace(path, {
    groupMs: 0,
    write(fd, bytes, offset) {
      if (room === 0) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
      const n = Math.min(room, bytes.length - offset);
      room -= n;
      return writeSync(fd, bytes, offset, n);
    },
  });
  file.append(header);
  for (let n = 1; n <= 10; n++) file.append(step(n));
  await file.flush();
  expect(file.problem).toMatch(/no space left/);
  file.close();
  const result = readTrace(readFileSync(path, "utf8"));
  expect(result.ok && result.trace.records).toBeGreaterThan(2);
  expect(result.ok && result.trace.problems.some((problem) => problem.kind === "torn" || problem.kind === "missing")).toBe(true);
});

test("a short write is carried on with, not lost", () => {
  const path = join(folder, "run.jsonl");
  const file = openFileTrace(path, { write: (fd, bytes, offset) => writeSync(fd, bytes, offset, Math.min(7, bytes.length - offset)) });
  file.append(header);
  file.append(step(1));
  file.close();
  expect(existsSync(path)).toBe(true);
  expect(readTrace(readFileSync(path, "utf8"))).toMatchObject({ ok: true, trace: { complete: true } });
});

test("appending after closing is noticed, not written", () => {
  const file = openFileTrace(join(folder, "run.jsonl"));
  file.append(header);
  file.close();
  file.append(step(1));
  expect(file.problem).toMatch(/closed/);
});
