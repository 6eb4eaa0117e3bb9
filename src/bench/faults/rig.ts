/**
 * An arm on ideal motion with a seam between every two parts, and an outside view of what the body truly does.
 * @module
 */

import { SimulatedClock, type Clock } from "../../core/clock.ts";

import type { Command, Vetted } from "../../kernel/command.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { buildRobot, type BuiltRobot } from "../../profile/build-robot.ts";
import type { LoadedProfile } from "../../profile/files.ts";
import { MemoryTrace } from "../../trace/memory-trace.ts";
import type { Hooks } from "./fault.ts";
import { BodyWatch } from "./body-watch.ts";
import { FaultyMachine } from "./faulty-machine.ts";

/** Chunks after which a fault sets in. */
const onsetChunk = 3;

export class Rig {
  readonly robot: BuiltRobot;
  readonly trace: MemoryTrace;
  readonly machine: FaultyMachine;
  readonly body: BodyWatch;
  readonly #seams: Seams;

  private constructor(robot: BuiltRobot, trace: MemoryTrace, machine: FaultyMachine, seams: Seams) {
    this.robot = robot;
    this.trace = trace;
    this.machine = machine;
    this.#seams = seams;
    this.body = machine.body;
  }

  static async open(profile: LoadedProfile, hooks: Hooks, onOnset: () => void = () => undefined): Promise<Rig> {
    const trace = new MemoryTrace();
    const clock = new SimulatedClock();
    const seams = new Seams(hooks, clock, onOnset);
    let machine: FaultyMachine | undefined;
    const robot = await buildRobot(profile, {
      backend: "kinematic",
      seed: 0,
      clock: seams.clock,
      trace,
      version: "faults",
      lossWindow: "in memory",
      wrap: {
        backend: (base, collision, world) => (machine = new FaultyMachine(base, collision.robot, seams, new BodyWatch(collision, world))),
        kernel: (kernel) => seams.kernel(kernel),
      },
    });
    if (machine === undefined) throw new TypeError("the rig's backend was not wrapped");
    return new Rig(robot, trace, machine, seams);
  }

  /** From here on the fault sets in with the third chunk. */
  arm(): void {
    this.#seams.armed = true;
  }

  get onsetMs(): number | undefined {
    return this.#seams.onsetMs;
  }
}

/** Where faults act: a hook that is not there, or has not set in, changes nothing. */
export class Seams {
  armed = false;
  onsetMs: number | undefined;
  readonly clock: Clock;
  readonly #hooks: Hooks;
  readonly #trueClock: SimulatedClock;
  readonly #onOnset: () => void;
  #chunks = 0;

  constructor(hooks: Hooks, trueClock: SimulatedClock, onOnset: () => void) {
    this.#hooks = hooks;
    this.#trueClock = trueClock;
    this.#onOnset = onOnset;
    const shown = (): number => {
      const trueMs = trueClock.nowMs();
      return this.active.nowMs?.(trueMs) ?? trueMs;
    };
    this.clock = {
      kind: "simulated",
      epochNs: trueClock.epochNs,
      nowMs: shown,
      // A sleep lasts as long as the one who sleeps believes, in true time.
      sleepUntil: (atMs, signal) => trueClock.sleepUntil(trueClock.nowMs() + Math.max(0, finiteOr(atMs - shown(), 0)), signal),
    };
  }

  get trueMs(): number {
    return this.#trueClock.nowMs();
  }

  get active(): Hooks {
    return this.onsetMs === undefined ? noHooks : this.#hooks;
  }

  kernel(kernel: Kernel): Kernel {
    return {
      modes: kernel.modes,
      close: () => kernel.close(),
      vet: (command, state) => {
        this.#count();
        const { command: changed } = this.active;
        // What arrives is whatever the fault made of it: the kernel has to take anything.
        return kernel.vet(changed === undefined ? command : (changed(command) as Command), state);
      },
    };
  }

  transport(command: Vetted, deliver: (command: Vetted) => void): void {
    const { transport } = this.active;
    if (transport === undefined) deliver(command);
    else transport(command, deliver);
  }

  #count(): void {
    if (!this.armed || this.onsetMs !== undefined) return;
    this.#chunks += 1;
    if (this.#chunks < onsetChunk) return;
    this.onsetMs = this.#trueClock.nowMs();
    this.#onOnset();
  }
}

const noHooks: Hooks = {};

function finiteOr(value: number, otherwise: number): number {
  return Number.isFinite(value) ? value : otherwise;
}
