/**
 * The second door: may exactly these numbers reach the motors, now. The kernel never changes a command; it passes it or refuses.
 * @module
 */
import { ChunkJudge } from "./chunk-judge.ts";
import { code, codeMeanings, type RefusalCode, type Severity, type SubCode } from "./checks/verdict-codes.ts";
import { marginNames, NO_JOINT, type VerdictRecord } from "./checks/verdict-record.ts";
import type { Command, ControlMode, Vetted } from "./command.ts";
import { CommandDecoder, type MeasuredState } from "./decode-command.ts";
import { envelopeHash } from "./envelope/export-envelope.ts";
import { loadReport, type LoadReportLine } from "./envelope/load-report.ts";
import type { SafetyEnvelope } from "./envelope/safety-envelope.ts";
import { settingsOf, type KernelOptions } from "./kernel-options.ts";
import { LeaseBook, type Lease, type LeaseAnswer } from "./lease.ts";
import { VerdictRing, type VerdictEntry } from "./recording/verdict-ring.ts";
import { wordsOf, type Fault, type Judged } from "./verdict-words.ts";
import { markVetted, type CommandCopy } from "./vetted.ts";
import { failureOf, type FailureMessage } from "./wire-evidence.ts";

export interface Refused extends Fault {
  readonly kind: "refused";
  /** A drop is not executed; a violation latches as well, where the kernel latches. */
  readonly severity: Exclude<Severity, "pass">;
  /** Row of the order of checks (safety-kernel §4) that decided. */
  readonly step: number;
  readonly sub: SubCode;
  /** What was out of range, by its compatible name. */
  readonly field: string;
}

export interface Passed {
  readonly kind: "vetted";
  readonly command: Vetted;
  readonly margins: Margins;
  /** Where the command is the asked one's path gone more slowly (`graded/slowing-kernel.ts`). */
  readonly slowed?: Slowed;
}

/** Why, and how much later: both timings. */
export interface Slowed {
  readonly code: RefusalCode;
  readonly reason: string;
  /** Executed over asked. */
  readonly factor: number;
  readonly originalMs: number;
  readonly executedMs: number;
}

/** How close a vetted chunk came to what would have refused it. */
export interface Margins {
  /** Distance of the nearest pair of bodies, m, and their numbers; absent where no geometry looked. */
  readonly nearestM?: number;
  readonly pair?: readonly [body: number, other: number];
  /** What was left to the nearest limit of each check that ran, in the check's own unit: rad or m, per second, Nm, m/s. */
  readonly checks: Readonly<Partial<Record<(typeof marginNames)[number], number>>>;
}

export type BundleVerdict = { readonly kind: "vetted"; readonly passed: readonly Passed[] } | (Refused & { readonly index: number });

/** What drives a robot needs of a kernel, wherever that kernel runs. */
export interface Kernel {
  readonly modes: ReadonlySet<ControlMode>;
  /**
   * Judges a chunk against the state it starts from. A vetted one is a frozen copy with rows of its own; the one handed in may
   * be reused. Only vetted chunks use up their `seq` and `tick`. Never throws.
   */
  vet(command: Command, state: MeasuredState): Passed | Refused;
  /** From now on everything is refused. */
  close(): void;
}

/** The kernel itself, in its own thread: what is enforced, what was judged, and the goals it works for. */
export interface SafetyKernel extends Kernel {
  /** What is enforced, not set, and not enforceable. */
  readonly report: readonly LoadReportLine[];
  readonly envelopeHash: string;
  /** The numbers of the last verdict; written over by the next. */
  readonly record: VerdictRecord;
  readonly latched: boolean;
  /** Raised by every latch. */
  readonly epoch: number;
  /** The limits in force: those of the running goal, else the robot's. */
  readonly envelope: SafetyEnvelope;
  /** The chunks of one tick that belong together: all are vetted or none. */
  vetBundle(commands: readonly Command[], state: MeasuredState): BundleVerdict;
  /** The last verdicts, at most 256, oldest first, passed or not. */
  recent(): readonly VerdictEntry[];
  /** The last refusal as a message for the failure bus; nothing after a pass. */
  failure(): FailureMessage | undefined;
  grant(lease: Lease): LeaseAnswer;
  /** Ends the running goal; the answer of a lease that waited, which begins now. */
  endGoal(): LeaseAnswer | undefined;
  /** From outside, as a violation does. */
  latch(): void;
  /** For the stop chain alone, once a reset is allowed. Ends a recovery too. */
  unlatch(): void;
  /**
   * For the stop chain alone, in its state `recovery`: unlatches for rows of joints that are slow, a tenth of every cap, and that
   * bring nothing nearer which is violated where the robot was measured, be it a clearance or a joint's limit. Ends with the next
   * latch, or with `unlatch` once the state is clean.
   */
  enterRecovery(): void;
  readonly recovering: boolean;
}

