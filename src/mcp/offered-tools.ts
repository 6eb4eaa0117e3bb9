import type { PrimitiveRegistry } from "../intent/registry.ts";
import { primitiveTools, type PrimitiveTool } from "./primitive-tools.ts";

/** The tools of the primitives that are registered now. */
export class OfferedTools {
  readonly #registry: PrimitiveRegistry;
  readonly #builtIn: ReadonlySet<string>;
  readonly #leave: () => void;
  #tools: readonly PrimitiveTool[] | undefined;
  #telling = false;

  /** `onChange`: once for all changes that are made in one go. */
  constructor(registry: PrimitiveRegistry, builtIn: ReadonlySet<string>, onChange: () => void) {
    this.#registry = registry;
    this.#builtIn = builtIn;
    this.#leave = registry.watch(() => {
      this.#tools = undefined;
      if (this.#telling) return;
      this.#telling = true;
      queueMicrotask(() => {
        this.#telling = false;
        onChange();
      });
    });
  }

  /** Sorted by name. */
  get list(): readonly PrimitiveTool[] {
    this.#tools ??= primitiveTools(this.#registry.all(), this.#builtIn);
    return this.#tools;
  }

  close(): void {
    this.#leave();
  }
}
