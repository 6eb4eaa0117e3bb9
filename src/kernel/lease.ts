/**
 * Who may command: one goal at a time holds the lease, and a skill's own envelope holds exactly as long as its goal.
 * @module
 */
import { NumericLimits } from "./checks/numeric-limits.ts";
import type { ChunkJudge } from "./chunk-judge.ts";
import { ClearanceError } from "../core/errors.ts";
import { computeIntersection } from "./envelope/intersection.ts";
import type { SafetyEnvelope, SkillEnvelope } from "./envelope/safety-envelope.ts";

export interface Lease {
  readonly goal: string;
  /** The kernel's epoch the goal was made in; a lease of an older one is refused. */
  readonly epoch: number;
  /** Hashes the goal was planned with; absent: not stated. Where they differ from the loaded ones, its chunks are dropped. */
  readonly modelHash?: string;
  readonly envelopeHash?: string;
  readonly skill?: SkillEnvelope;
  /** Who agreed to it, where the envelope wants a person in the loop. */
  readonly approvalId?: string;
  /** Factor on all speed caps in (0, 1]; recovery moves slowly. */
  readonly speedFactor?: number;
}

export type LeaseAnswer =
  | { readonly kind: "granted"; readonly goal: string; readonly envelope: SafetyEnvelope }
  /** Another goal runs; this one begins when that ends. */
  | { readonly kind: "queued"; readonly goal: string }
  /** The goal fails, not the kernel. */
  | { readonly kind: "refused"; readonly reason: string; readonly problems: readonly string[] };

interface Prepared {
  readonly lease: Lease;
  readonly envelope: SafetyEnvelope;
  readonly limits: NumericLimits;
  readonly modelMatches: boolean;
}

export interface LeaseBookOptions {
  readonly judge: ChunkJudge;
  readonly envelope: SafetyEnvelope;
  readonly modelHash: string;
  readonly envelopeHash: string;
}

export class LeaseBook {
  readonly #options: LeaseBookOptions;
  readonly #robotLimits: NumericLimits;
  #active: Prepared | undefined = undefined;
  #queued: Prepared | undefined = undefined;
  #number = 0;

  constructor(options: LeaseBookOptions) {
    this.#options = options;
    this.#robotLimits = new NumericLimits(options.envelope);
    options.judge.configure(this.#robotLimits);
  }

  /** The envelope in force: that of the running goal, else the robot's. */
  get envelope(): SafetyEnvelope {
    return this.#running()?.envelope ?? this.#options.envelope;
  }

  /** Name of the goal that runs. */
  get goal(): string | undefined {
    return this.#running()?.lease.goal;
  }

  /** The judge's number of a goal; 0 for any but the running one. */
  numberOf(goal: unknown): number {
    const active = this.#active;
    return active !== undefined && goal === active.lease.goal ? this.#number : 0;
  }

  grant(lease: Lease): LeaseAnswer {
    const prepared = this.#prepare(lease);
    if ("kind" in prepared) return prepared;
    if (this.#running() === undefined) return this.#begin(prepared);
    this.#queued = prepared;
    return { kind: "queued", goal: lease.goal };
  }

  /** The goal ends; one that waits begins. */
  end(): LeaseAnswer | undefined {
    const { judge } = this.#options;
    judge.leaveGoal();
    this.#active = undefined;
    judge.configure(this.#robotLimits);
    const next = this.#queued;
    this.#queued = undefined;
    if (next === undefined) return undefined;
    // A stop between asking and beginning makes the question void.
    if (next.lease.epoch !== judge.admission.epoch || judge.admission.latched)
      return refused(staleEpoch(next.lease, judge.admission.epoch));
    return this.#begin(next);
  }

  #running(): Prepared | undefined {
    return this.#options.judge.admission.goal === 0 ? undefined : this.#active;
  }

  #begin(prepared: Prepared): LeaseAnswer {
    this.#active = prepared;
    this.#number += 1;
    this.#options.judge.enterGoal(this.#number, prepared.limits, prepared.modelMatches, prepared.lease.speedFactor ?? 1);
    return { kind: "granted", goal: prepared.lease.goal, envelope: prepared.envelope };
  }

  #prepare(lease: Lease): Prepared | Extract<LeaseAnswer, { kind: "refused" }> {
    const { judge, envelope, modelHash, envelopeHash } = this.#options;
    const { admission } = judge;
    if (admission.latched) return refused("an emergency stop is latched");
    if (!(lease.epoch === admission.epoch)) return refused(staleEpoch(lease, admission.epoch));
    const { speedFactor = 1 } = lease;
    if (!(speedFactor > 0 && speedFactor <= 1)) return refused(`speedFactor must be within (0, 1], got ${speedFactor}`);
    try {
      const own = computeIntersection(envelope, lease.skill);
      if (own.humanInLoopRequired && (lease.approvalId ?? "") === "") return refused("human_in_loop_required: the lease names no approval");
      const modelMatches = (lease.modelHash ?? modelHash) === modelHash && (lease.envelopeHash ?? envelopeHash) === envelopeHash;
      return { lease, envelope: own, limits: new NumericLimits(own), modelMatches };
    } catch (cause) {
      if (!ClearanceError.is(cause, "config.invalid")) throw cause;
      return { kind: "refused", reason: cause.message, problems: cause.data.problems };
    }
  }
}

function staleEpoch(lease: Lease, epoch: number): string {
  return `the lease of goal '${lease.goal}' is of epoch ${lease.epoch}, the kernel in ${epoch}`;
}

function refused(reason: string): Extract<LeaseAnswer, { kind: "refused" }> {
  return { kind: "refused", reason, problems: [reason] };
}
