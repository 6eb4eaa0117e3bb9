import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MemoryTrace } from "./memory-trace.ts";
import { readTrace, type Trace } from "./read-trace.ts";
import type { TraceRecord } from "./records.ts";
import { summarizeTrace } from "./summary.ts";
import { header, refusedStep, step } from "./testing/records.ts";

function written(...records: readonly TraceRecord[]): string {
  const trace = new MemoryTrace();
  for (const record of [header, ...records]) trace.append(record);
  return trace.toText();
}

function read(text: string): Trace {
  const result = readTrace(text);
  if (!result.ok) throw new Error(result.problem);
  return result.trace;
}

describe("trace file", () => {
  test("trace 6 a one-step run is a header, an event and the footer, keys compatible and in order", () => {
    const lines = written(step(1)).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(Object.keys(JSON.parse(lines[0] ?? "")).slice(0, 4)).toEqual(["episode_id", "backend", "started_at", "n_steps"]);
    const event = JSON.parse(lines[1] ?? "");
    expect(Object.keys(event).slice(0, 7)).toEqual(["step", "timestamp", "intent", "decision", "result", "state_before", "state_after"]);
    expect(Object.keys(event.intent)).toEqual(["name", "args", "rationale"]);
    expect(Object.keys(event.decision)).toEqual(["action", "reason", "gate_name"]);
    expect(Object.keys(event.result)).toEqual(["status", "observation", "message", "duration_ms"]);
    expect(JSON.parse(lines[2] ?? "")).toMatchObject({ footer: true, n_steps: 1 });
  });

  test("trace 6 reading gives back what was written", () => {
    const note = { kind: "note", note: "intervention", tNs: 5n, fields: { call: "pause" } } as const;
    const trace = read(written(step(1), note, refusedStep(2)));
    expect(trace.header).toEqual(header);
    expect(trace.steps).toEqual([step(1), refusedStep(2)]);
    expect(trace.notes).toEqual([note]);
    expect(trace).toMatchObject({ complete: true, chained: true, records: 4, problems: [] });
  });

  test("trace 6 a NaN in an observation is written as null and named", () => {
    const text = written(
      step(1, { result: { status: "ok", observation: { force: Number.NaN, list: [1, Infinity] }, message: "", durationMs: 0 } }),
    );
    const event = JSON.parse(text.split("\n")[1] ?? "");
    expect(event.result.observation).toEqual({ force: null, list: [1, null] });
    expect(event.non_finite).toEqual(["/result/observation/force", "/result/observation/list/1"]);
    expect(read(text).complete).toBe(true);
  });

  test("the hash of a line is the SHA-256 of its text without the hash, as anybody can recompute", () => {
    const lines = written(step(1), step(2)).trimEnd().split("\n");
    let previous = "0".repeat(64);
    for (const line of lines) {
      const { hash, prev_hash } = JSON.parse(line);
      expect(prev_hash).toBe(previous);
      expect(
        createHash("sha256")
          .update(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, "}"))
          .digest("hex"),
      ).toBe(hash);
      previous = hash;
    }
  });

  test("trace 6 a trace cut at any byte reads up to the cut and says what is missing", () => {
    const whole = Buffer.from(written(step(1), refusedStep(2), step(3)), "utf8");
    const newlines = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at);
    for (let cut = 0; cut < whole.length; cut++) {
      const result = readTrace(whole.subarray(0, cut).toString("utf8"));
      const wholeLines = newlines.filter((at) => at < cut).length;
      if (wholeLines === 0) {
        expect(result.ok).toBe(false);
        continue;
      }
      expect(result).toMatchObject({ ok: true, trace: { complete: false, records: Math.min(4, wholeLines) } });
      if (!result.ok) continue;
      expect(result.trace.steps).toEqual([step(1), refusedStep(2), step(3)].slice(0, wholeLines - 1));
      expect(result.trace.problems.length).toBeGreaterThan(0);
    }
  });

  test("any changed byte in any line is found", () => {
    const text = written(step(1), refusedStep(2), step(3));
    const digits = [...text.matchAll(/\d/g)].map((match) => match.index);
    fc.assert(
      fc.property(fc.constantFrom(...digits), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const changed = String((Number(text[at]) + by) % 10);
        const result = readTrace(text.slice(0, at) + changed + text.slice(at + 1));
        expect(result.ok && result.trace.complete).toBe(false);
      }),
      { seed: 20261121, numRuns: 300 },
    );
  });

  test.for([
    ["removed", (lines: string[]) => [lines[0], lines[2], ...lines.slice(3)]],
    ["repeated", (lines: string[]) => [lines[0], lines[1], lines[1], ...lines.slice(2)]],
    ["moved", (lines: string[]) => [lines[0], lines[2], lines[1], ...lines.slice(3)]],
    ["appended after the footer", (lines: string[]) => [...lines, lines[1]]],
  ] as const)("a line that was %s is reported", ([, tamper]) => {
    const lines = written(step(1), step(2), step(3)).trimEnd().split("\n");
    expect(read(`${tamper(lines).join("\n")}\n`).complete).toBe(false);
  });

  test("trace 96 a ghostloop trace loads unchanged, bare NaN included", () => {
    const text = [
      '{"episode_id": "e", "backend": "mock", "started_at": 1.5, "n_steps": 1}',
      '{"step": 1, "timestamp": 2.5, "intent": {"name": "scan", "args": {}, "rationale": "NaN is a word here"}, "decision": {"action": "allow", "reason": "", "gate_name": "pipeline"}, "result": {"status": "ok", "observation": {"force": NaN, "far": -Infinity}, "message": "", "duration_ms": 0.5}, "state_before": {"position": [0, 0, 0]}, "state_after": {}}',
      "",
    ].join("\n");
    const trace = read(text);
    expect(trace).toMatchObject({
      complete: true,
      chained: false,
      nonFinite: ["/2/result/observation/force", "/2/result/observation/far"],
    });
    expect(trace.steps[0]?.result.observation).toEqual({ force: null, far: null });
    expect(trace.steps[0]?.intent.rationale).toBe("NaN is a word here");
  });

  test("bad lines are reported with number and reason, the others are kept", () => {
    const lines = written(step(1), step(2)).trimEnd().split("\n");
    lines.splice(2, 0, "{oops", "[1]");
    const trace = read(`${lines.join("\n")}\n`);
    expect(trace.steps).toHaveLength(2);
    expect(trace.problems.filter((problem) => problem.kind === "unreadable").map((problem) => problem.line)).toEqual([3, 4]);
  });

  test.for(["", "\n", "hello", "[]", "null", '{"episode_id": 5}'])("what is no trace says so: %j", (text) => {
    expect(readTrace(text).ok).toBe(false);
  });

  test("the reader never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.constant(written(step(1))).map((text) => text.slice(5)),
        ),
        (text) => {
          expect(() => readTrace(text)).not.toThrow();
        },
      ),
      { seed: 20261121, numRuns: 500 },
    );
  });
});

describe("trace summary", () => {
  test("trace 52 counts every field", () => {
    const trace = read(
      written(
        step(1),
        step(2, {
          intent: { id: "i-2", name: "move_to", args: { x: 0.5 }, rationale: "" },
          result: { status: "ok", observation: {}, message: "", durationMs: 12.3456 },
        }),
        refusedStep(3),
        step(4, { intent: { id: "i-4", name: "pick", args: {}, rationale: "" } }),
      ),
    );
    expect(summarizeTrace(trace)).toEqual({
      episode_id: header.episodeId,
      backend: "mock",
      n_events: 4,
      by_status: { ok: 3, blocked: 1 },
      by_intent: { scan: 1, move_to: 2, pick: 1 },
      denied: 1,
      deny_reasons: ["geofence: target x=9 outside workspace [-1,1]"],
      total_duration_ms: 12.346,
    });
  });
});
