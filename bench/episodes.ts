import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { EpisodeResult } from "../scripts/pick-and-place.ts";
import type { BenchOptions } from "./main.ts";
import { wilsonCi } from "../src/bench/statistics.ts";
import type { Row } from "./report.ts";

const workers = 2;

/** Seeded pick-and-place in MuJoCo, one engine a worker. */
export async function episodeRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  const n = quick ? 20 : 1000;
  const startedMs = performance.now();
  const results = (await Promise.all(Array.from({ length: workers }, (_, first) => episodes(first, n)))).flat();
  const seconds = (performance.now() - startedMs) / 1000;
  const placed = results.filter((result) => result.picked && result.errorM <= 0.01).length;
  const [low, high] = wilsonCi(placed, results.length);
  return [
    {
      what: `pick-and-place episodes, MuJoCo, ${workers} workers`,
      measured: results.length / seconds,
      unit: "episodes/s",
      note: `${results.length} in ${seconds.toFixed(0)} s`,
    },
    {
      what: "  placed within 1 cm",
      measured: (100 * placed) / results.length,
      unit: "%",
      note: `95 % interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`,
    },
  ];
}

function episodes(first: number, end: number): Promise<readonly EpisodeResult[]> {
  return new Promise((resolve, reject) => {
    const results: EpisodeResult[] = [];
    const worker = new Worker(new URL("episode-worker.ts", import.meta.url), { workerData: { first, step: workers, end } });
    worker.on("message", (result: EpisodeResult) => results.push(result));
    worker.on("error", reject);
    worker.on("exit", () => resolve(results));
  });
}
