/**
 * `clearance bench safety-cost`: the same episodes with the gates off, graded and binary; a table, a picture, every outcome as JSON.
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { arms } from "../bench/safety-cost/arms.ts";
import type { EpisodeOutcome, SafetyCostSetup } from "../bench/safety-cost/episode.ts";
import { safetyCostPicture } from "../bench/safety-cost/picture.ts";
import { reportLines, safetyCostReport } from "../bench/safety-cost/report.ts";
import { loadProfile } from "../profile/files.ts";
import { oneOf, parseOptions, wholeNumber } from "./arguments.ts";
import type { SafetyCostWork } from "./safety-cost-worker.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { benchUsage, UsageError } from "./usage.ts";
import { version } from "./version.ts";

const options = {
  episodes: { type: "string", default: "40" },
  seed: { type: "string", default: "0" },
  backend: { type: "string", default: "mujoco" },
  workers: { type: "string" },
  out: { type: "string", default: "runs/safety-cost" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** A motion that comes nearer than this to a post keeps the tip to this speed. */
const slowing = { slowM: 0.06, slowMps: 0.25 } as const;

export async function safetyCostCommand(args: readonly string[]): Promise<number> {
  const { values } = parseOptions(args, options);
  if (values.help) {
    process.stdout.write(benchUsage);
    return 0;
  }
  const first = wholeNumber("seed", values.seed);
  const seeds = Array.from({ length: atLeastOne("episodes", values.episodes) }, (_, i) => first + i);
  const workers = Math.min(seeds.length, values.workers === undefined ? availableParallelism() : atLeastOne("workers", values.workers));
  const backend = oneOf("backend", values.backend, ["kinematic", "mujoco"]);
  const setup: SafetyCostSetup = { profile: loadProfile("arm"), backend, ...slowing };
  const terminal = openTerminal(process.stdout, { quiet: values.json });
  const startedMs = performance.now();
  const outcomes = await runAll(setup, seeds, workers, terminal);
  const report = safetyCostReport(outcomes);
  const settings = {
    version: version(),
    profileSha256: setup.profile.sha256,
    backend,
    firstSeed: first,
    episodes: seeds.length,
    ...slowing,
  };
  const files = write(values.out, { settings, report, outcomes }, safetyCostPicture(report, outcomes));
  if (values.json) process.stdout.write(`${JSON.stringify({ settings, ...report, files })}\n`);
  else {
    for (const line of reportLines(report)) terminal.line(line);
    terminal.line("");
    terminal.line(
      `gates slow within ${100 * slowing.slowM} cm of a post to ${slowing.slowMps} m/s; binary refuses there what graded slows`,
    );
    terminal.line(`${outcomes.length} episodes in ${((performance.now() - startedMs) / 1000).toFixed(0)} s; ${files.join(" and ")}`);
  }
  return 0;
}

function atLeastOne(name: string, text: string): number {
  const value = wholeNumber(name, text);
  if (value === 0) throw new UsageError(`--${name} must be at least 1`);
  return value;
}

async function runAll(
  setup: SafetyCostSetup,
  seeds: readonly number[],
  workers: number,
  terminal: Terminal,
): Promise<readonly EpisodeOutcome[]> {
  const total = seeds.length * arms.length;
  const outcomes: EpisodeOutcome[] = [];
  const done = (outcome: EpisodeOutcome): void => {
    outcomes.push(outcome);
    terminal.status(`episode ${outcomes.length} of ${total}`);
  };
  const shares = Array.from({ length: workers }, (_, w) => seeds.filter((_seed, i) => i % workers === w));
  await Promise.all(shares.map((share) => work({ setup, seeds: share }, done)));
  terminal.status("");
  return outcomes.sort((a, b) => a.seed - b.seed || arms.indexOf(a.arm) - arms.indexOf(b.arm));
}

function work(task: SafetyCostWork, done: (outcome: EpisodeOutcome) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // The source runs from .ts, the package from .js.
    const file = new URL(`safety-cost-worker${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
    const worker = new Worker(file, { workerData: task });
    worker.on("message", done);
    worker.on("error", reject);
    worker.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with exit code ${code}`))));
  });
}

function write(folder: string, result: unknown, picture: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const files = [join(folder, "safety-cost.json"), join(folder, "safety-cost.svg")] as const;
  writeFileSync(files[0], `${JSON.stringify(result)}\n`);
  writeFileSync(files[1], picture);
  return files;
}
