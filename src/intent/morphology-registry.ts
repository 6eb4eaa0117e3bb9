/**
 * Primitives by what a robot is: spec runtime.md §7.3.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import { nearestName } from "../core/nearest.ts";
import type { Primitive } from "./primitive.ts";

export type PrimitiveFactory = () => Primitive;

export interface Coverage {
  readonly morphology: string;
  readonly required: readonly string[];
  readonly covered: readonly string[];
  readonly missing: readonly string[];
}

/** A robot of this kind has no such primitive. */
export class MorphologyError extends ClearanceError<"morphology.unknown"> {
  constructor(morphology: string, primitive: string, known: readonly string[]) {
    const near = nearestName(primitive, known);
    const hint = known.length === 0 ? "it has none" : near === undefined ? `it has ${known.join(", ")}` : `did you mean '${near}'?`;
    super("morphology.unknown", `no primitive '${primitive}' for morphology '${morphology}'; ${hint}`, { morphology, primitive });
  }
}

export class MorphologyRegistry {
  readonly #factories = new Map<string, Map<string, PrimitiveFactory>>();

  /** @throws ClearanceError `registry.duplicate` */
  register(morphology: string, name: string, factory: PrimitiveFactory): void {
    const known = this.#factories.get(morphology) ?? new Map<string, PrimitiveFactory>();
    if (known.has(name)) throw new ClearanceError("registry.duplicate", `primitive already registered: ${morphology} ${name}`, { name });
    known.set(name, factory);
    this.#factories.set(morphology, known);
  }

  registerMany(morphology: string, factories: Readonly<Record<string, PrimitiveFactory>>): void {
    for (const [name, factory] of Object.entries(factories)) this.register(morphology, name, factory);
  }

  /** @throws MorphologyError */
  buildOne(morphology: string, name: string): Primitive {
    const factory = this.#factories.get(morphology)?.get(name);
    if (factory === undefined) throw new MorphologyError(morphology, name, this.supported(morphology));
    return factory();
  }

  /** In the order asked for. @throws MorphologyError */
  build(morphology: string, names: readonly string[]): readonly Primitive[] {
    return names.map((name) => this.buildOne(morphology, name));
  }

  /** Sorted; empty for a morphology that nobody registered. */
  supported(morphology: string): readonly string[] {
    return [...(this.#factories.get(morphology)?.keys() ?? [])].sort();
  }

  /** Sorted. */
  morphologies(): readonly string[] {
    return [...this.#factories.keys()].sort();
  }

  coverage(morphology: string, required: readonly string[]): Coverage {
    const known = this.#factories.get(morphology);
    const covered = required.filter((name) => known?.has(name) === true);
    return { morphology, required, covered, missing: required.filter((name) => known?.has(name) !== true) };
  }
}
