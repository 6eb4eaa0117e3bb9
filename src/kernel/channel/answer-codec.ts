/**
 * A verdict as numbers in a record, with words only where somebody made them.
 *
 *     │ code severity step row joint value limit nearestM pairA pairB │ request epoch hash hash usedMs nBytes │ words, UTF-8 │
 *
 * @module
 */
import { evidenceNumber, isJsonObject, type JsonObject } from "../../core/json.ts";
import { isJson } from "../../core/is-json.ts";
import type { Command } from "../command.ts";
import type { MeasuredState } from "../decode-command.ts";
import type { Kernel, Refused } from "../kernel.ts";
import { subCodes } from "../checks/verdict-codes.ts";
import type { HashLanes } from "./content-hash.ts";
import { ANSWER_HEAD_NUMBERS, answerCapacity, MAX_WORDS_BYTES } from "./memory.ts";
import { codeFromNumber, codeNumber, isRefusalCode } from "./refusal-codes.ts";
import { wordRecord, type WordRecord } from "./word-record.ts";

export const SEVERITY = { none: 0, drop: 1, violation: 2 } as const;
/** A code that the table has no number for; its name is in the words. */
export const NAMED_CODE = -1;
/** No such row, joint or capsule. */
export const NONE = -1;

/** The numbers of one verdict. Reused: `clear` first, then set what applies. */
export class Answer {
  /** 0 passed; otherwise see `refusal-codes.ts`. */
  code = 0;
  severity = 0;
  /** Row of the spec's table of checks, 0 where unknown. */
  step = 0;
  row = NONE;
  joint = NONE;
  /** The number at fault and its limit, in the check's own unit; NaN where there is none. */
  value = Number.NaN;
  limit = Number.NaN;
  /** Least distance seen, m, and the capsules it was seen between; NaN and NONE where nothing was measured. */
  nearestM = Number.NaN;
  pairA = NONE;
  pairB = NONE;
  /** What it is the answer to. */
  request = 0;
  epoch = 0;
  readonly contentHash: HashLanes = new Int32Array(2);
  /** Time the judging took, ms. */
  usedMs = 0;
  /** Code, reason and evidence as JSON, where the judge makes words itself. */
  words: string | undefined = undefined;

  clear(): void {
    this.code = 0;
    this.severity = SEVERITY.none;
    this.step = 0;
    this.row = NONE;
    this.joint = NONE;
    this.value = Number.NaN;
    this.limit = Number.NaN;
    this.nearestM = Number.NaN;
    this.pairA = NONE;
    this.pairB = NONE;
    this.request = 0;
    this.epoch = 0;
    this.contentHash[0] = 0;
    this.contentHash[1] = 0;
    this.usedMs = 0;
    this.words = undefined;
  }

  /** As a refusal of today's kernel. */
  refuse(refused: Refused): void {
    this.code = isRefusalCode(refused.code) ? codeNumber(refused.code) : NAMED_CODE;
    this.severity = SEVERITY[refused.severity];
    this.step = refused.step;
    this.words = JSON.stringify(refused);
  }
}

/** What the kernel's side does with a request. */
export interface Judge {
  /** Fills what applies of the cleared answer; a `code` left at 0 passes. Keeps nothing of what it is given. */
  judge(command: Command, state: MeasuredState, answer: Answer): void;
}

