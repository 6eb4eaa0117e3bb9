/**
 * `clearance bench …`: what safety costs, and which faults are noticed.
 * @module
 */
import { nearestName } from "../core/nearest.ts";
import { benchUsage, UsageError } from "./usage.ts";

type Bench = (args: readonly string[]) => Promise<number>;

const benches = {
  "safety-cost": async (): Promise<Bench> => (await import("./safety-cost-command.ts")).safetyCostCommand,
  faults: async (): Promise<Bench> => (await import("./faults-command.ts")).faultsCommand,
};

export async function benchCommand([name, ...rest]: readonly string[]): Promise<number> {
  if (name === "--help" || name === "-h") {
    process.stdout.write(benchUsage);
    return 0;
  }
  if (name === undefined) throw new UsageError("say which bench: clearance bench safety-cost, or clearance bench faults");
  const found = Object.entries(benches).find(([known]) => known === name);
  if (found === undefined) {
    const near = nearestName(name, Object.keys(benches));
    throw new UsageError(
      `unknown bench '${name}'; ${near === undefined ? `benches: ${Object.keys(benches).join(", ")}` : `did you mean '${near}'?`}`,
    );
  }
  return (await found[1]())(rest);
}
