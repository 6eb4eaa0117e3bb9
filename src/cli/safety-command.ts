/**
 * `clearance stop`, `status` and `reset`: the stop chain of robots at work, from another terminal, and of a latch that a robot left.
 * @module
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { createInterface } from "node:readline/promises";
import { SimulatedClock } from "../core/clock.ts";
import type { JsonObject, JsonValue } from "../core/json.ts";
import { LatchFile } from "../kernel/node/latch-file.ts";
import { buildRobot } from "../profile/build-robot.ts";
import { loadProfile } from "../profile/files.ts";
import { MemoryTrace } from "../trace/memory-trace.ts";
import { parseOptions, wholeNumber } from "./arguments.ts";
import { ask, liveRobots, type LiveRobot } from "./live-robots.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { safetyUsage, UsageError } from "./usage.ts";
import { version } from "./version.ts";

const options = {
  profile: { type: "string" },
  pid: { type: "string" },
  latch: { type: "string" },
  operator: { type: "string" },
  reason: { type: "string" },
  recovery: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Values = ReturnType<typeof read>;

function read(args: readonly string[]) {
  const { values, positionals } = parseOptions(args, options);
  if (positionals.length > 0) throw new UsageError(`'${positionals.join(" ")}' is not understood here; see clearance stop --help`);
  if (values.pid !== undefined) wholeNumber("pid", values.pid);
  if (values.latch !== undefined) refuseUnusedLatch(values.latch);
  return values;
}

/** A name that no run has used is a mistake: to call that "not latched" would say something of a robot that nobody looked at. */
function refuseUnusedLatch(path: string): void {
  if ([path, `${path}.staged`, `${path}.epoch`].some((file) => existsSync(file))) return;
  throw new UsageError(`--latch ${path}: no run has kept its latch there; give the file of clearance run --latch`);
}

/** Exit code 0 when every robot acknowledged and was seen to come to rest, 1 when not, or when none is at work. */
export async function stopCommand(args: readonly string[]): Promise<number> {
  const values = read(args);
  if (values.help) return help();
  const operator = values.operator ?? userInfo().username;
  const answers = await askAll(values, { op: "stop", operator, reason: values.reason ?? "clearance stop" });
  return tell(values, answers, (terminal, said) => {
    const stop = said["stop"];
    const proved = isObject(stop) && stop["proved"] === true;
    terminal.line(
      `${title(said)}  ${terminal.paint(proved ? "good" : "bad", `${text(said["message"])}${proved ? ", seen at rest" : ""}`)}`,
    );
    terminal.line(terminal.paint("dim", "latched: nothing moves again before clearance reset"));
    return proved;
  });
}

/** Exit code 0 when nothing is latched, 1 when something is. */
export async function statusCommand(args: readonly string[]): Promise<number> {
  const values = read(args);
  if (values.help) return help();
  if (values.latch !== undefined) return storedStatus(values.latch, values.json);
  const answers = await askAll(values, { op: "status" });
  if (answers.length === 0) {
    if (values.json) process.stdout.write(`${JSON.stringify({ robots: [] })}\n`);
    else openTerminal(process.stdout).line(nobody(values));
    return 0;
  }
  return tell(values, answers, (terminal, said) => {
    const { latched, state, source, reason, goal, speedScale, watchdogs } = said;
    const why = latched === true ? ` by ${text(source)}: ${text(reason)}` : typeof goal === "string" ? `: ${goal}` : "";
    terminal.line(`${title(said)}  ${terminal.paint(latched === true ? "bad" : "good", `${text(state)}${why}`)}`);
    if (said["stopUnproven"] === true)
      terminal.line(terminal.paint("warn", `the last stop was not proved: ${text(speedScale)} of the speed`));
    for (const dog of Array.isArray(watchdogs) ? watchdogs : []) {
      if (!isObject(dog)) continue;
      const age = typeof dog["ageMs"] === "number" ? `${dog["ageMs"].toFixed(0)} ms ago` : "not yet heard";
      terminal.line(`  ${dog["live"] === true ? terminal.paint("good", "live") : terminal.paint("dim", "idle")}  ${dogName(dog)}, ${age}`);
    }
    return latched !== true;
  });
}

