/**
 * YAML, or its subset JSON, as values that know their line. Only plain data gets through: no tags, no merge keys, no second document,
 * and aliases no more than a person would write.
 * @module
 */
import { Alias, LineCounter, parseDocument, Scalar, YAMLMap, YAMLSeq, type YAMLError } from "yaml";
import { ClearanceError } from "../errors.ts";

const sizeLimitBytes = 5_000_000;
const depthLimit = 64;
/** Aliases count with all they stand for. */
const valueLimit = 500_000;

interface Placed {
  /** `file:line:column`. */
  readonly where: string;
  /** How many values it holds, itself included and aliases written out. */
  readonly size: number;
  /** Levels from here to the deepest value in it, 1 for a scalar. */
  readonly height: number;
}
export interface ScalarValue extends Placed {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** As it is written, without quotes. */
  readonly source: string;
}
export interface ListValue extends Placed {
  readonly kind: "list";
  readonly items: readonly SourceValue[];
}
export interface MapValue extends Placed {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, { readonly where: string; readonly value: SourceValue }>;
}
export type SourceValue = ScalarValue | ListValue | MapValue;

/**
 * `what`: what the text is, for messages. `onDuplicate`: hears of every key that stands twice, in place of an error; the last one counts.
 * @throws ClearanceError `format.invalid` with file, line, column and what to do
 */
