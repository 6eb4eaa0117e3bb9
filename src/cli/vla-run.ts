/**
 * `clearance run --policy vla`: the goal is the prompt of a model behind a policy server.
 * @module
 */
import { performance } from "node:perf_hooks";
import {
  absoluteXyzDecoder,
  deltaXyzDecoder,
  nearestObject,
  openpiClient,
  openvlaClient,
  parseStatistics,
  vlaPolicy,
  type VlaModel,
  type VlaStats,
} from "../policy/vla/index.ts";
import { readText } from "../profile/files.ts";
import { oneOf } from "./arguments.ts";
import type { EpisodeOptions } from "./episode.ts";
import { UsageError } from "./usage.ts";

export interface VlaArguments {
  readonly url: string;
  readonly decoder: string | undefined;
  readonly statistics: string | undefined;
}

type Made = Pick<EpisodeOptions, "makePolicy" | "usageLine"> & { close(): void };

/** Connects first, so that nothing is loaded for a server that is not there. @throws UsageError, ClearanceError; one line each */
export async function vlaRun({ url, decoder, statistics }: VlaArguments): Promise<Made> {
  const decoders = { "delta-xyz": deltaXyzDecoder, "absolute-xyz": absoluteXyzDecoder } as const;
  const choice = oneOf("decoder", decoder ?? "delta-xyz", ["delta-xyz", "absolute-xyz"]);
  const unnormalise = statistics === undefined ? undefined : parseStatistics(readText(statistics, "statistics"), { where: statistics });
  const model = await connected(url);
  const policy = vlaPolicy({
    model,
    decoder: decoders[choice]({ graspTarget: nearestObject() }),
    nowMs: () => performance.now(),
    ...(unnormalise === undefined ? {} : { unnormalise }),
  });
  return {
    makePolicy: () => policy,
    usageLine: () => lineOf(policy.stats()),
    close: () => model.close(),
  };
}

async function connected(url: string): Promise<VlaModel> {
  const protocol = URL.canParse(url) ? new URL(url).protocol : "";
  if (protocol === "ws:" || protocol === "wss:") {
    const model = openpiClient({ url });
    const connection = await model.connect();
    if (!connection.ok) throw new UsageError(connection.problem);
    return model;
  }
  if (protocol !== "http:" && protocol !== "https:")
    throw new UsageError(
      `--url '${url}' is no address of a policy server; write ws://HOST:PORT (openpi) or http://HOST:PORT/act (OpenVLA)`,
    );
  const model = openvlaClient({ url });
  const problem = await model.check();
  if (problem !== undefined) throw new UsageError(problem);
  return model;
}

function lineOf({ requests, latencyP50Ms, latencyP99Ms, dropped, droppedActions, malformed }: VlaStats): string {
  const latency = Number.isFinite(latencyP50Ms) ? `, p50 ${latencyP50Ms.toFixed(1)} ms, p99 ${latencyP99Ms.toFixed(1)} ms` : "";
  const { late, repeated, older } = dropped;
  const answers = `dropped: ${late} late, ${repeated} repeated, ${older} older; ${droppedActions} actions; ${malformed} malformed`;
  return `${requests} requests${latency}; ${answers}`;
}