/** Exit code 0 when every robot is out of its latch. */
export async function resetCommand(args: readonly string[]): Promise<number> {
  const values = read(args);
  if (values.help) return help();
  const { operator, reason, recovery } = values;
  if (operator === undefined || reason === undefined)
    throw new UsageError('a reset needs a name and a reason, for example: clearance reset --operator anna --reason "the cable is clear"');
  if (!(values.yes || (await confirmed(values)))) return 1;
  const answers =
    values.latch === undefined
      ? await askAll(values, { op: "reset", operator, reason, recovery })
      : [await resetStored(values.latch, values.profile ?? "arm", { operator, reason, recovery })];
  return tell(values, answers, (terminal, said) => {
    const ok = said["ok"] === true;
    terminal.line(`${title(said)}  ${terminal.paint(ok ? "good" : "bad", text(said["message"]))}`);
    return ok;
  });
}

function help(): number {
  process.stdout.write(safetyUsage);
  return 0;
}

/** Where options leave out every robot there is, that is said: one that should be stopped may be among them. */
function nobody({ profile, pid }: Values): string {
  const others = liveRobots().map((robot) => `${robot.profile} (process ${robot.pid})`);
  if (others.length === 0) return "no robot is at work";
  const asked = [profile === undefined ? "" : ` --profile ${profile}`, pid === undefined ? "" : ` --pid ${pid}`].join("");
  return `no robot at work fits${asked}; at work: ${others.join(", ")}`;
}

async function askAll({ profile, pid }: Values, request: JsonObject): Promise<readonly JsonObject[]> {
  const meant = (robot: LiveRobot): boolean =>
    (profile === undefined || robot.profile === profile) && (pid === undefined || robot.pid === Number(pid));
  const answers = await Promise.all(
    liveRobots()
      .filter(meant)
      .map((robot) => ask(robot, request)),
  );
  return answers.filter((said) => said !== undefined);
}

function tell(values: Values, answers: readonly JsonObject[], show: (terminal: Terminal, said: JsonObject) => boolean): number {
  const terminal = openTerminal(process.stdout, { quiet: values.json });
  if (values.json) process.stdout.write(`${JSON.stringify({ robots: answers })}\n`);
  if (answers.length === 0) process.stderr.write(`clearance: ${nobody(values)}\n`);
  const fine = answers.map((said) => show(terminal, said));
  return answers.length > 0 && fine.every(Boolean) ? 0 : 1;
}

async function confirmed({ operator, reason, json }: Values): Promise<boolean> {
  if (json || process.stdin.isTTY !== true) throw new UsageError("nobody can be asked here: add --yes to release the latch");
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await asking.question(`Release the latch, as ${operator}, because "${reason}"? The robot may move afterwards. [y/N] `);
    return /^y(es)?$/i.test(said.trim());
  } finally {
    asking.close();
  }
}

function storedStatus(path: string, json: boolean): number {
  const { latch, epoch } = new LatchFile(path).load();
  const said = { latch: path, latched: latch !== undefined, epoch, source: latch?.source ?? "", reason: latch?.reason ?? "" };
  if (json) process.stdout.write(`${JSON.stringify(said)}\n`);
  else {
    const terminal = openTerminal(process.stdout);
    terminal.line(
      latch === undefined ? terminal.paint("good", "not latched") : terminal.paint("bad", `latched by ${latch.source}: ${latch.reason}`),
    );
  }
  return latch === undefined ? 0 : 1;
}

/** The robot is built as it would start, looked at, and put back in service; nothing moves. */
async function resetStored(
  path: string,
  profile: string,
  hand: { operator: string; reason: string; recovery: boolean },
): Promise<JsonObject> {
  const loaded = loadProfile(profile);
  const store = new LatchFile(path);
  const robot = await buildRobot(loaded, {
    backend: loaded.profile.backend,
    seed: 0,
    clock: new SimulatedClock(),
    trace: new MemoryTrace(),
    version: version(),
    lossWindow: "none",
    supervision: { store },
  });
  try {
    const { ok, code, message } = await robot.runtime.reset(hand);
    return { pid: process.pid, profile, backend: robot.backend.name, ok, code, message };
  } finally {
    await robot.runtime.close();
    await robot.backend[Symbol.asyncDispose]();
    store.close();
  }
}

function dogName({ kind = "", name = "" }: JsonObject): string {
  return kind === name ? text(kind) : `${text(kind)} ${text(name)}`;
}

function title(said: JsonObject): string {
  return `${text(said["profile"])} (${text(said["backend"])}, process ${text(said["pid"])})`;
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
