import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import type { HeapGrowth } from "./testing/allocation.ts";

test("safety-kernel row 31: judging 100000 chunks, passing and failing, leaves the heap as it was", { timeout: 60_000 }, () => {
  const script = `
    const { heapGrowth, mixedBenches, sixteenRows } = await import(${JSON.stringify(new URL("testing/allocation.ts", import.meta.url).href)});
    const heapUsed = () => process.memoryUsage().heapUsed;
    const measured = [[sixteenRows()], mixedBenches()].map((benches) => heapGrowth(benches, 100000, () => gc(), heapUsed));
    process.stdout.write(JSON.stringify(measured));`;
  const child = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", script], { encoding: "utf8" });
  expect(child.stderr).toBe("");
  const [one, mixed]: HeapGrowth[] = JSON.parse(child.stdout);
  expect([one!.passed, one!.failed]).toEqual([100_000, 0]);
  expect(mixed!.passed).toBeGreaterThan(30_000);
  expect(mixed!.failed).toBeGreaterThan(50_000);
  // One number a chunk would be 1.6 MB. What is left is the engine's own: a few compiled functions, the answer of the probe.
  for (const { retainedBytes } of [one!, mixed!]) expect(retainedBytes).toBeLessThan(64 * 1024);
  expect(one!.allocatedBytes).toBeLessThan(400_000);
});
