/**
 * A battery around a simulated backend: it drains with the backend's own time, and faster while something moves.
 *
 *     charge = start − (idle W × time + moving W × time in motion) / 3 600 000, in Wh
 *
 * Time in motion is counted in rows of commands that differ from the row before, so it is exact, and part of a snapshot.
 * @module
 */
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Vetted } from "../../kernel/command.ts";
import type { Backend, BackendState } from "../backend.ts";
import { through } from "../through.ts";

export interface BatterySpec {
  readonly capacityWh: number;
  readonly idleW: number;
  /** While something moves, beside `idleW`. */
  readonly movingW: number;
  /** 0 … 100. */
  readonly startPct: number;
}

/** Two rows are the same motion target within this, rad or m. */
const still = 1e-9;
const msPerHour = 3_600_000;

/**
 * The base with everything it has, and `Observation.batteryPct`, in hundredths. An empty battery carries out nothing more: `apply`
 * throws `backend.unavailable`; a stop and a look still work.
 * @throws ClearanceError `config.invalid` for numbers that are no battery, or around hardware, which has its own
 */
export function batteryBackend<B extends Backend>(base: B, spec: BatterySpec): B {
  const { capacityWh, idleW, movingW, startPct } = spec;
  const sound = capacityWh > 0 && capacityWh < Infinity && idleW >= 0 && idleW < Infinity && movingW >= 0 && movingW < Infinity;
  if (!(sound && startPct >= 0 && startPct <= 100 && base.kind === "simulated")) {
    const problem = "battery: a positive capacity, powers of 0 W or more and a start from 0 to 100 %, around a simulation";
    throw new ClearanceError("config.invalid", problem, { source: base.name, problems: [problem] });
  }
  const layer = new BatteryLayer(base, spec);
  const own: Pick<Backend, "observe" | "apply" | "snapshot" | "restore" | typeof Symbol.asyncDispose> = {
    observe: () => layer.observe(),
    apply: (command) => layer.apply(command),
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
    ...(base.snapshot === undefined ? {} : { snapshot: () => layer.snapshot() }),
    ...(base.restore === undefined ? {} : { restore: (state: BackendState) => layer.restore(state) }),
  };
  return through(base, own);
}

/** What a snapshot carries beside the base's own. */
interface Kept {
  readonly base: BackendState;
  readonly movingMs: number;
  readonly lastRow: readonly number[];
  readonly pct: number;
}

class BatteryLayer {
  readonly #base: Backend;
  readonly #spec: BatterySpec;
  #movingMs = 0;
  /** Where the joints were last sent, in order; empty before the first command. */
  #lastRow: number[] = [];
  /** As last observed. */
  #pct: number;

  constructor(base: Backend, spec: BatterySpec) {
    this.#base = base;
    this.#spec = spec;
    this.#pct = spec.startPct;
  }

  observe(): Observation | Promise<Observation> {
    const seen = this.#base.observe();
    return seen instanceof Promise ? seen.then((value) => this.#charged(value)) : this.#charged(seen);
  }

  apply(command: Vetted): void | Promise<void> {
    if (!(this.#pct > 0))
      throw new ClearanceError("backend.unavailable", `${this.#base.name}: the battery is empty`, {
        backend: this.#base.name,
        problem: "the battery is empty",
        fix: "charge it",
      });
    const applied = this.#base.apply(command);
    // A command that the base did not accept moved nothing.
    if (applied instanceof Promise) return applied.then(() => this.#count(command));
    this.#count(command);
    return undefined;
  }

  snapshot(): BackendState {
    const base = this.#base.snapshot?.();
    if (base === undefined) throw this.#foreign("the base has no snapshots");
    const kept: Kept = { base, movingMs: this.#movingMs, lastRow: [...this.#lastRow], pct: this.#pct };
    return Object.freeze({ ...base, more: Object.freeze(kept) });
  }

  restore(state: BackendState): void {
    const { more } = state;
    if (!isKept(more)) throw this.#foreign("it is not a state of a backend with a battery");
    this.#base.restore?.({ ...more.base, numbers: state.numbers });
    this.#movingMs = more.movingMs;
    this.#lastRow = [...more.lastRow];
    this.#pct = more.pct;
  }

  #charged(seen: Observation): Observation {
    const { capacityWh, idleW, movingW, startPct } = this.#spec;
    const usedWh = (idleW * seen.atMs + movingW * this.#movingMs) / msPerHour;
    this.#pct = Math.max(0, Math.round((startPct - (100 * usedWh) / capacityWh) * 100) / 100);
    return Object.freeze({ ...seen, batteryPct: this.#pct });
  }

  #count({ mode, rows, width, periodMs }: Vetted): void {
    if (mode !== "joint_position") {
      this.#movingMs += (rows.length / width) * periodMs;
      return;
    }
    if (this.#lastRow.length !== width) this.#lastRow = Array.from(rows.subarray(0, width));
    const before = this.#lastRow;
    for (let row = 0; row < rows.length; row += width) {
      let moved = false;
      for (let j = 0; j < width; j++) {
        const q = rows[row + j]!;
        moved ||= !(Math.abs(q - before[j]!) <= still);
        before[j] = q;
      }
      if (moved) this.#movingMs += periodMs;
    }
  }

  #foreign(problem: string): ClearanceError {
    const where = this.#base.name;
    return new ClearanceError("format.invalid", `${where} cannot keep or take back a state: ${problem}`, { where, problem });
  }
}

function isKept(more: unknown): more is Kept {
  return typeof more === "object" && more !== null && "base" in more && "movingMs" in more && "lastRow" in more && "pct" in more;
}
