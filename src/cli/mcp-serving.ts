/**
 * Serving a robot until its client goes or somebody ends it, and the check that opens no transport.
 * @module
 */
import { join, parse } from "node:path";
import type { RobotSetup } from "../profile/build-robot.ts";
import type { LoadedProfile } from "../profile/files.ts";
import { keepStandardOutputClean, openServedRobot, parseTokens, serveOverHttp, serveOverStdio, type ServedRobot } from "../mcp/index.ts";
import { realClock } from "../runtime/real-clock.ts";
import { openFileTrace, traceGroupMs } from "../trace/file-trace.ts";
import { firstFree } from "./first-free.ts";
import { ImageFolder, imageFolderOf } from "./image-folder.ts";
import { announceOrSay } from "./live-robots.ts";
import { fromEnvironment, type HttpPlace } from "./environment.ts";
import { openRenderer, type RendererChoice } from "./renderer.ts";
import { UsageError } from "./usage.ts";
import { version } from "./version.ts";

type BackendName = RobotSetup["backend"];

export interface Serving {
  readonly backend: BackendName;
  readonly renderer: RendererChoice;
  readonly http: HttpPlace | undefined;
  readonly tracePath: string | undefined;
  /** What the server calls itself. */
  readonly name: string | undefined;
}

const say = (line: string): void => void process.stderr.write(`clearance mcp: ${line}\n`);

/** Until the client closes its pipe, or SIGINT or SIGTERM. Always 0: a robot that was asked to end has ended. */
export async function serve(loaded: LoadedProfile, { backend, renderer: choice, http, tracePath, name }: Serving): Promise<number> {
  keepStandardOutputClean();
  const tokens = parseTokens(process.env["CLEARANCE_MCP_TOKEN"] ?? "");
  const interrupted = signalled();
  await using renderer = await openRenderer(choice);
  const trace = tracePath === undefined ? undefined : openFileTrace(nextFree(tracePath));
  const images = trace && new ImageFolder(imageFolderOf(trace.path));
  try {
    const robot = await openServedRobot(loaded, {
      backend,
      renderer,
      clock: realClock(),
      version: version(),
      ...(images === undefined ? {} : { images }),
      ...(trace === undefined ? {} : { trace, lossWindow: `a crash loses at most the records of the last ${traceGroupMs} ms` }),
    });
    const leave = await announceOrSay(robot.runtime, { profile: robot.profile.name, backend }, (problem) =>
      say(`clearance stop and status will not find this server: ${problem}`),
    );
    try {
      say(trace === undefined ? "the trace is not written to a file; --trace FILE does that" : `trace ${trace.path}`);
      const named = name === undefined ? {} : { name };
      const settings = { version: version(), instructions: fromEnvironment("INSTRUCTIONS") ?? "", ...named };
      if (http === undefined) await stdioUntil(robot, settings, interrupted);
      else await httpUntil(robot, { ...settings, ...http, tokens, allowedHosts: allowedHosts(), log: say }, interrupted);
    } finally {
      leave();
      await images?.settled();
      if (images?.problem !== undefined) robot.runtime.note("pictures-missing", { folder: images.folder, problem: images.problem });
      await robot.close();
    }
  } finally {
    trace?.close();
  }
  return 0;
}

/** Clients start their servers again and again, some of them twice for one connection: `t.jsonl`, then `t-2.jsonl`, … */
function nextFree(path: string): string {
  const { dir, name, ext } = parse(path);
  return firstFree((n) => (n === 1 ? path : join(dir, `${name}-${n}${ext}`)));
}

async function stdioUntil(robot: ServedRobot, settings: Parameters<typeof serveOverStdio>[1], interrupted: Promise<void>): Promise<void> {
  const serving = serveOverStdio(robot, settings);
  say(`${robot.profile.name} on ${robot.backend.name}, over standard input and output`);
  await Promise.race([serving.ended, interrupted]);
  await robot.runtime.stop({ operator: "cli", reason: "the server ends" });
  await serving.close();
}

async function httpUntil(robot: ServedRobot, settings: Parameters<typeof serveOverHttp>[1], interrupted: Promise<void>): Promise<void> {
  const serving = await serveOverHttp(robot, settings).catch((error: unknown) => {
    throw cannotListen(error, settings);
  });
  say(`${robot.profile.name} on ${robot.backend.name}, at ${serving.url}`);
  if (settings.tokens.length === 0) say("no token is set: every program on this machine may move the robot");
  await interrupted;
  await robot.runtime.stop({ operator: "cli", reason: "the server ends" });
  await serving.close();
}

/** An address that cannot be had is a mistake in the configuration; whatever else went wrong stays what it is. */
function cannotListen(error: unknown, { host, port }: HttpPlace): unknown {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  const reason = listenFaults.get(code);
  return reason === undefined ? error : new UsageError(`cannot listen at ${host}:${port}: ${reason}`);
}

const listenFaults = new Map<unknown, string>([
  ["EADDRINUSE", "another program does, perhaps another clearance mcp; give another port"],
  ["EADDRNOTAVAIL", "this machine has no such address; 127.0.0.1 is for this machine alone"],
  ["ENOTFOUND", "there is no such host; 127.0.0.1 is for this machine alone"],
  ["EACCES", "the port may not be used; give one from 1024 on"],
]);

/** Names besides the loopback ones under which the server may be reached. */
function allowedHosts(): readonly string[] {
  const text = fromEnvironment("MCP_HOSTS") ?? "";
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}

/** Says what would be served, stops, and carries out one harmless step. 0 only if both went well. */
export async function selfcheck(
  loaded: LoadedProfile,
  { backend, renderer: choice, json }: Pick<Serving, "backend" | "renderer"> & { readonly json: boolean },
): Promise<number> {
  keepStandardOutputClean();
  await using renderer = await openRenderer(choice);
  const robot = await openServedRobot(loaded, { backend, renderer, clock: realClock(), version: version() });
  try {
    const { runtime, registry, gates, profile } = robot;
    const harmless = harmlessStep(robot);
    const stepped = await runtime.step({ name: harmless, args: {} });
    const stopped = await runtime.stop({ operator: "selfcheck", reason: "selfcheck" });
    const acknowledged = stopped.stop?.["acknowledged"] === true;
    const ok = acknowledged && stepped.result.status === "ok";
    if (json) {
      const { status, message } = stepped.result;
      const step = { name: harmless, status, message };
      const said = {
        profile: profile.name,
        backend: robot.backend.name,
        primitives: registry.names(),
        gates,
        stop: { acknowledged },
        step,
      };
      process.stdout.write(`${JSON.stringify({ ok, ...said })}\n`);
      return ok ? 0 : 1;
    }
    const lines = [
      `profile     ${profile.name}`,
      `backend     ${robot.backend.name}`,
      `primitives  ${registry.names().join(", ")}`,
      `gates       ${gates.join(", ")}`,
      `stop        ${acknowledged ? "acknowledged" : `not acknowledged: ${stopped.result.message}`}`,
      `${harmless.padEnd(11)} ${stepped.result.status}: ${stepped.result.message}`,
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
    return ok ? 0 : 1;
  } finally {
    await robot.close();
  }
}

/** `scan`, else `sense`, else a stop: what needs no motion and answers with what there is. */
function harmlessStep({ registry, profile }: ServedRobot): string {
  const looks = ["scan", "sense"].filter((name) => registry.has(name) && !profile.denied_primitives.includes(name));
  return looks[0] ?? "stop";
}