export function readSource(text: string, where: string, what = "document", onDuplicate?: (problem: string) => void): SourceValue {
  const bytes = byteLength(text);
  if (!(bytes <= sizeLimitBytes)) throw tooLarge(bytes, where, what);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: true,
    prettyErrors: false,
    logLevel: "error",
    lineCounter: lines,
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${where}:${line}:${col}`;
  };
  const borne = (error: YAMLError): boolean => onDuplicate !== undefined && error.code === "DUPLICATE_KEY";
  const broken = document.errors.find((error) => !borne(error)) ?? document.warnings[0];
  if (broken !== undefined) throw syntaxError(broken, text, at(broken.pos[0]), what);
  for (const twice of document.errors) onDuplicate?.(syntaxError(twice, text, at(twice.pos[0]), what).message);
  return new SourceReader(at).value(document.contents, 0, 0);
}

export function formatInvalid(where: string, problem: string, fix?: string): ClearanceError<"format.invalid"> {
  const message = `${where}: ${problem}${fix === undefined ? "" : `; ${fix}`}`;
  return new ClearanceError("format.invalid", message, { where, problem, ...(fix === undefined ? {} : { fix }) });
}

/** In UTF-8; no text is encoded whose length alone decides. */
function byteLength(text: string): number {
  const certain = text.length > sizeLimitBytes || text.length * 3 <= sizeLimitBytes;
  return certain ? text.length : new TextEncoder().encode(text).length;
}

function tooLarge(bytes: number, where: string, what: string): ClearanceError<"format.invalid"> {
  const megabytes = Math.ceil(bytes / 1e5) / 10;
  return formatInvalid(where, `${what} is ${megabytes} MB; the limit is ${sizeLimitBytes / 1e6} MB`, `split it into several ${what}s`);
}

function syntaxError(broken: YAMLError, text: string, where: string, what: string): ClearanceError<"format.invalid"> {
  if (broken.code === "RESOURCE_EXHAUSTION") return tooDeep(where);
  if (broken.code === "MULTIPLE_DOCS") return formatInvalid(where, "a second document begins here", `one ${what} a file; remove the '---'`);
  const known = syntaxProblems.get(broken.code);
  if (known !== undefined) return formatInvalid(where, ...known);
  const line = text.slice(text.lastIndexOf("\n", broken.pos[0] - 1) + 1, broken.pos[1] + 1);
  const fix = line.includes("\t") ? "indent with spaces, not tabs" : "check indentation, quotes and brackets";
  return formatInvalid(where, broken.message.split("\n")[0] ?? broken.message, fix);
}

/** The faults that have a better name than the parser's. */
const syntaxProblems = new Map<YAMLError["code"], readonly [problem: string, fix: string]>([
  ["TAB_AS_INDENT", ["a tab stands where spaces belong", "indent with spaces"]],
  ["DUPLICATE_KEY", ["this key stands twice in one mapping", "keep one of the two"]],
  ["TAG_RESOLVE_FAILED", ["tags such as !!binary are not used here", "write plain values"]],
]);

/** An alias gives the very value that its anchor stands at, which is therefore read once; only the sum of sizes grows. */
class SourceReader {
  readonly #at: (offset: number) => string;
  /** By anchor; `open` while the value is being read, when an alias to it would never end. */
  readonly #anchors = new Map<string, SourceValue | "open">();

  constructor(at: (offset: number) => string) {
    this.#at = at;
  }

  value(node: unknown, fallback: number, depth: number): SourceValue {
    const offset = offsetOf(node) ?? fallback;
    if (depth > depthLimit) throw tooDeep(this.#at(offset));
    if (node instanceof Alias) return this.#alias(node, offset);
    const anchor = anchorOf(node);
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const read = this.#plain(node, offset, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #plain(node: unknown, offset: number, depth: number): SourceValue {
    const where = this.#at(offset);
    if (node instanceof YAMLMap) return this.#map(node, offset, depth);
    if (node instanceof YAMLSeq) {
      const items = node.items.map((item) => this.value(item, offset, depth + 1));
      return { kind: "list", where, ...this.#extent(items, where), items };
    }
    const value: unknown = node instanceof Scalar ? node.value : null;
    const source = node instanceof Scalar && typeof node.source === "string" ? node.source : String(value);
    const plain = value === null || typeof value === "string" || typeof value === "boolean";
    if (plain || (typeof value === "number" && Number.isFinite(value))) return { kind: "scalar", where, size: 1, height: 1, value, source };
    throw formatInvalid(where, `${source} is not a finite number`, "write a number such as 0.25");
  }

  #map(node: YAMLMap, offset: number, depth: number): MapValue {
    const where = this.#at(offset);
    const entries = new Map<string, { where: string; value: SourceValue }>();
    for (const { key, value } of node.items) {
      const from = offsetOf(key) ?? offset;
      if (!(key instanceof Scalar)) throw formatInvalid(this.#at(from), "a key must be plain text", "write key: value");
      entries.set(String(key.value), { where: this.#at(from), value: this.value(value, from, depth + 1) });
    }
    const values = [...entries.values()].map(({ value }) => value);
    return { kind: "map", where, ...this.#extent(values, where), entries };
  }

  #alias(node: Alias, offset: number): SourceValue {
    const target = this.#anchors.get(node.source);
    if (target === "open") throw formatInvalid(this.#at(offset), `*${node.source} contains itself`, "write the value out");
    if (target !== undefined) return target;
    throw formatInvalid(this.#at(offset), `*${node.source} has no anchor before it`, `write &${node.source} at the value it stands for`);
  }

  #extent(values: readonly SourceValue[], where: string): Pick<Placed, "size" | "height"> {
    let size = 1;
    let height = 1;
    for (const value of values) {
      size += value.size;
      height = Math.max(height, value.height + 1);
    }
    if (!(size <= valueLimit)) throw formatInvalid(where, `more than ${valueLimit} values, aliases counted in full`, "write less");
    if (!(height <= depthLimit)) throw tooDeep(where);
    return { size, height };
  }
}

function tooDeep(where: string): ClearanceError<"format.invalid"> {
  return formatInvalid(where, `nested deeper than ${depthLimit} levels`, "write it flatter");
}

function offsetOf(node: unknown): number | undefined {
  return node instanceof Alias || node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq
    ? node.range?.[0]
    : undefined;
}

function anchorOf(node: unknown): string | undefined {
  return node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq ? node.anchor : undefined;
}

/** The value as plain data. */
export function plainValue(value: SourceValue): unknown {
  switch (value.kind) {
    case "scalar":
      return value.value;
    case "list":
      return value.items.map(plainValue);
    case "map":
      // fromEntries defines own properties, so a key named __proto__ stays a key.
      return Object.fromEntries(Array.from(value.entries, ([key, entry]) => [key, plainValue(entry.value)]));
  }
}

/** Where the key or item of `path` stands, `file:line:column`; the nearest parent that exists otherwise. */
export function whereOf(root: SourceValue, path: readonly (string | number)[]): string {
  let where = root.where;
  let at: SourceValue | undefined = root;
  for (const part of path) {
    if (at?.kind === "map") {
      const entry: { readonly where: string; readonly value: SourceValue } | undefined = at.entries.get(String(part));
      if (entry === undefined) return where;
      where = entry.where;
      at = entry.value;
    } else if (at?.kind === "list") {
      at = at.items[Number(part)];
      if (at === undefined) return where;
      where = at.where;
    } else return where;
  }
  return where;
}
