/**
 * Typed reading of XML elements: what is missing, doubled or not a number is an error at its line.
 * @module
 */
import { vec3, type Vec3 } from "../core/vec3.ts";
import { formatInvalid, placeOf, type XmlElement } from "./xml.ts";

/** No robot is this large; it keeps every product of coordinates finite. In m. */
const largestLengthM = 1e6;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

export class XmlReader {
  readonly where: string;

  constructor(where: string) {
    this.where = where;
  }

  fail(element: XmlElement, problem: string, fix?: string): never {
    throw formatInvalid(placeOf(this.where, element), `<${element.name}> ${problem}`, fix);
  }

  text(element: XmlElement, attribute: string): string {
    const value = element.attributes.get(attribute)?.trim();
    if (value === undefined || value === "") return this.fail(element, `has no ${attribute}`);
    return value;
  }

  number(element: XmlElement, attribute: string): number {
    return this.#finite(element, attribute, this.text(element, attribute));
  }

  numberOr<T>(element: XmlElement, attribute: string, otherwise: T): number | T {
    return element.attributes.has(attribute) ? this.number(element, attribute) : otherwise;
  }

  /** A size: finite and > 0, at most 1e6 m. */
  sizeM(element: XmlElement, attribute: string): number {
    return this.#checkedSize(element, attribute, this.number(element, attribute));
  }

  sizesM(element: XmlElement, attribute: string): Vec3 {
    const sizes = this.vector(element, attribute, undefined);
    for (const size of sizes) this.#checkedSize(element, attribute, size);
    return sizes;
  }

  /** Three numbers separated by white space, each at most 1e6 in size; `otherwise` where the attribute is absent. */
  vector(element: XmlElement, attribute: string, otherwise: Vec3 | undefined): Vec3 {
    if (otherwise !== undefined && !element.attributes.has(attribute)) return otherwise;
    const value = this.text(element, attribute);
    const parts = value.split(/\s+/);
    if (parts.length !== 3) return this.fail(element, `${attribute} must be three numbers, got "${value.slice(0, 60)}"`);
    const [x = Number.NaN, y = Number.NaN, z = Number.NaN] = parts.map((part) => this.#finite(element, attribute, part));
    if (!(Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) <= largestLengthM))
      return this.fail(element, `${attribute} must lie within ±${largestLengthM}, got "${value.slice(0, 60)}"`);
    return vec3(x, y, z);
  }

  /** The only child of that name, or undefined; two are an error. */
  child(element: XmlElement, name: string): XmlElement | undefined {
    const [first, second] = element.children.filter((child) => child.name === name);
    if (second !== undefined) return this.fail(second, `appears twice in <${element.name}> of line ${element.line}`);
    return first;
  }

  #finite(element: XmlElement, attribute: string, text: string): number {
    const value = decimal.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value)) return this.fail(element, `${attribute} must be finite numbers, got "${text.slice(0, 60)}"`);
    return value;
  }

  #checkedSize(element: XmlElement, attribute: string, size: number): number {
    if (!(size > 0 && size <= largestLengthM))
      return this.fail(element, `${attribute} must be > 0 and at most ${largestLengthM}, got ${size}`);
    return size;
  }
}
