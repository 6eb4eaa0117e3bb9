import { expect, test } from "vitest";
import { parseXml } from "./xml.ts";

test("an element knows its attributes, its children and where it stands", () => {
  const root = parseXml('<?xml version="1.0"?>\n<!-- a -->\n<robot name="a b">\n\t<link\n  name="x"/><link name="&lt;y&gt;"/>\n</robot>');
  expect(root).toMatchObject({ name: "robot", line: 3, column: 1 });
  expect(root.attributes.get("name")).toBe("a b");
  expect(root.children.map(({ line, column, attributes }) => [line, column, attributes.get("name")])).toEqual([
    [4, 2, "x"],
    [5, 13, "<y>"],
  ]);
});

test.for([
  ["\r\n", 3],
  ["\r", 3],
  ["\n", 3],
] as const)("lines end with %j alike", ([newline, line]) => {
  expect(parseXml(["<a>", "", "  <b/>", "</a>"].join(newline)).children[0]).toMatchObject({ line, column: 3 });
});

test("a byte order mark and characters beyond the first plane do not disturb the columns", () => {
  expect(parseXml("\uFEFF<a><b/></a>").children[0]?.line).toBe(1);
  expect(parseXml('<a t="😀"><b/></a>').children[0]?.column).toBe(11);
});

test.for([
  ["empty text", "", "f.xml:1:1: is empty"],
  ["white space", " \n\t\r\n", "f.xml:1:1: is empty"],
  ["no markup", "hello", "f.xml:1:"],
  ["an open element", "<robot>\n<link>", "f.xml:2:"],
  ["crossed tags", "<a><b></a></b>", "f.xml:1:"],
  ["two roots", "<a/>\n<b/>", "f.xml:2:"],
  ["a doubled attribute", '<a x="1" x="2"/>', "f.xml:1:"],
  ["an attribute without quotes", "<a x=1/>", "f.xml:1:"],
  ["an unknown entity", "<a>&boom;</a>", "f.xml:1:"],
  ["a control character", "<a>\u0001</a>", "f.xml:1:"],
  ["a document type", '<!DOCTYPE a [<!ENTITY b "c">]>\n<a>&b;</a>', "DOCTYPE"],
  ["a reference to a file", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"],
] as const)("%s is refused with its place", ([, text, part]) => {
  expect(() => parseXml(text, { where: "f.xml" })).toThrow(
    expect.objectContaining({ code: "format.invalid", message: expect.stringContaining(part) }),
  );
});

test("ten thousand nested elements are refused at the depth limit, not by the stack", () => {
  expect(() => parseXml(`${"<a>".repeat(10_000)}${"</a>".repeat(10_000)}`)).toThrow("xml:1:193: nests deeper than 64 elements");
  expect(parseXml(`${"<a>".repeat(64)}${"</a>".repeat(64)}`).name).toBe("a");
});

test("more text than the limit is refused before it is read", () => {
  expect(() => parseXml("<a/>", { maxLength: 3 })).toThrow("is 4 characters long, more than 3");
  expect(parseXml("<a/>", { maxLength: 4 }).name).toBe("a");
});

test("an attribute may be called __proto__", () => {
  expect(parseXml('<a __proto__="x"/>').attributes.get("__proto__")).toBe("x");
});
