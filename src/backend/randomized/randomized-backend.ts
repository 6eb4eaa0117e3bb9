/**
 * A backend behind bad luck: noisy and missing measurements, commands that come late, get lost or stick. What really happened
 * stays in the base; only what is reported is disturbed. A stop is never dropped and never waits.
 *
 * Each disturbance draws from a stream of its own, once for each observation or command, so that switching one on shifts no other.
 * @module
 */
import type { Clock } from "../../core/clock.ts";
import { ClearanceError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Random } from "../../core/random.ts";
import type { ControlMode, Vetted } from "../../kernel/command.ts";
import { CommandDoor } from "../../kernel/command-door.ts";
import type { Backend, BackendState, StopReceipt } from "../backend.ts";
import { through } from "../through.ts";
import { DisturbedSenses } from "./disturbed-senses.ts";
import { soundConfig, type Disturbances, type RandomizedConfig } from "./randomized-config.ts";
import { RandomStreams } from "./random-streams.ts";

export interface RandomizedStats {
  readonly actionsDropped: number;
  readonly actionsSticky: number;
}

/** The base with everything it has, and the count of what was done to it. */
export type Randomized<B extends Backend> = B & { stats(): RandomizedStats };

/**
 * Wraps any backend; every member that is not named here reaches the base.
 *
 * A dropped command does not reach the base: the robot holds and the time of the chunk passes, so whoever sent it measures that it
 * did not arrive. A sticky one is replaced by the one before, which for positions, where that is to stay at the last of them,
 * comes to the same; for speeds it would be to execute a vetted command twice, and is refused at load. `stats` counts both. Commands
 * that are not vetted, or of a mode the base does not have, are errors first, and those that arrive after their validity.
 *
 * `clock`: the runtime's, which commands that come late wait on.
 * @throws ClearanceError `config.invalid` for numbers out of range, unknown sources, jitter without a clock, or speeds that stick
 */
export function randomizedBackend<B extends Backend>(base: B, config: RandomizedConfig, random: Random, clock?: Clock): Randomized<B> {
  const problems: string[] = [];
  if (clock === undefined && (config.timingJitterS ?? 0) > 0) problems.push("timingJitterS needs a clock");
  const speeds = [...base.modes].filter((mode) => goesOn.has(mode));
  if (speeds.length > 0 && (config.stickyActionProb ?? 0) > 0)
    problems.push(`stickyActionProb: ${base.name} takes ${speeds.join(", ")}, which cannot stick without a vetted command executed twice`);
  const disturbances = soundConfig(config, problems);
  const layer = new DisturbedBackend(base, disturbances, random, clock);
  const own: Backend & { stats(): RandomizedStats } = {
    name: layer.name,
    kind: base.kind,
    modes: base.modes,
    observe: () => layer.observe(),
    apply: (command) => layer.apply(command),
    stop: () => layer.stop(),
    stats: () => layer.stats(),
    [Symbol.asyncDispose]: () => base[Symbol.asyncDispose](),
    ...(base.snapshot === undefined ? {} : { snapshot: () => layer.snapshot() }),
    ...(base.restore === undefined ? {} : { restore: (state: BackendState) => layer.restore(state) }),
  };
  return through(base, own);
}

/** Modes in which the machine moves on when nothing new arrives. */
const goesOn: ReadonlySet<ControlMode> = new Set(["joint_velocity", "joint_torque", "cartesian_twist", "body_twist"]);

/** What a snapshot carries beside the base's own. */
interface Kept {
  readonly base: BackendState;
  readonly streams: ReturnType<RandomStreams["save"]>;
  readonly heard: ReturnType<DisturbedSenses["save"]>;
  readonly heldMs: number;
  readonly dropped: number;
  readonly sticky: number;
  readonly moved: boolean;
}

class DisturbedBackend {
  readonly name: string;
  readonly #base: Backend;
  readonly #config: Disturbances;
  readonly #clock: Clock | undefined;
  readonly #streams: RandomStreams;
  readonly #senses: DisturbedSenses;
  readonly #door: CommandDoor;
  /** Time that passed while commands were withheld, where there is no clock to tell. */
  #heldMs = 0;
  #dropped = 0;
  #sticky = 0;
  /** Whether there is a command before this one, since the last stop. */
  #moved = false;
  #stops = 0;

  constructor(base: Backend, config: Disturbances, random: Random, clock: Clock | undefined) {
    this.name = `randomized<${base.name}>`;
    this.#door = new CommandDoor(this.name);
    this.#base = base;
    this.#config = config;
    this.#clock = clock;
    this.#streams = new RandomStreams(random);
    this.#senses = new DisturbedSenses(config, this.#streams);
  }

