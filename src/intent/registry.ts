import { ClearanceError } from "../core/errors.ts";
import type { Primitive } from "./primitive.ts";

/** The primitives a robot offers, by name. Looked up with a `Map`, so `constructor` and `__proto__` are ordinary unknown names. */
export class PrimitiveRegistry {
  readonly #byName = new Map<string, Primitive>();

  constructor(primitives: readonly Primitive[] = []) {
    for (const primitive of primitives) this.register(primitive);
  }

  register(primitive: Primitive): void {
    const { name } = primitive;
    if (this.#byName.has(name)) throw new ClearanceError("registry.duplicate", `primitive already registered: ${name}`, { name });
    this.#byName.set(name, Object.freeze(primitive));
  }

  get(name: string): Primitive | undefined {
    return this.#byName.get(name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** Sorted. */
  names(): readonly string[] {
    return [...this.#byName.keys()].sort();
  }

  get size(): number {
    return this.#byName.size;
  }
}
