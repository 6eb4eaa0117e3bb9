/**
 * XML as a small tree whose elements know where they stand in the file, for robot descriptions that people write by hand.
 *
 * Strict: what is not well-formed is refused. No document type is read, so no entity but the five of XML exists and nothing expands;
 * nothing is fetched. Size and depth are bounded, and no step recurses with the depth of the text.
 * @module
 */
import { SaxesParser } from "saxes";
import { ClearanceError } from "../core/errors.ts";

export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Where the `<` of the start tag stands, from 1; a tab counts as one column. */
  readonly line: number;
  readonly column: number;
}

export interface XmlOptions {
  /** Named in errors: a file name, or what the text is. */
  readonly where?: string;
  /** In UTF-16 units; the default of 16 Mi is far above any robot description. */
  readonly maxLength?: number;
  /** Default 64. */
  readonly maxDepth?: number;
}

interface OpenElement extends XmlElement {
  readonly children: OpenElement[];
}

/** The root element. @throws ClearanceError `format.invalid`, `where:line:column`. */
export function parseXml(text: string, options: XmlOptions = {}): XmlElement {
  const { where = "xml", maxLength = 16 * 1024 * 1024, maxDepth = 64 } = options;
  if (!(text.length <= maxLength))
    throw formatInvalid(
      where,
      `is ${text.length} characters long, more than ${maxLength}`,
      "leave meshes and other data in their own files",
    );
  if (text.trim() === "") throw formatInvalid(`${where}:1:1`, "is empty", "give the text of the robot description");

  const parser = new SaxesParser({ position: true });
  const position = lineCounter(text);
  const open: OpenElement[] = [];
  let root: OpenElement | undefined;
  parser.on("error", (error) => {
    // saxes puts its own "line:column: " in front.
    throw formatInvalid(`${where}:${parser.line}:${parser.column + 1}`, error.message.replace(/^\d+:\d+: /, ""));
  });
  parser.on("doctype", () => {
    throw formatInvalid(`${where}:${parser.line}:${parser.column + 1}`, "has a DOCTYPE, which is not read", "delete it");
  });
  let startLine = 1;
  let startColumn = 1;
  parser.on("opentagstart", () => {
    const at = position(text.lastIndexOf("<", parser.position - 1));
    startLine = at.line;
    startColumn = at.column;
    if (!(open.length < maxDepth)) throw formatInvalid(`${where}:${startLine}:${startColumn}`, `nests deeper than ${maxDepth} elements`);
  });
  parser.on("opentag", (tag) => {
    const element: OpenElement = {
      name: tag.name,
      attributes: new Map(Object.entries(tag.attributes)),
      children: [],
      line: startLine,
      column: startColumn,
    };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  if (root === undefined) throw formatInvalid(`${where}:1:1`, "has no root element");
  return root;
}

/** `file:line:column` of an element, for errors. */
export function placeOf(where: string, element: XmlElement): string {
  return `${where}:${element.line}:${element.column}`;
}

/** The error every reader of robot files throws: one line that says where, what and how to mend it. */
export function formatInvalid(where: string, problem: string, fix?: string): ClearanceError<"format.invalid"> {
  const message = `${where}: ${problem}${fix === undefined ? "" : `; ${fix}`}`;
  return new ClearanceError("format.invalid", message, { where, problem, ...(fix === undefined ? {} : { fix }) });
}

/** Line and column of rising offsets; `\r\n`, `\n` and `\r` each end one line. */
function lineCounter(text: string): (offset: number) => { line: number; column: number } {
  let line = 1;
  let lineStart = 0;
  let seen = 0;
  return (offset) => {
    for (; seen < offset; seen++) {
      const unit = text.charCodeAt(seen);
      if (unit === 10 || (unit === 13 && text.charCodeAt(seen + 1) !== 10)) {
        line += 1;
        lineStart = seen + 1;
      }
    }
    return { line, column: offset - lineStart + 1 };
  };
}
