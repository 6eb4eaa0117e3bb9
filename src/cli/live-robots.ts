/**
 * Robots at work on this machine, found by other terminals of the same user: each listens on a socket that only that user may open,
 * and says in a file beside it who it is.
 * @module
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "../core/json.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { askRobot } from "./ask-robot.ts";

export interface LiveRobot {
  readonly pid: number;
  readonly profile: string;
  readonly backend: string;
  readonly address: string;
}

/** Longest request, bytes: what is longer is none of ours. */
const longestRequest = 65_536;

function liveFolder(): string {
  const { XDG_RUNTIME_DIR: runtimeFolder, CLEARANCE_STATE_DIR: chosen } = process.env;
  if (chosen !== undefined && chosen !== "") return chosen;
  return join(runtimeFolder ?? tmpdir(), `clearance-${userInfo().username}`);
}

/** From now on other terminals find the robot. Returns how to end that; a robot that cannot be found still works. */
export async function announceRobot(runtime: Runtime, robot: Pick<LiveRobot, "profile" | "backend">): Promise<() => void> {
  const folder = liveFolder();
  const { pid } = process;
  const address = process.platform === "win32" ? String.raw`\\.\pipe\clearance-${pid}` : join(folder, `${pid}.sock`);
  const card = join(folder, `${pid}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rmSync(address, { force: true });
  const server = createServer((socket) => answer(socket, runtime, { pid, address, ...robot }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  if (process.platform !== "win32") chmodSync(address, 0o600);
  server.unref();
  writeFileSync(card, JSON.stringify({ pid, address, ...robot }), { mode: 0o600 });
  return () => close(server, card, address);
}

/** The same where a robot that cannot be found goes on: `onProblem` hears why. */
export async function announceOrSay(
  runtime: Runtime,
  robot: Pick<LiveRobot, "profile" | "backend">,
  onProblem: (problem: string) => void,
): Promise<() => void> {
  try {
    return await announceRobot(runtime, robot);
  } catch (error) {
    onProblem(error instanceof Error ? error.message : String(error));
    return () => undefined;
  }
}

function close(server: Server, card: string, address: string): void {
  server.close();
  rmSync(card, { force: true });
  if (process.platform !== "win32") rmSync(address, { force: true });
}

/** Every robot that says it is at work; the cards of those that died are swept away by whoever asks them in vain. */
export function liveRobots(): readonly LiveRobot[] {
  let files: readonly string[];
  try {
    files = readdirSync(liveFolder()).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  return files.flatMap((name) => {
    const card = readCard(join(liveFolder(), name));
    return card === undefined ? [] : [card];
  });
}

/** What the robot answers; nothing where it is gone. */
export async function ask(robot: LiveRobot, request: JsonObject): Promise<JsonObject | undefined> {
  const said = await askRobot(robot.address, request);
  if (said === undefined) rmSync(join(liveFolder(), `${robot.pid}.json`), { force: true });
  return said;
}

function readCard(path: string): LiveRobot | undefined {
  try {
    const card: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isCard(card) ? card : undefined;
  } catch {
    return undefined;
  }
}

function isCard(card: unknown): card is LiveRobot {
  if (typeof card !== "object" || card === null) return false;
  const field = (name: string): unknown => Reflect.get(card, name);
  return Number.isSafeInteger(field("pid")) && ["profile", "backend", "address"].every((name) => typeof field(name) === "string");
}

function answer(socket: Socket, runtime: Runtime, robot: LiveRobot): void {
  let text = "";
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.on("data", (part: string) => {
    text += part;
    if (text.length > longestRequest) socket.destroy();
    const end = text.indexOf("\n");
    if (end < 0) return;
    const line = text.slice(0, end);
    text = "";
    void carryOut(line, runtime, robot).then((said) => socket.end(`${JSON.stringify(said)}\n`));
  });
}

async function carryOut(line: string, runtime: Runtime, { pid, profile, backend }: LiveRobot): Promise<JsonObject> {
  const request = parsed(line);
  const operator = textIn(request, "operator");
  const reason = textIn(request, "reason");
  const who = { pid, profile, backend };
  switch (textIn(request, "op")) {
    case "status":
      return { ...who, ...statusJson(runtime) };
    case "stop": {
      const { result, stop = {} } = await runtime.emergencyStop({ operator, reason });
      return { ...who, ok: stop["acknowledged"] === true, message: result.message, stop };
    }
    case "reset": {
      const { ok, code, message } = await runtime.reset({ operator, reason, recovery: request?.["recovery"] === true });
      return { ...who, ok, code, message };
    }
    default:
      return { ...who, ok: false, message: "the request is none of status, stop and reset" };
  }
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && isJsonObject(value as JsonObject) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function textIn(request: JsonObject | undefined, name: string): string {
  const value = request?.[name];
  return typeof value === "string" ? value : "";
}

/** Of the stop chain, for a person or a program elsewhere. */
export function statusJson({ safety }: Runtime): JsonObject {
  const { state, latched, source, reason, epoch, mayMove, speedScale, lease, recorded, cooldownLeftMs, stop_unproven, watchdogs } =
    safety.status();
  return {
    state,
    latched,
    source,
    reason,
    epoch,
    mayMove,
    speedScale,
    goal: lease?.goal ?? null,
    recorded,
    cooldownLeftMs,
    stopUnproven: stop_unproven,
    watchdogs: watchdogs.map(({ kind, name, live, ageMs }) => ({ kind, name, live, ageMs })),
  };
}
