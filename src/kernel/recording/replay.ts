/**
 * Judges recorded commands again and compares bit for bit.
 * @module
 */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { KernelOptions } from "../kernel-options.ts";
import { createKernel, type Kernel } from "../kernel.ts";
import { revokeVetted } from "../vetted.ts";
import { CHAIN_START, checkSeal } from "./chain.ts";
import { kernelConfigFrom, kernelConfigHash } from "./kernel-config.ts";
import { commandFrom, recordingFormat, stateFrom, verdictJson } from "./recording.ts";

export interface Disagreement {
  /** Counted from 1. */
  readonly line: number;
  readonly recorded: JsonValue;
  readonly replayed: JsonValue;
}

export interface ReplayReport {
  /** Verdicts that came out the same. */
  readonly agreed: number;
  readonly disagreed: readonly Disagreement[];
  /** Verdicts on commands that were no commands: recorded, and not to be judged again. */
  readonly unreadable: number;
  /** Lines that no recorder wrote, each with what is wrong. */
  readonly problems: readonly string[];
  /** Hash of the last line and all before it; "" where there is none. To be compared with one kept elsewhere. */
  readonly chain: string;
  /** Whether the kernel was closed: without, it ended otherwise, or lines were cut off at the end. */
  readonly closed: boolean;
  /** Versions that recorded; more than this one's own explain disagreements. */
  readonly kernelVersions: readonly string[];
}

/** A recording is agreed with when something was judged again, everything came out the same, and every line could be read and follows on the one before. */
export function agrees({ agreed, disagreed, problems }: ReplayReport): boolean {
  return agreed > 0 && disagreed.length === 0 && problems.length === 0;
}

/** Never throws for what a file may hold. Nothing that is passed here can be executed. */
export function replayRecording(lines: Iterable<string>, open: (config: KernelOptions) => Kernel = createKernel): ReplayReport {
  const replay = new Replay(open);
  let number = 0;
  for (const text of lines) {
    number += 1;
    if (text.trim() === "") continue;
    try {
      replay.line(number, text);
    } catch (cause) {
      replay.problems.push(`line ${number}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  }
  const { agreed, disagreed, unreadable, problems, versions, closed } = replay;
  const chain = replay.chain === CHAIN_START ? "" : replay.chain;
  return { agreed, disagreed, unreadable, problems, chain, closed, kernelVersions: [...versions] };
}

class Replay {
  readonly #open: (config: KernelOptions) => Kernel;
  #kernel: Kernel | undefined = undefined;
  #configHash = "";
  chain = CHAIN_START;
  closed = false;
  agreed = 0;
  unreadable = 0;
  readonly disagreed: Disagreement[] = [];
  readonly problems: string[] = [];
  readonly versions = new Set<string>();

  constructor(open: (config: KernelOptions) => Kernel) {
    this.#open = open;
  }

  line(number: number, text: string): void {
    this.#follow(number, text);
    const record: unknown = JSON.parse(text);
    if (!isJsonObject(record)) throw new TypeError("it is no object");
    const { kind } = record;
    if (kind === "kernel") this.#begin(record);
    else if (kind === "verdict") this.#judge(number, record);
    else if (kind === "closed") this.#close();
    else throw new TypeError(`the kind ${JSON.stringify(kind)} is not known`);
  }

  /** A line that does not follow is judged all the same, to see whether it is what was changed; those after it follow on it. */
  #follow(number: number, text: string): void {
    const seal = checkSeal(this.chain, text);
    if (seal?.follows !== true)
      this.problems.push(
        seal === undefined
          ? `line ${number}: it carries no chain`
          : `line ${number}: the chain is broken: this line was changed, or one before it was changed, left out, put in or moved`,
      );
    if (seal !== undefined) this.chain = seal.chain;
  }

  #close(): void {
    this.#kernel?.close();
    this.closed = true;
  }

  #begin(record: JsonObject): void {
    this.#kernel = undefined;
    this.closed = false;
    if (record["format"] !== recordingFormat) throw new TypeError(`format ${JSON.stringify(record["format"])} is not ${recordingFormat}`);
    const config = kernelConfigFrom(record["config"] ?? null);
    this.#configHash = kernelConfigHash(config);
    if (record["configHash"] !== this.#configHash) throw new TypeError("the configuration is not the one that its hash names");
    this.#kernel = this.#open(config);
    const version = record["kernelVersion"];
    this.versions.add(typeof version === "string" ? version : "unknown");
  }

  #judge(number: number, record: JsonObject): void {
    if (this.#kernel === undefined) throw new TypeError("no kernel was begun before this verdict");
    if (record["configHash"] !== this.#configHash) throw new TypeError("the verdict is by a kernel of another configuration");
    if (record["unreadable"] !== undefined) {
      this.unreadable += 1;
      return;
    }
    const verdict = this.#kernel.vet(commandFrom(record["command"]), stateFrom(record["state"]));
    const replayed = verdictJson(verdict);
    if (verdict.kind === "vetted") revokeVetted(verdict.command);
    const recorded = record["verdict"] ?? null;
    if (canonicalJson(replayed) === canonicalJson(recorded)) this.agreed += 1;
    else this.disagreed.push({ line: number, recorded, replayed });
  }
}
