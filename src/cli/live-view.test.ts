import { expect, test } from "vitest";
import type { StepRecord } from "../trace/records.ts";
import { closingTable, liveView } from "./live-view.ts";
import type { Terminal } from "./terminal.ts";

function terminalOf(columns: number): Terminal & { readonly lines: string[] } {
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  return { live: false, columns, lines, line, status: () => undefined, paint: (_style, text) => text };
}

function stepOf(args: StepRecord["intent"]["args"], parent?: number): StepRecord {
  const decision = { action: "allow", reason: "all 1 gate(s) passed: window", gateName: "pipeline" };
  const result = { status: "ok", observation: {}, message: "moved", durationMs: 310 };
  return {
    step: 7,
    intent: { id: "i", name: "move_to", args, rationale: "" },
    decision,
    gates: [{ gate: "window" }],
    result,
    parent,
  } as unknown as StepRecord;
}

function shown(columns: number, ...records: readonly StepRecord[]): readonly string[] {
  const terminal = terminalOf(columns);
  for (const record of records) liveView(terminal).onStep?.(record);
  return terminal.lines;
}

test("numbers are shown as a person reads them", () => {
  const [head] = shown(120, stepOf({ x: 0.33015538457648386, y: 2.83e-16, waypoints: [[-1.5707963267948966]] }));
  expect(head).toBe("  7  move_to {x: 0.330155, y: 0, waypoints: [[-1.5708]]}  ok        0.31 s");
});

test("a narrow terminal cuts what was asked for, so that a step stays one line; steps of a composite stand in line", () => {
  const args = { x: 0.123456, y: 0.234567, z: 0.345678 };
  const [head, , inside] = shown(60, stepOf(args), stepOf(args, 3));
  expect([head?.length, inside?.length]).toEqual([59, 59]);
  expect(head).toBe("  7  move_to {x: 0.123456, y: 0.234567, z… ok        0.31 s");
  expect(inside).toBe("  7    move_to {x: 0.123456, y: 0.234567,… ok        0.31 s");
});

test("no step at all is said as none", () => {
  const terminal = terminalOf(120);
  const facts = { reached: false, message: "m", steps: [], simulatedMs: 0, wallMs: 1, tracePath: "t", headHash: "h", records: 1 };
  closingTable(terminal, { ...facts, pictures: 0, imageFolder: "" });
  expect(terminal.lines).toContain("steps    0");
});
