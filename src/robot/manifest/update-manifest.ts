/**
 * A robot.yaml with new lowered blocks and nothing else touched: comments, order and spelling of all other lines stay.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import { readSource, type SourceValue } from "../../core/yaml/source.ts";
import type { JointKinematics } from "./file-body.ts";

/** The text with the block of a top-level key replaced, or added at the end; `header` takes the place of the old GENERATED lines. */
export function withBlock(text: string, key: string, block: readonly string[], header: readonly string[] = []): string {
  const lines = text.replace(/\n*$/, "").split("\n");
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  if (at < 0) return `${[...lines, ...(header.length > 0 ? [""] : []), ...header, ...block].join("\n")}\n`;
  let from = at;
  while (from > 0 && /^#( GENERATED|   (from|always))/.test(lines[from - 1]!)) from--;
  let to = at + 1;
  while (to < lines.length && !/^[^\s#-]/.test(lines[to]!)) to++;
  // Comments and blank lines at the margin belong to what follows.
  while (to > at + 1 && /^(#.*)?$/.test(lines[to - 1]!)) to--;
  return `${[...lines.slice(0, from), ...header, ...block, ...lines.slice(to)].join("\n")}\n`;
}

/** Home poses added to the safety block. */
export function withHomePoses(text: string, lines: readonly string[]): string {
  const all = text.split("\n");
  const safety = all.findIndex((line) => /^safety:\s*(#.*)?$/.test(line));
  if (safety < 0 || lines.length === 0) return text;
  return all.toSpliced(safety + 1, 0, "  home_poses:", ...lines).join("\n");
}

/** Nearer than this to what stands there, a line is left alone; m and rad. */
const sameKinematics = 5e-7;

/** The kinematics lines of the joints, each on one line, in the spelling of the file. */
export function withKinematics(text: string, where: string, kinematics: ReadonlyMap<string, JointKinematics>): string {
  const root = readSource(text, where);
  const joints = root.kind === "map" ? root.entries.get("joints")?.value : undefined;
  if (joints?.kind !== "list") return text;
  const lines = text.split("\n");
  const edits: { readonly line: number; readonly text: string; readonly insert: boolean }[] = [];
  for (const joint of joints.items) {
    if (joint.kind !== "map") continue;
    const name = joint.entries.get("name");
    const given = name?.value.kind === "scalar" ? kinematics.get(String(name.value.value)) : undefined;
    if (name === undefined || given === undefined) continue;
    const nameLine = lineOf(name.where);
    const indent = " ".repeat(lines[nameLine]!.indexOf("name:"));
    for (const key of ["origin_xyz", "origin_rpy", "axis_xyz"] as const) {
      const entry = joint.entries.get(key);
      const written = `${indent}${key}: [${given[key].map((value) => String(Number(value.toFixed(9)) + 0)).join(", ")}]`;
      if (entry === undefined) {
        const standard = key === "axis_xyz" ? [0, 0, 1] : [0, 0, 0];
        if (!isNear(given[key], standard)) edits.push({ line: nameLine + 1, text: written, insert: true });
      } else if (!isNear(given[key], numbersIn(entry.value))) {
        const line = lineOf(entry.where);
        if (!lines[line]!.includes("]")) throw spread(entry.where, key);
        edits.push({ line, text: `${written}${/\s+#.*$/.exec(lines[line]!)?.[0] ?? ""}`, insert: false });
      }
    }
  }
  // From the end, so that line numbers stay; the last insertion at a line first.
  for (const { line, text: written, insert } of edits.toReversed().toSorted((a, b) => b.line - a.line))
    lines.splice(line, insert ? 0 : 1, written);
  return lines.join("\n");
}

function isNear(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, k) => Math.abs(value - b[k]!) <= sameKinematics);
}

function numbersIn(value: SourceValue): readonly number[] {
  return value.kind === "list" ? value.items.map((item) => (item.kind === "scalar" ? Number(item.value) : Number.NaN)) : [];
}

/** From `file:line:column`, counted from 0. */
function lineOf(where: string): number {
  return Number(where.split(":").at(-2)) - 1;
}

function spread(where: string, key: string): ClearanceError {
  const problem = `${key} spreads over several lines`;
  return new ClearanceError("format.invalid", `${where}: ${problem}; write it as ${key}: [x, y, z]`, { where, problem });
}
