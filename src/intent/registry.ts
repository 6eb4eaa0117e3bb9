import { ClearanceError } from "../core/errors.ts";
import type { Primitive } from "./primitive.ts";

/** The primitives a robot offers, by name. Looked up with a `Map`, so `constructor` and `__proto__` are ordinary unknown names. */
export class PrimitiveRegistry {
  #byName = new Map<string, Primitive>();
  readonly #watchers = new Set<() => void>();

  constructor(primitives: readonly Primitive[] = []) {
    for (const primitive of primitives) this.register(primitive);
  }

  /** @throws ClearanceError `registry.duplicate` */
  register(primitive: Primitive): void {
    add(this.#byName, primitive);
    this.#tell();
  }

  /** These in place of all there were, at once. @throws ClearanceError `registry.duplicate`; the old ones then stay */
  replaceAll(primitives: readonly Primitive[]): void {
    const byName = new Map<string, Primitive>();
    for (const primitive of primitives) add(byName, primitive);
    this.#byName = byName;
    this.#tell();
  }

  /** `onChange` runs after every change, and must not throw. Returns how to end it. */
  watch(onChange: () => void): () => void {
    this.#watchers.add(onChange);
    return () => void this.#watchers.delete(onChange);
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

  /** In the order of their names. */
  all(): readonly Primitive[] {
    return this.names().map((name) => this.#byName.get(name)!);
  }

  get size(): number {
    return this.#byName.size;
  }

  #tell(): void {
    for (const onChange of this.#watchers) onChange();
  }
}

function add(byName: Map<string, Primitive>, primitive: Primitive): void {
  const { name } = primitive;
  if (byName.has(name)) throw new ClearanceError("registry.duplicate", `primitive already registered: ${name}`, { name });
  byName.set(name, Object.freeze(primitive));
}
