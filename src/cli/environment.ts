import { backendNamed } from "../profile/backend-choice.ts";
import { loadProfile, type LoadedProfile, type ProfileOverrides } from "../profile/files.ts";
import { oneOf, wholeNumber } from "./arguments.ts";
import type { RendererChoice } from "./renderer.ts";
import { UsageError } from "./usage.ts";

type BackendName = LoadedProfile["profile"]["backend"];

/** `CLEARANCE_NAME`, or the spelling of the reference, `GHOSTLOOP_NAME`; an empty one counts as none. */
export function fromEnvironment(name: string): string | undefined {
  const { [`CLEARANCE_${name}`]: own, [`GHOSTLOOP_${name}`]: alias } = process.env;
  return own !== undefined && own !== "" ? own : alias === "" ? undefined : alias;
}

/** The robot that options, else the environment, else `arm` name, and what it runs on. @throws UsageError, ClearanceError */
export function robotAskedFor(
  options: { readonly profile?: string | undefined; readonly backend?: string | undefined },
  overrides: Pick<ProfileOverrides, "model" | "world"> = {},
): { readonly loaded: LoadedProfile; readonly backend: BackendName } {
  const name = options.profile ?? fromEnvironment("PROFILE") ?? "arm";
  const loaded = loadProfile(name, overrides);
  const backend = backendAskedFor(options.backend ?? fromEnvironment("BACKEND"), loaded.profile.backend);
  const model = fromEnvironment("MUJOCO_MODEL");
  // The variable is of that backend alone: another one goes by the profile's own model.
  if (backend !== "mujoco" || model === undefined || overrides.model !== undefined) return { loaded, backend };
  return { loaded: loadProfile(name, { ...overrides, model }), backend };
}

/** `mock` is the reference's word for ideal motion. @throws UsageError also for backends that this build has not */
export function backendAskedFor(asked: string | undefined, own: BackendName): BackendName {
  if (asked === undefined) return own;
  const named = backendNamed(asked);
  if (typeof named === "object" && named.problem.startsWith("this build has no")) throw new UsageError(`--backend: ${named.problem}`);
  return oneOf("backend", asked === "mock" ? "kinematic" : asked, ["kinematic", "mujoco"]);
}

/** `--renderer`, or the environment's; a browser by `CLEARANCE_BROWSER`, else PATH. @throws UsageError */
export function rendererAskedFor(option: string | undefined): RendererChoice {
  const asked = option ?? fromEnvironment("RENDERER") ?? "rays";
  const kind = oneOf("renderer", asked, ["rays", "browser"]);
  if (kind === "rays") return { kind };
  return { kind, places: { chosen: fromEnvironment("BROWSER"), searchPath: process.env["PATH"] ?? "" } };
}

/** `--max-steps`, or the environment's. */
export function maxStepsAskedFor(option: string | undefined): number | undefined {
  const text = option ?? fromEnvironment("MAX_STEPS");
  return text === undefined ? undefined : wholeNumber("max-steps", text);
}

/** The profile with what the environment adds to its instructions, after a blank line. */
export function withInstructions(loaded: LoadedProfile): LoadedProfile {
  const more = fromEnvironment("INSTRUCTIONS");
  if (more === undefined) return loaded;
  const { profile } = loaded;
  return { ...loaded, profile: { ...profile, instructions: [profile.instructions, more].filter((text) => text !== "").join("\n\n") } };
}

export interface HttpPlace {
  readonly host: string;
  readonly port: number;
}

/** Where to listen: `--http HOST:PORT`, or the environment's transport, host and port; nothing for standard input and output. */
export function httpPlace(option: string | undefined): HttpPlace | undefined {
  if (option !== undefined) return parsePlace(option, "--http");
  const transport = fromEnvironment("TRANSPORT") ?? "stdio";
  if (transport === "stdio") return undefined;
  // `sse` is the older name of the same: the reference's files have it.
  if (transport !== "streamable-http" && transport !== "sse")
    throw new UsageError(`CLEARANCE_TRANSPORT '${transport}' is not known; choices: stdio, streamable-http, sse`);
  return parsePlace(
    `${bracketed(fromEnvironment("HOST") ?? "127.0.0.1")}:${fromEnvironment("PORT") ?? "8765"}`,
    "CLEARANCE_HOST and CLEARANCE_PORT",
  );
}

function bracketed(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

function parsePlace(text: string, what: string): HttpPlace {
  const match = /^(?:\[([\da-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(text);
  const [, v6, name, digits = ""] = match ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || !(port <= 65_535)) throw new UsageError(`${what} takes HOST:PORT, for example 127.0.0.1:8765, not '${text}'`);
  return { host, port };
}
