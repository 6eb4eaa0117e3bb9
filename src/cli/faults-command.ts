/**
 * `clearance bench faults`: lets every named fault happen once and says what noticed it.
 * @module
 */
import { faults } from "../bench/faults/catalogue.ts";
import { coverage, coverageLines } from "../bench/faults/coverage.ts";
import type { FaultOutcome } from "../bench/faults/fault.ts";
import { runFault } from "../bench/faults/run-fault.ts";
import { loadProfile } from "../profile/files.ts";
import { parseOptions } from "./arguments.ts";
import { openTerminal } from "./terminal.ts";
import { benchUsage, UsageError } from "./usage.ts";

/** Exit code 1 when a fault goes undetected. */
export async function faultsCommand(args: readonly string[]): Promise<number> {
  const { values } = parseOptions(args, {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  });
  if (values.help) {
    process.stdout.write(benchUsage);
    return 0;
  }
  const chosen = faults.filter(({ group, name }) => `${group}: ${name}`.includes(values.only));
  if (chosen.length === 0)
    throw new UsageError(`no fault has '${values.only}' in its name; clearance bench faults --list shows all of them`);
  const terminal = openTerminal(process.stdout, { quiet: values.json });
  const profile = loadProfile("arm");
  const outcomes: FaultOutcome[] = [];
  for (const fault of chosen) {
    terminal.status(`fault ${outcomes.length + 1} of ${chosen.length}: ${fault.group}, ${fault.name}`);
    outcomes.push(await runFault(profile, fault));
  }
  terminal.status("");
  if (values.json) process.stdout.write(`${JSON.stringify({ coverage: coverage(outcomes), outcomes })}\n`);
  else {
    if (values.list || values.only !== "") for (const outcome of outcomes) terminal.line(outcomeLine(outcome));
    for (const line of coverageLines(outcomes)) terminal.line(line);
  }
  return outcomes.every(({ verdict }) => verdict !== "undetected") ? 0 : 1;
}

function outcomeLine({ group, name, verdict, by, timeToSafeMs }: FaultOutcome): string {
  const after = timeToSafeMs === null ? "" : `  still after ${timeToSafeMs.toFixed(0)} ms`;
  return `${verdict.padEnd(10)}  ${`${group}: ${name}`.padEnd(56)}  ${by}${after}`;
}
