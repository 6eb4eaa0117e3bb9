import type { Ask, Gate } from "./gate.ts";
import { allow, deny, type Verdict } from "./verdict.ts";

/** Refuses primitives by name, whatever their arguments. */
export function denyListGate(config: { readonly denied?: Iterable<string> } = {}): Gate {
  const id = "deny_list";
  const denied: ReadonlySet<string> = new Set(config.denied ?? []);
  const passed = allow(id, "not on the deny list");
  return Object.freeze({
    id,
    check({ intent, primitive }: Ask): Verdict {
      // A composite or an alias is listed under either name.
      for (const name of [intent.name, primitive.name])
        if (denied.has(name)) return deny(id, "denied_primitive", `${name} is on the deny list`, { primitive: name });
      return passed;
    },
  });
}