/** @throws ClearanceError `config.invalid` when a mode or a limit of the robot cannot be enforced. */
export function createKernel(options: KernelOptions): SafetyKernel {
  return new VettingKernel(options);
}

class VettingKernel implements SafetyKernel {
  readonly modes: ReadonlySet<ControlMode>;
  readonly report: readonly LoadReportLine[];
  readonly envelopeHash: string;
  readonly #judge: ChunkJudge;
  readonly #decoder: CommandDecoder;
  readonly #leases: LeaseBook;
  readonly #ring: VerdictRing;
  readonly #parts: readonly string[];
  readonly #geometry: KernelOptions["geometry"];
  #modeGiven: string | undefined = undefined;
  #problem: string | undefined = undefined;
  #open = true;

  constructor(options: KernelOptions) {
    const { envelope, parts, judge, modelHash, kernelParts, geometry } = settingsOf(options);
    this.modes = new Set(envelope.supportedModes);
    this.report = loadReport(envelope, kernelParts);
    this.envelopeHash = envelopeHash(envelope);
    this.#ring = new VerdictRing(modelHash, this.envelopeHash);
    this.#parts = parts;
    this.#geometry = geometry;
    this.#judge = new ChunkJudge(judge);
    this.#leases = new LeaseBook({ judge: this.#judge, envelope, modelHash, envelopeHash: this.envelopeHash });
    this.#decoder = new CommandDecoder(envelope.jointNames.length, envelope.maxRows, parts, this.#leases, this.#judge.admission);
    // Methods are handed on by themselves, so they must not need their object.
    this.vet = this.vet.bind(this);
    Object.freeze(this);
  }

  get record(): VerdictRecord {
    return this.#judge.record;
  }
  get latched(): boolean {
    return this.#judge.admission.latched;
  }
  get epoch(): number {
    return this.#judge.admission.epoch;
  }
  get envelope(): SafetyEnvelope {
    return this.#leases.envelope;
  }

