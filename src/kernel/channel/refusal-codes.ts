/**
 * The codes of refusals as integers, for the wire, and the ones that the channel itself gives.
 * @module
 */
import type { JsonObject } from "../../core/json.ts";
import type { Refused } from "../kernel.ts";
import type { RefusalCode } from "../row-checks.ts";

/** Order is the wire's: new codes go to the end. The type makes a code that is missing here an error. */
const numberOfCode: Readonly<Record<RefusalCode, number>> = {
  closed: 1,
  malformed: 2,
  chunk_stale: 3,
  chunk_out_of_order: 4,
  dim_mismatch: 5,
  period_range: 6,
  nan_in_action: 7,
  mode_unsupported: 8,
  state_unavailable: 9,
  joint_position: 10,
  joint_velocity: 11,
  joint_rate: 12,
  joint_jump: 13,
  gripper_range: 14,
  estop_latched: 15,
  kernel_late: 16,
  kernel_lost: 17,
  channel_overrun: 18,
  channel_corrupt: 19,
};

const codeOfNumber: ReadonlyMap<number, RefusalCode> = new Map(
  Object.entries(numberOfCode).flatMap(([name, number]) => (isRefusalCode(name) ? [[number, name] as const] : [])),
);

export function isRefusalCode(text: unknown): text is RefusalCode {
  return typeof text === "string" && Object.hasOwn(numberOfCode, text);
}

export function codeNumber(code: RefusalCode): number {
  return numberOfCode[code];
}

export function codeFromNumber(number: number): RefusalCode | undefined {
  return codeOfNumber.get(number);
}

export function refusal(code: RefusalCode, reason: string, evidence: JsonObject = {}): Refused {
  return { kind: "refused", code, reason, evidence };
}
