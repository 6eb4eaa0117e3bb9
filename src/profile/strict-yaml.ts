/**
 * YAML (or JSON, its subset) held to a schema. Every fault comes with its line, its column and what to write instead, all at once.
 * @module
 */
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import type * as z from "zod";
import { ClearanceError } from "../core/errors.ts";
import { nearestName } from "../core/nearest.ts";

/** Larger texts are refused unread, bytes. */
const sizeLimit = 5_000_000;

/** @throws ClearanceError `format.invalid` for what is not YAML, `config.invalid` for what the schema does not know */
export function parseStrictYaml<Schema extends z.ZodType>(text: string, where: string, schema: Schema): z.output<Schema> {
  if (!(text.length <= sizeLimit))
    throw formatError(where, `${(text.length / 1e6).toFixed(0)} MB is too large; the limit is ${sizeLimit / 1e6} MB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, strict: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${where}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined) {
    const tab =
      text
        .slice(0, broken.pos[1] + 1)
        .split("\n")
        .at(-1)
        ?.includes("\t") === true;
    throw formatError(at(broken.pos[0]), broken.message.split("\n")[0] ?? broken.message, tab ? "indent with spaces, not tabs" : undefined);
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => describeIssue(issue, schema, document, at));
  throw new ClearanceError("config.invalid", problems.join("\n"), { source: where, problems });
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType, document: Document, at: (offset: number) => string): readonly string[] {
  const path = issue.path.map((part) => (typeof part === "symbol" ? String(part) : part));
  const name = path.join(".");
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => {
      const known = knownKeysAt(schema, path);
      const near = nearestName(key, known);
      const hint = near === undefined ? (known.length > 0 ? `; known keys: ${known.join(", ")}` : "") : `; did you mean '${near}'?`;
      return `${at(offsetOf(document, [...path, key]))}: unknown key '${name === "" ? key : `${name}.${key}`}'${hint}`;
    });
  return [`${at(offsetOf(document, path))}: ${name === "" ? "the file" : `'${name}'`}: ${issue.message.replace(/^Invalid input: /, "")}`];
}

/** The keys that the schema knows at `path`: zod reports unknown keys without the known ones. */
function knownKeysAt(schema: z.core.$ZodType, path: readonly (string | number)[]): readonly string[] {
  const def = schema._zod.def;
  if ("innerType" in def) return knownKeysAt(def.innerType as z.core.$ZodType, path);
  if ("in" in def) return knownKeysAt(def.in as z.core.$ZodType, path);
  if ("options" in def) return [...new Set((def.options as z.core.$ZodType[]).flatMap((option) => knownKeysAt(option, path)))];
  const [first, ...rest] = path;
  if ("shape" in def) {
    const shape = def.shape as Readonly<Record<string, z.core.$ZodType>>;
    const inner = typeof first === "string" && Object.hasOwn(shape, first) ? shape[first] : undefined;
    return first === undefined ? Object.keys(shape) : inner === undefined ? [] : knownKeysAt(inner, rest);
  }
  if ("element" in def) return knownKeysAt(def.element as z.core.$ZodType, rest);
  if ("valueType" in def) return knownKeysAt(def.valueType as z.core.$ZodType, rest);
  return [];
}

/** Where the key of `path` stands in the text; the nearest parent that exists otherwise. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === last);
      if (pair !== undefined && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range)) return Number(node.range[0]);
  }
  return 0;
}

function formatError(where: string, problem: string, fix?: string): ClearanceError {
  return new ClearanceError("format.invalid", `${where}: ${problem}${fix === undefined ? "" : `; ${fix}`}`, {
    where,
    problem,
    ...(fix === undefined ? {} : { fix }),
  });
}
