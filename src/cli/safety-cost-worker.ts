/**
 * One worker of `clearance bench safety-cost`: runs the episodes it is given and posts each outcome.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { arms } from "../bench/safety-cost/arms.ts";
import { safetyCostEpisode, type SafetyCostSetup } from "../bench/safety-cost/episode.ts";

export interface SafetyCostWork {
  readonly setup: SafetyCostSetup;
  readonly seeds: readonly number[];
}

const { setup, seeds } = workerData as SafetyCostWork;
for (const seed of seeds) for (const arm of arms) parentPort?.postMessage(await safetyCostEpisode(setup, arm, seed));
