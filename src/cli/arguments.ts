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
  if (unknown === undefined) return valueFault(message);
  const near = nearestName(unknown, known);
  const hint = near === undefined ? `options: ${known.map((name) => `--${name}`).join(", ")}` : `did you mean --${near}?`;
  return `unknown option --${unknown}; ${hint}`;
}

/** A value that is missing, that begins with a dash, or that nothing was asked for. */
function valueFault(message: string): string {
  const option = /^Option '(?:-\w, )?(--[\w-]+)/.exec(message)?.[1];
  if (option === undefined) return message.split("\n")[0] ?? message;
  if (message.includes("does not take an argument")) return `${option} takes no value; leave out what stands after the =`;
  return `${option} needs a value; one that begins with a dash is written ${option}=-…`;
}

/** Refuses words after a command that takes none. */
export function noMore(command: string, positionals: readonly string[]): void {
  if (positionals.length > 0)
    throw new UsageError(`clearance ${command} takes no '${positionals.join(" ")}'; try clearance ${command} --help`);
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
