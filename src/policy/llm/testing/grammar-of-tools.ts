/**
 * Tools as a grammar in GBNF, the form that llama.cpp takes: every sentence of it is one call, `{"name": …, "args": {…}}`, that the tools'
 * own JSON Schemas accept. Numbers are short decimals, so fewer than the schemas admit; everything else is what they say.
 * @module
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/json.ts";

export interface OfferedTool {
  readonly name: string;
  readonly schema: JsonObject;
}

export interface ToolGrammar {
  readonly gbnf: string;
  /** What stands between the choices: a vocabulary that has these as words needs few tokens for a call. */
  readonly literals: readonly string[];
}

/** `words`: what a text may be where its schema names no choices. */
export function grammarOfTools(tools: readonly OfferedTool[], words: readonly string[]): ToolGrammar {
  const rules = new Map<string, string>();
  const literals = new Set<string>();
  const literal = (text: string): string => {
    literals.add(text);
    return JSON.stringify(text);
  };
  const rule = (body: string): string => {
    const known = [...rules].find(([, each]) => each === body);
    const name = known?.[0] ?? `r${rules.size}`;
    rules.set(name, body);
    return name;
  };
  const oneOf = (values: readonly JsonValue[]): string => rule(values.map((value) => literal(JSON.stringify(value))).join(" | "));

  const value = (schema: JsonValue | undefined): string => {
    if (!isJsonObject(schema)) throw new TypeError("a schema is an object");
    if (Array.isArray(schema["enum"])) return oneOf(schema["enum"]);
    const { type } = schema;
    if (type === "object") return object(schema);
    if (type === "array") return array(schema);
    if (type === "number") return number(schema);
    if (type === "boolean") return oneOf([true, false]);
    if (type === "string") return oneOf(words);
    throw new TypeError(`no grammar for ${JSON.stringify(schema)}`);
  };

  const object = (schema: JsonObject): string => {
    const fields = isJsonObject(schema["properties"]) ? schema["properties"] : {};
    const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
    const pair = (key: string, before: string): string => `${literal(`${before}${JSON.stringify(key)}:`)} ${value(fields[key])}`;
    const must = Object.keys(fields).filter((key) => required.has(key));
    const may = Object.keys(fields).filter((key) => !required.has(key));
    const rest = (from: number): string =>
      may
        .slice(from)
        .map((key) => `(${pair(key, ",")})?`)
        .join(" ");
    if (must.length > 0) return rule(`${must.map((key, i) => pair(key, i === 0 ? "{" : ",")).join(" ")} ${rest(0)} ${literal("}")}`);
    const firsts = may.map((key, i) => `${pair(key, "{")} ${rest(i + 1)} ${literal("}")}`);
    return rule([literal("{}"), ...firsts].join(" | "));
  };

  const array = (schema: JsonObject): string => {
    const min = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
    const max = Math.min(typeof schema["maxItems"] === "number" ? schema["maxItems"] : 4, Math.max(min, 4));
    const item = value(schema["items"]);
    const items = (n: number): string => `"[" ${Array.from({ length: n }, () => item).join(' "," ')} "]"`;
    return rule(Array.from({ length: max - min + 1 }, (_, i) => items(min + i)).join(" | "));
  };

  const number = (schema: JsonObject): string => {
    const [min, max] = [bound(schema["minimum"], -100), bound(schema["maximum"], 100)];
    const shapes = [
      { body: `${literal("0.")} [1-9] [0-9]`, largest: 0.99 },
      { body: `[1-9] "." [0-9]`, largest: 9.9 },
      { body: `[1-9] [0-9] "." [0-9]`, largest: 99.9 },
    ];
    const choices = shapes.flatMap(({ body, largest }) => [
      ...(min <= 0 && max >= largest ? [body] : []),
      ...(max >= 0 && min <= -largest ? [`"-" ${body}`] : []),
    ]);
    return choices.length === 0 ? oneOf([min, max, (min + max) / 2]) : rule(choices.join(" | "));
  };

  const calls = tools.map(({ name, schema }) => `${literal(`{"name":${JSON.stringify(name)},"args":`)} ${object(schema)} ${literal("}")}`);
  const gbnf = [`root ::= ${calls.join(" | ")}`, ...[...rules].map(([name, body]) => `${name} ::= ${body}`)].join("\n");
  return { gbnf: `${gbnf}\n`, literals: [...literals] };
}

function bound(value: JsonValue | undefined, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}
