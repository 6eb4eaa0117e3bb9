/**
 * Several gates of one kind in one chain: the second `cooldown` is `cooldown#2`.
 * @module
 */
import type { Ask, Gate } from "./gate.ts";

const separator = "#";

/** The gates in order, none with an id that another has. */
export function numberedGates(gates: readonly Gate[]): readonly Gate[] {
  const seen = new Map<string, number>();
  return gates.map((gate) => {
    const count = (seen.get(gate.id) ?? 0) + 1;
    seen.set(gate.id, count);
    return count === 1 ? gate : renamed(gate, `${gate.id}${separator}${count}`);
  });
}

/** What kind of gate an id belongs to. */
export function kindOfGate(id: string): string {
  const at = id.indexOf(separator);
  return at === -1 ? id : id.slice(0, at);
}

function renamed(gate: Gate, id: string): Gate {
  const { commit } = gate;
  return Object.freeze({
    id,
    check: (ask: Ask) => Object.freeze({ ...gate.check(ask), gate: id }),
    ...(commit === undefined ? {} : { commit: (ask: Ask) => commit.call(gate, ask) }),
    ...(gate.fork === undefined ? {} : { fork: () => renamed(gate.fork!(), id) }),
  });
}
