import { parseArgs, type ParseArgsConfig } from "node:util";
import { nearestName } from "../core/nearest.ts";
import { UsageError } from "./usage.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** `node:util` parseArgs, with one clear line for a mistake and the nearest option for a typo. */
export function parseOptions<const Known extends Options>(args: readonly string[], options: Known) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(explain(error, Object.keys(options)));
  }
}

function explain(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /Unknown option '-{1,2}([^']+)'/.exec(message)?.[1];
  if (unknown === undefined) return message.split("\n")[0] ?? message;
  const near = nearestName(unknown, known);
  const hint = near === undefined ? `options: ${known.map((name) => `--${name}`).join(", ")}` : `did you mean --${near}?`;
  return `unknown option --${unknown}; ${hint}`;
}

/** A whole number of 0 or more. */
export function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(text.trim() !== "" && Number.isSafeInteger(value) && value >= 0))
    throw new UsageError(`--${name} takes a whole number, not '${text}'`);
  return value;
}

export function oneOf<const Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  const near = nearestName(text, choices);
  throw new UsageError(
    `--${name} '${text}' is not known; ${near === undefined ? "" : `did you mean '${near}'? `}choices: ${choices.join(", ")}`,
  );
}
