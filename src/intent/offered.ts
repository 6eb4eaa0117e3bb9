/**
 * What a caller may ask a robot for: the primitives it has, and `stop`, which the runtime carries out whether it is registered or not.
 * @module
 */
import { stop } from "./catalogue/sense.ts";
import type { Primitive } from "./primitive.ts";
import type { PrimitiveRegistry } from "./registry.ts";

export function offeredPrimitive(registry: PrimitiveRegistry, name: string): Primitive | undefined {
  return registry.get(name) ?? (name === stop.name ? stop : undefined);
}

/** Sorted. */
export function offeredNames(registry: PrimitiveRegistry): readonly string[] {
  return registry.has(stop.name) ? registry.names() : [...registry.names(), stop.name].sort();
}
