import { expect, test } from "vitest";
import { loadProfile } from "../../profile/files.ts";
import { faults } from "./catalogue.ts";
import { coverage, coverageLines } from "./coverage.ts";
import type { FaultOutcome, MotionFault } from "./fault.ts";
import { runFault } from "./run-fault.ts";

const profile = loadProfile("arm");

test("at least a hundred faults, each with a name of its own", () => {
  const names = faults.map(({ group, name }) => `${group}: ${name}`);
  expect(names.length).toBeGreaterThanOrEqual(100);
  expect(new Set(names).size).toBe(names.length);
});

test("no fault goes undetected, and only a machine that disobeys does harm", { timeout: 180_000 }, async () => {
  const outcomes: FaultOutcome[] = [];
  for (const fault of faults) outcomes.push(await runFault(profile, fault));
  expect(outcomes.filter(({ verdict }) => verdict === "undetected")).toEqual([]);
  const harmful = outcomes.filter(({ harm }) => harm !== "").map(({ group }) => group);
  expect([...new Set(harmful)].sort()).toEqual(["machine"]);
  for (const row of coverage(outcomes)) expect(row.detected + row.harmless).toBe(row.faults);
});

const motion = (hooks: MotionFault["hooks"]): MotionFault => ({ kind: "motion", group: "sensing", name: "test", hooks });

test("a fault that changes nothing is harmless, and the motion arrives", async () => {
  expect(
    await runFault(
      profile,
      motion(() => ({ observe: (seen) => seen })),
    ),
  ).toMatchObject({ verdict: "harmless", by: "", harm: "" });
});

test("what the bench would show if nothing noticed: the motion ends elsewhere and is reported", async () => {
  const outcome = await runFault(profile, {
    ...motion(() => ({
      // Stuck where it was told to be, and saying that it arrived.
      moved: (machine) => machine.displace(machine.beforeRad),
      observe: (seen) => seen,
    })),
    group: "machine",
  });
  expect(outcome.verdict).toBe("detected");
  const undetected: FaultOutcome = { ...outcome, verdict: "undetected", by: "" };
  expect(coverageLines([undetected]).at(-1)).toBe("machine: test: undetected: the motion did not end where it should");
});
