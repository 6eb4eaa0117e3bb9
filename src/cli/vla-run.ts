/**
 * `clearance run --policy vla`: the goal is the prompt of a model behind a policy server.
 * @module
 */
import { performance } from "node:perf_hooks";
import {
  absoluteXyzDecoder,
  cameraObservation,
  deltaXyzDecoder,
  nearestObject,
  openpiClient,
  openvlaClient,
  parseStatistics,
  vlaPolicy,
  type Observe,
  type RequestSecrets,
  type VlaModel,
  type VlaStats,
} from "../policy/vla/index.ts";
import { readText } from "../profile/files.ts";
import { oneOf, wholeNumber } from "./arguments.ts";
import { refuseUnknownCameras } from "./cameras.ts";
import type { EpisodeOptions } from "./episode.ts";
import { UsageError } from "./usage.ts";

export interface VlaArguments {
  readonly url: string;
  readonly decoder?: string | undefined;
  readonly statistics?: string | undefined;
  /** `KEY=CAMERA`: the picture's name for the model, the camera that takes it. */
  readonly camera?: readonly string[] | undefined;
  /** `N` or `HEIGHTxWIDTH`, pixels. */
  readonly "image-size"?: string | undefined;
  /** Names the variable that holds the key. */
  readonly "api-key-env"?: string | undefined;
  /** `NAME: VALUE`. */
  readonly header?: readonly string[] | undefined;
  /** ms. */
  readonly "request-timeout"?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const longestTimeoutMs = 600_000;

type Made = Pick<EpisodeOptions, "makePolicy" | "usageLine"> & { close(): void };

/** Connects first, so that nothing is loaded for a server that is not there. @throws UsageError, ClearanceError; one line each */
export async function vlaRun(given: VlaArguments): Promise<Made> {
  const { url, decoder, statistics } = given;
  const decoders = { "delta-xyz": deltaXyzDecoder, "absolute-xyz": absoluteXyzDecoder } as const;
  const choice = oneOf("decoder", decoder ?? "delta-xyz", ["delta-xyz", "absolute-xyz"]);
  const unnormalise = statistics === undefined ? undefined : parseStatistics(readText(statistics, "statistics"), { where: statistics });
  const cameras = camerasFrom(given.camera ?? []);
  const observe = observeFrom(cameras, given["image-size"]);
  const secrets = secretsFrom(given);
  const modelTimeoutMs = timeoutFrom(given["request-timeout"]);
  const model = await connected(url, secrets, modelTimeoutMs);
  const policy = vlaPolicy({
    model,
    decoder: decoders[choice]({ graspTarget: nearestObject() }),
    nowMs: () => performance.now(),
    ...(unnormalise === undefined ? {} : { unnormalise }),
    ...(observe === undefined ? {} : { observe }),
    ...(modelTimeoutMs === undefined ? {} : { modelTimeoutMs }),
  });
  return {
    makePolicy({ backend }) {
      refuseUnknownCameras(Object.values(cameras), backend);
      return policy;
    },
    usageLine: () => lineOf(policy.stats()),
    close: () => model.close(),
  };
}

function timeoutFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = wholeNumber("request-timeout", text);
  if (!(ms >= 1 && ms <= longestTimeoutMs)) throw new UsageError(`--request-timeout takes 1 to ${longestTimeoutMs} ms, not ${text}`);
  return ms;
}

function camerasFrom(pairs: readonly string[]): Readonly<Record<string, string>> {
  const cameras = new Map<string, string>();
  for (const pair of pairs) {
    const [, key = "", camera = ""] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    if (key === "") throw new UsageError(`--camera '${pair}' is not KEY=CAMERA, for example observation/image=scene`);
    if (cameras.has(key)) throw new UsageError(`--camera names '${key}' twice`);
    cameras.set(key, camera);
  }
  return Object.fromEntries(cameras);
}

function observeFrom(cameras: Readonly<Record<string, string>>, size: string | undefined): Observe | undefined {
  const none = Object.keys(cameras).length === 0;
  if (none && size !== undefined) throw new UsageError("--image-size is for --camera KEY=CAMERA");
  const [, height = "", width = height] = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(size ?? "") ?? [];
  if (size !== undefined && height === "") throw new UsageError(`--image-size '${size}' is not N or HEIGHTxWIDTH, in pixels`);
  try {
    if (none) return undefined;
    return cameraObservation({ cameras, ...(size === undefined ? {} : { size: [Number(height), Number(width)] }) });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Values are not repeated in what goes wrong with them. */
function secretsFrom({ "api-key-env": variable, header = [], environment }: VlaArguments): RequestSecrets {
  const apiKey = variable === undefined ? undefined : environment[variable]?.trim();
  if (variable !== undefined && (apiKey === undefined || apiKey === ""))
    throw new UsageError(`--api-key-env ${variable}: that variable is not set`);
  const headers = new Headers();
  for (const [i, line] of header.entries()) {
    const colon = line.indexOf(":");
    try {
      headers.set(line.slice(0, Math.max(0, colon)).trim(), line.slice(colon + 1).trim());
    } catch {
      throw new UsageError(`--header ${i + 1} is not NAME: VALUE as HTTP has them`);
    }
  }
  if (apiKey !== undefined && headers.has("authorization"))
    throw new UsageError("--api-key-env and --header Authorization are the same header; give one");
  return { headers: Object.fromEntries(headers), ...(apiKey === undefined ? {} : { apiKey }) };
}

async function connected(url: string, secrets: RequestSecrets, timeoutMs: number | undefined): Promise<VlaModel> {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol === "ws:" || protocol === "wss:") {
    const model = openpiClient({ url, ...secrets });
    const connection = await model.connect(timeoutMs);
    if (!connection.ok) throw new UsageError(withAdvice(connection.problem));
    return model;
  }
  if (protocol !== "http:" && protocol !== "https:")
    throw new UsageError(
      `--url '${url}' is no address of a policy server; write ws://HOST:PORT (openpi) or http://HOST:PORT/act (OpenVLA)`,
    );
  const model = openvlaClient({ url, ...secrets });
  const problem = await model.check(timeoutMs);
  if (problem !== undefined) throw new UsageError(withAdvice(problem));
  return model;
}

function lineOf({ requests, latencyP50Ms, latencyP99Ms, dropped, droppedActions, malformed }: VlaStats): string {
  const latency = Number.isFinite(latencyP50Ms) ? `, p50 ${latencyP50Ms.toFixed(1)} ms, p99 ${latencyP99Ms.toFixed(1)} ms` : "";
  const { late, repeated, older } = dropped;
  const answers = `dropped: ${late} late, ${repeated} repeated, ${older} older; ${droppedActions} actions; ${malformed} malformed`;
  return `${requests} requests${latency}; ${answers}`;
}

function withAdvice(problem: string): string {
  return problem.includes(" cannot be reached: ") ? `${problem}; is the policy server running there?` : problem;
}
