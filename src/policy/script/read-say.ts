import { parseLanguage } from "../language/parse-language.ts";
import type { Vocabulary } from "../language/vocabulary.ts";
import type { SayStep } from "./script.ts";
import { formatInvalid } from "../../core/yaml/source.ts";

/** A sentence step; with a vocabulary its sentence is read at once. */
export function readSay(
  text: string,
  common: Pick<SayStep, "rationale" | "expect" | "where">,
  vocabulary: Vocabulary | undefined,
): SayStep {
  const step: SayStep = { kind: "say", text, ...common };
  if (vocabulary === undefined) return step;
  const plan = parseLanguage(text, vocabulary);
  if (plan.kind === "plan") return { ...step, plan };
  throw formatInvalid(common.where, `"${plan.part}" is not understood: ${plan.question}`, `closest: "${plan.closest}"`);
}