  stats(): RandomizedStats {
    return Object.freeze({ actionsDropped: this.#dropped, actionsSticky: this.#sticky });
  }

  observe(): Observation | Promise<Observation> {
    const seen = this.#base.observe();
    return seen instanceof Promise ? seen.then((value) => this.#disturbed(value)) : this.#disturbed(seen);
  }

  apply(command: Vetted): void | Promise<void> {
    const { name } = this;
    this.#door.look(command);
    if (!this.#base.modes.has(command.mode))
      throw new ClearanceError("backend.unsupported", `${name} does not carry out ${command.mode}`, { backend: name, what: command.mode });
    const { timingJitterS, actionDropProb, stickyActionProb } = this.#config;
    const lateMs = timingJitterS === 0 ? 0 : 1000 * this.#streams.jitter.normal(0, timingJitterS);
    const dropped = actionDropProb > 0 && this.#streams.drop.next() < actionDropProb;
    const sticky = stickyActionProb > 0 && this.#streams.sticky.next() < stickyActionProb;
    const clock = this.#clock;
    if (clock === undefined || !(lateMs > 0)) return this.#pass(command, dropped, sticky);
    const stops = this.#stops;
    const arrive = (): void | Promise<void> => {
      // A stop while the command was on its way ends that command too.
      if (stops !== this.#stops) return this.#pass(command, true, sticky);
      this.#door.beInTime(command, clock.nowMs());
      return this.#pass(command, dropped, sticky);
    };
    const waiting = clock.sleepUntil(clock.nowMs() + lateMs);
    return waiting instanceof Promise ? waiting.then(arrive) : arrive();
  }

  stop(): StopReceipt | Promise<StopReceipt> {
    this.#stops += 1;
    this.#moved = false;
    const receipt = this.#base.stop();
    return receipt instanceof Promise ? receipt.then((value) => this.#shifted(value)) : this.#shifted(receipt);
  }

  snapshot(): BackendState {
    const base = this.#base.snapshot?.();
    if (base === undefined) throw this.#foreign("the base has no snapshots");
    return Object.freeze({
      backend: this.name,
      atMs: base.atMs + this.#heldMs,
      numbers: base.numbers,
      more: Object.freeze({
        base,
        streams: this.#streams.save(),
        heard: this.#senses.save(),
        heldMs: this.#heldMs,
        dropped: this.#dropped,
        sticky: this.#sticky,
        moved: this.#moved,
      } satisfies Kept),
    });
  }

  restore(state: BackendState): void {
    const { more } = state;
    if (!isKept(more)) throw this.#foreign("it is not a state of a randomized backend");
    this.#base.restore?.({ ...more.base, numbers: state.numbers });
    this.#streams.load(more.streams);
    this.#senses.load(more.heard);
    this.#heldMs = more.heldMs;
    this.#dropped = more.dropped;
    this.#sticky = more.sticky;
    this.#moved = more.moved;
  }

  #pass(command: Vetted, dropped: boolean, sticky: boolean): void | Promise<void> {
    if (dropped) {
      this.#dropped += 1;
      return this.#withhold(command);
    }
    if (sticky && this.#moved) {
      this.#sticky += 1;
      return this.#withhold(command);
    }
    this.#moved = true;
    return this.#base.apply(command);
  }

  /** Lets the time of a chunk pass in which the base was told nothing. Hardware has time of its own. */
  #withhold(command: Vetted): void {
    if (this.#base.kind === "simulated" && this.#clock === undefined)
      this.#heldMs += (command.rows.length / command.width) * command.periodMs;
  }

  #disturbed(seen: Observation): Observation {
    return this.#senses.report(seen, this.#behindMs(seen.atMs));
  }

  /** How much later it is than a simulated base, which stands still while commands are withheld or late, knows. */
  #behindMs(baseMs: number): number {
    const { timingJitterS, actionDropProb, stickyActionProb } = this.#config;
    if (this.#base.kind !== "simulated" || !(timingJitterS + actionDropProb + stickyActionProb > 0)) return 0;
    return this.#clock === undefined ? this.#heldMs : Math.max(0, this.#clock.nowMs() - baseMs);
  }

  #shifted(receipt: StopReceipt): StopReceipt {
    const behindMs = this.#behindMs(receipt.atMs);
    if (behindMs === 0) return receipt;
    return Object.freeze({ ...receipt, atMs: receipt.atMs + behindMs, restAtMs: receipt.restAtMs + behindMs });
  }

  #foreign(problem: string): ClearanceError {
    return new ClearanceError("format.invalid", `${this.name} cannot keep or take back a state: ${problem}`, { where: this.name, problem });
  }
}

function isKept(more: unknown): more is Kept {
  return typeof more === "object" && more !== null && "base" in more && "streams" in more && "heard" in more && "heldMs" in more;
}
