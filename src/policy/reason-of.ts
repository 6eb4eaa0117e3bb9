import type { LastStep } from "./policy.ts";

/** Why a step did not come to `ok`; a refusal's message begins with its gate, which is named anyway. */
export function reasonOf({ gate, message }: LastStep): string {
  const prefix = `${gate}: `;
  return gate !== "" && message.startsWith(prefix) ? message.slice(prefix.length) : message;
}
