/**
 * Who may reset, when, and on what evidence (§8.1). Anybody may stop; a reset has to name its reasons one by one.
 * @module
 */
import { RESET_ANSWER_MS, RESET_COOLDOWN_MS } from "./stop-limits.ts";
import type { Refusal, ResetAnswers, ResetRequest, StopMachine } from "./stop-types.ts";

/** The first reason to refuse, in the order of §8.1; absent: the handshake may begin. */
export function requestRefusal(machine: StopMachine, request: ResetRequest): Refusal | undefined {
  const waitedMs = request.atMs - machine.cooldownFromMs;
  if (!(waitedMs >= RESET_COOLDOWN_MS)) {
    const leftS = Number.isFinite(waitedMs) ? (RESET_COOLDOWN_MS - Math.max(0, waitedMs)) / 1000 : RESET_COOLDOWN_MS / 1000;
    return { code: "cooldown", reason: `reset refused: ${shortest(leftS)} s of the cooldown remain` };
  }
  if (!(request.authenticated === true && request.operatorId !== ""))
    return { code: "not_authenticated", reason: "reset refused: the caller is not authenticated" };
  if (!(request.allowed === true)) return { code: "not_allowed", reason: `reset refused: ${request.operatorId} may not reset` };
  const hand = handRefusal(request);
  if (hand !== undefined) return hand;
  return checkRefusal(request.check, request.recovery);
}

/** The first reason why the answers do not end the reset; absent: they do. */
export function answersRefusal(machine: StopMachine, answers: ResetAnswers): Refusal | undefined {
  const asked = machine.reset;
  if (asked === undefined || answers.epoch !== machine.epoch)
    return { code: "wrong_state", reason: `answers for epoch ${answers.epoch}, the reset is of epoch ${machine.epoch}` };
  if (!inTime(asked.requestedAtMs, answers.atMs)) return silence;
  if (!(answers.missing.length === 0))
    return { code: "adapter_not_ready", reason: `reset refused: not stopped and ready: ${answers.missing.join(", ")}` };
  return handRefusal(answers) ?? checkRefusal(answers.check, asked.recovery);
}

/** Whether the time for answers is over. Time that went backwards or is not a number is over. */
export function answersLate(machine: StopMachine, atMs: number): boolean {
  return machine.reset === undefined || !inTime(machine.reset.requestedAtMs, atMs);
}

export const silence: Refusal = { code: "reset_timeout", reason: `reset refused: no answer within ${RESET_ANSWER_MS / 1000} s` };

function inTime(fromMs: number, atMs: number): boolean {
  const elapsedMs = atMs - fromMs;
  return elapsedMs >= 0 && elapsedMs < RESET_ANSWER_MS;
}

function handRefusal({
  humanStopReleased,
  pendantReleased,
}: Pick<ResetRequest, "humanStopReleased" | "pendantReleased">): Refusal | undefined {
  if (!(humanStopReleased === true)) return { code: "human_stop_pressed", reason: "reset refused: the human stop is pressed" };
  if (!(pendantReleased === true)) return { code: "pendant_pressed", reason: "reset refused: the pendant is pressed, silent or unplugged" };
  return undefined;
}

function checkRefusal(check: ResetRequest["check"], recovery: boolean): Refusal | undefined {
  if (check === "clean") return undefined;
  if (check !== "violates") return { code: "state_unavailable", reason: "reset refused: no fresh, complete state of the robot" };
  if (recovery === true) return undefined;
  return { code: "cause_present", reason: "reset refused: the measured state still violates its limits" };
}

/** Whole ms, rounded up, without rounding noise: 0.3, not 0.30000000000001137, and never 0 while some remain. */
function shortest(seconds: number): string {
  return String(Math.ceil(seconds * 1000 - 1e-6) / 1000);
}
