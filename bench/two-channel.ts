import { performance } from "node:perf_hooks";
import { Random } from "../src/core/random.ts";
import { ChannelComparison, realArm, realArmNames } from "../src/kernel/monitor/testing/two-channels.ts";
import { sharedModelPath, sharedModelsPresent } from "../test/shared-models.ts";
import type { BenchOptions } from "./main.ts";
import type { Row } from "./report.ts";

/** The kernel's kinematics and distances against the monitor's, on random configurations of the real arms. */
export function twoChannelRows({ quick }: BenchOptions): Promise<readonly Row[]> {
  if (!sharedModelsPresent) throw new Error("the two channels are compared on the models in ../shared/models");
  const n = quick ? 20_000 : 5_000_000;
  return Promise.resolve(
    realArmNames.map((name) => {
      const collision = realArm(name, sharedModelPath);
      const comparison = new ChannelComparison(collision);
      const startedMs = performance.now();
      comparison.compare(n, new Random(`two channels ${name}`));
      const seconds = (performance.now() - startedMs) / 1000;
      const pairs = collision.selfPairs.length / 2;
      return {
        what: `two channels, ${name}, ${collision.nCapsules} capsules, ${pairs} pairs, ${n} configurations: apart at most`,
        measured: Math.max(comparison.endsM, comparison.pairsM),
        unit: "m",
        limit: 1e-9,
        note: `${(n / seconds / 1000).toFixed(0)} thousand configurations a second, ${seconds.toFixed(1)} s`,
      };
    }),
  );
}