/** Today's kernel as a judge. The mark it sets is dropped with its copy: it means nothing outside its own thread. */
export function judgeOf(kernel: Kernel): Judge {
  return {
    judge(command, state, answer) {
      const verdict = kernel.vet(command, state);
      if (verdict.kind === "refused") return answer.refuse(verdict);
      const { nearestM, pair } = verdict.margins;
      if (nearestM === undefined || pair === undefined) return;
      answer.nearestM = nearestM;
      [answer.pairA, answer.pairB] = pair;
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes into the record and answers the numbers used. Allocates nothing where there are no words. */
export function writeAnswer(answer: Answer, { numbers: n, bytes }: WordRecord): number {
  n[0] = answer.code;
  n[1] = answer.severity;
  n[2] = answer.step;
  n[3] = answer.row;
  n[4] = answer.joint;
  n[5] = answer.value;
  n[6] = answer.limit;
  n[7] = answer.nearestM;
  n[8] = answer.pairA;
  n[9] = answer.pairB;
  n[10] = answer.request;
  n[11] = answer.epoch;
  n[12] = answer.contentHash[0]!;
  n[13] = answer.contentHash[1]!;
  n[14] = answer.usedMs;
  n[15] = 0;
  if (answer.words === undefined) return ANSWER_HEAD_NUMBERS;
  const room = bytes.subarray(ANSWER_HEAD_NUMBERS * 8, ANSWER_HEAD_NUMBERS * 8 + MAX_WORDS_BYTES);
  const { read, written } = encoder.encodeInto(answer.words, room);
  // Half a JSON text says nothing; the numbers stand alone then.
  const used = read === answer.words.length ? written : 0;
  n[15] = used;
  return ANSWER_HEAD_NUMBERS + Math.ceil(used / 8);
}

/** False when the record is no answer. */
export function readAnswer({ numbers: n, bytes }: WordRecord, length: number, answer: Answer): boolean {
  if (!(length >= ANSWER_HEAD_NUMBERS && length <= answerCapacity())) return false;
  const nBytes = n[15]!;
  if (!(Number.isInteger(nBytes) && nBytes >= 0 && length === ANSWER_HEAD_NUMBERS + Math.ceil(nBytes / 8))) return false;
  answer.code = n[0]!;
  answer.severity = n[1]!;
  answer.step = n[2]!;
  answer.row = n[3]!;
  answer.joint = n[4]!;
  answer.value = n[5]!;
  answer.limit = n[6]!;
  answer.nearestM = n[7]!;
  answer.pairA = n[8]!;
  answer.pairB = n[9]!;
  answer.request = n[10]!;
  answer.epoch = n[11]!;
  answer.contentHash[0] = n[12]!;
  answer.contentHash[1] = n[13]!;
  answer.usedMs = n[14]!;
  const from = ANSWER_HEAD_NUMBERS * 8;
  answer.words = nBytes === 0 ? undefined : decoder.decode(bytes.subarray(from, from + nBytes));
  return true;
}

/** The refusal that a sound answer with a code other than 0 tells of. */
export function refusedFrom(answer: Answer): Refused {
  const told = answer.words === undefined ? undefined : parsed(answer.words);
  const code = codeFromNumber(answer.code) ?? (isRefusalCode(told?.["code"]) ? told["code"] : "malformed");
  const { reason, evidence, sub, field } = told ?? {};
  return {
    kind: "refused",
    code,
    reason: typeof reason === "string" ? reason : `refused by the kernel: ${code}${placeOf(answer)}`,
    evidence: isJsonObject(evidence) && isJson(evidence) ? evidence : numbersOf(answer),
    // What is not known to be a drop is the graver of the two.
    severity: answer.severity === SEVERITY.drop ? "drop" : "violation",
    step: answer.step,
    sub: subCodes.find((known) => known === sub) ?? "none",
    field: typeof field === "string" ? field : code,
  };
}

function parsed(words: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(words);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function placeOf({ row, joint }: Answer): string {
  return `${row === NONE ? "" : `, row ${row}`}${joint === NONE ? "" : `, joint ${joint}`}`;
}

function numbersOf({ code, severity, step, row, joint, value, limit, nearestM, pairA, pairB }: Answer): JsonObject {
  const fields = { code, severity, step, row, joint, value, limit, nearestM, pairA, pairB };
  return Object.fromEntries(Object.entries(fields).map(([name, number]) => [name, evidenceNumber(number)]));
}

export function answerRecord(): WordRecord {
  return wordRecord(answerCapacity());
}
