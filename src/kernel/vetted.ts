import type { Command, Vetted } from "./command.ts";

const minted = new WeakSet<Command>();

/** Whether the kernel made it. A copy of a vetted command is not vetted. */
export function isVetted(command: Command): command is Vetted {
  return minted.has(command);
}

/** The kernel's alone: freezes the command and remembers it. `rows` must be a copy that nobody else holds. */
export function mint(command: Command): Vetted {
  const frozen = Object.freeze(command);
  minted.add(frozen);
  if (!isVetted(frozen)) throw new Error("a minted command is vetted");
  return frozen;
}
