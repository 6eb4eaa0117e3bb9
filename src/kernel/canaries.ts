/**
 * Canaries: commands that each check of the kernel must refuse, fed to it at start-up and between goals. A check that lets its canary
 * pass, or leaves it to another check, is a check that does not work, and the robot must not move.
 *
 * A canary must never become executable. It is judged by a probe: a kernel of its own with the same checks and the same configuration,
 * whose sequence nobody shares; the probe hands out the code of the verdict and never the command, and takes the mark off again
 * should there be one. Opened anew for each round, so that no round depends on the one before; the geometry, which takes long to make
 * and keeps nothing from one judgement to the next, is made once.
 * @module
 */
import { ClearanceError } from "../core/errors.ts";
import type { Command } from "./command.ts";
import { canaryTable, type Canary } from "./canary-table.ts";
import { withGeometryMade, type KernelOptions } from "./kernel-options.ts";
import type { MeasuredState } from "./decode-command.ts";
import { createKernel, type Kernel } from "./kernel.ts";
import { revokeVetted } from "./vetted.ts";

/** The code of the refusal, or "vetted". Nothing can be executed by what it answers. */
export type CanaryProbe = (command: Command, state: MeasuredState) => string;

export function probeOf(kernel: Kernel): CanaryProbe {
  return (command, state) => {
    const verdict = kernel.vet(command, state);
    if (verdict.kind === "refused") return verdict.code;
    revokeVetted(verdict.command);
    return "vetted";
  };
}

export interface FailedCanary {
  readonly kind: "failed_canary";
  readonly name: string;
  readonly expected: string;
  /** Code given instead, or "vetted". */
  readonly got: string;
  readonly atMs: number;
}

export interface CanaryRoundOptions {
  readonly config: KernelOptions;
  /** Between rounds, ms; default 10 s. */
  readonly intervalMs?: number;
  readonly canaries?: readonly Canary[];
  readonly open?: (config: KernelOptions) => Kernel;
}

export class CanaryRound {
  /** In the order they are fed. */
  readonly canaries: readonly Canary[];
  readonly #config: KernelOptions;
  readonly #intervalMs: number;
  readonly #open: (config: KernelOptions) => Kernel;
  #lastMs = Number.NaN;
  #failed: FailedCanary | undefined = undefined;
  /** Rounds that every canary died in, as it must. */
  rounds = 0;

  constructor({ config, intervalMs = 10_000, canaries = canaryTable(config), open = createKernel }: CanaryRoundOptions) {
    this.canaries = canaries;
    this.#config = withGeometryMade(config);
    this.#intervalMs = intervalMs;
    this.#open = open;
  }

  /**
   * Feeds the canaries when a round is due: the first call always, then every interval while no goal runs. A failure stays for good:
   * it is answered by every later call.
   */
  tick(nowMs: number, idle: boolean): FailedCanary | undefined {
    const first = Number.isNaN(this.#lastMs);
    // A clock that went back, or is none, is no reason to wait.
    const waiting = nowMs >= this.#lastMs && nowMs - this.#lastMs < this.#intervalMs;
    if (this.#failed !== undefined || (!first && (!idle || waiting))) return this.#failed;
    this.#lastMs = Number.isFinite(nowMs) ? nowMs : -Infinity;
    this.#failed = this.#feed(nowMs);
    if (this.#failed === undefined) this.rounds += 1;
    return this.#failed;
  }

  #feed(atMs: number): FailedCanary | undefined {
    const shut = this.#open(this.#config);
    shut.close();
    const probes = { open: probeOf(this.#open(this.#config)), closed: probeOf(shut) };
    for (const { name, expected, command, state, probe = "open" } of this.canaries) {
      const got = probes[probe](command, state);
      if (got !== expected) return { kind: "failed_canary", name, expected, got, atMs };
    }
    return undefined;
  }
}

/** Feeds the first round. @throws ClearanceError `config.invalid` when a check lets its canary pass */
export function openCanaries(config: KernelOptions, nowMs: number, canaries = new CanaryRound({ config })): CanaryRound {
  const failed = canaries.tick(nowMs, true);
  if (failed === undefined) return canaries;
  const problem = `canary '${failed.name}' was answered ${failed.got} and not ${failed.expected}`;
  throw new ClearanceError("config.invalid", `the kernel does not work: ${problem}`, { source: "kernel", problems: [problem] });
}
