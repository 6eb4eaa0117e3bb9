/**
 * YAML, or its subset JSON, as values that know their line. Only plain data gets through: no tags, no merge keys, no second document,
 * and aliases no more than a person would write.
 * @module
 */
import { Alias, LineCounter, parseDocument, Scalar, YAMLMap, YAMLSeq, type YAMLError } from "yaml";
import { ClearanceError } from "../../core/errors.ts";

export const sizeLimitBytes = 5_000_000;
const depthLimit = 64;
/** Aliases count with all they stand for. */
const valueLimit = 500_000;

interface Placed {
  /** `file:line:column`. */
  readonly where: string;
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

/** @throws ClearanceError `format.invalid` with file, line, column and what to do */
export function readSource(text: string, where: string): SourceValue {
  const bytes = byteLength(text);
  if (!(bytes <= sizeLimitBytes)) throw tooLarge(bytes, where);
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
  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) throw syntaxError(broken, text, at(broken.pos[0]));
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

function tooLarge(bytes: number, where: string): ClearanceError<"format.invalid"> {
  const megabytes = Math.ceil(bytes / 1e5) / 10;
  return formatInvalid(where, `script is ${megabytes} MB; the limit is ${sizeLimitBytes / 1e6} MB`, "split it into several scripts");
}

function syntaxError(broken: YAMLError, text: string, where: string): ClearanceError<"format.invalid"> {
  const firstLine = broken.message.split("\n")[0] ?? broken.message;
  const line = text.slice(text.lastIndexOf("\n", broken.pos[0] - 1) + 1, broken.pos[1] + 1);
  switch (broken.code) {
    case "TAB_AS_INDENT":
      return formatInvalid(where, "a tab stands where spaces belong", "indent with spaces");
    case "DUPLICATE_KEY":
      return formatInvalid(where, "this key stands twice in one mapping", "keep one of the two");
    case "MULTIPLE_DOCS":
      return formatInvalid(where, "a second document begins here", "one script a file; remove the '---'");
    case "TAG_RESOLVE_FAILED":
      return formatInvalid(where, "tags such as !!binary are not used here", "write plain values");
    case "RESOURCE_EXHAUSTION":
      return formatInvalid(where, `nested deeper than ${depthLimit} levels`, "write it flatter");
    default:
      return formatInvalid(where, firstLine, line.includes("\t") ? "indent with spaces, not tabs" : "check indentation, quotes and brackets");
  }
}

class SourceReader {
  readonly #at: (offset: number) => string;
  readonly #anchors = new Map<string, unknown>();
  /** Anchored values that are being read: an alias to one of them never ends. */
  readonly #open = new Set<unknown>();
  #values = 0;

  constructor(at: (offset: number) => string) {
    this.#at = at;
  }

  value(node: unknown, fallback: number, depth: number): SourceValue {
    const offset = offsetOf(node) ?? fallback;
    if (++this.#values > valueLimit) throw formatInvalid(this.#at(offset), `more than ${valueLimit} values, aliases counted in full`, "write less");
    if (depth > depthLimit) throw formatInvalid(this.#at(offset), `nested deeper than ${depthLimit} levels`, "write it flatter");
    if (node instanceof Alias) return this.#alias(node, offset, depth);
    if (anchorOf(node) !== undefined) this.#anchors.set(anchorOf(node) ?? "", node);
    this.#open.add(node);
    const read = this.#plain(node, offset, depth);
    this.#open.delete(node);
    return read;
  }

  #plain(node: unknown, offset: number, depth: number): SourceValue {
    const where = this.#at(offset);
    if (node instanceof YAMLMap) return this.#map(node, offset, depth);
    if (node instanceof YAMLSeq) return { kind: "list", where, items: node.items.map((item) => this.value(item, offset, depth + 1)) };
    const value: unknown = node instanceof Scalar ? node.value : null;
    const source = node instanceof Scalar && typeof node.source === "string" ? node.source : String(value);
    if (value === null || typeof value === "string" || typeof value === "boolean") return { kind: "scalar", where, value, source };
    if (typeof value === "number" && Number.isFinite(value)) return { kind: "scalar", where, value, source };
    throw formatInvalid(where, `${source} is not a finite number`, "write a number such as 0.25");
  }

  #map(node: YAMLMap, offset: number, depth: number): MapValue {
    const entries = new Map<string, { where: string; value: SourceValue }>();
    for (const { key, value } of node.items) {
      const from = offsetOf(key) ?? offset;
      const name = key instanceof Scalar ? String(key.value) : undefined;
      if (name === undefined) throw formatInvalid(this.#at(from), "a key must be plain text", "write key: value");
      entries.set(name, { where: this.#at(from), value: this.value(value, from, depth + 1) });
    }
    return { kind: "map", where: this.#at(offset), entries };
  }

  #alias(node: Alias, offset: number, depth: number): SourceValue {
    const target = this.#anchors.get(node.source);
    if (target === undefined) throw formatInvalid(this.#at(offset), `*${node.source} has no anchor before it`, `write &${node.source} at the value it stands for`);
    if (this.#open.has(target)) throw formatInvalid(this.#at(offset), `*${node.source} contains itself`, "write the value out");
    return this.value(target, offset, depth + 1);
  }
}

function offsetOf(node: unknown): number | undefined {
  return node instanceof Alias || node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq ? node.range?.[0] : undefined;
}

function anchorOf(node: unknown): string | undefined {
  return node instanceof Scalar || node instanceof YAMLMap || node instanceof YAMLSeq ? node.anchor : undefined;
}