  vet(command: Command, state: MeasuredState): Passed | Refused {
    const own = this.#examine(command, state);
    if (own === undefined) return this.#refusal();
    this.#judge.settle(code.pass);
    this.#judge.admission.commit(this.#decoder.chunk);
    this.#note();
    return new PassedChunk(vettedCopy(own), marginNumbers(this.#judge.record));
  }

  vetBundle(commands: readonly Command[], state: MeasuredState): BundleVerdict {
    const { admission, record } = this.#judge;
    const before = admission.mark();
    const judged: (readonly [CommandCopy, readonly number[]])[] = [];
    for (const [index, command] of commands.entries()) {
      const own = this.#examine(command, state);
      const { chunk } = this.#decoder;
      if (own !== undefined && !(index === 0 || (chunk.hasTick && chunk.tick === admission.lastTick))) {
        this.#problem = "the chunks of a bundle must be of one tick";
        this.#unread(code.malformed);
      }
      if (own === undefined || record.code !== code.pass) {
        admission.restore(before);
        this.#ring.withdraw(judged.length);
        return { ...this.#refusal(), index };
      }
      admission.commit(chunk);
      this.#note();
      judged.push([own, marginNumbers(record)]);
    }
    this.#judge.settle(code.pass);
    return { kind: "vetted", passed: judged.map(([own, margins]) => new PassedChunk(vettedCopy(own), margins)) };
  }

  recent(): readonly VerdictEntry[] {
    return this.#ring.entries();
  }
  failure(): FailureMessage | undefined {
    return failureOf(this.#judged());
  }

  grant(lease: Lease): LeaseAnswer {
    return this.#leases.grant(lease);
  }
  endGoal(): LeaseAnswer | undefined {
    return this.#leases.end();
  }
  latch(): void {
    this.#judge.latch();
  }
  unlatch(): void {
    this.#judge.unlatch();
  }
  enterRecovery(): void {
    this.#judge.recover();
  }
  get recovering(): boolean {
    return this.#judge.recovering;
  }
  close(): void {
    this.#open = false;
  }

  /** The chunk's copy when it passed, with nothing settled yet; nothing when the record holds why not. */
  #examine(command: Command, state: MeasuredState): CommandCopy | undefined {
    const judge = this.#judge;
    this.#problem = undefined;
    this.#modeGiven = undefined;
    if (!this.#open) return this.#unread(code.closed);
    let own: CommandCopy | string;
    try {
      own = this.#decoder.decode(command, state);
    } catch (cause) {
      // Only an object that is not what its type says gets here: null, or a getter or a proxy that throws.
      own = `the command cannot be read: ${textOf(cause)}`;
    }
    if (typeof own === "string") {
      this.#problem = own;
      return this.#unread(code.malformed);
    }
    // Types are not enforced on callers: what is no text is not asked for one.
    const given: unknown = own.mode;
    this.#modeGiven = typeof given === "string" ? given : typeof given;
    try {
      return judge.examine(this.#decoder.chunk, this.#decoder.state) === code.pass ? own : undefined;
    } catch (cause) {
      this.#problem = textOf(cause);
      judge.record.found(code.internalError, NO_JOINT, 0, 0, 0);
      return undefined;
    }
  }

  #unread(codeNumber: number): undefined {
    const { record } = this.#judge;
    record.clear();
    record.step = 1;
    record.found(codeNumber, NO_JOINT, 0, 0, 0);
  }

  #refusal(): Refused {
    const { record } = this.#judge;
    this.#judge.settle(record.code);
    this.#note();
    const { severity, sub, field } = codeMeanings[record.code]!;
    const { code: name, reason, evidence } = wordsOf(this.#judged());
    return {
      kind: "refused",
      code: name,
      reason,
      evidence,
      severity: severity === "drop" ? "drop" : "violation",
      step: record.step,
      sub,
      field,
    };
  }

  #note(): void {
    const { record } = this.#judge;
    this.#ring.push(record, this.#decoder.chunk, this.#leases.goal, this.#decoder.state.nowMs, record.step > 1);
  }

  #judged(): Judged {
    const { chunk, state } = this.#decoder;
    return {
      record: this.#judge.record,
      envelope: this.#leases.envelope,
      chunk,
      state,
      geometry: this.#geometry,
      parts: this.#parts,
      modeGiven: this.#modeGiven,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }
}

class PassedChunk implements Passed {
  readonly kind = "vetted";
  readonly command: Vetted;
  readonly #numbers: readonly number[];

  constructor(command: Vetted, numbers: readonly number[]) {
    this.command = command;
    this.#numbers = numbers;
  }

  get margins(): Margins {
    const [nearestM = Infinity, bodyA = -1, other = -1, ...left] = this.#numbers;
    const checks = marginNames.flatMap((name, i) => (left[i]! < UNSET_MARGIN ? [[name, left[i]!] as const] : []));
    return { ...(Number.isFinite(nearestM) ? { nearestM, pair: [bodyA, other] } : {}), checks: Object.fromEntries(checks) };
  }
}

/** A copy is made in one piece; one that is built up number by number is not. */
const noMargins: readonly number[] = [Infinity, -1, -1, ...marginNames.map(() => Infinity)];

function marginNumbers({ nearestM, nearestA, nearestB, margins }: VerdictRecord): readonly number[] {
  const numbers = noMargins.slice();
  numbers[0] = nearestM;
  numbers[1] = nearestA;
  numbers[2] = nearestB;
  for (let i = 0; i < margins.length; i++) numbers[3 + i] = margins[i]!;
  return numbers;
}

/** A margin to a limit that is not set is as large as numbers get. */
const UNSET_MARGIN = 1e300;

function vettedCopy(copy: CommandCopy): Vetted {
  markVetted(copy);
  return copy;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : typeof cause;
}
